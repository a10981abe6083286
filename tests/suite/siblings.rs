//! Other versions of the tools, other orders of their members, members that are left out, and hostile values: what each
//! recipe makes of them, and that nothing is lost in silence.

use super::imports::Found;
use super::recipes::{by_recipe, read, states};
use asof::import::ImportInput;
use asof::recipe::RecipeBook;
use serde_json::{Value as Json, json};
use std::io::Cursor;

fn input(text: &str) -> ImportInput {
    ImportInput::new("sibling", Cursor::new(text.as_bytes().to_vec())).unwrap()
}

/// A source is named for the recipe, and gives these versions of each tenant (an invalid one is its reason) and as many
/// problems.
#[track_caller]
fn check(recipe: &str, text: &str, expected: &Json, problems: usize) -> Found {
    let probed = asof::import::probe_input(&input(text), &RecipeBook::shipped()).unwrap();
    let named: Vec<&str> = probed.recipes.iter().map(|recipe| recipe.name.as_str()).collect();
    assert_eq!(named, [recipe], "{text}");
    let found = read(input(text), &by_recipe(recipe)).unwrap();
    assert_eq!(json!(states(&found)), *expected, "{text}");
    assert_eq!(found.problems.len(), problems, "{text}: {:?}", found.problems);
    found
}

fn lines(all: &[Json]) -> String {
    all.iter().map(|line| format!("{line}\n")).collect()
}

/// As lines and as one array the same.
#[track_caller]
fn check_both(recipe: &str, all: &[Json], expected: &Json, problems: usize) {
    check(recipe, &lines(all), expected, problems);
    check(recipe, &json!(all).to_string(), expected, problems);
}

#[test]
fn changes_of_any_form_are_applied() {
    let root = json!({"op": "replace", "path": [], "value": {"n": 1, "l": []}});
    let add = json!({"op": "add", "path": ["l", 0], "value": "x"});
    let (first, second) = (json!({"n": 1, "l": []}), json!({"n": 1, "l": ["x"]}));
    let both = json!({"main": [first, second]});
    // Patches and their inverses; as `produceWithPatches` and `create` answer; operations alone.
    check("immer", &lines(&[json!([[root], []]), json!([[add], [root]])]), &both, 0);
    check("immer", &lines(&[json!([first, [add], [root]]), json!([second, [add], [root]])]), &both, 0);
    check("immer", &lines(&[root.clone(), add.clone()]), &both, 0);
    check(
        "immer",
        &json!([[root], [add], [add]]).to_string(),
        &json!({"main": [first, second, {"n": 1, "l": ["x", "x"]}]}),
        0,
    );

    // A patch that is no object takes the place of the whole; one that is empty changes nothing.
    let merges =
        [json!({"mergePatch": {"a": 1}}), json!({"mergePatch": {}}), json!({"mergePatch": {"a": {"b": null}}})];
    check("merge-patch", &lines(&merges), &json!({"main": [{"a": 1}, {"a": 1}, {"a": {}}]}), 0);
    let merges = [
        json!({"state": {"a": 1}}),
        json!({"merge": false}),
        json!({"merge": {"x": 1}}),
        json!({"merge": {"y": 1}}),
        json!({"merge": null}),
        json!({"merge": {"z": 1}}),
    ];
    check(
        "merge-patch",
        &lines(&merges),
        &json!({"main": [{"a": 1}, false, {"x": 1}, {"x": 1, "y": 1}, null, {"z": 1}]}),
        0,
    );
}

#[test]
fn sessions_of_redux_are_read_in_any_order_and_form() {
    let actions = json!({"0": {"type": "PERFORM_ACTION", "action": {"type": "@@INIT"}}, "1": {"type": "PERFORM_ACTION", "action": {}}});
    let states = json!([{"state": {"n": 1}}, {"state": {"n": 2}, "error": "boom"}]);
    let lifted = json!({"actionsById": actions, "stagedActionIds": [0, 1, 7], "computedStates": states});
    let expected = json!({"main": [{"n": 1}, {"invalid": "boom"}, {"invalid": "it has no computed state"}]});
    for text in [
        lifted.to_string(),
        serde_json::to_string_pretty(&lifted).unwrap(),
        json!({"payload": lifted.to_string()}).to_string(),
        json!({"payload": serde_json::to_string_pretty(&lifted).unwrap()}).to_string(),
        format!("{{\"computedStates\":{states},\"stagedActionIds\":[0,1,7],\"actionsById\":{actions}}}"),
    ] {
        let found = check("redux-lifted", &text, &expected, 0);
        let labels: Vec<String> =
            found.lines().iter().map(|line| line.split(": ").next().unwrap().to_owned()).collect();
        assert_eq!(labels, ["@@INIT", "?", "?"], "{text}");
    }
    // Of a long one, only states are in its beginning.
    let many: Vec<Json> = (0..4000).map(|n| json!({"state": {"n": n}})).collect();
    let text = format!("{{\"computedStates\":{},\"stagedActionIds\":[0],\"actionsById\":{actions}}}", json!(many));
    check("redux-lifted", &text, &json!({"main": [{"n": 0}]}), 0);
}

