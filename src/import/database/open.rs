//! Opening a database without writing anything beside it.
//!
//! A database with a write-ahead log needs a file of shared memory beside it, which `SQLite` would make: so one without a log
//! is opened as a file that nobody changes, which is checked at the end; with a log, the shared memory of its writer is used,
//! and where there is none, a copy in the folder for temporary files.

use crate::error::{Error, Result};
use crate::recipe::TableShape;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use std::fmt::Write as _;
use std::fs::{DirBuilder, File, Metadata};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a writer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the header of a database says whether it has a write-ahead log, and the value that says so.
const MODE_AT: usize = 18;
const WITH_LOG: u8 = 2;

/// How a copy of its own is opened: `SQLite` makes the shared memory beside it.
const OWN_COPY: &str = "mode=rw";

/// Bytes of memory for pages.
const PAGES: &str = "-16384";

/// A database that is open for reading, all of it as it was at one moment.
pub(super) struct Database {
    connection: Connection,
    name: String,
    /// The file and what the system said of it, where it was opened as one that nobody changes.
    unchanged: Option<(PathBuf, Metadata)>,
    /// Removed at the end.
    _copy: Option<DatabaseCopy>,
}

impl Database {
    /// Opens a database.
    ///
    /// # Errors
    /// When it is damaged, locked by a writer, or holds a transaction that nobody finished.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let whole = path.canonicalize().map_err(Error::io("open", path))?;
        let mut database = if has_log(&whole).map_err(Error::io("read", path))? {
            Self::with_log(&whole, name)?
        } else {
            Self::connected(&whole, "mode=ro", name)?
        };
        database.begin().map_err(|error| database.failed(&error))?;
        if database.unchanged.is_some() && is_filled(&beside(&whole, "-wal")) {
            // A program has begun to write meanwhile.
            database = Self::with_log(&whole, database.name)?;
            database.begin().map_err(|error| database.failed(&error))?;
        }
        Ok(database)
    }

    fn with_log(whole: &Path, name: String) -> Result<Self> {
        if !is_filled(&beside(whole, "-wal")) {
            let about = whole.metadata().map_err(Error::io("read", whole))?;
            let unchanged = Some((whole.to_owned(), about));
            return Ok(Self { unchanged, ..Self::connected(whole, "mode=ro&immutable=1", name)? });
        }
        if beside(whole, "-shm").exists() {
            let shared = Self::connected(whole, "mode=ro&readonly_shm=1", name.clone())?;
            if shared.begin().is_ok() {
                let _ends_the_reading = shared.connection.execute_batch("COMMIT");
                return Ok(shared);
            }
        }
        let (copy, database) = DatabaseCopy::of(whole)?;
        Ok(Self { _copy: Some(copy), ..Self::connected(&database, OWN_COPY, name)? })
    }

    fn connected(whole: &Path, how: &str, name: String) -> Result<Self> {
        let access = match how {
            OWN_COPY => OpenFlags::SQLITE_OPEN_READ_WRITE,
            _ => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(format!("file:{}?{how}", escaped(whole)), flags)
            .map_err(|error| failed(&name, &error))?;
        Ok(Self { connection, name, unchanged: None, _copy: None })
    }

    /// Begins to read: all that follows is of one moment.
    fn begin(&self) -> rusqlite::Result<()> {
        let connection = &self.connection;
        connection.busy_timeout(PATIENCE)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.execute_batch(&format!(
            "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = {PAGES}; BEGIN; SELECT count(*) FROM sqlite_schema;"
        ))
    }

    /// The tables and their columns, by name.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn tables(&self) -> Result<Vec<TableShape>> {
        let listed = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c \
                      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid";
        let read = || -> rusqlite::Result<Vec<TableShape>> {
            let mut tables: Vec<TableShape> = Vec::new();
            let mut asked = self.connection.prepare(listed)?;
            let mut rows = asked.query([])?;
            while let Some(row) = rows.next()? {
                let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
                match tables.last_mut().filter(|last| last.name == table.as_str()) {
                    Some(last) => last.columns.push(column.as_str().into()),
                    None => {
                        tables.push(TableShape { name: table.as_str().into(), columns: vec![column.as_str().into()] });
                    }
                }
            }
            Ok(tables)
        };
        read().map_err(|error| self.failed(&error))
    }

    /// A question that only reads.
    ///
    /// # Errors
    /// When it is wrong.
    pub fn ask(&self, query: &str) -> rusqlite::Result<Statement<'_>> {
        let asked = self.connection.prepare(query)?;
        match asked.readonly() && asked.column_count() > 0 {
            true => Ok(asked),
            false => Err(rusqlite::Error::InvalidQuery),
        }
    }

    /// What went wrong, as an error of this file.
    pub fn failed(&self, error: &rusqlite::Error) -> Error {
        failed(&self.name, error)
    }

    /// Why what was read may be of several moments; `None` where it is not.
    pub fn changed(&self) -> Option<String> {
        let (path, before) = self.unchanged.as_ref()?;
        let is_same = path.metadata().is_ok_and(|now| {
            let of = |file: &Metadata| (file.ino(), file.len(), file.mtime(), file.mtime_nsec());
            of(before) == of(&now)
        });
        (!is_same).then(|| "a program wrote to the SQLite file while it was read: read it again".to_owned())
    }
}

