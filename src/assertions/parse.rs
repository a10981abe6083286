//! From text to formula.

use super::condition::AssertionCondition;
use super::{Assertion, Formula, WrongAssertion};

/// Deepest nesting of `after`.
const MOST_NESTED: usize = 16;

/// Longest assertion, in bytes.
const MOST_BYTES: usize = 65_536;

/// The words that an assertion begins with.
const WORDS: [&str; 4] = ["always", "never", "eventually", "after"];

/// Reads an assertion and its name.
pub(super) fn assertion(text: &str) -> Result<Assertion, WrongAssertion> {
    if text.len() > MOST_BYTES {
        return Err(WrongAssertion::at(
            text.get(..60).unwrap_or_default(),
            MOST_BYTES,
            format!("an assertion has at most {MOST_BYTES} bytes"),
        ));
    }
    let start = begin(text);
    let name = text[..start].trim().trim_end_matches(':').trim();
    let mut reader = AssertionParser { text, at: start };
    let formula = reader.formula(0)?;
    reader.blanks();
    if reader.at < text.len() {
        let wrong = reader.wrong("expected the end");
        let begins = WORDS.iter().any(|word| reader.rest().starts_with(word));
        return Err(if begins {
            wrong.hinted("one assertion per argument: pass it as another argument")
        } else {
            wrong
        });
    }
    let name = (!name.is_empty()).then(|| name.into());
    Ok(Assertion { name, text: text[start..].trim().into(), formula })
}

/// Where the formula begins: behind the first colon that a word of the language and a bracket follow; else at the start.
fn begin(text: &str) -> usize {
    let begins = |from: &usize| {
        let reader = AssertionParser { text, at: *from }.past_blanks();
        WORDS.iter().any(|word| reader.behind(word).is_some())
    };
    let behind_colons = text.match_indices(':').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind_colons).find(begins).unwrap_or(0)
}

struct AssertionParser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> AssertionParser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn past_blanks(mut self) -> Self {
        self.blanks();
        self
    }

    /// The byte of the bracket behind a word that stands here.
    fn behind(&self, word: &str) -> Option<usize> {
        let rest = self.rest().strip_prefix(word)?.trim_start();
        rest.starts_with('(').then(|| self.text.len() - rest.len())
    }

    fn formula(&mut self, depth: usize) -> Result<Formula, WrongAssertion> {
        self.blanks();
        if depth > MOST_NESTED {
            return Err(self.wrong(&format!("after(...) is nested more than {MOST_NESTED} deep")));
        }
        let Some(word) = WORDS.iter().find(|word| self.behind(word).is_some()) else {
            return Err(self.wrong_word());
        };
        let condition = self.condition(word)?;
        Ok(match *word {
            "always" => Formula::Always(condition),
            "never" => Formula::Never(condition),
            "eventually" => Formula::Eventually(condition),
            _ => {
                self.blanks();
                let until = self.behind("until").map(|_| self.condition("until")).transpose()?;
                Formula::After { from: condition, until, then: Box::new(self.formula(depth + 1)?) }
            }
        })
    }

    /// The filter in brackets behind a word that stands here.
    fn condition(&mut self, word: &str) -> Result<AssertionCondition, WrongAssertion> {
        let open = self.behind(word).unwrap_or(self.at);
        let (condition, close) = AssertionCondition::compile(self.text, open)?;
        self.at = close + 1;
        Ok(condition)
    }

    fn wrong(&self, expected: &str) -> WrongAssertion {
        let rest: String = self.rest().chars().take(24).collect();
        let found = if rest.is_empty() { "the end".to_owned() } else { format!("{rest:?}") };
        WrongAssertion::at(self.text, self.at, format!("{expected}, found {found}"))
    }

    fn wrong_word(&self) -> WrongAssertion {
        let wrong = self.wrong("expected always(...), never(...), eventually(...) or after(...)");
        let rest = self.rest();
        let bare = |word: &&&str| rest.starts_with(**word);
        if rest.starts_with("until") {
            return wrong.hinted("until(...) must follow after(...)");
        }
        if rest.starts_with("changed") {
            return wrong.hinted("write never(changed(...)) or eventually(changed(...))");
        }
        match WORDS.iter().find(bare) {
            Some(word) => wrong.hinted(format!("a filter in brackets follows: {word}(.a > 0)")),
            None if rest.is_empty() => wrong.hinted("what is asserted follows: after(.paid) never(changed(.total))"),
            None => wrong.hinted("a filter alone is not an assertion: write always(.balance >= 0)"),
        }
    }
}
