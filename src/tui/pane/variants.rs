//! Paints variants: their strips, and their metrics side by side.

use super::pen::{Pen, TitledBorder, inside};
use super::{Focus, Look};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::{BARS, POINTER};
use crate::view::text::{SafeText, joined};
use crate::view::tree::Beginning;
use crate::view::variants::{FigureCell, MetricRow, VariantBar, VariantStrip};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// Columns that a verdict needs at least: `disqualified`.
const VERDICT: usize = 12;
/// Columns of a strip's name, at most.
const NAME: usize = 16;
/// Columns at the right of a strip, for its score and what came of it.
const SCORE: usize = 42;

/// Columns of the density in an area.
pub fn strip_columns(area: Rect) -> usize {
    usize::from(inside(area).width).saturating_sub(NAME + SCORE + 4)
}

/// Paints the strips with their border.
pub fn paint_strips(
    strips: &[VariantStrip],
    (title, caption): (&SafeText, &SafeText),
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) {
    let inner = TitledBorder { title, caption, focus: Focus::Elsewhere }.paint(look, area, buf);
    let columns = strip_columns(area);
    let shown = window(strips, usize::from(inner.height));
    for (line, strip) in strips[shown].iter().enumerate() {
        let Some(mut pen) = Pen::new(buf, inner, line) else { break };
        let style = if strip.selected { look.theme.strong } else { look.theme.text };
        pen.put(if strip.selected { POINTER } else { " " }, style).put(" ", style).field(&strip.name, NAME, style);
        pen.put("  ", style);
        for level in &strip.levels {
            pen.put(BARS[usize::from((*level).min(8))], style);
        }
        pen.to(2 + NAME + 2 + columns + 2).field(&strip.score, 12, style).put("  ", style).text(&strip.note, style);
    }
}

/// The strips that fit, the selected one among them.
fn window(strips: &[VariantStrip], height: usize) -> Range<usize> {
    let selected = strips.iter().position(|strip| strip.selected).unwrap_or(0);
    let start = (selected + 1).saturating_sub(height);
    start..strips.len().min(start + height)
}

/// What the table of metrics shows.
pub struct Metrics<'a> {
    /// The rows; the last two are score and verdict.
    pub rows: &'a [MetricRow],
    /// What the baseline is called.
    pub reference: &'a SafeText,
    /// What the variants are called, winners with a `★`.
    pub names: &'a [SafeText],
    /// Which variant has the cursor.
    pub variant: usize,
    /// Which row has the cursor.
    pub row: usize,
    /// The figures of that row, for room below the table.
    pub bars: &'a [VariantBar],
    /// What the baseline holds, once that is known.
    pub holds: Option<&'a Beginning>,
}

/// Columns of the table, and of one variant: value, change, mark.
#[derive(Clone, Copy)]
struct VariantWidths {
    name: usize,
    /// 0 where the column is left out.
    better: usize,
    reference: usize,
    value: usize,
    change: usize,
    /// Between the columns in front.
    gap: usize,
}

impl VariantWidths {
    fn of(metrics: &Metrics<'_>, room: usize) -> Self {
        let rows = metrics.rows;
        let figures = &rows[..rows.len().saturating_sub(1)];
        let most = |cells: &dyn Fn(&MetricRow) -> usize| figures.iter().map(cells).max().unwrap_or(0);
        let value = most(&|row| row.cells.iter().map(|cell| cell.value.width()).max().unwrap_or(0));
        let change = most(&|row| row.cells.iter().map(|cell| cell.change.width()).max().unwrap_or(0));
        let verdicts = rows.last().into_iter().flat_map(|row| &row.cells).map(|cell| cell.value.width()).max();
        let longest = metrics.names.iter().map(SafeText::width).max().unwrap_or(0);
        let name = most(&|row| row.name.width()).max(7).min(if room < 100 { 14 } else { 28 });
        let widths = Self {
            name,
            better: most(&|row| row.better.width()).max(6),
            reference: most(&|row| row.reference.value.width()).max(metrics.reference.width().min(16)).max(9),
            value: value.max(9).max(longest.min(16).saturating_sub(change + 3)),
            change,
            gap: 2,
        };
        // Verdicts in full, where all variants fit all the same.
        let roomy =
            Self { value: widths.value.max(verdicts.unwrap_or(0).min(28).saturating_sub(change + 3)), ..widths };
        // All of them closely beside each other tell more than some with the direction, which the marks tell too.
        let own = value.max(longest.clamp(VERDICT, 16).saturating_sub(change + 3));
        let close = Self { better: 0, value: own, gap: 1, ..widths };
        let all = |widths: &&Self| widths.fit(room) >= metrics.names.len();
        [roomy, widths, close].iter().find(all).copied().unwrap_or(widths)
    }

    /// In front of a variant.
    fn lead(&self) -> usize {
        self.gap * 2 - 1
    }

    fn variant(&self) -> usize {
        self.lead() + self.value + 1 + self.change + 2
    }

    fn before(&self) -> usize {
        2 + self.name + self.gap + self.better_and_gap() + self.reference
    }

