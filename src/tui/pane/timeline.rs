//! Paints the timeline, as many lanes as there are rows.
//!
//! ```text
//! │▁ ▇[█] █ ▇█▆▅▂▁▂▁ ▂▂ ▃▁▁│  overview, when the window shows less
//! │▅▂▂   ▃   ▄▂ ▄┃ ▄▄ ▁▃   │  density, one row or two; the cursor is full height
//! │      ◆          ◇      │  marks
//! │          A░░░░B        │  the ends of the diff
//! │   ◂─╯ rollback #48 → #2│  the nearest rollback
//! │#39,700    ▲ #48,213    │  axis and read-out
//! ```

use super::pen::{self, Frame, Pen, cells};
use super::{Focus, Look, in_focus};
use crate::tui::glyphs::{AHEAD, BARS, CURSOR, RANGE, UNDER};
use crate::view::text::width;
use crate::view::timeline::{Mark, Overview, Timeline};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Paints it with a border (main view, wide), with a title line (main view, narrow), or bare (other views).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// Border all round.
    Boxed,
    /// One title line on top.
    Titled,
    /// Density and marks only.
    Bare,
}

/// One lane; the order is from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Overview,
    Names,
    /// The upper row of two.
    DensityHigh,
    Density,
    Marks,
    Ends,
    Arc,
    Axis,
}

/// What the mouse can take hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// The density: scrubs.
    Density,
    /// Marks and ends: puts A and B.
    Marks,
    /// The whole history in one row.
    Overview,
}

/// The area inside the dress.
pub fn inside(dress: Dress, area: Rect) -> Rect {
    match dress {
        Dress::Boxed => pen::inside(area),
        Dress::Titled => Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area },
        Dress::Bare => area,
    }
}

/// What is painted in a row of the area inside; `None` for what does not answer.
pub fn touched(timeline: &Timeline, dress: Dress, inner: Rect, row: u16) -> Option<Touch> {
    let lane = *lanes(timeline, dress, inner.height).get(usize::from(row.checked_sub(inner.y)?))?;
    match lane {
        Lane::Density | Lane::DensityHigh | Lane::Names | Lane::Axis => Some(Touch::Density),
        Lane::Marks | Lane::Ends => Some(Touch::Marks),
        Lane::Overview => Some(Touch::Overview),
        Lane::Arc => None,
    }
}

/// The sign of a mark and its style.
pub(super) fn mark_sign(mark: Mark, look: &Look) -> (&'static str, Style) {
    match mark {
        Mark::Broken => ("!", look.theme.failure),
        Mark::Named => ("◆", look.theme.strong),
        Mark::Checkpoint => ("■", look.theme.text),
        Mark::Rollback => ("⟲", look.theme.text),
        Mark::Auto => ("◇", look.theme.text),
    }
}

/// Paints the strip.
pub fn paint(timeline: &Timeline, dress: Dress, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) {
    let title = in_focus("Timeline", focus);
    let inner = match dress {
        Dress::Boxed => Frame { title: &title, caption: &timeline.caption, focus }.paint(look, area, buf),
        Dress::Titled => titled(&title, timeline, (look, focus), area, buf),
        Dress::Bare => area,
    };
    let painter = Painter { timeline, look };
    for (row, lane) in lanes(timeline, dress, inner.height).into_iter().enumerate() {
        if let Some(pen) = Pen::new(buf, inner, row) {
            painter.lane(lane, pen);
        }
    }
    painter.cursor(lanes(timeline, dress, inner.height), inner, buf);
}

/// How a timeline whose end has not been read yet is shown.
pub struct Partly<'a> {
    /// Columns that have been read.
    pub filled: usize,
    /// On the lower edge.
    pub caption: &'a str,
    /// The newest version read.
    pub newest: String,
    /// About which the last will be.
    pub end: String,
}

