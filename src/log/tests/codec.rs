//! Records to lines and back.

use crate::diff::Counts;
use crate::log::codec::{LineStamp, decode, encode};
use crate::log::line::{Envelope, Seed};
use crate::patch::Patch;
use crate::record::{
    Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Goal, InTransaction, Makes, Metric, NewSnapshot, Origin,
    Position, Provenance, Record, SnapshotId, SnapshotKind, SnapshotNote, StateChange, Time, TimeSource, TransactionId,
    Version,
};
use crate::value::{MAX_DEPTH, Text, Value, parse};
use proptest::prelude::*;
use std::num::NonZeroU64;

const SEED: u32 = 0x0102_0304;

fn line(stamp: &LineStamp, entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out, Seed::new(SEED), stamp, entry);
    assert_eq!(out.pop(), Some(b'\n'));
    assert!(!out.contains(&b'\n'));
    out
}

fn check(at: Option<Time>, by: Option<&str>, body: Body) {
    let entry = Entry { at, by: by.map(Text::from), ..Entry::new(body) };
    let stamp = LineStamp { position: 7, more: 3, id: "nonce-1".into() };
    let line = line(&stamp, &entry);
    assert_eq!(Envelope::checked(&line, Seed::new(SEED)).unwrap(), Envelope { position: 7, more: 3 });
    let record = Record { position: Position(7), id: stamp.id, entry };
    assert_eq!(decode(&line), record, "{}", String::from_utf8_lossy(&line));
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
            Body::Transition { label: t(), change: StateChange::State(state.into_iter().collect()) },
        );
        check(None, None, Body::Transition { label: t(), change: StateChange::Invalid { raw: t(), why: t() } });
        check(None, None, Body::Rollback { to: Version(3), reason: t() });
        let mark = |name, kind, tags| NewSnapshot {
            version: Version(2),
            name,
            kind,
            description: t(),
            tags,
            drops: vec![],
            created: Time::from_timestamp(7, 0),
        };
        check(None, None, Body::Snapshot(Box::new(mark(Some(t()), SnapshotKind::Named, vec![t(), t()]))));
        check(None, None, Body::Snapshot(Box::new(mark(None, SnapshotKind::Auto, vec![]))));
        check(None, None, Body::Snapshot(Box::new(mark(Some(t()), SnapshotKind::Checkpoint, vec![t()]))));
        let drops = vec![SnapshotId(Position(2)), SnapshotId(Position(3))];
        check(None, None, Body::Snapshot(Box::new(NewSnapshot { drops, ..mark(None, SnapshotKind::Auto, vec![]) })));
        check(None, None, Body::Promote { variant: t(), reason: t() });
        check(
            None,
            None,
            Body::EditSnapshot {
                id: SnapshotId(Position(9)),
                note: Box::new(SnapshotNote { name: Some(t()), description: t(), tags: vec![t()] }),
            },
        );
        check(None, None, Body::Fork { name: t(), from: Version(7), baseline: None });
        check(None, None, Body::Fork { name: t(), from: Version(7), baseline: Some(SnapshotId(Position(3))) });
        check(None, None, Body::Begin { name: t(), steps: vec![t(), t()] });
        for closed in [false, true] {
            check(None, None, Body::Fail { name: t(), why: t(), closed });
        }
        check(None, None, Body::Settings(Box::default()));
        check(None, None, Body::Base(Box::new(base())));
        check(None, None, Body::Transition { label: "".into(), change: StateChange::Patch(Patch::default()) });
    }
}

fn metrics() -> Vec<Metric> {
    let number = |text| crate::value::Number::parse(text).unwrap();
    let goals = [
        None,
        Some(Goal::Lower),
        Some(Goal::Higher),
        Some(Goal::Equal),
        Some(Goal::Zero),
        Some(Goal::AtMost(number("90.50"))),
        Some(Goal::AtLeast(number("-1e400"))),
    ];
    let metric = |goal| Metric { name: "p95 \"ms\"".into(), value: number("22.80"), unit: "ms".into(), goal };
    goals.into_iter().map(metric).collect()
}

