//! Characters that a screen shows nothing for, or obeys.

/// `Default_Ignorable_Code_Point` of Unicode, and what else a terminal shows nothing for or no letter: first and last
/// code point of each range.
const INVISIBLE: &[(u32, u32)] = &[
    (0xad, 0xad),         // soft hyphen
    (0x34f, 0x34f),       // grapheme joiner
    (0x61c, 0x61c),       // Arabic letter mark
    (0x115f, 0x1160),     // Hangul fillers
    (0x17b4, 0x17b5),     // Khmer inherent vowels
    (0x180b, 0x180f),     // Mongolian selectors
    (0x200b, 0x200f),     // zero width, left-to-right and right-to-left marks
    (0x2028, 0x202e),     // line and paragraph separator, embeddings and overrides
    (0x2060, 0x206f),     // word joiner, invisible operators, isolates
    (0x2800, 0x2800),     // blank of braille
    (0x3164, 0x3164),     // Hangul filler
    (0xe000, 0xf8ff),     // private use
    (0xfdd0, 0xfdef),     // not characters
    (0xfe00, 0xfe0f),     // variation selectors
    (0xfeff, 0xfeff),     // byte order mark
    (0xffa0, 0xffa0),     // half-width Hangul filler
    (0xfff0, 0xfffb),     // unassigned, interlinear marks
    (0xfffe, 0xffff),     // not characters
    (0x1bca0, 0x1bca3),   // shorthand controls
    (0x1d173, 0x1d17a),   // musical controls
    (0xe0000, 0x10_ffff), // tags, more selectors, private use
];

/// Whether a screen shows nothing for a character, or obeys it: control characters among them. O(1).
pub(crate) fn is_invisible(char: char) -> bool {
    let code = u32::from(char);
    let after = INVISIBLE.partition_point(|range| range.0 <= code);
    // The last two code points of every plane are not characters.
    char.is_control() || code & 0xfffe == 0xfffe || after > 0 && INVISIBLE[after - 1].1 >= code
}
