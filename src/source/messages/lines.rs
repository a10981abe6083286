//! Messages as lines of JSON.

use super::ReadUntil;
use crate::Error;
use crate::error::{InputPlace, counted};
use crate::import::{ImportItem, Note};
use crate::log::{KeyOperation, NatsMessages, NatsSource, NatsSourceKind, StreamFacts, StreamMessage};
use crate::record::TenantId;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Messages asked for at once.
const MOST: u64 = 1024;
/// How often it is asked whether there is more.
const LOOK: Duration = Duration::from_millis(100);

/// What the server did not keep, where that is something.
pub fn removed(source: &NatsSource, facts: &StreamFacts, tenant: &TenantId) -> Option<ImportItem> {
    let gone = facts.last.saturating_sub(facts.held);
    if gone == 0 {
        return None;
    }
    let are = if gone == 1 { "is" } else { "are" };
    let why = match source.kind {
        NatsSourceKind::Bucket => format!(
            "{} of the bucket {are} no longer on the server: a key stands in the states from the oldest one on that is kept",
            counted(gone, "revision")
        ),
        NatsSourceKind::Stream { .. } => {
            format!("{} {are} no longer on the server: what they did is not in the states", counted(gone, "message"))
        }
    };
    let place = InputPlace { file: source.to_string(), ..InputPlace::default() };
    Some(ImportItem::Note(Note { tenant: tenant.clone(), place, why, is_of_source: true }))
}

/// Reads messages as lines.
pub struct MessageLines {
    messages: NatsMessages,
    kind: NatsSourceKind,
    /// The sequence that comes next, and the last one that is known to be there.
    next: u64,
    last: u64,
    until: ReadUntil,
    /// Bytes of lines that nobody has taken yet.
    ready: VecDeque<u8>,
    /// Why reading ended, where that was an error.
    failure: Arc<Mutex<Option<Error>>>,
}

impl MessageLines {
    pub fn new(
        messages: NatsMessages,
        kind: NatsSourceKind,
        last: u64,
        until: ReadUntil,
        failure: Arc<Mutex<Option<Error>>>,
    ) -> Self {
        Self { messages, kind, next: 1, last, until, ready: VecDeque::new(), failure }
    }

    /// Whether nothing is to be read any more.
    fn is_over(&self) -> bool {
        matches!(&self.until, ReadUntil::Over(over) if over.load(Ordering::Relaxed))
    }

    /// Makes the next lines ready; `false` at the end.
    fn fetch(&mut self) -> crate::Result<bool> {
        while !self.is_over() {
            if self.next <= self.last {
                let messages = self.messages.read(self.next, self.last, MOST)?;
                // What is left was removed meanwhile.
                self.next = messages.last().map_or(self.last + 1, |message| message.sequence + 1);
                let mut lines = Vec::new();
                messages.iter().for_each(|message| push_line(&mut lines, message, &self.kind));
                self.ready.extend(lines);
                if !self.ready.is_empty() {
                    return Ok(true);
                }
                continue;
            }
            if matches!(self.until, ReadUntil::Now) {
                break;
            }
            match self.messages.facts() {
                Ok(facts) if facts.last > self.last => self.last = facts.last,
                // Who follows waits for a server that is away.
                Ok(_) | Err(Error::ServerLost { .. }) => std::thread::sleep(LOOK),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}

impl Read for MessageLines {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            match self.fetch() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(Error::ServerLost { .. }) if matches!(self.until, ReadUntil::Over(_)) => std::thread::sleep(LOOK),
                Err(error) => {
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return Err(io::Error::other("the server"));
                }
            }
        }
        self.ready.read(into)
    }
}

