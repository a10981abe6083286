//! A report in Markdown, for a summary page or a comment.

use super::outcome::JudgedAssertion;
use crate::cli::cells::CellWidths;
use crate::error::counted;
use crate::view::text::{recorded, visible};
use std::fmt::Write;

/// The whole document: a table, then what broke each assertion that does not hold.
pub fn text(source: &str, judged: &[JudgedAssertion<'_>]) -> String {
    let failed = judged.iter().filter(|judged| !judged.holds()).count();
    let mut out = format!("## Assertions: {}\n\n", escaped(&recorded(source)));
    // Writing to a String cannot fail.
    let _ = match failed {
        0 => writeln!(out, "All {} hold.\n", judged.len()),
        failed => writeln!(out, "**{failed} of {} failed.**\n", judged.len()),
    };
    out.push_str("| | Assertion | First counterexample | When |\n|---|---|---|---|\n");
    for judged in judged {
        let word = if judged.holds() { "holds" } else { "**fails**" };
        let line = code(&judged.assertion.line());
        let name = judged.assertion.name.as_deref().map(|name| format!("{}: ", escaped(name))).unwrap_or_default();
        let (why, when) = (escaped(&judged.why()), escaped(&judged.when.join(", ")));
        let _ = writeln!(out, "| {word} | {name}{line} | {why} | {when} |");
    }
    judged.iter().filter(|judged| !judged.holds()).for_each(|judged| changes(judged, &mut out));
    out
}

fn changes(judged: &JudgedAssertion<'_>, out: &mut String) {
    let (rows, more) = judged.change_rows();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}:\n", escaped(&judged.why()));
    let columns = CellWidths::of(&rows);
    // An indented block has no end that data could write.
    rows.iter().for_each(|row| _ = writeln!(out, "    {}", columns.line(row, false)));
    if more > 0 {
        let _ = writeln!(out, "    {}", counted(more as u64, "more change"));
    }
}

/// Text in a table: nothing in it is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            c if "\\`*_{}[]#|~!@".contains(c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Code in a table. Its backquotes are fewer in a row than those around it; a bar would end the cell.
fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
