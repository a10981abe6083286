//! The terminal while the screen owns it: one way in, one way out.
//!
//! [`restore`] is what the guard's drop, the panic hook and the signal thread call; whoever comes first does it, the
//! others find nothing to do. Every byte of a frame goes through [`Frames`], which writes only while the terminal is
//! ours, so nothing can follow the restoring. Must not name: `app`.

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::event::{KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{Command, queue};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// Who may write to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalOwner {
    /// The shell: before the screen, after it, and while suspended.
    Shell,
    Screen,
    /// Nobody: it went away under the screen.
    Nobody,
}

static OWNER: Mutex<TerminalOwner> = Mutex::new(TerminalOwner::Shell);

/// Whether the terminal speaks the kitty keyboard protocol, so that Ctrl-i is not Tab and Escape never waits.
static TELLS_KEYS_APART: AtomicBool = AtomicBool::new(false);

/// What panics outside the thread of the screen said, until the screen shows it.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How long restoring waits for a frame that is being written to a terminal that does not read.
const PATIENCE: Duration = Duration::from_millis(300);

/// Says, before the terminal is taken, that it speaks the kitty keyboard protocol.
pub fn set_keyboard_protocol(does: bool) {
    TELLS_KEYS_APART.store(does, Ordering::SeqCst);
}

/// Holds the terminal for the screen; dropping it gives the terminal back.
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, hidden cursor. Panics restore it from now on.
    ///
    /// # Errors
    /// When there is no terminal, or it cannot be set up; it is as before then.
    pub fn enter() -> io::Result<Self> {
        require_terminal()?;
        hook_panics();
        let guard = Self(());
        take()?;
        Ok(guard)
    }

    /// Takes the terminal again after [`restore`], or after the shell had it behind our back.
    ///
    /// # Errors
    /// As [`enter`](Self::enter).
    #[expect(clippy::unused_self, reason = "only who holds the terminal may take it again")]
    pub fn reenter(&self) -> io::Result<()> {
        disable_raw_mode()?;
        take()
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back to the shell. Does nothing where that has been done; writes nothing where the terminal is gone.
pub fn restore() {
    if let Some(mut owner) = lock_within(PATIENCE)
        && *owner == TerminalOwner::Screen
    {
        *owner = TerminalOwner::Shell;
        // Failing means that the terminal is gone: then there is nothing left to restore.
        let _ = leave_screen(&mut io::stdout().lock());
    }
    let _ = disable_raw_mode();
}

/// Mouse capture on or off. The terminal's own selection needs it off.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn capture_mouse(capture: Mouse) -> io::Result<()> {
    match capture {
        Mouse::Captured => send(EnableMouseCapture),
        Mouse::Free => send(DisableMouseCapture),
    }
}

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// Ours.
    Captured,
    /// The terminal's.
    Free,
}

/// Sends one terminal command, if the terminal is ours.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn send(command: impl Command) -> io::Result<()> {
    let mut frames = Frames::default();
    queue!(frames, command)?;
    frames.flush()
}

/// Writes a text to the shell's screen, below what is there, as if the program had printed it. The terminal must have
/// been given back.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn print(text: &str) -> io::Result<()> {
    let text = text.trim_end_matches('\n');
    write_all(&mut io::stdout().lock(), format!("{text}\n").as_bytes())
}

/// What panics outside the thread of the screen said since the last call.
pub fn take_panics() -> Vec<String> {
    std::mem::take(&mut lock(&PANICS))
}

/// Collects a frame and writes it in one piece, and only while the terminal is ours.
#[derive(Debug, Default)]
pub struct Frames(Vec<u8>);

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut self.0);
        let mut owner = lock(&OWNER);
        if *owner != TerminalOwner::Screen {
            return Ok(());
        }
        let written = write_all(&mut io::stdout().lock(), &frame);
        if written.is_err() {
            *owner = TerminalOwner::Nobody;
        }
        written
    }
}

fn write_all(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}

fn require_terminal() -> io::Result<()> {
    let term = std::env::var("TERM").unwrap_or_default();
    if !io::stdout().is_terminal() {
        return Err(io::Error::other("standard output is not a terminal"));
    }
    if term.is_empty() || term == "dumb" {
        return Err(io::Error::other("TERM is unset or \"dumb\": this terminal cannot show a screen"));
    }
    Ok(())
}

fn take() -> io::Result<()> {
    let mut owner = lock(&OWNER);
    enable_raw_mode()?;
    *owner = TerminalOwner::Screen;
    enter_screen(&mut io::stdout().lock())
}

fn enter_screen(out: &mut impl Write) -> io::Result<()> {
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    // The main and the alternate screen have a stack of flags each: pushed inside, popped inside.
    if TELLS_KEYS_APART.load(Ordering::SeqCst) {
        queue!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
    }
    out.flush()
}

fn leave_screen(out: &mut impl Write) -> io::Result<()> {
    if TELLS_KEYS_APART.load(Ordering::SeqCst) {
        queue!(out, PopKeyboardEnhancementFlags)?;
    }
    queue!(
        out,
        SetAttribute(Attribute::Reset),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )?;
    out.flush()
}

/// A panic in the thread of the screen gives the terminal back before it is reported; one in another thread must not
/// touch a screen that lives on, and is kept for it to show.
fn hook_panics() {
    let screen = thread::current().id();
    let earlier = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let elsewhere = thread::current().id() != screen;
        if elsewhere && is_ours() {
            lock(&PANICS).push(panic.to_string());
        } else {
            restore();
            earlier(panic);
        }
    }));
}

fn is_ours() -> bool {
    lock_within(PATIENCE).is_some_and(|owner| *owner == TerminalOwner::Screen)
}

/// A panic while a lock was held leaves nothing half-done here, so poisoning says nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_within(patience: Duration) -> Option<MutexGuard<'static, TerminalOwner>> {
    let deadline = Instant::now() + patience;
    loop {
        match OWNER.try_lock() {
            Ok(owner) => return Some(owner),
            Err(TryLockError::Poisoned(owner)) => return Some(owner.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return None,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
        }
    }
}
