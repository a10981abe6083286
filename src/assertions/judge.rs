//! Judges assertions in one pass over the versions of a course.

use super::condition::{AssertionCondition, ConditionState, JudgedVersion, Took};
use super::{Assertion, Formula};
use crate::index::PathIndex;
use crate::query::{QueryBudget, Reads};
use crate::questions::Course;
use crate::record::Version;
use crate::value::{Text, Value};
use std::iter::Peekable;
use std::sync::atomic::Ordering;

/// What came out for one assertion.
#[derive(Debug, Clone, Default)]
pub struct AssertionVerdict {
    /// Where it is seen to be broken first; `None` where it holds.
    pub counterexample: Option<Counterexample>,
    /// How many scopes `after` opened; `None` for an assertion without.
    pub scopes: Option<u64>,
    /// How often a filter was evaluated: only where something that it reads had changed.
    pub evaluated: u64,
    /// How often a filter ended in an error, and so counted as false.
    pub errors: u64,
    /// The first of them, and why.
    pub first_error: Option<(Version, Text)>,
}

/// Where an assertion is broken.
#[derive(Debug, Clone)]
pub struct Counterexample {
    /// The version; for `eventually` the last of the run. `None` where there was no version at all.
    pub version: Option<Version>,
    /// The version that opened the scope.
    pub since: Option<Version>,
    /// In words.
    pub why: Text,
    /// Whether `null` was compared with a number there, as happens where something is missing.
    pub compares_null: bool,
    /// What the condition reads; empty for `eventually`, which no single change breaks.
    pub reads: Vec<Reads>,
}

/// What came out for all.
#[derive(Debug, Clone, Default)]
pub struct AssertionReport {
    /// In the order of the assertions.
    pub verdicts: Vec<AssertionVerdict>,
    /// Versions gone through. Where all was decided before the last one, the rest was not looked at.
    pub versions: u64,
    /// How many of them had to be read: those that touched what a filter reads.
    pub read: u64,
    /// Versions that could not be read, and were left out.
    pub unreadable: u64,
}

/// Judges assertions of what a branch went through, until all are decided or it is cancelled. `compared` gives the part of a
/// value that `changed` looks at. O(versions), reading a value where something was touched that a filter reads, and an
/// evaluation where that had changed.
pub fn judge(
    assertions: &[Assertion],
    course: &Course<'_>,
    budget: &QueryBudget,
    compared: &dyn Fn(&Value) -> Value,
) -> AssertionReport {
    let mut runs: Vec<_> = assertions.iter().map(|assertion| AssertionRun::new(&assertion.formula)).collect();
    let mut report = AssertionReport::default();
    let mut before: Option<(Value, Value)> = None;
    let paths = course.paths(&|| budget.cancelled.load(Ordering::Relaxed));
    let mut touched = Touched::new(course, paths.as_deref().ok(), assertions);
    for version in course.forward() {
        if budget.cancelled.load(Ordering::Relaxed) || runs.iter().all(|run| run.decided) {
            break;
        }
        let is_touched = touched.is(version);
        let known = before.as_ref().filter(|_| !is_touched).map(|(value, _)| value.clone());
        report.read += u64::from(known.is_none());
        let Ok(value) = known.map_or_else(|| course.tenant().value_at(version), Ok) else {
            report.unreadable += 1;
            continue;
        };
        report.versions += 1;
        let same = before.as_ref().filter(|(old, _)| old.same(&value));
        let stripped = same.map_or_else(|| compared(&value), |(_, stripped)| stripped.clone());
        let old = before.as_ref();
        let here = JudgedVersion {
            version,
            value: &value,
            before: old.map(|(old, _)| old),
            compared: (&stripped, old.map(|(_, old)| old)),
            budget,
        };
        runs.iter_mut().filter(|run| !run.decided).for_each(|run| run.step(here));
        before = Some((value, stripped));
    }
    report.verdicts = runs.into_iter().map(AssertionRun::verdict).collect();
    report
}

/// The versions that touched what some assertions read, gone through in order. At any other version they are judged by the
/// value before it, which differs only in what they do not read.
struct Touched<'t> {
    /// `None` where nobody knows: then it may be any.
    lists: Option<Vec<Peekable<Box<dyn Iterator<Item = Version> + 't>>>>,
}

impl<'t> Touched<'t> {
    fn new(course: &'t Course<'_>, paths: Option<&'t PathIndex>, assertions: &'t [Assertion]) -> Self {
        let list = |paths: &'t PathIndex, reads: &Reads| course.touching(paths, reads).peekable();
        let reads = assertions.iter().flat_map(|assertion| assertion.formula.reads());
        Self { lists: paths.map(|paths| reads.map(|reads| list(paths, reads)).collect()) }
    }

    /// Whether a version is one of them. Versions are asked about in order.
    fn is(&mut self, version: Version) -> bool {
        let Some(lists) = &mut self.lists else { return true };
        let mut touched = false;
        for list in lists {
            while list.next_if(|next| *next < version).is_some() {}
            touched |= list.next_if_eq(&version).is_some();
        }
        touched
    }
}

/// One assertion on its way.
struct AssertionRun<'a> {
    monitor: Monitor<'a>,
    took: Took,
    broken: Option<Counterexample>,
    decided: bool,
}

impl<'a> AssertionRun<'a> {
    fn new(formula: &'a Formula) -> Self {
        Self { monitor: Monitor::new(formula), took: Took::default(), broken: None, decided: false }
    }

    fn step(&mut self, here: JudgedVersion<'_>) {
        self.broken = self.monitor.step(here, here.before.is_none(), &mut self.took);
        self.decided = self.broken.is_some() || self.monitor.is_fulfilled();
    }

