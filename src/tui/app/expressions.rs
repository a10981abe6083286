//! Expressions that are followed, and what is known of them: columns of the list of transitions, lanes below the timeline.
//!
//! Must not name: `draw`, `dialog`, `session`.

use crate::query::Query;
use crate::record::Version;
use crate::tui::job::CellRow;
use crate::tui::store::StoredExpressions;
use crate::view::lanes::{self, Drawn, LaneRuns, MOST};
use crate::view::path_history::indexing;
use crate::view::text::{SafeText, joined};
use crate::view::timeline::{LaneRow, TimelineModel};
use crate::view::transitions::Transitions;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// More columns leave no room for labels.
const MOST_COLUMNS: usize = 5;

/// What is followed in one tenant.
#[derive(Default)]
pub struct Expressions {
    pub(super) columns: Vec<Arc<Query>>,
    pub(super) lanes: Vec<ExpressionLane>,
    /// Another one for each list of expressions.
    pub(super) number: u64,
    /// What they gave: the columns, then the lanes.
    pub(super) cells: HashMap<Version, CellRow>,
}

/// An expression over time.
pub(super) struct ExpressionLane {
    pub(super) filter: Arc<Query>,
    pub(super) number: u64,
    /// The branch it was evaluated along.
    pub(super) branch: String,
    pub(super) runs: LaneRuns,
    /// As it was drawn last.
    pub(super) drawn: Drawn,
    /// Percent of the versions whose paths are indexed, while that is not done.
    pub(super) indexed: Option<u8>,
    /// Why it is not evaluated any further.
    pub(super) ended: Option<&'static str>,
}

impl Expressions {
    /// The texts of all, for the next run.
    pub fn kept(&self) -> StoredExpressions {
        let text = |filter: &Arc<Query>| filter.text().to_string();
        StoredExpressions {
            columns: self.columns.iter().map(text).collect(),
            lanes: self.lanes.iter().map(|lane| text(&lane.filter)).collect(),
        }
    }

    /// Takes those of an earlier run; what cannot be compiled any more is passed over.
    pub fn recall(&mut self, kept: &StoredExpressions) {
        let compiled = |text: &String| Query::value(text).map(Arc::new).ok();
        kept.columns.iter().filter_map(compiled).for_each(|filter| drop(self.toggle_column(&filter)));
        kept.lanes.iter().filter_map(compiled).for_each(|filter| drop(self.toggle_lane(&filter)));
    }

    /// How many lanes are pinned.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// Whether the list has columns of expressions.
    pub fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Puts what the columns give into the rows of the list.
    pub fn fill(&self, list: &mut Transitions) {
        list.headings = self.columns.iter().map(name).collect();
        for row in &mut list.rows {
            let known = self.cells.get(&row.version);
            let cell = |at: usize| known.and_then(|cells| cells.get(at)).map_or_else(|| "…".into(), words);
            row.cells = (0..self.columns.len()).map(cell).collect();
        }
    }

    /// The lanes over the columns of a timeline.
    pub fn rows(&self, cursor: Version, timeline: &TimelineModel) -> Vec<LaneRow> {
        let known = self.cells.get(&cursor);
        let row = |(at, lane): (usize, &ExpressionLane)| {
            let here = known.and_then(|cells| cells.get(self.columns.len() + at));
            let value = lane.ended.map(SafeText::from).or_else(|| here.map(words)).unwrap_or_default();
            let mut row = lanes::row(name(&lane.filter), value, (&lane.runs, &lane.drawn), timeline);
            row.note = lane.indexed.map(indexing).unwrap_or_default().into();
            row
        };
        self.lanes.iter().enumerate().map(row).collect()
    }

    /// For tests: how many versions a lane has looked at.
    #[cfg(test)]
    pub fn looked_at(&self, lane: usize) -> u64 {
        self.lanes.get(lane).map_or(0, |lane| lane.runs.known().end - lane.runs.known().start)
    }

    pub(super) fn changed(&mut self) {
        self.number += 1;
        self.cells.clear();
    }

    pub(super) fn filters(&self) -> Vec<Arc<Query>> {
        self.columns.iter().chain(self.lanes.iter().map(|lane| &lane.filter)).cloned().collect()
    }

    pub(super) fn lane(&mut self, number: u64) -> Option<&mut ExpressionLane> {
        self.lanes.iter_mut().find(|lane| lane.number == number)
    }

    /// Takes a column in, or out where it is there; one sentence, or what is wrong.
    pub(super) fn toggle_column(&mut self, filter: &Arc<Query>) -> std::result::Result<SafeText, SafeText> {
        let said = match self.columns.iter().position(|column| column.text() == filter.text()) {
            Some(at) => {
                self.columns.remove(at);
                joined!["No column ", name(filter)]
            }
            None if self.columns.len() >= MOST_COLUMNS => {
                return Err(joined![
                    "There are ",
                    MOST_COLUMNS.to_string(),
                    " columns already: `column off` removes them"
                ]);
            }
            None => {
                self.columns.push(Arc::clone(filter));
                joined!["Column ", name(filter), " (the same command removes it)"]
            }
        };
        self.changed();
        Ok(said)
    }

    /// Pins a lane, or takes it away where it is there; one sentence, or what is wrong.
    pub(super) fn toggle_lane(&mut self, filter: &Arc<Query>) -> std::result::Result<SafeText, SafeText> {
        let said = match self.lanes.iter().position(|lane| lane.filter.text() == filter.text()) {
            Some(at) => {
                self.lanes.remove(at);
                joined!["No lane ", name(filter)]
            }
            None if self.lanes.len() >= MOST => {
                return Err(joined!["There are ", MOST.to_string(), " lanes already: `lane off` removes them"]);
            }
            None => {
                let (filter, number) = (Arc::clone(filter), self.number);
                let (branch, runs, drawn) = (String::new(), LaneRuns::default(), Drawn::default());
                let said = joined!["Lane ", name(&filter), " (W or the same command removes it)"];
                self.lanes.push(ExpressionLane { filter, number, branch, runs, drawn, indexed: None, ended: None });
                said
            }
        };
        self.changed();
        Ok(said)
    }
}

impl ExpressionLane {
    /// The versions to ask for, so that a window can be drawn; `None` where it can.
    pub(super) fn wanted(&self, window: &Range<u64>, newest: u64) -> Option<(Version, Version)> {
        if self.ended.is_some() || window.is_empty() || self.runs.suffice(window) {
            return None;
        }
        // As much again on both sides: the window goes with the cursor.
        let beside = window.end - window.start;
        let last = window.end.saturating_add(beside).min(newest.saturating_add(1)).max(window.end) - 1;
        let first = match self.runs.grows(window) {
            true => self.runs.known().end,
            false => window.start.saturating_sub(beside).max(1),
        };
        Some((Version(first), Version(last)))
    }
}

/// The text of an expression; `length of .items` of what a container is followed by.
pub(super) fn name(filter: &Arc<Query>) -> SafeText {
    match filter.text().strip_suffix("length").map(str::trim_end) {
        Some("") => "length of the state".into(),
        Some(counted) => match counted.strip_suffix('|').map(str::trim_end).filter(|path| !path.contains('|')) {
            Some(path) => joined!["length of ", SafeText::data(path)],
            None => SafeText::data(filter.text()),
        },
        None => SafeText::data(filter.text()),
    }
}

fn words(cell: &std::result::Result<SafeText, String>) -> SafeText {
    cell.clone().unwrap_or_else(|_| "error".into())
}
