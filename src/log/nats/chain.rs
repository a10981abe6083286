//! Appends of several messages. Each message of one names the append, its own number and how many there are. The last one
//! is sent when the others are acknowledged at their places: where it is in the stream all are, and where it is not, none
//! counts.
//!
//! Must not name: files.

use super::names::TenantNames;
use super::stream::StreamMessage;
use crate::log::{AppendId, encode_record};
use crate::record::{Entry, Position, Record};
use async_nats::HeaderMap;

/// Header of each message of an append of several: its id, the message's number from 0, and their count.
const APPEND: &str = "Asof-Append";
/// Header of a record whose line goes on in pieces: the sequence of the first of them, and their count.
const PIECES: &str = "Asof-Pieces";
/// Header of the server's that makes an append one at an expected position.
const EXPECTED: &str = "Nats-Expected-Last-Sequence";

/// Digits that a position may have more than one without pieces before it.
const DIGITS: usize = 16;

/// Which message of an append one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendPlace {
    pub id: String,
    pub number: u64,
    pub count: u64,
}

/// A message as a part of a record.
#[derive(Debug, Clone)]
pub struct Stored {
    pub sequence: u64,
    /// Whether it is a piece of a record that follows.
    pub is_piece: bool,
    /// Where it stands in its append, when that has several messages.
    pub place: Option<AppendPlace>,
    /// The first piece of its line, and how many there are.
    pub pieces: Option<(u64, u64)>,
    pub payload: Vec<u8>,
}

impl Stored {
    pub fn of(message: StreamMessage) -> Self {
        let sequence = message.sequence;
        let place = message.header(APPEND).and_then(|text| AppendPlace::read(text, sequence));
        let pieces = message.header(PIECES).and_then(|text| {
            let (first, count) = text.split_once(' ')?;
            let (first, count) = (first.parse().ok()?, count.parse().ok()?);
            // Only what stands before it, so that no header leads in a circle.
            (u64::checked_add(first, count)? <= sequence).then_some((first, count))
        });
        let is_piece = message.subject.rsplit('.').next() == Some("p");
        Self { sequence, is_piece, place, pieces, payload: message.payload }
    }

    /// The sequence of its append's last message.
    pub fn end(&self) -> u64 {
        self.place.as_ref().map_or(self.sequence, |place| self.sequence + (place.count - 1 - place.number))
    }

    /// The sequence of its append's first message.
    pub fn start(&self) -> u64 {
        self.place.as_ref().map_or(self.sequence, |place| self.sequence - place.number)
    }

    /// Whether this is the first message of the append of `other`.
    pub fn begins(&self, other: &Self) -> bool {
        let id = |message: &Self| message.place.as_ref().map(|place| place.id.clone());
        self.sequence == self.start() && other.start() == self.sequence && id(self) == id(other)
    }

    /// Whether this is the last message of the append of `other`.
    pub fn ends(&self, other: &Self) -> bool {
        let is_last = |place: &AppendPlace| place.number + 1 == place.count;
        match (&self.place, &other.place) {
            (Some(own), Some(place)) => is_last(own) && own.id == place.id && self.start() == other.start(),
            _ => self.sequence == other.sequence,
        }
    }
}

impl AppendPlace {
    fn read(text: &str, sequence: u64) -> Option<Self> {
        let mut parts = text.split(' ');
        let (id, number, count) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let place = Self { id, number, count };
        (place.number < place.count && place.number < sequence && u32::try_from(place.count).is_ok()).then_some(place)
    }
}

/// A message to be stored.
pub struct NewMessage {
    pub subject: String,
    pub headers: HeaderMap,
    pub payload: Vec<u8>,
}

/// The messages of an append that is to stand behind `base`: pieces of large records first, then a message a record, so
/// that the positions of records follow each other. Answers the position of the last record too.
pub fn messages(
    names: &TenantNames,
    base: u64,
    id: &AppendId,
    entries: &[Entry],
    largest: usize,
) -> (Vec<NewMessage>, Position) {
    let lines = |before: u64| {
        let record = |(number, entry): (usize, &Entry)| {
            let (position, entry) = (Position(base + before + 1 + number as u64), entry.clone());
            encode_record(&Record { position, id: id.record(number), entry })
        };
        entries.iter().enumerate().map(record).collect::<Vec<_>>()
    };
    let mut written = lines(0);
    // A line says its position, whose digits are more behind pieces.
    let counts: Vec<usize> = written.iter().map(|line| pieces_of(line.len(), largest)).collect();
    let before = counts.iter().sum::<usize>() as u64;
    if before > 0 {
        written = lines(before);
    }
    let (mut pieces, mut records, mut first) = (Vec::new(), Vec::new(), base + 1);
    for (mut line, count) in written.into_iter().zip(counts) {
        let mut headers = HeaderMap::new();
        if count > 0 {
            let rest = line.split_off(line.len().min(largest));
            let mut cut: Vec<Vec<u8>> = rest.chunks(largest).map(<[u8]>::to_vec).collect();
            cut.resize(count, Vec::new());
            pieces.extend(cut.into_iter().map(|payload| (names.pieces.clone(), HeaderMap::new(), payload)));
            headers.insert(PIECES, format!("{first} {count}"));
            first += count as u64;
        }
        records.push((names.records.clone(), headers, line));
    }
    let total = before + entries.len() as u64;
    let messages = pieces.into_iter().chain(records).enumerate().map(|(number, (subject, mut headers, payload))| {
        headers.insert(EXPECTED, (base + number as u64).to_string());
        if total > 1 {
            headers.insert(APPEND, format!("{id} {number} {total}"));
        }
        NewMessage { subject, headers, payload }
    });
    (messages.collect(), Position(base + total))
}

/// How many pieces follow the beginning of a line that does not fit into one message.
fn pieces_of(length: usize, largest: usize) -> usize {
    if length <= largest { 0 } else { (length + DIGITS).div_ceil(largest) - 1 }
}
