//! What is kept between two runs: the commands typed after `:`, and the marks of each recording.
//!
//! Two small files in the state folder (`$XDG_STATE_HOME/asof`, else `~/.local/state/asof`), readable by their owner
//! only. Losing them loses comfort, so what cannot be read counts as empty. Must not know: keys, the screen.

use crate::record::Version;
use crate::source::Address;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Marks by their letter.
pub type Marks = BTreeMap<char, Version>;

/// Marks of every tenant of every recording: by [`key_of`] its source, then by the tenant's name.
pub type SourceMarks = BTreeMap<String, BTreeMap<String, Marks>>;

/// What earlier runs left.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Commands, oldest first.
    pub commands: Vec<String>,
    /// Marks.
    pub marks: SourceMarks,
}

/// Something to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Memory {
    /// A command that was run.
    Command(String),
    /// All marks of a tenant.
    Marks {
        /// Which source, as [`key_of`] names it.
        source: String,
        /// Whose.
        tenant: String,
        /// All of them.
        marks: Marks,
    },
}

/// The state folder.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
}

/// Commands that are kept; twice as many before the file is cut.
const MOST_COMMANDS: usize = 500;

/// Longer commands are not kept: they were pasted.
const LONGEST_COMMAND: usize = 1000;

/// Recordings whose marks are kept.
const MOST_RECORDINGS: usize = 100;

/// One recording in the file of marks: its source, and the marks of its tenants.
type Entry = (String, BTreeMap<String, BTreeMap<char, u64>>);

impl Store {
    /// The user's state folder; `None` where there is no home.
    pub fn of_user() -> Option<Self> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state =
            absolute("XDG_STATE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))?;
        Some(Self::new(&state.join("asof")))
    }

    /// A folder of one's own.
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Reads what earlier runs left.
    pub fn load(&self) -> Kept {
        let text = fs::read_to_string(self.commands_file()).unwrap_or_default();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut commands = Vec::new();
        for line in &lines[lines.len().saturating_sub(MOST_COMMANDS)..] {
            commands.retain(|earlier| earlier != line);
            commands.push(line.clone());
        }
        Kept { commands, marks: self.marks() }
    }

    /// Keeps something.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn keep(&self, memory: &Memory) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        match memory {
            Memory::Command(command) => self.keep_command(command),
            Memory::Marks { source, tenant, marks } => self.keep_marks(source, tenant, marks),
        }
    }

    fn keep_command(&self, command: &str) -> io::Result<()> {
        if command.len() > LONGEST_COMMAND || command.contains(['\n', '\r']) {
            return Ok(());
        }
        let text = fs::read_to_string(self.commands_file()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() < 2 * MOST_COMMANDS {
            // Added at the end, so that two screens at once lose nothing of each other.
            return private(OpenOptions::new().append(true).create(true))
                .open(self.commands_file())?
                .write_all(format!("{command}\n").as_bytes());
        }
        let newest = [&lines[lines.len() - MOST_COMMANDS..], &[command, ""]].concat().join("\n");
        replace(&self.commands_file(), newest.as_bytes())
    }

    fn keep_marks(&self, source: &str, tenant: &str, marks: &Marks) -> io::Result<()> {
        let mut entries = self.entries();
        let at = entries.iter().position(|(known, _)| known == source);
        let (_, mut tenants) = at.map(|at| entries.remove(at)).unwrap_or_default();
        tenants.insert(tenant.to_owned(), marks.iter().map(|(letter, at)| (*letter, at.0)).collect());
        tenants.retain(|_, marks| !marks.is_empty());
        entries.extend((!tenants.is_empty()).then(|| (source.to_owned(), tenants)));
        let oldest = entries.len().saturating_sub(MOST_RECORDINGS);
        replace(&self.marks_file(), &serde_json::to_vec_pretty(&entries[oldest..])?)
    }

    fn marks(&self) -> SourceMarks {
        let versions =
            |marks: BTreeMap<char, u64>| marks.into_iter().map(|(letter, at)| (letter, Version(at))).collect();
        let of_tenants = |tenants: BTreeMap<String, BTreeMap<char, u64>>| {
            tenants.into_iter().map(|(tenant, marks)| (tenant, versions(marks))).collect()
        };
        self.entries().into_iter().map(|(source, tenants)| (source, of_tenants(tenants))).collect()
    }

    /// The newest last.
    fn entries(&self) -> Vec<Entry> {
        fs::read(self.marks_file()).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn commands_file(&self) -> PathBuf {
        self.directory.join("commands")
    }

    fn marks_file(&self) -> PathBuf {
        self.directory.join("marks.json")
    }
}

/// What a source is called in the file; `None` for one that cannot be opened again.
pub fn key_of(address: &Address) -> Option<String> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| absolute(path)).display().to_string();
    match address {
        Address::Recording(path) | Address::File(path) => Some(whole(path)),
        Address::Git(path) => Some(format!("git:{}", whole(path))),
        Address::Demo(name) => Some(format!("demo:{name}")),
        Address::Stdin => None,
    }
}

