//! Watches that lost events: what the source says of it, and what its numbers say, is an invalid version before the next event.

use super::dice::Dice;
use super::recipes::{by_recipe, read, states};
use asof::import::ImportInput;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::Cursor;

/// What a tenant's versions are: `"gap: …"` where one is, the state otherwise.
fn versions(recipe: &str, lines: &[Json]) -> BTreeMap<String, Vec<Json>> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let input = ImportInput::new("watch", Cursor::new(text.into_bytes())).unwrap();
    let found = read(input, &by_recipe(recipe)).unwrap();
    let all = states(&found);
    let gaps = all.values().flatten().filter(|state| state.get("invalid").is_some()).count();
    let losses = lines.iter().filter(|line| line["object"]["code"] == 410 || line["compact_revision"].is_string());
    assert_eq!(found.problems.len(), gaps + losses.count(), "each is told: {:?}", found.problems);
    all
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunk = |bytes: &[u8]| {
        let number = (0..3).fold(0_u32, |all, at| all << 8 | u32::from(*bytes.get(at).unwrap_or(&0)));
        let digit = |at: usize| {
            if at <= bytes.len() { char::from(DIGITS[(number >> (18 - 6 * at) & 63) as usize]) } else { '=' }
        };
        (0..4).map(digit).collect::<String>()
    };
    text.as_bytes().chunks(3).map(chunk).collect()
}

/// One event of a key as etcd numbers it: the version of a put, none of a deletion.
struct Change {
    key: &'static str,
    version: Option<u64>,
    created: u64,
    line: Json,
}

fn etcd(dice: &mut Dice, events: u64) -> Vec<Change> {
    let mut known: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut changes = Vec::new();
    for revision in 2..events + 2 {
        let key = ["a", "b", "c"][dice.below(3)];
        let mut kv = json!({"key": base64(key), "mod_revision": revision.to_string()});
        let (version, created, mut event) = if known.contains_key(key) && dice.below(4) == 0 {
            known.remove(key);
            (None, 0, json!({"type": "DELETE"}))
        } else {
            let (version, created) = known.entry(key).or_insert((0, revision));
            *version += 1;
            kv["value"] = json!(base64(&revision.to_string()));
            kv["version"] = json!(version.to_string());
            kv["create_revision"] = json!(created.to_string());
            (Some(*version), *created, json!({}))
        };
        event["kv"] = kv;
        let line = json!({"result": {"header": {"revision": revision.to_string()}, "events": [event]}});
        changes.push(Change { key, version, created, line });
    }
    changes
}

#[test]
fn what_the_numbers_of_etcd_say_is_missing_is_told_and_nothing_else() {
    let mut dice = Dice(14);
    let mut told = 0;
    for round in 0..60 {
        let changes = etcd(&mut dice, 40);
        let kept: Vec<bool> = changes.iter().map(|_| round == 0 || dice.below(5) != 0).collect();
        let lines: Vec<Json> =
            changes.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(c, _)| c.line.clone()).collect();
        let mut expected = Vec::new();
        let mut state = json!({});
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate().filter(|(at, _)| kept[*at]) {
            if let Some(before) = last.insert(change.key, at) {
                let lost = changes[before + 1..at].iter().filter(|lost| lost.key == change.key);
                let of_this = lost.filter(|lost| lost.version.is_some() && lost.created == change.created).count();
                let key = change.key;
                let said = match (changes[before].version, change.version) {
                    (Some(_), Some(_)) if changes[before].created != change.created => {
                        Some(format!("the end of {key} is missing: another one of this name follows"))
                    }
                    (from, Some(to)) if of_this > 0 => Some(format!(
                        "at least {of_this} change{} of {key} missing: {} is followed by {to}",
                        if of_this == 1 { "" } else { "s" },
                        from.unwrap_or(0)
                    )),
                    (None, None) => Some(format!("{key} ends twice: what made it again is missing")),
                    _ => None,
                };
                expected.extend(said.map(|said| json!({ "invalid": said })));
            }
            if change.version.is_some() {
                state[change.key] = json!(at + 2);
            } else {
                state.as_object_mut().unwrap().remove(change.key);
            }
            expected.push(state.clone());
        }
        told += expected.iter().filter(|version| version.get("invalid").is_some()).count();
        assert_eq!(versions("etcd-watch", &lines).remove("main").unwrap(), expected, "round {round}");
        assert!(round > 0 || told == 0, "nothing is missing in the first");
    }
    assert!(told > 100, "{told}");
}

