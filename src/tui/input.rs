//! Keys, pastes, mouse and size changes, from a thread of their own.
//!
//! crossterm reads from standard input where that is a terminal, and from `/dev/tty` where it is not, so `asof open -`
//! has its keys. Its reader spins for ever once the terminal has gone, so a second thread looks now and
//! then whether it is still there. Must not know: what any key means.

use crossterm::event::Event;
use std::io::{self, IsTerminal};
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

/// Starts reading.
///
/// # Errors
/// When no thread can be started.
pub fn start(tell: UnboundedSender<Input>) -> io::Result<()> {
    watch_hangup(tell.clone())?;
    thread::Builder::new().name("input".into()).spawn(move || read_events(&tell))?;
    Ok(())
}

fn read_events(tell: &UnboundedSender<Input>) {
    while let Ok(event) = crossterm::event::read() {
        if tell.send(Input::Event(event)).is_err() {
            return;
        }
    }
    let _ = tell.send(Input::Lost);
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
