//! Reading a stream as a log: appends that are not in it as a whole are passed over, and what retention has cut is said.
//!
//! Must not name: files.

use super::chain::Stored;
use super::link::ServerLink;
use super::removed;
use super::stream::{ServerStream, StreamExtent};
use crate::Result;
use crate::log::{Damage, LogBatch, decode_record, no_record};
use crate::record::{Position, Record, TenantId};
use std::sync::Arc;

/// Bytes of records in one batch, about: large ones come in more batches.
const BYTES: usize = 16 << 20;

/// The last record.
pub async fn last(link: &ServerLink, stream: &ServerStream) -> Result<Position> {
    let Some(extent) = stream.extent(link).await? else { return Ok(Position(0)) };
    last_within(link, stream, extent).await
}

/// The last record of a stream that ends there.
pub async fn last_within(link: &ServerLink, stream: &ServerStream, extent: StreamExtent) -> Result<Position> {
    let mut at = extent.last;
    while at >= extent.first.max(1) {
        match stored(link, stream, at).await? {
            // Where an append is the only one there, or the last of its messages is, it is whole.
            Some(message) if message.end() == at && !message.is_piece => return Ok(Position(at)),
            // An append that was broken off; of one that lost against another, only some messages may be there.
            Some(message) => {
                let first = stored(link, stream, message.start()).await?;
                let is_all = first.is_some_and(|first| first.begins(&message));
                at = if is_all { message.start() - 1 } else { at - 1 };
            }
            None => at -= 1,
        }
    }
    Ok(Position(0))
}

/// The message at a sequence.
async fn stored(link: &ServerLink, stream: &ServerStream, sequence: u64) -> Result<Option<Stored>> {
    Ok(stream.get(link, sequence).await?.map(Stored::of))
}

/// Records behind a position.
pub async fn read(
    link: &ServerLink,
    stream: &ServerStream,
    tenant: &TenantId,
    after: Position,
    limit: usize,
) -> Result<LogBatch> {
    let mut batch = LogBatch::of(Vec::new());
    let Some(extent) = stream.extent(link).await? else { return Ok(batch) };
    batch.damage.extend(cut_off(link, stream, after, extent));
    let mut next = after.0.saturating_add(1).max(extent.first);
    let (mut known, mut bytes) = (KnownEnd::default(), 0);
    while batch.records.len() < limit && next <= extent.last && bytes < BYTES {
        let wanted = (limit - batch.records.len()) as u64;
        let messages = stream.range(link, next, extent.last, wanted).await?;
        let messages: Vec<Stored> = messages.into_iter().map(Stored::of).collect();
        let Some(end) = messages.last() else { break };
        next = end.sequence + 1;
        for message in &messages {
            if message.is_piece || !known.is_whole(link, stream, message, &messages, extent.last).await? {
                continue;
            }
            let record = decode(link, stream, tenant, message).await?;
            bytes += message.payload.len() * message.pieces.map_or(1, |(_, count)| count as usize + 1);
            batch.records.push(Arc::new(record));
        }
    }
    batch.progress = share(next - 1, extent.last);
    Ok(batch)
}

/// The record at a position.
pub async fn record(
    link: &ServerLink,
    stream: &ServerStream,
    tenant: &TenantId,
    position: Position,
) -> Result<Arc<Record>> {
    let message = match position.0 {
        0 => None,
        at => stored(link, stream, at).await?,
    };
    let Some(message) = message else {
        let extent = stream.extent(link).await?.unwrap_or_default();
        let is_removed = position.0 > 0 && position.0 < extent.first;
        return Err(if is_removed { removed(tenant, position.0, extent.first) } else { no_record(tenant, position) });
    };
    let mut known = KnownEnd::default();
    if message.is_piece || !known.is_whole(link, stream, &message, &[], u64::MAX).await? {
        return Err(no_record(tenant, position));
    }
    decode(link, stream, tenant, &message).await.map(Arc::new)
}

/// What is missing at the beginning, where a reader has not read it.
fn cut_off(link: &ServerLink, stream: &ServerStream, after: Position, extent: StreamExtent) -> Option<Damage> {
    let first = extent.first.max(1);
    (after.0 < first - 1).then(|| Damage {
        file: format!("{} stream {}", link.server, stream.name).into(),
        offset: 0,
        length: 0,
        after,
        why: format!("history before position {first} was removed by the stream's retention"),
        torn: false,
    })
}

/// Reads a message's record.
async fn decode(link: &ServerLink, stream: &ServerStream, tenant: &TenantId, message: &Stored) -> Result<Record> {
    let mut line = message.payload.clone();
    if let Some((first, count)) = message.pieces {
        for at in first..first + count {
            let piece = stream.get(link, at).await?;
            let piece = piece.ok_or_else(|| removed(tenant, at, message.sequence))?;
            line.extend_from_slice(&piece.payload);
        }
    }
    let record = decode_record(&line);
    Ok(Record { position: Position(message.sequence), ..record })
}

/// The append that was looked at last, and whether it is in the stream as a whole.
#[derive(Default)]
struct KnownEnd(Option<(Stored, bool)>);

impl KnownEnd {
    /// Whether the append of a message is in the stream as a whole. `read` are messages that were read already.
    async fn is_whole(
        &mut self,
        link: &ServerLink,
        stream: &ServerStream,
        message: &Stored,
        read: &[Stored],
        last: u64,
    ) -> Result<bool> {
        let end = message.end();
        if message.place.is_none() {
            return Ok(true);
        }
        if let Some((known, is_whole)) = &self.0
            && known.end() == end
            && known.place.as_ref().map(|place| &place.id) == message.place.as_ref().map(|place| &place.id)
        {
            return Ok(*is_whole);
        }
        let is_whole = match read.binary_search_by_key(&end, |message| message.sequence) {
            Ok(at) => read[at].ends(message),
            Err(_) if end > last => false,
            Err(_) => stored(link, stream, end).await?.is_some_and(|found| found.ends(message)),
        };
        self.0 = Some((message.clone(), is_whole));
        Ok(is_whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown, not computed with")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
