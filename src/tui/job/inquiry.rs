//! Questions over time, answered in parts as they are found. Must not name: `app`, `pane`.

mod changes;

use super::Report;
use crate::Result;
use crate::diff::ArrayKeys;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::Path;
use crate::view::path_history::ChangeRow;
use std::time::{Duration, Instant};

/// What is asked.
#[derive(Debug, Clone)]
pub enum Inquiry {
    /// Every change of the part at a path.
    Changes(ChangesOf),
}

/// Which changes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesOf {
    /// Where the part is.
    pub path: Path,
    /// In this version.
    pub at: Version,
    /// The first version that counts.
    pub first: Version,
    /// The last one.
    pub last: Version,
}

/// A part of an answer.
#[derive(Debug)]
pub enum Part {
    /// What is followed, in words.
    Name(String),
    /// Changes, each older than those before it.
    Changes(Vec<ChangeRow>),
}

/// Answers. Blocks until that is done or cancelled.
pub(super) fn answer(
    tenant: &Tenant,
    inquiry: &Inquiry,
    chosen: &ArrayKeys,
    (cancel, tell): (&Cancel, &mut dyn FnMut(Report)),
) {
    let mut parts = Parts::new(tell);
    let outcome: Result<()> = match inquiry {
        Inquiry::Changes(of) => changes::changes(tenant, of, chosen, cancel, &mut parts),
    };
    parts.flush();
    tell(Report::Answered(outcome));
}

/// Changes that are told together.
const TOGETHER: usize = 256;

/// What is found is told at once, then no more often than this.
const PAUSE: Duration = Duration::from_millis(60);

/// Tells parts, several at a time.
struct Parts<'t> {
    tell: &'t mut dyn FnMut(Report),
    changes: Vec<ChangeRow>,
    due: Instant,
}

impl<'t> Parts<'t> {
    fn new(tell: &'t mut dyn FnMut(Report)) -> Self {
        Self { tell, changes: Vec::new(), due: Instant::now() }
    }

    fn part(&mut self, part: Part) {
        (self.tell)(Report::Part(part));
    }

    fn change(&mut self, change: ChangeRow) {
        self.changes.push(change);
        if self.changes.len() >= TOGETHER || Instant::now() >= self.due {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.changes.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            self.part(Part::Changes(changes));
        }
        self.due = Instant::now() + PAUSE;
    }
}
