//! What was asked about one tenant over time, and what was found.
//!
//! Must not name: `draw`, `session`.

use super::View;
use super::expressions::Expressions;
use super::look_ahead::Break;
use crate::diff::IgnoredPaths;
use crate::query::{Query, WrongQuery};
use crate::questions::{FindCondition, Stats};
use crate::record::Version;
use crate::tui::dialog::line::EditLine;
use crate::tui::job::{Compiled, TimeDirection};
use crate::view::blame::Writers;
use crate::view::change_labels::ChangeLabels;
use crate::view::counts::KeyCounts;
use crate::view::find::{FindKind, FindResults};
use crate::view::found::lane;
use crate::view::path_history::PathHistory;
use crate::view::timeline::{Label, TimelineModel};
use std::sync::Arc;

/// What was asked about one tenant, and what has been found.
#[derive(Default)]
pub struct TenantQuestions {
    /// The changes of one path, until that is asked about another one.
    pub history: Option<PathHistory>,
    /// What is looked for in time.
    pub finding: FindProgress,
    /// Who wrote what the state tree shows, while that is shown.
    pub writers: Option<Writers>,
    /// How many keys versions changed.
    pub counts: KeyCounts,
    /// What versions without a label are called.
    pub labels: ChangeLabels,
    /// Expressions beside the list and below the timeline.
    pub expressions: Expressions,
    /// What ends playing and following.
    pub stop: Option<Break>,
    /// Another one for each break.
    pub(super) breaks: u64,
}

impl TenantQuestions {
    /// What the timeline marks: what the view shown has found.
    pub fn hits(&self, view: View, timeline: &TimelineModel) -> Vec<Label> {
        match (&self.history, view) {
            (Some(history), View::HISTORY) => lane(timeline, &|range| history.count_within(range)),
            _ if self.finding.is_on || view == View::FIND => {
                lane(timeline, &|range| self.finding.found.count_within(range))
            }
            _ => Vec::new(),
        }
    }
}

/// Earlier questions that are kept.
const MOST_EARLIER: usize = 50;

/// What is being looked for, and what was found.
#[derive(Default)]
pub struct FindProgress {
    pub line: FindLine,
    /// What was found.
    pub found: FindResults,
    /// Whether `n` and `N` go through what was found, outside of the view too.
    pub is_on: bool,
    pub(super) condition: Option<Compiled>,
    pub(super) number: u64,
    /// What walks before the one that runs took.
    pub(super) base: Stats,
    /// The version come to.
    pub(super) reached: Option<Version>,
}

/// The line that says what to look for.
#[derive(Default)]
pub struct FindLine {
    /// Its text.
    pub line: EditLine,
    /// What it is.
    pub kind: FindKind,
    /// Whether the newest are looked for first.
    pub newest_first: bool,
    /// Whether keys go into it.
    pub is_open: bool,
    /// Why its filter cannot be compiled.
    pub wrong: Option<WrongQuery>,
    pub(super) earlier: Vec<(FindKind, String)>,
    pub(super) at: usize,
}

impl FindLine {
    /// Looks whether the filter can be compiled. O(its length), beside the definitions of the language.
    pub(super) fn check(&mut self) {
        let text = self.line.text();
        let is_filter = self.kind == FindKind::Where && !text.trim().is_empty();
        self.wrong = if is_filter { Query::condition(text).err() } else { None };
    }

    /// A text that can only be meant as a filter is one: it begins with a path, compares or pipes, and compiles.
    pub(super) fn recognise(&mut self) {
        let text = self.line.text().trim();
        let looks_so = text.starts_with('.') && text.contains(['|', '<', '>', '=']);
        if self.kind == FindKind::Text && looks_so && Query::compile(text).is_ok() {
            self.kind = FindKind::Where;
        }
    }

    pub(super) fn put(&mut self, kind: FindKind, text: &str) {
        (self.kind, self.line) = (kind, EditLine::of(text));
        self.check();
    }

    /// An earlier question, or a later one.
    pub(super) fn turn(&mut self, way: TimeDirection) {
        let to = match way {
            TimeDirection::Back => self.at.checked_sub(1),
            TimeDirection::Forward => Some(self.at + 1).filter(|at| *at <= self.earlier.len()),
        };
        let Some(to) = to else { return };
        self.at = to;
        let (kind, text) = self.earlier.get(to).cloned().unwrap_or((self.kind, String::new()));
        self.put(kind, &text);
    }

    pub(super) fn keep(&mut self) {
        let this = (self.kind, self.line.text().to_owned());
        self.earlier.retain(|earlier| *earlier != this);
        self.earlier.push(this);
        if self.earlier.len() > MOST_EARLIER {
            self.earlier.remove(0);
        }
        self.at = self.earlier.len();
    }

    pub(super) fn condition(&self, ignored: IgnoredPaths) -> std::result::Result<FindCondition, WrongQuery> {
        let text = self.line.text();
        Ok(match self.kind {
            FindKind::Where => FindCondition::Holds(Arc::new(Query::condition(text)?)),
            FindKind::Text => FindCondition::Contains(text.into(), ignored),
            FindKind::Label => FindCondition::Label(text.into()),
            FindKind::Author => FindCondition::Author(text.into()),
            FindKind::Tag => FindCondition::Tag(text.into()),
        })
    }
}

impl FindProgress {
    pub(super) fn reached(&mut self, version: Version, stats: &Stats) {
        self.reached = Some(version);
        let (base, found) = (&self.base, &mut self.found.stats);
        found.versions = base.versions + stats.versions;
        found.evaluated = base.evaluated + stats.evaluated;
        found.errors = base.errors + stats.errors;
        found.unreadable = base.unreadable + stats.unreadable;
        found.first_error = base.first_error.clone().or_else(|| stats.first_error.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_can_only_be_a_filter_is_one() {
        for (text, expected) in [
            (".balance < 0", FindKind::Where),
            (".sessions | length > 100", FindKind::Where),
            (".accounts|any(.balance<0)", FindKind::Where),
            (".json", FindKind::Text),
            ("1.4.2", FindKind::Text),
            ("a > b", FindKind::Text),
            (".a <", FindKind::Text),
            (".", FindKind::Text),
        ] {
            let mut line = FindLine::default();
            line.put(FindKind::Text, text);
            line.recognise();
            assert!(line.kind == expected, "{text}");
        }
    }
}
