//! Each byte of the segments of small recordings, of every kind of part, changed by itself: what is answered is what the
//! fold of the log says.
//!
//! `ASOF_FLIPPED_BITS=8` changes every bit of them, one after the other.

use super::{json, on_disk};
use crate::history::Strategy;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::segment::{Segments, WriteSegments};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn shop() -> TenantId {
    "t".into()
}

/// Plain transitions: labels, times, authors, counts and sizes.
fn rows(app: &Tenant) {
    for n in 0..30_usize {
        let by = if n % 4 == 0 { "ann" } else { "bob" };
        app.by(by).apply(["tick", "tock", "add"][n % 3], |draft| draft.set(".a", &(n * n))).unwrap();
    }
}

/// Values that the segment keeps: what rollbacks went back to, and texts that no transition repeats.
fn values(app: &Tenant) {
    for n in 0..12_i64 {
        app.apply("text", |draft| draft.set(".text", &format!("{n} {}", "x".repeat(40)))).unwrap();
    }
    app.as_debugger().rollback(&Strategy::Version(Version(4)), "far").unwrap();
    app.as_debugger().undo().unwrap();
}

/// Snapshots in the list and out of it, branches, a transaction, settings.
fn others(app: &Tenant) {
    for n in 0..4 {
        app.snapshot(&SnapshotRequest::named(&format!("mark {n}"))).unwrap();
    }
    let gone = app.history().marks().listed()[1].id;
    app.delete_snapshot(gone).unwrap();
    app.variant("x", "mark 0").unwrap();
    app.on("x").unwrap().apply("on x", |draft| draft.set(".d", &"other")).unwrap();
    drop(app.transaction("sign up").step("create", |draft| Ok(draft.set(".e", &1)?)).checkpoint("created").run());
    app.promote("x", "better").unwrap();
    let settings = app.history().ledger().settings().clone();
    app.configure(&settings).unwrap();
}

/// Leaves of every kind of scalar, elements with and without a field to be known by.
fn columns(app: &Tenant) {
    for n in 0..12_usize {
        let leaf =
            ["1", "-7", "0.5", "1e400", "null", "true", "\"text\"", "300000000000", "{}", "[1]", "false", "1.0"][n];
        app.apply("leaf", |draft| draft.set(".leaf", &json(leaf))).unwrap();
        app.apply("item", |draft| draft.set(".list[1].n", &n)).unwrap();
        app.apply("plain", |draft| draft.set(".plain[0]", &n)).unwrap();
    }
}

fn open(directory: &Path, segments: Segments) -> Recording {
    Recording::open(directory).unwrap().with_segments(segments)
}

fn folded(directory: &Path) -> Tenant {
    open(directory, Segments::none()).tenant(&shop()).unwrap()
}

/// A recording of a kind, and its segments: that of its history, that of its paths.
fn recorded(kind: fn(&Tenant)) -> (tempfile::TempDir, PathBuf, [PathBuf; 2]) {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    app.set("begin", json(r#"{"a":0,"list":[{"id":1},{"id":2,"n":0}],"plain":[0]}"#)).unwrap();
    kind(&app);
    let directory = home.path().join("run.asof");
    let writing = open(&directory, Segments::new(None, WriteSegments::Beside));
    let history = writing.index(&shop()).unwrap().file.unwrap();
    let paths = writing.index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap().file.unwrap();
    (home, directory, [history, paths])
}

/// Changes each byte of a file by itself; `check` is told which.
fn flip_each(file: &Path, check: impl Fn(usize)) {
    let bits = std::env::var("ASOF_FLIPPED_BITS").map_or(1, |bits| bits.parse().unwrap());
    let mut bytes = fs::read(file).unwrap();
    for at in 0..bytes.len() {
        for bit in 0..bits {
            let changed = 1 << ((at + bit) % 8);
            bytes[at] ^= changed;
            fs::write(file, &bytes).unwrap();
            check(at);
            bytes[at] ^= changed;
        }
    }
    fs::write(file, &bytes).unwrap();
}

fn every_flip_changes_no_answer(kind: fn(&Tenant)) {
    let (_home, directory, [history, paths]) = recorded(kind);
    let plain = folded(&directory);
    let opened = || Recording::open(&directory).unwrap().tenant(&shop()).unwrap();
    flip_each(&history, |at| assert_eq!(opened().history_difference(&plain).unwrap(), None, "byte {at}"));
    flip_each(&paths, |at| assert_eq!(opened().paths_difference(&plain).unwrap(), None, "byte {at} of the paths"));
    assert_eq!(opened().difference(&plain).unwrap(), None);
}

#[test]
fn every_flipped_byte_of_rows_changes_no_answer() {
    every_flip_changes_no_answer(rows);
}

#[test]
fn every_flipped_byte_of_values_changes_no_answer() {
    every_flip_changes_no_answer(values);
}

#[test]
fn every_flipped_byte_of_marks_branches_and_transactions_changes_no_answer() {
    every_flip_changes_no_answer(others);
}

#[test]
fn every_flipped_byte_of_paths_and_columns_changes_no_answer() {
    every_flip_changes_no_answer(columns);
}
