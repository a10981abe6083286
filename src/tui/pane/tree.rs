//! Paints the state tree.
//!
//! ```text
//! │▾ state            {5}      3.0 KB  ~  │   name, value, note, what changed
//! │▶ ▾ sessions       {150}   +50      ~  │   the cursor
//! │    ▸ s-0001       {4} idle         ~  │
//! ```

use super::pen::{LEAST_LINE, NameColumn, Pen, TitledBorder, caption_columns, cells, note_beside, share_lines};
use super::{Focus, Look, Title};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::{CLOSED, OPEN, POINTER};
use crate::view::blame::{ValueWriter, Writers};
use crate::view::needle::Needle;
use crate::view::search::Searched;
use crate::view::text::{SafeText, joined, width};
use crate::view::tree::{TreeModel, TreeRow, Twist};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the gutter at the right.
const GUTTER: usize = 3;
/// Most columns of who wrote it.
const WRITER: usize = 22;

/// Where a tree was painted.
pub struct TreePainted {
    pub list: ListMap,
    /// Its rows, each of one line or more.
    pub rows: Vec<Rect>,
    /// The signs of rows that open and close them, with their row.
    pub twists: Vec<(usize, Rect)>,
}

/// Paints the tree with its border; `title` is `State at B`, or the tabs of a narrow screen; `place` says in so many columns where the cursor is,
/// `writers` who wrote what. Lines that no row needs go to values that are cut, first to those that changed, whichever row is
/// selected: no row moves as the selection does.
pub fn paint(
    (tree, place, writers): (&TreeModel, &dyn Fn(usize) -> SafeText, Option<&Writers>),
    title: &Title,
    (look, focus): (&Look, Focus),
    area: Rect,
    buf: &mut Buffer,
) -> TreePainted {
    let hits = tree.hit_words();
    let before = if hits.is_empty() { SafeText::default() } else { joined![hits, " · "] };
    let caption = joined![&before, place(caption_columns(area).saturating_sub(before.width()))];
    let inner = TitledBorder { title: &title.words(focus), caption: &caption, focus }.paint(look, area, buf);
    let (rows, height) = (tree.rows(usize::from(inner.height)), usize::from(inner.height));
    let writer = |row: &TreeRow| writers.and_then(|writers| writers.writer(&row.path));
    let longest = |width: fn(&ValueWriter) -> usize| rows.iter().filter_map(writer).map(width).max().unwrap_or(0);
    let room = usize::from(inner.width);
    let column = longest(ValueWriter::width).min(WRITER.min(room / 3).max(longest(ValueWriter::least).min(room / 2)));
    let columns = |row: &TreeRow| TreeColumns { names: names_width(&rows, row), writer: column };
    let spare = height.saturating_sub(rows.len());
    let told = |row: &TreeRow, lines: usize| TreeRowText::of(row, columns(row), tree.needle(), (room, lines));
    let wanted = rows.iter().map(|row| if spare == 0 { 0 } else { told(row, spare + 1).lines.len() - 1 });
    let more = share_lines(&wanted.collect::<Vec<_>>(), |at| rows[at].sign.is_some(), spare);
    let (mut painted, mut line) = (Vec::new(), 0);
    for (row, more) in rows.iter().zip(more) {
        let area = Rect { y: inner.y + cells(line), height: cells(more + 1), ..inner }.intersection(inner);
        paint_row(row, told(row, more + 1), (column, writer(row)), (tree.needle(), look, focus), (area, buf));
        painted.push(area);
        line += more + 1;
    }
    let cursor = rows.iter().position(|row| row.selected).and_then(|at| painted.get(at));
    let list = ListMap::new(inner, 0, cursor.map(|area| usize::from(area.y - inner.y)));
    let twists = rows.iter().zip(&painted).enumerate().filter(|(_, (row, _))| row.twist != Twist::Leaf);
    let twists = twists.map(|(at, (row, area))| (at, twist_area(row, *area))).collect();
    TreePainted { list, rows: painted, twists }
}

/// How wide the columns of names and of writers are.
#[derive(Clone, Copy)]
struct TreeColumns {
    names: usize,
    writer: usize,
}

