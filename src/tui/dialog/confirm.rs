//! A question with a yes and a no. Only `y` says yes; Enter is inert.

use super::Answer;
use super::frame::{Frame, wrap, write};
use crate::tui::action::{Action, Context};
use crate::tui::job::Write;
use crate::tui::keymap::Keymap;
use crate::tui::pane::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A question.
pub struct Confirm {
    /// What it is about.
    pub title: String,
    /// What would happen, and what would not.
    pub about: String,
    /// What `y` does, in a word or two.
    pub yes: &'static str,
    /// What is written then.
    pub write: Write,
}

/// Columns inside.
const WIDTH: u16 = 58;

impl Confirm {
    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        match action {
            Action::Confirm => Answer::Write(self.write.clone()),
            Action::Cancel => Answer::Close,
            _ => Answer::Stay,
        }
    }

    /// Paints it.
    pub fn paint(&self, keymap: &Keymap, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let lines = wrap(&self.about, usize::from(WIDTH));
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let frame = Frame { title: &self.title, footer: "Enter does nothing", width: WIDTH, height };
        let inside = frame.paint(look, area, buf);
        for (row, line) in lines.iter().enumerate() {
            write(inside, row, line, look.theme.text, buf);
        }
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let keys = format!("  {yes} {}   {no} cancel", self.yes);
        write(inside, lines.len() + 1, &keys, look.theme.strong, buf);
        None
    }
}
