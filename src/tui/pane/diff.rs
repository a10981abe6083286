//! Paints the diff: side by side from 100 columns on, else one column.

use super::changes::{put_beginning, put_words};
use super::pen::{LEAST_LINE, NameColumn, Pen, TitledBorder, cells, inside, note_beside, share_lines};
use super::{Focus, Look, in_focus};
use crate::record::Version;
use crate::tui::frame_map::{DiffLayout, ListMap};
use crate::tui::glyphs::{CLOSED, OPEN, SHARED};
use crate::view::Sign;
use crate::view::difftree::{DiffRow, DiffTree, RowSide};
use crate::view::needle::Needle;
use crate::view::search::Searched;
use crate::view::text::{SafeText, joined, number};
use crate::view::tree::Twist;
use crate::view::words::{self, Word, WordSide};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::ops::Range;

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
/// Columns of the sign before a value, and of the blank behind it.
const SIGN: usize = 2;

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

    /// Whether it tells what a changed value was and what it is.
    fn is_of_both(self, row: &DiffRow) -> bool {
        let is_part = |word: &Word| word.side != WordSide::Both;
        matches!(self, Self::Joined)
            && row.left.is_some()
            && row.right.is_some()
            && row.joined.value.iter().any(is_part)
    }

    /// Columns of the longest value that stands beside its own one, with its note: names are cut alike on both sides.
    fn value_columns(self, row: &DiffRow) -> usize {
        let columns = |side: &RowSide| side.value.iter().map(Word::columns).sum::<usize>() + note_columns(side);
        match self {
            Self::Left | Self::Right => [&row.left, &row.right].into_iter().flatten().map(columns).max().unwrap_or(0),
            Self::Joined => columns(&row.joined),
        }
    }
}

/// Where a diff was painted.
pub struct DiffPainted {
    pub list: ListMap,
    /// Its rows, each of one line or more.
    pub rows: Vec<Rect>,
    /// Rows above them that have no room.
    pub above: usize,
}

/// The parts of an area that show a side each, and what they show.
fn sides(layout: DiffLayout, area: Rect) -> Vec<(Rect, RowForm)> {
    let left = Rect { width: area.width.div_ceil(2), ..area };
    let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
    match layout {
        DiffLayout::SideBySide => vec![(left, RowForm::Left), (right, RowForm::Right)],
        DiffLayout::OneColumn => vec![(area, RowForm::Joined)],
    }
}

/// Lines that the rows of a diff have use for in so many: those in which no value is cut.
pub fn lines(diff: &DiffTree, layout: DiffLayout, area: Rect) -> usize {
    let shown = ShownRows::of(diff, &sides(layout, area), usize::from(inside(area).height));
    shown.rows.len() + shown.more.iter().sum::<usize>()
}

/// The rows that have room.
struct ShownRows {
    rows: Vec<DiffRow>,
    /// Lines of each beside its own one.
    more: Vec<usize>,
    /// Rows above them that have no room.
    above: usize,
}

impl ShownRows {
    /// In so many lines: one for each row, or two where old and new do not fit one; then those that no row needs.
    fn of(diff: &DiffTree, sides: &[(Rect, RowForm)], height: usize) -> Self {
        let mut rows = diff.rows(height);
        let wanted = |rows: &[DiffRow], most| rows.iter().map(|row| more_lines(rows, row, sides, most)).collect();
        let least: Vec<usize> = wanted(&rows, 2);
        let is_in_two = |(row, more): (&DiffRow, &usize)| usize::from(*more > 0 && is_changed_in_one(row, sides));
        let mut least: Vec<usize> = rows.iter().zip(&least).map(is_in_two).collect();
        let seen = in_view(&least, rows.iter().position(|row| row.selected).unwrap_or(0), height);
        (rows, least) = (rows.drain(seen.clone()).collect(), least.drain(seen.clone()).collect());
        let spare = height.saturating_sub(rows.len() + least.iter().sum::<usize>());
        let wanted: Vec<usize> = wanted(&rows, if spare > 0 { height } else { 1 });
        let rest: Vec<usize> = wanted.iter().zip(&least).map(|(wanted, least)| wanted.saturating_sub(*least)).collect();
        let is_changed = |row: &DiffRow| [&row.left, &row.right].into_iter().flatten().any(|side| side.sign.is_some());
        let more = share_lines(&rest, |at| is_changed(&rows[at]), spare);
        let more = more.iter().zip(&least).map(|(more, least)| more + least).collect();
        Self { rows, more, above: seen.start }
    }
}

/// Lines that a row has use for beside its own one, of so many at most.
fn more_lines(rows: &[DiffRow], row: &DiffRow, sides: &[(Rect, RowForm)], most: usize) -> usize {
    let lines = |(_, form): &(Rect, RowForm)| {
        let side = form.of(row).filter(|_| most > 1)?;
        let told = DiffSideText::of((row, side, *form), (names_width(rows, row), None), (columns(sides), most));
        Some(told.lines.len() - 1)
    };
    sides.iter().filter_map(lines).max().unwrap_or(0)
}

