//! The views that are lists: where their cursors are, and what the keys do there.

use super::time::TimeDirection;
use super::{App, Session, View};
use crate::history::History;
use crate::record::{SnapshotId, TransactionId, Version};
use crate::tui::action::Action;
use crate::tui::pane::layout::Pane;
use crate::tui::pane::table;
use crate::value::Text;
use crate::view::list::ListMove;
use crate::view::snapshots::{self, Listed};
use crate::view::text::{data, number, thousands};
use crate::view::transactions::{self, Step, Which};
use crate::view::transitions::Filter;
use crate::view::variants::{self, Place};
use crate::view::{Ends, branches};

impl App {
    /// Shows a view. Transactions open at the one the cursor is in.
    pub(super) fn show_view(&mut self, view: View) {
        self.workspace.view = view;
        if view == View::Transactions
            && let Some(session) = self.session_mut()
        {
            session.enter_transactions();
        }
    }

    /// Fits the lists to their areas.
    pub(super) fn fit_lists(&mut self) {
        if matches!(self.workspace.view, View::Debug | View::Diff) {
            return;
        }
        let areas = self.list_areas();
        let view = self.workspace.view;
        let Some(session) = self.workspace.sessions.get_mut(self.workspace.current) else { return };
        let lists = &mut session.lists;
        match view {
            View::Debug | View::Diff => {}
            View::Snapshots => session.snapshots.resize(table::height(areas.list)),
            View::Transactions => {
                lists.transactions.resize(table::height(areas.list));
                lists.steps.resize(table::height(areas.detail));
            }
            View::Variants => lists.variants.metrics.resize(table::height(areas.detail)),
            View::Branches => lists.branches.resize(table::height(areas.list)),
            View::Find => session.asked.finding.found.resize(table::height(areas.list)),
            View::History => {
                let height = table::height(areas.list);
                session.asked.history.iter_mut().for_each(|history| history.resize(height));
            }
        }
    }

    /// Moves in the rows of a view that is a list.
    pub(super) fn list_rows(&mut self, step: ListMove) {
        let view = self.workspace.view;
        let Some(session) = self.session_mut() else { return };
        match view {
            View::Debug | View::Diff => {}
            View::Snapshots => session.move_snapshots(step),
            View::Transactions => {
                let len = session.transaction().map_or(0, |detail| detail.steps.len());
                session.lists.steps.act(step, len);
            }
            View::Variants => {
                let comparison = variants::comparison(&session.history(), &session.lists.variants);
                let len = comparison.map_or(0, |comparison| comparison.metrics.len() + 2);
                session.lists.variants.metrics.act(step, len);
            }
            View::Branches => {
                let len = session.history().branches().len();
                session.lists.branches.act(step, len);
            }
            View::History => session.asked.history.iter_mut().for_each(|history| history.act(step)),
            View::Find => session.asked.finding.found.act(step),
        }
    }

    /// Goes to what the view's cursor is on.
    pub(super) fn enter_row(&mut self) {
        if self.workspace.view == View::History {
            return self.go_to_change();
        }
        if self.workspace.view == View::Find {
            return self.go_to_hit();
        }
        let (view, to) = (self.workspace.view, self.target_of_view());
        let Some(to) = to else { return self.messages.note("Nothing to go to here") };
        self.jump(Some(to), "");
        match view {
            View::Branches => {
                let branch = self.session().and_then(|session| {
                    branches::selected(&session.history(), &session.lists.branches).map(|branch| branch.name)
                });
                branch.into_iter().for_each(|name| self.walk(&name));
            }
            View::Variants => {
                let name = self.selected_variant();
                name.into_iter().for_each(|name| self.walk(&name));
                self.workspace.view = View::Debug;
            }
            _ => self.messages.note(format!("The cursor is at {}", number(to))),
        }
    }

    /// Steps go along a branch from here on.
    pub(super) fn walk(&mut self, name: &str) {
        let Some(session) = self.session_mut() else { return };
        session.lists.walked = Some(name.into());
        let branches = session.history().branches();
        let row = branches.iter().position(|branch| branch.name == name).unwrap_or(0);
        session.lists.branches.select(row, branches.len());
        let at = number(session.cursor);
        self.messages.note(format!("{at} is the head of {}: , and . follow that branch", data(name)));
    }

