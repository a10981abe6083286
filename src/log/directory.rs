//! A recording's directory: its marker, and which file belongs to which tenant. Tenant names are data, never file
//! names.
//!
//! Must not name: `codec`.

use super::begin::read_header;
use super::disk;
use super::line::{FORMAT, LogHeader, Seed};
use super::log_source::LogSource;
use super::open::{self, cannot_open};
use crate::bytes::sha256_digits;
use crate::record::TenantId;
use crate::{Error, Result};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What says that a directory is a recording, before it has any tenant.
pub const MARKER: &str = "asof.json";
/// Longest marker: the rest of a larger file is not looked at.
const MARKER_BYTES: u64 = 4096;
/// What log files end with.
const EXTENSION: &str = ".jsonl";
/// What the files end with under which their lock is.
const LOCK: &str = ".lock";
/// What files end with until they are whole.
const UNFINISHED: &str = ".new";
/// Hex digits of a tenant's file name.
const ID_DIGITS: usize = 32;

/// A recording's directory.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    seed: Option<Seed>,
}

/// The name a tenant's log goes by in the directory: the first 16 bytes of the SHA-256 of its name, as hex digits.
pub fn file_id(tenant: &TenantId) -> String {
    sha256_digits(tenant.0.as_bytes(), ID_DIGITS)
}

/// The id in the name of a log file.
pub fn id_of(name: &str) -> Option<&str> {
    let id = name.strip_suffix(EXTENSION)?;
    let digits = id.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    Some(id).filter(|id| digits && id.len() == ID_DIGITS)
}

