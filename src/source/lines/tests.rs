//! Sources that say what each event follows: their branches against a plain tree.

use crate::record::{TenantId, Version};
use crate::recording::Recording;
use crate::source::{self, Address, Options};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

const RECIPE: &str = r#"
about = "A tree of events"
initial = "[]"
fold = 'if $event.quiet then empty elif $event.bad then error("bad") else . + [$event.id] end'
id = "id"
parents = "parent"
tenant = "tenant"
"#;

/// An event: which of those before it it follows, whether it makes no version, whether it cannot be applied, whose it is.
type Event = (prop::sample::Index, bool, bool, bool);

/// What a plain tree says there is after an event.
#[derive(Clone)]
struct Node {
    id: String,
    tenant: &'static str,
    state: Vec<Json>,
    /// The node that made the version it stands on.
    made: Option<usize>,
}

fn imported(text: &str) -> Arc<Recording> {
    let folder = tempfile::tempdir().unwrap();
    let (file, recipe) = (folder.path().join("events.jsonl"), folder.path().join("tree.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::write(&recipe, RECIPE).unwrap();
    let mut options = Options { fresh: true, ..Options::default() };
    options.mapping.recipe = Some(recipe.display().to_string());
    let address = Address::File(file);
    let recording = source::open(&address).unwrap();
    source::read(&address, &options, &recording, &mut |_| ControlFlow::Continue(())).unwrap();
    recording
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Each version has the value along its own line, and its parent is the version that its event follows; what comes in
    /// one line stays on one branch.
    #[test]
    fn branches_are_those_of_a_plain_tree(events in prop::collection::vec(any::<Event>(), 1..30)) {
        let mut text = String::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut versions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, (parent, quiet, bad, other)) in events.iter().enumerate() {
            let tenant = if *other { "b" } else { "a" };
            let known: Vec<usize> = (0..at).filter(|node| nodes[*node].tenant == tenant).collect();
            // One in four of them begins a line of its own.
            let parent = (!known.is_empty()).then(|| known[parent.index(known.len())]).filter(|node| node % 4 != 3);
            let before = parent.map(|parent| nodes[parent].clone());
            let mut state = before.as_ref().map(|node| node.state.clone()).unwrap_or_default();
            let mut made = before.as_ref().and_then(|node| node.made);
            let id = format!("e{at}");
            if !quiet {
                if !bad {
                    state.push(json!(id));
                }
                made = Some(at);
                versions.entry(tenant).or_default().push(at);
            }
            let event = json!({"id": id, "parent": before.map(|node| node.id), "quiet": quiet, "bad": bad, "tenant": tenant});
            let _ = writeln!(text, "{event}");
            nodes.push(Node { id, tenant, state, made });
        }
        let recording = imported(&text);
        for (name, made) in versions {
            let tenant = recording.tenant(&TenantId(name.into())).unwrap();
            let history = tenant.history();
            let of_node = |node: usize| Version(made.iter().position(|one| *one == node).map_or(0, |at| at as u64 + 1));
            prop_assert_eq!(history.newest(), Version(made.len() as u64));
            for node in &made {
                let version = of_node(*node);
                let value: Json = serde_json::from_str(&tenant.value_at(version).unwrap().to_json()).unwrap();
                let begins = nodes[*node].state.is_empty();
                prop_assert!(value == json!(nodes[*node].state) || (begins && value.is_null()), "{} {}: {}", text, version, value);
                let event: Json = serde_json::from_str(text.lines().nth(*node).unwrap()).unwrap();
                let parent = event["parent"].as_str().map(|id| nodes.iter().position(|node| node.id == id).unwrap());
                let expected = parent.and_then(|parent| nodes[parent].made).map_or(Version(0), of_node);
                prop_assert_eq!(history.info(version).unwrap().parent, expected, "{} {}", text, version);
            }
        }
    }
}

/// An update of an earlier checkpoint is a branch from there, as the graph itself has it.
#[cfg(feature = "sqlite")]
#[test]
fn parents_of_real_checkpoints_become_branches() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/databases");
    let truth = std::fs::read_to_string(samples.join("langgraph.states.jsonl")).unwrap();
    let truth: Vec<Json> = truth.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let address = Address::File(samples.join("langgraph.db"));
    let options = Options { fresh: true, ..Options::default() };
    let recording = source::open(&address).unwrap();
    source::read(&address, &options, &recording, &mut |_| ControlFlow::Continue(())).unwrap();
    let mut forks = 0;
    for thread in ["one", "two"] {
        let lines: Vec<&Json> = truth.iter().filter(|line| line["thread"] == thread).collect();
        let history = recording.tenant(&thread.into()).unwrap().history();
        for (at, line) in (1..).zip(&lines) {
            let parent = lines.iter().position(|other| other["id"] == line["parent"]).map_or(0, |at| at as u64 + 1);
            assert_eq!(history.info(Version(at)).unwrap().parent, Version(parent), "{thread} {at}");
            forks += u64::from(parent + 1 != at);
        }
    }
    assert_eq!(forks, 1);
}

/// Events without an id belong to the one before them: what follows that follows them too.
#[test]
fn an_event_without_an_id_begins_no_branch() {
    let event = |id: &str, parent: &str| json!({"id": id, "parent": parent});
    let bare = |bad: bool| json!({"bad": bad});
    for (events, expected) in [
        (vec![event("a", ""), bare(false), event("b", "a")], vec![0, 1, 2]),
        (
            vec![event("a", ""), bare(true), bare(false), event("b", "a"), bare(false), event("c", "b")],
            vec![0, 1, 2, 3, 4, 5],
        ),
        (
            vec![
                bare(false),
                event("a", ""),
                event("b", "a"),
                bare(false),
                event("c", "a"),
                bare(false),
                event("d", "c"),
            ],
            vec![0, 1, 2, 3, 2, 5, 6],
        ),
    ] {
        let text: String =
            events.iter().map(|event| format!("{}\n", event.to_string().replace(",\"parent\":\"\"", ""))).collect();
        let recording = imported(&text);
        let history = recording.tenant(&TenantId("main".into())).unwrap().history();
        let parents: Vec<u64> =
            (1..=events.len() as u64).map(|version| history.info(Version(version)).unwrap().parent.0).collect();
        assert_eq!(parents, expected, "{text}");
    }
}
