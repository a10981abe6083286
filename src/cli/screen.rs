//! Flags for the screen: one for each row of OPTIONS, so that a flag and its option cannot differ.

use super::exit::{CommandResult, usage};
use crate::history::Zone;
use crate::tui::config::{self, Config, Sources};
use crate::tui::settings::{OPTIONS, OptionKind, OptionName, Setting};
use crate::tui::theme::color::{self, Level, OutputKind};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// Options given as flags.
#[derive(Debug, Clone, Default)]
pub struct Flags(Vec<(&'static Setting, String)>);

impl Flags {
    /// With the flags of every command.
    #[must_use]
    pub fn and(mut self, common: &Common) -> Self {
        self.0.extend(common.0.iter().cloned());
        self
    }

    /// The configuration with these flags on top, whatever is wrong with it.
    pub fn load(self) -> Config {
        Config::load(&Sources::of_process(self.0))
    }
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let of_screen = || OPTIONS.iter().filter(|setting| !COMMON.contains(&setting.id));
        command.args(of_screen().map(flag)).args(of_screen().filter_map(negated))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(OPTIONS.iter().filter_map(|setting| Some((setting, given(matches, setting)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn given(matches: &ArgMatches, setting: &Setting) -> Option<String> {
    let is_off = |name| matches.try_get_one::<bool>(name).is_ok_and(|no| no == Some(&true));
    if negation(setting).is_some_and(is_off) {
        return Some("false".to_owned());
    }
    // The one flag of every command is not known to each.
    matches.try_get_one::<String>(setting.name).ok().flatten().cloned()
}

/// The options whose flags every command has.
const COMMON: [OptionName; 2] = [OptionName::Color, OptionName::TimeZone];

/// The flags of every command: `--color` and `--time-zone`.
#[derive(Debug, Clone, Default)]
pub struct Common(Vec<(&'static Setting, String)>);

impl Common {
    /// Whether output is to be coloured. A person's file counts only where a person reads; what is wrong with it is for
    /// the screen and `asof doctor` to tell.
    pub fn colour(&self, terminal: bool) -> CommandResult<Level> {
        let option = self.wanted(OptionName::Color, terminal)?;
        let output = if terminal { OutputKind::Terminal } else { OutputKind::Elsewhere };
        Ok(color::level(&option, &config::variable, output).is)
    }

    /// The zone that times are read and shown in, in a pipe too: what `@12:30` means does not depend on who reads.
    pub fn zone(&self) -> CommandResult<Zone> {
        let zone = Zone::parse(&self.wanted(OptionName::TimeZone, true)?).map_err(usage)?;
        // By its name where there is one, for machines without a database of zones.
        let named = || Zone::parse(&config::variable("TZ")?).ok();
        Ok(if zone == Zone::LOCAL { named().unwrap_or(zone) } else { zone })
    }

    /// What an option is set to: by the flag, else the variable, else the file.
    fn wanted(&self, name: OptionName, from_file: bool) -> CommandResult<String> {
        let setting = &OPTIONS[name as usize];
        let flag = self.0.iter().find(|(given, _)| given.id == name).map(|(_, value)| value.clone());
        let of_variable = || config::variable(&setting.variable());
        let of_file = || from_file.then(|| Flags::default().load().settings.get(name).to_owned());
        let option = flag.or_else(of_variable).or_else(of_file).unwrap_or_else(|| setting.default.to_owned());
        setting.check(&option).map_err(usage)
    }
}

impl clap::Args for Common {
    fn augment_args(command: Command) -> Command {
        let flags = COMMON.map(|name| flag(&OPTIONS[name as usize]).global(true).help_heading(None::<&str>));
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Common {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let of = |name| Some((&OPTIONS[name as usize], given(matches, &OPTIONS[name as usize])?));
        Ok(Self(COMMON.into_iter().filter_map(of).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The flag of an option. A switch needs no value: `--read-only`, `--read-only=false`.
fn flag(setting: &'static Setting) -> Arg {
    let arg = Arg::new(setting.name).long(setting.name).help(capitalised(setting.doc)).help_heading("Screen");
    match setting.kind {
        OptionKind::Word(words) => {
            arg.value_name("WORD").value_parser(PossibleValuesParser::new(words)).hide_possible_values(false)
        }
        OptionKind::Named(_) => arg.value_name("NAME"),
        OptionKind::Zone => arg.value_name("ZONE"),
        OptionKind::Text => arg.value_name("TEXT"),
        OptionKind::Commands => arg.value_name("COMMANDS"),
        OptionKind::Switch => arg
            .value_name("BOOL")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(PossibleValuesParser::new(["true", "false"].map(PossibleValue::new)))
            .hide_possible_values(true),
    }
    .visible_aliases(aliases(setting))
}

/// The flag that switches off what is on where nobody says anything.
fn negation(setting: &Setting) -> Option<&'static str> {
    (setting.id == OptionName::Mouse).then_some("no-mouse")
}

fn negated(setting: &'static Setting) -> Option<Arg> {
    let arg = Arg::new(negation(setting)?).long(negation(setting)?).help_heading("Screen");
    let help = format!("Same as --{}=false", setting.name);
    Some(arg.help(help).action(ArgAction::SetTrue).conflicts_with(setting.name))
}

fn capitalised(doc: &str) -> String {
    let mut letters = doc.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The same arguments with what was set before a command put behind it, where it belongs: `asof --plain demo` is
/// `asof demo --plain`.
pub fn behind_command(arguments: Vec<OsString>, is_command: impl Fn(&str) -> bool) -> Vec<OsString> {
    let mut words = arguments.iter().skip(1);
    let mut before = 0;
    while let Some(flag) = words.next().and_then(|word| word.to_str()).filter(|word| word.starts_with("--")) {
        let setting = OPTIONS.iter().find(|setting| flag[2..].split('=').next() == Some(setting.name));
        let takes_next = setting.is_some_and(|setting| setting.kind != OptionKind::Switch) && !flag.contains('=');
        before += 1 + usize::from(takes_next && words.next().is_some());
    }
    let command = arguments.get(before + 1).and_then(|word| word.to_str()).is_some_and(is_command);
    let mut arguments = arguments;
    if command && before > 0 {
        arguments[1..=before + 1].rotate_right(1);
    }
    arguments
}

fn aliases(setting: &Setting) -> &'static [&'static str] {
    if setting.name == "read-only" { &["ro"] } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_before_a_command_are_put_behind_it() {
        for (given, expected) in [
            ("asof --plain demo", "asof demo --plain"),
            ("asof --glyphs ascii --ro demo ab", "asof demo --glyphs ascii --ro ab"),
            ("asof --color=never log x", "asof log --color=never x"),
            ("asof --no-mouse file.jsonl", "asof --no-mouse file.jsonl"),
            ("asof --author demo file.jsonl", "asof --author demo file.jsonl"),
            ("asof demo --plain", "asof demo --plain"),
            ("asof --glyphs", "asof --glyphs"),
            ("asof", "asof"),
        ] {
            let words = given.split(' ').map(OsString::from).collect();
            let got = behind_command(words, |word| ["demo", "log"].contains(&word));
            let got: Vec<_> = got.iter().map(|word| word.to_string_lossy()).collect();
            assert_eq!(got.join(" "), expected);
        }
    }
}