fn pod(kind: &str, name: &str, uid: u64, generation: u64, version: u64) -> Json {
    let metadata = json!({"name": name, "namespace": "shop", "uid": uid.to_string(), "generation": generation,
        "resourceVersion": version.to_string()});
    json!({"type": kind, "object": {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}})
}

fn gone(version: u64) -> Json {
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired",
        "message": format!("too old resource version: {version} (99)")});
    json!({"type": "ERROR", "object": status})
}

/// What each line adds to the history of `Pod/shop/web`: `v`, a state; `-`, a deletion; else the words of a gap.
#[test]
fn a_watch_of_kubernetes_tells_where_it_began_again_and_what_it_lost() {
    let again = "the source began again: what happened between 5 and 30 is missing";
    let lost = "the source lost events (too old resource version: 5 (99)): what happened between 5 and 30 is missing";
    let rest = "the source lost events (too old resource version: 5 (99)): what happened after 5 is missing";
    let first = || pod("ADDED", "web", 1, 1, 5);
    for (what, lines, expected) in [
        (
            "one after the other",
            vec![first(), pod("MODIFIED", "web", 1, 1, 9), pod("MODIFIED", "web", 1, 2, 30)],
            vec!["v", "v", "v"],
        ),
        (
            "a change is lost",
            vec![first(), pod("MODIFIED", "web", 1, 4, 30)],
            vec!["v", "at least 2 changes of Pod/shop/web missing: 1 is followed by 4", "v"],
        ),
        ("a new list", vec![first(), pod("ADDED", "web", 1, 1, 30)], vec!["v", again, "v"]),
        ("a new list of the same", vec![first(), pod("ADDED", "web", 1, 1, 5)], vec!["v", "v"]),
        (
            "deleted and made again",
            vec![first(), pod("DELETED", "web", 1, 1, 9), pod("ADDED", "web", 2, 1, 30)],
            vec!["v", "-", "v"],
        ),
        (
            "its end is lost",
            vec![first(), pod("MODIFIED", "web", 2, 1, 30)],
            vec!["v", "the end of Pod/shop/web is missing: another one of this name follows", "v"],
        ),
        ("gone", vec![first(), gone(5), pod("ADDED", "web", 1, 1, 30)], vec!["v", lost, "v"]),
        ("gone, and nothing was lost", vec![first(), gone(5), pod("ADDED", "web", 1, 1, 5)], vec!["v", "v"]),
        ("gone, and it never comes again", vec![first(), gone(5), pod("ADDED", "db", 2, 1, 30)], vec!["v", rest]),
        ("gone at once", vec![gone(5), pod("ADDED", "web", 1, 1, 30)], vec!["v"]),
    ] {
        let mut all = versions("kubernetes-watch", &lines);
        let found: Vec<String> = all
            .remove("Pod/shop/web")
            .unwrap()
            .iter()
            .map(|version| match version.get("invalid") {
                Some(why) => why.as_str().unwrap().to_owned(),
                None if version.is_null() => "-".to_owned(),
                None => "v".to_owned(),
            })
            .collect();
        assert_eq!(found, expected, "{what}");
        assert!(!all.contains_key("main"), "{what}: the loss itself is no version of another tenant");
    }
}

#[test]
fn a_compacted_watch_of_etcd_is_told_before_the_next_event() {
    let put = |revision: u64, version: u64| {
        json!({"result": {"header": {"revision": revision.to_string()}, "events": [{"kv": {"key": base64("k"),
            "value": base64("1"), "create_revision": "2", "mod_revision": revision.to_string(), "version": version.to_string()}}]}})
    };
    let compacted = json!({"header": {"revision": "9"}, "canceled": true, "compact_revision": "8", "events": []});
    let lines = [put(2, 1), compacted, put(9, 2)];
    let said = "the source lost events (compacted up to revision 8): what happened between 2 and 9 is missing";
    let expected = [json!({"k": 1}), json!({ "invalid": said }), json!({"k": 1})];
    assert_eq!(versions("etcd-watch", &lines)["main"], expected);
}
