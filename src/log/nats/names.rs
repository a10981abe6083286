//! Names of streams and subjects: a tenant's name is data, and may be anything.
//!
//! Must not name: files, `async_nats`.

use crate::bytes::sha256_digits;
use crate::record::TenantId;

/// Longest name of a tenant that names its stream as it is.
const PLAIN: usize = 64;
/// Hex digits for any other.
const DIGITS: usize = 32;

/// Where a tenant's records are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantNames {
    pub stream: String,
    /// Subject of its records.
    pub records: String,
    /// Subject of the pieces of records that are too large for one message.
    pub pieces: String,
    /// All its subjects.
    pub all: String,
    /// Subject of notices that something was appended. No part of the stream.
    pub notices: String,
}

impl TenantNames {
    pub fn of(prefix: &str, tenant: &TenantId) -> Self {
        let token = token(tenant);
        let root = format!("{prefix}.{token}");
        Self {
            stream: format!("{prefix}={token}"),
            records: format!("{root}.r"),
            pieces: format!("{root}.p"),
            all: format!("{root}.*"),
            notices: root,
        }
    }
}

/// Letters, digits, `_` and `-` as they are, so that permissions can be written by hand; other names by their digest.
fn token(tenant: &TenantId) -> String {
    let name = &*tenant.0;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    match !name.is_empty() && name.len() <= PLAIN && name.bytes().all(is_plain) {
        true => name.to_owned(),
        false => format!("={}", sha256_digits(name.as_bytes(), DIGITS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_tenant_has_a_stream_of_its_own() {
        let names = ["shop", "", "a.b", "*", ">", "two words", "caf\u{e9}", "Shop", "=shop"];
        let streams: std::collections::BTreeSet<_> =
            names.iter().map(|name| TenantNames::of("tt", &(*name).into()).stream).collect();
        assert_eq!(streams.len(), names.len());
        assert!(streams.contains("tt=shop"));
        assert!(streams.iter().all(|name| !name.contains(['.', '*', '>', ' ', '/', '\\']) && name.is_ascii()));
    }
}
