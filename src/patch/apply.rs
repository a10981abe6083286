//! Patches applied to a value: each operation is made of putting, taking and swapping one part, and each of these knows
//! its own inverse.
//!
//! Must not name: `serde_json`.

use super::{Op, Patch};
use crate::error::counted;
use crate::value::{Array, Limits, Pointer, Text, Value};
use crate::{Error, Result};

/// The patched value.
pub(super) fn apply(patch: &Patch, to: &Value, limits: Limits) -> Result<Value> {
    let mut work = PatchRun { value: to.clone(), undo: None };
    work.run(patch, limits)?;
    Ok(work.value)
}

/// The patched value and the way back.
pub(super) fn apply_with_inverse(patch: &Patch, to: &Value, limits: Limits) -> Result<(Value, Patch)> {
    let mut work = PatchRun { value: to.clone(), undo: Some(Vec::new()) };
    work.run(patch, limits)?;
    let mut undo = work.undo.unwrap_or_default();
    undo.reverse();
    Ok((work.value, Patch(undo)))
}

/// Does one operation in the memory of `value`, as far as nobody else holds that; whether it did. Nothing has changed where
/// it did not: what is rare, and all that cannot be done, is left to [`apply`].
pub(super) fn apply_in_place(op: &Op, value: &mut Value, limits: Limits) -> bool {
    let (Op::Add { path, .. } | Op::Replace { path, .. } | Op::Remove { path }) = op else { return false };
    let Some((last, way)) = path.0.split_last() else { return false };
    if !stays_within(op, value, limits) {
        return false;
    }
    match op {
        Op::Replace { value: new, .. } => value.edit_at(&path.0, &mut |part| {
            part.clone_from(new);
            true
        }),
        Op::Add { value: new, .. } => value.edit_at(way, &mut |container| put_in(container, last, new)),
        _ => value.edit_at(way, &mut |container| take_from(container, last)),
    }
}

/// Puts a scalar in the place of a scalar, where no array is on the way but the one it may be an element of, and nobody else
/// holds the memory; whether it is another one, by its value. Nothing has changed where this is another operation.
pub(super) fn replace_scalar(op: &Op, value: &mut Value, limits: Limits) -> Option<bool> {
    let Op::Replace { path, value: new } = op else { return None };
    if new.is_container() || !stays_within(op, value, limits) {
        return None;
    }
    let mut is_other = None;
    value.edit_leaf(&path.0, &mut |old| {
        if old.is_container() {
            return false;
        }
        is_other = Some(old != new);
        old.clone_from(new);
        true
    });
    is_other
}

/// Whether a value is within its limits after an operation for sure.
fn stays_within(op: &Op, value: &Value, limits: Limits) -> bool {
    let (size, depth) = match op {
        Op::Add { path, value } | Op::Replace { path, value } => {
            // Room for a key of which each byte is escaped.
            let key = path.0.last().map_or(0, |key| 6 * key.len() as u64 + 4);
            (value.size().saturating_add(key), path.0.len() + value.depth())
        }
        _ => (0, 0),
    };
    value.size().saturating_add(size) <= limits.size && value.depth().max(depth) <= limits.depth
}

fn put_in(container: &mut Value, key: &Text, new: &Value) -> bool {
    match container {
        Value::Object(object) => {
            object.put(key.clone(), new.clone());
            true
        }
        Value::Array(array) => {
            let index = room(array, key);
            index.map(|index| array.insert(index, new.clone())).is_ok()
        }
        _ => false,
    }
}

fn take_from(container: &mut Value, key: &str) -> bool {
    match container {
        Value::Object(object) if object.get(key).is_some() => {
            object.take(key);
            true
        }
        Value::Array(array) => {
            let index = held(array, key).map(|(index, _)| index);
            index.map(|index| array.take(index)).is_ok()
        }
        _ => false,
    }
}

/// Why an operation cannot be done: a sentence without its operation and path.
type OperationFault = String;

struct PatchRun {
    value: Value,
    /// The inverse of each step so far, where it is wanted.
    undo: Option<Vec<Op>>,
}

impl PatchRun {
    fn run(&mut self, patch: &Patch, limits: Limits) -> Result<()> {
        for (index, op) in patch.0.iter().enumerate() {
            if self.undo.is_none() && apply_in_place(op, &mut self.value, limits) {
                continue;
            }
            self.step(op).map_err(|why| Error::Patch { index, op: op.name(), path: op.path().to_string(), why })?;
            self.value.clone().within(limits)?;
        }
        Ok(())
    }

    fn step(&mut self, op: &Op) -> Result<(), OperationFault> {
        match op {
            Op::Add { path, value } => self.put(path, value.clone()),
            Op::Remove { path } => self.take(path).map(drop),
            Op::Replace { path, value } => self.swap(path, value.clone()),
            Op::Move { from, path } => self.relocate(from, path),
            Op::Copy { from, path } => {
                let copy = find(&self.value, &from.0)?.clone();
                self.put(path, copy)
            }
            Op::Test { path, value } => test(find(&self.value, &path.0)?, value),
        }
    }

    fn relocate(&mut self, from: &Pointer, path: &Pointer) -> Result<(), OperationFault> {
        if from == path {
            return find(&self.value, &from.0).map(drop);
        }
        if path.0.starts_with(&from.0) {
            return Err(about(&from.0, "cannot move into itself"));
        }
        let taken = self.take(from)?;
        self.put(path, taken)
    }

