//! A recording opened from its index answers as one that reads its log, whatever became of index and log meanwhile.
//!
//! `ASOF_INDEX_SECONDS=600` lets writers and readers run against each other for longer.

use super::{json, on_disk};
use crate::diff::DiffRules;
use crate::history::Strategy;
use crate::record::{Settings, TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::segment::{Segments, WriteSegments};
use crate::value::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn shop() -> TenantId {
    "t".into()
}

/// Opened to write segments beside its logs.
fn indexing(directory: &Path) -> Recording {
    Recording::open(directory).unwrap().with_segments(Segments::new(None, WriteSegments::Beside))
}

fn folded(directory: &Path) -> Tenant {
    Recording::open(directory).unwrap().with_segments(Segments::none()).tenant(&shop()).unwrap()
}

/// Opened from whatever there is, it answers as its log does.
#[track_caller]
fn assert_right(directory: &Path, about: &str) {
    let opened = Recording::open(directory).unwrap().tenant(&shop()).unwrap();
    assert_eq!(opened.difference(&folded(directory)).unwrap(), None, "{about}");
}

/// A recording with a little of everything, and where its log and its segment are.
fn everything() -> (tempfile::TempDir, PathBuf, [PathBuf; 2]) {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&shop()).unwrap();
    app.set("begin", json(r#"{"a":1.0,"b":{"c":[1,2,3]},"d":"text"}"#)).unwrap();
    for n in 0..40_i64 {
        app.by("ann").apply("tick", |draft| draft.set(".a", &n)).unwrap();
    }
    app.snapshot(&SnapshotRequest::named("first")).unwrap();
    app.fork("x", Version(5)).unwrap();
    app.on("x").unwrap().apply("on x", |draft| draft.set(".d", &"other")).unwrap();
    app.as_debugger().rollback(&Strategy::Version(Version(9)), "far").unwrap();
    app.as_debugger().undo().unwrap();
    app.configure(&Settings::default()).unwrap();
    let mut steps = app.transaction("sign up").step("create", |draft| Ok(draft.set(".e", &1)?)).checkpoint("created");
    drop(steps.run());
    let directory = home.path().join("run.asof");
    let report = indexing(&directory).index(&shop()).unwrap();
    let (segment, log) = (report.file.unwrap(), recording.file(&shop()).unwrap());
    (home, directory, [log, segment])
}

#[test]
fn a_recording_opened_from_its_index_goes_on() {
    let (_home, directory, [_, segment]) = everything();
    let report = indexing(&directory).index(&shop()).unwrap();
    assert!(report.fresh && report.bytes == segment.metadata().unwrap().len() && report.why.is_none(), "{report:?}");
    let app = indexing(&directory).tenant(&shop()).unwrap();
    for n in 0..5_i64 {
        app.apply("more", |draft| draft.set(".a", &n)).unwrap();
    }
    app.rollback(&Strategy::Named("first".into()), "back").unwrap();
    app.undo().unwrap();
    assert_eq!(app.difference(&folded(&directory)).unwrap(), None);
    assert_right(&directory, "the log goes on behind the index");
    let report = indexing(&directory).index(&shop()).unwrap();
    assert!(!report.fresh && report.why.as_ref().is_some_and(|why| why.starts_with("it covered")), "{report:?}");
    assert_right(&directory, "indexed again");
    assert_eq!(crate::log::verify(&directory).unwrap().damage, []);
}

#[test]
fn an_index_that_was_cut_off_changes_no_answer() {
    let (_home, directory, [_, segment]) = everything();
    let bytes = fs::read(&segment).unwrap();
    for length in (0..bytes.len()).step_by(97) {
        fs::write(&segment, &bytes[..length]).unwrap();
        assert_right(&directory, &format!("{length} bytes"));
    }
    let report = indexing(&directory).index(&shop()).unwrap();
    assert_eq!(report.why.as_deref(), Some("it was damaged"));
    assert_right(&directory, "made again");
}

/// Whatever becomes of the log, its index does not hide it.
#[test]
fn a_log_that_was_changed_is_read() {
    let (_home, directory, [log, segment]) = everything();
    let (before, index) = (fs::read(&log).unwrap(), fs::read(&segment).unwrap());
    let middle = before.len() / 2;
    let flipped = || {
        let mut bytes = before.clone();
        bytes[middle] ^= 1;
        bytes
    };
    let cut = || {
        let ends = before.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        before[..ends.filter(|end| *end < middle).max().unwrap()].to_vec()
    };
    let grown = || [flipped(), b"more\n".to_vec()].concat();
    let (flipped, cut, grown, torn) = (flipped(), cut(), grown(), [&before[..], b"{\"crc\":\"01"].concat());
    for (what, bytes) in [("flipped", flipped), ("cut", cut), ("flipped and grown", grown), ("torn", torn)] {
        fs::write(&log, bytes).unwrap();
        fs::write(&segment, &index).unwrap();
        let opened = Recording::open(&directory).unwrap().tenant(&shop()).unwrap();
        let plain = folded(&directory);
        assert_eq!(opened.damage(), plain.damage(), "{what}");
        assert_eq!(opened.difference(&plain).unwrap(), None, "{what}");
    }
    fs::write(&log, &before).unwrap();
    assert_right(&directory, "as it was");
}

#[test]
fn a_recording_that_was_compacted_or_copied_is_right() {
    let (home, directory, _) = everything();
    indexing(&directory).tenant(&shop()).unwrap().compact(Version(20)).unwrap();
    assert_right(&directory, "compacted since");
    assert!(!indexing(&directory).index(&shop()).unwrap().fresh);
    assert_right(&directory, "compacted, then indexed");
    let copy = home.path().join("copy.asof");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    assert_right(&copy, "copied");
    indexing(&copy).tenant(&shop()).unwrap().apply("more", |draft| draft.set(".a", &7)).unwrap();
    assert_right(&copy, "copied, then written");
    assert_right(&directory, "its copy was written");
}

#[test]
fn a_damaged_log_and_one_in_memory_have_no_index() {
    let (_home, directory, [log, segment]) = everything();
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).unwrap();
    fs::remove_file(&segment).unwrap();
    let report = indexing(&directory).index(&shop()).unwrap();
    assert_eq!(report.why.as_deref(), Some("its log is damaged, so it is read in full each time"));
    assert!(report.file.is_none() && !segment.exists());
    let memory = Recording::memory();
    memory.tenant_or_new(&shop()).unwrap().set("x", Value::Null).unwrap();
    let report = memory.index(&shop()).unwrap();
    assert!(report.file.is_none() && report.why.is_some());
}

#[test]
fn an_index_that_cannot_be_written_is_no_failure() {
    let (_home, directory, [_, segment]) = everything();
    fs::remove_file(&segment).unwrap();
    fs::create_dir(&segment).unwrap();
    let report = indexing(&directory).index(&shop()).unwrap();
    assert!(report.file.is_none() && report.why.is_some(), "{report:?}");
    assert_right(&directory, "a directory has its name");
    let nowhere = Segments::new(Some("/dev/null/cache".into()), WriteSegments::InCache);
    let recording = Recording::open(&directory).unwrap().with_segments(nowhere);
    assert!(recording.index(&shop()).unwrap().why.is_some());
}

/// The lines of a log replayed by other code: each version's state, on one branch.
#[derive(Default)]
struct Replay {
    read: usize,
    states: Vec<serde_json::Value>,
}

impl Replay {
    /// Takes the whole lines that the log has now.
    fn go_on(&mut self, log: &Path) {
        let bytes = fs::read(log).unwrap();
        for line in bytes[self.read..].split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            self.read += line.len();
            let line: serde_json::Value = serde_json::from_slice(line).unwrap();
            let mut state = self.states.last().cloned().unwrap_or_default();
            match line["type"].as_str() {
                Some("transition") if line["state"].is_object() => state = line["state"].clone(),
                Some("transition") => {
                    let patch: json_patch::Patch = serde_json::from_value(line["patch"].clone()).unwrap();
                    json_patch::patch(&mut state, &patch).unwrap();
                }
                Some("rollback") => state = self.states[line["to"].as_u64().unwrap() as usize].clone(),
                // The header stands for the empty version.
                None => {}
                other => panic!("{other:?}"),
            }
            self.states.push(state);
            assert!(line["v"].as_u64().is_none_or(|version| version as usize == self.states.len() - 1));
        }
    }
}

