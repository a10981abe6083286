//! A change in the making: direct edits of a value, all of which happen or none.

use crate::error::{Error, Result};
use crate::patch::{self, Op, Patch, merged};
use crate::value::{self, Path, Pointer, Value};
use serde::Serialize;

/// A change in the making. Each edit is seen by the next one; what was recorded stays as it is until all have worked.
#[derive(Debug)]
pub struct Draft {
    value: Value,
    ops: Vec<Op>,
}

impl Draft {
    pub(super) fn new(value: Value) -> Self {
        Self { value, ops: Vec::new() }
    }

    /// The edits, and what they made.
    pub(super) fn into_parts(self) -> (Patch, Value) {
        (Patch(self.ops), self.value)
    }

    /// The value as edited so far.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What is at a path (`.cart.items[0].qty`, or `/cart/items/0/qty`); `None` where nothing is.
    ///
    /// # Errors
    /// When the text is no path.
    pub fn get(&self, path: &str) -> Result<Option<&Value>> {
        Ok(self.value.at(&Path::parse(path, &self.value)?))
    }

    /// Puts a value at a path, in place of what is there; what is above it must exist. O(depth · log n).
    ///
    /// # Errors
    /// When the text is no path, the value cannot be said in JSON, or there is nothing to put it into.
    pub fn set<S: Serialize + ?Sized>(&mut self, path: &str, to: &S) -> Result<()> {
        let path = Path::parse(path, &self.value)?;
        let there = self.value.at(&path).is_some();
        let (path, value) = (path.to_pointer(), value::to_value(to)?);
        self.apply(if there { Op::Replace { path, value } } else { Op::Add { path, value } })
    }

    /// Takes away what is at a path. O(depth · log n).
    ///
    /// # Errors
    /// When nothing is there.
    pub fn remove(&mut self, path: &str) -> Result<()> {
        let path = Path::parse(path, &self.value)?.to_pointer();
        self.apply(Op::Remove { path })
    }

    /// Puts a value behind the last element of the array at a path. O(depth · log n).
    ///
    /// # Errors
    /// When there is no array, or the value cannot be said in JSON.
    pub fn push<S: Serialize + ?Sized>(&mut self, path: &str, value: &S) -> Result<()> {
        let array = Path::parse(path, &self.value)?;
        if self.value.at(&array).and_then(Value::as_array).is_none() {
            return Err(Error::Edit { operation: "push to", path: array.to_string(), why: "not an array" });
        }
        let Pointer(mut tokens) = array.to_pointer();
        tokens.push("-".into());
        self.apply(Op::Add { path: Pointer(tokens), value: value::to_value(value)? })
    }

    /// Merges a value into what is at a path (RFC 7396): objects key by key, `null` takes a key away, anything else
    /// replaces. Only what changed is recorded.
    ///
    /// # Errors
    /// When the text is no path, nothing is there, or the value cannot be said in JSON.
    pub fn merge<S: Serialize + ?Sized>(&mut self, path: &str, with: &S) -> Result<()> {
        let path = Path::parse(path, &self.value)?;
        let Some(old) = self.value.at(&path) else {
            return Err(Error::Edit { operation: "merge into", path: path.to_string(), why: "no value there" });
        };
        let new = merged(old, &value::to_value(with)?);
        self.patch(&patch::between(old, &new).below(&path.to_pointer()))
    }

    /// Applies RFC 6902 operations.
    ///
    /// # Errors
    /// When one does not apply; then none has.
    pub fn patch(&mut self, patch: &Patch) -> Result<()> {
        self.apply_all(patch.clone())
    }

    fn apply(&mut self, op: Op) -> Result<()> {
        self.apply_all(Patch(vec![op]))
    }

    fn apply_all(&mut self, patch: Patch) -> Result<()> {
        self.value = patch.apply(&self.value)?;
        self.ops.extend(patch.0);
        Ok(())
    }
}
