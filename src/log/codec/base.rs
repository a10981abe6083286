//! What compaction leaves of what it cuts off, as JSON: `{"through":99,"heads":[..],"values":[[99,{..}]],"transactions":3,
//! "kept":[{"pos":7,"type":"snapshot",..}]}`.

use super::{
    LineFault, LineMembers, body, decode_body, decode_settings, decode_time, decode_value, each, optional_text,
    required,
};
use super::{json, name, number, required_number, required_text, text, time};
use crate::record::{Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Origin, Position, Record, SnapshotId, Version};
use crate::value::{Text, Value};
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) fn encode(out: &mut Vec<u8>, base: &Base) {
    name(out, "base");
    out.extend_from_slice(b"{\"through\":");
    out.extend_from_slice(base.through.0.to_string().as_bytes());
    json(out, "heads", &base.heads.iter().map(head).collect());
    json(out, "values", &base.values.iter().map(value).collect());
    number(out, "transactions", base.transactions);
    json(out, "writes", &base.writes.iter().map(write).collect());
    if !base.suspect.is_empty() {
        let suspect = |(version, why): &(Version, Text)| -> Value {
            [Value::from(version.0), why.clone().into()].into_iter().collect()
        };
        json(out, "suspect", &base.suspect.iter().map(suspect).collect());
    }
    if let Some(why) = &base.numbering {
        text(out, "numbering", why);
    }
    if !base.missing.is_empty() {
        let range =
            |(from, to): &(Position, Position)| -> Value { [from.0, to.0].map(Value::from).into_iter().collect() };
        json(out, "missing", &base.missing.iter().map(range).collect());
    }
    name(out, "kept");
    out.push(b'[');
    for (at, record) in base.kept.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"" } else { b"," });
        kept(out, record);
    }
    out.extend_from_slice(b"]}");
}

fn value((version, value): &(Version, Value)) -> Value {
    [Value::from(version.0), value.clone()].into_iter().collect()
}

fn head(head: &BaseHead) -> Value {
    let mut members: Vec<(Text, Value)> = vec![
        ("name".into(), head.name.clone().into()),
        ("base".into(), head.base.0.into()),
        ("head".into(), head.head.0.into()),
    ];
    members.extend(head.baseline.map(|id| ("baseline".into(), Value::from(id.0.0))));
    members.extend((head.left > 0).then(|| ("left".into(), Value::from(head.left))));
    members.extend(head.suspect.as_ref().map(|why| ("suspect".into(), Value::from(why.clone()))));
    members.into_iter().collect()
}

fn write(write: &BaseWrite) -> Value {
    let mut members: Vec<(Text, Value)> = vec![
        ("at".into(), write.at.0.into()),
        ("first".into(), write.first.0.into()),
        ("debugger".into(), (write.origin == Origin::Debugger).into()),
        ("stands".into(), write.stands.into()),
    ];
    match &write.turns {
        BaseTurn::Back { branch, made, left, suspect } => {
            members.extend([
                ("branch".into(), branch.clone().into()),
                ("made".into(), made.0.into()),
                ("left".into(), left.0.into()),
            ]);
            members.extend(suspect.as_ref().map(|why| ("suspect".into(), Value::from(why.clone()))));
        }
        BaseTurn::Settings(settings) => members.push(("settings".into(), settings.to_value())),
        BaseTurn::Nothing => {}
    }
    members.into_iter().collect()
}

fn kept(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(b"{\"pos\":");
    out.extend_from_slice(record.position.0.to_string().as_bytes());
    if let Some(at) = record.entry.at {
        time(out, "at", at);
    }
    if let Some(by) = &record.entry.by {
        text(out, "by", by);
    }
    body(out, &record.entry.body);
    out.push(b'}');
}

