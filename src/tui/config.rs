//! The person's own files: `config.toml`, `keys.toml` and `themes/NAME.toml` in `$XDG_CONFIG_HOME/asof`.
//!
//! A flag beats the environment, the environment beats the file. What is wrong is a [`TomlProblem`] with its file and line;
//! the program does not start with one, but `asof doctor` lists them all. Must not name: `crossterm`, `terminal`,
//! `clap`.

pub mod keys;

use super::keymap::Keymap;
use super::settings::{OPTIONS, OptionKind, OptionName, OptionOrigin, OptionValues, Setting, named};
use super::theme::Themes;
use crate::error::of_system;
pub use crate::toml::TomlProblem;
use crate::toml::{DeValue, Spanned, TomlEntry, TomlText, entries};
use crate::{Error, Result};
use etcetera::BaseStrategy;
use keys::KeyBindings;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// Everything the person has set.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The values of all options.
    pub settings: OptionValues,
    /// The keys.
    pub keymap: Keymap,
    /// Built-in and own themes, and own styles of single roles.
    pub themes: Themes,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// What is wrong in them.
    pub problems: Vec<TomlProblem>,
}

/// Where a configuration comes from.
pub struct Sources<'s> {
    /// The directory of the files, if there can be one.
    pub directory: Option<PathBuf>,
    /// An environment variable's value; unset and empty are the same.
    pub variable: &'s dyn Fn(&str) -> Option<String>,
    /// Options given as flags, with their values.
    pub flags: Vec<(&'static Setting, String)>,
}

impl Sources<'_> {
    /// This process's directory and environment, with these flags.
    pub fn of_process(flags: Vec<(&'static Setting, String)>) -> Sources<'static> {
        Sources { directory: directory(), variable: &variable, flags }
    }
}

/// `$XDG_CONFIG_HOME/asof`, `~/.config/asof`; `None` without a home.
pub fn directory() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("asof"))
}

/// An environment variable's value; unset and empty are the same.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Config {
    /// Reads all there is; what is wrong is in `problems` and left out.
    pub fn load(sources: &Sources<'_>) -> Self {
        let mut config = Self::default();
        if let Some(directory) = &sources.directory {
            config.read_options(&directory.join("config.toml"));
            config.read_themes(&directory.join("themes"));
        }
        config.take_variables(sources.variable);
        config.take_flags(&sources.flags);
        config.bind_keys(sources.directory.as_deref());
        config.check_theme();
        config
    }

    /// The configuration, if nothing is wrong with it.
    ///
    /// # Errors
    /// The first problem, with file and line, and how many more there are.
    pub fn checked(self) -> Result<Self> {
        match self.problems.as_slice() {
            [] => Ok(self),
            [only] => Err(Error::Usage(only.to_string())),
            [first, more @ ..] => {
                Err(Error::Usage(format!("{first} (and {} more: asof doctor lists all)", more.len())))
            }
        }
    }

    fn read_options(&mut self, file: &Path) {
        let Some(text) = self.read(file) else { return };
        let source = TomlText { file, text: &text };
        let table = source.parse(&mut self.problems);
        for (name, span, value) in entries(&table) {
            if let ("style", DeValue::Table(roles)) = (name, value.get_ref()) {
                self.themes.restyle(roles, &source, &mut self.problems);
            } else if let Err(why) = self.take_entry((name, span.clone(), value), &source) {
                self.problems.push(source.problem(span, why));
            }
        }
    }

    fn take_entry(&mut self, (name, span, value): TomlEntry<'_, '_>, source: &TomlText<'_>) -> Result<(), String> {
        let setting = named(name)?;
        let origin = OptionOrigin::File(source.file.to_owned(), source.line(span));
        self.settings.set(setting, &typed(setting, value)?, origin)
    }

    fn take_variables(&mut self, variable: &dyn Fn(&str) -> Option<String>) {
        for setting in OPTIONS {
            let name = setting.variable();
            let Some(value) = variable(&name) else { continue };
            if let Err(why) = self.settings.set(setting, &value, OptionOrigin::Variable(name.clone())) {
                self.problems.push(TomlProblem { file: name.into(), line: 0, why });
            }
        }
    }

    fn take_flags(&mut self, flags: &[(&'static Setting, String)]) {
        for (setting, value) in flags {
            if let Err(why) = self.settings.set(setting, value, OptionOrigin::Flag(setting.name)) {
                self.problems.push(TomlProblem { file: format!("--{}", setting.name).into(), line: 0, why });
            }
        }
    }

    fn bind_keys(&mut self, directory: Option<&Path>) {
        let mut keys = KeyBindings::preset(self.settings.get(OptionName::Keys));
        let file = directory.map(|directory| directory.join("keys.toml"));
        if let Some((file, text)) = file.and_then(|file| self.read(&file).map(|text| (file, text))) {
            keys.apply(&TomlText { file: &file, text: &text }, &mut self.problems);
        }
        self.keymap = keys.finish(&mut self.problems);
    }

    fn read_themes(&mut self, directory: &Path) {
        let found = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = found.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(text) = self.read(&file) {
                self.themes.add(&name, &TomlText { file: &file, text: &text }, &mut self.problems);
            }
        }
    }

    fn check_theme(&mut self) {
        if let Err(why) = self.themes.find(self.settings.get(OptionName::Theme)) {
            let (file, line) = match self.settings.origin(OptionName::Theme) {
                OptionOrigin::File(file, line) => (file.clone(), *line),
                other => (other.to_string().into(), 0),
            };
            self.problems.push(TomlProblem { file, line, why });
        }
    }

    /// A file's text; `None` where there is no such file.
    fn read(&mut self, file: &Path) -> Option<String> {
        match std::fs::read_to_string(file) {
            Ok(text) => {
                self.files.push(file.to_owned());
                Some(text)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                self.problems.push(TomlProblem {
                    file: file.to_owned(),
                    line: 0,
                    why: format!("cannot be read: {}", of_system(&error)),
                });
                None
            }
        }
    }

    /// Everything in the form of config.toml, with where each value comes from.
    pub fn as_toml(&self) -> String {
        let mut text = HEAD.to_owned();
        for setting in OPTIONS {
            let value = self.settings.get(setting.id);
            let quoted = if setting.kind == OptionKind::Switch { value.to_owned() } else { format!("{value:?}") };
            let _ = writeln!(text, "# {}: {}", setting.doc, setting.values());
            let _ = writeln!(text, "{} = {quoted}  # {}\n", setting.name, self.settings.origin(setting.id));
        }
        text + &self.themes.own_styles()
    }
}

