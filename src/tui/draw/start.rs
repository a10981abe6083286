//! The screen when nothing is open: three ways to start, and what was opened lately.

use super::hints;
use crate::source::{Recent, TrackedFile};
use crate::tui::app::{App, Offer};
use crate::tui::dialog::rows::DialogRow;
use crate::tui::dialog::sheet::{Scroll, Sheet};
use crate::tui::frame_map::FrameMap;
use crate::tui::message::MessageTone;
use crate::tui::pane::line;
use crate::view::text::{SafeText, ago, counted, joined, thousands};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the box.
const WIDTH: u16 = 72;

/// Most recent ones shown; the others scroll.
const MOST: usize = 8;

/// Lines outside the box: the title, the message and the hints.
const OUTSIDE: u16 = 3;

/// From so many rows on the box has room to breathe.
const ROOMY: u16 = 20;

/// Columns of a recent one's name, and of its number of versions.
const COLUMNS: (usize, usize) = (24, 23);

/// Columns beside those two: the pointer, a gap, and how long ago it was.
const BESIDE: usize = 2 + 3 + 12;

/// Columns of a name, at least.
const LEAST_NAME: usize = 8;

/// Columns of the directories before it, at least.
const LEAST_DIRECTORY: usize = 5;

/// What a source begins with that is a file in a repository.
const GIT: &str = "git:";

/// Columns of what is typed in a shell, with room and without.
const TYPED: (usize, usize) = (26, 20);

/// What can be done, as it is typed in a shell.
const WAYS: [(&str, &str); 3] = [
    ("asof open FILE", "a log, or - for standard input"),
    ("asof open RUN.asof", "a recording, even if still growing"),
    ("asof demo", "a built-in recording with a tour"),
];

pub fn paint(app: &App, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let look = app.look();
    let row = |y: u16| Rect { y: area.y + y, height: area.height.min(1), ..area };
    line::message(&"asof · nothing open".into(), MessageTone::Note, look, row(0), buf);
    let width = WIDTH.min(area.width.saturating_sub(6));
    let rows = rows(app, area.height, usize::from(width));
    let (title, footer) = ("Start".into(), SafeText::default());
    let sheet = Sheet { title, footer, width, rows, ..Sheet::default() };
    // Between the title and the two lines at the bottom.
    let between = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(OUTSIDE), ..area };
    map.cursor = sheet.paint(look, between, Scroll::default(), buf).cursor;
    if let Some(said) = app.messages.line() {
        line::message(&said.text, said.tone, look, row(area.height.saturating_sub(2)), buf);
    } else if let Some(offer) = app.selected_offer() {
        line::message(
            &SafeText::data(&offer.source()),
            MessageTone::Note,
            look,
            row(area.height.saturating_sub(2)),
            buf,
        );
    }
    hints::paint(app, row(area.height.saturating_sub(1)), map, buf);
}

fn rows(app: &App, height: u16, columns: usize) -> Vec<DialogRow<'static>> {
    let typed = if columns < usize::from(WIDTH) { TYPED.1 } else { TYPED.0 };
    let gap = || (height >= ROOMY).then(DialogRow::gap);
    let mut rows: Vec<_> = gap().into_iter().chain([DialogRow::plain("No recording is open.")]).chain(gap()).collect();
    rows.extend(
        WAYS.iter().map(|(ways, what)| DialogRow::plain(joined!["  ", SafeText::from(*ways).filled(typed), *what])),
    );
    rows.push(DialogRow::gap());
    rows.extend(offered(app, height, columns));
    rows.push(DialogRow::plain("Nothing is written to disk until you press s, R or P."));
    rows.extend(gap());
    rows
}

/// What can be opened at one key, each kind under its heading.
fn offered(app: &App, height: u16, columns: usize) -> Vec<DialogRow<'static>> {
    let offers: Vec<Offer<'_>> = app.offers().collect();
    // The box, its frame, the lines round the list, and the lines outside it; and a line for each heading.
    let headings = usize::from(offers.iter().any(|offer| matches!(offer, Offer::Tracked(_))));
    let room = usize::from(height).saturating_sub(if height < ROOMY { 14 } else { 16 } + headings).clamp(1, MOST);
    let selected = app.offered.selected(offers.len());
    let mut rows = Vec::new();
    let mut above = "";
    let places: Vec<usize> = shown(&offers, room, selected).collect();
    for &at in &places {
        let (heading, line) = match offers[at] {
            Offer::Recent(_) => ("Recent", recent_line(&app.setup.recent, at, columns)),
            Offer::Tracked(file) => ("In this repository", tracked_line(file, columns)),
        };
        if heading != above {
            rows.push(DialogRow::plain(joined![heading, how_many(&offers, &places, at)]));
        }
        above = heading;
        rows.push(if selected == Some(at) { DialogRow::Chosen(line) } else { DialogRow::plain(joined!["  ", line]) });
    }
    rows.extend((!offers.is_empty()).then(DialogRow::gap));
    rows
}