/// Reads each list element by element: what compaction left may be as long as a line.
pub(super) fn decode(members: &LineMembers<'_>) -> Result<Base, LineFault> {
    let base = &LineMembers::read(required(members, "base")?.as_bytes())?;
    Ok(Base {
        through: Version(required_number(base, "through")?),
        heads: list(base, "heads", |raw| read_head(&LineMembers::read(raw.as_bytes())?))?,
        values: list(base, "values", read_value)?,
        suspect: optional_list(base, "suspect", |raw| pair(raw).map(|(version, why)| (Version(version), why)))?,
        numbering: optional_text(base, "numbering")?,
        missing: optional_list(base, "missing", |raw| pair(raw).map(|(from, to)| (Position(from), Position(to))))?,
        transactions: required_number(base, "transactions")?,
        writes: list(base, "writes", |raw| read_write(&LineMembers::read(raw.as_bytes())?))?,
        kept: list(base, "kept", |raw| read_kept(&LineMembers::read(raw.as_bytes())?))?,
    })
}

fn list<'a, T>(
    base: &LineMembers<'a>,
    name: &str,
    read: impl FnMut(&'a str) -> Result<T, LineFault>,
) -> Result<Vec<T>, LineFault> {
    let wrong = || "it is not an array".to_owned();
    each(required(base, name)?, wrong, read).map_err(|why| format!("its \"base\" has wrong \"{name}\": {why}"))
}

/// One of version 2, so it may be left out.
fn optional_list<'a, T>(
    base: &LineMembers<'a>,
    name: &str,
    read: impl FnMut(&'a str) -> Result<T, LineFault>,
) -> Result<Vec<T>, LineFault> {
    if base.get(name).is_some() { list(base, name, read) } else { Ok(Vec::new()) }
}

/// Two of them in an array.
fn pair<'a, A: Deserialize<'a>, B: Deserialize<'a>>(raw: &'a str) -> Result<(A, B), LineFault> {
    serde_json::from_str(raw).map_err(|error| error.to_string())
}

fn read_value(raw: &str) -> Result<(Version, Value), LineFault> {
    let (version, value) = pair::<_, &RawValue>(raw)?;
    Ok((Version(version), decode_value("values", value.get())?))
}

fn read_head(head: &LineMembers<'_>) -> Result<BaseHead, LineFault> {
    Ok(BaseHead {
        name: required_text(head, "name")?,
        base: Version(required_number(head, "base")?),
        head: Version(required_number(head, "head")?),
        baseline: head.number("baseline")?.map(|id| SnapshotId(Position(id))),
        suspect: optional_text(head, "suspect")?,
        left: head.number("left")?.unwrap_or(0),
    })
}

fn read_write(write: &LineMembers<'_>) -> Result<BaseWrite, LineFault> {
    let turns = match (optional_text(write, "branch")?, write.get("settings")) {
        (Some(branch), _) => BaseTurn::Back {
            branch,
            made: Version(required_number(write, "made")?),
            left: Version(required_number(write, "left")?),
            suspect: optional_text(write, "suspect")?,
        },
        (None, Some(settings)) => BaseTurn::Settings(Box::new(decode_settings(settings)?)),
        (None, None) => BaseTurn::Nothing,
    };
    Ok(BaseWrite {
        at: Position(required_number(write, "at")?),
        first: Position(required_number(write, "first")?),
        origin: if write.get("debugger") == Some("true") { Origin::Debugger } else { Origin::Application },
        stands: write.get("stands") == Some("true"),
        turns,
    })
}

fn read_kept(members: &LineMembers<'_>) -> Result<Record, LineFault> {
    let body = match optional_text(members, "unknown")? {
        Some(raw) => Body::Unknown {
            kind: optional_text(members, "type")?.unwrap_or_default(),
            raw,
            why: "it was not known when the log was compacted".into(),
        },
        None => decode_body(members)?,
    };
    let at = decode_time(members, "at")?;
    let entry = Entry { at, by: optional_text(members, "by")?, ..Entry::new(body) };
    Ok(Record { position: Position(required_number(members, "pos")?), id: Text::new(), entry })
}
