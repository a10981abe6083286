//! What an action takes behind its name: one grammar an action, from which its form in help, what completes it and its value
//! come.

use super::{Action, Speed};
use crate::diff::ArrayKey;
use crate::history::Target;
use crate::query::Query;
use crate::source::demos;
use crate::tui::settings::{self, OPTIONS, OptionKind, OptionName, Setting};
use crate::value::{Path, Value};
use crate::view::quoting;
use crate::view::text::{SafeText, joined};
use std::path::PathBuf;
use std::sync::Arc;

/// Takes away what a command sets.
pub const OFF: &str = "off";
/// Matches as if nothing had been chosen.
pub const AUTO: &str = "auto";
/// Matches by position.
pub const INDEX: &str = "index";

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
    /// A filter that is asked whether it holds.
    Condition,
    /// The same, or `off`.
    ConditionOrOff,
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
    Value(OptionName),
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, each for another action.
    Action(&'static [(&'static str, Action)]),
    /// The same, or two moments.
    ActionOrMoments(&'static [(&'static str, Action)]),
    /// Any text, under this name.
    Text(&'static str),
}

/// What was typed, read.
#[derive(Debug, Clone, Default)]
pub enum Argument {
    #[default]
    None,
    Action(Action),
    Letter(char),
    /// What the elements of an array are matched by; `None` for what identifies them by itself.
    ArrayKey(Option<ArrayKey>),
    File(PathBuf),
    Filter(Arc<Query>),
    Moment(Target),
    /// At least one, at most two.
    Moments(Vec<Target>),
    /// What was set is taken away.
    Off,
    Path(Path),
    /// An option, and the value it is to have.
    Setting(&'static Setting, Option<String>),
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
            Self::Filter | Self::Condition => "FILTER",
            Self::FilterOrOff | Self::ConditionOrOff => "EXPR|off",
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
            Self::Value(option) if matches!(OPTIONS[option as usize].kind, OptionKind::Named(_)) => "NAME",
            Self::ActionOrMoments(_) => return format!("{}|A B", self.words().join("|")),
            Self::Value(_) | Self::Word(_) | Self::Action(_) => return self.words().join("|"),
        };
        word.to_owned()
    }

    /// The words that it may be; empty where it is something else.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Word(words) => words.to_vec(),
            Self::Value(option) => match OPTIONS[option as usize].kind {
                OptionKind::Word(words) | OptionKind::Named(words) => words.to_vec(),
                _ => Vec::new(),
            },
            Self::Action(actions) | Self::ActionOrMoments(actions) => actions.iter().map(|(word, _)| *word).collect(),
            Self::Demo => demos().into_iter().map(|(name, _)| name).collect(),
            Self::Setting => OPTIONS.iter().map(|setting| setting.name).collect(),
            _ => Vec::new(),
        }
    }

    /// Reads a text that is not empty; paths are those of a state.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn read(self, text: &str, state: &Value) -> Result<Argument, SafeText> {
        match self {
            Self::Letter => letter(text).map(Argument::Letter),
            Self::Speed => Speed::parse(text).map(Argument::Speed).map_err(SafeText::from),
            Self::Moment => moment(&quoting::one(text)).map(Argument::Moment),
            Self::Time => moment(&format!("@{}", quoting::one(text).trim_start_matches('@'))).map(Argument::Moment),
            Self::Share => match moment(&format!("{}%", text.trim_end_matches('%')))? {
                share @ Target::Percent(_) => Ok(Argument::Moment(share)),
                _ => Err(joined!["Not a percentage: \"", SafeText::data(text), "\"; use 0 to 100"]),
            },
            Self::Moments => moments(text).map(Argument::Moments),
            Self::Path => Path::parse(text, state).map(Argument::Path).map_err(|error| error.to_string().into()),
            Self::FilterOrOff | Self::ConditionOrOff if text == OFF => Ok(Argument::Off),
            Self::Filter | Self::FilterOrOff | Self::Condition | Self::ConditionOrOff => {
                let judges = matches!(self, Self::Condition | Self::ConditionOrOff);
                let query = if judges { Query::condition(text) } else { Query::value(text) };
                Ok(Argument::Filter(Arc::new(query.map_err(|wrong| wrong.to_string())?)))
            }
            Self::ArrayKey => Ok(Argument::ArrayKey(match text {
                AUTO => None,
                INDEX => Some(ArrayKey::Index),
                field => Some(ArrayKey::Field(field.trim_start_matches('.').into())),
            })),
            Self::Tenant | Self::Branch | Self::Variant | Self::NewName => Ok(Argument::Text(quoting::one(text))),
            Self::File => Ok(Argument::File(expand_home(text))),
            Self::Value(option) => setting(&OPTIONS[option as usize], text),
            Self::Setting => {
                let (name, value) = text.split_once(|c: char| c == '=' || c.is_whitespace()).unwrap_or((text, ""));
                setting(settings::named(name)?, value.trim())
            }
            Self::Action(actions) => action(actions, text).ok_or_else(|| not_one_of(text, &self.words())),
            Self::ActionOrMoments(actions) => match action(actions, text) {
                Some(action) => Ok(action),
                None if quoting::words(text)?.len() == 2 => moments(text).map(Argument::Moments),
                None => {
                    Err(joined![not_one_of(text, &self.words()), "; or two moments, as #100 #200, @2026-06 @2026-07"])
                }
            },
            Self::Word(words) if !words.contains(&text) => Err(not_one_of(text, words)),
            _ => Ok(Argument::Text(text.to_owned())),
        }
    }
}

