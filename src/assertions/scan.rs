//! Where a filter in brackets ends, and where `changed(...)` stands in it: seen from its brackets, texts and comments alone.

/// Why a filter has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// The byte of the bracket, or of the quote, that is not closed, or of one that closes nothing.
    pub at: usize,
}

/// A `changed(...)` in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedCall {
    /// The byte where the word begins.
    pub start: usize,
    /// The byte of its opening bracket.
    pub open: usize,
    /// The byte of its closing bracket.
    pub close: usize,
    /// Whether what stands there is given the whole state.
    pub reads_whole: bool,
}

/// What the scanner is inside of.
struct ScanLevel {
    opened: usize,
    /// The closing bracket; a quote for a text.
    close: u8,
    /// Whether what stands here is given the whole state, as far as the brackets around tell.
    whole: bool,
}

/// The words of the language before a bracket that only groups.
const GROUPING: [&str; 7] = ["and", "or", "if", "then", "elif", "else", "try"];

/// Words after which a filter may be given something else.
const BINDING: [&str; 4] = ["def", "reduce", "foreach", "as"];

/// The byte of the bracket that closes the one at `open`, and each `changed(...)` between them, outermost ones only.
///
/// # Errors
/// When it is not closed.
pub(super) fn closed(text: &str, open: usize) -> Result<(usize, Vec<ChangedCall>), Unclosed> {
    let bytes = text.as_bytes();
    let mut levels = vec![ScanLevel { opened: open, close: b')', whole: true }];
    let mut changed: Vec<ChangedCall> = Vec::new();
    // How many levels were open at each `changed(` that is not closed.
    let mut within: Option<usize> = None;
    let (mut at, mut word) = (open + 1, "");
    while let Some(level) = levels.last_mut() {
        let Some(&byte) = bytes.get(at) else { return Err(Unclosed { at: level.opened }) };
        if level.close == b'"' {
            at += text_step(byte, bytes.get(at + 1), at, &mut levels);
            continue;
        }
        match byte {
            b'"' => levels.push(ScanLevel { opened: at, close: b'"', whole: false }),
            b'#' => {
                at = text[at..].find('\n').map_or(text.len(), |end| at + end);
                continue;
            }
            b'(' | b'[' | b'{' => {
                let is_changed = byte == b'(' && word == "changed";
                if is_changed && within.is_none() {
                    let start = text[..at].rfind("changed").unwrap_or(at);
                    changed.push(ChangedCall { start, open: at, close: at, reads_whole: level.whole });
                    within = Some(levels.len());
                }
                let groups = byte == b'(' && (word.is_empty() || GROUPING.contains(&word));
                let whole = groups && levels.last().is_some_and(|level| level.whole);
                levels.push(ScanLevel { opened: at, close: closing(byte), whole });
            }
            b')' | b']' | b'}' if byte != level.close => return Err(Unclosed { at }),
            b')' | b']' | b'}' => {
                levels.pop();
                if levels.is_empty() {
                    return Ok((at, changed));
                }
                if within == Some(levels.len()) {
                    within = None;
                    changed.last_mut().into_iter().for_each(|last| last.close = at);
                }
            }
            b'|' => level.whole = false,
            _ => {}
        }
        let length = word_length(text, at);
        if length > 0 {
            word = &text[at..at + length];
            if BINDING.contains(&word) {
                levels.iter_mut().for_each(|level| level.whole = false);
            }
            at += length;
            continue;
        }
        word = if byte.is_ascii_whitespace() { word } else { "" };
        at += 1;
    }
    Err(Unclosed { at: open })
}

