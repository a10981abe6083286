//! Plain types of Rust to values, without a text in between: what JSON cannot hold is refused with its path.
//!
//! Must not name: `write`.

use super::fault::{Fault, RAW_TOKENS};
use super::{Array, MAX_DEPTH, Number, Object, Step, Text, Value};
use rustc_hash::FxHashSet;
use serde::ser::{self, Error as _, Serialize};
use std::cell::RefCell;
use std::fmt::Display;

/// Builds one value.
#[derive(Clone, Copy)]
pub(super) struct Builder<'k> {
    /// Containers round the value.
    depth: usize,
    /// Keys too long to be inline, so that equal ones share memory.
    keys: &'k RefCell<FxHashSet<Text>>,
}

impl<'k> Builder<'k> {
    pub fn new(keys: &'k RefCell<FxHashSet<Text>>) -> Self {
        Self { depth: 0, keys }
    }

    fn inner(self) -> Result<Self, Fault> {
        if self.depth == MAX_DEPTH { Err(Fault::TooDeep) } else { Ok(Self { depth: self.depth + 1, ..self }) }
    }

    fn key(self, text: &str) -> Text {
        if text.len() <= Text::INLINE_LIMIT {
            return text.into();
        }
        let mut known = self.keys.borrow_mut();
        if let Some(key) = known.get(text) {
            return key.clone();
        }
        let key = Text::from(text);
        known.insert(key.clone());
        key
    }

    /// An object with one entry, as an enum's variant with contents is written.
    fn variant<T: Serialize + ?Sized>(self, name: &str, of: &T) -> Result<Value, Fault> {
        let value = of.serialize(self.inner()?).map_err(|fault| fault.below(Step::Key(name.into())))?;
        Ok(Value::Object(Object::from_sorted(vec![(self.key(name), value)])))
    }
}

/// `serde_json` decides how a float is written, as it does in any text.
fn float<F: Serialize>(float: F, is_finite: bool, shown: impl Display) -> Result<Value, Fault> {
    let text = if is_finite { serde_json::to_string(&float).ok() } else { None };
    let number = text.and_then(|text| Number::parse(&text));
    number.map(Value::Number).ok_or_else(|| Fault::custom(format_args!("{shown} is not a JSON number")))
}

fn integer(digits: impl Display) -> Result<Value, Fault> {
    let number = Number::parse(&digits.to_string());
    number.map(Value::Number).ok_or_else(|| Fault::custom("not an integer"))
}

impl<'k> ser::Serializer for Builder<'k> {
    type Ok = Value;
    type Error = Fault;
    type SerializeSeq = ArraySerializer<'k>;
    type SerializeTuple = ArraySerializer<'k>;
    type SerializeTupleStruct = ArraySerializer<'k>;
    type SerializeTupleVariant = ArraySerializer<'k>;
    type SerializeMap = ObjectSerializer<'k>;
    type SerializeStruct = ObjectSerializer<'k>;
    type SerializeStructVariant = ObjectSerializer<'k>;

    fn serialize_bool(self, bool: bool) -> Result<Value, Fault> {
        Ok(Value::Bool(bool))
    }

    fn serialize_i8(self, int: i8) -> Result<Value, Fault> {
        self.serialize_i64(int.into())
    }

    fn serialize_i16(self, int: i16) -> Result<Value, Fault> {
        self.serialize_i64(int.into())
    }

    fn serialize_i32(self, int: i32) -> Result<Value, Fault> {
        self.serialize_i64(int.into())
    }

    fn serialize_i64(self, int: i64) -> Result<Value, Fault> {
        Ok(int.into())
    }

    fn serialize_i128(self, int: i128) -> Result<Value, Fault> {
        integer(int)
    }

    fn serialize_u8(self, int: u8) -> Result<Value, Fault> {
        self.serialize_u64(int.into())
    }

    fn serialize_u16(self, int: u16) -> Result<Value, Fault> {
        self.serialize_u64(int.into())
    }

    fn serialize_u32(self, int: u32) -> Result<Value, Fault> {
        self.serialize_u64(int.into())
    }

    fn serialize_u64(self, int: u64) -> Result<Value, Fault> {
        Ok(int.into())
    }

    fn serialize_u128(self, int: u128) -> Result<Value, Fault> {
        integer(int)
    }

    fn serialize_f32(self, number: f32) -> Result<Value, Fault> {
        float(number, number.is_finite(), number)
    }

    fn serialize_f64(self, number: f64) -> Result<Value, Fault> {
        float(number, number.is_finite(), number)
    }

