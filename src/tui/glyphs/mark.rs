//! The marks of the data in a finished frame: a marked cell holds its character and a mark (`view::text`).

use crate::view::text::MARK;
use ratatui::buffer::Cell;

/// The character of a marked cell; `None` of any other cell.
pub(super) fn unmarked(symbol: &str) -> Option<&str> {
    symbol.strip_suffix(MARK)
}

/// Removes the mark of a cell.
pub(super) fn remove(cell: &mut Cell) {
    let Some(symbol) = unmarked(cell.symbol()) else { return };
    let mut letters = symbol.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        cell.set_char(letter);
    } else {
        let symbol = symbol.to_owned();
        cell.set_symbol(&symbol);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::glyphs::{Glyphs, SIGNS};
    use crate::view::text::{SafeText, joined, key, literal};
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const SETS: [Glyphs; 4] = [Glyphs::Blocks, Glyphs::Braille, Glyphs::Narrow, Glyphs::Ascii];

    /// A row with a border, an arrow of the frame, and the text.
    fn shown(glyphs: Glyphs, text: &SafeText) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, 240, 1));
        buf.set_string(0, 0, joined!["│ → ", text].painted(), Style::new());
        buf.set_string(238, 0, "…│", Style::new());
        glyphs.translate(None, &mut buf);
        let shown: String = buf.content.iter().map(Cell::symbol).collect();
        assert!(!shown.contains(MARK), "{shown}");
        shown
    }

    fn value(glyphs: Glyphs, text: &str) -> String {
        shown(glyphs, &literal(text).into())
    }

    fn name(glyphs: Glyphs, text: &str) -> String {
        shown(glyphs, &SafeText::written(&key(text)))
    }

    /// With something behind it: blanks at the end of a row are seen by nobody.
    fn label(glyphs: Glyphs, text: &str) -> String {
        shown(glyphs, &joined![SafeText::data(text), "]"])
    }

    #[test]
    fn a_mark_takes_no_column() {
        for sign in SIGNS.iter().map(|sign| sign.0).chain([" ", "-"]) {
            let marked = SafeText::data(sign);
            assert_eq!((marked.painted().chars().count(), marked.width()), (2, 1), "{sign}");
        }
    }

    #[test]
    fn a_sign_of_the_data_never_looks_like_what_stands_for_it() {
        for glyphs in SETS {
            for sign in SIGNS {
                for other in [sign.1, sign.2].into_iter().filter(|other| !other.is_empty()) {
                    let texts = |text: &str| [format!("x {text} y"), text.to_owned(), format!("{text}\"")];
                    for (left, right) in texts(sign.0).iter().zip(&texts(other)) {
                        assert_ne!(value(glyphs, left), value(glyphs, right), "{glyphs:?} {left} {right}");
                        assert_ne!(name(glyphs, left), name(glyphs, right), "{glyphs:?} {left} {right}");
                        assert_ne!(label(glyphs, left), label(glyphs, right), "{glyphs:?} {left} {right}");
                    }
                }
            }
        }
    }

    #[test]
    fn signs_of_the_frame_between_literals_stay_signs() {
        let [a, b] = ["a → \"─", "b…"].map(|text| SafeText::from(literal(text)));
        let row = shown(Glyphs::Ascii, &joined![a, " → ", b, "  … "]);
        assert!(row.starts_with(r#"| -> "a \u{2192} \"\u{2500}" -> "b\u{2026}" "#), "{row}");
    }

    proptest! {
        #[test]
        fn different_texts_never_look_alike(
            left in "[ab \\-\\.\\\\u{}219\u{1b}\n\"│─…→é日▄⣤±+Δd·]{0,12}",
            right in "[ab \\-\\.\\\\u{}219\u{1b}\n\"│─…→é日▄⣤±+Δd·]{0,12}",
            extra in " {0,4}",
        ) {
            let wider = format!("{left}{extra}é");
            let narrower = format!("{left}é");
            for glyphs in SETS {
                for paint in [value, name, label] {
                    prop_assert_eq!(paint(glyphs, &left) == paint(glyphs, &right), left == right);
                    prop_assert_eq!(paint(glyphs, &wider) == paint(glyphs, &narrower), wider == narrower);
                }
            }
        }
    }
}