fn pod(version: u64, generation: &Json) -> Json {
    json!({"type": "MODIFIED", "object": {"apiVersion": "v1", "kind": "Pod", "metadata":
        {"name": "a", "uid": "u", "resourceVersion": version.to_string(), "generation": generation}}})
}

#[test]
fn watches_and_audits_of_kubernetes_say_what_they_do_not_know() {
    let without = |mut object: Json| {
        object["object"].as_object_mut().unwrap().retain(|key, _| key != "kind" && key != "apiVersion");
        object["object"].take()
    };
    let whole = |version| pod(version, &json!(1))["object"].take();
    // The list that the API answers names the kind once; an event may hold nothing.
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [without(pod(1, &json!(1)))]});
    let text = lines(&[
        list,
        pod(2, &json!(1)),
        pod(3, &json!(1)),
        pod(4, &json!(1)),
        json!({"type": "MODIFIED", "object": null}),
    ]);
    let expected =
        json!({"Pod/a": [whole(1), whole(2), whole(3), whole(4)], "main": [{"invalid": "the event holds no object"}]});
    check("kubernetes-watch", &text, &expected, 1);

    // A number that does not count is told; one that is written otherwise counts.
    let text =
        lines(&[pod(1, &json!(1)), pod(2, &json!(2.0)), pod(3, &json!("3")), pod(4, &json!(-4)), pod(5, &json!(1e30))]);
    let found = read(input(&text), &by_recipe("kubernetes-watch")).unwrap();
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.why.as_str()).collect();
    assert_eq!(told, ["sequence: -4 is not a whole number from 0 on (reported once)"]);
    assert_eq!(found.entries.len(), 5);

    let event = |verb: &str, uri: &str, more: Json| {
        let mut event = json!({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "auditID": "i",
            "stage": "ResponseComplete", "requestURI": uri, "verb": verb, "user": {"username": "root"},
            "objectRef": {"resource": "pods", "namespace": "n", "name": "p"}});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let object = |n: u64| json!({"metadata": {"name": "p"}, "n": n});
    let leaving = json!({"metadata": {"name": "p", "deletionTimestamp": "t", "deletionGracePeriodSeconds": 30}});
    let all = [
        event("create", "/p", json!({"responseObject": object(1), "impersonatedUser": {"username": "ann"}})),
        event("update", "/p?dryRun=All", json!({"responseObject": object(2)})),
        event(
            "create",
            "/p/exec",
            json!({"objectRef": {"resource": "pods", "namespace": "n", "name": "p", "subresource": "exec"}}),
        ),
        event("delete", "/p", json!({"responseObject": leaving})),
        event("delete", "/p", json!({"responseObject": {"kind": "Status"}})),
        event("create", "/t", json!({"objectRef": {"resource": "tokenreviews"}, "responseObject": {"metadata": {}}})),
    ];
    let expected = json!({"pods/n/p": [object(1), leaving, null]});
    check_both("kubernetes-audit", &all, &expected, 0);
    let found = check("kubernetes-audit", &json!({"kind": "EventList", "items": all}).to_string(), &expected, 0);
    assert_eq!(found.entries[0].1.by.as_deref(), Some("root as ann"));
    let gone = event("deletecollection", "/p", json!({"objectRef": {"resource": "pods", "namespace": "n"}}));
    let listed = event("deletecollection", "/p", json!({"responseObject": {"items": [{"metadata": {"name": "p"}}]}}));
    let text = lines(&[all[0].clone(), gone, all[0].clone(), listed]);
    let unknown = json!({"invalid": "which of them were deleted is not in the log"});
    check("kubernetes-audit", &text, &json!({"pods/n": [unknown], "pods/n/p": [object(1), object(1), null]}), 1);
    // What follows no version is counted.
    let scaled = event(
        "update",
        "/d/scale",
        json!({"objectRef": {"resource": "deployments", "name": "d", "subresource": "scale"}}),
    );
    let found = read(input(&lines(&[all[0].clone(), scaled])), &by_recipe("kubernetes-audit")).unwrap();
    let notes: Vec<&str> = found.notes.iter().map(|note| note.why.as_str()).collect();
    assert_eq!(notes, ["1 event made no version, and no version after it names it: update deployments/scale"]);
    assert_eq!(found.notes[0].place.line, 2);
    // A namespace stands in itself, where it is deleted.
    let space = json!({"objectRef": {"resource": "namespaces", "name": "n"}, "responseObject": object(1)});
    let inside = json!({"objectRef": {"resource": "namespaces", "namespace": "n", "name": "n"}});
    let (made, gone) = (event("create", "/n", space), event("delete", "/n", inside));
    check("kubernetes-audit", &lines(&[made, gone]), &json!({"namespaces/n": [object(1), null]}), 0);
}

