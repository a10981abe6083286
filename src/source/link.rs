//! Links: a source and what is looked at there, as one text that travels: `asof:///srv/shop.asof#v=812&path=.cart`.
//!
//! After `asof://` stands a source as on the command line, after `#` what is shown, as `NAME=VALUE` joined by `&`; names may stand
//! several times, and their order counts. The source and every value are percent-encoded UTF-8 (RFC 3986, section 2.1). What the
//! names mean is for whoever shows it.

use crate::escape::in_quotes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;

/// What a link begins with.
const SCHEME: &str = "asof://";

/// Everything that chats and mail end a link at, or change.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

/// A source and what is looked at there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// A source as on the command line.
    pub source: String,
    /// What is shown: names and their values.
    pub parts: Vec<(String, String)>,
}

impl Link {
    /// Reads a link; `None` for a text that is none. O(bytes).
    ///
    /// # Errors
    /// A sentence, when it begins as one and cannot be read.
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let rest = text.strip_prefix(SCHEME)?;
        let (source, parts) = rest.split_once('#').unwrap_or((rest, ""));
        Some(Self::read(source, parts))
    }

    fn read(source: &str, parts: &str) -> Result<Self, String> {
        let source = decoded(source)?;
        if source.is_empty() || source == "-" {
            return Err("the link names no source; a link is asof://SOURCE#v=VERSION&path=PATH".to_owned());
        }
        let part = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decoded(name)?, decoded(value)?))
        };
        let parts = parts.split('&').filter(|text| !text.is_empty()).map(part).collect::<Result<_, String>>()?;
        Ok(Self { source, parts })
    }

    /// The last value that a name has.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.parts.iter().rev().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", utf8_percent_encode(&self.source, ENCODED))?;
        for (at, (name, value)) in self.parts.iter().enumerate() {
            let between = if at == 0 { '#' } else { '&' };
            write!(f, "{between}{}={}", utf8_percent_encode(name, ENCODED), utf8_percent_encode(value, ENCODED))?;
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Result<String, String> {
    let bytes = percent_decode_str(text).collect::<Vec<u8>>();
    String::from_utf8(bytes).map_err(|_| format!("{} in the link is not percent-encoded UTF-8", in_quotes(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, source: &str, parts: &[(&str, &str)]) {
        let parts = parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(Link::parse(text), Some(Ok(Link { source: source.to_owned(), parts })), "{text}");
    }

    #[test]
    fn a_link_is_a_source_and_what_is_shown() {
        check("asof:///srv/shop.asof", "/srv/shop.asof", &[]);
        check("asof:///srv/shop.asof#", "/srv/shop.asof", &[]);
        check("asof://demo:ab#v=3&path=.a%5B0%5D", "demo:ab", &[("v", "3"), ("path", ".a[0]")]);
        check("asof://git:/r/c%23.json#lane=.a&lane=.b", "git:/r/c#.json", &[("lane", ".a"), ("lane", ".b")]);
        check("asof:///a#flag&&v=1=2", "/a", &[("flag", ""), ("v", "1=2")]);
    }

    #[test]
    fn what_is_no_link_is_not_taken_for_one() {
        for text in ["shop.asof", "", "asof:/x", "http://x", "ASOF://x"] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
        for text in ["asof://", "asof://#v=1", "asof://-", "asof://%2d", "asof:///a%ff", "asof:///a#path=%c3"] {
            assert!(Link::parse(text).is_some_and(|read| read.is_err()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(source in "[^-].*", parts in prop::collection::vec((".+", ".*"), 0..5)) {
            let link = Link { source, parts };
            let text = link.to_string();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{}", text);
            prop_assert_eq!(Link::parse(&text), Some(Ok(link)));
        }
    }
}
