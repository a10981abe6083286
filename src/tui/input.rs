//! Keys, pastes, mouse and size changes, from a thread of their own.
//!
//! crossterm reads from standard input where that is a terminal, and from `/dev/tty` where it is not, so `asof open -`
//! has its keys. Its reader spins for ever once the terminal has gone, so a second thread looks now and
//! then whether it is still there. Must not know: what any key means.

use crossterm::event::Event;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// Something from the person.
#[derive(Debug)]
pub enum Input {
    /// A key, a paste, the mouse, a new size.
    Event(Event),
    /// Nothing will come any more: the terminal has gone.
    Lost,
}

/// Most programs end by the hang-up signal first; this is for those that were told to ignore it, or lost their session.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Held by whoever reads the keyboard: this thread, or a program that the terminal was left to.
#[derive(Debug, Clone, Default)]
pub struct Keyboard(Arc<Mutex<()>>);

impl Keyboard {
    /// Waits until the thread lets go, which takes no longer than [`LISTEN`], and keeps it from reading until dropped.
    pub fn take(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the thread listens before it offers the keyboard to others.
const LISTEN: Duration = Duration::from_millis(100);

/// Between two listenings, so that whoever waits for the keyboard gets it.
const OFFER: Duration = Duration::from_micros(200);

/// Starts reading.
///
/// # Errors
/// When no thread can be started.
pub fn start(tell: UnboundedSender<Input>, keyboard: Keyboard) -> io::Result<()> {
    watch_hangup(tell.clone())?;
    thread::Builder::new().name("input".into()).spawn(move || read_events(&tell, &keyboard))?;
    Ok(())
}

fn read_events(tell: &UnboundedSender<Input>, keyboard: &Keyboard) {
    while let Ok(event) = next_event(keyboard) {
        if event.is_some_and(|event| tell.send(Input::Event(event)).is_err()) {
            return;
        }
    }
    let _ = tell.send(Input::Lost);
}

/// The next event, if one comes while the thread listens. An event that is there is read at once.
fn next_event(keyboard: &Keyboard) -> io::Result<Option<Event>> {
    let listening = keyboard.take();
    if crossterm::event::poll(LISTEN)? {
        return crossterm::event::read().map(Some);
    }
    drop(listening);
    thread::sleep(OFFER);
    Ok(None)
}

/// A terminal that has gone is no terminal any more; asking is one system call.
fn watch_hangup(tell: UnboundedSender<Input>) -> io::Result<()> {
    let is_there = if io::stdin().is_terminal() { || io::stdin().is_terminal() } else { || io::stdout().is_terminal() };
    thread::Builder::new().name("hang-up".into()).spawn(move || {
        while is_there() && !tell.is_closed() {
            thread::sleep(LOOK_EVERY);
        }
        let _ = tell.send(Input::Lost);
    })?;
    Ok(())
}
