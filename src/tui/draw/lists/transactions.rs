//! The Transactions view: the list, one of them with its steps, and what the focused step changed.

use super::{Painter, put_changes, put_list};
use crate::ops::StepResult;
use crate::tui::action::Action;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::{FrameMap, ListMap};
use crate::tui::look::Look;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::{Focus, table, text};
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined, number};
use crate::view::transactions::{self, Detail, Step, Which};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Where it is painted, and how.
pub(super) const PAINTER: Painter = Painter { areas: |_, area| layout::transactions(area), paint };

/// Paints it; answers what the message line says.
fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let look = app.look();
    let lists = &session.lists;
    let rows = transactions::table(&session.history(), &lists.transactions, lists.which, table::height(areas.list));
    let title = if lists.which == Which::Failed { "Transactions that failed" } else { "Transactions" };
    if !areas.list.is_empty() {
        map.heights.list = table::paint(&rows, &title.into(), look, Focus::Elsewhere, areas.list, buf).height();
    }
    let Some(detail) = session.transaction() else {
        let lines = if areas.list.is_empty() { rows.empty.as_slice() } else { &[] };
        let beside = ListAreas { list: Rect::default(), ..*areas };
        text::paint_empty(&"[Transaction]".into(), lines, look, beside.whole(), buf);
        return "An application makes transactions; asof demo transaction shows three".into();
    };
    let steps = paint_steps(session, &detail, areas.list.is_empty(), look, areas.detail, buf);
    map.heights.detail = steps.height();
    put_list(steps, map);
    if !areas.changes.is_empty() {
        paint_changes(app, session, &detail, areas.changes, buf);
    }
    sentence(session, &detail)
}

fn paint_steps(session: &Session, detail: &Detail, alone: bool, look: &Look, area: Rect, buf: &mut Buffer) -> ListMap {
    let why = why(detail, area.width);
    let inner = usize::from(area.height.saturating_sub(3));
    let room = inner.saturating_sub(if why.is_empty() { 0 } else { why.len() + 1 }).max(inner.min(3));
    let proof = |version, to| session.lists.asides.equal(version, to);
    let mut rows = transactions::step_table(detail, &session.lists.steps, room, proof);
    if alone {
        rows.position = joined![&rows.position, " · { } other transactions"];
    }
    let title = joined!["[", detail.id.to_string(), "] ", &detail.title];
    let list = table::paint(&rows, &title, look, Focus::Here, area, buf);
    let used = u16::try_from(rows.rows.len() + 3).unwrap_or(u16::MAX);
    let below = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        y: area.y.saturating_add(used),
        height: area.height.saturating_sub(used.saturating_add(1)),
    };
    text::put(&why, look, below, buf);
    ListMap { rows: list.first(room), ..list }
}

/// `Why step 3 failed`, and the application's words for it.
fn why(detail: &Detail, columns: u16) -> Vec<(Tone, SafeText)> {
    let Some((step, why)) = &detail.why else { return Vec::new() };
    let room = usize::from(columns).saturating_sub(6);
    let lines = why.iter().flat_map(|line| line.wrap(room)).map(|line| (Tone::Plain, joined!["  ", line]));
    std::iter::once((Tone::Bad, joined!["Why step ", step.to_string(), " failed"])).chain(lines).collect()
}

fn paint_changes(app: &App, session: &Session, detail: &Detail, area: Rect, buf: &mut Buffer) {
    let look = app.look();
    let step = session.lists.steps.selected(detail.steps.len()).and_then(|at| detail.steps.get(at));
    let name = step.map(Step::name).unwrap_or_default();
    let inner = text::paint((&joined!["Changes of ", name], &SafeText::default()), &[], look, area, buf);
    let result = step.map(|step| step.is.result);
    let note = if result == Some(StepResult::Undone) { "undone" } else { "" };
    if let Some(ends) = session.ends_of_step(detail) {
        return put_changes(session, ends, note, look, inner, buf);
    }
    let mut lines = vec![(Tone::Dim, nothing(result).into())];
    if result == Some(StepResult::Failed) {
        let key = app.keymap.key_of(Action::RollBack);
        lines.push((Tone::Plain, joined![key, " rolls the transaction back to"]));
        lines.extend(transactions::ways_back_lines(&detail.ways_back).map(|way| (Tone::Plain, way)));
    }
    text::put(&lines, look, inner, buf);
}

fn nothing(result: Option<StepResult>) -> &'static str {
    match result {
        Some(StepResult::Failed) => "A failed step changes nothing: its edits were discarded.",
        Some(StepResult::NotRun) => "This step was not run.",
        _ => "Nothing changed yet.",
    }
}

/// `Step 3 failed. It went back to #48,214; state #48,217 equals #48,214.`
fn sentence(session: &Session, detail: &Detail) -> SafeText {
    let back = detail.steps.iter().rev().find_map(|step| Some((step.is.version?, step.is.equals?)));
    let back = back.map(|(version, to)| {
        let proof = match session.lists.asides.equal(version, to) {
            Some(true) => joined![": state ", number(version), " equals ", number(to)],
            Some(false) => joined![": state ", number(version), " DIFFERS from ", number(to)],
            None => SafeText::default(),
        };
        joined!["Rolled back to ", number(to), proof]
    });
    let failed = detail.why.as_ref().map(|(step, _)| joined!["Step ", step.to_string(), " failed"]);
    let stands = failed.is_some() && back.is_none();
    let stands = stands.then(|| "earlier steps stay applied; R rolls back".into());
    SafeText::join([failed, stands, back].into_iter().flatten(), ". ")
}
