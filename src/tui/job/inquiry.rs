//! Questions over time, answered in parts as they are found. Must not name: `app`, `pane`.

mod cells;
mod changes;
mod counts;
mod labels;
mod lanes;
mod spans;
mod writers;

use super::Report;
use crate::diff::{Counts, DiffRules};
use crate::query::Query;
use crate::questions::{FindCondition, Span, Stats};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::{Path, Text, Value};
use crate::view::blame::{BlamedAt, ValueWriter};
use crate::view::change_labels::{ChangeLabel, LabelsOf};
use crate::view::counts::CountsOf;
use crate::view::find::FindHit;
use crate::view::lanes::LaneRun;
use crate::view::path_history::ChangeRow;
use crate::view::text::SafeText;
use crate::{Error, Result};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is asked.
#[derive(Debug, Clone)]
pub enum Inquiry {
    /// Every change of the part at a path.
    Changes(ChangesOf),
    /// When something held.
    Spans(SpansOf),
    /// Who wrote what is on the screen.
    Writers(WritersOf),
    /// How many keys what is on the screen changed.
    Counts(CountsOf),
    /// What transitions without a label on the screen are called.
    Labels(LabelsOf),
    /// Where what ends playing and following becomes true.
    Breaks(SpansOf),
    /// What an expression gave over a stretch of versions.
    Lane(LaneOf),
    /// What expressions give at single versions.
    Cells(CellsOf),
}

impl Inquiry {
    /// Whether it is answered from the index of paths.
    fn reads_paths(&self) -> bool {
        match self {
            Self::Spans(of) | Self::Breaks(of) => of.condition.0.reads_values(),
            Self::Changes(_) | Self::Writers(_) | Self::Lane(_) => true,
            Self::Counts(_) | Self::Labels(_) | Self::Cells(_) => false,
        }
    }
}

/// A condition, shared between threads.
#[derive(Clone)]
pub struct Compiled(pub Arc<FindCondition>);

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Compiled")
    }
}

/// Which lane is asked for.
#[derive(Debug, Clone)]
pub struct LaneOf {
    /// Which lane: answers to one that is not there any more are dropped.
    pub number: u64,
    /// What it shows.
    pub filter: Arc<Query>,
    /// The first version.
    pub first: Version,
    /// The last one.
    pub last: Version,
}

/// What is asked for at single versions.
#[derive(Debug, Clone)]
pub struct CellsOf {
    /// Which list of expressions.
    pub number: u64,
    /// All of them.
    pub filters: Vec<Arc<Query>>,
    /// At which versions.
    pub versions: Vec<Version>,
}

/// When something is to be found.
#[derive(Debug, Clone)]
pub struct SpansOf {
    /// What must hold.
    pub condition: Compiled,
    /// Which question it belongs to: an answer to an earlier one is dropped.
    pub number: u64,
    /// The first version that counts.
    pub first: Version,
    /// The last one.
    pub last: Version,
    /// From the newest on.
    pub newest_first: bool,
    /// A span that reaches the version before the first one.
    pub open: Option<Span>,
}

/// Whose writers are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritersOf {
    /// In which version.
    pub at: BlamedAt,
    /// Of what is at these paths.
    pub paths: Vec<Path>,
}

/// Which changes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesOf {
    /// Where the part is.
    pub path: Path,
    /// In this version.
    pub at: Version,
    /// Whether the path leads into a string that holds JSON.
    pub embedded: bool,
    /// The first version that counts.
    pub first: Version,
    /// The last one.
    pub last: Version,
}

/// A part of an answer.
#[derive(Debug)]
pub enum AnswerPart {
    /// Percent of the versions whose paths are indexed, while that is not done.
    Indexed(u8),
    /// What is followed, in words.
    Name(String),
    /// Changes, each older than those before it.
    Changes(Vec<ChangeRow>),
    /// Spans; one that was told before has grown.
    Hits(Vec<FindHit>),
    /// The version come to, and what that took.
    Reached(Version, Stats),
    /// Who wrote what is at a path, in words.
    Writers(Vec<(Path, ValueWriter)>),
    /// The newest state, where no rule changes what the history counted.
    Plain(Option<Value>),
    /// What versions changed, by the rules.
    Counts(Vec<(Version, Counts)>),
    /// What versions without a label are called.
    Labels(Vec<(Version, ChangeLabel)>),
    /// Runs of the same, oldest first, and the version behind those looked at.
    Runs(Vec<LaneRun>, u64),
    /// The first version at which an expression ended in an error, and that.
    Erred(Version, Text),
    /// What expressions give at versions, in words, or their errors.
    Cells(Vec<(Version, CellRow)>),
}

