//! OPTIONS: the one table of what can be set. Flags, `ASOF_*` variables, `config.toml`, `:set`, `--print-config` and
//! `asof doctor` are made from it.
//!
//! Must not name: files, `clap`, `app`.

use crate::escape::in_quotes;
use crate::history::Zone;
use crate::history::nearest::nearest;
use std::fmt;
use std::path::PathBuf;

/// An option's place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionName {
    Glyphs,
    Color,
    Theme,
    Background,
    Keys,
    Mouse,
    Clipboard,
    ReadOnly,
    Author,
    Plain,
    Axis,
    Density,
    TimeZone,
    Startup,
}

/// What values an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or the name of something of the person's own.
    Named(&'static [&'static str]),
    /// A time zone: `local`, `UTC`, a name or an offset.
    Zone,
    /// `true` or `false`.
    Switch,
    Text,
    /// Commands of the screen, one a line; a list in config.toml.
    Commands,
}

/// When an option counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionEffect {
    /// At any time: `:set` changes it.
    Always,
    /// Only at the start.
    AtStart,
}

/// One option.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub id: OptionName,
    /// Its name: `--NAME`, `NAME = ` in config.toml, `:set NAME`.
    pub name: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// Its value when nothing says otherwise.
    pub default: &'static str,
    /// When it counts.
    pub when: OptionEffect,
    /// What it does.
    pub doc: &'static str,
}

const fn setting(
    id: OptionName,
    name: &'static str,
    kind: OptionKind,
    default: &'static str,
    doc: &'static str,
) -> Setting {
    Setting { id, name, kind, default, when: OptionEffect::Always, doc }
}

impl Setting {
    const fn at_start(self) -> Self {
        Self { when: OptionEffect::AtStart, ..self }
    }

    /// The environment variable: `ASOF_READ_ONLY`.
    pub fn variable(&self) -> String {
        format!("ASOF_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// The value as it is kept, or why it is none.
    ///
    /// # Errors
    /// A sentence that lists what would be right.
    pub fn check(&self, value: &str) -> Result<String, String> {
        match self.kind {
            OptionKind::Word(words) if !words.contains(&value) => Err(format!(
                "{} must be {}, not {}{}",
                self.name,
                listed(words),
                in_quotes(value),
                nearest_words(value, words)
            )),
            OptionKind::Switch => match value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Ok("true".to_owned()),
                "false" | "no" | "off" | "0" => Ok("false".to_owned()),
                _ => Err(format!("{} must be true or false, not {}", self.name, in_quotes(value))),
            },
            OptionKind::Zone => Zone::parse(value).map(|zone| zone.to_string()),
            OptionKind::Named(_) if value.is_empty() => Err(format!("{} needs a name", self.name)),
            OptionKind::Word(_) | OptionKind::Named(_) | OptionKind::Text | OptionKind::Commands => {
                Ok(value.to_owned())
            }
        }
    }

    /// What it takes, in words: `auto|blocks|braille|ascii`.
    pub fn values(&self) -> String {
        match self.kind {
            OptionKind::Word(words) => words.join("|"),
            OptionKind::Named(words) => format!("{}|NAME", words.join("|")),
            OptionKind::Zone => "local|UTC|ZONE".to_owned(),
            OptionKind::Switch => "true|false".to_owned(),
            OptionKind::Text => "TEXT".to_owned(),
            OptionKind::Commands => "COMMANDS".to_owned(),
        }
    }
}

/// The table. [`OptionName`] is the place in it; a test holds the two together.
#[rustfmt::skip] // one row, one line
pub static OPTIONS: &[Setting] = &[
    setting(OptionName::Glyphs, "glyphs", OptionKind::Word(&["auto", "blocks", "braille", "ascii"]), "auto", "characters for lines, bars and signs"),
    setting(OptionName::Color, "color", OptionKind::Word(&["auto", "always", "never"]), "auto", "when to use colour; auto follows NO_COLOR and the terminal"),
    setting(OptionName::Theme, "theme", OptionKind::Named(&["auto", "dark", "light", "mono", "classic", "high-contrast"]), "auto", "colours; your own are in themes/NAME.toml beside config.toml"),
    setting(OptionName::Background, "background", OptionKind::Word(&["auto", "dark", "light"]), "auto", "the terminal's background, if it cannot be detected"),
    setting(OptionName::Keys, "keys", OptionKind::Word(&["default", "helix", "arrows"]), "default", "preset of key bindings; keys.toml changes single keys").at_start(),
    setting(OptionName::Mouse, "mouse", OptionKind::Switch, "true", "use the mouse; F2 turns it off and on"),
    setting(OptionName::Clipboard, "clipboard", OptionKind::Word(&["auto", "osc52", "osc52-tmux", "command", "off"]), "auto", "how text is copied to the clipboard"),
    setting(OptionName::ReadOnly, "read-only", OptionKind::Switch, "false", "refuse every write").at_start(),
    setting(OptionName::Author, "author", OptionKind::Text, "", "author of snapshots and rollbacks; default: the user's name").at_start(),
    setting(OptionName::Plain, "plain", OptionKind::Switch, "false", "no screen: one command per line, answers as sentences (screen readers, pipes)").at_start(),
    setting(OptionName::Axis, "axis", OptionKind::Word(&["auto", "version", "time"]), "auto", "timeline columns: by version or by time; auto: by time where versions come in bursts"),
    setting(OptionName::Density, "density", OptionKind::Word(&crate::view::timeline::WORDS), "auto", "what bar height shows; auto: keys changed, by time: versions"),
    setting(OptionName::TimeZone, "time-zone", OptionKind::Zone, "local", "time zone of times read and shown: local, UTC, Europe/Paris, +02:00; JSON output is always UTC"),
    setting(OptionName::Startup, "startup", OptionKind::Commands, "", "commands run on every source that is opened: a list, or one per line").at_start(),
];

/// Where a value comes from. Later ones beat earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum OptionOrigin {
    /// Nobody said anything.
    #[default]
    Default,
    /// A line of config.toml.
    File(PathBuf, usize),
    /// An environment variable.
    Variable(String),
    Flag(&'static str),
    /// `:set`.
    Session,
}

impl fmt::Display for OptionOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line) => write!(f, "{}:{line}", crate::escape::file(file)),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
            Self::Session => f.write_str(":set"),
        }
    }
}

