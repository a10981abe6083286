//! What must hold where abilities meet: a sync that failed, history that is cut, and rules of several kinds at once.

use super::super::RecordStore;
use super::{json, on_disk};
use crate::error::{Error, Result};
use crate::history::Strategy;
use crate::log::{AppendId, FileLog, Log, LogBatch};
use crate::record::{
    AutoRules, Entry, Position, Record, Retention, Settings, SnapshotKind, TenantId, TenantLimits, Version,
};
use crate::recording::{Recording, SnapshotRequest};
use crate::value::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A log on a disk that stops syncing.
struct Failing {
    log: FileLog,
    failed: AtomicBool,
}

impl Failing {
    fn check(&self) -> Result<()> {
        let error = || Error::io("sync", std::path::Path::new("disk"))(std::io::Error::other("gone"));
        if self.failed.load(Ordering::SeqCst) { Err(error()) } else { Ok(()) }
    }
}

impl Log for Failing {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        self.log.tenants()
    }
    fn has(&self, tenant: &TenantId) -> Result<bool> {
        self.log.has(tenant)
    }
    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        self.check()?;
        self.log.append(tenant, expected, id, entries)
    }
    fn find(&self, tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>> {
        self.log.find(tenant, expected, id)
    }
    fn sync_append(&self, tenant: &TenantId, _: Position, _: &AppendId) -> Result<()> {
        self.sync(tenant)
    }
    fn next(&self, tenant: &TenantId) -> Result<Option<Position>> {
        self.log.next(tenant)
    }
    fn sync(&self, _: &TenantId) -> Result<()> {
        self.failed.store(true, Ordering::SeqCst);
        self.check()
    }
    fn refused(&self, _: &TenantId) -> Option<String> {
        self.check().err().map(|error| error.to_string())
    }
    fn last(&self, tenant: &TenantId) -> Result<Position> {
        self.log.last(tenant)
    }
    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        self.log.read(tenant, after, limit)
    }
    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        self.log.record(tenant, position)
    }
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_and_reading_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("run.asof");
    let log = Failing { log: FileLog::create(&directory).unwrap(), failed: AtomicBool::new(false) };
    let recording = Recording::of(RecordStore::new(Arc::new(log), Some(directory.clone())));
    let id = "t".into();
    let app = recording.tenant_or_new(&id).unwrap();
    app.set("one", json("1")).unwrap();
    app.set("two", json("2")).unwrap();
    assert_eq!(recording.refused(&id), None);
    assert!(app.snapshot(&SnapshotRequest::named("s")).is_err());
    assert!(recording.refused(&id).is_some());
    assert!(app.set("three", json("3")).is_err() && app.apply("three", |draft| draft.set("", &3)).is_err());
    assert!(app.rollback_to_named_snapshot("s").is_err() && app.undo().is_err());
    assert!(app.transaction("t").step("a", |draft| Ok(draft.set("", &3)?)).run().is_err());
    assert_eq!((app.head(), app.value_at(Version(1)).unwrap()), (Version(2), json("1")));
    let again = Recording::open(&directory).unwrap();
    let reopened = again.tenant(&id).unwrap();
    assert_eq!((reopened.set("three", json("3")).unwrap(), again.refused(&id)), (Version(3), None));
}

#[test]
fn compaction_makes_room_in_a_full_tenant() {
    let (_home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    let limits = TenantLimits { versions: Some(3), ..TenantLimits::default() };
    app.configure(&Settings { limits, ..Settings::default() }).unwrap();
    for n in 1..=3_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    assert!(app.set("step", json("4")).unwrap_err().to_string().contains("3 of at most 3 versions"));
    app.compact(Version(3)).unwrap();
    assert_eq!(app.set("step", json("4")).unwrap(), Version(4));
    assert_eq!(app.set("step", json("5")).unwrap(), Version(5));
    assert!(app.set("step", json("6")).is_err());
}

#[test]
fn who_reads_while_history_is_cut_never_sees_none_of_it() {
    let (_home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    for n in 1..=600_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert_eq!((app.head(), app.value()), (Version(600), json("600")));
            }
        });
        for before in [100, 200, 300] {
            app.compact(Version(before)).unwrap();
        }
        done.store(true, Ordering::SeqCst);
    });
}

#[test]
fn a_follower_that_is_behind_goes_on_after_the_cut() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("step", json("1")).unwrap();
    let other = Recording::open(&home.path().join("run.asof")).unwrap();
    let follower = other.tenant(&"t".into()).unwrap();
    let mut heads = [app.subscribe(), follower.subscribe()];
    for n in 2..=9_i64 {
        app.set("step", Value::from(n)).unwrap();
    }
    app.compact(Version(7)).unwrap();
    for heads in &mut heads {
        let mut told = Vec::new();
        while let Some(head) = heads.try_next().unwrap() {
            told.push(head.value.to_json());
        }
        assert_eq!(told[told.len() - 3..], ["7", "8", "9"]);
    }
}

#[test]
fn an_atomic_transaction_is_done_again_whole() {
    let (_home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json(r#"{"a":0}"#)).unwrap();
    let mut steps = app.transaction("move").step("a", |draft| Ok(draft.set(".a", &1)?)).step("b", |_| Err("no".into()));
    steps.run_atomic().unwrap_err();
    let again = steps.resume().unwrap_err();
    assert!(!again.can_roll_back());
    assert_eq!((app.head(), app.value()), (Version(1), json(r#"{"a":0}"#)));
}

#[test]
fn rules_and_requests_keep_one_retention() {
    let (_home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    let auto = AutoRules { every: Some(1), ..AutoRules::default() };
    let retention = Retention { auto: Some(2), ..Retention::default() };
    app.configure(&Settings { retention, auto, ..Settings::default() }).unwrap();
    for n in 1..=5_i64 {
        app.apply_with_snapshot("step", &SnapshotRequest::default(), |draft| draft.set("", &n)).unwrap();
        let autos = app.history().marks().listed().iter().filter(|mark| mark.kind == SnapshotKind::Auto).count();
        assert_eq!(autos, 2, "after step {n}");
    }
}

#[test]
fn what_went_back_counts_as_it_does_for_one_who_reads_it() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json(r#"{"a":[1,2,3],"b":{"c":"text to be moved"},"n":0}"#)).unwrap();
    let mut random = 7_u64;
    for n in 1..700_i64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (choice, far) = ((random >> 60) % 8, Version((random >> 33) % app.head().0 + 1));
        match choice {
            0 | 1 => _ = app.rollback(&Strategy::Version(far), ""),
            2 => _ = app.undo(),
            3 => _ = app.apply("push", |draft| draft.push(".a", &n)),
            4 => _ = app.apply("move", |draft| draft.set(".d", &"text to be moved").and_then(|()| draft.remove(".b"))),
            _ => _ = app.apply("set", |draft| draft.set(".n", &n)),
        }
    }
    assert!(!app.folded().is_counted(), "some wait to be counted");
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let reader = again.tenant(&"t".into()).unwrap();
    let (ours, theirs) = (app.history(), reader.history());
    assert!(ours.is_counted() && ours.newest().0 > 600);
    for version in (1..=ours.newest().0).map(Version) {
        assert_eq!(ours.info(version).unwrap().counts, theirs.info(version).unwrap().counts, "{version}");
    }
    for end in [1, 255, 256, 257, 511, 512, 513, 601] {
        assert_eq!(ours.activity(1..end).keys, theirs.activity(1..end).keys, "up to {end}");
    }
}
