//! The file as it stands in the working tree, where that is not what the newest commit holds.

use super::{Tracked, pointer};
use crate::record::Time;
use crate::value::Limits;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::Path;

/// What stands there.
pub(super) struct Working {
    pub bytes: Vec<u8>,
    /// When it was written.
    pub at: Option<Time>,
}

/// What the file holds, unless that is what was committed, but for the line ends that git may write. A file that is not
/// there (deleted, or left out of a sparse checkout) is none, nor is anything that is no regular file.
pub(super) fn changed(file: &Tracked, committed: Option<&[u8]>) -> Option<Working> {
    let path = file.working.as_deref()?;
    let found = regular(path)?;
    let limit = Limits::default().size;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(limit + 1).read_to_end(&mut bytes).ok()?;
    let is_same = bytes.len() as u64 > limit || committed.is_some_and(|committed| is_same(&bytes, committed));
    // A pointer of Git LFS is what git writes where the content is not fetched.
    (!is_same && pointer::describe(&bytes).is_none())
        .then(|| Working { bytes, at: found.modified().ok().map(Time::from) })
}

/// What determines that: nothing is read for it.
pub(super) fn state(file: &Tracked) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let found = file.working.as_deref().and_then(regular);
    let words = |found: Metadata| {
        format!("{} {}.{} {}.{}", found.len(), found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec())
    };
    found.map(words).unwrap_or_default()
}

fn regular(path: &Path) -> Option<Metadata> {
    fs::symlink_metadata(path).ok().filter(Metadata::is_file)
}

fn is_same(bytes: &[u8], committed: &[u8]) -> bool {
    let mut lines = bytes.iter().zip(bytes.iter().skip(1).map(Some).chain([None]));
    let mut plain =
        lines.by_ref().filter(|(byte, next)| !(**byte == b'\r' && *next == Some(&b'\n'))).map(|(byte, _)| byte);
    bytes == committed || committed.iter().all(|byte| plain.next() == Some(byte)) && plain.next().is_none()
}
