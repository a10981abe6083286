//! Paints every view that is a list: each panel of its page where it stands.

mod tenants;
mod variants;

use super::{paint_header, paint_pane, paint_strip, status, title_of};
use crate::tui::app::page::{
    BelowLines, FactLines, InputLine, PageLayout, PagePlace, PageRoom, Panel, Size, TableRows,
};
use crate::tui::app::{App, Session};
use crate::tui::draw::hints;
use crate::tui::frame_map::{FrameMap, HitArea, ListMap, Pane};
use crate::tui::look::Look;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::timeline::Dress;
use crate::tui::pane::{Focus, curve, input, table, text};
use crate::view::Ends;
use crate::view::find::Cause;
use crate::view::found::legend;
use crate::view::path_history::PathHistory;
use crate::view::table::RowTone;
use crate::view::text::SafeText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Paints the view.
pub(super) fn paint(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let Some(list) = app.list_view() else { return };
    let mut areas = areas(list.layout(session), area);
    areas.lift(status::more_rows(app, area.width));
    paint_header(app, session, areas.header, map, buf);
    paint_strip(app, session, (areas.timeline, Dress::Bare), map, buf);
    let page = list.page(app, session, &room(&areas));
    for (place, panel) in &page.panels {
        let (look, area) = (app.look(), area_of(*place, &areas));
        match panel {
            Panel::Rows(rows) if !area.is_empty() => put_rows(rows, *place, (look, area), map, buf),
            Panel::Rows(_) => {}
            Panel::Facts(lines) => {
                let (above, rest) = layout::shared_out(
                    area,
                    matches!(lines.below, BelowLines::Transitions).then_some(lines.lines.len()),
                );
                put_facts(session, lines, (look, above), map, buf);
                put_transitions(app, session, rest, map, buf);
            }
            Panel::Empty(title, lines) => text::paint_empty(title, lines, look, area, buf),
            Panel::Input(line) => put_input(line, (look, area), map, buf),
            Panel::Variants(comparison) => variants::paint(session, comparison, (look, &areas), map, buf),
            Panel::Tenants => tenants::paint(app, area, map, buf),
            Panel::Transitions => put_transitions(app, session, area, map, buf),
        }
    }
    let legend = map.strip.as_ref().map(|strip| legend(&strip.timeline.hits)).unwrap_or_default();
    let about = if page.about.is_empty() { legend.into() } else { page.about };
    status::paint_list_message(app, &about, areas.message, buf);
    hints::paint(app, areas.hints, map, buf);
}

/// Fewer rows, with their border, tell nothing.
const LEAST_TRANSITIONS: u16 = 3;

fn put_transitions(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    if area.height < LEAST_TRANSITIONS {
        return;
    }
    map.put(area, HitArea::Pane(Pane::Transitions));
    paint_pane(app, session, (Pane::Transitions, &title_of(session, Pane::Transitions)), area, map, buf);
}

fn areas(layout: PageLayout, area: Rect) -> ListAreas {
    match layout {
        PageLayout::List(rows) => layout::list(area, rows),
        PageLayout::Told(lines) => layout::lines_above(area, lines),
        PageLayout::Found => layout::found(area),
        PageLayout::Find(rows) => layout::find(area, rows),
        PageLayout::Parts(lines) => layout::transactions(area, lines),
        PageLayout::Variants(variants) => layout::variants(area, variants),
        PageLayout::Boxes => layout::boxes(area),
    }
}

fn room(areas: &ListAreas) -> PageRoom {
    let size = |area: Rect| match area.is_empty() {
        true => Size::default(),
        false => Size { columns: area.width, rows: table::height(area) },
    };
    PageRoom { list: size(areas.list), detail: size(areas.detail), changes: size(areas.changes) }
}

fn area_of(place: PagePlace, areas: &ListAreas) -> Rect {
    match place {
        PagePlace::Input => areas.input,
        PagePlace::List => areas.list,
        PagePlace::Detail => areas.detail,
        PagePlace::Changes => areas.changes,
        PagePlace::Whole => areas.whole(),
    }
}

