//! Slow work: done on threads that may block, answered by [`Report`]s.
//!
//! A job knows what it works on; whose it is and whether its answer is still wanted, the registry of tasks knows.
//! Must not name: `key`, `keymap`, `app`, `pane`.

mod aside;
mod export;
mod follow;
mod footprint;
mod inquiry;
mod open;
mod scan;
mod show;
mod task;
mod text;
mod track;
mod tracked;
mod write;

use super::action::Action;
use super::task::Cancel;
use crate::diff::{DiffRules, Differ};
use crate::error::of_system;
use crate::escape;
use crate::history::Revision;
use crate::import::{ImportProblem, Note};
use crate::ops::{self, Moved, Verb};
use crate::record::{SnapshotId, TenantId, Version};
use crate::recording::{Allow, CompactPlan, Progress, Recording, Tenant};
use crate::source::{self, Address, Recents, TrackedFile};
use crate::value::{Path, Text, Value};
use crate::view::changes::Changes;
use crate::view::compared::Compared;
use crate::view::difftree::Pairs;
use crate::view::marks::DiffMarks;
use crate::view::summary::DiffSummary;
use crate::view::text::SafeText;
use crate::view::tree::TreeState;
use crate::{Error, Result};
pub use aside::{AsideAnswer, AsideQuestion};
pub use follow::Life;
pub use footprint::Footprint;
pub use inquiry::{AnswerPart, CellRow, CellsOf, ChangesOf, Compiled, Inquiry, LaneOf, SpansOf, WritersOf};
pub use open::Growing;
pub use scan::{Aspect, Scanned, TimeDirection};
pub use show::FrameManner;
use std::path::PathBuf;
use std::sync::Arc;
pub use task::{Task, TaskMessage};
pub use text::{Making, hash};
pub use track::{Sought, TrackedPath as StoredExpressions};

/// The versions a frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The diff's left end.
    pub a: Version,
    /// The diff's right end.
    pub b: Version,
    /// The version in the tree.
    pub cursor: Version,
    /// What the tree's marks compare the cursor with.
    pub before: Version,
    /// By which choices arrays are matched.
    pub choices: u64,
}

/// The values of [`Wanted`], and what differs.
#[derive(Debug, Default)]
pub struct Shown {
    pub versions: Wanted,
    /// A to B.
    pub ends: Arc<DiffMarks>,
    /// What the cursor is compared with, to the cursor; the same as `ends` where B is the cursor.
    pub state: Arc<DiffMarks>,
    /// The values as they were recorded, where the JSON in their strings is shown opened.
    pub recorded: Option<Recorded>,
    /// What panes show of it, until they have taken it.
    pub panes: Option<Box<Panes>>,
}

/// Values whose strings were not opened.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// At A.
    pub a: Value,
    /// At B.
    pub b: Value,
    /// At the cursor.
    pub cursor: Value,
}

/// What panes show of the values.
#[derive(Debug)]
pub struct Panes {
    /// The state tree.
    pub tree: TreeState,
    /// The changes and the diff, where A and B are others than before.
    pub of_ends: Option<(Changes, Pairs)>,
    /// Where what is followed from the versions before has come to.
    pub followed: Vec<StoredExpressions>,
}

impl Shown {
    /// A and B.
    pub fn ends(&self) -> &Compared {
        &self.ends.compared
    }

    /// The value at the cursor.
    pub fn value(&self) -> &Value {
        &self.state.compared.right
    }

    /// Whether comparing came to its end.
    pub fn is_whole(&self) -> bool {
        self.ends.compared.is_whole() && self.state.compared.is_whole()
    }
}

