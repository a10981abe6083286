//! The loop: waits for signals, input and reports, lets the [`App`] take them, does the [`Effect`]s, draws what
//! changed.
//!
//! The only place where effects happen. A frame is drawn only after something changed, and after every event that is
//! waiting has been taken, so keys held down never queue. Must not name: `key`, `keymap`.

use super::app::{App, Effect, ProgramDocument, Setup, Tasks};
use super::away;
use super::beside::discard_unfinished;
use super::dialog::leaving::Leave;
use super::disputed::DisputedCells;
use super::draw::{draw, fingerprint};
use super::input::{self, Keyboard, UserInput};
use super::job::{Report, Task, TaskMessage};
use super::probe::Answers;
use super::signals::{self, PATIENCE, Signal};
use super::store::{Store, StoreWrite};
use super::terminal::{self, Frames, TerminalGuard};
use crate::error::of_system;
use crate::view::text::joined;
use crate::{Error, Result};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, channel, unbounded_channel};
use tokio::time::{sleep_until, timeout_at};

/// How the screen ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitReport {
    /// The last screen as text, where `Q` asked for it.
    pub text: Option<String>,
}

/// How long a frame waits for the values it should show, so that all panes change together.
const SETTLE: Duration = Duration::from_millis(12);

/// Messages that wait for the screen, at most: then those who have more to say wait. As many are taken between two frames.
const MOST_WAITING: usize = 256;