#[test]
fn no_secret_of_terraform_is_shown_wherever_it_stands() {
    let steps = |steps: Json| {
        Json::Array(steps.as_array().unwrap().iter().map(|step| json!({"type": "get_attr", "value": step})).collect())
    };
    let typed = |value: Json, kind: &str| json!({"value": value, "type": kind});
    let sensitive = json!([
        steps(json!(["plain"])),
        steps(json!(["list", typed(json!(0), "number"), "in"])),
        steps(json!(["map", typed(json!("a.b/c"), "string")])),
        // Into a set no step leads: all of it is hidden.
        steps(json!(["set", typed(json!({"x": 1}), "object")])),
        steps(json!(["words", typed(json!("0"), "string")])),
        "bare",
        steps(json!(["nothing", "there"])),
        steps(json!(["null"]))
    ]);
    let attributes = json!({"plain": "SECRET", "list": [{"in": "SECRET", "out": 1}], "map": {"a.b/c": "SECRET"}, "set": [{"x": "SECRET"}],
        "words": ["SECRET"], "bare": {"deep": "SECRET"}, "null": null, "open": 2});
    let state = |more: Json| {
        let mut state = json!({"version": 4, "terraform_version": "1.5.4", "serial": 6, "lineage": "l"});
        state.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        state
    };
    let outputs = json!({"a": {"value": {"b": "SECRET"}, "sensitive": true}, "c": {"value": 3}, "d": null});
    let resources = json!([{"instances": [{"attributes": attributes, "sensitive_attributes": sensitive}, {"attributes": null}, {}]}, {"instances": null}]);
    let all = [
        state(json!({"outputs": outputs, "resources": resources})),
        // Version 3 has outputs in modules.
        state(json!({"modules": [{"outputs": outputs}, {}]})),
        state(json!({"resources": [{"instances": [{"attributes": {"a": "SECRET"}, "sensitive_attributes": [[]]}]}]})),
        state(json!({"resources": null, "outputs": []})),
    ];
    let found = read(input(&lines(&all)), &by_recipe("terraform")).unwrap();
    assert_eq!(found.problems.len(), 0, "{:?}", found.problems);
    let made = states(&found);
    assert!(!json!(made).to_string().contains("SECRET"), "{}", json!(made["l"][0]["resources"]));
    let shown = &made["l"][0]["resources"][0]["instances"][0]["attributes"];
    assert_eq!((&shown["open"], &shown["list"][0]["out"], &shown["null"]), (&json!(2), &json!(1), &Json::Null));
}

#[test]
fn transcripts_of_agents_are_counted_once() {
    let part = |uuid: &str, parent: &str, out: u64| {
        json!({"type": "assistant", "uuid": uuid, "parentUuid": parent, "sessionId": "s",
        "message": {"id": "m", "model": "x", "content": [], "usage": {"input_tokens": 10, "output_tokens": out}}})
    };
    let odd = json!({"type": "user", "uuid": "c", "parentUuid": "b", "sessionId": "s", "message": "odd"});
    let found =
        read(input(&lines(&[part("a", "", 1), part("b", "a", 20), odd])), &by_recipe("agent-claude-code")).unwrap();
    let made = &states(&found)["main"];
    assert_eq!(made[2]["tokens"], json!({"in": 10, "out": 20, "cache": 0}), "{made:?}");
    // Before every line of Codex had a time.
    let old = [
        json!({"id": "s", "timestamp": "2025-01-01T00:00:00Z", "git": {}}),
        json!({"record_type": "state"}),
        json!({"type": "function_call", "name": "shell", "call_id": "c"}),
    ];
    let expected = json!({"main": [{"lines": 1, "session": "s", "cwd": null, "version": null},
        {"lines": 2, "session": "s", "cwd": null, "version": null, "tools": {"shell": 1}, "last_tool": "shell"}]});
    check("agent-codex", &lines(&old), &expected, 0);
}

