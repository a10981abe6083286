//! The file that is written back: what stands there, and putting something else in its place in one step.
//!
//! Must not name: `recording`, `history`.

use crate::error::{Error, Result};
use crate::log::FileLog;
use crate::value::Limits;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Bytes of its name that the name of the file beside it begins with: a name has 255 at most.
const LONGEST: usize = 200;

/// A file as it was looked at.
pub(super) struct RestorePlace {
    /// As the person named it.
    pub named: PathBuf,
    /// Where it is, through links.
    path: PathBuf,
    /// `None` where there is none.
    before: Option<FileBefore>,
}

struct FileBefore {
    bytes: Vec<u8>,
    about: Metadata,
}

impl RestorePlace {
    /// Looks at a file, and refuses what could not be replaced.
    ///
    /// # Errors
    /// [`Error::Usage`] for a directory, a device, a file that is read-only, has several hard links or is in a recording, or a
    /// link that leads nowhere; [`Error::NoParent`]; `Io`.
    pub fn look(named: &Path) -> Result<Self> {
        let refusal = |why: &str| Error::Usage(format!("{} {why}", named.display()));
        let about = match fs::metadata(named) {
            Ok(about) => about,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if fs::symlink_metadata(named).is_ok() {
                    return Err(refusal("is a symbolic link to a file that does not exist: name the file"));
                }
                return Self::missing(named);
            }
            Err(error) => return Err(Error::io("read", named)(error)),
        };
        if about.is_dir() {
            return Err(refusal("is a directory: name the file to write"));
        }
        if !about.is_file() {
            return Err(refusal("is not a regular file"));
        }
        if about.permissions().readonly() {
            return Err(refusal("is read-only: make it writable first (chmod u+w)"));
        }
        if about.nlink() > 1 {
            let links = about.nlink();
            return Err(refusal(&format!("has {links} hard links, and replacing it would separate them")));
        }
        let path = named.canonicalize().map_err(Error::io("find", named))?;
        not_in_recording(named, &path)?;
        let bytes = read(&path).map_err(Error::io("read", named))?;
        if bytes.len() as u64 > Limits::default().size {
            return Err(refusal("is larger than a state can be (64 MB)"));
        }
        Ok(Self { named: named.to_owned(), path, before: Some(FileBefore { bytes, about }) })
    }

    fn missing(named: &Path) -> Result<Self> {
        let whole = std::path::absolute(named).map_err(Error::io("find", named))?;
        if whole.file_name().is_none() {
            return Err(Error::Usage(format!("{} is not the name of a file", named.display())));
        }
        let parent = whole.parent().unwrap_or(Path::new("/"));
        if !parent.is_dir() {
            return Err(Error::NoParent { path: named.to_owned(), parent: parent.to_owned() });
        }
        not_in_recording(named, &whole)?;
        Ok(Self { named: named.to_owned(), path: whole, before: None })
    }

    /// What it holds; `None` where there is none.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.before.as_ref().map(|before| before.bytes.as_slice())
    }

    /// Puts a text in its place: written beside it, on the disk, and renamed. Its mode stays.
    ///
    /// # Errors
    /// [`Error::FileChanged`] when it is not what it was when it was looked at; `Io`. Then it is as it was.
    pub fn replace(&self, text: &[u8]) -> Result<()> {
        let (beside, mut file) = self.beside()?;
        let written = || -> std::io::Result<()> {
            if let Some(FileBefore { about, .. }) = &self.before {
                file.set_permissions(about.permissions())?;
                let own = file.metadata()?;
                if (own.uid(), own.gid()) != (about.uid(), about.gid()) {
                    std::os::unix::fs::fchown(&file, Some(about.uid()), Some(about.gid()))?;
                    file.set_permissions(about.permissions())?;
                }
            }
            file.write_all(text)?;
            file.sync_all()
        };
        let done = { written }().map_err(Error::io("write", &self.named)).and_then(|()| self.put(&beside));
        if done.is_err() {
            // It is not wanted any more, and hidden: where it cannot be removed the error says enough.
            let _ = fs::remove_file(&beside);
        }
        done
    }

    fn put(&self, beside: &Path) -> Result<()> {
        if !self.is_as_it_was() {
            return Err(Error::FileChanged { file: self.named.clone() });
        }
        let cannot = || Error::io("replace", &self.named);
        match self.before {
            Some(_) => fs::rename(beside, &self.path).map_err(cannot())?,
            // A link is refused where someone has made a file meanwhile, which a rename would replace.
            None => match fs::hard_link(beside, &self.path) {
                Ok(()) => fs::remove_file(beside).map_err(cannot())?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return Err(Error::FileChanged { file: self.named.clone() });
                }
                Err(_) => fs::rename(beside, &self.path).map_err(cannot())?,
            },
        }
        // That the name is on the disk too; a file system that cannot say so has it anyway.
        let _ = self.path.parent().map(|parent| File::open(parent).and_then(|parent| parent.sync_all()));
        Ok(())
    }

    fn is_as_it_was(&self) -> bool {
        let path = if self.before.is_some() { self.named.canonicalize().ok() } else { Some(self.path.clone()) };
        match (&self.before, fs::symlink_metadata(&self.path)) {
            (None, Err(error)) => error.kind() == ErrorKind::NotFound,
            (Some(FileBefore { bytes, about }), Ok(now)) => {
                path.as_ref() == Some(&self.path)
                    && (now.dev(), now.ino(), now.len()) == (about.dev(), about.ino(), about.len())
                    && read(&self.path).is_ok_and(|now| now == *bytes)
            }
            _ => false,
        }
    }

    /// A new file in the same directory: hidden, and nobody else's.
    fn beside(&self) -> Result<(PathBuf, File)> {
        let own = self.path.file_name().unwrap_or_default().as_bytes();
        let mut name = OsString::from(".");
        name.push(OsStr::from_bytes(&own[..own.len().min(LONGEST)]));
        let mut taken = 0;
        loop {
            let mut own = name.clone();
            own.push(format!(".asof-{}-{taken}", std::process::id()));
            let path = self.path.with_file_name(own);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && taken < 100 => taken += 1,
                Err(error) => return Err(Error::io("write beside", &self.named)(error)),
            }
        }
    }
}

/// Refuses a file of a recording, which only appends to itself: its locks and headers are no place for a state.
fn not_in_recording(named: &Path, path: &Path) -> Result<()> {
    match path.parent().filter(|parent| FileLog::is_recording(parent)) {
        Some(_) => {
            Err(Error::Usage(format!("{} is in the directory of a recording: name a file elsewhere", named.display())))
        }
        None => Ok(()),
    }
}

/// A file, one byte more than a state may have at most.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(Limits::default().size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
