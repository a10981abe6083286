//! Plays what a demo says happened into a tenant, with the times it says it happened at.
//!
//! One step is one thing, told by the key it has: `fork`, `measure`, `rollback`, `promote`, `settings`, `transaction`, or
//! else a transition to a `state`, or to the state before with a `merge` (RFC 7396), with one `snapshot` of it or a list of
//! them. `on` names the branch.

use super::{field, list, string, text};
use crate::error::{Error, InputPlace, Result};
use crate::escape::in_quotes;
use crate::history::{MAIN, TransactionPart};
use crate::patch::merged;
use crate::record::{
    Body, Entry, InTransaction, Metric, NewSnapshot, Settings, SnapshotKind, StateChange, Time, TransactionId, Version,
};
use crate::recording::Tenant;
use crate::value::{Text, Value};

/// Every kind of step but a transition: its key, and how it is played.
type StepKind = (&'static str, fn(&Tenant, &Value) -> Result<()>);
const KINDS: [StepKind; 6] = [
    ("fork", fork),
    ("measure", measure),
    ("rollback", roll_back),
    ("promote", promote),
    ("settings", settings),
    ("transaction", transaction),
];

/// Plays one step.
pub fn play(tenant: &Tenant, step: &Value) -> Result<()> {
    match KINDS.iter().find(|(key, _)| field(step, key).is_some()) {
        Some((_, play)) => play(tenant, step),
        None => transition(tenant, step, None),
    }
}

fn transition(tenant: &Tenant, step: &Value, place: Option<InTransaction>) -> Result<()> {
    let label = text(step, "label").unwrap_or_default();
    let change = StateChange::State(state(tenant, step));
    tenant.append(Entry { step: place.map(Box::new), ..entry(step, Body::Transition { label, change })? })?;
    let made = tenant.history().newest();
    let one = field(step, "snapshot").filter(|snapshot| snapshot.as_array().is_none());
    let mut snapshots = list(step, "snapshot").chain(one);
    snapshots.try_for_each(|snapshot| tenant.append(marked(step, snapshot, made)?))
}

fn state(tenant: &Tenant, step: &Value) -> Value {
    match field(step, "merge") {
        Some(change) => {
            let history = tenant.history();
            let before = history.growing_value(branch(step).as_deref()).cloned();
            merged(&before.unwrap_or_default(), change)
        }
        None => field(step, "state").cloned().unwrap_or_default(),
    }
}

fn marked(step: &Value, snapshot: &Value, version: Version) -> Result<Entry> {
    let name = text(snapshot, "name");
    let body = Body::Snapshot(Box::new(NewSnapshot {
        version,
        kind: if name.is_some() { SnapshotKind::Named } else { SnapshotKind::Auto },
        name,
        description: text(snapshot, "description").unwrap_or_default(),
        tags: list(snapshot, "tags").filter_map(Value::as_str).map(Text::from).collect(),
        drops: Vec::new(),
        created: None,
    }));
    Ok(Entry { by: text(snapshot, "by"), ..entry(step, body)? })
}

fn fork(tenant: &Tenant, step: &Value) -> Result<()> {
    let (from, baseline) = match string(step, "baseline") {
        Some(name) => {
            let history = tenant.history();
            let baseline = history.named_snapshot(&name)?;
            (baseline.version, Some(baseline.id))
        }
        None => (version(tenant, step, "from")?, None),
    };
    let name = text(step, "fork").unwrap_or_default();
    tenant.append(entry(step, Body::Fork { name, from, baseline })?)
}

fn measure(tenant: &Tenant, step: &Value) -> Result<()> {
    let of = text(step, "measure").unwrap_or_default();
    let version = {
        let history = tenant.history();
        match history.growing(Some(&of)) {
            Some(head) => head,
            None => history.named_snapshot(&of)?.version,
        }
    };
    let metrics = list(step, "metrics").filter_map(Value::as_str).map(Metric::parse);
    let metrics = metrics.collect::<Result<_>>()?;
    tenant.append(entry(step, Body::Metrics { of, version, metrics })?)
}

fn roll_back(tenant: &Tenant, step: &Value) -> Result<()> {
    let (to, reason) = (version(tenant, step, "rollback")?, text(step, "reason").unwrap_or_default());
    tenant.append(entry(step, Body::Rollback { to, reason })?)
}

fn promote(tenant: &Tenant, step: &Value) -> Result<()> {
    let (variant, reason) = (text(step, "promote").unwrap_or_default(), text(step, "reason").unwrap_or_default());
    tenant.append(entry(step, Body::Promote { variant, reason })?)
}

fn settings(tenant: &Tenant, step: &Value) -> Result<()> {
    let settings = Settings::read(field(step, "settings").unwrap_or(&Value::Null));
    let settings = settings.map_err(|why| wrong(format!("the settings {why}")))?;
    tenant.append(entry(step, Body::Settings(Box::new(settings)))?)
}

/// Its `steps`, each a transition with a `checkpoint` after it or one that does `fail`; then back to a checkpoint or to
/// `start` where it says so, and to the end where nothing failed.
fn transaction(tenant: &Tenant, step: &Value) -> Result<()> {
    let id = TransactionId(tenant.history().transactions().all().len() as u64 + 1);
    let outside = InTransaction::new(id, 0);
    let steps = list(step, "steps").map(|step| text(step, "label").unwrap_or_default()).collect();
    let name = text(step, "transaction").unwrap_or_default();
    tenant.append(Entry { step: Some(Box::new(outside)), ..entry(step, Body::Begin { name, steps })? })?;
    for (own, number) in list(step, "steps").zip(1..) {
        let place = InTransaction::new(id, number);
        if let Some(why) = text(own, "fail") {
            let name = text(own, "label").unwrap_or_default();
            tenant.append(Entry {
                step: Some(Box::new(place)),
                ..entry(own, Body::Fail { name, why, closed: false })?
            })?;
            return back(tenant, own, id);
        }
        transition(tenant, own, Some(place))?;
        if let Some(name) = string(own, "checkpoint") {
            tenant.append(Entry { step: Some(Box::new(place)), ..checkpoint(tenant, own, id, &name)? })?;
        }
    }
    let last = list(step, "steps").last().unwrap_or(step);
    tenant.append(Entry { step: Some(Box::new(outside)), ..entry(last, Body::Commit)? })
}

fn checkpoint(tenant: &Tenant, step: &Value, id: TransactionId, name: &str) -> Result<Entry> {
    let body = Body::Snapshot(Box::new(NewSnapshot {
        version: tenant.history().newest(),
        name: Some(format!("{id}/{name}").into()),
        kind: SnapshotKind::Checkpoint,
        description: Text::new(),
        tags: Vec::new(),
        drops: Vec::new(),
        created: None,
    }));
    entry(step, body)
}

/// Where a failed step says that the transaction went back: `back_to` a checkpoint, or `start`.
fn back(tenant: &Tenant, step: &Value, id: TransactionId) -> Result<()> {
    let Some(name) = string(step, "back_to") else { return Ok(()) };
    let (to, number) = {
        let history = tenant.history();
        let transaction = history.transactions().get(id).ok_or_else(|| wrong(format!("there is no {id}")))?;
        match name.as_str() {
            "start" => (transaction.base, 0),
            name => {
                let to = history.named_snapshot(&format!("{id}/{name}"))?.version;
                let mut events = transaction.events.iter();
                let made = events.find(|e| matches!(e.what, TransactionPart::Step { version, .. } if version == to));
                (to, made.map_or(0, |event| event.step))
            }
        }
    };
    let place = InTransaction::new(id, number);
    let reason = format!("to {name}").into();
    tenant.append(Entry { step: Some(Box::new(place)), ..entry(step, Body::Rollback { to, reason })? })
}

fn entry(step: &Value, body: Body) -> Result<Entry> {
    Ok(Entry { at: at(step)?, by: text(step, "by"), branch: branch(step), ..Entry::new(body) })
}

fn branch(step: &Value) -> Option<Text> {
    text(step, "on").filter(|name| name != MAIN)
}

/// A version by number, or a snapshot's by its name.
fn version(tenant: &Tenant, step: &Value, key: &str) -> Result<Version> {
    match field(step, key) {
        Some(Value::String(name)) => Ok(tenant.history().named_snapshot(name)?.version),
        Some(Value::Number(number)) => {
            let number = number.as_i64().and_then(|number| u64::try_from(number).ok());
            number.map(Version).ok_or_else(|| wrong(format!("\"{key}\" is not a version")))
        }
        _ => Err(wrong(format!("\"{key}\" is missing"))),
    }
}

fn at(step: &Value) -> Result<Option<Time>> {
    let Some(text) = string(step, "at") else { return Ok(None) };
    text.parse::<Time>().map(Some).map_err(|error| wrong(format!("{}: {error}", in_quotes(&text))))
}

fn wrong(why: String) -> Error {
    Error::Syntax { place: InputPlace::default(), why }
}
