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
mod legend;
mod pinned;

use self::bars::bar;
use self::cells::RowCells;
use super::pen::{self, Pen, TitledBorder, cells};
use super::{Focus, Look, in_focus};
use crate::tui::frame_map::StripRow;
use crate::tui::glyphs::{AHEAD, CURSOR, GAP, POINTER, RANGE, UNDER};
use crate::view::text::{SafeText, joined};
use crate::view::timeline::{Label, Overview, TimelineColumn, TimelineMark, TimelineModel};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cmp::Reverse;

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
enum TimelineLane {
    Overview,
    /// The upper one of two rows of names.
    UpperNames,
    Names,
    /// One row of the density; the highest first.
    Density(Reverse<u8>),
    /// Marks that coincide are below each other.
    Marks(usize),
    /// Names of snapshots.
    Snapshots,
    Hits,
    Ends,
    Arc,
    Axis,
    /// One that a person pinned, from the first.
    Pinned(usize),
}

/// Where the ends of the diff are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndMarks {
    /// Among the marks: there is no row for them.
    Here,
    /// In a row of their own.
    Below,
}

/// The area inside the dress.
fn inside(dress: Dress, area: Rect) -> Rect {
    match dress {
        Dress::Boxed => pen::inside(area),
        Dress::Titled => Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area },
        Dress::Bare => area,
    }
}

/// Where it was painted.
pub struct StripPainted {
    pub columns: Rect,
    /// What each row of them is, where it answers.
    pub rows: Vec<Option<StripRow>>,
    /// The first row of bars, from the column of its cursor on.
    pub cursor: Rect,
}

/// What a lane is for the mouse; `None` for what does not answer.
fn strip_row(lane: TimelineLane) -> Option<StripRow> {
    match lane {
        TimelineLane::Density(_)
        | TimelineLane::UpperNames
        | TimelineLane::Names
        | TimelineLane::Axis
        | TimelineLane::Pinned(_) => Some(StripRow::Density),
        TimelineLane::Marks(_) | TimelineLane::Snapshots | TimelineLane::Hits | TimelineLane::Ends => {
            Some(StripRow::Marks)
        }
        TimelineLane::Overview => Some(StripRow::Overview),
        TimelineLane::Arc => None,
    }
}

/// The sign of a mark and its style.
pub(super) fn mark_sign(mark: TimelineMark, look: &Look) -> (&'static str, Style) {
    match mark {
        TimelineMark::Broken => ("!", look.theme.failure),
        TimelineMark::Named => ("◆", look.theme.snapshot),
        TimelineMark::Checkpoint => ("■", look.theme.snapshot),
        TimelineMark::Rollback => ("⟲", look.theme.rollback),
        TimelineMark::Auto => ("◇", look.theme.dim),
    }
}

/// Paints the strip.
pub fn paint(
    timeline: &TimelineModel,
    dress: Dress,
    look: &Look,
    focus: Focus,
    area: Rect,
    buf: &mut Buffer,
) -> StripPainted {
    let title = in_focus("Timeline", focus);
    let inner = match dress {
        Dress::Boxed => TitledBorder { title: &title, caption: &timeline.caption, focus }.paint(look, area, buf),
        Dress::Titled => titled(&title, timeline, (look, focus), area, buf),
        Dress::Bare => area,
    };
    let (names, inner) = beside_names(timeline.lanes.len(), inner);
    let lanes = lanes(timeline, dress, inner.height);
    let bars = lanes.iter().filter(|lane| matches!(lane, TimelineLane::Density(_))).count();
    let rows = (u8::try_from(bars).unwrap_or(1).max(1), density_rows(dress));
    let in_two = lanes.contains(&TimelineLane::UpperNames);
    let painter = TimelinePainter { timeline, look, rows, in_two };
    let ends = if lanes.contains(&TimelineLane::Ends) { EndMarks::Below } else { EndMarks::Here };
    for (row, lane) in lanes.iter().enumerate() {
        if let Some(pen) = Pen::new(buf, inner, row) {
            painter.lane(*lane, ends, pen);
        }
        if let (TimelineLane::Pinned(at), Some(mut pen)) = (lane, Pen::new(buf, names, row)) {
            timeline.lanes.get(*at).into_iter().for_each(|lane| pinned::name(lane, look, &mut pen));
        }
    }
    painter.band(&lanes, inner, buf);
    painter.cursor(&lanes, inner, buf);
    if dress != Dress::Bare {
        painter.legend(Rect { height: area.height.min(1), ..area }, dress, buf);
    }
    let bars = lanes.iter().position(|lane| matches!(lane, TimelineLane::Density(_))).unwrap_or(0);
    let column = cells(timeline.cursor.unwrap_or(0)).min(inner.width);
    let cursor = Rect { x: inner.x + column, y: inner.y + cells(bars), width: inner.width - column, height: 1 };
    StripPainted { columns: inner, rows: lanes.into_iter().map(strip_row).collect(), cursor }
}

