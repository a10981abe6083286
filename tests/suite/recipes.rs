//! Sources of events through the public door: every shipped recipe on a sample, the real files, models, and hostile bytes.

use super::imports::Found;
use super::real_data::data;
use asof::import::{self, ImportInput, ReadAs};
use asof::recipe::{Mapping, RecipeBook};
use asof::record::{Body, StateChange, TenantId};
use asof::{Error, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};

pub fn said(how: impl Fn(&mut Mapping)) -> Mapping {
    let mut mapping = Mapping::default();
    how(&mut mapping);
    mapping
}

pub fn by_recipe(name: &str) -> Mapping {
    said(|mapping| mapping.recipe = Some(name.into()))
}

pub fn read(input: ImportInput, mapping: &Mapping) -> asof::Result<Found> {
    let book = RecipeBook::shipped();
    let mut found = Found::default();
    import::read_as(input, &ReadAs { format: None, mapping, book: &book }, &mut |item| found.take(item))?;
    Ok(found)
}

fn read_text(text: &str, mapping: &Mapping) -> asof::Result<Found> {
    read(ImportInput::new("test", Cursor::new(text.as_bytes().to_vec()))?, mapping)
}

/// The states of each tenant, as `serde_json` reads them; an invalid version is its reason.
pub fn states(found: &Found) -> BTreeMap<String, Vec<Json>> {
    let mut all: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for (TenantId(tenant), entry) in &found.entries {
        let Body::Transition { change, .. } = &entry.body else { continue };
        let state = match change {
            StateChange::State(value) => json_of(value),
            StateChange::Deleted => Json::Null,
            StateChange::Invalid { why, .. } => json!({ "invalid": why.as_str() }),
            StateChange::Patch(_) => panic!("recipes make states"),
        };
        all.entry(tenant.to_string()).or_default().push(state);
    }
    all
}

fn json_of(value: &Value) -> Json {
    serde_json::from_str(&value.to_json()).unwrap()
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recipes")
}

/// Every shipped recipe has a sample, finds it to be its own, and makes of it what stands beside it.
#[test]
fn every_shipped_recipe_reads_its_sample() {
    let book = RecipeBook::shipped();
    for file in book.files() {
        let name = file.name.as_str();
        if name.ends_with("-sqlite") {
            continue; // in `databases`
        }
        let sample = std::fs::read_dir(samples())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending != "expected"))
            .find(|path| path.file_name().unwrap().to_string_lossy().split('.').next() == Some(name))
            .unwrap_or_else(|| panic!("no sample of {name}"));
        let bytes = std::fs::read(&sample).unwrap();
        let probed = import::probe(&bytes);
        let named: Vec<&str> = probed.recipes.iter().map(|recipe| recipe.name.as_str()).collect();
        assert_eq!(named, [name], "{}", sample.display());
        let mut mapping = by_recipe(name);
        if !file.recipe().unwrap().makes_states() {
            mapping.fold = Some("(. // []) + [$event.type]".into());
        }
        let found = read(ImportInput::new("sample", Cursor::new(bytes)).unwrap(), &mapping).unwrap();
        let told: Vec<String> = found.lines().into_iter().chain(found.places()).map(|line| line + "\n").collect();
        let expected = sample.with_file_name(format!("{name}.expected"));
        if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
            std::fs::write(&expected, told.concat()).unwrap();
        }
        assert_eq!(told.concat(), std::fs::read_to_string(&expected).unwrap_or_default(), "{name}");
    }
}

