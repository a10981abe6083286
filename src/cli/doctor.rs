//! `asof doctor`: what asof found out about the terminal and the configuration, and why the screen looks as it does.
//!
//! Works without a terminal; then what only a terminal can answer is unknown.

use super::Console;
use super::cells::{Ink, RowCell};
use super::exit::{CommandResult, Exit};
use super::screen::Flags;
use crate::export::json::JsonOutput;
use crate::source::CacheReport;
use crate::tui::config::{Config, TomlProblem, directory, variable};
use crate::tui::look::LookChoices;
use crate::tui::probe::{self, Answers, ProbeQuestion};
use crate::tui::settings::OptionName;
use crate::tui::surroundings;
use crate::view::text::size;
use std::io::IsTerminal;
use std::process::Command;

/// Show what asof detected about this terminal and your configuration
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: something is wrong with the configuration.")]
pub struct DoctorArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: Flags,
}

/// One thing found out.
struct DoctorFinding {
    name: &'static str,
    value: String,
    why: String,
}

fn finding(name: &'static str, value: impl Into<String>, why: impl Into<String>) -> DoctorFinding {
    DoctorFinding { name, value: value.into(), why: why.into() }
}

impl DoctorArgs {
    /// Looks, and prints what it sees.
    pub fn run(self, console: &mut Console) -> CommandResult {
        let mut config = self.flags.and(&console.common).load();
        let cache = CacheReport::new();
        let wrong = cache.wrong.clone().map(|why| TomlProblem { file: "cache".into(), line: 0, why });
        config.problems.extend(wrong);
        let answers = if is_screen() { probe::ask(ProbeQuestion::Doctor) } else { Answers::default() };
        let mut findings = of_terminal(&answers);
        findings.extend(of_looks(&config, &answers));
        findings.extend(of_tmux());
        findings.extend(of_configuration(&config));
        findings.push(of_cache(&cache));
        if self.json {
            console.out.json(&json(&findings, &config))?;
        } else {
            print(&findings, &config, console)?;
        }
        Ok(if config.problems.is_empty() { Exit::Done } else { Exit::Negative })
    }
}

fn is_screen() -> bool {
    let dumb = variable("TERM").is_none_or(|term| term == "dumb");
    std::io::stdout().is_terminal() && std::io::stdin().is_terminal() && !dumb
}

fn print(findings: &[DoctorFinding], config: &Config, console: &mut Console) -> CommandResult<()> {
    let row = |one: &DoctorFinding| {
        vec![RowCell::new(one.name).ink(Ink::Dim), RowCell::new(&one.value), RowCell::new(&one.why).ink(Ink::Dim)]
    };
    console.out.table(&findings.iter().map(row).collect::<Vec<_>>())?;
    for problem in &config.problems {
        console.out.line(&format!("! {problem}"))?;
    }
    Ok(())
}

fn json(findings: &[DoctorFinding], config: &Config) -> JsonOutput {
    let one = |one: &DoctorFinding| {
        let fields = vec![("value", one.value.as_str().into()), ("why", one.why.as_str().into())];
        (one.name, JsonOutput::Fields(fields))
    };
    let problems = (
        "problems",
        JsonOutput::List(config.problems.iter().map(|problem| problem.to_string().as_str().into()).collect()),
    );
    JsonOutput::Fields(findings.iter().map(one).chain([problems]).collect())
}

