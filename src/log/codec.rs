//! Records to lines and back. docs/log-format.md lists the members.
//!
//! Must not know: files, or which records come before and after.

use super::line::{Members, Seed, Why, write_line, write_text};
use crate::patch::Patch;
use crate::record::{Body, Change, Entry, NewSnapshot, Position, Record, SnapshotId, SnapshotKind, Time, Version};
use crate::value::{Limits, MAX_DEPTH, Text, Value, parse_with};
use chrono::SecondsFormat::AutoSi;
use std::io::Write as _;

/// Deepest JSON inside a record: a value at the limit, inside an operation, inside a patch.
const DEPTH: usize = MAX_DEPTH + 2;

/// The kinds of snapshots and their words.
const KINDS: [(SnapshotKind, &str); 3] =
    [(SnapshotKind::Named, "named"), (SnapshotKind::Auto, "auto"), (SnapshotKind::Checkpoint, "checkpoint")];

/// What a line says besides its entry.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The record's position.
    pub position: u64,
    /// How many records of the same append follow.
    pub more: u64,
    /// The record's own id.
    pub id: Text,
}

/// Appends one record's line to `out`.
pub fn encode(out: &mut Vec<u8>, seed: Seed, stamp: &Stamp, entry: &Entry) {
    write_line(out, seed, |out| {
        number(out, "pos", stamp.position);
        if stamp.more > 0 {
            number(out, "more", stamp.more);
        }
        text(out, "id", &stamp.id);
        if let Some(at) = entry.at {
            text(out, "at", &at.to_rfc3339_opts(AutoSi, true));
        }
        if let Some(by) = &entry.by {
            text(out, "by", by);
        }
        body(out, &entry.body);
    });
}

fn body(out: &mut Vec<u8>, body: &Body) {
    match body {
        Body::Transition { label, change } => {
            text(out, "type", "transition");
            text(out, "label", label);
            encode_change(out, change);
        }
        Body::Rollback { to, reason } => {
            text(out, "type", "rollback");
            number(out, "to", to.0);
            text(out, "reason", reason);
        }
        Body::Undo { of } => {
            text(out, "type", "undo");
            number(out, "of", of.0);
        }
        Body::Snapshot(snapshot) => encode_snapshot(out, snapshot),
        Body::DeleteSnapshot { id } => {
            text(out, "type", "delete-snapshot");
            number(out, "of", id.0.0);
        }
    }
}

fn encode_change(out: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Patch(patch) => json(out, "patch", &patch.to_value()),
        Change::State(value) => json(out, "state", value),
        Change::Invalid { raw, why } => {
            name(out, "invalid");
            out.extend_from_slice(b"{\"raw\":");
            write_text(out, raw);
            text(out, "why", why);
            out.push(b'}');
        }
        Change::Deleted => {
            name(out, "deleted");
            out.extend_from_slice(b"true");
        }
    }
}

fn encode_snapshot(out: &mut Vec<u8>, snapshot: &NewSnapshot) {
    text(out, "type", "snapshot");
    number(out, "version", snapshot.version.0);
    if let Some(name) = &snapshot.name {
        text(out, "name", name);
    }
    let kind = KINDS.iter().find(|(kind, _)| *kind == snapshot.kind);
    text(out, "kind", kind.map_or("named", |(_, word)| word));
    text(out, "description", &snapshot.description);
    json(out, "tags", &snapshot.tags.iter().cloned().map(Value::String).collect());
}

fn name(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn text(out: &mut Vec<u8>, member: &str, text: &str) {
    name(out, member);
    write_text(out, text);
}

fn number(out: &mut Vec<u8>, member: &str, number: u64) {
    name(out, member);
    // Writing to memory has no way to fail.
    let _infallible = write!(out, "{number}");
}

fn json(out: &mut Vec<u8>, member: &str, value: &Value) {
    name(out, member);
    let _infallible = write!(out, "{value}");
}

/// Reads a line whose checksum is right, without its newline.
pub fn decode(line: &[u8]) -> Result<Record, Why> {
    let members = Members::read(line)?;
    let entry = Entry { at: decode_time(&members)?, by: optional_text(&members, "by")?, body: decode_body(&members)? };
    Ok(Record { position: Position(required_number(&members, "pos")?), id: required_text(&members, "id")?, entry })
}

fn decode_time(members: &Members<'_>) -> Result<Option<Time>, Why> {
    let Some(text) = members.text("at")? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| format!("its \"at\" is not a time: {error}"))
}

