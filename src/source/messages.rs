//! Messages on a NATS server as a source: each is one JSON text, of which a recipe makes a state.
//!
//! Of a bucket, `{"key":…,"operation":"put","revision":…,"time":…,"value":…}`, read by the recipe `nats-kv`; of a stream,
//! `{"subject":…,"sequence":…,"time":…,"headers":…,"data":…}`, or its payloads alone. Must not name: `recording`.

#[cfg(feature = "nats")]
mod lines;

use crate::Result;
use crate::import::{ItemSink, ReadAs};
use crate::log::NatsSource;
use crate::record::TenantId;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The recipe of buckets.
pub(super) const BUCKET_RECIPE: &str = "nats-kv";

/// How far messages are read.
#[derive(Clone)]
pub(super) enum ReadUntil {
    /// To the last one there is at the beginning.
    Now,
    /// Until this is set: what comes is waited for.
    #[cfg_attr(not(feature = "nats"), expect(dead_code, reason = "nothing is read without a server"))]
    Over(Arc<AtomicBool>),
}

/// Reads messages, and says first what the server has not kept.
///
/// # Errors
/// When there is no such bucket or stream, the server refuses, or is lost; those of [`import::read_as`](crate::import::read_as).
#[cfg(feature = "nats")]
pub(super) fn read(
    source: &NatsSource,
    until: ReadUntil,
    tenant: &TenantId,
    how: &ReadAs<'_>,
    sink: &mut ItemSink<'_>,
) -> Result<()> {
    use crate::import::{ImportInput, read_as};
    let messages = super::server::connect_messages(source)?;
    let facts = messages.facts()?;
    if let Some(note) = lines::removed(source, &facts, tenant)
        && sink(note).is_break()
    {
        return Ok(());
    }
    let failure = Arc::default();
    let lines = lines::MessageLines::new(messages, source.kind.clone(), facts.last, until, Arc::clone(&failure));
    let read = ImportInput::new(&source.to_string(), lines).and_then(|input| {
        let input = input.for_tenant(tenant.clone());
        read_as(input, how, sink)
    });
    // What became of the server says more than that reading ended.
    failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take().map_or(read, Err)
}

#[cfg(not(feature = "nats"))]
pub(super) fn read(
    source: &NatsSource,
    _: ReadUntil,
    _: &TenantId,
    _: &ReadAs<'_>,
    _: &mut ItemSink<'_>,
) -> Result<()> {
    Err(super::server::without_nats(source))
}

/// What tells messages from others, and from fewer; `None` where the server cannot be asked.
#[cfg(feature = "nats")]
pub(super) fn state(source: &NatsSource) -> Option<String> {
    let facts = super::server::connect_messages(source).and_then(|messages| messages.facts()).ok()?;
    Some(format!("{} {} {}", facts.generation, facts.held, facts.last))
}

#[cfg(not(feature = "nats"))]
pub(super) fn state(_: &NatsSource) -> Option<String> {
    None
}
