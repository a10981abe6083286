//! Values as bytes: one that says what it is, then what that needs. Quicker to read than JSON, and shorter.

use super::{Binary, ByteReader};
use crate::value::{Array, MAX_DEPTH, Number, Object, Text, Value};

/// Tags from here on begin values, others are for what stands in the place of one.
pub(crate) const FIRST: u8 = 2;
/// Tags from here on begin containers.
pub(crate) const CONTAINERS: u8 = 8;
/// Tags from here on are no values'.
pub(crate) const BEHIND: u8 = 10;

const NULL: u8 = FIRST;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
const INTEGER: u8 = 5;
const DIGITS: u8 = 6;
const STRING: u8 = 7;
const ARRAY: u8 = CONTAINERS;
const OBJECT: u8 = 9;

/// Appends a value, its tag first. O(its length); recursion is bounded by its depth.
pub(crate) fn encode_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(false) => out.push(FALSE),
        Value::Bool(true) => out.push(TRUE),
        Value::Number(number) => encode_number(number, out),
        Value::String(text) => {
            out.push(STRING);
            text.encode(out);
        }
        Value::Array(array) => {
            out.push(ARRAY);
            array.len().encode(out);
            array.iter().for_each(|element| encode_value(element, out));
        }
        Value::Object(object) => {
            out.push(OBJECT);
            object.len().encode(out);
            for (key, value) in object.iter() {
                key.encode(out);
                encode_value(value, out);
            }
        }
    }
}

fn encode_number(number: &Number, out: &mut Vec<u8>) {
    if let Some(integer) = number.plain_integer() {
        out.push(INTEGER);
        return integer.encode(out);
    }
    out.push(DIGITS);
    number.encode(out);
}

/// The value that begins with a tag, which was read, inside of so many containers.
pub(crate) fn decode_value(tag: u8, from: &mut ByteReader<'_>, depth: usize) -> Option<Value> {
    Some(match tag {
        NULL => Value::Null,
        FALSE => false.into(),
        TRUE => true.into(),
        INTEGER => Value::Number(i64::decode(from)?.into()),
        DIGITS => Value::Number(Number::decode(from)?),
        STRING => Value::String(Text::decode(from)?),
        ARRAY => {
            let count = parts(from, depth)?;
            Value::Array(Array::of_each(count, || decode_value(u8::decode(from)?, from, depth + 1))?)
        }
        OBJECT => {
            let count = parts(from, depth)?;
            // Not allocated at once: a member may be larger in memory than its bytes.
            let mut members = Vec::with_capacity(count.min(1024));
            for _ in 0..count {
                let key = Text::decode(from)?;
                members.push((key, decode_value(u8::decode(from)?, from, depth + 1)?));
            }
            Value::Object(Object::from_iter(members))
        }
        _ => return None,
    })
}

/// The number of parts of a container that is inside of so many others.
fn parts(from: &mut ByteReader<'_>, depth: usize) -> Option<usize> {
    from.count().filter(|_| depth < MAX_DEPTH)
}
