//! Server-sent events (`data: {…}`, `event: …`, `: ping`): all but the data is blanked, so that what is left is JSON texts
//! at the lines and bytes where they stood.
//!
//! Must not name: `texts`, `envelope`, values.

use std::io::{self, Cursor, Read};

/// Bytes among which the first data must begin.
const LOOKED_AT: usize = 64 * 1024;

const DATA: &[u8] = b"data:";

/// Fields whose values are left out.
const OTHERS: [&[u8]; 3] = [b"event:", b"id:", b"retry:"];

/// Whether a source that begins so is a stream of events with JSON in them: nine in ten of its lines are fields. `None` where
/// more has to be seen.
fn is_event_stream(start: &[u8]) -> Option<bool> {
    let (mut fields, mut others, mut begins_json) = (0, 0, None);
    for line in start.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        let is_cut = !line.ends_with(b"\n");
        if let Some(data) = line.strip_prefix(DATA) {
            fields += 1;
            let first = data.trim_ascii().first();
            begins_json = begins_json.or(first.map(|first| matches!(first, b'{' | b'[' | b'"')));
        } else if line.starts_with(b":") || OTHERS.iter().any(|field| line.starts_with(field)) {
            fields += 1;
        } else if !text.is_empty()
            && !(is_cut && (DATA.starts_with(line) || OTHERS.iter().any(|field| field.starts_with(line))))
        {
            others += 1;
        }
    }
    match begins_json {
        _ if others * 9 > fields => Some(false),
        None if start.len() < LOOKED_AT => None,
        found => Some(found == Some(true)),
    }
}

/// Answers the same source, with all but its data blanked where it is a stream of events, and whether it is.
pub(super) fn unframed(mut source: Box<dyn Read + Send>) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let mut start = Vec::new();
    let is_one = loop {
        if let Some(is_one) = is_event_stream(&start) {
            break is_one;
        }
        let length = start.len();
        start.resize(length + LOOKED_AT, 0);
        let read = read_some(&mut source, &mut start[length..]);
        start.truncate(length + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => break false,
            Ok(_) => {}
            Err(error) if length == 0 => return Err(error),
            Err(error) => return Ok((Box::new(Cursor::new(start).chain(Broken(Some(error)))), false)),
        }
    };
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(source));
    Ok((if is_one { blanked(whole) } else { whole }, is_one))
}

/// A stream of events from the beginning of a line on, with all but its data blanked.
pub(super) fn blanked(source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(Blanked { source, at: At::Field(0) })
}

fn read_some(source: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Answers with the error that a source ended in.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

struct Blanked {
    source: Box<dyn Read + Send>,
    at: At,
}

/// Where in a line the next byte stands.
#[derive(Clone, Copy)]
enum At {
    /// Behind so many bytes that may be those of `data:`.
    Field(usize),
    /// Before the data.
    DataStart,
    Data,
    /// In what is left out.
    Other,
}

impl Read for Blanked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte is kept free, to look behind a bracket.
        let room = into.len().saturating_sub(1).max(1).min(into.len());
        let mut length = self.source.read(&mut into[..room])?;
        if length > 0 && length < into.len() && into[length - 1] == b'[' {
            length += self.source.read(&mut into[length..=length])?;
        }
        for index in 0..length {
            // `[DONE]`, with which some streams end, is no JSON.
            let is_end = into[index..length].starts_with(b"[D");
            let byte = &mut into[index];
            self.at = match (self.at, *byte) {
                (_, b'\n') => At::Field(0),
                (At::Data, _) => At::Data,
                (At::DataStart, b' ') => At::DataStart,
                (At::DataStart, _) if !is_end => At::Data,
                (at, found) => {
                    *byte = b' ';
                    match at {
                        At::Field(behind) if DATA[behind] == found && behind + 1 == DATA.len() => At::DataStart,
                        At::Field(behind) if DATA[behind] == found => At::Field(behind + 1),
                        _ => At::Other,
                    }
                }
            };
        }
        Ok(length)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Gives so many bytes each time it is read.
    struct Slowly(Vec<u8>, usize);

    impl Read for Slowly {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(into.len());
            into[..length].copy_from_slice(&self.0[..length]);
            self.0.drain(..length);
            Ok(length)
        }
    }

    #[test]
    fn all_but_the_data_is_blanked_in_its_place() {
        for (text, expected) in [
            ("data: {\"a\":1}\n\n: ping\n\ndata:{\"a\":2}\n", "      {\"a\":1}\n\n      \n\n     {\"a\":2}\n"),
            ("id: 1\r\nevent: x\r\ndata: [1]\r\n\r\n", "      \n         \n      [1]\r\n \n"),
            ("\n: hi\nretry: 5\ndata: {\ndata: }\n", "\n    \n        \n      {\n      }\n"),
            ("data: {}\n\ndata: [1]\ndata: [DONE]\n\n", "      {}\n\n      [1]\n            \n\n"),
            ("data:\ndata: \"t\"\n", "     \n      \"t\"\n"),
            // None of these is one.
            ("{\"data\":1}\n", "{\"data\":1}\n"),
            ("data: words\n", "data: words\n"),
            ("data\n", "data\n"),
            ("dat", "dat"),
            ("", ""),
            (": only\n", ": only\n"),
            ("id: 5\nname: x\n", "id: 5\nname: x\n"),
            ("5\n", "5\n"),
            ("data: words\ndata: {}\n", "data: words\ndata: {}\n"),
        ] {
            for step in [1, 2, 7, 1000] {
                let (mut source, is_one) = unframed(Box::new(Slowly(text.into(), step))).unwrap();
                let mut found = String::new();
                source.read_to_string(&mut found).unwrap();
                assert_eq!((found.as_str(), is_one), (expected, text != expected), "{text:?} by {step}");
            }
        }
    }
}
