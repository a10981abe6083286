//! What came of a source that was read: problems, and each tenant's values.

use asof::import::{self, ImportInput, ImportItem, ReadAs};
use asof::recipe::{Mapping, RecipeBook};
use asof::record::{Body, StateChange};
use asof::{Value, parse};
use std::ops::ControlFlow;

/// Everything that was handed over, in its order.
#[derive(Debug, Default, PartialEq)]
pub struct Reading {
    refused: Option<String>,
    told: Vec<String>,
}

/// Reads an input by a recipe, or as its content shows; a state that was read can be written and read back.
pub fn read(input: asof::Result<ImportInput>, recipe: Option<&str>) -> Reading {
    let mut mapping = Mapping::default();
    mapping.recipe = recipe.map(str::to_owned);
    let mut reading = Reading::default();
    let book = RecipeBook::shipped();
    let how = ReadAs { format: None, mapping: &mapping, book: &book };
    let done = input.and_then(|input| {
        import::read_as(input, &how, &mut |item| {
            reading.take(item);
            ControlFlow::Continue(())
        })
    });
    reading.refused = done.err().map(|error| error.to_string());
    reading
}

impl Reading {
    fn take(&mut self, item: ImportItem) {
        let told = match item {
            ImportItem::Entry(imported) => {
                let Body::Transition { label, change } = &imported.entry.body else { panic!("no transition") };
                if let StateChange::State(state) = change {
                    check(state);
                }
                format!("{} {label} {change:?} {:?} {:?}", imported.tenant, imported.entry.at, imported.follows)
            }
            ImportItem::Problem(problem) => format!("{problem:?}"),
            ImportItem::Note(note) => format!("{note:?}"),
            _ => return,
        };
        self.told.push(told);
    }
}

/// A value is written and read back to the digit.
pub fn check(value: &Value) {
    assert!(parse(value.to_json().as_bytes()).unwrap().identical(value), "a value can be read back: {value:?}");
}
