//! Expressions that are followed: set, asked for and taken, for what is on the screen.
//!
//! Must not name: `draw`, `dialog`.

use super::expressions::Expressions;
use super::tasks::TaskKind;
use super::{App, Effect, Session, View};
use crate::Result;
use crate::query::Query;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::action::{Argument, Grammar};
use crate::tui::job::{AnswerPart, CellsOf, Inquiry, Job, LaneOf};
use crate::tui::owner::SessionId;
use crate::tui::store::{StoreWrite, StoredExpressions, key_of};
use crate::value::Value;
use crate::view::path_filter::over_time;
use crate::view::text::{SafeText, joined, number};
use crate::view::timeline::{LaneRow, TimelineModel};
use std::sync::Arc;

/// Rows of the list that are evaluated: more than most screens show, so that scrolling by a row finds its values there.
const ROWS: usize = 50;

/// A look at more windows than this is given up for a look at the one shown.
const FAR: u64 = 8;

/// Versions whose values are kept.
const MOST_CELLS: usize = 4096;

impl App {
    /// Keeps the expressions that are followed, where they are others than when the source was opened.
    pub(super) fn keep_followed(&self) -> Vec<Effect> {
        let source = self.workspace.address.as_ref().and_then(key_of);
        let kept = self.workspace.sessions.iter().filter_map(|session| {
            let (tenant, followed) = (session.tenant.id().0.to_string(), session.asked.expressions.kept());
            let changed = followed != self.kept_followed(&session.tenant);
            Some(Effect::Keep(StoreWrite::Followed { source: source.clone()?, tenant, followed })).filter(|_| changed)
        });
        kept.collect()
    }

    /// The expressions that an earlier run followed.
    pub(super) fn kept_followed(&self, tenant: &Tenant) -> StoredExpressions {
        let source = self.workspace.address.as_ref().and_then(key_of);
        let of_source = source.and_then(|source| self.followed.get(&source));
        of_source.and_then(|tenants| tenants.get(&*tenant.id().0)).cloned().unwrap_or_default()
    }

    /// Adds a column to the list of transitions, or removes it.
    pub(super) fn toggle_column(&mut self, argument: &Argument) {
        self.toggle_expression(argument, "column", |all| all.columns.clear(), Expressions::toggle_column);
    }

    /// Pins a lane below the timeline, or removes it; without a filter that of the value under the cursor.
    pub(super) fn toggle_lane(&mut self, argument: &Argument) {
        let under = if argument.is_none() { self.filter_under_cursor() } else { None };
        let argument = under.map_or_else(|| Ok(argument.clone()), |text| Grammar::Filter.read(&text, &Value::Null));
        match argument {
            Ok(argument) => {
                self.toggle_expression(&argument, "lane", |all| all.lanes.clear(), Expressions::toggle_lane);
            }
            Err(wrong) => self.messages.failure(wrong),
        }
    }

    /// The filter that gives the value under the cursor in every version.
    fn filter_under_cursor(&self) -> Option<String> {
        let session = self.session()?;
        let (path, shown) = (self.path_under_cursor(session), &session.shown);
        let compared = if self.is_in_ends() { &shown.ends.compared } else { &shown.state.compared };
        let root = [&compared.right, &compared.left].into_iter().find(|value| value.at(&path).is_some());
        let root = root.unwrap_or(&compared.right);
        Some(over_time(self.recorded(session, &path).unwrap_or(root), &path, &compared.keys))
    }

    fn toggle_expression(
        &mut self,
        argument: &Argument,
        what: &'static str,
        clear: impl Fn(&mut Expressions),
        toggle: impl Fn(&mut Expressions, &Arc<Query>) -> std::result::Result<SafeText, SafeText>,
    ) {
        let Some(session) = self.session_mut() else { return };
        let (id, expressions) = (session.id, &mut session.asked.expressions);
        let outcome = if let Some(filter) = argument.filter() {
            toggle(expressions, filter)
        } else {
            clear(expressions);
            expressions.changed();
            Ok(joined!["No ", what, "s"])
        };
        let pinned: Vec<u64> = expressions.lanes.iter().map(|lane| lane.number).collect();
        let is_old = |kind: &TaskKind| match kind {
            TaskKind::Inquiry(Inquiry::Cells(_)) => true,
            TaskKind::Inquiry(Inquiry::Lane(of)) => !pinned.contains(&of.number),
            _ => false,
        };
        self.tasks.drop_kind(id, is_old);
        match outcome {
            Ok(said) => self.messages.note(said),
            Err(wrong) => self.messages.failure(wrong),
        }
    }

