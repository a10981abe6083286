//! Where a recording on a server is: `nats://[USER[:PASSWORD]@]HOST[:PORT][,HOST…]/PREFIX[?replicas=N]`.
//!
//! Must not name: files.

mod messages;

pub use messages::{NatsSource, NatsSourceKind};

use crate::{Error, Result};
use std::path::PathBuf;

/// What an address begins with; `tls://` is one that must be encrypted.
const SCHEMES: [&str; 2] = ["nats://", "tls://"];
/// How one is named.
const FORM: &str = "Name a recording as nats://HOST/PREFIX";
/// Longest prefix: it is part of each stream's name.
const LONGEST: usize = 64;

/// A recording on a NATS server: the servers, and the prefix of its streams.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NatsAddress {
    /// Each with its scheme.
    pub servers: Vec<String>,
    /// A user's name and password, or a token alone, as they stand before the first host.
    pub login: Option<(String, Option<String>)>,
    /// What the names of its streams begin with.
    pub prefix: String,
    /// Copies of each stream, where that is said: else 3 in a cluster, and 1 on a single server.
    pub replicas: Option<u8>,
}

impl NatsAddress {
    /// Whether a text is meant as one.
    pub fn is_one(text: &str) -> bool {
        SCHEMES.iter().any(|scheme| text.starts_with(scheme))
    }

    /// Reads an address.
    ///
    /// # Errors
    /// `Usage`, with what is missing.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| wrong(text, why, FORM);
        let scheme = SCHEMES.into_iter().find(|scheme| text.starts_with(scheme));
        let scheme = scheme.ok_or_else(|| wrong("not an address of a NATS server"))?;
        let (place, asked) = text[scheme.len()..].split_once('?').unwrap_or((&text[scheme.len()..], ""));
        let mut address = Self::of_place(text, scheme, place, ("prefix", FORM))?;
        for asked in asked.split('&').filter(|asked| !asked.is_empty()) {
            let count = asked.strip_prefix("replicas=").and_then(|count| count.parse().ok());
            let count = count.filter(|count| (1..=5).contains(count));
            address.replicas = Some(count.ok_or_else(|| wrong("after ? only replicas=1 to replicas=5 is known"))?);
        }
        Ok(address)
    }

    /// Reads `[USER[:PASSWORD]@]HOST[:PORT][,HOST…]/NAME`; errors name what the last part is, and the whole form.
    fn of_place(text: &str, scheme: &str, place: &str, (part, form): (&str, &str)) -> Result<Self> {
        let wrong = |why: &str| wrong(text, why, form);
        let (hosts, prefix) = place.rsplit_once('/').ok_or_else(|| wrong(&format!("it has no {part}")))?;
        let is_plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if prefix.is_empty() || !is_plain || prefix.len() > LONGEST {
            return Err(wrong(&format!("its {part} must be 1 to {LONGEST} letters, digits, _ or -")));
        }
        if hosts.split(',').any(|host| host.rsplit('@').next().is_none_or(str::is_empty)) {
            return Err(wrong("it names no host"));
        }
        let login = hosts.split(',').find_map(|host| host.rsplit_once('@')).map(|(login, _)| {
            let (user, password) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
            (user.to_owned(), password.map(str::to_owned))
        });
        let servers = hosts.split(',').map(|host| format!("{scheme}{}", host_of(host))).collect();
        Ok(Self { servers, login, prefix: prefix.into(), replicas: None })
    }
}

impl std::fmt::Display for NatsAddress {
    /// As it was given, without passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, server) in self.servers.iter().enumerate() {
            f.write_str(if number == 0 { server } else { server.split_once("://").map_or("", |(_, host)| host) })?;
            f.write_str(if number + 1 < self.servers.len() { "," } else { "/" })?;
        }
        f.write_str(&self.prefix)
    }
}

/// What is wrong in an address, and how one is written.
fn wrong(text: &str, why: &str, form: &str) -> Error {
    Error::Usage(format!("{}: {why}. {form}", without_password(text)))
}

/// What stands before an `@` is not shown.
fn without_password(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("nats", text));
    format!("{scheme}://{}", rest.split(',').map(host_of).collect::<Vec<_>>().join(","))
}

fn host_of(place: &str) -> &str {
    place.rsplit_once('@').map_or(place, |(_, host)| host)
}

/// How one logs in to a server, beside what its address says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NatsAccess {
    /// A `.creds` file.
    pub credentials: Option<PathBuf>,
    /// The seed of an nkey.
    pub nkey: Option<String>,
    /// A user's name and password.
    pub user: Option<(String, String)>,
    /// A token to log in with.
    pub token: Option<String>,
    /// Root certificates in a file.
    pub authority: Option<PathBuf>,
    /// A client's certificate and its key, in files.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Whether the connection begins encrypted.
    pub tls_first: bool,
    /// What the subjects of answers begin with, where the user may not read `_INBOX.>`.
    pub inbox: Option<String>,
    /// The domain of `JetStream` on a leaf node.
    pub domain: Option<String>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_servers_and_a_prefix() {
        let one = NatsAddress::parse("nats://h/shop").unwrap();
        assert_eq!((one.servers, &*one.prefix, one.replicas), (vec!["nats://h".to_owned()], "shop", None));
        let many = NatsAddress::parse("tls://ann:s3cret@h1:4222,h2/shop-1?replicas=3").unwrap();
        assert_eq!(many.servers, ["tls://h1:4222", "tls://h2"]);
        assert_eq!(many.login, Some(("ann".into(), Some("s3cret".into()))));
        assert_eq!(many.replicas, Some(3));
        assert_eq!(many.to_string(), "tls://h1:4222,h2/shop-1", "no password is shown");
        for wrong in ["nats://h", "nats://h/", "nats:///shop", "nats://h/a.b", "nats://h/a b", "nats://h/a?replicas=9"]
        {
            let error = NatsAddress::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("nats://HOST/PREFIX"), "{error}");
        }
        let error = NatsAddress::parse("nats://ann:s3cret@h").unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
