//! An [`App`] with a recording in memory, driven by key strings.

use crate::Error;
use crate::record::{TenantId, Time, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::source::{self, Address, GitFile, Recent};
use crate::tui::app::{Access, App, Effect, Setup, StartSpot};
use crate::tui::clipboard::Clipboard;
use crate::tui::config::Config;
use crate::tui::dialog::sheet::Scroll;
use crate::tui::draw::{fingerprint, paint, render, text_of};
use crate::tui::job::{Job, Report, Task, TaskMessage};
use crate::tui::key::Key;
use crate::tui::look::{Look, Surroundings};
use crate::tui::owner::Owner;
use crate::tui::store::{StoreWrite, StoredState};
use crate::tui::task::TaskId;
use crate::tui::terminal::Mouse;
use crate::value::parse;
use crate::view::timeline::TimelineModel;
use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The screen, driven by keys.
pub struct Harness {
    /// What is tested.
    pub app: App,
    /// Effects that only a terminal can do, in order: `copy …`, `quit`, `suspend`.
    pub outside: Vec<String>,
    /// What would be kept for the next run.
    pub kept: Vec<StoreWrite>,
    /// Whether jobs may touch files.
    pub files: Files,
    /// Which tasks take their time.
    pub holds: Holds,
    /// Those that do, and what they have to say.
    pub held: Vec<Held>,
    /// The task that reads the source, where a test says what it would.
    reading: TaskId,
    /// The size of the screen.
    pub area: Rect,
    now: Instant,
}

/// Which tasks take their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// None: all are done at once.
    Nothing,
    /// Those that fetch what a frame shows.
    Frames,
    /// All.
    Everything,
}

/// A task that takes its time.
#[allow(clippy::large_enum_variant, reason = "a handful in a test")]
pub enum Held {
    /// It has not begun.
    Waiting(Box<Task>),
    /// It is done, and this of what it said has not come yet.
    Done(VecDeque<TaskMessage>),
}

/// Whether jobs may touch files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    /// They may.
    Real,
    /// They may in one directory.
    Within(PathBuf),
    /// They fail.
    Refused,
}

/// The timeline of the guide: S1 to S6 with their snapshots.
pub const GUIDE: &[&str] = &[
    r#"{"version":"1.0.0","features":{"new_ui":false},"sessions":0}"#,
    r#"{"version":"1.0.0","features":{"new_ui":false},"sessions":100}"#,
    r#"{"version":"1.5.0","features":{"new_ui":false},"sessions":100}"#,
    r#"{"version":"1.5.0","features":{"new_ui":true,"beta":false},"sessions":100}"#,
    r#"{"version":"2.0.0","features":{"new_ui":true,"beta":false},"sessions":100}"#,
    r#"{"version":"2.5.0","features":{"new_ui":true,"beta":true},"sessions":150}"#,
];

impl Harness {
    /// The guide's timeline.
    pub fn guide(width: u16, height: u16) -> Self {
        let (recording, tenant) = recorded(GUIDE);
        for (name, version) in [(Some("v1.0.0"), 1), (None, 3), (Some("v2.0.0"), 5)] {
            let name = name.map(Into::into);
            tenant.snapshot(&SnapshotRequest { name, version: Some(Version(version)), ..Default::default() }).unwrap();
        }
        Self::of(Address::Demo("guide".into()), recording, width, height)
    }

    /// Any states.
    pub fn states(states: &[&str], width: u16, height: u16) -> Self {
        let (recording, _) = recorded(states);
        Self::of(Address::File("shop.jsonl".into()), recording, width, height)
    }

    /// A recording as if it had just been read.
    pub fn of(address: Address, recording: Arc<Recording>, width: u16, height: u16) -> Self {
        let mut harness = Self::reading(address, recording, width, height);
        harness.report(Report::Read(Ok(())));
        harness
    }

    /// A source, opened and read as the program does it.
    pub fn opened(address: Address, width: u16, height: u16) -> Self {
        let mut harness = Self::at(Some(address), Vec::new(), width, height);
        let effects = harness.app.start();
        harness.perform(effects);
        harness.frame();
        harness
    }

    /// Nothing open.
    pub fn start(recent: Vec<Recent>, width: u16, height: u16) -> Self {
        Self::at(None, recent, width, height)
    }

    fn at(address: Option<Address>, recent: Vec<Recent>, width: u16, height: u16) -> Self {
        let (config, here) = (Config::default(), Surroundings::default());
        let setup = Setup {
            address,
            options: source::Options::default(),
            access: Access::ReadWrite,
            look: Look::of(&config, &here),
            author: None,
            recents: None,
            recent,
            asks_git: false,
            spot: StartSpot::default(),
            mouse: Mouse::Captured,
            clipboard: Clipboard::Auto,
            kept: StoredState::default(),
            config,
            here,
        };
        Self::with(setup, width, height)
    }

