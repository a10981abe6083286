//! Records to lines and back. docs/log-format.md lists the members.
//!
//! Must not name: files.

mod base;
mod metric;
mod optional;
mod transitions;

use super::line::{
    Envelope, LineFault, LineMembers, POSITIONS, Seed, each, unquote, write_line, write_raw, write_text,
};
use crate::patch::{Op, Patch};
use crate::record::{
    Body, Entry, InTransaction, NewSnapshot, Origin, Position, Record, Settings, SnapshotId, SnapshotKind,
    SnapshotNote, StateChange, Time, TransactionId, Version,
};
use crate::value::{Limits, MAX_DEPTH, Text, Value, parse_with};
use chrono::SecondsFormat::AutoSi;

/// Deepest JSON inside a record: a value at the limit, inside an operation, inside a patch.
const DEPTH: usize = MAX_DEPTH + 2;

/// The kinds of snapshots and their words.
const KINDS: [(SnapshotKind, &str); 3] =
    [(SnapshotKind::Named, "named"), (SnapshotKind::Auto, "auto"), (SnapshotKind::Checkpoint, "checkpoint")];

/// The word for [`Origin::Debugger`]; applications are not named.
const DEBUGGER: &str = "debugger";

/// The words for what records say.
pub const TYPES: [&str; 14] = [
    "transition",
    "rollback",
    "promote",
    "undo",
    "snapshot",
    "edit-snapshot",
    "delete-snapshots",
    "fork",
    "metrics",
    "begin",
    "fail",
    "commit",
    "settings",
    "base",
];

/// What a line says besides its entry.
#[derive(Debug, Clone)]
pub struct LineStamp {
    /// The record's position.
    pub position: u64,
    /// How many records of the same append follow.
    pub more: u64,
    /// The record's own id.
    pub id: Text,
}

/// Appends one record's line to `out`.
pub fn encode(out: &mut Vec<u8>, seed: Seed, stamp: &LineStamp, entry: &Entry) {
    if let Body::Unknown { raw, .. } = &entry.body {
        return write_raw(out, seed, |out| {
            place(out, stamp);
            out.extend_from_slice(raw.as_bytes());
        });
    }
    write_line(out, seed, |out| {
        place(out, stamp);
        text(out, "id", &stamp.id);
        if let Some(at) = entry.at {
            time(out, "at", at);
        }
        if let Some(by) = &entry.by {
            text(out, "by", by);
        }
        if entry.origin == Origin::Debugger {
            text(out, "origin", DEBUGGER);
        }
        if let Some(branch) = &entry.branch {
            text(out, "branch", branch);
        }
        if let Some(step) = entry.step.as_deref() {
            number(out, "tx", step.id.0);
            number(out, "step", u64::from(step.step));
            if let Some(to) = step.back_to {
                number(out, "back", to.0);
            }
        }
        optional::encode(out, entry.makes.as_ref(), entry.provenance.as_deref());
        body(out, &entry.body);
    });
}

/// The bytes of a record, for a log that keeps bytes: a line of a log file as docs/log-format.md has it, with a checksum
/// that starts from no seed, and without the newline.
pub fn encode_record(record: &Record) -> Vec<u8> {
    let (mut line, stamp) = (Vec::new(), LineStamp { position: record.position.0, more: 0, id: record.id.clone() });
    encode(&mut line, Seed::NONE, &stamp, &record.entry);
    line.pop();
    line
}

/// Reads what [`encode_record`] wrote. Other bytes, and those whose checksum is wrong, are a record that says something
/// unknown.
pub fn decode_record(bytes: &[u8]) -> Record {
    match Envelope::checked(bytes, Seed::NONE) {
        Ok(_) => decode(bytes),
        Err(why) => unknown(bytes, &why),
    }
}

/// What stands in front of every record.
fn place(out: &mut Vec<u8>, stamp: &LineStamp) {
    number(out, "pos", stamp.position);
    if stamp.more > 0 {
        number(out, "more", stamp.more);
    }
}