fn action(actions: &[(&str, Action)], text: &str) -> Option<Argument> {
    actions.iter().find(|(word, _)| *word == text).map(|(_, action)| Argument::Action(*action))
}

fn not_one_of(text: &str, words: &[&str]) -> SafeText {
    let near = settings::nearest_words(text, words);
    joined!["Not \"", SafeText::data(text), "\": write ", settings::listed(words), near]
}

fn setting(setting: &'static Setting, value: &str) -> Result<Argument, SafeText> {
    let value = if value.is_empty() { None } else { Some(setting.check(value)?) };
    Ok(Argument::Setting(setting, value))
}

fn moment(text: &str) -> Result<Target, SafeText> {
    Target::parse(text).map_err(|error| error.to_string().into())
}

fn moments(text: &str) -> Result<Vec<Target>, SafeText> {
    let words = quoting::words(text)?;
    if words.len() > 2 {
        return Err("At most two moments: quote a name that has blanks".into());
    }
    words.iter().map(|word| moment(word)).collect()
}

fn letter(text: &str) -> Result<char, SafeText> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => Ok(letter),
        _ => Err(joined!["Not a mark: \"", SafeText::data(text), "\"; use a to z or A to Z"]),
    }
}

impl Argument {
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    pub fn action(&self) -> Option<Action> {
        if let Self::Action(action) = self { Some(*action) } else { None }
    }

    pub fn letter(&self) -> Option<char> {
        if let Self::Letter(letter) = self { Some(*letter) } else { None }
    }

    pub fn file(&self) -> Option<&std::path::Path> {
        if let Self::File(path) = self { Some(path) } else { None }
    }

    pub fn filter(&self) -> Option<&Arc<Query>> {
        if let Self::Filter(query) = self { Some(query) } else { None }
    }

    pub fn moment(&self) -> Option<&Target> {
        if let Self::Moment(target) = self { Some(target) } else { None }
    }

    pub fn moments(&self) -> &[Target] {
        if let Self::Moments(targets) = self { targets } else { &[] }
    }

    pub fn path(&self) -> Option<&Path> {
        if let Self::Path(path) = self { Some(path) } else { None }
    }

    pub fn speed(&self) -> Option<Speed> {
        if let Self::Speed(speed) = self { Some(*speed) } else { None }
    }

    /// Any text; empty without one.
    pub fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}

/// A path as typed, with the home directory in place of `~`.
pub fn expand_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}
