//! What is open in the trees is so again the next time.

use super::harness::{Harness, recorded};
use crate::source::Address;
use crate::tui::store::{Kept, Memory};

const STATES: &[&str] = &[
    r#"{"cart":{"items":[{"id":1,"qty":1},{"id":2,"qty":5}],"total":3},"user":{"name":"ann"}}"#,
    r#"{"cart":{"items":[{"id":1,"qty":2},{"id":2,"qty":5}],"total":4},"user":{"name":"ann"}}"#,
];

fn opened(kept: Kept) -> Harness {
    Harness::remembering(Address::Demo("guide".into()), recorded(STATES).0, kept)
}

/// What the store would have for the next run.
fn left_by(screen: &Harness) -> Kept {
    let mut kept = Kept::default();
    for memory in &screen.kept {
        if let Memory::Folds { source, tenant, folds } = memory {
            kept.folds.entry(source.clone()).or_default().insert(tenant.clone(), folds.clone());
        }
    }
    kept
}

#[test]
fn folds_are_kept_from_run_to_run() {
    let mut first = opened(Kept::default());
    first.sees("▸ user").command("path .user");
    first.keys("l").sees("▾ user").keys("2").sees("▸ user").keys("j j j l").sees("▾ user").keys("1 q");
    let kept = left_by(&first);
    assert!(!kept.folds.is_empty());
    let mut second = opened(kept.clone());
    second.sees("▾ user").keys("2").sees("▾ user").keys("q q");
    assert!(second.kept.is_empty(), "nothing was opened or closed: nothing to write");
    // And closed again.
    let mut third = opened(kept);
    third.command("path .user");
    third.keys("h").sees("▸ user").keys("q");
    opened(left_by(&third)).sees("▸ user");
}