/// How many columns and rows of bars there is room for beside the names of so many pinned lanes.
pub fn room(dress: Dress, pinned: usize, area: Rect) -> (u16, u8) {
    (beside_names(pinned, inside(dress, area)).1.width, density_rows(dress))
}

/// What is left of the columns for the names of so many pinned lanes, and the rest.
fn beside_names(pinned: usize, inner: Rect) -> (Rect, Rect) {
    let names = if pinned == 0 { 0 } else { (inner.width / 4).min(pinned::NAMES) };
    let columns = Rect { x: inner.x + names, width: inner.width - names, ..inner };
    (Rect { width: names, ..inner }, columns)
}

/// How a timeline whose end has not been read yet is shown.
pub struct Partly<'a> {
    /// Columns that have been read.
    pub filled: usize,
    /// On the lower edge.
    pub caption: &'a SafeText,
    /// The newest version read.
    pub newest: SafeText,
    /// About which the last will be.
    pub end: SafeText,
}

/// Paints a timeline as far as it has been read, dots where it goes on.
pub fn paint_partly(timeline: &TimelineModel, partly: &Partly<'_>, look: &Look, area: Rect, buf: &mut Buffer) {
    let frame = TitledBorder { title: &"Timeline".into(), caption: partly.caption, focus: Focus::Elsewhere };
    let inner = frame.paint(look, area, buf);
    let painter = TimelinePainter { timeline, look, rows: (1, 1), in_two: false };
    if let Some(mut pen) = Pen::new(buf, inner, 0) {
        painter.density(0, &mut pen);
        let rest = pen.to(partly.filled).room();
        pen.text(&SafeText::repeated(AHEAD, rest), look.theme.dim);
    }
    if let Some(mut pen) = Pen::new(buf, inner, 1) {
        painter.marks(0, EndMarks::Below, &mut pen);
    }
    if let Some(mut pen) = Pen::new(buf, inner, 2) {
        let here = partly.filled.saturating_sub(partly.newest.width()).max(4);
        pen.put("#0", look.theme.dim).to(here).text(&partly.newest, look.theme.strong);
        if pen.room() > partly.end.width() + 1 {
            pen.at_edge(&partly.end, look.theme.dim);
        }
    }
}

/// A rule with the title and caption; answers what is below.
fn titled(
    title: &SafeText,
    timeline: &TimelineModel,
    (look, focus): (&Look, Focus),
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    if let Some(mut pen) = Pen::new(buf, area, 0) {
        let here = focus == Focus::Here;
        let (style, line) =
            if here { (look.theme.focus, look.theme.focus) } else { (look.theme.strong, look.theme.border) };
        pen.put("─ ", line).text(title, style).put(" ─ ", line);
        pen.text(&timeline.caption, look.theme.dim).put(" ", line);
        let rest = pen.room();
        pen.text(&SafeText::repeated("─", rest), line);
    }
    Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area }
}

/// Rows of the density that are asked for; it is painted in as many as there is room for.
fn density_rows(dress: Dress) -> u8 {
    match dress {
        Dress::Boxed => MOST_DENSITY,
        Dress::Titled => 5,
        Dress::Bare => 4,
    }
}

/// More rows of bars tell nothing more.
const MOST_DENSITY: u8 = 12;

