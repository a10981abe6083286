//! Asks the terminal, once, before the screen is there: how wide a block and an arrow are, what the background is, and
//! whether it tells keys apart (the kitty keyboard protocol).
//!
//! One question with several parts, one wait. The last part is answered by every terminal, so that a silent one costs
//! [`PATIENCE`] and any other one round trip. Keys typed meanwhile are kept. Must not name: `look`, `theme`, `app`.

use crate::tui::glyphs::GlyphWidths;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

mod terminal;

/// What the terminal said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// How far the cursor moved.
    pub widths: Option<GlyphWidths>,
    pub background: Option<[u8; 3]>,
    /// Whether it speaks the kitty keyboard protocol.
    pub kitty: Option<bool>,
    /// Whether it knows mouse reports with large coordinates; only asked by `asof doctor`.
    pub mouse: Option<bool>,
    /// Keys that were typed meanwhile.
    pub typed: Vec<KeyEvent>,
    /// Whether answers may still come.
    pub late: bool,
}

/// What to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeQuestion {
    /// What a screen needs.
    Screen,
    /// What `asof doctor` tells as well.
    Doctor,
}

impl ProbeQuestion {
    /// Colour first, cursor last: terminals answer in order, and every one of them knows where its cursor is. What was
    /// printed is erased.
    fn text(self) -> String {
        let more = if self == Self::Doctor { "\x1b[?1006$p" } else { "" };
        format!("\x1b]11;?\x1b\\\x1b[?u{more}\r█\x1b[6n\r→\x1b[6n\r\x1b[K")
    }
}

/// Asks the terminal; no answers where there is none.
pub fn ask(question: ProbeQuestion) -> Answers {
    let bytes = terminal::ask(&question.text(), |bytes| read(bytes).is_complete());
    bytes.map(|bytes| read(&bytes)).unwrap_or_default()
}

impl Answers {
    fn is_complete(&self) -> bool {
        self.widths.is_some()
    }
}

/// Reads what came: answers, and keys between them.
fn read(bytes: &[u8]) -> Answers {
    let mut answers = Answers::default();
    let mut columns = Vec::new();
    let mut rest = bytes;
    while let [first, ..] = rest {
        let length = match sequence(rest) {
            Some(ProbeReply::Cursor(column, length)) => {
                columns.push(column.saturating_sub(1));
                length
            }
            Some(ProbeReply::Background(rgb, length)) => {
                answers.background = rgb;
                length
            }
            Some(ProbeReply::Kitty(length)) => {
                answers.kitty = Some(true);
                length
            }
            Some(ProbeReply::Mouse(knows, length)) => {
                answers.mouse = Some(knows);
                length
            }
            Some(ProbeReply::Other(length)) => length,
            None => {
                answers.typed.extend(key(*first));
                1
            }
        };
        rest = &rest[length..];
    }
    if let [block, arrow, ..] = columns[..] {
        answers.widths = Some(GlyphWidths { block, arrow });
        answers.kitty = answers.kitty.or(Some(false));
    }
    answers.late = !answers.is_complete();
    answers
}

/// A sequence and its length.
enum ProbeReply {
    Cursor(u16, usize),
    Background(Option<[u8; 3]>, usize),
    Kitty(usize),
    Mouse(bool, usize),
    Other(usize),
}

/// The sequence at the start; one without an end takes all the rest with it.
fn sequence(bytes: &[u8]) -> Option<ProbeReply> {
    match bytes {
        [0x1b, b']', ..] => {
            let end = bytes.iter().position(|byte| *byte == 0x07).map(|at| (at, at + 1));
            let end = bytes.windows(2).position(|pair| pair == b"\x1b\\").map(|at| (at, at + 2)).or(end);
            Some(
                end.map_or(ProbeReply::Other(bytes.len()), |(at, end)| ProbeReply::Background(rgb(&bytes[2..at]), end)),
            )
        }
        [0x1b, b'[', ..] => {
            let end = bytes[2..].iter().position(|byte| (0x40..=0x7e).contains(byte)).map(|at| at + 2);
            let words = |end: usize| std::str::from_utf8(&bytes[2..end]).unwrap_or_default();
            Some(end.map_or(ProbeReply::Other(bytes.len()), |end| report(words(end), bytes[end], end + 1)))
        }
        _ => None,
    }
}

