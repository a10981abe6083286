//! Patches of a text in the form of diff-match-patch, applied where they say and nowhere else.

use crate::escape::in_quotes;
use crate::value::Text;

/// One hunk: where it begins, in UTF-16 units of the text as the hunks before left it; what stands there; what comes.
struct Hunk {
    at: usize,
    old: Vec<u16>,
    new: Vec<u16>,
}

/// `old` after all hunks of a patch. O(text) a hunk.
///
/// # Errors
/// Where the patch is none, or the text is not the one it was made of.
pub(super) fn patched(old: &str, patch: &str) -> Result<Text, String> {
    let mut text: Vec<u16> = old.encode_utf16().collect();
    for (number, hunk) in hunks(patch)?.into_iter().enumerate() {
        let end = hunk.at.saturating_add(hunk.old.len());
        if text.get(hunk.at..end) != Some(&hunk.old) {
            return Err(format!("part {} of the text patch does not fit the text", number + 1));
        }
        text.splice(hunk.at..end, hunk.new);
    }
    String::from_utf16(&text).map(Text::from).map_err(|_| "the text patch cuts a character".into())
}

fn hunks(patch: &str) -> Result<Vec<Hunk>, String> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for line in patch.lines().filter(|line| !line.is_empty()) {
        if let Some(head) = line.strip_prefix("@@ ") {
            let at = start(head).ok_or_else(|| format!("{} is not a header of a text patch", in_quotes(line)))?;
            hunks.push(Hunk { at, old: Vec::new(), new: Vec::new() });
            continue;
        }
        let words = line.get(1..).and_then(decoded);
        let (Some(hunk), Some(words)) = (hunks.last_mut(), words) else {
            return Err(format!("{} is not a line of a text patch", in_quotes(line)));
        };
        let units: Vec<u16> = words.encode_utf16().collect();
        match line.as_bytes()[0] {
            b' ' => {
                hunk.old.extend(&units);
                hunk.new.extend(units);
            }
            b'-' => hunk.old.extend(units),
            b'+' => hunk.new.extend(units),
            _ => return Err(format!("{} is not a line of a text patch", in_quotes(line))),
        }
    }
    Ok(hunks)
}

/// The start in the newer text of `-1,4 +1,5 @@`, from 0.
fn start(head: &str) -> Option<usize> {
    let newer = head.strip_suffix(" @@")?.split_once(" +")?.1;
    let (at, length) = newer.split_once(',').unwrap_or((newer, "1"));
    let at: usize = at.parse().ok()?;
    // An empty range names the place before it.
    if length == "0" { Some(at) } else { at.checked_sub(1) }
}

/// A text without its `%xx`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_patched() {
        for (old, patch, expected) in [
            ("abcdef", "@@ -1,6 +1,6 @@\n ab\n-cd\n+XY\n ef\n", Ok("abXYef")),
            ("", "@@ -0,0 +1,3 @@\n+abc\n", Ok("abc")),
            ("abc", "@@ -1,3 +0,0 @@\n-abc\n", Ok("")),
            ("a\u{1F600}b", "@@ -1,4 +1,5 @@\n a%F0%9F%98%80\n+x\n b\n", Ok("a\u{1F600}xb")),
            ("a b", "@@ -1,3 +1,4 @@\n a \n+%0A\n b\n", Ok("a \nb")),
            ("abc", "@@ -1,3 +1,3 @@\n-x\n+y\n bc\n", Err("part 1 of the text patch")),
            ("abc", "@@ -9,1 +9,1 @@\n-c\n+y\n", Err("part 1 of the text patch")),
            ("abc", "-c\n", Err("\"-c\" is not a line")),
            ("abc", "@@ nonsense\n", Err("\"@@ nonsense\" is not a header")),
            ("abc", "@@ -1 +1 @@\n-a\n+%zz\n", Err("\"+%zz\" is not a line")),
            ("abc", "@@ -1 +1 @@\n?a\n", Err("\"?a\" is not a line")),
            ("abc", "@@ -1 +1 @@\n\u{e9}a\n", Err("\"\u{e9}a\" is not a line")),
        ] {
            match (patched(old, patch), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{old} with {patch}"),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{old} with {patch}: {found}"),
                (found, _) => panic!("{old} with {patch}: {found:?}"),
            }
        }
    }
}
