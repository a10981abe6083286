//! Paints the header line: views, place in time, access.

use super::Look;
use super::pen::Pen;
use crate::view::text::{fit_middle, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What the header says. Texts are safe to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The views with their digits: `1 Debug`, `2 Diff`, `3 Snaps`.
    pub views: Vec<String>,
    /// The digits of all: `1-7`.
    pub digits: String,
    /// Which view is shown, from 0.
    pub view: usize,
    /// The tenant.
    pub tenant: String,
    /// The branch.
    pub branch: String,
    /// `#48,213/1,204,377`.
    pub place: String,
    /// `2026-03-14 09:41:07Z`; empty when unknown.
    pub time: String,
    /// `● LIVE`, `‖ PAUSED +312 new`; empty where nobody writes.
    pub life: String,
    /// `RW`, `RO`.
    pub access: String,
}

/// From here on all views are named and the parts of the place stand apart.
pub const WIDE: u16 = 100;

/// Paints the header.
pub fn paint(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    if area.width >= WIDE { wide(header, look, area, buf) } else { narrow(header, look, area, buf) }
}

fn wide(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    for (at, name) in header.views.iter().enumerate() {
        pen.put(" ", look.theme.text);
        match at == header.view {
            true => pen.put(&format!("[{name}]"), look.theme.strong),
            false => pen.put(name, look.theme.text),
        };
    }
    let joined = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" │ ");
    let room = pen.room().saturating_sub(2);
    let all = joined(&[&header.place, &header.life, &header.time, &header.access]);
    // The axis of the timeline and the titles of the diff tell the time too.
    let is_long = width(&header.tenant) + width(&header.branch) + 2 * width(" › ") + width(&all) > room;
    let rest = if is_long { joined(&[&header.place, &header.life, &header.access]) } else { all };
    let names = names_in(header, " › ", room.saturating_sub(width(" › ") + width(&rest)));
    let words = format!("{names} › {rest}");
    pen.put(" ", look.theme.text).right_field(&words, room, look.theme.text);
}

fn narrow(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    let name = header.views.get(header.view).map_or("", String::as_str);
    pen.put(" ", look.theme.text).put(&format!("[{name}]"), look.theme.strong);
    // Whoever follows has no use for the time of day.
    let moment = if header.life.is_empty() { &header.time } else { &header.life };
    let right = format!("{moment} {} ", header.access);
    let room = pen.room().saturating_sub(width(&right) + 1);
    let others = width(&header.digits) + width(&header.place) + 3;
    let names = names_in(header, "›", room.saturating_sub(others));
    let place = format!(" {}│{names} {}", header.digits, header.place);
    pen.field(&place, room, look.theme.text).at_edge(&right, look.theme.text);
}

/// The tenant and the branch in so many columns: long names are cut in their middle, so that what follows stays.
fn names_in(header: &Header, between: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(between));
    let branch = fit_middle(&header.branch, room.saturating_sub(width(&header.tenant)).max(room / 2));
    let tenant = fit_middle(&header.tenant, room.saturating_sub(width(&branch)));
    format!("{tenant}{between}{branch}")
}
