//! The file format of a segment: sections with checksums, then a footer that says where each is and what was indexed.
//!
//! ```text
//! "asofseg\n" | section | section | ... | footer | length and checksum of the footer, "\ngesfosa"
//! ```
//!
//! The last section may be large and is read in parts, each with a checksum of its own. Must not name: `history`, `log`.

use super::identity::LogState;
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::value::Text;
use std::io::{self, Write};
use std::ops::Range;

const BEGIN: &[u8; 8] = b"asofseg\n";
const END: &[u8; 8] = b"\ngesfosa";
/// Bytes behind the footer: its length, its checksum, [`END`].
const TRAILER: u64 = 8 + 4 + 8;
/// The form of everything in the file. A segment of any other is made again.
const FORMAT: u32 = 8;
/// Which program wrote it: another one may fold records otherwise.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Largest footer.
const MAX_FOOTER: u64 = 1 << 20;

/// What the footer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Footer {
    format: u32,
    program: Text,
    pub log: LogState,
    sections: Vec<Section>,
}
binary_struct!(Footer { format, program, log, sections });

#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    length: u64,
    /// Not of the last one.
    crc: u32,
}
binary_struct!(Section { length, crc });

/// Why a file is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Not whole, or changed.
    Damaged,
    /// Of another program or format.
    OtherProgram,
}

/// Where bytes are read from.
pub(super) trait SegmentSource {
    /// All bytes of a range.
    ///
    /// # Errors
    /// When they are not there.
    fn read(&self, range: Range<u64>) -> io::Result<Vec<u8>>;
}

/// Writes a segment.
///
/// # Errors
/// When the operating system refuses.
pub(super) fn write(out: &mut dyn Write, log: LogState, sections: &[Vec<u8>]) -> io::Result<()> {
    out.write_all(BEGIN)?;
    for section in sections {
        out.write_all(section)?;
    }
    let last = sections.len().saturating_sub(1);
    let entry = |(at, bytes): (usize, &Vec<u8>)| Section {
        length: bytes.len() as u64,
        crc: if at == last { 0 } else { crc32fast::hash(bytes) },
    };
    let sections = sections.iter().enumerate().map(entry).collect();
    let footer = Footer { format: FORMAT, program: PROGRAM.into(), log, sections }.to_bytes();
    out.write_all(&footer)?;
    out.write_all(&(footer.len() as u64).to_le_bytes())?;
    out.write_all(&crc32fast::hash(&footer).to_le_bytes())?;
    out.write_all(END)
}

