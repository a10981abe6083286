//! Paints a box of lines: what is known of the row that has the cursor, and what changed.

use super::changes::{put_beginning, put_words};
use super::pen::{Pen, TitledBorder};
use super::table::style;
use super::{Focus, Look};
use crate::view::changes::{ChangeLine, Changes, Word};
use crate::view::find::Cause;
use crate::view::table::RowTone;
use crate::view::text::{SafeText, counted, joined, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Paints lines in a border; answers the area below them.
pub fn paint(
    (title, caption): (&SafeText, &SafeText),
    lines: &[(RowTone, SafeText)],
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let inner = TitledBorder { title, caption, focus: Focus::Elsewhere }.paint(look, area, buf);
    let lines = &in_rows(lines, inner)[..];
    put(lines, look, inner, buf);
    let used = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(inner.height);
    Rect { y: inner.y + used, height: inner.height - used, ..inner }
}

/// Lines in the columns of an area: what is too long goes on in the next row, where that leaves half of the area to what is below.
fn in_rows(lines: &[(RowTone, SafeText)], area: Rect) -> Vec<(RowTone, SafeText)> {
    let columns = usize::from(area.width).saturating_sub(2);
    let rows =
        |(tone, line): &(RowTone, SafeText)| line.wrap(columns).into_iter().map(|row| (*tone, row)).collect::<Vec<_>>();
    let wrapped: Vec<_> = lines.iter().flat_map(rows).collect();
    if wrapped.len() <= usize::from(area.height).div_ceil(2) { wrapped } else { lines.to_vec() }
}

/// Paints lines; where there are more than fit, the last one says how many.
pub fn put(lines: &[(RowTone, SafeText)], look: &Look, area: Rect, buf: &mut Buffer) {
    let height = usize::from(area.height);
    let shown = if lines.len() > height { height.saturating_sub(1) } else { lines.len() };
    for (at, (tone, line)) in lines.iter().take(shown).enumerate() {
        let Some(mut pen) = Pen::new(buf, area, at) else { break };
        pen.put(" ", look.theme.text).text(line, style(*tone, look));
    }
    let left = lines.len() - shown;
    if let Some(mut pen) = Pen::new(buf, area, shown).filter(|_| left > 0) {
        pen.put(" ", look.theme.text).text(&joined!["… ", counted(left, "more line")], look.theme.dim);
    }
}

/// Paints what would fill a view, and how, in a border of its own.
pub fn paint_empty(title: &SafeText, lines: &[SafeText], look: &Look, area: Rect, buf: &mut Buffer) {
    let inner = TitledBorder { title, caption: &SafeText::default(), focus: Focus::Here }.paint(look, area, buf);
    let columns = usize::from(inner.width).saturating_sub(2);
    let lines: Vec<_> = lines.iter().flat_map(|line| line.wrap(columns)).map(|line| (RowTone::Plain, line)).collect();
    put(&lines, look, inner, buf);
}

/// Paints the changes of a diff from its first one, as many as there is room for; `note` stands behind each. The one that a version
/// was found for stands out among them, or above them where it is not in view as it is.
pub fn paint_changes(
    changes: &Changes,
    (note, cause): (&'static str, Option<&Cause>),
    look: &Look,
    area: Rect,
    buf: &mut Buffer,
) {
    let columns = usize::from(area.width).saturating_sub(width(note) + 3);
    let lines = changes.lines(columns, usize::from(area.height));
    let is_cause = |line: &ChangeLine| cause.is_some_and(|cause| line.sign.is_some() && line.path == cause.name);
    if let Some(cause) = cause.filter(|_| !lines.iter().any(is_cause)) {
        let line = (RowTone::Strong, cause.fit(usize::from(area.width).saturating_sub(2)));
        put(&[line], look, Rect { height: area.height.min(1), ..area }, buf);
        let rest = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area };
        return paint_changes(changes, (note, None), look, rest, buf);
    }
    let paths = lines.iter().map(|line| if line.words.is_empty() { 0 } else { line.path.width() }).max().unwrap_or(0);
    for (at, line) in lines.iter().enumerate() {
        let Some(mut pen) = Pen::new(buf, area, at) else { break };
        let path = if is_cause(line) && changes.count() > 1 { look.theme.strong } else { look.theme.text };
        put_change(line, (paths.min(columns / 2), width(note)), (look, path), &mut pen);
        if !note.is_empty() && line.sign.is_some() {
            pen.at_edge(&joined!["  ", note, " "], look.theme.dim);
        }
    }
    if lines.is_empty()
        && let Some(mut pen) = Pen::new(buf, area, 0)
    {
        let words =
            if changes.count() == 0 { "Nothing differs".into() } else { counted(changes.count(), "change").into() };
        pen.put(" ", look.theme.text).text(&words, look.theme.dim);
    }
}

fn put_change(line: &ChangeLine, (paths, after): (usize, usize), (look, path): (&Look, Style), pen: &mut Pen<'_>) {
    let text = look.theme.text;
    if let Some(sign) = line.sign {
        pen.to(if line.path.is_empty() { 2 } else { 0 });
        pen.put(sign.word(), look.theme.sign(sign)).put(" ", text);
        if line.path.is_empty() {
            put_words(&line.words, look, pen);
            return;
        }
        if line.words.is_empty() {
            pen.text(&line.path, path);
        } else {
            // Values stand in one column, but for those that would be cut there.
            let words: usize = line.words.iter().map(Word::columns).sum();
            let paths = paths.min(pen.room().saturating_sub(words + after + 2));
            pen.field(&line.path, paths.max(line.path.width()), path);
        }
    }
    pen.to(2);
    if !line.words.is_empty() {
        pen.put("  ", text);
        put_words(&line.words, look, pen);
        put_beginning(&line.begins, after, look, pen);
    }
}