/// What is asked of a thread.
pub enum Job {
    /// Opens the source and reads it to its end.
    Open { address: Address, options: source::Options },
    /// Follows a recording while others write to it, until cancelled.
    Follow(Arc<Recording>),
    /// Goes on with a file that was read, until cancelled.
    Grow(Arc<Recording>, Box<Growing>),
    /// Fetches what a frame shows.
    Show { tenant: Tenant, versions: Wanted, how: FrameManner },
    /// Gives memory back, which takes its time where there is much.
    Forget(Box<dyn Send>),
    /// Finds out what a view shows beside that.
    Aside {
        tenant: Tenant,
        ask: AsideQuestion,
        /// By what arrays are matched, where somebody chose.
        keys: Arc<DiffRules>,
    },
    /// Works out what a rollback would do.
    Plan {
        tenant: Tenant,
        to: Version,
        /// By what arrays are matched, where somebody chose.
        keys: Arc<DiffRules>,
    },
    /// Works out what cutting off old history would take away.
    PlanCut {
        tenant: Tenant,
        /// The first version that would stay.
        before: Version,
    },
    /// Looks for the version that changed a value.
    Scan {
        tenant: Tenant,
        /// Where in the value.
        path: Path,
        /// By what arrays are matched, where somebody chose.
        keys: Arc<DiffRules>,
        /// Whether JSON in strings is opened.
        embedded: bool,
        /// From which version.
        from: Version,
        way: TimeDirection,
        /// Which changes count.
        of: Aspect,
    },
    /// Answers a question over time, in parts.
    Inquire {
        tenant: Tenant,
        /// What is asked.
        inquiry: Inquiry,
        /// By what arrays are matched, where somebody chose.
        keys: Arc<DiffRules>,
    },
    /// Puts a source at the top of the recent ones.
    Remember {
        /// Their list.
        recents: Recents,
        /// What was opened.
        address: Address,
        /// How many versions it had.
        versions: u64,
    },
    /// Looks for the files of JSON, YAML or TOML near a path of which git holds versions.
    ListTracked(PathBuf),
    /// Asks git how many versions of a file it holds.
    CountInGit(PathBuf),
    /// Reads a script.
    ReadScript(PathBuf),
    /// Makes a text.
    Text(Making, TextFor),
    /// Lists the names in a directory, as it was typed.
    ListFiles(String),
    /// Writes a file that is not there yet.
    WriteFile {
        path: PathBuf,
        /// What it holds.
        content: FileText,
    },
    Write {
        recording: Arc<Recording>,
        /// To whose history.
        tenant: Tenant,
        write: Write,
        /// Where to keep the recording first, if it is in memory only.
        keep: Option<PathBuf>,
    },
}

/// What becomes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextFor {
    /// The clipboard; what it is: `the value of .cart`.
    Copy(String),
    /// The terminal's scrollback.
    Print,
    /// The editor, under this name.
    Edit(&'static str),
    /// The pager, through a command first where there is one, under this name.
    Pipe(&'static str, Option<String>),
    /// It is the checksum of a version, to be said.
    Hash(Version),
}

/// What a file holds.
pub enum FileText {
    /// This.
    Text(Making),
    /// Every version's state.
    History(Tenant),
}

/// A write that was not begun, since the recording could not be kept.
pub struct NotKept {
    pub error: Error,
    pub write: Write,
    pub directory: PathBuf,
}

/// Something to be written.
#[derive(Debug, Clone)]
pub enum Write {
    /// Does this, with what was agreed to.
    Do(Verb, Allow),
    /// Nothing but what there is: keeps a recording that is in memory.
    Nothing,
}

impl From<Verb> for Write {
    fn from(verb: Verb) -> Self {
        Self::Do(verb, Allow::default())
    }
}

/// Where the screen goes after a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterWrite {
    Stay,
    /// To a version that was made.
    Version(Version),
    /// To a snapshot in the list.
    Snapshot(SnapshotId),
    /// Along a branch.
    Branch(Text),
}

/// What a rollback would do, with what would change at the head.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What the history was when it was worked out: with another revision, this holds no longer.
    pub at: Revision,
    /// Snapshots there were then.
    pub snapshots: usize,
    /// What would move.
    pub moved: Moved,
    /// What would change at the head.
    pub summary: Box<DiffSummary>,
}

