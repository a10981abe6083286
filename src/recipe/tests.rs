//! Recipes as files and at work.

use super::*;
use crate::value::parse;
use std::path::Path;

fn value(json: &str) -> Value {
    parse(json.as_bytes()).unwrap()
}

fn recipe(text: &str) -> Recipe {
    Recipe::parse("mine", Path::new("mine.toml"), text).unwrap()
}

#[test]
fn every_shipped_recipe_is_sound() {
    let book = RecipeBook::shipped();
    assert!(book.files().len() >= 9);
    for file in book.files() {
        let recipe = file.recipe().unwrap_or_else(|error| panic!("{error}"));
        assert!(!recipe.about.is_empty() && !recipe.about.ends_with('.'), "{}", file.name);
        assert!(!recipe.patterns.is_empty() || recipe.reads_databases(), "{}: nobody would be told of it", file.name);
    }
    assert!(book.files().is_sorted_by(|left, right| left.name < right.name));
}

#[test]
fn what_is_wrong_in_a_file_is_said_with_its_line() {
    for (text, line) in [
        (
            "about = \"x\"\n\nlabell = \"type\"\n",
            "mine.toml:3: there is no key \"labell\" in a recipe; the keys are about,",
        ),
        ("about = \"x\"\nrun = \"rm\"\n", "mine.toml:2: there is no key \"run\""),
        ("about = \"x\"\nfold = \".a +\"\n", "mine.toml:2: the filter .a + is wrong at character 5"),
        ("about = \"x\"\nfold = [\".\", \".[\"]\n", "mine.toml:2: the filter .[ is wrong"),
        ("about = \"x\"\nlabel = 5\n", "mine.toml:2: label must be a string in quotes"),
        ("about = \"x\"\ninitial = \"{\"\n", "mine.toml:2: initial is not JSON"),
        ("about = \"x\"\nstate = \"a\"\nfold = \".\"\n", "mine.toml:3: a recipe has a state or a fold, not both"),
        ("about = \"x\"\n[[detect]]\nhas = [\"a\"]\nwith = 1\n", "mine.toml:4: there is no key \"with\" in detect"),
        ("about = \"x\"\ndetect = 5\n", "mine.toml:2: detect must be a table"),
        ("about = \"x\"\nask = \"no\"\n", "mine.toml:2: ask must be true or false"),
        ("about = \n", "mine.toml:1: "),
        ("fold = \".\"\n", "mine.toml:1: about is missing"),
    ] {
        let problems = Recipe::parse("mine", Path::new("mine.toml"), text).unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.starts_with(line)), "{text}: {told:?}");
    }
}

