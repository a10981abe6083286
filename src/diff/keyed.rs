//! Array elements matched by a key field: the first of the usual names that all elements have, else the field that
//! most elements of both sides agree on, the shortest name of several.

use super::Differ;
use super::content::HashedValue;
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

/// Elements with unique names on both sides, and those without a name or with one that is there twice.
pub(super) struct Matched {
    /// What names them.
    pub field: Text,
    /// For each element on the right its partner on the left.
    pub partners: Partners,
    /// Indexes on the left and on the right of what the field does not name.
    pub nameless: (Vec<usize>, Vec<usize>),
}

impl Matched {
    fn whole((field, partners): (Text, Partners)) -> Self {
        Self { field, partners, nameless: Default::default() }
    }
}

/// The elements matched by the chosen field, if an element on either side has it; with none chosen, by a field that is unique
/// on both sides. `None` when there is none.
pub(super) fn partners(left: &[&Value], right: &[&Value], chosen: Option<&Text>, how: Differ<'_>) -> Option<Matched> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    match chosen {
        Some(field) => by_chosen(field, left, right, how),
        None => usual(left, right, how).or_else(|| other(left, right, how)).map(Matched::whole),
    }
}

fn by_chosen(field: &Text, left: &[&Value], right: &[&Value], how: Differ<'_>) -> Option<Matched> {
    let (old, new) = (ElementNames::of(left, field, how)?, ElementNames::of(right, field, how)?);
    if old.places.is_empty() && new.places.is_empty() {
        return None;
    }
    let partner = |at: usize| new.unique(at).and_then(|name| old.places.get(&name).copied().flatten());
    let nameless = |names: &ElementNames<'_>| (0..names.names.len()).filter(|at| names.unique(*at).is_none()).collect();
    Some(Matched {
        field: field.clone(),
        partners: (0..right.len()).map(partner).collect(),
        nameless: (nameless(&old), nameless(&new)),
    })
}

/// The names of elements; a name that is there twice has no place.
struct ElementNames<'a> {
    names: Vec<Option<HashedValue<'a>>>,
    places: HashMap<HashedValue<'a>, Option<usize>>,
}

impl<'a> ElementNames<'a> {
    /// `None` when it was stopped.
    fn of(elements: &[&'a Value], field: &str, how: Differ<'_>) -> Option<Self> {
        let names: Vec<_> = elements.iter().map(|element| key_of(element, field)).collect();
        let mut places = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            if how.is_stopped() {
                return None;
            }
            if let Some(name) = name {
                places.entry(*name).and_modify(|place| *place = None).or_insert(Some(at));
            }
        }
        Some(Self { names, places })
    }

    /// The name of an element, if no other has it.
    fn unique(&self, at: usize) -> Option<HashedValue<'a>> {
        self.names[at].filter(|name| self.places.get(name).is_some_and(Option::is_some))
    }
}

/// Ends of fields that name an element, where none of [`USUAL`] does.
const ENDINGS: [&str; 7] = ["id", "Id", "ID", "key", "Key", "name", "Name"];

/// Fields that name elements in some trades.
const TRADE: [&str; 8] = ["uuid", "guid", "slug", "code", "symbol", "url", "path", "email"];

/// Whether an array has two objects.
pub(super) fn has_two_objects(array: &Array) -> bool {
    array.iter().filter(|element| element.as_object().is_some()).nth(1).is_some()
}

/// The field that names the elements of an array: unique where it is there, and there on most objects. The usual names
/// come first, then those that end like one, shortest first.
pub(super) fn settled(array: &Array) -> Option<Text> {
    let objects: Vec<&Value> = array.iter().filter(|element| element.as_object().is_some()).collect();
    let first: Vec<&Text> = objects.iter().take(LOOKED).flat_map(|object| fields(object)).collect();
    let mut seen = HashSet::new();
    let mut named: Vec<&Text> = first
        .into_iter()
        .filter(|field| seen.insert(*field))
        .filter(|field| ENDINGS.iter().any(|end| field.ends_with(end)) || TRADE.contains(&field.as_str()))
        .collect();
    named.sort_by_key(|field| (field.len(), *field));
    let usual = USUAL.iter().map(|field| Text::from(*field));
    let mut tried = usual.chain(named.into_iter().cloned());
    tried.find(|field| names_most(&objects, field))
}

fn names_most(objects: &[&Value], field: &str) -> bool {
    let mut seen = HashSet::new();
    let names = || objects.iter().filter_map(|object| key_of(object, field));
    names().count() * 2 > objects.len() && names().all(|name| seen.insert(name))
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
    let (old, new) = (FieldIndex::of(left, field, how)?, FieldIndex::of(right, field, how)?);
    Some(new.keys.iter().map(|key| old.places.get(key).copied()).collect())
}

/// The values of one field over all elements.
struct FieldIndex<'a> {
    keys: Vec<HashedValue<'a>>,
    places: HashMap<HashedValue<'a>, usize>,
}

impl<'a> FieldIndex<'a> {
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

fn key_of<'a>(element: &'a Value, field: &str) -> Option<HashedValue<'a>> {
    name_in(element, field).map(HashedValue::from)
}

/// What a field calls an element: the text or number there.
pub fn name_in<'a>(element: &'a Value, field: &str) -> Option<&'a Value> {
    element.as_object()?.get(field).filter(|value| is_key(value))
}

/// Where the one element is that a field calls so; `None` where there are more. O(elements).
pub(crate) fn only_named(array: &Array, field: &str, name: &Value) -> Option<usize> {
    let is_it = |(at, element)| (name_in(element, field) == Some(name)).then_some(at);
    let mut found = array.iter().enumerate().filter_map(is_it);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(feature = "tui")]
/// Hashes of the names that a field gives to more than one element. O(elements).
pub fn repeated_names(array: &Array, field: &str) -> HashSet<u64> {
    let mut seen = HashSet::new();
    let names = array.iter().filter_map(|element| name_in(element, field)).map(Value::hash64);
    names.filter(|name| !seen.insert(*name)).collect()
}

fn is_key(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_))
}
