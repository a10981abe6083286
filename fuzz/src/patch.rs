//! Patches: the first line is a document, the second a patch or another document.

use super::texts::{first_line, text};
use asof::{Patch, Value, between, diff, merged, parse};

/// A patch applies wholly or not at all, its inverse leads back, and it does what another implementation does. The
/// patch between two documents leads from one to the other.
pub fn run(bytes: &[u8]) {
    let input = text(bytes);
    let (document, rest) = first_line(&input);
    let (Ok(document), Ok(other)) = (parse(document.as_bytes()), parse(first_line(rest).0.as_bytes())) else { return };
    if let Ok(patch) = Patch::from_value(&other) {
        apply(&document, &patch);
        assert_eq!(Patch::from_value(&patch.to_value()).unwrap(), patch, "written and read again");
    }
    for (from, to) in [(&document, &other), (&other, &document)] {
        let patch = between(from, to);
        let led = patch.apply(from).unwrap_or_else(|why| panic!("{from:?} to {to:?}: {why}"));
        assert!(led.identical(to), "{from:?} to {to:?} by {patch:?}");
        assert_eq!(diff(from, to).changes.is_empty(), from == to);
    }
    let once = merged(&document, &other);
    assert_eq!(merged(&once, &other), once, "merging again changes nothing");
}

fn apply(document: &Value, patch: &Patch) {
    let applied = patch.apply_with_inverse(document);
    assert_eq!(applied.as_ref().ok().map(|(value, _)| value), patch.apply(document).as_ref().ok());
    if let Ok((value, inverse)) = &applied {
        let back = inverse.apply(value).unwrap_or_else(|why| panic!("the inverse of {patch:?}: {why}"));
        assert!(back.identical(document), "{patch:?} and back");
    }
    compare(document, patch, applied.ok().map(|(value, _)| value));
}

/// Compares with the crate `json-patch`, where both know the same numbers.
fn compare(document: &Value, patch: &Patch, applied: Option<Value>) {
    let texts = [document.to_json(), patch.to_value().to_json()];
    let [Ok(mut theirs), Ok(operations)] = texts.map(|text| serde_json::from_str::<serde_json::Value>(&text)) else {
        return;
    };
    if !(has_plain_numbers(&theirs) && has_plain_numbers(&operations)) {
        return;
    }
    let Ok(operations) = serde_json::from_value::<json_patch::Patch>(operations) else { return };
    let done = json_patch::patch(&mut theirs, &operations);
    assert_eq!(done.is_ok(), applied.is_some(), "{document:?} by {patch:?}: {done:?}");
    if let Some(value) = applied {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&value.to_json()).unwrap(), theirs);
    }
}

fn has_plain_numbers(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::Number(number) => number.is_i64(),
        serde_json::Value::Array(all) => all.iter().all(has_plain_numbers),
        serde_json::Value::Object(all) => all.values().all(has_plain_numbers),
        _ => true,
    }
}
