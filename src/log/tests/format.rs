//! docs/log-format.md says what is so.

use super::*;
use crate::log::verify;
use crate::record::{Change, NewSnapshot, SnapshotId, SnapshotKind};
use crate::value::parse;
use std::fs;

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
    let [log] = &blocks("jsonl")[..] else { panic!("one whole log") };
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
        transition("open shop", Change::State(value(r#"{"cart":[],"total":0}"#))),
        transition(
            "add item",
            Change::Patch(patch(
                r#"[{"op":"add","path":"/cart/-","value":{"qty":1,"sku":"a-1"}},{"op":"replace","path":"/total","value":100.0}]"#,
            )),
        ),
        Body::Snapshot(NewSnapshot {
            version: Version(2),
            name: Some("v1.0.0".into()),
            kind: SnapshotKind::Named,
            description: "before the \"sale\"\n".into(),
            tags: vec!["release".into()],
            drops: Vec::new(),
        }),
        transition("", Change::Invalid { raw: "{\"cart\":".into(), why: "the text ends too early".into() }),
        transition("", Change::Deleted),
        Body::Rollback { to: Version(2), reason: "emptied by mistake".into() },
        Body::Undo { of: Position(6) },
        Body::DeleteSnapshots { ids: vec![SnapshotId(Position(3))] },
    ]
}

#[test]
fn the_example_log_is_what_is_written() {
    use crate::log::codec::{Stamp, encode};
    use crate::log::line::{Header, Seed};
    let seed = Seed::new(0x9f8e_7d6c);
    let mut out = Vec::new();
    Header::write(&mut out, seed, Some(&main()));
    for (body, position) in example().into_iter().zip(1..) {
        let at = moment(1_791_547_199 + position).filter(|_| position < 4);
        let entry = Entry { at, by: at.map(|_| "ann".into()), ..Entry::new(body) };
        let position = position.unsigned_abs();
        let stamp = Stamp { position, more: u64::from(position == 1), id: format!("k3j2h1g0-{position}").into() };
        encode(&mut out, seed, &stamp, &entry);
    }
    assert_eq!(String::from_utf8(out).unwrap().lines().collect::<Vec<_>>(), blocks("jsonl")[0]);
}
