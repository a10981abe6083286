//! A path index goes on from its file and with its log, and says what one made afresh says, whatever became of either.

use super::{json, on_disk};
use crate::diff::ArrayKey;
use crate::history::Strategy;
use crate::index::PathIndex;
use crate::record::{Settings, TenantId, Version};
use crate::recording::identity::kept_array_keys;
use crate::recording::tenant::LogRecords;
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::segment::{Segments, WriteSegments};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn shop() -> TenantId {
    "t".into()
}

fn indexing(directory: &Path) -> Recording {
    Recording::open(directory).unwrap().with_segments(Segments::new(None, WriteSegments::Beside))
}

fn paths_of(tenant: &Tenant) -> std::sync::Arc<crate::index::PathIndex> {
    tenant.paths(&mut |_| ControlFlow::Continue(())).unwrap()
}

/// The index of a handle says what one says that is made of the log now.
#[track_caller]
fn assert_right(tenant: &Tenant, directory: &Path, about: &str) {
    let plain = Recording::open(directory).unwrap().with_segments(Segments::none()).tenant(&shop()).unwrap();
    tenant.catch_up().unwrap();
    assert!(paths_of(tenant).is_same(&paths_of(&plain)), "{about}");
}

#[track_caller]
fn assert_opened_right(directory: &Path, about: &str) {
    assert_right(&Recording::open(directory).unwrap().tenant(&shop()).unwrap(), directory, about);
}

