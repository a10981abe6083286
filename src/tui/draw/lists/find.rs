//! The Find view: the line that says what to find, what was found, and what the selected one changed.

use super::{Painter, put_changes, put_detail, put_list};
use crate::tui::app::{App, FindLine, Session};
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::{Focus, input, table, text};
use crate::view::clock::date_time_exact;
use crate::view::find::{Find, FindKind, FindQuery, Hit};
use crate::view::found::SIGNS;
use crate::view::needle::Needle;
use crate::view::path_history::Extent;
use crate::view::table::Tone;
use crate::view::text::{SafeText, counted, joined, number};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Where it is painted, and how.
pub(super) const PAINTER: Painter = Painter {
    areas: |session, area| {
        let found = &session.asked.finding.found;
        layout::find(area, (found.extent == Extent::Whole).then(|| found.hits().len()))
    },
    paint,
};

/// Paints it; answers what the message line says.
fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let (look, finding) = (app.look(), &session.asked.finding);
    input::paint(&line(session, areas.input), look, areas.input, buf);
    let found = &finding.found;
    let rows = found.table(&session.history(), session.cursor, table::height(areas.list));
    let focus = if finding.line.is_open { Focus::Elsewhere } else { Focus::Here };
    let needles = needles(&found.query);
    let list = table::paint_found(&rows, (&title(found), &needles), (look, focus), areas.list, buf);
    map.heights.list = list.height();
    put_list(list, map);
    if let Some(at) = cursor(session, areas.input) {
        map.focus(Rect { x: at.x, width: areas.input.right().saturating_sub(at.x), y: at.y, height: 1 });
    }
    if let Some(hit) = found.selected() {
        paint_detail((app, session), hit, areas.detail, map, buf);
    } else if !areas.detail.is_empty() {
        text::paint((&"Change".into(), &SafeText::default()), &[], look, areas.detail, buf);
    }
    let trouble = found.trouble();
    if trouble.is_empty() { SIGNS.into() } else { trouble }
}

/// What is marked in the rows: a text that was looked for, as it was typed; no filter.
fn needles(query: &FindQuery) -> Vec<Needle> {
    if query.kind == FindKind::Where { Vec::new() } else { Needle::smart(query.text.trim()).into_iter().collect() }
}

/// Where the text cursor is while the line is open.
fn cursor(session: &Session, area: Rect) -> Option<Position> {
    session.asked.finding.line.is_open.then(|| input::cursor(&line(session, area), area))?
}

fn title(found: &Find) -> SafeText {
    match (found.query.text.is_empty(), found.query.newest_first) {
        (true, _) => "Found".into(),
        (false, true) => "Found · newest first".into(),
        (false, false) => "Found · oldest first".into(),
    }
}

fn line(session: &Session, area: Rect) -> input::Input {
    let FindLine { line, kind, newest_first, is_open, wrong, .. } = &session.asked.finding.line;
    let end = if *newest_first { "newest first" } else { "oldest first" };
    let below = match wrong {
        Some(wrong) => input::Below::Wrong {
            // In letters before it, as the line shows them.
            before: wrong.text.get(..wrong.at.min(wrong.text.len())).map(SafeText::data).unwrap_or_default(),
            why: SafeText::written(&wrong.why),
            hint: wrong.hint.as_deref().map(SafeText::data),
        },
        None if line.text().is_empty() || *is_open => input::Below::About(kind.about()),
        None => input::Below::About(""),
    };
    let limits = limits(session);
    let (text, at) = line.window(input::room(kind.word(), area));
    let caption = joined![limits, " · ", end];
    input::Input { title: "Find in time", word: kind.word(), text, at, is_open: *is_open, below, caption }
}

/// `versions of main`, `#3 to #40 (A to B)`.
fn limits(session: &Session) -> SafeText {
    match session.limits() {
        (None, None) => joined!["all versions of ", SafeText::data(&session.walked())],
        (Some(first), None) => joined!["from A ", number(first)],
        (None, Some(last)) => joined!["up to B ", number(last)],
        (Some(first), Some(last)) => joined![number(first), " to ", number(last), " (A to B)"],
    }
}

/// Who made it true, and all that this version changed.
fn paint_detail((app, session): (&App, &Session), hit: &Hit, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let look = app.look();
    let found = &session.asked.finding.found;
    let info = session.history().info(hit.span.from);
    let mut facts = vec![joined!["true ", found.span_words(hit.span), " for ", counted(hit.span.versions, "version")]];
    if let Some(info) = info {
        facts.push((&info.label).into());
        facts.extend(info.by.map(|by| joined!["by ", &by]));
        facts.extend(info.at.map(|at| date_time_exact(at).into()));
    }
    let mut lines = vec![(Tone::Strong, SafeText::join(facts, " · "))];
    let columns = usize::from(area.width).saturating_sub(4);
    lines.extend(hit.cause.as_ref().map(|cause| (Tone::Plain, cause.fit(columns))));
    let title = joined!["What ", number(hit.span.from), " changed"];
    let rest = put_detail(title, &lines, (look, area), map, buf);
    if let Some(ends) = session.end_of_hit().filter(|_| rest.height > 0) {
        put_changes(session, ends, "", look, rest, buf);
    }
}