    fn better_and_gap(&self) -> usize {
        if self.better == 0 { 0 } else { self.better + self.gap }
    }

    fn fit(&self, room: usize) -> usize {
        (room.saturating_sub(self.before()) / self.variant()).max(1)
    }
}

/// The variants that are shown, the one with the cursor among them.
pub fn shown(metrics: &Metrics<'_>, area: Rect) -> Range<usize> {
    let room = usize::from(inside(area).width);
    let fit = VariantWidths::of(metrics, room).fit(room);
    let start = (metrics.variant + 1).saturating_sub(fit);
    start..metrics.names.len().min(start + fit)
}

/// Paints the table with its border.
pub fn paint(
    metrics: &Metrics<'_>,
    (title, caption): (&SafeText, &SafeText),
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) -> ListMap {
    let inner = TitledBorder { title, caption, focus: Focus::Here }.paint(look, area, buf);
    let widths = VariantWidths::of(metrics, usize::from(inner.width));
    let painter = VariantsPainter { metrics, widths, shown: shown(metrics, area), look };
    painter.heading(inner, buf);
    // Score and verdict always show: they are what it comes to.
    let height = usize::from(inner.height);
    let figures = metrics.rows.len().saturating_sub(2);
    let room = height.saturating_sub(4).min(figures);
    let start = (metrics.row + 1).min(figures).saturating_sub(room);
    for (line, at) in (start..start + room).enumerate() {
        painter.row(at, line + 1, inner, buf);
    }
    if let Some(mut pen) = Pen::new(buf, inner, room + 1) {
        let rule = pen.room().saturating_sub(4);
        pen.to(2).text(&SafeText::repeated("─", rule), look.theme.dim);
    }
    for (line, at) in (figures..metrics.rows.len()).enumerate() {
        painter.row(at, room + 2 + line, inner, buf);
    }
    let stale = metrics.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.mark == "?");
    legend(stale, (inner, room + 5), look, buf);
    let told = paint_baseline(metrics, (inner, room + 6), look, buf);
    paint_bars(metrics, (inner, room + 7 + told), look, buf);
    let line =
        if metrics.row < figures { metrics.row.checked_sub(start) } else { Some(room + 1 + metrics.row - figures) };
    ListMap { rule: Some(room), ..ListMap::new(inner, 1, line) }
}

fn legend(stale: bool, (inner, line): (Rect, usize), look: &Look, buf: &mut Buffer) {
    let (words, older) = if inner.width < 100 {
        ("+ better  - worse  ~ unclear  ! guardrail  ★ winner", "  ? older version")
    } else {
        (
            "+ better   - worse   ~ no clear difference   ! guardrail broken   ★ winner",
            "   ? measured at an older version",
        )
    };
    if let Some(mut pen) = Pen::new(buf, inner, line) {
        pen.to(2).put(words, look.theme.dim).put(if stale { older } else { "" }, look.theme.dim);
    }
}

/// What all variants start from, in a row or, where that has no room for it, in two; answers how many were needed, with a
/// blank before them.
fn paint_baseline(metrics: &Metrics<'_>, (inner, line): (Rect, usize), look: &Look, buf: &mut Buffer) -> usize {
    let Some(holds) = metrics.holds else { return 0 };
    let head = joined![metrics.reference, " holds  "];
    let columns = usize::from(inner.width).saturating_sub(4);
    let beside = holds.fits(columns.saturating_sub(head.width()));
    let rows = if beside { 1 } else { 2 };
    if line + 1 + rows > usize::from(inner.height) {
        return 0;
    }
    if let Some(mut pen) = Pen::new(buf, inner, line + 1) {
        pen.to(2).text(&head, look.theme.dim);
        if beside {
            pen.literal(&holds.fit(columns), look);
        }
    }
    if let Some(mut pen) = Pen::new(buf, inner, line + 2).filter(|_| !beside) {
        pen.to(2).literal(&holds.fit(columns + 1), look);
    }
    rows + 1
}

/// Columns of a bar at most, and of its figure and spread.
const BAR: usize = 80;
const FIGURE: usize = 14;
const SPREAD: usize = 20;

/// The metric of the row as a bar a variant, where all have room below the table.
fn paint_bars(metrics: &Metrics<'_>, (inner, line): (Rect, usize), look: &Look, buf: &mut Buffer) {
    let columns = usize::from(inner.width).saturating_sub(2 + NAME + FIGURE + SPREAD + 4).min(BAR);
    let Some(row) = metrics.rows.get(metrics.row).filter(|_| columns >= FIGURE) else { return };
    if metrics.bars.is_empty() || line + 1 + metrics.bars.len() > usize::from(inner.height) {
        return;
    }
    if let Some(mut pen) = Pen::new(buf, inner, line) {
        let goal = match &*row.better.unmarked() {
            "" => SafeText::default(),
            way @ ("lower" | "higher") => joined![", ", way.to_owned(), " is better"],
            _ => joined![", ", &row.better],
        };
        pen.to(2).text(&joined![&row.name, goal], look.theme.dim);
    }
    let longest = metrics.bars.iter().map(|bar| bar.value.width()).max().unwrap_or(0).min(FIGURE);
    for (at, bar) in metrics.bars.iter().enumerate() {
        let Some(mut pen) = Pen::new(buf, inner, line + 1 + at) else { return };
        let style = if bar.mark.is_empty() { look.theme.text } else { mark_style(bar.mark, look) };
        pen.to(2).field(&bar.name, NAME, look.theme.text).put("  ", look.theme.text);
        let begins = pen.column();
        for _ in 0..length(bar.share, columns) {
            pen.put(BARS[8], style);
        }
        pen.to(begins + columns + 1).right_field(&bar.value, longest, look.theme.text).put(" ", style);
        pen.put(bar.mark, style).put("  ", style).field(&bar.spread, SPREAD, look.theme.dim);
    }
}