/// Paints a timeline as far as it has been read, dots where it goes on.
pub fn paint_partly(timeline: &Timeline, partly: &Partly<'_>, look: &Look, area: Rect, buf: &mut Buffer) {
    let frame = Frame { title: "Timeline", caption: partly.caption, focus: Focus::Elsewhere };
    let inner = frame.paint(look, area, buf);
    let painter = Painter { timeline, look };
    if let Some(mut pen) = Pen::new(buf, inner, 0) {
        painter.density(0, &mut pen);
        let rest = pen.to(partly.filled).room();
        pen.put(&AHEAD.repeat(rest), look.theme.dim);
    }
    if let Some(mut pen) = Pen::new(buf, inner, 1) {
        painter.marks(&mut pen);
    }
    if let Some(mut pen) = Pen::new(buf, inner, 2) {
        let here = partly.filled.saturating_sub(width(&partly.newest)).max(4);
        pen.put("#0", look.theme.dim).to(here).put(&partly.newest, look.theme.strong);
        if pen.room() > width(&partly.end) + 1 {
            pen.at_edge(&partly.end, look.theme.dim);
        }
    }
}

/// A rule with the title and caption; answers what is below.
fn titled(title: &str, timeline: &Timeline, (look, focus): (&Look, Focus), area: Rect, buf: &mut Buffer) -> Rect {
    if let Some(mut pen) = Pen::new(buf, area, 0) {
        let style = if focus == Focus::Here { look.theme.strong } else { look.theme.text };
        pen.put("─ ", look.theme.text).put(title, style).put(" ─ ", look.theme.text);
        pen.put(&timeline.caption, look.theme.text).put(" ", look.theme.text);
        let rest = pen.room();
        pen.put(&"─".repeat(rest), look.theme.text);
    }
    Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area }
}

/// The lanes for so many rows, from top to bottom; those that tell least are left out first.
fn lanes(timeline: &Timeline, dress: Dress, rows: u16) -> Vec<Lane> {
    let by_importance: &[Lane] = match dress {
        Dress::Bare => &[Lane::Density, Lane::Marks],
        Dress::Titled => &[Lane::Density, Lane::Marks, Lane::Axis, Lane::Ends, Lane::Arc],
        Dress::Boxed => &[
            Lane::Density,
            Lane::Marks,
            Lane::Axis,
            Lane::Ends,
            Lane::DensityHigh,
            Lane::Overview,
            Lane::Arc,
            Lane::Names,
        ],
    };
    let there = |lane: &&Lane| match lane {
        Lane::Overview => timeline.overview.is_some(),
        Lane::Names => !timeline.names.is_empty(),
        Lane::DensityHigh => timeline.columns.iter().any(|column| column.level > 8),
        _ => true,
    };
    let mut lanes: Vec<Lane> = by_importance.iter().filter(there).take(usize::from(rows)).copied().collect();
    lanes.sort();
    lanes
}

struct Painter<'a> {
    timeline: &'a Timeline,
    look: &'a Look,
}

