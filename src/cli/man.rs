//! `asof man`: manual pages, from the same table as `--help`.

use super::Console;
use super::exit::{CommandResult, Exit, usage};
use crate::Error;

/// Print a manual page
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof man | man -l -\n  asof man diff > asof-diff.1")]
pub struct ManArgs {
    /// The command; without one, asof itself
    command: Option<String>,
}

impl ManArgs {
    /// Prints the page of `program` or of one of its commands.
    pub fn run(&self, mut program: clap::Command, console: &mut Console) -> CommandResult {
        program.build();
        let about = match &self.command {
            None => &program,
            Some(name) => program.find_subcommand(name).ok_or_else(|| usage(format!("no such command: {name}")))?,
        };
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(about.clone()).render(&mut page);
        rendered.map_err(Error::io("write", "a manual page"))?;
        console.out.raw_line(String::from_utf8_lossy(&page).trim_end())?;
        Ok(Exit::Done)
    }
}
