//! Numbers with a right checksum that no writer gets to: what is written behind them can be read.

use super::bytes::{line, lines, members};
use super::{Recording, Strategy, Version, fs, log_file, main, opened, state};
use serde_json::{Value as Json, json};
use std::path::Path;

/// Four versions, of which the third goes back to the first; its number of what is left behind is `kept`.
fn left_behind(directory: &Path, kept: u64) {
    let tenant = Recording::create(directory).unwrap().tenant_or_new(&main()).unwrap();
    for n in 1..=2 {
        tenant.set("set", state(n)).unwrap();
    }
    tenant.rollback(&Strategy::Version(Version(1)), "").unwrap();
    tenant.set("set", state(4)).unwrap();
    drop(tenant);
    let file = log_file(directory);
    let whole = fs::read(&file).unwrap();
    let seed = members(lines(&whole).next().unwrap())["seed"].as_str().unwrap().to_owned();
    let edited: Vec<u8> = lines(&whole)
        .flat_map(|text| {
            let mut members = members(text);
            match members.contains_key("kept") {
                true => {
                    members.insert("kept".into(), json!(kept));
                    line(&seed, members)
                }
                false => text.to_vec(),
            }
        })
        .collect();
    fs::write(&file, edited).unwrap();
}

#[test]
fn what_is_written_behind_absurd_numbers_of_kept_branches_can_be_read() {
    const MOST: u64 = (1 << 53) - 1;
    for kept in [MOST, MOST - 1, MOST - 2, 1 << 52, (1 << 52) - 1, (1 << 52) - 2, 7, 1] {
        let scratch = super::quick_directory();
        let directory = &scratch.path().join("r");
        left_behind(directory, kept);
        for n in 5..9 {
            let tenant = opened(directory);
            tenant.rollback(&Strategy::Version(Version(2)), "").unwrap();
            tenant.set("set", state(n)).unwrap();
        }
        opened(directory).compact(Version(8)).unwrap();
        let tenant = opened(directory);
        let history = tenant.history();
        assert_eq!(tenant.value_at(tenant.head()).unwrap().to_json(), state(8).to_json(), "kept {kept}");
        assert_eq!(history.first(), Version(8), "kept {kept}");
        for version in (8..=history.newest().0).map(Version) {
            assert_eq!(history.doubts().of(version), None, "kept {kept}: {version}");
        }
        for text in lines(&fs::read(log_file(directory)).unwrap()) {
            let said = members(text).get("kept").and_then(Json::as_u64);
            assert!(said.is_none_or(|number| number <= MOST), "kept {kept}: {said:?}");
        }
    }
}
