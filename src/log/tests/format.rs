//! docs/log-format.md says what is so.

use super::*;
use crate::diff::Counts;
use crate::log::verify;
use crate::record::{
    Makes, NewSnapshot, Provenance, Settings, SnapshotId, SnapshotKind, StateChange, TimeSource, Version,
};
use crate::value::parse;
use std::fs;
use std::num::NonZeroU64;

const DOCUMENT: &str = include_str!("../../../docs/log-format.md");

/// The lines of the document's code blocks in a language, block by block.
fn blocks(language: &str) -> Vec<Vec<&'static str>> {
    let mut blocks = Vec::new();
    let mut lines = DOCUMENT.lines();
    while lines.by_ref().any(|line| line == format!("```{language}")) {
        blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
    }
    blocks
}

/// CRC-32 bit by bit, from the document's words alone.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn every_example_has_the_checksum_the_document_describes() {
    let examples: Vec<&str> = blocks("json").into_iter().chain(blocks("jsonl")).flatten().collect();
    assert!(examples.len() > 10);
    for line in examples {
        let rest = line.strip_prefix("{\"crc\":\"").unwrap();
        let seed = if line.contains("\"pos\":0,") { "" } else { "9f8e7d6c" };
        assert_eq!(rest[..8], format!("{:08x}", crc32(format!("{seed}{}", &rest[9..]).as_bytes())), "{line}");
    }
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    assert!(DOCUMENT.contains("cbf43926"));
}

#[test]
fn the_example_log_says_what_the_document_means() {
    let directory = tempfile::tempdir().unwrap();
    let [log, _] = &blocks("jsonl")[..] else { panic!("a log of each version") };
    let name = "0d6e4079e36703ebd37c00722f5891d2.jsonl";
    assert!(DOCUMENT.contains(name));
    fs::write(directory.path().join(name), log.join("\n") + "\n").unwrap();
    let opened = FileLog::open(directory.path()).unwrap();
    assert_eq!(opened.tenants().unwrap(), [main()]);
    let (records, damage) = read_all(&opened, &main(), 100);
    assert_eq!(damage, []);
    let bodies: Vec<_> = records.iter().map(|record| record.entry.body.clone()).collect();
    assert_eq!(bodies, example());
    assert_eq!(records[0].entry.at, moment(1_791_547_200));
    assert_eq!((records[0].entry.by.as_deref(), records[0].id.as_str()), (Some("ann"), "k3j2h1g0-1"));
    assert!(records[3].entry.at.is_none() && records[3].entry.by.is_none());
    assert_eq!(verify(directory.path()).unwrap().damage, []);
}

