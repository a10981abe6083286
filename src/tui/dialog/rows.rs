//! The rows of a box: sentences, lines to type with their labels, keys, and what is chosen from.
//!
//! Must not name: `app`, `job`.

use super::frame::{position, write, write_at, write_right};
use super::line::EditLine;
use crate::tui::glyphs::POINTER;
use crate::tui::look::Look;
use crate::tui::pane::pen::{Pen, band, ends_in_string};
use crate::view::Sign;
use crate::view::text::{NamedLine, SafeText, joined};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// One row, as wide as what it says.
pub enum DialogRow<'a> {
    /// A sentence.
    Text(SafeText, SentenceTone),
    /// A sentence behind what it is about.
    Named(NamedLine, SentenceTone),
    /// The row of a list that has the cursor.
    Chosen(SafeText),
    /// A line to type.
    Input(InputRow<'a>),
    /// Keys with what they do: `y roll back`. None of them is broken where there is room for it.
    Keys(Vec<SafeText>),
    /// Something to choose.
    Choice(ChoiceRow),
}

/// One row to choose from. Its texts fit beside each other.
pub struct ChoiceRow {
    /// Which it is.
    pub index: usize,
    /// At the left.
    pub left: SafeText,
    /// Where what it is begins.
    pub column: usize,
    /// What it is.
    pub text: SafeText,
    /// At the right edge.
    pub right: SafeText,
    /// Whether it can be chosen now.
    pub is_enabled: bool,
    /// Whether Enter takes it.
    pub is_chosen: bool,
}

/// A line to type.
#[derive(Clone, Copy)]
pub struct InputRow<'a> {
    /// What it is for.
    pub label: &'static str,
    /// Columns of the label.
    pub columns: usize,
    /// What is typed.
    pub line: &'a EditLine,
    /// Whether keys go into it now.
    pub typed: bool,
}

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentenceTone {
    /// As it is.
    Plain,
    /// What matters.
    Strong,
    /// What is not there yet.
    Dim,
    /// What went wrong, or cannot be taken back.
    Bad,
    /// JSON, coloured by type.
    Json,
    /// The text of a string.
    String,
    /// A change, its sign before it.
    Change(Sign),
    /// What a changed value was, or what it is.
    Side(Sign),
}

/// Between two keys.
const GAP: &str = "   ";

impl<'a> DialogRow<'a> {
    /// A sentence.
    pub fn plain(text: impl Into<SafeText>) -> Self {
        Self::Text(text.into(), SentenceTone::Plain)
    }

    /// An empty row.
    pub fn gap() -> Self {
        Self::plain("")
    }

    /// The row in lines of at most so many columns.
    pub(super) fn lines(self, columns: usize, look: &Look) -> Vec<Laid<'a>> {
        let wrapped = |text: &SafeText| text.wrap_by(columns.max(1), |sign| look.glyphs.columns(sign));
        let text = |tone: SentenceTone| move |line: SafeText| Laid::Text(line, tone);
        match self {
            Self::Text(words, tone) => wrapped(&words).into_iter().map(text(tone)).collect(),
            Self::Named(line, tone) => named(&line, tone, columns.max(1), look),
            Self::Keys(keys) => {
                let mut lines: Vec<SafeText> = Vec::new();
                for key in keys {
                    match lines.last_mut() {
                        Some(line) if line.width() + GAP.len() + key.width() <= columns => {
                            *line += GAP.into();
                            *line += key;
                        }
                        _ => lines.push(joined!["  ", key]),
                    }
                }
                lines.iter().flat_map(wrapped).map(text(SentenceTone::Strong)).collect()
            }
            Self::Chosen(line) => vec![Laid::Chosen(line)],
            Self::Input(input) => vec![Laid::Input(input)],
            Self::Choice(choice) => vec![Laid::Choice(choice)],
        }
    }
}

/// A sentence behind what it is about, in lines. A string of JSON may go on from one to the next.
fn named<'a>(line: &NamedLine, tone: SentenceTone, columns: usize, look: &Look) -> Vec<Laid<'a>> {
    let (mut name, mut in_string) = (line.name.width(), false);
    let laid = |text: SafeText| {
        let begins = in_string;
        if tone == SentenceTone::Json {
            in_string = ends_in_string(&text, in_string);
        }
        Laid::Named(NamedText { text, name: std::mem::take(&mut name), tone, in_string: begins })
    };
    line.lines(columns, |sign| look.glyphs.columns(sign)).into_iter().map(laid).collect()
}

