//! Bytes of a source: file or standard input, gzip and zstd unpacked by content, with the first bytes to look at.
//!
//! Must not name: `texts`, `envelope`, values.

use super::event_stream::{blanked, unframed};
use super::packing::{Packing, PackingFault, START, append, unpacked};
use super::prefix::json_behind;
use super::resume::ResumePoint;
use crate::recipe::Recipe;
use crate::record::{DEFAULT_TENANT, TenantId};
use crate::value::Limits;
use crate::{Error, Result};
use serde::de::IgnoredAny;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a database of `SQLite` begins.
#[cfg(feature = "sqlite")]
const DATABASE: &[u8] = b"SQLite format 3\0";

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// NUL bytes before the first text that are passed over: a device has no end of them.
const MOST_NUL_BYTES: u64 = 64 << 20;

/// Lines of text in a stream after which no state is waited for.
const MOST_LINES_OF_TEXT: usize = 100;

/// How long a named pipe may take until someone opens its other end.
const PIPE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// A source that is open: its name, its first bytes, and the rest to come.
pub struct ImportInput {
    name: String,
    source: Box<dyn Read + Send>,
    /// The file it is, where it is one.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "an SQLite file must be named by its path"))]
    path: Option<PathBuf>,
    start: Vec<u8>,
    skipped: u64,
    /// NUL bytes before the start, as a log that was cut while its writer went on has them.
    nul_bytes: u64,
    packing: Packing,
    /// Bytes of the file as it lies on the disk; a stream has none.
    length: Option<u64>,
    tenant: TenantId,
    limits: Limits,
    /// Where the parts of a text stand, as a person said.
    said: Option<Arc<Recipe>>,
    /// Whether it is a stream of server-sent events, of which all but the data is blanked.
    is_event_stream: bool,
    /// Where texts are read from, where that is not the start.
    resumed: Option<(ResumePoint, File)>,
}

/// What [`texts`](super::texts) goes on with when everyone has looked at the start.
pub(super) struct TextStream {
    /// The first unpacked bytes.
    pub start: Vec<u8>,
    /// What follows them.
    pub rest: Box<dyn Read + Send>,
    /// Offset of the first byte of `start` in the unpacked text: the length of a byte order mark, or where it goes on.
    pub offset: u64,
    /// The line it is in, from 1.
    pub line: u64,
    /// NUL bytes before it.
    pub nul_bytes: u64,
}

impl ImportInput {
    /// Opens a file, or a named pipe.
    ///
    /// # Errors
    /// When it is not there, is a directory, is UTF-16, cannot be unpacked, or is a pipe nobody writes to.
    pub fn open(path: &Path) -> Result<Self> {
        let (file, total) = open_file(path)?;
        let input = Self::begin(path.display().to_string(), file, total).map_err(|e| e.named(path))?;
        Ok(Self { path: total.map(|_| path.to_owned()), ..input })
    }