/// The sign that opens or closes a row; of folded siblings, all of their row.
fn twist_area(row: &TreeRow, area: Rect) -> Rect {
    let line = Rect { height: 1, ..area };
    let sign = Rect { x: area.x + cells(indent(row)), width: 2, ..line };
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

/// What a row says beside its signs.
struct TreeRowText {
    key: SafeText,
    /// Where the value begins.
    column: usize,
    /// The value, and what it begins with.
    lines: Vec<SafeText>,
    /// Behind the last line.
    note: SafeText,
}

impl TreeRowText {
    /// In so many columns, with at most so many lines for the value.
    fn of(row: &TreeRow, columns: TreeColumns, needle: Option<&Needle>, (room, most): (usize, usize)) -> Self {
        let TreeColumns { names, writer } = columns;
        let gutter = if writer > 0 { GUTTER + writer + 1 } else { usize::from(row.sign.is_some()) * GUTTER };
        let note = if row.note.is_empty() { SafeText::default() } else { joined!["   ", &row.note] };
        let start = indent(row) + 2;
        let room = room.saturating_sub(start + gutter);
        let column = NameColumn::of(room, names, (row.key.width(), row.value.width() + note.width()));
        let key = row.key.fit_middle(column.name);
        let room = room.saturating_sub(column.value);
        let note = note_beside(row.value.width(), note, room);
        let room = room.saturating_sub(note.width());
        let lines = in_lines(row, needle, (room, most)).unwrap_or_else(|| vec![in_line(row, needle, room)]);
        Self { key, column: start + column.value, lines, note }
    }
}

/// The value in one line, cut where it is too long.
fn in_line(row: &TreeRow, needle: Option<&Needle>, room: usize) -> SafeText {
    let shown = match needle {
        _ if row.value.width() <= room => row.value.clone(),
        Some(_) if row.twist == Twist::Leaf => row.value.fit_to(needle, room),
        _ => row.value.fit_telling(room),
    };
    let preview = row.preview.fit(room.saturating_sub(shown.width() + 1));
    SafeText::join([shown, preview], " ")
}

/// The same in lines, where it has too little room in one; `None` where it needs no more, or what is searched for would not be seen.
fn in_lines(row: &TreeRow, needle: Option<&Needle>, (room, most): (usize, usize)) -> Option<Vec<SafeText>> {
    let left = room.saturating_sub(row.value.width() + 1);
    let is_whole = row.value.width() <= room && row.preview.fits(left);
    // Pieces of hashes below each other are no preview.
    if is_whole || most < 2 || room < LEAST_LINE || row.preview.longest_word() >= room {
        return None;
    }
    let mut lines = row.preview.lines(&row.value.fit(room * (most + 1)), room);
    let is_cut = lines.len() > most;
    if is_cut {
        lines.truncate(most);
        let end = if row.preview.is_empty() && row.value.painted().starts_with('"') { "…\"" } else { "…" };
        lines.last_mut().into_iter().for_each(|last| *last = joined![last.prefix(room - width(end)), end]);
    }
    Some(lines).filter(|_| !is_cut || needle.is_none_or(|needle| !needle.is_in(&row.value.unmarked())))
}

fn paint_row(
    row: &TreeRow,
    told: TreeRowText,
    (column, writer): (usize, Option<&ValueWriter>),
    (needle, look, focus): (Option<&Needle>, &Look, Focus),
    (area, buf): (Rect, &mut Buffer),
) {
    let (text, last, mut inside) = (look.theme.text, told.lines.len() - 1, false);
    for line in 0..usize::from(area.height) {
        let Some(mut pen) = Pen::new(buf, area, line) else { break };
        let (room, mut marked) = (pen.room(), 0);
        if line == 0 {
            let pointed = row.selected && indent(row) > 0;
            pen.put(if pointed { POINTER } else { "" }, look.theme.strong).to(indent(row));
            pen.put(twist(row), text).put(" ", text);
            let style = if row.twist == Twist::Fold { look.theme.dim } else { look.theme.key };
            pen.text(if row.twist == Twist::Fold { &row.key } else { &told.key }, style);
        }
        if row.twist != Twist::Fold {
            pen.to(told.column);
            told.lines.get(line).into_iter().for_each(|said| _ = pen.literal_on(said, &mut inside, look));
            let style = if row.sign.is_some() { look.theme.changed } else { look.theme.dim };
            pen.note(&told.note.fit(if line == last { usize::MAX } else { 0 }), style);
            marked = pen.column();
        }
        if line == 0 && row.twist != Twist::Fold && column > 0 {
            let place = pen.to(room.saturating_sub(GUTTER + column));
            let words = |writer: &ValueWriter| writer.words(column);
            writer.map(words).iter().for_each(|words| _ = place.field(words, column, look.theme.dim));
        }
        if let Some(sign) = row.sign.filter(|_| line == 0) {
            pen.to(room.saturating_sub(GUTTER)).put("", text);
            pen.at_edge(&joined![" ", sign.word(), " "], text);
            pen.to(room.saturating_sub(GUTTER - 1)).put(sign.word(), look.theme.sign(sign)).to(room);
        }
        if row.selected {
            pen.select(look, focus);
        }
        if let Some(needle) = needle {
            pen.mark(indent(row) + 2..marked, std::slice::from_ref(needle), look, row.selected);
        }
    }
}

fn twist(row: &TreeRow) -> &'static str {
    match row.twist {
        Twist::Open => OPEN,
        Twist::Closed => CLOSED,
        Twist::Leaf | Twist::Fold => " ",
    }
}
