//! Marks: versions with a letter, the list of them, the list of jumps.

use super::time::TimeDirection;
use super::{App, Effect, Session};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::store::{LetterMarks, StoreWrite, key_of};
use crate::view::clock::date_time;
use crate::view::text::{SafeText, joined, number};

/// A version that can be gone to, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JumpPlace {
    /// What it is called: a mark's letter, how many jumps away.
    pub name: String,
    pub version: Version,
    /// Its time and label.
    pub words: SafeText,
}

impl App {
    /// Marks the cursor with a letter; where that stands already, takes the mark away.
    pub(super) fn set_mark(&mut self, letter: Option<char>) -> Vec<Effect> {
        let Some((session, letter)) = self.session_mut().zip(letter) else { return Vec::new() };
        let here = session.cursor;
        let words = if session.marks.get(&letter) == Some(&here) {
            session.marks.remove(&letter);
            joined!["Mark ", letter.to_string(), " removed from ", number(here)]
        } else {
            let before = session.marks.insert(letter, here);
            let before = before.map(|before| joined![" (was ", number(before), ")"]).unwrap_or_default();
            joined![
                "Mark ",
                letter.to_string(),
                " set at ",
                number(here),
                before,
                "; '",
                letter.to_string(),
                " goes there"
            ]
        };
        let (tenant, marks) = (session.tenant.id().0.to_string(), session.marks.clone());
        self.messages.note(words);
        let source = self.workspace.address.as_ref().and_then(key_of);
        source.map(|source| Effect::Keep(StoreWrite::Marks { source, tenant, marks })).into_iter().collect()
    }

    /// The marks that earlier runs left on a tenant.
    pub(super) fn kept_marks(&self, tenant: &Tenant) -> LetterMarks {
        let source = self.workspace.address.as_ref().and_then(key_of);
        let of_source = source.and_then(|source| self.marks.get(&source));
        of_source.and_then(|tenants| tenants.get(&*tenant.id().0)).cloned().unwrap_or_default()
    }

    /// Goes to the mark of that letter.
    pub(super) fn go_to_mark(&mut self, letter: Option<char>) {
        let Some(letter) = letter else { return };
        let to = self.session().and_then(|session| session.mark(letter));
        self.jump(to, joined!["No mark ", letter.to_string(), ": m", letter.to_string(), " sets it, :marks lists all"]);
    }

    /// To the nearest mark on this line.
    pub(super) fn jump_to_mark(&mut self, way: TimeDirection) {
        let to = self.session().and_then(|session| {
            let marked: Vec<Version> = session.marks.values().copied().collect();
            session.nearest(marked.into_iter(), way == TimeDirection::Forward)
        });
        let otherwise =
            if way == TimeDirection::Back { "No earlier mark on this branch" } else { "No later mark on this branch" };
        self.jump(to, otherwise);
    }
}

impl Session {
    /// The version of a mark, if it is there: a shorter recording may have come in the place of the marked one.
    pub fn mark(&self, letter: char) -> Option<Version> {
        self.marks.get(&letter).copied().filter(|version| *version <= self.history().newest())
    }

    /// The letters that mark a version: `'a 'b`.
    pub fn marks_at(&self, version: Version) -> String {
        let here = self.marks.iter().filter(|(_, at)| **at == version);
        here.map(|(letter, _)| format!("'{letter}")).collect::<Vec<_>>().join(" ")
    }

    /// All marks, by letter.
    pub fn marked_places(&self) -> Vec<JumpPlace> {
        let there = self.marks.keys().filter_map(|letter| Some((*letter, self.mark(*letter)?)));
        there.map(|(letter, version)| self.place(letter.to_string(), version)).collect()
    }

    /// Places jumped from, the last one first, and those that lie forward before it.
    pub fn jumped_places(&self) -> Vec<JumpPlace> {
        let forward = self.jumps.ahead().iter().enumerate().map(|(at, version)| (format!("+{}", at + 1), *version));
        let back = self.jumps.behind().iter().rev().enumerate().map(|(at, version)| (format!("-{}", at + 1), *version));
        let forward: Vec<_> = forward.collect();
        let all = forward.into_iter().rev().chain(back);
        all.map(|(name, version)| self.place(name, version)).collect()
    }

    fn place(&self, name: String, version: Version) -> JumpPlace {
        let info = self.history().info(version);
        let time = info.as_ref().and_then(|info| info.at).map(|at| date_time(at).into()).unwrap_or_default();
        let label = info.map(|info| SafeText::from(&info.label)).unwrap_or_default();
        JumpPlace { name, version, words: SafeText::join([time, label], "  ") }
    }
}