/// What cutting off old history would take away, and leave.
#[derive(Debug, Clone)]
pub struct Cutting {
    /// What the history was when it was worked out: with another revision, this holds no longer.
    pub at: Revision,
    /// What goes.
    pub plan: CompactPlan,
    /// The first version of what goes.
    pub first: Version,
    /// The newest version.
    pub newest: Version,
    /// Versions that stay.
    pub versions: u64,
    /// Snapshots that stay.
    pub snapshots: u64,
}

/// What has been written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The action's name in the table.
    pub action: &'static str,
    /// One sentence.
    pub what: SafeText,
    /// The action that takes it back, where one does.
    pub back: Option<Action>,
    /// Where the screen goes.
    pub after: AfterWrite,
    /// Where the recording is kept from now on, if that is new.
    pub kept_at: Option<PathBuf>,
}

/// What a job has to say.
pub enum Report {
    /// The source is open; it is being read.
    Opened(Arc<Recording>, Option<PathBuf>),
    /// These tenants have been found so far, in the order found.
    Tenants(Vec<Tenant>),
    /// Bytes of the source.
    Size(u64),
    /// How far the reading is.
    Progress(Progress),
    /// How much memory it takes.
    Footprint(Footprint),
    /// What could not be taken as it is, or was odd, since the last time.
    Odd(Odd),
    /// The reading is over.
    Read(Result<()>),
    /// What a frame shows.
    Shown(Result<Shown>),
    /// What a view shows beside the frame.
    Aside(Result<AsideAnswer>),
    /// What a rollback would do.
    Planned(Result<Preview>),
    /// What cutting off old history would do.
    PlannedCut(Result<Cutting>),
    /// Which share is done.
    Share(f64),
    /// A part of the answer to a question over time.
    Part(AnswerPart),
    /// That answer is complete, or was stopped.
    Answered(Result<()>),
    /// When the value changed.
    Scanned(Result<Scanned>),
    /// What has been read is a file that may go on.
    Grows(Box<Growing>),
    /// Others have written, or come or gone.
    Followed(Life),
    /// Something that goes on in the background met an error.
    Failed(String),
    /// A write is over.
    Written(Result<Written>),
    /// It was not begun: the recording could not be kept in this directory.
    NotKept(Box<NotKept>),
    /// Someone else wrote first; this many records of theirs have been taken up, and ours was not written.
    Overtaken(u64),
    /// Why the recording takes no more writes of this process, or that it does.
    Refused(TenantId, Option<String>),
    /// A file has been written, or not: one sentence.
    Exported(std::result::Result<String, String>),
    /// A text that was asked for.
    Text(String),
    /// The names in a directory.
    Files(Vec<String>),
    /// Files of which git holds versions, most versions first.
    Tracked(Vec<TrackedFile>),
    /// How many versions of the file that is open git holds.
    InGit(PathBuf, u64),
    /// The text of a script, or why it could not be read.
    Script(std::result::Result<String, String>),
    /// The job ended in a bug.
    Panicked(String),
    /// The job is over, and says nothing more.
    Ended,
}

/// What was met while reading: problems and oddities, as many as a person would look at, and how many there were.
#[derive(Debug, Clone, Default)]
pub struct Odd {
    /// What could not be taken as it is.
    pub problems: Vec<ImportProblem>,
    /// How many problems there were, those left out of the list too.
    pub problem_count: usize,
    /// What was odd about versions that were taken all the same.
    pub notes: Vec<(Note, Version)>,
}

/// Names of a directory that are looked at: among more nobody chooses from a list.
const MOST_NAMES: usize = 2000;

/// Nobody reads more problems than this.
pub const MOST_PROBLEMS: usize = 1000;

impl Odd {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.problem_count == 0 && self.notes.is_empty()
    }

    /// Takes a problem.
    pub fn problem(&mut self, problem: ImportProblem) {
        self.problem_count += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Takes a note.
    pub fn note(&mut self, note: Note, version: Version) {
        if self.notes.len() < MOST_PROBLEMS {
            self.notes.push((note, version));
        }
    }

    /// Takes what came after it.
    pub fn add(&mut self, later: Self) {
        let Self { problems, problem_count, notes } = later;
        self.problem_count += problem_count;
        self.problems.extend(problems);
        self.problems.truncate(MOST_PROBLEMS);
        self.notes.extend(notes);
        self.notes.truncate(MOST_PROBLEMS);
    }
}

