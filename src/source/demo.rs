//! The built-in walkthroughs: what happened as data in `demo/` (`script` plays it), with what to press.

mod costs;
mod script;

pub use costs::{Cost, CostTask, Costs, Found, Keeping, ROUNDS, TOTAL, VersionMemory, measure};

use super::{Event, Tell};
use crate::error::{Error, Result};
use crate::record::{TenantId, Time, Version};
use crate::recording::Recording;
use crate::value::{self, Path, Step, Text, Value};

/// Name and text of every demo; the first is the default.
const DEMOS: [(&str, &str); 10] = [
    ("release", include_str!("../../demo/release.json")),
    ("time", include_str!("../../demo/time.json")),
    ("sharing", include_str!("../../demo/sharing.json")),
    ("transaction", include_str!("../../demo/transaction.json")),
    ("tenants", include_str!("../../demo/tenants.json")),
    ("retention", include_str!("../../demo/retention.json")),
    ("diff", include_str!("../../demo/diff.json")),
    ("deploy", include_str!("../../demo/deploy.json")),
    ("ab", include_str!("../../demo/ab.json")),
    ("crash", include_str!("../../demo/crash.json")),
];

/// One thing to do in a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrationStep {
    /// What is to be seen and pressed.
    pub say: String,
    /// When the next step is due.
    pub until: StepEnd,
}

/// What ends a step of a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// The cursor is at this version.
    At(Version),
    /// The action of this name was done.
    Action(String),
    /// This tenant is on the screen.
    Tenant(TenantId),
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
    let known = DEMOS.iter().map(|demo| demo.0.to_owned()).collect();
    Error::UnknownName { kind: "demo", name: name.into(), known }
}

/// What to press in a demo, step by step; empty for an unknown one.
pub(super) fn narration(name: &str) -> Vec<NarrationStep> {
    let demo = demo(name).unwrap_or_default();
    list(&demo, "narration")
        .map(|step| NarrationStep { say: string(step, "say").unwrap_or_default(), until: until(step) })
        .collect()
}

/// When the story of a demo ends: the newest time in it. What is written on the screen goes on from there.
pub(super) fn end(name: &str) -> Option<Time> {
    let demo = demo(name).ok()?;
    let steps = list(&demo, "tenants").flat_map(|tenant| list(tenant, "steps"));
    let told = steps.flat_map(|step| std::iter::once(step).chain(list(step, "steps")));
    told.filter_map(|step| string(step, "at")?.parse().ok()).max()
}

fn until(step: &Value) -> StepEnd {
    let until = field(step, "until").cloned().unwrap_or_default();
    if let Some(version) = field(&until, "at").and_then(Value::as_number) {
        return StepEnd::At(Version(version.as_i64().and_then(|n| u64::try_from(n).ok()).unwrap_or(0)));
    }
    let tenant = || text(&until, "tenant").map(|name| StepEnd::Tenant(TenantId(name)));
    string(&until, "action").map(StepEnd::Action).or_else(tenant).unwrap_or(StepEnd::End)
}

/// Writes the demo's tenants into `recording`.
pub(super) fn fill(name: &str, recording: &Recording, tell: &mut Tell<'_>) -> Result<()> {
    for tenant in list(&demo(name)?, "tenants") {
        let id = TenantId(string(tenant, "name").unwrap_or_default().into());
        let handle = recording.tenant_or_new(&id)?;
        let before = handle.history().newest().0;
        list(tenant, "steps").try_for_each(|step| script::play(&handle, step))?;
        let made = handle.history().newest().0 - before;
        let _ = tell(Event::Took(id, made));
    }
    Ok(())
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
#[allow(clippy::unwrap_used)]
mod tests;
