//! Paints the header line: views, place in time, access.

use super::Look;
use super::pen::{Pen, cells};
use crate::view::text::{SafeText, joined, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What the header says. Texts are safe to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The views with their digits: `1 Debug`, `2 Diff`, `3 Snaps`.
    pub views: Vec<&'static str>,
    /// The digits of all: `1-7`.
    pub digits: String,
    /// Which view is shown, from 0.
    pub view: usize,
    pub tenant: SafeText,
    pub branch: SafeText,
    /// `#48,213/1,204,377`.
    pub place: SafeText,
    /// `2026-03-14 09:41:07Z`; empty when unknown.
    pub time: SafeText,
    /// `● LIVE`, `‖ PAUSED +312 new`; empty where nobody writes.
    pub life: SafeText,
    /// `break .balance < 0`; empty where nothing ends playing.
    pub stop: SafeText,
    /// `RW`, `RO`.
    pub access: &'static str,
}

impl Header {
    /// What ends playing, in so many columns, but never without its first word: it gives way before the names do.
    fn stop_in(&self, columns: usize) -> SafeText {
        let first = self.stop.before(' ');
        if columns > first.width() { self.stop.fit(columns) } else { first }
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
            true => pen.text(&joined!["[", *name, "]"], look.theme.strong),
            false => pen.put(name, look.theme.text),
        };
        let width = cells(pen.column()) - start;
        places.push(Rect { x: area.x + start, width, height: area.height.min(1), ..area });
    }
    let room = pen.room().saturating_sub(2);
    let between = " │ ";
    let all_of = |parts: &[&SafeText]| SafeText::join(parts.iter().map(|part| SafeText::from(*part)), between);
    let (place, life, stop, access) = (&header.place, &header.life, &header.stop, &header.access.into());
    let names = header.tenant.width() + header.branch.width() + 2 * width(" › ");
    let all = all_of(&[place, life, stop, &header.time, access]);
    // The axis of the timeline and the titles of the diff tell the time too.
    let rest = if names + all.width() <= room {
        all
    } else {
        let others = names + all_of(&[place, life, access]).width() + width(between);
        all_of(&[place, life, &header.stop_in(room.saturating_sub(others)), access])
    };
    let names = names_in(header, " › ", room.saturating_sub(width(" › ") + rest.width()));
    let words = joined![names, " › ", rest];
    pen.put(" ", look.theme.text).right_field(&words, room, look.theme.text);
    places
}

fn narrow(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(mut pen) = Pen::new(buf, area, 0) else { return };
    let name = header.views.get(header.view).copied().unwrap_or_default();
    pen.put(" ", look.theme.text).text(&joined!["[", name, "]"], look.theme.strong);
    let others = width(&header.digits) + header.place.width() + 3;
    // Whoever follows or waits has no use for the time of day.
    let moment = if header.stop.is_empty() {
        let names = others + header.tenant.width() + header.branch.width() + width("›");
        let room = pen.room().saturating_sub(header.time.width() + width(header.access) + 3);
        match header.life.is_empty() {
            false => header.life.clone(),
            true if names > room => without_seconds(&header.time),
            true => header.time.clone(),
        }
    } else {
        let life = if header.life.is_empty() { SafeText::default() } else { joined![&header.life, " · "] };
        let names = header.tenant.width() + header.branch.width() + 1;
        let taken = others + names + life.width() + width(header.access) + 3;
        joined![life, header.stop_in(pen.room().saturating_sub(taken))]
    };
    let right = joined![moment, " ", header.access, " "];
    let room = pen.room().saturating_sub(right.width() + 1);
    let names = names_in(header, "›", room.saturating_sub(others));
    let place = joined![" ", header.digits.clone(), "│", names, " ", &header.place];
    pen.field(&place, room, look.theme.text).at_edge(&right, look.theme.text);
}

/// `2026-03-14 09:41Z` of `2026-03-14 09:41:07Z`: the names tell more than seconds.
fn without_seconds(time: &SafeText) -> SafeText {
    match time.unmarked().rsplit_once(':') {
        Some((minutes, rest)) => {
            format!("{minutes}{}", rest.trim_start_matches(|letter: char| letter.is_ascii_digit())).into()
        }
        None => time.clone(),
    }
}

/// The tenant and the branch in so many columns: long names are cut in their middle, so that what follows stays.
fn names_in(header: &Header, between: &'static str, columns: usize) -> SafeText {
    let room = columns.saturating_sub(width(between));
    let branch = header.branch.fit_middle(room.saturating_sub(header.tenant.width()).max(room / 2));
    let tenant = header.tenant.fit_middle(room.saturating_sub(branch.width()));
    joined![tenant, between, branch]
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

    /// No name is cut in a row that has room for it.
    #[test]
    fn a_name_is_cut_only_where_no_column_is_free() {
        for (width, letters, life) in cases(60..WIDE, 3..40) {
            let header = Header {
                views: vec!["1 Debug"],
                digits: "1-7".into(),
                tenant: "x".repeat(letters).into(),
                branch: "main".into(),
                place: "#48,213/1,204,377".into(),
                time: "2026-03-14 09:41:07Z".into(),
                life: life.into(),
                access: "RO",
                ..Header::default()
            };
            let shown = line(&header, width);
            assert!(!shown.contains('…') || !shown.contains("  "), "{width} {letters}: {shown}");
        }
    }

    fn cases(
        widths: std::ops::Range<u16>,
        letters: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (u16, usize, &'static str)> {
        widths.flat_map(move |width| {
            letters.clone().flat_map(move |letters| ["", "● LIVE"].map(|life| (width, letters, life)))
        })
    }

    #[test]
    fn what_ends_playing_gives_way_before_the_names_do() {
        let views = ["1 Debug", "2 Diff", "3 Snaps", "4 Find", "5 Tx", "6 Variants", "7 Branches"];
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
                access: "RO",
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