/// One step inside of a text: how many bytes it takes.
fn text_step(byte: u8, next: Option<&u8>, at: usize, levels: &mut Vec<ScanLevel>) -> usize {
    match (byte, next) {
        (b'\\', Some(b'(')) => {
            levels.push(ScanLevel { opened: at + 1, close: b')', whole: false });
            2
        }
        (b'\\', Some(_)) => 2,
        (b'"', _) => {
            levels.pop();
            1
        }
        _ => 1,
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// The bytes of the word that begins here: a name, with what stands before it as `.`, `$`, `@` or `::`.
fn word_length(text: &str, at: usize) -> usize {
    let is_part = |c: char| c == '_' || c == '.' || c == '$' || c == '@' || c == ':' || c.is_alphanumeric();
    text.get(at..).map_or(0, |rest| rest.find(|c| !is_part(c)).unwrap_or(rest.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A filter in brackets with something behind: what is in the brackets, and each `changed(...)` in it, with `!` where it is
    /// not given the whole state.
    #[track_caller]
    fn check(text: &str, inside: &str, expected: &[&str]) {
        let (close, changed) = closed(text, 0).unwrap();
        assert_eq!(&text[1..close], inside, "{text}");
        let words = |found: &ChangedCall| {
            format!("{}{}", if found.reads_whole { "" } else { "!" }, &text[found.start..=found.close])
        };
        assert_eq!(changed.iter().map(words).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_filter_ends_at_its_own_bracket() {
        check("(.a) rest)", ".a", &[]);
        check("(.a | map(.b)) (", ".a | map(.b)", &[]);
        check(r#"(. == ")")"#, r#". == ")""#, &[]);
        check(r#"(. == "\")")"#, r#". == "\")""#, &[]);
        check(r#"(. == "\(.a | ")")")"#, r#". == "\(.a | ")")""#, &[]);
        check(r#"(.["a)b"])"#, r#".["a)b"]"#, &[]);
        check("(.a # it is )\n)", ".a # it is )\n", &[]);
        check("(.é)", ".é", &[]);
    }

    #[test]
    fn changed_is_a_word_of_its_own() {
        check("(changed(.a))", "changed(.a)", &["changed(.a)"]);
        check("(changed (.a) and .b)", "changed (.a) and .b", &["changed (.a)"]);
        check("(not_changed(.a))", "not_changed(.a)", &[]);
        check("(.changed)", ".changed", &[]);
        check("(.changed(.a))", ".changed(.a)", &[]);
        check("(changed)", "changed", &[]);
        check(r#"("changed(.a)" == .b)"#, r#""changed(.a)" == .b"#, &[]);
        check("(.a # changed(.b)\n)", ".a # changed(.b)\n", &[]);
        check(
            "(changed(.a | length) or changed(.b))",
            "changed(.a | length) or changed(.b)",
            &["changed(.a | length)", "changed(.b)"],
        );
        check("(changed(changed(.a)))", "changed(changed(.a))", &["changed(changed(.a))"]);
    }

    #[test]
    fn what_changed_is_given_is_told() {
        check("(changed(.a) | not)", "changed(.a) | not", &["changed(.a)"]);
        check(
            "((changed(.a) | not) and (changed(.b)))",
            "(changed(.a) | not) and (changed(.b))",
            &["changed(.a)", "changed(.b)"],
        );
        check("(.a | changed(.b))", ".a | changed(.b)", &["!changed(.b)"]);
        check("(any(.a[]; changed(.b)))", "any(.a[]; changed(.b))", &["!changed(.b)"]);
        check("([changed(.b)])", "[changed(.b)]", &["!changed(.b)"]);
        check("({a: changed(.b)})", "{a: changed(.b)}", &["!changed(.b)"]);
        check("(if .a then changed(.b) else true end)", "if .a then changed(.b) else true end", &["changed(.b)"]);
        check("(def f: changed(.b); .a | f)", "def f: changed(.b); .a | f", &["!changed(.b)"]);
        check(r#"("\(changed(.a))")"#, r#""\(changed(.a))""#, &["!changed(.a)"]);
    }

    #[test]
    fn what_is_not_closed_is_told() {
        for (text, at) in [("(.a", 0), ("(.a]", 3), ("(\"x", 1), ("([.a)", 4), ("(.a # )", 0), ("(\"\\(.a\")", 6)] {
            assert_eq!(closed(text, 0), Err(Unclosed { at }), "{text}");
        }
    }
}
