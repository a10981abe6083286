//! Notations of one value: the input is a file of JSON, JSON5, YAML and TOML alike.

use super::readings::check;
use asof::{Value, import, parse};
use std::path::Path;

/// Whatever the bytes are: a value that can be read back, or a sentence. What is JSON says the same in JSON5, and as its own
/// parser reads it.
pub fn run(bytes: &[u8]) {
    let [json, json5, _, _] = ["a.json", "a.json5", "a.yaml", "a.toml"].map(|name| read(name, bytes));
    if let Ok(value) = parse(bytes) {
        for found in [json, json5] {
            assert!(found.is_some_and(|found| found.identical(&value)), "{value:?}");
        }
    }
}

fn read(name: &str, bytes: &[u8]) -> Option<Value> {
    let read = || import::read_value(Path::new(name), bytes);
    let (first, second) = (read(), read());
    assert_eq!(first.as_ref().map_err(ToString::to_string), second.as_ref().map_err(ToString::to_string), "{name}");
    first.ok().inspect(check)
}
