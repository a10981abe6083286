//! A question with a yes and a no. Only `y` says yes; Enter is inert.

use super::frame::{Frame, wrap, write};
use super::{Answer, Facts};
use crate::history::History;
use crate::record::SnapshotId;
use crate::tui::action::{Action, Context};
use crate::tui::job::Write;
use crate::tui::keymap::Keymap;
use crate::tui::pane::Look;
use crate::view::text::{number, visible};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A question: whether a snapshot should go.
pub struct Confirm {
    id: SnapshotId,
    about: String,
    /// The key that would take it back.
    undo: String,
}

/// Columns inside.
const WIDTH: u16 = 58;

impl Confirm {
    /// Whether a snapshot should go; `None` when there is no such one.
    pub fn deletion(history: &History, id: SnapshotId, undo: String) -> Option<Self> {
        let snapshot = history.snapshot(id)?;
        let name = snapshot.name.as_deref().map_or("auto".into(), visible);
        let about = format!(
            "{name} {} leaves the list. The version it marks stays, and so does everything else. {undo} {undo} takes it \
             back.",
            number(snapshot.version)
        );
        Some(Self { id, about, undo })
    }

    /// The same question, looked up again.
    #[cfg(test)]
    pub fn asked_anew(&self, history: &History) -> Option<Self> {
        Self::deletion(history, self.id, self.undo.clone())
    }

    /// Says what holds now.
    pub fn renew(&mut self, history: &History) -> Facts {
        match Self::deletion(history, self.id, self.undo.clone()) {
            Some(new) => *self = new,
            None => return Facts::Gone("The question was closed: the snapshot is not in the list any more".to_owned()),
        }
        Facts::Hold
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        match action {
            Action::Confirm => Answer::Write(Write::Delete(self.id)),
            Action::Cancel => Answer::Close,
            _ => Answer::Stay,
        }
    }

    /// Paints it.
    pub fn paint(&self, keymap: &Keymap, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let lines = wrap(&self.about, usize::from(WIDTH));
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let frame = Frame { title: "Delete snapshot", footer: "Enter does nothing", width: WIDTH, height };
        let inside = frame.paint(look, area, buf);
        for (row, line) in lines.iter().enumerate() {
            write(inside, row, line, look.theme.text, buf);
        }
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let keys = format!("  {yes} delete   {no} cancel");
        write(inside, lines.len() + 1, &keys, look.theme.strong, buf);
        None
    }
}