fn decode_body(members: &Members<'_>) -> Result<Body, Why> {
    match required_text(members, "type")?.as_str() {
        "transition" => {
            Ok(Body::Transition { label: required_text(members, "label")?, change: decode_change(members)? })
        }
        "rollback" => Ok(Body::Rollback {
            to: Version(required_number(members, "to")?),
            reason: required_text(members, "reason")?,
        }),
        "undo" => Ok(Body::Undo { of: Position(required_number(members, "of")?) }),
        "snapshot" => decode_snapshot(members).map(Body::Snapshot),
        "delete-snapshot" => Ok(Body::DeleteSnapshot { id: SnapshotId(Position(required_number(members, "of")?)) }),
        other => Err(format!("its type is {other:?}, which this asof does not know")),
    }
}

fn decode_change(members: &Members<'_>) -> Result<Change, Why> {
    let changes = ["patch", "state", "invalid", "deleted"].map(|name| members.get(name));
    match changes {
        [Some(patch), None, None, None] => decode_patch(patch).map(Change::Patch),
        [None, Some(state), None, None] => decode_value("state", state).map(Change::State),
        [None, None, Some(invalid), None] => decode_invalid(invalid),
        [None, None, None, Some("true")] => Ok(Change::Deleted),
        _ => Err("it has not exactly one of \"patch\", \"state\", \"invalid\" and \"deleted\":true".into()),
    }
}

fn decode_invalid(invalid: &str) -> Result<Change, Why> {
    let members = Members::read(invalid.as_bytes())?;
    Ok(Change::Invalid { raw: required_text(&members, "raw")?, why: required_text(&members, "why")? })
}

fn decode_patch(text: &str) -> Result<Patch, Why> {
    Patch::from_value(&decode_value("patch", text)?).map_err(|error| format!("its \"patch\": {error}"))
}

fn decode_value(name: &str, text: &str) -> Result<Value, Why> {
    let limits = Limits { depth: DEPTH, size: u64::MAX };
    let parsed = parse_with(text.as_bytes(), limits, None).map_err(|error| format!("its \"{name}\": {error}"))?;
    match parsed.duplicates.first() {
        None => Ok(parsed.value),
        Some(twice) => Err(format!("its \"{name}\" has the key {} more than once", twice.path)),
    }
}

fn decode_snapshot(members: &Members<'_>) -> Result<NewSnapshot, Why> {
    let word = required_text(members, "kind")?;
    let kind = KINDS.iter().find(|(_, known)| *known == word.as_str());
    Ok(NewSnapshot {
        version: Version(required_number(members, "version")?),
        name: optional_text(members, "name")?,
        kind: kind.ok_or_else(|| format!("its kind of snapshot is {word:?}, which this asof does not know"))?.0,
        description: required_text(members, "description")?,
        tags: decode_tags(members)?,
    })
}

fn decode_tags(members: &Members<'_>) -> Result<Vec<Text>, Why> {
    let tags = decode_value("tags", members.get("tags").ok_or_else(|| missing("tags"))?)?;
    let wrong = || "its \"tags\" are not an array of strings".to_owned();
    tags.as_array().ok_or_else(wrong)?.iter().map(|tag| tag.as_str().map(Text::from).ok_or_else(wrong)).collect()
}

fn required_text(members: &Members<'_>, name: &str) -> Result<Text, Why> {
    optional_text(members, name)?.ok_or_else(|| missing(name))
}

fn optional_text(members: &Members<'_>, name: &str) -> Result<Option<Text>, Why> {
    Ok(members.text(name)?.map(|text| text.as_ref().into()))
}