    fn with(setup: Setup, width: u16, height: u16) -> Self {
        let now = Instant::now();
        let app = App::new(setup, now);
        let area = Rect::new(0, 0, width, height);
        let (outside, kept, held) = (Vec::new(), Vec::new(), Vec::new());
        let (files, holds, reading) = (Files::Real, Holds::Nothing, TaskId::default());
        Self { app, outside, kept, files, holds, held, reading, area, now }
    }

    /// The frame after an event, and what follows from it.
    fn frame(&mut self) -> &mut Self {
        let effects = render(&mut self.app, self.area, &mut Buffer::empty(self.area));
        self.perform(effects);
        self
    }

    /// The timeline on the screen.
    pub fn strip(&self) -> TimelineModel {
        paint(&self.app, self.area, &mut Buffer::empty(self.area)).strip.unwrap().timeline
    }

    /// A recording that is still being read.
    pub fn reading(address: Address, recording: Arc<Recording>, width: u16, height: u16) -> Self {
        let mut harness = Self::at(Some(address), Vec::new(), width, height);
        harness.find(recording);
        harness
    }

    fn find(&mut self, recording: Arc<Recording>) {
        let started = self.app.start().into_iter().find_map(|effect| match effect {
            Effect::Start(task) => Some(task.id),
            _ => None,
        });
        self.reading = started.unwrap_or_default();
        let directory = recording.directory();
        let tenants = recording.tenants().unwrap().iter().map(|id| recording.tenant(id).unwrap()).collect();
        self.report(Report::Opened(recording, directory));
        self.report(Report::Tenants(tenants));
    }

    /// As if earlier runs had left this.
    pub fn remembering(address: Address, recording: Arc<Recording>, kept: StoredState) -> Self {
        let mut setup = Self::at(Some(address), Vec::new(), 120, 36).app.setup;
        setup.kept = kept;
        let mut harness = Self::with(setup, 120, 36);
        harness.find(recording);
        harness.report(Report::Read(Ok(())));
        harness
    }

    /// Opened at a place, with options of the person's own.
    pub fn led(address: Address, spot: StartSpot, config: Config) -> Self {
        let setup = Self::at(Some(address), Vec::new(), 120, 36).app.setup;
        let mut harness = Self::with(Setup { spot, config, ..setup }, 120, 36);
        let effects = harness.app.start();
        harness.perform(effects);
        harness.frame();
        harness.wait_often();
        harness
    }

    /// Lets a script's next steps run.
    pub fn wait_often(&mut self) {
        for _ in 0..16 {
            self.wait(Duration::from_millis(1));
        }
    }

    /// Opens read-only.
    pub fn read_only(mut self) -> Self {
        self.app.setup.access = Access::ReadOnly;
        self
    }

    /// Opens another source in place of what is open.
    pub fn open(&mut self, address: Address) -> &mut Self {
        let effects = self.app.open(address);
        self.perform(effects);
        self.frame()
    }

