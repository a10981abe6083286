//! Putting a bucket back: each key that differs gets the value of an older revision again, if nobody has put it since it was
//! looked at. Nothing is removed: the bucket gets new revisions.

use crate::Result;
use crate::export::json::{JsonOutput, list, object, optional};
use crate::log::{KeyOperation, NatsMessages, NatsSource, PutOutcome, StreamFacts, StreamMessage};
use crate::value::{Value, parse};
use std::collections::BTreeMap;

/// Messages asked for at once.
const MOST: u64 = 1024;

/// What is to be put back.
#[derive(Debug, Clone)]
pub struct PutBack {
    pub bucket: NatsSource,
    /// Each key gets what it held when this was the newest revision.
    pub to: u64,
    /// Only these keys; all where there are none.
    pub keys: Vec<String>,
}

/// What would be put, as the bucket was looked at.
pub struct PutBackPlan {
    messages: NatsMessages,
    pub told: PutBackTold,
    changes: Vec<KeyChange>,
}

/// What would be done, or was.
#[derive(Debug, Clone)]
pub struct PutBackTold {
    /// The name of the bucket.
    pub bucket: String,
    pub to: u64,
    pub keys: Vec<KeyPut>,
    /// Keys that stay as they are: the bucket keeps no revision of them as old as that, so nobody knows whether they were there.
    pub unknown: Vec<String>,
    /// The key that somebody else put meanwhile, at which it stopped.
    pub overtaken: Option<String>,
}

/// A key that gets another value.
#[derive(Debug, Clone)]
pub struct KeyPut {
    pub key: String,
    /// The revision whose value it gets; `None` where it is deleted.
    pub from: Option<u64>,
    pub old: Option<Value>,
    pub new: Option<Value>,
    /// The revision that was made; `None` where it was not put.
    pub revision: Option<u64>,
}

/// How one key is put.
struct KeyChange {
    subject: String,
    value: Option<Vec<u8>>,
    /// Its last revision when it was looked at.
    expected: u64,
}

/// What is known of one key.
#[derive(Default)]
struct Revisions {
    /// The first that is kept, and how many are.
    first: Option<StreamMessage>,
    count: u64,
    /// The last up to the one that is gone back to.
    then: Option<StreamMessage>,
    now: Option<StreamMessage>,
}

impl PutBack {
    /// Reads the bucket, and works out what to put. O(its messages).
    ///
    /// # Errors
    /// `ServerLost`, `ServerRefused`.
    pub fn plan(&self) -> Result<PutBackPlan> {
        let messages = crate::source::connect_messages(&self.bucket)?;
        let facts = messages.facts()?;
        let (mut keys, mut changes, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (key, revisions) in self.revisions(&messages, &facts)? {
            if revisions.is_unknown(&facts) {
                unknown.push(key);
            } else if let Some((put, change)) = revisions.change(key) {
                keys.push(put);
                changes.push(change);
            }
        }
        let bucket = self.bucket.name().to_owned();
        let told = PutBackTold { bucket, to: self.to, keys, unknown, overtaken: None };
        Ok(PutBackPlan { messages, told, changes })
    }

    fn revisions(&self, messages: &NatsMessages, facts: &StreamFacts) -> Result<BTreeMap<String, Revisions>> {
        let mut all: BTreeMap<String, Revisions> = BTreeMap::new();
        let mut next = 1;
        while next <= facts.last {
            let read = messages.read(next, facts.last, MOST)?;
            let Some(last) = read.last() else { break };
            next = last.sequence + 1;
            for message in read {
                if self.keys.is_empty() || self.keys.iter().any(|key| key == message.key()) {
                    all.entry(message.key().to_owned()).or_default().take(message, self.to);
                }
            }
        }
        Ok(all)
    }
}

impl Revisions {
    fn take(&mut self, message: StreamMessage, to: u64) {
        self.count += 1;
        self.first.get_or_insert_with(|| message.clone());
        if message.sequence <= to {
            self.then = Some(message.clone());
        }
        self.now = Some(message);
    }

    /// Whether it may have had revisions by then that the bucket has not kept.
    fn is_unknown(&self, facts: &StreamFacts) -> bool {
        let was_purged = self.first.as_ref().is_some_and(|first| first.operation() == KeyOperation::Purge);
        let is_full = facts.keeps.is_none_or(|most| self.count >= most);
        self.then.is_none() && facts.held < facts.last && (was_purged || is_full)
    }