    /// Asks for what the lanes need to be drawn, one lane after the other.
    pub(super) fn fetch_lanes(&mut self) -> Option<Effect> {
        let session = self.session()?;
        let idle = session.asked.expressions.lanes.is_empty();
        if idle || self.workspace.view != View::DEBUG || self.workspace.is_loading() {
            return None;
        }
        let (id, newest, branch) = (session.id, session.history().newest().0, session.walked());
        let window = self.window()?;
        let is_lane = |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Lane(_)));
        if let Some(TaskKind::Inquiry(Inquiry::Lane(of))) = self.tasks.find(id, is_lane).map(|task| &task.kind) {
            // A look at far more than is shown by now is not waited for.
            if of.last.0 - of.first.0 <= FAR.saturating_mul(window.end.saturating_sub(window.start)) {
                return None;
            }
            self.tasks.drop_kind(id, is_lane);
        }
        let session = self.session_mut()?;
        let mut wanted = None;
        for lane in &mut session.asked.expressions.lanes {
            if lane.branch != branch {
                lane.runs.forget();
                (lane.branch, lane.ended) = (branch.clone(), None);
            }
            let next = lane.wanted(&window, newest);
            let of = |(first, last)| LaneOf { number: lane.number, filter: lane.filter.clone(), first, last };
            wanted = wanted.or_else(|| next.map(of));
        }
        let (tenant, keys) = (session.tenant_of_line(), Arc::clone(&session.array_keys));
        Some(self.begin(id, Job::Inquire { tenant, inquiry: Inquiry::Lane(wanted?), keys }))
    }

    pub(super) fn take_lane(&mut self, id: SessionId, of: &LaneOf, part: AnswerPart) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        let Some(lane) = session.asked.expressions.lane(of.number) else { return };
        lane.indexed = part.indexed();
        match part {
            AnswerPart::Runs(runs, end) => {
                let known = lane.runs.known();
                if !(of.first.0..=end).contains(&known.end) || known.start > of.first.0 || known.is_empty() {
                    lane.runs.begin(of.first.0);
                }
                lane.runs.take(runs, end);
            }
            AnswerPart::Erred(at, why) => {
                let words = joined![
                    "lane ",
                    SafeText::data(of.filter.text()),
                    ": error at ",
                    number(at),
                    ": ",
                    SafeText::written(&why)
                ];
                self.note_for(id, &words);
            }
            _ => {}
        }
    }

    pub(super) fn end_lane(&mut self, id: SessionId, of: &LaneOf, stopped: bool, outcome: Result<()>) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        let Some(lane) = session.asked.expressions.lane(of.number) else { return };
        match outcome {
            _ if stopped => lane.ended = Some("stopped"),
            Ok(()) => {}
            Err(error) => {
                lane.ended = Some("failed");
                self.fail_for(id, error.to_string());
            }
        }
    }

    /// Asks what the expressions give at the cursor and in the rows of the list, where that is not known.
    pub(super) fn fetch_cells(&mut self) -> Option<Effect> {
        let session = self.session()?;
        let expressions = &session.asked.expressions;
        let filters = expressions.filters();
        if filters.is_empty() || self.workspace.view != View::DEBUG || self.workspace.is_loading() {
            return None;
        }
        let rows = if expressions.has_columns() { session.transitions(ROWS).rows } else { Vec::new() };
        let shown = [session.cursor].into_iter().chain(rows.into_iter().map(|row| row.version));
        let mut versions: Vec<Version> =
            shown.filter(|version| version.0 > 0 && !expressions.cells.contains_key(version)).collect();
        versions.dedup();
        let (id, number, tenant) = (session.id, expressions.number, session.tenant.clone());
        // What is asked for by now is waited for, unless nothing of it is on the screen any more.
        let asked = self.tasks.find(id, |kind| matches!(kind, TaskKind::Inquiry(Inquiry::Cells(_))));
        if let Some(TaskKind::Inquiry(Inquiry::Cells(of))) = asked.map(|task| &task.kind)
            && (versions.is_empty() || versions.iter().any(|version| of.versions.contains(version)))
        {
            return None;
        }
        if versions.is_empty() {
            return None;
        }
        let keys = Arc::clone(&session.array_keys);
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Inquiry(Inquiry::Cells(_))));
        let inquiry = Inquiry::Cells(CellsOf { number, filters, versions });
        Some(self.begin(id, Job::Inquire { tenant, inquiry, keys }))
    }

    pub(super) fn take_cells(&mut self, id: SessionId, of: &CellsOf, part: AnswerPart) {
        let Some(expressions) = self.expressions_of(id, of) else { return };
        if let AnswerPart::Cells(found) = part {
            if expressions.cells.len() + found.len() > MOST_CELLS {
                expressions.cells.clear();
            }
            expressions.cells.extend(found);
        }
    }

    /// What was not found out is not asked for again.
    pub(super) fn end_cells(&mut self, id: SessionId, of: &CellsOf, stopped: bool, outcome: Result<()>) {
        let Some(expressions) = self.expressions_of(id, of) else { return };
        let why = if stopped { "stopped" } else { "error" };
        for version in &of.versions {
            let unknown = || vec![Ok(why.into()); of.filters.len()];
            expressions.cells.entry(*version).or_insert_with(unknown);
        }
        if let Err(error) = outcome.map_err(|error| error.to_string()) {
            self.fail_for(id, error);
        }
    }

    fn expressions_of(&mut self, id: SessionId, of: &CellsOf) -> Option<&mut Expressions> {
        let expressions = &mut self.workspace.of_mut(id)?.asked.expressions;
        Some(expressions).filter(|expressions| expressions.number == of.number)
    }
}

impl Session {
    /// Lanes over the columns of a timeline.
    pub fn lanes(&self, timeline: &TimelineModel) -> Vec<LaneRow> {
        self.asked.expressions.rows(self.cursor, timeline)
    }
}
