//! Before there is anything to look at: what is being opened, how far it is, what can be done meanwhile.

use super::hints;
use crate::tui::app::{App, End};
use crate::tui::dialog::frame::{Frame, write};
use crate::tui::pane::line;
use crate::view::text::{duration, thousands, visible};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the box.
const WIDTH: u16 = 76;

/// Paints the screen that has no version to show yet.
pub fn paint_start(app: &App, area: Rect, buf: &mut Buffer) {
    let look = app.look();
    let title = visible(&app.setup.address.title()).into_owned();
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    line::message(&format!("asof · opening {title}"), line::Tone::Note, look, row(0), buf);
    let lines = match app.load.end {
        None => progress_lines(app),
        Some(End::Complete) => vec![format!("{title} holds no versions."), String::new(), "q quits".to_owned()],
        Some(End::Stopped | End::Failed) => vec!["Nothing was read.".to_owned(), String::new(), "q quits".to_owned()],
    };
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let width = WIDTH.min(area.width.saturating_sub(4));
    let inside = Frame { title: "Opening", footer: "", width, height }.paint(look, area, buf);
    for (at, line) in lines.iter().enumerate() {
        write(inside, at + 1, line, look.theme.text, buf);
    }
    hints::paint(app, row(area.height.saturating_sub(1)), buf);
}

fn progress_lines(app: &App) -> Vec<String> {
    vec![
        format!("Reading  {}", bar(app, 40)),
        String::new(),
        format!("  {}   {}", app.load.pace(app.now), problems(app)),
        String::new(),
        "What has been read can be used at once.".to_owned(),
        "Esc stop here      q quit".to_owned(),
    ]
}

/// `████░░░░  38%   about 12 s left`.
pub fn bar(app: &App, columns: usize) -> String {
    // Bytes are read ahead of versions: while there is something to do it is not all done.
    let share = app.load.progress.share.clamp(0.0, 0.99);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "0 to columns"
    )]
    let full = (share * columns as f64) as usize;
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(columns - full));
    let left = app.load.left(app.now).and_then(|left| chrono::Duration::from_std(left).ok());
    let left = left.map(|left| format!("   about {} left", duration(left))).unwrap_or_default();
    format!("{bar}  {:.0}%{left}", share * 100.0)
}

fn problems(app: &App) -> String {
    match app.load.problem_count {
        0 => String::new(),
        1 => "1 problem".to_owned(),
        many => format!("{} problems", thousands(many as u64)),
    }
}