/// Runs the screen until it ends.
///
/// # Errors
/// When there is no terminal, or it goes away, or nothing at all of the source could be read.
pub fn run(setup: Setup, store: Option<Store>, answers: Answers) -> Result<ExitReport> {
    let guard = TerminalGuard::enter().map_err(Error::io("open", terminal_path()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(Error::io("start", "threads for the screen"))?;
    let outcome: Result<_> =
        runtime.block_on(async { Ok(Screen::start(setup, (store, answers), &guard)?.run().await) });
    drop(guard);
    let (outcome, tasks) = outcome?;
    // Whoever was asked has chosen to leave these; where nobody could be asked, they have a moment.
    tasks.all().for_each(|(_, task)| task.cancel.cancel());
    tasks.gate.wait(PATIENCE);
    discard_unfinished();
    // Threads that still read or fetch are of no use to anyone now.
    runtime.shutdown_background();
    outcome
}

struct Screen<'a> {
    app: App,
    guard: &'a TerminalGuard,
    terminal: Terminal<CrosstermBackend<Frames>>,
    disputed: DisputedCells,
    signals: UnboundedReceiver<Signal>,
    input: UnboundedReceiver<UserInput>,
    messages: Receiver<TaskMessage>,
    tell: Sender<TaskMessage>,
    keyboard: Keyboard,
    store: Option<Store>,
    dirty: bool,
    end: Option<Result<ExitReport>>,
}

/// What woke the loop.
enum Woken {
    Signal(Signal),
    Input(UserInput),
    Message(TaskMessage),
    Deadline,
}

impl<'a> Screen<'a> {
    fn start(setup: Setup, (store, answers): (Option<Store>, Answers), guard: &'a TerminalGuard) -> Result<Self> {
        let failed = || Error::io("open", terminal_path());
        let (signal_sender, signals) = unbounded_channel();
        let (input_sender, input) = unbounded_channel();
        let (tell, messages) = channel(MOST_WAITING);
        let keyboard = Keyboard::default();
        // Before the size is asked for, so that no change of it is missed.
        input::start(input_sender, keyboard.clone(), answers).map_err(failed())?;
        let terminal = Terminal::new(CrosstermBackend::new(Frames::default())).map_err(failed())?;
        let app = App::new(setup, Instant::now());
        signals::watch(signal_sender, app.tasks.gate.clone()).map_err(Error::io("watch", "signals"))?;
        let disputed = DisputedCells::default();
        Ok(Self {
            app,
            guard,
            terminal,
            disputed,
            signals,
            input,
            messages,
            tell,
            keyboard,
            store,
            dirty: true,
            end: None,
        })
    }

    /// Runs until it ends; answers what is still running then.
    async fn run(mut self) -> (Result<ExitReport>, Tasks) {
        let effects = self.app.start();
        self.perform(effects);
        loop {
            self.take_waiting();
            if self.end.is_none() && self.dirty {
                self.settle().await;
                self.draw();
            }
            if let Some(end) = self.end.take() {
                return (end, self.app.tasks);
            }
            let woken = self.wait().await;
            self.take(woken);
        }
    }

    /// The one place where the program waits.
    async fn wait(&mut self) -> Woken {
        let deadline = self.app.deadline();
        let wake = async {
            match deadline {
                Some(deadline) => sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(signal) = self.signals.recv() => Woken::Signal(signal),
            Some(input) = self.input.recv() => Woken::Input(input),
            Some(message) = self.messages.recv() => Woken::Message(message),
            () = wake => Woken::Deadline,
        }
    }

    /// Takes what is waiting, so that only the newest state is drawn; but not more than could wait, or who tells faster than
    /// that is taken would keep the screen from being drawn.
    fn take_waiting(&mut self) {
        for _ in 0..MOST_WAITING {
            let next = self.signals.try_recv().map(Woken::Signal);
            let next = next.or_else(|_| self.input.try_recv().map(Woken::Input));
            let Ok(next) = next.or_else(|_| self.messages.try_recv().map(Woken::Message)) else { return };
            self.take(next);
            if self.end.is_some() {
                return;
            }
        }
    }

    /// Waits a moment for values that are on their way, so that the panes and the header change in one frame.
    async fn settle(&mut self) {
        let deadline = tokio::time::Instant::now() + SETTLE;
        while self.app.is_fetching() {
            let Ok(Some(message)) = timeout_at(deadline, self.messages.recv()).await else { return };
            self.take(Woken::Message(message));
        }
    }

    fn take(&mut self, woken: Woken) {
        let now = Instant::now();
        match woken {
            Woken::Signal(Signal::Stop) => self.suspend(),
            Woken::Signal(Signal::Continue) => self.resume(),
            Woken::Input(UserInput::Lost) => self.end = Some(Err(lost())),
            Woken::Input(UserInput::Event(event)) => {
                if let Some(effects) = self.app.input(&event, now) {
                    self.dirty = true;
                    self.perform(effects);
                }
            }
            Woken::Message(message) => self.take_message(message, now),
            Woken::Deadline => {
                if let Some(effects) = self.app.wake(now) {
                    self.dirty = true;
                    self.perform(effects);
                }
            }
        }
    }

    fn take_message(&mut self, message: TaskMessage, now: Instant) {
        let effects = self.app.report(message, now);
        self.dirty = true;
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(task) => start(task, self.tell.clone()),
                Effect::Suspend => self.suspend(),
                Effect::Repaint => self.repaint(),
                Effect::Copy(what, text) => self.copy(&what, &text),
                Effect::Print(text) => self.leave_for(|| terminal::print(&text).map_err(|error| of_system(&error))),
                Effect::Edit(ProgramDocument { name, text }) => self.leave_for(|| away::edit(name, &text)),
                Effect::Pipe(document, command) => self.leave_for(|| away::page(&document.text, command.as_deref())),
                Effect::Keep(memory) => self.keep(&memory),
                Effect::Mouse(mouse) => self.check(terminal::capture_mouse(mouse)),
                Effect::Quit(leave) => {
                    let text = (leave == Leave::Text).then(|| self.as_text());
                    // Said once more where the shell is, and in the exit code.
                    self.end = Some(self.app.unopened.take().map_or(Ok(ExitReport { text }), Err));
                }
            }
        }
    }

    /// Draws a frame, and once more where a key that changed nothing has to say so.
    fn draw(&mut self) {
        self.dirty = false;
        loop {
            let (app, disputed, mut effects, mut print) = (&mut self.app, &mut self.disputed, Vec::new(), 0);
            let drawn = self.terminal.draw(|frame| {
                effects = draw(app, frame);
                print = fingerprint(frame.buffer_mut());
                disputed.mark(frame.buffer_mut());
            });
            let drawn = drawn.map(|_| print);
            self.perform(effects);
            match drawn {
                Ok(frame) if self.app.shown(frame) => {}
                drawn => return self.check(drawn.map(drop)),
            }
        }
    }

    /// Whatever the route, the person must not lose the text: what was not taken is printed.
    fn copy(&mut self, what: &str, text: &str) {
        match self.app.setup.clipboard.put(text) {
            Ok(way) => self.app.copied(what, text, way),
            Err(error) => {
                let effects = self.app.not_copied(text, &of_system(&error));
                self.perform(effects.into_iter().collect());
            }
        }
        self.dirty = true;
    }

    /// Gives the terminal back, keyboard and all, lets something else use it, and takes it again.
    fn leave_for(&mut self, other: impl FnOnce() -> std::result::Result<(), String>) {
        let keyboard = self.keyboard.clone();
        let held = keyboard.take();
        terminal::restore();
        let outcome = other();
        self.resume();
        drop(held);
        if let Err(why) = outcome {
            self.app.messages.failure(why);
        }
    }

    /// Keeping is a comfort: that it fails is said, and nothing else.
    fn keep(&mut self, memory: &StoreWrite) {
        let kept = self.store.as_ref().map_or(Ok(()), |store| store.keep(memory));
        if let (Err(error), StoreWrite::Marks { .. }) = (kept, memory) {
            self.app.messages.failure(joined![
                "The mark is lost when asof quits: saving failed (",
                of_system(&error),
                ")"
            ]);
        }
    }

    fn suspend(&mut self) {
        terminal::restore();
        self.check(signals::stop());
        self.resume();
    }

    /// The shell may have had the terminal: take it again, and trust nothing on it.
    fn resume(&mut self) {
        self.check(self.guard.reenter());
        self.check(terminal::capture_mouse(self.app.mouse));
        self.repaint();
    }

    fn repaint(&mut self) {
        // Not `Terminal::clear`: that asks the terminal where the cursor is, and would take keys for the answer.
        let cleared = self.terminal.size().and_then(|size| {
            let area = Rect::from((Position::ORIGIN, size));
            self.terminal.resize(area)
        });
        self.check(cleared);
        self.dirty = true;
    }

    fn check(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.end = Some(Err(Error::io("write", terminal_path())(error)));
        }
    }

    fn as_text(&self) -> String {
        let area = self.app.map.area;
        let mut buffer = ratatui::buffer::Buffer::empty(area);
        super::draw::paint(&self.app, area, &mut buffer);
        super::draw::text_of(&buffer)
    }
}

/// Runs a task on a thread that may block. One that panics says that instead of its answer.
fn start(task: Task, tell: Sender<TaskMessage>) {
    tokio::task::spawn_blocking(move || {
        let id = task.id;
        // A closed channel means that the screen has ended: then nobody waits for the answer.
        let mut tell = |message| drop(tell.blocking_send(message));
        if catch_unwind(AssertUnwindSafe(|| task.run(&mut tell))).is_err() {
            let said = terminal::take_panics().pop().unwrap_or_else(|| "a job panicked".to_owned());
            tell(TaskMessage { task: id, report: Report::Panicked(said) });
        }
    });
}

fn lost() -> Error {
    Error::io("read", terminal_path())(io::Error::from(io::ErrorKind::UnexpectedEof))
}

fn terminal_path() -> PathBuf {
    PathBuf::from("the terminal")
}
