//! The connection to a server: requests with their answers, what the server refuses, and patience while a cluster elects.
//!
//! Must not name: `codec`.

use crate::error::of_system;
use crate::log::follow::News;
use crate::log::server::{NatsAccess, NatsAddress};
use crate::{Error, Result};
use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event, HeaderMap, Message, RequestErrorKind, ServerAddr, ServerError,
};
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// What requests to `JetStream` begin with in the server's own domain.
const USUAL_API: &str = "$JS.API.";
/// How long one request waits for its answer.
pub const ANSWER: Duration = Duration::from_secs(2);
/// How long a server that is there may take to be of use again: a cluster without a leader elects one in 5 to 9 s.
const PATIENCE: Duration = Duration::from_secs(12);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);
/// Refusals that a request may not have looked at yet.
const REFUSALS: usize = 64;
/// The oldest servers that are used: alone, and in a cluster, where older ones lost streams in a crash.
const OLDEST: [u64; 3] = [2, 10, 0];
const OLDEST_IN_CLUSTER: [u64; 3] = [2, 10, 23];

/// A connection to the servers of a recording.
pub struct ServerLink {
    pub client: Client,
    /// How the servers are called in errors.
    pub server: String,
    /// What requests to `JetStream` begin with.
    api: String,
    /// What the subjects of answers begin with.
    inbox: String,
    /// What a server refused, as it said so.
    refusals: broadcast::Sender<Arc<str>>,
}

/// Why a request brought no answer.
pub enum Failure {
    /// Certainly not done: nobody is there to do it, for now.
    Absent,
    /// Done or not.
    Unanswered(String),
    /// Never.
    Final(Error),
}

impl ServerLink {
    /// Connects; `server` is how the servers are called in errors.
    ///
    /// # Errors
    /// `ServerRefused` when it does not let the user in, or is too old; `ServerLost` when it is not there.
    pub async fn connect(server: String, address: &NatsAddress, access: &NatsAccess, news: Arc<News>) -> Result<Self> {
        let (refusals, _) = broadcast::channel(REFUSALS);
        let refused = refusals.clone();
        let options = login(&server, address, access)?.event_callback(move |event| {
            match event {
                Event::ServerError(ServerError::Other(words)) => _ = refused.send(words.into()),
                // Notices may have been missed.
                Event::Connected => news.notify(None),
                _ => {}
            }
            std::future::ready(())
        });
        let servers =
            address.servers.iter().map(|server| server.parse::<ServerAddr>()).collect::<std::io::Result<Vec<_>>>();
        let servers = servers.map_err(|error| Error::Usage(format!("{server}: {error}")))?;
        let connected = tokio::time::timeout(ANSWER * 2, options.connect(servers)).await;
        let client = match connected {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(not_connected(server, &error)),
            Err(_) => return Err(Error::ServerLost { server, why: "no answer".into() }),
        };
        let api = access.domain.as_ref().map_or(USUAL_API.into(), |domain| format!("$JS.{domain}.API."));
        let inbox = access.inbox.clone().unwrap_or_else(|| "_INBOX".into());
        let link = Self { client, server, api, inbox, refusals };
        link.check_version()?;
        Ok(link)
    }

    fn check_version(&self) -> Result<()> {
        let info = self.client.server_info();
        let oldest = if info.cluster.is_some() { OLDEST_IN_CLUSTER } else { OLDEST };
        if version(&info.version) < oldest {
            let where_it_is = if info.cluster.is_some() { "in a cluster" } else { "alone" };
            let [major, minor, patch] = oldest;
            let found = &info.version;
            let why = format!("its version is {found}, and {where_it_is} at least {major}.{minor}.{patch} is needed");
            return Err(self.refused(why));
        }
        if info.jetstream { Ok(()) } else { Err(self.refused("it runs without JetStream")) }
    }

    /// Copies of a new stream, unless something else was asked for.
    pub fn usual_replicas(&self) -> u8 {
        if self.client.server_info().cluster.is_some() { 3 } else { 1 }
    }

