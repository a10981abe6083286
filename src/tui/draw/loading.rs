//! While a source is read and nobody has asked for more: what is being opened, how far it is, what can be done meanwhile.

use super::hints;
use crate::source::Address;
use crate::tui::app::{App, LoadEnd, Session};
use crate::tui::dialog::rows::DialogRow;
use crate::tui::dialog::sheet::{Scroll, Sheet};
use crate::tui::frame_map::FrameMap;
use crate::tui::message::MessageTone;
use crate::tui::pane::line;
use crate::tui::pane::timeline::{self, Partly};
use crate::view::text::{SafeText, counted, duration, joined, percent, size, thousands};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the box, at most.
const WIDTH: u16 = 74;

/// Rows of the strip above it, with its frame.
const STRIP: u16 = 5;

/// Fewer rows than this have no room for the strip.
const LEAST_FOR_STRIP: u16 = 20;

/// Columns of the bar, at most, and of what stands beside it.
const BAR: (usize, usize) = (41, 33);

/// Paints the screen of a source that is being opened, or of one that holds nothing.
pub fn paint(app: &App, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let look = app.look();
    let row = |y: u16| Rect { y: area.y + y, height: area.height.min(1), ..area };
    line::message(&heading(app), MessageTone::Note, look, row(0), buf);
    let mut rest = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    if let Some((session, share)) = app.session().zip(share(app)).filter(|_| area.height >= LEAST_FOR_STRIP) {
        let strip = Rect { height: STRIP.min(rest.height), ..rest };
        rest = Rect { y: rest.y + strip.height, height: rest.height - strip.height, ..rest };
        paint_strip(app, session, share, strip, buf);
    }
    let lines = match app.workspace.load.end {
        None if app.workspace.goes_on => waiting_lines(),
        None => progress_lines(app, usize::from(area.width.min(WIDTH + 4)).saturating_sub(4 + BAR.1).min(BAR.0)),
        Some(LoadEnd::Complete) => nothing_yet(app),
        Some(LoadEnd::Stopped | LoadEnd::Failed) => {
            vec!["Nothing was read.".into(), SafeText::default(), "q quits".into()]
        }
    };
    let title = if app.workspace.goes_on { "Stream" } else { "Opening" };
    let rows =
        [SafeText::default()].into_iter().chain(lines).chain([SafeText::default()]).map(DialogRow::plain).collect();
    let (title, footer) = (title.into(), SafeText::default());
    Sheet { title, footer, width: WIDTH, rows, ..Sheet::default() }.paint(look, rest, Scroll::default(), buf);
    if let Some(said) = app.messages.line() {
        line::message(&said.text, said.tone, look, row(area.height.saturating_sub(2)), buf);
    }
    hints::paint(app, row(area.height.saturating_sub(1)), map, buf);
}

fn nothing_yet(app: &App) -> Vec<SafeText> {
    let grows = app.workspace.address.as_ref().is_some_and(Address::is_recording);
    let comes = grows.then(|| "New versions appear here as they are recorded.".into());
    let says = [joined![title(app), " holds no versions."]].into_iter().chain(comes);
    says.chain([SafeText::default(), "q quits".into()]).collect()
}

fn title(app: &App) -> SafeText {
    app.workspace.address.as_ref().map(|address| address.title().into()).unwrap_or_default()
}

/// `asof · opening orders.asof 1.2 GB`.
fn heading(app: &App) -> SafeText {
    let bytes = app.workspace.load.bytes.map(|bytes| joined![" ", size(bytes)]).unwrap_or_default();
    joined!["asof · opening ", title(app), bytes]
}

/// The timeline as far as it has been read; the rest is dots.
fn paint_strip(app: &App, session: &Session, share: f64, area: Rect, buf: &mut Buffer) {
    let columns = usize::from(area.width.saturating_sub(2));
    let filled = part(share, columns).max(1);
    let read = app.timeline(session, u16::try_from(filled).unwrap_or(1), 1);
    let caption = joined![percent(share), " usable now"];
    let partly = Partly {
        filled,
        caption: &caption,
        newest: joined!["#", thousands(app.workspace.versions())],
        end: app.workspace.load.expected().map(|versions| joined!["about #", thousands(versions)]).unwrap_or_default(),
    };
    timeline::paint_partly(&read, &partly, app.look(), area, buf);
}

/// A stream has no length, so no share of it can be shown.
fn waiting_lines() -> Vec<SafeText> {
    [
        "Waiting for the first version.",
        "",
        "Versions appear as they arrive, only in memory: :save saves them.",
        "q quits",
    ]
    .map(SafeText::from)
    .to_vec()
}

fn progress_lines(app: &App, columns: usize) -> Vec<SafeText> {
    vec![
        match share(app) {
            Some(share) => joined!["Reading  ", bar(app, share, columns)],
            None => "Reading; how much there is shows at its end".into(),
        },
        SafeText::default(),
        joined!["  ", pace(app)],
        joined!["  ", counts(app)],
        SafeText::default(),
        "You can already move, search and diff what has been read.".into(),
        "Esc stop here      b continue in the background".into(),
    ]
}

/// `457,663 of about 1,204,000 transitions      36,100 per second`.
fn pace(app: &App) -> SafeText {
    let versions = thousands(app.workspace.versions());
    let of = app.workspace.load.expected().map(|all| joined![" of about ", thousands(all)]).unwrap_or_default();
    let rate = app
        .workspace
        .load
        .rate(app.workspace.versions(), app.now)
        .map(|rate| joined!["      ", thousands(rate), " per second"])
        .unwrap_or_default();
    joined![versions, of, " transitions", rate]
}

/// `81 snapshots   3 problems      212 MB of 24 GB memory`.
fn counts(app: &App) -> SafeText {
    let snapshots: usize = app.workspace.sessions.iter().map(|session| session.history().marks().listed().len()).sum();
    let memory = app
        .workspace
        .load
        .footprint
        .map(|memory| joined!["   ", size(memory.used), " of ", size(memory.total), " memory"]);
    let problems = app.workspace.load.odd.problem_count;
    joined![counted(snapshots, "snapshot"), "   ", counted(problems, "problem"), "   ", memory.unwrap_or_default()]
}

/// How much has been read, where that is known. While there is something to do it is not all done.
pub fn share(app: &App) -> Option<f64> {
    app.workspace.load.progress.share.map(|share| share.clamp(0.0, 0.99))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "0 to columns"
)]
fn part(share: f64, columns: usize) -> usize {
    ((share * columns as f64) as usize).min(columns)
}

/// `████░░░░  38%   about 12 s left`.
pub fn bar(app: &App, share: f64, columns: usize) -> SafeText {
    let full = part(share, columns);
    let bar = joined![SafeText::repeated("█", full), SafeText::repeated("░", columns - full)];
    let left = app.workspace.load.left(app.now).and_then(|left| chrono::Duration::from_std(left).ok());
    let left = left.map(|left| joined!["   about ", duration(left), " left"]).unwrap_or_default();
    joined![bar, "  ", percent(share), left]
}
