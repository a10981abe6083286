//! Patches as JSON: an array of operation objects, each with its members by RFC 6902.

use super::{Op, Patch};
use crate::value::{Pointer, Text, Value};
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

fn read_op(index: usize, json: &Value) -> Result<Op> {
    let mut members = Members { index, op: "?", json };
    match members.text("op")? {
        "add" => members.of("add", |m| Ok(Op::Add { path: m.pointer("path")?, value: m.value()? })),
        "remove" => members.of("remove", |m| Ok(Op::Remove { path: m.pointer("path")? })),
        "replace" => members.of("replace", |m| Ok(Op::Replace { path: m.pointer("path")?, value: m.value()? })),
        "move" => members.of("move", |m| Ok(Op::Move { from: m.pointer("from")?, path: m.pointer("path")? })),
        "copy" => members.of("copy", |m| Ok(Op::Copy { from: m.pointer("from")?, path: m.pointer("path")? })),
        "test" => members.of("test", |m| Ok(Op::Test { path: m.pointer("path")?, value: m.value()? })),
        other => {
            Err(members.error(format!("\"op\" is {other:?}; it must be add, remove, replace, move, copy or test")))
        }
    }
}

/// The members of one operation object.
struct Members<'a> {
    index: usize,
    /// The name of the operation, `?` while it is not known.
    op: &'static str,
    json: &'a Value,
}

impl<'a> Members<'a> {
    fn of(&mut self, op: &'static str, read: impl FnOnce(&Self) -> Result<Op>) -> Result<Op> {
        self.op = op;
        read(self)
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

    fn value(&self) -> Result<Value> {
        self.get("value").cloned()
    }

    fn error(&self, why: String) -> Error {
        let path = self.json.as_object().and_then(|object| object.get("path")).and_then(Value::as_str);
        Error::Patch { index: self.index, op: self.op, path: path.unwrap_or("?").into(), why }
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

fn text(pointer: &Pointer) -> Value {
    pointer.to_string().as_str().into()
}
