//! The folder of copies: one directory each, made under another name and then put in its place. Whoever reads a copy holds
//! a lock on its header, so that nobody removes it meanwhile.
//!
//! Nobody but its owner can write to the folder, else it is not used. Must not name: `recording`.

use super::place::{make_cache as make_private_folder, touch};
use crate::bytes::sha256_digits;
use crate::error::of_system;
use crate::log::AppendId;
use crate::log::open::{self, FileId, Make};
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The header of a copy: hidden, so that a recording can be made beside it.
const HEADER: &str = ".source";
/// Largest header that is read.
const MAX_HEADER: u64 = 64 << 20;
/// What names of copies go on with that are not whole, and of those that are about to be removed.
const UNFINISHED: &str = ".new-";
const REMOVED: &str = ".old-";
/// Seconds after which one without a header was left by a crash.
const ABANDONED: i64 = 3_600;

/// Where copies are kept.
#[derive(Debug, Clone)]
pub(crate) struct CopyFolder {
    path: PathBuf,
    /// Bytes that all copies may take.
    most: u64,
}

/// A copy that is not removed while this is held.
pub(crate) struct HeldCopy {
    pub path: PathBuf,
    header: File,
}

/// A copy that is being made; removed again unless it is put in its place. Its header is locked meanwhile: one that is not
/// was left by a process that ended.
pub(crate) struct Unfinished {
    pub path: PathBuf,
    header: File,
    /// Whether it is in its place.
    done: AtomicBool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !*self.done.get_mut() {
            let _nothing_there = fs::remove_dir_all(&self.path);
        }
    }
}

impl HeldCopy {
    /// The copy in a directory, if there is one and nobody removes it.
    fn open(path: PathBuf) -> Option<Self> {
        let directory = fs::symlink_metadata(&path).ok().filter(Metadata::is_dir)?;
        let header = open::to_read(&path.join(HEADER)).ok()?;
        let opened = header.metadata().ok()?;
        if !is_own(&directory) || !is_own(&opened) || header.try_lock_shared().is_err() {
            return None;
        }
        let there = open::regular(&path.join(HEADER)).ok()??;
        (FileId::of(&there) == FileId::of(&opened)).then_some(Self { path, header })
    }

    /// What its header holds.
    pub fn header(&self) -> Option<Vec<u8>> {
        let length = self.header.metadata().ok()?.len();
        let mut bytes = Vec::new();
        (&self.header).take(MAX_HEADER).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    }

    /// When the header was written, or the copy was used last.
    pub fn written(&self) -> Option<Metadata> {
        self.header.metadata().ok()
    }

    /// Takes notice that the copy was used.
    pub fn used(&self) {
        touch(&self.header);
    }

    /// Bytes of its files.
    pub fn bytes(&self) -> u64 {
        size_of(&self.path)
    }
}

impl CopyFolder {
    pub fn new(path: PathBuf, most: u64) -> Self {
        Self { path, most }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of all copies.
    pub fn bytes(&self) -> u64 {
        self.entries().map(|(_, path)| size_of(&path)).sum()
    }

    /// Why no copy can be begun in it; tries it.
    pub fn refused(&self) -> Option<String> {
        match self.begin("try") {
            Ok(Some(_removed)) => None,
            Ok(None) => Some("others than its owner can write to it".to_owned()),
            Err(error) => Some(of_system(&error)),
        }
    }

    /// Whether it is to hold nothing.
    pub fn keeps_nothing(&self) -> bool {
        self.most == 0
    }

    /// The copies under a name, each held.
    pub fn find(&self, name: &str) -> Vec<HeldCopy> {
        if !self.is_private() {
            return Vec::new();
        }
        self.named(name).filter_map(HeldCopy::open).collect()
    }

    /// Whether only its owner can write to it, and that is who runs this.
    fn is_private(&self) -> bool {
        let private = |folder: &Metadata| folder.is_dir() && is_own(folder) && folder.mode() & 0o022 == 0;
        fs::symlink_metadata(&self.path).is_ok_and(|folder| private(&folder))
    }

    /// Everything whole under a name: `NAME.` and something.
    fn named(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        let prefix = format!("{name}.");
        self.entries().filter(move |(entry, _)| entry.starts_with(&prefix) && is_whole(entry)).map(|(_, path)| path)
    }

    fn entries(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().filter_map(Result::ok);
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
    }

    /// A new directory for a copy; `None` where nothing may be kept.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn begin(&self, name: &str) -> io::Result<Option<Unfinished>> {
        make_private_folder(&self.path)?;
        if !self.is_private() {
            return Ok(None);
        }
        let path = self.path.join(format!("{name}{UNFINISHED}{}", unique()));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        let header = open::to_write(&path.join(HEADER), Make::Always)?;
        header.try_lock()?;
        self.clear_abandoned(&header.metadata()?);
        Ok(Some(Unfinished { path, header, done: AtomicBool::new(false) }))
    }

