//! Paints the header line: views, place in time, access.

use super::Look;
use super::pen::{Pen, cells};
use crate::view::text::{SafeText, joined, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What the header says. Texts are safe to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderLine {
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
    /// `2026-03-14 09:41:07Z`, `2026-03-14 09:41Z`; empty when unknown.
    pub time: [SafeText; 2],
    /// `● LIVE`, `‖ PAUSED +312 new`; empty where nobody writes.
    pub life: SafeText,
    /// `break .balance < 0`; empty where nothing ends playing.
    pub stop: SafeText,
    /// Who may write where, in full and in short, then shorter: `RW in memory`, `RW mem`, `mem`.
    pub access: [&'static str; 3],
}

/// How the header is written.
#[derive(Debug, Clone, Copy)]
struct HeaderForm {
    tabs: Tabs,
    /// Between the names, before the place, and between the parts.
    between: [&'static str; 3],
    time: TimeDetail,
    /// Which words tell the access, 0 in full.
    access: usize,
    is_stop_whole: bool,
    are_names_whole: bool,
}

/// How much of the views is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tabs {
    /// `[1 Debug] 2 Diff 3 Snaps`.
    Named,
    /// `[1 Debug] 2 3`.
    Digits,
    /// `[1 Debug] 1-7`.
    Range,
    /// `[1 Debug]`.
    Shown,
}

/// How much of the time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeDetail {
    Seconds,
    /// `2026-03-14 09:41Z`.
    Minutes,
    Absent,
}

/// What gives way to what: the first form that fits is written. The names of the other views go early, the time of the version
/// goes last.
const FORMS: [HeaderForm; 12] = {
    let all = HeaderForm {
        tabs: Tabs::Named,
        between: [" › ", " › ", " │ "],
        time: TimeDetail::Seconds,
        access: 0,
        is_stop_whole: true,
        are_names_whole: true,
    };
    let tight = HeaderForm { between: ["›", " ", " "], ..all };
    let named = HeaderForm { access: 1, ..tight };
    let digits = HeaderForm { tabs: Tabs::Digits, ..all };
    let short = HeaderForm { access: 1, ..digits };
    let narrow = HeaderForm { between: tight.between, ..short };
    let range = HeaderForm { tabs: Tabs::Range, access: 2, ..narrow };
    let minutes = HeaderForm { time: TimeDetail::Minutes, ..range };
    let stop_cut = HeaderForm { is_stop_whole: false, ..minutes };
    let shown = HeaderForm { tabs: Tabs::Shown, ..stop_cut };
    let cut = HeaderForm { are_names_whole: false, ..shown };
    let no_time = HeaderForm { time: TimeDetail::Absent, ..cut };
    [all, tight, named, digits, short, narrow, range, minutes, stop_cut, shown, cut, no_time]
};

/// Columns in which the names still tell something: `sh…p›main`.
const NAMES: usize = 9;

/// Blank columns behind the tabs.
const GAP: usize = 2;

/// Paints the header; answers where the views are, where each has its own place.
pub fn paint(header: &HeaderLine, look: &Look, area: Rect, buf: &mut Buffer) -> Vec<Rect> {
    let fits = |form: &&HeaderForm| header.least_columns(form) <= usize::from(area.width);
    let form = FORMS.iter().find(fits).unwrap_or(&FORMS[FORMS.len() - 1]);
    let mut places = Vec::new();
    let Some(mut pen) = Pen::new(buf, area, 0) else { return places };
    for (tab, is_shown) in header.tabs(form.tabs) {
        let start = cells(pen.put(" ", look.theme.text).column());
        pen.text(&tab, if is_shown { look.theme.strong } else { look.theme.text });
        let width = cells(pen.column()) - start;
        places.push(Rect { x: area.x + start, width, height: area.height.min(1), ..area });
    }
    let room = pen.room().saturating_sub(GAP + 1);
    pen.put("  ", look.theme.text).right_field(&header.words(form, room), room, look.theme.text);
    places.truncate(if places.len() == header.views.len() { places.len() } else { 0 });
    places
}

impl HeaderLine {
    /// The tabs, and whether each is the view shown.
    fn tabs(&self, tabs: Tabs) -> Vec<(SafeText, bool)> {
        let tab = |(at, name): (usize, &&'static str)| match tabs {
            _ if at == self.view => Some((joined!["[", *name, "]"], true)),
            Tabs::Named => Some(((*name).into(), false)),
            Tabs::Digits => Some((SafeText::from(*name).before(' '), false)),
            Tabs::Range | Tabs::Shown => None,
        };
        let views = self.views.iter().enumerate().filter_map(tab);
        views.chain((tabs == Tabs::Range).then(|| (self.digits.clone().into(), false))).collect()
    }

    /// The fewest columns that a form takes.
    fn least_columns(&self, form: &HeaderForm) -> usize {
        let tabs: usize = self.tabs(form.tabs).iter().map(|(tab, _)| 1 + tab.width()).sum();
        let names = self.names_width(form);
        let names = if form.are_names_whole { names } else { names.min(NAMES) };
        let stop = if form.is_stop_whole { self.stop.clone() } else { self.stop.before(' ') };
        tabs + GAP + names + self.place_and_parts(form, stop).width() + 1
    }

    fn names_width(&self, form: &HeaderForm) -> usize {
        self.tenant.width() + width(form.between[0]) + self.branch.width()
    }

    /// All but the tabs, in so many columns. What ends playing is cut at its end, but for its first word; names in their middle.
    fn words(&self, form: &HeaderForm, room: usize) -> SafeText {
        let first = self.stop.before(' ');
        let taken = self.names_width(form) + self.place_and_parts(form, first.clone()).width() - first.width();
        let columns = room.saturating_sub(taken);
        let rest = self.place_and_parts(form, if columns > first.width() { self.stop.fit(columns) } else { first });
        joined![self.names_in(form.between[0], room.saturating_sub(rest.width())), rest]
    }

    /// What stands behind the names, with what is between.
    fn place_and_parts(&self, form: &HeaderForm, stop: SafeText) -> SafeText {
        let [_, before, between] = form.between;
        let time = match form.time {
            TimeDetail::Seconds => self.time[0].clone(),
            TimeDetail::Minutes => self.time[1].clone(),
            TimeDetail::Absent => SafeText::default(),
        };
        let access = self.access[form.access];
        let parts = [self.place.clone(), self.life.clone(), stop, time, access.into()];
        joined![before, SafeText::join(parts, between)]
    }

    /// The tenant and the branch in so many columns: long names are cut in their middle, so that what follows stays.
    fn names_in(&self, between: &'static str, columns: usize) -> SafeText {
        let room = columns.saturating_sub(width(between));
        let branch = self.branch.fit_middle(room.saturating_sub(self.tenant.width()).max(room / 2));
        let tenant = self.tenant.fit_middle(room.saturating_sub(branch.width()));
        joined![tenant, between, branch]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::unmarked;

    fn line(header: &HeaderLine, width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        paint(header, &look(), area, &mut buffer);
        unmarked(&buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()).into_owned()
    }

    fn look() -> Look {
        Look::of(&crate::tui::config::Config::default(), &crate::tui::look::Surroundings::default())
    }

    const VIEWS: [&str; 7] = ["1 Debug", "2 Diff", "3 Snaps", "4 Find", "5 Tx", "6 Variants", "7 Branches"];

    fn header(tenant: &str, place: &str) -> HeaderLine {
        HeaderLine {
            views: VIEWS.to_vec(),
            digits: "1-7".into(),
            tenant: SafeText::data(tenant),
            branch: "main".into(),
            place: SafeText::data(place),
            time: ["2026-03-14 09:41:07-04:00", "2026-03-14 09:41-04:00"].map(SafeText::from),
            access: ["RW in memory", "RW mem", "mem"],
            ..HeaderLine::default()
        }
    }

    const PLACES: [&str; 2] = ["#6/7", "#48,213/1,204,377"];
    const LIVES: [&str; 3] = ["", "● LIVE", "‖ PAUSED +312 new"];
    const STOPS: [&str; 3] = ["", "break .balance < 0", "break .queue.depth > 100 and .state == \"overloaded\""];

    /// Every header of some widths, lengths of names, places, lives and stops, with a time and without.
    fn each(mut check: impl FnMut(&HeaderLine, u16, &str)) {
        for (letters, place) in [3, 8, 20, 41, 60].into_iter().flat_map(|letters| PLACES.map(|place| (letters, place)))
        {
            for (life, stop) in LIVES.into_iter().flat_map(|life| STOPS.map(|stop| (life, stop))) {
                for (width, has_time) in (60..200).step_by(5).flat_map(|width| [(width, true), (width, false)]) {
                    let named = header(&"x".repeat(letters), place);
                    let header = HeaderLine { life: life.into(), stop: stop.into(), ..named };
                    let header = HeaderLine { time: if has_time { header.time } else { Default::default() }, ..header };
                    check(&header, width, &line(&header, width));
                }
            }
        }
    }

    /// The time stays longer than the names of the other views, the end of a name, and what ends playing.
    #[test]
    fn the_time_gives_way_last() {
        each(|header, width, shown| {
            let [seconds, minutes] = header.time.each_ref().map(|time| time.unmarked().into_owned());
            let case = format!("{width}: {shown}");
            let other_tabs = VIEWS.iter().filter(|tab| shown.contains(**tab)).count() > 1;
            let is_cut = shown.contains('…');
            assert!(!other_tabs || shown.contains(&seconds) && !is_cut, "{case}");
            if !shown.contains(&minutes) && !shown.contains(&seconds) {
                // As little as the rest can take with it: one tab, names of nine columns, the first word of what ends playing.
                let parts = [&header.place, &header.life, &header.stop.before(' '), &header.time[1]];
                let parts: usize = parts.iter().map(|part| part.width() + usize::from(!part.is_empty())).sum();
                assert!(
                    9 + 1 + GAP + header.names_width(&FORMS[9]).min(9) + parts + 4 + 1 > usize::from(width),
                    "{case}"
                );
            }
        });
    }

    /// At the sizes that people have, with the names that files have.
    #[test]
    fn what_the_header_says_at_common_sizes() {
        let file = "release-data.2026.jsonl.zst";
        for (width, tenant, life, said) in [
            (
                160,
                "shop",
                "",
                "[1 Debug] 2 Diff 3 Snaps 4 Find 5 Tx 6 Variants 7 Branches shop › main › #6/7 │ 2026-03-14 09:41:07-04:00 │ RW in memory",
            ),
            (
                120,
                "shop",
                "",
                "[1 Debug] 2 Diff 3 Snaps 4 Find 5 Tx 6 Variants 7 Branches shop›main #6/7 2026-03-14 09:41:07-04:00 RW in memory",
            ),
            (
                120,
                file,
                "",
                "[1 Debug] 2 3 4 5 6 7 release-data.2026.jsonl.zst › main › #6/7 │ 2026-03-14 09:41:07-04:00 │ RW in memory",
            ),
            (
                120,
                file,
                "‖ PAUSED +312 new",
                "[1 Debug] 2 3 4 5 6 7 release-data.2026.jsonl.zst›main #6/7 ‖ PAUSED +312 new 2026-03-14 09:41:07-04:00 RW mem",
            ),
            (80, "shop", "", "[1 Debug] 2 3 4 5 6 7 shop › main › #6/7 │ 2026-03-14 09:41:07-04:00 │ RW mem"),
            (80, file, "", "[1 Debug] release-data.2026.jsonl.zst›main #6/7 2026-03-14 09:41-04:00 mem"),
            (60, "shop", "● LIVE", "[1 Debug] shop›main #6/7 ● LIVE mem"),
            (60, file, "", "[1 Debug] relea….zst›main #6/7 2026-03-14 09:41-04:00 mem"),
        ] {
            let shown = line(&HeaderLine { life: life.into(), ..header(tenant, "#6/7") }, width);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&shown), words(said), "{width}");
        }
    }

    /// Nothing is cut in a row that has room for it.
    #[test]
    fn a_name_is_cut_only_where_no_column_is_free() {
        each(|header, width, shown| {
            // Behind the tabs; and two where a text could not be cut to each width, or only before a quote.
            let is_full = !shown.trim_end().contains(&" ".repeat(GAP + 3));
            assert!(!shown.contains('…') || is_full, "{width} {}: {shown}", header.tenant.width());
            let says_memory = shown.contains(" mem");
            assert!(shown.contains(&*header.place.unmarked()) && says_memory, "{width}: {shown}");
            assert!(header.stop.is_empty() || shown.contains(" break"), "{width}: {shown}");
        });
    }

    #[test]
    fn each_view_that_has_a_place_is_written_there() {
        for (view, width) in (0..VIEWS.len()).flat_map(|view| [60, 80, 100, 120, 160].map(|width| (view, width))) {
            let header = HeaderLine { view, ..header("x", "#6/7") };
            let shown = line(&header, width);
            let areas =
                paint(&header, &look(), Rect::new(0, 0, width, 1), &mut Buffer::empty(Rect::new(0, 0, width, 1)));
            assert!(areas.len() == VIEWS.len() || areas.is_empty() && width < 80, "{width}: {shown}");
            for (area, tab) in areas.iter().zip(VIEWS) {
                let text = &shown[usize::from(area.x)..usize::from(area.right())];
                assert!(text.trim_matches(['[', ']']) == tab || tab.split(' ').next() == Some(text), "{text}: {shown}");
            }
        }
    }
}
