//! A value as the interpreter sees it: the shared value itself, or a double that JSON cannot write.

use super::guard;
use super::number::{Operand, Operation, calculate};
use crate::value::{Array, Number, Object, Text, Value};
use jaq_core::ops::Math;
use jaq_core::{Error, ValR};
use std::cmp::Ordering;
use std::fmt;

/// What filters work on.
#[derive(Debug)]
pub(super) enum QueryJson {
    Value(Value),
    /// Infinite, or not a number. As a value the greatest double, or `null`, as `jq` writes them.
    NotFinite(f64),
}

impl QueryJson {
    pub fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::NotFinite(float) => written(float),
        }
    }

    pub fn is_true(&self) -> bool {
        !matches!(self, Self::Value(Value::Null | Value::Bool(false)))
    }

    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    pub fn array(&self) -> Option<&Array> {
        match self {
            Self::Value(Value::Array(array)) => Some(array),
            _ => None,
        }
    }

    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Value(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// A number that is written as a whole one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Value(Value::Number(number)) => number.as_i64(),
            _ => None,
        }
    }

    /// Any number as the nearest double.
    pub fn double(&self) -> Option<f64> {
        match self {
            Self::Value(Value::Number(number)) => Some(number.as_f64()),
            Self::NotFinite(float) => Some(*float),
            Self::Value(_) => None,
        }
    }

    fn operand(&self) -> Option<Operand> {
        self.integer().map(Operand::Integer).or_else(|| self.double().map(Operand::Double))
    }

    /// A new container or string, unless it is larger or deeper than a value may be.
    pub fn bounded(value: Value) -> Self {
        if value.depth() > crate::value::MAX_DEPTH {
            guard::stop(guard::QueryStop::Depth);
        }
        if value.size() > crate::value::MAX_SIZE {
            guard::stop(guard::QueryStop::Size);
        }
        Self::Value(value)
    }
}

impl Clone for QueryJson {
    fn clone(&self) -> Self {
        guard::step();
        match self {
            Self::Value(value) => Self::Value(value.clone()),
            Self::NotFinite(float) => Self::NotFinite(*float),
        }
    }
}

impl From<Value> for QueryJson {
    fn from(value: Value) -> Self {
        guard::step();
        Self::Value(value)
    }
}

impl From<bool> for QueryJson {
    fn from(bool: bool) -> Self {
        Self::from(Value::Bool(bool))
    }
}

impl From<i64> for QueryJson {
    fn from(int: i64) -> Self {
        Self::from(Value::Number(int.into()))
    }
}

impl From<isize> for QueryJson {
    fn from(int: isize) -> Self {
        Self::from(int as i64)
    }
}

impl From<usize> for QueryJson {
    fn from(int: usize) -> Self {
        Self::from(Value::Number((int as u64).into()))
    }
}

impl From<f64> for QueryJson {
    /// Whole ones without a decimal point, as `jq` writes them.
    #[expect(clippy::cast_precision_loss, reason = "the bound is exact")]
    fn from(float: f64) -> Self {
        const EXACT: f64 = (1_i64 << 53) as f64;
        if float.fract() == 0.0 && float.abs() <= EXACT {
            return Self::from(float as i64);
        }
        Number::from_f64(float).map_or(Self::NotFinite(float), |number| Self::from(Value::Number(number)))
    }
}

impl From<Operand> for QueryJson {
    fn from(operand: Operand) -> Self {
        match operand {
            Operand::Integer(integer) => Self::from(integer),
            Operand::Double(double) => Self::from(double),
        }
    }
}

impl From<String> for QueryJson {
    fn from(text: String) -> Self {
        Self::from(Value::String(text.into()))
    }
}

impl From<&str> for QueryJson {
    fn from(text: &str) -> Self {
        Self::from(Value::String(text.into()))
    }
}

impl From<std::ops::Range<Option<Self>>> for QueryJson {
    fn from(range: std::ops::Range<Option<Self>>) -> Self {
        let ends = [("start", range.start), ("end", range.end)];
        let members = ends.into_iter().filter_map(|(key, end)| Some((Text::from(key), end?.into_value())));
        Self::from(Value::Object(members.collect()))
    }
}

impl FromIterator<Self> for QueryJson {
    fn from_iter<I: IntoIterator<Item = Self>>(elements: I) -> Self {
        let mut bytes = 0_u64;
        let elements = elements.into_iter().map(|element| {
            let element = element.into_value();
            // Told while it grows, not when it is whole.
            bytes = bytes.saturating_add(element.size());
            if bytes > crate::value::MAX_SIZE {
                guard::stop(guard::QueryStop::Size);
            }
            guard::step();
            element
        });
        Self::bounded(Value::Array(elements.collect()))
    }
}

