//! `--print-config`, `--print-keys`, `--print-theme`: the files a person may write, as they would be for what is set now.

use super::Console;
use super::exit::{CommandResult, Exit, Stop, usage};
use super::screen::Flags;
use crate::escape::in_quotes;
use crate::tui::config::keys;
use crate::tui::theme;

/// What to print instead of opening anything.
#[derive(clap::Args)]
#[group(multiple = false)]
#[command(next_help_heading = "Configuration ($XDG_CONFIG_HOME/asof)")]
pub struct Print {
    /// Print all options as config.toml, and where each value comes from
    #[arg(id = "print-config", long = "print-config")]
    config: bool,
    /// Print all keys as keys.toml
    #[arg(id = "print-keys", long = "print-keys")]
    keys: bool,
    /// Print a built-in theme as themes/NAME.toml
    #[arg(id = "print-theme", long = "print-theme", value_name = "NAME")]
    theme: Option<String>,
}

impl Print {
    /// Whether anything is to be printed.
    pub fn is_asked(&self) -> bool {
        self.config || self.keys || self.theme.is_some()
    }

    /// Prints it.
    pub fn run(&self, flags: Flags, console: &mut Console) -> CommandResult {
        let text = match &self.theme {
            Some(name) => theme::text(name).ok_or_else(|| no_theme(name))?.to_owned(),
            None if self.keys => keys::as_toml(&flags.load().checked()?.keymap),
            None => flags.load().checked()?.as_toml(),
        };
        // Raw, but for a person's own texts: quoted by the writer, so nothing in them is obeyed.
        console.out.raw_line(text.trim_end())?;
        Ok(Exit::Done)
    }
}

fn no_theme(name: &str) -> Stop {
    let names = theme::BUILT_IN.map(|(name, _)| name).join(", ");
    usage(format!("no built-in theme {}; themes: {names}", in_quotes(name)))
}