    /// Standard input.
    ///
    /// # Errors
    /// As [`open`](Self::open); and when it is a terminal.
    pub fn stdin() -> Result<Self> {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(Error::InteractiveInput);
        }
        Self::new("standard input", stdin)
    }

    /// Any bytes, under a name for messages. Reads the first of them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn new(name: &str, bytes: impl Read + Send + 'static) -> Result<Self> {
        Self::begin(name.to_owned(), bytes, None).map_err(|e| e.named(Path::new(name)))
    }

    /// The rest of a file that was read up to `point` before and is no packed one. What the file begins with still tells
    /// its format.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn open_at(path: &Path, point: &ResumePoint) -> Result<Self> {
        let (mut file, _) = open_file(path)?;
        file.seek(SeekFrom::Start(point.byte)).map_err(Error::io("read", path))?;
        let input = Self::open(path)?;
        Ok(Self { resumed: Some((point.clone(), file)), ..input })
    }

    /// The tenant for entries that name none; `main` otherwise.
    #[must_use]
    pub fn for_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = tenant;
        self
    }

    /// How large and deep a state may be; a text may be no longer than that either.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where time, label, author and tenant stand in each text, whatever else that shows.
    #[must_use]
    pub(super) fn with_fields(mut self, said: Arc<Recipe>) -> Self {
        self.said = Some(said);
        self
    }

    pub(super) fn chosen_recipe(&self) -> Option<&Arc<Recipe>> {
        self.said.as_ref()
    }

    /// Its name, as in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first unpacked bytes: 64 KiB, or all of a shorter input, or what a pipe has given so far (at least a line that may
    /// be JSON, or many that are not).
    pub fn start(&self) -> &[u8] {
        &self.start
    }

    /// Bytes before the first of [`start`](Self::start).
    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The file, where it is a database.
    #[cfg(feature = "sqlite")]
    pub(super) fn database(&self) -> Option<&Path> {
        let is_one = self.packing == Packing::Plain && self.start.starts_with(DATABASE);
        self.path.as_deref().filter(|_| is_one)
    }

    /// Whether NUL bytes are all there is.
    pub(super) fn is_all_nul(&self) -> bool {
        self.nul_bytes > 0 && self.start.is_empty()
    }

    pub(super) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// Whether bytes come as someone writes them: nobody knows how many.
    pub(super) fn is_stream(&self) -> bool {
        self.length.is_none()
    }

    /// Bytes of the text, where they are known before the end: a packed file does not say.
    pub(crate) fn text_length(&self) -> Option<u64> {
        self.length.filter(|_| self.packing == Packing::Plain)
    }

    /// Where it goes on, where that is not the start.
    pub(super) fn resumed(&self) -> Option<&ResumePoint> {
        self.resumed.as_ref().map(|(point, _)| point)
    }

    pub(super) fn into_stream(self) -> TextStream {
        match self.resumed {
            None => {
                let Self { start, source: rest, skipped: offset, nul_bytes, .. } = self;
                TextStream { start, rest, offset, line: 1, nul_bytes }
            }
            Some((ResumePoint { line, byte, .. }, file)) => {
                let rest: Box<dyn Read + Send> = Box::new(file);
                let rest = if self.is_event_stream { blanked(rest) } else { rest };
                TextStream { start: Vec::new(), rest, offset: byte, line, nul_bytes: 0 }
            }
        }
    }

    fn begin(name: String, bytes: impl Read + Send + 'static, length: Option<u64>) -> Result<Self, PackingFault> {
        let (packing, source) = unpacked(bytes)?;
        let (mut source, is_event_stream) = unframed(source).map_err(|error| PackingFault { packing, error })?;
        let (start, failure) = peek(&mut source, length);
        if let Some(error) = failure {
            if start.is_empty() {
                return Err(PackingFault { packing, error });
            }
            source = Box::new(Fails(Some(error)));
        }
        let mut input = Self {
            name,
            source,
            path: None,
            start,
            skipped: 0,
            nul_bytes: 0,
            packing,
            length,
            tenant: DEFAULT_TENANT.into(),
            limits: Limits::default(),
            said: None,
            is_event_stream,
            resumed: None,
        };
        input.skip_byte_order_mark();
        input.skip_nul_bytes();
        Ok(input)
    }

    /// Looks at what follows a run of NUL bytes, however long it is.
    fn skip_nul_bytes(&mut self) {
        while self.start.first() == Some(&0) && self.nul_bytes < MOST_NUL_BYTES {
            let count = self.start.iter().position(|byte| *byte != 0).unwrap_or(self.start.len());
            self.start.drain(..count);
            self.nul_bytes += count as u64;
            let (more, failure) = peek(&mut self.source, self.length);
            self.start.extend(more);
            if let Some(error) = failure {
                self.source = Box::new(Fails(Some(error)));
            }
        }
        self.skipped += self.nul_bytes;
    }

    fn skip_byte_order_mark(&mut self) {
        if self.start.starts_with(UTF8_BOM) {
            self.start.drain(..UTF8_BOM.len());
            self.skipped = UTF8_BOM.len() as u64;
        }
    }
}