    /// The version that the view's cursor is on; `None` in Debug and Diff.
    pub(super) fn target_of_view(&self) -> Option<Version> {
        let session = self.session()?;
        match self.workspace.view {
            View::Debug | View::Diff => None,
            View::Snapshots => {
                let id = self.selected_snapshot()?;
                session.history().marks().get(id).map(|snapshot| snapshot.version)
            }
            View::Transactions => session.version_of_step(),
            View::Variants => session.end_of_variant().map(|ends| ends.b),
            View::Branches => session.end_of_branch().map(|ends| ends.b),
            View::History => session.version_of_change(),
            View::Find => session.end_of_hit().map(|ends| ends.b),
        }
    }

    /// The snapshot under the list's cursor.
    pub(super) fn selected_snapshot(&self) -> Option<SnapshotId> {
        let session = self.session()?;
        snapshots::selected(&session.history(), &session.snapshots, &session.lists.filter)
    }

    /// The variant under the cursor of its view; elsewhere the one that the cursor is on.
    pub(super) fn selected_variant(&self) -> Option<Text> {
        let session = self.session()?;
        let history = session.history();
        if self.workspace.view == View::Variants {
            let comparison = variants::comparison(&history, &session.lists.variants)?;
            return variants::selected(&comparison, &session.lists.variants).map(|variant| variant.branch.name.clone());
        }
        let name = history.lineage().branch_of(session.cursor);
        history.branch(&name).filter(|branch| branch.baseline.is_some()).map(|branch| branch.name)
    }