    pub fn refused(&self, why: impl Into<String>) -> Error {
        Error::ServerRefused { server: self.server.clone(), why: why.into() }
    }

    pub fn lost(&self, why: impl Into<String>) -> Error {
        Error::ServerLost { server: self.server.clone(), why: why.into() }
    }

    /// What is told of refusals from now on.
    pub fn refusals(&self) -> Refusals<'_> {
        Refusals { link: self, told: self.refusals.subscribe() }
    }

    /// One request, once.
    pub async fn request(
        &self,
        subject: &str,
        headers: Option<HeaderMap>,
        payload: Vec<u8>,
    ) -> Result<Message, Failure> {
        let mut refusals = self.refusals();
        let request = async_nats::Request::new().payload(payload.into()).timeout(Some(ANSWER));
        let request = match headers {
            Some(headers) => request.headers(headers),
            None => request,
        };
        let error = tokio::select! {
            error = refusals.of(subject) => return Err(Failure::Final(error)),
            answer = self.client.send_request(subject.to_owned(), request) => match answer {
                Ok(message) => return Ok(message),
                Err(error) => error,
            },
        };
        Err(match error.kind() {
            RequestErrorKind::NoResponders => Failure::Absent,
            RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                Failure::Final(self.refused(error.to_string()))
            }
            _ => Failure::Unanswered(error.to_string()),
        })
    }

    /// A request to `JetStream` that may be done twice: tried again while nobody answers. Errors of `JetStream` are part of the
    /// answer, but for those that pass.
    ///
    /// # Errors
    /// `ServerRefused`, `ServerLost`.
    pub async fn ask(&self, what: &str, payload: &Json) -> Result<Json> {
        let subject = format!("{}{what}", self.api);
        let mut patience = Patience::begin();
        loop {
            let why = match self.request(&subject, None, payload.to_string().into_bytes()).await {
                Ok(message) => match serde_json::from_slice::<Json>(&message.payload) {
                    Ok(answer) if answer["error"]["code"] == 503 => words_of(&answer["error"]),
                    Ok(answer) => return Ok(answer),
                    Err(error) => return Err(self.refused(format!("its answer cannot be read ({error})"))),
                },
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Absent) => "JetStream does not answer".to_owned(),
                Err(Failure::Unanswered(why)) => why,
            };
            patience.wait().await.map_err(|()| self.lost(why))?;
        }
    }

    /// Where a message is published whose subject is one of a stream's: in another domain, through that one's interface.
    #[cfg(feature = "import")]
    pub fn published(&self, subject: &str) -> String {
        if self.api == USUAL_API { subject.to_owned() } else { self.api(subject) }
    }

    /// Subject of a request to `JetStream`.
    pub fn api(&self, what: &str) -> String {
        format!("{}{what}", self.api)
    }
}

/// What the server refuses while something is asked of it: it does not answer then, but says so beside.
pub struct Refusals<'a> {
    link: &'a ServerLink,
    told: broadcast::Receiver<Arc<str>>,
}