/// One message as one line. Line ends within its JSON, which only lie between tokens, become blanks.
fn push_line(line: &mut Vec<u8>, message: &StreamMessage, kind: &NatsSourceKind) {
    let start = line.len();
    if matches!(kind, NatsSourceKind::Stream { payload: true, .. }) {
        line.extend(&message.payload);
    } else {
        // A text in memory takes all that is written to it.
        let _cannot_fail = write_object(line, message, kind);
        line[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
    line.push(b'\n');
}

fn write_object(line: &mut Vec<u8>, message: &StreamMessage, kind: &NatsSourceKind) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::new(line);
    let mut object = Serializer::serialize_map(&mut serializer, None)?;
    let (operation, is_bucket) = (message.operation(), *kind == NatsSourceKind::Bucket);
    if is_bucket {
        object.serialize_entry("key", message.key())?;
        object.serialize_entry("operation", operation.word())?;
        object.serialize_entry("revision", &message.sequence)?;
    } else {
        object.serialize_entry("subject", &message.subject)?;
        object.serialize_entry("sequence", &message.sequence)?;
    }
    if let Some(at) = message.at {
        object.serialize_entry("time", &at.to_rfc3339_opts(SecondsFormat::AutoSi, true))?;
    }
    if !is_bucket && !message.headers.is_empty() {
        // Of several values of one header all are kept.
        let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        message.headers.iter().for_each(|(name, value)| headers.entry(name).or_default().push(value));
        object.serialize_entry("headers", &headers)?;
    }
    match is_bucket {
        true if operation == KeyOperation::Put => {
            object.serialize_entry("value", &MessagePayload::of(&message.payload))?;
        }
        true => {}
        false => object.serialize_entry("data", &MessagePayload::of(&message.payload))?,
    }
    object.end()
}

/// What is in a message.
enum MessagePayload<'a> {
    Json(&'a RawValue),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> MessagePayload<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match (serde_json::from_slice(bytes), std::str::from_utf8(bytes)) {
            (Ok(value), _) => Self::Json(value),
            (_, Ok(text)) => Self::Text(text),
            _ => Self::Bytes(bytes),
        }
    }
}

impl Serialize for MessagePayload<'_> {
    /// JSON as it is; a text; or `{"$base64": …}` of other bytes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => BTreeMap::from([("$base64", BASE64_STANDARD.encode(bytes))]).serialize(serializer),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn message(payload: &[u8], headers: &[(&str, &str)]) -> StreamMessage {
        StreamMessage {
            subject: "$KV.conf.app.port".into(),
            sequence: 7,
            at: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            payload: payload.into(),
        }
    }

    #[track_caller]
    fn check(kind: &NatsSourceKind, message: &StreamMessage, expected: &str) {
        let mut line = Vec::new();
        push_line(&mut line, message, kind);
        assert_eq!(String::from_utf8(line).unwrap(), format!("{expected}\n"));
    }

    #[test]
    fn a_revision_says_its_key_and_value_as_they_are() {
        let put = |value: &str| {
            format!(
                r#"{{"key":"app.port","operation":"put","revision":7,"time":"2026-01-02T03:04:05.678Z","value":{value}}}"#
            )
        };
        for (payload, value) in [
            (&b"8080"[..], "8080"),
            (b"1.50e400", "1.50e400"),
            (b"{ \"a\":\n [1] }", r#"{ "a":  [1] }"#),
            (b"plain", r#""plain""#),
            (b"two\nlines", r#""two\nlines""#),
            (b"", r#""""#),
            (b"{\"a\":1", r#""{\"a\":1""#),
            (b"\xff\x00", r#"{"$base64":"/wA="}"#),
        ] {
            check(&NatsSourceKind::Bucket, &message(payload, &[]), &put(value));
        }
        for (header, word) in [
            (("KV-Operation", "DEL"), "delete"),
            (("KV-Operation", "PURGE"), "purge"),
            (("Nats-Marker-Reason", "MaxAge"), "purge"),
            (("Nats-Marker-Reason", "Remove"), "delete"),
        ] {
            let told =
                format!(r#"{{"key":"app.port","operation":"{word}","revision":7,"time":"2026-01-02T03:04:05.678Z"}}"#);
            check(&NatsSourceKind::Bucket, &message(b"", &[header]), &told);
        }
    }

    #[test]
    fn a_message_of_a_stream_says_where_it_was_published() {
        let whole = NatsSourceKind::Stream { subject: None, payload: false };
        let told = r#"{"subject":"$KV.conf.app.port","sequence":7,"time":"2026-01-02T03:04:05.678Z","headers":{"a":["1","2"],"b":["3"]},"data":{"n":1}}"#;
        check(&whole, &message(br#"{"n":1}"#, &[("a", "1"), ("b", "3"), ("a", "2")]), told);
        let payload = NatsSourceKind::Stream { subject: None, payload: true };
        check(&payload, &message(br#"{"n":1}"#, &[("a", "1")]), r#"{"n":1}"#);
    }
}
