//! Boxes that say something: errors, damage, bugs, messages. What happened, what still works, what to press.

use super::frame::{Frame, wrap, write};
use super::{Answer, Dialog};
use crate::Error;
use crate::import::Note;
use crate::log::Damage;
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::message::Tone;
use crate::tui::pane::Look;
use crate::view::text::{number, thousands, visible};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Something to read.
pub struct Notice {
    title: String,
    lines: Vec<(Tone, String)>,
    top: usize,
}

/// Rows that a page scrolls.
const PAGE: usize = 10;

/// Most damage listed in a box; `asof verify` lists all.
const MOST_DAMAGE: usize = 8;

impl Dialog {
    /// The source could not be read to its end.
    pub fn unreadable(error: &Error, app: &App) -> Self {
        let read = thousands(app.load.progress.versions);
        let lines = vec![
            error.to_string(),
            String::new(),
            format!("The {read} versions before that are open: step, search, compare and copy all work."),
            "Nothing was written.".to_owned(),
        ];
        Self::Notice(Notice::failure("✗ Could not read to the end", lines))
    }

    /// A log has places that cannot be used: an unfinished end, or damage in the middle.
    pub fn damaged(damage: &[Damage], app: &App) -> Self {
        let read = thousands(app.load.progress.versions);
        let torn = damage.iter().all(|damage| damage.torn);
        let title = if torn { "✗ Log is incomplete" } else { "✗ Log is damaged" };
        let mut lines: Vec<String> = damage.iter().take(MOST_DAMAGE).map(place_of).collect();
        if damage.len() > MOST_DAMAGE {
            lines.push(format!("… and {} places more", thousands((damage.len() - MOST_DAMAGE) as u64)));
        }
        lines.extend([
            String::new(),
            format!("What is intact is open: {read} versions. Nothing was cut or changed."),
            "`asof verify` names every place.".to_owned(),
        ]);
        if torn {
            lines.push("A record that was never finished is cut off, and kept aside, at the next write.".to_owned());
        }
        Self::Notice(Notice::failure(title, lines))
    }

    /// A job met a bug.
    pub fn bug(text: &str) -> Self {
        let lines = vec![
            "Something that should not happen happened while working on your last request:".to_owned(),
            String::new(),
            text.to_owned(),
            String::new(),
            "The screen and the recording are as they were before it. Please report this text.".to_owned(),
        ];
        Self::Notice(Notice::failure("✗ A bug in asof", lines))
    }

    /// Problems of the source, what is odd in it, then everything said so far, newest first.
    pub fn messages(app: &App) -> Self {
        let problems =
            app.load.problems.iter().map(|problem| (Tone::Failure, format!("{}: {}", problem.place, problem.why)));
        let unlisted = app.load.problem_count.saturating_sub(app.load.problems.len());
        let more = (unlisted > 0).then(|| (Tone::Note, format!("… and {} more problems", thousands(unlisted as u64))));
        let odd = |(note, version): &(Note, Version)| format!("{}, {}: {}", note.place, number(*version), note.why);
        let notes = app.load.notes.iter().map(|note| (Tone::Note, odd(note)));
        let said = app.messages.all().iter().rev().map(|message| (message.tone, message.text.clone()));
        let lines: Vec<_> = problems.chain(more).chain(notes).chain(said).collect();
        let title = match app.load.problem_count {
            0 => "Messages".to_owned(),
            1 => "1 problem, messages".to_owned(),
            many => format!("{} problems, messages", thousands(many as u64)),
        };
        Self::Notice(Notice { title, lines: visible_lines(lines), top: 0 })
    }
}

impl Notice {
    fn failure(title: &str, lines: Vec<String>) -> Self {
        let lines = lines.into_iter().map(|line| (Tone::Note, line)).collect();
        Self { title: title.to_owned(), lines: visible_lines(lines), top: 0 }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        match action {
            Action::Up => self.top = self.top.saturating_sub(1),
            Action::Down => self.top += 1,
            Action::PageUp => self.top = self.top.saturating_sub(PAGE),
            Action::PageDown => self.top += PAGE,
            _ => return Answer::Close,
        }
        self.top = self.top.min(self.lines.len());
        Answer::Stay
    }

    /// Paints it.
    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let width = area.width.saturating_sub(8).clamp(1, 96);
        let lines: Vec<(Tone, String)> =
            self.lines.iter().flat_map(|(tone, line)| wrapped(*tone, line, width)).collect();
        let room = usize::from(area.height.saturating_sub(4)).max(1);
        let height = lines.len().min(room);
        let top = self.top.min(lines.len() - height);
        let footer = if lines.len() > height {
            format!("{} to {} of {} · Esc closes", top + 1, top + height, lines.len())
        } else {
            "Esc closes".to_owned()
        };
        let frame = Frame { title: &self.title, footer: &footer, width, height: u16::try_from(height).unwrap_or(1) };
        let inside = frame.paint(look, area, buf);
        for (row, (tone, line)) in lines.iter().skip(top).take(height).enumerate() {
            let style = if *tone == Tone::Failure { look.theme.failure } else { look.theme.text };
            write(inside, row, line, style, buf);
        }
        None
    }
}

fn place_of(damage: &Damage) -> String {
    let file = damage.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (length, offset) = (thousands(damage.length), thousands(damage.offset));
    format!("{file}, byte {offset}: {length} bytes: {}", damage.why)
}

fn visible_lines(lines: Vec<(Tone, String)>) -> Vec<(Tone, String)> {
    lines.into_iter().map(|(tone, line)| (tone, visible(&line).into_owned())).collect()
}

fn wrapped(tone: Tone, line: &str, width: u16) -> Vec<(Tone, String)> {
    let indent = line.len() - line.trim_start().len();
    let room = usize::from(width).saturating_sub(indent).max(1);
    wrap(line, room).into_iter().map(|part| (tone, format!("{}{part}", " ".repeat(indent)))).collect()
}
