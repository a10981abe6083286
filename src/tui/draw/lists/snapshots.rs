//! The Snapshots view: the list, and all of the selected one.

use super::{Painter, difference, put_changes_below, put_detail, put_list};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::{Focus, table};
use crate::view::snapshots::{self, Detail, Listed};
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined, number};
use ratatui::buffer::Buffer;

const EMPTY: [&str; 5] = [
    "No snapshots yet: s creates one of the version under the cursor.",
    "",
    "An application creates its own with",
    "  tenant.snapshot(&SnapshotRequest::named(\"before-checkout\"))",
    "and turns on auto snapshots with tenant.configure(&settings).",
];

/// Where it is painted, and how.
pub(super) const PAINTER: Painter = Painter {
    areas: |session, area| {
        let listed = Listed::new(&session.history(), &session.lists.filter).count();
        // What tells how to get one needs more rows than none.
        layout::list(area, listed.max(EMPTY.len()))
    },
    paint,
};

/// Paints it; answers what the message line says.
fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let look = app.look();
    let (list, filter) = (&session.snapshots, session.lists.filter.as_str());
    let history = session.history();
    let shown = snapshots::snapshots(&history, list, filter, session.cursor, table::height(areas.list));
    let mut rows = snapshots::table(&shown, |version| session.lists.asides.keys(version));
    rows.empty = if filter.is_empty() {
        EMPTY.map(SafeText::from).to_vec()
    } else {
        vec![joined!["No snapshot has \"", SafeText::data(filter), "\"; Esc lists all."]]
    };
    let title = if filter.is_empty() {
        "[Snapshots]  all kinds · newest first".into()
    } else {
        joined!["[Snapshots]  /", SafeText::data(filter), " · newest first"]
    };
    let painted = table::paint_found(&rows, (&title, &shown.needles), (look, Focus::Here), areas.list, buf);
    map.heights.list = painted.height();
    put_list(painted, map);
    let selected = snapshots::selected(&history, list, filter);
    if let Some(id) = selected {
        let (detail, ends) =
            (snapshots::detail(&history, id).unwrap_or_default(), session.ends_of_snapshot(&history, id));
        let before = snapshots::previous(&history, id).map(|before| {
            let name = before.name.as_ref().map_or_else(|| "auto".into(), SafeText::from);
            joined!["this vs ", name, " ", number(before.version)]
        });
        drop(history);
        let mut lines = facts(&detail, areas.detail.width);
        lines.push((Tone::Plain, SafeText::default()));
        let titles = [Some(joined!["cursor ", number(session.cursor), " vs this"]), before];
        for (what, ends) in titles.into_iter().flatten().zip(&ends) {
            lines.push(difference(session, &what, *ends, areas.detail.width));
        }
        let rest = put_detail(detail.title, &lines, (look, areas.detail), map, buf);
        put_changes_below(session, ends.first(), look, rest, buf);
    }
    "◆ named   ◇ auto   ■ checkpoint".into()
}

/// Wide: each fact with its name; narrow: the facts alone.
fn facts(detail: &Detail, columns: u16) -> Vec<(Tone, SafeText)> {
    let wide = columns >= 100;
    let fact = |(name, fact): &(&'static str, SafeText)| match *name {
        _ if wide => joined![*name, " ", fact],
        "branch" | "kept" => joined![*name, " ", fact],
        _ => fact.clone(),
    };
    let all = SafeText::join(detail.facts.iter().map(fact), if wide { "   " } else { " · " });
    let label = if wide { "description  " } else { "" };
    vec![(Tone::Plain, all), (Tone::Plain, joined![label, &detail.description])]
}