/// Puts a new file in the place of the old one, in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    private(OpenOptions::new().write(true).create(true).truncate(true)).open(&new)?.write_all(bytes)?;
    fs::rename(new, path)
}

/// Commands may name what nobody else should know.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;

    fn store(place: &tempfile::TempDir) -> Store {
        Store::new(place.path())
    }

    fn marks(all: &[(char, u64)]) -> Marks {
        all.iter().map(|(letter, at)| (*letter, Version(*at))).collect()
    }

    fn keep_marks(place: &tempfile::TempDir, source: &str, tenant: &str, all: &[(char, u64)]) {
        let memory = Memory::Marks { source: source.into(), tenant: tenant.into(), marks: marks(all) };
        store(place).keep(&memory).unwrap();
    }

    #[test]
    fn commands_come_back_in_order_each_once() {
        let place = tempfile::tempdir().unwrap();
        for command in ["goto 1", "play", "goto 1", "two\nlines", &"x".repeat(2000)] {
            store(&place).keep(&Memory::Command(command.into())).unwrap();
        }
        assert_eq!(store(&place).load().commands, ["play", "goto 1"]);
    }

    #[test]
    fn the_files_stay_small() {
        let place = tempfile::tempdir().unwrap();
        for number in 0..=2 * MOST_COMMANDS {
            store(&place).keep(&Memory::Command(format!("goto {number}"))).unwrap();
        }
        let lines = fs::read_to_string(place.path().join("commands")).unwrap().lines().count();
        assert_eq!(lines, MOST_COMMANDS + 1);
        assert_eq!(store(&place).load().commands.last().unwrap(), "goto 1000");
        for number in 0..MOST_RECORDINGS + 3 {
            keep_marks(&place, &number.to_string(), "t", &[('a', 1)]);
        }
        let kept = store(&place).load().marks;
        assert!(!kept.contains_key("2") && kept["3"]["t"] == marks(&[('a', 1)]), "the oldest went");
    }

    #[test]
    fn marks_are_kept_by_source_and_tenant() {
        let place = tempfile::tempdir().unwrap();
        keep_marks(&place, "a", "acme", &[('a', 3), ('Z', 9)]);
        keep_marks(&place, "b", "acme", &[('a', 4)]);
        keep_marks(&place, "a", "widgets", &[('q', 1)]);
        keep_marks(&place, "b", "acme", &[]);
        let kept = store(&place).load().marks;
        assert_eq!((&kept["a"]["acme"], &kept["a"]["widgets"]), (&marks(&[('a', 3), ('Z', 9)]), &marks(&[('q', 1)])));
        assert!(!kept.contains_key("b"));
    }

    #[test]
    fn what_cannot_be_read_counts_as_empty() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("marks.json"), "{\"half").unwrap();
        fs::write(place.path().join("commands"), [0xff, b'\n']).unwrap();
        let kept = store(&place).load();
        assert!(kept.commands.is_empty() && kept.marks.is_empty());
        keep_marks(&place, "a", "t", &[('a', 1)]);
        assert_eq!(store(&place).load().marks["a"]["t"], marks(&[('a', 1)]));
    }

    #[test]
    fn one_place_has_one_name_however_it_is_written() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("x.jsonl");
        fs::write(&file, "").unwrap();
        let round = place.path().join(".").join("x.jsonl");
        assert_eq!(key_of(&Address::File(file.clone())), key_of(&Address::File(round)));
        assert_ne!(key_of(&Address::File(file.clone())), key_of(&Address::Git(file)));
        assert_eq!(key_of(&Address::Stdin), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_them() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        store(&place).keep(&Memory::Command("goto 1".into())).unwrap();
        let mode = fs::metadata(place.path().join("commands")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
