//! The Transactions view: the list, newest first, and one transaction with its steps.
//!
//! Must not name: `value`. Whether a way back is exact is proved by whoever has the values.

use super::counts::KeyCounts;
use super::delta;
use super::list::ListCursor;
use super::table::{RowTone, Table, TableColumn, TableRow, numbers, words};
use super::text::{self, SafeText, joined};
use crate::diff::Counts;
use crate::history::{History, Transaction, TransactionEvent, TransactionPart, TransactionState};
use crate::ops::{self, StepResult, StepStatus, WayBack, happened, is_all_undone, transaction_state};
use crate::record::{SnapshotId, TransactionId, Version};
use chrono::TimeDelta;

/// Which transactions are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TransactionFilter {
    /// All.
    #[default]
    All,
    /// Those with a step that failed.
    Failed,
}

const LIST: &[TableColumn] = &[words("tx", 0), words("name", 0), words("transitions", 0), words("result", 0)];

/// The transactions listed, newest first. O(transactions).
pub fn listed(history: &History, which: TransactionFilter) -> Vec<TransactionId> {
    let all = history.transactions().all().iter().rev();
    all.filter(|tx| which == TransactionFilter::All || transaction_state(history, tx) == TransactionState::Failed)
        .map(|tx| tx.id)
        .collect()
}

/// The transaction under the list's cursor.
pub fn selected(history: &History, list: &ListCursor, which: TransactionFilter) -> Option<TransactionId> {
    let listed = listed(history, which);
    list.selected(listed.len()).map(|at| listed[at])
}

/// The rows on the screen.
pub fn table(history: &History, list: &ListCursor, which: TransactionFilter, height: usize) -> Table {
    let listed = listed(history, which);
    let selected = list.selected(listed.len());
    let failed = history
        .transactions()
        .all()
        .iter()
        .filter(|transaction| transaction_state(history, transaction) == TransactionState::Failed)
        .count() as u64;
    let count = text::thousands(history.transactions().all().len() as u64);
    let rows = list.window(listed.len(), height).filter_map(|at| {
        let transaction = history.transactions().get(listed[at])?;
        Some(TableRow { selected: selected == Some(at), ..list_row(history, transaction) })
    });
    Table {
        columns: LIST,
        rows: rows.collect(),
        position: joined![text::thousands(failed), " failed of ", count],
        empty: empty(which),
    }
}

/// What tells how to get one, where none is listed.
pub fn empty(which: TransactionFilter) -> Vec<SafeText> {
    let lines: &[&'static str] = match which {
        TransactionFilter::Failed => &["No transaction has failed.", "zf shows all of them."],
        TransactionFilter::All => &[
            "No transactions yet.",
            "",
            "An application makes one with",
            "  tenant.transaction(\"checkout\")",
            "    .step(\"lock cart\", ..)",
            "    .checkpoint(\"locked\")",
            "    .run()",
            "",
            "asof demo transaction shows three.",
        ],
    };
    lines.iter().map(|line| (*line).into()).collect()
}

fn list_row(history: &History, transaction: &Transaction) -> TableRow {
    let state = transaction_state(history, transaction);
    let (sign, word, tone) = state_words(state);
    let sign = if state == TransactionState::Failed && is_all_undone(history, transaction) { "⟲" } else { sign };
    let cells = vec![transaction.id.to_string().into(), (&transaction.name).into(), span(transaction), word.into()];
    TableRow { sign, tone, cells, selected: false }
}

/// Its sign, its word, and how it is meant.
fn state_words(state: TransactionState) -> (&'static str, &'static str, RowTone) {
    match state {
        TransactionState::Open => ("•", "open", RowTone::Strong),
        TransactionState::Committed => ("✓", "ok", RowTone::Plain),
        TransactionState::Failed => ("✗", "FAILED", RowTone::Bad),
        TransactionState::Undone => ("⟲", "undone", RowTone::Plain),
    }
}

/// `48,213-48,217`, `48,530 …`, `48,213`.
fn span(transaction: &Transaction) -> SafeText {
    let Some(first) = transaction.versions().next() else { return "—".into() };
    let last = transaction.last();
    match transaction.state {
        TransactionState::Open => joined![text::thousands(first.0), " …"],
        _ if last <= first => text::thousands(first.0).into(),
        _ => joined![text::thousands(first.0), "-", text::thousands(last.0)],
    }
}

