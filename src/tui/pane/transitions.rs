//! Paints the transitions list.
//!
//! ```text
//! │◆ 48,211 +0.2ms session.touch     ~1│   mark, number, time since the one before, label, keys changed
//! │▶ 48,213 +4.1ms cart.checkout +51 ~4│   the cursor
//! │┊ 48,214 +0.2ms cart.validate     ~1│   after it
//! ```

use super::pen::{Pen, TitledBorder, inside};
use super::timeline::mark_sign;
use super::{Focus, Look, in_focus};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::{DOTTED, FUTURE, POINTER};
use crate::view::needle::Needle;
use crate::view::text::{SafeText, joined, thousands};
use crate::view::transitions::{RowTime, TransitionOutcome, TransitionRow, Transitions};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Narrower lists leave out the time since the version before.
const WITH_TIME: u16 = 34;
/// What is said of versions of one moment: where all are, it tells nothing.
const AT_ONCE: &str = "+0ms";
/// Columns of that time.
const TIME: usize = 6;
/// Columns of the sign before a number.
const SIGN: usize = 2;
/// Columns of a label that the kinds of changes give way to.
const LEAST_LABEL: usize = 14;
/// What stands over authors.
const AUTHOR_HEADING: &str = "author";
/// What stands over the counts.
const KEYS: &str = "keys";

/// Columns of one expression, at least and at most.
const CELL: (usize, usize) = (3, 24);
/// Columns that an author is not cut below, and what a label keeps beside one.
const AUTHOR: usize = 20;
const LABEL_BESIDE_AUTHOR: usize = 44;
/// Blank columns between a label and what changed, and the least of that which tells something.
const BESIDE: usize = 2;
const LEAST_CHANGE: usize = 16;
/// Columns that labels keep beside those of expressions.
const LABEL: usize = 8;

/// Lists with so many rows have a heading.
const HEADED: u16 = 11;

/// Whether a list in an area has a heading: where it has columns of expressions, or rows enough.
pub fn is_headed(area: Rect, has_columns: bool) -> bool {
    has_columns || inside(area).height >= HEADED
}

/// Rows of the list that fit into an area with its border, below the names of its columns where it has any.
pub fn height(area: Rect, headed: bool) -> usize {
    usize::from(inside(area).height).saturating_sub(usize::from(headed))
}

/// Columns of the parts of a row.
struct TransitionWidths {
    number: usize,
    /// Of each expression.
    cells: Vec<usize>,
    /// Of what came of it, where expressions stand before that.
    result: usize,
    /// Whether only the number of keys is told.
    is_brief: bool,
    /// Of authors, where labels leave room for them.
    by: usize,
    /// Whether there is one author, whom the title names.
    is_by_one: bool,
    /// Whether any row came some time after the one before.
    timed: bool,
}

impl TransitionWidths {
    fn new(transitions: &Transitions, room: usize) -> Self {
        let longest = |of: &dyn Fn(&TransitionRow) -> usize| transitions.rows.iter().map(of).max().unwrap_or(0);
        let number = longest(&|row| row.number.width());
        let full = longest(&|row| row.result.width());
        let is_brief = room.saturating_sub(SIGN + number + 1 + full + 1) < LEAST_LABEL;
        let result = longest(&|row| result_of(row, is_brief).width());
        let label = longest(&|row| row.label.width()).min(LABEL);
        let room = room.saturating_sub(number + result + 4 + label);
        let most = (room / transitions.headings.len().max(1)).saturating_sub(1).min(CELL.1);
        let cell = |(at, name): (usize, &SafeText)| {
            let value = longest(&|row| row.cells.get(at).map_or(0, SafeText::width));
            value.max(name.width()).clamp(CELL.0.min(most), most)
        };
        let by = match longest(&|row| row.by.width()) {
            0 => 0,
            by => by.max(AUTHOR_HEADING.len()),
        };
        let timed = transitions.rows.iter().any(|row| !row.since.is_empty() && *row.since.unmarked() != *AT_ONCE);
        let cells = transitions.headings.iter().enumerate().map(cell).collect();
        let is_by_one = !transitions.only_author.is_empty();
        Self { number, cells, result, is_brief, by, is_by_one, timed }
    }

