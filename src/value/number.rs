//! Numbers that keep the digits they came with; equality and order are by numeric value.
//!
//! Must not name: `array`, `object`, `json`.

use super::Text;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// Digits that a difference is told with at most.
const MOST_DIGITS: usize = 64;

/// Places that two numbers may span so that their difference is worked out.
const MOST_PLACES: i64 = 4096;

/// A number whose digits would begin or end further from the point than this is written with an exponent.
const MOST_ZEROS: i64 = 40;

/// Exponents from here on may have been cut to what an `i64` holds.
const FAR: u64 = 1 << 60;

/// A JSON number. 16 bytes.
#[derive(Clone)]
pub struct Number(NumberRepr);

/// Invariant: each number text has exactly one representation, the first here that writes it back unchanged.
#[derive(Clone)]
enum NumberRepr {
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
            return Some(Self(NumberRepr::Int(int)));
        }
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite());
        match float {
            Some(float) if debug_text(float) == text => Some(Self(NumberRepr::Float(float))),
            _ => Some(Self(NumberRepr::Digits(Arc::new(text.into())))),
        }
    }

    /// From a double; `None` for infinities and not-a-number.
    pub fn from_f64(float: f64) -> Option<Self> {
        float.is_finite().then_some(Self(NumberRepr::Float(float)))
    }

    /// The nearest double; infinite beyond its range.
    #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            NumberRepr::Int(int) => *int as f64,
            NumberRepr::Float(float) => *float,
            NumberRepr::Digits(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// The integer, where it is one in range and written as such (`100.0` is not).
    pub(crate) fn plain_integer(&self) -> Option<i64> {
        if let NumberRepr::Int(int) = self.0 { Some(int) } else { None }
    }

    /// The integer, if it is one in range, however it is written (`100.0` is 100).
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            NumberRepr::Int(int) => Some(*int),
            _ => self.decimal().integer().and_then(|int| i64::try_from(int).ok()),
        }
    }

    /// `self - other`, exactly; `None` where that takes more than 64 digits (`1e400 - 1`), or where an exponent is too
    /// large to be told from a neighbouring one. O(digits), at most 4,096.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        if let (NumberRepr::Int(left), NumberRepr::Int(right)) = (&self.0, &other.0)
            && let Some(difference) = left.checked_sub(*right)
        {
            return Some(difference.into());
        }
        let difference = self.decimal().minus(&other.decimal())?;
        (difference.digits.len() <= MOST_DIGITS).then(|| Self::parse(&difference.text()))?
    }

    /// `self / |whole|`, right to 15 digits; `None` where `whole` is 0 or the share is beyond the range of a double.
    pub fn share_of(&self, whole: &Self) -> Option<f64> {
        let share = match (self.decimal(), whole.decimal()) {
            (_, whole) if whole.is_zero() => return None,
            (part, _) if part.is_zero() => 0.0,
            (part, whole) if part.is_in_range() && whole.is_in_range() => part.nearest(0) / whole.nearest(0).abs(),
            (part, whole) => part.nearest(whole.first_place()) / whole.nearest(whole.first_place()).abs(),
        };
        share.is_finite().then_some(share)
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.decimal().negative
    }

    /// Whether it is 0, however it is written.
    pub fn is_zero(&self) -> bool {
        self.decimal().is_zero()
    }

    /// Bytes as written.
    pub(super) fn written_len(&self) -> u64 {
        match &self.0 {
            NumberRepr::Int(int) => {
                u64::from(*int < 0) + u64::from(int.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1
            }
            NumberRepr::Float(float) => debug_text(*float).len() as u64,
            NumberRepr::Digits(text) => text.len() as u64,
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
            (NumberRepr::Int(left), NumberRepr::Int(right)) => left == right,
            (NumberRepr::Float(left), NumberRepr::Float(right)) => left.to_bits() == right.to_bits(),
            (NumberRepr::Digits(left), NumberRepr::Digits(right)) => left == right,
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

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// `self - other`; `None` where that is too far to work out.
    fn minus(&self, other: &Self) -> Option<Self> {
        if other.is_zero() || self.is_zero() {
            let (only, negative) = if other.is_zero() { (self, self.negative) } else { (other, !other.negative) };
            let near = only.exponent.unsigned_abs() < FAR;
            return near.then(|| Self { negative: negative && !only.is_zero(), digits: only.digits.clone(), ..*only });
        }
        let near = self.exponent.unsigned_abs().max(other.exponent.unsigned_abs()) < FAR;
        let lowest = self.exponent.min(other.exponent);
        let places = self.first_place().max(other.first_place()).checked_sub(lowest)?;
        if !near || places > MOST_PLACES {
            return None;
        }
        let (left, right) = (self.placed(lowest, places), other.placed(lowest, places));
        let (negative, digits) = match (self.negative == other.negative, left.cmp(&right)) {
            (false, _) => (self.negative, combined(&left, &right, 1)),
            (true, Ordering::Less) => (!self.negative, combined(&right, &left, -1)),
            (true, _) => (self.negative, combined(&left, &right, -1)),
        };
        Some(Self::normal(negative, &digits, lowest))
    }

    /// Its digits from the first of `places` places down to the one of `lowest`, zeros included.
    fn placed(&self, lowest: i64, places: i64) -> Vec<i8> {
        let before = places - (self.first_place() - lowest);
        let zeros = |count: i64| std::iter::repeat_n(0, usize::try_from(count).unwrap_or(0));
        let digits = self.digits.bytes().map(|digit| (digit - b'0').cast_signed());
        zeros(before).chain(digits).chain(zeros(self.exponent - lowest)).collect()
    }

    /// Without zeros at its ends.
    fn normal(negative: bool, digits: &[i8], lowest: i64) -> Self {
        let Some(last) = digits.iter().rposition(|digit| *digit != 0) else {
            return Self { negative: false, digits: String::new(), exponent: 0 };
        };
        let digits_text = digits[..=last]
            .iter()
            .skip_while(|digit| **digit == 0)
            .map(|digit| char::from(b'0' + digit.cast_unsigned()));
        Self { negative, digits: digits_text.collect(), exponent: lowest + (digits.len() - 1 - last) as i64 }
    }

    /// As number text: in full, or with an exponent where most of it would be zeros.
    fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let (digits, point) = (&self.digits, self.first_place());
        if self.is_zero() {
            return "0".to_owned();
        }
        match usize::try_from(point) {
            Ok(_) if self.exponent >= 0 && self.exponent <= MOST_ZEROS => {
                format!("{sign}{digits}{}", "0".repeat(usize::try_from(self.exponent).unwrap_or(0)))
            }
            Ok(point) if point > 0 && point < digits.len() => {
                format!("{sign}{}.{}", &digits[..point], &digits[point..])
            }
            _ if (-MOST_ZEROS..=0).contains(&point) => {
                format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))
            }
            _ if digits.len() == 1 => format!("{sign}{digits}e{}", point - 1),
            _ => format!("{sign}{}.{}e{}", &digits[..1], &digits[1..], point - 1),
        }
    }

    /// Whether a double of it is normal, and so right to 15 digits.
    fn is_in_range(&self) -> bool {
        (-290..=290).contains(&self.first_place())
    }

    /// The nearest double of it divided by ten to the power `down`.
    fn nearest(&self, down: i64) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        let exponent = self.exponent.saturating_sub(down);
        format!("{sign}{}e{exponent}", self.digits).parse().unwrap_or(f64::INFINITY)
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