/// ` · 4 of 23`, where not all of a kind are in view; the others scroll.
fn how_many(offers: &[Offer<'_>], places: &[usize], of: usize) -> SafeText {
    let is_tracked = |at: usize| matches!(offers[at], Offer::Tracked(_));
    let alike = |at: &usize| is_tracked(*at) == is_tracked(of);
    let (seen, all) = (places.iter().filter(|at| alike(at)).count(), (0..offers.len()).filter(alike).count());
    if seen == all { SafeText::default() } else { joined![" · ", seen.to_string(), " of ", thousands(all as u64)] }
}

/// The offers in so many rows: half of them each kind, and what one does not need is the other's; round the selected one.
fn shown(offers: &[Offer<'_>], room: usize, selected: Option<usize>) -> impl Iterator<Item = usize> + use<> {
    let recent = offers.iter().filter(|offer| matches!(offer, Offer::Recent(_))).count();
    let tracked = offers.len() - recent;
    let below = tracked.min((room / 2).max(room.saturating_sub(recent)));
    let part = move |from: usize, count: usize, rows: usize| {
        let at = selected.and_then(|at| at.checked_sub(from)).filter(|at| *at < count).unwrap_or(0);
        let first = from + (at + 1).saturating_sub(rows);
        first..first + rows.min(count)
    };
    part(0, recent, room - below).chain(part(recent, tracked, below))
}

/// Columns of a name.
fn names(columns: usize) -> usize {
    columns.saturating_sub(COLUMNS.1 + BESIDE).clamp(LEAST_NAME, COLUMNS.0)
}

/// `orders.asof      1,204,377 versions   12 min ago`.
fn recent_line(all: &[Recent], at: usize, columns: usize) -> SafeText {
    let names = names(columns);
    let name = name_among(all, at, names);
    let versions = SafeText::from(counted(all[at].versions, "version"));
    joined![name.filled(names), versions.led(COLUMNS.1), "   ", ago(all[at].age)]
}

/// `config/limits.json      57 versions`.
fn tracked_line(file: &TrackedFile, columns: usize) -> SafeText {
    let names = names(columns);
    let name = SafeText::data(&file.path.to_string_lossy()).fit_middle(names).filled(names);
    joined![name, SafeText::from(counted(file.versions, "version")).led(COLUMNS.1)]
}

/// The end of a source's path that no other recent source ends with: its file name, behind as many directories as tell it
/// apart. Where that takes more than `columns`, the directories are cut in their middle.
fn name_among(all: &[Recent], at: usize, columns: usize) -> SafeText {
    let parts = |recent: &Recent| -> Vec<String> {
        recent.source.trim_start_matches(GIT).split('/').rev().map(str::to_owned).collect()
    };
    let own = parts(&all[at]);
    let others = all.iter().enumerate().filter(|(other, recent)| *other != at && recent.source != all[at].source);
    let shared = |other: &Recent| own.iter().zip(&parts(other)).take_while(|(own, other)| own == other).count();
    let needed = others.map(|(_, other)| shared(other)).filter(|shared| *shared < own.len()).max().unwrap_or(0) + 1;
    let git = if all[at].source.starts_with(GIT) { GIT } else { "" };
    let [name, directories @ ..] = own.get(..needed).unwrap_or(&own) else { return SafeText::default() };
    let name = joined![git, SafeText::data(name)];
    if directories.is_empty() {
        return name.fit_middle(columns);
    }
    let directories = SafeText::data(&directories.iter().rev().map(String::as_str).collect::<Vec<_>>().join("/"));
    let room = columns.saturating_sub(name.width() + 1);
    match directories.fit_middle(room.max(LEAST_DIRECTORY)) {
        shown if shown.width() <= room => joined![shown, "/", name],
        shown => joined![shown, "/", name].fit_middle(columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_one_name_are_told_apart_by_their_directories() {
        let long = "/runs/of-a-very-long-name-indeed-0001/run.asof";
        for (sources, columns, names) in [
            (&["/a/run.asof", "/b/run.asof", "/b/x.asof"][..], 24, &["a/run.asof", "b/run.asof", "x.asof"][..]),
            (&["/a/b/run.asof", "/c/b/run.asof"], 24, &["a/b/run.asof", "c/b/run.asof"]),
            (&["git:/r/p.json", "/s/p.json"], 24, &["r/git:p.json", "s/p.json"]),
            (&["/run.asof", "/a/run.asof"], 24, &["/run.asof", "a/run.asof"]),
            (&[long, "/b/run.asof"], 24, &["of-a-ve…ed-0001/run.asof", "b/run.asof"]),
            (&["only.asof"], 6, &["onl…of"]),
        ] {
            let all: Vec<Recent> = sources
                .iter()
                .map(|source| Recent { source: (*source).to_owned(), versions: 1, age: chrono::Duration::zero() })
                .collect();
            let shown: Vec<String> =
                (0..all.len()).map(|at| name_among(&all, at, columns).unmarked().into_owned()).collect();
            assert_eq!(shown, names, "{sources:?}");
        }
    }
}
