//! `asof state`: the value itself, or what is directly below it.

mod keys;

use super::Console;
use super::exit::{CommandResult, Exit, Stop};
use super::opened::{Opened, SourceArgs, moment, warn_of_doubt};
use super::out::note;
use crate::diff::opened;
use crate::value::{Path, Value};

/// Print the state at a version, or a part of it, with exact digits
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof state state.jsonl --at head~3\n  asof state shop.asof --at v2.0.0 --path .features.beta\n  \
                        asof state shop.asof --at @12:30 --path /cart/items/0\n  asof state shop.asof --embedded --path .request.body.user\n  \
                  asof state shop.asof --path .cart --keys"
)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct StateArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The version: a moment, as in `asof --help`
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    at: String,
    /// Only the part at this path: `.a.b[0]`, or a JSON Pointer `/a/b/0`
    #[arg(long)]
    path: Option<String>,
    /// Open strings that hold JSON objects or arrays as trees; --path may go into them
    #[arg(long)]
    embedded: bool,
    /// List what is directly below instead: each key or index with its type, its size, and its value where that is short
    #[arg(long, conflicts_with = "pretty")]
    keys: bool,
    /// Indented, on several lines; the default on a terminal
    #[arg(long, conflicts_with = "json")]
    pretty: bool,
    /// On one line; the default in a pipe
    #[arg(long)]
    json: bool,
}

impl StateArgs {
    /// Prints the value.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let version = moment(&tenant, &self.at)?;
        let value = match &self.path {
            // A path may lead through a string.
            _ if self.embedded => opened(&tenant.value_at(version)?),
            Some(path) => tenant.value_around(version, &Path::first_keys(path))?,
            None => tenant.value_at(version)?,
        };
        let Some(part) = self.part(&value)? else {
            note(format!("no value at {} in {version}", self.path.as_deref().unwrap_or_default()));
            return Ok(warn_of_doubt(&tenant, &[version], Exit::Negative));
        };
        if self.keys {
            keys::print(part, self.json, console)?;
        } else {
            self.print(part, console)?;
        }
        // The process ends: giving up a large value node by node takes a quarter of the time that reading it took.
        std::mem::forget(value);
        Ok(warn_of_doubt(&tenant, &[version], Exit::Done))
    }

    fn part<'a>(&self, value: &'a Value) -> CommandResult<Option<&'a Value>> {
        let Some(text) = &self.path else { return Ok(Some(value)) };
        Ok(value.at(&path(text, value)?))
    }

    fn print(&self, part: &Value, console: &mut Console) -> CommandResult<()> {
        let lines = self.pretty || (console.out.is_terminal() && !self.json);
        console.out.json_text(if lines { part.to_json_pretty() } else { part.to_json() })
    }
}

/// Reads a path argument; one that breaks the grammar is wrong usage.
pub fn path(text: &str, value: &Value) -> CommandResult<Path> {
    Path::parse(text, value).map_err(|error| Stop::Failed(Exit::Usage, error))
}
