//! Patches as JSON: an array of operation objects, each with its members by RFC 6902.

use super::{Op, Patch};
use crate::escape::named;
use crate::value::{JsonCursor, Pointer, Text, Value, write_string, written_len};
use crate::{Error, Result};

/// Reads an array of operations, or one operation.
pub(super) fn read(json: &Value) -> Result<Patch> {
    let ops = match json {
        Value::Array(ops) => ops.iter().enumerate().map(|(index, op)| read_op(index, op)).collect(),
        op => read_op(0, op).map(|op| vec![op]),
    };
    ops.map(Patch)
}

/// The JSON form of a patch.
pub(super) fn write(patch: &Patch) -> Value {
    patch.0.iter().map(write_op).collect()
}

/// Reads one operation.
pub(super) fn read_op(index: usize, json: &Value) -> Result<Op> {
    let unnamed = OperationMembers { index, op: "?", json };
    let named = |op| OperationMembers { op, ..unnamed };
    match unnamed.text("op")? {
        "add" => named("add").with_value(|path, value| Op::Add { path, value }),
        "remove" => Ok(Op::Remove { path: named("remove").pointer("path")? }),
        "replace" => named("replace").with_value(|path, value| Op::Replace { path, value }),
        "move" => named("move").with_origin(|from, path| Op::Move { from, path }),
        "copy" => named("copy").with_origin(|from, path| Op::Copy { from, path }),
        "test" => named("test").with_value(|path, value| Op::Test { path, value }),
        other => {
            Err(unnamed.error(format!("\"op\" is {other:?}; it must be add, remove, replace, move, copy or test")))
        }
    }
}

/// What is round the value of an operation: the operation, and the array that it stands in.
const CONTAINERS: usize = 2;

/// The array of operations that stands at a cursor; `None` where anything about it is not as it should be.
pub(super) fn read_at(cursor: &mut JsonCursor<'_>) -> Option<Patch> {
    let mut ops = Vec::with_capacity(1);
    if !cursor.eat_byte(b'[') {
        return None;
    }
    cursor.blanks();
    if cursor.eat_byte(b']') {
        return Some(Patch(Vec::new()));
    }
    loop {
        ops.push(read_op_at(cursor)?);
        cursor.blanks();
        if cursor.eat_byte(b']') {
            return Some(Patch(ops));
        }
        pass_comma(cursor)?;
    }
}

/// The same for one operation.
pub(super) fn read_op_at(cursor: &mut JsonCursor<'_>) -> Option<Op> {
    let start = cursor.position();
    if let Some((put, path)) = usual_start(cursor) {
        let value = cursor.value_within(CONTAINERS)?;
        return cursor.eat_byte(b'}').then(|| put(path, value));
    }
    cursor.go_to(start);
    read_any_op_at(cursor)
}

/// Makes an operation of its path and value.
type Put = fn(Pointer, Value) -> Op;

/// What stands before the value of an operation that puts one, as [`write_op`] has it.
fn usual_start(cursor: &mut JsonCursor<'_>) -> Option<(Put, Pointer)> {
    let put: Put = if cursor.eat_known(b"{\"op\":\"replace\",\"path\":") {
        |path, value| Op::Replace { path, value }
    } else if cursor.eat_known(b"{\"op\":\"add\",\"path\":") {
        |path, value| Op::Add { path, value }
    } else {
        return None;
    };
    let path = pointer_at(cursor)?;
    cursor.eat_known(b",\"value\":").then_some((put, path))
}

/// With its members in any order.
fn read_any_op_at(cursor: &mut JsonCursor<'_>) -> Option<Op> {
    let (mut op, mut path, mut from, mut value) = (None, None, None, None);
    if !cursor.eat_byte(b'{') {
        return None;
    }
    cursor.blanks();
    loop {
        let name = cursor.plain_text()?;
        cursor.blanks();
        if !cursor.eat_byte(b':') {
            return None;
        }
        cursor.blanks();
        match name {
            "op" if op.is_none() => op = Some(cursor.plain_text()?),
            "path" if path.is_none() => path = Some(pointer_at(cursor)?),
            "from" if from.is_none() => from = Some(pointer_at(cursor)?),
            "value" if value.is_none() => value = Some(cursor.value_within(CONTAINERS)?),
            _ => return None,
        }
        cursor.blanks();
        if cursor.eat_byte(b'}') {
            break;
        }
        pass_comma(cursor)?;
    }
    let path = path?;
    Some(match op? {
        "add" => Op::Add { path, value: value? },
        "remove" => Op::Remove { path },
        "replace" => Op::Replace { path, value: value? },
        "move" => Op::Move { from: from?, path },
        "copy" => Op::Copy { from: from?, path },
        "test" => Op::Test { path, value: value? },
        _ => return None,
    })
}

fn pass_comma(cursor: &mut JsonCursor<'_>) -> Option<()> {
    let found = cursor.eat_byte(b',');
    cursor.blanks();
    found.then_some(())
}

fn pointer_at(cursor: &mut JsonCursor<'_>) -> Option<Pointer> {
    let start = cursor.position();
    if let Some(plain) = cursor.plain_text() {
        return Pointer::parse(plain).ok();
    }
    cursor.go_to(start);
    Pointer::parse(&cursor.text()?).ok()
}

