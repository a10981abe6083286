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
use crate::tui::glyphs::{FUTURE, POINTER};
use crate::view::text::width;
use crate::view::transitions::{Outcome, TransitionRow, Transitions, When};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Narrower lists leave out the time since the version before.
const WITH_TIME: u16 = 34;
/// Columns of that time.
const TIME: usize = 6;

/// Rows of the list that fit into an area with its border.
pub fn height(area: Rect) -> usize {
    usize::from(inside(area).height)
}

/// Paints the list with its border.
pub fn paint(transitions: &Transitions, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    let title = in_focus("Transitions", focus);
    let inner = Frame { title: &title, caption: &transitions.position, focus }.paint(look, area, buf);
    let number = transitions.rows.iter().map(|row| width(&row.number)).max().unwrap_or(0);
    for (line, row) in transitions.rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line) else { break };
        paint_row(row, number, look, pen);
    }
}

fn paint_row(row: &TransitionRow, number: usize, look: &Look, mut pen: Pen<'_>) {
    let style = if row.when == When::Future { look.theme.dim } else { look.theme.text };
    let wide = pen.room() >= usize::from(WITH_TIME);
    let (sign, sign_style) = sign(row, look);
    pen.put(sign, sign_style).put(" ", style).right_field(&row.number, number, style).put(" ", style);
    if wide {
        pen.right_field(&row.since, TIME, style).put(" ", style);
    }
    let label = pen.room().saturating_sub(width(&row.result) + usize::from(!row.result.is_empty()));
    pen.text_field(&row.label, label, style).at_edge(&row.result, outcome_style(row.outcome, style, look));
    if row.when == When::Cursor {
        pen.restyle(look.theme.cursor);
    }
}

fn sign(row: &TransitionRow, look: &Look) -> (&'static str, Style) {
    match (row.when, row.mark) {
        (When::Cursor, _) => (POINTER, look.theme.strong),
        (_, Some(mark)) => mark_sign(mark, look),
        (When::Future, None) => (FUTURE, look.theme.dim),
        (When::Past, None) => (" ", look.theme.text),
    }
}

fn outcome_style(outcome: Outcome, style: Style, look: &Look) -> Style {
    match outcome {
        Outcome::Counts(_) | Outcome::Cut => style,
        Outcome::Invalid | Outcome::Deleted => look.theme.failure,
        Outcome::Rollback | Outcome::Promote | Outcome::Undo => look.theme.strong,
    }
}
