//! Git as a child process without power: it reads the local repository, and runs, fetches, asks and writes nothing.
//!
//! Every git command of this crate is made here. A repository may come from anyone, so whatever its configuration or the
//! caller's environment names to be run is overridden, objects that are not in the repository are not fetched, no transport
//! is allowed, and a child that stays silent is killed together with whatever it started.

use std::ffi::OsStr;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// How long git may stay silent while it is waited for.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

/// Bytes of git's error output that are kept.
const STDERR_KEPT: u64 = 16 * 1024;

/// How long the rest of the error output is waited for once git has ended.
const STDERR_PATIENCE: Duration = Duration::from_secs(1);

/// How often an ended child is looked for.
const TICK: Duration = Duration::from_millis(2);

/// Bytes read from a child at once, and how many such pieces may wait.
const CHUNK: usize = 64 * 1024;
const CHUNKS: usize = 4;

/// Variables of the caller that are handed on, by how they begin: where the person's own configuration is (it holds
/// `safe.directory`), and how far up a repository is looked for. All other `GIT_` variables name repositories, programs or
/// files to write.
const KEPT_VARIABLES: &[&str] = &[
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
];

/// Configuration that names a program to run, or changes the form of the answers. Given on the command line it overrides
/// the repository's, whatever that includes.
const OVERRIDES: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.askPass=false",
    "core.editor=false",
    "core.pager=cat",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "diff.orderFile=/dev/null",
    "diff.relative=false",
    "gpg.program=false",
    "gpg.openpgp.program=false",
    "gpg.x509.program=false",
    "gpg.ssh.program=false",
    "gpg.ssh.defaultKeyCommand=false",
    "log.diffMerges=first-parent",
    "log.showRoot=true",
    "log.showSignature=false",
    "maintenance.auto=false",
    "gc.auto=0",
    "pager.log=false",
    "protocol.allow=never",
    "sequence.editor=false",
    "submodule.recurse=false",
    "uploadpack.packObjectsHook=false",
];

/// Git in a directory, ready for its arguments. Standard input is closed.
pub(super) fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if is_dropped(&name) {
            command.env_remove(name);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .arg("--no-pager")
        .args(OVERRIDES.iter().flat_map(|setting| ["-c", *setting]))
        .arg("-C")
        .arg(directory)
        .stdin(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

fn is_dropped(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let own = matches!(&*name, "SSH_ASKPASS" | "PAGER" | "EDITOR" | "VISUAL");
    own || (name.starts_with("GIT_") && !KEPT_VARIABLES.iter().any(|kept| name.starts_with(kept)))
}

/// A running git; killed with its process group when dropped.
pub(in crate::import) struct RunningGit {
    child: Child,
    /// What it prints.
    pub out: ChildOutput,
    stderr: Receiver<Vec<u8>>,
    patience: Duration,
}

/// How git ended.
pub(in crate::import) struct Ended {
    pub status: ExitStatus,
    /// What it said, up to [`STDERR_KEPT`] bytes.
    pub stderr: String,
}

impl RunningGit {
    /// Starts a command whose answers are waited for up to `patience` each.
    pub fn start(mut command: Command, patience: Duration) -> io::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (send, chunks) = sync_channel(CHUNKS);
        let (send_stderr, stderr) = channel();
        if let Some(pipe) = child.stdout.take() {
            thread::spawn(move || forward(pipe, &send));
        }
        if let Some(pipe) = child.stderr.take() {
            thread::spawn(move || keep_start(pipe, &send_stderr));
        }
        let out = ChildOutput { chunks, chunk: Vec::new(), at: 0, patience };
        Ok(Self { child, out, stderr, patience })
    }

    /// Its standard input, where that is a pipe and was not taken yet.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Waits for its end, once nothing more is read from it.
    ///
    /// # Errors
    /// `TimedOut` when it does not end.
    pub fn finish(mut self) -> io::Result<Ended> {
        drop(self.child.stdin.take());
        let mut waited = Duration::ZERO;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if waited >= self.patience {
                return Err(silent(self.patience));
            }
            thread::sleep(TICK);
            waited += TICK;
        };
        let stderr = self.stderr.recv_timeout(STDERR_PATIENCE).unwrap_or_default();
        Ok(Ended { status, stderr: String::from_utf8_lossy(&stderr).trim().to_owned() })
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            let _already_gone = group.map(|group| kill_process_group(group, Signal::KILL));
        }
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Drop for RunningGit {
    fn drop(&mut self) {
        // A child that was waited for has given its id back: another process may have it.
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.kill();
        }
    }
}

