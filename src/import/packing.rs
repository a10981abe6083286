//! gzip and zstd, told by their first bytes and unpacked as they are read.
//!
//! Must not name: `texts`, `value`.

use crate::Error;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

/// How many bytes are read at first, to tell the packing and then the format.
pub(super) const START: usize = 64 * 1024;

/// How a source is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// What the format is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// A source that could not even be begun.
pub(super) struct PackingFault {
    pub packing: Packing,
    pub error: io::Error,
}

impl PackingFault {
    /// As an error of the file of that name.
    pub fn named(self, path: &Path) -> Error {
        match self.packing {
            Packing::Plain => Error::io("read", path)(self.error),
            packed => Error::Format {
                file: path.display().to_string(),
                why: format!("begins like {} data but cannot be unpacked: {}", packed.name(), self.error),
            },
        }
    }
}

/// Whether a file's content is compressed.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    packing_of(bytes) != Packing::Plain
}

/// Unpacks a stream by what it begins with.
pub(super) fn unpacked(mut bytes: impl Read + Send + 'static) -> Result<(Packing, Box<dyn Read + Send>), PackingFault> {
    let head = magic(&mut bytes).map_err(|error| PackingFault { packing: Packing::Plain, error })?;
    let packing = packing_of(&head);
    let whole = BufReader::with_capacity(128 * 1024, Cursor::new(head).chain(bytes));
    let source: Box<dyn Read + Send> = match packing {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(whole)),
        Packing::Zstd => {
            Box::new(zstd::stream::read::Decoder::with_buffer(whole).map_err(|error| PackingFault { packing, error })?)
        }
    };
    Ok((packing, source))
}

/// The first bytes of a packed stream; a zstd stream may also begin with a skippable frame, `5? 2A 4D 18`.
fn packing_of(head: &[u8]) -> Packing {
    match head {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Packing::Zstd,
        _ => Packing::Plain,
    }
}

/// Reads what there is, and more only while it takes more to tell the packing: a pipe with one short line must not be
/// waited on.
fn magic(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < 4 && matches!(head.first(), None | Some(0x1F | 0x28 | 0x50..=0x5F)) {
        if append(bytes, &mut head, START)? == 0 {
            break;
        }
    }
    Ok(head)
}

/// Reads once, up to a length of `most`, which is not reached yet. 0 means the end.
pub(super) fn append(source: &mut impl Read, to: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    let from = to.len();
    to.resize(most.max(from), 0);
    let read = read_once(source, &mut to[from..]);
    to.truncate(from + read.as_ref().map_or(0, |n| *n));
    read
}

/// `Read::read` that goes on after a signal.
pub(super) fn read_once(source: &mut (impl Read + ?Sized), into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
