//! What two versions have in common in memory.

use super::End;
use super::sides::Sides;
use crate::cli::Console;
use crate::cli::exit::Outcome;
use crate::export::json::object;
use crate::value::{Sharing, Value};
use crate::view::text::{counted, size, thousands};

/// `100 values in #2, 68 of them in the memory of #1; 3.9 KB with their keys, 2.7 KB of it shared`.
pub fn print((from, to): (&End, &End), sides: &Sides, json: bool, console: &mut Console) -> Outcome<()> {
    let or_null = |side: &Option<Value>| side.clone().unwrap_or_default();
    let sharing = or_null(&sides.right).shared_with(&or_null(&sides.left));
    if json {
        return console.out.json(&object([
            ("from", from.name.clone()),
            ("to", to.name.clone()),
            ("values", sharing.values.into()),
            ("shared_values", sharing.shared.into()),
            ("bytes", sharing.bytes.into()),
            ("shared_bytes", sharing.shared_bytes.into()),
        ]));
    }
    console.out.line(&words(&sharing, from, to))
}

fn words(sharing: &Sharing, from: &End, to: &End) -> String {
    let name = |end: &End| end.words.split(", ").next().unwrap_or_default().to_owned();
    let Sharing { values, shared, bytes, shared_bytes } = *sharing;
    format!(
        "{} in {}, {} of them in the memory of {}; {} with their keys, {} of it shared",
        counted(values, "value"),
        name(to),
        thousands(shared),
        name(from),
        size(bytes),
        size(shared_bytes)
    )
}
