//! A log on a NATS server: one `JetStream` stream a tenant, a message a record; a record's position is its sequence in the
//! stream. docs/nats.md specifies what is stored.

mod append;
mod chain;
mod link;
#[cfg(feature = "import")]
#[cfg_attr(not(feature = "tui"), allow(dead_code))]
mod messages;
mod names;
mod read;
mod runtime;
mod stream;

#[cfg(feature = "import")]
pub use messages::{KeyOperation, NatsMessages, PutOutcome, StreamFacts};
#[cfg(feature = "import")]
pub use stream::StreamMessage;

use super::follow::{News, NoticeWaiter};
use super::server::{NatsAccess, NatsAddress};
use super::{AppendId, Follow, Log, LogBatch, LogIdentity};
use crate::record::{Entry, Position, Record, TenantId};
use crate::{Error, Result};
use futures_util::StreamExt as _;
use link::ServerLink;
use names::TenantNames;
use runtime::wait;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use stream::{ServerStream, refuse_errors};

/// Where a stream keeps its tenant's name, and the format of its messages.
const TENANT: &str = "asof.tenant";
const FORMAT: &str = "asof.format";
/// The format written here, and the newest one read.
const NEWEST: u64 = 1;

/// All tenants' logs on a NATS server with `JetStream`.
///
/// An append is acknowledged when the stream's leader has it, and in a cluster a majority of the copies. When that is on a
/// disk is up to the server's setting `sync_interval`, which a client cannot read: after two minutes by default.
pub struct NatsLog {
    shared: Arc<NatsShared>,
}

/// A tenant's stream.
struct TenantStream {
    names: TenantNames,
    messages: ServerStream,
}

/// What work on the runtime holds on to.
struct NatsShared {
    link: ServerLink,
    address: NatsAddress,
    news: Arc<News>,
    streams: Mutex<HashMap<TenantId, Arc<TenantStream>>>,
    /// Tenants whose notices are listened for already; `None` for all.
    heard: Mutex<Vec<Option<TenantId>>>,
}

impl NatsLog {
    /// Connects to the servers of a recording. Creates nothing.
    ///
    /// # Errors
    /// `ServerLost` when none is there; `ServerRefused` when none lets the user in, or it is too old.
    pub fn connect(address: &NatsAddress, access: &NatsAccess) -> Result<Self> {
        let news = Arc::new(News::default());
        let (of, how, tell) = (address.clone(), access.clone(), Arc::clone(&news));
        let link = wait(async move { ServerLink::connect(of.to_string(), &of, &how, tell).await })?;
        let (streams, heard) = Default::default();
        Ok(Self { shared: Arc::new(NatsShared { link, address: address.clone(), news, streams, heard }) })
    }

    /// Runs work on the connection, and waits for it.
    fn on<T, W>(&self, work: impl FnOnce(Arc<NatsShared>) -> W) -> Result<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T>> + Send + 'static,
    {
        wait(work(Arc::clone(&self.shared)))
    }

    /// The same for one tenant's stream.
    fn on_stream<T, W>(
        &self,
        tenant: &TenantId,
        work: impl FnOnce(Arc<NatsShared>, Arc<TenantStream>, TenantId) -> W,
    ) -> Result<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T>> + Send + 'static,
    {
        let stream = self.shared.stream(tenant);
        self.on(|shared| work(shared, stream, tenant.clone()))
    }
}

