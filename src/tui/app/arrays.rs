//! Choosing the key by which the elements of an array are matched.

use super::{Access, App, Effect, Session, View};
use crate::diff::{ArrayKey, key_candidates};
use crate::ops::{Verb, words::matched_words};
use crate::recording::unread_array_keys;
use crate::tui::action::Argument;
use crate::value::{Array, Path, Text};
use crate::view::compared::array_at;
use crate::view::path::printed;
use crate::view::text::{SafeText, joined};
use crate::view::verbs::sentence;
use std::sync::Arc;

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

    /// Matches by a field, by position, or as by itself; asks which, where nothing is named. The recording keeps it.
    pub(super) fn array_key(&mut self, argument: &Argument) -> Vec<Effect> {
        let Some(here) = self.array_here() else {
            self.messages.note("No array here");
            return Vec::new();
        };
        let Argument::ArrayKey(key) = argument else {
            self.list_array_keys();
            return Vec::new();
        };
        if let Some(ArrayKey::Field(field)) = key
            && !here.fields.contains(field)
        {
            let (name, words) = (SafeText::data(field), printed(&here.path));
            self.messages.failure(joined!["\"", name, "\" is not unique among the elements of ", words]);
            return Vec::new();
        }
        let key = key.clone();
        match self.why_not_kept() {
            None => {
                let Some(session) = self.session_mut() else { return Vec::new() };
                let id = session.id;
                // What was chosen for this run gives way to what the recording keeps.
                session.choose(&here.path, None);
                self.write(id.into(), Verb::MatchBy { array: here.path, key }.into())
            }
            Some(why) => {
                let words = matched_words(&here.path, key.as_ref());
                self.messages.note(sentence(&format!("{words} until asof ends ({why})")));
                self.session_mut().into_iter().for_each(|session| session.choose(&here.path, key.clone()));
                Vec::new()
            }
        }
    }

    /// Why the recording would not keep a choice.
    fn why_not_kept(&self) -> Option<&'static str> {
        match self.setup.access {
            Access::ReadOnly => Some("the recording is read-only"),
            _ if self.refused().is_some() => Some("the recording is read-only"),
            _ if self.workspace.is_in_memory() && !self.is_demo() => Some("the recording is in memory only"),
            Access::ReadWrite => None,
        }
    }

    /// Says which of the choices that recordings keep cannot be read.
    pub(super) fn report_unread_array_keys(&mut self) {
        let sessions = self.workspace.sessions.iter();
        let unread: Vec<_> =
            sessions.flat_map(|session| unread_array_keys(session.history().ledger().settings())).collect();
        unread.into_iter().for_each(|why| self.messages.failure(sentence(&why)));
    }
}

impl Session {
    fn choose(&mut self, array: &Path, key: Option<ArrayKey>) {
        Arc::make_mut(&mut self.array_keys).choose(&array.0, key);
        self.chosen += 1;
    }

    fn array_here(&self, view: View) -> Option<ArrayHere> {
        let (compared, path) = match view {
            View::DIFF => (&self.shown.ends.compared, self.difftree.path()),
            View::DEBUG => (&self.shown.state.compared, self.tree.path()),
            _ => return None,
        };
        let path = array_at(&compared.right, &path.0).or_else(|| array_at(&compared.left, &path.0))?;
        let sides = [&compared.left, &compared.right];
        let arrays: Vec<&Array> = sides.iter().filter_map(|side| side.at(&path)?.as_array()).collect();
        let fields = key_candidates(&arrays);
        let chosen = compared.chosen().chosen(&path.0).cloned();
        Some(ArrayHere { path, fields, chosen })
    }
}
