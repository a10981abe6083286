//! `asof open`: starts the screen, where there is a terminal for it.

use super::Console;
use super::exit::{CommandResult, Exit, usage};
use super::import::SourceChoiceArgs;
use super::opened::user;
use super::print::Print;
use super::rules::Rules;
use super::screen::Flags;
use super::watched::WatchedFilesArgs;
use crate::Error;
use crate::source::{Address, Link, Options};
use crate::tui::settings::OptionName;
use crate::tui::{self, RunOptions, StartSpot};
use std::fs::File;
use std::io::{BufReader, IsTerminal};

/// Open a source on the screen; `asof SOURCE` is short for it
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof state.jsonl\n  asof git:package.json\n  tail -n +1 -f state.jsonl | asof -")]
pub struct OpenArgs {
    /// A recording, a file, or several files that follow one another; `-` for standard input, `git:PATH`, `demo:NAME`, or a
    /// link `asof://…`
    #[arg(value_name = "SOURCE", conflicts_with = "watch")]
    sources: Vec<String>,
    #[command(flatten)]
    watch: WatchedFilesArgs,
    #[command(flatten)]
    which: SourceChoiceArgs,
    #[command(flatten)]
    begin: Begin,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    print: Print,
}

/// Where the screen begins.
#[derive(clap::Args, Clone)]
pub struct Begin {
    /// Start at this moment (see `asof --help`)
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    at: Option<String>,
    /// Start at this path of the state: `.a.b[0]`
    #[arg(long)]
    path: Option<String>,
    #[command(flatten)]
    rules: Rules,
}

impl Begin {
    /// Where to begin; where nothing is said, as a link says.
    pub fn spot(self, link: StartSpot) -> CommandResult<StartSpot> {
        let (at, path) = (self.at.or(link.at), self.path.or(link.path));
        Ok(StartSpot { at, path, array_keys: self.rules.chosen()?, steps: link.steps, ..StartSpot::default() })
    }
}

impl OpenArgs {
    /// Whether nothing is to be opened.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && !self.watch.is_asked() && !self.print.is_asked()
    }

    /// Runs the screen until the user quits; without a source, the start screen.
    pub fn run(self, console: &mut Console) -> CommandResult {
        if self.print.is_asked() {
            return self.print.run(self.flags.and(&console.common), console);
        }
        let watched = self.watch.address(self.which.tenant.is_some())?;
        let only = self.sources.first().filter(|_| self.sources.len() == 1);
        let link = only.and_then(|text| Link::parse(text)).transpose().map_err(usage)?;
        let address = match (&link, watched) {
            (Some(link), _) => Some(Address::parse(&link.source)?),
            (None, Some(watched)) => Some(watched),
            (None, None) => Address::parse_all(&self.sources)?,
        };
        if address.is_none() && !has_terminal() {
            return Err(usage(NO_SOURCE));
        }
        let mut options = self.which.options();
        let tenant = link.as_ref().and_then(|link| link.value("tenant"));
        options.tenant = options.tenant.or_else(|| tenant.map(str::to_owned));
        let spot = self.begin.spot(link.as_ref().map(StartSpot::of_link).unwrap_or_default())?;
        show((address, options), spot, self.flags, console)
    }
}

/// Runs the screen on a source until the user quits.
pub fn show(source: (Option<Address>, Options), spot: StartSpot, flags: Flags, console: &mut Console) -> CommandResult {
    let (address, options) = source;
    let config = flags.and(&console.common).load().checked()?;
    let plain = config.settings.is_on(OptionName::Plain);
    let options = RunOptions { address, options, config, author: user(), spot };
    if plain {
        return plainly(options, console);
    }
    if let Some(why) = no_terminal() {
        return Err(usage(format!("{why}. {INSTEAD}")));
    }
    let options = RunOptions { address: options.address.or_else(piped), ..options };
    let text = tui::run(options)?.text.unwrap_or_default();
    text.lines().try_for_each(|line| console.out.line(line))?;
    Ok(Exit::Done)
}

/// Reads commands by the line, from the terminal itself where standard input is the source.
fn plainly(options: RunOptions, console: &mut Console) -> CommandResult {
    let mut say = |line: &str| {
        console.out.line(line)?;
        console.out.flush()
    };
    match options.address {
        None => return Err(usage(NO_SOURCE)),
        Some(Address::Stdin) => {
            let terminal = File::open("/dev/tty").map_err(Error::io("read commands from", "/dev/tty"))?;
            tui::run_plain(options, &mut BufReader::new(terminal), &mut say)?;
        }
        Some(_) => tui::run_plain(options, &mut std::io::stdin().lock(), &mut say)?,
    }
    Ok(Exit::Done)
}

const NO_SOURCE: &str = "no source given. Use asof SOURCE or asof demo; see asof --help";

const INSTEAD: &str = "Without a screen: asof log, state, diff, snapshots, export (see asof --help), or \
                       asof --plain SOURCE";

/// Why no screen can be shown; `None` where there is one to draw on, and a keyboard: where standard input is something
/// else, the terminal's own.
fn no_terminal() -> Option<&'static str> {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if !std::io::stdout().is_terminal() {
        return Some("standard output is not a terminal");
    }
    if dumb {
        return Some("TERM is unset or \"dumb\": this terminal cannot show a screen");
    }
    let keyboard = std::io::stdin().is_terminal() || File::open("/dev/tty").is_ok();
    (!keyboard).then_some("no keyboard: standard input is not a terminal, and there is no /dev/tty")
}

/// Whether there is a screen to draw on and a keyboard to read from.
pub fn has_terminal() -> bool {
    no_terminal().is_none()
}

/// Standard input, where data is waiting there: a pipe, or a file.
fn piped() -> Option<Address> {
    let stdin = std::io::stdin();
    let found = std::fs::metadata("/dev/stdin").ok().filter(|_| !stdin.is_terminal())?;
    let is_data = found.is_file() || std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type());
    is_data.then_some(Address::Stdin)
}
