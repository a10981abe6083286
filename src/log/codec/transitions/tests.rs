use super::super::{LineStamp, decode_any, encode};
use super::*;
use crate::log::line::Seed;
use crate::patch::Op;
use crate::record::TimeSource;
use crate::value::{Pointer, Value, parse};
use proptest::prelude::*;

/// Both decoders of a line: where this one reads it, the full one reads the same.
#[track_caller]
fn check(line: &[u8]) -> bool {
    let found = read(line);
    if let Some(found) = &found {
        assert_eq!(*found, decode_any(line), "{}", String::from_utf8_lossy(line));
    }
    found.is_some()
}

fn line(stamp: &LineStamp, entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out, Seed::new(7), stamp, entry);
    assert_eq!(out.pop(), Some(b'\n'));
    out
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof!["[a-z.]{0,20}", ".{0,10}", Just("\"q\"\\\n\u{1}\u{7f}é\u{1f469}".to_owned())].prop_map(Text::from)
}

fn value() -> impl Strategy<Value = Value> {
    let json = prop_oneof![
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,5})?(e[+-]?[0-9]{1,3})?",
        Just("{\"b\":[1,{\"c\":null}],\"a\":\"x\\ny\",\"d\":{}}".to_owned()),
        (120usize..128).prop_map(|depth| ["[".repeat(depth), "]".repeat(depth)].concat()),
    ];
    prop_oneof![json.prop_map(|json| parse(json.as_bytes()).unwrap()), text().prop_map(Value::String)]
}

fn op() -> impl Strategy<Value = Op> {
    let pointer = || prop::collection::vec(text(), 0..5).prop_map(Pointer);
    (0usize..6, pointer(), pointer(), value()).prop_map(|(kind, path, from, value)| match kind {
        0 => Op::Add { path, value },
        1 => Op::Remove { path },
        2 => Op::Replace { path, value },
        3 => Op::Move { from, path },
        4 => Op::Copy { from, path },
        _ => Op::Test { path, value },
    })
}

fn change() -> impl Strategy<Value = StateChange> {
    prop_oneof![
        4 => prop::collection::vec(op(), 0..4).prop_map(|ops| StateChange::Patch(Patch(ops))),
        2 => value().prop_map(StateChange::State),
        1 => (text(), text()).prop_map(|(raw, why)| StateChange::Invalid { raw, why }),
        1 => Just(StateChange::Deleted),
    ]
}

fn at() -> impl Strategy<Value = Time> {
    let seconds = prop_oneof![9 => 0i64..4_000_000_000, 1 => -100_000_000_000i64..300_000_000_000];
    let nanos = prop_oneof![Just(0), Just(5_000_000), 0u32..1_000_000_000, Just(1_500_000_000)];
    (seconds, nanos).prop_filter_map("a time", |(seconds, nanos)| Time::from_timestamp(seconds / 60 * 60 + 59, nanos))
}

fn makes() -> impl Strategy<Value = Makes> {
    let number = || {
        prop_oneof![Just(None), (1u64..1_000).prop_map(NonZeroU64::new), Just(NonZeroU64::new(999_999_999_999_999_999))]
    };
    let counts = [0..9u32, 0..9, 0..9, u32::MAX - 1..u32::MAX].prop_map(|[added, changed, removed, moved]| Counts {
        added,
        changed,
        removed,
        moved,
    });
    (1..POSITIONS, prop::option::of(counts), number(), number()).prop_map(|(version, counts, size, kept)| Makes {
        version: Version(version),
        counts,
        size,
        kept,
    })
}

