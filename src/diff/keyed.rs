//! Array elements matched by a key field: the first of the usual names that all elements have, else the field that
//! most elements of both sides agree on, the shortest name of several.

use super::Differ;
use super::content::Content;
use super::order::Partners;
use crate::value::{Array, Object, Text, Value};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Fields that name an element wherever they are unique.
const USUAL: [&str; 5] = ["id", "_id", "key", "name", "sku"];

/// How many other fields are tried, shortest name first: bounds the time for wide elements.
const OTHERS: usize = 16;

/// Elements of each side that tell whether a field can be a candidate.
const LOOKED: usize = 2_000;

/// Fields that tell the elements of each of the arrays apart, shortest name first: what may be chosen as a key. Looks at the first
/// 2,000 elements of each.
pub fn key_candidates(arrays: &[&Array]) -> Vec<Text> {
    let sides: Vec<Vec<&Value>> = arrays.iter().map(|array| array.iter().take(LOOKED).collect()).collect();
    let Some(first) = sides.iter().find_map(|side| side.first().copied()) else { return Vec::new() };
    let apart = |field: &&Text| sides.iter().all(|side| are_apart(side, field));
    fields(first).into_iter().filter(apart).cloned().collect()
}

fn are_apart(elements: &[&Value], field: &str) -> bool {
    let mut seen = HashSet::new();
    elements.iter().all(|element| key_of(element, field).is_some_and(|key| seen.insert(key)))
}

/// The field, and for each element on the right its partner on the left: the chosen field if that tells elements apart;
/// `None` when no field is unique on both sides.
pub(super) fn partners(
    left: &[&Value],
    right: &[&Value],
    chosen: Option<&Text>,
    how: Differ<'_>,
) -> Option<(Text, Partners)> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let chosen = chosen.and_then(|field| Some((field.clone(), by_field(field, left, right, how)?)));
    chosen.or_else(|| usual(left, right, how)).or_else(|| other(left, right, how))
}

fn usual(left: &[&Value], right: &[&Value], how: Differ<'_>) -> Option<(Text, Partners)> {
    USUAL.iter().find_map(|field| Some(((*field).into(), by_field(field, left, right, how)?)))
}

/// A field of another name counts only when half of the shorter side is found by it: that it is unique may be chance.
/// One element on each side proves nothing.
fn other(left: &[&Value], right: &[&Value], how: Differ<'_>) -> Option<(Text, Partners)> {
    let shorter = left.len().min(right.len());
    if left.len().max(right.len()) < 2 {
        return None;
    }
    let tried = fields(left.first()?).into_iter().enumerate();
    tried
        .filter_map(|(rank, field)| Some((rank, field, by_field(field, left, right, how)?)))
        .map(|(rank, field, partners)| (partners.iter().flatten().count(), Reverse(rank), field, partners))
        .filter(|(found, ..)| found * 2 >= shorter)
        .max_by_key(|(found, rank, ..)| (*found, *rank))
        .map(|(_, _, field, partners)| (field.clone(), partners))
}

/// The fields of an element that could be keys, shortest name first.
fn fields(element: &Value) -> Vec<&Text> {
    let entries = element.as_object().into_iter().flat_map(Object::iter);
    let mut fields: Vec<&Text> = entries.filter(|(_, value)| is_key(value)).map(|(field, _)| field).collect();
    fields.sort_by_key(|field| (field.len(), *field));
    fields.truncate(OTHERS);
    fields
}

fn by_field(field: &str, left: &[&Value], right: &[&Value], how: Differ<'_>) -> Option<Partners> {
    let (old, new) = (Index::of(left, field, how)?, Index::of(right, field, how)?);
    Some(new.keys.iter().map(|key| old.places.get(key).copied()).collect())
}

/// The values of one field over all elements.
struct Index<'a> {
    keys: Vec<Content<'a>>,
    places: HashMap<Content<'a>, usize>,
}

impl<'a> Index<'a> {
    /// `None` unless every element is an object with its own string or number in `field`, or when it was stopped.
    fn of(elements: &[&'a Value], field: &str, how: Differ<'_>) -> Option<Self> {
        let mut index = Self { keys: Vec::new(), places: HashMap::new() };
        for (place, element) in elements.iter().enumerate() {
            let key = key_of(element, field)?;
            index.keys.push(key);
            if index.places.insert(key, place).is_some() || how.is_stopped() {
                return None;
            }
        }
        Some(index)
    }
}

fn key_of<'a>(element: &'a Value, field: &str) -> Option<Content<'a>> {
    element.as_object()?.get(field).filter(|value| is_key(value)).map(Content::from)
}

fn is_key(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_))
}
