//! Quotation marks in typed arguments, read as a shell reads them: what is typed behind `:` means what it means on a command
//! line.

/// What a `\` in `"` is taken off in front of; elsewhere in `"` it is a letter.
const ESCAPED: [char; 4] = ['"', '\\', '$', '`'];

/// The words of a text: blanks separate them, unless they are in `"` or `'` or behind `\`.
///
/// # Errors
/// A sentence, when a quotation is not closed.
pub fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(mark), _) if char == mark => quote = None,
            (None, '"' | '\'') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (Some('"'), '\\') if !chars.clone().next().is_some_and(|next| ESCAPED.contains(&next)) => {
                word.get_or_insert_default().push(char);
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, _) if char.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    if quote.is_some() {
        return Err(format!("unclosed quotation mark in {text}"));
    }
    words.extend(word);
    Ok(words)
}

/// An argument that is one name or moment: without its quotation marks where it is one quoted word, else as it is.
pub fn one(text: &str) -> String {
    let quoted = text.contains(['"', '\'', '\\']);
    let only = |words: Vec<String>| <[String; 1]>::try_from(words).ok();
    words(text).ok().filter(|_| quoted).and_then(only).map_or_else(|| text.to_owned(), |[word]| word)
}

/// A word as it is typed: in quotation marks where it needs them.
pub fn quoted(word: &str) -> String {
    let plain = |char: char| !char.is_whitespace() && !matches!(char, '"' | '\'' | '\\');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_is_that_of_a_shell() {
        for (text, expected) in [
            ("", vec![]),
            ("a b", vec!["a", "b"]),
            ("  a   b ", vec!["a", "b"]),
            ("\"before deploy\" head", vec!["before deploy", "head"]),
            ("'v9 ' \"\"", vec!["v9 ", ""]),
            ("@\"12:30 PM\" latest", vec!["@12:30 PM", "latest"]),
            ("a\\ b \"c\\\"d\" 'e\\f'", vec!["a b", "c\"d", "e\\f"]),
            ("\"a\\b\" a\\b", vec!["a\\b", "ab"]),
            ("\"C:\\\\dir\\new\" \"\\$5 \\`\"", vec!["C:\\dir\\new", "$5 `"]),
            ("\"a\\'b\"'c'\"\\d\"", vec!["a\\'bc\\d"]),
        ] {
            let shell = std::process::Command::new("sh").arg("-c").arg(format!("printf '%s\\n' {text}")).output();
            let shell = String::from_utf8_lossy(&shell.map(|ended| ended.stdout).unwrap_or_default()).into_owned();
            if !expected.is_empty() {
                assert_eq!(shell.lines().collect::<Vec<_>>(), expected, "a shell, of {text}");
            }
            assert_eq!(
                words(text).as_deref(),
                Ok(&expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
                "{text}"
            );
        }
        assert!(words("\"a b").is_err());
    }

    #[test]
    fn what_is_quoted_reads_back() {
        for word in ["a", "before deploy", "v9 ", "a\"b", "it's", "a\\b", "", "日本 語"] {
            assert_eq!(words(&quoted(word)), Ok(vec![word.to_owned()]));
            assert_eq!(one(&quoted(word)), word);
        }
        for text in ["before deploy", "@12:30", "it's", "a \"b"] {
            assert_eq!(one(text), text);
        }
    }
}
