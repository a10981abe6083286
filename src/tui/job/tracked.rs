//! The files near a path that git holds versions of.

use crate::source::{TrackedFile, tracked_files};
use crate::tui::task::Cancel;
use std::path::Path;

/// Those at and below a directory, or that of a file; where there are none, below the nearest directory above that has some, up to the top
/// of its repository. Where git does not answer there are none.
pub(super) fn tracked_near(path: &Path, cancel: &Cancel) -> Vec<TrackedFile> {
    let start = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let here = Path::new(".");
    let mut directories: Vec<&Path> =
        start.ancestors().map(|directory| if directory.as_os_str().is_empty() { here } else { directory }).collect();
    directories.dedup();
    for directory in directories {
        let files = tracked_files(directory, &|| cancel.is_cancelled()).unwrap_or_default();
        if !files.is_empty() || directory.join(".git").exists() {
            return files.into_iter().map(|file| below(directory, file)).collect();
        }
    }
    Vec::new()
}

/// As it is named from the working directory.
fn below(directory: &Path, file: TrackedFile) -> TrackedFile {
    if directory == Path::new(".") { file } else { TrackedFile { path: directory.join(&file.path), ..file } }
}
