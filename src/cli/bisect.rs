//! `asof bisect`: the first bad version, by trying a command.

use super::Console;
use super::asked::VersionTold;
use super::cells::CellWidths;
use super::exit::{CommandResult, Exit, Stop, usage};
use super::import::interruption;
use super::opened::{Opened, SourceArgs, moment};
use super::out::note;
use crate::error::Error;
use crate::error::counted;
use crate::export::json::{JsonOutput, list, object, optional};
use crate::questions::{BisectVerdict, Bisected, Bisection, Contradiction, FirstBad};
use crate::record::Version;
use crate::recording::Tenant;
use std::io::Write;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// Find the first bad version by binary search: a command decides whether a state is good
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof bisect state.jsonl --run 'jq -e \".balance >= 0\"'\n  \
                        asof bisect shop.asof --good v1.0.0 --bad head --run './check.sh' --check 5\n  \
                        asof bisect shop.asof --good 100 --bad 180 --plan\n\n\
                        The command gets the state on standard input and its version in $ASOF_VERSION. Exit code 0 means\n\
                        good, 1 to 124 bad, 125 cannot be tested. A higher code ends the search (126 and 127: the command\n\
                        could not be run), and so does a signal. An end of the search that the answer rests on is run too.\n\n\
                        Exit code 1: an end is not what it was taken for.")]
