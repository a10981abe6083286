//! A log that is not in files, opened from the copy of its records and the index segments in the cache: it answers as its
//! log does, whatever became of log and copy meanwhile.

use super::seam::{on, operate, told};
use super::{at, json};
use crate::dice::Dice;
use crate::log::tests::awkward::Awkward;
use crate::log::{AppendId, Log, LogBatch, LogIdentity, MemoryLog};
use crate::record::{Entry, Position, TenantId, Version};
use crate::recording::{Recording, Tenant};
use crate::segment::{Segments, WriteSegments};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn shop() -> TenantId {
    "t".into()
}

/// A log with a little of everything, from a seed.
fn filled(seed: u64, operations: u64) -> Arc<Awkward> {
    let log = Arc::new(Awkward::new(seed));
    let tenant = on(&log).tenant_or_new(&shop()).unwrap();
    let mut dice = Dice(seed);
    for number in 0..operations {
        let _done_or_refused = operate(&tenant, number, &mut dice);
    }
    tenant.set("end", json("[1]")).unwrap();
    log
}

/// The log, opened with a cache.
fn cached(log: &Arc<Awkward>, cache: &Path) -> Recording {
    on(log).with_segments(Segments::new(Some(cache.into()), WriteSegments::InCache))
}

/// The same, to read: on a slow machine, too, it makes no copy of its own accord.
fn reading(log: &Arc<Awkward>, cache: &Path) -> Recording {
    on(log).with_segments(Segments::new(Some(cache.into()), WriteSegments::Never))
}

/// A log and a copy of it.
fn copied(seed: u64) -> (Arc<Awkward>, tempfile::TempDir) {
    let (log, cache) = (filled(seed, 30), tempfile::tempdir().unwrap());
    let report = cached(&log, cache.path()).index(&shop()).unwrap();
    assert!(report.file.as_ref().is_some_and(|copy| copy.is_dir()) && !report.fresh, "{report:?}");
    (log, cache)
}

/// Opened with the cache, it answers as the log; answers how many records were read from that.
#[track_caller]
fn assert_right(log: &Arc<Awkward>, cache: &Path, about: &str) -> u64 {
    let before = log.records_read();
    let opened = reading(log, cache).tenant(&shop()).unwrap();
    let read = log.records_read() - before;
    let folded = on(log).tenant(&shop()).unwrap();
    assert_eq!(opened.difference(&folded).unwrap(), None, "{about}");
    assert_eq!(told(&opened), told(&folded), "{about}");
    read
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { all.extend(files(&entry)) } else { all.push(entry) }
    }
    all
}

#[test]
fn the_second_opening_reads_what_came_since() {
    for seed in 0..20 {
        let (log, cache) = copied(seed);
        let about = format!("{seed}");
        assert_eq!(assert_right(&log, cache.path(), &about), 1, "{about}: the last one copied, to compare it");
        let report = cached(&log, cache.path()).index(&shop()).unwrap();
        assert!(report.fresh && report.why.is_none(), "{about}: {report:?}");
        let paths = |log| cached(log, cache.path()).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(!paths(&log).fresh && paths(&log).fresh, "{about}");

        // It goes on, from here and elsewhere.
        let here = reading(&log, cache.path()).tenant(&shop()).unwrap();
        let mut dice = Dice(seed + 1_000);
        (100..110).for_each(|number| _ = operate(&here, number, &mut dice));
        on(&log).tenant(&shop()).unwrap().set("elsewhere", json("{}")).unwrap();
        here.catch_up().unwrap();
        assert_eq!(told(&here), told(&on(&log).tenant(&shop()).unwrap()), "{about}");
        assert_right(&log, cache.path(), &format!("{about}, grown"));
        // Whoever reads a copy keeps it there.
        drop(here);
        if seed % 2 == 0 {
            // Indexing the paths of what came since copies that too: the next one finds all of it.
            assert!(!paths(&log).fresh && paths(&log).fresh, "{about}, grown");
            assert_eq!(assert_right(&log, cache.path(), &format!("{about}, copied with its paths")), 1);
            on(&log).tenant(&shop()).unwrap().set("once more", json("{}")).unwrap();
        }
        let report = cached(&log, cache.path()).index(&shop()).unwrap();
        assert!(!report.fresh && report.why.is_none_or(|why| why.starts_with("it covered")), "{about}");
        assert_eq!(assert_right(&log, cache.path(), &format!("{about}, copied again")), 1);
        // A process that another test starts has all locks for a moment: the next copy removes what that kept.
        let copies = || std::fs::read_dir(cache.path().join("copies")).unwrap().count();
        let copied_again = || {
            on(&log).tenant(&shop()).unwrap().set("again", json("{}")).unwrap();
            cached(&log, cache.path()).index(&shop()).unwrap();
        };
        let is_alone = || {
            copies() == 1 || {
                copied_again();
                false
            }
        };
        assert!((0..5).any(|_| is_alone()), "{about}: the one before is removed");
    }
}

/// What may become of a log.
type Change<'a> = (&'a str, Box<dyn Fn() -> Arc<Awkward> + 'a>);

