//! Which invisible characters are part of how a text is written: selectors and joiners of emoji, joiners between letters of
//! scripts that need them. All others are escaped.

/// What becomes of an invisible character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InvisiblePart {
    /// It is shown as an escape.
    Escaped,
    /// It stays: it takes no column, and the letters round it read as they should.
    Kept,
    /// It is left out: terminals disagree about the width of what it makes, none about that of the signs by themselves.
    Left,
}

/// The selector that asks for the coloured form of a sign.
const EMOJI: char = '\u{fe0f}';
const JOINER: char = '\u{200d}';
const NON_JOINER: char = '\u{200c}';
const KEYCAP: char = '\u{20e3}';

/// What becomes of an invisible character between two others. O(1).
pub(super) fn part(before: Option<char>, char: char, after: Option<char>) -> InvisiblePart {
    let Some(before) = before else { return InvisiblePart::Escaped };
    let is_key = matches!(before, '0'..='9' | '#' | '*') && after == Some(KEYCAP);
    let in_emoji = || is_emoji(before) && after.is_some_and(is_picture);
    match char {
        EMOJI if is_picture(before) || is_key => InvisiblePart::Left,
        JOINER if in_emoji() => InvisiblePart::Left,
        JOINER | NON_JOINER if is_joining(before) && after.is_some_and(is_joining) => InvisiblePart::Kept,
        _ => InvisiblePart::Escaped,
    }
}

/// What an emoji may end with before it is joined to another.
fn is_emoji(char: char) -> bool {
    is_picture(char) || char == EMOJI || ('\u{1f3fb}'..='\u{1f3ff}').contains(&char)
}

/// First and last code point of the signs that may be emoji.
const PICTURES: &[(u32, u32)] = &[
    (0xa9, 0xa9),
    (0xae, 0xae),
    (0x203c, 0x203c),
    (0x2049, 0x2049),
    (0x2122, 0x2122),
    (0x2139, 0x2139),
    (0x2194, 0x21aa),
    (0x231a, 0x23ff),
    (0x24c2, 0x24c2),
    (0x25aa, 0x25fe),
    (0x2600, 0x27bf),
    (0x2934, 0x2935),
    (0x2b05, 0x2b55),
    (0x3030, 0x303d),
    (0x3297, 0x3299),
    (0x1f000, 0x1f3fa),
    (0x1f400, 0x1faff),
];

fn is_picture(char: char) -> bool {
    PICTURES.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(char)))
}

/// Letters and marks of scripts in which joiners are spelling: Arabic, Syriac, those of India.
const JOINING: &[(u32, u32)] =
    &[(0x620, 0x6ff), (0x710, 0x77f), (0x8a0, 0x8ff), (0x900, 0xdff), (0xfb50, 0xfdcf), (0xfe70, 0xfefc)];

fn is_joining(char: char) -> bool {
    let code = u32::from(char);
    (char.is_alphabetic() || is_virama(code)) && JOINING.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// Signs of Indian scripts that are no letters, and come before a joiner.
fn is_virama(code: u32) -> bool {
    (0x900..=0xdff).contains(&code) && matches!(code & 0x7f, 0x4d) || code == 0xdca
}
