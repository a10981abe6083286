//! Arithmetic as `jq` has it: of two integers exact while it fits 64 bits, otherwise of doubles.

use super::json::Json;
use crate::value::{Number, Value};

/// An operation on two numbers.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// The result; `None` for a remainder of a division by zero.
pub(super) fn calculate(left: &Json, operation: Operation, right: &Json) -> Option<Json> {
    if let (Some(left), Some(right)) = (integer(left), integer(right))
        && let Some(result) = of_integers(left, operation, right)?
    {
        return Some(Json::from(result));
    }
    let (left, right) = (double(left)?, double(right)?);
    Some(from_double(match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Remainder => left % right,
    }))
}

/// `Some(None)` where the result is no integer of 64 bits.
#[expect(clippy::option_option, reason = "impossible, no such integer, or the integer")]
fn of_integers(left: i64, operation: Operation, right: i64) -> Option<Option<i64>> {
    Some(match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::Divide => None,
        Operation::Remainder if right == 0 => return None,
        Operation::Remainder => Some(left.checked_rem(right).unwrap_or(0)),
    })
}

/// A number that is written as a whole one.
pub(super) fn integer(json: &Json) -> Option<i64> {
    match json {
        Json::Value(Value::Number(number)) => number.as_i64(),
        _ => None,
    }
}

/// Any number as the nearest double.
pub(super) fn double(json: &Json) -> Option<f64> {
    match json {
        Json::Value(Value::Number(number)) => Some(number.as_f64()),
        Json::NotFinite(float) => Some(*float),
        Json::Value(_) => None,
    }
}

/// A double as a number: whole ones without a decimal point, as `jq` writes them.
#[expect(clippy::cast_precision_loss, reason = "the bound is exact")]
pub(super) fn from_double(float: f64) -> Json {
    const EXACT: f64 = (1_i64 << 53) as f64;
    if float.fract() == 0.0 && float.abs() <= EXACT {
        return Json::from(float as i64);
    }
    Number::from_f64(float).map_or(Json::NotFinite(float), |number| Json::from(Value::Number(number)))
}