impl NatsShared {
    fn stream(&self, tenant: &TenantId) -> Arc<TenantStream> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let names = TenantNames::of(&self.address.prefix, tenant);
            Arc::new(TenantStream { messages: ServerStream::new(names.stream.clone(), None), names })
        };
        Arc::clone(streams.entry(tenant.clone()).or_insert_with(new))
    }

    /// The tenants of all streams below the prefix.
    async fn tenants(&self) -> Result<Vec<TenantId>> {
        let mut tenants = Vec::new();
        let mut offset = 0;
        loop {
            let asked = json!({ "offset": offset, "subject": format!("{}.*.*", self.address.prefix) });
            let listed = self.link.ask("STREAM.LIST", &asked).await?;
            refuse_errors(&self.link, &listed)?;
            let streams = listed["streams"].as_array().map_or(&[][..], Vec::as_slice);
            // In one without messages nothing was ever appended.
            for stream in streams.iter().filter(|stream| stream["state"]["last_seq"].as_u64() > Some(0)) {
                tenants.extend(self.tenant_of(&stream["config"])?);
            }
            offset += streams.len() as u64;
            if streams.is_empty() || offset >= listed["total"].as_u64().unwrap_or(0) {
                break;
            }
        }
        tenants.sort();
        Ok(tenants)
    }

    /// Tenants that were named here, sorted.
    fn named(&self) -> Vec<TenantId> {
        let mut named: Vec<_> = self.streams.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        named.sort();
        named
    }

    /// Those of them that are there: all that someone knows of who may not list them.
    async fn existing(&self) -> Result<Vec<TenantId>> {
        let mut existing = Vec::new();
        for tenant in self.named() {
            if self.stream(&tenant).messages.is_used(&self.link).await.unwrap_or(false) {
                existing.push(tenant);
            }
        }
        Ok(existing)
    }

    /// Whose log a stream is, if it is one.
    fn tenant_of(&self, config: &Json) -> Result<Option<TenantId>> {
        let Some(name) = config["metadata"][TENANT].as_str() else { return Ok(None) };
        let format = config["metadata"][FORMAT].as_str().and_then(|format| format.parse().ok()).unwrap_or(0);
        if format > NEWEST {
            let why = format!("its streams have format {format}, newer than this asof reads (up to {NEWEST})");
            return Err(self.link.refused(why));
        }
        let tenant = TenantId::from(name);
        let is_own = config["name"].as_str() == Some(&*TenantNames::of(&self.address.prefix, &tenant).stream);
        Ok(is_own.then_some(tenant))
    }

    /// Makes a tenant's stream, or finds it made.
    async fn create(&self, stream: &TenantStream, tenant: &TenantId) -> Result<()> {
        let replicas = self.address.replicas.unwrap_or_else(|| self.link.usual_replicas());
        let config = json!({
            "name": stream.names.stream, "subjects": [stream.names.all], "retention": "limits", "storage": "file",
            "discard": "new", "num_replicas": replicas, "max_consumers": -1, "max_msgs": -1, "max_bytes": -1,
            "max_age": 0, "max_msgs_per_subject": -1, "max_msg_size": -1,
            "metadata": { TENANT: &*tenant.0, FORMAT: NEWEST.to_string() },
        });
        let made = self.link.ask(&format!("STREAM.CREATE.{}", stream.names.stream), &config).await?;
        // Somebody else's settings are kept.
        if made["error"]["err_code"] == 10_058 { Ok(()) } else { refuse_errors(&self.link, &made) }
    }

    /// Tells of notices from now on.
    async fn hear(self: Arc<Self>, tenant: Option<TenantId>) -> Result<()> {
        let subject = match &tenant {
            Some(tenant) => self.stream(tenant).names.notices.clone(),
            None => format!("{}.*", self.address.prefix),
        };
        // Who may not listen looks again and again.
        let Ok(mut notices) = self.link.client.subscribe(subject).await else { return Ok(()) };
        let (news, of) = (Arc::clone(&self.news), tenant.map(|tenant| tenant.0.to_string()));
        drop(self);
        tokio::spawn(async move {
            while notices.next().await.is_some() {
                news.notify(of.as_deref());
            }
        });
        Ok(())
    }
}

impl Log for NatsLog {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        self.on(|shared| async move {
            match shared.tenants().await {
                Err(Error::ServerRefused { .. }) if !shared.named().is_empty() => shared.existing().await,
                listed => listed,
            }
        })
    }

    fn has(&self, tenant: &TenantId) -> Result<bool> {
        self.on_stream(tenant, |shared, stream, _| async move { stream.messages.is_used(&shared.link).await })
    }

    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        let (id, entries) = (id.clone(), entries.to_vec());
        self.on_stream(tenant, |shared, stream, tenant| async move {
            append::append(&shared, &stream, &tenant, expected, &id, &entries).await
        })
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        self.on_stream(tenant, |shared, stream, _| async move { read::last(&shared.link, &stream.messages).await })
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        self.on_stream(tenant, move |shared, stream, tenant| async move {
            read::read(&shared.link, &stream.messages, &tenant, after, limit).await
        })
    }

    fn record(&self, tenant: &TenantId, position: Position) -> Result<Arc<Record>> {
        self.on_stream(tenant, move |shared, stream, tenant| async move {
            read::record(&shared.link, &stream.messages, &tenant, position).await
        })
    }

    fn follow(&self, tenant: Option<&TenantId>) -> Box<dyn Follow> {
        let waiter = NoticeWaiter::new(Arc::clone(&self.shared.news), tenant.map(|tenant| tenant.0.to_string()));
        let tenant = tenant.cloned();
        let mut heard = self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if !heard.contains(&tenant) {
            heard.push(tenant.clone());
            // Where nothing is heard, who waits looks each second.
            let _looks_each_second = self.on(|shared| shared.hear(tenant));
        }
        Box::new(waiter)
    }

    fn identity(&self, tenant: &TenantId) -> Result<Option<LogIdentity>> {
        self.on_stream(tenant, |shared, stream, _| async move { stream.messages.identity(&shared.link).await })
    }

    fn release(&self, tenant: &TenantId) {
        self.shared.streams.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
    }
}

/// The error of history that the server has removed.
fn removed(tenant: &TenantId, position: u64, first: u64) -> Error {
    Error::Removed { tenant: tenant.0.to_string(), position, first }
}
