//! Functions that apply a change of a known form to a value: what folds over logs of changes are made of.

use super::guard;
use super::json::QueryJson;
use super::update::{member, wrapped};
use crate::patch::{self, Patch};
use crate::value::Value;
use jaq_core::data::JustLut;
use jaq_core::native::{Filter, Fun, run, unary, v};
use jaq_core::{DataT, Error, RunPtr, ValR};

/// `json_patch(p)` (RFC 6902), `merge_patch(p)` (RFC 7396), `immer_patch(p)`, `jsondiffpatch(d)`.
pub(super) fn patches() -> impl Iterator<Item = Fun<JustLut<QueryJson>>> {
    of_values()
}

fn of_values<D: for<'a> DataT<V<'a> = QueryJson>>() -> impl Iterator<Item = Fun<D>> {
    all().into_vec().into_iter().map(run)
}

fn all<D: for<'a> DataT<V<'a> = QueryJson>>() -> Box<[Filter<RunPtr<D>>]> {
    Box::new([
        ("json_patch", v(1), |cv| unary(cv, |of, change| changed(of, change, json_patch))),
        ("merge_patch", v(1), |cv| unary(cv, |of, change| changed(of, change, |of, by| Ok(patch::merged(of, by))))),
        ("immer_patch", v(1), |cv| unary(cv, |of, change| changed(of, change, patch::immer))),
        ("jsondiffpatch", v(1), |cv| unary(cv, |of, change| changed(of, change, patch::delta))),
        ("without_paths", v(1), |cv| unary(cv, |of, paths| without(of, &paths))),
    ])
}

/// A value without what is at some paths, the last first; what is not there is no matter, as in `jq`.
fn without(of: QueryJson, paths: &QueryJson) -> ValR<QueryJson> {
    let Some(paths) = paths.array() else { return Err(Error::typ(paths.clone(), "array")) };
    let mut paths: Vec<QueryJson> = paths.iter().cloned().map(QueryJson::from).collect();
    paths.sort_by(|left, right| right.cmp(left));
    paths.iter().try_fold(of, |of, path| {
        let Some(steps) = path.array() else { return Err(Error::typ(path.clone(), "array")) };
        let steps: Vec<QueryJson> = steps.iter().cloned().map(QueryJson::from).collect();
        deleted(of, &steps)
    })
}

fn deleted(of: QueryJson, path: &[QueryJson]) -> ValR<QueryJson> {
    let Some((first, rest)) = path.split_first() else { return Ok(Value::Null.into()) };
    if let ([], Some(_), Some(array)) = (rest, first.object(), of.array()) {
        let gone = of.range_of(first)?;
        guard::steps(array.len() as u64);
        let kept = array.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, element)| element.clone());
        return Ok(QueryJson::from(Value::Array(kept.collect())));
    }
    let Some(child) = member(&of, first)? else { return Ok(of) };
    let new = if rest.is_empty() { None } else { Some(deleted(child, rest)?.into_value()) };
    match (of, first.text()) {
        (QueryJson::Value(Value::Object(object)), Some(key)) => Ok(QueryJson::from(Value::Object(match new {
            Some(new) => object.with(key.clone(), new),
            None => object.without(key),
        }))),
        (QueryJson::Value(Value::Array(array)), _) => {
            let Some(at) = first.integer().and_then(|at| wrapped(at, array.len())) else {
                return Ok(QueryJson::from(Value::Array(array)));
            };
            Ok(QueryJson::from(Value::Array(match new {
                Some(new) => array.with(at, new),
                None => array.removed(at),
            })))
        }
        (other, _) => Ok(other),
    }
}

fn json_patch(of: &Value, by: &Value) -> Result<Value, String> {
    Patch::from_value(by).and_then(|patch| patch.apply(of)).map_err(|error| error.to_string())
}

fn changed(of: QueryJson, by: QueryJson, apply: fn(&Value, &Value) -> Result<Value, String>) -> ValR<QueryJson> {
    let by = by.into_value();
    guard::steps(by.size() / 16);
    apply(&of.into_value(), &by).map(QueryJson::bounded).map_err(Error::str)
}
