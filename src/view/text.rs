//! Text that is safe and short enough for a screen: visible escapes, widths, numbers, sizes, times.
//!
//! The one spelling of an escape is `\u{1b}`: the code point in lower-case hexadecimal; only line feed, carriage return
//! and tab have short forms (`\n`, `\r`, `\t`). A backslash of the data is doubled where one could read an escape, in
//! literals everywhere, and so is an accent that makes one letter with the one before: different texts never look alike, but
//! for the joiners of emoji.
//! Joiners and variation selectors are escaped in literals: terminals disagree about what they do to the width of a text. In
//! labels and names, those that belong to an emoji are left out, and those that spell a word stay.

mod clusters;
mod cut;
mod letters;
mod mark;
mod named;
mod safe;
mod wrap;

pub use cut::{fit, fit_around, fit_end, fit_from, fit_middle, prefix, shared_start};
pub use letters::{MARK, letters};
#[cfg(test)]
pub use mark::marked;
pub use mark::unmarked;
pub use named::NamedLine;
pub use safe::SafeText;
pub(crate) use safe::joined;
pub use wrap::{wrap, wrap_by};

use crate::error::noun;
use crate::escape::{self, doubled, is_invisible};
use crate::record::{Time, Version};
use crate::value::Value;
use crate::view::needle::Needle;
use clusters::InvisiblePart;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_normalization::char::compose;
use unicode_width::UnicodeWidthChar;

/// Recorded text with everything a terminal would hide or obey shown as an escape, and its own backslashes doubled where one
/// would take them for one. For labels, names, authors, file names; not twice: what it answers is written text.
pub fn recorded(text: &str) -> Cow<'_, str> {
    match doubled(text) {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
    }
}

/// Written text (a sentence, a literal, a path, whatever holds recorded text that is escaped already), with what a terminal
/// would hide or obey shown as an escape all the same. Done twice, it changes nothing more.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    push_readable(&mut shown, text);
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// The text as a JSON string literal that is safe to print; different texts give different literals.
pub fn literal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    push_literal(text, &mut shown);
    shown
}

/// Appends a [`literal`].
pub fn push_literal(text: &str, shown: &mut String) {
    shown.push('"');
    push_visible(shown, text, &mut MarkBase::in_literal(), |char| matches!(char, '"' | '\\'), escape::push);
    shown.push('"');
}

/// A line of a recorded value, spelled as in a [`literal`], but without quotes and without escapes for them.
pub fn unquoted(line: &str) -> String {
    let mut shown = String::with_capacity(line.len() + 8);
    push_visible(&mut shown, &doubled(line), &mut MarkBase::in_literal(), |_| false, escape::push);
    shown
}

/// The text as a JSON string that is safe to print and that any reader of JSON reads back.
pub fn json_literal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    push_visible(&mut shown, text, &mut MarkBase::in_literal(), |char| matches!(char, '"' | '\\'), push_json_escape);
    shown.push('"');
    shown
}

/// An object's key: as it is when nothing about it could mislead, otherwise as a [`literal`].
pub fn key(text: &str) -> Cow<'_, str> {
    let ends = |char: char| char.is_whitespace() || char == '"';
    let odd = text.is_empty() || text.starts_with(ends) || text.ends_with(ends) || text.contains('\\');
    if odd || !is_plain(text) { Cow::Owned(literal(text)) } else { Cow::Borrowed(text) }
}

/// Whether a text is shown as it is, and nothing else looks like it.
pub fn is_plain(text: &str) -> bool {
    let mut before = None;
    let mut composes = |char| is_composed(before.replace(char), char);
    matches!(visible(text), Cow::Borrowed(_)) && (text.is_ascii() || !text.chars().any(&mut composes))
}

/// Whether two characters look like one that there is, as `e` and an accent do.
fn is_composed(before: Option<char>, char: char) -> bool {
    before.is_some_and(|before| !char.is_ascii() && compose(before, char).is_some())
}

/// Bytes of a string that one row shows at most.
const LONGEST: usize = 400;

