//! Paints numbers over time as bars, one a column, with the least and the most at the left.

use super::Look;
use super::pen::Pen;
use crate::tui::glyphs::BARS;
use crate::view::curve::{number_words, span};
use crate::view::text::joined;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows that a curve takes, at most.
const ROWS: u16 = 4;

/// Paints it at the bottom of an area, a line of words over it with what is counted; nothing where there is no number.
pub fn paint((samples, unit): (&[Option<f64>], &str), look: &Look, area: Rect, buf: &mut Buffer) {
    let rows = area.height.saturating_sub(1).min(ROWS);
    let Some((least, most)) = span(samples).filter(|_| rows > 0) else { return };
    let top = area.bottom() - rows - 1;
    if let Some(mut pen) = Pen::new(buf, Rect { y: top, height: 1, ..area }, 0) {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let words = if least < most {
            joined![" ", number_words(least), " to ", number_words(most), unit]
        } else {
            // Units are told in the plural.
            let unit = if number_words(least) == "1" { unit.trim_end_matches('s').to_owned() } else { unit };
            joined![" always ", number_words(least), unit]
        };
        pen.text(&words, look.theme.dim);
    }
    // What never changes needs no picture.
    for row in (0..rows).filter(|_| least < most) {
        let below = (rows - 1 - row) * 8;
        let Some(mut pen) = Pen::new(buf, Rect { y: top + 1 + row, height: 1, ..area }, 0) else { break };
        for sample in samples.iter().take(usize::from(area.width)) {
            let level = sample.map_or(0, |sample| level(sample, (least, most), rows * 8));
            pen.put(BARS[usize::from(level.saturating_sub(below).min(8))], look.theme.number);
        }
    }
}

/// A height of 1 to `top`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the rows of a screen")]
fn level(sample: f64, (least, most): (f64, f64), top: u16) -> u16 {
    let share = (sample - least) / (most - least);
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    1 + (share * f64::from(top - 1)).round() as u16
}