/// Whether old and new of a changed value stand in one form of a row.
fn is_changed_in_one(row: &DiffRow, sides: &[(Rect, RowForm)]) -> bool {
    sides.iter().any(|(_, form)| form.is_of_both(row))
}

/// Which rows have room in so many lines, where each takes one and `more`: from the first one, or as many before the selected one.
fn in_view(more: &[usize], selected: usize, height: usize) -> Range<usize> {
    let fitting = |more: &mut dyn Iterator<Item = &usize>| {
        let used = more.scan(0, |used, more| {
            *used += 1 + more;
            Some(*used)
        });
        used.take_while(|used| *used <= height).count()
    };
    let end = fitting(&mut more.iter());
    if selected < end || selected >= more.len() {
        return 0..end;
    }
    // The selected one is there in any case.
    let before = fitting(&mut more[..=selected].iter().rev()).max(1);
    selected + 1 - before..selected + 1
}

/// Paints the diff with its border; the focus is on one side (`[B]`). Lines that no row needs go to values that are cut.
pub fn paint(
    diff: &DiffTree,
    titles: &Titles,
    layout: DiffLayout,
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) -> DiffPainted {
    let inner = inside(area);
    let sides = sides(layout, area);
    let ShownRows { rows, more, above } = ShownRows::of(diff, &sides, usize::from(inner.height));
    let mut line = 0;
    let place = |more: &usize| {
        let place = Rect { y: inner.y.saturating_add(cells(line)), height: cells(more + 1), ..inner };
        line += more + 1;
        place.intersection(inner)
    };
    let places: Vec<Rect> = more.iter().map(place).collect();
    let (at, of) = diff.position();
    let caption = match of {
        0 if !diff.is_whole() => "not compared".into(),
        0 => "no differences".into(),
        _ => joined!["difference ", at.to_string(), " of ", of.to_string()],
    };
    let caption = SafeText::join([diff.hit_words().into(), caption], " · ");
    let whole = |end, (version, rest): &(SafeText, SafeText)| joined![end, " ", version, rest];
    let b = whole(in_focus("B", Focus::Here), &titles.b);
    let [shared, new] = titles.sharing.clone().unwrap_or_default();
    for (area, form) in &sides {
        let (title, caption, focus) = match form {
            RowForm::Left => (whole("A".into(), &titles.a), shared.clone(), Focus::Elsewhere),
            RowForm::Right => (b.clone(), with_room(area.width, &[&new, &caption]), Focus::Here),
            RowForm::Joined => {
                let title = joined!["A ", &titles.a.0, " → ", &b];
                (title, with_room(area.width, &[&shared, &new, &caption]), Focus::Here)
            }
        };
        let border = TitledBorder { title: &title, caption: &caption, focus };
        side(border, (&rows, *form, &places), (look, columns(&sides), diff.needle()), *area, buf);
    }
    if let [(left, _), (right, _)] = &sides[..] {
        let shared = rows.iter().zip(&places).filter(|(row, _)| row.shared);
        shared.for_each(|(_, place)| join(place.y, (*left, *right), look, buf));
    }
    let cursor = rows.iter().position(|row| row.selected).and_then(|at| places.get(at));
    let list = ListMap::new(inner, 0, cursor.map(|place| usize::from(place.y - inner.y)));
    DiffPainted { list, rows: places, above }
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
fn join(y: u16, (left, right): (Rect, Rect), look: &Look, buf: &mut Buffer) {
    let (left, right) = (inside(left), inside(right));
    let signs =
        [(left.right() - 1, SHARED[0]), (left.right(), SHARED[1]), (right.x - 1, SHARED[2]), (right.x, SHARED[3])];
    if y < left.bottom() {
        signs.into_iter().for_each(|(x, sign)| buf.set_string(x, y, sign, look.theme.dim));
    }
}

fn side(
    frame: TitledBorder<'_>,
    (rows, form, places): (&[DiffRow], RowForm, &[Rect]),
    (look, columns, needle): (&Look, usize, Option<&Needle>),
    area: Rect,
    buf: &mut Buffer,
) {
    let inner = frame.paint(look, area, buf);
    for (row, place) in rows.iter().zip(places) {
        let lines = usize::from(place.height);
        let told = |side| DiffSideText::of((row, side, form), (names_width(rows, row), needle), (columns, lines));
        let told = form.of(row).map(|side| (side, told(side)));
        for line in 0..lines {
            let Some(mut pen) = Pen::new(buf, inner, usize::from(place.y - inner.y) + line) else { break };
            if let Some((side, told)) = &told {
                paint_side((row, side), (told, line), look, &mut pen);
            }
            let painted = start(row)..pen.column();
            if row.selected {
                pen.select(look, Focus::Here);
            }
            if let Some(needle) = needle {
                pen.mark(painted, std::slice::from_ref(needle), look, row.selected);
            }
        }
    }
}

/// Columns of the narrowest side: so many of each are painted.
fn columns(sides: &[(Rect, RowForm)]) -> usize {
    sides.iter().map(|(area, _)| usize::from(inside(*area).width)).min().unwrap_or(0)
}

/// Values of neighbours start in one column: after the longest name among the rows of this depth.
fn names_width(rows: &[DiffRow], row: &DiffRow) -> usize {
    let beside = rows.iter().filter(|other| other.depth == row.depth && other.twist != Twist::Fold);
    beside.map(|other| other.joined.key.width()).max().unwrap_or(0)
}

/// What a side of a row says beside its signs.
struct DiffSideText {
    key: SafeText,
    /// Where the value begins.
    column: usize,
    /// The value: whole, or cut.
    lines: Vec<ValueLine>,
    /// Behind the last line.
    note: SafeText,
}

/// A line of a value, with the sign of its side where old and new stand below each other.
struct ValueLine {
    sign: Option<Sign>,
    words: Vec<Word>,
}

/// Where the name of a row begins.
fn start(row: &DiffRow) -> usize {
    4 + (row.depth * 2).min(40)
}

impl DiffSideText {
    /// Whether the old value is above the new one.
    fn is_below_each_other(&self) -> bool {
        self.lines.iter().any(|line| line.sign.is_some())
    }

    /// In so many columns, with at most so many lines for the value.
    fn of(
        (row, side, form): (&DiffRow, &RowSide, RowForm),
        (names, needle): (usize, Option<&Needle>),
        (room, most): (usize, usize),
    ) -> Self {
        let start = start(row);
        let value: usize = side.value.iter().map(Word::columns).sum();
        let room = room.saturating_sub(start);
        let column = NameColumn::of(room, names, (side.key.width(), form.value_columns(row)));
        let room = room.saturating_sub(column.value);
        let note = if side.note.is_empty() { SafeText::default() } else { joined!["   ", &side.note] };
        let note = note_beside(value, note, room);
        let room = room.saturating_sub(note.width());
        let goes_on = value > room && most > 1 && room >= LEAST_LINE;
        let lines = match goes_on && form.is_of_both(row) {
            true => below_each_other(&side.value, needle, (room, most)),
            false => in_lines(&side.value, needle, (room, if goes_on { most } else { 1 })),
        };
        Self { key: side.key.fit_middle(column.name), column: start + column.value, lines, note }
    }
}

/// A value in at most so many lines; what is searched for is in view.
fn in_lines(value: &[Word], needle: Option<&Needle>, (room, most): (usize, usize)) -> Vec<ValueLine> {
    let lines = words::in_lines(value, (room, most));
    let lines = needle.and_then(|needle| around(value, needle, &lines, room)).unwrap_or(lines);
    lines.into_iter().map(|words| ValueLine { sign: None, words }).collect()
}

/// The old value above the new one, so that neither pushes the other away.
fn below_each_other(value: &[Word], needle: Option<&Needle>, (room, most): (usize, usize)) -> Vec<ValueLine> {
    let room = room - SIGN;
    let mut all = Vec::new();
    for ((side, most), sign) in words::sides_in_lines(value, (room, most)).into_iter().zip([Sign::Removed, Sign::Added])
    {
        let mut lines = in_lines(&side, needle, (room, most));
        lines.first_mut().into_iter().for_each(|line| line.sign = Some(sign));
        all.extend(lines);
    }
    all
}

/// A whole value in one line, cut so that what is searched for is seen, where its lines have it not in view.
fn around(value: &[Word], needle: &Needle, lines: &[Vec<Word>], room: usize) -> Option<Vec<Vec<Word>>> {
    let [word] = value else { return None };
    let has = |word: &Word| needle.is_in(&word.text.unmarked());
    let text = || word.text.fit_to(Some(needle), room);
    (has(word) && !lines.iter().flatten().any(has)).then(|| vec![vec![Word { text: text(), side: word.side }]])
}

fn paint_side((row, side): (&DiffRow, &RowSide), (told, line): (&DiffSideText, usize), look: &Look, pen: &mut Pen<'_>) {
    let text = look.theme.text;
    if line == 0 {
        if let Some(sign) = side.sign {
            pen.put(sign.word(), look.theme.sign(sign));
        }
        pen.to(start(row) - 2).put(twist(row.twist), text).put(" ", text);
        if row.twist == Twist::Fold {
            pen.text(&side.key, look.theme.dim);
        } else {
            pen.text(&told.key, look.theme.key);
        }
    }
    let Some(value) = told.lines.get(line).filter(|_| row.twist != Twist::Fold) else { return };
    pen.to(if value.words.is_empty() { 0 } else { told.column });
    if let Some(sign) = value.sign {
        pen.put(sign.word(), look.theme.sign(sign));
    }
    pen.to(if told.is_below_each_other() { told.column + SIGN } else { 0 });
    put_words(&value.words, look, pen);
    if line + 1 == told.lines.len() {
        put_beginning(&side.begins, told.note.width(), look, pen);
        pen.note(&told.note, side.sign.map_or(look.theme.dim, |_| look.theme.changed));
    }
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
