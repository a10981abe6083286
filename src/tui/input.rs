//! Keys, pastes, mouse and size changes, from a thread of their own.
//!
//! crossterm reads from standard input where that is a terminal, and from `/dev/tty` where it is not, so `asof open -`
//! has its keys. Its reader spins for ever once the terminal has gone, so a second thread looks now and then whether it
//! is still there. Must not name: `key`, `keymap`, `action`.

use super::probe::Answers;
use crossterm::event::{Event, KeyCode, KeyModifiers};
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// Something from the person.
#[derive(Debug)]
pub enum UserInput {
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

/// Keeps an answer that comes after its question was given up (a slow line) from being taken for keys. crossterm reads
/// the one about the background as Alt-], its letters, and Alt-\ or Ctrl-G.
struct LateAnswer {
    until: Instant,
    inside: bool,
}

/// How late an answer may be.
const LATEST: Duration = Duration::from_secs(3);

impl LateAnswer {
    fn new(now: Instant) -> Self {
        Self { until: now + LATEST, inside: false }
    }

    fn swallows(&mut self, event: &Event, now: Instant) -> bool {
        let Event::Key(key) = event else { return false };
        let is = |letter, modifiers| key.code == KeyCode::Char(letter) && key.modifiers == modifiers;
        let starts = is(']', KeyModifiers::ALT);
        let ends = is('\\', KeyModifiers::ALT) || is('g', KeyModifiers::CONTROL);
        let swallows = now < self.until && (self.inside || starts);
        self.inside = swallows && !ends;
        swallows
    }
}

/// Starts reading; keys that were typed before come first. A new size is told from the return on, however late the thread
/// runs: the first poll is what makes crossterm listen to it. So the size is to be asked for afterwards.
///
/// # Errors
/// When no thread can be started, or the terminal cannot be read.
pub fn start(tell: UnboundedSender<UserInput>, keyboard: Keyboard, answers: Answers) -> io::Result<()> {
    crossterm::event::poll(Duration::ZERO)?;
    watch_hangup(tell.clone())?;
    for key in answers.typed {
        // A closed channel means that the screen has ended already.
        let _ = tell.send(UserInput::Event(Event::Key(key)));
    }
    let late = answers.late.then(|| LateAnswer::new(Instant::now()));
    thread::Builder::new().name("input".into()).spawn(move || read_events(&tell, &keyboard, late))?;
    Ok(())
}

fn read_events(tell: &UnboundedSender<UserInput>, keyboard: &Keyboard, mut late: Option<LateAnswer>) {
    while let Ok(event) = next_event(keyboard) {
        let mut is_late = |event: &Event| late.as_mut().is_some_and(|late| late.swallows(event, Instant::now()));
        let event = event.filter(|event| !is_late(event));
        if event.is_some_and(|event| tell.send(UserInput::Event(event)).is_err()) {
            return;
        }
    }
    let _ = tell.send(UserInput::Lost);
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
fn watch_hangup(tell: UnboundedSender<UserInput>) -> io::Result<()> {
    let is_there = if io::stdin().is_terminal() { || io::stdin().is_terminal() } else { || io::stdout().is_terminal() };
    thread::Builder::new().name("hang-up".into()).spawn(move || {
        while is_there() && !tell.is_closed() {
            thread::sleep(LOOK_EVERY);
        }
        let _ = tell.send(UserInput::Lost);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    #[test]
    fn a_late_answer_is_no_key() {
        let start = Instant::now();
        let mut late = LateAnswer::new(start);
        let mut left = |letter, modifiers, after| {
            let event = Event::Key(KeyEvent::new(KeyCode::Char(letter), modifiers));
            !late.swallows(&event, start + Duration::from_millis(after))
        };
        let (none, alt) = (KeyModifiers::NONE, KeyModifiers::ALT);
        assert!(left('.', none, 10), "a key before it");
        let answer = [(']', alt), ('1', none), (';', none), ('r', none), ('q', none), ('\\', alt)];
        assert!(answer.iter().all(|(letter, modifiers)| !left(*letter, *modifiers, 200)));
        assert!(left('.', none, 210), "a key after it");
        assert!(left(']', alt, 4_000), "too late to be an answer");
    }
}
