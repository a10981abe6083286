//! The list of snapshots.

use super::page::{BelowLines, FactLines, Page, PageLayout, PagePlace, PageRoom, Panel, TableRows};
use super::{ListView, ViewSpec};
use crate::history::History;
use crate::record::{SnapshotId, Version};
use crate::tui::action::{Action, Context, View};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::AsideQuestion;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::snapshots::{self, Listed, SnapshotDetail};
use crate::view::table::RowTone;
use crate::view::text::{SafeText, joined, number};

/// The view.
pub(super) static SPEC: ViewSpec = ViewSpec {
    view: View::SNAPSHOTS,
    tab: "3 Snaps",
    contexts: &[Context::SnapshotsView, Context::Snapshots],
    list: Some(&SnapshotList),
};

const EMPTY: [&str; 5] = [
    "No snapshots yet: s creates one of the version under the cursor.",
    "",
    "An application creates its own with",
    "  tenant.snapshot(&SnapshotRequest::named(\"before-checkout\"))",
    "and turns on auto snapshots with tenant.configure(&settings).",
];

struct SnapshotList;

impl ListView for SnapshotList {
    fn layout(&self, session: &Session) -> PageLayout {
        match Listed::new(&session.history(), &session.lists.filter).count() {
            0 => PageLayout::Told(EMPTY.len()),
            listed => PageLayout::List(listed),
        }
    }

    /// The list, and all of the selected one.
    fn page<'a>(&self, _app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let (list, filter) = (&session.snapshots, session.lists.filter.as_str());
        let history = session.history();
        let shown = snapshots::snapshots(&history, list, filter, session.cursor, room.list.rows);
        let mut table = snapshots::table(&shown, session.tenant.now(), |version| session.lists.asides.keys(version));
        if !table.position.is_empty() {
            table.position = SafeText::join([snapshots::kept(&history), table.position], " · ");
        }
        let title: SafeText = if filter.is_empty() {
            table.empty = EMPTY.map(SafeText::from).to_vec();
            "[Snapshots]  all kinds · newest first".into()
        } else {
            table.empty = vec![joined!["No snapshot has \"", SafeText::data(filter), "\"; Esc lists all."]];
            joined!["[Snapshots]  /", SafeText::data(filter), " · newest first"]
        };
        let rows = TableRows { needles: shown.needles, ..TableRows::new(title, table) };
        let detail = snapshots::selected(&history, list, filter).map(|id| about(session, &history, id, room));
        let detail = (PagePlace::Detail, detail.map_or(Panel::Transitions, Panel::Facts));
        let panels = vec![(PagePlace::List, Panel::Rows(rows)), detail];
        Page { panels, about: "◆ named   ◇ auto   ■ checkpoint".into() }
    }

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
    fn wanted(&self, session: &Session, heights: &Heights) -> Vec<AsideQuestion> {
        let history = session.history();
        let (list, filter) = (&session.snapshots, session.lists.filter.as_str());
        let id = snapshots::selected(&history, list, filter);
        let ends = id.map(|id| session.ends_of_snapshot(&history, id)).unwrap_or_default();
        let rows = snapshots::snapshots(&history, list, filter, session.cursor, heights.list).rows;
        ends.into_iter()
            .map(AsideQuestion::Diff)
            .chain(rows.into_iter().map(|row| AsideQuestion::Keys(row.snapshot.version)))
            .collect()
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

/// All that is known of a snapshot, against the cursor and the one before.
fn about<'a>(session: &Session, history: &History, id: SnapshotId, room: &PageRoom) -> FactLines<'a> {
    let (detail, ends) = (snapshots::detail(history, id).unwrap_or_default(), session.ends_of_snapshot(history, id));
    let before = snapshots::previous(history, id).map(|before| {
        let name = before.name.as_ref().map_or_else(|| "auto".into(), SafeText::from);
        joined!["this vs ", name, " ", number(before.version)]
    });
    let mut lines = facts(&detail, room.detail.columns);
    if room.detail.columns >= WIDE {
        lines.push((RowTone::Plain, SafeText::default()));
    }
    let titles = [Some(joined!["cursor ", number(session.cursor), " vs this"]), before];
    let differences = titles.into_iter().flatten().zip(&ends);
    lines.extend(differences.map(|(what, ends)| session.difference(&what, *ends, room.detail.columns)));
    let below = ends.first().map_or(BelowLines::Nothing, |ends| BelowLines::SomeChanges(*ends));
    FactLines { title: detail.title, lines, below, ..FactLines::default() }
}

/// From so many columns on there is room for names of facts, and for blanks.
const WIDE: u16 = 100;

/// Wide: each fact with its name; narrow: the facts alone.
fn facts(detail: &SnapshotDetail, columns: u16) -> Vec<(RowTone, SafeText)> {
    let wide = columns >= WIDE;
    let fact = |(name, fact): &(&'static str, SafeText)| match *name {
        _ if wide => joined![*name, " ", fact],
        "branch" | "kept" => joined![*name, " ", fact],
        _ => fact.clone(),
    };
    let all = SafeText::join(detail.facts.iter().map(fact), if wide { "   " } else { " · " });
    let label = if wide { "description  " } else { "" };
    let description = Some(&detail.description).filter(|description| !description.is_empty());
    let description = description.map(|description| joined![label, description]);
    std::iter::once(all).chain(description).map(|line| (RowTone::Plain, line)).collect()
}