    fn serialize_char(self, char: char) -> Result<Value, Fault> {
        self.serialize_str(char.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Value, Fault> {
        Ok(text.into())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Fault> {
        self.inner()?;
        Ok(bytes.iter().map(|byte| Value::from(i64::from(*byte))).collect())
    }

    fn serialize_none(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, some: &T) -> Result<Value, Fault> {
        some.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Fault> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, of: &T) -> Result<Value, Fault> {
        of.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        of: &T,
    ) -> Result<Value, Fault> {
        self.variant(variant, of)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ArraySerializer<'k>, Fault> {
        // A length is what the type claims: memory is taken for what comes.
        let made = Vec::with_capacity(length.unwrap_or(0).min(1024));
        Ok(ArraySerializer { inner: self.inner()?, made, variant: None })
    }

    fn serialize_tuple(self, length: usize) -> Result<ArraySerializer<'k>, Fault> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<ArraySerializer<'k>, Fault> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<ArraySerializer<'k>, Fault> {
        Ok(ArraySerializer { variant: Some(self.key(variant)), ..self.inner()?.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ObjectSerializer<'k>, Fault> {
        Ok(ObjectSerializer { inner: self.inner()?, made: Vec::new(), key: None, variant: None, raw: None })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<ObjectSerializer<'k>, Fault> {
        if RAW_TOKENS.contains(&name) {
            return Ok(ObjectSerializer {
                inner: self,
                made: Vec::new(),
                key: None,
                variant: None,
                raw: Some(Value::Null),
            });
        }
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ObjectSerializer<'k>, Fault> {
        Ok(ObjectSerializer { variant: Some(self.key(variant)), ..self.inner()?.serialize_map(None)? })
    }
}

/// An array on its way.
pub(super) struct ArraySerializer<'k> {
    inner: Builder<'k>,
    made: Vec<Value>,
    variant: Option<Text>,
}

impl ArraySerializer<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Fault> {
        let step = Step::Index(self.made.len());
        let element = element.serialize(self.inner);
        self.made.push(element.map_err(|fault| within(self.variant.as_ref(), fault.below(step)))?);
        Ok(())
    }

    fn done(self) -> Value {
        in_variant(self.variant, Value::Array(self.made.into_iter().collect::<Array>()))
    }
}

/// What is wrong in a variant is below its name.
fn within(variant: Option<&Text>, fault: Fault) -> Fault {
    variant.map(|name| Step::Key(name.clone())).into_iter().fold(fault, Fault::below)
}

fn in_variant(variant: Option<Text>, value: Value) -> Value {
    match variant {
        Some(variant) => Value::Object(Object::from_sorted(vec![(variant, value)])),
        None => value,
    }
}

impl ser::SerializeSeq for ArraySerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Fault> {
        self.add(element)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl ser::SerializeTuple for ArraySerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Fault> {
        self.add(element)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl ser::SerializeTupleStruct for ArraySerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &T) -> Result<(), Fault> {
        self.add(field)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl ser::SerializeTupleVariant for ArraySerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &T) -> Result<(), Fault> {
        self.add(field)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

/// An object on its way; of repeated keys the last wins.
pub(super) struct ObjectSerializer<'k> {
    inner: Builder<'k>,
    made: Vec<(Text, Value)>,
    key: Option<Text>,
    variant: Option<Text>,
    /// For what is written as a text that is JSON already.
    raw: Option<Value>,
}

impl ObjectSerializer<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, key: Text, value: &T) -> Result<(), Fault> {
        match value.serialize(self.inner) {
            Ok(value) => self.made.push((key, value)),
            Err(fault) => return Err(within(self.variant.as_ref(), fault.below(Step::Key(key)))),
        }
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        if let Some(raw) = &mut self.raw {
            let text = value.serialize(self.inner)?;
            *raw = super::parse(text.as_str().unwrap_or_default().as_bytes()).map_err(Fault::custom)?;
            return if self.inner.depth + raw.depth() > MAX_DEPTH { Err(Fault::TooDeep) } else { Ok(()) };
        }
        self.add(self.inner.key(name), value)
    }

    fn done(self) -> Value {
        if let Some(raw) = self.raw {
            return raw;
        }
        let mut entries = self.made;
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            entries.reverse();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            entries.dedup_by(|earlier, last| earlier.0 == last.0);
        }
        in_variant(self.variant, Value::Object(Object::from_sorted(entries)))
    }
}

impl ser::SerializeMap for ObjectSerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.key = Some(match key.serialize(self.inner)? {
            Value::String(text) => self.inner.key(&text),
            Value::Number(number) => ecow::eco_format!("{number}"),
            Value::Bool(bool) => ecow::eco_format!("{bool}"),
            Value::Null | Value::Array(_) | Value::Object(_) => return Err(Fault::custom("a key must be a string")),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let key = self.key.take().unwrap_or_default();
        self.add(key, value)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl ser::SerializeStruct for ObjectSerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl ser::SerializeStructVariant for ObjectSerializer<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}
