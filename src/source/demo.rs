//! The built-in walkthroughs: states as data in `demo/`, with what to press.

use crate::error::{Error, Place, Result};
use crate::record::{Body, Change, Entry, NewSnapshot, SnapshotKind, TenantId, Time, Version};
use crate::recording::Recording;
use crate::value::{self, Path, Step, Text, Value};

/// Name and text of every demo; the first is the default.
const DEMOS: [(&str, &str); 3] = [
    ("release", include_str!("../../demo/release.json")),
    ("crash", include_str!("../../demo/crash.json")),
    ("tenants", include_str!("../../demo/tenants.json")),
];

/// One thing to do in a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrationStep {
    /// What is to be seen and pressed.
    pub say: String,
    /// When the next step is due.
    pub until: Until,
}

/// What ends a step of a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// The cursor is at this version.
    At(Version),
    /// The action of this name was done.
    Action(String),
    /// It stays.
    End,
}

/// Names of the demos with a line on each; the first is the default.
pub fn demos() -> Vec<(&'static str, String)> {
    let about = |text: &str| value::parse(text.as_bytes()).ok().and_then(|demo| string(&demo, "about"));
    DEMOS.iter().map(|(name, text)| (*name, about(text).unwrap_or_default())).collect()
}

fn demo(name: &str) -> Result<Value> {
    let name = if name.is_empty() { DEMOS[0].0 } else { name };
    match DEMOS.iter().find(|demo| demo.0 == name) {
        Some((_, text)) => value::parse(text.as_bytes()),
        None => Err(unknown(name)),
    }
}

pub(super) fn unknown(name: &str) -> Error {
    let names: Vec<_> = DEMOS.iter().map(|demo| demo.0).collect();
    Error::Usage(format!("there is no demo \"{name}\"; there are {}", names.join(", ")))
}

/// What to press in a demo, step by step; empty for an unknown one.
pub(super) fn narration(name: &str) -> Vec<NarrationStep> {
    let demo = demo(name).unwrap_or_default();
    list(&demo, "narration")
        .map(|step| NarrationStep { say: string(step, "say").unwrap_or_default(), until: until(step) })
        .collect()
}

fn until(step: &Value) -> Until {
    let until = field(step, "until").cloned().unwrap_or_default();
    match (field(&until, "at").and_then(Value::as_number), string(&until, "action")) {
        (Some(version), _) => Until::At(Version(version.as_i64().and_then(|n| u64::try_from(n).ok()).unwrap_or(0))),
        (None, Some(action)) => Until::Action(action),
        (None, None) => Until::End,
    }
}

/// Writes the demo's tenants into `recording`.
pub(super) fn fill(name: &str, recording: &Recording) -> Result<()> {
    for tenant in list(&demo(name)?, "tenants") {
        let id = TenantId(string(tenant, "name").unwrap_or_default().into());
        let handle = recording.tenant_or_new(&id)?;
        for (step, version) in list(tenant, "steps").zip(1..) {
            handle.append(transition(step)?)?;
            if let Some(snapshot) = field(step, "snapshot") {
                handle.append(marked(step, snapshot, Version(version))?)?;
            }
        }
    }
    Ok(())
}

fn transition(step: &Value) -> Result<Entry> {
    let label = string(step, "label").unwrap_or_default().into();
    let change = Change::State(field(step, "state").cloned().unwrap_or_default());
    Ok(Entry { at: at(step)?, by: text(step, "by"), ..Entry::new(Body::Transition { label, change }) })
}

fn marked(step: &Value, snapshot: &Value, version: Version) -> Result<Entry> {
    let name = text(snapshot, "name");
    let body = Body::Snapshot(NewSnapshot {
        version,
        kind: if name.is_some() { SnapshotKind::Named } else { SnapshotKind::Auto },
        name,
        description: text(snapshot, "description").unwrap_or_default(),
        tags: list(snapshot, "tags").filter_map(Value::as_str).map(Text::from).collect(),
        drops: Vec::new(),
    });
    Ok(Entry { at: at(step)?, by: text(snapshot, "by"), ..Entry::new(body) })
}

fn at(step: &Value) -> Result<Option<Time>> {
    let Some(text) = string(step, "at") else { return Ok(None) };
    let time = text.parse::<Time>();
    time.map(Some).map_err(|error| Error::Syntax { place: Place::default(), why: format!("\"{text}\": {error}") })
}

fn field<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.at(&Path(vec![Step::Key(key.into())]))
}

fn string(object: &Value, key: &str) -> Option<String> {
    field(object, key)?.as_str().map(str::to_owned)
}

fn text(object: &Value, key: &str) -> Option<Text> {
    string(object, key).map(Text::from)
}

fn list<'a>(object: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    field(object, key).and_then(Value::as_array).into_iter().flat_map(crate::value::Array::iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_demo_is_the_timeline_of_the_guide() {
        let recording = Recording::memory();
        fill("", &recording).unwrap();
        let shop = recording.tenant(&"shop".into()).unwrap();
        let history = shop.history();
        let marks: Vec<_> = history.snapshots().iter().map(|mark| (mark.version.0, mark.name.as_deref())).collect();
        assert_eq!(marks, [(2, Some("v1.0.0")), (4, None), (6, Some("v2.0.0"))]);
        assert_eq!(history.head(), Version(7));
        let state = |version| shop.value_at(Version(version)).unwrap().to_json();
        assert_eq!(state(6), r#"{"features":{"beta":false,"new_ui":true},"sessions":100,"version":"2.0.0"}"#);
        assert_eq!(state(7), r#"{"features":{"beta":true,"new_ui":true},"sessions":150,"version":"2.5.0"}"#);
    }

    #[test]
    fn every_demo_opens_and_says_what_to_press() {
        for (name, about) in demos() {
            let recording = Recording::memory();
            fill(name, &recording).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!about.is_empty() && !narration(name).is_empty(), "{name}");
            for id in recording.tenants().unwrap() {
                assert!(recording.tenant(&id).unwrap().history().broken().is_empty(), "{name}/{id}");
            }
        }
        assert!(fill("nothing", &Recording::memory()).is_err());
    }
}
