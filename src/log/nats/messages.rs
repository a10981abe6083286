//! Messages of a bucket or a stream that somebody else keeps: read in order, and a bucket's keys put back.
//!
//! A bucket is a stream as [ADR-8](https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-8.md) says:
//! `KV_BUCKET`, a subject `$KV.BUCKET.KEY` for each key, and the header `KV-Operation` on what removes one.

use super::link::{Failure, ServerLink, words_of};
use super::runtime::wait;
use super::stream::{ServerStream, StreamMessage};
use crate::Result;
use crate::log::follow::News;
use crate::log::server::{NatsAccess, NatsSource, NatsSourceKind};
use async_nats::HeaderMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// What removes a key says so, and why.
const OPERATION: &str = "KV-Operation";
/// What the server puts where it removed a key's last value itself, since its time was over or it was purged.
const MARKER: &str = "Nats-Marker-Reason";
/// A put only where the key's last revision is this one.
const EXPECTED: &str = "Nats-Expected-Last-Subject-Sequence";
/// What is answered where it is another one; the second while an earlier put is under way.
const WRONG_LAST: [u64; 2] = [10_071, 10_164];

/// A bucket or a stream on a server.
#[derive(Clone)]
pub struct NatsMessages(Arc<Connected>);

struct Connected {
    link: ServerLink,
    stream: ServerStream,
    source: NatsSource,
}

/// What a stream says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamFacts {
    /// Sequence of the last message there ever was; 0 where there was none.
    pub last: u64,
    /// Messages that it holds, of all subjects.
    pub held: u64,
    /// Messages of each subject that it keeps; `None` where age or size remove some too.
    pub keeps: Option<u64>,
    /// What tells it from one that was made anew, or that messages were removed from.
    pub generation: String,
}

/// What a revision did to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOperation {
    Put,
    Delete,
    /// As a deletion, and older revisions are gone.
    Purge,
}

impl KeyOperation {
    /// `put`, `delete`, `purge`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Purge => "purge",
        }
    }
}

impl StreamMessage {
    /// The key of a bucket; a mirror has the subjects of its origin.
    pub fn key(&self) -> &str {
        self.subject.splitn(3, '.').nth(2).unwrap_or(&self.subject)
    }

    /// What it did to its key.
    pub fn operation(&self) -> KeyOperation {
        match (self.header(OPERATION), self.header(MARKER)) {
            (Some("DEL"), _) | (None, Some("Remove")) => KeyOperation::Delete,
            (Some("PURGE"), _) | (None, Some(_)) => KeyOperation::Purge,
            _ => KeyOperation::Put,
        }
    }
}

/// What became of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is this revision.
    Done(u64),
    /// Somebody else has put the key since.
    Overtaken,
}

impl NatsMessages {
    /// Connects, and looks whether it is there.
    ///
    /// # Errors
    /// `ServerLost` when no server is there; `ServerRefused` when it does not let the user in, or has no such bucket or stream.
    pub fn connect(source: &NatsSource, access: &NatsAccess) -> Result<Self> {
        let (source, access) = (source.clone(), access.clone());
        wait(async move {
            let server = source.to_string();
            let link = ServerLink::connect(server, &source.server, &access, Arc::new(News::default())).await?;
            let stream = match &source.kind {
                NatsSourceKind::Bucket => ServerStream::new(format!("KV_{}", source.name()), None),
                NatsSourceKind::Stream { subject, .. } => ServerStream::new(source.name().into(), subject.clone()),
            };
            let connected = Connected { link, stream, source };
            connected.facts().await?;
            Ok(Self(Arc::new(connected)))
        })
    }

    /// What it says of itself now.
    ///
    /// # Errors
    /// `ServerLost`, `ServerRefused`.
    pub fn facts(&self) -> Result<StreamFacts> {
        let connected = Arc::clone(&self.0);
        wait(async move { connected.facts().await })
    }

    /// Messages from a sequence on, in order, at most so many and none behind `until`; empty only where there is none.
    /// `until` is the last message as [`facts`](Self::facts) says, or before it.
    ///
    /// # Errors
    /// `ServerLost`, `ServerRefused`.
    pub fn read(&self, from: u64, until: u64, most: u64) -> Result<Vec<StreamMessage>> {
        let connected = Arc::clone(&self.0);
        wait(async move { connected.stream.range(&connected.link, from, until, most).await })
    }

    /// Puts a value, or deletes a key where there is none, if the last revision on its subject is `expected`; 0 where there
    /// must be none.
    ///
    /// # Errors
    /// `ServerRefused`; `ServerLost` where it may have been done or not.
    pub fn put(&self, subject: &str, value: Option<Vec<u8>>, expected: u64) -> Result<PutOutcome> {
        let (connected, subject) = (Arc::clone(&self.0), subject.to_owned());
        wait(async move { connected.put(&subject, value, expected).await })
    }
}

impl Connected {
    async fn facts(&self) -> Result<StreamFacts> {
        let Some(info) = self.stream.info(&self.link).await? else {
            let what = if self.source.is_bucket() { "bucket" } else { "stream" };
            return Err(self.link.refused(format!("the server has no {what} of this name")));
        };
        let state = &info["state"];
        let number = |name: &str| state[name].as_u64().unwrap_or(0);
        let created = info["created"].as_str().unwrap_or_default();
        let generation = format!("{created} {} {}", number("first_seq"), number("num_deleted"));
        let config = |name: &str| info["config"][name].as_i64().unwrap_or(0);
        let is_limited = ["max_age", "max_bytes", "max_msgs"].iter().any(|name| config(name) > 0);
        let most = u64::try_from(config("max_msgs_per_subject")).ok().filter(|most| *most > 0).unwrap_or(u64::MAX);
        let keeps = (!is_limited).then_some(most);
        Ok(StreamFacts { last: number("last_seq"), held: number("messages"), keeps, generation })
    }

    async fn put(&self, subject: &str, value: Option<Vec<u8>>, expected: u64) -> Result<PutOutcome> {
        let mut headers = HeaderMap::new();
        headers.insert(EXPECTED, expected.to_string());
        if value.is_none() {
            headers.insert(OPERATION, "DEL");
        }
        let subject = self.link.published(subject);
        let answer = self.link.request(&subject, Some(headers), value.unwrap_or_default()).await;
        let answer = answer.map_err(|failure| match failure {
            Failure::Absent => self.link.lost("JetStream does not answer"),
            Failure::Unanswered(why) => self.link.lost(format!("{why}; whether it was done is not known")),
            Failure::Final(error) => error,
        })?;
        let unreadable = |error: serde_json::Error| self.link.lost(format!("its answer cannot be read ({error})"));
        let answer: Json = serde_json::from_slice(&answer.payload).map_err(unreadable)?;
        let error = &answer["error"];
        if error["err_code"].as_u64().is_some_and(|code| WRONG_LAST.contains(&code)) {
            return Ok(PutOutcome::Overtaken);
        }
        match answer["seq"].as_u64() {
            Some(revision) if error.is_null() => Ok(PutOutcome::Done(revision)),
            _ => Err(self.link.refused(words_of(error))),
        }
    }
}