impl fmt::Display for QueryJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::NotFinite(float) => written(*float).fmt(f),
        }
    }
}

/// What stands for a double that JSON cannot write.
fn written(float: f64) -> Value {
    Number::from_f64(float.clamp(f64::MIN, f64::MAX)).map_or(Value::Null, Value::Number)
}

impl PartialEq for QueryJson {
    fn eq(&self, other: &Self) -> bool {
        guard::step();
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => left == right,
            _ => self.cmp(other) == Ordering::Equal,
        }
    }
}

impl Eq for QueryJson {}

impl PartialOrd for QueryJson {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn lt(&self, other: &Self) -> bool {
        self.holds(other, self.cmp(other).is_lt())
    }

    fn le(&self, other: &Self) -> bool {
        self.holds(other, self.cmp(other).is_le())
    }

    fn gt(&self, other: &Self) -> bool {
        self.holds(other, self.cmp(other).is_gt())
    }

    fn ge(&self, other: &Self) -> bool {
        self.holds(other, self.cmp(other).is_ge())
    }
}

impl QueryJson {
    fn holds(&self, other: &Self, holds: bool) -> bool {
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => noted(left, right, holds),
            _ => holds,
        }
    }
}

/// What a comparison by order says. That it was of `null` and a number is noted: who asks for negative numbers rarely means
/// what is missing.
pub(super) fn noted(left: &Value, right: &Value, holds: bool) -> bool {
    if matches!((left, right), (Value::Null, Value::Number(_)) | (Value::Number(_), Value::Null)) {
        guard::null_compared(holds);
    }
    holds
}

/// `null`, `false`, `true`, numbers, strings, arrays, objects; not-a-number is below every number, itself included, as
/// `jq` has it.
impl Ord for QueryJson {
    fn cmp(&self, other: &Self) -> Ordering {
        guard::step();
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => compare(left, right),
            (Self::NotFinite(left), Self::NotFinite(right)) => left.partial_cmp(right).unwrap_or(Ordering::Less),
            (Self::NotFinite(left), Self::Value(right)) => not_finite(*left, right),
            (Self::Value(left), Self::NotFinite(right)) => not_finite(*right, left).reverse(),
        }
    }
}

fn not_finite(float: f64, value: &Value) -> Ordering {
    let below = !matches!(value, Value::Number(_)) || float.is_nan() || float < 0.0;
    match rank(value).cmp(&NUMBERS) {
        Ordering::Equal if below => Ordering::Less,
        Ordering::Equal => Ordering::Greater,
        other => other.reverse(),
    }
}

const NUMBERS: u8 = 2;

/// The order of the kinds of values.
pub(super) fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => NUMBERS,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    guard::step();
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) if left.same(right) => Ordering::Equal,
        (Value::Array(left), Value::Array(right)) => in_turn(left.iter(), right.iter(), compare),
        (Value::Object(left), Value::Object(right)) if left.same(right) => Ordering::Equal,
        (Value::Object(left), Value::Object(right)) => {
            let keys = left.iter().map(|(key, _)| key).cmp(right.iter().map(|(key, _)| key));
            keys.then_with(|| in_turn(left.iter(), right.iter(), |left, right| compare(left.1, right.1)))
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

/// The first difference of two sequences; the shorter one is less.
fn in_turn<T>(
    mut left: impl Iterator<Item = T>,
    mut right: impl Iterator<Item = T>,
    compare: impl Fn(T, T) -> Ordering,
) -> Ordering {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => match compare(left, right) {
                Ordering::Equal => {}
                other => return other,
            },
        }
    }
}

/// A result of arithmetic, or which operation cannot be done.
fn calculated(left: QueryJson, (operation, math): (Operation, Math), right: QueryJson) -> ValR<QueryJson> {
    let operands = left.operand().zip(right.operand());
    let result = operands.and_then(|(left, right)| calculate(left, operation, right));
    result.map(QueryJson::from).ok_or_else(|| Error::math(left, math, right))
}

