//! What should become of tasks that must finish, before the program ends: wait, stop them, or end at once.
//!
//! Closes by itself when they are over: then the program ends.

use super::Answer;
use super::frame::{Frame, wrap, write};
use crate::tui::action::{Action, Context};
use crate::tui::keymap::Keymap;
use crate::tui::pane::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The question. What it is about is read from the list of tasks when it is painted.
#[derive(Default)]
pub struct Leaving {
    stopping: bool,
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The program does not end.
    Stay,
    /// They are stopped, and leave no half of a file; then it ends.
    Stop,
    /// It ends now.
    Now,
}

/// Columns inside.
const WIDTH: u16 = 58;

impl Leaving {
    /// The tasks have been told to stop.
    pub fn stopping() -> Self {
        Self { stopping: true }
    }

    /// Takes an action.
    pub fn act(action: Action) -> Answer {
        match action {
            Action::StopTasks => Answer::End(Ending::Stop),
            Action::QuitNow => Answer::End(Ending::Now),
            Action::Cancel => Answer::End(Ending::Stay),
            _ => Answer::Stay,
        }
    }

    /// Paints it.
    pub fn paint(
        &self,
        tasks: &[String],
        keymap: &Keymap,
        look: &Look,
        area: Rect,
        buf: &mut Buffer,
    ) -> Option<Position> {
        let about = if self.stopping {
            "Being stopped; asof ends when that is done."
        } else {
            "asof ends as soon as this is done. Stopped, an export leaves no file; a write that has begun is finished."
        };
        let [stop, now, stay] =
            [Action::StopTasks, Action::QuitNow, Action::Cancel].map(|action| keymap.keys_in(Context::Leaving, action));
        let mut lines: Vec<String> = tasks.iter().flat_map(|task| wrap(task, usize::from(WIDTH))).collect();
        lines.push(String::new());
        lines.extend(wrap(about, usize::from(WIDTH)));
        lines.push(String::new());
        let height = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
        let frame = Frame { title: "Not finished yet", footer: "waiting", width: WIDTH, height };
        let inside = frame.paint(look, area, buf);
        for (row, line) in lines.iter().enumerate() {
            write(inside, row, line, look.theme.text, buf);
        }
        let keys = format!("  {stop} stop it   {now} quit now   {stay} do not quit");
        write(inside, lines.len(), &keys, look.theme.strong, buf);
        None
    }
}
