//! The views that are lists: one value each, which knows what the keys do there and what they are about.
//!
//! A new one is a file here, a line in [`of`], a line in [`VIEWS`](super::view::VIEWS) and a painter. Must not name: `draw`.

mod branches;
mod changes;
mod hits;
mod snapshots;
mod tenants;
mod transactions;
mod variants;

use super::panes::ONE_PANE;
use super::time::TimeDirection;
use super::view::{VIEWS, View, ViewSpec};
use super::{App, Session};
use crate::record::Version;
use crate::tui::frame_map::Heights;
use crate::tui::job::Ask;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::text::{joined, number};

/// A view that is a list.
pub(super) trait ListView: Sync {
    /// Gives its lists the room that they were painted in.
    fn fit(&self, session: &mut Session, heights: &Heights);

    /// Moves in its rows.
    fn act(&self, session: &mut Session, step: ListMove);

    /// What its cursor is on, against what that is about.
    fn ends(&self, session: &Session) -> Option<Ends>;

    /// The version that its cursor is on.
    fn target(&self, session: &Session) -> Option<Version> {
        self.ends(session).map(|ends| ends.b)
    }

    /// Goes to what its cursor is on.
    fn enter(&self, app: &mut App) {
        if let Some(to) = app.go_to_target() {
            app.messages.note(joined!["The cursor is at ", number(to)]);
        }
    }

    /// What Tab does there: to what is beside what is shown.
    fn beside(&self, app: &mut App, _way: TimeDirection) {
        app.messages.note(ONE_PANE);
    }

    /// What it shows that has to be worked out, the most wanted first.
    fn wanted(&self, session: &Session, _heights: &Heights) -> Vec<Ask> {
        self.ends(session).map(Ask::Diff).into_iter().collect()
    }

    /// The versions whose changed keys it counts.
    fn counted(&self, _session: &Session) -> Vec<Version> {
        Vec::new()
    }

    /// What is done when it is shown.
    fn shown(&self, _session: &mut Session) {}
}

/// The list that a view is; `None` of Debug and Diff.
pub(super) fn of(view: View) -> Option<&'static dyn ListView> {
    match view {
        View::Debug | View::Diff => None,
        View::Snapshots => Some(&snapshots::SnapshotList),
        View::Transactions => Some(&transactions::TransactionList),
        View::Variants => Some(&variants::VariantTable),
        View::Branches => Some(&branches::BranchList),
        View::History => Some(&changes::ChangeList),
        View::Find => Some(&hits::HitList),
        View::Tenants => Some(&tenants::TenantBoxes),
    }
}

impl App {
    /// The views that the header names: those with a digit, and the one shown.
    pub fn listed_views(&self) -> impl Iterator<Item = &'static ViewSpec> {
        let shown = self.workspace.view;
        VIEWS.iter().filter(move |spec| spec.has_digit() || spec.view == shown)
    }

    /// The list that the view shown is; `None` of Debug and Diff.
    pub(super) fn list_view(&self) -> Option<&'static dyn ListView> {
        of(self.workspace.view)
    }

    /// Shows a view.
    pub(super) fn show_view(&mut self, view: View) {
        self.workspace.view = view;
        if let (Some(list), Some(session)) = (of(view), self.session_mut()) {
            list.shown(session);
        }
    }

    /// Gives the lists of the view shown the room that they were painted in.
    pub(super) fn fit_lists(&mut self) {
        let (list, heights) = (self.list_view(), self.map.heights);
        if let (Some(list), Some(session)) = (list, self.session_mut()) {
            list.fit(session, &heights);
        }
    }

    /// Moves in the rows of a view that is a list.
    pub(super) fn list_rows(&mut self, step: ListMove) {
        let list = self.list_view();
        if let (Some(list), Some(session)) = (list, self.session_mut()) {
            list.act(session, step);
        }
    }

    /// Goes to what the view's cursor is on.
    pub(super) fn enter_row(&mut self) {
        if let Some(list) = self.list_view() {
            list.enter(self);
        }
    }

    /// Puts the cursor on the version that the view's cursor is on.
    fn go_to_target(&mut self) -> Option<Version> {
        let to = self.target_of_view();
        match to {
            Some(to) => self.jump(Some(to), ""),
            None => self.messages.note("Nothing to go to here"),
        }
        to
    }

    /// The version that the view's cursor is on; `None` in Debug and Diff.
    pub(super) fn target_of_view(&self) -> Option<Version> {
        self.list_view()?.target(self.session()?)
    }

    /// Compares what the view's cursor is on with what it is about.
    pub(super) fn diff_this(&mut self) {
        let ends = self.list_view().zip(self.session()).and_then(|(list, session)| list.ends(session));
        let Some(ends) = ends else { return self.messages.note("Nothing to compare here") };
        self.show_ends(ends);
    }

    fn show_ends(&mut self, ends: Ends) {
        let Some(session) = self.session_mut() else { return };
        let follows = ends.b == session.cursor;
        session.pin_a = Some(ends.a);
        session.pin_b = (!follows).then_some(ends.b);
        self.show_diff();
    }
}