fn report(words: &str, last: u8, length: usize) -> ProbeReply {
    match (last, words.strip_prefix('?'), words.split_once(';')) {
        (b'R', None, Some((_, column))) => {
            column.parse().map_or(ProbeReply::Other(length), |column| ProbeReply::Cursor(column, length))
        }
        (b'u', Some(_), _) => ProbeReply::Kitty(length),
        (b'y', Some(mode), _) if mode.starts_with("1006;") => ProbeReply::Mouse(!mode.starts_with("1006;0"), length),
        _ => ProbeReply::Other(length),
    }
}

/// `11;rgb:1b1b/1d1d/2323`, with one to four digits each.
fn rgb(words: &[u8]) -> Option<[u8; 3]> {
    let words = std::str::from_utf8(words).ok()?.strip_prefix("11;rgb")?;
    let mut parts = words.split_once(':')?.1.split('/').map(|digits| {
        let most = 16u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1).filter(|most| *most > 0)?;
        u8::try_from(u32::from_str_radix(digits, 16).ok()? * 255 / most).ok()
    });
    Some([parts.next()??, parts.next()??, parts.next()??])
}

/// A key that was typed before the screen could take it. Keys of several bytes are left out.
fn key(byte: u8) -> Option<KeyEvent> {
    let plain = |code| Some(KeyEvent::new(code, KeyModifiers::NONE));
    match byte {
        b'\r' | b'\n' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x1b => plain(KeyCode::Esc),
        0x7f => plain(KeyCode::Backspace),
        1..=26 => Some(KeyEvent::new(KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL)),
        b' '..=b'~' => plain(KeyCode::Char(char::from(byte))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &str, widths: Option<(u16, u16)>, background: Option<[u8; 3]>, typed: &str) {
        let answers = read(bytes.as_bytes());
        let expected = widths.map(|(block, arrow)| GlyphWidths { block, arrow });
        assert_eq!((answers.widths, answers.background), (expected, background), "{bytes:?}");
        let keys: Vec<String> = answers.typed.iter().map(|key| crate::tui::key::Key::of(key).to_string()).collect();
        assert_eq!(keys.join(" "), typed, "{bytes:?}");
        assert_eq!(answers.late, widths.is_none());
    }

    #[test]
    fn answers_are_read() {
        check("\x1b[24;2R\x1b[24;2R", Some((1, 1)), None, "");
        check("\x1b[24;3R\x1b[24;2R", Some((2, 1)), None, "");
        check("\x1b]11;rgb:1b1b/1d1d/2323\x1b\\\x1b[1;2R\x1b[1;2R", Some((1, 1)), Some([0x1b, 0x1d, 0x23]), "");
        check("\x1b]11;rgb:fd/f6/e3\x07\x1b[1;2R\x1b[1;2R", Some((1, 1)), Some([0xfd, 0xf6, 0xe3]), "");
        check("\x1b]11;rgba:ffff/ffff/ffff/ffff\x07", None, Some([255, 255, 255]), "");
        check("\x1b]11;rgb:f/0/8\x07", None, Some([255, 0, 136]), "");
        check("\x1b]11;rgb:zz/0\x07\x1b[1;2R\x1b[1;2R", Some((1, 1)), None, "");
        check("", None, None, "");
        check("\x1b[24;2R", None, None, "");
    }

    #[test]
    fn what_was_typed_meanwhile_is_kept() {
        check("..\x1b[24;2R,\x1b[24;2R", Some((1, 1)), None, ". . ,");
        check(".\x1b[A\x1b[24;2R\x1b[24;2Rq\r\x03", Some((1, 1)), None, ". q Enter ctrl+c");
        check("G", None, None, "G");
        check("\x1b]11;rgb:1b1b", None, None, "");
        check("q\x1b", None, None, "q Esc");
    }

    #[test]
    fn the_doctors_questions_are_answered_too() {
        let answers = read(b"\x1b[?0u\x1b[?1006;2$y\x1b[1;2R\x1b[1;2R");
        assert_eq!((answers.kitty, answers.mouse), (Some(true), Some(true)));
        let answers = read(b"\x1b[?1006;0$y\x1b[1;2R\x1b[1;2R");
        assert_eq!((answers.kitty, answers.mouse), (Some(false), Some(false)));
    }
}
