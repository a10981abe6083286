//! A part of an event: a dotted path, or a filter.

use crate::query::{Query, QueryBudget, WrongQuery};
use crate::value::{Step, Text, Value};
use std::sync::Arc;

/// Where in an event something stands.
#[derive(Clone)]
pub struct EventField(EventFieldKind);

#[derive(Clone)]
enum EventFieldKind {
    /// `a.b.0`, or `.` for all of it.
    Path(Text),
    Filter(Arc<Query>),
}

impl EventField {
    /// Reads `a.b.0` or `.a.b`; a text with other signs than names have is a filter of the `jq` language.
    ///
    /// # Errors
    /// Where a filter is wrong.
    pub fn parse(text: &str) -> Result<Self, WrongQuery> {
        let path = text.trim();
        let is_path = !path.is_empty() && path.chars().all(is_of_names);
        if is_path {
            return Ok(Self(EventFieldKind::Path(path.strip_prefix('.').unwrap_or(path).into())));
        }
        Query::compile(text).map(|query| Self(EventFieldKind::Filter(Arc::new(query))))
    }

    /// What stands there; `None` where there is nothing, or `null`.
    ///
    /// # Errors
    /// The filter's own error.
    pub fn of(&self, event: &Value) -> Result<Option<Value>, Text> {
        Ok(self.found(event)?.filter(|value| !matches!(value, Value::Null)))
    }

    /// The same, `null` included.
    ///
    /// # Errors
    /// The filter's own error.
    pub fn found(&self, event: &Value) -> Result<Option<Value>, Text> {
        match &self.0 {
            EventFieldKind::Path(path) => Ok(at(event, path).cloned()),
            EventFieldKind::Filter(query) => Ok(query.outputs(event, &QueryBudget::default())?.into_iter().next()),
        }
    }
}

fn is_of_names(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '@' | '$' | ':' | '/')
}

/// A value as a text: of an object its `type` or `name`, as actions have it.
pub(super) fn text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_json().as_str().into()),
        Value::Object(object) => object.get("type").or_else(|| object.get("name")).and_then(text),
        Value::Null | Value::Array(_) => None,
    }
}

/// What stands at a dotted path; a key that has dots itself is found too, and so is a member of the last element with
/// a negative index.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    if let Value::Object(object) = value {
        if let Some(found) = object.get(path) {
            return Some(found);
        }
        let mut dots = path.match_indices('.');
        return dots.find_map(|(dot, _)| at(object.get(&path[..dot])?, &path[dot + 1..]));
    }
    let (index, rest) = path.split_once('.').unwrap_or((path, ""));
    at(value.child(&Step::Index(index.parse().ok()?))?, rest)
}
