//! What the cursors of the trees are on, followed from version to version; and since when something is there that the version shown does not have.
//!
//! Must not name: `draw`, `dialog`.

use super::absent::Absent;
use super::tasks::TaskKind;
use super::time::TimeDirection;
use super::{App, Effect, Session};
use crate::diff::Differ;
use crate::record::Version;
use crate::tui::job::{Aspect, Job, Scanned, Shown, Sought, StoredExpressions, Wanted};
use crate::tui::owner::SessionId;
use crate::value::Path;
use crate::view::marks::Side;
use crate::{Error, Result};
use std::sync::Arc;

impl Session {
    /// What the cursor of the state tree is on, or was on where that is missing; and the version where it is.
    fn origin(&self) -> (Path, Version) {
        match self.absent() {
            Some(absent) => absent.origin.clone(),
            None => (self.tree.path(), self.shown.versions.cursor),
        }
    }

    /// What is missing, as long as the cursor stays.
    pub fn absent(&self) -> Option<&Absent> {
        self.absent.as_ref().filter(|absent| absent.shown == self.tree.path())
    }

    /// What is to be found in the versions of the next frame.
    pub(super) fn sought(&self, versions: Wanted, with_ends: bool) -> Vec<Sought> {
        let state = [(self.origin(), versions.cursor)];
        let ends = self.difftree_origin();
        let ends = with_ends.then(|| [versions.b, versions.a].map(|to| (ends.clone(), to))).into_iter().flatten();
        let all = state.into_iter().chain(ends);
        let sought = all.map(|((path, from), to)| Sought { path, from, to });
        // What is inside of a string keeps its path.
        let followed = |sought: &Sought| !sought.path.0.is_empty() && sought.from.0 > 0;
        sought.filter(|sought| followed(sought) && !self.leads_inside(&sought.path)).collect()
    }

    pub(super) fn difftree_origin(&self) -> (Path, Version) {
        let ((path, side), shown) = (self.difftree.place(), self.shown.versions);
        (path, if side == Side::Right { shown.b } else { shown.a })
    }

    /// Where the state tree's cursor belongs in a version to be shown; asked before it is shown.
    pub(super) fn place_of_cursor(&self, shown: &Shown, followed: &[StoredExpressions]) -> Option<StoredExpressions> {
        let ((path, from), to) = (self.origin(), shown.versions.cursor);
        let sought = Sought { path, from, to };
        let found = followed.iter().find(|found| found.sought == sought).cloned();
        // The cursor was moved while the frame was made.
        found.or_else(|| {
            let keys = shown.state.compared.chosen();
            let is_here = from == self.shown.versions.cursor && from.0 > 0 && !sought.path.0.is_empty();
            is_here.then(|| sought.find((self.shown.value(), shown.value()), Differ::by(keys), keys))?
        })
    }

    /// Where the diff's cursor belongs.
    pub(super) fn place_of_diff_cursor(
        &self,
        versions: Wanted,
        followed: &[StoredExpressions],
    ) -> Option<(Path, Side)> {
        let (path, from) = self.difftree_origin();
        let sides = [(versions.b, Side::Right), (versions.a, Side::Left)];
        sides.into_iter().find_map(|(to, side)| {
            let sought = Sought { path: path.clone(), from, to };
            let found = followed.iter().find(|found| found.sought == sought)?;
            Some((found.here.clone()?, side))
        })
    }

    /// Notes what is missing in the version shown now.
    pub(super) fn note_absent(&mut self, found: Option<StoredExpressions>) {
        let Some(found) = found.filter(|found| found.here.is_none()) else {
            self.absent = None;
            return;
        };
        let StoredExpressions { sought: Sought { path, from, to }, name, .. } = found;
        let before = self.absent.take().filter(|before| before.origin == (path.clone(), from));
        let shown = self.tree.path();
        let absent = Absent { origin: (path, from), shown, name, missing_in: to, is_first: false, since: None };
        let since = before.filter(|before| before.way() == absent.way()).and_then(|before| before.since_in(to));
        self.absent = Some(Absent { since, ..absent });
    }
}

impl App {
    /// Asks since when something is there that the version shown does not have.
    pub(super) fn ask_absent(&mut self, id: SessionId) -> Option<Effect> {
        let session = self.workspace.of(id)?;
        let absent = session.absent.as_ref().filter(|absent| absent.since.is_none())?;
        let (path, (from, way)) = (absent.origin.0.clone(), absent.scan());
        let asked = |kind: &TaskKind| matches!(kind, TaskKind::Presence(of, at, towards) if (of, *at, *towards) == (&path, from, way));
        if self.tasks.find(id, asked).is_some() {
            return None;
        }
        let (tenant, keys) = (session.tenant.clone(), Arc::clone(&session.array_keys));
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Presence(..)));
        Some(self.begin(id, Job::Scan { tenant, path, keys, embedded: false, from, way, of: Aspect::Presence }))
    }

    pub(super) fn take_presence(
        &mut self,
        id: SessionId,
        (path, from, way): (&Path, Version, TimeDirection),
        scanned: Result<Scanned, Error>,
    ) -> Option<Effect> {
        let is_it = |absent: &&mut Absent| (&absent.origin.0, absent.scan()) == (path, (from, way));
        // It is not there, whatever became of the search.
        let absent = self.workspace.of_mut(id)?.absent.as_mut().filter(is_it)?;
        let before = absent.scan();
        match scanned {
            Ok(Scanned::Changed { at, .. }) => absent.take(Some(at)),
            Ok(Scanned::Never { .. }) => absent.take(None),
            _ => return None,
        }
        if absent.since.is_some() {
            let words = absent.words();
            let words = self.named(id, words);
            self.messages.news(words);
            return None;
        }
        if absent.scan() == before { None } else { self.ask_absent(id) }
    }
}
