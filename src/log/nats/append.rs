//! Appending: each message names the sequence it expects before it, so that one of two writers is refused.
//!
//! Must not name: files.

use super::chain::{NewMessage, messages};
use super::link::{ANSWER, Failure, Patience, words_of};
use super::read;
use super::{NatsShared, TenantStream};
use crate::log::AppendId;
use crate::record::{Entry, Position, TenantId};
use crate::{Error, Result};
use futures_util::StreamExt as _;
use serde_json::Value as Json;
use std::time::Duration;

/// Bytes of a record in one message, at most, and what the server's limit leaves for headers.
const LARGEST: usize = 1 << 20;
const HEADERS: usize = 1024;
/// Messages of one append that wait for their acknowledgement.
const UNDERWAY: usize = 256;
/// How long someone else's unfinished append is waited for.
const UNFINISHED: Duration = Duration::from_millis(300);
/// Positions are below this, so that every JSON reader holds them exactly.
const POSITIONS: u64 = 1 << 53;
/// What `JetStream` answers when the last sequence is another one; the second while an earlier message is under way.
const WRONG_LAST: [u64; 2] = [10_071, 10_164];

/// What became of the messages of an append.
enum Sent {
    Stored,
    /// The stream ends elsewhere.
    Refused,
    /// No stream answered; nothing was stored.
    Absent,
}

/// Appends entries behind `expected`.
pub async fn append(
    shared: &NatsShared,
    stream: &TenantStream,
    tenant: &TenantId,
    expected: Position,
    id: &AppendId,
    entries: &[Entry],
) -> Result<Position> {
    if entries.is_empty() || expected.0 >= POSITIONS {
        let last = read::last(&shared.link, &stream.messages).await?;
        return if last == expected { Ok(last) } else { Err(conflict(expected, last)) };
    }
    let largest = shared.link.client.server_info().max_payload.saturating_sub(HEADERS).clamp(HEADERS, LARGEST);
    let mut patience = Patience::begin();
    let mut base = expected.0;
    loop {
        let (messages, last) = messages(&stream.names, base, id, entries, largest);
        match send(shared, tenant, base, messages).await? {
            Sent::Stored => {
                // Who follows looks by itself where this is lost.
                let _notice = shared.link.client.publish(stream.names.notices.clone(), Vec::new().into()).await;
                return Ok(last);
            }
            Sent::Refused | Sent::Absent => {}
        }
        let Some(extent) = stream.messages.extent(&shared.link).await? else {
            if expected.0 > 0 {
                return Err(conflict(expected, Position(0)));
            }
            shared.create(stream, tenant).await?;
            continue;
        };
        let last = read::last_within(&shared.link, &stream.messages, extent).await?;
        if last != expected {
            return Err(conflict(expected, last));
        }
        // Behind the last record stands an append that was broken off, or one that is under way; or a leader that was just
        // elected is yet to know its stream's end.
        if extent.last != base {
            tokio::time::sleep(UNFINISHED).await;
            let again = stream.messages.extent(&shared.link).await?.unwrap_or(extent);
            base = if again == extent { extent.last } else { base };
            continue;
        }
        patience.wait().await.map_err(|()| unknown(tenant, "the server stores nothing for now".into()))?;
    }
}

fn conflict(expected: Position, actual: Position) -> Error {
    Error::Conflict { expected: expected.0, actual: actual.0 }
}

/// Sends an append that is to begin behind `base`. Its last message says that it is whole, so that one goes when the others
/// are known to stand where they should.
async fn send(shared: &NatsShared, tenant: &TenantId, base: u64, mut messages: Vec<NewMessage>) -> Result<Sent> {
    let Some(last) = messages.pop() else { return Ok(Sent::Stored) };
    let before = messages.len() as u64;
    if before > 0 {
        match send_ahead(shared, tenant, base, messages).await? {
            Sent::Stored => {}
            refused => return Ok(refused),
        }
    }
    match shared.link.request(&last.subject, Some(last.headers), last.payload).await {
        Ok(answer) => acknowledged(shared, tenant, &answer.payload, base + before + 1),
        Err(Failure::Absent) => Ok(Sent::Absent),
        Err(Failure::Unanswered(why)) => Err(unknown(tenant, why)),
        Err(Failure::Final(error)) => Err(error),
    }
}

/// Sends messages one behind the other, without waiting for each, and waits for what becomes of all.
async fn send_ahead(shared: &NatsShared, tenant: &TenantId, base: u64, messages: Vec<NewMessage>) -> Result<Sent> {
    let closed = |error: &dyn std::fmt::Display| unknown(tenant, format!("the connection is closed ({error})"));
    let client = &shared.link.client;
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(format!("{inbox}.*")).await.map_err(|error| closed(&error))?;
    let (mut refusals, subject, count) = (shared.link.refusals(), messages[0].subject.clone(), messages.len());
    let (mut sent, mut stored) = (0, 0);
    let mut waiting = messages.into_iter();
    while stored < count {
        if sent - stored < UNDERWAY
            && let Some(NewMessage { subject, headers, payload }) = waiting.next()
        {
            let reply = format!("{inbox}.{sent}");
            let published = client.publish_with_reply_and_headers(subject, reply, headers, payload.into()).await;
            published.map_err(|error| closed(&error))?;
            sent += 1;
            continue;
        }
        let answer = tokio::select! {
            error = refusals.of(&subject) => return Err(error),
            answer = tokio::time::timeout(ANSWER, answers.next()) => answer,
        };
        let answer = answer.map_err(|_| unknown(tenant, "no answer".into()))?.ok_or_else(|| closed(&"no answers"))?;
        if answer.status.is_some() {
            return Ok(Sent::Absent);
        }
        let number = answer.subject.rsplit('.').next().and_then(|number| number.parse::<u64>().ok());
        let number = number.ok_or_else(|| unknown(tenant, "an answer to something else came".into()))?;
        match acknowledged(shared, tenant, &answer.payload, base + 1 + number)? {
            Sent::Stored => stored += 1,
            refused => return Ok(refused),
        }
    }
    Ok(Sent::Stored)
}

fn unknown(tenant: &TenantId, why: String) -> Error {
    Error::Unknown { tenant: tenant.0.to_string(), why }
}

/// What `JetStream` answered to a message that was to get a sequence.
fn acknowledged(shared: &NatsShared, tenant: &TenantId, answer: &[u8], sequence: u64) -> Result<Sent> {
    let unknown = |why: String| unknown(tenant, why);
    let answer: Json = serde_json::from_slice(answer).map_err(|error| unknown(error.to_string()))?;
    let error = &answer["error"];
    if error.is_null() {
        let stored = answer["seq"].as_u64();
        let elsewhere = || unknown(format!("it was stored as {stored:?} instead of {sequence}"));
        return if stored == Some(sequence) { Ok(Sent::Stored) } else { Err(elsewhere()) };
    }
    if error["err_code"].as_u64().is_some_and(|code| WRONG_LAST.contains(&code)) {
        return Ok(Sent::Refused);
    }
    if error["code"] == 503 {
        return Err(unknown(words_of(error)));
    }
    Err(shared.link.refused(words_of(error)))
}
