//! What the screen knows. [`App::key`], [`App::report`] and [`App::update`] change it and say what should happen next as
//! [`Effect`]s; the loop does that. Painters read it.
//!
//! Must not know: the terminal, threads, how anything is painted.

mod asides;
mod copy;
mod ends;
mod follow;
mod keys;
mod load;
mod marks;
mod mouse;
mod panes;
mod play;
mod report_text;
mod reports;
mod script;
mod search;
mod session;
mod settings;
mod start;
mod time;
mod update;
mod views;
mod watch;
mod writes;

pub use copy::Document;
pub use load::{End, Load};
pub use marks::Place;
pub use session::Session;

use super::action::{Action, Context, Needs, Spec};
use super::clipboard::Clipboard;
use super::config::Config;
use super::dialog::Dialog;
use super::job::{Cancel, Generation, Job, Life};
use super::key::Key;
use super::keymap::Keymap;
use super::look::Surroundings;
use super::message::Messages;
use super::pane::diff::Layout;
use super::pane::layout::{Pane, Room};
use super::pane::{Look, changes, diff, layout, snapshots, transitions, tree};
use super::signals::WriteGate;
use super::store::{Kept, Memory, SourceMarks};
use super::terminal::Mouse;
use super::tour::Tour;
use crate::Error;
use crate::record::Position;
use crate::recording::Recording;
use crate::source::{self, Address, Recent, Recents};
use crate::view::list::ListCursor;
use mouse::Pointer;
use play::{Play, Speed};
use ratatui::layout::Rect;
use script::Script;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the screen is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What is open or being opened; `None` on the start screen.
    pub address: Option<Address>,
    /// How.
    pub options: source::Options,
    /// Whether nothing may be written.
    pub access: Access,
    /// How everything looks.
    pub look: Look,
    /// The name that writes carry.
    pub author: Option<String>,
    /// Where recent ones are remembered; `None` where nothing is.
    pub recents: Option<Recents>,
    /// What was opened lately, newest first.
    pub recent: Vec<Recent>,
    /// Where to begin.
    pub spot: Spot,
    /// Whose the mouse is at first.
    pub mouse: Mouse,
    /// How texts get to the clipboard.
    pub clipboard: Clipboard,
    /// What earlier runs left.
    pub kept: Kept,
    /// What the person has set.
    pub config: Config,
    /// What is known of the terminal.
    pub here: Surroundings,
}

/// Where the screen begins, once the source has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// A moment.
    pub at: Option<String>,
    /// A path in the state.
    pub path: Option<String>,
}

/// Whether the screen may write to the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may, when asked to.
    ReadWrite,
    /// It may not.
    ReadOnly,
}

/// The views, in the order of their digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Timeline and panes.
    Debug,
    /// A and B side by side.
    Diff,
    /// The list of snapshots.
    Snapshots,
    /// Transactions and their steps.
    Transactions,
    /// Variants of a baseline side by side.
    Variants,
    /// Lines of versions.
    Branches,
}

impl View {
    /// All, with their digits and names in the header. 4 is kept for finding in time.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Debug, "1 Debug"),
        (Self::Diff, "2 Diff"),
        (Self::Snapshots, "3 Snaps"),
        (Self::Transactions, "5 Tx"),
        (Self::Variants, "6 Variants"),
        (Self::Branches, "7 Branches"),
    ];
}

/// What the loop should do.
pub enum Effect {
    /// Run a job on a thread of its own.
    Start(Job),
    /// Give the terminal to the shell and stop until continued.
    Suspend,
    /// Draw every cell anew.
    Repaint,
    /// Put a text on the clipboard.
    Copy(String),
    /// Print a text on the shell's screen.
    Print(String),
    /// Open a copy in the editor.
    Edit(Document),
    /// Send a text through the pager, through a command first where there is one.
    Pipe(Document, Option<String>),
    /// Keep something for the next run.
    Keep(Memory),
    /// Take the mouse, or leave it.
    Mouse(Mouse),
    /// End.
    Quit(Leave),
}

/// What stays on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing.
    Nothing,
    /// The last screen, as text.
    Text,
}