pub struct BisectArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The command, run by `sh -c`
    #[arg(long, value_name = "COMMAND", required_unless_present = "plan")]
    run: Option<String>,
    /// Run nothing: print which version to test next, between --good and --bad
    #[arg(long, conflicts_with_all = ["run", "check"])]
    plan: bool,
    /// With --plan: a version that cannot be tested
    #[arg(long, value_name = "MOMENT", requires = "plan", allow_hyphen_values = true)]
    skip: Vec<String>,
    /// A version that is good: a moment, as in `asof --help` [default: the first]
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    good: Option<String>,
    /// A version that is bad
    #[arg(long, value_name = "MOMENT", default_value = "head", allow_hyphen_values = true)]
    bad: String,
    /// Also test K other versions, to check that they agree with the answer
    #[arg(long, value_name = "K", default_value_t = 0)]
    check: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl BisectArgs {
    /// Prints the first bad version.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = Opened::new(&self.source, console)?.tenant(console)?;
        let bad = moment(&tenant, &self.bad)?;
        let good = match &self.good {
            Some(good) => moment(&tenant, good)?,
            None => tenant.history().lineage().first_of(bad),
        };
        let bisection = Bisection::between(&tenant, good, bad).ok_or_else(|| {
            usage(format!("{good} is not an ancestor of {bad}: there are no versions between them to search"))
        })?;
        if self.plan {
            return self.next(&tenant, &bisection, bad, console);
        }
        let stop = interruption()?;
        let found = bisection.run(self.check, |version| {
            let tried = self.tried(&tenant, version, &stop)?;
            note(format!("{version} is {}", word(tried)));
            Ok::<_, Stop>(tried)
        });
        match found {
            Err(_) if stop.load(Ordering::Relaxed) => Ok(Exit::Interrupted),
            found => self.print(&found?, &tenant, console),
        }
    }

    /// Prints the version to test next.
    fn next(&self, tenant: &Tenant, bisection: &Bisection, bad: Version, console: &mut Console) -> CommandResult {
        let skipped: Vec<Version> = self.skip.iter().map(|text| moment(tenant, text)).collect::<CommandResult<_>>()?;
        let next = bisection.next(&skipped);
        let told = VersionTold::of(tenant, next.unwrap_or(bad));
        let tries = if next.is_some() { bisection.tries() } else { 0 };
        if self.json {
            console.out.json(&object([
                ("version", optional(next.map(|version| version.0))),
                ("bad", bad.0.into()),
                ("versions", bisection.versions().into()),
                ("tests", u64::from(tries).into()),
                ("at", told.at),
                ("label", told.label),
                ("by", told.by),
            ]))?;
        } else {
            console.out.row(&CellWidths::of(std::slice::from_ref(&told.cells)), &told.cells)?;
        }
        note(match next {
            Some(version) => {
                format!(
                    "test {version} next: {} left to search, at most {}",
                    counted(bisection.versions(), "version"),
                    counted(u64::from(tries), "test")
                )
            }
            None if bisection.versions() == 1 => format!("{bad} is the first bad version"),
            None => format!(
                "the first bad version is one of {} up to {bad}: the others are skipped",
                counted(bisection.versions(), "version")
            ),
        });
        Ok(Exit::Done)
    }

    fn print(&self, bisected: &Bisected, tenant: &Tenant, console: &mut Console) -> CommandResult {
        let runs = counted(bisected.runs, "run");
        for Contradiction { version, tried } in &bisected.contradictions {
            let (tried, other) = (word(*tried), if *tried == BisectVerdict::Good { "bad" } else { "good" });
            note(match bisected.found {
                Some(_) => format!("{version} is {tried}, which contradicts the answer: it changed more than once"),
                None => {
                    format!("{version} is {tried}, but the search took it for {other}: no first bad version; {runs}")
                }
            });
        }
        let told = bisected.found.map(|found| VersionTold::of(tenant, found.first));
        if self.json {
            console.out.json(&json(bisected, told.as_ref()))?;
        } else if let Some(told) = &told {
            console.out.row(&CellWidths::of(std::slice::from_ref(&told.cells)), &told.cells)?;
        }
        let Some(FirstBad { first, last, good }) = bisected.found else { return Ok(Exit::Negative) };
        note(if first == last {
            format!("{first} is the first bad version, {good} the last good one; {runs}")
        } else {
            format!("the first bad version is one of {first} to {last}; {runs}")
        });
        Ok(Exit::Done)
    }

    fn tried(&self, tenant: &Tenant, version: Version, stop: &AtomicBool) -> CommandResult<BisectVerdict> {
        let mut text = tenant.value_at(version)?.to_json();
        text.push('\n');
        let status = self.status(text, version)?;
        if stop.load(Ordering::Relaxed) {
            return Err(Stop::Failed(Exit::Interrupted, Error::Interrupted));
        }
        match status.code() {
            Some(0) => Ok(BisectVerdict::Good),
            Some(125) => Ok(BisectVerdict::Skipped),
            Some(1..126) => Ok(BisectVerdict::Bad),
            // What a shell answers where it cannot run the command says nothing of the state.
            Some(code @ 126..=127) => Err(usage(format!(
                "at {version} the command could not be run (exit code {code}): it was not found or is not executable"
            ))),
            _ => Err(usage(format!(
                "at {version} the command ended with {}: good is 0, bad 1 to 124, untestable 125",
                status.to_string().replace(": ", " ")
            ))),
        }
    }

    fn status(&self, text: String, version: Version) -> CommandResult<ExitStatus> {
        let mut child = Command::new("sh")
            .args(["-c", self.run.as_deref().unwrap_or_default()])
            .env("ASOF_VERSION", version.0.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(Error::io("run", "sh"))?;
        let mut input = child.stdin.take();
        // A command that reads nothing, or only a part, is none the worse for that.
        let writer = std::thread::spawn(move || input.as_mut().map(|input| input.write_all(text.as_bytes())));
        let status = child.wait().map_err(Error::io("wait for", "sh"))?;
        drop(writer);
        Ok(status)
    }
}

fn json(bisected: &Bisected, told: Option<&VersionTold>) -> JsonOutput {
    let contradictions = bisected.contradictions.iter().map(|contradiction| {
        object([("version", contradiction.version.0.into()), ("tried", word(contradiction.tried).into())])
    });
    let version = |of: fn(&FirstBad) -> Version| optional(bisected.found.as_ref().map(|found| of(found).0));
    let told = |field: fn(&VersionTold) -> &JsonOutput| optional(told.map(|told| field(told).clone()));
    object([
        ("version", version(|found| found.first)),
        ("through", version(|found| found.last)),
        ("good", version(|found| found.good)),
        ("runs", bisected.runs.into()),
        ("at", told(|told| &told.at)),
        ("label", told(|told| &told.label)),
        ("by", told(|told| &told.by)),
        ("contradictions", list(contradictions)),
    ])
}

fn word(tried: BisectVerdict) -> &'static str {
    match tried {
        BisectVerdict::Good => "good",
        BisectVerdict::Bad => "bad",
        BisectVerdict::Skipped => "skipped",
    }
}