/// Digits added (`sign` 1) to, or taken (-1) from, digits that are no less; with one more place in front.
fn combined(larger: &[i8], smaller: &[i8], sign: i8) -> Vec<i8> {
    let mut carry = 0;
    let mut digits: Vec<i8> = larger
        .iter()
        .zip(smaller)
        .rev()
        .map(|(left, right)| {
            let sum = left + sign * right + carry;
            carry = sum.div_euclid(10);
            sum.rem_euclid(10)
        })
        .collect();
    digits.push(carry);
    digits.reverse();
    digits
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
            (NumberRepr::Int(left), NumberRepr::Int(right)) => left.cmp(right),
            // Zeros of both signs are equal; no double here is not-a-number.
            (NumberRepr::Float(left), NumberRepr::Float(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (NumberRepr::Digits(left), NumberRepr::Digits(right)) if left == right => Ordering::Equal,
            _ => self.decimal().compare(&other.decimal()),
        }
    }
}

/// The digits it came with.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            NumberRepr::Int(int) => write!(f, "{int}"),
            NumberRepr::Float(float) => write!(f, "{float:?}"),
            NumberRepr::Digits(text) => f.write_str(text),
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
        Self(NumberRepr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        match i64::try_from(int) {
            Ok(int) => Self(NumberRepr::Int(int)),
            Err(_) => Self(NumberRepr::Digits(Arc::new(ecow::eco_format!("{int}")))),
        }
    }
}
