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

mod bars;
mod cells;
mod pinned;

use self::bars::bar;
use self::cells::Cells;
use super::pen::{self, Frame, Pen, cells};
use super::{Focus, Look, in_focus};
use crate::tui::glyphs::{AHEAD, CURSOR, GAP, POINTER, RANGE, UNDER};
use crate::view::text::{SafeText, joined, width};
use crate::view::timeline::{Label, Mark, Overview, Timeline};
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
    Hits,
    Ends,
    Arc,
    Axis,
    /// One that a person pinned, from the first.
    Pinned(usize),
}

/// Where the ends of the diff are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// Among the marks: there is no row for them.
    Here,
    /// In a row of their own.
    Below,
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
        Lane::Density | Lane::DensityHigh | Lane::Names | Lane::Axis | Lane::Pinned(_) => Some(Touch::Density),
        Lane::Marks | Lane::Hits | Lane::Ends => Some(Touch::Marks),
        Lane::Overview => Some(Touch::Overview),
        Lane::Arc => None,
    }
}

/// The sign of a mark and its style.
pub(super) fn mark_sign(mark: Mark, look: &Look) -> (&'static str, Style) {
    match mark {
        Mark::Broken => ("!", look.theme.failure),
        Mark::Named => ("◆", look.theme.snapshot),
        Mark::Checkpoint => ("■", look.theme.snapshot),
        Mark::Rollback => ("⟲", look.theme.rollback),
        Mark::Auto => ("◇", look.theme.dim),
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
    let (names, inner) = beside_names(timeline.lanes.len(), inner);
    let lanes = lanes(timeline, dress, inner.height);
    let ends = if lanes.contains(&Lane::Ends) { Ends::Below } else { Ends::Here };
    for (row, lane) in lanes.iter().enumerate() {
        if let Some(pen) = Pen::new(buf, inner, row) {
            painter.lane(*lane, ends, pen);
        }
        if let (Lane::Pinned(at), Some(mut pen)) = (lane, Pen::new(buf, names, row)) {
            timeline.lanes.get(*at).into_iter().for_each(|lane| pinned::name(lane, look, &mut pen));
        }
    }
    painter.cursor(&lanes, inner, buf);
}

/// What is left of the columns for the names of so many pinned lanes, and the rest.
pub fn beside_names(pinned: usize, inner: Rect) -> (Rect, Rect) {
    let names = if pinned == 0 { 0 } else { (inner.width / 4).min(pinned::NAMES) };
    let columns = Rect { x: inner.x + names, width: inner.width - names, ..inner };
    (Rect { width: names, ..inner }, columns)
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
        painter.marks(Ends::Below, &mut pen);
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
        Dress::Bare => &[Lane::Density, Lane::Marks, Lane::Hits],
        Dress::Titled => &[Lane::Density, Lane::Marks, Lane::Hits, Lane::Axis, Lane::Ends, Lane::Arc],
        Dress::Boxed => &[
            Lane::Density,
            Lane::Marks,
            Lane::Hits,
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
        Lane::Hits => !timeline.hits.is_empty(),
        Lane::DensityHigh => timeline.columns.iter().any(|column| column.levels.iter().any(|level| *level > 8)),
        _ => true,
    };
    // What a person pinned comes after what the ends and marks need.
    let pinned = (0..timeline.lanes.len()).map(Lane::Pinned);
    let needed = by_importance.iter().filter(there).copied();
    let (first, rest) = (needed.clone().take(NEEDED), needed.skip(NEEDED));
    let mut lanes: Vec<Lane> = first.chain(pinned).chain(rest).take(usize::from(rows)).collect();
    lanes.sort();
    lanes
}

/// Lanes that stay before pinned ones.
const NEEDED: usize = 3;

struct Painter<'a> {
    timeline: &'a Timeline,
    look: &'a Look,
}

