//! `asof record`: imports a source into a recording, or records a stream as it comes.

mod again;

use super::Console;
use super::exit::{CommandResult, Exit, Stop, usage};
use super::import::{Met, Reached, ReadingArgs, read_until_interrupted};
use super::out::note;
use super::watched::WatchedFilesArgs;
use crate::Error;
use crate::error::InputPlace;
use crate::error::{agreeing, counted};
use crate::escape;
use crate::escape::named;
use crate::export::json::{JsonOutput, list, object};
use crate::log::{FileLog, MARKER, NatsAddress};
use crate::ops::words::look_alike;
use crate::record::{DEFAULT_TENANT, TenantId};
use crate::recording::Recording;
use crate::source::{self, Address, Options};
use again::Again;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Import a source into a recording, or record a stream as it arrives
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof record state.jsonl -o shop.asof\n  my-app --state-log /dev/stdout | asof record \
                  -o shop.asof\n  asof record git:package.json -o package.asof\n  asof record app.log.2 app.log.1 app.log -o app.asof\n  asof record --watch config.json --watch 'conf.d/*.json' -o config.asof\n\nAn existing recording is appended \
                  to; versions that it had already are counted. ctrl+c stops; what was recorded until then is kept."
)]
pub struct RecordArgs {
    /// A file, or several that follow one another; `-` for standard input, `git:PATH`, `demo:NAME` [default: standard input]
    #[arg(value_name = "FILE", conflicts_with = "watch")]
    sources: Vec<String>,
    #[command(flatten)]
    watch: WatchedFilesArgs,
    /// The recording to create or append to: a directory, or `nats://HOST/PREFIX`
    #[arg(short, long = "output", value_name = "RECORDING")]
    output: PathBuf,
    /// Append to this branch instead of main (`asof fork` creates one)
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl RecordArgs {
    /// Records until the source ends or ctrl+c, and prints what was recorded.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let address = self.address()?;
        let output = RecordOutput::open(&self.output)?;
        let recording = Arc::clone(&output.recording);
        let there = self.known(&recording)?;
        let before = versions(&recording, &there)?;
        let goes_on = self.watch.is_asked();
        let options = Options { branch: self.branch.clone(), goes_on, ..self.reading.options() };
        let name = address.title();
        let reached = read_until_interrupted(address, &self.reading, options, &recording);
        if output.remove_if_empty()? {
            reached?;
            return Err(nothing_recorded(&name, &self.output));
        }
        let reached = reached?;
        let new: Vec<&TenantId> = reached.met.took.keys().filter(|id| !there.contains(id)).collect();
        let alike = new.iter().map(|id| alike(&recording, id)).collect::<Result<Vec<_>, _>>()?;
        for (id, alike) in new.iter().zip(&alike).filter(|(_, alike)| !alike.is_empty()) {
            note(look_alike(&id.0, alike).trim_start_matches("; "));
        }
        let again = self.report_repeated(&recording, &before, &reached)?;
        self.print(before.values().sum(), again, &alike.concat(), &reached, console)?;
        console.partly_read |= !reached.met.problems.is_empty();
        Ok(if reached.interrupted { Exit::Interrupted } else { Exit::Done })
    }

    fn address(&self) -> CommandResult<Address> {
        if let Some(address) = self.watch.address(self.reading.which.tenant.is_some())? {
            return Ok(address);
        }
        match (Address::parse_all(&self.sources)?, self.sources.as_slice()) {
            (None, _) if std::io::stdin().is_terminal() => {
                Err(usage("nothing to record: name a file, or pipe a stream into asof record"))
            }
            (None, _) => Ok(Address::Stdin),
            (Some(address), [text]) if address.is_recording() => {
                Err(usage(format!("{text} is already a recording: open it with asof {text}")))
            }
            (Some(address), _) => Ok(address),
        }
    }