fn open_file(path: &Path) -> Result<(File, Option<u64>)> {
    let about = std::fs::metadata(path).map_err(Error::io("open", path))?;
    if about.is_dir() {
        let why = "is a directory that holds no recording; name a file in it".into();
        return Err(Error::Format { file: path.display().to_string(), why });
    }
    if std::os::unix::fs::FileTypeExt::is_fifo(&about.file_type()) {
        return Ok((open_pipe(path)?, None));
    }
    let file = File::open(path).map_err(Error::io("open", path))?;
    Ok((file, about.is_file().then_some(about.len())))
}

/// Opening a named pipe waits for its writer; a thread waits for us, so that it cannot be for ever.
fn open_pipe(path: &Path) -> Result<File> {
    let (send, opened) = std::sync::mpsc::sync_channel(1);
    let name = path.to_owned();
    std::thread::spawn(move || send.send(File::open(name)));
    let answer = opened.recv_timeout(PIPE_PATIENCE).map_err(|_| Error::Format {
        file: path.display().to_string(),
        why: "is a named pipe that nobody writes to; start the writer first".into(),
    })?;
    answer.map_err(Error::io("open", path))
}

/// Unpacked bytes to look at; also the error that ended them, so that what came before it is not lost.
fn peek(source: &mut impl Read, length: Option<u64>) -> (Vec<u8>, Option<io::Error>) {
    let mut start = Vec::with_capacity(START);
    while start.len() < START {
        match append(source, &mut start, START) {
            Err(error) => return (start, Some(error)),
            Ok(0) => break,
            Ok(_) if length.is_none() && shows_format(&start) => break,
            Ok(_) => {}
        }
    }
    (start, None)
}

/// Whether a stream has given enough to tell its format: a line that may be JSON, or many that are not. What a program says
/// before its first state is only passed over where that is seen too.
fn shows_format(start: &[u8]) -> bool {
    let whole = start.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let lines = whole.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines
        .enumerate()
        .any(|(before, line)| before + 1 >= MOST_LINES_OF_TEXT || may_be_json(line) || json_behind(line).is_some())
}

/// Whether a line is JSON, or the beginning of it, whatever may have to be mended in it.
fn may_be_json(line: &[u8]) -> bool {
    let line = line.strip_prefix(UTF8_BOM).unwrap_or(line);
    let text = line.trim_ascii_start();
    let first = text.iter().position(|byte| *byte > b' ').unwrap_or(text.len());
    let text = &text[first..];
    text.starts_with(b"{") || serde_json::from_slice::<IgnoredAny>(text).map_or_else(|error| error.is_eof(), |_| true)
}