fn failed(name: &str, error: &rusqlite::Error) -> Error {
    Error::Format { file: name.to_owned(), why: words(error) }
}

/// What went wrong, and what to do.
pub(super) fn words(error: &rusqlite::Error) -> String {
    if matches!(error, rusqlite::Error::InvalidQuery) {
        return "the query of a recipe must be one SELECT".to_owned();
    }
    let code = error.sqlite_error().map(|error| (error.code, error.extended_code));
    match code {
        Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => {
            "the SQLite file is locked by a program that writes to it; try again when it has finished".to_owned()
        }
        Some((ErrorCode::ReadOnly | ErrorCode::CannotOpen, _)) => {
            "the SQLite file cannot be read as it stands: a program that wrote to it did not finish (its journal is beside \
             it); let that program open it once, or open a copy of both files with it"
                .to_owned()
        }
        Some((ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)) => format!("the SQLite file is damaged: {error}"),
        _ => format!("SQLite says: {error}"),
    }
}

/// Whether the header says that there is a write-ahead log.
fn has_log(whole: &Path) -> std::io::Result<bool> {
    let mut header = [0; MODE_AT + 2];
    match File::open(whole)?.read_exact(&mut header) {
        Ok(()) => Ok(header[MODE_AT] == WITH_LOG || header[MODE_AT + 1] == WITH_LOG),
        Err(_) => Ok(false),
    }
}

/// A file that belongs to a database.
pub(super) fn beside(whole: &Path, ending: &str) -> PathBuf {
    let mut name = whole.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub(super) fn is_filled(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| about.len() > 0)
}

/// A path in the address of a database.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'_' | b'-' => text.push(char::from(*byte)),
            letter if letter.is_ascii_alphanumeric() => text.push(char::from(*letter)),
            other => {
                let _never_fails = write!(text, "%{other:02X}");
            }
        }
    }
    text
}

/// A copy of a database and its log that nobody else can read, removed when it is dropped.
struct DatabaseCopy(PathBuf);

impl DatabaseCopy {
    fn of(whole: &Path) -> Result<(Self, PathBuf)> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("asof-{}-{number}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(Error::io("make", &folder))?;
        let copy = Self(folder.clone());
        let log = beside(whole, "-wal");
        let database = folder.join("database");
        for _ in 0..TRIES {
            let before = (facts(whole), facts(&log));
            std::fs::copy(whole, &database).map_err(Error::io("copy", whole))?;
            std::fs::copy(&log, beside(&database, "-wal")).map_err(Error::io("copy", &log))?;
            if (facts(whole), facts(&log)) == before {
                return Ok((copy, database));
            }
        }
        let why = "a program keeps writing to the SQLite file; try again when it has finished".into();
        Err(Error::Format { file: whole.display().to_string(), why })
    }
}

/// Copies that are tried while a program writes.
const TRIES: usize = 5;

fn facts(path: &Path) -> Option<(u64, u64, i64, i64)> {
    path.metadata().ok().map(|about| (about.ino(), about.len(), about.mtime(), about.mtime_nsec()))
}

impl Drop for DatabaseCopy {
    fn drop(&mut self) {
        let _left_to_the_system = std::fs::remove_dir_all(&self.0);
    }
}
