//! What should become of tasks that must finish, before the program ends: wait, stop them, or end at once. And of what a
//! stream has brought, which is in memory only: save it first, or lose it.
//!
//! The first closes by itself when the tasks are over: then the program ends.

use super::Answer;
use super::rows::Row;
use super::sheet::Sheet;
use crate::tui::action::{Action, Context};
use crate::tui::keymap::Keymap;
use crate::view::text::counted;

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

/// Columns inside, at most.
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

    /// What it says of tasks that must finish.
    pub fn sheet(self, tasks: Vec<String>, keymap: &Keymap) -> Sheet<'static> {
        let key = |action| keymap.keys_in(self.context(), action);
        let [stop, now, save, stay] =
            [Action::StopTasks, Action::QuitNow, Action::SaveAndQuit, Action::Cancel].map(key);
        let (title, footer, tasks, keys) = match self {
            Self::Unsaved(_) => (
                "Not saved",
                "Enter does nothing",
                Vec::new(),
                [format!("{save} save and quit"), format!("{now} quit without saving"), format!("{stay} do not quit")],
            ),
            Self::Tasks | Self::Stopping => (
                "Not finished yet",
                "waiting",
                tasks,
                [format!("{stop} stop it"), format!("{now} quit now"), format!("{stay} do not quit")],
            ),
        };
        let gap = (!tasks.is_empty()).then(Row::gap);
        Sheet {
            title: title.to_owned(),
            footer: footer.to_owned(),
            width: WIDTH,
            rows: tasks.into_iter().map(Row::plain).chain(gap).chain([Row::plain(self.about())]).collect(),
            foot: vec![Row::gap(), Row::Keys(keys.into())],
        }
    }
}