impl std::ops::Add for QueryJson {
    type Output = ValR<Self>;
    fn add(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Self::Value(Value::Null), other) | (other, Self::Value(Value::Null)) => Ok(other),
            (Self::Value(Value::String(left)), Self::Value(Value::String(right))) => {
                guard::steps(right.len() as u64 / 64);
                Ok(Self::bounded(Value::String(left + right.as_str())))
            }
            (Self::Value(Value::Array(left)), Self::Value(Value::Array(right))) => {
                guard::steps(right.len() as u64);
                Ok(Self::bounded(Value::Array(joined(left, &right))))
            }
            (Self::Value(Value::Object(left)), Self::Value(Value::Object(right))) => {
                guard::steps(right.len() as u64);
                let put = |all: Object, (key, value): (&Text, &Value)| all.with(key.clone(), value.clone());
                Ok(Self::bounded(Value::Object(right.iter().fold(left, put))))
            }
            (left, right) => calculated(left, (Operation::Add, Math::Add), right),
        }
    }
}

/// Elements of the shorter one are moved where that is cheap; a tree of a few new leaves shares the rest.
fn joined(left: Array, right: &Array) -> Array {
    if right.len() > left.len() / 8 {
        return left.iter().chain(right.iter()).cloned().collect();
    }
    right.iter().fold(left, |all, element| all.inserted(all.len(), element.clone()))
}

impl std::ops::Sub for QueryJson {
    type Output = ValR<Self>;
    fn sub(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Self::Value(Value::Array(left)), Self::Value(Value::Array(right))) => {
                let mut without: Vec<&Value> = right.iter().collect();
                without.sort_by(|left, right| compare(left, right));
                let kept = left
                    .iter()
                    .filter(|element| without.binary_search_by(|other| compare(other, element)).is_err())
                    .cloned();
                Ok(Self::from(Value::Array(kept.collect())))
            }
            (left, right) => calculated(left, (Operation::Subtract, Math::Sub), right),
        }
    }
}

impl std::ops::Mul for QueryJson {
    type Output = ValR<Self>;
    fn mul(self, other: Self) -> ValR<Self> {
        match (self, other) {
            (Self::Value(Value::String(text)), Self::Value(Value::Number(times)))
            | (Self::Value(Value::Number(times)), Self::Value(Value::String(text))) => Ok(repeated(&text, &times)),
            (Self::Value(Value::Object(left)), Self::Value(Value::Object(right))) => {
                Ok(Self::bounded(Value::Object(merged(left, &right))))
            }
            (left, right) => calculated(left, (Operation::Multiply, Math::Mul), right),
        }
    }
}

/// `null` for no times at all.
fn repeated(text: &Text, times: &Number) -> QueryJson {
    let times = times.as_f64();
    if times.is_nan() || times <= 0.0 {
        return QueryJson::from(Value::Null);
    }
    // A fraction above zero is once.
    #[expect(clippy::cast_sign_loss, reason = "it is above zero")]
    let count = (times as usize).max(1);
    if (text.len() as u64).saturating_mul(count as u64) > crate::value::MAX_SIZE {
        guard::stop(guard::QueryStop::Size);
    }
    guard::steps(text.len().saturating_mul(count) as u64 / 64);
    QueryJson::from(Value::String(text.repeat(count)))
}

fn merged(left: Object, right: &Object) -> Object {
    right.iter().fold(left, |all, (key, new)| {
        guard::step();
        let value = match (all.get(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => Value::Object(merged(old.clone(), new)),
            _ => new.clone(),
        };
        all.with(key.clone(), value)
    })
}

impl std::ops::Div for QueryJson {
    type Output = ValR<Self>;
    fn div(self, other: Self) -> ValR<Self> {
        match (self.text(), other.text()) {
            (Some(text), Some(separator)) => Ok(split(text, separator)),
            _ => calculated(self, (Operation::Divide, Math::Div), other),
        }
    }
}

fn split(text: &str, separator: &str) -> QueryJson {
    let text_of = |part: &str| QueryJson::from(part);
    match (text, separator) {
        ("", _) => QueryJson::from(Value::Array(Array::from_iter([]))),
        (text, "") => text.chars().map(|c| text_of(c.encode_utf8(&mut [0; 4]))).collect(),
        (text, separator) => text.split(separator).map(text_of).collect(),
    }
}

impl std::ops::Rem for QueryJson {
    type Output = ValR<Self>;
    fn rem(self, other: Self) -> ValR<Self> {
        calculated(self, (Operation::Remainder, Math::Rem), other)
    }
}

impl std::ops::Neg for QueryJson {
    type Output = ValR<Self>;
    fn neg(self) -> ValR<Self> {
        let zero = Operand::Integer(0);
        let negated = self.operand().and_then(|own| calculate(zero, Operation::Subtract, own));
        negated.map(Self::from).ok_or_else(|| Error::typ(self, "number"))
    }
}