impl Directory {
    /// Makes a recording: in a new directory, or in one with nothing in it.
    ///
    /// # Errors
    /// `Usage` when there is something in it, or its parent is missing; `Io`.
    pub fn create(path: &Path, seed: Seed) -> Result<Self> {
        match disk::make_directory(path) {
            Ok(()) => disk::sync_directory(path.parent().unwrap_or(Path::new("")))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => refuse_unless_empty(path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(no_parent(path)),
            Err(error) => return Err(Error::io("create", path)(error)),
        }
        write_marker(path, seed)?;
        Ok(Self { path: path.into(), seed: Some(seed) })
    }

    /// Opens a recording.
    ///
    /// # Errors
    /// `Format` when it is none; `NewerFormat`; `Io`.
    pub fn open(path: &Path) -> Result<Self> {
        let newer = |file: PathBuf, found| Error::NewerFormat { file, found, known: FORMAT };
        match read_marker(path)? {
            Some(LogHeader::Newer(found)) => return Err(newer(path.join(MARKER), found)),
            Some(LogHeader::Good { seed, .. }) => return Ok(Self { path: path.into(), seed: Some(seed) }),
            Some(LogHeader::Damaged(_)) | None => {}
        }
        let directory = Self { path: path.into(), seed: None };
        for (_, file) in directory.files()? {
            match header_of(&file)? {
                Some(LogHeader::Newer(found)) => return Err(newer(file, found)),
                Some(LogHeader::Good { .. }) => return Ok(directory),
                Some(LogHeader::Damaged(_)) | None => {}
            }
        }
        Err(no_recording(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The log files with their ids, sorted. Whatever else lies in the directory is passed over.
    ///
    /// # Errors
    /// `Io`.
    pub fn files(&self) -> Result<Vec<(String, PathBuf)>> {
        let mut files = Vec::new();
        for (name, path) in self.names()? {
            if let Some(id) = id_of(&name)
                && matches!(open::regular(&path), Ok(Some(_)))
            {
                files.push((id.to_owned(), path));
            }
        }
        Ok(files)
    }

    /// What has a name of this recording's files but is not a regular file, and what it is, sorted.
    ///
    /// # Errors
    /// `Io`.
    pub fn irregular(&self) -> Result<Vec<(PathBuf, String)>> {
        let mut irregular = Vec::new();
        for (name, path) in self.names()? {
            if let Some(what) = purpose(&name)
                && let Err(error) = open::regular(&path)
                && open::is_irregular(&error)
            {
                irregular.push((path, format!("this should be {what}, but {error}")));
            }
        }
        Ok(irregular)
    }

    /// Files whose writing was cut off by a crash, and that nobody reads, sorted.
    ///
    /// # Errors
    /// `Io`.
    pub fn unfinished(&self) -> Result<Vec<PathBuf>> {
        let unfinished = |(name, path): (String, PathBuf)| {
            let is = name == unfinished_marker() || name.strip_suffix(UNFINISHED).and_then(id_of).is_some();
            is.then_some(path)
        };
        Ok(self.names()?.into_iter().filter_map(unfinished).collect())
    }

    fn names(&self) -> Result<Vec<(String, PathBuf)>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(Error::io("read", &self.path))? {
            let entry = entry.map_err(Error::io("read", &self.path))?;
            names.extend(entry.file_name().into_string().ok().map(|name| (name, entry.path())));
        }
        names.sort();
        Ok(names)
    }

    /// The tenants, sorted by name.
    ///
    /// # Errors
    /// `NewerFormat`; `Io`.
    pub fn tenants(&self) -> Result<Vec<TenantId>> {
        let mut tenants = Vec::new();
        for (id, file) in self.files()? {
            tenants.extend(self.tenant_of(id, file)?);
        }
        if tenants.is_empty() {
            self.refuse_irregular()?;
        }
        tenants.sort();
        Ok(tenants)
    }

    /// A log that is only a link or the like must not pass for a recording without tenants.
    fn refuse_irregular(&self) -> Result<()> {
        let log = |(path, _): &(PathBuf, String)| path.file_name().and_then(|name| id_of(name.to_str()?)).is_some();
        match self.irregular()?.into_iter().find(log) {
            Some((path, why)) => Err(Error::Format { file: path.display().to_string(), why }),
            None => Ok(()),
        }
    }

    /// Whose log a file is. One whose header is damaged goes by its id, so that it can still be reached; one whose
    /// header is not finished, or names a tenant of another id, is nobody's.
    fn tenant_of(&self, id: String, file: PathBuf) -> Result<Option<TenantId>> {
        match header_of(&file)? {
            Some(LogHeader::Good { tenant, .. }) => Ok(tenant.filter(|tenant| file_id(tenant) == id)),
            Some(LogHeader::Newer(found)) => Err(Error::NewerFormat { file, found, known: FORMAT }),
            Some(LogHeader::Damaged(_)) => Ok(Some(usual_tenant(&id).unwrap_or(TenantId(id.into())))),
            None => Ok(None),
        }
    }

    /// Whether a tenant has a log: one whose header is damaged is found by the name of its file all the same.
    ///
    /// # Errors
    /// `NewerFormat`; `Io`.
    pub fn has(&self, tenant: &TenantId) -> Result<bool> {
        let origin = self.origin(tenant);
        let there = open::regular(&origin.file).map_err(|error| cannot_open(&origin.file, error))?;
        if there.is_none() {
            return Ok(false);
        }
        let file = origin.file;
        match header_of(&file)? {
            Some(LogHeader::Good { tenant: named, .. }) => Ok(named.as_ref() == Some(tenant)),
            Some(LogHeader::Newer(found)) => Err(Error::NewerFormat { file, found, known: FORMAT }),
            Some(LogHeader::Damaged(_)) => Ok(true),
            None => Ok(false),
        }
    }

    /// The file that makes it a recording.
    pub fn marker(&self) -> PathBuf {
        self.path.join(MARKER)
    }

    /// Where a tenant's log is or will be.
    pub fn origin(&self, tenant: &TenantId) -> LogSource {
        let file = self.path.join(file_id(tenant) + EXTENSION);
        let by_id = self.path.join(format!("{}{EXTENSION}", tenant.0));
        let goes_by_id = id_of(&format!("{}{EXTENSION}", tenant.0)).is_some()
            && matches!(open::regular(&file), Ok(None))
            && matches!(header_of(&by_id), Ok(Some(LogHeader::Damaged(_))));
        LogSource { file: if goes_by_id { by_id } else { file }, tenant: tenant.clone(), spare: self.seed }
    }

    /// Where the log in a file is, whoever's it is.
    pub fn origin_at(&self, file: PathBuf, tenant: TenantId) -> LogSource {
        LogSource { file, tenant, spare: self.seed }
    }
}

/// The tenant of most recordings needs no header to be known.
fn usual_tenant(id: &str) -> Option<TenantId> {
    let usual = TenantId::from(crate::record::DEFAULT_TENANT);
    (file_id(&usual) == id).then_some(usual)
}

/// Whether `path` is a recording's directory, of whatever format.
pub fn is_recording(path: &Path) -> bool {
    matches!(Directory::open(path), Ok(_) | Err(Error::NewerFormat { .. }))
}

/// The first line of a log file; none when it is not finished.
///
/// # Errors
/// `Io`.
pub fn header_of(file: &Path) -> Result<Option<LogHeader>> {
    let opened = open::to_read(file).map_err(|error| cannot_open(file, error))?;
    let length = opened.metadata().map_err(Error::io("read", file))?.len();
    read_header(&mut &opened, length).map_err(Error::io("read", file))
}

/// The marker; none when there is no such file.
///
/// # Errors
/// `Io`, `Format` when `directory` is no directory.
pub fn read_marker(directory: &Path) -> Result<Option<LogHeader>> {
    let metadata = std::fs::metadata(directory).map_err(Error::io("open", directory))?;
    let file = directory.join(MARKER);
    if !metadata.is_dir() {
        return Err(no_recording(directory));
    }
    let opened = match open::to_read(&file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if open::is_irregular(&error) => return Ok(Some(LogHeader::Damaged(error.to_string()))),
        Err(error) => return Err(Error::io("open", &file)(error)),
    };
    let header = read_header(&mut &opened, MARKER_BYTES).map_err(Error::io("read", &file))?;
    Ok(Some(header.unwrap_or_else(|| LogHeader::Damaged("its only line is not finished".into()))))
}

/// The marker comes under its name only when it is whole and on the disk.
fn write_marker(directory: &Path, seed: Seed) -> Result<()> {
    let (file, unfinished) = (directory.join(MARKER), directory.join(unfinished_marker()));
    let mut line = Vec::new();
    LogHeader::write(&mut line, seed, None);
    let written = disk::make_unfinished(&unfinished).and_then(|mut marker| {
        marker.write_all(&line)?;
        marker.sync_all()?;
        std::fs::rename(&unfinished, &file)
    });
    written.map_err(Error::io("write", &file))?;
    disk::sync_directory(directory)
}

fn unfinished_marker() -> String {
    format!("{MARKER}{UNFINISHED}")
}

/// What a file of that name is for, if it is one of a recording's that are opened by name.
fn purpose(name: &str) -> Option<&'static str> {
    let is_log = |name: &str| id_of(name).is_some();
    match name {
        _ if is_log(name) => Some("a log"),
        super::presence::FILE => Some("the file that says whether an application writes"),
        _ if name == unfinished_marker() => Some("the beginning of the recording's marker"),
        _ if name.strip_suffix(UNFINISHED).is_some_and(is_log) => Some("the beginning of a compacted log"),
        _ if name.strip_suffix(LOCK).is_some_and(|id| is_log(&format!("{id}{EXTENSION}"))) => Some("the lock of a log"),
        _ => None,
    }
}

/// Hidden files, what file systems put into their root, and a marker cut off by a crash do not count.
fn refuse_unless_empty(path: &Path) -> Result<()> {
    for entry in std::fs::read_dir(path).map_err(Error::io("open", path))? {
        let name = entry.map_err(Error::io("read", path))?.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with('.') || name == "lost+found" || name == unfinished_marker()) {
            return Err(not_empty(path));
        }
    }
    Ok(())
}

fn not_empty(path: &Path) -> Error {
    Error::DirectoryTaken { path: path.to_owned(), recording: is_recording(path) }
}

fn no_parent(path: &Path) -> Error {
    Error::NoParent { path: path.to_owned(), parent: path.parent().unwrap_or(path).to_owned() }
}

fn no_recording(path: &Path) -> Error {
    let why = format!("no recording: neither {MARKER} nor any tenant's log is complete");
    Error::Format { file: path.display().to_string(), why }
}
