//! What two versions have in common in memory.

use super::DiffEnd;
use super::sides::DiffSides;
use crate::cli::Console;
use crate::cli::exit::CommandResult;
use crate::export::json::object;
use crate::value::Value;
use crate::view::sharing::{new, shared};
use crate::view::text::size;
use std::sync::atomic::AtomicBool;

/// `#2 beside #1: 99 of 100 values shared; new: 2 of 107 nodes, 1.0 KB of 10 KB`.
pub fn print(
    (from, to): (&DiffEnd, &DiffEnd),
    sides: &DiffSides,
    json: bool,
    console: &mut Console,
) -> CommandResult<()> {
    let or_null = |side: &Option<Value>| side.clone().unwrap_or_default();
    let sharing =
        or_null(&sides.right).shareable_with(&or_null(&sides.left), &AtomicBool::new(false)).unwrap_or_default();
    if json {
        return console.out.json(&object([
            ("from", from.name.clone()),
            ("to", to.name.clone()),
            ("values", sharing.values.into()),
            ("shared_values", sharing.shared.into()),
            ("nodes", sharing.nodes.into()),
            ("shared_nodes", sharing.shared_nodes.into()),
            ("bytes", sharing.bytes.into()),
            ("shared_bytes", sharing.shared_bytes.into()),
        ]));
    }
    let name = |end: &DiffEnd| end.words.split(", ").next().unwrap_or_default().to_owned();
    let (shared, new, all) = (shared(&sharing), new(&sharing), size(sharing.bytes));
    console.out.line(&format!("{} beside {}: {shared}; {new} of {all}", name(to), name(from)))
}