    /// How a row of so many columns is shared out: what tells least goes first.
    fn columns(&self, room: usize) -> RowSpread {
        let cells = if self.cells.is_empty() { 0 } else { self.behind_label() };
        let timed = self.timed && room >= usize::from(WITH_TIME) + cells;
        let before = SIGN + self.number + 1 + if timed { TIME + 1 } else { 0 };
        let result = self.result + usize::from(self.result > 0);
        let label = room.saturating_sub(before + if cells == 0 { result } else { cells });
        let beside = label.saturating_sub(LABEL_BESIDE_AUTHOR);
        let by = if beside >= self.by.min(AUTHOR) { self.by.min(beside) } else { 0 };
        if self.is_by_one {
            return RowSpread { timed, label, by: 0, is_by_one: by > 0 };
        }
        RowSpread { timed, label: label - by - usize::from(by > 0), by, is_by_one: false }
    }

    /// Columns from the first expression to the end of the row.
    fn behind_label(&self) -> usize {
        self.cells.iter().map(|cell| cell + 1).sum::<usize>() + self.result + 1
    }
}

/// What came of a row; where there is no room for the kinds of changes, how many there are.
fn result_of(row: &TransitionRow, is_brief: bool) -> SafeText {
    match row.outcome {
        TransitionOutcome::Counts(Some(counts)) if is_brief && counts.all() > 0 => thousands(counts.all()).into(),
        _ => (&row.result).into(),
    }
}

/// How a row is shared out.
struct RowSpread {
    /// Whether it has the time since the one before.
    timed: bool,
    label: usize,
    by: usize,
    /// Whether the title has room for who made all of them.
    is_by_one: bool,
}

/// Paints the list with its border.
pub fn paint(transitions: &Transitions, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) -> ListMap {
    let room = usize::from(inside(area).width);
    let widths = TransitionWidths::new(transitions, room);
    let by = if widths.columns(room).is_by_one { joined![" by ", &transitions.only_author] } else { "".into() };
    let title = joined![in_focus("Transitions", focus), by];
    let inner = TitledBorder { title: &title, caption: &transitions.position, focus }.paint(look, area, buf);
    let headed = is_headed(area, !widths.cells.is_empty());
    if let Some(pen) = Pen::new(buf, inner, 0).filter(|_| headed) {
        paint_headings(&transitions.headings, &widths, look, pen);
    }
    for (line, row) in transitions.rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line + usize::from(headed)) else { break };
        let others = transitions.rows.iter().map(|row| &row.label);
        paint_row(row, others, (&widths, &transitions.needles), (look, focus), pen);
    }
    let cursor = transitions.rows.iter().position(|row| row.when == RowTime::Cursor);
    ListMap::new(inner, usize::from(headed), cursor)
}

/// The names of the columns, over them.
fn paint_headings(names: &[SafeText], widths: &TransitionWidths, look: &Look, mut pen: Pen<'_>) {
    let dim = look.theme.dim;
    let columns = widths.columns(pen.room());
    pen.to(SIGN).right_field(&"#".into(), widths.number, dim).put(" ", dim);
    if columns.timed {
        pen.right_field(&"after".into(), TIME, dim).put(" ", dim);
    }
    let end = pen.column() + columns.label;
    pen.put("label", dim);
    if columns.by > 0 {
        pen.to(end + 1).put(AUTHOR_HEADING, dim);
    }
    let cells: usize = widths.cells.iter().map(|cell| cell + 1).sum();
    if cells > 0 {
        let start = pen.column() + pen.room().saturating_sub(widths.result + 1 + cells);
        pen.to(start);
    }
    for (name, cell) in names.iter().zip(&widths.cells) {
        pen.put(" ", dim).right_field(&name.fit_middle(*cell), *cell, dim);
    }
    if pen.room() > KEYS.len() {
        pen.at_edge(&KEYS.into(), dim);
    }
}