fn provenance() -> impl Strategy<Value = Provenance> {
    let source = prop::option::of(prop_oneof![Just(TimeSource::Arrived), Just(TimeSource::Recorded)]);
    let member = || prop::option::of(text());
    (source, [member(), member(), member(), member()]).prop_map(|(time_source, [cause, src, source_id, message])| {
        Provenance { time_source, cause, src, source_id, message }
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let step = (0..99u64, any::<u32>(), prop::option::of(0..99u64).prop_map(|to| to.map(Version)))
        .prop_map(|(id, step, back_to)| InTransaction { id: TransactionId(id), step, back_to });
    let who = (prop::option::of(at()), prop::option::of(text()), any::<bool>(), prop::option::of(text()));
    let rare = (prop::option::of(step), prop::option::of(makes()), prop::option::of(provenance()));
    (who, rare, text(), change()).prop_map(|((at, by, debugger, branch), (step, makes, provenance), label, change)| {
        let origin = if debugger { Origin::Debugger } else { Origin::Application };
        let (step, provenance) = (step.map(Box::new), provenance.map(Box::new));
        Entry { at, by, origin, branch, step, makes, provenance, ..Entry::new(Body::Transition { label, change }) }
    })
}

fn stamp() -> impl Strategy<Value = LineStamp> {
    (1..POSITIONS, 0..3u64, text()).prop_map(|(position, more, id)| LineStamp { position, more, id })
}

proptest! {
    /// Written at once it is what a value of it would be written as, and as long as it says.
    #[test]
    fn a_patch_is_written_as_its_value(ops in prop::collection::vec(op(), 0..4)) {
        let patch = Patch(ops);
        prop_assert_eq!(patch.to_json(), patch.to_value().to_json());
        prop_assert_eq!(patch.size(), patch.to_json().len() as u64);
    }

    #[test]
    fn every_transition_that_is_written_is_read_here(stamp in stamp(), entry in entry()) {
        prop_assert!(check(&line(&stamp, &entry)));
    }

    #[test]
    fn what_is_read_of_changed_lines_is_what_the_full_decoder_reads(
        stamp in stamp(),
        entry in entry(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, "[\\[\\]{},:\"\\\\0-9a-z/~.-]{0,3}"), 1..4),
    ) {
        let mut line = line(&stamp, &entry);
        for (at, taken, put) in changes {
            let at = at.index(line.len() + 1);
            let end = (at + taken).min(line.len());
            line.splice(at..end, put.bytes());
        }
        check(&line);
    }
}

/// A good line with something in it exchanged for something else.
#[test]
fn lines_that_are_nearly_right_are_read_alike() {
    let good = r#"{"crc":"00000000","pos":7,"more":2,"id":"a-1","at":"2026-10-09T12:00:00.5Z","by":"ann","branch":"b","tx":1,"step":2,"v":3,"n":[0,1,0,0],"size":9,"type":"transition","label":"l","patch":[{"op":"replace","path":"/a~1b/0","value":1}]}"#;
    assert!(check(good.as_bytes()));
    for (there, instead) in [
        ("\"pos\":7", "\"pos\":07"),
        ("\"pos\":7", "\"pos\":7.0"),
        ("\"pos\":7", "\"pos\":7e1"),
        ("\"pos\":7", "\"pos\":-7"),
        ("\"pos\":7", "\"pos\": 7"),
        ("\"pos\":7", "\"pos\":99999999999999999999"),
        ("00000000", "0000000G"),
        ("00000000", "\\u0030\\u30"),
        ("\"id\":\"a-1\"", "\"id\":1"),
        ("\"id\":\"a-1\",", ""),
        ("a-1", "a\\u002d1"),
        ("a-1", "a\t1"),
        ("a-1", "a\\ud8001"),
        ("12:00:00.5Z", "12:00:60Z"),
        ("12:00:00.5Z", "12:00:00.1234567891Z"),
        ("12:00:00.5Z", "12:00:00.Z"),
        ("12:00:00.5Z", "12:00:00z"),
        ("12:00:00.5Z", "12:00:00+02:00"),
        ("2026-10-09T", "2026-02-30T"),
        ("2026-10-09T", "2026-10-09 "),
        ("2026-10-09T", "+12026-10-09T"),
        ("2026-10-09T12", "2026-10-0\\u0039T12"),
        ("12:00:00.5Z", "24:00:00Z"),
        ("\"step\":2", "\"step\":4294967296"),
        ("\"step\":2,", ""),
        ("\"tx\":1,\"step\":2", "\"step\":2,\"tx\":1"),
        ("\"v\":3", "\"v\":0"),
        ("\"v\":3", "\"v\":9007199254740992"),
        ("\"v\":3,", ""),
        ("[0,1,0,0]", "[0,1,0]"),
        ("[0,1,0,0]", "[0,1,0,0,0]"),
        ("[0,1,0,0]", "[0,1,0,4294967296]"),
        ("[0,1,0,0]", "[0,1.0,0,0]"),
        ("\"size\":9", "\"size\":0"),
        ("\"size\":9", "\"size\":18446744073709551615"),
        ("\"size\":9", "\"size\":18446744073709551616"),
        ("\"size\":9", "\"size\":9,\"kept\":0"),
        ("\"size\":9", "\"size\":9,\"time_source\":\"later\""),
        ("\"size\":9", "\"size\":9,\"new\":[1]"),
        ("transition", "rollback"),
        ("transition", "trans\\u0069tion"),
        ("\"label\":\"l\"", "\"label\":null"),
        ("\"label\":\"l\",", ""),
        ("\"op\":\"replace\"", "\"op\":\"merge\""),
        ("\"op\":\"replace\",", ""),
        ("\"op\":\"replace\"", "\"op\":\"remove\""),
        ("\"op\"", "\"o\\u0070\""),
        ("\"op\":\"replace\"", "\"op\":\"move\""),
        ("\"op\":\"replace\"", "\"op\":\"copy\",\"from\":\"b\""),
        ("\"op\":\"replace\"", "\"op\":\"add\",\"from\":\"b\""),
        ("/a~1b/0", "a"),
        ("/a~1b/0", "/a~2"),
        ("/a~1b/0", ""),
        ("\"value\":1", "\"value\":1,\"value\":2"),
        ("\"value\":1", "\"value\":{\"a\":1,\"a\":2}"),
        ("\"value\":1", "\"value\":1,\"x\":2"),
        ("\"value\":1", "\"value\":01"),
        ("\"value\":1", "\"value\":1e400"),
        ("\"value\":1", "\"value\" : 1 "),
        ("}]}", "},{\"op\":\"test\",\"path\":\"\",\"value\":null}]}"),
        ("}]}", "},]}"),
        ("}]}", "}]"),
        ("}]}", "}]} "),
        ("}]}", "}],\"state\":1}"),
        ("}]}", "}],\"more\":1}"),
        ("[{\"op\"", "[ {\"op\""),
        ("\"patch\":[", "\"patch\": ["),
        ("\"label\"", "\"label\":\"k\",\"label\""),
    ] {
        assert!(good.contains(there), "{there}");
        check(good.replacen(there, instead, 1).as_bytes());
    }
    for depth in 125..134 {
        for body in ["\"state\":V", "\"patch\":[{\"op\":\"add\",\"path\":\"\",\"value\":V}]"] {
            let value = ["[".repeat(depth), "]".repeat(depth)].concat();
            let line = format!(
                r#"{{"crc":"00000000","pos":7,"id":"a","type":"transition","label":"",{}}}"#,
                body.replace('V', &value)
            );
            check(line.as_bytes());
        }
    }
}

/// A good line that is cut off anywhere, or has one more byte anywhere: of no character, a blank, a quote, a digit.
#[test]
fn cut_lines_and_lines_with_a_byte_more_are_read_alike() {
    let good = br#"{"crc":"00000000","pos":7,"id":"a-1","at":"2026-10-09T12:00:00.5Z","v":3,"n":[0,1,0,0],"size":9,"type":"transition","label":"l","patch":[{"op":"replace","path":"/a~1b/0","value":1}]}"#;
    for at in 0..=good.len() {
        check(&good[..at]);
        for byte in [0xff, 0xc3, 0x00, b'\r', b' ', b'"', b'\\', b'0', b'9'] {
            check(&[&good[..at], &[byte], &good[at..]].concat());
        }
    }
}
