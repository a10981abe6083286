//! One stream: what is in it, its messages one by one and many at a time.
//!
//! Must not name: files, `codec`.

use super::link::{ANSWER, Failure, Patience, ServerLink, words_of};
use crate::Result;
use crate::log::LogIdentity;
use crate::log::ids::random;
use crate::record::Time;
use async_nats::{HeaderMap, Message, Subscriber};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::StreamExt as _;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use tokio::sync::Mutex;

/// Up to here, messages are asked for one by one: a consumer takes two answers before its first.
const FEW: u64 = 4;
/// Bytes asked for at once: more comes with the next request.
const BYTES: u64 = 32 << 20;
/// Nanoseconds after which the server forgets a consumer that nobody reads from.
const FORGOTTEN: u64 = 30_000_000_000;
/// What `JetStream` answers where there is no such stream, message, or consumer.
const NO_STREAM: u64 = 10_059;
const NO_MESSAGE: u64 = 10_037;

/// Where a stream begins and ends; messages of both may have been removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamExtent {
    /// The first message there; one more than `last` where there is none.
    pub first: u64,
    /// The last one there ever was.
    pub last: u64,
}

/// A message as it is in a stream.
#[derive(Debug, Clone)]
pub struct StreamMessage {
    pub subject: String,
    pub sequence: u64,
    /// When the server stored it; `None` where it does not say so.
    #[cfg_attr(not(feature = "import"), expect(dead_code, reason = "a record says itself when it was made"))]
    pub at: Option<Time>,
    pub headers: Vec<(String, String)>,
    pub payload: Vec<u8>,
}

impl StreamMessage {
    /// The value of a header; the first where there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A stream, or its messages of some subjects.
pub struct ServerStream {
    pub name: String,
    /// Of which subjects; all where nothing is said.
    filter: Option<String>,
    /// Reads on where the last reader stopped.
    cursor: Mutex<Option<Cursor>>,
}

/// A consumer of the server's, and what it delivers next.
struct Cursor {
    name: String,
    answers: Subscriber,
    inbox: String,
    /// The sequence it was made for, or the one behind the last it delivered.
    next: u64,
    delivered: u64,
    /// How often it was asked.
    asked: u64,
}

impl ServerStream {
    pub fn new(name: String, filter: Option<String>) -> Self {
        Self { name, filter, cursor: Mutex::default() }
    }

    /// Where it begins and ends, as its leader says; `None` where there is none.
    pub async fn extent(&self, link: &ServerLink) -> Result<Option<StreamExtent>> {
        let Some(info) = self.info(link).await? else { return Ok(None) };
        let number = |name: &str| info["state"][name].as_u64().unwrap_or(0);
        Ok(Some(StreamExtent { first: number("first_seq"), last: number("last_seq") }))
    }

    /// What names it, as its leader says: one that was made anew has another time, one that messages were removed from begins
    /// elsewhere or counts them. `None` where there is none.
    pub async fn identity(&self, link: &ServerLink) -> Result<Option<LogIdentity>> {
        let Some(info) = self.info(link).await? else { return Ok(None) };
        let Some(created) = info["created"].as_str() else { return Ok(None) };
        let number = |name: &str| info["state"][name].as_u64().unwrap_or(0);
        let generation = format!("{created} from {} without {}", number("first_seq"), number("num_deleted"));
        Ok(Some(LogIdentity::new(format!("{} {} {}", link.server, link.api("STREAM"), self.name), generation)))
    }

    /// What the server says of it; `None` where there is none.
    pub async fn info(&self, link: &ServerLink) -> Result<Option<Json>> {
        let info = link.ask(&format!("STREAM.INFO.{}", self.name), &json!({})).await?;
        if info["error"]["err_code"] == NO_STREAM {
            return Ok(None);
        }
        refuse_errors(link, &info)?;
        Ok(Some(info))
    }

    /// Whether anything was ever appended to it.
    pub async fn is_used(&self, link: &ServerLink) -> Result<bool> {
        Ok(self.extent(link).await?.is_some_and(|extent| extent.last > 0))
    }