#[test]
fn where_a_record_belongs_comes_back() {
    let step = Some(InTransaction { back_to: Some(Version(4)), ..InTransaction::new(TransactionId(9), 3) });
    for (origin, branch, step) in [
        (Origin::Debugger, None, None),
        (Origin::Application, Some("x \" y"), None),
        (Origin::Debugger, Some(""), step),
    ] {
        let entry =
            Entry { origin, branch: branch.map(Text::from), step: step.map(Box::new), ..Entry::new(Body::Commit) };
        let stamp = LineStamp { position: 7, more: 0, id: "a".into() };
        assert_eq!(decode(&line(&stamp, &entry)).entry, entry);
    }
}

fn unknown(kind: &str, raw: &str, why: &str) -> Body {
    Body::Unknown { kind: kind.into(), raw: raw.into(), why: why.into() }
}

#[test]
fn the_members_of_version_2_come_back() {
    let counts = Counts { added: 1, changed: 0, removed: u32::MAX, moved: 4 };
    let version = Version((1 << 53) - 1);
    let makes = [
        None,
        Some(Makes { version: Version(1), counts: None, size: None, kept: None }),
        Some(Makes { version, counts: Some(counts), size: NonZeroU64::new(u64::MAX), kept: NonZeroU64::new(2) }),
    ];
    let text = || Some(Text::from("a \"b\"\n"));
    let provenances = [
        None,
        Some(Provenance { time_source: Some(TimeSource::Arrived), ..Provenance::default() }),
        Some(Provenance {
            time_source: Some(TimeSource::Recorded),
            cause: text(),
            src: text(),
            source_id: text(),
            message: text(),
        }),
    ];
    for makes in makes {
        for provenance in provenances.iter().cloned().map(|found| found.map(Box::new)) {
            let body = Body::Rollback { to: Version(3), reason: "".into() };
            let entry = Entry { makes, provenance, ..Entry::new(body) };
            let stamp = LineStamp { position: 7, more: 0, id: "a".into() };
            assert_eq!(decode(&line(&stamp, &entry)).entry, entry);
        }
    }
}

