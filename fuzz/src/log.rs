//! Logs: each line of the input is the JSON of a record without its checksum and position, which are added here, so that
//! what is tried is behind the checksum. See [`frame`] for lines that are something else.

mod frame;
mod mutate;
mod questions;

pub use frame::frame;
pub use mutate::{RECORDS, mutate};

use asof::{Budget, Recording, Tenant, Version};
use std::collections::BTreeMap;
use std::path::Path;

/// What is in the folder of a recording that has only this log.
pub fn lay_out(folder: &Path, log: &[u8]) {
    std::fs::write(folder.join("asof.json"), frame::marker()).unwrap();
    std::fs::write(folder.join(frame::FILE), log).unwrap();
}

/// How many records of the input are good, and why others are not.
pub fn good_and_damaged(input: &str) -> (u64, Vec<String>) {
    let folder = super::texts::folder();
    lay_out(folder.path(), &frame(input));
    let report = asof::verify(folder.path()).unwrap();
    (report.records, report.damage.iter().map(|damage| damage.why.clone()).collect())
}

/// The JSON of each version that was asked for; `None` where there is no value.
type Values = BTreeMap<Version, Option<String>>;

/// What is tried of a log beside reading it.
const CHECKS: [fn(&Path, &[u8], &Values); 4] = [verify, with_less_memory, write_behind, compact];

/// Whatever a log with right checksums says, reading it changes nothing, every question is answered, and twice the same;
/// what is written behind it is there when it is opened again, and nothing of what was there has changed.
pub fn run(bytes: &[u8]) {
    CHECKS.iter().for_each(|check| run_check(bytes, *check));
}

/// Reads it and makes one check of [`run`], which the bytes decide: a fuzzer sees more logs in the same time.
pub fn run_one(bytes: &[u8]) {
    run_check(bytes, CHECKS[crc32fast::hash(bytes) as usize % CHECKS.len()]);
}

fn run_check(bytes: &[u8], check: fn(&Path, &[u8], &Values)) {
    let folder = super::texts::folder();
    let log = frame(&super::texts::text(bytes));
    lay_out(folder.path(), &log);
    if let Some(first) = read(folder.path(), 64 << 20) {
        check(folder.path(), &log, &first);
    }
}

fn verify(folder: &Path, log: &[u8], _: &Values) {
    let _ = asof::verify(folder).map(|report| report.damage.len());
    assert_eq!(std::fs::read(folder.join(frame::FILE)).unwrap(), log, "reading changes nothing");
}

fn with_less_memory(folder: &Path, _: &[u8], first: &Values) {
    let tenant = open(folder, 4096).unwrap_or_else(|| panic!("cannot be opened with less memory"));
    // From the newest back: other replays, the same values.
    let again = first.keys().rev().map(|version| (*version, value(&tenant, *version)));
    assert_eq!(&again.collect::<Values>(), first, "with less memory");
}

fn write_behind(folder: &Path, _: &[u8], first: &Values) {
    let Some((version, state)) = write(folder) else { return };
    let after = read(folder, 64 << 20).unwrap_or_else(|| panic!("cannot be opened again"));
    assert_eq!(after.last_key_value(), Some((&version, &Some(state))), "what was written");
    compare(first, &after);
}

/// Reads the log; `None` when it is refused as a whole.
fn read(folder: &Path, budget: u64) -> Option<Values> {
    let tenant = open(folder, budget)?;
    questions::ask(&tenant.history());
    let versions = questions::versions(&tenant.history());
    Some(versions.into_iter().map(|version| (version, value(&tenant, version))).collect())
}

fn value(tenant: &Tenant, version: Version) -> Option<String> {
    tenant.value_at(version).ok().map(|value| value.to_json())
}

fn open(folder: &Path, budget: u64) -> Option<Tenant> {
    let recording = Recording::open(folder).ok()?.with_budget(Budget::new(budget));
    recording.with_clock(|| asof::Time::UNIX_EPOCH).tenant(&"main".into()).ok()
}

/// Writes a state; which version it became, when that was acknowledged.
fn write(folder: &Path) -> Option<(Version, String)> {
    let tenant = open(folder, 64 << 20)?;
    let state = serde_json::json!({ "written": 1 });
    tenant.record("written", &state).ok().map(|version| (version, state.to_string()))
}

/// Versions that had a value, and still have one, have the same.
fn compare(before: &Values, after: &Values) {
    for (version, value) in before.iter().filter(|(_, value)| value.is_some()) {
        let now = after.get(version).filter(|now| now.is_some());
        assert!(now.is_none_or(|now| now == value), "{version}: {value:?} became {now:?}");
    }
}

/// Cuts half of it off.
fn compact(folder: &Path, _: &[u8], before: &Values) {
    let Some(tenant) = open(folder, 64 << 20) else { return };
    let half = before.keys().nth(before.len() / 2).copied().unwrap_or_default();
    if tenant.compact(half).is_ok() {
        let after = read(folder, 4096).unwrap_or_else(|| panic!("cannot be opened when it was compacted"));
        let kept = |values: &Values| values.range(half..).map(|(version, value)| (*version, value.clone())).collect();
        let (before, after): (Values, Values) = (kept(before), kept(&after));
        assert_eq!(after.keys().next_back(), before.keys().next_back(), "the newest version");
        compare(&before, &after);
    }
}
