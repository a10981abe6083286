//! The Transactions view: the list, newest first, and one transaction with its steps.
//!
//! Must not name: `value`. Whether a way back is exact is proved by whoever has the values.

use super::counts::KeyCounts;
use super::delta;
use super::list::ListCursor;
use super::table::{Column, Row, Table, Tone, numbers, words};
use super::text::{self, SafeText, joined};
use crate::history::{History, Transaction, TransactionEvent, TransactionPart, TransactionState};
use crate::ops::{StepResult, is_all_undone, is_undone, transaction_state};
use crate::record::{SnapshotId, Time, TransactionId, Version};

/// Which transactions are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// Those with a step that failed.
    Failed,
}

const LIST: &[Column] = &[words("tx", 0), words("name", 0), words("transitions", 0), words("result", 0)];

/// The transactions listed, newest first. O(transactions).
pub fn listed(history: &History, which: Which) -> Vec<TransactionId> {
    let all = history.transactions().all().iter().rev();
    all.filter(|tx| which == Which::All || transaction_state(history, tx) == TransactionState::Failed)
        .map(|tx| tx.id)
        .collect()
}

/// The transaction under the list's cursor.
pub fn selected(history: &History, list: &ListCursor, which: Which) -> Option<TransactionId> {
    let listed = listed(history, which);
    list.selected(listed.len()).map(|at| listed[at])
}

/// The rows on the screen.
pub fn table(history: &History, list: &ListCursor, which: Which, height: usize) -> Table {
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
        Some(Row { selected: selected == Some(at), ..list_row(history, transaction) })
    });
    Table {
        columns: LIST,
        rows: rows.collect(),
        position: joined![text::thousands(failed), " failed of ", count],
        empty: empty(which),
    }
}