/// One row of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRow {
    /// What happened, or did not.
    pub is: StepStatus,
    /// From the beginning of the transaction to that of the step; `None` when unknown.
    pub since: Option<TimeDelta>,
    /// How long it took.
    pub took: Option<TimeDelta>,
    /// Keys changed by its version; `None` inside as long as they are being counted.
    #[expect(clippy::option_option, reason = "no version, keys being counted, keys counted")]
    pub keys: Option<Option<Counts>>,
    /// What its checkpoint is called in its transaction: `config_set`.
    pub checkpoint: Option<SafeText>,
}

impl TransactionRow {
    /// `3 capture pay`, `undo to ■ 2`, `undo to the start`.
    pub fn name(&self) -> SafeText {
        let number = self.is.number.to_string();
        match (self.is.equals, self.is.number) {
            (None, _) => joined![number, " ", &self.is.name],
            (Some(_), 0) => "undo to the start".into(),
            (Some(_), _) => joined!["undo to ■ ", number],
        }
    }

    /// Its sign, and how it is meant.
    fn sign(&self) -> (&'static str, RowTone) {
        match self.is.result {
            _ if self.is.equals.is_some() => ("⟲", RowTone::Plain),
            StepResult::Done | StepResult::Undone => ("✓", RowTone::Plain),
            StepResult::Failed => ("✗", RowTone::Bad),
            StepResult::NotRun => (" ", RowTone::Dim),
        }
    }

    /// `■ 48,214 config_set`, `48,217`, `—`.
    fn checkpoint(&self) -> SafeText {
        let number = self.is.version.map(|version| text::thousands(version.0));
        match (number, &self.checkpoint) {
            (None, _) => "—".into(),
            (Some(number), None) => number.into(),
            (Some(number), Some(name)) => joined!["■ ", number, " ", name],
        }
    }

    /// `ok`, `undone`, `FAILED`, `not run`; of a way back the version it should equal, and whether it does where that
    /// is known.
    fn result(&self, proof: impl Fn(Version, Version) -> Option<bool>) -> SafeText {
        let (Some(version), Some(to)) = (self.is.version, self.is.equals) else {
            return if self.is.result == StepResult::Failed { "FAILED" } else { self.is.result.word() }.into();
        };
        let words = match proof(version, to) {
            Some(true) => "same as ",
            Some(false) => "DIFFERS from ",
            None => "back to ",
        };
        joined![words, text::number(to)]
    }
}

const STEPS: &[TableColumn] = &[
    words("step", 0),
    words("checkpoint", 1),
    numbers("at", 3),
    numbers("took", 2),
    numbers("keys", 0),
    words("result", 0),
];

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionDetail {
    pub id: TransactionId,
    /// `checkout  FAILED at step 3 of 5`.
    pub title: SafeText,
    /// `14.2ms · 5 transitions`.
    pub caption: SafeText,
    /// In the order they happened; those that did not happen before the last way back.
    pub steps: Vec<TransactionRow>,
    /// Which step failed last: its number and what went wrong, line by line.
    pub why: Option<(u32, Vec<SafeText>)>,
    /// Where it can be taken back to, where a step failed.
    pub ways_back: Vec<WayBackRow>,
}

/// One transaction. O(its events).
pub fn detail(history: &History, id: TransactionId, counts: &KeyCounts) -> Option<TransactionDetail> {
    let transaction = history.transactions().get(id)?;
    let failure = transaction.failure();
    let why = failure.map(|(step, _, why)| (step, why.lines().map(SafeText::data).collect()));
    Some(TransactionDetail {
        id,
        ways_back: if failure.is_some() { ways_back(history, transaction) } else { Vec::new() },
        title: title(history, transaction),
        caption: caption(transaction),
        steps: steps(history, transaction, counts),
        why,
    })
}

