//! The views that are lists: a painter each.

mod branches;
mod find;
mod history;
mod snapshots;
mod tenants;
mod transactions;
mod variants;

use super::{paint_header, paint_strip, status};
use crate::tui::app::{App, Session, View};
use crate::tui::draw::hints;
use crate::tui::frame_map::{DetailMap, FrameMap, Hit, ListMap};
use crate::tui::look::Look;
use crate::tui::pane::layout::ListAreas;
use crate::tui::pane::text;
use crate::tui::pane::timeline::Dress;
use crate::view::Ends;
use crate::view::summary::{Summary, Verdict};
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How a view that is a list is painted.
struct Painter {
    /// Where everything is.
    areas: fn(&Session, Rect) -> ListAreas,
    /// Paints it; answers what the message line says.
    paint: fn(&App, &Session, &ListAreas, &mut FrameMap, &mut Buffer) -> SafeText,
}

fn painter(view: View) -> &'static Painter {
    match view {
        View::Debug | View::Diff | View::Snapshots => &snapshots::PAINTER,
        View::Find => &find::PAINTER,
        View::Transactions => &transactions::PAINTER,
        View::Variants => &variants::PAINTER,
        View::Branches => &branches::PAINTER,
        View::History => &history::PAINTER,
        View::Tenants => &tenants::PAINTER,
    }
}

/// Paints the view.
pub(super) fn paint(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let painter = painter(app.workspace.view);
    let areas = (painter.areas)(session, area);
    paint_header(app, session, areas.header, map, buf);
    paint_strip(app, session, (areas.timeline, Dress::Bare), map, buf);
    let about = (painter.paint)(app, session, &areas, map, buf);
    status::paint_list_message(app, &about, areas.message, buf);
    hints::paint(app, areas.hints, map, buf);
}

/// What is known of the row that the list is at: painted as far as there is room, kept whole for whoever asks for it. Answers
/// the area below.
fn put_detail(
    title: SafeText,
    lines: &[(Tone, SafeText)],
    (look, area): (&Look, Rect),
    map: &mut FrameMap,
    buf: &mut Buffer,
) -> Rect {
    let rest = if area.is_empty() { area } else { text::paint((&title, &SafeText::default()), lines, look, area, buf) };
    map.detail = Some(DetailMap { title, lines: lines.iter().map(|(_, line)| line.clone()).collect() });
    rest
}

/// The list that the keys of the view move in.
fn put_list(list: ListMap, map: &mut FrameMap) {
    map.put_rows(list.rows, |line| Hit::ListRow(list.row_of(line)));
    map.focus(list.focus);
}

/// `cursor #48,213 vs this    sessions: 100 → 150 (+50)   added_keys: 50 ...`, once it has been worked out.
fn difference(session: &Session, what: &SafeText, ends: Ends, columns: u16) -> (Tone, SafeText) {
    match session.lists.asides.diff(ends) {
        None => (Tone::Dim, joined![what, "    … computing"]),
        Some(Err(why)) => (Tone::Bad, joined![what, "    ", why.to_owned()]),
        Some(Ok(changes)) => {
            let room = usize::from(columns).saturating_sub(what.width() + 6);
            (Tone::Plain, joined![what, "    ", summary(changes.summary(), room)])
        }
    }
}

fn summary(summary: &Summary, columns: usize) -> SafeText {
    if summary.verdict == Verdict::Equal { "the same".into() } else { summary.fit(columns) }
}

/// The changes themselves, where there is room for some below what they come to.
fn put_changes_below(session: &Session, ends: Option<&Ends>, look: &Look, rest: Rect, buf: &mut Buffer) {
    let below = Rect { y: rest.y.saturating_add(1), height: rest.height.saturating_sub(1), ..rest };
    if let Some(ends) = ends.filter(|_| below.height >= LEAST_CHANGES) {
        put_changes(session, *ends, "", look, below, buf);
    }
}

/// Rows that a list of changes tells something in.
const LEAST_CHANGES: u16 = 3;

/// What changed between two versions, in what is left of a box.
fn put_changes(session: &Session, ends: Ends, note: &'static str, look: &Look, area: Rect, buf: &mut Buffer) {
    let line = match session.lists.asides.diff(ends) {
        Some(Ok(changes)) => return text::paint_changes(changes, note, look, area, buf),
        None => (Tone::Dim, "… computing".into()),
        Some(Err(why)) => (Tone::Bad, SafeText::written(why)),
    };
    text::put(&[line], look, area, buf);
}
