//! Paints the diff: side by side from 100 columns on, else one column.

use super::changes::{put_beginning, put_words};
use super::pen::{NameColumn, Pen, TitledBorder, cells, inside, note_beside};
use super::{Focus, Look, in_focus};
use crate::record::Version;
use crate::tui::frame_map::{DiffLayout, ListMap};
use crate::tui::glyphs::{CLOSED, OPEN, SHARED};
use crate::view::difftree::{DiffRow, DiffTree, RowSide};
use crate::view::text::{SafeText, joined, number};
use crate::view::tree::Twist;
use crate::view::words::{self, Word};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Titles of the two sides: `#44,640`, and `  09:39:58.120  price.refresh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titles {
    /// Left.
    pub a: (SafeText, SafeText),
    /// Right.
    pub b: (SafeText, SafeText),
    /// What the right has in common with the left in memory, and what is new, once that has been counted.
    pub sharing: Option<[SafeText; 2]>,
}

/// What suits a width: two columns from 100 on.
pub fn layout_for(width: u16) -> DiffLayout {
    if width >= 100 { DiffLayout::SideBySide } else { DiffLayout::OneColumn }
}

/// Columns of a title: corners, lines and blanks are beside it, brackets round the end that has the keys, and in one column
/// the number of A before it.
pub fn title_columns(layout: DiffLayout, width: u16, a: Version) -> usize {
    match layout {
        DiffLayout::SideBySide => usize::from(width / 2).saturating_sub(8),
        DiffLayout::OneColumn => usize::from(width).saturating_sub(13 + number(a).len()),
    }
}

/// Blank columns before a note.
const NOTE: usize = 3;

/// Which form of a row is painted.
#[derive(Clone, Copy)]
enum RowForm {
    Left,
    Right,
    Joined,
}

impl RowForm {
    fn of(self, row: &DiffRow) -> Option<&RowSide> {
        match self {
            Self::Left => row.left.as_ref(),
            Self::Right => row.right.as_ref(),
            Self::Joined => Some(&row.joined),
        }
    }
}

/// Paints the diff with its border; the focus is on one side (`[B]`).
pub fn paint(
    diff: &DiffTree,
    titles: &Titles,
    layout: DiffLayout,
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) -> ListMap {
    let inner = inside(area);
    let rows = diff.rows(usize::from(inner.height));
    let (at, of) = diff.position();
    let caption = match of {
        0 if !diff.is_whole() => "not compared".into(),
        0 => "no differences".into(),
        _ => joined!["difference ", at.to_string(), " of ", of.to_string()],
    };
    let whole = |end, (version, rest): &(SafeText, SafeText)| joined![end, " ", version, rest];
    let b = whole(in_focus("B", Focus::Here), &titles.b);
    let [shared, new] = titles.sharing.clone().unwrap_or_default();
    match layout {
        DiffLayout::SideBySide => {
            let caption = with_room(area.width.div_ceil(2), &[&new, &caption]);
            let left = Rect { width: area.width.div_ceil(2), ..area };
            let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
            side(
                TitledBorder { title: &whole("A".into(), &titles.a), caption: &shared, focus: Focus::Elsewhere },
                (&rows, RowForm::Left),
                look,
                left,
                buf,
            );
            side(
                TitledBorder { title: &b, caption: &caption, focus: Focus::Here },
                (&rows, RowForm::Right),
                look,
                right,
                buf,
            );
            rows.iter()
                .enumerate()
                .filter(|(_, row)| row.shared)
                .for_each(|(at, _)| join(at, (left, right), look, buf));
        }
        DiffLayout::OneColumn => {
            let title = joined!["A ", &titles.a.0, " → ", b];
            let caption = with_room(area.width, &[&shared, &new, &caption]);
            side(
                TitledBorder { title: &title, caption: &caption, focus: Focus::Here },
                (&rows, RowForm::Joined),
                look,
                area,
                buf,
            );
        }
    }
    ListMap::new(inner, 0, rows.iter().position(|row| row.selected))
}

/// Parts of a caption, from the last one on as many as have room in a border.
fn with_room(columns: u16, parts: &[&SafeText]) -> SafeText {
    let mut caption = SafeText::default();
    for part in parts.iter().rev().filter(|part| !part.is_empty()) {
        let longer = if caption.is_empty() { (*part).clone() } else { joined![*part, " · ", &caption] };
        if longer.width() + 6 > usize::from(columns) {
            break;
        }
        caption = longer;
    }
    caption
}

/// Ties a row of both sides together: it is one place in memory.
fn join(row: usize, (left, right): (Rect, Rect), look: &Look, buf: &mut Buffer) {
    let (left, right) = (inside(left), inside(right));
    let y = left.y + cells(row);
    let signs =
        [(left.right() - 1, SHARED[0]), (left.right(), SHARED[1]), (right.x - 1, SHARED[2]), (right.x, SHARED[3])];
    if y < left.bottom() {
        signs.into_iter().for_each(|(x, sign)| buf.set_string(x, y, sign, look.theme.dim));
    }
}

fn side(frame: TitledBorder<'_>, (rows, form): (&[DiffRow], RowForm), look: &Look, area: Rect, buf: &mut Buffer) {
    let inner = frame.paint(look, area, buf);
    for (line, row) in rows.iter().enumerate() {
        let Some(mut pen) = Pen::new(buf, inner, line) else { break };
        if let Some(side) = form.of(row) {
            paint_side(row, side, names_width(rows, row, form), look, &mut pen);
        }
        if row.selected {
            pen.select(look, Focus::Here);
        }
    }
}

/// Values of neighbours start in one column: after the longest name among the rows of this depth.
fn names_width(rows: &[DiffRow], row: &DiffRow, form: RowForm) -> usize {
    let beside = rows.iter().filter(|other| other.depth == row.depth && other.twist != Twist::Fold);
    beside.filter_map(|other| form.of(other)).map(|side| side.key.width()).max().unwrap_or(0)
}

fn paint_side(row: &DiffRow, side: &RowSide, names: usize, look: &Look, pen: &mut Pen<'_>) {
    let text = look.theme.text;
    if let Some(sign) = side.sign {
        pen.put(sign.word(), look.theme.sign(sign));
    }
    pen.to(2 + (row.depth * 2).min(40)).put(twist(row.twist), text).put(" ", text);
    if row.twist == Twist::Fold {
        pen.text(&side.key, look.theme.dim);
        return;
    }
    let value: usize = side.value.iter().map(Word::columns).sum();
    let column = NameColumn::of(pen.room(), names, (side.key.width(), value + note_columns(side)));
    let start = pen.column();
    pen.text(&side.key.fit_middle(column.name), look.theme.key);
    if !side.value.is_empty() {
        pen.to(start + column.value);
    }
    let room = pen.room();
    let note = if side.note.is_empty() { SafeText::default() } else { joined!["   ", &side.note] };
    let note = note_beside(value, note, room);
    put_words(&words::fit(&side.value, room.saturating_sub(note.width())), look, pen);
    put_beginning(&side.begins, note.width(), look, pen);
    pen.text(&note, side.sign.map_or(look.theme.dim, |_| look.theme.changed));
}

fn note_columns(side: &RowSide) -> usize {
    side.note.width() + if side.note.is_empty() { 0 } else { NOTE }
}

fn twist(twist: Twist) -> &'static str {
    match twist {
        Twist::Open => OPEN,
        Twist::Closed => CLOSED,
        Twist::Leaf | Twist::Fold => " ",
    }
}