fn required_number(members: &Members<'_>, name: &str) -> Result<u64, Why> {
    members.number(name)?.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Why {
    format!("it has no \"{name}\"")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::line::Envelope;
    use super::*;
    use crate::value::parse;
    use proptest::prelude::*;

    const SEED: u32 = 0x0102_0304;

    fn line(stamp: &Stamp, entry: &Entry) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&mut out, Seed::new(SEED), stamp, entry);
        assert_eq!(out.pop(), Some(b'\n'));
        assert!(!out.contains(&b'\n'));
        out
    }

    fn check(at: Option<Time>, by: Option<&str>, body: Body) {
        let entry = Entry { at, by: by.map(Text::from), body };
        let stamp = Stamp { position: 7, more: 3, id: "nonce-1".into() };
        let line = line(&stamp, &entry);
        assert_eq!(Envelope::checked(&line, Seed::new(SEED)).unwrap(), Envelope { position: 7, more: 3 });
        let record = Record { position: Position(7), id: stamp.id, entry };
        assert_eq!(decode(&line).unwrap(), record, "{}", String::from_utf8_lossy(&line));
    }

    const TEXTS: [&str; 12] = [
        "",
        "plain",
        "\"quoted\" \\ back",
        "two\nlines\r\n\t",
        "\0\u{1}\u{1f}\u{7f}\u{80}\u{9f}",
        "\u{202e}\u{200b}\u{feff}",
        "\u{2028}\u{2029}",
        "é e\u{301}",
        "\u{1f469}\u{200d}\u{1f4bb}",
        "\u{10ffff}",
        "{\"crc\":\"00000000\"}",
        "\u{1b}]0;x\u{7}",
    ];

    #[test]
    fn odd_texts_come_back_from_everywhere() {
        for text in TEXTS.map(Text::from) {
            let t = || text.clone();
            let state = [(t(), Value::String(t())), ("list".into(), [Value::String(t())].into_iter().collect())];
            check(
                None,
                Some(&text),
                Body::Transition { label: t(), change: Change::State(state.into_iter().collect()) },
            );
            check(None, None, Body::Transition { label: t(), change: Change::Invalid { raw: t(), why: t() } });
            check(None, None, Body::Rollback { to: Version(3), reason: t() });
            let mark = |name, kind, tags| NewSnapshot { version: Version(2), name, kind, description: t(), tags };
            check(None, None, Body::Snapshot(mark(Some(t()), SnapshotKind::Named, vec![t(), t()])));
            check(None, None, Body::Snapshot(mark(None, SnapshotKind::Auto, vec![])));
            check(None, None, Body::Snapshot(mark(Some(t()), SnapshotKind::Checkpoint, vec![t()])));
        }
    }

    #[test]
    fn bodies_without_text_come_back() {
        check(None, None, Body::Undo { of: Position(u64::MAX) });
        check(None, None, Body::DeleteSnapshot { id: SnapshotId(Position(9)) });
        check(None, None, Body::Transition { label: "".into(), change: Change::Deleted });
    }

    #[test]
    fn numbers_keep_their_digits() {
        for digits in
            ["1e400", "100.0", "-0", "123456789012345678901234567890", "1e-400", "1.00000000000000000000001", "1E+2"]
        {
            let state = parse(digits.as_bytes()).unwrap();
            let entry =
                Entry { at: None, by: None, body: Body::Transition { label: "".into(), change: Change::State(state) } };
            let line = line(&Stamp { position: 1, more: 0, id: "x".into() }, &entry);
            let Body::Transition { change: Change::State(back), .. } = decode(&line).unwrap().entry.body else {
                panic!()
            };
            assert_eq!(back.to_json(), digits);
        }
    }

    #[test]
    fn objects_that_look_like_the_readers_own_stay_objects() {
        for json in [r#"{"$serde_json::private::Number":"1"}"#, r#"{"$serde_json::private::RawValue":"[1"}"#] {
            check(
                None,
                None,
                Body::Transition { label: "".into(), change: Change::State(parse(json.as_bytes()).unwrap()) },
            );
        }
    }

    #[test]
    fn values_at_the_depth_limit_come_back() {
        let deep = parse(("[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH)).as_bytes()).unwrap();
        check(None, None, Body::Transition { label: "".into(), change: Change::State(deep.clone()) });
        let add = crate::patch::Op::Add { path: crate::value::Pointer::default(), value: deep };
        check(None, None, Body::Transition { label: "".into(), change: Change::Patch(Patch(vec![add])) });
    }

    #[test]
    fn patches_come_back() {
        let json = br#"[{"op":"add","path":"/a~1b/-","value":1e400},{"op":"remove","path":""},{"op":"replace","path":"/x","value":null},
            {"op":"move","from":"/x","path":"/y"},{"op":"copy","from":"/x","path":"/y"},{"op":"test","path":"/","value":{"":[]}}]"#;
        let patch = Patch::from_value(&parse(json).unwrap()).unwrap();
        check(None, None, Body::Transition { label: "".into(), change: Change::Patch(patch) });
        check(None, None, Body::Transition { label: "".into(), change: Change::Patch(Patch::default()) });
    }

    #[test]
    fn times_come_back() {
        let times = [
            (0, 0),
            (1_700_000_000, 1),
            (-62_167_219_200, 0),
            (-62_167_219_201, 999_999_999),
            (253_402_300_800, 5),
            (1_483_228_799, 1_500_000_000),
            (8_000_000_000_000, 0),
            (-8_000_000_000_000, 120_000_000),
        ];
        for (seconds, nanos) in times {
            check(Some(Time::from_timestamp(seconds, nanos).unwrap()), None, Body::Undo { of: Position(1) });
        }
    }

    proptest! {
        #[test]
        fn any_moment_comes_back(seconds in -8_000_000_000_000i64..8_000_000_000_000, nanos in 0u32..1_000_000_000) {
            check(Time::from_timestamp(seconds, nanos), None, Body::Undo { of: Position(1) });
        }

        #[test]
        fn any_value_comes_back(value in values()) {
            check(None, None, Body::Transition { label: "".into(), change: Change::State(value) });
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..200) {
            let _ = decode(&bytes);
            let entry = Entry { at: Time::from_timestamp(1, 1), by: Some("b".into()), body: Body::Rollback { to: Version(1), reason: "r".into() } };
            let mut line = line(&Stamp { position: 1, more: 0, id: "x".into() }, &entry);
            let cut = cut % line.len();
            line.splice(cut.., bytes);
            let _ = decode(&line);
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number.prop_map(|digits| parse(digits.as_bytes()).unwrap()),
            any::<String>().prop_map(|text| Value::String(text.into())),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(|items| items.into_iter().collect()),
                proptest::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|items| items.into_iter().map(|(key, value)| (Text::from(key), value)).collect()),
            ]
        })
    }

    #[test]
    fn what_is_no_record_is_told() {
        let cases = [
            (r#""id":"a""#, "no \"type\""),
            (r#""id":"a","type":"dance""#, "\"dance\""),
            (r#""type":"undo","of":1"#, "no \"id\""),
            (r#""id":5,"type":"undo","of":1"#, "\"id\" is not a string"),
            (r#""id":"a","type":"undo","of":-1"#, "\"of\" is not a whole number"),
            (r#""id":"a","type":"undo","of":1,"at":"yesterday""#, "\"at\" is not a time"),
            (r#""id":"a","type":"transition","label":"""#, "exactly one of"),
            (r#""id":"a","type":"transition","label":"","deleted":true,"state":1"#, "exactly one of"),
            (r#""id":"a","type":"transition","label":"","deleted":false"#, "exactly one of"),
            (r#""id":"a","type":"transition","label":"","state":{"a":1,"a":2}"#, "more than once"),
            (r#""id":"a","type":"transition","label":"","patch":{}"#, "\"patch\""),
            (r#""id":"a","type":"snapshot","version":1,"kind":"odd","description":"","tags":[]"#, "\"odd\""),
            (r#""id":"a","type":"snapshot","version":1,"kind":"auto","description":"","tags":[1]"#, "array of strings"),
            (r#""id":"a","id":"b","type":"undo","of":1"#, "twice"),
            (r#""id":"a","type":"undo","of":1}{"#, "not the JSON expected"),
        ];
        for (members, words) in cases {
            let why = decode(format!("{{\"crc\":\"00000000\",\"pos\":1,{members}}}").as_bytes()).unwrap_err();
            assert!(why.contains(words), "{members}: {why}");
        }
    }

    #[test]
    fn members_of_later_versions_are_passed_over() {
        let line = br#"{"crc":"00000000","pos":1,"id":"a","later":{"x":[1,2]},"type":"undo","of":4}"#;
        assert_eq!(decode(line).unwrap().entry.body, Body::Undo { of: Position(4) });
    }
}
