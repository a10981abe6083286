//! Paints the Changes pane: summary, rule, list.

use super::pen::{Pen, TitledBorder};
use super::{Focus, Look, Title};
use crate::tui::frame_map::ListMap;
use crate::view::changes::{ChangeLine, Changes, Word, WordSide};
use crate::view::text::SafeText;
use crate::view::tree::Beginning;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns before the words of a continuation line.
const CONTINUED: usize = 2;

/// Paints the pane with its border.
pub fn paint(changes: &Changes, title: &Title, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) -> ListMap {
    let position = changes.position();
    let inner = TitledBorder { title: &title.words(focus), caption: &position, focus }.paint(look, area, buf);
    let summary = changes.summary().lines(usize::from(inner.width).saturating_sub(2));
    for (line, words) in summary.iter().enumerate() {
        let Some(mut pen) = Pen::new(buf, inner, line) else { break };
        pen.put(" ", look.theme.text).literal(words, look);
    }
    let rule = summary.len();
    if let Some(mut pen) = Pen::new(buf, inner, rule) {
        let length = pen.room().saturating_sub(2);
        pen.put(" ", look.theme.dim).text(&SafeText::repeated("─", length), look.theme.dim);
    }
    let height = usize::from(inner.height).saturating_sub(rule + 1);
    let lines = changes.lines(usize::from(inner.width), height);
    for (line, change) in lines.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, rule + 1 + line) else { break };
        paint_line(change, (look, focus), pen);
    }
    ListMap::new(inner, rule + 1, lines.iter().position(|line| line.selected))
}

fn paint_line(line: &ChangeLine, (look, focus): (&Look, Focus), mut pen: Pen<'_>) {
    let text = look.theme.text;
    if let Some(sign) = line.sign {
        let style = look.theme.sign(sign);
        pen.to(if line.path.is_empty() { CONTINUED } else { 0 }).put(sign.word(), style).put(" ", text);
        pen.text(&line.path, text);
    }
    pen.to(CONTINUED);
    if !line.words.is_empty() {
        pen.put(if line.path.is_empty() { "" } else { "  " }, text);
        put_words(&line.words, look, &mut pen);
        put_beginning(&line.begins, 0, look, &mut pen);
    }
    if line.selected && focus == Focus::Here {
        pen.select(look, Focus::Here);
    }
}

/// What a container begins with, behind its size, as far as there is room before what follows.
pub(super) fn put_beginning(begins: &Beginning, after: usize, look: &Look, pen: &mut Pen<'_>) {
    let shown = begins.fit(pen.room().saturating_sub(after + 1));
    if !shown.is_empty() {
        pen.put(" ", look.theme.text).literal(&shown, look);
    }
}

/// Words of a changed text, the old ones as `[-old-]`, the new ones as `{+new+}`.
pub(super) fn put_words(words: &[Word], look: &Look, pen: &mut Pen<'_>) {
    // The pieces of one text are all of it.
    let is_text = words.iter().any(|word| matches!(word.side, WordSide::Old | WordSide::New));
    for word in words {
        match word.side {
            WordSide::Both if is_text => pen.text(&word.text, look.theme.string),
            WordSide::Both => pen.literal(&word.text, look),
            WordSide::Was => pen.text(&word.text, look.theme.removed),
            WordSide::Is => pen.text(&word.text, look.theme.added),
            WordSide::Old => pen.text(&word.bracketed(), marked(look.theme.removed)),
            WordSide::New => pen.text(&word.bracketed(), marked(look.theme.added)),
            WordSide::Length => pen.text(&word.bracketed(), look.theme.dim),
        };
    }
}

fn marked(style: Style) -> Style {
    style.add_modifier(ratatui::style::Modifier::BOLD | ratatui::style::Modifier::UNDERLINED)
}
