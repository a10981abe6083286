//! Choosing the key by which the elements of an array are matched.

use super::{App, Session, View};
use crate::diff::{ArrayKey, key_candidates};
use crate::tui::dialog::Dialog;
use crate::value::{Array, Path, Text};
use crate::view::compared::array_at;
use crate::view::path::printed;
use crate::view::text::visible;
use std::sync::Arc;

/// Matches as if nothing had been chosen.
pub const AUTO: &str = "auto";
/// Matches by position.
pub const INDEX: &str = "index";

/// An array under the cursor, and what its elements may be matched by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayHere {
    /// On the right; where it is gone, on the left.
    pub path: Path,
    /// Fields that tell elements apart.
    pub fields: Vec<Text>,
    /// What was chosen, if that was.
    pub chosen: Option<ArrayKey>,
}

impl App {
    /// The array under the cursor or round it.
    pub fn array_here(&self) -> Option<ArrayHere> {
        self.session()?.array_here(self.workspace.view)
    }

    /// Matches by a field, by `index`, or as by itself (`auto`); asks which, where nothing is named.
    pub(super) fn array_key(&mut self, text: &str) {
        let Some(here) = self.array_here() else { return self.messages.note("There is no array here") };
        let words = printed(&here.path);
        let key = match text.trim() {
            "" => return self.show_box(Dialog::array_keys(self)),
            AUTO => None,
            INDEX => Some(ArrayKey::Index),
            field => match here.fields.iter().find(|known| **known == *field.trim_start_matches('.')) {
                Some(field) => Some(ArrayKey::Field(field.clone())),
                None => {
                    return self
                        .messages
                        .failure(format!("\"{}\" does not tell the elements of {words} apart", visible(field)));
                }
            },
        };
        let by = match &key {
            Some(ArrayKey::Field(field)) => visible(field).into_owned(),
            Some(ArrayKey::Index) => INDEX.to_owned(),
            Some(ArrayKey::Content) => "content".to_owned(),
            None => "what suits it".to_owned(),
        };
        self.messages.note(format!("{words} is matched by {by}"));
        if let Some(session) = self.session_mut() {
            Arc::make_mut(&mut session.array_keys).choose(&here.path.0, key);
            session.choices += 1;
        }
    }
}

impl Session {
    fn array_here(&self, view: View) -> Option<ArrayHere> {
        let (compared, path) = match view {
            View::Diff => (&self.shown.ends.compared, self.difftree.path()),
            View::Debug => (&self.shown.state.compared, self.tree.path()),
            _ => return None,
        };
        let path = array_at(&compared.right, &path.0).or_else(|| array_at(&compared.left, &path.0))?;
        let sides = [&compared.left, &compared.right];
        let arrays: Vec<&Array> = sides.iter().filter_map(|side| side.at(&path)?.as_array()).collect();
        let fields = key_candidates(&arrays);
        let chosen = self.array_keys.chosen(&path.0).cloned();
        Some(ArrayHere { path, fields, chosen })
    }
}