/// Columns of a bar; what is more than nothing has one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of columns"
)]
fn length(share: f64, columns: usize) -> usize {
    let exact = share.clamp(0.0, 1.0) * columns as f64;
    (exact.round() as usize).max(usize::from(share > 0.0))
}

fn mark_style(mark: &str, look: &Look) -> Style {
    match mark {
        "+" => look.theme.added,
        "-" => look.theme.removed,
        "!" => look.theme.failure,
        _ => look.theme.strong,
    }
}

struct VariantsPainter<'a> {
    metrics: &'a Metrics<'a>,
    widths: VariantWidths,
    shown: Range<usize>,
    look: &'a Look,
}

impl VariantsPainter<'_> {
    fn heading(&self, inner: Rect, buf: &mut Buffer) {
        let Some(mut pen) = Pen::new(buf, inner, 0) else { return };
        let dim = self.look.theme.dim;
        pen.to(2 + self.widths.name + self.widths.gap).field(&"better".into(), self.widths.better, dim);
        pen.to(self.widths.before() - self.widths.reference);
        pen.right_field(self.metrics.reference, self.widths.reference, dim);
        for at in self.shown.clone() {
            let start = pen.column();
            let style = if at == self.metrics.variant { self.look.theme.strong } else { dim };
            let name = &self.metrics.names[at];
            let name = if at == self.metrics.variant { joined!["[", name.clone(), "]"] } else { name.clone() };
            let room = self.widths.variant().saturating_sub(self.widths.lead());
            pen.to(start + self.widths.lead()).right_field(&name, self.widths.value.max(name.width()).min(room), style);
            pen.to(start + self.widths.variant());
        }
    }

    fn row(&self, at: usize, line: usize, inner: Rect, buf: &mut Buffer) {
        let Some(mut pen) = Pen::new(buf, inner, line) else { return };
        let (row, text) = (&self.metrics.rows[at], self.look.theme.text);
        let here = at == self.metrics.row;
        pen.put(if here { POINTER } else { " " }, self.look.theme.strong).put(" ", text);
        pen.field(&row.name, self.widths.name, if here { self.look.theme.strong } else { text });
        pen.to(2 + self.widths.name + self.widths.gap).field(&row.better, self.widths.better, self.look.theme.dim);
        pen.to(self.widths.before() - self.widths.reference);
        pen.right_field(&row.reference.value, self.widths.reference, text);
        let words = at + 1 == self.metrics.rows.len();
        for variant in self.shown.clone() {
            let start = pen.column();
            match row.cells.get(variant) {
                Some(cell) if words => self.verdict((variant, cell), &mut pen),
                Some(cell) => self.figure(cell, &mut pen),
                None => {}
            }
            pen.to(start + self.widths.variant());
        }
        if here {
            pen.select(self.look, Focus::Here);
        }
    }

    fn figure(&self, cell: &FigureCell, pen: &mut Pen<'_>) {
        let (text, mark) = (self.look.theme.text, self.mark(cell.mark));
        let start = pen.column() + self.widths.lead();
        pen.to(start).right_field(&cell.value, self.widths.value, text).put(" ", text);
        let change = if matches!(cell.mark, "+" | "-" | "!") { mark } else { text };
        pen.right_field(&cell.change, self.widths.change, change).put(" ", text);
        pen.put(cell.mark, mark);
    }

    /// In the colour of what decided it, which the marks above say as well.
    fn verdict(&self, (variant, cell): (usize, &FigureCell), pen: &mut Pen<'_>) {
        let value = &cell.value;
        let has =
            |mark| self.metrics.rows.iter().any(|row| row.cells.get(variant).is_some_and(|cell| cell.mark == mark));
        let style = match (has("★"), has("!")) {
            (true, _) => self.look.theme.strong.patch(self.look.theme.added),
            (_, true) => self.look.theme.failure,
            _ => self.look.theme.text,
        };
        let room = self.widths.variant().saturating_sub(self.widths.lead());
        let start = pen.column() + self.widths.lead();
        // Without room for the reason the verdict stands alone.
        let alone = value.before(':');
        pen.to(start).field(if cell.value.width() > room { &alone } else { value }, room, style);
    }

    fn mark(&self, mark: &str) -> Style {
        mark_style(mark, self.look)
    }
}