impl Painter<'_> {
    fn lane(&self, lane: Lane, mut pen: Pen<'_>) {
        match lane {
            Lane::Overview => self.overview(&mut pen),
            Lane::Names => self.labels(&self.timeline.names, &mut pen),
            Lane::DensityHigh => self.density(8, &mut pen),
            Lane::Density => self.density(0, &mut pen),
            Lane::Marks => self.marks(&mut pen),
            Lane::Ends => self.ends(&mut pen),
            Lane::Arc => self.arc(&mut pen),
            Lane::Axis => self.axis(&mut pen),
        }
    }

    fn overview(&self, pen: &mut Pen<'_>) {
        let Some(Overview { levels, window }) = &self.timeline.overview else { return };
        for (column, level) in levels.iter().enumerate() {
            match column {
                _ if column + 1 == window.start => pen.put("[", self.look.theme.strong),
                _ if column == window.end => pen.put("]", self.look.theme.strong),
                _ => pen.put(bar(*level), self.look.theme.text),
            };
        }
    }

    /// One row of the bars: what stands above `below`.
    fn density(&self, below: u8, pen: &mut Pen<'_>) {
        for column in &self.timeline.columns {
            pen.put(bar(column.level.saturating_sub(below)), self.look.theme.text);
        }
    }

    /// What the history marks stands over what the person marked: a failure is never hidden by a letter.
    fn marks(&self, pen: &mut Pen<'_>) {
        let letter = |at: usize| self.timeline.letters.iter().find(|letter| letter.column == at);
        for (at, column) in self.timeline.columns.iter().enumerate() {
            match (column.mark, letter(at)) {
                (Some(mark), _) => {
                    let (sign, style) = mark_sign(mark, self.look);
                    pen.to(at).put(sign, style);
                }
                (None, Some(letter)) => {
                    pen.to(at).put(&letter.text, self.look.theme.strong);
                }
                (None, None) => {}
            }
        }
    }

    fn ends(&self, pen: &mut Pen<'_>) {
        let (a, b) = (self.timeline.a, self.timeline.b);
        let first = [a, b, Some(self.timeline.between.start)].into_iter().flatten().min().unwrap_or(0);
        let last = [a, b, self.timeline.between.end.checked_sub(1)].into_iter().flatten().max();
        for column in last.map(|last| first..=last).into_iter().flatten() {
            let (sign, style) = match column {
                _ if Some(column) == b => ("B", self.look.theme.end_b),
                _ if Some(column) == a => ("A", self.look.theme.end_a),
                _ if self.timeline.between.contains(&column) => (RANGE, self.look.theme.dim),
                _ => continue,
            };
            pen.to(column).put(sign, style);
        }
    }

    fn arc(&self, pen: &mut Pen<'_>) {
        let Some(arc) = &self.timeline.arc else { return };
        let (to, from) = (arc.to.min(arc.from), arc.to.max(arc.from));
        let line = format!("◂{}╯", "─".repeat(from.saturating_sub(to + 1).max(1)));
        let words = width(&arc.text) + 1;
        // Beside the arc on the right; where that does not fit, on the left.
        if to + width(&line) + words <= pen.room() || to < words {
            pen.to(to)
                .put(&line, self.look.theme.text)
                .put(" ", self.look.theme.text)
                .put(&arc.text, self.look.theme.text);
        } else {
            pen.to(to - words).put(&arc.text, self.look.theme.text).to(to).put(&line, self.look.theme.text);
        }
    }

    fn labels(&self, labels: &[crate::view::timeline::Label], pen: &mut Pen<'_>) {
        for label in labels {
            pen.to(label.column).put(&label.text, self.look.theme.dim);
        }
    }

    /// The read-out stands under the cursor, over the labels it meets.
    fn axis(&self, pen: &mut Pen<'_>) {
        let room = pen.room();
        let readout = format!("{UNDER} {}", self.timeline.readout);
        let start = self.timeline.cursor.map(|column| column.min(room.saturating_sub(width(&readout))));
        let taken = start.map(|start| start.saturating_sub(1)..start + width(&readout) + 1).unwrap_or_default();
        let free = |from: usize, to: usize| taken.is_empty() || to <= taken.start || from >= taken.end;
        let mut written = start.is_none();
        for label in &self.timeline.axis {
            if label.column >= taken.end && !written {
                pen.to(start.unwrap_or(0)).put(&readout, self.look.theme.strong);
                written = true;
            }
            if free(label.column, label.column + width(&label.text)) {
                pen.to(label.column).put(&label.text, self.look.theme.dim);
            }
        }
        if !written {
            pen.to(start.unwrap_or(0)).put(&readout, self.look.theme.strong);
        }
    }

    /// The cursor goes through the density rows, reversed so that it is seen without colour.
    fn cursor(&self, lanes: Vec<Lane>, inner: Rect, buf: &mut Buffer) {
        let Some(column) = self.timeline.cursor.map(cells).filter(|column| *column < inner.width) else { return };
        for (row, lane) in lanes.into_iter().enumerate() {
            if matches!(lane, Lane::Density | Lane::DensityHigh)
                && let Some(cell) = buf.cell_mut((inner.x + column, inner.y + cells(row)))
            {
                cell.set_symbol(CURSOR).set_style(self.look.theme.cursor);
            }
        }
    }
}

fn bar(level: u8) -> &'static str {
    BARS[usize::from(level).min(BARS.len() - 1)]
}
