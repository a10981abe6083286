//! The Variants view: strips, metrics, and what differs at the end.

use super::{put_changes, put_list};
use crate::history::{Comparison, Verdict};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::{FrameMap, ListMap};
use crate::tui::look::Look;
use crate::tui::pane::layout::ListAreas;
use crate::tui::pane::text;
use crate::tui::pane::variants::{Metrics, paint as paint_metrics, paint_strips, shown, strip_columns};
use crate::view::Ends;
use crate::view::text::{data, number};
use crate::view::variants::{self, Place};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Paints it; answers what the message line says.
pub(super) fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> String {
    let (look, place) = (app.look(), &session.lists.variants);
    let comparison = variants::comparison(&session.history(), place);
    let Some(comparison) = comparison else {
        let area = areas.list.union(areas.detail).union(areas.changes);
        let measured = variants::measured(&session.history());
        let lines = if measured.is_empty() { variants::empty() } else { measured };
        text::paint_empty("[Variants]", &lines, look, area, buf);
        return String::new();
    };
    if !areas.list.is_empty() {
        let strips = variants::strips(&session.history(), &comparison, place, strip_columns(areas.list));
        let title = format!("Variants  {}", variants::title(&comparison).painted());
        let caption = variants::caption(&session.history(), &comparison);
        paint_strips(&strips, (&title, caption.painted()), look, areas.list, buf);
    }
    let metrics = paint_table(&comparison, place, (look, areas), buf);
    map.heights.detail = metrics.height();
    put_list(metrics, map);
    let Some(variant) = variants::selected(&comparison, place) else { return String::new() };
    if !areas.changes.is_empty() {
        let ends = Ends { a: comparison.baseline.version, b: variant.branch.head };
        let (from, to) = (variants::reference_name(&comparison), data(&variant.branch.name));
        let title = format!("State at the end  {} → {to}", from.painted());
        let caption = format!("{} → {}", number(ends.a), number(ends.b));
        let inner = text::paint((&title, &caption), &[], look, areas.changes, buf);
        put_changes(session, ends, "", look, inner, buf);
    }
    variants::sentence(&comparison, variant).painted().to_owned()
}

fn paint_table(
    comparison: &Comparison,
    place: &Place,
    (look, areas): (&Look, &ListAreas),
    buf: &mut Buffer,
) -> ListMap {
    let rows = variants::rows(comparison);
    let reference = variants::reference_name(comparison);
    let reference = reference.painted();
    let names: Vec<String> = comparison.variants.iter().map(name).collect();
    let (variant, row) = (variants::selected_at(comparison, place), place.metrics.selected(rows.len()));
    let metrics =
        Metrics { rows: &rows, reference, names: &names, variant: variant.unwrap_or(0), row: row.unwrap_or(0) };
    let title = match areas.list.is_empty() {
        true => format!("[Variants]  from ◆ {reference} {}", number(comparison.baseline.version)),
        false => format!("[Metrics]  change against {reference}"),
    };
    paint_metrics(&metrics, (&title, &caption(&metrics, comparison, areas.detail)), look, areas.detail, buf)
}

fn name(variant: &crate::history::Variant) -> String {
    let star = if variant.verdict == Verdict::Winner { " ★" } else { "" };
    format!("{}{star}", data(&variant.branch.name))
}

/// `metric 1 of 5 · h l shows C-D of A-D`.
fn caption(metrics: &Metrics<'_>, comparison: &Comparison, area: Rect) -> String {
    let place = match metrics.row {
        _ if comparison.metrics.is_empty() => "nothing measured but the score".to_owned(),
        row if row < comparison.metrics.len() => {
            let variant = comparison.variants.get(metrics.variant);
            let course = variant.and_then(|variant| variants::course(comparison, variant, &comparison.metrics[row]));
            let course = course.map(|course| format!(" · {}", course.painted())).unwrap_or_default();
            format!("metric {} of {}{course}", row + 1, comparison.metrics.len())
        }
        _ => "what it comes to".to_owned(),
    };
    let shown = shown(metrics, area);
    let name = |at: usize| data(&comparison.variants[at].branch.name).into_owned();
    if shown.len() >= metrics.names.len() || shown.is_empty() {
        return place;
    }
    let last = metrics.names.len() - 1;
    let part =
        if shown.len() == 1 { name(shown.start) } else { format!("{}-{}", name(shown.start), name(shown.end - 1)) };
    format!("{place} · h l shows {part} of {}-{}", name(0), name(last))
}
