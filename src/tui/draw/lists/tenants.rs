//! The Tenants view.

use super::Painter;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::tenants::{height, paint as paint_boxes, shown};
use crate::view::tenants::tenant;
use crate::view::text::{SafeText, counted, joined};
use ratatui::buffer::Buffer;

/// Where it is painted, and how.
pub(super) const PAINTER: Painter = Painter { areas: |_, area| layout::boxes(area), paint };

/// Paints it; answers what the message line says.
fn paint(app: &App, _: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let sessions = &app.workspace.sessions;
    let shown = shown(sessions.len(), app.workspace.current, areas.list);
    let first = shown.start;
    let boxed = sessions[shown.clone()].iter().map(|session| {
        let name = SafeText::data(&session.tenant.id().0);
        (name, tenant(&session.history(), session.cursor, height(areas.list)))
    });
    let current = app.workspace.current - first;
    let list = paint_boxes(&boxed.collect::<Vec<_>>(), current, app.look(), areas.list, buf);
    map.focus(list.focus);
    let hidden = sessions.len() - shown.len();
    let more =
        if hidden == 0 { SafeText::default() } else { joined![" · ", counted(hidden, "tenant"), " not in view"] };
    joined!["No tenant can name anything of another", more]
}
