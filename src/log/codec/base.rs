//! What compaction leaves of what it cuts off, as JSON: `{"through":99,"heads":[..],"values":[[99,{..}]],"transactions":3,
//! "kept":[{"pos":7,"type":"snapshot",..}]}`.

use super::{Members, Why, body, decode_body, decode_time, decode_value, optional_text, required, required_number};
use super::{json, name, number, text, time};
use crate::record::{
    Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, Origin, Position, Record, Settings, SnapshotId, Version,
};
use crate::value::{Object, Text, Value};

pub(super) fn encode(out: &mut Vec<u8>, base: &Base) {
    name(out, "base");
    out.extend_from_slice(b"{\"through\":");
    out.extend_from_slice(base.through.0.to_string().as_bytes());
    json(out, "heads", &base.heads.iter().map(head).collect());
    json(out, "values", &base.values.iter().map(pair).collect());
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

fn pair((version, value): &(Version, Value)) -> Value {
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

pub(super) fn decode(members: &Members<'_>) -> Result<Base, Why> {
    let base = Members::read(required(members, "base")?.as_bytes())?;
    let list = |name: &str| decode_value(name, required(&base, name)?);
    let wrong = |name: &str| format!("its \"base\" has wrong \"{name}\"");
    let each = |value: &Value| value.as_array().map(|array| array.iter().cloned().collect::<Vec<_>>());
    let heads = each(&list("heads")?).ok_or_else(|| wrong("heads"))?;
    let values = each(&list("values")?).ok_or_else(|| wrong("values"))?;
    let kept = each(&list("kept")?).ok_or_else(|| wrong("kept"))?;
    let writes = each(&list("writes")?).ok_or_else(|| wrong("writes"))?;
    // Of version 2, so they may be left out.
    let optional = |name: &str| {
        base.get(name).map_or(Ok(Vec::new()), |text| each(&decode_value(name, text)?).ok_or_else(|| wrong(name)))
    };
    let (suspect, missing) = (optional("suspect")?, optional("missing")?);
    Ok(Base {
        through: Version(required_number(&base, "through")?),
        heads: heads.iter().map(read_head).collect::<Option<_>>().ok_or_else(|| wrong("heads"))?,
        values: values.iter().map(read_value).collect::<Option<_>>().ok_or_else(|| wrong("values"))?,
        suspect: suspect.iter().map(read_suspect).collect::<Option<_>>().ok_or_else(|| wrong("suspect"))?,
        numbering: optional_text(&base, "numbering")?,
        missing: missing.iter().map(read_range).collect::<Option<_>>().ok_or_else(|| wrong("missing"))?,
        transactions: required_number(&base, "transactions")?,
        writes: writes.iter().map(read_write).collect::<Option<_>>().ok_or_else(|| wrong("writes"))?,
        kept: kept.iter().map(read_kept).collect::<Result<_, _>>()?,
    })
}

fn natural(object: &Object, name: &str) -> Option<u64> {
    whole(object.get(name)?)
}

fn whole(value: &Value) -> Option<u64> {
    value.as_number()?.as_i64()?.try_into().ok()
}

fn read_head(head: &Value) -> Option<BaseHead> {
    let head = head.as_object()?;
    Some(BaseHead {
        name: head.get("name")?.as_str()?.into(),
        base: Version(natural(head, "base")?),
        head: Version(natural(head, "head")?),
        baseline: natural(head, "baseline").map(|id| SnapshotId(Position(id))),
        suspect: head.get("suspect").and_then(Value::as_str).map(Text::from),
        left: natural(head, "left").unwrap_or(0),
    })
}

fn read_suspect(pair: &Value) -> Option<(Version, Text)> {
    let pair = pair.as_array()?;
    Some((Version(whole(pair.get(0)?)?), pair.get(1)?.as_str()?.into()))
}

fn read_range(pair: &Value) -> Option<(Position, Position)> {
    let pair = pair.as_array()?;
    Some((Position(whole(pair.get(0)?)?), Position(whole(pair.get(1)?)?)))
}

fn read_write(write: &Value) -> Option<BaseWrite> {
    let members = write.as_object()?;
    let is = |name: &str| matches!(members.get(name), Some(Value::Bool(true)));
    let turns = match (members.get("branch"), members.get("settings")) {
        (Some(branch), _) => BaseTurn::Back {
            branch: branch.as_str()?.into(),
            made: Version(natural(members, "made")?),
            left: Version(natural(members, "left")?),
            suspect: members.get("suspect").and_then(Value::as_str).map(Text::from),
        },
        (None, Some(settings)) => BaseTurn::Settings(Settings::from_value(settings).ok()?),
        (None, None) => BaseTurn::Nothing,
    };
    Some(BaseWrite {
        at: Position(natural(members, "at")?),
        first: Position(natural(members, "first")?),
        origin: if is("debugger") { Origin::Debugger } else { Origin::Application },
        stands: is("stands"),
        turns,
    })
}

fn read_value(pair: &Value) -> Option<(Version, Value)> {
    let pair = pair.as_array()?;
    Some((Version(whole(pair.get(0)?)?), pair.get(1)?.clone()))
}

fn read_kept(record: &Value) -> Result<Record, Why> {
    let line = record.to_json();
    let members = Members::read(line.as_bytes())?;
    let body = match members.text("unknown")? {
        Some(raw) => Body::Unknown {
            kind: optional_text(&members, "type")?.unwrap_or_default(),
            raw: raw.as_ref().into(),
            why: "it was not known when the log was compacted".into(),
        },
        None => decode_body(&members)?,
    };
    let at = decode_time(&members, "at")?;
    let entry = Entry { at, by: optional_text(&members, "by")?, ..Entry::new(body) };
    Ok(Record { position: Position(required_number(&members, "pos")?), id: Text::new(), entry })
}