const HEAD: &str = "\
# The options of asof, as they are now. In config.toml only those that differ are needed.
# Each is a flag too, and an environment variable: glyphs is --glyphs and ASOF_GLYPHS.

";

/// A value as text, if it has the option's type.
fn typed(setting: &Setting, value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    let wanted = if setting.kind == OptionKind::Switch { "true or false" } else { "a string in quotes" };
    match (setting.kind, value.get_ref()) {
        (OptionKind::Switch, DeValue::Boolean(on)) => Ok(on.to_string()),
        (kind, DeValue::String(text)) if kind != OptionKind::Switch => Ok(text.to_string()),
        (OptionKind::Commands, DeValue::Array(lines)) if lines.iter().all(|line| line.get_ref().as_str().is_some()) => {
            let lines: Vec<_> = lines.iter().filter_map(|line| line.get_ref().as_str()).collect();
            Ok(lines.join("\n"))
        }
        (_, other) => {
            Err(format!("{} must be {wanted}, not {} {}", setting.name, article(other.type_str()), other.type_str()))
        }
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)], variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Config {
        let place = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = place.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let flags = flags.iter().map(|(name, value)| (named(name).unwrap(), (*value).to_owned())).collect();
        Config::load(&Sources { directory: Some(place.path().to_owned()), variable: &variable, flags })
    }

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_the_file() {
        let file = [("config.toml", "glyphs = \"blocks\"\n")];
        for (files, variables, flags, expected, origin) in [
            (&[][..], &[][..], &[][..], "auto", "default"),
            (&file, &[], &[], "blocks", "config.toml:1"),
            (&file, &[("ASOF_GLYPHS", "braille")], &[], "braille", "ASOF_GLYPHS"),
            (&file, &[("ASOF_GLYPHS", "braille")], &[("glyphs", "ascii")], "ascii", "--glyphs"),
        ] {
            let config = load(files, variables, flags);
            assert_eq!((config.settings.get(OptionName::Glyphs), &config.problems[..]), (expected, &[][..]));
            assert!(config.settings.origin(OptionName::Glyphs).to_string().ends_with(origin));
        }
    }

    /// What is wrong, as `file:line: why`, without the directory.
    fn problems(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Vec<String> {
        let shorten = |problem: &TomlProblem| {
            let file = problem.file.file_name().unwrap_or_default().into();
            TomlProblem { file, ..problem.clone() }.to_string()
        };
        load(files, variables, &[]).problems.iter().map(shorten).collect()
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        for (file, text, expected) in [
            (
                "config.toml",
                "glyphs = \"ascii\"\nglyhps = \"ascii\"\n",
                "config.toml:2: no option \"glyhps\"; nearest: glyphs",
            ),
            ("config.toml", "\n\nglyphs = true\n", "config.toml:3: glyphs must be a string in quotes, not a boolean"),
            ("config.toml", "read-only = \"yes\"\n", "config.toml:1: read-only must be true or false, not a string"),
            (
                "config.toml",
                "glyphs = \"asci\"\n",
                "config.toml:1: glyphs must be auto, blocks, braille or ascii, not \"asci\"; nearest: ascii",
            ),
            ("config.toml", "theme = \"drak\"\n", "config.toml:1: no theme \"drak\"; nearest: dark"),
            (
                "config.toml",
                "[style]\nadded = \"gren\"\n",
                "config.toml:2: added: not a colour: \"gren\"; nearest: green",
            ),
            ("config.toml", "[style]\nadd = \"green\"\n", "config.toml:2: no role \"add\"; nearest: added"),
            ("config.toml", "glyphs = \"ascii\n", "config.toml:1: invalid basic string"),
            ("config.toml", "glyphs = 'ascii'\nglyphs = 'ascii'\n", "config.toml:2: duplicate key"),
            (
                "themes/my.toml",
                "added = { fg = \"blue\", blod = true }\n",
                "my.toml:1: added: no attribute \"blod\"; nearest: bold",
            ),
            ("themes/my.toml", "inherits = \"lihgt\"\n", "my.toml:1: no theme \"lihgt\"; nearest: light"),
            ("keys.toml", "rolback = \"x\"\n", "keys.toml:1: no action \"rolback\"; nearest: rollback"),
        ] {
            let found = problems(&[(file, text)], &[]);
            assert!(found.first().is_some_and(|first| first.starts_with(expected)), "{text:?}: {found:?}");
        }
        let found = problems(&[], &[("ASOF_GLYPHS", "x"), ("ASOF_THEME", "nope")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("ASOF_GLYPHS: glyphs must be auto"), "{found:?}");
        assert!(found[1].starts_with("ASOF_THEME: no theme \"nope\""), "{found:?}");
    }

    #[test]
    fn several_problems_are_counted() {
        let config = load(&[("config.toml", "a = 1\nb = 2\nc = 3\n")], &[], &[]);
        let error = config.checked().unwrap_err().to_string();
        assert!(error.contains("config.toml:1: ") && error.ends_with("(and 2 more: asof doctor lists all)"), "{error}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_and_a_missing_one_is_none() {
        assert_eq!(problems(&[("other.toml", "")], &[]), Vec::<String>::new());
        let found = problems(&[("config.toml/not-a-file", "")], &[]);
        assert!(found[0].starts_with("config.toml: cannot be read"), "{found:?}");
    }

    #[test]
    fn a_preset_and_own_keys_go_together() {
        let config = load(&[("config.toml", "keys = \"helix\"\n"), ("keys.toml", "rollback = \"ctrl+g\"\n")], &[], &[]);
        assert_eq!(config.problems, []);
        assert_eq!(config.keymap.key_of(crate::tui::action::Action::RollBack), "ctrl+g");
        assert_eq!(config.keymap.key_of(crate::tui::action::Action::Newest), "ge");
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        let config = load(&[("config.toml", "author = \"K \\\"im\\\"\"\n[style]\nadded = \"green\"\n")], &[], &[]);
        let again = load(&[("config.toml", &config.as_toml())], &[], &[]);
        assert_eq!(again.problems, []);
        for setting in OPTIONS {
            assert_eq!(again.settings.get(setting.id), config.settings.get(setting.id));
        }
        assert_eq!(again.themes.own_styles(), config.themes.own_styles());
    }
}
