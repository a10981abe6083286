use super::*;
use crate::log::{AppendId, FileLog, MemoryLog};
use crate::record::{Body, Entry, StateChange};
use crate::recording::Recording;
use crate::{Budget, Error, Version};
use std::sync::atomic::{AtomicU64, Ordering};

fn entries(count: u64) -> Vec<Entry> {
    let state = |n: u64| Body::Transition { label: "".into(), change: StateChange::State(n.into()) };
    (0..count).map(|n| Entry::new(state(n))).collect()
}

fn log(count: u64) -> (MemoryLog, TenantId) {
    let (log, tenant) = (MemoryLog::default(), TenantId("main".into()));
    log.append(&tenant, Position(0), &AppendId::new(), &entries(count)).unwrap();
    (log, tenant)
}

#[test]
fn batches_come_in_order_up_to_the_first_that_is_not_full() {
    for (count, after) in [(0, 0), (3, 0), (10, 0), (25, 0), (25, 5), (30, 30), (1_000, 17)] {
        let (log, tenant) = log(count);
        let mut found = Vec::new();
        let done = read_ahead(&log, &tenant, Position(after), 10, &mut |batch| {
            found.extend(batch.records.iter().map(|record| record.position.0));
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(done.unwrap(), ControlFlow::Continue(()));
        assert_eq!(found, (after + 1..=count).collect::<Vec<_>>());
    }
}

#[test]
fn it_stops_where_it_is_told_to_and_where_folding_fails() {
    let (log, tenant) = log(10_000);
    for fails in [false, true] {
        let mut folded = 0;
        let done = read_ahead(&log, &tenant, Position(0), 10, &mut |_| {
            folded += 1;
            match (folded < 3, fails) {
                (true, _) => Ok(ControlFlow::Continue(())),
                (false, true) => Err(Error::Interrupted),
                (false, false) => Ok(ControlFlow::Break(())),
            }
        });
        assert_eq!(folded, 3);
        match fails {
            true => assert!(matches!(done, Err(Error::Interrupted))),
            false => assert_eq!(done.unwrap(), ControlFlow::Break(())),
        }
    }
}

/// A log that fails, one way or the other, from a position on.
struct Failing(MemoryLog, bool);

macro_rules! as_the_log_does {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> $answer { self.0.$name($($argument),*) })*
    };
}

impl Log for Failing {
    as_the_log_does! {
        fn tenants() -> Result<Vec<TenantId>>;
        fn has(tenant: &TenantId) -> Result<bool>;
        fn append(tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position>;
        fn find(tenant: &TenantId, expected: Position, id: &AppendId) -> Result<Option<Position>>;
        fn sync(tenant: &TenantId) -> Result<()>;
        fn sync_append(tenant: &TenantId, expected: Position, id: &AppendId) -> Result<()>;
        fn refused(tenant: &TenantId) -> Option<String>;
        fn last(tenant: &TenantId) -> Result<Position>;
        fn next(tenant: &TenantId) -> Result<Option<Position>>;
        fn record(tenant: &TenantId, position: Position) -> Result<std::sync::Arc<crate::Record>>;
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        match after.0 {
            500.. if self.1 => panic!("the disk is on fire"),
            500.. => Err(Error::Interrupted),
            _ => self.0.read(tenant, after, limit),
        }
    }
}

#[test]
fn errors_and_panics_of_the_reader_come_after_what_was_read_before() {
    for panics in [false, true] {
        let (log, tenant) = log(1_000);
        let (log, folded) = (Failing(log, panics), AtomicU64::new(0));
        let read = || {
            read_ahead(&log, &tenant, Position(0), 10, &mut |batch| {
                folded.fetch_add(batch.records.len() as u64, Ordering::Relaxed);
                Ok(ControlFlow::Continue(()))
            })
        };
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
        assert_eq!(done.is_err(), panics);
        assert!(done.is_err() || matches!(done, Ok(Err(Error::Interrupted))));
        assert_eq!(folded.into_inner(), 500);
    }
}

/// A log long enough to be read ahead is folded as a short one; it can be left and gone on with anywhere, and while it is
/// folded what it holds already can be read.
#[test]
fn long_logs_are_folded_to_their_end_and_from_where_they_were_left() {
    let folder = tempfile::tempdir().unwrap();
    let (tenant, all) = (TenantId("main".into()), entries(7_001));
    let log = FileLog::create(&folder.path().join("r")).unwrap();
    let last = log.append(&tenant, Position(0), &AppendId::new(), &all).unwrap();
    let recording = Recording::open(&folder.path().join("r")).unwrap().with_budget(Budget::new(4_096));
    let handle = recording.tenant_or_new(&tenant).unwrap();
    let (mut told, mut shares) = (0, vec![0.0]);
    while handle.history().position() < last {
        handle
            .load(&mut |progress| {
                told += 1;
                assert_eq!(handle.history().newest().0, progress.versions);
                shares.push(progress.share.unwrap());
                if told % 11 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
    }
    assert!(told > 20 && shares.is_sorted(), "{told}: {shares:?}");
    assert_eq!(handle.history().newest(), Version(7_001));
    for version in [1, 256, 257, 3_000, 7_001] {
        assert_eq!(handle.value_at(Version(version)).unwrap(), (version - 1).into());
    }
}
