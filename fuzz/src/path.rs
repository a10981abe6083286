//! Paths: the first line is a path, what follows is the JSON value that it leads into.

use super::texts::{first_line, text};
use asof::{Path, Pointer, Step, Value, parse};

/// A text that is read as a path or a pointer, written and read again is the same one, and leads to the same part.
pub fn run(bytes: &[u8]) {
    let input = text(bytes);
    let (path, json) = first_line(&input);
    let value = parse(json.as_bytes()).unwrap_or_default();
    if let Ok(path) = Path::parse(path, &value) {
        check_path(&path, &value);
    }
    if let Ok(pointer) = Pointer::parse(path) {
        assert_eq!(pointer.to_string(), path, "a pointer is written as it was read");
        let part = value.pointer(&pointer);
        assert_eq!(part.is_some(), value.at(&pointer.to_path(&value)).is_some());
    }
}

fn check_path(path: &Path, value: &Value) {
    let written = path.to_string();
    assert_eq!(Path::parse(&written, value).unwrap(), *path, "{written}");
    let pointer = path.to_pointer();
    assert_eq!(Pointer::parse(&pointer.to_string()).unwrap(), pointer);
    if let Some(part) = value.at(path) {
        assert_eq!(value.pointer(&pointer), Some(part), "{written}");
    }
    let mut shorter = path.clone();
    while let Some(parent) = shorter.parent() {
        assert!(parent.contains(path));
        let step: Option<&Step> = path.0.get(parent.0.len());
        assert_eq!(step.map(|step| parent.join(step.clone())).as_ref(), Some(&shorter));
        shorter = parent;
    }
}
