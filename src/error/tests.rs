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
