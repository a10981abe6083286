//! `asof index`: makes a recording's index segments, or the copy of another source in the cache, from which commands open it
//! without reading it.

use super::Console;
use super::exit::{CommandResult, Exit};
use super::opened::{Opened, RecordingArgs, SourceArgs};
use super::out::note;
use super::progress::LoadBar;
use crate::error::counted;
use crate::escape;
use crate::export::json::{JsonOutput, optional};
use crate::record::TenantId;
use crate::recording::{IndexReport, Recording};
use crate::segment::{Segments, WriteSegments};
use crate::source::{Address, CopyReport, index_folder};
use std::ops::ControlFlow;

/// Build the index that lets a recording, or any other source, open at once
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof index shop.asof\n  asof index shop.asof --check\n  asof index states.jsonl\n\nThe index is derived data: it may be deleted at any time and is rebuilt. Commands build one\nthemselves for long logs and for files of 1 MiB or more: beside a recording, otherwise in\n$XDG_CACHE_HOME/asof (~/.cache/asof). Cached files take 4 GiB at most, or $ASOF_CACHE_LIMIT\n(500M, 2G; 0 turns the cache off); the least recently used go first.\nExit code 1: with --check, the index disagrees with its source."
)]
pub struct IndexArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Also read the source in full, and compare every answer of the index with it
    #[arg(long)]
    check: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

impl IndexArgs {
    /// Indexes the tenants, and says what there is.
    pub fn run(self, console: &mut Console) -> CommandResult {
        let SourceArgs { source, reading } = &self.source;
        if matches!(Address::parse(source)?, Address::File(_) | Address::Git(_) | Address::Messages(_)) {
            return self.run_on_other(console);
        }
        let opened = Opened::to_write(&RecordingArgs { source: source.clone(), tenant: reading.which.tenant.clone() })?;
        let mut right = true;
        for tenant in opened.tenants()? {
            // Tells of damage, with a bar while the log is read.
            drop(opened.load(&tenant, console)?);
            let report = match opened.recording().index(&tenant)? {
                // Not beside the logs: they may be on a medium that cannot be written to.
                report if report.file.is_none() => {
                    in_cache(&opened, |recording| Ok(recording.index(&tenant)?))?.unwrap_or(report)
                }
                report => report,
            };
            let paths = match index_paths(opened.recording(), &tenant)? {
                paths if paths.file.is_none() => {
                    in_cache(&opened, |recording| index_paths(recording, &tenant))?.unwrap_or(paths)
                }
                paths => paths,
            };
            let difference = if self.check { opened.difference_to_log(&tenant)? } else { None };
            right &= difference.is_none();
            self.print(&tenant, (&report, &paths), difference, console)?;
            opened.recording().release(&tenant);
        }
        Ok(if right { Exit::Done } else { Exit::Negative })
    }

    /// Makes a copy of a source that is no recording, and says what there is. What was just made is opened to be checked, and
    /// to index its paths beside it.
    fn run_on_other(self, console: &mut Console) -> CommandResult {
        let (mut opened, report) = Opened::into_cache(&self.source, console)?;
        if report.directory.is_some() && !report.fresh {
            opened = Opened::into_cache(&self.source, console)?.0;
        }
        let mut right = true;
        for tenant in opened.tenants()? {
            let records = opened.load(&tenant, console)?.history().position().0;
            let difference =
                if self.check { opened.difference_to_source(&self.source.reading, &tenant)? } else { None };
            right &= difference.is_none();
            let CopyReport { directory, bytes, fresh, why } = report.clone();
            let paths = index_paths(opened.recording(), &tenant)?;
            let report = IndexReport { records, bytes, file: directory, fresh, why };
            self.print(&tenant, (&report, &paths), difference, console)?;
        }
        Ok(if right { Exit::Done } else { Exit::Negative })
    }

    fn print(
        &self,
        tenant: &TenantId,
        (report, paths): (&IndexReport, &IndexReport),
        difference: Option<String>,
        console: &mut Console,
    ) -> CommandResult<()> {
        if self.json {
            return console.out.json(&self.json(tenant, (report, paths), difference));
        }
        if let Some(difference) = difference {
            note(format!("{tenant}: the index is wrong, delete it: {difference}"));
        }
        words(tenant, report).iter().chain(&paths_words(paths)).try_for_each(|line| console.out.line(line))
    }

    fn json(
        &self,
        tenant: &TenantId,
        (report, paths): (&IndexReport, &IndexReport),
        difference: Option<String>,
    ) -> JsonOutput {
        let file = |report: &IndexReport| report.file.as_ref().map(|file| file.display().to_string());
        let (file, paths_file) = (file(report), file(paths));
        let fields = [
            ("tenant", tenant.0.as_str().into()),
            ("records", report.records.into()),
            ("bytes", report.bytes.into()),
            ("fresh", report.fresh.into()),
            ("file", optional(file.as_deref())),
            ("why", optional(report.why.as_deref())),
            ("paths_bytes", paths.bytes.into()),
            ("paths_fresh", paths.fresh.into()),
            ("paths_file", optional(paths_file.as_deref())),
        ];
        let checked = [("right", difference.is_none().into()), ("difference", optional(difference.as_deref()))];
        let checked = checked.into_iter().filter(|_| self.check);
        JsonOutput::Fields(fields.into_iter().chain(checked).collect())
    }
}

/// Two lines, or one where there is no file.
fn words(tenant: &TenantId, report: &IndexReport) -> Vec<String> {
    let records = counted(report.records, "record");
    let why = report.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    match &report.file {
        None => vec![format!("{tenant}: {records}, no index{why}")],
        Some(file) => {
            let made = if report.fresh { "fresh" } else { "made" };
            vec![
                format!("{tenant}: {records}, {}, {made}{why}", counted(report.bytes, "byte")),
                format!("  {}", escape::file(file)),
            ]
        }
    }
}

/// The same of the index of which version touched which path.
fn paths_words(report: &IndexReport) -> Vec<String> {
    let why = report.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    match &report.file {
        None => vec![format!("  no index of changed paths{why}")],
        Some(file) => {
            let made = if report.fresh { "fresh" } else { "made" };
            vec![
                format!("  {} of changed paths, {made}", counted(report.bytes, "byte")),
                format!("  {}", escape::file(file)),
            ]
        }
    }
}

/// Makes the index of which version touched which path, with a bar meanwhile.
fn index_paths(recording: &Recording, tenant: &TenantId) -> CommandResult<IndexReport> {
    let mut bar = LoadBar::new();
    Ok(recording.index_paths(tenant, &mut |progress| {
        bar.update(progress);
        ControlFlow::Continue(())
    })?)
}

/// An index in the user's cache folder, where none can be written beside the logs.
fn in_cache(
    opened: &Opened,
    index: impl Fn(&Recording) -> CommandResult<IndexReport>,
) -> CommandResult<Option<IndexReport>> {
    let Some(directory) = opened.recording().directory() else { return Ok(None) };
    let segments = Segments::new(index_folder(), WriteSegments::InCache);
    let report = index(&Recording::open(&directory)?.with_segments(segments))?;
    Ok(Some(report).filter(|report| report.file.is_some()))
}