impl AnswerPart {
    /// How much is indexed, where it tells that.
    pub fn indexed(&self) -> Option<u8> {
        match self {
            Self::Indexed(percent) => Some(*percent),
            _ => None,
        }
    }
}

/// What expressions give at one version, in words, or their errors.
pub type CellRow = Vec<std::result::Result<SafeText, String>>;

/// Answers. Blocks until that is done or cancelled.
pub(super) fn answer(
    tenant: &Tenant,
    inquiry: &Inquiry,
    chosen: &DiffRules,
    (cancel, tell): (&Cancel, &mut dyn FnMut(Report)),
) {
    let mut parts = PartSender::new(tell);
    let outcome = parts.index(tenant, inquiry, cancel).and_then(|()| match inquiry {
        Inquiry::Changes(of) => changes::changes(tenant, of, chosen, cancel, &mut parts),
        Inquiry::Spans(of) | Inquiry::Breaks(of) => spans::spans(tenant, of, cancel, &mut parts),
        Inquiry::Writers(of) => writers::writers(tenant, of, chosen, cancel, &mut parts),
        Inquiry::Counts(of) => {
            counts::counts(tenant, of, chosen, cancel, &mut parts);
            Ok(())
        }
        Inquiry::Labels(of) => {
            labels::labels(tenant, of, chosen, cancel, &mut parts);
            Ok(())
        }
        Inquiry::Lane(of) => lanes::lane(tenant, of, cancel, &mut parts),
        Inquiry::Cells(of) => cells::cells(tenant, of, cancel, &mut parts),
    });
    parts.flush();
    tell(Report::Answered(outcome));
}

/// Changes that are told together.
const TOGETHER: usize = 256;

/// What is found is told at once, then no more often than this.
const PAUSE: Duration = Duration::from_millis(60);

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0) as u8
}

/// Tells parts, several at a time.
struct PartSender<'t> {
    tell: &'t mut dyn FnMut(Report),
    changes: Vec<ChangeRow>,
    hits: Vec<FindHit>,
    due: Instant,
}

impl<'t> PartSender<'t> {
    fn new(tell: &'t mut dyn FnMut(Report)) -> Self {
        Self { tell, changes: Vec::new(), hits: Vec::new(), due: Instant::now() }
    }

    /// Indexes the paths of a history where the question needs that, and tells how far that is.
    fn index(&mut self, tenant: &Tenant, inquiry: &Inquiry, cancel: &Cancel) -> Result<()> {
        if !inquiry.reads_paths() {
            return Ok(());
        }
        let indexed = tenant.paths(&mut |progress| {
            if Instant::now() >= self.due {
                self.part(AnswerPart::Indexed(progress.share.map_or(0, percent)));
                self.due = Instant::now() + PAUSE;
            }
            if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match indexed {
            Err(Error::Interrupted) => Ok(()),
            indexed => indexed.map(drop),
        }
    }

    fn part(&mut self, part: AnswerPart) {
        (self.tell)(Report::Part(part));
    }

    fn change(&mut self, change: ChangeRow) {
        self.changes.push(change);
        self.flush_if_due();
    }

    /// A span that grew takes the place of what was not told yet.
    fn hit(&mut self, hit: FindHit) {
        let grew = |last: &FindHit| last.span.from == hit.span.from || last.span.to == hit.span.to;
        if self.hits.last().is_some_and(grew) {
            self.hits.pop();
        }
        self.hits.push(hit);
        self.flush_if_due();
    }

    /// How far it has come, after what was found on the way.
    fn reached(&mut self, part: AnswerPart) {
        self.flush();
        self.part(part);
    }

    fn flush_if_due(&mut self) {
        if self.changes.len() + self.hits.len() >= TOGETHER || Instant::now() >= self.due {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.changes.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            self.part(AnswerPart::Changes(changes));
        }
        if !self.hits.is_empty() {
            let hits = std::mem::take(&mut self.hits);
            self.part(AnswerPart::Hits(hits));
        }
        self.due = Instant::now() + PAUSE;
    }
}