/// A scalar as a literal; of a very long string or number only the beginning.
pub fn scalar(value: &Value) -> SafeText {
    match value {
        Value::String(text) if text.len() > LONGEST => {
            let mut shown = literal(&text[..text.floor_char_boundary(LONGEST)]);
            shown.pop();
            joined![shown, "…\""]
        }
        Value::String(text) => literal(text).into(),
        other => {
            let mut shown = other.to_json();
            if shown.len() <= LONGEST {
                return shown.into();
            }
            shown.truncate(shown.floor_char_boundary(LONGEST));
            joined![shown, "…"]
        }
    }
}

/// The same, but of a very long string the part around the first place of what is looked for. O(bytes) of one.
pub fn scalar_around(value: &Value, needle: Option<&Needle>) -> SafeText {
    let long = if let Value::String(text) = value { Some(text).filter(|text| text.len() > LONGEST) } else { None };
    let found = long.zip(needle).and_then(|(text, needle)| Some((text, needle.first(text)?)));
    let Some((text, place)) = found.filter(|(_, place)| place.end > LONGEST) else { return scalar(value) };
    let start = text.floor_char_boundary(place.start.saturating_sub(LONGEST / 2));
    let end = text.floor_char_boundary((start + LONGEST).max(place.end));
    let shown = literal(&text[start..end]);
    let inner = shown[1..shown.len() - 1].to_owned();
    joined!["\"…", inner, if end < text.len() { "…\"" } else { "\"" }]
}

/// A scalar as a name: a string without its quotes where that is not misleading.
pub fn bare(value: &Value) -> SafeText {
    match value {
        Value::String(text) if text.len() <= LONGEST => SafeText::written(&key(text)),
        other => scalar(other),
    }
}

/// As in a literal, but what is part of an emoji or of a word reads as such.
fn push_readable(shown: &mut String, text: &str) {
    let (mut begun, mut base) = (0, MarkBase::default());
    let mut before = None;
    for (at, char) in text.char_indices() {
        let end = at + char.len_utf8();
        if is_invisible(char) {
            let part = clusters::part(before, char, text[end..].chars().next());
            if part != InvisiblePart::Escaped {
                push_visible(shown, &text[begun..at], &mut base, |_| false, escape::push);
                shown.extend((part == InvisiblePart::Kept).then_some(char));
                begun = end;
            }
        }
        before = Some(char);
    }
    push_visible(shown, &text[begun..], &mut base, |_| false, escape::push);
}

/// What a mark that takes no column stands on.
#[derive(Default)]
struct MarkBase {
    is_there: bool,
    /// The character before, where those that look like one other are told from it.
    before: Option<char>,
    in_literal: bool,
}

impl MarkBase {
    fn in_literal() -> Self {
        Self { in_literal: true, ..Self::default() }
    }
}

fn push_visible(
    shown: &mut String,
    text: &str,
    base: &mut MarkBase,
    backslashed: impl Fn(char) -> bool,
    escape: fn(&mut String, char),
) {
    for char in text.chars() {
        let mark = char.width() == Some(0);
        if backslashed(char) {
            shown.push('\\');
        }
        let looks_like_one = base.in_literal && is_composed(base.before, char);
        if is_invisible(char) || (mark && !base.is_there) || looks_like_one {
            escape(shown, char);
            (base.is_there, base.before) = (false, None);
        } else {
            shown.push(char);
            (base.is_there, base.before) = (mark || !char.is_whitespace(), Some(char));
        }
    }
}

fn push_json_escape(shown: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        // Writing to a string does not fail.
        let _ = write!(shown, "\\u{unit:04x}");
    }
}

/// Columns of a name in a list.
pub const NAME: usize = 48;

/// Columns the text takes in a terminal.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { letters(text).map(|letter| letter.columns).sum() }
}

/// A name in a list: cut in its middle to at most [`NAME`] columns.
pub fn short_name(name: &str) -> Cow<'_, str> {
    fit_middle(name, NAME)
}

/// `1,204,377`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 snapshot`, `1,204 snapshots`.
pub fn counted(count: impl TryInto<u64>, thing: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", thousands(count), noun(count, thing))
}

/// `38%` of a share between 0 and 1.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// `#48,213`.
pub fn number(version: Version) -> String {
    format!("#{}", thousands(version.0))
}

/// `0 B`, `999 B`, `3.0 KB`, `88 KB`, `2.1 MB` (powers of 1,000).
pub fn size(bytes: u64) -> String {
    let (number, unit) = sized(bytes);
    format!("{number} {unit}")
}

