//! Transactions and their steps.

use super::page::{BelowLines, FactLines, Page, PageLayout, PagePlace, PageRoom, Panel, TableRows};
use super::{ListView, ViewSpec};
use crate::ops::StepResult;
use crate::record::{TransactionId, Version};
use crate::tui::action::{Action, Context, View};
use crate::tui::app::time::TimeDirection;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::AsideQuestion;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::table::{RowTone, Table};
use crate::view::text::{SafeText, joined, number};
use crate::view::transactions::{self, TransactionDetail, TransactionFilter, TransactionRow};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View::TRANSACTIONS, tab: "5 Tx", contexts: &[Context::Transaction], list: Some(&TransactionList) };

/// Its rows are the steps of the selected one, not the list beside them.
struct TransactionList;

impl ListView for TransactionList {
    fn layout(&self, session: &Session) -> PageLayout {
        match session.transaction() {
            Some(detail) => PageLayout::Parts(below(session, &detail)),
            None => PageLayout::Told(transactions::empty(session.lists.which).len()),
        }
    }

    /// The list, one of them with its steps, and what the focused step changed.
    fn page<'a>(&self, app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let lists = &session.lists;
        let table = transactions::table(&session.history(), &lists.transactions, lists.which, room.list.rows);
        let Some(detail) = session.transaction() else {
            let empty = Panel::Empty("[Transactions]".into(), transactions::empty(lists.which));
            let panels = vec![(PagePlace::List, empty), (PagePlace::Detail, Panel::Transitions)];
            return Page { panels, about: SafeText::default() };
        };
        let panels = vec![
            list(lists.which, table),
            (PagePlace::Detail, Panel::Rows(steps(session, &detail, room))),
            (PagePlace::Changes, Panel::Facts(changes(app, session, &detail, room.changes.inside()))),
        ];
        Page { panels, about: about(session, &detail) }
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.lists.transactions.resize(heights.list);
        session.lists.steps.resize(heights.detail);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        let len = session.transaction().map_or(0, |detail| detail.steps.len());
        session.lists.steps.act(step, len);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.transaction().and_then(|detail| session.ends_of_step(&detail))
    }

    fn target(&self, session: &Session) -> Option<Version> {
        session.version_of_step()
    }

    fn beside(&self, app: &mut App, way: TimeDirection) {
        // Newest first: the one below is earlier.
        app.jump_to_transaction(match way {
            TimeDirection::Forward => TimeDirection::Back,
            TimeDirection::Back => TimeDirection::Forward,
        });
    }

    fn wanted(&self, session: &Session, _heights: &Heights) -> Vec<AsideQuestion> {
        session.wanted_of_transaction()
    }

    fn counted(&self, session: &Session) -> Vec<Version> {
        let steps = session.transaction().map(|detail| detail.steps).unwrap_or_default();
        steps.into_iter().filter_map(|step| step.is.version).collect()
    }

    /// Opens at the one that the cursor is in.
    fn shown(&self, session: &mut Session) {
        session.enter_transactions();
    }
}

/// Ways back of one transaction that are proved.
const MOST_PROOFS: usize = 24;

impl App {
    /// The next transaction: in its view the next row in time, elsewhere the next beginning, also of one taken back.
    pub(in crate::tui::app) fn jump_to_transaction(&mut self, way: TimeDirection) {
        if self.workspace.view == View::TRANSACTIONS {
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
        self.jump(to, joined!["No ", where_, " transaction: 5 lists all"]);
    }

    /// The next failed transaction of the list, round its end.
    pub(in crate::tui::app) fn jump_to_failed_transaction(&mut self, way: TimeDirection) {
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
    pub(in crate::tui::app) fn toggle_failed(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let id = transactions::selected(&session.history(), &session.lists.transactions, session.lists.which);
        session.lists.which = if session.lists.which == TransactionFilter::All {
            TransactionFilter::Failed
        } else {
            TransactionFilter::All
        };
        let listed = transactions::listed(&session.history(), session.lists.which);
        let at = listed.iter().position(|listed| Some(*listed) == id).unwrap_or(0);
        session.lists.transactions.select(at, listed.len());
        session.select_failed_step();
    }
}

impl Session {
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
        let step = detail.steps.iter().position(|step| step.is.version == Some(self.cursor)).unwrap_or(0);
        self.lists.steps.select(step, detail.steps.len());
    }

    /// In a transaction that failed, what failed last is what one looks for; else the first step.
    fn select_failed_step(&mut self) {
        let Some(detail) = self.transaction() else { return };
        let failed = detail.steps.iter().rposition(|step| step.is.result == StepResult::Failed).unwrap_or(0);
        self.lists.steps.select(failed, detail.steps.len());
    }

    /// The transaction whose step is under the cursor, where that step failed.
    pub(in crate::tui::app) fn failed_step_here(&self) -> Option<TransactionId> {
        let detail = self.transaction()?;
        let at = self.lists.steps.selected(detail.steps.len())?;
        (detail.steps.get(at)?.is.result == StepResult::Failed).then_some(detail.id)
    }

    /// The version of the focused step; of one that made none, the version before it.
    fn version_of_step(&self) -> Option<Version> {
        let detail = self.transaction()?;
        let at = self.lists.steps.selected(detail.steps.len());
        let made = at.and_then(|at| transactions::version_of(&detail, at));
        made.or_else(|| self.history().transactions().get(detail.id).map(|transaction| transaction.base))
    }

    fn wanted_of_transaction(&self) -> Vec<AsideQuestion> {
        let Some(detail) = self.transaction() else { return Vec::new() };
        let proofs = detail.steps.iter().filter_map(|step| Some(Ends { a: step.is.version?, b: step.is.equals? }));
        let proofs: Vec<Ends> = proofs.take(MOST_PROOFS).collect();
        self.ends_of_step(&detail).into_iter().chain(proofs).map(AsideQuestion::Diff).collect()
    }

    /// The transaction shown.
    pub fn transaction(&self) -> Option<transactions::TransactionDetail> {
        let history = self.history();
        let id = transactions::selected(&history, &self.lists.transactions, self.lists.which)?;
        transactions::detail(&history, id, &self.asked.counts)
    }

    /// What the focused step changed: its version against the one before on its line.
    pub fn ends_of_step(&self, detail: &transactions::TransactionDetail) -> Option<Ends> {
        let step = detail.steps.get(self.lists.steps.selected(detail.steps.len())?)?;
        let (history, made) = (self.history(), step.is.version?);
        // A way back is shown by what it did to the state, not by what it equals.
        let before = if step.is.equals.is_some() {
            Some(Version(made.0.saturating_sub(1)))
        } else {
            history.lineage().parent(made)
        };
        Some(Ends { a: before?, b: made })
    }
}

/// Lines that tell what the focused step is to be taken back to.
fn below(session: &Session, detail: &TransactionDetail) -> usize {
    match session.failed_step_here() {
        Some(_) => detail.ways_back.len() + 1,
        None => 0,
    }
}

fn list<'a>(which: TransactionFilter, table: Table) -> (PagePlace, Panel<'a>) {
    let title = if which == TransactionFilter::Failed { "Transactions that failed" } else { "Transactions" };
    (PagePlace::List, Panel::Rows(TableRows { has_keys: false, ..TableRows::new(title, table) }))
}