    /// Puts a copy in its place, with its header, and removes the others under its name and those used longest ago. Answers
    /// where it is; none where it takes more than all copies may. From then on others may read it, and nobody removes it while
    /// `made` is held.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn finish(&self, made: &Unfinished, name: &str, header: &[u8]) -> io::Result<Option<PathBuf>> {
        (&made.header).write_all(header)?;
        if size_of(&made.path) > self.most {
            return Ok(None);
        }
        let path = self.path.join(format!("{name}.{}", unique()));
        fs::rename(&made.path, &path)?;
        made.done.store(true, Ordering::Release);
        made.header.lock_shared()?;
        self.remove_others(name, &path);
        self.evict();
        Ok(Some(path))
    }

    /// Removes all copies under a name but one, and but those that somebody reads.
    pub fn remove_others(&self, name: &str, but: &Path) {
        let others: Vec<PathBuf> = self.named(name).filter(|path| path != but).collect();
        others.iter().for_each(|other| self.remove(other));
    }

    /// Removes a copy, unless somebody reads it.
    fn remove(&self, path: &Path) {
        let header = open::to_read(&path.join(HEADER)).ok();
        if header.as_ref().is_some_and(|header| matches!(header.try_lock(), Err(fs::TryLockError::WouldBlock))) {
            return;
        }
        let gone = self.path.join(format!("{}{REMOVED}{}", name_of(path), unique()));
        // What a link leads to stays.
        if fs::rename(path, &gone).is_ok() && fs::remove_dir_all(&gone).is_err() {
            let _somebody_else_did = fs::remove_file(&gone);
        }
    }

    /// Removes what nobody finishes: what is not locked, or was begun long before `now` and has nothing to lock.
    fn clear_abandoned(&self, now: &Metadata) {
        for (name, path) in self.entries().filter(|(name, _)| !is_whole(name)) {
            let age = || fs::symlink_metadata(&path).map_or(0, |found| now.mtime().saturating_sub(found.mtime()));
            let abandoned = match open::to_read(&path.join(HEADER)) {
                Ok(header) => header.try_lock().is_ok(),
                Err(_) => age() > ABANDONED,
            };
            if name.contains(REMOVED) || abandoned {
                let _gone_already = fs::remove_dir_all(&path);
            }
        }
    }

    /// Removes the copies used longest ago, until the others take no more than they may.
    fn evict(&self) {
        let used = |path: &Path| {
            let header = fs::symlink_metadata(path.join(HEADER));
            header.map_or((0, 0), |header| (header.mtime(), header.mtime_nsec()))
        };
        let whole = self.entries().filter(|(name, _)| is_whole(name));
        let mut copies: Vec<_> = whole.map(|(_, path)| (used(&path), size_of(&path), path)).collect();
        copies.sort_unstable();
        let mut all: u64 = copies.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in copies {
            if all <= self.most {
                return;
            }
            self.remove(&path);
            all -= if path.exists() { 0 } else { bytes };
        }
    }
}

fn is_whole(name: &str) -> bool {
    !name.contains(UNFINISHED) && !name.contains(REMOVED)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a file belongs to who runs this.
fn is_own(file: &Metadata) -> bool {
    file.uid() == rustix::process::geteuid().as_raw()
}

/// Bytes of the files in a directory.
pub(crate) fn size_of(directory: &Path) -> u64 {
    let files = fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// A name that nobody else uses.
fn unique() -> String {
    sha256_digits(AppendId::new().record(0).as_bytes(), 16)
}
