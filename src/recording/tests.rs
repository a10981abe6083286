//! Recordings in memory and on disk against each other, and what must stay true of every write.

mod changes;
mod compaction;
mod copies;
mod engine;
mod flips;
mod index;
mod nested;
mod paths;
mod poison;
mod promises;
mod refusals;
mod review;
mod rules;
mod seam;
mod snapshots;
mod transactions;
mod writers;

use super::*;
use crate::history::{Strategy, TargetContext};
use crate::patch::Patch;
use crate::record::{Position, SnapshotId, Version};
use crate::value::{self, Value};

fn at(minute: u32) -> Time {
    chrono::DateTime::from_timestamp(1_760_000_000 + i64::from(minute) * 60, 0).unwrap()
}

fn json(text: &str) -> Value {
    value::parse(text.as_bytes()).unwrap()
}

fn on_disk() -> (tempfile::TempDir, Recording) {
    let home = tempfile::tempdir().unwrap();
    let recording = Recording::create(&home.path().join("run.asof")).unwrap().with_clock(|| at(0));
    (home, recording)
}

/// Runs the same checks in memory and on disk.
fn everywhere(check: impl Fn(&Recording)) {
    check(&Recording::memory().with_clock(|| at(0)));
    let (_home, recording) = on_disk();
    check(&recording);
}

fn states(tenant: &Tenant) -> Vec<String> {
    (0..=tenant.history().newest().0).map(|version| tenant.value_at(Version(version)).unwrap().to_json()).collect()
}