    fn put(&mut self, path: &Pointer, new: Value) -> Result<(), OperationFault> {
        let Some((last, way)) = path.0.split_last() else { return self.swap(path, new) };
        match find(&self.value, way)? {
            Value::Object(object) if object.get(last).is_some() => self.swap(path, new),
            Value::Object(object) => {
                let container = Value::Object(object.with(last.clone(), new));
                self.done(way, container, || Op::Remove { path: path.clone() })
            }
            Value::Array(array) => {
                let index = room(array, last).map_err(|why| about(way, &why))?;
                let container = Value::Array(array.inserted(index, new));
                self.done(way, container, || Op::Remove { path: element(way, index) })
            }
            scalar => Err(about(way, &no_parts(scalar))),
        }
    }

    fn take(&mut self, path: &Pointer) -> Result<Value, OperationFault> {
        let old = find(&self.value, &path.0)?.clone();
        let Some((last, way)) = path.0.split_last() else {
            self.swap(path, Value::Null)?;
            return Ok(old);
        };
        let container = match find(&self.value, way)? {
            Value::Object(object) => Value::Object(object.without(last)),
            Value::Array(array) => Value::Array(array.removed(held(array, last)?.0)),
            scalar => return Err(about(way, &no_parts(scalar))),
        };
        self.done(way, container, || Op::Add { path: path.clone(), value: old.clone() })?;
        Ok(old)
    }

    /// Puts `new` in the place of what is there.
    fn swap(&mut self, path: &Pointer, new: Value) -> Result<(), OperationFault> {
        let old = find(&self.value, &path.0)?.clone();
        self.done(&path.0, new, || Op::Replace { path: path.clone(), value: old })
    }

    fn done(&mut self, way: &[Text], part: Value, undo: impl FnOnce() -> Op) -> Result<(), OperationFault> {
        self.value = rebuilt(&self.value, way, part)?;
        if let Some(steps) = &mut self.undo {
            steps.push(undo());
        }
        Ok(())
    }
}

fn test(found: &Value, wanted: &Value) -> Result<(), OperationFault> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("the value there is {}, not {}", excerpt(found), excerpt(wanted)))
}

/// The part at the end of `way`.
fn find<'a>(value: &'a Value, way: &[Text]) -> Result<&'a Value, OperationFault> {
    let mut at = value;
    for (depth, token) in way.iter().enumerate() {
        at = part(at, token, &way[..depth])?;
    }
    Ok(at)
}

fn part<'a>(container: &'a Value, token: &str, way: &[Text]) -> Result<&'a Value, OperationFault> {
    let found = match container {
        Value::Object(object) => object.get(token).ok_or_else(|| format!("no key {token:?}")),
        Value::Array(array) => held(array, token).map(|(_, element)| element),
        scalar => Err(no_parts(scalar)),
    };
    found.map_err(|why| about(way, &why))
}

/// `value` with `new` at the end of `way`. Recursion is bounded by the depth of `value`.
fn rebuilt(value: &Value, way: &[Text], new: Value) -> Result<Value, OperationFault> {
    let Some((token, rest)) = way.split_first() else { return Ok(new) };
    match value {
        Value::Object(object) => {
            let child = part(value, token, &[])?;
            Ok(Value::Object(object.with(token.clone(), rebuilt(child, rest, new)?)))
        }
        Value::Array(array) => {
            let (index, child) = held(array, token)?;
            Ok(Value::Array(array.with(index, rebuilt(child, rest, new)?)))
        }
        scalar => Err(no_parts(scalar)),
    }
}

/// The element that is at `token`.
fn held<'a>(array: &'a Array, token: &str) -> Result<(usize, &'a Value), OperationFault> {
    let index = index(token)?;
    let element = array.get(index).ok_or_else(|| past_end(array, index))?;
    Ok((index, element))
}

/// The index at which an element can be put: before one that is there, or after the last.
fn room(array: &Array, token: &str) -> Result<usize, OperationFault> {
    let index = if token == "-" { array.len() } else { index(token)? };
    if index <= array.len() { Ok(index) } else { Err(past_end(array, index)) }
}

fn index(token: &str) -> Result<usize, OperationFault> {
    Pointer::index(token).ok_or_else(|| format!("{token:?} is not an array index (digits, no leading zeros)"))
}

fn past_end(array: &Array, index: usize) -> OperationFault {
    format!("index {index} is out of bounds ({})", counted(array.len() as u64, "element"))
}

fn no_parts(scalar: &Value) -> OperationFault {
    match scalar {
        Value::Null => "cannot descend into null".into(),
        scalar => format!("cannot descend into a {}", scalar.type_name()),
    }
}

/// The sentence about the container at `way`.
fn about(way: &[Text], why: &str) -> OperationFault {
    format!("{}: {why}", name(way))
}

fn name(way: &[Text]) -> String {
    if way.is_empty() { "the whole value".into() } else { Pointer(way.to_vec()).to_string() }
}

fn element(way: &[Text], index: usize) -> Pointer {
    let mut path = Pointer(way.to_vec());
    path.0.push(index.to_string().into());
    path
}

/// The value itself when it is short, else what it is.
fn excerpt(value: &Value) -> String {
    match value.size() {
        ..=60 => value.to_json(),
        size => format!("another {} of {}", value.type_name(), counted(size, "byte")),
    }
}