impl Refusals<'_> {
    /// Waits for a refusal of a request to `subject`, or of its answers. The server's own words name subjects, and with
    /// them tenants, so they are not repeated.
    pub async fn of(&mut self, subject: &str) -> Error {
        loop {
            match self.told.recv().await {
                Ok(words) if is_of(&words, subject, &self.link.inbox) => {
                    return self.link.refused("the user has no permission for this");
                }
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Whether a server's words refuse a request: publishing its subject, or reading answers.
fn is_of(words: &str, subject: &str, inbox: &str) -> bool {
    let asked = words.contains(&format!("\"{subject}\""));
    words.contains("Permissions Violation") && (asked || words.contains(&format!("Subscription to \"{inbox}.")))
}

/// How long a passing failure is borne.
pub struct Patience(Instant);

impl Patience {
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// When there was time enough.
    pub async fn wait(&mut self) -> Result<(), ()> {
        if self.0.elapsed() > PATIENCE {
            return Err(());
        }
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }
}

/// An error of `JetStream` in words.
pub fn words_of(error: &Json) -> String {
    error["description"].as_str().unwrap_or("an error without a message").to_owned()
}

fn login(server: &str, address: &NatsAddress, access: &NatsAccess) -> Result<ConnectOptions> {
    let mut options = ConnectOptions::new()
        .name("asof")
        .connection_timeout(ANSWER)
        .request_timeout(Some(ANSWER))
        .require_tls(access.authority.is_some() || access.certificate.is_some() || access.tls_first);
    let unreadable = |path: &std::path::Path, error: &dyn std::fmt::Display| Error::Format {
        file: path.display().to_string(),
        why: format!("cannot be used to log in to {server}: {error}"),
    };
    if let Some(path) = &access.credentials {
        let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
        options = options.credentials(&text).map_err(|error| unreadable(path, &error))?;
    }
    if let Some(seed) = &access.nkey {
        options = options.nkey(seed.clone());
    }
    options = match (&address.login, &access.user) {
        (Some((user, Some(password))), _) | (None, Some((user, password))) => {
            options.user_and_password(user.clone(), password.clone())
        }
        (Some((token, None)), _) => options.token(token.clone()),
        (None, None) => options,
    };
    if let Some(token) = &access.token {
        options = options.token(token.clone());
    }
    if let Some(path) = &access.authority {
        options = options.add_root_certificates(path.clone());
    }
    if let Some((certificate, key)) = &access.certificate {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    if access.tls_first {
        options = options.tls_first();
    }
    if let Some(inbox) = &access.inbox {
        options = options.custom_inbox_prefix(inbox.clone());
    }
    Ok(options)
}

fn not_connected(server: String, error: &async_nats::ConnectError) -> Error {
    match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            Error::ServerRefused { server, why: "login rejected".into() }
        }
        _ if is_of_encryption(error) => {
            let why = format!("{}; `ca` of a context, or $NATS_CA, names whom else to trust", of_cause(error));
            Error::ServerRefused { server, why }
        }
        _ => Error::ServerLost { server, why: of_cause(error) },
    }
}

/// Whether the two sides did not agree on how to encrypt: rustls wraps its errors in those of reading invalid data.
fn is_of_encryption(error: &async_nats::ConnectError) -> bool {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let is_invalid = |error: &std::io::Error| error.kind() == std::io::ErrorKind::InvalidData;
    error.kind() == ConnectErrorKind::Tls || causes.filter_map(|error| error.downcast_ref()).any(is_invalid)
}

/// What the operating system says where an error comes from it; the error's own words otherwise.
fn of_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let system = std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref());
    system.map_or_else(|| error.to_string(), of_system)
}

/// The numbers of a version: `2.10.23-RC.1` is 2.10.23.
fn version(text: &str) -> [u64; 3] {
    let mut numbers = text.split(['.', '-', '+']).map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(version("2.9.10") < OLDEST && version("2.10.9") < OLDEST_IN_CLUSTER);
        assert!(version("2.10.23-RC.1") >= OLDEST_IN_CLUSTER && version("2.12.8") > OLDEST_IN_CLUSTER);
    }

    #[test]
    fn a_refusal_is_of_its_subject_or_of_all_answers() {
        let publish = "Permissions Violation for Publish to \"$JS.API.STREAM.INFO.tt=shop\"";
        let is_of = |words, subject| is_of(words, subject, "_INBOX");
        assert!(is_of(publish, "$JS.API.STREAM.INFO.tt=shop") && !is_of(publish, "$JS.API.STREAM.INFO.tt=sho"));
        assert!(is_of("Permissions Violation for Subscription to \"_INBOX.x.*\"", "any"));
        assert!(!is_of("Permissions Violation for Subscription to \"tt.*\"", "any"));
        assert!(!is_of("Stale Connection", "any"));
    }
}
