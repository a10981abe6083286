//! What should become of tasks that must finish, before the program ends: wait, stop them, or end at once. And of what a
//! stream has brought, which is in memory only: save it first, or lose it.
//!
//! The first closes by itself when the tasks are over: then the program ends.

use super::Answer;
use super::frame::{Frame, wrap, write};
use crate::tui::action::{Action, Context};
use crate::tui::keymap::Keymap;
use crate::tui::pane::Look;
use crate::view::text::counted;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The question. Which tasks it is about is read from the list of tasks when it is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Tasks must finish.
    Tasks,
    /// They have been told to stop.
    Stopping,
    /// So many versions are in memory only, and cannot be read again.
    Unsaved(u64),
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The program does not end.
    Stay,
    /// Tasks are stopped, and leave no half of a file; then it ends.
    Stop,
    /// It ends now.
    Now,
    /// What is in memory only is saved; then it ends.
    Save,
}

/// What stays on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing.
    Nothing,
    /// The last screen, as text.
    Text,
}

/// Columns inside.
const WIDTH: u16 = 58;

impl Leaving {
    /// Which keys hold.
    pub fn context(self) -> Context {
        if matches!(self, Self::Unsaved(_)) { Context::Unsaved } else { Context::Leaving }
    }

    /// Takes an action.
    pub fn act(self, action: Action) -> Answer {
        match action {
            Action::StopTasks => Answer::End(self, Ending::Stop),
            Action::QuitNow => Answer::End(self, Ending::Now),
            Action::SaveAndQuit => Answer::End(self, Ending::Save),
            Action::Cancel => Answer::End(self, Ending::Stay),
            _ => Answer::Stay,
        }
    }

    fn about(self) -> String {
        match self {
            Self::Stopping => "Stopping; asof quits when that is done.".to_owned(),
            Self::Tasks => {
                "asof quits when this is done. A stopped export leaves no file; a write that has begun is finished."
                    .to_owned()
            }
            Self::Unsaved(versions) => format!(
                "{} came through a stream and {} in memory only. Quitting loses them, unless they are saved to a recording.",
                counted(versions, "version"),
                if versions == 1 { "is" } else { "are" }
            ),
        }
    }

    /// Paints it.
    pub fn paint(
        self,
        tasks: &[String],
        keymap: &Keymap,
        look: &Look,
        area: Rect,
        buf: &mut Buffer,
    ) -> Option<Position> {
        let key = |action| keymap.keys_in(self.context(), action);
        let [stop, now, save, stay] =
            [Action::StopTasks, Action::QuitNow, Action::SaveAndQuit, Action::Cancel].map(key);
        let (title, footer, keys) = match self {
            Self::Unsaved(_) => (
                "Not saved",
                "Enter does nothing",
                format!("  {save} save and quit   {now} quit without saving   {stay} do not quit"),
            ),
            Self::Tasks | Self::Stopping => {
                ("Not finished yet", "waiting", format!("  {stop} stop it   {now} quit now   {stay} do not quit"))
            }
        };
        let tasks = if matches!(self, Self::Unsaved(_)) { &[] } else { tasks };
        let mut lines: Vec<String> = tasks.iter().flat_map(|task| wrap(task, usize::from(WIDTH))).collect();
        lines.extend((!lines.is_empty()).then(String::new));
        lines.extend(wrap(&self.about(), usize::from(WIDTH)));
        lines.push(String::new());
        let height = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
        let inside = Frame { title, footer, width: WIDTH, height }.paint(look, area, buf);
        for (row, line) in lines.iter().enumerate() {
            write(inside, row, line, look.theme.text, buf);
        }
        write(inside, lines.len(), &keys, look.theme.strong, buf);
        None
    }
}
