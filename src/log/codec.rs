//! Records to lines and back. docs/log-format.md lists the members.
//!
//! Must not know: files, or which records come before and after.

use super::line::{Members, Seed, Why, write_line, write_text};
use crate::patch::Patch;
use crate::record::{Body, Change, Entry, NewSnapshot, Position, Record, SnapshotId, SnapshotKind, Time, Version};
use crate::value::{Limits, MAX_DEPTH, Text, Value, parse_with};
use chrono::SecondsFormat::AutoSi;

/// Deepest JSON inside a record: a value at the limit, inside an operation, inside a patch.
const DEPTH: usize = MAX_DEPTH + 2;

/// The kinds of snapshots and their words.
const KINDS: [(SnapshotKind, &str); 3] =
    [(SnapshotKind::Named, "named"), (SnapshotKind::Auto, "auto"), (SnapshotKind::Checkpoint, "checkpoint")];

/// What a line says besides its entry.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The record's position.
    pub position: u64,
    /// How many records of the same append follow.
    pub more: u64,
    /// The record's own id.
    pub id: Text,
}

/// Appends one record's line to `out`.
pub fn encode(out: &mut Vec<u8>, seed: Seed, stamp: &Stamp, entry: &Entry) {
    write_line(out, seed, |out| {
        number(out, "pos", stamp.position);
        if stamp.more > 0 {
            number(out, "more", stamp.more);
        }
        text(out, "id", &stamp.id);
        if let Some(at) = entry.at {
            text(out, "at", &at.to_rfc3339_opts(AutoSi, true));
        }
        if let Some(by) = &entry.by {
            text(out, "by", by);
        }
        body(out, &entry.body);
    });
}

fn body(out: &mut Vec<u8>, body: &Body) {
    match body {
        Body::Transition { label, change } => {
            text(out, "type", "transition");
            text(out, "label", label);
            encode_change(out, change);
        }
        Body::Rollback { to, reason } => {
            text(out, "type", "rollback");
            number(out, "to", to.0);
            text(out, "reason", reason);
        }
        Body::Undo { of } => {
            text(out, "type", "undo");
            number(out, "of", of.0);
        }
        Body::Snapshot(snapshot) => encode_snapshot(out, snapshot),
        Body::DeleteSnapshot { id } => {
            text(out, "type", "delete-snapshot");
            number(out, "of", id.0.0);
        }
    }
}

fn encode_change(out: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Patch(patch) => json(out, "patch", &patch.to_value()),
        Change::State(value) => json(out, "state", value),
        Change::Invalid { raw, why } => {
            name(out, "invalid");
            out.extend_from_slice(b"{\"raw\":");
            write_text(out, raw);
            text(out, "why", why);
            out.push(b'}');
        }
        Change::Deleted => {
            name(out, "deleted");
            out.extend_from_slice(b"true");
        }
    }
}

fn encode_snapshot(out: &mut Vec<u8>, snapshot: &NewSnapshot) {
    text(out, "type", "snapshot");
    number(out, "version", snapshot.version.0);
    if let Some(name) = &snapshot.name {
        text(out, "name", name);
    }
    let kind = KINDS.iter().find(|(kind, _)| *kind == snapshot.kind);
    text(out, "kind", kind.map_or("named", |(_, word)| word));
    text(out, "description", &snapshot.description);
    json(out, "tags", &snapshot.tags.iter().cloned().map(Value::String).collect());
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
    out.extend_from_slice(number.to_string().as_bytes());
}

fn json(out: &mut Vec<u8>, member: &str, value: &Value) {
    name(out, member);
    out.extend_from_slice(value.to_json().as_bytes());
}

/// Reads a line whose checksum is right, without its newline.
pub fn decode(line: &[u8]) -> Result<Record, Why> {
    let members = Members::read(line)?;
    let entry = Entry { at: decode_time(&members)?, by: optional_text(&members, "by")?, body: decode_body(&members)? };
    Ok(Record { position: Position(required_number(&members, "pos")?), id: required_text(&members, "id")?, entry })
}

