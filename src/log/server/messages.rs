//! Where messages are that somebody else keeps on a NATS server: `nats-kv://HOST/BUCKET`, and
//! `nats-stream://HOST/STREAM[?subject=FILTER][&payload]`.

use super::NatsAddress;
use crate::Result;

/// How the address of a bucket, and of a stream, begins.
const BUCKET: &str = "nats-kv://";
const STREAM: &str = "nats-stream://";
/// How both are named.
const FORM: &str = "Name a bucket as nats-kv://HOST/BUCKET, a stream as nats-stream://HOST/STREAM";

/// A bucket of keys and values, or a stream, on a NATS server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NatsSource {
    /// The servers; its prefix is the name of the bucket or the stream.
    pub server: NatsAddress,
    /// Which of the two, and what of it is read.
    pub kind: NatsSourceKind,
}

/// What a [`NatsSource`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NatsSourceKind {
    /// Keys with their values and as many older ones as the bucket keeps: each revision is a version.
    Bucket,
    /// Messages as they were published.
    Stream {
        /// Only those of this subject, in which `*` and `>` are wildcards.
        subject: Option<String>,
        /// Whether only their payloads are read, one a line, instead of objects that say subject, sequence and time too.
        payload: bool,
    },
}

impl NatsSource {
    /// Whether a text is meant as one.
    pub fn is_one(text: &str) -> bool {
        [BUCKET, STREAM].iter().any(|scheme| text.starts_with(scheme))
    }

    /// Reads an address.
    ///
    /// # Errors
    /// `Usage`, with what is wrong in it.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| super::wrong(text, why, FORM);
        let (rest, of_stream) = match (text.strip_prefix(BUCKET), text.strip_prefix(STREAM)) {
            (Some(rest), _) => (rest, false),
            (_, Some(rest)) => (rest, true),
            _ => return Err(wrong("not an address of messages on a NATS server")),
        };
        let (place, asked) = rest.split_once('?').unwrap_or((rest, ""));
        let server = NatsAddress::of_place(text, super::SCHEMES[0], place, ("name", FORM))?;
        let (mut subject, mut payload) = (None, false);
        for asked in asked.split('&').filter(|asked| !asked.is_empty()) {
            match asked.split_once('=') {
                Some(("subject", filter)) if of_stream && is_subject(filter) => subject = Some(filter.to_owned()),
                Some(("subject", _)) if of_stream => return Err(wrong("its subject is none of NATS")),
                None if of_stream && asked == "payload" => payload = true,
                _ if of_stream => return Err(wrong("after ? only subject=SUBJECT and payload are known")),
                _ => return Err(wrong("nothing can follow the name of a bucket")),
            }
        }
        let kind = if of_stream { NatsSourceKind::Stream { subject, payload } } else { NatsSourceKind::Bucket };
        Ok(Self { server, kind })
    }

    /// Whether it is a bucket.
    pub fn is_bucket(&self) -> bool {
        self.kind == NatsSourceKind::Bucket
    }

    /// The name of the bucket or the stream.
    pub fn name(&self) -> &str {
        &self.server.prefix
    }
}

/// Words between dots, without blanks.
fn is_subject(text: &str) -> bool {
    text.split('.').all(|word| !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c.is_control()))
}

impl std::fmt::Display for NatsSource {
    /// As it was given, without passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let server = self.server.to_string();
        let place = server.strip_prefix(super::SCHEMES[0]).unwrap_or(&server);
        let NatsSourceKind::Stream { subject, payload } = &self.kind else { return write!(f, "{BUCKET}{place}") };
        let asked = [subject.as_ref().map(|subject| format!("subject={subject}")), payload.then(|| "payload".into())];
        let asked: Vec<String> = asked.into_iter().flatten().collect();
        let mark = if asked.is_empty() { "" } else { "?" };
        write!(f, "{STREAM}{place}{mark}{}", asked.join("&"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for text in [
            "nats-kv://h/conf",
            "nats-kv://h1:4222,h2/conf-1",
            "nats-stream://h/ORDERS",
            "nats-stream://h/ORDERS?subject=orders.*.new",
            "nats-stream://h/ORDERS?subject=orders.>&payload",
            "nats-stream://h/ORDERS?payload",
        ] {
            let source = NatsSource::parse(text).unwrap();
            assert_eq!((source.to_string(), source.is_bucket()), (text.to_owned(), text.starts_with(BUCKET)));
        }
        assert_eq!(NatsSource::parse("nats-kv://ann:s3cret@h/conf").unwrap().to_string(), "nats-kv://h/conf");
    }

    #[test]
    fn a_wrong_address_says_how_one_is_written_and_no_password() {
        for text in [
            "nats-kv://h",
            "nats-kv://h/",
            "nats-kv:///conf",
            "nats-kv://ann:s3cret@h/a.b",
            "nats-kv://h/conf?subject=a",
            "nats-stream://h/S?subject=",
            "nats-stream://h/S?subject=a..b",
            "nats-stream://h/S?subject=a b",
            "nats-stream://h/S?replicas=3",
            "nats-stream://h/S?payload=1",
        ] {
            let error = NatsSource::parse(text).unwrap_err().to_string();
            assert!(error.contains("nats-stream://HOST/STREAM") && !error.contains("s3cret"), "{error}");
        }
    }
}
