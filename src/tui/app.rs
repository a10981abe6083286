//! What the screen knows. [`App::key`], [`App::report`] and [`App::update`] change it and say what should happen next
//! as [`Effect`]s; the loop does that. Painters read it, and give it back where they painted what ([`App::take_map`]).
//!
//! Must not name: threads, `pane`, `draw`.

mod able;
mod absent;
mod arrays;
mod asides;
mod asked;
mod blame;
mod box_content;
mod boxed;
mod breaks;
mod choices;
mod copy;
mod counts;
mod effect;
mod embedded;
mod ends;
mod expressions;
mod film;
mod filter;
mod find;
mod folds;
mod follow;
mod following;
mod inquiries;
mod keys;
mod labels;
mod lanes;
mod leave;
mod link;
mod lists;
mod live;
mod load;
mod look_ahead;
mod look_aside;
mod marks;
mod mouse;
mod notices;
mod panes;
mod path_history;
mod play;
mod questions;
mod report_text;
mod reports;
mod script;
mod search;
mod session;
mod settings;
mod setup;
mod start;
mod strip;
mod tasks;
mod time;
mod unmoved;
mod update;
mod views;
mod whole;
mod workspace;
mod writes;

pub use boxed::Boxed;
pub use effect::{Effect, ProgramDocument};
pub use load::{Load, LoadEnd};
pub use marks::JumpPlace;
pub use session::Session;
pub use setup::{Access, Setup, StartSpot};
pub use start::Offer;
pub use tasks::Tasks;
pub use views::page;
pub use workspace::Workspace;

use super::action::{Speed, View};
use super::dialog::leaving::Leave;
use super::frame_map::{DiffLayout, FrameMap, Pane};
use super::job::Job;
use super::key::Key;
use super::keymap::Keymap;
use super::message::Messages;
use super::owner::{Owner, WorkspaceId};
use super::store::{SourceFolds, SourceFollowed, SourceMarks};
use super::terminal::Mouse;
use crate::Error;
use crate::source::TrackedFile;
use crate::view::list::ListCursor;
use film::Play;
use script::Script;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use unmoved::Unmoved;

/// Keys of a sequence that has begun.
#[derive(Debug, Clone, Default)]
pub struct PendingKeys {
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
    /// What belongs to what is open.
    pub workspace: Workspace,
    /// What is running.
    pub tasks: Tasks,
    /// The list on the start screen of what can be opened.
    pub offered: ListCursor,
    /// Files at and below the working directory that git holds versions of, most versions first.
    tracked: Vec<TrackedFile>,
    /// Why the last source could not be opened at all, while nothing else has been.
    pub unopened: Option<Error>,
    /// Which pane of the Debug view has the keys.
    pub focus: Pane,
    /// Whether the focused pane is shown alone.
    pub maximised: bool,
    /// How the diff is laid out, where the person has chosen.
    pub diff_layout: Option<DiffLayout>,
    /// The box on top, if there is one.
    pub dialog: Option<Boxed>,
    /// Boxes that open when the one on top closes: a report never replaces that.
    behind: VecDeque<Boxed>,
    /// What the screen showed before a line was opened that takes effect while it is typed.
    before_line: Option<live::LineBefore>,
    /// What stays on the terminal, once it has been asked to end and waits for tasks that must finish.
    leaving: Option<Leave>,
    /// Key bindings.
    pub keymap: Keymap,
    /// Keys of a sequence that has begun.
    pub pending: PendingKeys,
    /// What has been said.
    pub messages: Messages,
    /// What it takes to know that a key changed nothing.
    unmoved: Unmoved,
    /// The directory whose names were looked up last, as it was typed, and the names.
    pub files: (String, Vec<String>),
    /// Earlier `:` commands, oldest first.
    pub commands: Vec<String>,
    /// Marks of earlier runs, by source.
    marks: SourceMarks,
    /// What earlier runs left open in the trees.
    folds: SourceFolds,
    /// The expressions that earlier runs followed.
    followed: SourceFollowed,
    /// How fast films run.
    speed: Speed,
    /// A script that runs. It may open other sources, so it belongs to none.
    script: Option<Script>,
    /// The last keys pressed, where they are shown.
    pub keycast: Option<VecDeque<Key>>,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// What the last frame showed where.
    pub map: FrameMap,
    /// The time of the last event.
    pub now: Instant,
}

/// How long a prefix waits before the box with what may follow opens.
const WHICH_KEY_AFTER: Duration = Duration::from_millis(300);

impl App {
    /// Before anything has been opened.
    pub fn new(setup: Setup, now: Instant) -> Self {
        let kept = setup.kept.clone();
        let mut workspace = Workspace::new(WorkspaceId::default(), setup.address.clone(), now);
        workspace.spot = setup.spot.clone();
        Self {
            mouse: setup.mouse,
            workspace,
            tasks: Tasks::default(),
            offered: ListCursor::default(),
            tracked: Vec::new(),
            unopened: None,
            focus: Pane::State,
            maximised: false,
            diff_layout: None,
            dialog: None,
            behind: VecDeque::new(),
            before_line: None,
            leaving: None,
            keymap: setup.config.keymap.clone(),
            pending: PendingKeys::default(),
            messages: Messages::default(),
            unmoved: Unmoved::default(),
            files: Default::default(),
            commands: kept.commands,
            marks: kept.marks,
            folds: kept.folds,
            followed: kept.followed,
            speed: Speed::default(),
            script: None,
            keycast: None,
            map: FrameMap::default(),
            now,
            setup,
        }
    }

