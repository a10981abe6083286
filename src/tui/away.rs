//! Another program on the terminal: an editor, a pager. The screen is away meanwhile.
//!
//! Whoever calls has given the terminal back first and takes it again afterwards. Must not name: `key`, `app`, `draw`.

use super::signals;
use crate::error::of_system;
use crate::escape::in_quotes;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Opens a read-only copy of a text in `$VISUAL`, `$EDITOR`, else `vi`, and waits until that ends.
///
/// # Errors
/// A sentence: the copy could not be made, or the editor failed.
pub fn edit(name: &str, text: &str) -> Result<(), String> {
    let editor = first_set(&["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".to_owned());
    let copy =
        ReadOnlyCopy::new(name, text).map_err(|error| format!("no copy could be made: {}", of_system(&error)))?;
    let mut shell = shell(&format!("{editor} \"$1\""));
    shell.arg("asof").arg(&copy.file);
    if !io::stdin().is_terminal() {
        shell.stdin(keyboard().map_err(|error| of_system(&error))?);
    }
    finish(&editor, run(&mut shell, None))
}

/// Sends a text through `$ASOF_PAGER`, `$PAGER`, else `less -R`; with a command, through that first.
///
/// # Errors
/// A sentence: the pager failed.
pub fn page(text: &str, command: Option<&str>) -> Result<(), String> {
    let pager = first_set(&["ASOF_PAGER", "PAGER"]).unwrap_or_else(|| "less -R".to_owned());
    let line = match command {
        Some(command) => format!("{{ {command}\n}} 2>&1 | {pager}"),
        None => pager.clone(),
    };
    let mut shell = shell(&line);
    shell.stdin(Stdio::piped());
    finish(&pager, run(&mut shell, Some(text)))
}

fn first_set(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
}

/// Both variables may hold arguments, so a shell reads them. It lives on through `Ctrl-C`, which is the program's: else
/// both of us would use the terminal.
fn shell(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("trap : INT; {line}"));
    shell
}

/// Standard input may be the source that is being read.
fn keyboard() -> io::Result<File> {
    File::open("/dev/tty")
}

/// Runs it to its end. What it has not read of the text when it ends, it did not want.
fn run(command: &mut Command, text: Option<&str>) -> io::Result<std::process::ExitStatus> {
    let _away = signals::leave_keys_to_others();
    let mut child = command.spawn()?;
    let input = child.stdin.take();
    thread::scope(|scope| {
        if let (Some(mut input), Some(text)) = (input, text) {
            scope.spawn(move || drop(input.write_all(text.as_bytes())));
        }
        child.wait()
    })
}

fn finish(program: &str, outcome: io::Result<std::process::ExitStatus>) -> Result<(), String> {
    match outcome {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", in_quotes(program))),
        Err(error) => Err(format!("{} could not be started: {}", in_quotes(program), of_system(&error))),
    }
}

/// A read-only file in a directory of its own; both go when it is dropped.
struct ReadOnlyCopy {
    directory: PathBuf,
    file: PathBuf,
}

static COPIES: AtomicU32 = AtomicU32::new(0);

impl ReadOnlyCopy {
    fn new(name: &str, text: &str) -> io::Result<Self> {
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("asof-{}-{number}", std::process::id()));
        make_private(&directory)?;
        let copy = Self { file: directory.join(name), directory };
        OpenOptions::new().write(true).create_new(true).open(&copy.file)?.write_all(text.as_bytes())?;
        let mut permissions = fs::metadata(&copy.file)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&copy.file, permissions)?;
        Ok(copy)
    }
}

impl Drop for ReadOnlyCopy {
    fn drop(&mut self) {
        // Left behind it is a file in the folder for temporary ones: not worth a word.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The state may be secret. Fails when something is there already, so nobody can have put a link in the way.
fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_read_only_and_goes() {
        let copy = ReadOnlyCopy::new("state.json", "{}\n").unwrap();
        let (file, directory) = (copy.file.clone(), copy.directory.clone());
        assert_eq!(fs::read_to_string(&file).unwrap(), "{}\n");
        assert!(fs::metadata(&file).unwrap().permissions().readonly());
        drop(copy);
        assert!(!directory.exists());
    }

    #[test]
    fn a_program_that_reads_nothing_is_no_error() {
        let text = "x".repeat(1_000_000);
        let status = run(shell("true").stdin(Stdio::piped()), Some(&text));
        assert!(finish("true", status).is_ok());
        let status = run(shell("exit 3").stdin(Stdio::piped()), Some(&text));
        assert!(finish("exit 3", status).unwrap_err().contains("exit status: 3"));
    }
}