#[test]
fn a_field_is_found_by_its_path_or_a_filter() {
    let event =
        value(r#"{"a":{"b":[{"c":1}]},"log.level":"warn","x.y":{"z.w":2},"@timestamp":5,"n":null,"t":{"type":"T"}}"#);
    for (text, expected) in [
        ("a.b.0.c", Some("1")),
        (".a.b.0.c", Some("1")),
        ("log.level", Some("\"warn\"")),
        ("x.y.z.w", Some("2")),
        ("@timestamp", Some("5")),
        (".", Some(event.to_json().as_str())),
        ("a.b.1", None),
        ("n", None),
        ("nothing", None),
        (".a.b[0].c + 1", Some("2")),
        (".a.b | length", Some("1")),
    ] {
        let found = EventField::parse(text).unwrap().of(&event).unwrap().map(|value| value.to_json());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    let found = EventField::parse("t").unwrap().of(&event).unwrap();
    assert_eq!(super::field::text(&found.unwrap()).as_deref(), Some("T"));
    assert!(EventField::parse(".a | ").is_err());
}

#[test]
fn sources_are_told_by_their_texts() {
    let recipe = recipe(
        "about = \"x\"\n[[detect]]\nhas = [\"a.*.b\"]\nis = { k = [\"one\", \"tw*\", \"5\"] }\nlacks = [\"topic\"]\n[[detect]]\nhas = [\"end\"]\nalso = true\n",
    );
    let fits = |texts: &[&str]| recipe.fits(&texts.iter().map(|text| value(text)).collect::<Vec<_>>()).is_some();
    assert!(fits(&[r#"{"a":[{"b":1}],"k":"one"}"#]));
    assert!(fits(&[r#"{"a":{"x":{"b":1}},"k":"twenty"}"#, r#"{"end":1}"#]));
    assert!(fits(&[r#"{"a":[{},{"b":1}],"k":5}"#]));
    assert!(!fits(&[r#"{"a":[{"b":1}],"k":"three"}"#]));
    assert!(!fits(&[r#"{"a":[{"b":null}],"k":"one"}"#]));
    assert!(!fits(&[r#"{"a":[{"b":1}],"k":"one","topic":1}"#]));
    assert!(!fits(&[r#"{"end":1}"#]), "none of the first kind");
    assert!(!fits(&[r#"{"a":[{"b":1}],"k":"one"}"#, "{}", "{}"]), "most are of no kind");
    assert!(!fits(&[]) && !fits(&["5", "[]"]));
}

#[test]
fn events_fold_into_states_of_their_tenants() {
    let recipe = recipe(
        "about = \"x\"\nevents = '.[]'\ninitial = '{\"n\":0}'\nfold = ['if $event.n == 0 then empty else . end', '.n += $event.n', '., (if $event.twice then .n += 1 else empty end)']\nlabel = 'type'\ntenant = 'who'\nsecrets = ['keys.*', 'pin']\n",
    );
    let mut folder = Folder::new(Arc::new(recipe));
    let texts = r#"[{"n":1,"who":"a"},{"n":2,"who":"b"},{"n":0},{"n":5,"who":"a","twice":true},{"n":"x","who":"b"}]"#;
    let mut told = Vec::new();
    for event in folder.events(value(texts)).unwrap() {
        let facts = folder.facts(&event);
        let who = facts.tenant.clone().unwrap_or_default();
        match folder.next(&facts.tenant, &event) {
            Next::States(states) => {
                for state in states {
                    told.push(format!("{who} {}", state.to_json()));
                    folder.keep(&facts.tenant, state);
                }
            }
            Next::Nothing => told.push("nothing".into()),
            Next::Invalid(why) => told.push(format!("{who} {why}")),
            Next::Unknown => told.push("unknown".into()),
        }
    }
    let (last, others) = told.split_last().unwrap();
    assert_eq!(others, ["a {\"n\":1}", "b {\"n\":2}", "nothing", "a {\"n\":6}", "a {\"n\":7}"]);
    assert!(last.starts_with("b cannot"), "{last}");
    let hidden = folder.hidden(value(r#"{"keys":{"a":1,"b":[2]},"pin":null,"other":1}"#));
    assert_eq!(hidden.to_json(), r#"{"keys":{"a":"(hidden)","b":"(hidden)"},"other":1,"pin":null}"#);
}

#[test]
fn a_part_that_cannot_be_found_is_told_once() {
    for (key, wrong, told) in [
        ("label", ".n | keys", "label: cannot"),
        ("time", ".n | keys", "time: cannot"),
        ("tenant", "error(\"who\")", "tenant: who (reported once)"),
        ("lost", "error(1)", "lost: 1 (reported once)"),
        ("restarts", "error(.n)", "restarts: 1 (reported once)"),
        ("invalid", "error({})", "invalid: {} (reported once)"),
        ("sequence", "[\"a\", -1]", "sequence: -1 is not a whole number from 0 on"),
        ("sequence", "[\"a\", 1.5]", "sequence: 1.5 is not a whole number"),
        ("sequence", "[\"a\", 18446744073709551616]", "sequence: 18446744073709551616 is not"),
        ("sequence", "[\"a\"]", "sequence: [\"a\"] is not [WHAT, NUMBER, WHICH]"),
        ("sequence", ".n + 4", "sequence: 5 is not [WHAT, NUMBER, WHICH]"),
        ("sequence", "[5, 1.0, null]", ""),
        ("sequence", "null", ""),
        ("label", ".nothing", ""),
    ] {
        let mut folder = Folder::new(Arc::new(recipe(&format!("about = \"x\"\nfold = \".\"\n{key} = '{wrong}'\n"))));
        let mut all = Vec::new();
        for _ in 0..2 {
            let event = value(r#"{"n":1}"#);
            let (facts, _lost) = (folder.facts(&event), folder.loss(&event));
            let _gap = folder.gap(&event, &facts);
            all.extend(folder.faults());
        }
        assert!(all.len() <= 1 && all.concat().starts_with(told), "{key} = {wrong}: {all:?}");
        assert_eq!(all.is_empty(), told.is_empty(), "{key} = {wrong}: {all:?}");
    }
}

#[test]
fn what_is_said_is_kept_and_read_again() {
    let mut mapping = Mapping::default();
    assert!(mapping.is_empty() && Mapping::of_lines("") == Some(Mapping::default()));
    mapping.fold = Some("if $event.a == \"x\"\nthen 1 else 'y' end".into());
    mapping.time = Some("a.b".into());
    assert_eq!(Mapping::of_lines(&mapping.to_lines()), Some(mapping.clone()));
    assert_eq!(mapping.to_string(), "--fold 'if $event.a == \"x\"\nthen 1 else '\\''y'\\'' end' --time-field a.b");
    assert_eq!(Mapping::of_lines("fold = 5\n"), None);
    assert_eq!(Mapping::of_lines("other = \"x\"\n"), None);
    mapping.state = Some("a".into());
    assert!(mapping.recipe(None).is_err(), "two ways to make a state");
}