    fn verdict(self) -> AssertionVerdict {
        let broken = self.broken.or_else(|| self.monitor.end());
        let Took { evaluated, errors, first_error } = self.took;
        AssertionVerdict { counterexample: broken, scopes: self.monitor.scopes(), evaluated, errors, first_error }
    }
}

/// A formula on its way through one run of versions.
enum Monitor<'a> {
    /// `always` of a condition, or `never`.
    Each {
        condition: ConditionState<'a>,
        wanted: bool,
    },
    Eventually {
        condition: ConditionState<'a>,
        fulfilled: bool,
        last: Option<Version>,
    },
    After(Box<AfterMonitor<'a>>),
}

struct AfterMonitor<'a> {
    from: ConditionState<'a>,
    until: Option<ConditionState<'a>>,
    then: &'a Formula,
    /// The scope that is open, and the version that opened it.
    open: Option<(Version, Monitor<'a>)>,
    /// Scopes opened, of those within the ones that are closed if there are such.
    scopes: u64,
}

impl<'a> Monitor<'a> {
    fn new(formula: &'a Formula) -> Self {
        match formula {
            Formula::Always(condition) => Self::each(condition, true),
            Formula::Never(condition) => Self::each(condition, false),
            Formula::Eventually(condition) => {
                Self::Eventually { condition: ConditionState::new(condition), fulfilled: false, last: None }
            }
            Formula::After { from, until, then } => Self::After(Box::new(AfterMonitor {
                from: ConditionState::new(from),
                until: until.as_ref().map(ConditionState::new),
                then,
                open: None,
                scopes: 0,
            })),
        }
    }

    fn each(condition: &'a AssertionCondition, wanted: bool) -> Self {
        Self::Each { condition: ConditionState::new(condition), wanted }
    }

    /// Takes the next version; answers where it is broken now.
    fn step(&mut self, here: JudgedVersion<'_>, is_first: bool, took: &mut Took) -> Option<Counterexample> {
        match self {
            Self::Each { condition, wanted } => {
                let is_broken = condition.is_true(here, is_first, took) != *wanted;
                is_broken.then(|| broken(here, condition.condition(), *wanted))
            }
            Self::Eventually { condition, fulfilled, last } => {
                *fulfilled = *fulfilled || condition.is_true(here, is_first, took);
                *last = Some(here.version);
                None
            }
            Self::After(after) => after.step(here, is_first, took),
        }
    }

    /// Whether no further version can break it.
    fn is_fulfilled(&self) -> bool {
        match self {
            Self::Eventually { fulfilled, .. } => *fulfilled,
            Self::Each { .. } => false,
            Self::After(after) => {
                after.until.is_none() && after.open.as_ref().is_some_and(|(_, open)| open.is_fulfilled())
            }
        }
    }

    /// Where it is broken when the run ends here.
    fn end(&self) -> Option<Counterexample> {
        match self {
            Self::Each { .. } | Self::Eventually { fulfilled: true, .. } => None,
            Self::Eventually { condition, last, .. } => {
                let up_to =
                    last.map_or_else(|| "the range has no versions".to_owned(), |last| format!("not up to {last}"));
                let why = format!("{} was never true: {up_to}", condition.condition().text).into();
                Some(Counterexample { version: *last, since: None, why, compares_null: false, reads: Vec::new() })
            }
            Self::After(after) => after.end(),
        }
    }

    fn scopes(&self) -> Option<u64> {
        let Self::After(after) = self else { return None };
        let open = after.open.as_ref();
        Some(match after.then {
            Formula::After { .. } => after.scopes + open.and_then(|(_, open)| open.scopes()).unwrap_or(0),
            _ => after.scopes,
        })
    }
}

impl AfterMonitor<'_> {
    fn step(&mut self, here: JudgedVersion<'_>, is_first: bool, took: &mut Took) -> Option<Counterexample> {
        if self.open.is_some() {
            let closes = self.until.as_mut().is_some_and(|until| until.is_true(here, is_first, took));
            if !closes {
                let (since, open) = self.open.as_mut()?;
                let broken = open.step(here, false, took)?;
                return Some(broken.since(*since));
            }
            let broken = self.end();
            self.close();
            return broken;
        }
        let opens = self.from.is_true(here, is_first, took)
            && !self.until.as_mut().is_some_and(|until| until.is_true(here, is_first, took));
        if !opens {
            return None;
        }
        self.scopes += u64::from(!matches!(self.then, Formula::After { .. }));
        let (since, open) = self.open.insert((here.version, Monitor::new(self.then)));
        open.step(here, true, took).map(|broken| broken.since(*since))
    }

    fn end(&self) -> Option<Counterexample> {
        let (since, open) = self.open.as_ref()?;
        open.end().map(|broken| broken.since(*since))
    }

    fn close(&mut self) {
        let closed = self.open.take();
        self.scopes += closed.and_then(|(_, closed)| closed.scopes()).unwrap_or(0);
    }
}

impl Counterexample {
    /// In the scope that this version opened, unless an inner one is named.
    fn since(mut self, version: Version) -> Self {
        self.since.get_or_insert(version);
        self
    }
}

fn broken(here: JudgedVersion<'_>, condition: &AssertionCondition, wanted: bool) -> Counterexample {
    let is = if wanted { "false" } else { "true" };
    let compares_null = condition.compares_null(here.value, here.budget);
    let null = if compares_null { ", comparing null with a number" } else { "" };
    Counterexample {
        version: Some(here.version),
        since: None,
        compares_null,
        why: format!("{} is {is}{null}", condition.text).into(),
        reads: condition.reads().cloned().collect(),
    }
}