/// The footer of a file of `length` bytes. O(footer).
///
/// # Errors
/// When the file is not whole, or of another program.
pub(super) fn footer(source: &dyn SegmentSource, length: u64) -> Result<Footer, Unusable> {
    let read = |range| source.read(range).map_err(|_| Unusable::Damaged);
    let end = length.checked_sub(TRAILER).ok_or(Unusable::Damaged)?;
    let trailer = read(end..length)?;
    let mut from = ByteReader::new(&trailer);
    let size = from.take(8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes);
    let crc = from.take(4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
    if from.take(8) != Some(END) || size > MAX_FOOTER {
        return Err(Unusable::Damaged);
    }
    let bytes = read(end.checked_sub(size).ok_or(Unusable::Damaged)?..end)?;
    if crc32fast::hash(&bytes) != crc {
        return Err(Unusable::Damaged);
    }
    // Format and program come first: what follows them may have any form.
    let mut from = ByteReader::new(&bytes);
    let (format, program) = (u32::decode(&mut from), Text::decode(&mut from));
    if format != Some(FORMAT) || program.as_deref() != Some(PROGRAM) {
        return Err(Unusable::OtherProgram);
    }
    let footer = Footer::from_bytes(&bytes).ok_or(Unusable::Damaged)?;
    match footer.length() {
        Some(all) if all + size + TRAILER == length => Ok(footer),
        _ => Err(Unusable::Damaged),
    }
}

/// The sections of a file: all bytes but those of the last, and where that is.
pub(super) struct Sections {
    pub whole: Vec<Vec<u8>>,
    pub last: Range<u64>,
}

impl Footer {
    /// Bytes before the footer.
    fn length(&self) -> Option<u64> {
        self.sections.iter().try_fold(BEGIN.len() as u64, |sum, section| sum.checked_add(section.length))
    }

    /// Reads the sections and checks them. O(bytes but those of the last).
    ///
    /// # Errors
    /// When one is not what was written.
    pub fn sections(&self, source: &dyn SegmentSource) -> Result<Sections, Unusable> {
        let read = |range| source.read(range).map_err(|_| Unusable::Damaged);
        let begin = BEGIN.len() as u64;
        if read(0..begin)? != BEGIN {
            return Err(Unusable::Damaged);
        }
        let (last, before) = self.sections.split_last().ok_or(Unusable::Damaged)?;
        let (mut whole, mut at) = (Vec::new(), begin);
        for section in before {
            let bytes = read(at..at + section.length)?;
            if crc32fast::hash(&bytes) != section.crc {
                return Err(Unusable::Damaged);
            }
            at += section.length;
            whole.push(bytes);
        }
        Ok(Sections { whole, last: at..at + last.length })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    impl SegmentSource for Vec<u8> {
        fn read(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
            let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
            self.get(range).map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        }
    }

    fn written(sections: &[Vec<u8>]) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, LogState::default(), sections).unwrap();
        out
    }

    fn read(file: &Vec<u8>) -> Result<Sections, Unusable> {
        footer(file, file.len() as u64)?.sections(file)
    }

    #[test]
    fn sections_come_back() {
        let sections = [b"one".to_vec(), Vec::new(), vec![7; 9_000], b"the last".to_vec()];
        let file = written(&sections);
        let found = read(&file).ok().unwrap();
        assert_eq!(found.whole, sections[..3]);
        assert_eq!(SegmentSource::read(&file, found.last).unwrap(), sections[3]);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let (sections, last) = ([b"some bytes".to_vec(), b"more".to_vec(), b"last".to_vec()], b"last".len());
        let file = written(&sections);
        let last = 8 + 10 + 4..8 + 10 + 4 + last;
        for at in (0..file.len()).filter(|at| !last.contains(at)) {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                assert!(read(&flipped).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn every_cut_and_every_longer_file_is_found() {
        let file = written(&[b"some bytes".to_vec(), b"last".to_vec()]);
        (0..file.len()).for_each(|length| assert!(read(&file[..length].to_vec()).is_err(), "{length}"));
        for more in [&b"\0"[..], b"\ngesfosa", &file] {
            let longer = [&file[..], more].concat();
            assert!(read(&longer).is_err());
        }
        assert!(read(&[&file[8..], &file[..8]].concat()).is_err());
    }

    #[test]
    fn other_formats_and_programs_are_not_read() {
        for (format, program) in [(FORMAT + 1, PROGRAM), (0, PROGRAM), (FORMAT, "0.0.0"), (u32::MAX, "")] {
            let mut footer_bytes = Vec::new();
            format.encode(&mut footer_bytes);
            Text::from(program).encode(&mut footer_bytes);
            footer_bytes.extend(b"whatever its form is");
            let mut file = BEGIN.to_vec();
            file.extend(&footer_bytes);
            file.extend((footer_bytes.len() as u64).to_le_bytes());
            file.extend(crc32fast::hash(&footer_bytes).to_le_bytes());
            file.extend(END);
            assert_eq!(read(&file).err(), Some(Unusable::OtherProgram), "{format} {program}");
        }
    }

    /// A footer with a right checksum may still claim anything.
    #[test]
    fn claims_of_length_are_checked_before_they_are_read() {
        for lengths in [vec![u64::MAX], vec![u64::MAX, u64::MAX], vec![1 << 40], vec![0], vec![]] {
            let sections = lengths.iter().map(|length| Section { length: *length, crc: 0 }).collect();
            let footer =
                Footer { format: FORMAT, program: PROGRAM.into(), log: LogState::default(), sections }.to_bytes();
            let mut file = BEGIN.to_vec();
            file.extend(&footer);
            file.extend((footer.len() as u64).to_le_bytes());
            file.extend(crc32fast::hash(&footer).to_le_bytes());
            file.extend(END);
            assert_eq!(read(&file).is_err(), lengths != [0], "{lengths:?}");
        }
    }
}
