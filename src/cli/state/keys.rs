//! `asof state --keys`: what is directly below a value, a row each, for finding the way in a large one.

use super::super::Console;
use super::super::cells::{Ink, RowCell};
use super::super::exit::CommandResult;
use crate::export::json::{JsonOutput, object, optional};
use crate::value::{Path, Step, Value};
use crate::view::text::{counted, size};

/// The longest value that is shown whole, in bytes of its JSON text.
const SHORT: u64 = 60;
/// Rows that share their columns.
const ROWS: usize = 1000;

/// Prints a row for each member or element; a value that is no container has one, itself.
pub fn print(value: &Value, json: bool, console: &mut Console) -> CommandResult<()> {
    if json {
        return below(value).try_for_each(|(step, child)| console.out.json(&in_json(step, child)));
    }
    let mut rows = below(value).map(|(step, child)| cells(step, child)).peekable();
    while rows.peek().is_some() {
        let block: Vec<_> = rows.by_ref().take(ROWS).collect();
        console.out.table(&block)?;
    }
    Ok(())
}

/// What is directly below, with the step that leads to it.
fn below(value: &Value) -> Box<dyn Iterator<Item = (Option<Step>, &Value)> + '_> {
    match value {
        Value::Object(object) => Box::new(object.iter().map(|(key, child)| (Some(Step::Key(key.clone())), child))),
        Value::Array(array) => {
            Box::new(array.iter().enumerate().map(|(index, child)| (Some(Step::Index(index)), child)))
        }
        scalar => Box::new(std::iter::once((None, scalar))),
    }
}

fn cells(step: Option<Step>, value: &Value) -> Vec<RowCell> {
    let name = step.map_or_else(|| ".".to_owned(), |step| Path::default().join(step).to_string());
    let shown = if value.size() <= SHORT { value.to_json() } else { String::new() };
    vec![
        RowCell::new(name),
        RowCell::new(value.type_name()).ink(Ink::Dim),
        RowCell::new(if value.is_container() { counted(value.len(), holds(value)) } else { size(value.size()) }),
        RowCell::new(shown),
    ]
}

fn holds(value: &Value) -> &'static str {
    if matches!(value, Value::Array(_)) { "element" } else { "key" }
}

fn in_json(step: Option<Step>, value: &Value) -> JsonOutput {
    let key = step.map(|step| match step {
        Step::Key(key) => JsonOutput::from(key),
        Step::Index(index) => JsonOutput::from(index as u64),
    });
    object([
        ("key", optional(key)),
        ("type", value.type_name().into()),
        ("entries", optional(value.is_container().then(|| value.len() as u64))),
        ("bytes", value.size().into()),
        ("value", optional((value.size() <= SHORT).then(|| JsonOutput::Value(value.clone())))),
    ])
}