    /// Presses keys, separated by blanks.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in Key::parse_sequence(keys).unwrap() {
            self.press(key);
            self.frame();
        }
        self
    }

    fn press(&mut self, key: Key) {
        let effects = self.app.key(key).unwrap_or_default();
        self.perform(effects);
    }

    /// Types text into the line of a dialog.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
            self.press(Key::parse(&name).unwrap());
        }
        self.frame()
    }

    /// Runs a `:` command.
    pub fn command(&mut self, text: &str) -> &mut Self {
        self.keys(":").text(text).keys("Enter")
    }

    /// Gives the screen a terminal event: a paste, the mouse.
    pub fn event(&mut self, event: &Event) -> &mut Self {
        if let Event::Resize(width, height) = event {
            self.area = Rect::new(0, 0, *width, *height);
        }
        let effects = self.app.input(event, self.now).unwrap_or_default();
        self.perform(effects);
        self.frame()
    }

    /// Moves the mouse wheel, presses or drags at a cell.
    pub fn mouse(&mut self, kind: MouseEventKind, at: Position) -> &mut Self {
        let mouse = MouseEvent { kind, column: at.x, row: at.y, modifiers: KeyModifiers::NONE };
        self.event(&Event::Mouse(mouse))
    }

    /// Presses and lets go at the first place that shows a text.
    #[track_caller]
    pub fn click(&mut self, text: &str) -> &mut Self {
        let at = self.place(text);
        let button = MouseButton::Left;
        self.mouse(MouseEventKind::Down(button), at).mouse(MouseEventKind::Up(button), at)
    }

    /// Where the first letter of a text is.
    #[track_caller]
    pub fn place(&self, text: &str) -> Position {
        let screen = self.screen();
        let found = screen.lines().enumerate().find_map(|(row, line)| Some((row, line.find(text)?, line)));
        let (row, at, line) = found.unwrap_or_else(|| panic!("the screen should show {text:?}:\n{screen}"));
        let column = crate::view::text::width(&line[..at]);
        Position::new(u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    }

    /// Where the first mark of a version stands, below the legend.
    pub fn mark_place(&self, sign: &str) -> Position {
        let screen = self.screen();
        let found = screen.lines().enumerate().skip(2).find_map(|(row, line)| Some((row, line.find(sign)?, line)));
        let (row, at, line) = found.unwrap_or_else(|| panic!("the screen should show {sign:?}:\n{screen}"));
        Position::new(u16::try_from(crate::view::text::width(&line[..at])).unwrap(), u16::try_from(row).unwrap())
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        let effects = self.app.wake(self.now).unwrap_or_default();
        self.perform(effects);
        self.frame()
    }

    /// From now on, what a frame shows takes its time.
    pub fn hold(&mut self) -> &mut Self {
        self.holds = Holds::Frames;
        self
    }

    /// From now on, every task takes its time.
    pub fn hold_all(&mut self) -> &mut Self {
        self.holds = Holds::Everything;
        self
    }

    /// What is held by now comes, in order.
    pub fn let_come(&mut self) -> &mut Self {
        for held in std::mem::take(&mut self.held) {
            let messages = match held {
                Held::Waiting(task) => done(*task),
                Held::Done(messages) => messages,
            };
            messages.into_iter().for_each(|message| self.message(message));
        }
        self.frame()
    }

    /// Nothing is held any more, and what was comes, with all that follows from it.
    pub fn let_all_come(&mut self) -> &mut Self {
        self.holds = Holds::Nothing;
        while !self.held.is_empty() {
            self.let_come();
        }
        self
    }

    /// One of those held goes one step on: it is done, or the next thing that it said comes.
    pub fn release(&mut self, which: usize) {
        match self.held.remove(which) {
            Held::Waiting(task) => self.held.push(Held::Done(done(*task))),
            Held::Done(mut messages) => {
                let next = messages.pop_front();
                if !messages.is_empty() {
                    self.held.push(Held::Done(messages));
                }
                next.into_iter().for_each(|message| self.message(message));
            }
        }
    }

    /// A new size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.area = Rect::new(0, 0, width, height);
        self.frame()
    }

    /// Takes a message and does what follows.
    pub fn message(&mut self, message: TaskMessage) {
        let effects = self.app.report(message, self.now);
        self.perform(effects);
    }

    /// Takes a report of the task that would make it, and does what follows.
    pub fn report(&mut self, report: Report) {
        let task = self.speaker(&report);
        self.message(TaskMessage { task, report });
        self.frame();
    }

    /// The task that follows the recording, while one does.
    pub fn follower(&self) -> Option<TaskId> {
        let mut running = self.app.tasks.all();
        running.find(|(_, task)| format!("{:?}", task.kind) == "Follow").map(|(id, _)| id)
    }

    fn speaker(&mut self, report: &Report) -> TaskId {
        let job = match report {
            Report::Followed(_) | Report::Failed(_) | Report::Refused(..) => {
                Job::Follow(self.app.workspace.recording.clone().unwrap())
            }
            Report::Share(_) => Job::Write {
                recording: self.app.workspace.recording.clone().unwrap(),
                tenant: self.tenant(),
                write: crate::ops::Verb::Compact { before: Version(1) }.into(),
                keep: None,
            },
            _ => return self.reading,
        };
        if let Some(id) = self.follower().filter(|_| matches!(job, Job::Follow(_) | Job::Grow(..))) {
            return id;
        }
        let owner = match &job {
            Job::Follow(_) | Job::Grow(..) => Owner::Workspace(self.app.workspace.id),
            _ => self.app.session().unwrap().id.into(),
        };
        self.app.tasks.begin(owner, job, self.now).id
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let mut buffer = Buffer::empty(self.area);
        paint(&self.app, self.area, &mut buffer);
        text_of(&buffer)
    }

    /// Draws a frame as the loop does: a key that changed nothing says so.
    pub fn draw(&mut self) -> &mut Self {
        let mut buffer = Buffer::empty(self.area);
        let effects = render(&mut self.app, self.area, &mut buffer);
        self.perform(effects);
        self.app.shown(fingerprint(&buffer));
        self
    }

    /// The screen as it would be with the open question asked anew.
    pub fn fresh_box(&self) -> String {
        let mut buffer = Buffer::empty(self.area);
        paint(&self.app, self.area, &mut buffer);
        if let Some(dialog) = self.app.fresh_box() {
            dialog.paint(&self.app.around_box(), Scroll::default(), self.area, &mut buffer);
        }
        // A finished frame has no marks of data any more; this box was painted over one.
        crate::view::text::unmarked(&text_of(&buffer)).into_owned()
    }

    /// Asserts that the screen shows a text.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(text), "the screen should show {text:?}:\n{screen}");
        self
    }

    /// Asserts that the screen does not show a text.
    #[track_caller]
    pub fn lacks(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "the screen should not show {text:?}:\n{screen}");
        self
    }

    /// The tenant on the screen.
    pub fn tenant(&self) -> Tenant {
        self.app.session().unwrap().tenant.clone()
    }

    /// The cursor.
    pub fn cursor(&self) -> u64 {
        self.app.session().unwrap().cursor.0
    }

    /// Does effects at once, and what follows from them.
    pub fn perform(&mut self, effects: Vec<Effect>) {
        let mut messages = VecDeque::new();
        for effect in effects {
            match effect {
                // It has no end.
                Effect::Start(Task { job: Job::Follow(_) | Job::Grow(..), .. }) => self.outside.push("follow".into()),
                Effect::Start(task) if self.refuses(&task.job) => {
                    let why = || Error::Usage("no files in this test".into());
                    let report = match task.job {
                        Job::Write { .. } => Report::Written(Err(why())),
                        Job::Open { .. } => Report::Read(Err(why())),
                        Job::WriteFile { .. } => Report::Exported(Err("no files in this test".into())),
                        _ => Report::Ended,
                    };
                    messages.push_back(TaskMessage { task: task.id, report });
                }
                Effect::Start(task) if self.takes_its_time(&task.job) => self.held.push(Held::Waiting(Box::new(task))),
                Effect::Start(task) => messages.extend(done(task)),
                Effect::Copy(what, text) => {
                    self.app.copied(&what, &text, crate::tui::clipboard::UNCONFIRMED);
                    self.outside.push(format!("copy {text}"));
                }
                Effect::Print(text) => self.outside.push(format!("print {text}")),
                Effect::Edit(document) => self.outside.push(format!("edit {} {}", document.name, document.text)),
                Effect::Pipe(document, command) => {
                    self.outside.push(format!("pipe {} {}", document.name, command.unwrap_or_default()));
                }
                Effect::Keep(memory) => self.kept.push(memory),
                Effect::Suspend => self.outside.push("suspend".into()),
                Effect::Repaint => self.outside.push("repaint".into()),
                Effect::Mouse(mouse) => self.outside.push(format!("mouse {mouse:?}")),
                Effect::Quit(leave) => self.outside.push(format!("quit {leave:?}")),
            }
        }
        for message in messages {
            self.message(message);
        }
    }

    fn refuses(&self, job: &Job) -> bool {
        match (&self.files, file_of(job)) {
            (Files::Real, _) | (_, None) => false,
            (Files::Within(directory), Some(path)) => !path.starts_with(directory),
            (Files::Refused, Some(_)) => true,
        }
    }

    fn takes_its_time(&self, job: &Job) -> bool {
        match self.holds {
            Holds::Nothing => false,
            Holds::Frames => matches!(job, Job::Show { .. }),
            Holds::Everything => true,
        }
    }
}

/// Does a task; answers what it has to say.
fn done(task: Task) -> VecDeque<TaskMessage> {
    let mut messages = VecDeque::new();
    task.run(&mut |message| messages.push_back(message));
    messages
}

/// Which file a job would touch.
fn file_of(job: &Job) -> Option<PathBuf> {
    match job {
        Job::Write { keep, .. } => keep.clone(),
        Job::WriteFile { path, .. }
        | Job::ReadScript(path)
        | Job::Open {
            address: Address::Recording(path) | Address::File(path) | Address::Git(GitFile { path, .. }),
            ..
        } => Some(path.clone()),
        Job::Open { .. } | Job::Remember { .. } => Some(PathBuf::new()),
        _ => None,
    }
}

/// A clock that stands still.
pub fn noon() -> Time {
    Time::from_timestamp(1_760_011_200, 0).unwrap()
}

/// A recording in memory with one tenant and these states.
pub fn recorded(states: &[&str]) -> (Arc<Recording>, Tenant) {
    let recording = Arc::new(Recording::memory().with_clock(noon));
    let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    for (at, state) in states.iter().enumerate() {
        tenant.set(&format!("step {}", at + 1), parse(state.as_bytes()).unwrap()).unwrap();
    }
    (recording, tenant)
}
