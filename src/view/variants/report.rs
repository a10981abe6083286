//! The comparison as Markdown, for other people.

use super::{Cell, lengths, reference_name, rows, sentence, title};
use crate::history::{Comparison, Variant, Verdict};
use crate::view::text;

/// The table of metrics, score and verdict as Markdown, and what it comes to.
pub fn markdown(comparison: &Comparison, tenant: &str) -> String {
    let names = comparison.variants.iter().map(|variant| escaped(&variant.branch.name));
    let heads = [String::new(), "better".to_owned(), escaped(&reference_name(comparison))];
    let mut lines = vec![
        format!("# Variants of {}", escaped(tenant)),
        String::new(),
        format!("{}; {}", lengths(comparison), title(comparison)),
        String::new(),
        line(heads.into_iter().chain(names)),
        line(std::iter::repeat_n("---".to_owned(), comparison.variants.len() + 3)),
    ];
    for row in rows(comparison) {
        let cells = row.cells.iter().map(cell);
        lines.push(line([escaped(&row.name), escaped(&row.better), cell(&row.reference)].into_iter().chain(cells)));
    }
    let winner = comparison.variants.iter().find(|variant| variant.verdict == Verdict::Winner);
    lines.push(String::new());
    lines.push(winner.map_or_else(|| "No variant won.".to_owned(), |winner: &Variant| sentence(comparison, winner)));
    lines.join("\n") + "\n"
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn cell(cell: &Cell) -> String {
    let parts = [cell.value.as_str(), &cell.change, cell.mark.trim()];
    escaped(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

fn escaped(text: &str) -> String {
    text::visible(text).replace('|', "\\|")
}
