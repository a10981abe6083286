use super::*;

use proptest::prelude::*;

/// Reads texts after each other; each has to be what it is by itself.
fn check(texts: &[&str]) -> usize {
    let (mut reader, mut reread) = (TextReader::default(), 0);
    for text in texts {
        let limits = Limits { depth: 6, size: 100_000 };
        reread += usize::from(reader.last.as_ref().is_some_and(|last| last.reread(text, limits.depth).is_some()));
        match (reader.read(text, limits), parse_with(text.as_bytes(), limits)) {
            (Ok(found), Ok(expected)) => {
                assert!(
                    found.value.identical(&expected.value),
                    "{texts:?}: {} and not {}",
                    found.value,
                    expected.value
                );
                let weighed = |value: &Value| (value.size(), value.depth());
                assert_eq!(weighed(&found.value), weighed(&expected.value), "{texts:?}");
            }
            (found, expected) => {
                let [found, expected] = [found, expected].map(|read| read.err().map(|error| error.to_string()));
                assert_eq!(found, expected, "{texts:?}");
            }
        }
    }
    reread
}

const STATE: &str = r#"{ "name" : "x\"y", "list":[1, 22,"three",{"four":4},[5]] ,"empty":{},"none":[ ],"deep":{"a":{"b":{"c":1}}},"last":true }"#;

/// A state with something in it exchanged, and back again.
#[test]
fn what_differs_in_one_place_is_parsed_alone() {
    for (there, instead, is_reread) in [
        ("22", "23", true),
        ("22", "222", true),
        ("22", "2", true),
        ("1, 22", "1", true),
        ("1, 22", "1, 9, 22", true),
        ("1, 22", "1,22", true),
        ("[1, 22", "[0,1, 22", true),
        ("[1, 22", "[22", true),
        ("[5]]", "[5],6]", true),
        ("[5]]", "[]]", true),
        ("[5]", "[{},null]", true),
        (",[5]]", "]", true),
        ("x\\\"y", "z", true),
        ("x\\\"y", "", true),
        ("\"c\":1", "\"c\":{\"d\":1}", true),
        ("\"c\":1", "\"c\":1,\"b\":2", true),
        ("\"four\":4", "\"four\":4,\"five\":5", true),
        ("{\"four\":4}", "{}", true),
        ("\"last\":true", "\"last\":false", true),
        ("\"last\":true }", "\"last\":true,\"z\":1}", true),
        (",\"last\":true }", "}", true),
        ("{ \"name\" : \"x\\\"y\", ", "{", true),
        ("{ \"name\"", "{\"first\":1,\"name\"", true),
        ("\"name\"", "\"names\"", true),
        ("\"empty\":{}", "\"empty\":{\"a\":1}", true),
        ("[ ]", "[ 1]", true),
        ("true }", "true  }", true),
        // What is wrong is not taken from what was right.
        ("22", "2x", false),
        ("22", "", false),
        ("1, 22", "1; 22", false),
        ("1, 22", "1 22", false),
        ("22,", "22", false),
        ("22,", "22,,", false),
        ("[5]", "[5", false),
        ("[5]", "[5]]", false),
        ("[5]", "\"[5]", false),
        ("\"three\"", "\"three", false),
        ("\"three\"", "three", false),
        ("\"last\":true", "\"name\":true", false),
        ("\"last\":true", "\"last\":true,\"last\":true", false),
        ("\"last\":true", "\"last\" true", false),
        ("\"last\":true }", "\"last\":true ]", false),
        ("\"last\":true }", "\"last\":true }}", false),
        ("{ \"name\"", "[ \"name\"", false),
        ("{ \"name\"", " \"name\"", false),
        ("\"c\":1", "\"c\":[[[[1]]]]", false),
        ("{\"four\":4}", "{\"four\":4,}", false),
    ] {
        let other = STATE.replacen(there, instead, 1);
        assert_ne!(other, STATE, "{there}");
        let reread = check(&[STATE, &other]);
        assert_eq!(reread, usize::from(is_reread), "{there} to {instead}");
        check(&[&other, STATE, STATE, &other, &other]);
    }
}

#[test]
fn a_text_with_a_key_twice_is_no_ground_for_the_next() {
    let texts = [r#"{"a":1,"b":2,"b":3,"c":"long enough"}"#, r#"{"a":1,"b":2,"c":"long enough"}"#];
    assert_eq!(check(&texts), 0);
    assert_eq!(check(&[texts[0], texts[0], texts[1]]), 1, "the same once more");
}

/// A wide state, of which a change costs what it costs, not what the state does.
#[test]
fn one_member_of_many_is_parsed_alone() {
    let state = |changed: usize| {
        let member = |n| format!(r#""key number {n}":{{"n":{n},"list":[{}]}}"#, if n == changed { "1,2" } else { "" });
        format!("{{{}}}", (0..500).map(member).collect::<Vec<_>>().join(", "))
    };
    let states: Vec<String> = [7, 8, 0, 499, 300, 300].into_iter().map(state).collect();
    let texts: Vec<&str> = states.iter().map(String::as_str).collect();
    // From one end to the other is most of the text.
    assert_eq!(check(&texts), 4);
}

fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[1-9][0-9]{0,2}",
        Just("true".to_owned()),
        Just("null".to_owned()),
        "[a-b,\\]}{:]{0,3}".prop_map(|text| format!("\"{text}\""))
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|all| format!("[{}]", all.join(" ,"))),
            prop::collection::vec(inner, 0..6).prop_map(|all| {
                let members = all.iter().zip("abcdef".chars()).map(|(value, key)| format!("\"{key}\": {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn texts_are_read_as_each_by_itself(
        first in json(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, prop_oneof![json(), "[\\[\\]{},:\" 0-9a-f]{0,5}"]), 1..5),
    ) {
        let mut texts = vec![first];
        for (at, taken, put) in edits {
            let mut text = texts[texts.len() - 1].clone();
            let at = at.index(text.len() + 1);
            text.replace_range(at..(at + taken).min(text.len()), &put);
            texts.push(text);
        }
        check(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn parts_of_states_are_exchanged(state in prop::collection::vec(json(), 2..12), at: prop::sample::Index, other in json(), is_object: bool) {
        let text = |parts: &[String]| match is_object {
            true => format!("{{{}}}", parts.iter().enumerate().map(|(n, part)| format!("\"{n}\":{part}")).collect::<Vec<_>>().join(",")),
            false => format!("[{}]", parts.join(",")),
        };
        let (before, mut parts) = (text(&state), state);
        let at = at.index(parts.len());
        parts[at] = other;
        let changed = text(&parts);
        parts.remove(at);
        check(&[&before, &changed, &text(&parts), &changed, &before]);
    }
}