/// A recording with every kind of record, its log, and the file of its paths.
fn everything() -> (tempfile::TempDir, PathBuf, [PathBuf; 2]) {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    app.set("begin", json(r#"{"a":1.0,"b":{"c":[1,2,3]},"list":[{"id":1,"n":1},{"id":2,"n":1}]}"#)).unwrap();
    for n in 0..150_i64 {
        app.apply("tick", |draft| draft.set(".a", &(n / 2))).unwrap();
        app.apply("item", |draft| draft.set(".list[1].n", &n)).unwrap();
    }
    app.snapshot(&SnapshotRequest::named("first")).unwrap();
    app.variant("x", "first").unwrap();
    app.on("x").unwrap().apply("on x", |draft| draft.set(".d", &"other")).unwrap();
    app.as_debugger().rollback(&Strategy::Version(Version(9)), "far").unwrap();
    app.as_debugger().undo().unwrap();
    app.catch_up().unwrap();
    app.set("moved", json(r#"{"a":2,"list":[{"id":2,"n":1},{"id":1,"n":1},{"id":3}]}"#)).unwrap();
    app.promote("x", "better").unwrap();
    let directory = home.path().join("run.asof");
    let file = indexing(&directory).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap().file.unwrap();
    let log = recording.file(&shop()).unwrap();
    (home, directory, [log, file])
}

/// An index made of one record after another.
fn one_by_one(tenant: &Tenant) -> PathIndex {
    let (log, history) = tenant.shared.log_and_history();
    let mut index = PathIndex::new(kept_array_keys(history.ledger().settings()));
    assert!(index.extend_to(history.newest(), &history, &LogRecords(&*log, tenant.id()), usize::MAX).unwrap());
    index
}

/// Whatever happens to the log while a thread reads ahead in it.
#[test]
fn an_index_whose_records_are_read_ahead_is_that_of_one_record_after_another() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    app.set("begin", json(r#"{"a":0,"b":{"c":0}}"#)).unwrap();
    for n in 1..3_000_u64 {
        app.apply("tick", |draft| draft.set(if n % 3 == 0 { ".a" } else { ".b.c" }, &(n % 7))).unwrap();
        if n % 400 == 399 {
            app.rollback(&Strategy::Version(Version(n / 2 + 1)), "back").unwrap();
        }
    }
    let directory = home.path().join("run.asof");
    for about in ["nothing", "another writer", "kept elsewhere", "stopped", "compacted"] {
        let reader = if about == "kept elsewhere" { Recording::memory() } else { Recording::open(&directory).unwrap() };
        let tenant = reader.tenant_or_new(&shop()).unwrap();
        tenant.catch_up().unwrap();
        if about == "kept elsewhere" {
            tenant.set("begin", json(r#"{"a":0}"#)).unwrap();
            (0..3_000_u64).for_each(|n| _ = tenant.apply("tick", |draft| draft.set(".a", &(n % 5))).unwrap());
        }
        let mut told = 0;
        let indexed = tenant.paths(&mut |_| {
            told += 1;
            match about {
                _ if told != 3 => {}
                "another writer" => _ = app.apply("more", |draft| draft.set(".d", &1)).unwrap(),
                "kept elsewhere" => reader.keep_at(&home.path().join("kept.asof")).unwrap(),
                "compacted" => drop(app.as_debugger().compact(Version(100)).unwrap()),
                "stopped" => return ControlFlow::Break(()),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        assert!(told >= 3, "{about}");
        assert!(about == "compacted" || indexed.is_err() == (about == "stopped"), "{about}");
        tenant.catch_up().unwrap();
        assert!(paths_of(&tenant).is_same(&one_by_one(&tenant)), "{about}");
    }
}

#[test]
fn an_index_goes_on_from_its_file_and_with_its_log() {
    let (_home, directory, [_, file]) = everything();
    let report = indexing(&directory).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(report.fresh && report.bytes == file.metadata().unwrap().len() && report.why.is_none(), "{report:?}");
    let recording = indexing(&directory);
    let app = recording.tenant(&shop()).unwrap();
    assert_right(&app, &directory, "as it was");
    for step in 0..7 {
        match step {
            0 => drop(app.apply("more", |draft| draft.set(".a", &77)).unwrap()),
            1 => drop(app.rollback(&Strategy::Version(Version(3)), "back").unwrap()),
            2 => drop(app.undo().unwrap()),
            3 => drop(app.fork("y", Version(20)).unwrap()),
            4 => drop(app.on("y").unwrap().apply("on y", |draft| draft.set(".a", &1)).unwrap()),
            5 => _ = app.set("whole", json(r#"{"list":[{"id":3},{"id":2,"n":5}]}"#)).unwrap(),
            _ => _ = app.set("gone", json("null")).unwrap(),
        }
        assert_right(&app, &directory, &format!("after step {step}"));
        assert_opened_right(&directory, &format!("opened after step {step}"));
    }
    assert!(!indexing(&directory).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap().fresh);
    assert!(indexing(&directory).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap().fresh);
    app.as_debugger().compact(Version(100)).unwrap();
    assert_right(&app, &directory, "compacted");
    assert_opened_right(&directory, "opened after it was compacted");
}

#[test]
fn a_file_that_was_cut_off_changes_no_answer() {
    let (_home, directory, [_, file]) = everything();
    let bytes = fs::read(&file).unwrap();
    for length in (0..bytes.len()).step_by(53) {
        fs::write(&file, &bytes[..length]).unwrap();
        assert_opened_right(&directory, &format!("{length} bytes"));
    }
}

/// Neither a log that was changed nor another choice of array keys is answered from a file made before.
#[test]
fn a_file_made_of_something_else_is_not_used() {
    let (_home, directory, [log, file]) = everything();
    let (before, paths) = (fs::read(&log).unwrap(), fs::read(&file).unwrap());
    let ends: Vec<usize> = before.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let cut = before[..ends[ends.len() / 2]].to_vec();
    let mut flipped = before.clone();
    flipped[before.len() / 2] ^= 1;
    for (what, bytes) in [("cut", cut), ("flipped", flipped), ("as before", before)] {
        fs::write(&log, bytes).unwrap();
        fs::write(&file, &paths).unwrap();
        assert_opened_right(&directory, what);
    }
    let app = indexing(&directory).tenant(&shop()).unwrap();
    let mut settings = Settings::default();
    settings.array_keys.insert(".list".into(), ArrayKey::Content);
    app.configure(&settings).unwrap();
    assert_right(&app, &directory, "other keys");
    assert_opened_right(&directory, "opened with other keys");
}

#[test]
fn indexing_stops_when_told_and_goes_on_there() {
    let (_home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    for n in 0..2_000_i64 {
        app.set("tick", json(&format!(r#"{{"n":{n}}}"#))).unwrap();
    }
    let mut reached = 0;
    let stopped = app.paths(&mut |progress| {
        reached = progress.versions;
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(crate::Error::Interrupted)));
    assert!(0 < reached && reached < 2_000);
    let mut told = Vec::new();
    app.paths(&mut |progress| {
        told.push(progress.versions);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(told.first() > Some(&reached) && told.is_sorted());
}

#[test]
fn who_asks_while_others_write_is_answered_right() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    app.set("begin", json(r#"{"n":0}"#)).unwrap();
    let directory = home.path().join("run.asof");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let paths = paths_of(&app);
                    assert!(paths.newest() <= Some(app.history().newest()));
                }
            });
        }
        (0..300_i64).for_each(|n| _ = app.apply("n", |draft| draft.set(".n", &n)).unwrap());
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_right(&app, &directory, "in the end");
}