/// Logs of events and of changes are never taken for states, whatever they are called.
#[test]
fn what_a_recipe_is_for_never_opens_as_states() {
    for text in [
        "{\"state\":{\"a\":1},\"ts\":1700000000}\n{\"merge\":{\"a\":2},\"ts\":1700000001}\n",
        "{\"state\":{\"a\":1},\"ts\":1700000000}\n{\"delta\":{\"a\":[1,2]},\"ts\":1700000001}\n",
        "{\"state\":{\"a\":1},\"ts\":1700000000}\n{\"patches\":[{\"op\":\"replace\",\"path\":[\"a\"],\"value\":2}],\"ts\":1700000001}\n",
        "[{\"op\":\"replace\",\"path\":[\"a\"],\"value\":1}]\n[{\"op\":\"remove\",\"path\":[\"a\"]}]\n",
        "{\"payload\":\"[{\\\"type\\\":\\\"INC\\\"}]\"}",
        "{\n\t\"payload\": \"[{\\\"type\\\":\\\"INC\\\"}]\",\n\t\"preloadedState\": \"{}\"\n}",
        "{\"monitorState\":{},\"nextActionId\":1,\"actionsById\":{\"0\":{\"type\":\"PERFORM_ACTION\",\"action\":{\"type\":\"@@INIT\"}}},\"stagedActionIds\":[0],\"skippedActionIds\":[],\"computedStates\":[{\"state\":{}}]}",
    ] {
        let asked = read_text(text, &Mapping::default());
        let Err(Error::NotStates { recipes, .. }) = asked.map(|_| ()) else { panic!("{text} opens") };
        assert_eq!(recipes.len(), 1, "{text}: {recipes:?}");
    }
    // States that merely look a little like it do open.
    for text in [
        "{\"delta\":1,\"n\":2}\n{\"delta\":2,\"n\":3}\n",
        "{\"payload\":{\"a\":1},\"n\":1}\n",
        "{\"patches\":[\"fix\"],\"n\":1}\n{\"patches\":[],\"n\":1}\n",
        "{\"object\":{\"a\":1},\"kind\":\"x\"}\n",
    ] {
        assert!(read_text(text, &Mapping::default()).is_ok(), "{text}");
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_streams_of_changes_give_the_states_of_their_histories() {
    for name in ["scoop-mise", "nur-repos", "android-override"] {
        let expected: Vec<Json> = lines(&data(&format!("git-histories/{name}.jsonl.zst")))
            .filter_map(|mut line| line.get_mut("state").map(Json::take))
            .collect();
        for (ending, recipe) in [("merge", "merge-patch"), ("immer", "immer"), ("jdp", "jsondiffpatch")] {
            let path = data(&format!("derived-streams/{name}.{ending}.jsonl.zst"));
            let asked = read(ImportInput::open(&path).unwrap(), &Mapping::default()).map(|_| ());
            let Err(Error::NotStates { recipes, .. }) = asked else { panic!("{} opens as states", path.display()) };
            assert_eq!(recipes, [recipe]);
            let found = read(ImportInput::open(&path).unwrap(), &by_recipe(recipe)).unwrap();
            assert_eq!(found.places(), Vec::<String>::new(), "{}", path.display());
            let made = &states(&found)["main"];
            assert_eq!(made.len(), expected.len());
            for (at, (made, expected)) in made.iter().zip(&expected).enumerate() {
                assert!(same(made, expected), "{} #{}", path.display(), at + 1);
            }
        }
    }
}

/// Equal, numbers by their value: `100.0` is `100`.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

fn lines(path: &Path) -> impl Iterator<Item = Json> {
    use std::io::BufRead as _;
    let file = std::fs::File::open(path).unwrap();
    let text = std::io::BufReader::new(zstd::Decoder::new(file).unwrap());
    text.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}

fn document(path: &Path) -> Json {
    let bytes = std::fs::read(path).unwrap();
    let is_packed = path.extension().is_some_and(|ending| ending == "zst");
    serde_json::from_slice(&if is_packed { zstd::decode_all(&bytes[..]).unwrap() } else { bytes }).unwrap()
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_sessions_of_redux_give_their_computed_states() {
    for name in ["redux-devtools/lifted-mise-40-quirks.json", "redux-devtools/lifted-android-150.json.zst"] {
        let path = data(name);
        let lifted = document(&path);
        let found = read(ImportInput::open(&path).unwrap(), &by_recipe("redux-lifted")).unwrap();
        let made = &states(&found)["main"];
        let computed = lifted["computedStates"].as_array().unwrap();
        let ids = lifted["stagedActionIds"].as_array().unwrap();
        let skipped = lifted["skippedActionIds"].as_array().unwrap();
        assert_eq!(made.len(), ids.len(), "{name}");
        for (at, id) in ids.iter().enumerate() {
            let expected = match computed[at].get("error") {
                Some(error) => json!({ "invalid": error }),
                None => computed[at]["state"].clone(),
            };
            assert!(same(&made[at], &expected), "{name} #{}", at + 1);
            let Body::Transition { label, .. } = &found.entries[at].1.body else { panic!("a transition") };
            assert_eq!(label.ends_with(" (skipped)"), skipped.contains(id), "{name} #{}: {label}", at + 1);
        }
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_replays_give_their_steps() {
    for name in ["chess", "halite", "kore_fleets"] {
        let path = data(&format!("state-recordings/{name}.replay.json.zst"));
        let found = read(ImportInput::open(&path).unwrap(), &by_recipe("kaggle")).unwrap();
        let expected: Vec<Json> =
            lines(&data(&format!("state-recordings/{name}.jsonl.zst"))).map(|line| line["state"].clone()).collect();
        assert!(states(&found)["main"] == expected, "{name}");
    }
}

/// Each file is named for what it is: by its format, or by the recipe that it asks for.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn every_real_file_is_named_for_what_it_is() {
    let mut seen = 0;
    for folder in std::fs::read_dir(data("")).unwrap().map(|entry| entry.unwrap().path()) {
        // Programs, and files that are broken on purpose (see `imports`).
        for path in files_below(&folder).into_iter().filter(|path| {
            folder.is_dir() && !folder.ends_with("scripts") && !path.to_string_lossy().contains("JSONTestSuite")
        }) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if matches!(name.as_str(), "README.md" | "LICENSE") {
                continue;
            }
            let expected = match name.split('.').nth(1).unwrap_or_default() {
                "merge" => "merge-patch",
                "immer" => "immer",
                "jdp" => "jsondiffpatch",
                "rfc6902" | "patch" => "json-patch",
                "replay" => "kaggle",
                _ if name.starts_with("lifted") => "redux-lifted",
                _ if name.starts_with("export") => "redux-export",
                _ if name.starts_with("watch") => "kubernetes-watch",
                _ if name.starts_with("falco") => "kubernetes-audit",
                _ if name.ends_with(".tfstate") => "terraform",
                _ if name.starts_with("examples") => "jsondiffpatch",
                _ => "states",
            };
            let input = ImportInput::open(&path).unwrap();
            let probed = import::probe(input.start());
            let found = match (&probed.doubt, probed.recipes.as_slice()) {
                (Some(_), [only]) => only.name.to_string(),
                (None, [only]) if !only.asks => only.name.to_string(),
                (None, _) => probed.choose(&name).unwrap().to_owned(),
                (Some(why), several) => panic!("{name}: {why}: {several:?}"),
            };
            assert_eq!(found, expected, "{name}");
            seen += 1;
        }
    }
    assert!(seen > 55, "{seen}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Real states of Terraform open unasked, as they are but for what they call sensitive.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_states_of_terraform_are_theirs_without_secrets() {
    let files = files_below(&data("terraform"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "tfstate"));
    let mut hidden = 0;
    for path in files {
        let mut expected = document(&path);
        for output in
            expected.get_mut("outputs").and_then(Json::as_object_mut).into_iter().flatten().map(|(_, output)| output)
        {
            if output["sensitive"] == true {
                output["value"] = "(hidden)".into();
                hidden += 1;
            }
        }
        let resources = expected.get_mut("resources").and_then(Json::as_array_mut).into_iter().flatten();
        for instance in resources
            .flat_map(|resource| resource.get_mut("instances").and_then(Json::as_array_mut).into_iter().flatten())
        {
            let paths = instance["sensitive_attributes"].as_array().cloned().unwrap_or_default();
            for steps in paths {
                let pointer: String = steps
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|step| format!("/{}", step["value"].as_str().unwrap_or("0")))
                    .collect();
                if let Some(secret) = instance["attributes"].pointer_mut(&pointer) {
                    *secret = "(hidden)".into();
                    hidden += 1;
                }
            }
        }
        let found = read(ImportInput::open(&path).unwrap(), &Mapping::default()).unwrap();
        let made = states(&found);
        let lineage = expected["lineage"].as_str().unwrap();
        assert!(
            made.len() == 1 && made[lineage].len() == 1 && same(&made[lineage][0], &expected),
            "{}: {}",
            path.display(),
            json!(made)
        );
    }
    println!("{hidden} values hidden");
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_deltas_of_jsondiffpatch_lead_from_left_to_right() {
    let cases = document(&data("diff-oracles/jsondiffpatch/examples.json"));
    let mut checked = 0;
    for case in cases.as_array().unwrap().iter().filter(|case| case["delta"].is_object() || case["delta"].is_array()) {
        // One that deletes the whole value leaves nothing to look at.
        if case["right"].is_null() && case["delta"].as_array().is_some_and(|delta| delta.len() == 3) {
            continue;
        }
        let text = format!("{}\n{}\n", json!({ "state": case["left"] }), json!({ "delta": case["delta"] }));
        let found = read_text(&text, &by_recipe("jsondiffpatch")).unwrap();
        let states = &states(&found)["main"];
        assert!(same(states.last().unwrap(), &case["right"]), "{case}: {states:?}");
        checked += 1;
    }
    assert!(checked > 30, "{checked}");
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0_i32..9).prop_map(Json::from),
        "[a-c]{0,2}".prop_map(Json::from)
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// RFC 7396, section 2, word by word.
fn merge_by_the_rfc(target: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            merge_by_the_rfc(&mut target[name], value);
        }
    }
}

/// One operation of Immer on a plain value, where it applies.
fn immer_by_hand(target: &mut Json, op: &str, path: &[Json], value: &Json) -> Option<()> {
    let (key, rest) = path.split_first()?;
    if !rest.is_empty() {
        return immer_by_hand(child(target, key)?, op, rest, value);
    }
    match target {
        Json::Object(members) => {
            let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
            if op == "remove" {
                members.remove(&key).map(drop)
            } else {
                members.insert(key, value.clone()).map_or(Some(()), |_| Some(()))
            }
        }
        Json::Array(elements) => {
            let index = usize::try_from(key.as_u64()?).ok()?;
            match op {
                "add" if index <= elements.len() => elements.insert(index, value.clone()),
                "replace" if index < elements.len() => elements[index] = value.clone(),
                "replace" if index == elements.len() => elements.push(value.clone()),
                "remove" if index < elements.len() => drop(elements.remove(index)),
                _ => return None,
            }
            Some(())
        }
        _ => None,
    }
}

fn child<'v>(value: &'v mut Json, key: &Json) -> Option<&'v mut Json> {
    match value {
        Json::Object(members) => members.get_mut(&key.as_str().map_or_else(|| key.to_string(), str::to_owned)),
        Json::Array(elements) => elements.get_mut(usize::try_from(key.as_u64()?).ok()?),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn merge_patches_do_what_the_rfc_says(first in any_json(), patches in prop::collection::vec(any_json().prop_filter("null and false are no member", |patch| *patch != Json::Null && *patch != json!(false)), 1..6)) {
        let mut text = format!("{}\n", json!({ "state": first }));
        let (mut expected, mut state) = (vec![first.clone()], first);
        for patch in &patches {
            let _ = writeln!(text, "{}", json!({ "merge_patch": patch, "label": "x" }));
            merge_by_the_rfc(&mut state, patch);
            expected.push(state.clone());
        }
        let found = read_text(&text, &by_recipe("merge-patch")).unwrap();
        prop_assert_eq!(&states(&found)["main"], &expected);
    }

    #[test]
    fn immer_patches_do_what_a_plain_value_does(
        first in any_json(),
        patches in prop::collection::vec(
            (
                prop::sample::select(vec!["add", "replace", "remove"]),
                prop::collection::vec(prop_oneof!["[a-c]".prop_map(Json::from), (0_u32..3).prop_map(Json::from)], 1..3),
                any_json(),
            ),
            1..8,
        ),
    ) {
        let mut text = format!("{}\n", json!({ "state": first }));
        let (mut expected, mut state) = (vec![Some(first.clone())], first);
        for (op, path, value) in &patches {
            let _ = writeln!(text, "{}", json!({ "patches": [{ "op": op, "path": path, "value": value }] }));
            let mut next = state.clone();
            let done = immer_by_hand(&mut next, op, path, value);
            if done.is_some() {
                state = next;
            }
            expected.push(done.map(|()| state.clone()));
        }
        let found = read_text(&text, &by_recipe("immer")).unwrap();
        let made: Vec<Option<Json>> = states(&found)["main"].iter().map(|state| state.get("invalid").map_or_else(|| Some(state.clone()), |_| None)).collect();
        prop_assert_eq!(made, expected);
    }

    /// Whatever bytes a recipe is given: entries and problems, each invalid version with its own, and no panic.
    #[test]
    fn no_recipe_is_led_astray(index in any::<prop::sample::Index>(), texts in prop::collection::vec(any_json(), 0..6), damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>()))) {
        let book = RecipeBook::shipped();
        let name = book.files()[index.index(book.files().len())].name.clone();
        let mut bytes: Vec<u8> = texts.iter().flat_map(|text| format!("{text}\n").into_bytes()).collect();
        if let Some((at, byte)) = damage && !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut mapping = by_recipe(&name);
        if !book.get(&name).unwrap().makes_states() {
            mapping.fold = Some("$event".into());
        }
        if let Ok(found) = ImportInput::new("test", Cursor::new(bytes)).and_then(|input| read(input, &mapping)) {
            let invalid = found.entries.iter().filter(|(_, entry)| matches!(&entry.body, Body::Transition { change: StateChange::Invalid { .. }, .. })).count();
            prop_assert!(invalid <= found.problems.len() + found.entries.len());
        }
    }
}