fn title(history: &History, transaction: &Transaction) -> SafeText {
    let name = SafeText::from(&transaction.name);
    let planned = transaction.planned.len();
    match (transaction_state(history, transaction), transaction.failure()) {
        (TransactionState::Committed, _) => joined![name, "  ok, ", text::counted(planned, "step")],
        (TransactionState::Open, _) => joined![name, "  open"],
        (TransactionState::Undone, _) => joined![name, "  undone"],
        (TransactionState::Failed, failure) => {
            let undone = if is_all_undone(history, transaction) { ", undone" } else { "" };
            {
                let step = failure.map_or(0, |(step, ..)| step);
                joined![name, "  FAILED at step ", step.to_string(), " of ", planned.to_string(), undone]
            }
        }
    }
}

fn caption(transaction: &Transaction) -> SafeText {
    let end = transaction.events.iter().rev().find_map(|event| event.at);
    let took = transaction.at.zip(end).map(|(begin, end)| joined![text::duration((end - begin).abs()), " · "]);
    let made =
        |event: &&TransactionEvent| matches!(event.what, TransactionPart::Step { .. } | TransactionPart::Back { .. });
    let count = transaction.events.iter().filter(made).count();
    joined![took.unwrap_or_default(), text::counted(count, "transition")]
}

fn steps(history: &History, transaction: &Transaction, counts: &KeyCounts) -> Vec<TransactionRow> {
    let keys = |version| history.info(version).map(|info| counts.of(version, info.counts));
    let mut last = transaction.at;
    let row = |is: StepStatus| {
        let since = transaction.at.zip(last).map(|(begin, last)| (last - begin).abs());
        let took = last.zip(is.at).map(|(last, at)| (at - last).abs());
        last = is.at.or(last);
        let name = is.marked.map(|mark| checkpoint_name(history, transaction.id, mark).unwrap_or_default());
        TransactionRow { since, took, keys: is.version.and_then(keys), checkpoint: name.map(SafeText::data), is }
    };
    let mut rows: Vec<TransactionRow> = happened(history, transaction).into_iter().map(row).collect();
    let ways_back = rows.iter().rev().take_while(|row| row.is.equals.is_some()).count();
    let at = rows.len() - ways_back;
    rows.splice(at..at, not_run(transaction));
    rows
}

/// Planned steps that never began.
fn not_run(transaction: &Transaction) -> impl Iterator<Item = TransactionRow> {
    let began = transaction.events.iter().map(|event| event.step).max().unwrap_or(0);
    let planned = (1..).zip(&transaction.planned).filter(move |(number, _)| *number > began);
    planned.map(|(number, name)| TransactionRow {
        is: StepStatus::new(number, name.clone(), StepResult::NotRun),
        since: None,
        took: None,
        keys: None,
        checkpoint: None,
    })
}

/// The steps on the screen; `proof` knows whether two versions are equal, where that has been found out.
pub fn step_table(
    detail: &TransactionDetail,
    list: &ListCursor,
    height: usize,
    proof: impl Fn(Version, Version) -> Option<bool>,
) -> Table {
    let selected = list.selected(detail.steps.len());
    let words = |length: Option<TimeDelta>| SafeText::from(length.map(text::duration).unwrap_or_default());
    let row = |at: usize| {
        let step = &detail.steps[at];
        let (sign, tone) = step.sign();
        let keys = step.keys.map(delta::counts_or_dots).unwrap_or_default().into();
        let [since, took] = [step.since, step.took].map(words);
        let cells = vec![step.name(), step.checkpoint(), since, took, keys, step.result(&proof)];
        TableRow { sign, tone, cells, selected: selected == Some(at) }
    };
    Table {
        columns: STEPS,
        rows: list.window(detail.steps.len(), height).map(row).collect(),
        position: detail.caption.clone(),
        empty: vec!["No steps yet.".into()],
    }
}

/// A way back in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBackRow {
    pub to: Version,
    /// `"config_set"`, the checkpoint's name; `the initial state`.
    pub name: SafeText,
    /// What it does from where the head is: `undoes step 3, enable features`, `brings back steps 2 and 3`.
    pub does: SafeText,
    /// Whether it does anything.
    pub leads: bool,
}

