//! The screen when nothing is open: three ways to start, and what was opened lately.

use super::hints;
use crate::source::Recent;
use crate::tui::app::App;
use crate::tui::dialog::rows::{self, Row};
use crate::tui::dialog::sheet::{Scroll, Sheet};
use crate::tui::glyphs::POINTER;
use crate::tui::pane::line::{self, Tone};
use crate::view::text::{ago, data, fit_middle, thousands, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::Path;

/// Columns of the box.
const WIDTH: u16 = 72;

/// Most recent ones shown; the others scroll.
const MOST: usize = 8;

/// Columns of a recent one's name, and of its number of versions.
const COLUMNS: (usize, usize) = (24, 23);

/// Columns beside those two: the pointer, a gap, and how long ago it was.
const BESIDE: usize = 2 + 3 + 12;

/// Columns of a name, at least.
const LEAST_NAME: usize = 8;

/// Columns of what is typed in a shell, with room and without.
const TYPED: (usize, usize) = (26, 20);

/// What can be done, as it is typed in a shell.
const WAYS: [(&str, &str); 3] = [
    ("asof open FILE", "a log, or - for standard input"),
    ("asof open RUN.asof", "a recording, even if still growing"),
    ("asof demo", "a built-in recording with a tour"),
];

/// Paints it.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) {
    let look = app.look();
    let row = |y: u16| Rect { y: area.y + y, height: area.height.min(1), ..area };
    line::message("asof · nothing open", Tone::Note, look, row(0), buf);
    let width = WIDTH.min(area.width.saturating_sub(6));
    let rows = rows(app, area.height, usize::from(width));
    let (title, footer) = ("Start".to_owned(), String::new());
    Sheet { title, footer, width, rows, foot: Vec::new() }.paint(look, area, Scroll::default(), buf);
    if let Some(said) = app.messages.line() {
        line::message(&said.text, said.tone, look, row(area.height.saturating_sub(2)), buf);
    } else if let Some(recent) = app.selected_recent() {
        line::message(&data(&recent.source), Tone::Note, look, row(area.height.saturating_sub(2)), buf);
    }
    hints::paint(app, row(area.height.saturating_sub(1)), buf);
}

fn rows(app: &App, height: u16, columns: usize) -> Vec<Row<'static>> {
    let typed = if columns < usize::from(WIDTH) { TYPED.1 } else { TYPED.0 };
    let mut rows = vec![Row::gap(), Row::plain("No recording is open."), Row::gap()];
    rows.extend(WAYS.iter().map(|(ways, what)| Row::plain(format!("  {ways:<typed$}{what}"))));
    rows.push(Row::gap());
    let recent = &app.setup.recent;
    if !recent.is_empty() {
        // The box, its frame, the lines round the list, and the three lines outside it.
        let room = usize::from(height).saturating_sub(15).clamp(1, MOST);
        let selected = app.recent.selected(recent.len());
        rows.push(Row::plain("Recent"));
        rows.extend(app.recent.window(recent.len(), room).map(|at| {
            let tone = if selected == Some(at) { rows::Tone::Strong } else { rows::Tone::Plain };
            Row::Text(recent_line(&recent[at], selected == Some(at), columns), tone)
        }));
        rows.push(Row::gap());
    }
    rows.extend([Row::plain("Nothing is written to disk until you press s, R or P."), Row::gap()]);
    rows
}

/// `▶ orders.asof      1,204,377 transitions   12 min ago`.
fn recent_line(recent: &Recent, selected: bool, columns: usize) -> String {
    let source = data(&recent.source);
    let (git, path) = source.strip_prefix("git:").map_or(("", source.as_ref()), |path| ("git:", path));
    let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
    let name = format!("{git}{name}");
    let versions = format!("{} transitions", thousands(recent.versions));
    let pointer = if selected { POINTER } else { " " };
    let names = columns.saturating_sub(COLUMNS.1 + BESIDE).clamp(LEAST_NAME, COLUMNS.0);
    let name = fit_middle(&name, names);
    let room = " ".repeat(names.saturating_sub(width(&name)));
    format!("{pointer} {name}{room}{versions:>0$}   {1}", COLUMNS.1, ago(recent.age))
}
