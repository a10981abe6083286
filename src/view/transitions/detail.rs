//! All that is known of one transition, for a box.

use crate::export::VersionRow;
use crate::history::{History, TransactionEvent, TransactionPart, VersionKind};
use crate::record::{Provenance, TimeSource, Version};
use crate::value::Text;
use crate::view::counts::KeyCounts;
use crate::view::text::{self as words, SafeText, joined};
use crate::view::{clock, delta};

/// One thing that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `author`.
    pub name: &'static str,
    /// What it says.
    pub says: SafeText,
    /// Whether it is a problem.
    pub is_bad: bool,
}

/// Label, author, time and what else is known of a version, all of it; nothing of what is not known. `from` is where its
/// record says that it comes from. O(log n).
pub fn detail(history: &History, counts: &KeyCounts, row: &VersionRow, from: &Provenance) -> Vec<Fact> {
    let VersionRow { info, branch, reason, .. } = row;
    let version = info.version;
    let text = |text: Option<&Text>| text.map(SafeText::from).unwrap_or_default();
    let fact = |name, says: SafeText| Fact { name, says, is_bad: false };
    let source = match info.time_source {
        Some(TimeSource::Arrived) => ", when it arrived",
        _ => "",
    };
    let kept = history.lineage().kept_by(version);
    let left = kept.map(|branch| joined![words::counted(branch.versions, "version"), " on ", &branch.name]);
    let kind = match info.kind {
        VersionKind::Transition => SafeText::default(),
        VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo => {
            joined![info.act(), ", equal to ", words::number(info.parent)]
        }
        _ => info.kind.word().into(),
    };
    let changed = counts.of(version, info.counts).map(delta::counts).unwrap_or_default();
    let label = Some(fact("label", (&info.label).into())).filter(|label| !label.says.is_empty());
    let label = label.into_iter().chain(message(from));
    let facts = [
        fact("time", info.at.map(|at| joined![clock::date_time(at), source]).unwrap_or_default()),
        fact("author", text(info.by.as_ref())),
        fact("kind", kind),
        fact("reason", text(reason.as_ref())),
        fact("transaction", transaction(history, version).unwrap_or_default()),
        fact("source id", text(from.source_id.as_ref())),
        fact("read from", text(from.src.as_ref())),
        fact("cause", text(from.cause.as_ref())),
        fact("branch", branch.into()),
        fact("keys", changed.into()),
        fact("size", words::size(info.size).into()),
        fact("kept", left.unwrap_or_default()),
        Fact { is_bad: true, ..fact("problem", text(info.problem.as_ref())) },
    ];
    let known = facts.into_iter().filter(|fact| !fact.says.is_empty());
    label.chain(known).collect()
}

/// What the full text says behind its first line, which is the label: a row a paragraph, the name beside the first.
fn message(from: &Provenance) -> Vec<Fact> {
    let text = from.message.as_deref().unwrap_or_default();
    let behind = text.split_once('\n').map_or("", |(_, behind)| behind).trim_matches(['\r', '\n']).trim_end();
    let names = std::iter::once("message").chain(std::iter::repeat(""));
    let row = |(name, line): (_, String)| Fact { name, says: SafeText::data(&line), is_bad: false };
    if behind.is_empty() { Vec::new() } else { names.zip(paragraphs(behind)).map(row).collect() }
}

/// Lines of a text, those of a paragraph joined to one.
fn paragraphs(text: &str) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines().map(str::trim_end) {
        let is_prose = is_prose(line);
        match rows.last_mut().filter(|_| goes_on && is_prose) {
            Some(last) => last.extend([" ", line]),
            None => rows.push(line.to_owned()),
        }
        goes_on = is_prose;
    }
    rows
}

/// Whether a line may be part of a paragraph: it is not blank, indented, an item of a list, a quote, a line of a table or a
/// trailer (`Refs: #12`).
fn is_prose(line: &str) -> bool {
    let numbered = line.trim_start_matches(|char: char| char.is_ascii_digit());
    let is_item = numbered.len() < line.len() && numbered.starts_with(['.', ')']);
    let is_trailer = line.split_once(": ").is_some_and(|(name, _)| !name.is_empty() && !name.contains(' '));
    let is_marked = line.starts_with(|char: char| char.is_whitespace() || "-*+•>|#`=~".contains(char));
    !line.is_empty() && !is_item && !is_trailer && !is_marked
}

/// `tx-3 checkout, step 2`.
fn transaction(history: &History, version: Version) -> Option<SafeText> {
    let transaction = history.transactions().of(version)?;
    let made = |event: &&TransactionEvent| matches!(event.what, TransactionPart::Step { version: at, .. } | TransactionPart::Back { version: at, .. } if at == version);
    let step = transaction.events.iter().find(made).map_or(0, |event| event.step);
    let step = if step == 0 { SafeText::default() } else { joined![", step ", step.to_string()] };
    Some(joined![transaction.id.to_string(), " ", &transaction.name, step])
}
