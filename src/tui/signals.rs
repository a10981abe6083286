//! Signals, on a thread of their own, so that a busy or stuck screen can still be ended with its terminal restored.
//!
//! The ones that end the program restore the terminal, wait for a write that has begun, and let the signal do what it
//! does by default, so that the exit status is right. Stop and continue go to the loop. Must not name: `app`, `run`.

use super::beside::discard_unfinished;
use super::task::Gate;
use super::terminal;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// What a signal asks of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Give the terminal back and stop.
    Stop,
    /// The process runs again; the shell may have used the terminal meanwhile.
    Continue,
}

/// Longest wait for tasks that must finish. A record that is cut by the end of the process is dropped at the next open,
/// and a file that is not whole is removed.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Whether another program has the terminal, and with it the keys that send signals.
static AWAY: AtomicBool = AtomicBool::new(false);

/// While this lives, another program has the terminal: `Ctrl-C` is its own affair, and `Ctrl-Z` stops both of us.
pub struct Away(());

/// Leaves the keys that send signals to a program that is about to be started.
pub fn leave_keys_to_others() -> Away {
    AWAY.store(true, Ordering::SeqCst);
    Away(())
}

impl Drop for Away {
    fn drop(&mut self) {
        AWAY.store(false, Ordering::SeqCst);
    }
}

/// Starts watching.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn watch(tell: UnboundedSender<Signal>, unfinished: Gate) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let away = AWAY.load(Ordering::SeqCst);
            let told = match signal {
                SIGINT | SIGQUIT | SIGCONT if away => continue,
                SIGTSTP if away => {
                    let _ = emulate_default_handler(SIGTSTP);
                    continue;
                }
                SIGTSTP => tell.send(Signal::Stop),
                SIGCONT => tell.send(Signal::Continue),
                ending => return end(ending, &unfinished),
            };
            if told.is_err() && signal == SIGTSTP {
                let _ = emulate_default_handler(SIGTSTP);
            }
        }
    })?;
    Ok(())
}

/// Stops the process as `Ctrl-Z` does; returns when it runs again.
///
/// # Errors
/// When the system refuses.
pub fn stop() -> io::Result<()> {
    emulate_default_handler(SIGTSTP)
}

fn end(signal: i32, unfinished: &Gate) {
    terminal::restore();
    unfinished.wait(PATIENCE);
    discard_unfinished();
    // Ends the process; should the system refuse even that, the status still says which signal it was.
    let _ = emulate_default_handler(signal);
    std::process::exit(128 + signal);
}