impl Job {
    /// Does it, until it is done or cancelled. Blocks.
    pub fn run(self, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
        match self {
            Self::Open { address, options } => open::open(&address, &options, cancel, tell),
            Self::Follow(recording) => follow::follow(&recording, cancel, tell),
            Self::Grow(recording, growing) => open::grow(&growing, &recording, cancel, tell),
            Self::Show { tenant, versions, how } => tell(Report::Shown(show::show(&tenant, versions, &how, cancel))),
            Self::Forget(old) => drop(old),
            Self::Aside { tenant, ask, keys } => tell(Report::Aside(aside::find(&tenant, ask, &keys, cancel))),
            Self::Plan { tenant, to, keys } => tell(Report::Planned(plan(&tenant, to, &keys, cancel))),
            Self::PlanCut { tenant, before } => tell(Report::PlannedCut(plan_cut(&tenant, before))),
            Self::Scan { tenant, path, keys, embedded, from, way, of } => {
                let stop = || cancel.is_cancelled();
                let scanned = match embedded {
                    true => scan::scan_embedded(&tenant, (&path, &keys), from, way, &stop),
                    false => scan::scan(&tenant, (&path, &keys), from, (way, of), &stop),
                };
                tell(Report::Scanned(scanned));
            }
            Self::Inquire { tenant, inquiry, keys } => inquiry::answer(&tenant, &inquiry, &keys, (cancel, tell)),
            // Whoever wants to open it again can still name it: not worth a word.
            Self::Remember { recents, address, versions } => drop(recents.note(&address, versions)),
            Self::ReadScript(path) => {
                let text = std::fs::read_to_string(&path);
                tell(Report::Script(text.map_err(|error| Error::io("read", path)(error).to_string())));
            }
            Self::Text(making, _) => tell(Report::Text(making.make())),
            Self::ListFiles(directory) => {
                let path = if directory.is_empty() { "." } else { directory.as_str() };
                tell(Report::Files(text::names(std::path::Path::new(path), MOST_NAMES)));
            }
            Self::ListTracked(path) => tell(Report::Tracked(tracked::tracked_near(&path, cancel))),
            Self::CountInGit(path) => {
                if let Ok(Some(versions)) = source::versions_in_git(&path) {
                    tell(Report::InGit(path, versions));
                }
            }
            Self::WriteFile { path, content } => {
                let written = export::export(&path, content, cancel, tell);
                tell(Report::Exported(
                    written.map_err(|error| format!("{}: {}", escape::file(&path), of_system(&error))),
                ));
            }
            Self::Write { recording, tenant, write, keep } => {
                let report = write::write_kept(&recording, &tenant, &write, keep, (cancel, tell));
                tell(Report::Refused(tenant.id().clone(), recording.refused(tenant.id())));
                tell(report);
            }
        }
    }
}

fn plan(tenant: &Tenant, to: Version, chosen: &DiffRules, cancel: &Cancel) -> Result<Preview> {
    let (at, snapshots) = {
        let history = tenant.history();
        (history.revision(), history.marks().listed().len())
    };
    let moved = ops::plan_rollback(tenant, to)?;
    let head = tenant.value_at(moved.head)?;
    let target = tenant.value_at(moved.to)?;
    let keys = tenant.diff_rules(chosen);
    let diff = Differ::new(&keys, cancel.flag()).diff(&head, &target).unwrap_or_default();
    Ok(Preview { at, snapshots, moved, summary: Box::new(DiffSummary::new(&diff, &head, &target)) })
}

fn plan_cut(tenant: &Tenant, before: Version) -> Result<Cutting> {
    let at = tenant.history().revision();
    let plan = tenant.compact_plan(before)?;
    let history = tenant.history();
    let (first, newest) = (history.first(), history.newest());
    let snapshots = (history.marks().listed().len() - plan.snapshots.len()) as u64;
    Ok(Cutting { at, plan, first, newest, versions: newest.0 + 1 - before.0, snapshots })
}