#[test]
fn histories_are_read_by_lines_as_arrays_and_as_tuples() {
    let event = |id: u64, kind: &str, more: Json| {
        let mut event = json!({"eventId": id.to_string(), "eventTime": "2026-01-01T00:00:00Z", "eventType": kind});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let all = [
        event(
            1,
            "WorkflowExecutionStarted",
            json!({"workflowExecutionStartedEventAttributes": {"workflowType": {"name": "w"}}}),
        ),
        event(
            2,
            "EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
            json!({"upsertWorkflowSearchAttributesEventAttributes":
            {"searchAttributes": {"indexedFields": {"k": {"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "NQ=="}}}}}),
        ),
    ];
    let started = json!({"status": "running", "type": "w", "input": null});
    let expected = json!({"main": [started, {"status": "running", "type": "w", "input": null, "search": {"k": 5}}]});
    check_both("temporal", &all, &expected, 0);
    check("temporal", &json!({"events": all}).to_string(), &expected, 0);
    // One that says which workflow it is of.
    let mut named = all.to_vec();
    named[0]["workflowExecutionStartedEventAttributes"]["workflowId"] = json!("order");
    named[0]["workflowExecutionStartedEventAttributes"]["originalExecutionRunId"] = json!("run");
    check("temporal", &json!({"events": named}).to_string(), &json!({"order/run": expected["main"]}), 0);

    let config = |id: &str| json!({"configurable": {"thread_id": "t", "checkpoint_id": id}});
    let tuple = |id: &str, n: u64, parent: Option<&str>| json!([{"n": n}, [], config(id), {"source": "loop", "step": n}, "2026-01-01T00:00:00Z", parent.map(config), []]);
    let tuples = json!([tuple("2", 2, Some("1")), tuple("1", 1, None)]);
    check("langgraph", &tuples.to_string(), &json!({"t": [{"n": 1}, {"n": 2}]}), 0);
    let server = |id: &str, n: u64| json!({"values": {"n": n}, "checkpoint": {"thread_id": "t", "checkpoint_id": id}});
    check("langgraph", &lines(&[server("1", 1), server("2", 2)]), &json!({"t": [{"n": 1}, {"n": 2}]}), 0);
}

fn columns(all: &[(&str, Json)]) -> Json {
    all.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

#[test]
fn rows_keep_their_keys() {
    let change = |action: &str, cells: &[(&str, Json)], keys: &[&str]| {
        let keys: Json = keys.iter().map(|key| json!({"name": key})).collect();
        json!({"action": action, "schema": "p", "table": "t", "columns": columns(cells), "pk": keys})
    };
    let all = [
        change("I", &[("a", json!("1,2")), ("b", json!("3"))], &["a", "b"]),
        change("I", &[("a", json!("1")), ("b", json!("2,3"))], &["a", "b"]),
        change("I", &[("a", json!(false)), ("b", Json::Null)], &["a"]),
    ];
    let keys = |count: usize| {
        let all = [
            ("[\"1,2\",\"3\"]", json!({"a": "1,2", "b": "3"})),
            ("[\"1\",\"2,3\"]", json!({"a": "1", "b": "2,3"})),
            ("false", json!({"a": false, "b": null})),
        ];
        all.into_iter().take(count).map(|(key, row)| (key.to_owned(), row)).collect::<serde_json::Map<_, _>>()
    };
    check_both("wal2json", &all, &json!({"p.t": [keys(1), keys(2), keys(3)]}), 0);

    let envelope = |op: &str, before: Json, after: Json| {
        json!({"before": before, "after": after, "op": op, "ts_ms": 1,
        "source": {"db": "d", "table": "t", "ts_ms": 1}})
    };
    let (row, long) = (json!({"no": 5, "x": "long"}), json!({"no": 5, "x": "__debezium_unavailable_value"}));
    let all = [
        envelope("c", Json::Null, row.clone()),
        envelope("u", Json::Null, long),
        envelope("d", json!({"no": 5}), Json::Null),
    ];
    let expected = json!({"d.t": [{"5": row}, {"5": row}, {}]});
    let key = json!({"no": 5});
    let schema = |payload: &Json| json!({"schema": {"type": "struct"}, "payload": payload});
    let mut with_schema: Vec<Json> = all.iter().map(|one| json!({"key": schema(&key), "value": schema(one)})).collect();
    with_schema.push(json!({"key": schema(&key), "value": null}));
    check_both("debezium", &with_schema, &expected, 0);
    let without: Vec<Json> = all.iter().map(|one| json!({"key": key, "value": one})).collect();
    check_both("debezium", &without, &expected, 0);
    let kcat: Vec<Json> = all.iter().map(|one| json!({"topic": "t", "partition": 0, "offset": 1, "key": schema(&key).to_string(), "payload": format!("{{\"schema\":{{\"type\":\"struct\"}},\"payload\":{one}}}")})).collect();
    check_both("debezium", &kcat, &expected, 0);
    // Without a key nothing is guessed.
    let refused = json!({"invalid": "the row has no id, and the event comes without the key of its message"});
    check_both("debezium", &all, &json!({"d.t": [refused, refused, refused]}), 3);
    let flat = [
        json!({"id": 1, "n": 1, "__op": "c", "__table": "t"}),
        json!({"id": 1, "n": 1, "__op": "d", "__deleted": "true", "__table": "t"}),
    ];
    check_both("debezium", &flat, &json!({"t": [{"1": {"id": 1, "n": 1}}, {}]}), 0);

    let history = |more: Json| {
        let mut row = json!({"history_id": 1, "history_date": "2026-01-01T00:00:00Z", "history_type": "+"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let refused = json!({"invalid": "the row has no id: what tells rows apart is not known"});
    check_both(
        "django-history",
        &[history(json!({"slug": "a"})), history(json!({"id": 0}))],
        &json!({"main": [refused, {"0": {"id": 0}}]}),
        1,
    );
    let dumped = [
        json!({"model": "app.historicalpoll", "pk": 1, "fields": {"id": 7, "history_date": "2026-01-01", "history_type": "+", "history_user": 3}}),
    ];
    check_both("django-history", &dumped, &json!({"app.historicalpoll": [{"7": {"id": 7}}]}), 0);
    let audited = [json!({"op": "INSERT", "ts": "2026-01-01T00:00:00Z", "table_name": "t", "record": {"a": 1}})];
    let refused = json!({"invalid": "the row has no record_id: what tells rows apart is not known"});
    check_both("supa-audit", &audited, &json!({"t": [refused]}), 1);
    let own = [
        json!({"item_type": "Post", "item_id": "u", "event": "archive", "object": {"a": 1}, "object_changes": {"a": [1, 2]}}),
    ];
    check_both("paper-trail", &own, &json!({"Post/u": [{"a": 2}]}), 0);
}

#[test]
fn homes_keys_and_games_are_read_in_every_form() {
    let bus = |state: Json| json!({"event_type": "state_changed", "time_fired": "2026-01-01T00:00:00Z", "data": {"entity_id": "l", "new_state": state}});
    let on = json!({"l": {"state": "on", "attributes": {"b": 1}}});
    check_both(
        "home-assistant",
        &[bus(json!({"state": "on", "attributes": {"b": 1}})), bus(Json::Null)],
        &json!({"main": [on, {}]}),
        0,
    );
    check("home-assistant", r#"{"l":[{"s":"on","a":{"b":1},"lu":1700000000.5}]}"#, &json!({"main": [on]}), 0);
    check(
        "home-assistant",
        r#"[[],[{"entity_id":"l","state":"on","attributes":{"b":1},"last_changed":"2026-01-01T00:00:00Z"}]]"#,
        &json!({"main": [on]}),
        0,
    );

    // Keys and values that are no text keep their bytes; what ended a watch is told.
    let put = r#"{"Header":{"revision":2},"Events":[{"kv":{"key":"//4=","create_revision":2,"mod_revision":2,"version":1,"value":"/w=="}}]}"#;
    let ended = r#"{"error":{"grpc_code":14,"message":"gone"}}"#;
    let lost = json!({"invalid": "the source lost events (gone): what happened after 2 is missing"});
    check("etcd-watch", &format!("{put}\n{ended}\n"), &json!({"main": [{"base64://4=": "base64:/w=="}, lost]}), 2);

    let step = json!([{"observation": {"n": 1}, "status": "DONE"}]);
    check("kaggle", &json!({"name": "x", "steps": [step]}).to_string(), &json!({"main": [{"agents": step}]}), 0);
}
