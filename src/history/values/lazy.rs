//! A value that a segment holds as JSON, and that is read when it is asked for.
//!
//! Must not name: `record`.

use crate::bytes::{ByteReader, decode_bytes, encode_bytes};
use crate::value::{Value, parse};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// A value, in memory or as the JSON of one. `clone` is O(1), and all clones read it once.
#[derive(Debug, Clone)]
pub(in crate::history) struct LazyValue(LazySource);

#[derive(Debug, Clone)]
enum LazySource {
    Known(Value),
    Stored(Arc<StoredJson>),
}

/// The JSON of a value until that is read.
#[derive(Debug)]
struct StoredJson {
    /// Empty once it is read.
    json: Mutex<Vec<u8>>,
    bytes: u64,
    value: OnceLock<Value>,
    /// What the value shares memory with where they are equal.
    model: Option<LazyValue>,
}

impl StoredJson {
    fn json(&self) -> MutexGuard<'_, Vec<u8>> {
        self.json.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self) -> &Value {
        self.value.get_or_init(|| {
            let value = parse(&std::mem::take(&mut *self.json())).unwrap_or_default();
            match &self.model {
                Some(model) => value.sharing(model.get()),
                None => value,
            }
        })
    }
}

impl LazyValue {
    /// The value. O(bytes) the first time if it is stored, else O(1). Bytes that are no JSON, which have another checksum
    /// unless somebody forged them, are `null`.
    pub fn get(&self) -> &Value {
        match &self.0 {
            LazySource::Known(value) => value,
            LazySource::Stored(stored) => stored.value(),
        }
    }

    /// The value if it is in memory. O(1).
    pub fn in_memory(&self) -> Option<&Value> {
        match &self.0 {
            LazySource::Known(value) => Some(value),
            LazySource::Stored(stored) => stored.value.get(),
        }
    }

    /// As [`get`](Self::get), to change it.
    pub fn get_mut(&mut self) -> &mut Value {
        if let LazySource::Stored(stored) = &self.0 {
            self.0 = LazySource::Known(stored.value().clone());
        }
        match &mut self.0 {
            LazySource::Known(value) => value,
            LazySource::Stored(_) => unreachable!("it was read just now"),
        }
    }

    /// Bytes of its JSON. O(1).
    pub fn size(&self) -> u64 {
        match &self.0 {
            LazySource::Known(value) => value.size(),
            LazySource::Stored(stored) => stored.bytes,
        }
    }

    /// Appends its JSON, as it was stored if nobody has read it.
    pub fn encode(&self, out: &mut Vec<u8>) {
        if let LazySource::Stored(stored) = &self.0 {
            let json = stored.json();
            if stored.value.get().is_none() && !json.is_empty() {
                return encode_bytes(&json, out);
            }
        }
        encode_bytes(self.get().to_json().as_bytes(), out);
    }

    /// The value that [`encode`](Self::encode) wrote, to be read when it is asked for. It shares memory with `model`.
    pub fn decode(from: &mut ByteReader<'_>, model: Option<&Self>) -> Option<Self> {
        let json = decode_bytes(from)?.to_vec();
        let (bytes, value, model) = (json.len() as u64, OnceLock::new(), model.cloned());
        Some(Self(LazySource::Stored(Arc::new(StoredJson { json: Mutex::new(json), bytes, value, model }))))
    }
}

impl From<Value> for LazyValue {
    fn from(value: Value) -> Self {
        Self(LazySource::Known(value))
    }
}

impl Default for LazyValue {
    /// `null`.
    fn default() -> Self {
        Value::Null.into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn stored(json: &str, model: Option<&LazyValue>) -> LazyValue {
        let mut bytes = Vec::new();
        LazyValue::from(parse(json.as_bytes()).unwrap()).encode(&mut bytes);
        let mut from = ByteReader::new(&bytes);
        LazyValue::decode(&mut from, model).filter(|_| from.is_at_end()).unwrap()
    }

    #[test]
    fn a_stored_value_is_read_once_for_all_clones_and_written_as_it_was() {
        let json = r#"{"a":[1,2,{"b":"text"}]}"#;
        let lazy = stored(json, None);
        let written = |lazy: &LazyValue| {
            let mut out = Vec::new();
            lazy.encode(&mut out);
            out
        };
        let clone = lazy.clone();
        assert!(lazy.in_memory().is_none());
        assert_eq!((lazy.size(), written(&lazy)[1..].to_vec()), (json.len() as u64, json.as_bytes().to_vec()));
        assert_eq!(clone.get().to_json(), json);
        assert!(lazy.in_memory().unwrap().same(clone.get()), "the clone read it");
        assert_eq!((lazy.size(), written(&lazy)[1..].to_vec()), (json.len() as u64, json.as_bytes().to_vec()));
    }

    #[test]
    fn who_changes_one_changes_no_clone() {
        let mut lazy = stored("[1]", None);
        let clone = lazy.clone();
        *lazy.get_mut() = Value::from(2u64);
        assert_eq!((lazy.get().to_json(), clone.get().to_json()), ("2".to_owned(), "[1]".to_owned()));
    }

    #[test]
    fn it_shares_with_its_model() {
        let model = stored(r#"{"a":{"b":[1,2,3]},"c":0}"#, None);
        let other = stored(r#"{"a":{"b":[1,2,3]},"c":1}"#, Some(&model));
        let part = |lazy: &LazyValue| lazy.get().as_object().unwrap().get("a").unwrap().clone();
        assert!(part(&other).same(&part(&model)));
    }

    #[test]
    fn bytes_that_are_no_json_are_null() {
        let mut bytes = Vec::new();
        encode_bytes(b"[1,", &mut bytes);
        assert_eq!(LazyValue::decode(&mut ByteReader::new(&bytes), None).unwrap().get(), &Value::Null);
    }
}
