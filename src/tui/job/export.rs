//! Writing a file that is not there yet: a text, or a whole history.

use super::{FileText, Report};
use crate::escape;
use crate::export::FORMATS;
use crate::recording::Tenant;
use crate::tui::beside::Beside;
use crate::tui::task::Cancel;
use crate::view::text::{counted, size};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// Lines between two reports of progress.
const TOLD_EVERY: u64 = 1000;

/// Writes it, and says what was written. Never over a file that is there; cancelled, or failed, nothing is left.
pub(super) fn export(
    path: &Path,
    content: FileText,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Report),
) -> io::Result<String> {
    let mut file = Beside::new(path)?;
    let what = match content {
        FileText::Text(making) => {
            let text = making.make();
            writeln!(file, "{}", text.trim_end())?;
            size(text.len() as u64)
        }
        FileText::History(tenant) => counted(history(&tenant, &mut file, cancel, tell)?, "version"),
    };
    if cancel.is_cancelled() {
        return Err(io::Error::other("cancelled; no file was left"));
    }
    file.finish()?;
    Ok(format!("{what} written to {}", escape::file(path)))
}

/// Writes every version; answers how many.
fn history(tenant: &Tenant, file: &mut Beside, cancel: &Cancel, tell: &mut dyn FnMut(Report)) -> io::Result<u64> {
    let all = tenant.history().newest().0.max(1);
    let mut lines = 0;
    let mut failed = None;
    let written = (FORMATS[0].write)(tenant, &mut |line| match writeln!(file, "{line}") {
        Ok(()) => {
            lines += 1;
            if lines % TOLD_EVERY == 0 {
                tell(Report::Share(share(lines, all)));
            }
            cancel.flow()
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    failed.map_or(Ok(()), Err)?;
    written.map_err(io::Error::other)?;
    Ok(lines)
}

#[expect(clippy::cast_precision_loss, reason = "a share for a person to read")]
fn share(done: u64, all: u64) -> f64 {
    (done as f64 / all as f64).min(1.0)
}