/// What a child prints, waited for no longer than its patience.
pub(in crate::import) struct ChildOutput {
    chunks: Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    patience: Duration,
}

impl BufRead for ChildOutput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.chunk.len() {
            self.at = 0;
            self.chunk = match self.chunks.recv_timeout(self.patience) {
                Ok(chunk) => chunk,
                Err(RecvTimeoutError::Disconnected) => Vec::new(),
                Err(RecvTimeoutError::Timeout) => return Err(silent(self.patience)),
            };
        }
        Ok(&self.chunk[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.chunk.len());
    }
}

impl Read for ChildOutput {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let waiting = self.fill_buf()?;
        let length = waiting.len().min(into.len());
        into[..length].copy_from_slice(&waiting[..length]);
        self.consume(length);
        Ok(length)
    }
}

fn silent(patience: Duration) -> io::Error {
    let why = format!("it did not answer for {} s and was stopped", patience.as_secs_f64());
    io::Error::new(io::ErrorKind::TimedOut, why)
}

/// Hands on what a pipe gives until it ends, or nobody reads it any more.
fn forward(mut pipe: impl Read, to: &SyncSender<Vec<u8>>) {
    loop {
        let mut chunk = vec![0; CHUNK];
        match pipe.read(&mut chunk) {
            Ok(0) => return,
            Ok(length) => chunk.truncate(length),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        }
        if to.send(chunk).is_err() {
            return;
        }
    }
}

/// Keeps the start of what a pipe gives and reads the rest, so that its writer never waits.
fn keep_start(mut pipe: impl Read, to: &Sender<Vec<u8>>) {
    let mut kept = Vec::new();
    let read = (&mut pipe).take(STDERR_KEPT).read_to_end(&mut kept);
    let _nobody_listens = to.send(kept);
    if read.is_ok() {
        let _nobody_reads_it = io::copy(&mut pipe, &mut io::sink());
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    /// Each script, whatever it starts, is given up in a fraction of the time it would take.
    #[test]
    fn a_child_that_does_not_answer_is_ended_with_all_it_started() {
        for script in
            ["sleep 600", "sleep 600 & sleep 600", "echo begun; sleep 600", "trap '' TERM HUP; sleep 600; echo"]
        {
            let mut running = RunningGit::start(shell(script), Duration::from_millis(200)).unwrap();
            let group = running.child.id();
            let error = io::copy(&mut running.out, &mut io::sink()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{script}");
            assert_eq!(error.to_string(), "it did not answer for 0.2 s and was stopped");
            drop(running);
            // Nothing of its group is left: `kill -0` finds nobody, or only what is about to be reaped.
            let alive = || Command::new("sh").args(["-c", &format!("ps -o stat= -g {group} | grep -qv Z")]).status();
            let gone = (0..100).any(|_| {
                thread::sleep(Duration::from_millis(20));
                !alive().unwrap().success()
            });
            assert!(gone, "{script}");
        }
    }

    #[test]
    fn a_child_that_closes_its_output_and_stays_is_ended_too() {
        let mut running = RunningGit::start(shell("exec >&- 2>&-; sleep 600"), Duration::from_millis(200)).unwrap();
        assert_eq!(io::copy(&mut running.out, &mut io::sink()).unwrap(), 0);
        assert_eq!(running.finish().err().unwrap().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn answers_and_words_come_through_whatever_their_length() {
        for (script, out, words) in [
            ("printf abc; echo no >&2; exit 3", 3, 2),
            ("head -c 1000000 /dev/zero", 1_000_000, 0),
            ("head -c 1000000 /dev/zero | tr '\\0' x >&2; printf y", 1, 16 * 1024),
        ] {
            let mut running = RunningGit::start(shell(script), PATIENCE).unwrap();
            assert_eq!(io::copy(&mut running.out, &mut io::sink()).unwrap(), out, "{script}");
            assert_eq!(running.finish().unwrap().stderr.len(), words, "{script}");
        }
    }

    #[test]
    fn variables_that_name_repositories_or_programs_are_dropped() {
        for name in
            ["GIT_DIR", "GIT_WORK_TREE", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "GIT_TRACE"]
        {
            assert!(is_dropped(OsStr::new(name)), "{name}");
        }
        for name in
            ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_KEY_0", "GIT_CEILING_DIRECTORIES", "HOME", "PATH", "GITHUB_ACTIONS"]
        {
            assert!(!is_dropped(OsStr::new(name)), "{name}");
        }
    }
}