impl Replay {
    /// The versions up to one at which a key has another value than before.
    fn touched(&self, key: &str, newest: u64) -> Vec<u64> {
        let changes = |version: &u64| {
            let at = usize::try_from(*version).unwrap();
            self.states[at].get(key) != self.states[at - 1].get(key)
        };
        (1..=newest).filter(changes).collect()
    }
}

/// Two that write, two that index and read: each answer at a version is what a replay of the lines has there.
#[test]
fn writers_and_readers_that_index_at_once_agree() {
    let seconds = std::env::var("ASOF_INDEX_SECONDS").map_or(2, |seconds| seconds.parse().unwrap());
    let (home, recording) = on_disk();
    recording.tenant_or_new(&shop()).unwrap().set("begin", json(r#"{"n":0}"#)).unwrap();
    let (directory, end) = (home.path().join("run.asof"), Instant::now() + Duration::from_secs(seconds));
    std::thread::scope(|scope| {
        for writer in 0..2_i64 {
            let directory = &directory;
            scope.spawn(move || {
                let app = indexing(directory).tenant(&shop()).unwrap();
                for n in 0_i64.. {
                    if Instant::now() > end {
                        break;
                    }
                    app.apply("tick", |draft| draft.set(".n", &(2 * n + writer))).unwrap();
                    if n % 50 == 7 {
                        // The other writer may have gone back meanwhile, which is told.
                        let back = app.rollback(&Strategy::Version(Version(1)), "");
                        assert!(matches!(back, Ok(_) | Err(crate::Error::Conflict { .. })), "{back:?}");
                    }
                }
            });
        }
        for _ in 0..2 {
            let directory = &directory;
            let log = recording.file(&shop()).unwrap();
            scope.spawn(move || {
                let mut replay = Replay::default();
                while Instant::now() < end {
                    drop(indexing(directory).index(&shop()).unwrap());
                    drop(indexing(directory).index_paths(&shop(), &mut |_| ControlFlow::Continue(())).unwrap());
                    let (opened, plain) = (indexing(directory).tenant(&shop()).unwrap(), folded(directory));
                    replay.go_on(&log);
                    let newest = opened.history().newest().min(plain.history().newest()).0;
                    assert!((newest as usize) < replay.states.len());
                    for version in (0..=newest).rev().step_by(37).map(Version) {
                        assert_eq!(opened.history().info(version), plain.history().info(version));
                        let value = opened.value_at(version).unwrap().to_json();
                        assert_eq!(value, plain.value_at(version).unwrap().to_json(), "{version}");
                        assert_eq!(value, replay.states[version.0 as usize].to_string(), "{version}");
                    }
                    let paths = opened.paths(&mut |_| ControlFlow::Continue(())).unwrap();
                    let n = crate::value::Path(vec![crate::value::Step::Key("n".into())]);
                    let found = paths.find(&n, &Value::Null, &DiffRules::default());
                    let touched = paths.forward(&found, &(Version(0)..=Version(newest))).map(|version| version.0);
                    assert_eq!(touched.collect::<Vec<_>>(), replay.touched("n", newest));
                }
            });
        }
    });
    indexing(&directory).index(&shop()).unwrap();
    assert_right(&directory, "at the end");
}
