//! A report in the XML of `JUnit`, as build servers read it.

use super::outcome::JudgedAssertion;
use crate::cli::cells::CellWidths;
use crate::error::counted;
use crate::view::text::{recorded, visible};
use std::fmt::Write;

/// The whole document.
pub fn text(source: &str, judged: &[JudgedAssertion<'_>]) -> String {
    let failures = judged.iter().filter(|judged| !judged.holds()).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"", judged.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "<testsuites name=\"asof assert\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{}\" {counts}>", escaped(&recorded(source)));
    judged.iter().for_each(|judged| case(source, judged, &mut out));
    out + "  </testsuite>\n</testsuites>\n"
}

fn case(source: &str, judged: &JudgedAssertion<'_>, out: &mut String) {
    let (name, suite) = (escaped(&judged.assertion.title()), escaped(&recorded(source)));
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{suite}\"");
    if judged.holds() {
        out.push_str("/>\n");
        return;
    }
    let (rows, more) = judged.change_rows();
    let columns = CellWidths::of(&rows);
    let mut lines = vec![judged.assertion.line().to_string(), judged.why()];
    lines.extend((!judged.when.is_empty()).then(|| judged.when.join("  ")));
    lines.extend(rows.iter().map(|row| columns.line(row, false)));
    lines.extend((more > 0).then(|| counted(more as u64, "more change")));
    let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
    let message = escaped(&judged.why());
    let _ = writeln!(out, ">\n      <failure type=\"assertion\" message=\"{message}\">{}</failure>", lines.join("\n"));
    out.push_str("    </testcase>\n");
}

/// Text that may stand in an attribute or between tags: no character that XML does not have.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
