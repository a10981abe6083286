//! Paints the header line: views, place in time, access.

use super::Look;
use super::pen::{Pen, cells};
use crate::view::text::{fit, fit_middle, width};
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
    /// `break .balance < 0`; empty where nothing ends playing.
    pub stop: String,
    /// `RW`, `RO`.
    pub access: String,
}

impl Header {
    /// What ends playing, in so many columns, but never without its first word: it gives way before the names do.
    fn stop_in(&self, columns: usize) -> String {
        let first = self.stop.split(' ').next().unwrap_or_default();
        if columns > width(first) { fit(&self.stop, columns).into_owned() } else { first.to_owned() }
    }
}

/// From here on all views are named and the parts of the place stand apart.
const WIDE: u16 = 100;

/// Paints the header; answers where the names of the views are, where all are named.
pub fn paint(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) -> Vec<Rect> {
    if area.width >= WIDE {
        return wide(header, look, area, buf);
    }
    narrow(header, look, area, buf);
    Vec::new()
}

fn wide(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) -> Vec<Rect> {
    let mut places = Vec::new();
    let Some(mut pen) = Pen::new(buf, area, 0) else { return places };
    for (at, name) in header.views.iter().enumerate() {
        let start = cells(pen.put(" ", look.theme.text).column());
        match at == header.view {
            true => pen.put(&format!("[{name}]"), look.theme.strong),
            false => pen.put(name, look.theme.text),
        };
        let width = cells(pen.column()) - start;
        places.push(Rect { x: area.x + start, width, height: area.height.min(1), ..area });
    }
    let room = pen.room().saturating_sub(2);
    let between = " │ ";
    let joined =
        |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between);
    let (place, life, stop, access) = (&*header.place, &*header.life, &*header.stop, &*header.access);
    let names = width(&header.tenant) + width(&header.branch) + 2 * width(" › ");
    let all = joined(&[place, life, stop, &header.time, access]);
    // The axis of the timeline and the titles of the diff tell the time too.
    let rest = if names + width(&all) <= room {
        all
    } else {
        let others = names + width(&joined(&[place, life, access])) + width(between);
        joined(&[place, life, &header.stop_in(room.saturating_sub(others)), access])
    };
    let names = names_in(header, " › ", room.saturating_sub(width(" › ") + width(&rest)));
    let words = format!("{names} › {rest}");
    pen.put(" ", look.theme.text).right_field(&words, room, look.theme.text);
    places
}

fn narrow(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    let name = header.views.get(header.view).map_or("", String::as_str);
    pen.put(" ", look.theme.text).put(&format!("[{name}]"), look.theme.strong);
    let others = width(&header.digits) + width(&header.place) + 3;
    // Whoever follows or waits has no use for the time of day.
    let moment = if header.stop.is_empty() {
        let names = others + width(&header.tenant) + width(&header.branch) + width("›");
        let room = pen.room().saturating_sub(width(&header.time) + width(&header.access) + 3);
        match header.life.is_empty() {
            false => header.life.clone(),
            true if names > room => without_seconds(&header.time),
            true => header.time.clone(),
        }
    } else {
        let life = if header.life.is_empty() { String::new() } else { format!("{} · ", header.life) };
        let names = width(&header.tenant) + width(&header.branch) + 1;
        let taken = others + names + width(&life) + width(&header.access) + 3;
        life + &header.stop_in(pen.room().saturating_sub(taken))
    };
    let right = format!("{moment} {} ", header.access);
    let room = pen.room().saturating_sub(width(&right) + 1);
    let names = names_in(header, "›", room.saturating_sub(others));
    let place = format!(" {}│{names} {}", header.digits, header.place);
    pen.field(&place, room, look.theme.text).at_edge(&right, look.theme.text);
}

/// `2026-03-14 09:41Z` of `2026-03-14 09:41:07Z`: the names tell more than seconds.
fn without_seconds(time: &str) -> String {
    match time.rsplit_once(':') {
        Some((minutes, rest)) => {
            format!("{minutes}{}", rest.trim_start_matches(|letter: char| letter.is_ascii_digit()))
        }
        None => time.to_owned(),
    }
}

/// The tenant and the branch in so many columns: long names are cut in their middle, so that what follows stays.
fn names_in(header: &Header, between: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(between));
    let branch = fit_middle(&header.branch, room.saturating_sub(width(&header.tenant)).max(room / 2));
    let tenant = fit_middle(&header.tenant, room.saturating_sub(width(&branch)));
    format!("{tenant}{between}{branch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(header: &Header, width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        let look = Look::of(&crate::tui::config::Config::default(), &crate::tui::look::Surroundings::default());
        paint(header, &look, area, &mut buffer);
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn what_ends_playing_gives_way_before_the_names_do() {
        let views = ["1 Debug", "2 Diff", "3 Snaps", "4 Find", "5 Tx", "6 Variants", "7 Branches"].map(str::to_owned);
        for (life, stop, place) in [
            ("", "break .balance < 0", "#48,213/1,204,377"),
            ("● LIVE", "break .balance < 0", "#6/6"),
            ("‖ PAUSED +312 new", "break .queue.depth > 100", "#6/6"),
        ] {
            let header = Header {
                views: views.to_vec(),
                digits: "1-7".into(),
                tenant: "acme-eu".into(),
                branch: "main".into(),
                place: place.into(),
                time: "2026-03-14 09:41:07Z".into(),
                life: life.into(),
                stop: stop.into(),
                access: "RO".into(),
                ..Header::default()
            };
            for width in [80, 90, 100, 120, 140, 200] {
                let shown = line(&header, width);
                let between = if width < WIDE { "›" } else { " › " };
                assert!(shown.contains(" break"), "{width}: {shown}");
                let names = format!("acme-eu{between}main");
                // Without the names there is room for nothing else.
                let taken = 62 + names.len() + place.len() + life.chars().count() + 14;
                let fits = width < WIDE && life.is_empty() || usize::from(width) > taken;
                assert!(!fits || shown.contains(&names), "{width}: {shown}");
                assert!(width < 140 || !life.is_empty() || shown.contains(stop), "{width}: {shown}");
            }
        }
    }
}
