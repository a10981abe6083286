//! Recordings and messages on a server: where it is, and how one logs in there.
//!
//! Who logs in is what NATS users have already: a context of the `nats` program, or the variables that it reads.

use crate::error::{Error, Result};
use crate::escape::in_quotes;
use crate::log::{NatsAddress, NatsSource};
use crate::recording::Recording;
use serde_json::Value as Json;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The context that was asked for by name.
static CONTEXT: OnceLock<String> = OnceLock::new();

/// Logs in with a context of the `nats` program from now on (`--nats-context`).
#[cfg(feature = "nats")]
pub fn use_nats_context(name: &str) {
    // The first one stays: a program has one command line.
    let _said_before = CONTEXT.set(name.to_owned());
}

/// Reads an address; one without a host, `nats:///PREFIX`, is at the servers of the context, or of `$NATS_URL`.
///
/// # Errors
/// `Usage`; when the context cannot be read.
pub fn address(text: &str) -> Result<NatsAddress> {
    NatsAddress::parse(&with_host(text, "nats")?)
}

/// Reads the address of a bucket or a stream, likewise.
///
/// # Errors
/// `Usage`; when the context cannot be read.
pub fn messages_address(text: &str) -> Result<NatsSource> {
    let scheme = text.split_once("://").map_or(text, |(scheme, _)| scheme);
    NatsSource::parse(&with_host(text, scheme)?)
}

/// The same address with the hosts of the context, where it names none.
fn with_host(text: &str, scheme: &str) -> Result<String> {
    let Some(rest) = text.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(":///")) else {
        return Ok(text.to_owned());
    };
    let servers = context()?.and_then(|context| text_of(&context, "url")).or_else(|| variable("NATS_URL"));
    let none = || Error::Usage(format!("{text}: it names no host. Name one, or choose a context with --nats-context"));
    let servers = servers.ok_or_else(none)?;
    let servers = servers.trim_end_matches('/');
    // What is read of a server is told from a recording there by the scheme alone.
    let servers = if scheme == "nats" { servers.to_owned() } else { hosts(servers, scheme) };
    Ok(format!("{servers}/{rest}"))
}

/// `nats://a,nats://b` under another scheme: `nats-kv://a,b`.
fn hosts(servers: &str, scheme: &str) -> String {
    let hosts = servers.split(',').map(|server| server.split_once("://").map_or(server, |(_, host)| host));
    format!("{scheme}://{}", hosts.collect::<Vec<_>>().join(","))
}

/// Connects to a recording.
///
/// # Errors
/// When no server is there, or does not let the user in; when this program has no NATS.
#[cfg(feature = "nats")]
pub fn open(address: &NatsAddress) -> Result<Recording> {
    Recording::connect(address, &access()?)
}

/// Connects to a bucket or a stream.
///
/// # Errors
/// As [`open`]; when there is none of this name.
#[cfg(feature = "nats")]
pub fn connect_messages(source: &NatsSource) -> Result<crate::log::NatsMessages> {
    crate::log::NatsMessages::connect(source, &access()?)
}

#[cfg(not(feature = "nats"))]
pub fn open(address: &NatsAddress) -> Result<Recording> {
    Err(without_nats(address))
}

#[cfg(not(feature = "nats"))]
pub fn without_nats(address: &dyn std::fmt::Display) -> Error {
    Error::Usage(format!("{address}: this asof is built without NATS. Build it with the cargo feature nats"))
}

/// How one logs in: as the context says, else the variables of the `nats` program.
#[cfg(feature = "nats")]
fn access() -> Result<crate::log::NatsAccess> {
    let context = context()?.unwrap_or(Json::Null);
    let of = |name: &str, said: &str| text_of(&context, name).or_else(|| variable(said));
    let file = |name: &str, said: &str| of(name, said).map(expanded);
    let seed = |path: PathBuf| std::fs::read_to_string(&path).map_err(Error::io("read", &path));
    Ok(crate::log::NatsAccess {
        credentials: file("creds", "NATS_CREDS"),
        nkey: file("nkey", "NATS_NKEY").map(seed).transpose()?.map(|seed| seed.trim().to_owned()),
        user: of("user", "NATS_USER").zip(of("password", "NATS_PASSWORD")),
        token: of("token", "NATS_TOKEN"),
        authority: file("ca", "NATS_CA"),
        certificate: file("cert", "NATS_CERT").zip(file("key", "NATS_KEY")),
        tls_first: context["tls_first"] == true,
        inbox: of("inbox_prefix", "NATS_INBOX_PREFIX"),
        domain: text_of(&context, "jetstream_domain"),
    })
}

/// The context that is asked for: by its name here, by `$NATS_CONTEXT`, else none.
fn context() -> Result<Option<Json>> {
    let Some(name) = CONTEXT.get().cloned().or_else(|| variable("NATS_CONTEXT")) else { return Ok(None) };
    if name.contains('/') || name.starts_with('.') {
        return Err(Error::Usage(format!("{} is not the name of a NATS context", in_quotes(&name))));
    }
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = folder.or_else(|| Some(std::env::home_dir()?.join(".config")));
    let folder = folder.ok_or_else(|| Error::Usage("no home directory, so no NATS contexts".into()))?;
    let path = folder.join("nats/context").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let broken = |why: serde_json::Error| Error::Format { file: path.display().to_string(), why: why.to_string() };
    serde_json::from_str(&text).map(Some).map_err(broken)
}

fn text_of(context: &Json, name: &str) -> Option<String> {
    context[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

#[cfg(feature = "nats")]
fn expanded(path: String) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => path.into(),
    }
}
