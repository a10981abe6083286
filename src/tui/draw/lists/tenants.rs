//! The tenants side by side.

use crate::tui::app::App;
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::tenants::{height, paint as paint_boxes};
use crate::view::tenants::{shown, tenant};
use crate::view::text::SafeText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn paint(app: &App, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let sessions = &app.workspace.sessions;
    let shown = shown(sessions.len(), app.workspace.current, area.width);
    let current = app.workspace.current - shown.start;
    let boxed = sessions[shown].iter().map(|session| {
        let id = session.tenant.id();
        (SafeText::data(&id.0), tenant(id, &session.history(), session.cursor, height(area)))
    });
    let list = paint_boxes(&boxed.collect::<Vec<_>>(), current, app.look(), area, buf);
    map.focus(list.focus);
}
