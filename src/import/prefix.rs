//! Lines of a log in which something stands before the JSON text: a time, a level, the name of a service.
//!
//! Must not name: `texts`, `emit`.

use super::mend::{has_letters, is_words};
use super::moment;
use crate::record::Time;
use crate::value;
use serde::de::IgnoredAny;

/// Bytes that are looked at for the beginning of the JSON text.
const LONGEST: usize = 1024;

/// Brackets that are tried: those of `[INFO]` and `app[12]` begin no JSON text.
const TRIED: usize = 8;

/// Words that a time may be made of: `Wed, 01 Jan 2026 10:00:00 +0000`.
const WORDS_OF_A_TIME: usize = 6;

/// Where the object or array begins that a line ends with, or that is cut off at its end, behind words; `None` where the
/// line has no words before it, or others behind it. O(line).
pub(super) fn json_behind(line: &[u8]) -> Option<usize> {
    let before = &line[..line.len().min(LONGEST)];
    let begins = |at: &usize| *at > 0 && (before[at - 1].is_ascii_whitespace() || b"|:>]=".contains(&before[at - 1]));
    let found = memchr::memchr2_iter(b'{', b'[', before).filter(begins).take(TRIED).find(|at| is_json(&line[*at..]))?;
    let words = std::str::from_utf8(&line[..found]).ok()?;
    // With the bracket a number at the start is no JSON text of its own.
    (has_letters(words) && is_words(&format!("{words}{{"))).then_some(found)
}

fn is_json(text: &[u8]) -> bool {
    let is_cut = |error: serde_json::Error| error.is_eof() && text.starts_with(b"{\"");
    serde_json::from_slice::<IgnoredAny>(text).map_or_else(is_cut, |_| true)
}

/// What the words before a JSON text say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prefix {
    /// The first time among them, with its date.
    pub at: Option<Time>,
    /// The other words, without the signs at their ends.
    pub label: value::Text,
}

impl Prefix {
    /// Reads what stands before a JSON text.
    pub fn of(before: &[u8]) -> Self {
        let text = String::from_utf8_lossy(before);
        let words: Vec<&str> = text.split_whitespace().collect();
        let spans = (0..words.len()).flat_map(|from| {
            let longest = (from + WORDS_OF_A_TIME).min(words.len());
            (from + 1..=longest).rev().map(move |to| (from, to))
        });
        let mut times = spans.filter_map(|(from, to)| Some((time(&words[from..to])?, from, to)));
        let Some((at, from, to)) = times.next() else { return Self { at: None, label: label(&words, &[]) } };
        Self { at: Some(at), label: label(&words[..from], &words[to..]) }
    }
}

/// Signs that set words apart and say nothing.
fn is_sign(char: char) -> bool {
    matches!(char, '|' | ':' | '-' | '>' | '=' | ',' | ';' | '[' | ']' | '(' | ')')
}

/// Whether a word may belong to a time: `2026`, `Thu,`, `Jan`, `PM`, `GMT`. A level or a name does not.
fn is_of_a_time(word: &&str) -> bool {
    word.contains(|char: char| char.is_ascii_digit()) || word.trim_matches(is_sign).len() <= 3
}

fn time(words: &[&str]) -> Option<Time> {
    if !words.iter().all(is_of_a_time) || words.last().is_some_and(|word| word.chars().all(is_sign)) {
        return None;
    }
    let text = words.join(" ");
    let text = text.trim_matches(is_sign);
    let is_count = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    moment::from_stamp(&if is_count { text.to_owned() } else { serde_json::to_string(text).ok()? })
}

fn label(before: &[&str], behind: &[&str]) -> value::Text {
    let words: Vec<_> = before.iter().chain(behind).copied().filter(|word| !word.chars().all(is_sign)).collect();
    let words = words.join(" ");
    // `[INFO]` is `INFO`, and `app[12]:` is `app[12]`.
    let plain = words.trim_matches(|char| is_sign(char) && !matches!(char, '[' | ']' | '(' | ')'));
    let inside =
        plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|rest| !rest.contains(['[', ']']));
    inside.unwrap_or(plain).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_text() {
        for (line, at, label) in [
            (r#"2026-01-01T00:00:01.5Z {"n":1}"#, "2026-01-01T00:00:01.500Z", ""),
            (r#"2026-01-01 00:00:01 INFO {"n":1}"#, "2026-01-01T00:00:01Z", "INFO"),
            (r#"2026-01-01 00:00:01,250 [main] INFO store - {"n":1}"#, "2026-01-01T00:00:01.250Z", "[main] INFO store"),
            (r#"[2026-01-01 00:00:01] INFO: {"n":1}"#, "2026-01-01T00:00:01Z", "INFO"),
            (r#"[INFO] {"n":1}"#, "-", "INFO"),
            (r#"api-1  | {"n":[1,{"a":2}]}"#, "-", "api-1"),
            (r#"api-1  | 2026-01-01T00:00:01Z {"n":1}"#, "2026-01-01T00:00:01Z", "api-1"),
            (r#"Jan  1 00:00:01 host app[12]: {"n":1}"#, "-", "Jan 1 00:00:01 host app[12]"),
            (r#"1767225601.5 {"n":1}"#, "2026-01-01T00:00:01.500Z", ""),
            (r#"127.0.0.1 - - [01/Jan/2026:00:00:01 +0000] {"n":1}"#, "2026-01-01T00:00:01Z", "127.0.0.1"),
            (r#"Thu, 01 Jan 2026 00:00:01 +0000 saved {"n":1}"#, "2026-01-01T00:00:01Z", "saved"),
            (r#"state={"n":1}"#, "-", "state"),
            (r#"INFO {"n":[1,"half"#, "-", "INFO"),
            (r#"patch [{"op":"add","path":"/a","value":1}]"#, "-", "patch"),
        ] {
            let start = json_behind(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            assert!(line[start..].starts_with("{\"n\"") || line[start..].starts_with("[{"), "{line}: {start}");
            let found = Prefix::of(&line.as_bytes()[..start]);
            let time = found.at.map_or("-".into(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
            assert_eq!((time.as_str(), &*found.label), (at, label), "{line}");
        }
        for line in [
            r#"{"n":1}"#,
            r#"[1,{"n":1}]"#,
            r#""a": {"n":1}"#,
            "words",
            "INFO {",
            r#"- {"n":1}"#,
            r#"a,{"n":1}"#,
            r#"INFO {"n":1} more"#,
            "",
            "INFO {n",
            "see [1",
        ] {
            assert_eq!(json_behind(line.as_bytes()), None, "{line}");
        }
    }
}
