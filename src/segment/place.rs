//! The files that segments are in: beside the log for who may write there, in a cache folder for everybody else.
//!
//! Must not name: `history`.

use super::Sort;
use super::container::{self, Footer, Sections, SegmentSource, Unusable};
use super::identity::{Fit, Grown, LogState};
use crate::bytes::sha256_digits;
use crate::log::open::{self, Make};
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What names go on with until their segment is whole.
const UNFINISHED: &str = "new-";
/// Seconds after which one that is not whole was left by a crash.
const ABANDONED: i64 = 3_600;
/// Bytes of a segment that no log is too short for.
const SPARE: u64 = 64 * 1024 * 1024;
/// Bytes that all segments in a cache folder may take: those used longest ago go first.
pub(super) const CACHE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// A segment's file, and what its footer says.
pub(super) struct FoundSegment {
    pub path: PathBuf,
    pub file: File,
    pub bytes: u64,
    pub footer: Footer,
}

/// Why a file holds no segment of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// There is none.
    Missing,
    /// It is damaged, or no segment at all.
    Damaged,
    /// Another program wrote it.
    OtherProgram,
    /// Its log was changed, cut or replaced.
    OtherLog,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "there was none",
            Self::Damaged => "it was damaged",
            Self::OtherProgram => "it was written by another version of asof",
            Self::OtherLog => "the log was changed or replaced since",
        })
    }
}

impl From<Unusable> for Unfit {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Damaged => Self::Damaged,
            Unusable::OtherProgram => Self::OtherProgram,
        }
    }
}

impl SegmentSource for File {
    fn read(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(range.end - range.start).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut bytes = vec![0; length];
        self.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    }
}

/// The segment of a sort beside a log.
pub(super) fn beside(log: &Path, sort: Sort) -> PathBuf {
    log.with_extension(sort.extension())
}

/// The segment of a log in a cache folder: by its path, however it is named.
pub(super) fn in_cache(cache: &Path, log: &Path, sort: Sort) -> PathBuf {
    let path = fs::canonicalize(log).unwrap_or_else(|_| log.to_owned());
    cache.join(format!("{}.{}", sha256_digits(path.as_os_str().as_bytes(), 32), sort.extension()))
}

/// Opens a segment, if it is one of the log that is there now. Reads its footer, and of the log what it takes to know
/// that.
pub(super) fn find(path: PathBuf, log: &File, when_grown: Grown) -> Result<FoundSegment, Unfit> {
    let file = match open::to_read(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unfit::Missing),
        Err(_) => return Err(Unfit::Damaged),
    };
    let (Ok(known), Ok(of_log)) = (file.metadata(), log.metadata()) else { return Err(Unfit::Damaged) };
    if known.len() > of_log.len().saturating_mul(2).saturating_add(SPARE) {
        return Err(Unfit::Damaged);
    }
    let footer = container::footer(&file, known.len())?;
    match footer.log.fit(log, &known, when_grown) {
        Ok(Fit::Fits { compared }) => {
            if compared {
                touch(&file);
            }
            Ok(FoundSegment { path, file, bytes: known.len(), footer })
        }
        Ok(Fit::Other) | Err(_) => Err(Unfit::OtherLog),
    }
}

impl FoundSegment {
    pub fn sections(&self) -> Result<Sections, Unfit> {
        self.footer.sections(&self.file).map_err(Unfit::from)
    }
}

/// Gives a file the time of now: when it was used last. Who may not do that does without.
pub(crate) fn touch(file: &File) {
    let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let _not_the_owner =
        rustix::fs::futimens(file, &rustix::fs::Timestamps { last_access: now, last_modification: now });
}

/// Writes a segment under a name of its own and then puts it in the place of the one before, so that whoever reads sees
/// one or the other. It is readable by whom the log is. Answers its bytes.
///
/// # Errors
/// When the operating system refuses; then the one before is as it was.
pub(super) fn write(path: &Path, log: &Path, state: LogState, sections: &[Vec<u8>]) -> io::Result<u64> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let unfinished = unfinished(path, &format!("{}-{count}", std::process::id()));
    let file = open::to_write(&unfinished, Make::Always)?;
    let written = fill(&file, &unfinished, (path, log), state, sections);
    if written.is_err() {
        let _left_for_the_next = fs::remove_file(&unfinished);
    }
    written
}

/// The name of a segment that is not whole yet.
fn unfinished(path: &Path, writer: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{UNFINISHED}{writer}"));
    name.into()
}

fn fill(
    file: &File,
    unfinished: &Path,
    (path, log): (&Path, &Path),
    state: LogState,
    sections: &[Vec<u8>],
) -> io::Result<u64> {
    open::share_like(file, log);
    let mut out = io::BufWriter::with_capacity(1 << 20, file);
    container::write(&mut out, state, sections)?;
    out.flush()?;
    let metadata = file.metadata()?;
    clear_abandoned(path, &metadata);
    // Not synced: a segment that a crash of the machine tears is found to be torn.
    fs::rename(unfinished, path)?;
    Ok(metadata.len())
}

/// Removes what writers of this segment have left unfinished long before `now`.
fn clear_abandoned(path: &Path, now: &Metadata) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let prefix = format!("{}.{UNFINISHED}", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(&prefix));
        let age = || entry.metadata().map_or(0, |metadata| now.mtime().saturating_sub(metadata.mtime()));
        if is_one && age() > ABANDONED {
            let _gone_already = fs::remove_file(entry.path());
        }
    }
}