/// The lanes for so many rows, from top to bottom; those that tell least are left out first.
fn lanes(timeline: &TimelineModel, dress: Dress, rows: u16) -> Vec<TimelineLane> {
    let coinciding = timeline.columns.iter().map(|column| column.marks.iter().flatten().count()).max().unwrap_or(0);
    let below = |row: u8| TimelineLane::Density(Reverse(row));
    let more_marks = (1..coinciding).map(TimelineLane::Marks);
    let higher = (1..density_rows(dress)).map(below);
    let axis = [TimelineLane::Axis, TimelineLane::Ends];
    // What a person pinned comes after what the ends and marks need.
    let needed = [below(0), TimelineLane::Marks(0), TimelineLane::Hits].into_iter();
    let pinned = (0..timeline.lanes.len()).map(TimelineLane::Pinned);
    let by_importance: Vec<TimelineLane> = match dress {
        Dress::Bare => needed.chain([TimelineLane::Axis]).chain(pinned).chain(more_marks).chain(higher).collect(),
        Dress::Titled => {
            let head = needed.chain(pinned).chain(axis).chain(more_marks).chain([TimelineLane::Snapshots]);
            let names = [TimelineLane::Names, TimelineLane::UpperNames, TimelineLane::Arc];
            // Names of some versions leave the bars two rows.
            let (second, third) = (higher.clone().take(1), higher.clone().skip(1));
            match timeline.are_all_named {
                true => head.chain(names).chain(higher).collect(),
                false => head.chain(second).chain(names).chain(third).collect(),
            }
        }
        Dress::Boxed => {
            let rest = [TimelineLane::Overview, TimelineLane::Arc, TimelineLane::Names, TimelineLane::UpperNames];
            let second = higher.clone().take(1);
            let head = needed.chain(pinned).chain(axis).chain(more_marks).chain([TimelineLane::Snapshots]);
            head.chain(second).chain(rest).chain(higher.skip(1)).collect()
        }
    };
    let there = |lane: &TimelineLane| match lane {
        TimelineLane::Overview => timeline.overview.is_some(),
        TimelineLane::Names => !timeline.names.is_empty(),
        TimelineLane::UpperNames => !timeline.names_in_two[0].is_empty(),
        TimelineLane::Hits => !timeline.hits.is_empty(),
        TimelineLane::Snapshots => !timeline.snapshots.is_empty(),
        TimelineLane::Arc => timeline.arc.is_some(),
        TimelineLane::Marks(0) => dress == Dress::Bare || coinciding > 0 || !timeline.letters.is_empty(),
        _ => true,
    };
    let mut lanes: Vec<TimelineLane> = by_importance.into_iter().filter(there).take(usize::from(rows)).collect();
    lanes.sort();
    lanes
}

struct TimelinePainter<'a> {
    timeline: &'a TimelineModel,
    look: &'a Look,
    /// Rows of bars: painted, and asked for.
    rows: (u8, u8),
    /// Whether names have two rows.
    in_two: bool,
}