fn of_terminal(answers: &Answers) -> Vec<DoctorFinding> {
    let term = variable("TERM").unwrap_or_else(|| "not set".to_owned());
    let program = [variable("TERM_PROGRAM"), variable("TERM_PROGRAM_VERSION")].into_iter().flatten();
    let program = program.collect::<Vec<_>>().join(" ");
    let ends = |name, is: bool| format!("{name}: {}", if is { "terminal" } else { "not a terminal" });
    let both = [ends("in", std::io::stdin().is_terminal()), ends("out", std::io::stdout().is_terminal())].join(", ");
    let size = crossterm::terminal::size().ok().filter(|_| std::io::stdout().is_terminal());
    let size = size.map_or_else(unknown, |(columns, rows)| format!("{columns}x{rows}"));
    vec![
        finding("asof", env!("CARGO_PKG_VERSION"), format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        finding("git", version("git", &["--version"]), "for git:PATH"),
        finding("terminal", term, program),
        finding("ends", both, "the screen needs both; asof --plain does not"),
        finding("size", size, "at least 60x16"),
        finding("mouse", known(answers.mouse), "clicks at any column (SGR), reported by the terminal"),
        finding("kitty-keyboard", known(answers.kitty), "not required"),
    ]
}

fn of_looks(config: &Config, answers: &Answers) -> Vec<DoctorFinding> {
    let here = surroundings(answers);
    let LookChoices { level, background, glyphs } = LookChoices::of(config, &here);
    let widths = answers.widths.map_or_else(unknown, |widths| format!("█ {}, → {}", widths.block, widths.arrow));
    let theme = config.settings.get(OptionName::Theme);
    vec![
        finding("colours", level.is.words(), level.why),
        finding("background", background.is.name(), background.why),
        finding("theme", theme, config.settings.origin(OptionName::Theme).to_string()),
        finding("glyph-width", widths, "columns"),
        finding("glyphs", glyphs.is.words(), glyphs.why),
    ]
}

/// tmux stands between: how long it holds Escape back, and whether it takes copies.
fn of_tmux() -> Vec<DoctorFinding> {
    if variable("TMUX").is_none() {
        return vec![finding("clipboard", "OSC 52", "the terminal may ignore it"), finding("tmux", "no", "")];
    }
    let escape = tmux(&["show-options", "-sv", "escape-time"]);
    let slow = escape.parse::<u32>().is_ok_and(|ms| ms > 50);
    let advice = if slow { "ms: delays Esc; put set -s escape-time 10 into .tmux.conf" } else { "ms" };
    let clipboard = tmux(&["show-options", "-sv", "set-clipboard"]);
    let takes = if clipboard == "off" {
        "copies are lost; put set -s set-clipboard on into .tmux.conf"
    } else {
        "set-clipboard"
    };
    vec![
        finding("clipboard", format!("OSC 52 through tmux: {clipboard}"), takes),
        finding("tmux", version("tmux", &["-V"]), ""),
        finding("escape-time", escape, advice),
    ]
}

fn of_configuration(config: &Config) -> Vec<DoctorFinding> {
    let place = directory().map_or_else(unknown, |directory| directory.display().to_string());
    let files: Vec<String> = config.files.iter().map(|file| file.display().to_string()).collect();
    let read = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
    let editor = ["VISUAL", "EDITOR"].into_iter().find_map(variable).unwrap_or_else(|| "vi".to_owned());
    let pager = ["ASOF_PAGER", "PAGER"].into_iter().find_map(variable).unwrap_or_else(|| "less -R".to_owned());
    vec![
        finding("configuration", place, "config.toml, keys.toml, themes/NAME.toml"),
        finding("files", read, "read"),
        finding("keys", config.settings.get(OptionName::Keys), config.settings.origin(OptionName::Keys).to_string()),
        finding("editor", editor, "$VISUAL, $EDITOR, vi"),
        finding("pager", pager, "$ASOF_PAGER, $PAGER, less -R"),
    ]
}

/// Where imports are kept, how much, and whether they can be.
fn of_cache(cache: &CacheReport) -> DoctorFinding {
    let Some(folder) = &cache.folder else {
        return finding("cache", "none", "no home directory, and no $XDG_CACHE_HOME");
    };
    let why = match &cache.refused {
        _ if cache.most == 0 => "$ASOF_CACHE_LIMIT is 0: nothing is kept".to_owned(),
        Some(why) => format!("nothing can be kept: {why}"),
        None => format!("imports: {} of {} at most, can be written", size(cache.bytes), size(cache.most)),
    };
    finding("cache", folder.display().to_string(), why)
}

fn known(answer: Option<bool>) -> String {
    answer.map_or_else(unknown, |is| if is { "yes" } else { "no" }.to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn tmux(arguments: &[&str]) -> String {
    answer_of("tmux", arguments).unwrap_or_else(unknown)
}

fn version(program: &str, arguments: &[&str]) -> String {
    answer_of(program, arguments).unwrap_or_else(|| "not found".to_owned())
}

/// The first line that a program prints.
fn answer_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}