/// The members of one operation object.
struct OperationMembers<'a> {
    index: usize,
    /// The name of the operation, `?` while it is not known.
    op: &'static str,
    json: &'a Value,
}

impl<'a> OperationMembers<'a> {
    fn with_value(&self, op: impl FnOnce(Pointer, Value) -> Op) -> Result<Op> {
        Ok(op(self.pointer("path")?, self.get("value")?.clone()))
    }

    fn with_origin(&self, op: impl FnOnce(Pointer, Pointer) -> Op) -> Result<Op> {
        Ok(op(self.pointer("from")?, self.pointer("path")?))
    }

    fn get(&self, name: &str) -> Result<&'a Value> {
        let Value::Object(object) = self.json else {
            let kind = self.json.type_name();
            return Err(self.error(format!("it must be an object such as {EXAMPLE}; this is {kind}")));
        };
        object.get(name).ok_or_else(|| self.error(format!("the member {name:?} is missing, as in {EXAMPLE}")))
    }

    fn text(&self, name: &str) -> Result<&'a str> {
        let value = self.get(name)?;
        value.as_str().ok_or_else(|| self.error(format!("{name:?} must be a string; it is {}", value.type_name())))
    }

    fn pointer(&self, name: &str) -> Result<Pointer> {
        Pointer::parse(self.text(name)?).map_err(|why| self.error(format!("{name:?}: {why}")))
    }

    fn error(&self, why: String) -> Error {
        let path = self.json.as_object().and_then(|object| object.get("path")).and_then(Value::as_str);
        Error::Patch { index: self.index, op: self.op, path: named(path.unwrap_or("?")).into_owned(), why }
    }
}

const EXAMPLE: &str = r#"{"op":"add","path":"/a/b","value":1}"#;

fn write_op(op: &Op) -> Value {
    let from = match op {
        Op::Move { from, .. } | Op::Copy { from, .. } => Some(("from", text(from))),
        _ => None,
    };
    let value = match op {
        Op::Add { value, .. } | Op::Replace { value, .. } | Op::Test { value, .. } => Some(("value", value.clone())),
        _ => None,
    };
    let members = [Some(("op", op.name().into())), from, Some(("path", text(op.path()))), value];
    members.into_iter().flatten().map(|(name, value)| (Text::from(name), value)).collect()
}

/// Appends a patch as compact JSON: what [`write`] makes of it, without making a value first.
pub(super) fn write_json(patch: &Patch, out: &mut String) {
    out.push('[');
    for (number, op) in patch.0.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_op_json(op, out);
    }
    out.push(']');
}

/// Its members by their names, as objects have them.
fn write_op_json(op: &Op, out: &mut String) {
    out.push('{');
    if let Op::Move { from, .. } | Op::Copy { from, .. } = op {
        out.push_str("\"from\":");
        write_pointer_json(from, out);
        out.push(',');
    }
    out.push_str("\"op\":\"");
    out.push_str(op.name());
    out.push_str("\",\"path\":");
    write_pointer_json(op.path(), out);
    if let Op::Add { value, .. } | Op::Replace { value, .. } | Op::Test { value, .. } = op {
        out.push_str(",\"value\":");
        value.write_json(out);
    }
    out.push('}');
}

fn write_pointer_json(pointer: &Pointer, out: &mut String) {
    if !pointer.0.iter().all(is_plain) {
        return write_string(&pointer.to_string(), out);
    }
    out.push('"');
    for token in &pointer.0 {
        out.push('/');
        out.push_str(token);
    }
    out.push('"');
}

/// Whether each byte of a token stands for itself, in a pointer and in JSON.
fn is_plain(token: &Text) -> bool {
    token.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\' | b'/' | b'~'))
}

/// Bytes of a patch as compact JSON. O(operations and the text in their paths).
pub(super) fn size(patch: &Patch) -> u64 {
    let commas = (patch.0.len() as u64).saturating_sub(1);
    patch.0.iter().map(op_size).fold(commas + 2, u64::saturating_add)
}

fn op_size(op: &Op) -> u64 {
    // Beside the braces: a name in quotes, a colon and a comma for each member; the first has no comma.
    let named = |name: &str, bytes: u64| name.len() as u64 + 4 + bytes;
    let (from, value) = match op {
        Op::Move { from, .. } | Op::Copy { from, .. } => (named("from", pointer_size(from)), 0),
        Op::Add { value, .. } | Op::Replace { value, .. } | Op::Test { value, .. } => (0, named("value", value.size())),
        Op::Remove { .. } => (0, 0),
    };
    let op_name = named("op", op.name().len() as u64 + 2);
    (1 + op_name + named("path", pointer_size(op.path()))).saturating_add(from).saturating_add(value)
}

/// Bytes of a pointer as a JSON string: `~` and `/` in its tokens take one more each.
fn pointer_size(pointer: &Pointer) -> u64 {
    let token_size = |token: &Text| {
        if is_plain(token) {
            return token.len() as u64 + 1;
        }
        let escaped = token.bytes().filter(|byte| matches!(byte, b'~' | b'/')).count() as u64;
        (written_len(token) - 2) + escaped + 1
    };
    2 + pointer.0.iter().map(token_size).sum::<u64>()
}

fn text(pointer: &Pointer) -> Value {
    pointer.to_string().as_str().into()
}