/// The values of all options, each checked, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionValues(Vec<(String, OptionOrigin)>);

impl Default for OptionValues {
    fn default() -> Self {
        Self(OPTIONS.iter().map(|setting| (setting.default.to_owned(), OptionOrigin::Default)).collect())
    }
}

impl OptionValues {
    /// The value of an option.
    pub fn get(&self, id: OptionName) -> &str {
        &self.0[id as usize].0
    }

    /// The value of a switch.
    pub fn is_on(&self, id: OptionName) -> bool {
        self.get(id) == "true"
    }

    /// Where a value comes from.
    pub fn origin(&self, id: OptionName) -> &OptionOrigin {
        &self.0[id as usize].1
    }

    /// Gives an option a value.
    ///
    /// # Errors
    /// When the option does not take it; nothing has changed then.
    pub fn set(&mut self, setting: &Setting, value: &str, origin: OptionOrigin) -> Result<(), String> {
        self.0[setting.id as usize] = (setting.check(value)?, origin);
        Ok(())
    }
}

/// The option of a name.
///
/// # Errors
/// When there is none; says which name is nearest.
pub fn named(name: &str) -> Result<&'static Setting, String> {
    let names = || OPTIONS.iter().map(|setting| setting.name);
    let found = OPTIONS.iter().find(|setting| setting.name == name);
    found.ok_or_else(|| {
        let near = nearest(name, names());
        let hint = near.first().map_or_else(|| names().collect::<Vec<_>>().join(", "), |near| (*near).to_owned());
        format!("no option {}; {}: {hint}", in_quotes(name), if near.is_empty() { "options" } else { "nearest" })
    })
}

/// `; nearest: ascii`, or nothing where none is near.
pub fn nearest_words(wanted: &str, names: &[&str]) -> String {
    let near = nearest(wanted, names.iter().copied());
    near.first().map(|near| format!("; nearest: {near}")).unwrap_or_default()
}

/// `auto, always or never`.
pub fn listed(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_place_in_the_table_and_every_default_is_right() {
        for (at, setting) in OPTIONS.iter().enumerate() {
            assert_eq!(setting.id as usize, at, "{}", setting.name);
            assert_eq!(setting.check(setting.default).as_deref(), Ok(setting.default), "{}", setting.name);
            assert!(!setting.doc.is_empty() && named(setting.name).is_ok());
        }
    }

    #[test]
    fn values_are_checked() {
        for (name, value, expected) in [
            ("glyphs", "ascii", Ok("ascii")),
            ("glyphs", "asci", Err("glyphs must be auto, blocks, braille or ascii, not \"asci\"; nearest: ascii")),
            ("color", "always", Ok("always")),
            ("color", "sometimes", Err("color must be auto, always or never, not \"sometimes\"")),
            ("theme", "solarized", Ok("solarized")),
            ("theme", "", Err("theme needs a name")),
            ("read-only", "yes", Ok("true")),
            ("read-only", "0", Ok("false")),
            ("read-only", "perhaps", Err("read-only must be true or false, not \"perhaps\"")),
            ("author", "Kim", Ok("Kim")),
            ("glyhps", "", Err("no option \"glyhps\"; nearest: glyphs")),
        ] {
            let got = named(name).and_then(|setting| setting.check(value));
            assert_eq!(got, expected.map(str::to_owned).map_err(str::to_owned), "{name} = {value}");
        }
        assert!(named("xyzzy").unwrap_err().contains("options: glyphs, color"));
    }

    #[test]
    fn variables_are_named_after_their_options() {
        assert_eq!(named("read-only").unwrap().variable(), "ASOF_READ_ONLY");
    }
}