fn sized(bytes: u64) -> (String, &'static str) {
    let mut unit = (1, "B");
    for larger in [(1_000, "KB"), (1_000_000, "MB"), (1_000_000_000, "GB")] {
        // Half a last digit below the unit already rounds up to it.
        if bytes >= larger.0 - unit.0 / 2 && bytes >= 1_000 {
            unit = larger;
        }
    }
    let tenths = (bytes * 10 + unit.0 / 2) / unit.0;
    let text = if unit.0 == 1 || tenths >= 100 {
        ((bytes + unit.0 / 2) / unit.0).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    (text, unit.1)
}

/// A time since the one before: `+0.4ms`, `+12ms`, `+3.2s`, `+1h21`; `-` in front when it went back.
pub fn since(earlier: Time, later: Time) -> String {
    let sign = if later < earlier { '-' } else { '+' };
    format!("{sign}{}", duration((later - earlier).abs()))
}

/// A length of time: `0.4ms`, `12ms`, `3.2s`, `4m07`, `1h21`, `3d4h`, `120d`, `50.7y`.
pub fn duration(length: chrono::Duration) -> String {
    let (ms, seconds) = (length.num_milliseconds(), length.num_seconds());
    match ms {
        ..10 => format!("{}ms", tenths(length.num_microseconds().unwrap_or(0), 1_000)),
        10..1_000 => format!("{ms}ms"),
        1_000..10_000 => format!("{}s", tenths(ms, 1_000)),
        10_000..60_000 => format!("{seconds}s"),
        60_000..3_600_000 => format!("{}m{:02}", seconds / 60, seconds % 60),
        3_600_000..86_400_000 => format!("{}h{:02}", seconds / 3_600, seconds / 60 % 60),
        86_400_000..864_000_000 => format!("{}d{}h", seconds / 86_400, seconds / 3_600 % 24),
        864_000_000..TWO_YEARS => format!("{}d", seconds / 86_400),
        _ => format!("{}y", tenths(seconds, SECONDS_OF_A_YEAR)),
    }
}

/// Of the mean length that years have in the calendar.
const SECONDS_OF_A_YEAR: i64 = 31_556_952;
/// In milliseconds: shorter times are told in days.
const TWO_YEARS: i64 = 2_000 * SECONDS_OF_A_YEAR;

/// How long ago: `just now`, `12 min ago`, `3 hours ago`, `yesterday`, `5 days ago`.
pub fn ago(age: chrono::Duration) -> String {
    match age.num_seconds() {
        ..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", age.num_minutes()),
        3_600..7_200 => "an hour ago".to_owned(),
        7_200..86_400 => format!("{} hours ago", age.num_hours()),
        86_400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", thousands(age.num_days().unsigned_abs())),
    }
}

fn tenths(amount: i64, unit: i64) -> String {
    let tenths = amount * 10 / unit;
    if tenths == 0 { "0".into() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_name_is_cut_in_its_middle() {
        for (name, shown) in [
            ("v1.0.0".to_owned(), "v1.0.0".to_owned()),
            ("n".repeat(NAME), "n".repeat(NAME)),
            (format!("begin{}end", "-".repeat(500)), format!("begin{}…{}end", "-".repeat(19), "-".repeat(20))),
            ("日".repeat(60), format!("{}…{}", "日".repeat(12), "日".repeat(11))),
        ] {
            let short = short_name(&name);
            assert_eq!(short, shown);
            assert!(width(&short) <= NAME, "{short}");
        }
    }

    #[test]
    fn an_age_is_told_as_people_do() {
        for (seconds, words) in [
            (-5, "just now"),
            (59, "just now"),
            (725, "12 min ago"),
            (3_700, "an hour ago"),
            (10_900, "3 hours ago"),
            (90_000, "yesterday"),
            (432_000, "5 days ago"),
        ] {
            assert_eq!(ago(chrono::Duration::seconds(seconds)), words);
        }
    }

    #[test]
    fn what_a_terminal_hides_or_obeys_becomes_visible() {
        for (text, shown) in [
            ("plain", "plain"),
            ("naïve 日本 🦀", "naïve 日本 🦀"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{7f}\u{9b}", "\\u{7f}\\u{9b}"),
            ("ab\u{202e}cd\u{2069}", "ab\\u{202e}cd\\u{2069}"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("x\u{2028}y\u{fff9}", "x\\u{2028}y\\u{fff9}"),
            ("t\u{e0041}\u{fe0f}", "t\\u{e0041}\\u{fe0f}"),
            ("\u{e000}\u{10ffff}\u{1fffe}", "\\u{e000}\\u{10ffff}\\u{1fffe}"),
            ("e\u{301}", "e\u{301}"),
            ("\u{301}e", "\\u{301}e"),
            (" \u{301}", " \\u{301}"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_letter_in_two_characters_does_not_look_like_one() {
        for (text, shown) in [
            ("é", "é"),
            ("e\u{301}", "\"e\\u{301}\""),
            // Two accents, of which the first makes one letter.
            ("e\u{302}\u{301}", "\"e\\u{302}\\u{301}\""),
            ("\u{1112}\u{1161}\u{11ab}", "\"\u{1112}\\u{1161}\\u{11ab}\""),
            ("한", "한"),
            // No letter stands for these two.
            ("q\u{301}", "q\u{301}"),
            ("\u{915}\u{93c}", "\u{915}\u{93c}"),
        ] {
            assert_eq!(key(text), shown, "{text:?}");
            assert_eq!(is_plain(text), !shown.contains('"'), "{text:?}");
            assert_eq!(literal(text), if is_plain(text) { format!("\"{shown}\"") } else { shown.to_owned() });
        }
    }

    #[test]
    fn emoji_and_words_with_joiners_read_as_text() {
        for (text, shown) in [
            ("⚡\u{fe0f} Improve perf", "⚡ Improve perf"),
            ("❤\u{fe0f}", "❤"),
            ("🧑\u{200d}💻", "🧑💻"),
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦!", "👨👩👧👦!"),
            ("🏳\u{fe0f}\u{200d}🌈", "🏳🌈"),
            ("🧑🏽\u{200d}🚀", "🧑🏽🚀"),
            ("1\u{fe0f}\u{20e3}", "1\u{20e3}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            // What hides or reorders something stays an escape.
            ("a\u{fe0f}", "a\\u{fe0f}"),
            ("1\u{fe0f}", "1\\u{fe0f}"),
            ("⚡\u{fe0f}\u{fe0f}", "⚡\\u{fe0f}"),
            ("⚡\u{fe0e}", "⚡\\u{fe0e}"),
            ("\u{fe0f}⚡", "\\u{fe0f}⚡"),
            ("🧑\u{200d}", "🧑\\u{200d}"),
            ("🧑\u{200d}a", "🧑\\u{200d}a"),
            ("a\u{200d}b", "a\\u{200d}b"),
            ("a\u{200c}b", "a\\u{200c}b"),
            ("می\u{200c}", "می\\u{200c}"),
            ("می\u{200c}\u{200c}خ", "می\\u{200c}\\u{200c}خ"),
            ("می\u{200b}خ", "می\\u{200b}خ"),
            ("می\u{202e}خ", "می\\u{202e}خ"),
            ("می\u{200f}خ", "می\\u{200f}خ"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
            // In a value every character counts; a keycap has nothing to stand on behind an escape.
            if text.contains('\u{20e3}') {
                continue;
            }
            let escaped: String = text
                .chars()
                .map(|char| if is_invisible(char) { format!("\\u{{{:x}}}", u32::from(char)) } else { char.to_string() })
                .collect();
            assert_eq!(literal(text), format!("\"{escaped}\""), "{text:?}");
        }
    }

    #[test]
    fn a_backslash_in_the_data_is_no_escape() {
        assert_eq!(literal("\u{1b}"), r#""\u{1b}""#);
        assert_eq!(literal(r"\u{1b}"), r#""\\u{1b}""#);
        assert_eq!(literal(r#"say "hi""#), r#""say \"hi\"""#);
        assert_eq!(key("s-0001"), "s-0001");
        for odd in ["", " a", "a ", r"a\n", "\"a\"", "a\u{200b}"] {
            assert_eq!(key(odd), literal(odd), "{odd:?}");
        }
    }

    #[test]
    fn text_is_cut_between_characters() {
        for (text, columns, cut) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("abcd", 1, "…"),
            ("abcd", 0, ""),
            ("ab cd", 4, "ab…"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] {
            assert_eq!(fit(text, columns), cut, "{text:?} in {columns}");
        }
    }

    #[test]
    fn numbers_sizes_and_times_are_short() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_204_377, "1,204,377")] {
            assert_eq!(thousands(number), text);
        }
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 KB"),
            (3_049, "3.0 KB"),
            (9_949, "9.9 KB"),
            (9_951, "10 KB"),
            (88_400, "88 KB"),
            (999_499, "999 KB"),
            (999_500, "1.0 MB"),
            (2_100_000, "2.1 MB"),
            (5_000_000_000, "5.0 GB"),
        ] {
            assert_eq!(size(bytes), text, "{bytes}");
        }
        for (us, text) in [
            (0, "0ms"),
            (400, "0.4ms"),
            (9_700, "9.7ms"),
            (12_000, "12ms"),
            (3_200_000, "3.2s"),
            (32_000_000, "32s"),
            (247_000_000, "4m07"),
            (4_860_000_000, "1h21"),
            (273_600_000_000, "3d4h"),
            (10_368_000_000_000, "120d"),
            (63_000_000_000_000, "729d"),
            (63_113_904_000_000, "2.0y"),
            (1_599_955_200_000_000, "50.7y"),
        ] {
            assert_eq!(duration(chrono::Duration::microseconds(us)), text);
        }
    }

    /// Recorded text from what is shown of it.
    fn read_back(shown: &str) -> String {
        let (mut text, mut rest) = (String::new(), shown);
        while let Some(letter) = rest.chars().next() {
            let code = || rest.strip_prefix("\\u{").and_then(|code| code.split_once('}'));
            let read = |code: &str| char::from_u32(u32::from_str_radix(code, 16).ok()?);
            let short = [("\\\\", '\\'), ("\\n", '\n'), ("\\r", '\r'), ("\\t", '\t')];
            let short = short.into_iter().find_map(|(escape, is)| Some((is, rest.strip_prefix(escape)?)));
            let long = code().and_then(|(code, left)| Some((read(code)?, left)));
            let (is, left) = short.or(long).unwrap_or((letter, &rest[letter.len_utf8()..]));
            text.push(is);
            rest = left;
        }
        text
    }

    #[test]
    fn a_typed_escape_is_told_from_what_it_names() {
        for (text, shown) in [
            ("\u{1b}", r"\u{1b}"),
            (r"\u{1b}", r"\\u{1b}"),
            (r"C:\Data\x", r"C:\Data\x"),
            (r"C:\new", r"C:\\new"),
            ("\\\n", r"\\\n"),
            (r"\\", r"\\\"),
            ("\\\u{301}", "\\\u{301}"),
        ] {
            assert_eq!(recorded(text), shown, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn shown_text_holds_nothing_a_terminal_obeys(text in any::<String>()) {
            for shown in [visible(&text).into_owned(), literal(&text), key(&text).into_owned()] {
                let obeyed = |char: char| is_invisible(char) && !matches!(char, '\u{200c}' | '\u{200d}');
                prop_assert!(!shown.chars().any(obeyed), "{:?}", shown);
            }
        }

        #[test]
        fn different_texts_have_different_literals(left in "[\\\\u{}1b\"\u{1b}\n]{0,8}", right in "[\\\\u{}1b\"\u{1b}\n]{0,8}") {
            prop_assert_eq!(literal(&left) == literal(&right), left == right);
            prop_assert_eq!(key(&left) == key(&right), left == right);
            prop_assert_eq!(recorded(&left) == recorded(&right), left == right);
        }

        #[test]
        fn recorded_text_is_read_back(text in "([\\\\u{}1bnrt \"]|[\u{1b}\n\t\u{202e}\u{301}\u{200d}é日\u{7f}]){0,12}") {
            prop_assert_eq!(read_back(&recorded(&text)), text);
        }

        #[test]
        fn escaping_twice_is_escaping_once(text in any::<String>()) {
            let once = recorded(&text).into_owned();
            prop_assert_eq!(visible(&once), once.as_str());
        }

        #[test]
        fn cut_text_fits(text in any::<String>(), columns in 0usize..40) {
            let text = visible(&text).into_owned();
            prop_assert!(width(&fit(&text, columns)) <= columns);
        }
    }
}
