//! One command, run to its end: what it printed, what it said, and its exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// What is kept of what a command prints: pages of more are of no use to anybody.
const MOST_BYTES: u64 = 1 << 20;
/// How long a command may take.
pub const LONGEST: Duration = Duration::from_mins(2);

/// What came out of a command.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    /// What it printed.
    pub out: String,
    /// What it said beside that.
    pub notes: String,
    /// Its exit code; `None` where it was stopped.
    pub code: Option<i32>,
    /// Whether it printed more than is kept.
    pub is_cut: bool,
}

/// Runs this program with arguments. One that is not waited for any more is stopped.
///
/// # Errors
/// It cannot be started.
pub async fn run(program: &Path, arguments: &[OsString]) -> std::io::Result<Printed> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (out, notes) = (child.stdout.take(), child.stderr.take());
    let read = async { tokio::join!(kept(out), kept(notes)) };
    let Ok(((out, is_cut), (notes, _))) = tokio::time::timeout(LONGEST, read).await else {
        child.kill().await?;
        let notes = format!("stopped after {} s: ask about less, with from and to", LONGEST.as_secs());
        return Ok(Printed { notes, ..Printed::default() });
    };
    if is_cut {
        child.kill().await?;
    }
    let code = child.wait().await?.code().filter(|_| !is_cut);
    Ok(Printed { out, notes, code, is_cut })
}

/// The first part of what is read, and whether there was more.
async fn kept(from: Option<impl AsyncRead + Unpin>) -> (String, bool) {
    let Some(from) = from else { return (String::new(), false) };
    let mut bytes = Vec::new();
    // What was read before an error is what there is.
    let _ = from.take(MOST_BYTES + 1).read_to_end(&mut bytes).await;
    let is_cut = bytes.len() as u64 > MOST_BYTES;
    bytes.truncate(MOST_BYTES as usize);
    (String::from_utf8_lossy(&bytes).into_owned(), is_cut)
}
