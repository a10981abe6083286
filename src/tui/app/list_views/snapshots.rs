//! The list of snapshots.

use super::ListView;
use crate::history::History;
use crate::record::{SnapshotId, Version};
use crate::tui::action::Action;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::Ask;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::snapshots::{self, Listed};
use crate::view::text::joined;

/// The view.
pub(super) struct SnapshotList;

impl ListView for SnapshotList {
    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.snapshots.resize(heights.list);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        session.move_snapshots(step);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        let history = session.history();
        let id = snapshots::selected(&history, &session.snapshots, &session.lists.filter)?;
        session.ends_of_snapshot(&history, id).first().copied()
    }

    fn target(&self, session: &Session) -> Option<Version> {
        session.version_of_snapshot()
    }

    /// The diffs of the selected one, then the keys of those on the screen.
    fn wanted(&self, session: &Session, heights: &Heights) -> Vec<Ask> {
        let history = session.history();
        let (list, filter) = (&session.snapshots, session.lists.filter.as_str());
        let id = snapshots::selected(&history, list, filter);
        let ends = id.map(|id| session.ends_of_snapshot(&history, id)).unwrap_or_default();
        let rows = snapshots::snapshots(&history, list, filter, session.cursor, heights.list).rows;
        ends.into_iter().map(Ask::Diff).chain(rows.into_iter().map(|row| Ask::Keys(row.snapshot.version))).collect()
    }
}

impl App {
    /// The snapshot under the list's cursor.
    pub(in crate::tui::app) fn selected_snapshot(&self) -> Option<SnapshotId> {
        let session = self.session()?;
        snapshots::selected(&session.history(), &session.snapshots, &session.lists.filter)
    }

    pub(in crate::tui::app) fn filter_snapshots(&mut self, words: &str) {
        let Some(session) = self.session_mut() else { return };
        let id = snapshots::selected(&session.history(), &session.snapshots, &session.lists.filter);
        words.trim().clone_into(&mut session.lists.filter);
        id.into_iter().for_each(|id| session.select_snapshot(id));
        let (count, all) = (Listed::new(&session.history(), words).count(), session.history().marks().listed().len());
        if words.trim().is_empty() {
            self.messages.note("All snapshots are shown");
        } else {
            let (words, key) = (words.trim().to_owned(), self.keymap.key_of(Action::Back));
            self.messages.note(joined![
                count.to_string(),
                " of ",
                all.to_string(),
                " shown with \"",
                words,
                "\"; ",
                key,
                " shows all"
            ]);
        }
    }
}

impl Session {
    /// Moves in the list of snapshots.
    pub fn move_snapshots(&mut self, step: ListMove) {
        let len = Listed::new(&self.history(), &self.lists.filter).count();
        self.snapshots.act(step, len);
    }

    /// Selects a snapshot, where it is listed.
    pub fn select_snapshot(&mut self, id: SnapshotId) {
        let (row, len) = {
            let history = self.history();
            let listed = Listed::new(&history, &self.lists.filter);
            (listed.row_of(id), listed.count())
        };
        row.into_iter().for_each(|row| self.snapshots.select(row, len));
    }

    /// This snapshot against the cursor, and the one before against it.
    pub fn ends_of_snapshot(&self, history: &History, id: SnapshotId) -> Vec<Ends> {
        let Some(snapshot) = history.marks().get(id) else { return Vec::new() };
        let before = snapshots::previous(history, id).map(|before| Ends { a: before.version, b: snapshot.version });
        [Some(Ends { a: snapshot.version, b: self.cursor }), before].into_iter().flatten().collect()
    }

    /// The version that the selected snapshot marks.
    pub(in crate::tui::app) fn version_of_snapshot(&self) -> Option<Version> {
        let history = self.history();
        let id = snapshots::selected(&history, &self.snapshots, &self.lists.filter)?;
        history.marks().get(id).map(|snapshot| snapshot.version)
    }
}
