//! The views that are lists: Snapshots, Transactions, Variants, Branches.

mod find;
mod history;
mod snapshots;
mod tenants;
mod transactions;
mod variants;

use super::{paint_header, paint_strip, status};
use crate::tui::app::{App, Session, View};
use crate::tui::draw::hints;
use crate::tui::frame_map::{FrameMap, Hit, ListMap};
use crate::tui::look::Look;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::timeline::Dress;
use crate::tui::pane::{Focus, table, text};
use crate::view::Ends;
use crate::view::branches;
use crate::view::path_history::Extent;
use crate::view::summary::{Summary, Verdict};
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined, number};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Paints the view.
pub(super) fn paint(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let view = app.workspace.view;
    let areas = match view {
        View::Transactions => layout::transactions(area),
        View::Variants => layout::variants(area, session.count_variants()),
        View::History => layout::found(area),
        View::Find => {
            let found = &session.asked.finding.found;
            layout::find(area, (found.extent == Extent::Whole).then(|| found.hits().len()))
        }
        View::Tenants => layout::boxes(area),
        View::Debug | View::Diff | View::Snapshots | View::Branches => layout::list(area),
    };
    paint_header(app, session, areas.header, map, buf);
    paint_strip(app, session, (areas.timeline, Dress::Bare), map, buf);
    let about = match view {
        View::Debug | View::Diff => SafeText::default(),
        View::Snapshots => snapshots::paint(app, session, &areas, map, buf),
        View::Transactions => transactions::paint(app, session, &areas, map, buf),
        View::Variants => variants::paint(app, session, &areas, map, buf),
        View::Branches => paint_branches(app, session, &areas, map, buf),
        View::History => history::paint(app, session, &areas, map, buf),
        View::Find => find::paint(app, session, &areas, map, buf),
        View::Tenants => tenants::paint(app, &areas, map, buf),
    };
    status::paint_list_message(app, &about, areas.message, buf);
    hints::paint(app, areas.hints, map, buf);
}

/// The list that the keys of the view move in.
fn put_list(list: ListMap, map: &mut FrameMap) {
    map.put_rows(list.rows, |line| Hit::ListRow(list.row_of(line)));
    map.focus(list.focus);
}

fn paint_branches(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let (look, walked) = (app.look(), session.walked());
    let history = session.history();
    let height = table::height(areas.list);
    let rows = branches::table(&history, &session.lists.branches, &walked, height);
    let list = table::paint(&rows, &"[Branches]".into(), look, Focus::Here, areas.list, buf);
    map.heights.list = list.height();
    put_list(list, map);
    let selected = branches::selected(&history, &session.lists.branches);
    if let Some(branch) = selected.filter(|_| !areas.detail.is_empty()) {
        let ends = Ends { a: history.head(), b: branch.head };
        let mut lines: Vec<(Tone, SafeText)> =
            branches::about(&history, &branch).into_iter().map(|line| (Tone::Plain, line)).collect();
        drop(history);
        lines.push((Tone::Plain, SafeText::default()));
        if branch.current {
            lines.push((Tone::Dim, "the head that the others are compared with".into()));
        } else {
            let what = joined!["main ", number(ends.a), " vs this"];
            lines.push(difference(session, &what, ends, areas.detail.width));
        }
        text::paint((&(&branch.name).into(), &SafeText::default()), &lines, look, areas.detail, buf);
    }
    joined!["• the branch that , and . follow: ", SafeText::data(&walked)]
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

/// What changed between two versions, in what is left of a box.
fn put_changes(session: &Session, ends: Ends, note: &'static str, look: &Look, area: Rect, buf: &mut Buffer) {
    let line = match session.lists.asides.diff(ends) {
        Some(Ok(changes)) => return text::paint_changes(changes, note, look, area, buf),
        None => (Tone::Dim, "… computing".into()),
        Some(Err(why)) => (Tone::Bad, SafeText::written(why)),
    };
    text::put(&[line], look, area, buf);
}