/// Keys of a sequence that has begun.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    /// The keys so far.
    pub keys: Vec<Key>,
    /// When the last one came.
    pub since: Option<Instant>,
    /// Whether the box with what may follow is shown.
    pub shown: bool,
}

/// What the screen knows.
pub struct App {
    /// What it was started with.
    pub setup: Setup,
    /// The recording, once open.
    pub recording: Option<Arc<Recording>>,
    /// One per tenant, in the order found.
    pub sessions: Vec<Session>,
    /// Which of them is shown.
    pub current: usize,
    /// How far the source has been read.
    pub load: Load,
    /// The list of recent ones on the start screen.
    pub recent: ListCursor,
    /// Why the last source could not be opened at all, while nothing else has been.
    pub unopened: Option<Error>,
    /// Which view is shown.
    pub view: View,
    /// The one that the diff was opened from.
    before: View,
    /// Which pane of the Debug view has the keys.
    pub focus: Pane,
    /// Whether the focused pane is shown alone.
    pub maximised: bool,
    /// How the diff is laid out, where the person has chosen.
    pub diff_layout: Option<Layout>,
    /// The box on top, if there is one.
    pub dialog: Option<Dialog>,
    /// A rollback question put aside while its diff is looked at.
    pub parked: Option<Dialog>,
    /// Key bindings.
    pub keymap: Keymap,
    /// Keys of a sequence that has begun.
    pub pending: Pending,
    /// What has been said.
    pub messages: Messages,
    /// A walkthrough, in a demo.
    pub tour: Option<Tour>,
    /// What the tree is searching for, while it has not found it.
    pub searching: Option<crate::view::tree::Towards>,
    /// Earlier `:` commands, oldest first.
    pub commands: Vec<String>,
    /// Marks of earlier runs, by source.
    marks: SourceMarks,
    /// A film that runs.
    play: Option<Play>,
    /// How fast films run.
    speed: Speed,
    /// A script that runs.
    script: Option<Script>,
    /// The last keys pressed, where they are shown.
    pub keycast: Option<VecDeque<Key>>,
    /// What the mouse is doing.
    pointer: Pointer,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// The size of the screen.
    pub area: Rect,
    /// The time of the last event.
    pub now: Instant,
    /// Held while a write is running.
    pub gate: WriteGate,
    /// Whether a write is running.
    pub writing: bool,
    /// Whether an application writes to the recording.
    pub life: Life,
    /// Stops following the recording; `None` before it is followed.
    following: Option<Cancel>,
    /// An undo or redo that was announced, and is done when it is asked for again.
    announced: Option<(Action, Position)>,
    /// A scan that is running.
    scanning: Option<Cancel>,
    scans: Generation,
    plans: Generation,
}

/// How long a prefix waits before the box with what may follow opens.
const WHICH_KEY_AFTER: Duration = Duration::from_millis(300);

impl App {
    /// Before anything has been opened.
    pub fn new(setup: Setup, area: Rect, now: Instant) -> Self {
        let tour = setup.address.as_ref().and_then(Tour::of);
        let kept = setup.kept.clone();
        let mut app = Self {
            mouse: setup.mouse,
            recording: None,
            sessions: Vec::new(),
            current: 0,
            load: Load::new(now),
            recent: ListCursor::default(),
            unopened: None,
            view: View::Debug,
            before: View::Debug,
            focus: Pane::State,
            maximised: false,
            diff_layout: None,
            dialog: None,
            parked: None,
            keymap: setup.config.keymap.clone(),
            pending: Pending::default(),
            messages: Messages::default(),
            tour,
            searching: None,
            commands: kept.commands,
            marks: kept.marks,
            play: None,
            speed: Speed::default(),
            script: None,
            keycast: None,
            pointer: Pointer::default(),
            area,
            now,
            gate: WriteGate::default(),
            writing: false,
            life: Life::default(),
            following: None,
            announced: None,
            scanning: None,
            scans: Generation::default(),
            plans: Generation::default(),
            setup,
        };
        app.resize(area);
        app
    }

    /// What to do first.
    pub fn start(&mut self) -> Vec<Effect> {
        let (options, cancel) = (self.setup.options.clone(), self.load.cancel.clone());
        let open = |address| Effect::Start(Job::Open { address, options, cancel });
        let open = self.setup.address.clone().map(open);
        [Effect::Mouse(self.mouse)].into_iter().chain(open).collect()
    }

