//! `asof verify`: reads every byte of a recording and says what is damaged.

use super::Console;
use super::exit::{CommandResult, Exit, usage};
use crate::error::counted;
use crate::escape::{self, in_quotes};
use crate::export::json::{JsonOutput, object};
use crate::log::{self, Damage, UnknownRecord, VerifyReport};
use crate::segment;
use crate::source::Address;
use std::path::{Path, PathBuf};

/// Check every byte of a recording and report damage
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  asof verify shop.asof && echo sound\n\nChanges nothing. Exit code 1: damage was found."
)]
pub struct VerifyArgs {
    /// A recording's directory
    source: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl VerifyArgs {
    /// Prints the damage, if there is any.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let address = Address::parse(&self.source)?;
        if let Address::Server(server) = &address {
            return Err(usage(format!("{server} is on a server: only recordings in files are verified")));
        }
        let Address::Recording(directory) = address else {
            return Err(usage(format!("{} is not a recording: only recordings have checksums to verify", self.source)));
        };
        let mut report = log::verify(&directory)?;
        report.notes.extend(unfit_indexes(&directory));
        if self.json {
            console.out.json(&json(&report))?;
        } else {
            print(&report, console)?;
        }
        let sound = report.damage.is_empty() && report.unknown.iter().all(UnknownRecord::is_newer);
        Ok(if sound { Exit::Done } else { Exit::Negative })
    }
}

/// Indexes beside the logs that are not as they were written. Nothing is lost by that: they are made again.
fn unfit_indexes(directory: &Path) -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let logs = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let mut unfit: Vec<_> = logs.flat_map(|path| segment::check_beside(&path)).collect();
    unfit.sort_by(|left, right| left.0.cmp(&right.0));
    unfit.into_iter().map(|(file, why)| (file, format!("the index is not used and will be rebuilt: {why}"))).collect()
}

fn print(report: &VerifyReport, console: &mut Console) -> CommandResult<()> {
    for Damage { file, offset, length, why, .. } in &report.damage {
        console.out.line(&format!("{}, byte {offset}: {why} ({})", escape::file(file), counted(*length, "byte")))?;
    }
    for UnknownRecord { file, position, kind, why } in &report.unknown {
        console.out.line(&format!(
            "{}, position {}: unknown record {}: {why}",
            escape::file(file),
            position.0,
            in_quotes(kind)
        ))?;
    }
    for (file, why) in &report.notes {
        console.out.line(&format!("note: {}: {why}", escape::file(file)))?;
    }
    let (records, places) =
        (counted(report.records, "good record"), counted(report.damage.len() as u64, "damaged place"));
    let unknown = match report.unknown.len() as u64 {
        0 => String::new(),
        count => format!(", {}", counted(count, "unknown record")),
    };
    console.out.line(&format!("{records}, {places}{unknown}"))
}

fn json(report: &VerifyReport) -> JsonOutput {
    let note = |(file, why): &(PathBuf, String)| {
        object([("file", file.display().to_string().as_str().into()), ("why", why.as_str().into())])
    };
    object([
        ("records", report.records.into()),
        ("damage", JsonOutput::List(report.damage.iter().map(one).collect())),
        ("unknown", JsonOutput::List(report.unknown.iter().map(unknown).collect())),
        ("notes", JsonOutput::List(report.notes.iter().map(note).collect())),
    ])
}

fn unknown(record: &UnknownRecord) -> JsonOutput {
    object([
        ("file", record.file.display().to_string().as_str().into()),
        ("position", record.position.0.into()),
        ("type", record.kind.as_str().into()),
        ("why", record.why.as_str().into()),
        ("newer", record.is_newer().into()),
    ])
}

fn one(damage: &Damage) -> JsonOutput {
    object([
        ("file", damage.file.display().to_string().as_str().into()),
        ("offset", damage.offset.into()),
        ("length", damage.length.into()),
        ("why", damage.why.as_str().into()),
        ("torn", damage.torn.into()),
    ])
}