/// Makes a cache folder for its owner alone.
///
/// # Errors
/// When the operating system refuses.
pub(crate) fn make_cache(cache: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(cache)
}

/// Removes the segments of a cache folder that were used longest ago, until the others take no more than they may.
pub(super) fn evict(cache: &Path) {
    evict_beyond(cache, CACHE_BYTES);
}

fn evict_beyond(cache: &Path, most: u64) {
    let entries = fs::read_dir(cache).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(Metadata::is_file)?;
            Some(((metadata.mtime(), metadata.mtime_nsec()), metadata.len(), entry.path()))
        })
        .collect();
    files.sort_unstable();
    let mut all: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if all <= most {
            return;
        }
        if fs::remove_file(path).is_ok() {
            all -= bytes;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// A log in a folder of its own, and a segment of all of it.
    fn indexed() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("0123.jsonl");
        fs::write(&log, "a log\n".repeat(1_000)).unwrap();
        let path = beside(&log, Sort::History);
        write_again(&log, &path).unwrap();
        (home, log, path)
    }

    fn write_again(log: &Path, path: &Path) -> io::Result<u64> {
        let state = LogState::of(&File::open(log)?, fs::metadata(log)?.len())?;
        write(path, log, state, &[b"a section".to_vec(), b"the last".to_vec()])
    }

    fn found(path: &Path, log: &Path) -> Result<Sections, Unfit> {
        find(path.to_owned(), &File::open(log).unwrap(), Grown::Sampled)?.sections()
    }

    #[test]
    fn a_segment_is_as_private_as_its_log() {
        let (_home, log, path) = indexed();
        for mode in [0o600, 0o640, 0o644, 0o660] {
            fs::set_permissions(&log, fs::Permissions::from_mode(mode)).unwrap();
            write_again(&log, &path).unwrap();
            assert_eq!(path.metadata().unwrap().mode() & 0o777, mode);
        }
        assert!(found(&path, &log).is_ok());
    }

    #[test]
    fn what_is_no_segment_of_this_log_is_not_read() {
        let (home, log, path) = indexed();
        assert_eq!(found(&path, &log).ok().unwrap().whole, [b"a section".to_vec()]);
        assert_eq!(found(&home.path().join("none.index"), &log).err(), Some(Unfit::Missing));
        fs::write(&log, "a log\n".repeat(900)).unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::OtherLog));
        fs::write(&log, "another log\n".repeat(1_000)).unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::OtherLog));
        fs::write(&path, "").unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::Damaged));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::Damaged));
        assert!(write_again(&log, &path).is_err(), "a directory has its name");
        let left = fs::read_dir(home.path()).unwrap().count();
        assert_eq!(left, 2, "nothing unfinished is left");
    }

    #[test]
    fn no_link_is_followed() {
        let (home, log, path) = indexed();
        let victim = home.path().join("victim");
        fs::rename(&path, &victim).unwrap();
        let before = fs::read(&victim).unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::Damaged));
        write_again(&log, &path).unwrap();
        assert!(path.symlink_metadata().unwrap().is_file() && found(&path, &log).is_ok());
        assert_eq!(fs::read(&victim).unwrap(), before);
    }

    #[test]
    fn a_segment_much_longer_than_its_log_is_not_read() {
        let (_home, log, path) = indexed();
        File::options().write(true).open(&path).unwrap().set_len(SPARE * 2).unwrap();
        assert_eq!(found(&path, &log).err(), Some(Unfit::Damaged));
    }

    #[test]
    fn what_a_crash_left_is_removed_when_it_is_old() {
        let (home, log, path) = indexed();
        let (old, young) = (unfinished(&path, "1-1"), unfinished(&path, "1-2"));
        let other = home.path().join("4567.index.new-1-1");
        for file in [&old, &young, &other] {
            fs::write(file, "half").unwrap();
        }
        for file in [&old, &other] {
            let before = log.metadata().unwrap().modified().unwrap() - std::time::Duration::from_hours(2);
            File::options().write(true).open(file).unwrap().set_modified(before).unwrap();
        }
        write_again(&log, &path).unwrap();
        assert_eq!([old.exists(), young.exists(), other.exists()], [false, true, true]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_nothing_else() {
        let (home, log, path) = indexed();
        assert!(write_again(&log, &home.path().join("none/0123.index")).is_err());
        assert!(write_again(&log, &log.join("0123.index")).is_err());
        assert!(make_cache(&log.join("cache")).is_err());
        // A disk without room: the device that refuses every write.
        let full = File::options().write(true).open("/dev/full").unwrap();
        let state = LogState::of(&File::open(&log).unwrap(), 10).unwrap();
        let refused = fill(&full, &home.path().join("x"), (&path, &log), state, &[vec![0; 10]]);
        assert!(refused.is_err() && found(&path, &log).is_ok());
    }

    #[test]
    fn those_used_longest_ago_leave_the_cache_first() {
        let home = tempfile::tempdir().unwrap();
        let cache = home.path().join("cache/asof/index");
        make_cache(&cache).unwrap();
        assert_eq!(cache.metadata().unwrap().mode() & 0o777, 0o700);
        let now = home.path().metadata().unwrap().modified().unwrap();
        for age in 1..=5 {
            let file = File::create(cache.join(format!("{age}.index"))).unwrap();
            file.set_len(100).unwrap();
            file.set_modified(now - std::time::Duration::from_secs(age)).unwrap();
        }
        touch(&File::open(cache.join("5.index")).unwrap());
        evict_beyond(&cache, 320);
        let mut left: Vec<_> = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["1.index", "2.index", "5.index"]);
    }
}
