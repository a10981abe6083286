//! How a log begins: its first line, and the bytes that tell one line from another. Never writes.
//!
//! Must not name: files, locks, `directory`.

use super::index::KEY_BYTES;
use super::line::LogHeader;
use super::window::{FileWindow, ReadAt, WindowLine};

/// What every header begins with.
const HEADER: &[u8] = b"{\"crc\":\"";
/// Zeros that a crash may leave of the first write.
const MAX_ZEROS: u64 = 1 << 20;

/// Bytes that tell a line that starts there from every other; fewer at the end of the file.
pub fn bytes(source: &mut dyn ReadAt, start: u64) -> std::io::Result<Vec<u8>> {
    let (mut bytes, mut done) = (vec![0; KEY_BYTES], 0);
    while done < KEY_BYTES {
        match source.read_at(start + done as u64, &mut bytes[done..])? {
            0 => break,
            count => done += count,
        }
    }
    bytes.truncate(done);
    Ok(bytes)
}

/// The first line of a file of `length` bytes, if one is finished.
///
/// # Errors
/// When the bytes cannot be read.
pub fn read_header(source: &mut dyn ReadAt, length: u64) -> std::io::Result<Option<LogHeader>> {
    Ok(first_line(source, length)?.map(|(header, _)| header))
}

/// The same, and the byte behind it.
///
/// # Errors
/// When the bytes cannot be read.
pub fn first_line(source: &mut dyn ReadAt, length: u64) -> std::io::Result<Option<(LogHeader, u64)>> {
    let mut window = FileWindow::default();
    Ok(Some(match window.line(source, 0, length)? {
        WindowLine::Line(line) => (LogHeader::read(window.bytes(line.clone())), line.len() as u64 + 1),
        WindowLine::TooLong(length) => (LogHeader::Damaged("it is too long".into()), length),
        WindowLine::End => return Ok(None),
    }))
}

/// Whether a file of `length` bytes without a finished header may be a log whose first write was cut off: it is empty,
/// begins like a header, or holds nothing but zeros, as a crash of the machine leaves them.
///
/// # Errors
/// When the bytes cannot be read.
pub fn header_begun(source: &mut dyn ReadAt, length: u64) -> std::io::Result<bool> {
    let mut start = bytes(source, 0)?;
    start.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    let likeness = HEADER.iter().zip(&start).take(8).all(|(like, byte)| like == byte);
    let zeros = length <= MAX_ZEROS && start.iter().all(|byte| *byte == 0);
    Ok(likeness || zeros)
}
