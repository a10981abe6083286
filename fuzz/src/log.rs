//! Logs: each line of the input is the JSON of a record without its checksum and position, which are added here, so that
//! what is tried is behind the checksum. See [`frame`] for lines that are something else.

mod frame;
mod mutate;
mod questions;

pub use frame::frame;
pub use mutate::mutate;

use asof::{Budget, Recording, Tenant, Version};
use std::path::Path;

/// What is in the folder of a recording that has only this log.
fn lay_out(folder: &Path, log: &[u8]) {
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

/// Whatever a log with right checksums says, reading it changes nothing, every question is answered, and twice the same;
/// what is written behind it is there when it is opened again, and nothing of what was there has changed.
pub fn run(bytes: &[u8]) {
    let folder = super::texts::folder();
    let file = folder.path().join(frame::FILE);
    let log = frame(&super::texts::text(bytes));
    lay_out(folder.path(), &log);
    let _ = asof::verify(folder.path()).map(|report| report.damage.len());
    let Some(first) = read(folder.path(), 64 << 20) else { return };
    let again = read(folder.path(), 4096);
    assert_eq!(again.as_ref(), Some(&first), "with less memory");
    assert_eq!(std::fs::read(&file).unwrap(), log, "reading changes nothing");
    let Some(wrote) = write(folder.path()) else { return };
    let after = read(folder.path(), 64 << 20).unwrap_or_else(|| panic!("cannot be opened again"));
    assert!(after.starts_with(&first), "{after:?} does not begin like {first:?}");
    assert_eq!(after.last(), Some(&wrote), "what was written");
    compact(folder.path(), &after);
}

/// The value of each version, or why there is none; `None` for a log that is refused as a whole.
fn read(folder: &Path, budget: u64) -> Option<Vec<Result<String, String>>> {
    let tenant = open(folder, budget)?;
    questions::ask(&tenant.history());
    let first = tenant.history().first().0.saturating_sub(1);
    let newest = tenant.history().newest().0;
    assert!(newest < 1 << 20, "an input of some lines has few versions, not {newest}");
    let values = (first..=newest).map(|version| value(&tenant, version)).collect();
    // From the newest back: other replays, the same values.
    let back: Vec<_> = (first..=newest).rev().map(|version| value(&tenant, version)).collect();
    assert!(back.iter().rev().eq(&values), "{values:?} and back {back:?}");
    Some(values)
}

fn value(tenant: &Tenant, version: u64) -> Result<String, String> {
    tenant.value_at(Version(version)).map(|value| value.to_json()).map_err(|error| error.to_string())
}

fn open(folder: &Path, budget: u64) -> Option<Tenant> {
    let recording =
        Recording::open(folder).ok()?.with_budget(Budget::new(budget)).with_clock(|| asof::Time::UNIX_EPOCH);
    recording.tenant(&"main".into()).ok()
}

/// Writes a state; what it was, when that was acknowledged.
fn write(folder: &Path) -> Option<Result<String, String>> {
    let tenant = open(folder, 64 << 20)?;
    let state = serde_json::json!({ "written": 1 });
    tenant.record("written", &state).ok().map(|_| Ok(state.to_string()))
}

/// Cuts half of it off: what stays has its value.
fn compact(folder: &Path, before: &[Result<String, String>]) {
    let Some(tenant) = open(folder, 64 << 20) else { return };
    let newest = tenant.history().newest().0;
    let half = newest - before.len() as u64 / 2;
    if tenant.compact(Version(half)).is_err() {
        return;
    }
    let Some(after) = read(folder, 4096) else { panic!("cannot be opened when it was compacted") };
    let kept = &before[before.len() - after.len().min(before.len())..];
    let is_kept = |(after, before): (&Result<_, _>, &Result<_, _>)| before.is_err() || after == before;
    assert!(after.iter().rev().zip(kept.iter().rev()).all(is_kept), "{after:?} is not the end of {before:?}");
}
