//! Writes the question and waits for bytes, with the terminal in raw mode meanwhile.

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

/// How long the first frame waits for a terminal that says nothing.
const PATIENCE: Duration = Duration::from_millis(100);

/// Raw mode while it lives.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Failing means that the terminal is gone.
        let _ = disable_raw_mode();
    }
}

/// Writes the question; answers what came until `complete`, or until patience ends. `None` where there is no terminal
/// at both ends.
pub fn ask(question: &str, complete: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let (stdin, mut stdout) = (io::stdin(), io::stdout());
    if !stdout.is_terminal() {
        return None;
    }
    // Keys come from the terminal itself where standard input is the source.
    let tty = if stdin.is_terminal() { None } else { Some(File::open("/dev/tty").ok()?) };
    let keyboard = tty.as_ref().map_or_else(|| stdin.as_fd(), AsFd::as_fd);
    let _raw = Raw::enter().ok()?;
    stdout.write_all(question.as_bytes()).and_then(|()| stdout.flush()).ok()?;
    Some(collect(keyboard, complete))
}

fn collect(keyboard: BorrowedFd<'_>, complete: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let deadline = Instant::now() + PATIENCE;
    let mut bytes = Vec::new();
    let mut chunk = [0; 256];
    while !complete(&bytes) && is_ready(keyboard, deadline.saturating_duration_since(Instant::now())) {
        match rustix::io::read(keyboard, &mut chunk) {
            Ok(count @ 1..) => bytes.extend_from_slice(&chunk[..count]),
            Ok(0) | Err(_) => break,
        }
    }
    bytes
}

fn is_ready(keyboard: BorrowedFd<'_>, within: Duration) -> bool {
    let Ok(time) = Timespec::try_from(within) else { return false };
    poll(&mut [PollFd::new(&keyboard, PollFlags::IN)], Some(&time)).is_ok_and(|ready| ready > 0)
}
