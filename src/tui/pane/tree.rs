//! Paints the state tree.
//!
//! ```text
//! │▾ state            {5}      3.0 KB  ~  │   name, value, note, what changed
//! │▶ ▾ sessions       {150}   +50      ~  │   the cursor
//! │    ▸ s-0001       {4} idle         ~  │
//! ```

use super::pen::{Frame, NameColumn, Pen, cells, note_beside};
use super::{Focus, Look, Title};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::{CLOSED, OPEN, POINTER};
use crate::view::blame::{Writer, Writers};
use crate::view::needle::Needle;
use crate::view::text::{SafeText, joined};
use crate::view::tree::{Tree, TreeRow, Twist};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the gutter at the right.
const GUTTER: usize = 3;
/// Most columns of who wrote it.
const WRITER: usize = 22;

/// Paints the tree with its border; `title` is `State at B`, or the tabs of a narrow screen; `place` says where the cursor is,
/// `writers` who wrote what. Answers where the signs of its rows are that open and close them.
pub fn paint(
    (tree, place, writers): (&Tree, &SafeText, Option<&Writers>),
    title: &Title,
    (look, focus): (&Look, Focus),
    area: Rect,
    buf: &mut Buffer,
) -> (ListMap, Vec<(usize, Rect)>) {
    let hits = tree.hit_words();
    let caption = if hits.is_empty() { place.clone() } else { joined![hits, " · ", place] };
    let inner = Frame { title: &title.words(focus), caption: &caption, focus }.paint(look, area, buf);
    let rows = tree.rows(usize::from(inner.height));
    let writer = |row: &TreeRow| writers.and_then(|writers| writers.writer(&row.path));
    let longest = |width: fn(&Writer) -> usize| rows.iter().filter_map(writer).map(width).max().unwrap_or(0);
    let room = usize::from(inner.width);
    let column = longest(Writer::width).min(WRITER.min(room / 3).max(longest(Writer::least).min(room / 2)));
    for (line, row) in rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line) else { break };
        let columns = Columns { names: names_width(&rows, row), writer: column };
        paint_row(row, (columns, writer(row)), tree.needle(), (look, focus), pen);
    }
    let at = ListMap::new(inner, 0, rows.iter().position(|row| row.selected));
    let twists = rows.iter().enumerate().filter(|(_, row)| row.twist != Twist::Leaf);
    (at, twists.map(|(line, row)| (line, twist_area(row, line, inner))).collect())
}

/// How wide the columns of names and of writers are.
#[derive(Clone, Copy)]
struct Columns {
    names: usize,
    writer: usize,
}

/// The sign that opens or closes a row; of folded siblings, all of their row.
fn twist_area(row: &TreeRow, line: usize, inner: Rect) -> Rect {
    let line = Rect { y: inner.y + cells(line), height: 1, ..inner };
    let sign = Rect { x: inner.x + cells(indent(row)), width: 2, ..line };
    if row.twist == Twist::Fold { line } else { sign.intersection(line) }
}

/// Values of neighbours start in one column: after the longest name among the rows of this depth.
fn names_width(rows: &[TreeRow], row: &TreeRow) -> usize {
    let beside = rows.iter().filter(|other| other.depth == row.depth && other.twist != Twist::Fold);
    beside.map(|row| row.key.width()).max().unwrap_or(0)
}

fn indent(row: &TreeRow) -> usize {
    // However deep, the value keeps its place on the screen.
    (row.depth * 2).min(40)
}

fn paint_row(
    row: &TreeRow,
    (columns, writer): (Columns, Option<&Writer>),
    needle: Option<&Needle>,
    (look, focus): (&Look, Focus),
    mut pen: Pen<'_>,
) {
    let (room, mut marked) = (pen.room(), 0);
    let text = look.theme.text;
    let pointed = row.selected && indent(row) > 0;
    pen.put(if pointed { POINTER } else { "" }, look.theme.strong).to(indent(row));
    pen.put(twist(row), text).put(" ", text);
    if row.twist == Twist::Fold {
        pen.text(&row.key, look.theme.dim);
    } else {
        paint_value(row, columns, needle, look, &mut pen);
        marked = pen.column();
        if columns.writer > 0 {
            let place = pen.to(room.saturating_sub(GUTTER + columns.writer));
            let words = |writer: &Writer| writer.words(columns.writer);
            writer.map(words).iter().for_each(|words| _ = place.field(words, columns.writer, look.theme.dim));
        }
    }
    if let Some(sign) = row.sign {
        pen.to(room.saturating_sub(GUTTER)).put("", text);
        pen.at_edge(&joined![" ", sign.word(), " "], look.theme.sign(sign));
    }
    if row.selected {
        pen.select(look, focus);
    }
    if let Some(needle) = needle {
        pen.mark(indent(row) + 2..marked, std::slice::from_ref(needle), look, row.selected);
    }
}

fn paint_value(row: &TreeRow, columns: Columns, needle: Option<&Needle>, look: &Look, pen: &mut Pen<'_>) {
    let Columns { names, writer } = columns;
    let gutter = if writer > 0 { GUTTER + writer + 1 } else { usize::from(row.sign.is_some()) * GUTTER };
    let note = if row.note.is_empty() { SafeText::default() } else { joined!["   ", &row.note] };
    let room = pen.room().saturating_sub(gutter);
    let start = pen.column();
    let column = NameColumn::of(room, names, (row.key.width(), row.value.width() + note.width()));
    pen.text(&row.key.fit_middle(column.name), look.theme.key).to(start + column.value);
    let room = pen.room().saturating_sub(gutter);
    let note = note_beside(row.value.width(), note, room);
    let shown = match needle {
        _ if row.value.width() + note.width() <= room => row.value.clone(),
        Some(_) if row.twist == Twist::Leaf => row.value.fit_to(needle, room.saturating_sub(note.width())),
        _ => row.value.fit_telling(room.saturating_sub(note.width())),
    };
    let preview = row.preview.fit(room.saturating_sub(shown.width() + note.width() + 1));
    pen.literal(&SafeText::join([shown, preview], " "), look);
    let style = if row.sign.is_some() { look.theme.changed } else { look.theme.dim };
    pen.text(&note, style);
}

fn twist(row: &TreeRow) -> &'static str {
    match row.twist {
        Twist::Open => OPEN,
        Twist::Closed => CLOSED,
        Twist::Leaf | Twist::Fold => " ",
    }
}