fn example() -> Vec<Body> {
    let value = |json: &str| parse(json.as_bytes()).unwrap();
    let patch = |json: &str| crate::patch::Patch::from_value(&value(json)).unwrap();
    let transition = |label: &str, change| Body::Transition { label: label.into(), change };
    vec![
        transition("open shop", StateChange::State(value(r#"{"cart":[],"total":0}"#))),
        transition(
            "add item",
            StateChange::Patch(patch(
                r#"[{"op":"add","path":"/cart/-","value":{"qty":1,"sku":"a-1"}},{"op":"replace","path":"/total","value":100.0}]"#,
            )),
        ),
        Body::Snapshot(Box::new(NewSnapshot {
            version: Version(2),
            name: Some("v1.0.0".into()),
            kind: SnapshotKind::Named,
            description: "before the \"sale\"\n".into(),
            tags: vec!["release".into()],
            drops: Vec::new(),
            created: None,
        })),
        transition("", StateChange::Invalid { raw: "{\"cart\":".into(), why: "the text ends too early".into() }),
        transition("", StateChange::Deleted),
        Body::Rollback { to: Version(2), reason: "emptied by mistake".into() },
        Body::Undo { of: Position(6) },
        Body::DeleteSnapshots { ids: vec![SnapshotId(Position(3))] },
    ]
}

/// What the example of version 2 says beyond version 1.
fn example_of_version_2() -> Vec<(&'static str, u64, Entry)> {
    let value = |json: &str| parse(json.as_bytes()).unwrap();
    let patch = crate::patch::Patch::from_value(&value(r#"[{"op":"replace","path":"/total","value":7}]"#)).unwrap();
    let makes = |version, counts: Option<[u32; 2]>| {
        let counts = counts.map(|[added, changed]| Counts { added, changed, ..Counts::default() });
        Some(Makes { version: Version(version), counts, size: NonZeroU64::new(21), kept: None })
    };
    let transition = |label: &str, change| Entry::new(Body::Transition { label: label.into(), change });
    let first = Provenance {
        time_source: Some(TimeSource::Recorded),
        cause: Some("import".into()),
        src: Some("shop.json".into()),
        source_id: Some("4be1f0d".into()),
        ..Provenance::default()
    };
    let arrived = Provenance { time_source: Some(TimeSource::Arrived), ..Provenance::default() };
    let snapshot = NewSnapshot {
        version: Version(2),
        name: None,
        kind: SnapshotKind::Auto,
        description: "every 2 transitions".into(),
        tags: Vec::new(),
        drops: Vec::new(),
        created: moment(1_791_547_201).map(|at| at + chrono::Duration::milliseconds(500)),
    };
    let newer = Body::Unknown {
        kind: "annotate".into(),
        raw: r#","id":"r3","type":"annotate","v":3,"text":"by a newer writer"}"#.into(),
        why: "its type is \"annotate\", which this asof does not know".into(),
    };
    let settings = Settings {
        guarded: Some(true),
        array_keys: [("/cart".into(), crate::diff::ArrayKey::Field("sku".into()))].into(),
        ignored_paths: vec!["/clock".into()],
        ..Settings::default()
    };
    let at = moment(1_791_547_200);
    vec![
        (
            "q7h2m4x9c1d0",
            0,
            Entry {
                at,
                by: Some("ann".into()),
                makes: makes(1, Some([2, 0])),
                provenance: Some(Box::new(first)),
                ..transition("open shop", StateChange::State(value(r#"{"cart":[],"total":0}"#)))
            },
        ),
        (
            "r2",
            1,
            Entry {
                makes: makes(2, Some([0, 1])),
                provenance: Some(Box::new(arrived)),
                ..transition("sell", StateChange::Patch(patch))
            },
        ),
        ("r2.2", 0, Entry::new(Body::Snapshot(Box::new(snapshot)))),
        ("r3", 0, Entry { makes: makes(3, None).map(|makes| Makes { size: None, ..makes }), ..Entry::new(newer) }),
        (
            "r4",
            0,
            Entry {
                makes: makes(4, None).map(|makes| Makes { kept: NonZeroU64::new(1), ..makes }),
                ..Entry::new(Body::Rollback { to: Version(1), reason: "".into() })
            },
        ),
        ("r5", 0, Entry::new(Body::Settings(Box::new(settings)))),
    ]
}

#[test]
fn the_example_log_of_version_2_is_what_is_written_and_read() {
    use crate::log::codec::{LineStamp, decode, encode};
    use crate::log::line::{LogHeader, Seed};
    let mut out = Vec::new();
    LogHeader::write(&mut out, Seed::new(0x9f8e_7d6c), Some(&main()));
    for ((id, more, entry), position) in example_of_version_2().into_iter().zip(1..) {
        let stamp = LineStamp { position, more, id: id.into() };
        let start = out.len();
        encode(&mut out, Seed::new(0x9f8e_7d6c), &stamp, &entry);
        let record = decode(&out[start..out.len() - 1]);
        assert_eq!((record.position, record.id.as_str(), record.entry), (Position(position), id, entry));
    }
    assert_eq!(String::from_utf8(out).unwrap().lines().collect::<Vec<_>>(), blocks("jsonl")[1]);
    let mut header = Vec::new();
    LogHeader::write_cut(&mut header, Seed::new(0x9f8e_7d6c), Some(&main()), Some((41, 40)));
    assert!(DOCUMENT.contains(String::from_utf8(header).unwrap().trim_end()));
}

#[test]
fn the_example_log_is_what_is_written() {
    use crate::log::codec::{LineStamp, encode};
    use crate::log::line::{LogHeader, Seed};
    let seed = Seed::new(0x9f8e_7d6c);
    let mut out = Vec::new();
    LogHeader::write(&mut out, seed, Some(&main()));
    for (body, position) in example().into_iter().zip(1..) {
        let at = moment(1_791_547_199 + position).filter(|_| position < 4);
        let entry = Entry { at, by: at.map(|_| "ann".into()), ..Entry::new(body) };
        let position = position.unsigned_abs();
        let stamp = LineStamp { position, more: u64::from(position == 1), id: format!("k3j2h1g0-{position}").into() };
        encode(&mut out, seed, &stamp, &entry);
    }
    assert_eq!(String::from_utf8(out).unwrap().lines().collect::<Vec<_>>(), blocks("jsonl")[0]);
}
