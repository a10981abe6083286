//! The Branches view: the list, and the branch under the cursor against the head.

use super::{Painter, difference, put_changes_below, put_detail, put_list};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::{Focus, table};
use crate::view::Ends;
use crate::view::branches;
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined, number};
use ratatui::buffer::Buffer;

/// Where it is painted, and how.
pub(super) const PAINTER: Painter =
    Painter { areas: |session, area| layout::list(area, session.history().branches().len()), paint };

/// Paints it; answers what the message line says.
fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let (look, walked) = (app.look(), session.walked());
    let history = session.history();
    let height = table::height(areas.list);
    let rows = branches::table(&history, &session.lists.branches, &walked, height);
    let list = table::paint(&rows, &"[Branches]".into(), look, Focus::Here, areas.list, buf);
    map.heights.list = list.height();
    put_list(list, map);
    let selected = branches::selected(&history, &session.lists.branches);
    if let Some(branch) = selected {
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
        let rest = put_detail((&branch.name).into(), &lines, (look, areas.detail), map, buf);
        put_changes_below(session, (!branch.current).then_some(&ends), look, rest, buf);
    }
    joined!["• the branch that , and . follow: ", SafeText::data(&walked)]
}
