//! Strips of variants, and their metrics side by side.

use super::put_list;
use crate::history::{Comparison, Verdict};
use crate::tui::app::Session;
use crate::tui::frame_map::{FrameMap, ListMap};
use crate::tui::look::Look;
use crate::tui::pane::layout::ListAreas;
use crate::tui::pane::variants::{Metrics, paint as paint_metrics, paint_strips, shown, strip_columns};
use crate::view::text::{SafeText, joined, number};
use crate::view::tree::Beginning;
use crate::view::variants::{self, VariantsPlace};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn paint(
    session: &Session,
    comparison: &Comparison,
    (look, areas): (&Look, &ListAreas),
    map: &mut FrameMap,
    buf: &mut Buffer,
) {
    let place = &session.lists.variants;
    if !areas.list.is_empty() {
        let strips = variants::strips(&session.history(), comparison, place, strip_columns(areas.list));
        let title = joined!["Variants  ", variants::title(comparison)];
        let caption = variants::caption(&session.history(), comparison);
        paint_strips(&strips, (&title, &caption), look, areas.list, buf);
    }
    let holds = session.lists.asides.beginning(comparison.baseline.version);
    let metrics = paint_table(comparison, (place, holds), (look, areas), buf);
    map.heights.detail = metrics.height();
    put_list(metrics, map);
}

fn paint_table(
    comparison: &Comparison,
    (place, holds): (&VariantsPlace, Option<&Beginning>),
    (look, areas): (&Look, &ListAreas),
    buf: &mut Buffer,
) -> ListMap {
    let rows = variants::rows(comparison);
    let reference = variants::reference_name(comparison);
    let names: Vec<SafeText> = comparison.variants.iter().map(name).collect();
    let (variant, row) = (variants::selected_at(comparison, place), place.metrics.selected(rows.len()));
    let metrics = Metrics {
        rows: &rows,
        reference: &reference,
        names: &names,
        variant: variant.unwrap_or(0),
        row: row.unwrap_or(0),
        bars: &variants::bars(comparison, row.unwrap_or(0)),
        holds,
    };
    let title = if areas.list.is_empty() {
        joined!["[Variants]  from ◆ ", &reference, " ", number(comparison.baseline.version)]
    } else {
        joined!["[Metrics]  change against ", &reference]
    };
    paint_metrics(&metrics, (&title, &caption(&metrics, comparison, areas.detail)), look, areas.detail, buf)
}

fn name(variant: &crate::history::Variant) -> SafeText {
    let star = if variant.verdict == Verdict::Winner { " ★" } else { "" };
    joined![&variant.branch.name, star]
}

/// Whether the baseline or any variant has a score.
fn has_score(comparison: &Comparison) -> bool {
    let columns = comparison.variants.iter().map(|variant| &variant.column);
    columns.chain([&comparison.reference]).any(|column| column.score.is_some())
}

/// `metric 1 of 5 · h l shows C-D of A-D`.
fn caption(metrics: &Metrics<'_>, comparison: &Comparison, area: Rect) -> SafeText {
    let place = match metrics.row {
        _ if comparison.metrics.is_empty() && has_score(comparison) => "nothing measured but the score".into(),
        _ if comparison.metrics.is_empty() => "nothing measured yet".into(),
        row if row < comparison.metrics.len() => {
            let variant = comparison.variants.get(metrics.variant);
            let course = variant.and_then(|variant| variants::course(comparison, variant, &comparison.metrics[row]));
            let course = course.map(|course| joined![" · ", course]).unwrap_or_default();
            joined!["metric ", (row + 1).to_string(), " of ", comparison.metrics.len().to_string(), course]
        }
        _ => "summary".into(),
    };
    let shown = shown(metrics, area);
    let name = |at: usize| SafeText::from(&comparison.variants[at].branch.name);
    if shown.len() >= metrics.names.len() || shown.is_empty() {
        return place;
    }
    let last = metrics.names.len() - 1;
    let part = if shown.len() == 1 { name(shown.start) } else { joined![name(shown.start), "-", name(shown.end - 1)] };
    joined![place, " · h l shows ", part, " of ", name(0), "-", name(last)]
}
