//! Kept logs of both versions, good and damaged (tests/data/logs), read by value: they are read the same for ever.
//!
//! Those of version 1 were written by the first release. `expected.txt` beside each says what every version is.

use super::reader;
use super::{log_file, main, opened, versions};
use asof::{Recording, verify};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::{Path, PathBuf};

fn directories() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs");
    let mut found: Vec<_> = fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// What a log says, a line each: versions, then snapshots, then branches.
fn told(directory: &Path) -> Vec<Json> {
    let tenant = opened(directory);
    let history = tenant.history();
    let version = |version| {
        let info = history.info(version).unwrap();
        let value: Json = tenant.value_at(version).map_or(Json::Null, |value| value.to_json().parse().unwrap());
        json!({"version": version.0, "through": info.through.0, "kind": info.kind.word(), "doubtful": info.doubtful,
               "value": if info.doubtful { Json::Null } else { value }})
    };
    let versions = versions(&history).filter(|version| *version >= history.first()).map(version);
    let snapshots = history.marks().listed().to_vec().into_iter().map(|mark| {
        json!({"snapshot": mark.name.as_ref().map(ToString::to_string), "id": mark.id.0.0, "version": mark.version.0,
               "doubtful": history.doubts().of(mark.version).is_some()})
    });
    let branches = history.branches().into_iter().map(
        |branch| json!({"branch": branch.name.to_string(), "head": branch.head.0, "doubtful": branch.doubt.is_some()}),
    );
    versions.chain(snapshots).chain(branches).collect()
}

#[test]
fn kept_logs_say_what_they_always_said() {
    let found = directories();
    assert!(found.len() >= 9, "{found:?}");
    for directory in found {
        let file = directory.join("expected.txt");
        let told: Vec<String> = told(&directory).iter().map(Json::to_string).collect();
        if std::env::var("ASOF_CORPUS").is_ok() {
            fs::write(&file, told.join("\n") + "\n").unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap();
        assert_eq!(told, expected.lines().collect::<Vec<_>>(), "{}", directory.display());
    }
}

#[test]
fn an_independent_reader_agrees_on_every_good_log() {
    let good = directories().into_iter().filter(|directory| directory.to_string_lossy().ends_with("-good"));
    let mut compared = 0;
    for directory in good {
        agrees(&directory);
        compared += 1;
    }
    assert!(compared >= 4);
}

/// Compares what a recording's one log says with what the independent reader makes of it.
pub fn agrees(directory: &Path) {
    let read = reader::read(&fs::read(log_file(directory)).unwrap());
    let tenant = opened(directory);
    let history = tenant.history();
    assert_eq!(verify(directory).unwrap().damage, []);
    for version in versions(&history).filter(|version| *version >= history.first()) {
        let value: Json = tenant.value_at(version).unwrap().to_json().parse().unwrap();
        assert_eq!(Some(&value), read.values.get(&version.0), "{}: {version}", directory.display());
        assert!(history.doubts().of(version).is_none());
    }
    for branch in history.branches().iter().filter(|branch| branch.kept_by.is_none()) {
        assert_eq!(Some(&branch.head.0), read.heads.get(branch.name.as_str()), "{}", directory.display());
    }
    assert!(history.marks().listed().iter().all(|mark| read.snapshots.get(&mark.id.0.0) == Some(&mark.version.0)));
}

#[test]
fn a_write_goes_on_behind_every_kept_log() {
    let scratch = super::quick_directory();
    for (number, from) in directories().iter().enumerate() {
        let directory = scratch.path().join(number.to_string());
        fs::create_dir(&directory).unwrap();
        for file in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
            fs::copy(&file, directory.join(file.file_name().unwrap())).unwrap();
        }
        let tenant = Recording::open(&directory).unwrap().tenant(&main()).unwrap();
        let made = tenant.record("later", &7).unwrap();
        let again = opened(&directory);
        assert_eq!((again.head(), again.value_at(made).unwrap().to_json().as_str()), (made, "7"), "{}", from.display());
        assert!(
            again.history().doubts().of(made).is_none(),
            "{}: a whole state with a number of its own",
            from.display()
        );
    }
}