#[test]
fn an_unknown_record_is_written_as_it_was_read() {
    for (more, kind, v, rest) in [
        (0, "annotate", None, r#","id":"n","type":"annotate","text":"x"}"#),
        (3, "annotate", Some(9), r#","type":"annotate","v":9,"id":"n"}"#),
        (0, "transition", Some(2), r#","id":"n","v":2,"type":"transition","label":5}"#),
        (0, "transition", None, r#","id":"n","v":0,"type":"transition","label":"","state":1}"#),
        (0, "", None, r#","id":"n"}"#),
        (0, "", None, " no members at all"),
        (
            0,
            "base",
            None,
            r#","id":"n","type":"base","base":{"through":5,"heads":[],"values":[[5,{"n":5}]],"transactions":0,"writes":[],"kept":[]}}"#,
        ),
    ] {
        let raw = Body::Unknown { kind: kind.into(), raw: rest.into(), why: "".into() };
        let first = line(&LineStamp { position: 7, more, id: "other".into() }, &Entry::new(raw));
        let record = decode(&first);
        let Body::Unknown { kind: found, .. } = &record.entry.body else { panic!("{rest}") };
        let made = record.entry.makes.map(|makes| makes.version.0);
        assert_eq!((record.position, found.as_str(), made), (Position(7), kind, v), "{rest}");
        assert_eq!(line(&LineStamp { position: 7, more, id: "new".into() }, &record.entry), first);
    }
}

#[test]
fn a_base_that_contradicts_itself_is_not_believed() {
    type Break = fn(&mut Base);
    let breaks: [(Break, &str); 20] = [
        (|base| base.heads[1].left = 1 << 53, "branches behind"),
        (|base| base.heads[1].left = 3 << 51, "branches behind"),
        (|base| base.heads.clear(), "no \"main\" as its first head"),
        (|base| base.heads.swap(0, 1), "no \"main\" as its first head"),
        (|base| base.heads[1].name = "main".into(), "two heads"),
        (|base| base.through = Version(u64::MAX), "of 7 records"),
        (|base| base.through = Version(6), "\"through\""),
        (|base| base.transactions = 1 << 53, "not below 2^53"),
        (|base| base.heads[1].head = Version(500), "between its base and"),
        (|base| base.heads[1].base = Version(8), "between its base and"),
        (|base| base.heads[1].baseline = Some(SnapshotId(Position(8))), "baseline after the cut"),
        (|base| base.values.clear(), "no value of the head"),
        (|base| base.values.push((Version(2), Value::Null)), "two values of #2"),
        (|base| base.values.push((Version(10), Value::Null)), "a value of #10"),
        (|base| base.suspect.push((Version(10), "".into())), "suspects #10"),
        (|base| base.writes[0].at = Position(5), "two writes at 5"),
        (|base| base.writes[2].at = Position(8), "not before the cut"),
        (|base| base.missing.swap(0, 1), "out of order"),
        (|base| base.kept[0].position = Position(9), "after the cut"),
        (|base| base.kept[1].entry.body = Body::Commit, "has no effect"),
    ];
    assert_eq!(base().check(Position(7)), Ok(()));
    for (number, (spoil, words)) in breaks.into_iter().enumerate() {
        let mut spoiled = base();
        spoil(&mut spoiled);
        let why = spoiled.check(Position(7)).unwrap_err();
        assert!(why.contains(words), "{number}: {why}");
        let written =
            line(&LineStamp { position: 7, more: 0, id: "a".into() }, &Entry::new(Body::Base(Box::new(spoiled))));
        assert!(matches!(decode(&written).entry.body, Body::Unknown { kind, .. } if kind == "base"), "{number}");
    }
}

fn base() -> Base {
    let write = |at, stands, turns| BaseWrite {
        at: Position(at),
        first: Position(3),
        origin: if stands { Origin::Debugger } else { Origin::Application },
        stands,
        turns,
    };
    let snapshot = NewSnapshot {
        version: Version(2),
        name: Some("baseline".into()),
        kind: SnapshotKind::Named,
        description: "".into(),
        tags: vec![],
        drops: vec![],
        created: None,
    };
    let kept = |position, body| Record {
        position: Position(position),
        id: Text::new(),
        entry: Entry { at: Time::from_timestamp(1, 500), by: Some("ann".into()), ..Entry::new(body) },
    };
    let deep = (0..MAX_DEPTH).fold(Value::Null, |inner, _| [inner].into_iter().collect());
    let head = |name: &str, baseline, suspect: Option<&str>| BaseHead {
        name: name.into(),
        base: Version(0),
        head: Version(7),
        baseline,
        suspect: suspect.map(Text::from),
        left: u64::from(suspect.is_some()),
    };
    Base {
        through: Version(7),
        heads: vec![head("main", None, None), head("x \" y", Some(SnapshotId(Position(4))), Some("lost \"4\""))],
        values: vec![(Version(7), parse(b"{\"a\":1e400}").unwrap()), (Version(2), deep)],
        suspect: vec![(Version(2), "record 4 is missing".into())],
        numbering: Some("record 4 is missing".into()),
        missing: vec![(Position(2), Position(2)), (Position(5), Position(6))],
        transactions: 3,
        writes: vec![
            write(
                3,
                true,
                BaseTurn::Back {
                    branch: "main".into(),
                    made: Version(5),
                    left: Version(4),
                    suspect: Some("lost".into()),
                },
            ),
            write(5, false, BaseTurn::Settings(Box::default())),
            write(7, false, BaseTurn::Nothing),
        ],
        kept: vec![
            kept(4, Body::Snapshot(Box::new(snapshot))),
            kept(0, Body::Settings(Box::default())),
            kept(
                5,
                unknown("dance", ",\"id\":\"a\",\"type\":\"dance\"}", "it was not known when the log was compacted"),
            ),
        ],
    }
}

#[test]
fn bodies_without_text_come_back() {
    check(None, None, Body::Undo { of: Position(u64::MAX) });
    check(None, None, Body::DeleteSnapshots { ids: vec![SnapshotId(Position(9))] });
    check(None, None, Body::DeleteSnapshots { ids: vec![] });
    check(None, None, Body::Metrics { of: "v".into(), version: Version(7), metrics: metrics() });
    check(None, None, Body::Commit);
    check(None, None, Body::Transition { label: "".into(), change: StateChange::Deleted });
}

#[test]
fn numbers_keep_their_digits() {
    for digits in
        ["1e400", "100.0", "-0", "123456789012345678901234567890", "1e-400", "1.00000000000000000000001", "1E+2"]
    {
        let state = parse(digits.as_bytes()).unwrap();
        let entry = Entry::new(Body::Transition { label: "".into(), change: StateChange::State(state) });
        let line = line(&LineStamp { position: 1, more: 0, id: "x".into() }, &entry);
        let Body::Transition { change: StateChange::State(back), .. } = decode(&line).entry.body else { panic!() };
        assert_eq!(back.to_json(), digits);
    }
}

#[test]
fn objects_that_look_like_the_readers_own_stay_objects() {
    for json in [r#"{"$serde_json::private::Number":"1"}"#, r#"{"$serde_json::private::RawValue":"[1"}"#] {
        check(
            None,
            None,
            Body::Transition { label: "".into(), change: StateChange::State(parse(json.as_bytes()).unwrap()) },
        );
    }
}

#[test]
fn values_at_the_depth_limit_come_back() {
    let deep = parse(("[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH)).as_bytes()).unwrap();
    check(None, None, Body::Transition { label: "".into(), change: StateChange::State(deep.clone()) });
    let add = crate::patch::Op::Add { path: crate::value::Pointer::default(), value: deep };
    check(None, None, Body::Transition { label: "".into(), change: StateChange::Patch(Patch(vec![add])) });
}

#[test]
fn patches_come_back() {
    let json = br#"[{"op":"add","path":"/a~1b/-","value":1e400},{"op":"remove","path":""},{"op":"replace","path":"/x","value":null},
        {"op":"move","from":"/x","path":"/y"},{"op":"copy","from":"/x","path":"/y"},{"op":"test","path":"/","value":{"":[]}}]"#;
    let patch = Patch::from_value(&parse(json).unwrap()).unwrap();
    check(None, None, Body::Transition { label: "".into(), change: StateChange::Patch(patch) });
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
        check(None, None, Body::Transition { label: "".into(), change: StateChange::State(value) });
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..200) {
        let _ = decode(&bytes);
        let entry = Entry { at: Time::from_timestamp(1, 1), by: Some("b".into()), ..Entry::new(Body::Rollback { to: Version(1), reason: "r".into() }) };
        let mut line = line(&LineStamp { position: 1, more: 0, id: "x".into() }, &entry);
        let cut = cut % line.len();
        line.splice(cut.., bytes);
        let _ = decode(&line);
    }
}

pub fn values() -> impl Strategy<Value = Value> {
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
fn what_cannot_be_read_is_kept_with_its_reason() {
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
        (r#""id":"a","type":"commit","origin":"moon""#, "\"moon\""),
        (r#""id":"a","type":"commit","tx":1"#, "no \"step\""),
        (r#""id":"a","type":"commit","tx":1,"step":4294967296"#, "too large"),
        (r#""id":"a","type":"delete-snapshots","ids":[-1]"#, "array of positions"),
        (r#""id":"a","type":"begin","name":"","steps":[1]"#, "array of strings"),
        (r#""id":"a","type":"metrics","name":"","version":1,"metrics":[{"name":"x"}]"#, "figures"),
        (r#""id":"a","type":"settings","settings":[]"#, "not an object"),
        (r#""id":"a","id":"b","type":"undo","of":1"#, "twice"),
        (r#""id":"a","type":"undo","of":1}{"#, "not the JSON expected"),
    ];
    for (members, words) in cases {
        let line = format!("{{\"crc\":\"00000000\",\"pos\":1,{members}}}");
        let Record { position, entry, .. } = decode(line.as_bytes());
        let Body::Unknown { raw, why, .. } = entry.body else { panic!("{members}") };
        assert!(why.contains(words), "{members}: {why}");
        assert_eq!((position, raw.as_str()), (Position(1), format!(",{members}}}").as_str()));
    }
}

#[test]
fn members_of_later_versions_are_passed_over() {
    let line = br#"{"crc":"00000000","pos":1,"id":"a","later":{"x":[1,2]},"type":"undo","of":4}"#;
    assert_eq!(decode(line).entry.body, Body::Undo { of: Position(4) });
}