    /// The tenants that are there. On a server, who names one need not be allowed to list all.
    fn known(&self, recording: &Recording) -> CommandResult<Vec<TenantId>> {
        let Some(named) = self.reading.which.tenant.as_deref().filter(|_| is_server(&self.output)) else {
            return Ok(recording.tenants()?);
        };
        match recording.tenant(&named.into()) {
            Ok(tenant) => Ok(vec![tenant.id().clone()]),
            Err(Error::UnknownTenant { .. }) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Says which versions were there already; answers how many. What is watched goes on where it was.
    fn report_repeated(
        &self,
        recording: &Recording,
        before: &BTreeMap<TenantId, u64>,
        reached: &Reached,
    ) -> CommandResult<u64> {
        let mut versions = 0;
        for (id, took) in reached.met.took.iter().filter(|_| !self.watch.is_asked()) {
            let Some(before) = before.get(id) else { continue };
            let Some(again) = Again::of(&recording.tenant(id)?, *before)? else { continue };
            versions += again.versions;
            let place = shown(&self.output);
            let tenant = if *id.0 == *DEFAULT_TENANT { String::new() } else { format!(" --tenant {}", named(&id.0)) };
            note(format!(
                "{} of {} recorded {} there already, as {} to {}. To take them off: asof rollback {place}{tenant} {before}. A file that \
                 grows is followed by asof record --watch FILE",
                again.versions,
                counted(*took, "version"),
                agreeing(again.versions, "was", "were"),
                again.first,
                again.last(),
            ));
        }
        Ok(versions)
    }

    fn print(
        &self,
        before: u64,
        again: u64,
        look_alikes: &[String],
        reached: &Reached,
        console: &mut Console,
    ) -> CommandResult<()> {
        let recorded = &reached.met.took;
        let versions = recorded.values().sum::<u64>();
        if self.json {
            let tenants = list(recorded.keys().map(|id| id.0.clone()));
            let problems = reached.met.problems.iter().map(|problem| placed(&problem.place, &problem.why)).collect();
            let notes = reached.met.notes.iter().map(|(note, _)| placed(&note.place, &note.why)).collect();
            return console.out.json(&object([
                ("tenants", tenants),
                ("versions", versions.into()),
                ("again", again.into()),
                ("problems", JsonOutput::List(problems)),
                ("notes", JsonOutput::List(notes)),
                ("look_alikes", list(look_alikes.iter().map(String::as_str))),
            ]));
        }
        let (versions, tenants) = (counted(versions, "version"), counted(recorded.len() as u64, "tenant"));
        let problems = counted(reached.met.problems.len() as u64, "problem");
        let behind = match before {
            0 => String::new(),
            _ => format!(" after {}", counted(before, "existing version")),
        };
        let place = shown(&self.output);
        console.out.line(&format!("recorded {versions} of {tenants} in {place}{behind}, {problems}"))?;
        if is_server(&self.output) {
            note("NATS acknowledges a write before it is synced to disk, unless the server has sync_interval: always");
        }
        Ok(())
    }
}

/// The recording that a command writes to.
pub struct RecordOutput {
    /// Itself.
    pub recording: Arc<Recording>,
    place: PathBuf,
    /// Whether it was created here, and whether a directory was there before.
    created: Option<bool>,
}

impl RecordOutput {
    /// Opens the recording at a place, or creates it.
    pub fn open(place: &Path) -> CommandResult<Self> {
        let is_new = !is_server(place) && !FileLog::is_recording(place);
        let was_there = place.exists();
        let recording = Arc::new(match is_new {
            true => Recording::create(place)?,
            false if is_server(place) => source::connect(&place.to_string_lossy())?,
            false => Recording::open(place)?,
        });
        Ok(Self { recording, place: place.to_owned(), created: is_new.then_some(was_there) })
    }

    /// Takes away what was created here and in which nothing is; whether it did.
    pub fn remove_if_empty(&self) -> CommandResult<bool> {
        let Some(was_there) = self.created else { return Ok(false) };
        if !self.recording.tenants()?.is_empty() {
            return Ok(false);
        }
        // What is left of it does no harm.
        let _ = std::fs::remove_file(self.place.join(MARKER));
        if !was_there {
            let _ = std::fs::remove_dir(&self.place);
        }
        Ok(true)
    }
}

/// Says what a program's run brought: on standard error, since standard output is the program's, or as JSON behind that.
pub fn print_recorded(output: &Path, met: &Met, is_json: bool, console: &mut Console) -> CommandResult<()> {
    let versions = met.took.values().sum::<u64>();
    if is_json {
        let tenants = list(met.took.keys().map(|id| id.0.clone()));
        let problems = met.problems.iter().map(|problem| placed(&problem.place, &problem.why)).collect();
        let fields = [("tenants", tenants), ("versions", versions.into()), ("problems", JsonOutput::List(problems))];
        return console.out.json(&object(fields));
    }
    let (versions, tenants) = (counted(versions, "version"), counted(met.took.len() as u64, "tenant"));
    note(format!("recorded {versions} of {tenants} in {}", shown(output)));
    Ok(())
}

fn nothing_recorded(source: &str, output: &Path) -> Stop {
    let place = InputPlace { file: source.to_owned(), line: 0, byte: 0 };
    let why = format!("nothing to record: no versions were read. {} was not created", escape::file(output));
    Error::Syntax { place, why }.into()
}

fn is_server(output: &Path) -> bool {
    output.to_str().is_some_and(NatsAddress::is_one)
}

/// Where it is, without a password.
pub fn shown(output: &Path) -> String {
    let text = output.display().to_string();
    if is_server(output) { NatsAddress::parse(&text).map_or(text, |address| address.to_string()) } else { text }
}

/// Names that look like a tenant's; none where a server does not list them.
fn alike(recording: &Recording, id: &TenantId) -> Result<Vec<String>, Error> {
    recording.look_alikes(id).or_else(|error| match error {
        Error::ServerRefused { .. } => Ok(Vec::new()),
        error => Err(error),
    })
}

/// Versions of tenants.
fn versions(recording: &Recording, tenants: &[TenantId]) -> CommandResult<BTreeMap<TenantId, u64>> {
    let newest = |id: &TenantId| Ok((id.clone(), recording.tenant(id)?.history().newest().0));
    tenants.iter().map(newest).collect()
}

fn placed(place: &InputPlace, why: &str) -> JsonOutput {
    object([
        ("file", place.file.as_str().into()),
        ("line", place.line.into()),
        ("byte", place.byte.into()),
        ("why", why.into()),
    ])
}