fn body(out: &mut Vec<u8>, body: &Body) {
    text(out, "type", type_of(body));
    match body {
        Body::Transition { label, change } => {
            text(out, "label", label);
            encode_change(out, change);
        }
        Body::Rollback { to, reason } => {
            number(out, "to", to.0);
            text(out, "reason", reason);
        }
        Body::Promote { variant, reason } => {
            text(out, "variant", variant);
            text(out, "reason", reason);
        }
        Body::Undo { of } => number(out, "of", of.0),
        Body::Snapshot(snapshot) => encode_snapshot(out, snapshot),
        Body::EditSnapshot { id, note } => {
            number(out, "of", id.0.0);
            encode_note(out, note.name.as_ref(), &note.description, &note.tags);
        }
        Body::DeleteSnapshots { ids } => json(out, "ids", &positions(ids)),
        Body::Fork { name, from, baseline } => {
            text(out, "name", name);
            number(out, "from", from.0);
            if let Some(baseline) = baseline {
                number(out, "baseline", baseline.0.0);
            }
        }
        Body::Metrics { of, version, metrics } => {
            text(out, "name", of);
            number(out, "version", version.0);
            json(out, "metrics", &metric::encode(metrics));
        }
        Body::Begin { name, steps } => {
            text(out, "name", name);
            json(out, "steps", &texts(steps));
        }
        Body::Fail { name, why, closed } => {
            text(out, "name", name);
            text(out, "why", why);
            if *closed {
                out.extend(br#","closed":true"#);
            }
        }
        Body::Commit => {}
        Body::Settings(settings) => json(out, "settings", &settings.to_value()),
        Body::Base(base) => base::encode(out, base),
        // Only inside of a base: elsewhere it is written as it was read.
        Body::Unknown { raw, .. } => text(out, "unknown", raw),
    }
}

/// The word for what a record says.
fn type_of(body: &Body) -> &str {
    match body {
        Body::Transition { .. } => "transition",
        Body::Rollback { .. } => "rollback",
        Body::Promote { .. } => "promote",
        Body::Undo { .. } => "undo",
        Body::Snapshot(_) => "snapshot",
        Body::EditSnapshot { .. } => "edit-snapshot",
        Body::DeleteSnapshots { .. } => "delete-snapshots",
        Body::Fork { .. } => "fork",
        Body::Metrics { .. } => "metrics",
        Body::Begin { .. } => "begin",
        Body::Fail { .. } => "fail",
        Body::Commit => "commit",
        Body::Settings(_) => "settings",
        Body::Base(_) => "base",
        Body::Unknown { kind, .. } => kind,
    }
}

fn encode_change(out: &mut Vec<u8>, change: &StateChange) {
    match change {
        StateChange::Patch(patch) => {
            name(out, "patch");
            out.extend_from_slice(patch.to_json().as_bytes());
        }
        StateChange::State(value) => json(out, "state", value),
        StateChange::Invalid { raw, why } => {
            name(out, "invalid");
            out.extend_from_slice(b"{\"raw\":");
            write_text(out, raw);
            text(out, "why", why);
            out.push(b'}');
        }
        StateChange::Deleted => {
            name(out, "deleted");
            out.extend_from_slice(b"true");
        }
    }
}

fn encode_snapshot(out: &mut Vec<u8>, snapshot: &NewSnapshot) {
    number(out, "version", snapshot.version.0);
    let kind = KINDS.iter().find(|(kind, _)| *kind == snapshot.kind);
    text(out, "kind", kind.map_or("named", |(_, word)| word));
    encode_note(out, snapshot.name.as_ref(), &snapshot.description, &snapshot.tags);
    if !snapshot.drops.is_empty() {
        json(out, "drops", &positions(&snapshot.drops));
    }
    if let Some(created) = snapshot.created {
        time(out, "created", created);
    }
}

fn encode_note(out: &mut Vec<u8>, called: Option<&Text>, description: &Text, tags: &[Text]) {
    if let Some(called) = called {
        text(out, "name", called);
    }
    text(out, "description", description);
    json(out, "tags", &texts(tags));
}

fn texts(texts: &[Text]) -> Value {
    texts.iter().cloned().map(Value::String).collect()
}

fn positions(ids: &[SnapshotId]) -> Value {
    ids.iter().map(|id| Value::from(id.0.0)).collect()
}

fn name(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn text(out: &mut Vec<u8>, member: &str, text: &str) {
    name(out, member);
    write_text(out, text);
}

fn number(out: &mut Vec<u8>, member: &str, number: u64) {
    name(out, member);
    digits(out, number);
}

fn digits(out: &mut Vec<u8>, mut number: u64) {
    // As many as the largest number has.
    let (mut text, mut start) = ([b'0'; 20], 20);
    while start == text.len() || number > 0 {
        start -= 1;
        text[start] += (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&text[start..]);
}

fn time(out: &mut Vec<u8>, member: &str, time: Time) {
    text(out, member, &time.to_rfc3339_opts(AutoSi, true));
}

fn json(out: &mut Vec<u8>, member: &str, value: &Value) {
    name(out, member);
    out.extend_from_slice(value.to_json().as_bytes());
}

/// Reads a line whose checksum is right, without its newline. What is not known here is kept as it is, so that a newer
/// version of this program may write it.
pub fn decode(line: &[u8]) -> Record {
    transitions::read(line).unwrap_or_else(|| decode_any(line))
}

/// As [`decode`], whatever the order of the members.
fn decode_any(line: &[u8]) -> Record {
    try_decode(line).unwrap_or_else(|why| unknown(line, &why))
}

/// A record that cannot be read, with as much of it as can be.
fn unknown(line: &[u8], why: &str) -> Record {
    let (envelope, rest) = Envelope::split(line).unwrap_or((Envelope { position: 0, more: 0 }, line));
    let members = LineMembers::read(line).ok();
    let text = |name| members.as_ref().and_then(|members| optional_text(members, name).ok().flatten());
    let makes = members.as_ref().and_then(|members| optional::makes(members).ok().flatten());
    let at = members.as_ref().and_then(|members| decode_time(members, "at").ok().flatten());
    let (kind, raw) = (text("type").unwrap_or_default(), String::from_utf8_lossy(rest).as_ref().into());
    let body = Body::Unknown { kind, raw, why: why.into() };
    let entry = Entry { at, by: text("by"), branch: text("branch"), makes, ..Entry::new(body) };
    Record { position: Position(envelope.position), id: text("id").unwrap_or_default(), entry }
}

fn try_decode(line: &[u8]) -> Result<Record, LineFault> {
    let members = LineMembers::read(line)?;
    let entry = Entry {
        at: decode_time(&members, "at")?,
        by: optional_text(&members, "by")?,
        origin: decode_origin(&members)?,
        branch: optional_text(&members, "branch")?,
        step: decode_step(&members)?.map(Box::new),
        makes: optional::makes(&members)?,
        provenance: optional::provenance(&members)?.map(Box::new),
        body: decode_body(&members)?,
    };
    let position = Position(required_number(&members, "pos")?);
    if let Body::Base(base) = &entry.body {
        base.check(position).map_err(|why| format!("its \"base\" {why}"))?;
    }
    Ok(Record { position, id: required_text(&members, "id")?, entry })
}

fn decode_origin(members: &LineMembers<'_>) -> Result<Origin, LineFault> {
    match members.text("origin")?.as_deref() {
        None => Ok(Origin::Application),
        Some(DEBUGGER) => Ok(Origin::Debugger),
        Some(other) => Err(format!("its origin is {other:?}, which this asof does not know")),
    }
}

fn decode_step(members: &LineMembers<'_>) -> Result<Option<InTransaction>, LineFault> {
    let Some(id) = members.number("tx")? else { return Ok(None) };
    let step = u32::try_from(required_number(members, "step")?).map_err(|_| "its \"step\" is too large".to_owned())?;
    let back_to = members.number("back")?.map(Version);
    Ok(Some(InTransaction { id: TransactionId(id), step, back_to }))
}

fn decode_time(members: &LineMembers<'_>, name: &str) -> Result<Option<Time>, LineFault> {
    let Some(text) = members.text(name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| format!("its \"{name}\" is not a time: {error}"))
}

fn decode_body(members: &LineMembers<'_>) -> Result<Body, LineFault> {
    match required_text(members, "type")?.as_str() {
        "transition" => {
            Ok(Body::Transition { label: required_text(members, "label")?, change: decode_change(members)? })
        }
        "rollback" => Ok(Body::Rollback {
            to: Version(required_number(members, "to")?),
            reason: required_text(members, "reason")?,
        }),
        "promote" => {
            Ok(Body::Promote { variant: required_text(members, "variant")?, reason: required_text(members, "reason")? })
        }
        "undo" => Ok(Body::Undo { of: Position(required_number(members, "of")?) }),
        "snapshot" => decode_snapshot(members).map(|snapshot| Body::Snapshot(Box::new(snapshot))),
        "edit-snapshot" => {
            Ok(Body::EditSnapshot { id: decode_id(members, "of")?, note: Box::new(decode_note(members)?) })
        }
        "delete-snapshots" => Ok(Body::DeleteSnapshots { ids: decode_ids(members, "ids")? }),
        "fork" => Ok(Body::Fork {
            name: required_text(members, "name")?,
            from: Version(required_number(members, "from")?),
            baseline: members.number("baseline")?.map(|id| SnapshotId(Position(id))),
        }),
        "metrics" => Ok(Body::Metrics {
            of: required_text(members, "name")?,
            version: Version(required_number(members, "version")?),
            metrics: metric::decode(required(members, "metrics")?)?,
        }),
        "begin" => Ok(Body::Begin { name: required_text(members, "name")?, steps: decode_texts(members, "steps")? }),
        "fail" => Ok(Body::Fail {
            name: required_text(members, "name")?,
            why: required_text(members, "why")?,
            closed: members.get("closed") == Some("true"),
        }),
        "commit" => Ok(Body::Commit),
        "base" => base::decode(members).map(|base| Body::Base(Box::new(base))),
        "settings" => {
            decode_settings(required(members, "settings")?).map(|settings| Body::Settings(Box::new(settings)))
        }
        other => Err(format!("its type is {other:?}, which this asof does not know")),
    }
}

fn decode_change(members: &LineMembers<'_>) -> Result<StateChange, LineFault> {
    let changes = ["patch", "state", "invalid", "deleted"].map(|name| members.get(name));
    match changes {
        [Some(patch), None, None, None] => decode_patch(patch).map(StateChange::Patch),
        [None, Some(state), None, None] => decode_value("state", state).map(StateChange::State),
        [None, None, Some(invalid), None] => decode_invalid(invalid),
        [None, None, None, Some("true")] => Ok(StateChange::Deleted),
        _ => Err("it has not exactly one of \"patch\", \"state\", \"invalid\" and \"deleted\":true".into()),
    }
}

fn decode_invalid(invalid: &str) -> Result<StateChange, LineFault> {
    let members = LineMembers::read(invalid.as_bytes())?;
    Ok(StateChange::Invalid { raw: required_text(&members, "raw")?, why: required_text(&members, "why")? })
}

fn decode_settings(text: &str) -> Result<Settings, LineFault> {
    let settings = Settings::read(&mut serde_json::Deserializer::from_str(text));
    settings.map_err(|why| format!("its \"settings\" {why}"))
}

fn decode_patch(text: &str) -> Result<Patch, LineFault> {
    let wrong = |error: crate::Error| format!("its \"patch\": {error}");
    if !text.starts_with('[') {
        return Patch::from_value(&decode_value("patch", text)?).map_err(wrong);
    }
    let mut index = 0;
    let op = |raw| {
        index += 1;
        Op::from_value(index - 1, &decode_value("patch", raw)?).map_err(wrong)
    };
    each(text, || "its \"patch\" is not an array".into(), op).map(Patch)
}

fn decode_value(name: &str, text: &str) -> Result<Value, LineFault> {
    let limits = Limits { depth: DEPTH, size: u64::MAX };
    let parsed = parse_with(text.as_bytes(), limits).map_err(|error| format!("its \"{name}\": {error}"))?;
    match parsed.duplicates.first() {
        None => Ok(parsed.value),
        Some(twice) => Err(format!("its \"{name}\" has the key {} more than once", twice.path)),
    }
}

fn decode_snapshot(members: &LineMembers<'_>) -> Result<NewSnapshot, LineFault> {
    let word = required_text(members, "kind")?;
    let kind = KINDS.iter().find(|(_, known)| *known == word.as_str());
    let SnapshotNote { name, description, tags } = decode_note(members)?;
    Ok(NewSnapshot {
        version: Version(required_number(members, "version")?),
        kind: kind.ok_or_else(|| format!("its kind of snapshot is {word:?}, which this asof does not know"))?.0,
        name,
        description,
        tags,
        drops: if members.get("drops").is_some() { decode_ids(members, "drops")? } else { Vec::new() },
        created: decode_time(members, "created")?,
    })
}

fn decode_note(members: &LineMembers<'_>) -> Result<SnapshotNote, LineFault> {
    Ok(SnapshotNote {
        name: optional_text(members, "name")?,
        description: required_text(members, "description")?,
        tags: decode_texts(members, "tags")?,
    })
}

fn decode_texts(members: &LineMembers<'_>, name: &str) -> Result<Vec<Text>, LineFault> {
    let wrong = || format!("its \"{name}\" are not an array of strings");
    each(required(members, name)?, wrong, |raw| unquote(raw).map(|text| text.as_ref().into()).ok_or_else(wrong))
}

fn decode_ids(members: &LineMembers<'_>, name: &str) -> Result<Vec<SnapshotId>, LineFault> {
    let wrong = || format!("its \"{name}\" are not an array of positions");
    each(required(members, name)?, wrong, |raw| raw.parse().map(|id| SnapshotId(Position(id))).map_err(|_| wrong()))
}

fn decode_id(members: &LineMembers<'_>, name: &str) -> Result<SnapshotId, LineFault> {
    Ok(SnapshotId(Position(required_number(members, name)?)))
}

fn required<'a>(members: &LineMembers<'a>, name: &str) -> Result<&'a str, LineFault> {
    members.get(name).ok_or_else(|| missing(name))
}

fn required_text(members: &LineMembers<'_>, name: &str) -> Result<Text, LineFault> {
    optional_text(members, name)?.ok_or_else(|| missing(name))
}

fn optional_text(members: &LineMembers<'_>, name: &str) -> Result<Option<Text>, LineFault> {
    Ok(members.text(name)?.map(|text| text.as_ref().into()))
}

fn required_number(members: &LineMembers<'_>, name: &str) -> Result<u64, LineFault> {
    members.number(name)?.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> LineFault {
    format!("it has no \"{name}\"")
}