    /// The message at a sequence, as the leader has it.
    pub async fn get(&self, link: &ServerLink, sequence: u64) -> Result<Option<StreamMessage>> {
        self.get_by(link, &json!({ "seq": sequence })).await
    }

    /// The first message from a sequence on.
    async fn get_from(&self, link: &ServerLink, sequence: u64) -> Result<Option<StreamMessage>> {
        let filter = self.filter.as_deref().unwrap_or(">");
        self.get_by(link, &json!({ "seq": sequence, "next_by_subj": filter })).await
    }

    async fn get_by(&self, link: &ServerLink, which: &Json) -> Result<Option<StreamMessage>> {
        let answer = link.ask(&format!("STREAM.MSG.GET.{}", self.name), which).await?;
        if answer["error"]["err_code"] == NO_MESSAGE || answer["error"]["err_code"] == NO_STREAM {
            return Ok(None);
        }
        refuse_errors(link, &answer)?;
        let message = &answer["message"];
        let bytes = |name: &str| BASE64_STANDARD.decode(message[name].as_str().unwrap_or("")).unwrap_or_default();
        let headers = String::from_utf8(bytes("hdrs")).unwrap_or_default();
        let headers = headers.lines().filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        let subject = message["subject"].as_str().unwrap_or("").to_owned();
        let at = message["time"].as_str().and_then(|text| text.parse().ok());
        let stored = |sequence| StreamMessage { subject, sequence, at, headers, payload: bytes("data") };
        Ok(message["seq"].as_u64().map(stored))
    }

    /// Messages from `from` on, in order, up to `most` of them, none behind `until`; not necessarily all: empty only where
    /// there is none. `until` is the last message as the leader says, or before it.
    pub async fn range(&self, link: &ServerLink, from: u64, until: u64, most: u64) -> Result<Vec<StreamMessage>> {
        let count = most.min(until.saturating_add(1).saturating_sub(from));
        if count <= FEW {
            return self.one_by_one(link, from, until, count).await;
        }
        let mut patience = Patience::begin();
        loop {
            let kept = self.cursor.lock().await.take().filter(|cursor| cursor.next == from);
            let cursor = match kept {
                Some(cursor) => Ok(cursor),
                None => self.consumer(link, from).await?,
            };
            let why = match cursor {
                Ok(mut cursor) => match cursor.pull(link, &self.name, count, until).await {
                    Ok(messages) if !messages.is_empty() => {
                        *self.cursor.lock().await = Some(cursor);
                        return Ok(messages);
                    }
                    Ok(_) => "messages are missing".to_owned(),
                    Err(Failure::Final(error)) => return Err(error),
                    Err(Failure::Absent) => "the consumer is gone".to_owned(),
                    Err(Failure::Unanswered(why)) => why,
                },
                Err(why) => why,
            };
            // Nothing came: what is left was removed meanwhile, or a copy that lags was asked.
            if self.get_from(link, from).await?.is_none_or(|next| next.sequence > until) {
                return Ok(Vec::new());
            }
            patience.wait().await.map_err(|()| link.lost(why))?;
        }
    }

    async fn one_by_one(&self, link: &ServerLink, from: u64, until: u64, count: u64) -> Result<Vec<StreamMessage>> {
        let mut found: Vec<StreamMessage> = Vec::new();
        while (found.len() as u64) < count {
            let next = found.last().map_or(from, |last| last.sequence + 1);
            match self.get_from(link, next).await?.filter(|message| message.sequence <= until) {
                Some(message) => found.push(message),
                None => break,
            }
        }
        Ok(found)
    }