    /// Compares what the view's cursor is on with what it is about.
    pub(super) fn diff_this(&mut self) {
        let ends = self.session().and_then(|session| match self.workspace.view {
            View::Debug | View::Diff => None,
            View::Snapshots => {
                let history = session.history();
                let id = snapshots::selected(&history, &session.snapshots, &session.lists.filter)?;
                session.ends_of_snapshot(&history, id).first().copied()
            }
            View::Transactions => session.transaction().and_then(|detail| session.ends_of_step(&detail)),
            View::Variants => session.end_of_variant(),
            View::Branches => session.end_of_branch(),
            View::Find => session.end_of_hit(),
            View::History => session.version_of_change().map(|b| Ends { a: session.before(b), b }),
        });
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

    /// The next transaction: in its view the next row in time, elsewhere the next beginning, also of one taken back.
    pub(super) fn jump_to_transaction(&mut self, way: TimeDirection) {
        if self.workspace.view == View::Transactions {
            let Some(session) = self.session_mut() else { return };
            let len = transactions::listed(&session.history(), session.lists.which).len();
            let step = if way == TimeDirection::Back { ListMove::Down(1) } else { ListMove::Up(1) };
            session.lists.transactions.act(step, len);
            return session.select_failed_step();
        }
        let to = self.session().and_then(|session| {
            let first = |tx: &crate::history::Transaction| tx.versions().next();
            let begins: Vec<Version> = session.history().transactions().all().iter().filter_map(first).collect();
            session.nearest_written(begins.into_iter(), way == TimeDirection::Forward)
        });
        let where_ = if way == TimeDirection::Back { "earlier" } else { "later" };
        self.jump(to, &format!("No {where_} transaction: 5 lists all"));
    }

    /// The next failed transaction of the list, round its end.
    pub(super) fn jump_to_failed_transaction(&mut self, way: TimeDirection) {
        let Some(session) = self.session_mut() else { return };
        let (listed, failed) = {
            let history = session.history();
            let has_failed =
                |id: &TransactionId| history.transactions().get(*id).is_some_and(|tx| tx.failure().is_some());
            let listed = transactions::listed(&history, session.lists.which);
            let failed: Vec<usize> = (0..listed.len()).filter(|at| has_failed(&listed[*at])).collect();
            (listed, failed)
        };
        let here = session.lists.transactions.selected(listed.len()).unwrap_or(0);
        // Newest first: later ones are above.
        let later = || failed.iter().rev().find(|at| **at < here).or(failed.last());
        let earlier = || failed.iter().find(|at| **at > here).or(failed.first());
        match if way == TimeDirection::Back { earlier() } else { later() } {
            Some(at) => {
                session.lists.transactions.select(*at, listed.len());
                session.select_failed_step();
            }
            None => self.messages.note("No step of a transaction has failed"),
        }
    }

    /// Lists only transactions that failed, or all; the selected one stays selected where it is listed.
    pub(super) fn toggle_failed(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let id = transactions::selected(&session.history(), &session.lists.transactions, session.lists.which);
        session.lists.which = if session.lists.which == Which::All { Which::Failed } else { Which::All };
        let listed = transactions::listed(&session.history(), session.lists.which);
        let at = listed.iter().position(|listed| Some(*listed) == id).unwrap_or(0);
        session.lists.transactions.select(at, listed.len());
        session.select_failed_step();
    }

    /// The next version of the cursor's line where another one parts from it.
    pub(super) fn jump_to_branch_point(&mut self, way: TimeDirection) {
        let to = self.session().and_then(|session| {
            let points = branches::points(&session.history());
            session.nearest(points.into_iter(), way == TimeDirection::Forward)
        });
        let where_ = if way == TimeDirection::Back { "earlier" } else { "later" };
        self.jump(to, &format!("No {where_} branch point"));
    }

    /// The head of the next variant, in the order of writing; steps go along it.
    pub(super) fn jump_to_variant(&mut self, way: TimeDirection) {
        if self.workspace.view == View::Variants {
            return self.beside(way);
        }
        let to = self.session().and_then(|session| {
            let heads = branches::variant_heads(&session.history());
            let cursor = session.cursor;
            match way {
                TimeDirection::Back => heads.into_iter().rev().find(|head| *head < cursor),
                TimeDirection::Forward => heads.into_iter().find(|head| *head > cursor),
            }
        });
        let where_ = if way == TimeDirection::Back { "earlier" } else { "later" };
        self.jump(to, &format!("No {where_} variant: 6 shows all"));
    }

    /// The variant beside the one under the cursor.
    pub(super) fn beside(&mut self, way: TimeDirection) {
        let Some(session) = self.session_mut() else { return };
        let place = session.lists.variants;
        let comparison = variants::comparison(&session.history(), &place);
        let Some((at, comparison)) = comparison.and_then(|c| Some((variants::selected_at(&c, &place)?, c))) else {
            return;
        };
        let next = if way == TimeDirection::Back { at.saturating_sub(1) } else { at + 1 };
        let next = next.min(comparison.variants.len() - 1);
        session.lists.variants.variant = Some(next);
        if next == at {
            self.messages.note("No more variants on this side");
        }
    }

    /// The variants of the next baseline, after the last those of the first.
    pub(super) fn next_baseline(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let count = variants::pages(&session.history());
        if count < 2 {
            return self.messages.note("There is only one baseline");
        }
        let baseline = (session.lists.variants.baseline + 1) % count;
        session.lists.variants = Place { baseline, ..Place::default() };
    }

    /// Lists only what has these words: snapshots, or transitions where their list has the keys.
    pub(super) fn filter(&mut self, words: &str) {
        if self.filters_transitions() { self.filter_transitions(words) } else { self.filter_snapshots(words) }
    }

    /// Whether a filter is for the list of transitions.
    pub(super) fn filters_transitions(&self) -> bool {
        self.workspace.view == View::Debug && self.focus == Pane::Transitions
    }

    pub(super) fn filter_transitions(&mut self, words: &str) {
        let Some(session) = self.session_mut() else { return };
        session.lists.only = Filter::new(words);
        session.scrolled = None;
        session.look_on();
        let (shown, all) = (session.lists.only.shown() as u64, session.history().newest().0);
        let behind = session.lists.only.is_behind(&session.history());
        let (words, key) = (data(words.trim()), self.keymap.key_of(Action::Back));
        self.messages.note(match (words.is_empty(), behind) {
            (true, _) => "All transitions are shown".to_owned(),
            (_, true) => format!("Filtering by \"{words}\"; {key} shows all"),
            (_, false) if shown == 0 => format!("No label or author contains \"{words}\"; {key} shows all"),
            (_, false) => format!("{} of {} shown with \"{words}\"; {key} shows all", thousands(shown), thousands(all)),
        });
    }

    pub(super) fn filter_snapshots(&mut self, words: &str) {
        let Some(session) = self.session_mut() else { return };
        let id = snapshots::selected(&session.history(), &session.snapshots, &session.lists.filter);
        words.trim().clone_into(&mut session.lists.filter);
        id.into_iter().for_each(|id| session.select_snapshot(id));
        let (count, all) = (Listed::new(&session.history(), words).count(), session.history().marks().listed().len());
        if words.trim().is_empty() {
            self.messages.note("All snapshots are shown");
        } else {
            let (words, key) = (data(words.trim()), self.keymap.key_of(Action::Back));
            self.messages.note(format!("{count} of {all} shown with \"{words}\"; {key} shows all"));
        }
    }
}

/// Versions looked at for the filter of transitions between two looks at the keyboard.
const LOOKED_AT: u64 = 20_000;

impl Session {
    /// Goes on looking for the transitions that are listed.
    pub fn look_on(&mut self) {
        let mut only = std::mem::take(&mut self.lists.only);
        only.look(&self.history(), self.line(), LOOKED_AT);
        self.lists.only = only;
    }

