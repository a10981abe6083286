//! One assertion and what came out, for people and for machines.

use crate::assertions::{Assertion, AssertionVerdict, Counterexample};
use crate::cli::Console;
use crate::cli::asked::{VersionTold, changes_read};
use crate::cli::cells::{CellWidths, Ink, RowCell};
use crate::cli::diff::{change_cells, change_json};
use crate::cli::exit::CommandResult;
use crate::cli::rules::ignored_json;
use crate::diff::{Change, DiffRules, IgnoredPaths};
use crate::error::counted;
use crate::export::json::{JsonOutput, list, object, optional};
use crate::questions::Course;
use crate::record::Version;
use crate::value::Text;
use crate::view::clock::rfc_3339;
use crate::view::text::recorded as recorded_text;

/// Changes shown of one version; the rest is counted.
const SHOWN: usize = 8;

/// Changes written for machines of one version.
const WRITTEN: usize = 100;

/// What is said of a version that broke an assertion where something is missing or `null`.
const NULL_COMPARED: &str =
    "null was compared with a number: jq has null below every number; .a == null or .a >= 0 lets it pass";

/// An assertion, what came out, and the version that broke it.
pub struct JudgedAssertion<'a> {
    pub assertion: &'a Assertion,
    verdict: &'a AssertionVerdict,
    told: Option<VersionTold>,
    /// For people: moment, author, label.
    pub when: Vec<Text>,
    /// What that version changed of what the condition reads; of all where it changed nothing of that.
    changes: Vec<Change>,
}

impl<'a> JudgedAssertion<'a> {
    pub fn new(
        assertion: &'a Assertion,
        verdict: &'a AssertionVerdict,
        course: &Course<'_>,
        rules: &DiffRules,
    ) -> CommandResult<Self> {
        let example = verdict.counterexample.as_ref();
        let version = example.and_then(|example| example.version);
        let tenant = course.tenant();
        let info = version.and_then(|version| tenant.history().info(version));
        let when = info.map(|info| {
            let at = info.at.map(|at| Text::from(rfc_3339(at)));
            let recorded = info.by.into_iter().chain((!info.label.is_empty()).then_some(info.label));
            at.into_iter().chain(recorded.map(|text| Text::from(&*recorded_text(&text)))).collect()
        });
        let changes = match example.zip(version) {
            Some((example, version)) if !example.reads.is_empty() => {
                changes_read(tenant, version, rules, &example.reads)?
            }
            _ => Vec::new(),
        };
        let told = version.map(|version| VersionTold::of(tenant, version));
        Ok(Self { assertion, verdict, told, when: when.unwrap_or_default(), changes })
    }

    pub fn holds(&self) -> bool {
        self.verdict.counterexample.is_none()
    }

    pub fn version(&self) -> Option<Version> {
        self.verdict.counterexample.as_ref()?.version
    }

    /// What is to be known beside the answer.
    pub fn notes(&self) -> Vec<String> {
        let title = self.assertion.title();
        let error = self.verdict.first_error.as_ref().map(|(version, why)| {
            let times = counted(self.verdict.errors, "time");
            format!("{title}: a filter ended in an error {times} and counts as false, first at {version}: {why}")
        });
        let idle = (self.holds() && self.verdict.scopes == Some(0))
            .then(|| format!("{title}: holds because after(...) was never true"));
        let example = self.verdict.counterexample.as_ref().filter(|example| example.compares_null);
        let version = example.and_then(|example| example.version);
        let null = version.map(|version| format!("{title}: at {version} {NULL_COMPARED}"));
        error.into_iter().chain(idle).chain(null).collect()
    }

    /// Why it does not hold, in one line: `#7, since #3: .balance >= 0 is false`.
    pub fn why(&self) -> String {
        let Some(Counterexample { version, since, why, .. }) = &self.verdict.counterexample else {
            return String::new();
        };
        let since = since.filter(|since| Some(*since) != *version).map(|since| format!(", since {since}"));
        let version = version.map(|version| format!("{version}{}: ", since.unwrap_or_default())).unwrap_or_default();
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{version}{why}")
    }

    /// A line for each change, and how many are left out.
    pub fn change_rows(&self) -> (Vec<Vec<RowCell>>, usize) {
        let rows = self.changes.iter().take(SHOWN).map(change_cells).collect();
        (rows, self.changes.len().saturating_sub(SHOWN))
    }

    pub fn print(&self, console: &mut Console) -> CommandResult<()> {
        let (word, ink) = if self.holds() { ("holds", Ink::Green) } else { ("FAILS", Ink::Red) };
        let name = self.assertion.name.as_deref().unwrap_or_default();
        let row = [RowCell::new(word).ink(ink), RowCell::new(name), RowCell::new(self.assertion.line())];
        console.out.row(&CellWidths::default(), &row)?;
        if self.holds() {
            return Ok(());
        }
        let indent = |cells: Vec<RowCell>| [vec![RowCell::new("    ")], cells].concat();
        let why = indent([RowCell::new(self.why())].into_iter().collect());
        console.out.row(&CellWidths::default(), &why)?;
        if !self.when.is_empty() {
            let when = self.when.iter().map(|text| RowCell::new(text).ink(Ink::Dim)).collect();
            console.out.row(&CellWidths::default(), &indent(when))?;
        }
        let (rows, more) = self.change_rows();
        let rows: Vec<_> = rows.into_iter().map(indent).collect();
        console.out.table(&rows)?;
        if more > 0 {
            let text = counted(more as u64, "more change");
            console.out.row(&CellWidths::default(), &indent(vec![RowCell::new(text).ink(Ink::Dim)]))?;
        }
        Ok(())
    }

    pub fn json(&self, ignored: &IgnoredPaths) -> JsonOutput {
        let AssertionVerdict { counterexample, scopes, evaluated, errors, first_error } = self.verdict;
        let example = counterexample.as_ref();
        let told =
            |field: fn(&VersionTold) -> &JsonOutput| optional(self.told.as_ref().map(|told| field(told).clone()));
        object([
            ("holds", self.holds().into()),
            ("version", optional(self.version().map(|version| version.0))),
            ("name", optional(self.assertion.name.clone())),
            ("assertion", self.assertion.text.clone().into()),
            ("compares_null", example.is_some_and(|example| example.compares_null).into()),
            ("since", optional(example.and_then(|example| example.since).map(|since| since.0))),
            ("why", optional(example.map(|example| example.why.clone()))),
            ("at", told(|told| &told.at)),
            ("label", told(|told| &told.label)),
            ("by", told(|told| &told.by)),
            ("kind", told(|told| &told.kind)),
            ("changes", list(self.changes.iter().take(WRITTEN).map(change_json))),
            ("change_count", (self.changes.len() as u64).into()),
            ("scopes", optional(*scopes)),
            ("evaluated", (*evaluated).into()),
            ("errors", (*errors).into()),
            ("first_error", optional(first_error.as_ref().map(|(_, why)| why.clone()))),
            ("ignored_paths", ignored_json(ignored)),
        ])
    }
}
