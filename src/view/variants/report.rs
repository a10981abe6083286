//! The comparison as Markdown, for other people.

use super::{FigureCell, lengths, reference_name, rows, sentence, title};
use crate::history::{Comparison, Variant, Verdict};
use crate::view::text;

/// The table of metrics, score and verdict as Markdown, and what it comes to.
pub fn markdown(comparison: &Comparison, tenant: &str) -> String {
    let names = comparison.variants.iter().map(|variant| escaped(&text::recorded(&variant.branch.name)));
    let heads = [String::new(), "better".to_owned(), escaped(&reference_name(comparison).unmarked())];
    let mut lines = vec![
        format!("# Variants of {}", escaped(&text::recorded(tenant))),
        String::new(),
        format!("{}; {}", lengths(comparison).unmarked(), title(comparison).unmarked()),
        String::new(),
        line(heads.into_iter().chain(names)),
        line(std::iter::repeat_n("---".to_owned(), comparison.variants.len() + 3)),
    ];
    for row in rows(comparison) {
        let cells = row.cells.iter().map(cell);
        lines.push(line(
            [escaped(&row.name.unmarked()), escaped(&row.better.unmarked()), cell(&row.reference)]
                .into_iter()
                .chain(cells),
        ));
    }
    let winner = comparison.variants.iter().find(|variant| variant.verdict == Verdict::Winner);
    lines.push(String::new());
    lines.push(winner.map_or_else(
        || "No variant won.".to_owned(),
        |winner: &Variant| sentence(comparison, winner).unmarked().into_owned(),
    ));
    lines.join("\n") + "\n"
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn cell(cell: &FigureCell) -> String {
    let value = cell.value.unmarked();
    let parts = [&*value, &*cell.change.unmarked(), cell.mark.trim()];
    escaped(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

fn escaped(text: &str) -> String {
    text::visible(text).replace('|', "\\|")
}