/// A line of a sentence behind what it is about.
pub(super) struct NamedText {
    text: SafeText,
    /// Columns of what it is about.
    name: usize,
    tone: SentenceTone,
    /// Whether it begins inside of a string.
    in_string: bool,
}

impl NamedText {
    fn paint(&self, inside: Rect, at: usize, look: &Look, buf: &mut Buffer) {
        let Some(mut pen) = Pen::new(buf, inside, at) else { return };
        let name = match self.tone {
            SentenceTone::Change(sign) | SentenceTone::Side(sign) => look.theme.sign(sign),
            _ => look.theme.dim,
        };
        pen.text(&self.text.prefix(self.name), name);
        let says = self.text.tail(self.text.width().saturating_sub(self.name));
        match self.tone {
            SentenceTone::Json | SentenceTone::Change(_) => pen.literal_on(&says, &mut self.in_string.clone(), look),
            tone => pen.text(&says, tone.style(look)),
        };
    }
}

/// One line of a box.
pub(super) enum Laid<'a> {
    Text(SafeText, SentenceTone),
    Named(NamedText),
    Chosen(SafeText),
    Input(InputRow<'a>),
    Choice(ChoiceRow),
}

impl Laid<'_> {
    /// Whether it is kept in view: it is typed into, or chosen.
    pub(super) fn is_followed(&self) -> bool {
        match self {
            Self::Text(..) | Self::Named(_) => false,
            Self::Chosen(_) => true,
            Self::Input(input) => input.typed,
            Self::Choice(choice) => choice.is_chosen,
        }
    }

    /// Which row to choose from it is.
    pub(super) fn choice(&self) -> Option<usize> {
        if let Self::Choice(choice) = self { Some(choice.index) } else { None }
    }

    /// Paints it; answers where the cursor is in it.
    pub(super) fn paint(&self, inside: Rect, at: usize, look: &Look, buf: &mut Buffer) -> Option<Position> {
        match self {
            Self::Text(text, tone) => {
                write(inside, at, text, tone.style(look), buf);
                None
            }
            Self::Named(text) => {
                text.paint(inside, at, look, buf);
                None
            }
            Self::Chosen(text) => {
                write(inside, at, &joined![POINTER, " ", text], look.theme.strong, buf);
                position(inside, at, 0)
            }
            Self::Input(InputRow { label, columns, line, typed }) => {
                let style = if *typed { look.theme.strong } else { look.theme.text };
                write(inside, at, &SafeText::from(*label), style, buf);
                let (text, column) = line.window(usize::from(inside.width).saturating_sub(columns + 1));
                write_at(inside, at, *columns, &text, look.theme.text, buf);
                position(inside, at, columns + column).filter(|_| *typed)
            }
            Self::Choice(choice) => {
                choice.paint(inside, at, look, buf);
                None
            }
        }
    }
}

impl ChoiceRow {
    fn paint(&self, inside: Rect, at: usize, look: &Look, buf: &mut Buffer) {
        let style = if self.is_enabled { look.theme.text } else { look.theme.dim };
        write_at(inside, at, 2, &self.left, style, buf);
        write_at(inside, at, self.column, &self.text, style, buf);
        write_right(inside, at, &self.right, look.theme.strong, buf);
        if let Some(Position { x, y }) = position(inside, at, 0).filter(|_| self.is_chosen) {
            write(inside, at, &POINTER.into(), look.theme.strong, buf);
            band(look.theme.cursor, Rect { x, y, height: 1, ..inside }, buf);
        }
    }
}

impl SentenceTone {
    fn style(self, look: &Look) -> Style {
        match self {
            Self::Plain | Self::Json | Self::Change(_) => look.theme.text,
            Self::String => look.theme.string,
            Self::Side(sign) => look.theme.sign(sign),
            Self::Strong => look.theme.strong,
            Self::Dim => look.theme.dim,
            Self::Bad => look.theme.failure,
        }
    }
}