/// Answers with the error the start of the input ended in.
struct Fails(Option<io::Error>);

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ::zstd::encode_all(bytes, 1).unwrap()
    }

    fn read_all(input: ImportInput) -> Vec<u8> {
        let TextStream { start, mut rest, .. } = input.into_stream();
        let mut all = start;
        rest.read_to_end(&mut all).unwrap();
        all
    }

    #[track_caller]
    fn check(packed: Vec<u8>, packing: Packing, expected: &[u8]) {
        let input = ImportInput::new("test", Cursor::new(packed)).unwrap();
        assert_eq!(input.packing(), packing);
        assert!(read_all(input) == expected);
    }

    #[test]
    fn unpacked_by_content() {
        let text: Vec<u8> = (0..300_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        check(text.clone(), Packing::Plain, &text);
        check(gzip(&text), Packing::Gzip, &text);
        check(zstd(&text), Packing::Zstd, &text);
        check([gzip(b"1\n"), gzip(b"2\n")].concat(), Packing::Gzip, b"1\n2\n");
        check([zstd(b"1\n"), zstd(b"2\n")].concat(), Packing::Zstd, b"1\n2\n");
        let skippable = b"\x50\x2A\x4D\x18\x02\0\0\0hi".to_vec();
        check([skippable, zstd(b"1\n")].concat(), Packing::Zstd, b"1\n");
        check(Vec::new(), Packing::Plain, b"");
        check(b"(1".to_vec(), Packing::Plain, b"(1");
    }

    #[test]
    fn a_byte_order_mark_is_passed_and_counted() {
        let input = ImportInput::new("test", Cursor::new(gzip(b"\xEF\xBB\xBF{}"))).unwrap();
        assert_eq!(input.start(), b"{}");
        assert_eq!(input.into_stream().offset, 3);
    }

    #[test]
    fn a_pipe_is_looked_at_as_soon_as_it_has_a_line() {
        let lines = Cursor::new(b"\n {\"a\":1}\n".to_vec()).chain(io::repeat(b'x'));
        assert!(ImportInput::new("test", lines).unwrap().start().starts_with(b"\n {\"a\":1}\n"));
    }

    /// Gives a line each time it is read, and panics when it is read once more: nobody would have written that yet.
    struct Slowly(Vec<&'static str>);

    impl Read for Slowly {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let line = self.0.remove(0).as_bytes();
            into[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }

    #[test]
    fn what_is_said_before_the_first_state_is_looked_past_however_it_comes() {
        for lines in [
            vec!["starting\n", "{\"n\":1}\n"],
            vec!["[INFO] starting\n", "12:00 ready\n", "\n", "{\"n\":1}\n"],
            vec!["# log\n", "{\"n\":NaN,}\n"],
            vec!["server\n", "[1,2]\n"],
            vec!["server\n", "{\n"],
            vec!["server\n", "[\n"],
            vec!["half a ", "line\n", "{\"n\"", ":1}\n"],
            vec!["server\n", "true\n"],
            vec!["\u{feff}\"text\"\n"],
            vec!["\u{1e}{\"n\":1}\n"],
            vec!["7\n"],
            vec!["words\n"; MOST_LINES_OF_TEXT],
        ] {
            let all = lines.concat();
            let input = ImportInput::new("test", Slowly(lines)).unwrap();
            assert_eq!(input.start(), all.trim_start_matches('\u{feff}').as_bytes(), "{all:?}");
        }
    }

    #[test]
    fn packed_data_that_breaks_off_gives_what_was_before() {
        let text: Vec<u8> = (1..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for packed in [gzip(&text), zstd(&text)] {
            let half = packed[..packed.len() / 2].to_vec();
            let TextStream { start, mut rest, .. } = ImportInput::new("test", Cursor::new(half)).unwrap().into_stream();
            let mut after = Vec::new();
            assert!(rest.read_to_end(&mut after).is_err());
            assert!(!start.is_empty() && text.starts_with(&start));
        }
    }

    #[track_caller]
    fn refused(opened: Result<ImportInput>, words: &str) {
        let message = opened.err().unwrap().to_string();
        assert!(message.contains(words), "{message}");
    }

    #[test]
    fn what_cannot_be_opened_is_said_in_a_sentence() {
        let dir = tempfile::tempdir().unwrap();
        refused(ImportInput::open(&dir.path().join("none")), "cannot open");
        refused(ImportInput::open(dir.path()), "is a directory");
        refused(
            ImportInput::new("x.gz", &b"\x1F\x8B\x08\0\0\0\0\0\0\0\xFF\xFF"[..]),
            "x.gz: begins like gzip data but cannot be unpacked",
        );
        refused(ImportInput::new("x.zst", &b"\x28\xB5\x2F\xFD"[..]), "begins like zstd data");
    }

    #[test]
    fn a_named_pipe_without_a_writer_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let [lonely, pipe] = ["lonely", "pipe"].map(|name| dir.path().join(name));
        assert!(std::process::Command::new("mkfifo").args([&lonely, &pipe]).status().unwrap().success());
        refused(ImportInput::open(&lonely), "named pipe that nobody writes to");
        let writer = pipe.clone();
        let thread = std::thread::spawn(move || std::fs::write(writer, "{}\n").unwrap());
        assert_eq!(ImportInput::open(&pipe).unwrap().start(), b"{}\n");
        thread.join().unwrap();
    }

    #[test]
    fn only_a_plain_file_says_how_long_its_text_is() {
        let text = vec![b'1'; 1 << 20];
        for (bytes, length) in [(text.clone(), Some(1 << 20)), (zstd(&text), None), (gzip(&text), None)] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let input = ImportInput::open(file.path()).unwrap();
            assert_eq!((input.text_length(), input.is_stream()), (length, false));
        }
        let input = ImportInput::new("test", Cursor::new(text)).unwrap();
        assert_eq!((input.text_length(), input.is_stream()), (None, true));
    }
}
