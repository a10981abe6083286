//! How the sources are read: the options of reading as they were given, for the commands that are run.

use super::super::import::Mapped;
use super::super::screen::Common;
use clap::{ArgMatches, Args, Command, FromArgMatches, parser::ValueSource};
use std::ffi::OsString;

/// Options as they were given: `--fold=…`.
#[derive(Debug, Clone, Default)]
pub struct Forwarded {
    /// How a source is read: for commands that read any.
    pub reading: Vec<OsString>,
    /// Those of every command, such as the zone in which moments are read.
    pub common: Vec<OsString>,
}

impl Forwarded {
    /// The options that say how a source is read.
    fn of_reading(command: Command) -> Command {
        Mapped::augment_args(command).arg(
            clap::Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help("Format of the file, if it cannot be detected (see `asof probe`)"),
        )
    }
}

impl Args for Forwarded {
    fn augment_args(command: Command) -> Command {
        Self::of_reading(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Forwarded {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let of = |known: Command| known.get_arguments().flat_map(|argument| given(matches, argument)).collect();
        let reading = of(Self::of_reading(Command::new("")));
        Ok(Self { reading, common: of(Common::augment_args(Command::new(""))) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// An option as it was given, once for each of its values.
fn given(matches: &ArgMatches, argument: &clap::Arg) -> Vec<OsString> {
    let (id, name) = (argument.get_id().as_str(), argument.get_long().unwrap_or_default());
    let is_given =
        matches.try_contains_id(id).unwrap_or(false) && matches.value_source(id) == Some(ValueSource::CommandLine);
    let option = |value: &std::ffi::OsStr| {
        let mut option = OsString::from(format!("--{name}="));
        option.push(value);
        option
    };
    is_given.then(|| matches.get_raw(id)).flatten().into_iter().flatten().map(option).collect()
}