impl TimelinePainter<'_> {
    /// A column as high as the rows that are painted allow; what is there at all stays so.
    fn scaled(&self, column: TimelineColumn) -> TimelineColumn {
        let (painted, asked) = (u16::from(self.rows.0), u16::from(self.rows.1.max(1)));
        let scale = |level: u8| u8::try_from((u16::from(level) * painted).div_ceil(asked)).unwrap_or(u8::MAX);
        TimelineColumn { levels: column.levels.map(scale), ..column }
    }

    fn lane(&self, lane: TimelineLane, ends: EndMarks, mut pen: Pen<'_>) {
        match lane {
            TimelineLane::Overview => self.overview(&mut pen),
            TimelineLane::UpperNames => self.labels(&self.timeline.names_in_two[0], &mut pen),
            TimelineLane::Names if self.in_two => self.labels(&self.timeline.names_in_two[1], &mut pen),
            TimelineLane::Names => self.labels(&self.timeline.names, &mut pen),
            TimelineLane::Density(Reverse(row)) => self.density(row.saturating_mul(8), &mut pen),
            TimelineLane::Marks(nth) => self.marks(nth, ends, &mut pen),
            TimelineLane::Snapshots => self.snapshots(&mut pen),
            TimelineLane::Hits => self.hits(&mut pen),
            TimelineLane::Ends => self.ends(&mut pen),
            TimelineLane::Arc => self.arc(&mut pen),
            TimelineLane::Axis => self.axis(&mut pen),
            TimelineLane::Pinned(at) => {
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
                _ => pen.put(bar(*column, 0, self.look.glyphs), self.look.theme.hue(column.hue)),
            };
        }
    }

    /// One row of the bars: what stands above `below`. An idle time is a column of its own.
    fn density(&self, below: u8, pen: &mut Pen<'_>) {
        let mut folds = self.timeline.folds.iter().map(|fold| fold.column).peekable();
        for (at, column) in self.timeline.columns.iter().enumerate() {
            let dim = self.look.theme.dim;
            if folds.next_if_eq(&at).is_some() {
                pen.put(GAP, dim);
                continue;
            }
            let style = if column.left_behind { dim } else { self.look.theme.hue(column.hue) };
            pen.put(bar(self.scaled(*column), below, self.look.glyphs), style);
        }
        if let Some(live) = self.timeline.live {
            pen.to(live).put(POINTER, self.look.theme.strong);
        }
    }

    /// What the history marks stands over what the person marked: a failure is never hidden by a letter.
    fn marks(&self, nth: usize, ends: EndMarks, pen: &mut Pen<'_>) {
        let mut cells = RowCells::new(pen.room());
        if ends == EndMarks::Here && nth == 0 {
            self.put_ends(&mut cells, |column| {
                self.timeline.columns.get(column).is_some_and(|it| it.marks[0].is_some())
            });
            self.put_folds(&mut cells, |fold| [joined![&fold.text, GAP], SafeText::default()]);
        }
        for letter in self.timeline.letters.iter().filter(|_| nth == 0) {
            cells.put(letter.column, &letter.text, self.look.theme.strong);
        }
        for (at, column) in self.timeline.columns.iter().enumerate() {
            let mark = column.marks.get(nth).copied().flatten();
            if let Some((sign, style)) = mark.map(|mark| mark_sign(mark, self.look)) {
                cells.put(at, &sign.into(), style);
            }
        }
        cells.paint(pen);
    }

    fn hits(&self, pen: &mut Pen<'_>) {
        for hit in &self.timeline.hits {
            pen.to(hit.column).text(&hit.text, self.look.theme.changed);
        }
    }

    fn ends(&self, pen: &mut Pen<'_>) {
        let mut cells = RowCells::new(pen.room());
        self.put_ends(&mut cells, |_| false);
        self.put_folds(&mut cells, |fold| {
            [joined![GAP, " ", &fold.text, " idle ", GAP], joined![GAP, " ", &fold.text, " ", GAP]]
        });
        cells.paint(pen);
    }

    /// A and B, and what is between them. One that shares its column with a mark or with the other end stands beside it.
    fn put_ends(&self, cells: &mut RowCells, is_marked: impl Fn(usize) -> bool) {
        for column in self.timeline.between.clone() {
            cells.put(column, &RANGE.into(), self.look.theme.dim);
        }
        let room = cells.room();
        let beside = |column: usize, taken: Option<usize>| {
            let places =
                [Some(column), Some(column + 1), column.checked_sub(1), Some(column + 2), column.checked_sub(2)];
            let free = |place: &usize| *place < room && !is_marked(*place) && Some(*place) != taken;
            places.into_iter().flatten().find(free).unwrap_or(column)
        };
        let b = self.timeline.b.map(|column| beside(column, None));
        let a = match self.timeline.a {
            // A before B.
            Some(column) if Some(column) == b && column > 0 && !is_marked(column - 1) => Some(column - 1),
            column => column.map(|column| beside(column, b)),
        };
        // At an edge there is room on one side only: the earlier one stays on the left.
        let is_turned = self.timeline.a <= self.timeline.b && a > b;
        let (a, b) = if is_turned { (b, a) } else { (a, b) };
        for (column, letter, style) in [(a, "A", self.look.theme.end_a), (b, "B", self.look.theme.end_b)] {
            if let Some(column) = column {
                cells.put(column, &letter.into(), style);
            }
        }
    }

    /// The names of snapshots, in the style of their marks.
    fn snapshots(&self, pen: &mut Pen<'_>) {
        for (label, mark) in &self.timeline.snapshots {
            pen.to(label.column).text(&label.text, mark_sign(*mark, self.look).1);
        }
    }

    /// Tints the columns from A to B.
    fn band(&self, lanes: &[TimelineLane], inner: Rect, buf: &mut Buffer) {
        let between = &self.timeline.between;
        let last = self.timeline.b.max(self.timeline.a).unwrap_or(between.end);
        let (first, end) = (cells(between.start), cells(between.end.max(last)).min(inner.width));
        if end <= first + 1 {
            return;
        }
        for (row, lane) in lanes.iter().enumerate() {
            let y = inner.y + cells(row);
            if matches!(
                lane,
                TimelineLane::Density(_)
                    | TimelineLane::Marks(_)
                    | TimelineLane::Snapshots
                    | TimelineLane::Ends
                    | TimelineLane::Pinned(_)
            ) {
                let tinted = Rect { x: inner.x + first, y, width: end - first, height: 1 };
                buf.set_style(tinted.intersection(buf.area), self.look.theme.band);
            }
        }
    }

    /// Whose hues the bars have, then what the marks mean, at the right of the upper edge, as far as there is room; `?` tells
    /// what has none.
    fn legend(&self, edge: Rect, dress: Dress, buf: &mut Buffer) {
        let taken = match dress {
            Dress::Boxed => 16,
            Dress::Titled | Dress::Bare => 20 + self.timeline.caption.width(),
        };
        let room = usize::from(edge.width).saturating_sub(taken);
        let entries = legend::entries(self.timeline, self.look);
        let columns = |pieces: &[(SafeText, Style)]| pieces.iter().map(|(text, _)| text.width()).sum::<usize>();
        let needed: usize = entries.iter().map(|pieces| columns(pieces)).sum();
        let more = (SafeText::from("  … ?"), self.look.theme.dim);
        let mut left = if needed <= room { room } else { room.saturating_sub(more.0.width()) };
        let mut words: Vec<(SafeText, Style)> = Vec::new();
        for pieces in entries {
            if columns(&pieces) <= left {
                left -= columns(&pieces);
                words.extend(pieces);
            }
        }
        if words.is_empty() {
            return;
        }
        words.extend((needed > room).then_some(more));
        if let Some(mut pen) = Pen::new(buf, edge, 0) {
            pen.to(usize::from(edge.width).saturating_sub(columns(&words) + 3));
            for (text, style) in &words {
                pen.text(text, *style);
            }
            pen.put(" ", self.look.theme.text);
        }
    }

    /// How long each idle time is, in the longest words that have room beside the ends and the others.
    fn put_folds(&self, cells: &mut RowCells, words: impl Fn(&Label) -> [SafeText; 2]) {
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
                cells.put(*start, text, self.look.theme.dim);
                free = start + text.width() + 1;
            }
        }
    }

    fn arc(&self, pen: &mut Pen<'_>) {
        let Some(arc) = &self.timeline.arc else { return };
        let (to, from) = (arc.to.min(arc.from), arc.to.max(arc.from));
        let (line_style, text_style) = (self.look.theme.rollback, self.look.theme.rollback);
        let line = joined!["◂", SafeText::repeated("─", from.saturating_sub(to + 1).max(1)), "╯"];
        let words = arc.text.width() + 1;
        // Beside the arc on the right; where that does not fit, on the left.
        if to + line.width() + words <= pen.room() || to < words {
            pen.to(to).text(&line, line_style).put(" ", self.look.theme.text).text(&arc.text, text_style);
        } else {
            pen.to(to - words).text(&arc.text, text_style).to(to).text(&line, line_style);
        }
    }

    fn labels(&self, labels: &[Label], pen: &mut Pen<'_>) {
        for label in labels {
            pen.to(label.column).text(&label.text, self.look.theme.dim);
        }
    }

    /// The read-out stands under the cursor, in the place of labels it meets.
    fn axis(&self, pen: &mut Pen<'_>) {
        let room = pen.room();
        let readout = joined![UNDER, " ", &self.timeline.readout];
        let start = self.timeline.cursor.map(|column| column.min(room.saturating_sub(readout.width())));
        let taken = start.map(|start| start.saturating_sub(1)..start + readout.width() + 1).unwrap_or_default();
        let labels = self.timeline.axis_labels(&taken, room);
        let (before, behind) = labels.split_at(labels.partition_point(|label| label.column < taken.start));
        self.labels(before, pen);
        if let Some(start) = start {
            pen.to(start).text(&readout, self.look.theme.strong);
        }
        self.labels(behind, pen);
    }

    /// The cursor goes through the density rows, reversed so that it is seen without colour.
    fn cursor(&self, lanes: &[TimelineLane], inner: Rect, buf: &mut Buffer) {
        let Some(column) = self.timeline.cursor.map(cells).filter(|column| *column < inner.width) else { return };
        for (row, lane) in lanes.iter().enumerate() {
            if matches!(lane, TimelineLane::Density(_))
                && let Some(cell) = buf.cell_mut((inner.x + column, inner.y + cells(row)))
            {
                cell.set_symbol(CURSOR).set_style(self.look.theme.cursor);
            }
        }
    }
}
