//! How much memory the process takes, where the system says so (Linux). Must not name: `app`.

/// Memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// Of this process, resident.
    pub used: u64,
    /// Of the machine.
    pub total: u64,
}

impl Footprint {
    /// As it is now; `None` where the system does not say.
    pub fn now() -> Option<Self> {
        let field = |file, name| field(&std::fs::read_to_string(file).ok()?, name);
        Some(Self { used: field("/proc/self/status", "VmRSS:")?, total: field("/proc/meminfo", "MemTotal:")? })
    }
}

/// The number of a line such as `VmRSS:     1234 kB`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_in_bytes() {
        let text = "VmPeak:\t  99 kB\nVmRSS:\t    1234 kB\n";
        assert_eq!(field(text, "VmRSS:"), Some(1_263_616));
        assert_eq!(field(text, "VmSwap:"), None);
        assert_eq!(field("VmRSS: many kB", "VmRSS:"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_takes_some_of_the_machine() {
        let now = Footprint::now().unwrap();
        assert!(now.used > 0 && now.used < now.total, "{now:?}");
    }
}
