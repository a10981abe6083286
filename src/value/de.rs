//! Values to plain types of Rust, without a text in between: whatever depth a value has, it can be read back.
//!
//! Must not name: `json`.

use super::fault::{Fault, RAW_TOKENS};
use super::{Number, Step, Text, Value};
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, Error as _, IntoDeserializer, Visitor};

impl<'de> de::Deserializer<'de> for &'de Value {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(bool) => visitor.visit_bool(*bool),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(array) => {
                let mut elements = ElementsAccess { left: array.len(), next: 0, rest: array.iter() };
                let seen = visitor.visit_seq(&mut elements)?;
                match elements.left {
                    0 => Ok(seen),
                    _ => Err(Fault::invalid_length(array.len(), &"fewer elements")),
                }
            }
            Value::Object(object) => {
                let mut entries = EntriesAccess { left: object.len(), value: None, rest: object.iter() };
                let seen = visitor.visit_map(&mut entries)?;
                match entries.left {
                    0 => Ok(seen),
                    _ => Err(Fault::invalid_length(object.len(), &"fewer keys")),
                }
            }
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.as_number().and_then(|number| number.to_string().parse().ok()) {
            Some(int) => visitor.visit_i128(int),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.as_number().and_then(|number| number.to_string().parse().ok()) {
            Some(int) => visitor.visit_u128(int),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Value::String(text) => visitor.visit_bytes(text.as_bytes()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if RAW_TOKENS.contains(&name) {
            return visitor.visit_map(MapDeserializer::new(std::iter::once((name, self.to_json()))));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Value::String(name) => visitor.visit_enum(VariantAccess { name, contents: None }),
            Value::Object(object) if object.len() == 1 => match object.iter().next() {
                Some((name, contents)) => visitor.visit_enum(VariantAccess { name, contents: Some(contents) }),
                None => Err(Fault::custom("an empty object is no variant")),
            },
            _ => Err(Fault::custom("a variant is a string, or an object with one key")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string unit unit_struct seq tuple tuple_struct map struct
        identifier
    }
}

/// As an integer where it is written as one and fits, else as a double.
fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Fault> {
    let text = number.to_string();
    if let Ok(int) = text.parse::<u64>() {
        return visitor.visit_u64(int);
    }
    // `-0` is a double: as an integer it would lose its sign.
    if let Some(int) = text.parse::<i64>().ok().filter(|int| *int != 0) {
        return visitor.visit_i64(int);
    }
    let double = number.as_f64();
    if double.is_finite() { visitor.visit_f64(double) } else { Err(Fault::custom(format!("{text} is out of range"))) }
}

struct ElementsAccess<I> {
    left: usize,
    next: usize,
    rest: I,
}

impl<'de, I: Iterator<Item = &'de Value>> de::SeqAccess<'de> for &mut ElementsAccess<I> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(element) = self.rest.next() else { return Ok(None) };
        let index = self.next;
        (self.left, self.next) = (self.left.saturating_sub(1), index + 1);
        seed.deserialize(element).map(Some).map_err(|fault| fault.below(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct EntriesAccess<'de, I> {
    left: usize,
    value: Option<(&'de Text, &'de Value)>,
    rest: I,
}

impl<'de, I: Iterator<Item = (&'de Text, &'de Value)>> de::MapAccess<'de> for &mut EntriesAccess<'de, I> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.left = self.left.saturating_sub(1);
        self.value = Some((key, value));
        seed.deserialize(KeyDeserializer(key)).map(Some).map_err(|fault| fault.below(Step::Key(key.clone())))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let (key, value) = self.value.take().ok_or_else(|| Fault::custom("a value before its key"))?;
        seed.deserialize(value).map_err(|fault| fault.below(Step::Key(key.clone())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The key of an object; numbers and booleans are read out of its text.
struct KeyDeserializer<'de>(&'de Text);

macro_rules! read_from_text {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.0.parse() {
                Ok(read) => visitor.$visit(read),
                Err(_) => visitor.visit_borrowed_str(self.0),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for KeyDeserializer<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.0)
    }

    read_from_text! {
        deserialize_bool => visit_bool, deserialize_i8 => visit_i8, deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32, deserialize_i64 => visit_i64, deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16, deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64, deserialize_u128 => visit_u128, deserialize_f32 => visit_f32,
        deserialize_f64 => visit_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(VariantAccess { name: self.0, contents: None })
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum: its name, and what is in it.
struct VariantAccess<'de> {
    name: &'de Text,
    contents: Option<&'de Value>,
}

impl<'de> de::EnumAccess<'de> for VariantAccess<'de> {
    type Error = Fault;
    type Variant = Contents<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Contents<'de>), Fault> {
        let variant = seed.deserialize(self.name.as_str().into_deserializer())?;
        Ok((variant, Contents { name: self.name, contents: self.contents }))
    }
}

/// What is in a variant.
struct Contents<'de> {
    name: &'de Text,
    contents: Option<&'de Value>,
}

impl<'de> Contents<'de> {
    fn read<T>(self, read: impl FnOnce(&'de Value) -> Result<T, Fault>) -> Result<T, Fault> {
        let contents = self.contents.ok_or_else(|| Fault::custom(format!("variant {} has contents", self.name)))?;
        read(contents).map_err(|fault| fault.below(Step::Key(self.name.clone())))
    }
}

impl<'de> de::VariantAccess<'de> for Contents<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.contents {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(Fault::custom(format!("variant {} has no contents", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.read(|contents| seed.deserialize(contents))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.read(|contents| de::Deserializer::deserialize_seq(contents, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.read(|contents| de::Deserializer::deserialize_map(contents, visitor))
    }
}
