//! What a person said of how a source is to be read, kept for the next time.
//!
//! One small file a source in the cache folder (`$XDG_CACHE_HOME/asof/mappings`). A reducer is a command, so it is never
//! kept. That nothing can be kept is no reason to fail.

use super::Address;
use crate::bytes::sha256_digits;
use crate::recipe::Mapping;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What the file of a mapping begins with.
const HEAD: &str = "# how asof reads ";

/// The file of a source; `None` where nothing can be kept of it.
fn place(address: &Address) -> Option<(PathBuf, String)> {
    let Address::File(path) = address else { return None };
    let path = path.canonicalize().ok().filter(|path| path.is_file())?;
    let name = sha256_digits(path.as_os_str().as_encoded_bytes(), 32);
    Some((super::cache_folder()?.join("mappings").join(name), path.display().to_string()))
}

/// What was said of a source the last time.
pub(super) fn of(address: &Address) -> Option<Mapping> {
    let (file, _) = place(address)?;
    // Nobody else says how somebody's sources are read.
    let is_own =
        |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|it| it.uid() == own_id() && it.mode() & 0o022 == 0);
    let text = std::fs::read_to_string(&file).ok().filter(|_| is_own(&file))?;
    let mapping = Mapping::of_lines(text.strip_prefix(HEAD)?.split_once('\n')?.1)?;
    (!mapping.is_empty() && mapping.reducer.is_none()).then_some(mapping)
}

fn own_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Keeps what was said of a source that could be read so.
pub(super) fn keep(address: &Address, mapping: &Mapping) {
    let Some((file, title)) = place(address) else { return };
    if mapping.is_empty() || mapping.reducer.is_some() {
        return;
    }
    let Some(folder) = file.parent() else { return };
    let lines = mapping.to_lines();
    let title = title.replace('\n', " ");
    let text = format!("{HEAD}{title}\n{lines}");
    if std::fs::read_to_string(&file).is_ok_and(|kept| kept == text) {
        return;
    }
    let _nothing_is_kept_then = write(folder, &file, &text);
}

fn write(folder: &Path, file: &Path, text: &str) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let new = file.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&new)?.write_all(text.as_bytes())?;
    std::fs::rename(&new, file)
}

/// Forgets what was said of a source.
pub(super) fn forget(address: &Address) {
    if let Some((file, _)) = place(address) {
        let _nothing_was_kept = std::fs::remove_file(file);
    }
}
