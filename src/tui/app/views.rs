//! The views as values: what the header, titles, keys and the mouse need to know of each, and of one that is a list what it
//! shows and does.
//!
//! A new list is a file here and a line in [`VIEWS`]; keys of its own are rows of ACTIONS. Must not name: `draw`, `pane`.

mod branches;
mod find;
mod history;
pub mod page;
#[cfg(test)]
mod planted;
mod snapshots;
mod tenants;
mod transactions;
mod variants;

use super::time::TimeDirection;
use super::{App, Session};
use crate::record::Version;
use crate::tui::action::{Context, View};
use crate::tui::frame_map::Heights;
use crate::tui::job::AsideQuestion;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::summary::Equality;
use crate::view::table::RowTone;
use crate::view::text::{SafeText, joined, number};
use page::{Page, PageLayout, PageRoom};

/// A view.
pub struct ViewSpec {
    /// Its name.
    pub view: View,
    /// Its name in the header, with its digit if it has one.
    pub tab: &'static str,
    /// Whose keys hold there, nearest first, before those that hold in every list. Those of Debug are its panes' own.
    pub contexts: &'static [Context],
    /// What it shows and does, if it is a list.
    pub list: Option<&'static dyn ListView>,
}

/// All views, in the order of the header.
pub static VIEWS: &[&ViewSpec] = &[
    &ViewSpec { view: View::DEBUG, tab: "1 Debug", contexts: &[], list: None },
    &ViewSpec { view: View::DIFF, tab: "2 Diff", contexts: &[Context::Diff], list: None },
    &snapshots::SPEC,
    &find::SPEC,
    &transactions::SPEC,
    &variants::SPEC,
    &branches::SPEC,
    &history::SPEC,
    &tenants::SPEC,
    #[cfg(test)]
    &planted::SPEC,
];

/// What is known of a view.
fn spec(view: View) -> Option<&'static ViewSpec> {
    VIEWS.iter().copied().find(|spec| spec.view == view)
}

impl ViewSpec {
    /// Whether a digit leads to it. One without is named in the header only while it is shown.
    pub fn has_digit(&self) -> bool {
        self.tab.starts_with(|first: char| first.is_ascii_digit())
    }
}

/// A view that is a list.
pub trait ListView: Sync {
    /// How it shares out the screen.
    fn layout(&self, session: &Session) -> PageLayout;

    /// What it shows in the room that there is.
    fn page<'a>(&self, app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a>;

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
        app.explain_one_pane();
    }

    /// What it shows that has to be worked out, the most wanted first.
    fn wanted(&self, session: &Session, _heights: &Heights) -> Vec<AsideQuestion> {
        self.ends(session).map(AsideQuestion::Diff).into_iter().collect()
    }

    /// The versions whose changed keys it counts.
    fn counted(&self, _session: &Session) -> Vec<Version> {
        Vec::new()
    }

    /// What is done when it is shown.
    fn shown(&self, _session: &mut Session) {}
}

impl App {
    /// The views that the header names: those with a digit, and the one shown.
    pub fn listed_views(&self) -> impl Iterator<Item = &'static ViewSpec> {
        let shown = self.workspace.view;
        VIEWS.iter().copied().filter(move |spec| spec.has_digit() || spec.view == shown)
    }

    /// The list that the view shown is; `None` of Debug and Diff.
    pub fn list_view(&self) -> Option<&'static dyn ListView> {
        spec(self.workspace.view)?.list
    }

    /// Whose keys hold in the view shown, before those that hold in every list.
    pub(super) fn contexts_of_view(&self) -> &'static [Context] {
        spec(self.workspace.view).map_or(&[], |spec| spec.contexts)
    }

    /// Shows a view.
    pub(super) fn show_view(&mut self, view: View) {
        self.workspace.view = view;
        if let (Some(list), Some(session)) = (self.list_view(), self.session_mut()) {
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

impl Session {
    /// `cursor #48,213 vs this    sessions: 100 → 150 (+50)   added_keys: 50 ...`, once it has been worked out.
    fn difference(&self, what: &SafeText, ends: Ends, columns: u16) -> (RowTone, SafeText) {
        match self.lists.asides.diff(ends) {
            None => (RowTone::Dim, joined![what, "    … computing"]),
            Some(Err(why)) => (RowTone::Bad, joined![what, "    ", why.to_owned()]),
            Some(Ok(changes)) => {
                let summary = changes.summary();
                let room = usize::from(columns).saturating_sub(what.width() + 6);
                let is_equal = summary.verdict == Equality::Equal;
                let words = if is_equal { "the same".into() } else { summary.fit(room) };
                (RowTone::Plain, joined![what, "    ", words])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::{ACTIONS, Action};

    #[test]
    fn each_digit_is_its_key_and_every_view_that_is_named_is_there() {
        let leads_to = |view| ACTIONS.iter().filter(move |row| row.action == Action::Show(view));
        for (at, spec) in VIEWS.iter().enumerate() {
            let digit = (at + 1).to_string();
            let named = spec.tab.starts_with(&format!("{digit} "));
            assert_eq!(spec.has_digit(), named, "{}", spec.tab);
            let is_key = leads_to(spec.view).any(|row| row.keys.contains(&digit.as_str()));
            assert_eq!(is_key, named, "{}", spec.tab);
        }
        for row in ACTIONS {
            let Action::Show(view) = row.action else { continue };
            assert_eq!(VIEWS.iter().filter(|spec| spec.view == view).count(), 1, "{view:?}");
        }
    }
}
