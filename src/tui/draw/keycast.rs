//! The last keys pressed, at the right of the message line, for an audience.

use crate::tui::app::App;
use crate::view::text::{fit, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Paints them, where they are shown.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) {
    let Some(keys) = app.keycast.as_ref().filter(|keys| !keys.is_empty()) else { return };
    let text = format!(" {} ", keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    let text = fit(&text, usize::from(area.width));
    let (Some(y), Ok(columns)) = (area.height.checked_sub(2), u16::try_from(width(&text))) else { return };
    buf.set_string(area.right().saturating_sub(columns), area.y + y, &text, app.look().theme.cursor);
}