#[test]
fn a_log_that_is_not_what_was_copied_is_read() {
    for seed in 0..10 {
        let (log, cache) = copied(seed);
        let end = log.last(&shop()).unwrap();
        let more = |log: &Arc<Awkward>| {
            let tenant = on(log).tenant(&shop()).unwrap();
            (0..3).for_each(|number| _ = tenant.set(&format!("more {number}"), json("[2]")).unwrap());
        };
        let changes: [Change<'_>; 4] = [
            ("made anew", Box::new(|| filled(seed + 50, 20))),
            ("another of the same length", Box::new(|| filled(seed + 90, 30))),
            (
                "lost its last records",
                Box::new(|| {
                    let log = filled(seed, 30);
                    log.forget_last(&shop(), 2);
                    log
                }),
            ),
            (
                "lost its last records, and went on",
                Box::new(|| {
                    let log = filled(seed, 30);
                    log.forget_last(&shop(), 2);
                    more(&log);
                    log
                }),
            ),
        ];
        for (what, change) in &changes {
            let about = format!("{seed}: {what}");
            assert!(assert_right(&change(), cache.path(), &about) > 1, "{about}");
        }
        // Retention takes the beginning; first nothing else, then all but the newest.
        for kept in [25, 5] {
            log.keep_last(&shop(), kept);
            assert_eq!(log.last(&shop()).unwrap(), end);
            let opened = reading(&log, cache.path()).tenant(&shop()).unwrap();
            let folded = on(&log).tenant(&shop()).unwrap();
            assert_eq!(opened.history().first_difference(&folded.history()), None, "{seed}: {kept} kept");
        }
    }
}

#[test]
fn a_copy_that_is_damaged_changes_no_answer() {
    let (log, cache) = copied(3);
    let all = files(cache.path());
    assert!(all.len() >= 4, "marker, log, segment and header: {all:?}");
    for file in all {
        let bytes = std::fs::read(&file).unwrap();
        let step = (bytes.len() / 40).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut other = bytes.clone();
            other[at] ^= 1;
            std::fs::write(&file, other).unwrap();
            assert_right(&log, cache.path(), &format!("{} at {at}", file.display()));
            std::fs::write(&file, &bytes[..at]).unwrap();
            assert_right(&log, cache.path(), &format!("{} cut at {at}", file.display()));
        }
        std::fs::write(&file, bytes).unwrap();
    }
    assert_eq!(assert_right(&log, cache.path(), "as it was"), 1);
}

#[test]
fn a_copy_that_goes_while_it_is_read_is_not_missed() {
    let (log, cache) = copied(4);
    let opened = reading(&log, cache.path()).tenant(&shop()).unwrap();
    let copy =
        files(cache.path()).into_iter().find(|file| file.extension().is_some_and(|kind| kind == "jsonl")).unwrap();
    std::fs::write(copy, "").unwrap();
    assert_eq!(told(&opened), told(&on(&log).tenant(&shop()).unwrap()));
}

/// A log of many records that says what names it.
#[derive(Default)]
struct Named(MemoryLog);

impl Log for Named {
    fn tenants(&self) -> crate::Result<Vec<TenantId>> {
        self.0.tenants()
    }

    fn append(
        &self,
        tenant: &TenantId,
        expected: Position,
        id: &AppendId,
        entries: &[Entry],
    ) -> crate::Result<Position> {
        self.0.append(tenant, expected, id, entries)
    }

    fn last(&self, tenant: &TenantId) -> crate::Result<Position> {
        self.0.last(tenant)
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> crate::Result<LogBatch> {
        self.0.read(tenant, after, limit)
    }

    fn identity(&self, _tenant: &TenantId) -> crate::Result<Option<LogIdentity>> {
        Ok(Some(LogIdentity::new("named", "first")))
    }
}

#[test]
fn a_long_log_is_copied_while_it_is_read() {
    let (log, cache) = (Arc::new(Named::default()), tempfile::tempdir().unwrap());
    let open = |write| {
        let log: Arc<dyn Log> = Arc::<Named>::clone(&log);
        Recording::on(log).with_clock(|| at(0)).with_segments(Segments::new(Some(cache.path().into()), write))
    };
    let grow = |count: u64| {
        let tenant = open(WriteSegments::Never).tenant_or_new(&shop()).unwrap();
        tenant.catch_up().unwrap();
        (0..count).for_each(|number| _ = tenant.set("set", json(&format!("{{\"n\":{number}}}"))).unwrap());
    };
    let fold = |tenant: &Tenant| tenant.fold_new(&mut |_| ControlFlow::Continue(())).unwrap();
    for (more, is_copied) in [(1_000, true), (40, false), (300, true), (10, false)] {
        grow(more);
        let tenant = open(WriteSegments::InCache).tenant_or_new(&shop()).unwrap();
        let copy = fold(&tenant);
        assert_eq!(copy.is_some(), is_copied, "{more} more");
        if let Some(copy) = copy {
            let last = tenant.history().position();
            copy.finish(last, |files| tenant.write_index_of(files)).unwrap().unwrap();
        }
        let again = open(WriteSegments::Never).tenant(&shop()).unwrap();
        let folded = Recording::on(Arc::<Named>::clone(&log) as Arc<dyn Log>).tenant(&shop()).unwrap();
        assert_eq!(again.difference(&folded).unwrap(), None);
        assert_eq!(again.head(), Version(folded.history().newest().0));
    }
}
