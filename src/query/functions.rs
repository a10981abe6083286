//! The functions of the language: those that `jaq` has for any value, and those that only a value type can give.

use super::guard;
use super::json::{QueryJson, rank};
use super::update::{member, occurrences};
use crate::value::{self, Value};
use jaq_core::data::JustLut;
use jaq_core::load::{self, parse::Def};
use jaq_core::native::{Filter, Fun, bome, run, unary, v};
use jaq_core::{DataT, Error, RunPtr, ValR};

/// What reaches outside of the value, or changes from run to run.
pub(super) const OUTSIDE: [&str; 14] = [
    "debug",
    "debug_empty",
    "env",
    "get_search_list",
    "halt",
    "halt_error",
    "input",
    "input_line_number",
    "inputs",
    "localtime",
    "now",
    "stderr",
    "stderr_empty",
    "strflocaltime",
];

/// Numbers that the language defines by dividing by zero, which is an error here, as in `jq`.
const NOT_FINITE: [(&str, f64); 2] = [("nan", f64::NAN), ("infinite", f64::INFINITY)];

/// Definitions in the language itself.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let own = load::parse(include_str!("functions.jq"), |parser| parser.defs()).unwrap_or_default();
    let all = jaq_core::defs().chain(jaq_std::defs()).chain(own);
    let is_native = |name| OUTSIDE.contains(&name) || NOT_FINITE.iter().any(|(number, _)| *number == name);
    all.filter(move |definition| !is_native(definition.name))
}

/// Functions in Rust.
pub(super) fn natives() -> impl Iterator<Item = Fun<JustLut<QueryJson>>> {
    let all = jaq_core::funs().chain(jaq_std::funs()).chain(of_values());
    all.chain(super::patching::patches()).filter(|(name, ..)| !OUTSIDE.contains(name))
}

/// Those that only a value type can give.
fn of_values<D: for<'a> DataT<V<'a> = QueryJson>>() -> impl Iterator<Item = Fun<D>> {
    own().into_vec().into_iter().map(run)
}

fn own<D: for<'a> DataT<V<'a> = QueryJson>>() -> Box<[Filter<RunPtr<D>>]> {
    Box::new([
        (NOT_FINITE[0].0, v(0), |_| bome(Ok(QueryJson::NotFinite(NOT_FINITE[0].1)))),
        (NOT_FINITE[1].0, v(0), |_| bome(Ok(QueryJson::NotFinite(NOT_FINITE[1].1)))),
        ("length", v(0), |cv| bome(length(&cv.1))),
        ("contains", v(1), |cv| unary(cv, |of, part| has_part(of.into_value(), part.into_value()))),
        ("has", v(1), |cv| unary(cv, |of, key| member(&of, &key).map(|found| found.is_some().into()))),
        ("indices", v(1), |cv| unary(cv, |of, part| indices(&of, &part))),
        ("bsearch", v(1), |cv| unary(cv, |of, wanted| search(&of, &wanted))),
        ("tojson", v(0), |cv| bome(Ok(QueryJson::from(cv.1.to_string())))),
        ("fromjson", v(0), |cv| bome(from_json(&cv.1))),
    ])
}

fn length(of: &QueryJson) -> ValR<QueryJson> {
    match of {
        QueryJson::Value(Value::Null) => Ok(0_i64.into()),
        QueryJson::Value(Value::String(text)) => {
            guard::steps(text.len() as u64 / 64);
            Ok(text.chars().count().into())
        }
        QueryJson::Value(value) if value.is_container() => Ok(value.len().into()),
        number if number.double().is_some_and(|float| float >= 0.0) => Ok(number.clone()),
        number if number.double().is_some() => -number.clone(),
        other => Err(Error::str(format_args!("{other} has no length"))),
    }
}

fn has_part(of: Value, part: Value) -> ValR<QueryJson> {
    if rank(&of) == rank(&part) {
        return Ok(contains(&of, &part).into());
    }
    let sides = [QueryJson::from(of), QueryJson::from(part)];
    Err(Error::str(format_args!("{} cannot contain {}: they are of different types", sides[0], sides[1])))
}

/// As `jq`: parts of strings, elements that are contained in some element, members whose values are.
fn contains(of: &Value, part: &Value) -> bool {
    guard::step();
    match (of, part) {
        (Value::String(of), Value::String(part)) => {
            guard::steps(of.len() as u64 / 64);
            of.contains(part.as_str())
        }
        (Value::Array(of), Value::Array(part)) => part.iter().all(|part| of.iter().any(|of| contains(of, part))),
        (Value::Object(of), Value::Object(part)) => {
            part.iter().all(|(key, part)| of.get(key).is_some_and(|of| contains(of, part)))
        }
        _ => of == part,
    }
}

/// Where a part occurs: in characters for strings.
fn indices(of: &QueryJson, part: &QueryJson) -> ValR<QueryJson> {
    match (of, part) {
        (QueryJson::Value(Value::Null), _) => Ok(QueryJson::from(Value::Null)),
        (QueryJson::Value(Value::String(text)), QueryJson::Value(Value::String(part))) => {
            guard::steps(text.len() as u64);
            let starts = text.char_indices().enumerate();
            let found = starts.filter(|(_, (byte, _))| !part.is_empty() && text[*byte..].starts_with(part.as_str()));
            Ok(found.map(|(at, _)| QueryJson::from(at)).collect())
        }
        (QueryJson::Value(Value::Array(array)), QueryJson::Value(Value::Array(part))) => Ok(occurrences(array, part)),
        (QueryJson::Value(Value::Array(array)), QueryJson::Value(part)) => {
            guard::steps(array.len() as u64);
            let found = array.iter().enumerate().filter(|(_, element)| *element == part);
            Ok(found.map(|(at, _)| QueryJson::from(at)).collect())
        }
        _ => Err(Error::index(of.clone(), part.clone())),
    }
}

/// The index in a sorted array, or minus one minus where it would stand.
fn search(of: &QueryJson, wanted: &QueryJson) -> ValR<QueryJson> {
    let Some(array) = of.array() else { return Err(Error::typ(of.clone(), "array")) };
    let (mut low, mut high) = (0, array.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let Some(element) = array.get(middle) else { break };
        match QueryJson::from(element.clone()).cmp(wanted) {
            std::cmp::Ordering::Equal => return Ok(middle.into()),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok((-1 - low as i64).into())
}

fn from_json(of: &QueryJson) -> ValR<QueryJson> {
    let Some(text) = of.text() else { return Err(Error::typ(of.clone(), "string")) };
    guard::steps(text.len() as u64 / 8);
    let parsed = value::parse(text.as_bytes());
    parsed.map(QueryJson::bounded).map_err(|error| Error::str(format_args!("cannot parse as JSON: {error}")))
}