    /// The listed transition `steps` before (negative) or after a version; the last one there is, or `from` without any.
    pub fn listed_from(&self, from: Version, steps: i64) -> Version {
        let (history, line) = (self.history(), self.line());
        let many = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
        let last = match steps < 0 {
            true => self.lists.only.before(&history, line, from).take(many).last(),
            false => self.lists.only.after(&history, line, from).take(many).last(),
        };
        last.unwrap_or(from)
    }

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

    /// Selects the transaction that the cursor is in, and its step there.
    fn enter_transactions(&mut self) {
        let (row, len) = {
            let history = self.history();
            let listed = transactions::listed(&history, self.lists.which);
            let id = history.transactions().of(self.cursor).map(|tx| tx.id);
            (listed.iter().position(|listed| Some(*listed) == id), listed.len())
        };
        let Some(row) = row else { return self.select_failed_step() };
        self.lists.transactions.select(row, len);
        let Some(detail) = self.transaction() else { return };
        let last = self.history().transactions().get(detail.id).map(crate::history::Transaction::last);
        if detail.why.is_some() && last == Some(self.cursor) {
            return self.select_failed_step();
        }
        let step = detail.steps.iter().position(|step| step.version == Some(self.cursor)).unwrap_or(0);
        self.lists.steps.select(step, detail.steps.len());
    }

    /// In a transaction that failed, what failed last is what one looks for; else the first step.
    fn select_failed_step(&mut self) {
        let Some(detail) = self.transaction() else { return };
        let failed = detail.steps.iter().rposition(Step::has_failed).unwrap_or(0);
        self.lists.steps.select(failed, detail.steps.len());
    }

    /// The transaction whose step is under the cursor, where that step failed.
    pub(super) fn failed_step_here(&self) -> Option<TransactionId> {
        let detail = self.transaction()?;
        let at = self.lists.steps.selected(detail.steps.len())?;
        detail.steps.get(at)?.has_failed().then_some(detail.id)
    }

    /// The version of the focused step; of one that made none, the version before it.
    fn version_of_step(&self) -> Option<Version> {
        let detail = self.transaction()?;
        let at = self.lists.steps.selected(detail.steps.len());
        let made = at.and_then(|at| transactions::version_of(&detail, at));
        made.or_else(|| self.history().transactions().get(detail.id).map(|transaction| transaction.base))
    }

    /// Forgets the branch that was gone to once the cursor has left its line.
    pub(super) fn leave_line(&mut self) {
        let on_it = |name: &str| {
            let history = self.history();
            history.branch(name).is_some_and(|branch| history.lineage().on_line(self.cursor, branch.head))
        };
        if self.lists.walked.as_deref().is_some_and(|name| !on_it(name)) {
            self.lists.walked = None;
        }
    }

    /// The head of the line that the cursor is on: of the branch that was gone to, while the cursor is on its line.
    pub(super) fn line_in(&self, history: &History) -> Version {
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
}
