//! The views as values: what the header, the titles, the keys and the mouse need to know of each.

use crate::tui::action::{Action, Context};

/// The views, in the order of [`VIEWS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Timeline and panes.
    Debug,
    /// A and B side by side.
    Diff,
    /// The list of snapshots.
    Snapshots,
    /// When something held.
    Find,
    /// Transactions and their steps.
    Transactions,
    /// Variants of a baseline side by side.
    Variants,
    /// Lines of versions.
    Branches,
    /// Every change of one part of the value.
    History,
    /// Tenants side by side.
    Tenants,
}

/// What is known of a view.
#[derive(Debug)]
pub struct ViewSpec {
    /// Which one it is.
    pub view: View,
    /// Its name in the header, with its digit if it has one.
    pub tab: &'static str,
    /// Its name in titles and messages.
    pub name: &'static str,
    /// What leads to it.
    pub action: Action,
    /// Whose keys hold there, nearest first, before those that hold in every list. Those of Debug are its panes' own.
    pub contexts: &'static [Context],
}

/// All views, in the order of the header.
pub static VIEWS: [ViewSpec; 9] = {
    use Context as In;
    [
        spec(View::Debug, ["1 Debug", "Debug"], Action::ViewDebug, &[]),
        spec(View::Diff, ["2 Diff", "Diff"], Action::ViewDiff, &[In::Diff]),
        spec(View::Snapshots, ["3 Snaps", "Snapshots"], Action::ViewSnapshots, &[In::SnapshotsView, In::Snapshots]),
        spec(View::Find, ["4 Find", "Find"], Action::ViewFind, &[In::Find]),
        spec(View::Transactions, ["5 Tx", "Transactions"], Action::ViewTransactions, &[In::Transaction]),
        spec(View::Variants, ["6 Variants", "Variants"], Action::ViewVariants, &[In::Variants]),
        spec(View::Branches, ["7 Branches", "Branches"], Action::ViewBranches, &[In::Branches]),
        spec(View::History, ["History", "History"], Action::History, &[In::PathHistory]),
        spec(View::Tenants, ["Tenants", "Tenants"], Action::ViewTenants, &[In::Tenants]),
    ]
};

const fn spec(view: View, names: [&'static str; 2], action: Action, contexts: &'static [Context]) -> ViewSpec {
    let [tab, name] = names;
    ViewSpec { view, tab, name, action, contexts }
}

impl View {
    /// What is known of it.
    pub fn spec(self) -> &'static ViewSpec {
        &VIEWS[self as usize]
    }
}

impl ViewSpec {
    /// The one that an action leads to.
    pub fn shown_by(action: Action) -> Option<&'static Self> {
        VIEWS.iter().find(|spec| spec.action == action)
    }

    /// Whether a digit leads to it. One without is named in the header only while it is shown.
    pub fn has_digit(&self) -> bool {
        self.tab.starts_with(|first: char| first.is_ascii_digit())
    }
}

#[test]
fn each_view_stands_at_its_place_and_its_digit_says_so() {
    for (at, spec) in VIEWS.iter().enumerate() {
        assert_eq!(spec.view as usize, at, "{}", spec.name);
        assert_eq!(spec.has_digit(), spec.tab.starts_with(&format!("{} ", at + 1)), "{}", spec.tab);
    }
}
