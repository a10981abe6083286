//! The screen when nothing is open: three ways to start, and what was opened lately.

use super::hints;
use crate::source::Recent;
use crate::tui::app::App;
use crate::tui::dialog::frame::{Frame, write};
use crate::tui::glyphs::POINTER;
use crate::tui::pane::line::{self, Tone};
use crate::view::text::{ago, data, fit, thousands, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::Path;

/// Columns of the box.
const WIDTH: u16 = 72;

/// Most recent ones shown; the others scroll.
const MOST: usize = 8;

/// Columns of a recent one's name, and of its number of versions.
const COLUMNS: (usize, usize) = (24, 23);

/// What can be done, as it is typed in a shell.
const WAYS: [(&str, &str); 3] = [
    ("asof open FILE", "a recorded log, or - for standard input"),
    ("asof open RUN.asof", "a recording, also one still growing"),
    ("asof demo", "a built-in recording with a five-step tour"),
];

/// Paints it.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) {
    let look = app.look();
    let row = |y: u16| Rect { y: area.y + y, height: area.height.min(1), ..area };
    line::message("asof · nothing open", Tone::Note, look, row(0), buf);
    let lines = lines(app, area);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let width = WIDTH.min(area.width.saturating_sub(6));
    let inside = Frame { title: "Start", footer: "", width, height }.paint(look, area, buf);
    for (at, text) in lines.iter().enumerate() {
        let chosen = text.starts_with(POINTER);
        write(inside, at + 1, text, if chosen { look.theme.strong } else { look.theme.text }, buf);
    }
    if let Some(said) = app.messages.line() {
        line::message(&said.text, said.tone, look, row(area.height.saturating_sub(2)), buf);
    } else if let Some(recent) = app.selected_recent() {
        line::message(&data(&recent.source), Tone::Note, look, row(area.height.saturating_sub(2)), buf);
    }
    hints::paint(app, row(area.height.saturating_sub(1)), buf);
}

fn lines(app: &App, area: Rect) -> Vec<String> {
    let mut lines = vec!["No recording is open.".to_owned(), String::new()];
    lines.extend(WAYS.iter().map(|(typed, what)| format!("  {typed:<26}{what}")));
    lines.push(String::new());
    let recent = &app.setup.recent;
    if !recent.is_empty() {
        // The box, its frame, the lines round the list, and the three lines outside it.
        let room = usize::from(area.height).saturating_sub(15).clamp(1, MOST);
        let selected = app.recent.selected(recent.len());
        lines.push("Recent".to_owned());
        lines.extend(app.recent.window(recent.len(), room).map(|at| recent_line(&recent[at], selected == Some(at))));
        lines.push(String::new());
    }
    lines.push("Nothing is written to disk until you press s, R or P.".to_owned());
    lines
}

/// `▶ orders.asof      1,204,377 transitions   12 min ago`.
fn recent_line(recent: &Recent, selected: bool) -> String {
    let source = data(&recent.source);
    let (git, path) = source.strip_prefix("git:").map_or(("", source.as_ref()), |path| ("git:", path));
    let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
    let name = format!("{git}{name}");
    let versions = format!("{} transitions", thousands(recent.versions));
    let pointer = if selected { POINTER } else { " " };
    let name = fit(&name, COLUMNS.0);
    let room = " ".repeat(COLUMNS.0.saturating_sub(width(&name)));
    format!("{pointer} {name}{room}{versions:>0$}   {1}", COLUMNS.1, ago(recent.age))
}