#[test]
fn states_come_back_with_their_digits() {
    everywhere(|recording| {
        let tenant = recording.tenant_or_new(&"t".into()).unwrap();
        let texts = [r#"{"a":1,"b":[1,2,3]}"#, r#"{"a":1.0,"b":[1,2,3]}"#, "[1e400]", r#"{"a":1,"b":[1,2,3]}"#];
        for text in texts {
            tenant.set("change", json(text)).unwrap();
        }
        assert_eq!(states(&tenant)[1..], texts);
    });
}

#[test]
fn a_refused_write_changes_nothing() {
    everywhere(|recording| {
        let tenant = recording.tenant_or_new(&"t".into()).unwrap();
        tenant.set("first", json("{\"a\":1}")).unwrap();
        let bad = Patch::from_value(&json(r#"[{"op":"remove","path":"/nothing"}]"#)).unwrap();
        assert!(matches!(tenant.patch("bad", &bad), Err(Error::Patch { .. })));
        assert!(tenant.rollback(&Strategy::Version(Version(9)), "").is_err());
        assert!(tenant.undo().is_err());
        assert_eq!(tenant.head(), Version(1));
        assert_eq!(tenant.history().position(), Position(1));
    });
}

#[test]
fn rollback_and_undo_lose_nothing() {
    everywhere(|recording| {
        let tenant = recording.tenant_or_new(&"t".into()).unwrap().by("ana");
        for n in 1..=5_i64 {
            tenant.set("step", Value::from(n)).unwrap();
        }
        let mark = SnapshotRequest { name: Some("two".into()), version: Some(Version(2)), ..Default::default() };
        assert_eq!(tenant.snapshot(&mark).unwrap().by.as_deref(), Some("ana"));
        assert!(tenant.snapshot(&mark).is_err(), "names are unique");
        let back = tenant.rollback_to_named_snapshot("two").unwrap();
        assert_eq!((back.version, back.to, back.kept.as_deref()), (Version(6), Version(2), Some("main~1")));
        assert_eq!(tenant.undo().unwrap().back_to, Some(Version(5)));
        assert_eq!(states(&tenant), ["null", "1", "2", "3", "4", "5", "2", "5"]);
        tenant.undo().unwrap();
        assert!(tenant.history().marks().listed().is_empty(), "the next undo takes the snapshot back");
        assert!(tenant.undo().is_err());
    });
}

#[test]
fn a_recording_opens_as_it_was_left() {
    let (home, recording) = on_disk();
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    for n in 0..40_i64 {
        tenant
            .set("step", [("n".into(), Value::from(n)), ("same".into(), json("[[1,2],{}]"))].into_iter().collect())
            .unwrap();
    }
    tenant.rollback(&Strategy::Version(Version(7)), "because").unwrap();
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let reopened = again.tenant(&"t".into()).unwrap();
    assert_eq!(states(&reopened), states(&tenant));
    assert_eq!(reopened.history().branches(), tenant.history().branches());
    assert!(again.tenant(&"T".into()).is_err());
}

#[test]
fn the_one_who_comes_second_is_told_and_catches_up() {
    let (home, recording) = on_disk();
    let first = recording.tenant_or_new(&"t".into()).unwrap();
    first.set("a", json("1")).unwrap();
    let other = Recording::open(&home.path().join("run.asof")).unwrap();
    let second = other.tenant(&"t".into()).unwrap();
    first.set("b", json("2")).unwrap();
    assert!(matches!(second.set("c", json("3")), Err(Error::Conflict { expected: 1, actual: 2 })));
    assert!(second.set("c", json("3")).is_err(), "until it is told");
    assert_eq!((second.catch_up().unwrap(), second.head()), (0, Version(2)), "the write has looked already");
    second.set("c", json("3")).unwrap();
    first.catch_up().unwrap();
    assert_eq!(states(&first), ["null", "1", "2", "3"]);
}

#[test]
fn keeping_a_recording_moves_every_handle() {
    let home = tempfile::tempdir().unwrap();
    let recording = Recording::memory().with_clock(|| at(0));
    let tenants = ["a", "b"].map(|name| recording.tenant_or_new(&name.into()).unwrap());
    for (tenant, n) in tenants.iter().zip(1_i64..) {
        tenant.set("x", Value::from(n)).unwrap();
        tenant.snapshot(&SnapshotRequest { name: Some("mark".into()), ..Default::default() }).unwrap();
    }
    let directory = home.path().join("kept.asof");
    recording.keep_at(&directory).unwrap();
    tenants[0].set("y", json("7")).unwrap();
    let opened = Recording::open(&directory).unwrap();
    assert_eq!(states(&opened.tenant(&"a".into()).unwrap()), ["null", "1", "7"]);
    assert_eq!(states(&opened.tenant(&"b".into()).unwrap()), ["null", "2"]);
    assert_eq!(opened.tenant(&"b".into()).unwrap().history().marks().listed().len(), 1);
    assert!(recording.keep_at(&directory).is_err(), "nothing is written over");
}

#[test]
fn tenants_cannot_name_each_other() {
    everywhere(|recording| {
        let [acme, widgets] = ["acme_corp", "widgets_r_us"].map(|name| recording.tenant_or_new(&name.into()).unwrap());
        acme.set("x", json("50")).unwrap();
        widgets.set("x", json("30")).unwrap();
        widgets.snapshot(&SnapshotRequest { name: Some("beta_test".into()), ..Default::default() }).unwrap();
        let foreign = acme.rollback_to_named_snapshot("beta_test").unwrap_err().to_string();
        assert_eq!(foreign, "snapshot \"beta_test\" not found in tenant acme_corp");
        let nowhere = acme.rollback_to_named_snapshot("gamma").unwrap_err().to_string();
        assert_eq!(nowhere, foreign.replace("beta_test", "gamma"));
        assert!(acme.delete_snapshot(SnapshotId(Position(2))).is_err());
        assert!(acme.resolve("beta_test", &TargetContext::default()).is_err());
    });
}

#[test]
fn whole_states_are_stored_as_patches_where_smaller() {
    let (_home, recording) = on_disk();
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    let state = |n: i64| -> Value {
        (0..200)
            .map(|key| (value::Text::from(format!("key{key}")), Value::from(if key == 7 { n } else { key })))
            .collect()
    };
    for n in 0..100 {
        tenant.set("step", state(n)).unwrap();
    }
    let bytes = std::fs::metadata(recording.file(&"t".into()).unwrap()).unwrap().len();
    assert!(bytes < 100 * 300, "{bytes} bytes for 100 versions of {} bytes", state(0).size());
    assert!((0..100_i64).all(|n| tenant.value_at(Version(n.unsigned_abs() + 1)).unwrap() == state(n)));
}

#[test]
fn an_application_follows_with_its_own_type() {
    #[derive(Debug, PartialEq)]
    struct Shop(i64);
    everywhere(|recording| {
        let tenant = recording.tenant_or_new(&"t".into()).unwrap();
        tenant.record("open", &std::collections::BTreeMap::from([("sessions", 100)])).unwrap();
        let now: std::collections::BTreeMap<String, i64> = tenant.current().unwrap();
        assert_eq!(Shop(now["sessions"]), Shop(100));
        assert!(tenant.current::<Vec<String>>().is_err());
    });
}