/// The ways back of a transaction, the one that undoes least first; of checkpoints of one version the newest. O(its events²)
/// at most.
pub fn ways_back(history: &History, transaction: &Transaction) -> Vec<WayBackRow> {
    let all = ops::ways_back(history, transaction);
    let is_newest = |at: usize, to: Version| to == transaction.base || all[..at].iter().all(|way| way.to != to);
    let shown = all.iter().enumerate().filter(|(at, way)| is_newest(*at, way.to));
    let row = |way: &WayBack| WayBackRow {
        to: way.to,
        name: way_name(way, transaction.id),
        does: does(history, way),
        leads: !way.is_here,
    };
    shown.map(|(_, way)| row(way)).collect()
}

fn way_name(way: &WayBack, id: TransactionId) -> SafeText {
    match &way.checkpoint {
        Some(name) => joined!["\"", SafeText::data(own_name(name, id)), "\""],
        None if way.after == 0 => "the initial state".into(),
        None => joined!["after step ", way.after.to_string()],
    }
}

fn does(history: &History, way: &WayBack) -> SafeText {
    match &way.failed {
        Some((step, _)) if history.head() == way.to => {
            return joined!["nothing to undo, step ", step.to_string(), " changed nothing"];
        }
        _ if way.is_here => return "the head equals it already".into(),
        _ => {}
    }
    let is_all = way.after == 0 && way.restores.is_empty() && way.undoes.len() > 2;
    let undoes = match way.undoes.as_slice() {
        [] => None,
        all if is_all => Some(joined!["undoes all ", all.len().to_string(), " steps"]),
        some => Some(joined!["undoes ", steps_words(some.iter().map(|(step, name)| (*step, name.into())))]),
    };
    let restored = way.restores.iter().map(|(step, name)| (*step, name.into()));
    let restores = (!way.restores.is_empty()).then(|| joined!["brings back ", steps_words(restored)]);
    let others = text::counted(way.others, "version");
    let others = match (way.others, &undoes) {
        (0, _) => None,
        (_, Some(_)) => Some(joined!["and ", others, " of others"]),
        (_, None) => Some(joined!["undoes ", others, " of others"]),
    };
    SafeText::join([undoes, others, restores].into_iter().flatten(), ", ")
}

/// `step 3, enable features`, `steps 2 and 3`.
fn steps_words(steps: impl Iterator<Item = (u32, SafeText)>) -> SafeText {
    match steps.collect::<Vec<_>>().as_slice() {
        [] => SafeText::default(),
        [(step, name)] => step_words(*step, name.clone()),
        [(first, _), (last, _)] => joined!["steps ", first.to_string(), " and ", last.to_string()],
        [(first, _), .., (last, _)] => joined!["steps ", first.to_string(), " to ", last.to_string()],
    }
}

/// `step 3, enable features`.
fn step_words(number: u32, name: SafeText) -> SafeText {
    joined!["step ", number.to_string(), ", ", name]
}

/// The ways back in lines of so many columns: names, versions and what each does below each other.
pub fn ways_back_lines(ways: &[WayBackRow], columns: usize) -> impl Iterator<Item = SafeText> + '_ {
    let longest = |of: &dyn Fn(&WayBackRow) -> usize| ways.iter().map(of).max().unwrap_or(0);
    let (name, to) = (longest(&|way| way.name.width()), longest(&|way| text::number(way.to).len()));
    let line = move |way: &WayBackRow| {
        let number = joined![text::number(way.to), ":"];
        joined!["  ", way.name.filled(name), " ", number.filled(to + 1), " "].hung(&way.does, columns)
    };
    ways.iter().flat_map(line)
}

/// The name of a checkpoint in its transaction: `config_set` of `tx-3/config_set`; `None` where it has left the list.
fn checkpoint_name(history: &History, id: TransactionId, checkpoint: SnapshotId) -> Option<&str> {
    history.marks().get(checkpoint)?.name.as_deref().map(|name| own_name(name, id))
}

fn own_name(name: &str, id: TransactionId) -> &str {
    name.strip_prefix(&format!("{id}/")).unwrap_or(name)
}

/// Where a transaction's focused step is, or what it went back to: where Enter goes. The version before a step that
/// failed is the one it worked on.
pub fn version_of(detail: &TransactionDetail, at: usize) -> Option<Version> {
    let before = detail.steps.get(..=at).unwrap_or_default();
    before.iter().rev().find_map(|step| step.is.version)
}
