//! Every text that a person can read, as it stands in the source: plain words, short sentences.
//!
//! Texts are string literals with a blank in them, outside tests and comments, in the parts that speak to people.

use std::fs;
use std::path::{Path, PathBuf};

/// Words that are never used, and invented idiom.
const NEVER: [&str; 30] = [
    "yet to be",
    "that way any",
    "any further that",
    "as ever",
    "anew",
    "taken up",
    "nothing of yours",
    "what is round",
    "goes on with",
    "or no longer",
    "nobody can be asked",
    "and this is none",
    "takes nothing behind",
    "blob",
    "selector",
    "revision",
    "bookmark",
    "backup",
    "revert",
    "experiment arm",
    "namespace",
    "database",
    "key path",
    "garbage",
    "1 versions",
    "1 snapshots",
    "please",
    "sorry",
    "oops",
    "successfully",
];

/// Words of others, in texts about them.
const FOREIGN: [(&str, &str); 3] =
    [("bad revision 'HEAD'", "revision"), ("bucket", "revision"), ("SQLite", "database")];

/// A text and where it stands.
struct Text {
    file: PathBuf,
    line: usize,
    said: String,
}

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        return found.push(path.to_owned());
    }
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if !is_test && (path.is_dir() || path.extension().is_some_and(|ending| ending == "rs")) {
            files(&path, found);
        }
    }
}

/// The string literals of a source, without those of its tests and comments.
fn literals(file: &Path) -> Vec<Text> {
    let source = fs::read_to_string(file).unwrap();
    let source = source.split("#[cfg(test)]").next().unwrap();
    let (mut found, mut line) = (Vec::new(), 1);
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            '/' if letters.peek() == Some(&'/') => {
                letters.by_ref().take_while(|letter| *letter != '\n').for_each(drop);
                line += 1;
            }
            // A letter that is a quote: 'x' and '\'' are no texts, and lifetimes have no end.
            '\'' => {
                let mut ahead = letters.clone();
                match (ahead.next(), ahead.next(), ahead.next()) {
                    (Some('\\'), Some(_), Some('\'')) => drop(letters.nth(2)),
                    (Some(_), Some('\''), _) => drop(letters.nth(1)),
                    _ => {}
                }
            }
            '"' => {
                let began = line;
                let mut text = String::new();
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => break,
                        '\\' => match letters.next() {
                            Some('\n') => {
                                line += 1;
                                while letters.peek().is_some_and(|letter| letter.is_whitespace()) {
                                    line += usize::from(letters.next() == Some('\n'));
                                }
                            }
                            Some('n') => text.push('\n'),
                            Some(other) => text.push(other),
                            None => break,
                        },
                        '\n' => {
                            line += 1;
                            text.push('\n');
                        }
                        letter => text.push(letter),
                    }
                }
                found.push(Text { file: file.to_owned(), line: began, said: text });
            }
            _ => {}
        }
    }
    found.retain(|text| text.said.trim().contains(' ') && text.said.contains(char::is_lowercase));
    found
}

fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(&root.join("src"), &mut all);
    all.iter().flat_map(|file| literals(file)).collect()
}

#[track_caller]
fn none(what: &str, wrong: impl Fn(&str) -> bool) {
    let texts = texts();
    assert!(texts.len() > 500, "only {} texts were found", texts.len());
    let found = texts.iter().filter(|text| wrong(&text.said));
    let found: Vec<String> =
        found.map(|text| format!("{}:{}: {:?}", text.file.display(), text.line, text.said)).collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn no_invented_idiom_and_no_other_word_for_a_term() {
    let words = |text: &str| text.to_lowercase();
    none("words that are not used", |text| {
        let is_foreign = |never: &str| FOREIGN.iter().any(|(by, theirs)| *theirs == never && text.contains(by));
        NEVER.iter().any(|never| words(text).contains(never) && !is_foreign(never))
    });
}

/// Numbers whose noun cannot be 1, or that stand before several nouns at once.
const PLURAL: [&str; 7] = [
    "{many} keys match",
    "{} snapshots stay",
    "The {} versions before",
    "{} versions/col",
    "first {} texts",
    "at most {MOST_",
    "{} keys, {}, in memory",
];

#[test]
fn numbers_agree_with_their_nouns() {
    let nouns =
        ["version", "snapshot", "event", "record", "branche", "transaction", "tenant", "variant", "problem", "byte"];
    let more =
        ["change", "step", "assertion", "line", "place", "element", "key", "text", "commit", "file", "test", "run"];
    let nouns: Vec<String> = nouns.iter().chain(&more).map(|noun| format!("}} {noun}s")).collect();
    none("a number before a plural: use `counted`", |text| {
        nouns.iter().any(|noun| {
            let ends = text.match_indices(noun.as_str()).any(|(at, _)| {
                !text[at + noun.len()..].starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
            });
            ends && !PLURAL.iter().any(|plural| text.contains(plural))
        })
    });
}

#[test]
fn no_double_blank_stands_between_words() {
    none("two blanks between words", |text| {
        let letters: Vec<char> = text.chars().collect();
        let word = |letter: char| letter.is_lowercase() || letter == ',' || letter == ';';
        // Lists of examples stand in columns.
        text.matches("  ").count() < 4
            && letters
                .windows(4)
                .any(|four| word(four[0]) && four[1] == ' ' && four[2] == ' ' && four[3].is_lowercase())
    });
}

#[test]
fn a_message_has_at_most_two_sentences() {
    none("more than two sentences", |text| {
        let ends = text.matches(". ").count() + usize::from(text.ends_with('.'));
        !text.contains('\n') && text.len() < 400 && ends > 2
    });
}
