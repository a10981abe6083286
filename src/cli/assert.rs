//! `asof assert`: whether assertions about the whole history hold.

mod junit;
mod markdown;
mod outcome;

use super::Console;
use super::asked::{QuestionArgs, budget, index_paths};
use super::exit::{CommandResult, Exit, usage};
use super::opened::warn_of_doubt;
use super::out::note;
use super::rules::{Ignore, ignored, warn_of_ignored};
use crate::Error;
use crate::assertions::{Assertion, AssertionReport, all_of_text, judge};
use crate::diff::IgnoredPaths;
use crate::error::counted;
use crate::escape;
use crate::value::Value;
use outcome::JudgedAssertion;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Check assertions about the whole history: always, never, eventually, after … until …
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof assert shop.asof 'always(.balance >= 0)'\n  asof assert shop.asof \
                  'after(.status == \"paid\") never(changed(.total))'\n  asof assert shop.asof --file shop.assertions \
                  --junit report.xml\n\nAn assertion is one of\n  always(FILTER)       the filter is true for \
                  every version\n  never(FILTER)        for none\n  eventually(FILTER)   for at least one\n  after(FILTER) \
                  ASSERTION, after(FILTER) until(FILTER) ASSERTION\n                       the assertion holds from a \
                  version where the first filter is true\n                       up to the next where the second is \
                  true\n\nFilters are in the jq language; changed(FILTER) is true where the output of the filter \
                  differs\nfrom the version before. A name may come first: `no debts: always(.balance >= 0)`.\nIn a \
                  file: one per line; indented lines continue it, # starts a comment.\n\nExit code 1: an assertion \
                  does not hold.")]
pub struct AssertArgs {
    #[command(flatten)]
    asked: QuestionArgs,
    /// The assertions, such as 'always(.balance >= 0)'
    #[arg(value_name = "ASSERTION", required_unless_present = "files")]
    assertions: Vec<String>,
    /// Read assertions from a file; `-` is standard input
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    ignore: Ignore,
    /// For build servers.
    #[arg(long, value_name = "FILE", help = "Write a JUnit XML report to a file; `-` is standard output")]
    junit: Option<PathBuf>,
    /// Write a Markdown report to a file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Report how many versions were scanned and how often a filter was evaluated
    #[arg(long)]
    stats: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl AssertArgs {
    /// Reports every assertion.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        if self.on_standard_output() > 1 {
            return Err(usage("only one of --json, --junit - and --markdown - can go to standard output"));
        }
        let assertions = self.assertions()?;
        let (tenant, budget) = (self.asked.tenant(console)?, budget()?);
        index_paths(&tenant, &budget.cancelled)?;
        let course = self.asked.course(&tenant)?;
        let chosen = self.ignore.chosen()?;
        let ignored = ignored(&tenant, &chosen);
        warn_of_ignored(&ignored);
        let report = judge(&assertions, &course, &budget, &|value: &Value| ignored.without(value));
        if budget.cancelled.load(Ordering::Relaxed) {
            return Ok(Exit::Interrupted);
        }
        let pairs = assertions.iter().zip(&report.verdicts);
        let judged: Vec<JudgedAssertion<'_>> = pairs
            .map(|(assertion, verdict)| JudgedAssertion::new(assertion, verdict, &course, &chosen))
            .collect::<CommandResult<_>>()?;
        self.print(&judged, &ignored, console)?;
        self.print_results(&judged, &report, console);
        let versions: Vec<_> = judged.iter().filter_map(JudgedAssertion::version).collect();
        let exit =
            if versions.is_empty() && judged.iter().all(JudgedAssertion::holds) { Exit::Done } else { Exit::Negative };
        Ok(warn_of_doubt(&tenant, &versions, exit))
    }

    fn on_standard_output(&self) -> usize {
        let is_dash = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        usize::from(self.json) + usize::from(is_dash(&self.junit)) + usize::from(is_dash(&self.markdown))
    }

    /// Those of the command line, then those of the files.
    fn assertions(&self) -> CommandResult<Vec<Assertion>> {
        let written =
            self.assertions.iter().map(|text| Assertion::parse(text).map_err(|wrong| usage(wrong.to_string())));
        let mut all = written.collect::<CommandResult<Vec<_>>>()?;
        for file in &self.files {
            let name = escape::file(file);
            let text = self.text(file)?;
            let found = all_of_text(&text).map_err(|wrong| usage(format!("{name}, {wrong}")))?;
            if found.is_empty() {
                return Err(usage(format!(
                    "{name}: no assertion in it; write one per line, such as always(.balance >= 0)"
                )));
            }
            all.extend(found);
        }
        Ok(all)
    }

    fn text(&self, file: &Path) -> CommandResult<String> {
        let name = escape::file(file);
        if file != Path::new("-") {
            let bytes = std::fs::read(file).map_err(Error::io("read", file))?;
            return String::from_utf8(bytes)
                .map_err(|error| usage(format!("{name}: not UTF-8 at byte {}", error.utf8_error().valid_up_to())));
        }
        if self.asked.source.source == "-" {
            return Err(usage("standard input cannot be both the source and the assertions"));
        }
        std::io::read_to_string(std::io::stdin()).map_err(|error| Error::io("read", "standard input")(error).into())
    }

    fn print(
        &self,
        judged: &[JudgedAssertion<'_>],
        ignored: &IgnoredPaths,
        console: &mut Console,
    ) -> CommandResult<()> {
        let source = &self.asked.source.source;
        for (to, text) in [(&self.junit, junit::text(source, judged)), (&self.markdown, markdown::text(source, judged))]
        {
            match to.as_deref() {
                None => {}
                Some(path) if path == Path::new("-") => console.out.raw_line(text.trim_end())?,
                Some(path) => std::fs::write(path, text).map_err(Error::io("write", path))?,
            }
        }
        if self.json {
            return judged.iter().try_for_each(|judged| console.out.json(&judged.json(ignored)));
        }
        if self.on_standard_output() > 0 {
            return Ok(());
        }
        judged.iter().try_for_each(|judged| judged.print(console))
    }

    fn print_results(&self, judged: &[JudgedAssertion<'_>], report: &AssertionReport, console: &mut Console) {
        judged.iter().flat_map(JudgedAssertion::notes).for_each(note);
        if report.versions == 0 {
            note("no versions in this range: nothing was checked");
        }
        if report.unreadable > 0 {
            note(format!("{} could not be read and left out", counted(report.unreadable, "version")));
            console.partly_read = true;
        }
        let failed = judged.iter().filter(|judged| !judged.holds()).count();
        if failed > 0 {
            note(format!("{failed} of {} failed", counted(judged.len() as u64, "assertion")));
        }
        if self.stats {
            let evaluated: u64 = report.verdicts.iter().map(|verdict| verdict.evaluated).sum();
            note(format!(
                "{} passed, {} read, {evaluated} evaluated",
                counted(report.versions, "version"),
                report.read
            ));
        }
    }
}
