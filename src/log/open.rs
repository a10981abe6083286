//! Opening files by name: only regular ones, and through no link. A recording may come from somebody else, and none of its
//! names leads to a file outside of it.
//!
//! Must not name: `codec`, `record`.

use crate::Error;
use rustix::fs::OFlags;
use std::fs::{File, FileType, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::Path;
use std::time::SystemTime;

/// What may be done with a file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// It has to be there.
    Never,
    /// It is made when it is not there.
    IfMissing,
    /// It must not be there.
    Always,
}

/// Opens a regular file to read and write, for its owner alone when it is made.
///
/// # Errors
/// [`irregular`] when something else has its name; when the operating system refuses.
pub fn to_write(file: &Path, make: Make) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(make == Make::IfMissing).create_new(make == Make::Always);
    options.mode(0o600);
    open(file, options)
}

/// Lets those use an open file who may use another one: gives it that one's mode and, where the system allows that, its
/// group. Only its owner can; for anyone else it stays as it is.
pub fn share_like(file: &File, other: &Path) {
    let (Ok(Some(other)), Ok(own)) = (regular(other), file.metadata()) else { return };
    let grouped = own.gid() == other.gid() || fchown(file, None, Some(other.gid())).is_ok();
    // What the other's group may do is not for a group of another name.
    let mode = other.mode() & if grouped { 0o666 } else { 0o606 };
    if own.mode() & 0o777 != mode {
        let _not_the_owner = file.set_permissions(Permissions::from_mode(mode));
    }
}

/// Opens a regular file to read.
///
/// # Errors
/// As [`to_write`].
pub fn to_read(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    open(file, options)
}

fn open(file: &Path, mut options: OpenOptions) -> io::Result<File> {
    // Without waiting: opening a pipe would wait for ever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    options.custom_flags(flags.bits().cast_signed());
    let opened = options.open(file).map_err(|error| match regular(file) {
        Err(irregular) if error.kind() != ErrorKind::AlreadyExists && is_irregular(&irregular) => irregular,
        _ => error,
    })?;
    match irregular(opened.metadata()?.file_type()) {
        Some(error) => Err(error),
        None => Ok(opened),
    }
}

/// What the system says of a regular file, if there is one. O(1).
///
/// # Errors
/// [`irregular`] when something else has its name; when the operating system refuses.
pub fn regular(file: &Path) -> io::Result<Option<Metadata>> {
    match std::fs::symlink_metadata(file) {
        Ok(metadata) => irregular(metadata.file_type()).map_or(Ok(Some(metadata)), Err),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The error for what is not a regular file: its kind is `InvalidInput`, its text says what it is.
fn irregular(kind: FileType) -> Option<io::Error> {
    if kind.is_file() {
        return None;
    }
    let what = if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a pipe"
    } else {
        "a device or socket"
    };
    Some(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, not a regular file: move it away")))
}

/// The error of a log that cannot be opened: what it is instead, where it is not a regular file.
pub fn cannot_open(file: &Path, error: io::Error) -> Error {
    if is_irregular(&error) {
        return Error::Format { file: file.display().to_string(), why: format!("this should be a log, but {error}") };
    }
    Error::io("open", file)(error)
}

/// Whether an error says that something is not a regular file.
pub fn is_irregular(error: &io::Error) -> bool {
    // The system gives this kind an error number; the one made here has none.
    error.kind() == ErrorKind::InvalidInput && error.raw_os_error().is_none()
}

/// Which file a name leads to, or an open file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// What the system says.
    pub fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// What the system says of a file without reading it. Where it is the same, the bytes are taken to be the same by those
/// who only read; writers compare bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    pub id: FileId,
    /// Its length in bytes.
    pub length: u64,
    changed: (i64, i64),
    made: Option<SystemTime>,
}

impl Signature {
    /// What the system says.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            id: FileId::of(metadata),
            length: metadata.len(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            made: metadata.created().ok(),
        }
    }

    /// Whether it may be the same file, longer or shorter than it was: an inode number is given again when a file is gone.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.id, self.made) == (other.id, other.made)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_never_through_a_link() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("file"), "mine").unwrap();
        std::fs::create_dir(at("directory")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for (link, to) in [("link", "file"), ("dangling", "nothing"), ("loop", "loop"), ("to-null", "/dev/null")] {
            std::os::unix::fs::symlink(to, at(link)).unwrap();
        }
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        let cases = [
            ("link", "a symbolic link"),
            ("dangling", "a symbolic link"),
            ("loop", "a symbolic link"),
            ("to-null", "a symbolic link"),
            ("directory", "a directory"),
            ("pipe", "a pipe"),
            ("socket", "a device or socket"),
        ];
        for (name, what) in cases {
            let refused = [
                to_read(&at(name)).unwrap_err(),
                to_write(&at(name), Make::Never).unwrap_err(),
                to_write(&at(name), Make::IfMissing).unwrap_err(),
                regular(&at(name)).unwrap_err(),
            ];
            for error in refused {
                assert!(is_irregular(&error) && error.to_string().contains(what), "{name}: {error}");
            }
            assert!(to_write(&at(name), Make::Always).is_err(), "{name}");
        }
        assert!(!at("nothing").exists());
        assert_eq!(std::fs::read(at("file")).unwrap(), b"mine");
        to_read(&at("file")).unwrap();
        to_write(&at("file"), Make::Never).unwrap();
        to_write(&at("new"), Make::Always).unwrap();
        assert!(to_write(&at("new"), Make::Always).is_err() && regular(&at("none")).unwrap().is_none());
    }
}
