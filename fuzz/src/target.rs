//! Targets: the whole input names a moment, in a history that has one of everything.

use super::texts::text;
use asof::{Recording, SnapshotRequest, Target, TargetContext, Tenant, Version};
use std::cell::OnceCell;

thread_local! {
    static TENANT: OnceCell<Tenant> = const { OnceCell::new() };
}

/// A text that is read as a target, written and read again is the same one, and means the same version.
pub fn run(bytes: &[u8]) {
    let input = text(bytes);
    let Ok(target) = Target::parse(&input) else { return };
    let written = target.to_string();
    let again = Target::parse(&written).unwrap_or_else(|why| panic!("{input:?} is written {written:?}: {why}"));
    assert_eq!(again, target, "{input:?} is written {written:?}");
    TENANT.with(|tenant| resolve(tenant.get_or_init(one_of_everything), &target, &again));
}

fn resolve(tenant: &Tenant, target: &Target, again: &Target) {
    let history = tenant.history();
    let (newest, some) = (history.newest(), Some(Version(3)));
    let mut marked = TargetContext::default();
    (marked.cursor, marked.a, marked.b) = (some, Some(Version(1)), some);
    for context in [TargetContext::default(), marked] {
        let found = history.resolve(target, &context);
        assert_eq!(found.as_ref().ok(), history.resolve(again, &context).as_ref().ok());
        assert!(found.is_ok_and(|version| version <= newest) || history.resolve(target, &context).is_err());
    }
}

fn one_of_everything() -> Tenant {
    let tenant = Recording::memory().tenant_or_new(&"main".into()).unwrap();
    for count in 0..5 {
        tenant.record("count", &serde_json::json!({ "n": count })).unwrap();
        tenant.snapshot(&SnapshotRequest::named(["v1", "v2", "nightly", "é3", "shop"][count])).unwrap();
    }
    tenant.as_debugger().rollback_to_snapshot_index(1).unwrap();
    tenant.variant("variant-b", "v1").unwrap();
    tenant.on("variant-b").unwrap().record("tried", &1).unwrap();
    tenant
}
