//! How the sources are read: the options of reading as they were given, for the commands that are run.

use super::super::import::Mapped;
use super::super::screen::Common;
use clap::{ArgMatches, Args, Command, FromArgMatches, parser::ValueSource};
use std::ffi::OsString;

/// Options as they were given: `--fold=…`.
#[derive(Debug, Clone, Default)]
pub struct Forwarded(pub Vec<OsString>);

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
        let known = Common::augment_args(Self::of_reading(Command::new("")));
        let mut given = Vec::new();
        for argument in known.get_arguments() {
            let (id, Some(name)) = (argument.get_id().as_str(), argument.get_long()) else { continue };
            let is_given = matches.try_contains_id(id).unwrap_or(false)
                && matches.value_source(id) == Some(ValueSource::CommandLine);
            for value in is_given.then(|| matches.get_raw(id)).flatten().into_iter().flatten() {
                let mut option = OsString::from(format!("--{name}="));
                option.push(value);
                given.push(option);
            }
        }
        Ok(Self(given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
