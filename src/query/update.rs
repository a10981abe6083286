//! Looking into values and changing parts of them, as the interpreter asks for it.

use super::guard;
use super::json::QueryJson;
use crate::value::{Array, Text, Value};
use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::{Error, Exn, ValR, ValX};
use std::ops::Range;

const CONTAINER: &str = "iterable (array or object)";
const INTEGER: &str = "integer";

impl jaq_core::ValT for QueryJson {
    fn from_num(text: &str) -> ValR<Self> {
        Ok(match crate::value::Number::parse(text) {
            Some(number) => Self::from(Value::Number(number)),
            // `.5`, which the language has and JSON does not.
            None => Self::from(text.parse::<f64>().unwrap_or(f64::NAN)),
        })
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(members: I) -> ValR<Self> {
        let member = |(key, value): (Self, Self)| match key.text() {
            Some(text) => Ok((text.clone(), value.into_value())),
            None => Err(Error::typ(key, "string")),
        };
        Ok(Self::bounded(Value::Object(members.into_iter().map(member).collect::<Result<_, _>>()?)))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Self::Value(Value::Array(array)) => Box::new(
                SharedElements::new(array).enumerate().map(|(at, value)| Ok((Self::from(at), Self::from(value)))),
            ),
            Self::Value(Value::Object(object)) => {
                let members: Vec<_> = object.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
                Box::new(members.into_iter().map(|(key, value)| Ok((Self::from(Value::String(key)), value.into()))))
            }
            other => box_once(Err(Error::typ(other, CONTAINER))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        match self {
            Self::Value(Value::Array(array)) => Box::new(SharedElements::new(array).map(|value| Ok(Self::from(value)))),
            Self::Value(Value::Object(object)) => {
                let values: Vec<_> = object.iter().map(|(_, value)| value.clone()).collect();
                Box::new(values.into_iter().map(|value| Ok(Self::from(value))))
            }
            other => box_once(Err(Error::typ(other, CONTAINER))),
        }
    }

    fn index(self, index: &Self) -> ValR<Self> {
        guard::step();
        if let Some(range) = slice(&self, index) {
            return self.range(range.start.as_ref()..range.end.as_ref());
        }
        member(&self, index).map(|found| found.unwrap_or_else(|| Self::from(Value::Null)))
    }

    fn range(self, range: Range<Option<&Self>>) -> ValR<Self> {
        match &self {
            Self::Value(Value::Array(array)) => {
                let taken = taken(&range, array.len())?;
                guard::steps(taken.len() as u64);
                let part = array.iter_from(taken.start).take(taken.len()).cloned();
                Ok(Self::from(Value::Array(part.collect())))
            }
            Self::Value(Value::String(text)) => {
                guard::steps(text.len() as u64 / 64);
                let taken = taken(&range, text.chars().count())?;
                Ok(Self::from(text.chars().skip(taken.start).take(taken.len()).collect::<String>()))
            }
            Self::Value(Value::Null) => Ok(self),
            _ => Err(Error::typ(self, "rangeable (array or string)")),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(self, opt: Opt, f: impl Fn(Self) -> I) -> ValX<'a, Self> {
        match self {
            Self::Value(Value::Array(array)) => {
                let new = array.iter().flat_map(|element| f(Self::from(element.clone())));
                new.collect::<Result<Self, _>>()
            }
            Self::Value(Value::Object(object)) => {
                let mut new = object.clone();
                for (key, value) in object.iter() {
                    new = match f(Self::from(value.clone())).next().transpose()? {
                        Some(value) => new.with(key.clone(), value.into_value()),
                        None => new.without(key),
                    };
                }
                Ok(Self::bounded(Value::Object(new)))
            }
            other => opt.fail(other, |other| Exn::from(Error::typ(other, CONTAINER))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        if let Some(range) = slice(&self, index) {
            return self.map_range(range.start.as_ref()..range.end.as_ref(), opt, f);
        }
        let found = match member(&self, index) {
            Ok(found) => found,
            Err(error) => return opt.fail(self, |_| Exn::from(error)),
        };
        match (self, index.text()) {
            (Self::Value(Value::Object(object)), Some(key)) => {
                let old = found.unwrap_or_else(|| Self::from(Value::Null));
                Ok(Self::bounded(Value::Object(match f(old).next().transpose()? {
                    Some(new) => object.with(key.clone(), new.into_value()),
                    None => object.without(key),
                })))
            }
            // Nothing is there yet: what is assigned to makes it, as in `jq`.
            (Self::Value(Value::Null), Some(key)) => match f(Self::from(Value::Null)).next().transpose()? {
                // Nothing was assigned: nothing is made.
                None | Some(Self::Value(Value::Null)) => Ok(Self::from(Value::Null)),
                Some(new) => {
                    let member = (key.clone(), new.into_value());
                    Ok(Self::bounded(Value::Object(std::iter::once(member).collect())))
                }
            },
            (Self::Value(Value::Null), None) if beyond(index, 0).is_some() => {
                lengthened(&Array::from_iter([]), beyond(index, 0).unwrap_or(0), f)
            }
            (Self::Value(Value::Array(array)), _) if beyond(index, array.len()).is_some() => {
                lengthened(&array, beyond(index, array.len()).unwrap_or(0), f)
            }
            (Self::Value(Value::Array(array)), _) => {
                let (Some(old), Some(at)) = (found, index.integer().and_then(|at| wrapped(at, array.len()))) else {
                    let why = Error::str(format_args!("index {index} is outside an array of {}", array.len()));
                    return opt.fail(Self::Value(Value::Array(array)), |_| Exn::from(why));
                };
                Ok(Self::bounded(Value::Array(match f(old).next().transpose()? {
                    Some(new) => array.with(at, new.into_value()),
                    None => array.removed(at),
                })))
            }
            (other, _) => opt.fail(other, |other| Exn::from(Error::typ(other, CONTAINER))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<Option<&Self>>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        let Self::Value(Value::Array(array)) = &self else {
            return opt.fail(self, |other| Exn::from(Error::typ(other, "array")));
        };
        let taken = match taken(&range, array.len()) {
            Ok(taken) => taken,
            Err(error) => return opt.fail(self, |_| Exn::from(error)),
        };
        let part: Array = array.iter_from(taken.start).take(taken.len()).cloned().collect();
        let new = match f(Self::from(Value::Array(part))).next().transpose()? {
            None => Array::from_iter([]),
            Some(Self::Value(Value::Array(new))) => new,
            Some(other) => return Err(Exn::from(Error::typ(other, "array"))),
        };
        guard::steps(array.len() as u64);
        let (before, after) = (array.iter().take(taken.start), array.iter_from(taken.end));
        Ok(Self::bounded(Value::Array(before.chain(new.iter()).chain(after).cloned().collect())))
    }

    fn as_bool(&self) -> bool {
        guard::step();
        self.is_true()
    }

    fn into_string(self) -> Self {
        match self.text() {
            Some(_) => self,
            None => Self::from(self.to_string()),
        }
    }
}

/// Elements that an assignment adds to an array at most.
const MOST_ADDED: usize = 1 << 20;

/// An index that is behind the end of an array, but not too far.
fn beyond(index: &QueryJson, len: usize) -> Option<usize> {
    let at = usize::try_from(index.integer()?).ok()?;
    (at >= len && at - len < MOST_ADDED).then_some(at)
}

/// An array with what is assigned to an index behind its end, and `null` before that.
fn lengthened<'a, I: Iterator<Item = ValX<'a, QueryJson>>>(
    array: &Array,
    at: usize,
    f: impl Fn(QueryJson) -> I,
) -> ValX<'a, QueryJson> {
    let Some(new) = f(QueryJson::from(Value::Null)).next().transpose()? else {
        return Ok(QueryJson::from(Value::Array(array.clone())));
    };
    let added = at - array.len();
    guard::steps(added as u64);
    let array = (0..added).fold(array.clone(), |array, _| array.inserted(array.len(), Value::Null));
    Ok(QueryJson::bounded(Value::Array(array.inserted(at, new.into_value()))))
}

/// The elements of an array that stays shared.
struct SharedElements {
    array: Array,
    next: usize,
}

impl SharedElements {
    fn new(array: Array) -> Self {
        Self { array, next: 0 }
    }
}

impl Iterator for SharedElements {
    type Item = Value;
    fn next(&mut self) -> Option<Value> {
        let element = self.array.get(self.next).cloned()?;
        self.next += 1;
        Some(element)
    }
}

impl QueryJson {
    /// The indices that `{"start": 1, "end": 2}` means in this array.
    pub(super) fn range_of(&self, index: &Self) -> Result<Range<usize>, Error<Self>> {
        match (slice(self, index), self.array()) {
            (Some(range), Some(array)) => taken(&(range.start.as_ref()..range.end.as_ref()), array.len()),
            _ => Err(Error::index(self.clone(), index.clone())),
        }
    }
}

/// The range that `.[{"start": 1, "end": 2}]` means.
fn slice(of: &QueryJson, index: &QueryJson) -> Option<Range<Option<QueryJson>>> {
    let end = |key| index.object().and_then(|ends| ends.get(key)).cloned().map(QueryJson::from);
    (of.array().is_some() || of.text().is_some()).then_some(())?;
    index.object().map(|_| end("start")..end("end"))
}

/// What is at a key, an index, or where an array occurs within an array; `None` where nothing is.
pub(super) fn member(of: &QueryJson, index: &QueryJson) -> ValR<Option<QueryJson>, QueryJson> {
    let QueryJson::Value(of_value) = of else { return Err(Error::index(of.clone(), index.clone())) };
    let found = match (of_value, index) {
        (Value::Null, _) => None,
        (Value::Object(object), QueryJson::Value(Value::String(key))) => object.get(key).cloned(),
        (Value::Array(array), QueryJson::Value(Value::Array(part))) => return Ok(Some(occurrences(array, part))),
        (Value::Array(array), index) => match (index.integer(), index.double()) {
            (Some(at), _) => wrapped(at, array.len()).and_then(|at| array.get(at)).cloned(),
            (None, Some(float)) if float.is_nan() => None,
            // As `jq`: a fraction is cut off.
            (None, Some(float)) => wrapped(float.floor() as i64, array.len()).and_then(|at| array.get(at)).cloned(),
            (None, None) => return Err(Error::index(of.clone(), index.clone())),
        },
        _ => return Err(Error::index(of.clone(), index.clone())),
    };
    Ok(found.map(QueryJson::from))
}

/// Where a sequence of elements occurs.
pub(super) fn occurrences(array: &Array, part: &Array) -> QueryJson {
    let last = if part.is_empty() { 0 } else { (array.len() + 1).saturating_sub(part.len()) };
    guard::steps((last as u64).saturating_mul(part.len() as u64));
    (0..last).filter(|&at| array.iter_from(at).zip(part.iter()).all(|(a, b)| a == b)).map(QueryJson::from).collect()
}

/// An index from the end where it is negative; `None` before the first element.
pub(super) fn wrapped(at: i64, len: usize) -> Option<usize> {
    if at < 0 { len.checked_sub(usize::try_from(at.unsigned_abs()).ok()?) } else { usize::try_from(at).ok() }
}

/// The part that a range takes of so many elements.
fn taken(range: &Range<Option<&QueryJson>>, len: usize) -> Result<Range<usize>, Error<QueryJson>> {
    let end = |end: Option<&QueryJson>, default: usize| match end {
        None | Some(QueryJson::Value(Value::Null)) => Ok(default),
        Some(end) => {
            let at = end.integer().or_else(|| end.double().map(|float| float.floor() as i64));
            let at = at.ok_or_else(|| Error::typ(end.clone(), INTEGER))?;
            Ok(wrapped(at, len).unwrap_or(0).min(len))
        }
    };
    let (from, to) = (end(range.start, 0)?, end(range.end, len)?);
    Ok(from..to.max(from))
}

impl jaq_std::ValT for QueryJson {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Self::Value(Value::Array(array)) => Ok(SharedElements::new(array).map(Self::from).collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        self.integer().is_some()
    }

    fn as_isize(&self) -> Option<isize> {
        self.integer().and_then(|int| isize::try_from(int).ok())
    }

    fn as_f64(&self) -> Option<f64> {
        self.double()
    }

    fn is_utf8_str(&self) -> bool {
        self.text().is_some()
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        self.text().map(|text| text.as_bytes())
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        Self::from_utf8_bytes(part.to_vec())
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        let text = String::from_utf8_lossy(bytes.as_ref());
        guard::steps(text.len() as u64 / 64);
        Self::from(Value::String(Text::from(&*text)))
    }
}
