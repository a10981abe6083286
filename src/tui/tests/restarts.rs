//! What is open in the trees is so again the next time.

use super::harness::{Harness, recorded};
use crate::source::Address;
use crate::tui::store::{StoreWrite, StoredState};

const STATES: &[&str] = &[
    r#"{"cart":{"items":[{"id":1,"qty":1},{"id":2,"qty":5}],"total":3},"user":{"name":"ann"}}"#,
    r#"{"cart":{"items":[{"id":1,"qty":2},{"id":2,"qty":5}],"total":4},"user":{"name":"ann"}}"#,
];

fn opened(kept: StoredState) -> Harness {
    Harness::remembering(Address::Demo("guide".into()), recorded(STATES).0, kept)
}

/// What the store would have for the next run.
fn left_by(screen: &Harness) -> StoredState {
    let mut kept = StoredState::default();
    for memory in &screen.kept {
        match memory {
            StoreWrite::Folds { source, tenant, folds } => {
                kept.folds.entry(source.clone()).or_default().insert(tenant.clone(), folds.clone());
            }
            StoreWrite::Followed { source, tenant, followed } => {
                kept.followed.entry(source.clone()).or_default().insert(tenant.clone(), followed.clone());
            }
            _ => {}
        }
    }
    kept
}

#[test]
fn folds_are_kept_from_run_to_run() {
    let mut first = opened(StoredState::default());
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

#[test]
fn columns_and_lanes_are_kept_from_run_to_run() {
    let mut first = opened(StoredState::default());
    first.command("column .cart.total").command("lane .cart.total > 3").command("lane .user.name").keys("q");
    let mut kept = left_by(&first);
    let mut second = opened(kept.clone());
    second.sees(".cart.total").sees(".cart.total > 3").sees("\"ann\"").keys("q");
    assert!(second.kept.is_empty(), "nothing was changed: nothing to write");
    // What cannot be compiled any more is passed over.
    kept.followed.values_mut().flat_map(|tenants| tenants.values_mut()).for_each(|all| all.lanes.push(".[".into()));
    let mut third = opened(kept);
    assert_eq!(third.app.pinned(), 2);
    third.command("lane off").command("column off").keys("q");
    let fourth = opened(left_by(&third));
    assert_eq!((fourth.app.pinned(), fourth.app.session().unwrap().asked.expressions.has_columns()), (0, false));
}