    /// A consumer that begins at a sequence; else why there is none for now.
    async fn consumer(&self, link: &ServerLink, from: u64) -> Result<Result<Cursor, String>> {
        let name = format!("asof-{:016x}", random());
        let stream = &self.name;
        let inbox = link.client.new_inbox();
        let Ok(answers) = link.client.subscribe(format!("{inbox}.*")).await else {
            return Ok(Err("the connection is closed".into()));
        };
        let mut config = json!({
            "stream_name": stream,
            "config": {
                "name": name, "deliver_policy": "by_start_sequence", "opt_start_seq": from, "ack_policy": "none",
                "replay_policy": "instant", "inactive_threshold": FORGOTTEN, "num_replicas": 1, "mem_storage": true,
            },
        });
        let mut subject = format!("CONSUMER.CREATE.{stream}.{name}");
        if let Some(filter) = &self.filter {
            config["config"]["filter_subject"] = filter.as_str().into();
            // The server wants it there too, so that permissions can be given by it.
            _ = write!(subject, ".{filter}");
        }
        let made = link.ask(&subject, &config).await?;
        if !made["error"].is_null() {
            return Ok(Err(words_of(&made["error"])));
        }
        Ok(Ok(Cursor { name, answers, inbox, next: from, delivered: 0, asked: 0 }))
    }
}

impl Cursor {
    /// The next messages, as many as come without a pause.
    async fn pull(
        &mut self,
        link: &ServerLink,
        stream: &str,
        count: u64,
        until: u64,
    ) -> Result<Vec<StreamMessage>, Failure> {
        let subject = link.api(&format!("CONSUMER.MSG.NEXT.{stream}.{}", self.name));
        self.asked += 1;
        let reply = format!("{}.{}", self.inbox, self.asked);
        let mut refusals = link.refusals();
        let wanted = json!({ "batch": count, "expires": ANSWER.as_nanos() as u64 - 500_000_000, "max_bytes": BYTES });
        let sent = link.client.publish_with_reply(subject.clone(), reply.clone(), wanted.to_string().into());
        sent.await.map_err(|error| Failure::Unanswered(error.to_string()))?;
        let mut found = Vec::new();
        while (found.len() as u64) < count && self.next <= until {
            let message = tokio::select! {
                error = refusals.of(&subject) => return Err(Failure::Final(error)),
                message = tokio::time::timeout(ANSWER, self.answers.next()) => match message {
                    Ok(Some(message)) => message,
                    Ok(None) | Err(_) => break,
                },
            };
            match message.status.map(|status| status.as_u16()) {
                None => {}
                // How an earlier request ended.
                Some(_) if *message.subject != *reply => continue,
                Some(503) => return Err(Failure::Absent),
                Some(_) => break,
            }
            let Some(Delivery { sequence, number: delivered, at }) = delivery(&message) else { continue };
            // Behind one that was lost on the way, none is taken: the next consumer begins there.
            if delivered != self.delivered + 1 {
                self.next = 0;
                break;
            }
            (self.next, self.delivered) = (sequence + 1, delivered);
            let (subject, payload) = (message.subject.to_string(), message.payload.to_vec());
            let headers = message.headers.as_ref().map(pairs).unwrap_or_default();
            found.push(StreamMessage { subject, sequence, at, headers, payload });
        }
        // A part that was left over would come with the next ones.
        if (found.len() as u64) < count && self.next <= until {
            self.next = 0;
        }
        Ok(found)
    }
}

/// Each header once for each of its values.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let values = headers.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    values.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// How a consumer delivered a message.
struct Delivery {
    /// Its sequence in its stream.
    sequence: u64,
    /// Its number among those delivered.
    number: u64,
    at: Option<Time>,
}

/// What the subject says that would acknowledge a message:
/// `$JS.ACK.<stream>.<consumer>.<tries>.<sequence>.<number>.<time>.<left>`, or with a domain and an account's hash in front.
fn delivery(message: &Message) -> Option<Delivery> {
    let tokens: Vec<&str> = message.reply.as_ref()?.split('.').collect();
    let at = match tokens.len() {
        9 => 5,
        11.. => 7,
        _ => return None,
    };
    let at_nanos = tokens[at + 2].parse().ok().map(Time::from_timestamp_nanos);
    Some(Delivery { sequence: tokens[at].parse().ok()?, number: tokens[at + 1].parse().ok()?, at: at_nanos })
}

/// # Errors
/// What `JetStream` said.
pub fn refuse_errors(link: &ServerLink, answer: &Json) -> Result<()> {
    if answer["error"].is_null() { Ok(()) } else { Err(link.refused(words_of(&answer["error"]))) }
}
