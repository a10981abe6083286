//! `asof completions`: what a shell needs to complete arguments, from the same table as `--help`.

use super::Console;
use super::exit::{CommandResult, Exit};
use clap_complete::{Shell, generate};

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof completions bash > ~/.local/share/bash-completion/completions/asof")]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

impl CompletionsArgs {
    /// Prints the shell's script for `command`.
    pub fn run(&self, mut command: clap::Command, console: &mut Console) -> CommandResult {
        let mut script = Vec::new();
        generate(self.shell, &mut command, "asof", &mut script);
        console.out.raw_line(String::from_utf8_lossy(&script).trim_end())?;
        Ok(Exit::Done)
    }
}
