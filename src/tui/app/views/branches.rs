//! Lines of versions.

use super::page::{BelowLines, FactLines, Page, PageLayout, PagePlace, PageRoom, Panel};
use super::{ListView, ViewSpec};
use crate::history::History;
use crate::record::Version;
use crate::tui::action::{Context, View};
use crate::tui::app::time::TimeDirection;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::view::list::ListMove;
use crate::view::table::RowTone;
use crate::view::text::{SafeText, joined, number};
use crate::view::{Ends, branches};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View("Branches"), tab: "7 Branches", contexts: &[Context::Branches], list: Some(&BranchList) };

struct BranchList;

impl ListView for BranchList {
    fn layout(&self, session: &Session) -> PageLayout {
        PageLayout::List(session.history().branches().len())
    }

    /// The list, and the branch under the cursor against the head.
    fn page<'a>(&self, _app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let (history, walked) = (session.history(), session.walked());
        let table = branches::table(&history, &session.lists.branches, &walked, room.list.rows);
        let mut panels = vec![(PagePlace::List, Panel::rows("[Branches]", table))];
        if let Some(branch) = branches::selected(&history, &session.lists.branches) {
            let ends = Ends { a: history.head(), b: branch.head };
            let about = branches::about(&history, &branch).into_iter().chain([SafeText::default()]);
            let mut lines: Vec<(RowTone, SafeText)> = about.map(|line| (RowTone::Plain, line)).collect();
            let below = if branch.current {
                let has_others = history.branches().len() > 1;
                let compared = (RowTone::Dim, "the head that the others are compared with".into());
                lines.extend(has_others.then_some(compared));
                if has_others { BelowLines::Nothing } else { BelowLines::Transitions }
            } else {
                let what = joined!["main ", number(ends.a), " vs this"];
                lines.push(session.difference(&what, ends, room.detail.columns));
                BelowLines::SomeChanges(ends)
            };
            let title = (&branch.name).into();
            panels.push((PagePlace::Detail, Panel::Facts(FactLines { title, lines, below, ..FactLines::default() })));
        }
        Page { panels, about: joined!["• the branch that , and . follow: ", SafeText::data(&walked)] }
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.lists.branches.resize(heights.list);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        let len = session.history().branches().len();
        session.lists.branches.act(step, len);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.end_of_branch()
    }

    fn enter(&self, app: &mut App) {
        if app.go_to_target().is_some() {
            let branch = app.session().and_then(|session| {
                branches::selected(&session.history(), &session.lists.branches).map(|branch| branch.name)
            });
            branch.into_iter().for_each(|name| app.walk(&name));
        }
    }
}

impl App {
    /// Steps go along a branch from here on.
    pub(in crate::tui::app) fn walk(&mut self, name: &str) {
        let Some(session) = self.session_mut() else { return };
        session.lists.walked = Some(name.into());
        let branches = session.history().branches();
        let row = branches.iter().position(|branch| branch.name == name).unwrap_or(0);
        session.lists.branches.select(row, branches.len());
        let at = number(session.cursor);
        self.messages.note(joined![at, " is the head of ", SafeText::data(name), ": , and . follow that branch"]);
    }

    /// The next version of the cursor's line where another one parts from it.
    pub(in crate::tui::app) fn jump_to_branch_point(&mut self, way: TimeDirection) {
        let to = self.session().and_then(|session| {
            let points = branches::points(&session.history());
            session.nearest(points.into_iter(), way == TimeDirection::Forward)
        });
        let where_ = if way == TimeDirection::Back { "earlier" } else { "later" };
        self.jump(to, joined!["No ", where_, " branch point"]);
    }
}

impl Session {
    /// Forgets the branch that was gone to once the cursor has left its line.
    pub(in crate::tui::app) fn leave_line(&mut self) {
        let on_it = |name: &str| {
            let history = self.history();
            history.branch(name).is_some_and(|branch| history.lineage().on_line(self.cursor, branch.head))
        };
        if self.lists.walked.as_deref().is_some_and(|name| !on_it(name)) {
            self.lists.walked = None;
        }
    }

    /// The head of the line that the cursor is on: of the branch that was gone to, while the cursor is on its line.
    pub(in crate::tui::app) fn line_in(&self, history: &History) -> Version {
        let walked = self.lists.walked.as_deref().and_then(|name| history.branch(name)).map(|branch| branch.head);
        let walked = walked.filter(|head| history.lineage().on_line(self.cursor, *head));
        walked.unwrap_or_else(|| crate::view::transitions::line_of(history, self.cursor))
    }

    /// The name of the branch that steps go along.
    pub fn walked(&self) -> String {
        let history = self.history();
        let line = self.line_in(&history);
        let walked = self.lists.walked.as_deref().and_then(|name| history.branch(name));
        let walked = walked.filter(|branch| branch.head == line).map(|branch| branch.name);
        walked.unwrap_or_else(|| history.lineage().branch_of(line)).to_string()
    }

    /// From the head of `main` to the selected branch's.
    pub fn end_of_branch(&self) -> Option<Ends> {
        let history = self.history();
        let branch = crate::view::branches::selected(&history, &self.lists.branches)?;
        Some(Ends { a: history.head(), b: branch.head })
    }
}
