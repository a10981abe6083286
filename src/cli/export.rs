//! `asof export`: a whole history in another format.

use super::Console;
use super::exit::{CommandResult, Exit};
use super::import::{Mapped, ReadingArgs, SourceChoiceArgs};
use super::opened::{Opened, SourceArgs};
use crate::export::{FORMATS, Format};
use crate::recording::Tenant;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::ops::ControlFlow;

/// Write a whole history in another format
#[derive(clap::Args)]
#[command(after_help = "Example:\n  asof export shop.asof --format jsonl | zstd > shop.jsonl.zst")]
pub struct ExportArgs {
    /// A recording, a file, `-` for standard input, `git:PATH`, or `demo:NAME`
    source: String,
    /// The format to write
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: &'static Format,
    /// The tenant, if there are several
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Format of the source, if it cannot be detected
    #[arg(long, value_name = "FORMAT")]
    from_format: Option<String>,
    #[command(flatten)]
    mapped: Mapped,
    /// Stop at the first input that cannot be read
    #[arg(long)]
    strict: bool,
}

fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let names =
        PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)));
    names.try_map(|name| FORMATS.iter().find(|format| format.name == name).ok_or("no such format"))
}

impl ExportArgs {
    /// Writes every version.
    pub fn run(self, console: &mut Console) -> CommandResult {
        let Self { source, format, tenant, from_format, mapped, strict } = self;
        let which = SourceChoiceArgs { tenant, format: from_format, mapped };
        let source = SourceArgs { source, reading: ReadingArgs { which, strict } };
        let tenant = Opened::new(&source, console)?.tenant(console)?;
        write(format, &tenant, console)?;
        Ok(Exit::Done)
    }
}

fn write(format: &Format, tenant: &Tenant, console: &mut Console) -> CommandResult<()> {
    let mut written = Ok(());
    (format.write)(tenant, &mut |line| {
        written = console.out.raw_line(line);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written
}
