use super::super::json::{parse_slowly, well_formed};
use super::*;
use crate::value::{Limits, MAX_DEPTH};
use proptest::prelude::*;

/// Both readers of a text, which have to agree on all that the slower one takes without a word.
fn check(text: &[u8], depth: usize) {
    let slow = parse_slowly(text, Limits { depth, ..Limits::default() }).ok();
    let expected = slow.filter(|parsed| parsed.duplicates.is_empty()).map(|parsed| parsed.value);
    let shown = String::from_utf8_lossy(text);
    match (well_formed(text, depth), expected) {
        (Some(found), Some(expected)) => {
            assert!(found.identical(&expected), "{shown}: {found:?} and not {expected:?}");
            check_weights(&found);
        }
        (found, expected) => assert_eq!(found, expected, "{shown}"),
    }
}

/// What every part says it weighs is what its text does.
fn check_weights(value: &Value) {
    assert_eq!(value.size(), value.to_json().len() as u64, "{value:?}");
    let parts: Vec<&Value> = match value {
        Value::Array(array) => array.iter().collect(),
        Value::Object(object) => object.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    parts.iter().for_each(|part| check_weights(part));
    let deepest = parts.iter().map(|part| part.depth()).max();
    assert_eq!(value.depth(), usize::from(value.is_container()) + deepest.unwrap_or(0), "{value:?}");
}

#[test]
fn odd_texts_are_read_as_by_the_slower_reader() {
    let long = format!("[{}]", (0..1_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ,\n"));
    let wide =
        format!("{{{}}}", (0..100).map(|n| format!("\"key {}\":[{n}]", n * 37 % 100)).collect::<Vec<_>>().join(","));
    let texts = [
        "",
        " ",
        "null",
        " true ",
        "falsely",
        "nul",
        "\"",
        "\"\"",
        "\"a\"b",
        "{",
        "{}",
        "{ }",
        "[]",
        "[ ]",
        "[,]",
        "[1,]",
        "{,}",
        "{\"a\":1,}",
        "{\"a\" : 1 , \"b\":2}",
        "{\"b\":1,\"a\":{\"d\":[],\"c\":{}}}",
        "{\"a\":1,\"a\":1}",
        "{\"\":0}",
        "{a:1}",
        "{1:1}",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.0",
        "100.0",
        "1e5",
        "1E+5",
        "1e",
        "-1.5e-3",
        "1e400",
        "-1e400",
        "1e-400",
        "123456789012345678",
        "1234567890123456789",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "999999999999999999",
        "-999999999999999999",
        "1-1",
        "1 2",
        "NaN",
        "\"\\n\\u0041\\\"\"",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\x\"",
        "\"\\",
        "\"\\\"",
        "\"\t\"",
        "\"\u{7f}\u{80}é😀\"",
        "\"12345678\\\\\"",
        "\"1234567\"",
        "\"12345678\"",
        "\"123456789\"",
        "{\"\\u0061\":1,\"a\":2}",
        "{\"a long key, not inline\":1,\"x\":{\"a long key, not inline\":2}}",
        "[\"\\u0000\\u001f/\\/\"]",
        "\u{feff}1",
        "[1]\u{a0}",
        &long,
        &wide,
    ];
    for text in texts {
        check(text.as_bytes(), MAX_DEPTH);
        check(format!(" [ {text} , {text}]\r\n").as_bytes(), MAX_DEPTH);
    }
    for broken in [&b"\"\xff\""[..], b"\xff", b"{\"\xc3\":1}", b"[1]\0", b"\"a\0b\""] {
        check(broken, MAX_DEPTH);
    }
}

#[test]
fn depth_is_limited_at_the_same_level() {
    for depth in 0..6 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = [&open.repeat(depth), "1", &close.repeat(depth)].concat();
            (0..6).for_each(|limit| check(text.as_bytes(), limit));
        }
    }
}

fn json() -> impl Strategy<Value = String> {
    let key = prop_oneof![4 => "[a-d]{0,3}", 1 => "[a-c \"\\\\\n\u{e9}]{0,20}"]
        .prop_map(|key| serde_json::to_string(&key).unwrap());
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON", |f| f.is_finite()).prop_map(|f| format!("{f:?}")),
        "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        ".{0,30}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        "[ -~]{0,20}".prop_map(|text| format!("\"{text}\"")),
    ];
    scalar.prop_recursive(5, 200, 80, move |inner| {
        let blank = "[ \n]?";
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..80), blank)
                .prop_map(|(all, blank)| format!("[{}]", all.join(&format!("{blank},")))),
            (prop::collection::vec((key.clone(), inner), 0..40), blank).prop_map(|(all, blank)| {
                let members = all.iter().map(|(key, value)| format!("{key}{blank}:{value}{blank}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_as_by_the_slower_reader(text in json(), depth in 0usize..8) {
        check(text.as_bytes(), MAX_DEPTH);
        check(text.as_bytes(), depth);
    }

    #[test]
    fn changed_texts_are_read_as_by_the_slower_reader(
        text in json(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![Just(None), any::<u8>().prop_map(Some), "[\\[\\]{},:\"\\\\0-9]".prop_map(|c| Some(c.as_bytes()[0]))]), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len().max(1));
            match byte {
                Some(byte) if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(at),
            }
        }
        check(&bytes, MAX_DEPTH);
    }
}