/// The list that the keys of the view move in.
fn put_list(list: ListMap, map: &mut FrameMap) {
    map.put_rows(list.rows, |line| HitArea::ListRow(list.row_of(line)));
    map.focus(list.focus);
}

fn put_rows(rows: &TableRows, place: PagePlace, (look, area): (&Look, Rect), map: &mut FrameMap, buf: &mut Buffer) {
    let TableRows { title, table, needles, has_keys, is_left, below } = rows;
    let focus = if *has_keys && !is_left { Focus::Here } else { Focus::Elsewhere };
    let list = table::paint(table, (title, needles), (look, focus), area, buf);
    let used = u16::try_from(table.rows.len() + 3).unwrap_or(u16::MAX);
    let rest = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        y: area.y.saturating_add(used),
        height: area.height.saturating_sub(used.saturating_add(1)),
    };
    text::put(below, look, rest, buf);
    let room = Size { columns: area.width, rows: table::height(area) }.rows_above(below.len());
    let list = ListMap { rows: list.first(room), ..list };
    match place {
        PagePlace::List => map.heights.list = list.height(),
        _ => map.heights.detail = list.height(),
    }
    if *has_keys {
        put_list(list, map);
    }
}

/// Lines are painted as far as there is room.
fn put_facts(
    session: &Session,
    lines: &FactLines<'_>,
    (look, area): (&Look, Rect),
    map: &mut FrameMap,
    buf: &mut Buffer,
) {
    let FactLines { title, caption, lines, below } = lines;
    let rest = if area.is_empty() { area } else { text::paint((title, caption), lines, look, area, buf) };
    match below {
        BelowLines::Changes(ends, note) if rest.height > 0 => {
            put_changes(session, *ends, (note, None), look, rest, buf);
        }
        BelowLines::Found(ends, cause) if rest.height > 0 => put_changes(session, *ends, ("", *cause), look, rest, buf),
        BelowLines::SomeChanges(ends) if rest.height > LEAST_CHANGES => {
            put_changes(session, *ends, ("", None), look, Rect { y: rest.y + 1, height: rest.height - 1, ..rest }, buf);
        }
        BelowLines::Curve(history) if rest.height > 1 => put_curve(history, look, rest, map, buf),
        _ => {}
    }
}

/// Rows that a list of changes tells something in.
const LEAST_CHANGES: u16 = 3;

/// What changed between two versions, in what is left of a box.
fn put_changes(
    session: &Session,
    ends: Ends,
    (note, cause): (&'static str, Option<&Cause>),
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) {
    let line = match session.lists.asides.diff(ends) {
        Some(Ok(changes)) => return text::paint_changes(changes, (note, cause), look, area, buf),
        None => (RowTone::Dim, "… computing".into()),
        Some(Err(why)) => (RowTone::Bad, SafeText::written(why)),
    };
    text::put(&[line], look, area, buf);
}

/// The columns are those of the timeline.
fn put_curve(history: &PathHistory, look: &Look, area: Rect, map: &FrameMap, buf: &mut Buffer) {
    let Some(strip) = &map.strip else { return };
    let shift = usize::from(area.x.saturating_sub(strip.columns.x));
    let samples: Vec<Option<f64>> = history.curve(&strip.timeline).into_iter().skip(shift).collect();
    curve::paint((&samples, history.unit()), look, area, buf);
}

fn put_input(line: &InputLine<'_>, (look, area): (&Look, Rect), map: &mut FrameMap, buf: &mut Buffer) {
    let InputLine { title, word, line, is_open, note, caption } = line;
    let (text, at) = line.window(input::room(word, area));
    let input = input::PaintedInput { title, word, text, at, is_open: *is_open, note, caption };
    input::paint(&input, look, area, buf);
    if let Some(at) = input::cursor(&input, area).filter(|_| *is_open) {
        map.focus(Rect { x: at.x, width: area.right().saturating_sub(at.x), y: at.y, height: 1 });
    }
}
