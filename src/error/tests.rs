#![allow(clippy::unwrap_used)]

use super::*;
use std::error::Error as _;

fn system() -> std::io::Error {
    std::io::Error::other("disk on fire")
}

#[test]
fn errors_cross_threads_and_go_into_boxes() {
    fn crosses<E: std::error::Error + Send + Sync + 'static>() {}
    crosses::<Error>();
    let boxed: OtherError = Error::Interrupted.into();
    assert!(boxed.downcast_ref::<Error>().is_some());
}

#[test]
fn what_an_error_came_from_is_its_source() {
    let failed = |source| Error::Transaction {
        transaction: "tx-1".into(),
        name: "n".into(),
        step: 1,
        step_name: "s".into(),
        source,
    };
    let from = [
        Error::io("open", "x")(system()),
        Error::Misfit { version: 1, source: system().into() },
        failed(system().into()),
    ];
    for error in from {
        assert!(error.source().unwrap().to_string().contains("fire"), "{error}");
    }
    let deep = failed(Error::io("open", "x")(system()).into());
    assert!(deep.source().unwrap().source().unwrap().to_string().contains("fire"));
    assert!(Error::Interrupted.source().is_none());
}

#[test]
fn no_sentence_of_the_engine_names_an_option() {
    let overlaps = vec![Overlap::new(".a".into(), 4, Some("ann".into())), Overlap::new(".b".into(), 5, None)];
    let errors = [
        (Error::TooLarge { size: 5, limit: 4 }, "the value takes 5 bytes as JSON; the limit is 4"),
        (Error::Conflict { expected: 3, actual: 5 }, "append rejected: expected position 3, log is at 5"),
        (
            Error::Overlapping { transaction: "tx-2".into(), overlaps },
            "tx-2 not rolled back: .a was also changed in #4 by ann; .b was also changed in #5",
        ),
        (Error::NotJson { path: String::new(), why: "NaN".into() }, "the value cannot be stored as JSON: NaN"),
    ];
    for (error, words) in errors {
        assert_eq!(error.to_string(), words);
    }
    let source = include_str!("../error.rs");
    let sentences = source.lines().filter(|line| line.trim_start().starts_with("#[error("));
    let options: Vec<_> = sentences.filter(|line| line.contains(" --") || line.contains("(--")).collect();
    assert!(options.is_empty(), "{options:?}");
}

/// An error, with one text in each place that a person or a recording fills.
type Naming = fn(&str) -> Error;

const NAMING: &[Naming] = &[
    |name| Error::io("open", name)(system()),
    |name| Error::Syntax { place: InputPlace { file: name.into(), line: 1, byte: 0 }, why: "no".into() },
    |name| Error::UndecidedFormat { file: name.into(), why: "no".into() },
    |name| Error::NotStates { file: name.into(), why: "no".into(), recipes: Vec::new() },
    |name| Error::Format { file: name.into(), why: "is a directory".into() },
    |name| Error::Damaged { file: name.into(), offset: 1, why: "no".into() },
    |name| Error::NewerFormat { file: name.into(), found: 9, known: 1 },
    |name| Error::Unknown { tenant: name.into(), why: "no".into() },
    |name| Error::ServerLost { server: name.into(), why: "no".into() },
    |name| Error::ServerRefused { server: name.into(), why: "no".into() },
    |name| Error::Removed { tenant: name.into(), position: 1, first: 2 },
    |name| Error::LogChanged { file: name.into(), change: LogChange::Deleted },
    |name| Error::Unsynced { file: name.into(), position: 1, withdrawn: true, source: system() },
    |name| Error::UnknownTenant { tenant: name.into() },
    |name| Error::NotFound { what: "branch".into(), tenant: name.into(), nearest: Vec::new() },
    |name| Error::NotFound { what: "branch".into(), tenant: "t".into(), nearest: vec!["a".into(), name.into()] },
    |name| Error::UnknownName { kind: "format", name: name.into(), known: Vec::new() },
    |name| Error::Target { target: name.into(), why: "no".into() },
    |name| Error::NameTaken { kind: "branch", name: name.into(), version: 1 },
    |name| Error::InvalidName { kind: "branch", name: name.into(), why: "no".into() },
    |name| Error::TenantFull { tenant: name.into(), versions: 1, limit: 1 },
    |name| Error::SnapshotsOff { tenant: name.into(), kind: "auto" },
    |name| Error::NothingToUndo { tenant: name.into() },
    |name| Error::NothingToRedo { tenant: name.into() },
    |name| Error::NestedWrite { tenant: name.into() },
    |name| Error::Overtaken { tenant: name.into(), tries: 3 },
    |name| Error::Transaction {
        transaction: "tx-1".into(),
        name: name.into(),
        step: 1,
        step_name: "s".into(),
        source: system().into(),
    },
    |name| Error::Transaction {
        transaction: "tx-1".into(),
        name: "n".into(),
        step: 1,
        step_name: name.into(),
        source: system().into(),
    },
    |name| Error::Overlapping {
        transaction: "tx-1".into(),
        overlaps: vec![Overlap::new(".a".into(), 4, Some(name.into()))],
    },
    |name| Error::InvalidMetric { text: name.into(), why: "no".into() },
    |name| Error::MetricOutOfRange { metric: name.into(), value: "1e999".into() },
    |name| Error::DirectoryTaken { path: name.into(), recording: true },
    |name| Error::NoParent { path: name.into(), parent: "x".into() },
    |name| Error::Poisoned { tenant: name.into(), why: "no".into() },
    |name| Error::Gaps { tenant: name.into() },
    |name| Error::NothingToPromote { variant: name.into(), version: 1, head: 2 },
    |name| Error::LeavesOthers { what: "undo".into(), others: 2, kept: name.into() },
    |name| Error::Guarded { tenant: name.into() },
];

#[test]
fn names_that_differ_make_sentences_that_differ_and_no_terminal_obeys_one() {
    let names = ["\u{1b}[2J", "\\u{1b}[2J", "\\\\u{1b}[2J", "a\nb", "a\\nb", "a\\\nb", "\u{202e}b", "\\u{202e}b", "b"];
    for make in NAMING {
        let said: Vec<String> = names.iter().map(|name| make(name).to_string()).collect();
        let different: std::collections::BTreeSet<_> = said.iter().collect();
        assert_eq!(different.len(), names.len(), "{said:#?}");
        assert!(!said.iter().any(|words| words.contains(['\u{1b}', '\n', '\u{202e}'])), "{said:#?}");
    }
}
