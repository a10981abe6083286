//! What should become of tasks that must finish, before the program ends: wait, stop them, or end at once. And of what a
//! stream has brought, or the person has written, which is in memory only: save it first, or lose it.
//!
//! The first closes by itself when the tasks are over: then the program ends.

use super::DialogAnswer;
use super::rows::DialogRow;
use super::sheet::Sheet;
use crate::error::agreeing;
use crate::tui::action::{Action, Context};
use crate::tui::keymap::Keymap;
use crate::view::text::{SafeText, counted, joined};

/// The question. Which tasks it is about is read from the list of tasks when it is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Tasks must finish.
    Tasks,
    /// They have been told to stop.
    Stopping,
    /// So many versions are in memory only, and cannot be read again.
    Unsaved(u64),
    /// So many writes of the person are in memory only.
    UnsavedWrites(u64),
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
    Nothing,
    /// The last screen, as text.
    Text,
}

/// Columns inside, at most.
const WIDTH: u16 = 58;

impl Leaving {
    /// Which keys hold.
    pub fn context(self) -> Context {
        if self.asks_to_save() { Context::Unsaved } else { Context::Leaving }
    }

    /// Whether only a person can answer it.
    pub fn asks_to_save(self) -> bool {
        matches!(self, Self::Unsaved(_) | Self::UnsavedWrites(_))
    }

    /// Takes an action.
    pub fn act(self, action: Action) -> DialogAnswer {
        match action {
            Action::StopTasks => DialogAnswer::End(self, Ending::Stop),
            Action::QuitNow => DialogAnswer::End(self, Ending::Now),
            Action::SaveAndQuit => DialogAnswer::End(self, Ending::Save),
            Action::Cancel => DialogAnswer::End(self, Ending::Stay),
            _ => DialogAnswer::Stay,
        }
    }

    fn about(self) -> SafeText {
        match self {
            Self::Stopping => "Stopping; asof quits when that is done.".into(),
            Self::Tasks => {
                "asof quits when this is done. A stopped export leaves no file; a write that has begun is finished."
                    .into()
            }
            Self::Unsaved(versions) => joined![
                counted(versions, "version"),
                " ",
                agreeing(versions, "is", "are"),
                " in memory only and cannot be read again. Quitting loses them, unless they are saved to a recording."
            ],
            Self::UnsavedWrites(writes) => joined![
                counted(writes, "write"),
                " of yours ",
                agreeing(writes, "is", "are"),
                " in memory only. Quitting loses ",
                agreeing(writes, "it", "them"),
                ", unless the recording is saved."
            ],
        }
    }

    /// What it says of tasks that must finish.
    pub fn sheet(self, tasks: Vec<SafeText>, keymap: &Keymap) -> Sheet<'static> {
        let key = |action| keymap.keys_in(self.context(), action);
        let [stop, now, save, stay] =
            [Action::StopTasks, Action::QuitNow, Action::SaveAndQuit, Action::Cancel].map(key);
        let (title, footer, tasks, keys) = match self {
            Self::Unsaved(_) | Self::UnsavedWrites(_) => (
                "Not saved",
                "Enter does nothing",
                Vec::new(),
                [joined![save, " save and quit"], joined![now, " quit without saving"], joined![stay, " do not quit"]],
            ),
            Self::Tasks | Self::Stopping => (
                "Not finished yet",
                "waiting",
                tasks,
                [joined![stop, " stop it"], joined![now, " quit now"], joined![stay, " do not quit"]],
            ),
        };
        let gap = (!tasks.is_empty()).then(DialogRow::gap);
        Sheet {
            title: title.into(),
            footer: footer.into(),
            width: WIDTH,
            rows: tasks.into_iter().map(DialogRow::plain).chain(gap).chain([DialogRow::plain(self.about())]).collect(),
            foot: vec![DialogRow::gap(), DialogRow::Keys(keys.into())],
            ..Sheet::default()
        }
    }
}
