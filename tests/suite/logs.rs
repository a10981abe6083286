//! The log on disk as a user of the library meets it. What the files themselves do is tested beside the code, in
//! `src/log/tests/`.

use asof::{Patch, Recording, SnapshotRequest, Tenant, TenantId, Value, Version, parse, verify};
use std::fs;
use std::path::{Path, PathBuf};

fn value(n: u64) -> Value {
    parse(format!("{{\"n\":{n},\"digits\":100.0}}").as_bytes()).unwrap()
}

fn main() -> TenantId {
    "main".into()
}

/// A recording of `count` states.
fn recorded(directory: &Path, count: u64) -> Tenant {
    let tenant = Recording::create(directory).unwrap().tenant_or_new(&main()).unwrap();
    (1..=count).for_each(|n| assert_eq!(tenant.set(&format!("step {n}"), value(n)).unwrap(), Version(n)));
    tenant
}

fn reopened(directory: &Path) -> Tenant {
    Recording::open(directory).unwrap().tenant(&main()).unwrap()
}

/// The only log file in a recording.
fn log_file(directory: &Path) -> PathBuf {
    let mut files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|extension| extension == "jsonl")).unwrap()
}

#[test]
fn what_was_recorded_is_there_after_reopening() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("run.asof");
    recorded(&directory, 20);
    let tenant = reopened(&directory);
    assert_eq!(tenant.head(), Version(20));
    (1..=20).for_each(|n| assert_eq!(tenant.value_at(Version(n)).unwrap().to_json(), value(n).to_json()));
    assert_eq!(verify(&directory).unwrap().records, 20);
}

#[test]
fn a_recording_cut_short_opens_with_what_is_whole() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("run.asof");
    recorded(&directory, 20);
    let whole = fs::read(log_file(&directory)).unwrap();
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for cut in (ends[0]..whole.len()).step_by(61).chain(ends.iter().copied()) {
        fs::write(log_file(&directory), &whole[..cut]).unwrap();
        let tenant = reopened(&directory);
        let versions = ends.iter().filter(|end| **end <= cut).count() as u64 - 1;
        assert_eq!(tenant.head(), Version(versions));
        let dropped: u64 = tenant.damage().iter().map(|damage| damage.length).sum();
        assert_eq!(dropped as usize, cut - ends[usize::try_from(versions).unwrap()]);
    }
}

#[test]
fn a_flipped_bit_is_told_with_its_file_and_byte() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("run.asof");
    recorded(&directory, 20);
    let file = log_file(&directory);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&file, bytes).unwrap();
    let report = verify(&directory).unwrap();
    assert_eq!((report.records, report.damage.len()), (19, 1));
    let damage = &report.damage[0];
    assert_eq!(damage.file, file);
    assert!((damage.offset..damage.offset + damage.length).contains(&(middle as u64)) && !damage.torn);
}

#[test]
fn the_second_of_two_writers_is_told_and_catches_up() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("run.asof");
    let one = recorded(&directory, 3);
    let other = reopened(&directory);
    one.set("first", value(4)).unwrap();
    let late = other.set("late", value(5)).unwrap_err();
    assert!(matches!(late, asof::Error::Conflict { expected: 3, actual: 4 }), "{late}");
    other.catch_up().unwrap();
    assert_eq!(other.head(), Version(4));
    let patch = Patch::from_value(&parse(br#"[{"op":"replace","path":"/n","value":5}]"#).unwrap()).unwrap();
    assert_eq!(other.patch("late", &patch).unwrap(), Version(5));
    one.catch_up().unwrap();
    assert_eq!(one.value_at(Version(5)).unwrap(), value(5));
}

#[test]
fn writes_behind_a_damaged_record_are_found_again() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("run.asof");
    recorded(&directory, 5);
    let file = log_file(&directory);
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let tenant = reopened(&directory);
    assert_eq!((tenant.head(), tenant.damage().len()), (Version(4), 1));
    let named = |name: &str| SnapshotRequest::named(name);
    let first = tenant.snapshot(&named("first")).unwrap();
    tenant.snapshot(&named("second")).unwrap();
    tenant.delete_snapshot(first.id).unwrap();
    let ids = |tenant: &Tenant| tenant.history().marks().listed().iter().map(|kept| kept.id).collect::<Vec<_>>();
    assert_eq!(ids(&tenant).len(), 1);
    assert_eq!(ids(&reopened(&directory)), ids(&tenant));
}