fn decode_time(members: &Members<'_>) -> Result<Option<Time>, Why> {
    let Some(text) = members.text("at")? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| format!("its \"at\" is not a time: {error}"))
}

fn decode_body(members: &Members<'_>) -> Result<Body, Why> {
    match required_text(members, "type")?.as_str() {
        "transition" => {
            Ok(Body::Transition { label: required_text(members, "label")?, change: decode_change(members)? })
        }
        "rollback" => Ok(Body::Rollback {
            to: Version(required_number(members, "to")?),
            reason: required_text(members, "reason")?,
        }),
        "undo" => Ok(Body::Undo { of: Position(required_number(members, "of")?) }),
        "snapshot" => decode_snapshot(members).map(Body::Snapshot),
        "delete-snapshot" => Ok(Body::DeleteSnapshot { id: SnapshotId(Position(required_number(members, "of")?)) }),
        other => Err(format!("its type is {other:?}, which this asof does not know")),
    }
}

fn decode_change(members: &Members<'_>) -> Result<Change, Why> {
    let changes = ["patch", "state", "invalid", "deleted"].map(|name| members.get(name));
    match changes {
        [Some(patch), None, None, None] => decode_patch(patch).map(Change::Patch),
        [None, Some(state), None, None] => decode_value("state", state).map(Change::State),
        [None, None, Some(invalid), None] => decode_invalid(invalid),
        [None, None, None, Some("true")] => Ok(Change::Deleted),
        _ => Err("it has not exactly one of \"patch\", \"state\", \"invalid\" and \"deleted\":true".into()),
    }
}

fn decode_invalid(invalid: &str) -> Result<Change, Why> {
    let members = Members::read(invalid.as_bytes())?;
    Ok(Change::Invalid { raw: required_text(&members, "raw")?, why: required_text(&members, "why")? })
}

fn decode_patch(text: &str) -> Result<Patch, Why> {
    Patch::from_value(&decode_value("patch", text)?).map_err(|error| format!("its \"patch\": {error}"))
}

fn decode_value(name: &str, text: &str) -> Result<Value, Why> {
    let limits = Limits { depth: DEPTH, size: u64::MAX };
    let parsed = parse_with(text.as_bytes(), limits, None).map_err(|error| format!("its \"{name}\": {error}"))?;
    match parsed.duplicates.first() {
        None => Ok(parsed.value),
        Some(twice) => Err(format!("its \"{name}\" has the key {} more than once", twice.path)),
    }
}

fn decode_snapshot(members: &Members<'_>) -> Result<NewSnapshot, Why> {
    let word = required_text(members, "kind")?;
    let kind = KINDS.iter().find(|(_, known)| *known == word.as_str());
    Ok(NewSnapshot {
        version: Version(required_number(members, "version")?),
        name: optional_text(members, "name")?,
        kind: kind.ok_or_else(|| format!("its kind of snapshot is {word:?}, which this asof does not know"))?.0,
        description: required_text(members, "description")?,
        tags: decode_tags(members)?,
    })
}

fn decode_tags(members: &Members<'_>) -> Result<Vec<Text>, Why> {
    let tags = decode_value("tags", members.get("tags").ok_or_else(|| missing("tags"))?)?;
    let wrong = || "its \"tags\" are not an array of strings".to_owned();
    tags.as_array().ok_or_else(wrong)?.iter().map(|tag| tag.as_str().map(Text::from).ok_or_else(wrong)).collect()
}

fn required_text(members: &Members<'_>, name: &str) -> Result<Text, Why> {
    optional_text(members, name)?.ok_or_else(|| missing(name))
}

fn optional_text(members: &Members<'_>, name: &str) -> Result<Option<Text>, Why> {
    Ok(members.text(name)?.map(|text| text.as_ref().into()))
}

fn required_number(members: &Members<'_>, name: &str) -> Result<u64, Why> {
    members.number(name)?.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Why {
    format!("it has no \"{name}\"")
}
