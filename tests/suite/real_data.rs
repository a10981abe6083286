//! Recordings of real applications: every state that comes out is the one that went in.
//!
//! The files stand beside the package and are not part of it, so these tests are ignored unless asked for:
//! `cargo test -- --include-ignored`.

use asof::{Recording, SourceAddress, SourceEvent, SourceOptions, Tenant, Value, Version};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A file of real data. Without it a test fails: it has been asked for.
pub fn data(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    assert!(path.exists(), "no {}", path.display());
    path
}

fn lines(path: &Path) -> impl Iterator<Item = serde_json::Value> {
    let file = std::fs::File::open(path).unwrap();
    let text = BufReader::new(zstd::Decoder::new(file).unwrap());
    text.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}

/// Opens a file the way the program does. Nothing in it may be a problem; keys that occur twice (catalog has some) are not.
fn opened(path: &Path) -> (std::sync::Arc<Recording>, Tenant) {
    let address = SourceAddress::parse(path.to_str().unwrap()).unwrap();
    let recording = asof::open_source(&address).unwrap();
    let mut problems = Vec::new();
    asof::read_source(&address, &SourceOptions::default(), &recording, &mut |event| {
        if let SourceEvent::Problem(problem) = event {
            problems.push(problem);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(problems.is_empty(), "{}: {problems:?}", path.display());
    let tenant = recording.tenant(&"main".into()).unwrap();
    (recording, tenant)
}

/// Equal with numbers by value, compared without any code of the product but its getters.
fn equal(model: &serde_json::Value, value: &Value) -> bool {
    use serde_json::Value as Json;
    match (model, value) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(left), Value::Bool(right)) => left == right,
        (Json::Number(left), Value::Number(right)) => left.as_f64() == right.to_string().parse().ok(),
        (Json::String(left), Value::String(right)) => left == right.as_str(),
        (Json::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
        }
        (Json::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| equal(left, right)))
        }
        _ => false,
    }
}

/// Every version of a history equals the state in its line; a broken line leaves the state as it was.
fn check_history(name: &str, versions: impl Fn(u64) -> bool) {
    let path = data(&format!("git-histories/{name}.jsonl.zst"));
    let (_recording, tenant) = opened(&path);
    let mut state = serde_json::Value::Null;
    let mut last = 0;
    for (line, version) in lines(&path).zip(1..) {
        last = version;
        let info = tenant.history().info(Version(version)).unwrap();
        assert_eq!(info.label, line["message"].as_str().unwrap());
        let time: asof::Time =
            line["time"].as_str().unwrap().parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap().into();
        assert_eq!(info.at, Some(time), "{name} {version}");
        state = match (&line["deleted"], line.get("state")) {
            (serde_json::Value::Bool(true), _) => serde_json::Value::Null,
            (_, Some(new)) => new.clone(),
            (_, None) => state,
        };
        if versions(version) {
            assert!(equal(&state, &tenant.value_at(Version(version)).unwrap()), "{name} {version}");
        }
    }
    assert_eq!(tenant.head(), Version(last), "{name}: a version a line");
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn every_version_of_catalog() {
    check_history("catalog", |_| true);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn every_version_of_android_override() {
    check_history("android-override", |_| true);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn every_version_of_nur_repos_and_scoop_mise() {
    check_history("nur-repos", |_| true);
    check_history("scoop-mise", |_| true);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn a_thousand_versions_of_nur_lock() {
    check_history("nur-lock-00000-09999", |version| version % 10 == 0);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn a_fifth_of_eol_renovate() {
    check_history("eol-renovate", |version| version % 5 == 0);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn patch_streams_give_the_states_they_were_made_from() {
    for name in ["scoop-mise", "nur-repos", "android-override"] {
        let stream = data(&format!("derived-streams/{name}.rfc6902.jsonl.zst"));
        let states = data(&format!("git-histories/{name}.jsonl.zst"));
        let (_recording, tenant) = opened(&stream);
        // The streams leave out what was deleted.
        let states = lines(&states).filter_map(|mut line| line.get_mut("state").map(serde_json::Value::take));
        let mut count = 0;
        for (state, version) in states.zip(1..) {
            assert!(equal(&state, &tenant.value_at(Version(version)).unwrap()), "{name} {version}");
            count = version;
        }
        assert_eq!(tenant.head(), Version(count), "{name}");
    }
}

/// Replays one-character edits on a list, and keeps the text at the versions asked for.
fn replayed(path: &Path, wanted: impl Fn(u64) -> bool) -> BTreeMap<u64, String> {
    let mut text: Vec<String> = Vec::new();
    let mut kept = BTreeMap::new();
    for (line, version) in lines(path).zip(1..) {
        for op in line["patch"].as_array().unwrap() {
            let index = op["path"].as_str().unwrap().rsplit('/').next().unwrap();
            match (op["op"].as_str().unwrap(), index) {
                ("add", "") => text.clear(),
                ("add", index) => text.insert(index.parse().unwrap(), op["value"].as_str().unwrap().to_owned()),
                ("remove", index) => drop(text.remove(index.parse().unwrap())),
                (other, _) => panic!("{other}"),
            }
        }
        if wanted(version) {
            kept.insert(version, text.concat());
        }
    }
    kept
}

fn text_of(value: &Value) -> String {
    let text = value.as_object().and_then(|object| object.get("text")).and_then(Value::as_array).unwrap();
    text.iter().map(|char| char.as_str().unwrap()).collect()
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn a_long_paper_is_there_at_every_keystroke() {
    let path = data("json-patch-streams/automerge-paper.patch.jsonl.zst");
    let (_recording, tenant) = opened(&path);
    assert_eq!(tenant.head(), Version(259_779));
    let hash: String = hmac_sha256::Hash::hash(text_of(&tenant.head_value()).as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hash, "a489e9022976c14e46627aea174d07797edcb3fd17df42605956d4cf01bf9039");
    // Odd strides, so that no spacing of kept values is met each time; backwards, so that each is a seek.
    for (version, text) in replayed(&path, |version| version % 1_117 == 3).iter().rev() {
        assert!(text_of(&tenant.value_at(Version(*version)).unwrap()) == *text, "version {version}");
    }
    // The last keystrokes one by one, as someone stepping back sees them.
    for (version, text) in replayed(&path, |version| version > 259_400).iter().rev() {
        assert!(text_of(&tenant.value_at(Version(*version)).unwrap()) == *text, "version {version}");
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn states_kept_on_disk_are_the_same_when_opened_again() {
    let path = data("git-histories/android-override.jsonl.zst");
    let (recording, tenant) = opened(&path);
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("kept.asof");
    recording.keep_at(&directory).unwrap();
    let again = Recording::open(&directory).unwrap().tenant(tenant.id()).unwrap();
    assert_eq!(again.head(), tenant.head());
    for version in (0..=tenant.head().0).map(Version) {
        assert!(again.value_at(version).unwrap().identical(&tenant.value_at(version).unwrap()), "{version}");
    }
    assert!(asof::verify(&directory).unwrap().damage.is_empty());
}