impl Painter<'_> {
    fn lane(&self, lane: Lane, ends: Ends, mut pen: Pen<'_>) {
        match lane {
            Lane::Overview => self.overview(&mut pen),
            Lane::Names => self.labels(&self.timeline.names, &mut pen),
            Lane::DensityHigh => self.density(8, &mut pen),
            Lane::Density => self.density(0, &mut pen),
            Lane::Marks => self.marks(ends, &mut pen),
            Lane::Hits => self.hits(&mut pen),
            Lane::Ends => self.ends(&mut pen),
            Lane::Arc => self.arc(&mut pen),
            Lane::Axis => self.axis(&mut pen),
            Lane::Pinned(at) => {
                self.timeline.lanes.get(at).into_iter().for_each(|lane| pinned::cells(lane, self.look, &mut pen));
            }
        }
    }

    fn overview(&self, pen: &mut Pen<'_>) {
        let Some(Overview { columns, window, folds, .. }) = &self.timeline.overview else { return };
        // Round the window, or on its own first and last column at an edge.
        let (open, close) = (window.start.saturating_sub(1), window.end.min(columns.len().saturating_sub(1)));
        for (at, column) in columns.iter().enumerate() {
            match at {
                _ if at == open => pen.put("[", self.look.theme.strong),
                _ if at == close => pen.put("]", self.look.theme.strong),
                _ if folds.iter().any(|fold| fold.column == at) => pen.put(GAP, self.look.theme.dim),
                _ => pen.put(&bar(*column, 0, self.look.glyphs), self.look.theme.text),
            };
        }
    }

    /// One row of the bars: what stands above `below`. An idle time is a column of its own.
    fn density(&self, below: u8, pen: &mut Pen<'_>) {
        let mut folds = self.timeline.folds.iter().map(|fold| fold.column).peekable();
        for (at, column) in self.timeline.columns.iter().enumerate() {
            let dim = self.look.theme.dim;
            match folds.next_if_eq(&at) {
                Some(_) => pen.put(GAP, dim),
                None if column.left_behind => pen.put(&bar(*column, below, self.look.glyphs), dim),
                None => pen.put(&bar(*column, below, self.look.glyphs), self.look.theme.text),
            };
        }
        if let Some(live) = self.timeline.live {
            pen.to(live).put(POINTER, self.look.theme.strong);
        }
    }

    /// What the history marks stands over what the person marked: a failure is never hidden by a letter.
    fn marks(&self, ends: Ends, pen: &mut Pen<'_>) {
        let mut cells = Cells::new(pen.room());
        if ends == Ends::Here {
            self.put_ends(&mut cells);
            self.put_folds(&mut cells, |fold| [joined![&fold.text, GAP], SafeText::default()]);
        }
        for letter in &self.timeline.letters {
            cells.put(letter.column, letter.text.painted(), self.look.theme.strong);
        }
        for (at, column) in self.timeline.columns.iter().enumerate() {
            if let Some((sign, style)) = column.mark.map(|mark| mark_sign(mark, self.look)) {
                cells.put(at, sign, style);
            }
        }
        cells.paint(pen);
    }

    fn hits(&self, pen: &mut Pen<'_>) {
        for hit in &self.timeline.hits {
            pen.to(hit.column).text(&hit.text, self.look.theme.strong);
        }
    }

    fn ends(&self, pen: &mut Pen<'_>) {
        let mut cells = Cells::new(pen.room());
        self.put_ends(&mut cells);
        self.put_folds(&mut cells, |fold| {
            [joined![GAP, " ", &fold.text, " idle ", GAP], joined![GAP, " ", &fold.text, " ", GAP]]
        });
        cells.paint(pen);
    }

    fn put_ends(&self, cells: &mut Cells) {
        for column in self.timeline.between.clone() {
            cells.put(column, RANGE, self.look.theme.dim);
        }
        let ends = [(self.timeline.a, "A", self.look.theme.end_a), (self.timeline.b, "B", self.look.theme.end_b)];
        for (column, letter, style) in ends {
            if let Some(column) = column {
                cells.put(column, letter, style);
            }
        }
    }

    /// How long each idle time is, in the longest words that have room beside the ends and the others.
    fn put_folds(&self, cells: &mut Cells, words: impl Fn(&Label) -> [SafeText; 2]) {
        let ends = [self.timeline.a, self.timeline.b];
        let mut free = 0;
        for fold in &self.timeline.folds {
            let places = words(fold).map(|text| {
                // Centred, or ending where the idle time is.
                let is_centred = text.painted().starts_with(GAP);
                let before = if is_centred { text.width() / 2 } else { text.width().saturating_sub(1) };
                (fold.column.saturating_sub(before), text)
            });
            let fits = |(start, text): &(usize, SafeText)| {
                let taken = *start..*start + text.width();
                *start >= free
                    && taken.end <= cells.room()
                    && !text.is_empty()
                    && !ends.iter().flatten().any(|end| taken.contains(end))
            };
            if let Some((start, text)) = places.iter().find(|place| fits(place)) {
                cells.put(*start, text.painted(), self.look.theme.dim);
                free = start + text.width() + 1;
            }
        }
    }

    fn arc(&self, pen: &mut Pen<'_>) {
        let Some(arc) = &self.timeline.arc else { return };
        let (to, from) = (arc.to.min(arc.from), arc.to.max(arc.from));
        let line = format!("◂{}╯", "─".repeat(from.saturating_sub(to + 1).max(1)));
        let words = arc.text.width() + 1;
        // Beside the arc on the right; where that does not fit, on the left.
        if to + width(&line) + words <= pen.room() || to < words {
            pen.to(to)
                .put(&line, self.look.theme.text)
                .put(" ", self.look.theme.text)
                .text(&arc.text, self.look.theme.text);
        } else {
            pen.to(to - words).text(&arc.text, self.look.theme.text).to(to).put(&line, self.look.theme.text);
        }
    }

    fn labels(&self, labels: &[Label], pen: &mut Pen<'_>) {
        for label in labels {
            pen.to(label.column).text(&label.text, self.look.theme.dim);
        }
    }

    /// The read-out stands under the cursor, over the labels it meets.
    fn axis(&self, pen: &mut Pen<'_>) {
        let room = pen.room();
        let readout = joined![UNDER, " ", &self.timeline.readout];
        let start = self.timeline.cursor.map(|column| column.min(room.saturating_sub(readout.width())));
        let taken = start.map(|start| start.saturating_sub(1)..start + readout.width() + 1).unwrap_or_default();
        let free = |from: usize, to: usize| taken.is_empty() || to <= taken.start || from >= taken.end;
        let mut written = start.is_none();
        for label in &self.timeline.axis {
            if label.column >= taken.end && !written {
                pen.to(start.unwrap_or(0)).text(&readout, self.look.theme.strong);
                written = true;
            }
            if free(label.column, label.column + label.text.width()) {
                pen.to(label.column).text(&label.text, self.look.theme.dim);
            }
        }
        if !written {
            pen.to(start.unwrap_or(0)).text(&readout, self.look.theme.strong);
        }
    }

    /// The cursor goes through the density rows, reversed so that it is seen without colour.
    fn cursor(&self, lanes: &[Lane], inner: Rect, buf: &mut Buffer) {
        let Some(column) = self.timeline.cursor.map(cells).filter(|column| *column < inner.width) else { return };
        for (row, lane) in lanes.iter().enumerate() {
            if matches!(lane, Lane::Density | Lane::DensityHigh)
                && let Some(cell) = buf.cell_mut((inner.x + column, inner.y + cells(row)))
            {
                cell.set_symbol(CURSOR).set_style(self.look.theme.cursor);
            }
        }
    }
}
