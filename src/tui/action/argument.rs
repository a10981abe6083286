//! What an action takes behind its name: one grammar an action, from which its form in help, what completes it and its value
//! come.

use super::{Action, Speed};
use crate::tui::settings::{self, Kind, Name, OPTIONS};
use crate::view::text::{SafeText, joined};

/// What is typed behind the name of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    Nothing,
    /// A moment of the history.
    Moment,
    /// A moment by its time: without the `@`.
    Time,
    /// A moment by its share of the history: without the `%`.
    Share,
    /// Up to two moments.
    Moments,
    /// A path of the state.
    Path,
    /// A filter in the jq language.
    Filter,
    /// The same, or `off`.
    FilterOrOff,
    /// The letter of a mark.
    Letter,
    Speed,
    /// What identifies the elements of an array.
    ArrayKey,
    Tenant,
    Branch,
    Variant,
    /// A name that nothing has yet.
    NewName,
    File,
    /// A source that can be opened.
    Source,
    Demo,
    /// An option and its value.
    Setting,
    /// The value of an option.
    Value(Name),
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, each for another action.
    Action(&'static [(&'static str, Action)]),
    /// Any text, under this name.
    Text(&'static str),
}

/// What was typed, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Argument {
    #[default]
    None,
    Action(Action),
    Letter(char),
    Speed(Speed),
    Text(String),
}

impl Grammar {
    /// What stands for it in help: `TARGET`, `in|out`.
    pub fn form(self) -> String {
        let word = match self {
            Self::Nothing => "",
            Self::Moment => "TARGET",
            Self::Time => "TIME",
            Self::Share => "PERCENT",
            Self::Moments => "A B",
            Self::Path => "PATH",
            Self::Filter => "FILTER",
            Self::FilterOrOff => "EXPR|off",
            Self::Letter => "LETTER",
            Self::Speed => "FACTOR",
            Self::ArrayKey => "FIELD",
            Self::Tenant | Self::NewName | Self::Demo => "NAME",
            Self::Branch => "BRANCH",
            Self::Variant => "VARIANT",
            Self::File => "FILE",
            Self::Source => "SOURCE",
            Self::Setting => "NAME VALUE",
            Self::Text(name) => name,
            Self::Value(option) if matches!(OPTIONS[option as usize].kind, Kind::Named(_)) => "NAME",
            Self::Value(_) | Self::Word(_) | Self::Action(_) => return self.words().join("|"),
        };
        word.to_owned()
    }

    /// The words that it may be; empty where it is something else.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Word(words) => words.to_vec(),
            Self::Value(option) => match OPTIONS[option as usize].kind {
                Kind::Word(words) | Kind::Named(words) => words.to_vec(),
                _ => Vec::new(),
            },
            Self::Action(actions) => actions.iter().map(|(word, _)| *word).collect(),
            _ => Vec::new(),
        }
    }

    /// Reads a text that is not empty.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn read(self, text: &str) -> Result<Argument, SafeText> {
        match self {
            Self::Letter => letter(text).map(Argument::Letter),
            Self::Speed => Speed::parse(text).map(Argument::Speed).map_err(SafeText::from),
            Self::Time => Ok(Argument::Text(format!("@{}", text.trim_start_matches('@')))),
            Self::Share => Ok(Argument::Text(format!("{}%", text.trim_end_matches('%')))),
            Self::Value(option) => Ok(Argument::Text(OPTIONS[option as usize].check(text)?)),
            Self::Action(actions) => {
                let action =
                    actions.iter().find(|(word, _)| *word == text).map(|(_, action)| Argument::Action(*action));
                action.ok_or_else(|| not_one_of(text, &self.words()))
            }
            Self::Word(words) if !words.contains(&text) => Err(not_one_of(text, words)),
            _ => Ok(Argument::Text(text.to_owned())),
        }
    }
}

fn not_one_of(text: &str, words: &[&str]) -> SafeText {
    let near = settings::nearest_words(text, words);
    joined!["Not \"", SafeText::data(text), "\": write ", settings::listed(words), near]
}

fn letter(text: &str) -> Result<char, SafeText> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => Ok(letter),
        _ => Err(joined!["Not a mark: \"", SafeText::data(text), "\"; use a to z or A to Z"]),
    }
}

impl Argument {
    pub fn action(&self) -> Option<Action> {
        if let Self::Action(action) = self { Some(*action) } else { None }
    }

    pub fn letter(&self) -> Option<char> {
        if let Self::Letter(letter) = self { Some(*letter) } else { None }
    }

    pub fn speed(&self) -> Option<Speed> {
        if let Self::Speed(speed) = self { Some(*speed) } else { None }
    }

    /// Any text; empty without one.
    pub fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}
