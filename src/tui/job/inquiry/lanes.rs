//! What an expression gave over a stretch of versions, as runs of the same. Must not name: `app`, `pane`.

use super::{AnswerPart, LaneOf, PartSender};
use crate::Result;
use crate::query::{Query, QueryBudget};
use crate::questions::{Course, Trace};
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::view::lanes::{LaneRun, LaneSample, SampleSummary};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Runs are told no more often than this.
const PAUSE: Duration = Duration::from_millis(60);

/// Tells the runs, oldest first.
pub(super) fn lane(tenant: &Tenant, of: &LaneOf, cancel: &Cancel, parts: &mut PartSender<'_>) -> Result<()> {
    let course = Course::new(tenant, of.first..=of.last).stopped_by(cancel.flag());
    let mut teller = Teller { last: of.last.0, next: of.first.0, runs: Vec::new(), due: Instant::now(), parts };
    trace(&course, &of.filter, cancel, &mut teller)?;
    if !cancel.is_cancelled() {
        teller.finish();
    }
    Ok(())
}

fn trace(course: &Course<'_>, query: &Query, cancel: &Cancel, teller: &mut Teller<'_, '_>) -> Result<()> {
    let budget = QueryBudget { cancelled: cancel.flag().clone(), ..QueryBudget::default() };
    let trace = Trace { course, expressions: std::slice::from_ref(query), budget: &budget };
    let mut erred = false;
    trace.rows(|row| {
        if cancel.is_cancelled() {
            return ControlFlow::Break(());
        }
        let known = !row.is_new;
        let gave = row.values.first();
        teller.version(row.version.0, known, || match gave {
            Some(Ok(value)) => LaneSample::of(value),
            Some(Err(_)) => LaneSample::Error,
            None => LaneSample::Nothing,
        });
        if let Some(Err(why)) = gave.filter(|_| row.is_new && !erred) {
            erred = true;
            teller.parts.part(AnswerPart::Erred(row.version, why.clone()));
        }
        ControlFlow::Continue(())
    })
}

/// Makes runs of versions, and tells them.
struct Teller<'t, 'p> {
    last: u64,
    /// The version expected next.
    next: u64,
    runs: Vec<LaneRun>,
    due: Instant,
    parts: &'t mut PartSender<'p>,
}

impl Teller<'_, '_> {
    /// Takes a version: it gave what the one before gave, or `sample`. Versions left out belong to other branches.
    fn version(&mut self, version: u64, same: bool, sample: impl FnOnce() -> LaneSample) {
        let skipped = version > self.next;
        if skipped {
            self.push(self.next, LaneSample::Nothing);
        }
        if skipped || !same {
            self.push(version, sample());
        }
        self.next = version + 1;
        if self.runs.len() > 1024 || Instant::now() >= self.due {
            self.report();
        }
    }

    fn push(&mut self, from: u64, sample: LaneSample) {
        self.runs.push(LaneRun { from, gave: SampleSummary::of(&sample) });
    }

    /// Versions behind the last one of the branch belong to others.
    fn finish(mut self) {
        if self.next <= self.last {
            self.push(self.next, LaneSample::Nothing);
            self.next = self.last + 1;
        }
        self.report();
    }

    fn report(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        self.parts.part(AnswerPart::Runs(runs, self.next));
        self.due = Instant::now() + PAUSE;
    }
}
