//! Writing a file that is not there yet: a text, or a whole history.

use super::Content;
use crate::export::FORMATS;
use crate::view::text::{size, thousands};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// Writes it, and says what was written. Never over a file that is there.
pub(super) fn export(path: &Path, content: Content) -> io::Result<String> {
    let mut file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(path)?);
    let what = match content {
        Content::Text(text) => {
            writeln!(file, "{}", text.trim_end())?;
            size(text.len() as u64)
        }
        Content::History(tenant) => {
            let mut lines = 0;
            let mut failed = None;
            let written = (FORMATS[0].write)(&tenant, &mut |line| match writeln!(file, "{line}") {
                Ok(()) => {
                    lines += 1;
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            });
            failed.map_or(Ok(()), Err)?;
            written.map_err(io::Error::other)?;
            format!("{} versions", thousands(lines))
        }
    };
    file.flush()?;
    Ok(format!("{what} written to {}", path.display()))
}
