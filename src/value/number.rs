//! Numbers that keep the digits they came with; equality and order are by numeric value.
//!
//! Must not name: `array`, `object`, `json`.

use super::Text;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A JSON number. 16 bytes.
#[derive(Clone)]
pub struct Number(Repr);

/// Invariant: each number text has exactly one representation, the first here that writes it back unchanged.
#[derive(Clone)]
enum Repr {
    Int(i64),
    /// Written as `{:?}` writes it.
    Float(f64),
    Digits(Arc<Text>),
}

impl Number {
    /// From JSON number text; `None` when it is not one by the grammar of RFC 8259, section 6.
    pub fn parse(text: &str) -> Option<Self> {
        if !is_json_number(text) {
            return None;
        }
        if is_plain_integer(text)
            && let Ok(int) = text.parse()
        {
            return Some(Self(Repr::Int(int)));
        }
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite());
        match float {
            Some(float) if debug_text(float) == text => Some(Self(Repr::Float(float))),
            _ => Some(Self(Repr::Digits(Arc::new(text.into())))),
        }
    }

    /// From a double; `None` for infinities and not-a-number.
    pub fn from_f64(float: f64) -> Option<Self> {
        float.is_finite().then_some(Self(Repr::Float(float)))
    }

    /// The nearest double; infinite beyond its range.
    #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int) => *int as f64,
            Repr::Float(float) => *float,
            Repr::Digits(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// The integer, if it is one in range, however it is written (`100.0` is 100).
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int) => Some(*int),
            _ => self.decimal().integer().and_then(|int| i64::try_from(int).ok()),
        }
    }

    /// `self - other`, exact where 38 decimal digits suffice, else the nearest double.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        match self.decimal().minus(&other.decimal()) {
            Some(text) => Self::parse(&text).unwrap_or(Self(Repr::Int(0))),
            None => Self(Repr::Float((self.as_f64() - other.as_f64()).clamp(f64::MIN, f64::MAX))),
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.decimal().negative
    }

    /// Bytes as written.
    pub(super) fn written_len(&self) -> u64 {
        match &self.0 {
            Repr::Int(int) => u64::from(*int < 0) + u64::from(int.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1,
            Repr::Float(float) => debug_text(*float).len() as u64,
            Repr::Digits(text) => text.len() as u64,
        }
    }

    /// Equal for equal numbers: the bits of the nearest double.
    pub(super) fn hash_bits(&self) -> u64 {
        // Adding zero makes -0.0 and 0.0 one.
        (self.as_f64() + 0.0).to_bits()
    }

    /// Whether both are written the same.
    pub(super) fn same_digits(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Int(left), Repr::Int(right)) => left == right,
            (Repr::Float(left), Repr::Float(right)) => left.to_bits() == right.to_bits(),
            (Repr::Digits(left), Repr::Digits(right)) => left == right,
            _ => false,
        }
    }

    fn decimal(&self) -> Decimal {
        Decimal::read(&self.to_string())
    }
}

fn debug_text(float: f64) -> Text {
    ecow::eco_format!("{float:?}")
}

fn is_plain_integer(text: &str) -> bool {
    text.len() <= 20 && text != "-0" && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`
fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = split_at_any(unsigned, ['e', 'E']);
    let (whole, fraction) = split_at_any(mantissa, ['.', '.']);
    let whole_ok = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let exponent_ok = exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)));
    whole_ok && fraction.is_none_or(digits) && exponent_ok
}

fn split_at_any(text: &str, at: [char; 2]) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `digits * 10^exponent`, without leading or trailing zeros in `digits`; zero has no digits and is not negative.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// From number text. An exponent beyond 18 digits is taken as that of the largest or smallest countable.
    fn read(text: &str) -> Self {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = split_at_any(unsigned, ['e', 'E']);
        let (whole, fraction) = split_at_any(mantissa, ['.', '.']);
        let fraction = fraction.unwrap_or("");
        let all = [whole, fraction].concat();
        let significant = all.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Self { negative: false, digits: String::new(), exponent: 0 };
        }
        let trailing = all.len() - all.trim_end_matches('0').len();
        let shift = trailing as i64 - fraction.len() as i64;
        let exponent = exponent.map_or(0, saturating_exponent).saturating_add(shift);
        Self { negative: text.starts_with('-'), digits: significant.to_owned(), exponent }
    }

    fn mantissa(&self) -> Option<i128> {
        let digits: i128 = if self.digits.is_empty() { 0 } else { self.digits.parse().ok()? };
        Some(if self.negative { -digits } else { digits })
    }

    fn integer(&self) -> Option<i128> {
        let exponent = u32::try_from(self.exponent).ok()?;
        self.mantissa()?.checked_mul(10_i128.checked_pow(exponent)?)
    }

    /// The mantissa for a lower exponent.
    fn scaled_to(&self, exponent: i64) -> Option<i128> {
        let more = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        self.mantissa()?.checked_mul(10_i128.checked_pow(more)?)
    }

    fn minus(&self, other: &Self) -> Option<String> {
        let exponent = self.exponent.min(other.exponent).min(0);
        let difference = self.scaled_to(exponent)?.checked_sub(other.scaled_to(exponent)?)?;
        let sign = if difference < 0 { "-" } else { "" };
        let places = usize::try_from(-exponent).ok()?;
        let digits = format!("{:0>width$}", difference.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        match fraction.trim_end_matches('0') {
            "" => Some(format!("{sign}{whole}")),
            fraction => Some(format!("{sign}{whole}.{fraction}")),
        }
    }

    /// Magnitudes: by the place of the first digit, then digit by digit.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.first_place().cmp(&other.first_place()).then_with(|| self.digits.cmp(&other.digits)),
        }
    }

    fn first_place(&self) -> i64 {
        self.exponent.saturating_add(self.digits.len() as i64)
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

fn saturating_exponent(text: &str) -> i64 {
    let limit = if text.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
    text.parse().ok().filter(|exponent: &i64| exponent.unsigned_abs() < limit.unsigned_abs()).unwrap_or(limit)
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By numeric value, exact whatever the digits.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int(left), Repr::Int(right)) => left.cmp(right),
            // Zeros of both signs are equal; no double here is not-a-number.
            (Repr::Float(left), Repr::Float(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (Repr::Digits(left), Repr::Digits(right)) if left == right => Ordering::Equal,
            _ => self.decimal().compare(&other.decimal()),
        }
    }
}

/// The digits it came with.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => write!(f, "{int}"),
            Repr::Float(float) => write!(f, "{float:?}"),
            Repr::Digits(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        match i64::try_from(int) {
            Ok(int) => Self(Repr::Int(int)),
            Err(_) => Self(Repr::Digits(Arc::new(ecow::eco_format!("{int}")))),
        }
    }
}
