//! Paints the transitions list.
//!
//! ```text
//! │◆ 48,211 +0.2ms session.touch     ~1│   mark, number, time since the one before, label, keys changed
//! │▶ 48,213 +4.1ms cart.checkout +51 ~4│   the cursor
//! │┊ 48,214 +0.2ms cart.validate     ~1│   after it
//! ```

use super::pen::{Frame, Pen, inside};
use super::timeline::mark_sign;
use super::{Focus, Look, in_focus};
use crate::tui::glyphs::{DOTTED, FUTURE, POINTER};
use crate::view::text::{SafeText, fit_middle, width};
use crate::view::transitions::{Outcome, TransitionRow, Transitions, When};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Narrower lists leave out the time since the version before.
const WITH_TIME: u16 = 34;
/// Columns of that time.
const TIME: usize = 6;

/// Columns of one expression, at least and at most.
const CELL: (usize, usize) = (3, 24);
/// Columns of an author, at most, and what a label keeps beside one.
const AUTHOR: usize = 20;
const LABEL_BESIDE_AUTHOR: usize = 44;
/// Columns that labels keep beside those of expressions.
const LABEL: usize = 8;

/// Rows of the list that fit into an area with its border, below the names of its columns where it has any.
pub fn height(area: Rect, headed: bool) -> usize {
    usize::from(inside(area).height).saturating_sub(usize::from(headed))
}

/// Columns of the parts of a row.
struct Widths {
    number: usize,
    /// Of each expression.
    cells: Vec<usize>,
    /// Of what came of it, where expressions stand before that.
    result: usize,
    /// Of authors, where labels leave room for them.
    by: usize,
}

impl Widths {
    fn new(transitions: &Transitions, room: usize) -> Self {
        let longest = |of: &dyn Fn(&TransitionRow) -> usize| transitions.rows.iter().map(of).max().unwrap_or(0);
        let number = longest(&|row| width(&row.number));
        let result = longest(&|row| width(&row.result));
        let label = longest(&|row| row.label.width()).min(LABEL);
        let room = room.saturating_sub(number + result + 4 + label);
        let most = (room / transitions.headings.len().max(1)).saturating_sub(1).min(CELL.1);
        let cell = |(at, name): (usize, &SafeText)| {
            let value = longest(&|row| row.cells.get(at).map_or(0, SafeText::width));
            value.max(name.width()).clamp(CELL.0.min(most), most)
        };
        let by = longest(&|row| row.by.width()).min(AUTHOR);
        Self { number, cells: transitions.headings.iter().enumerate().map(cell).collect(), result, by }
    }

    /// Columns from the first expression to the end of the row.
    fn behind_label(&self) -> usize {
        self.cells.iter().map(|cell| cell + 1).sum::<usize>() + self.result + 1
    }
}

/// Paints the list with its border.
pub fn paint(transitions: &Transitions, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    let title = in_focus("Transitions", focus);
    let inner = Frame { title: &title, caption: &transitions.position, focus }.paint(look, area, buf);
    let widths = Widths::new(transitions, usize::from(inner.width));
    let headed = !widths.cells.is_empty();
    if let Some(pen) = Pen::new(buf, inner, 0).filter(|_| headed) {
        paint_headings(&transitions.headings, &widths, look, pen);
    }
    for (line, row) in transitions.rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line + usize::from(headed)) else { break };
        paint_row(row, &widths, look, pen);
    }
}

/// The names of the columns of expressions, over them.
fn paint_headings(names: &[SafeText], widths: &Widths, look: &Look, mut pen: Pen<'_>) {
    let start = pen.room().saturating_sub(widths.behind_label());
    pen.to(start);
    for (name, cell) in names.iter().zip(&widths.cells) {
        pen.put(" ", look.theme.dim).right_field(&fit_middle(name.painted(), *cell), *cell, look.theme.dim);
    }
}

fn paint_row(row: &TransitionRow, widths: &Widths, look: &Look, mut pen: Pen<'_>) {
    let style =
        if row.when == When::Future || row.outcome == Outcome::Abandoned { look.theme.dim } else { look.theme.text };
    let cells = if widths.cells.is_empty() { 0 } else { widths.behind_label() };
    let wide = pen.room() >= usize::from(WITH_TIME) + cells;
    let (sign, sign_style) = sign(row, look);
    if row.outcome == Outcome::Abandoned {
        pen.put(sign, sign_style).put(" ", style).text(&row.label, style);
        return;
    }
    pen.put(sign, sign_style).put(" ", style).right_field(&row.number, widths.number, style).put(" ", style);
    if wide {
        pen.right_field(&row.since, TIME, style).put(" ", style);
    }
    let result = width(&row.result) + usize::from(!row.result.is_empty());
    let label = pen.room().saturating_sub(if cells == 0 { result } else { cells });
    let by = if label >= LABEL_BESIDE_AUTHOR + widths.by { widths.by } else { 0 };
    let label_style = if row.when == When::Future { style } else { look.theme.hue(row.hue) };
    pen.text_field(&row.label, label - by - usize::from(by > 0), label_style);
    if by > 0 {
        pen.put(" ", style).text_field(&row.by, by, label_style);
    }
    for (cell, columns) in row.cells.iter().zip(&widths.cells) {
        pen.put(" ", style).right_text(cell, *columns, style);
    }
    pen.at_edge(&row.result, outcome_style(row.outcome, style, look));
    if row.when == When::Cursor {
        pen.select(look, Focus::Here);
    }
}

fn sign(row: &TransitionRow, look: &Look) -> (&'static str, Style) {
    match (row.when, row.mark) {
        (When::Cursor, _) => (POINTER, look.theme.strong),
        _ if row.outcome == Outcome::Abandoned => (DOTTED[4], look.theme.dim),
        (_, Some(mark)) => mark_sign(mark, look),
        (When::Future, None) => (FUTURE, look.theme.dim),
        (When::Past, None) => (" ", look.theme.text),
    }
}

fn outcome_style(outcome: Outcome, style: Style, look: &Look) -> Style {
    match outcome {
        Outcome::Counts(_) | Outcome::Cut | Outcome::Abandoned => style,
        Outcome::Invalid | Outcome::Deleted => look.theme.failure,
        Outcome::Rollback | Outcome::Promote | Outcome::Undo => look.theme.rollback,
    }
}
