//! What the table says of one action.
//!
//! Must not name: `table`.

use super::{Action, Argument, Context, Grammar};
use crate::value::Value;
use crate::view::text::SafeText;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// What is done.
    pub action: Action,
    /// Its name after `:`.
    pub name: &'static str,
    /// Default key sequences, as [`crate::tui::key::Key`] reads them.
    pub keys: &'static [&'static str],
    /// Where the keys hold.
    pub context: Context,
    /// Where help lists it.
    pub group: Group,
    /// What it does, for help and `:`.
    pub doc: &'static str,
    /// What its argument is.
    pub takes: Grammar,
    /// Whether it can do without one.
    pub optional: bool,
    /// The word in the hint bar; neighbours with the same word share it; empty for none.
    pub hint: &'static str,
    /// What must be there.
    pub needs: Needs,
}

impl Spec {
    pub(super) const fn takes(self, takes: Grammar) -> Self {
        Self { takes, optional: false, ..self }
    }
    pub(super) const fn may_take(self, takes: Grammar) -> Self {
        Self { takes, ..self }
    }
    pub(super) const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
    pub(super) const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// Whether it needs an argument and this one is empty.
    pub fn lacks(&self, argument: &str) -> bool {
        argument.is_empty() && !self.optional
    }

    /// Whether anything may stand behind its name.
    pub fn has_argument(&self) -> bool {
        self.takes != Grammar::Nothing
    }

    /// Its argument in help: `TARGET`, `[PATH]`; empty for none.
    pub fn form(&self) -> String {
        let form = self.takes.form();
        if self.optional && self.has_argument() { format!("[{form}]") } else { form }
    }

    /// Reads what was typed behind its name; paths are those of a state.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn read(&self, text: &str, state: &Value) -> Result<Argument, SafeText> {
        match text.trim() {
            "" => Ok(Argument::None),
            text => self.takes.read(text, state),
        }
    }
}

/// Under which heading help lists an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving through time.
    Time,
    /// The diff's two ends.
    Compare,
    /// Writing.
    Change,
    /// Views and panes.
    View,
    /// Rows of the focused pane.
    Pane,
    /// Copying.
    Copy,
    Program,
    /// Inside a dialog; not in the `:` list.
    Dialog,
}

impl Group {
    /// All, in the order of help.
    pub const ALL: [Self; 8] =
        [Self::Pane, Self::Time, Self::Compare, Self::Change, Self::View, Self::Copy, Self::Program, Self::Dialog];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Time => "Time, in any pane",
            Self::Compare => "Compare",
            Self::Change => "Change",
            Self::View => "Views and panes",
            Self::Pane => "This pane",
            Self::Copy => "Copy",
            Self::Program => "Program",
            Self::Dialog => "This box",
        }
    }
}

/// What must be there for an action to make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    Nothing,
    /// At least one version.
    Versions,
    /// At least one snapshot.
    Snapshots,
    /// Versions, and not opened read-only.
    Writable,
    /// A recording on the disk, and not opened read-only.
    OnDisk,
    /// A write of ours that can be taken back.
    Undoable,
    /// A write of ours that was taken back.
    Redoable,
    /// A snapshot that is selected, and not opened read-only.
    Editable,
    /// A variant, and not opened read-only.
    Promotable,
    /// More than one tenant.
    Tenants,
    /// A transaction, where they are listed.
    Transaction,
    /// An earlier place to go back to.
    Jump,
    /// That nothing is open.
    NothingOpen,
    /// Something opened lately, or a file that git holds versions of.
    Offer,
    /// That git holds versions of the file that is open.
    InGit,
    /// An error after which opening can be tried again.
    Again,
    /// A box of which not all is in view.
    More,
    /// A box that shows a value.
    BoxValue,
    /// At least one mark.
    Marks,
    /// A form with several fields.
    Fields,
}
