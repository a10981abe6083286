//! What is under the pointer: the same areas, rows and hints that are painted, asked the other way round.
//!
//! Must not name: `keymap`.

use super::places::TABS;
use super::{App, View, hints};
use crate::record::Version;
use crate::tui::action::Spec;
use crate::tui::pane::layout::{self, Pane, Room};
use crate::tui::pane::timeline::{Touch, touched};
use crate::tui::pane::{changes, header, transitions, tree};
use crate::view;
use crate::view::text::width;
use ratatui::layout::{Position, Rect};

/// What is under the pointer.
#[derive(Debug, Clone, Copy)]
pub enum Under {
    /// A view's name in the header.
    View(View),
    /// The name of a pane that shares its place with others.
    Tab(Pane),
    /// A hint.
    Hint(&'static Spec),
    /// A column of the density or the overview, with its version.
    Density(Version),
    /// A column of the marks or of the ends, with its version.
    Marks(Version),
    /// A row of the list of transitions.
    Transition(Version),
    /// The sign of a row of a tree that opens or closes it.
    Fold(Pane, usize),
    /// A row of a pane, from its first one.
    Row(Pane, usize),
    /// A row of the diff.
    DiffRow(usize),
    /// A line of the list of a view, below its heading.
    ListRow(usize),
    /// A pane, where it has no row.
    Pane(Pane),
}

impl App {
    /// What is at a place of the screen; `None` for nothing that answers.
    pub(super) fn under_pointer(&self, at: Position) -> Option<Under> {
        if Room::of(self.area) == Room::TooSmall || self.session().is_none_or(|s| s.history().newest().0 == 0) {
            return None;
        }
        match self.workspace.view {
            _ if at.y == 0 => view_at(self, usize::from(at.x)).map(Under::View),
            _ if at.y + 1 == self.area.bottom() => hints::spec_at(self, at.x).map(Under::Hint),
            View::Debug => in_debug(self, at),
            View::Diff => in_timeline(self, at).or_else(|| in_diff(self, at)),
            _ => in_timeline(self, at).or_else(|| in_list(self, at)),
        }
    }

    /// What the column of the timeline under the pointer holds, in words.
    pub(super) fn told_at(&self, at: Position) -> Option<String> {
        let (timeline, inner) = self.strip().filter(|(_, inner)| inner.contains(at))?;
        let session = self.session()?;
        let (history, counts) = (session.history(), &session.asked.counts);
        let column = usize::from(at.x - inner.x);
        let told = match touched(&timeline, self.dress(), inner, at.y)? {
            Touch::Density | Touch::Marks => timeline.told(&history, counts, column),
            Touch::Overview => timeline.overview.as_ref()?.told(&history, counts, column),
        };
        told.map(|told| told.painted().to_owned())
    }
}

fn view_at(app: &App, column: usize) -> Option<View> {
    if app.area.width < header::WIDE {
        return None;
    }
    let mut start = 0;
    for spec in app.listed_views() {
        let brackets = if spec.view == app.workspace.view { 2 } else { 0 };
        let end = start + 1 + width(spec.tab) + brackets;
        if (start + 1..end).contains(&column) {
            return Some(spec.view);
        }
        start = end;
    }
    None
}

fn in_debug(app: &App, at: Position) -> Option<Under> {
    let areas = app.debug_areas();
    let panes = [
        (Pane::Timeline, areas.timeline),
        (Pane::Transitions, areas.transitions),
        (Pane::Snapshots, areas.snapshots),
        (Pane::State, areas.state),
        (Pane::Changes, areas.changes),
    ];
    let (pane, area) = panes.into_iter().find(|(_, area)| area.contains(at))?;
    if at.y == area.y && app.has_tabs() {
        return Some(tab_at(pane, area, at.x).map_or(Under::Pane(pane), Under::Tab));
    }
    let in_pane = match pane {
        Pane::Timeline => in_timeline(app, at),
        _ => line_of(area, at).and_then(|line| row_of(app, pane, area, line, at.x)),
    };
    Some(in_pane.unwrap_or(Under::Pane(pane)))
}

/// The line inside the border.
fn line_of(area: Rect, at: Position) -> Option<usize> {
    let inside = at.y > area.y && at.y + 1 < area.bottom() && at.x > area.x && at.x + 1 < area.right();
    inside.then(|| usize::from(at.y - area.y - 1))
}

fn row_of(app: &App, pane: Pane, area: Rect, line: usize, column: u16) -> Option<Under> {
    let session = app.session()?;
    match pane {
        Pane::Timeline => None,
        Pane::Transitions => {
            let shown = session.transitions(transitions::height(area, app.headed()));
            shown.rows.get(line.checked_sub(usize::from(app.headed()))?).map(|row| Under::Transition(row.version))
        }
        Pane::Snapshots => {
            let count = view::snapshots::Listed::new(&session.history(), &session.lists.filter).count();
            line.checked_sub(1).filter(|row| *row < count).map(|row| Under::Row(pane, row))
        }
        Pane::State => {
            let twist = tree::is_twist(&session.tree, area, line, column);
            Some(if twist { Under::Fold(pane, line) } else { Under::Row(pane, line) })
        }
        Pane::Changes => {
            let heading = usize::from(area.height.saturating_sub(2)) - changes::height(&session.changes, area);
            line.checked_sub(heading).map(|row| Under::Row(pane, row))
        }
    }
}

/// `─ Snaps │ [State] │ Changes ─`: names of panes that share a place.
fn tab_at(shown: Pane, area: Rect, column: u16) -> Option<Pane> {
    if !TABS.iter().any(|(pane, _)| *pane == shown) {
        return None;
    }
    let mut start = usize::from(area.x) + 3;
    for (pane, name) in TABS {
        let end = start + width(name) + if pane == shown { 2 } else { 0 };
        if (start..end).contains(&usize::from(column)) {
            return Some(pane);
        }
        start = end + 3;
    }
    None
}

fn in_timeline(app: &App, at: Position) -> Option<Under> {
    let (timeline, inner) = app.strip()?;
    if !inner.contains(at) {
        return None;
    }
    let version = timeline.version_at(usize::from(at.x - inner.x))?;
    match touched(&timeline, app.dress(), inner, at.y)? {
        Touch::Density => Some(Under::Density(version)),
        Touch::Marks => Some(Under::Marks(version)),
        Touch::Overview => {
            let version = timeline.overview.as_ref()?.version_at(usize::from(at.x - inner.x))?;
            Some(Under::Density(version))
        }
    }
}

fn in_list(app: &App, at: Position) -> Option<Under> {
    line_of(app.list_rows_area(), at).and_then(|line| line.checked_sub(1)).map(Under::ListRow)
}

fn in_diff(app: &App, at: Position) -> Option<Under> {
    line_of(layout::diff(app.area).diff, at).map(Under::DiffRow)
}