fn steps(session: &Session, detail: &TransactionDetail, room: &PageRoom) -> TableRows {
    let why = why(detail, usize::from(room.detail.columns));
    let proof = |version, to| session.lists.asides.equal(version, to);
    let mut table = transactions::step_table(detail, &session.lists.steps, room.detail.rows_above(why.len()), proof);
    if room.list.is_none() {
        table.position = joined![&table.position, " · { } other transactions"];
    }
    TableRows { below: why, ..TableRows::new(joined!["[", detail.id.to_string(), "] ", &detail.title], table) }
}

/// `Why step 3 failed`, and the application's words for it.
fn why(detail: &TransactionDetail, columns: usize) -> Vec<(RowTone, SafeText)> {
    let Some((step, why)) = &detail.why else { return Vec::new() };
    let room = columns.saturating_sub(6);
    let lines = why.iter().flat_map(|line| line.wrap(room)).map(|line| (RowTone::Plain, joined!["  ", line]));
    std::iter::once((RowTone::Bad, joined!["Why step ", step.to_string(), " failed"])).chain(lines).collect()
}

fn changes<'a>(app: &App, session: &Session, detail: &TransactionDetail, columns: usize) -> FactLines<'a> {
    let step = session.lists.steps.selected(detail.steps.len()).and_then(|at| detail.steps.get(at));
    let title = joined!["Changes of ", step.map(TransactionRow::name).unwrap_or_default()];
    let result = step.map(|step| step.is.result);
    if let Some(ends) = session.ends_of_step(detail) {
        let note = if result == Some(StepResult::Undone) { "undone" } else { "" };
        return FactLines { title, below: BelowLines::Changes(ends, note), ..FactLines::default() };
    }
    let mut lines = vec![(RowTone::Dim, nothing(result).into())];
    if result == Some(StepResult::Failed) {
        let key = app.keymap.key_of(Action::RollBack);
        lines = vec![(RowTone::Dim, joined!["A failed step changes nothing. ", key, " rolls the transaction back to"])];
        lines.extend(transactions::ways_back_lines(&detail.ways_back, columns).map(|way| (RowTone::Plain, way)));
    }
    FactLines { title, lines, ..FactLines::default() }
}

fn nothing(result: Option<StepResult>) -> &'static str {
    match result {
        Some(StepResult::NotRun) => "This step was not run.",
        _ => "Nothing changed yet.",
    }
}

/// `Step 3 failed. It went back to #48,214; state #48,217 equals #48,214.`
fn about(session: &Session, detail: &TransactionDetail) -> SafeText {
    let back = detail.steps.iter().rev().find_map(|step| Some((step.is.version?, step.is.equals?)));
    let back = back.map(|(version, to)| {
        let proof = match session.lists.asides.equal(version, to) {
            Some(true) => joined![": state ", number(version), " equals ", number(to)],
            Some(false) => joined![": state ", number(version), " DIFFERS from ", number(to)],
            None => SafeText::default(),
        };
        joined!["Rolled back to ", number(to), proof]
    });
    let failed = detail.why.as_ref().map(|(step, _)| joined!["Step ", step.to_string(), " failed"]);
    let stands = failed.is_some() && back.is_none();
    let stands = stands.then(|| "earlier steps stay applied; R rolls back".into());
    SafeText::join([failed, stands, back].into_iter().flatten(), ". ")
}
