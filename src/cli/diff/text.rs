//! Differences for people: the summary line, then a line a change.

use super::{DiffEnd, DiffSides};
use crate::cli::Console;
use crate::cli::cells::RowCell;
use crate::cli::exit::CommandResult;
use crate::diff::Change;
use crate::error::counted;
use crate::export::json::inert;
use crate::value::Value;
use crate::view::change_row::ChangedPart;
use crate::view::path::printed;
use crate::view::text::fit;

/// Columns a value may take; `--json` has all of it.
const COLUMNS: usize = 72;

/// A value larger than this is not written out to be cut again.
const WRITTEN: u64 = 4096;

/// Prints both ends with their times, the summary and the changes.
pub fn print((from, to): (&DiffEnd, &DiffEnd), sides: &DiffSides, console: &mut Console) -> CommandResult<()> {
    console.out.line(&format!("{} → {}", from.words, to.words))?;
    console.out.line(&sides.summary().line().unmarked())?;
    console.out.table(&sides.differences.changes.iter().map(row).collect::<Vec<_>>())
}

/// A change: its sign, where, and what.
pub fn row(change: &Change) -> Vec<RowCell> {
    let part = ChangedPart::from(change);
    vec![RowCell::sign(part.sign), RowCell::new(printed(part.path)), RowCell::new(part.words(brief, printed))]
}

/// A value in a few columns.
pub fn brief(value: &Value) -> String {
    match value {
        Value::Object(object) if value.size() > WRITTEN => format!("{{{}}}", counted(object.len() as u64, "key")),
        Value::Array(array) if value.size() > WRITTEN => format!("[{}]", counted(array.len() as u64, "element")),
        Value::String(text) if value.size() > WRITTEN => {
            format!("{} ({})", fit(&inert(prefix(text)), COLUMNS), counted(text.len() as u64, "byte"))
        }
        _ => fit(&inert(value.to_json()), COLUMNS).into_owned(),
    }
}

fn prefix(text: &str) -> String {
    Value::from(&*text.chars().take(COLUMNS * 2).collect::<String>()).to_json()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn check(left: &str, right: &str, lines: &[&str]) {
        let value = |text: &str| parse(text.as_bytes()).unwrap();
        let sides =
            DiffSides::new(&value(left), &value(right), None, &crate::diff::DiffRules::default()).unwrap().unwrap();
        let rows: Vec<Vec<RowCell>> = sides.differences.changes.iter().map(row).collect();
        let columns = crate::cli::cells::CellWidths::of(&rows);
        let got: Vec<String> = rows.iter().map(|row| columns.line(row, false)).collect();
        assert_eq!(got, lines, "{left} {right}");
    }

    #[test]
    fn a_line_a_change() {
        check("{}", "{}", &[]);
        check(
            r#"{"n":100,"s":"light"}"#,
            r#"{"n":150,"s":"dark","x":[1]}"#,
            &["~  .n  100 → 150 (+50)", r#"~  .s  "light" → "dark""#, "+  .x  [1]"],
        );
        check(r#"{"n":1.5}"#, r#"{"n":1}"#, &["~  .n  1.5 → 1 (-0.5)"]);
        check(r#"{"a":{"k":"long enough"}}"#, r#"{"b":{"k":"long enough"}}"#, &[">  .b  from .a"]);
    }

    #[test]
    fn a_huge_value_is_told_by_its_size() {
        let huge: Value = (0..5000u64).map(Value::from).collect();
        assert_eq!(brief(&huge), "[5000 elements]");
        let text = brief(&"x".repeat(9000).as_str().into());
        assert!(text.ends_with("…\" (9000 bytes)") && text.len() < 120, "{text}");
    }
}