fn empty(which: Which) -> Vec<SafeText> {
    let lines: &[&'static str] = match which {
        Which::Failed => &["No transaction has failed.", "zf shows all of them."],
        Which::All => &[
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

fn list_row(history: &History, transaction: &Transaction) -> Row {
    let state = transaction_state(history, transaction);
    let (sign, word, tone) = standing(state);
    let sign = if state == TransactionState::Failed && is_all_undone(history, transaction) { "⟲" } else { sign };
    let cells = vec![transaction.id.to_string().into(), (&transaction.name).into(), span(transaction), word.into()];
    Row { sign, tone, cells, selected: false }
}

/// Its sign, its word, and how it is meant.
fn standing(state: TransactionState) -> (&'static str, &'static str, Tone) {
    match state {
        TransactionState::Open => ("•", "open", Tone::Strong),
        TransactionState::Committed => ("✓", "ok", Tone::Plain),
        TransactionState::Failed => ("✗", "FAILED", Tone::Bad),
        TransactionState::Undone => ("⟲", "undone", Tone::Plain),
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
pub struct Step {
    /// `✓`, `✗`, `⟲`, or a blank for what did not happen.
    pub sign: &'static str,
    /// `3 capture pay`, `undo to ■ 2`.
    pub name: SafeText,
    /// `■ 48,214 config_set`, `48,217`, `—`.
    pub checkpoint: SafeText,
    /// Since the beginning: `4.1ms`; empty when unknown.
    pub at: String,
    /// `0.2ms`; empty when unknown.
    pub took: String,
    /// Keys changed: `+51 ~4`.
    pub keys: String,
    /// `ok`, `undone`, `FAILED`, `not run`; of a way back the version it should equal: `back to #48,214`.
    pub result: String,
    /// The version it made.
    pub version: Option<Version>,
    /// The version a way back should equal.
    pub equals: Option<Version>,
    /// Whether its version is no longer on its branch.
    pub undone: bool,
    /// How it is meant.
    pub tone: Tone,
}

const STEPS: &[Column] = &[
    words("step", 0),
    words("checkpoint", 1),
    numbers("at", 3),
    numbers("took", 2),
    numbers("keys", 0),
    words("result", 0),
];

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Which.
    pub id: TransactionId,
    /// `checkout  FAILED at step 3 of 5`.
    pub title: SafeText,
    /// `14.2ms · 5 transitions`.
    pub caption: SafeText,
    /// In the order they happened; those that did not happen before the last way back.
    pub steps: Vec<Step>,
    /// Which step failed last: its number and what went wrong, line by line.
    pub why: Option<(u32, Vec<SafeText>)>,
    /// Where it can be taken back to, where a step failed.
    pub ways_back: Vec<WayBack>,
}

/// One transaction. O(its events).
pub fn detail(history: &History, id: TransactionId, counts: &KeyCounts) -> Option<Detail> {
    let transaction = history.transactions().get(id)?;
    let failure = transaction.failure();
    let why = failure.map(|(step, _, why)| (step, why.lines().map(SafeText::data).collect()));
    Some(Detail {
        id,
        ways_back: if failure.is_some() { ways_back(history, id) } else { Vec::new() },
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
    let took = transaction.at.zip(end).map(|(begin, end)| joined![length(begin, end), " · "]);
    let made =
        |event: &&TransactionEvent| matches!(event.what, TransactionPart::Step { .. } | TransactionPart::Back { .. });
    let count = transaction.events.iter().filter(made).count();
    joined![took.unwrap_or_default(), text::counted(count, "transition")]
}

fn length(from: Time, to: Time) -> String {
    text::duration((to - from).abs())
}

fn steps(history: &History, transaction: &Transaction, counts: &KeyCounts) -> Vec<Step> {
    let mut rows: Vec<Step> = Vec::new();
    let mut last = transaction.at;
    for event in &transaction.events {
        if let TransactionPart::Checkpoint { version, snapshot } = event.what {
            let marked = rows.iter_mut().rev().find(|row| row.version == Some(version));
            let name = checkpoint_name(history, transaction.id, snapshot).unwrap_or_default();
            let words = joined!["■ ", text::thousands(version.0), " ", SafeText::data(name)];
            marked.into_iter().for_each(|row| row.checkpoint.clone_from(&words));
            continue;
        }
        let mut row = step(history, transaction, event, counts);
        row.at = transaction.at.zip(last).map(|(begin, last)| length(begin, last)).unwrap_or_default();
        row.took = last.zip(event.at).map(|(last, at)| length(last, at)).unwrap_or_default();
        last = event.at.or(last);
        rows.push(row);
    }
    let ways_back = rows.iter().rev().take_while(|row| row.equals.is_some()).count();
    let at = rows.len() - ways_back;
    rows.splice(at..at, not_run(transaction));
    rows
}

fn step(history: &History, transaction: &Transaction, event: &TransactionEvent, counts: &KeyCounts) -> Step {
    let keys = |version| {
        let recorded = history.info(version).map(|info| info.counts)?;
        Some(counts.of(version, recorded).map_or_else(|| "…".to_owned(), delta::counts))
    };
    let keys = |version| keys(version).unwrap_or_default();
    let row = |sign, name: SafeText, result: String| Step {
        sign,
        name,
        checkpoint: "—".into(),
        at: String::new(),
        took: String::new(),
        keys: String::new(),
        result,
        version: None,
        equals: None,
        undone: false,
        tone: Tone::Plain,
    };
    match &event.what {
        TransactionPart::Step { version, name } => {
            let undone = is_undone(history, transaction, *version);
            let result = if undone { StepResult::Undone } else { StepResult::Done }.word().to_owned();
            let row = row("✓", joined![event.step.to_string(), " ", name], result);
            Step {
                version: Some(*version),
                undone,
                checkpoint: text::thousands(version.0).into(),
                keys: keys(*version),
                ..row
            }
        }
        TransactionPart::Failed { name, .. } => {
            let row = row("✗", joined![event.step.to_string(), " ", name], "FAILED".to_owned());
            Step { tone: Tone::Bad, ..row }
        }
        TransactionPart::Back { version, to } => {
            let at_start = *to == transaction.base;
            let whereto = if at_start { "the start".into() } else { joined!["■ ", event.step.to_string()] };
            let row = row("⟲", joined!["undo to ", whereto], format!("back to {}", text::number(*to)));
            let (version, checkpoint) = (Some(*version), text::thousands(version.0).into());
            Step { keys: keys(version.unwrap_or_default()), version, checkpoint, equals: Some(*to), ..row }
        }
        TransactionPart::Checkpoint { .. } => row(" ", SafeText::default(), String::new()),
    }
}

/// Planned steps that never began.
fn not_run(transaction: &Transaction) -> Vec<Step> {
    let began = transaction.events.iter().map(|event| event.step).max().unwrap_or(0) as usize;
    let names = transaction.planned.iter().enumerate().skip(began);
    names
        .map(|(at, name)| Step {
            sign: " ",
            name: joined![(at + 1).to_string(), " ", name],
            checkpoint: "—".into(),
            at: String::new(),
            took: String::new(),
            keys: String::new(),
            result: StepResult::NotRun.word().to_owned(),
            version: None,
            equals: None,
            undone: false,
            tone: Tone::Dim,
        })
        .collect()
}

/// The steps on the screen; `proof` knows whether two versions are equal, where that has been found out.
pub fn step_table(
    detail: &Detail,
    list: &ListCursor,
    height: usize,
    proof: impl Fn(Version, Version) -> Option<bool>,
) -> Table {
    let selected = list.selected(detail.steps.len());
    let row = |at: usize| {
        let step = &detail.steps[at];
        let equal = step.version.zip(step.equals).and_then(|(version, to)| Some((proof(version, to)?, to)));
        let result = match equal {
            Some((true, to)) => format!("same as {}", text::number(to)),
            Some((false, to)) => format!("DIFFERS from {}", text::number(to)),
            None => step.result.clone(),
        };
        let Step { name, checkpoint, at: since, took, keys, .. } = step.clone();
        let cells = vec![name, checkpoint, since.into(), took.into(), keys.into(), result.into()];
        Row { sign: step.sign, tone: step.tone, cells, selected: selected == Some(at) }
    };
    Table {
        columns: STEPS,
        rows: list.window(detail.steps.len(), height).map(row).collect(),
        position: detail.caption.clone(),
        empty: vec!["No steps yet.".into()],
    }
}

impl Step {
    /// Whether it is a step that failed.
    pub fn has_failed(&self) -> bool {
        self.sign == "✗"
    }
}

/// A state that a transaction can be taken back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The version.
    pub to: Version,
    /// `"config_set"`, the checkpoint's name; `the initial state`.
    pub name: SafeText,
    /// `undoes step 3, enable features`.
    pub undoes: SafeText,
}

/// The ways back of a transaction, the one that undoes least first: its checkpoints, then the initial state. O(its events).
pub fn ways_back(history: &History, id: TransactionId) -> Vec<WayBack> {
    let Some(transaction) = history.transactions().get(id) else { return Vec::new() };
    let mut ways = vec![way_back(history, transaction, (transaction.base, 0), "the initial state".into())];
    for event in &transaction.events {
        if let TransactionPart::Checkpoint { version, snapshot } = event.what {
            let name = checkpoint_name(history, id, snapshot);
            let name = name.map_or_else(
                || joined!["after step ", event.step.to_string()],
                |name| joined!["\"", SafeText::data(name), "\""],
            );
            ways.retain(|way| way.to != version || version == transaction.base);
            ways.push(way_back(history, transaction, (version, event.step), name));
        }
    }
    ways.reverse();
    ways
}

/// The name of a checkpoint in its transaction: `config_set` of `tx-3/config_set`; `None` where it has left the list.
fn checkpoint_name(history: &History, id: TransactionId, checkpoint: SnapshotId) -> Option<&str> {
    let name = history.marks().get(checkpoint)?.name.as_deref()?;
    Some(name.strip_prefix(&format!("{id}/")).unwrap_or(name))
}

/// The ways back in lines: name, version and what it undoes.
pub fn ways_back_lines(ways: &[WayBack]) -> impl Iterator<Item = SafeText> + '_ {
    let place = |way: &WayBack| joined![&way.name, "  ", text::number(way.to)];
    let columns = ways.iter().map(|way| place(way).width()).max().unwrap_or(0);
    ways.iter().map(move |way| joined!["  ", place(way).filled(columns), "  ", &way.undoes])
}

fn way_back(history: &History, transaction: &Transaction, (to, after): (Version, u32), name: SafeText) -> WayBack {
    let mut undone: Vec<(u32, SafeText)> = Vec::new();
    let mut failed = None;
    for event in &transaction.events {
        match &event.what {
            TransactionPart::Step { name, .. } if event.step > after => undone.push((event.step, name.into())),
            TransactionPart::Failed { name, .. } if event.step > after => failed = Some((event.step, name.into())),
            _ => {}
        }
    }
    undone.dedup_by_key(|(step, _)| *step);
    let step = |(step, name): (u32, SafeText)| joined!["step ", step.to_string(), ", ", name];
    let undoes = match (undone.as_slice(), failed) {
        ([], Some(failed)) if history.head() == to => {
            joined!["nothing to undo: step ", failed.0.to_string(), " changed nothing"]
        }
        ([], Some(failed)) => joined!["undoes nothing but ", step(failed)],
        ([], None) => "undoes nothing".into(),
        ([only], _) => joined!["undoes ", step(only.clone())],
        (all, _) if after == 0 => joined!["undoes all ", all.len().to_string(), " steps"],
        ([(first, _), (last, _)], _) => joined!["undoes steps ", first.to_string(), " and ", last.to_string()],
        ([(first, _), .., (last, _)], _) => joined!["undoes steps ", first.to_string(), " to ", last.to_string()],
    };
    WayBack { to, name, undoes }
}

/// Where a transaction's focused step is, or what it went back to: where Enter goes. The version before a step that
/// failed is the one it worked on.
pub fn version_of(detail: &Detail, at: usize) -> Option<Version> {
    let before = detail.steps.get(..=at).unwrap_or_default();
    before.iter().rev().find_map(|step| step.version)
}