    /// What to do first.
    pub fn start(&mut self) -> Vec<Effect> {
        let (options, owner) = (self.setup.options.clone(), Owner::Workspace(self.workspace.id));
        let options = self.workspace.reading.iter().fold(options, |options, reading| reading.with(options));
        let address = self.workspace.address.clone();
        let open = address.map(|address| self.begin(owner, Job::Open { address, options }));
        let offer = open.is_none().then(|| self.look_for_tracked()).flatten();
        [Effect::Mouse(self.mouse)].into_iter().chain(open).chain(offer).collect()
    }

    /// The session shown.
    pub fn session(&self) -> Option<&Session> {
        self.workspace.session()
    }

    /// The session shown.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        self.workspace.session_mut()
    }

    /// Takes what was painted where. Where lists have other room than before, they are moved into it, and what is to be
    /// asked for now is answered: then the frame has to be painted anew.
    pub fn take_map(&mut self, mut map: FrameMap) -> Option<Vec<Effect>> {
        map.heights = map.heights.or(self.map.heights);
        let columns = |map: &FrameMap| map.strip.as_ref().map(|strip| strip.columns.width);
        let is_new = map.heights != self.map.heights || columns(&map) != columns(&self.map);
        let is_cut = self.dialog.as_ref().is_some_and(Boxed::is_cut);
        self.dialog.iter_mut().for_each(|boxed| boxed.extent = map.extent);
        self.map = map;
        (is_new || is_cut != self.dialog.as_ref().is_some_and(Boxed::is_cut)).then(|| self.settled())
    }

    /// Lanes below the timeline.
    pub fn pinned(&self) -> usize {
        self.session().map_or(0, |session| session.asked.expressions.lanes())
    }

    /// Whether the list of transitions has columns of expressions.
    pub fn has_columns(&self) -> bool {
        self.session().is_some_and(|session| session.asked.expressions.has_columns())
    }

    /// The focused pane's name, for titles.
    pub fn place_name(&self) -> &'static str {
        match (self.workspace.view, self.focus) {
            _ if self.is_start() => "Start",
            (View::DEBUG, Pane::Timeline) => "Timeline",
            (View::DEBUG, Pane::Transitions) => "Transitions",
            (View::DEBUG, Pane::Snapshots) => "Snapshots",
            (View::DEBUG, Pane::State) => "State",
            (View::DEBUG, Pane::Changes) => "Changes",
            (View(name), _) => name,
        }
    }

    /// Whether the screen shows how far the reading is, rather than what has been read. Not for a stream: that has no end.
    pub fn is_opening(&self) -> bool {
        let empty = self.workspace.sessions.iter().all(|session| session.history().newest().0 == 0);
        let measured = self.workspace.load.progress.share.is_some() && !self.workspace.load.aside;
        !self.is_start() && self.workspace.load.is_running() && (empty || measured)
    }

    /// When the loop must wake without an event: to open the which-key box, to go on playing or with a script, or at
    /// once to go on searching.
    pub fn deadline(&self) -> Option<Instant> {
        let which_key = self.pending.since.filter(|_| !self.pending.shown).map(|since| since + WHICH_KEY_AFTER);
        let play = self.session().and_then(|session| session.play.as_ref()).map(Play::wake);
        let script = self.script.as_ref().map(|script| script.due);
        let search = self.is_searching().then_some(self.now);
        [which_key, play, script, search, self.slow_at()].into_iter().flatten().min()
    }

    /// Whether values for the next frame are on their way.
    pub fn is_fetching(&self) -> bool {
        self.session().is_some_and(|session| self.tasks.showing(session.id).is_some())
    }

    /// What `deadline` asked to be woken for. `None` when nothing on the screen changed.
    pub fn wake(&mut self, now: Instant) -> Option<Vec<Effect>> {
        self.now = now;
        let due = self.pending.since.is_some_and(|since| !self.pending.shown && now >= since + WHICH_KEY_AFTER);
        self.pending.shown |= due;
        let searched = self.is_searching();
        let slow = self.grow_slow();
        self.go_on_searching();
        let played = self.play_on();
        let script = self.go_on_with_script();
        if !(due || searched || slow || played || script.is_some()) {
            return None;
        }
        let mut effects = script.unwrap_or_default();
        effects.extend(self.settled());
        Some(effects)
    }

    /// What follows whenever something has changed: panes are fitted, boxes are brought up to date, and what is to be shown
    /// is asked for.
    fn settled(&mut self) -> Vec<Effect> {
        self.fit_panes();
        self.session_mut().into_iter().for_each(Session::look_on);
        self.tour_stands();
        let mut effects = self.renew_questions();
        effects.extend(self.fetch());
        effects.extend(self.fetch_aside());
        effects.extend(self.fetch_changes());
        effects.extend(self.fetch_spans());
        effects.extend(self.fetch_writers());
        effects.extend(self.fetch_counts());
        effects.extend(self.fetch_labels());
        effects.extend(self.fetch_lanes());
        effects.extend(self.fetch_cells());
        effects.extend(self.fetch_breaks());
        effects
    }

    /// Lists have the room that the last frame gave them.
    fn fit_panes(&mut self) {
        let heights = self.map.heights;
        let Some(session) = self.workspace.session_mut() else { return };
        session.tree.resize(heights.state);
        session.changes.resize(heights.changes);
        session.difftree.resize(heights.diff);
        session.snapshots.resize(heights.snapshots);
        self.fit_lists();
    }

    /// Rows of the list of transitions, for moves by the page.
    fn page(&self) -> usize {
        self.map.heights.transitions.max(2)
    }
}