    /// The session shown.
    pub fn session(&self) -> Option<&Session> {
        self.sessions.get(self.current)
    }

    /// The session shown.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        self.sessions.get_mut(self.current)
    }

    /// Takes the screen's size; panes learn how many rows they have.
    pub fn resize(&mut self, area: Rect) {
        self.area = area;
        self.fit_panes();
    }

    /// Where the panes of the Debug view are.
    pub fn debug_areas(&self) -> layout::DebugAreas {
        let areas = layout::debug(self.area, self.focus);
        if self.maximised && Room::of(self.area) != Room::TooSmall { alone(areas, self.focus) } else { areas }
    }

    /// How the diff is laid out.
    pub fn layout_of_diff(&self) -> Layout {
        self.diff_layout.unwrap_or_else(|| Layout::for_width(self.area.width))
    }

    /// The contexts whose keys hold now, nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(dialog) = &self.dialog {
            return vec![dialog.context(), Context::Always];
        }
        if self.is_start() {
            return vec![Context::Start, Context::Anywhere, Context::Always];
        }
        let mut contexts = self.contexts_of_panes();
        if self.is_opening() {
            contexts.insert(0, Context::Opening);
        }
        contexts
    }

    fn contexts_of_panes(&self) -> Vec<Context> {
        let list = |nearest: &[Context]| [nearest, &[Context::Rows, Context::Anywhere, Context::Always]].concat();
        match (self.view, self.focus) {
            (View::Diff, _) => vec![Context::Diff, Context::Rows, Context::Anywhere, Context::Always],
            (View::Snapshots, _) => list(&[Context::SnapshotsView, Context::Snapshots]),
            (View::Transactions, _) => list(&[Context::Transaction]),
            (View::Variants, _) => list(&[Context::Variants]),
            (View::Branches, _) => list(&[Context::Branches]),
            (View::Debug, Pane::Timeline) => vec![Context::Timeline, Context::Anywhere, Context::Always],
            (View::Debug, pane) => vec![pane_context(pane), Context::Rows, Context::Anywhere, Context::Always],
        }
    }

    /// Why an action cannot be done now; `None` when it can.
    pub fn why_not(&self, spec: &Spec) -> Option<String> {
        let reading = self.load.is_running() && !self.is_start();
        let missing = |there: bool, why: &str| (!there).then(|| why.to_owned());
        let key = |action| self.keymap.key_of(action);
        let in_session = |test: fn(&Session) -> bool| self.session().is_some_and(test);
        let has_versions = missing(in_session(|s| s.history().newest().0 > 0), "nothing has been read yet");
        let writes = matches!(
            spec.needs,
            Needs::Writable | Needs::Undoable | Needs::Redoable | Needs::Editable | Needs::Promotable
        );
        match spec.needs {
            _ if writes && self.setup.access == Access::ReadOnly => {
                Some("read-only: it was opened with --read-only; open it without to write".to_owned())
            }
            _ if writes && self.refused().is_some() => self.refused(),
            _ if writes && reading => {
                Some(format!("not before everything has been read ({} stops reading)", key(Action::Back)))
            }
            Needs::Nothing => None,
            Needs::NothingOpen => missing(self.is_start(), "something is open: quit first"),
            Needs::Recent => missing(!self.setup.recent.is_empty(), "nothing has been opened yet"),
            Needs::Again => missing(self.dialog.as_ref().is_some_and(Dialog::can_retry), "nothing to try again"),
            Needs::Versions | Needs::Writable => has_versions,
            Needs::Snapshots => missing(
                in_session(|s| !s.history().snapshots().is_empty()),
                &format!("no snapshots yet: {} makes one", key(Action::NewSnapshot)),
            ),
            Needs::Undoable => missing(in_session(|s| s.tenant.undoable().is_some()), "nothing of yours to take back"),
            Needs::Redoable => missing(in_session(|s| s.tenant.redoable().is_some()), "nothing taken back to do again"),
            Needs::Editable => missing(self.selected_snapshot().is_some(), "no snapshot is selected: 3 lists them"),
            Needs::Promotable => missing(
                in_session(|s| !s.history().baselines().is_empty()),
                "no variants yet: asof demo ab shows three",
            ),
            Needs::Later => {
                Some("finding in time comes with a later version: [c ]c look for changes of a value".into())
            }
            Needs::Tenants => missing(self.sessions.len() > 1, "there is only one tenant"),
            Needs::Jump => missing(in_session(|s| !s.jumps.is_empty()), "no jump yet"),
            Needs::Marks => missing(in_session(|s| !s.marks.is_empty()), "no marks yet: m and a letter makes one"),
        }
    }

    /// Whether the screen shows how far the reading is, rather than what has been read. Not for a stream: that has no end.
    pub fn is_opening(&self) -> bool {
        let empty = self.sessions.iter().all(|session| session.history().newest().0 == 0);
        let measured = self.load.progress.share > 0.0 && !self.load.aside;
        !self.is_start() && self.load.is_running() && (empty || measured)
    }

    /// When the loop must wake without an event: to open the which-key box, to go on playing or with a script, or at
    /// once to go on searching.
    pub fn deadline(&self) -> Option<Instant> {
        let which_key = self.pending.since.filter(|_| !self.pending.shown).map(|since| since + WHICH_KEY_AFTER);
        let play = self.play.as_ref().map(Play::wake);
        let script = self.script.as_ref().map(|script| script.due);
        let search = self.is_searching().then_some(self.now);
        [which_key, play, script, search].into_iter().flatten().min()
    }

    /// Whether values for the next frame are on their way.
    pub fn is_fetching(&self) -> bool {
        self.session().is_some_and(|session| session.fetching.is_some())
    }

    /// What `deadline` asked to be woken for. `None` when nothing on the screen changed.
    pub fn wake(&mut self, now: Instant) -> Option<Vec<Effect>> {
        self.now = now;
        let due = self.pending.since.is_some_and(|since| !self.pending.shown && now >= since + WHICH_KEY_AFTER);
        self.pending.shown |= due;
        let searched = self.is_searching();
        self.go_on_searching();
        let played = self.play_on();
        let script = self.go_on_with_script();
        if !(due || searched || played || script.is_some()) {
            return None;
        }
        let mut effects = script.unwrap_or_default();
        self.fit_panes();
        effects.extend(self.fetch());
        effects.extend(self.fetch_aside());
        Some(effects)
    }

    fn fit_panes(&mut self) {
        let areas = self.debug_areas();
        let diff_rows = diff::height(layout::diff(self.area).diff);
        let Some(session) = self.sessions.get_mut(self.current) else { return };
        session.tree.resize(tree::height(session.watches.len(), areas.state));
        let change_rows = changes::height(&session.changes, areas.changes);
        session.changes.resize(change_rows);
        session.difftree.resize(diff_rows);
        session.snapshots.resize(snapshots::height(areas.snapshots));
        self.fit_lists();
    }

    /// Rows of the focused pane, for moves by the page.
    fn page(&self) -> usize {
        transitions::height(self.debug_areas().transitions).max(2)
    }
}

fn pane_context(pane: Pane) -> Context {
    match pane {
        Pane::Timeline => Context::Timeline,
        Pane::Transitions => Context::Transitions,
        Pane::Snapshots => Context::Snapshots,
        Pane::State => Context::State,
        Pane::Changes => Context::Changes,
    }
}

/// The same screen with one pane where all were.
fn alone(areas: layout::DebugAreas, pane: Pane) -> layout::DebugAreas {
    let panes = [areas.timeline, areas.transitions, areas.snapshots, areas.state, areas.changes];
    let all = panes.into_iter().filter(|area| !area.is_empty()).reduce(Rect::union).unwrap_or_default();
    let mut alone =
        layout::DebugAreas { header: areas.header, message: areas.message, hints: areas.hints, ..Default::default() };
    match pane {
        Pane::Timeline => alone.timeline = all,
        Pane::Transitions => alone.transitions = all,
        Pane::Snapshots => alone.snapshots = all,
        Pane::State => alone.state = all,
        Pane::Changes => alone.changes = all,
    }
    alone
}