fn paint_row<'t>(
    row: &TransitionRow,
    others: impl Iterator<Item = &'t SafeText>,
    (widths, needles): (&TransitionWidths, &[Needle]),
    (look, focus): (&Look, Focus),
    mut pen: Pen<'_>,
) {
    let style = if row.when == RowTime::Future || row.outcome == TransitionOutcome::Abandoned {
        look.theme.dim
    } else {
        look.theme.text
    };
    let columns = widths.columns(pen.room());
    let (sign, sign_style) = sign(row, look);
    if row.outcome == TransitionOutcome::Abandoned {
        pen.put(sign, sign_style).put(" ", style).text(&row.label, style);
        return;
    }
    pen.put(sign, sign_style).put(" ", style).right_field(&row.number, widths.number, style).put(" ", style);
    if columns.timed {
        pen.right_field(&row.since, TIME, style).put(" ", style);
    }
    let RowSpread { label, by, .. } = columns;
    let result = result_of(row, widths.is_brief);
    // A label goes as far as its own result lets it.
    let spare = if by == 0 && widths.cells.is_empty() { widths.result - result.width() } else { 0 };
    let label = label + spare + usize::from(spare > 0 && result.is_empty());
    let start = pen.column();
    let label_style = if row.when == RowTime::Future { style } else { look.theme.hue(row.hue) };
    let beside = label.saturating_sub(row.label.width() + BESIDE);
    let behind = row.change.as_ref().filter(|_| !row.label.is_empty() && beside >= LEAST_CHANGE);
    match (&row.change, behind.and_then(|change| change.fit_telling(beside))) {
        // What repeats stays first: what changed stands behind it where there is room.
        (_, Some(change)) => {
            pen.text(&row.label, label_style).to(start + row.label.width() + BESIDE);
            match row.when {
                RowTime::Future => pen.text(&change, style),
                _ => pen.literal(&change, look),
            };
            pen.to(start + label);
        }
        _ if !row.label.is_empty() => {
            pen.field(&row.label.fit_from_others(others, label), label, label_style);
        }
        (Some(change), _) if row.when == RowTime::Future => _ = pen.field(&change.fit(label), label, style),
        (Some(change), _) => _ = pen.literal(&change.fit(label), look).to(start + label),
        (None, _) => _ = pen.field(&row.label, label, label_style),
    }
    if by > 0 {
        pen.put(" ", style).field(&row.by, by, label_style);
    }
    let labelled = start..pen.column();
    for (cell, columns) in row.cells.iter().zip(&widths.cells) {
        pen.put(" ", style).right_field(cell, *columns, style);
    }
    match row.outcome {
        TransitionOutcome::Counts(_) if row.when != RowTime::Future => {
            let start = pen.column() + pen.room().saturating_sub(result.width());
            pen.to(start).signs(&result, style, look);
        }
        outcome => pen.at_edge(&result, outcome_style(outcome, style, look)),
    }
    if row.when == RowTime::Cursor {
        pen.select(look, focus);
    }
    pen.mark(labelled, needles, look, row.when == RowTime::Cursor);
}

fn sign(row: &TransitionRow, look: &Look) -> (&'static str, Style) {
    match (row.when, row.mark) {
        (RowTime::Cursor, _) => (POINTER, look.theme.strong),
        _ if row.outcome == TransitionOutcome::Abandoned => (DOTTED[4], look.theme.dim),
        (_, Some(mark)) => mark_sign(mark, look),
        (RowTime::Future, None) => (FUTURE, look.theme.dim),
        (RowTime::Past, None) => (" ", look.theme.text),
    }
}

fn outcome_style(outcome: TransitionOutcome, style: Style, look: &Look) -> Style {
    match outcome {
        TransitionOutcome::Counts(_) | TransitionOutcome::Cut | TransitionOutcome::Abandoned => style,
        TransitionOutcome::Invalid | TransitionOutcome::Deleted => look.theme.failure,
        TransitionOutcome::Rollback | TransitionOutcome::Promote | TransitionOutcome::Undo => look.theme.rollback,
    }
}