    /// What makes it what it was, where it is something else.
    fn change(self, key: String) -> Option<(KeyPut, KeyChange)> {
        let now = self.now?;
        let subject = now.subject.clone();
        let expected = now.sequence;
        let is_put = |message: &StreamMessage| message.operation() == KeyOperation::Put;
        let (then, now) = (self.then.filter(is_put), Some(now).filter(is_put));
        let bytes = |message: &Option<StreamMessage>| message.as_ref().map(|message| message.payload.clone());
        if bytes(&then) == bytes(&now) {
            return None;
        }
        let value = |message: &Option<StreamMessage>| message.as_ref().map(|message| shown(&message.payload));
        let from = then.as_ref().map(|then| then.sequence);
        let put = KeyPut { key, from, old: value(&now), new: value(&then), revision: None };
        Some((put, KeyChange { subject, value: bytes(&then), expected }))
    }
}

/// A value as a person is shown it.
fn shown(payload: &[u8]) -> Value {
    parse(payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(payload).as_ref()))
}

impl PutBackPlan {
    /// Puts one key after the other, and stops where somebody else has put one since it was looked at.
    ///
    /// # Errors
    /// `ServerRefused`, `ServerLost` with the key at which it stopped.
    pub fn act(mut self) -> Result<PutBackTold> {
        for (put, change) in self.told.keys.iter_mut().zip(self.changes) {
            match self.messages.put(&change.subject, change.value, change.expected)? {
                PutOutcome::Done(revision) => put.revision = Some(revision),
                PutOutcome::Overtaken => {
                    self.told.overtaken = Some(put.key.clone());
                    break;
                }
            }
        }
        Ok(self.told)
    }
}

impl PutBackTold {
    /// Keys that were put.
    pub fn done(&self) -> usize {
        self.keys.iter().filter(|put| put.revision.is_some()).count()
    }

    /// `{"bucket","to_revision","keys":[{"key","from_revision","old","new","revision"}],"unknown","overtaken"}`.
    pub fn json(&self) -> JsonOutput {
        let key = |put: &KeyPut| {
            object([
                ("key", put.key.as_str().into()),
                ("from_revision", optional(put.from)),
                ("old", optional(put.old.clone())),
                ("new", optional(put.new.clone())),
                ("revision", optional(put.revision)),
            ])
        };
        object([
            ("bucket", self.bucket.as_str().into()),
            ("to_revision", self.to.into()),
            ("keys", JsonOutput::List(self.keys.iter().map(key).collect())),
            ("unknown", list(self.unknown.iter().map(String::as_str))),
            ("overtaken", optional(self.overtaken.as_deref())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which keys stay as they are, since the bucket does not say what they were: `revisions` are those that are kept.
    #[track_caller]
    fn check(revisions: &[(u64, KeyOperation)], facts: (u64, u64, Option<u64>), to: u64, is_unknown: bool) {
        let (held, last, keeps) = facts;
        let facts = StreamFacts { last, held, keeps, generation: String::new() };
        let mut known = Revisions::default();
        for (sequence, operation) in revisions {
            let header = ("KV-Operation".to_owned(), operation.word().to_uppercase());
            let headers = if *operation == KeyOperation::Put { Vec::new() } else { vec![header] };
            let message = StreamMessage {
                subject: "$KV.b.k".into(),
                sequence: *sequence,
                at: None,
                headers,
                payload: Vec::new(),
            };
            known.take(message, to);
        }
        assert_eq!(known.is_unknown(&facts), is_unknown, "{revisions:?} {facts:?} to {to}");
    }

    #[test]
    fn a_key_is_unknown_where_older_revisions_may_have_been_removed() {
        use KeyOperation::{Purge, Put};
        let nothing_gone = (9, 9, Some(5));
        let some_gone = (7, 9, Some(2));
        check(&[(4, Put)], nothing_gone, 3, false);
        check(&[(4, Put)], some_gone, 3, false);
        check(&[(4, Put), (5, Put)], some_gone, 3, true);
        check(&[(4, Put), (5, Put)], some_gone, 4, false);
        check(&[(4, Purge)], some_gone, 3, true);
        check(&[(4, Purge)], nothing_gone, 3, false);
        check(&[(4, Put)], (7, 9, None), 3, true);
        check(&[(4, Put)], (7, 9, Some(u64::MAX)), 3, false);
    }
}
