//! One line of a log: the checksum in front, the position behind it; and the first line, the header.
//!
//! Must not name: files, `codec`. docs/log-format.md specifies the bytes.

use super::ids::random;
use crate::record::TenantId;
use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The format written here, and the newest one read.
pub const FORMAT: u64 = 1;

/// Longest line, without its newline. A longer one is damage, and is never written.
pub const MAX_LINE: usize = 256 * 1024 * 1024;

/// Positions are below this, so that every JSON reader holds them exactly.
pub const POSITIONS: u64 = 1 << 53;

/// What every line starts with; eight hex digits and a quote follow.
const START: &[u8] = b"{\"crc\":\"";
/// Bytes before those the checksum covers: `{"crc":"xxxxxxxx"`.
const CHECKED_FROM: usize = START.len() + 9;
/// What follows the position where more records of the same append do.
const MORE: &[u8] = b",\"more\":";

/// Why a line cannot be used, as the end of a sentence about it.
pub type LineFault = String;

/// What the checksums of one log start from, so that bytes left over from another log never pass for its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    number: u32,
    start: u32,
}

impl Seed {
    /// The seed of headers and markers: none, because they are read before a seed is known.
    pub const NONE: Self = Self { number: 0, start: 0 };

    /// A seed of that number.
    pub fn new(number: u32) -> Self {
        Self { number, start: crc32fast::hash(&hex_digits(number)) }
    }

    pub fn number(self) -> u32 {
        self.number
    }

    /// A new seed, unlike that of any log before.
    #[expect(clippy::cast_possible_truncation, reason = "half of the random bits are enough")]
    pub fn random() -> Self {
        Self::new(random() as u32)
    }

    fn crc(self, bytes: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.start);
        hasher.update(bytes);
        hasher.finalize()
    }
}

/// Appends one line to `out`: `members` writes `,"pos":…` and what follows, without the closing brace.
pub fn write_line(out: &mut Vec<u8>, seed: Seed, members: impl FnOnce(&mut Vec<u8>)) {
    write_raw(out, seed, |out| {
        members(out);
        out.push(b'}');
    });
}

/// As [`write_line`]; `rest` writes the closing brace, too.
pub fn write_raw(out: &mut Vec<u8>, seed: Seed, rest: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(START);
    out.extend_from_slice(b"00000000\"");
    rest(out);
    let crc = hex_digits(seed.crc(&out[start + CHECKED_FROM..]));
    out[start + START.len()..start + START.len() + 8].copy_from_slice(&crc);
    out.push(b'\n');
}

/// Where a line says it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope {
    /// The record's position; 0 for a header.
    pub position: u64,
    /// How many records of the same append follow it.
    pub more: u64,
}

impl Envelope {
    /// What the line says, unchecked. O(1).
    pub fn claimed(line: &[u8]) -> Option<Self> {
        Self::split(line).map(|(envelope, _)| envelope)
    }

    /// What the line says, unchecked, and its text behind that. O(1).
    pub fn split(line: &[u8]) -> Option<(Self, &[u8])> {
        let (position, rest) = number_after(line.get(CHECKED_FROM..)?, b",\"pos\":")?;
        match rest.starts_with(MORE) {
            true => number_after(rest, MORE)
                .filter(|(_, rest)| rest.starts_with(b",") || rest.starts_with(b"}"))
                .map(|(more, rest)| (Self { position, more }, rest)),
            false => Some((Self { position, more: 0 }, rest)),
        }
    }

    /// What the line says, after its checksum was found right.
    pub fn checked(line: &[u8], seed: Seed) -> Result<Self, LineFault> {
        check(line, seed)?;
        let position =
            Self::claimed(line).filter(|said| said.position < POSITIONS && said.more < POSITIONS - said.position);
        position
            .ok_or_else(|| "its second member is not \"pos\" with a position below 2^53, and \"more\" a count".into())
    }
}

/// Compares every byte of the line with its checksum; the digits must be lower case, so that no bit of them is free.
fn check(line: &[u8], seed: Seed) -> Result<(), LineFault> {
    let said =
        line.strip_prefix(START).and_then(|rest| rest.split_at_checked(8)).filter(|(_, rest)| rest.starts_with(b"\""));
    let Some((digits, _)) = said else { return Err("it does not start with {\"crc\":\" and eight hex digits".into()) };
    let crc = seed.crc(&line[CHECKED_FROM..]);
    if hex_digits(crc) == digits {
        return Ok(());
    }
    Err(format!("the checksum of its bytes is {crc:08x}, it says {}", digits.escape_ascii()))
}

/// In lower case: each half byte in a byte of its own, the highest first, all eight at once.
fn hex_digits(number: u32) -> [u8; 8] {
    const LANES: u64 = 0x0101_0101_0101_0101;
    let pairs = u64::from(number) | u64::from(number) << 16;
    let bytes = (pairs & 0x0000_ffff_0000_ffff) | (pairs & 0x0000_ffff_0000_ffff) << 8;
    let halves = (bytes & 0x00ff_00ff_00ff_00ff) | (bytes & 0x00ff_00ff_00ff_00ff) << 4;
    let digits = halves & (LANES * 0x0f);
    let letters = (digits + LANES * 6) >> 4 & LANES;
    (digits + LANES * u64::from(b'0') + letters * u64::from(b'a' - b'0' - 10)).to_be_bytes()
}

fn number_after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<(u64, &'a [u8])> {
    let rest = bytes.strip_prefix(name)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at(digits);
    let further = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    let number = digits.iter().try_fold(0, further)?;
    (!digits.is_empty()).then_some((number, rest))
}

/// What the first line of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogHeader {
    /// A log of this format. The marker of a recording names no tenant.
    Good {
        /// What its checksums start from.
        seed: Seed,
        /// Whose log it is.
        tenant: Option<TenantId>,
        /// Positions up to here were cut off by compaction, and that of the first record.
        cut: u64,
        /// Versions up to here were cut off with them, as far as the header says so.
        through: Option<u64>,
    },
    /// Written by a newer asof, in this format.
    Newer(u64),
    /// It cannot be read.
    Damaged(LineFault),
}

impl LogHeader {
    /// Reads the first line of a file, without its newline.
    pub fn read(line: &[u8]) -> Self {
        match Self::try_read(line) {
            Ok(header) => header,
            Err(why) => Self::Damaged(why),
        }
    }

    fn try_read(line: &[u8]) -> Result<Self, LineFault> {
        if Envelope::checked(line, Seed::NONE)?.position != 0 {
            return Err("it is a record, where the header should be".into());
        }
        let members = LineMembers::read(line)?;
        match members.number("asof")? {
            Some(FORMAT) => Ok(Self::Good {
                seed: members.seed()?,
                tenant: members.tenant()?,
                cut: members.cut()?,
                through: members.number("through")?,
            }),
            Some(newer) if newer > FORMAT => Ok(Self::Newer(newer)),
            _ => Err("it has no \"asof\" with the format's number".into()),
        }
    }

    /// Appends a header for `tenant`, or the marker of a recording without one.
    pub fn write(out: &mut Vec<u8>, seed: Seed, tenant: Option<&TenantId>) {
        Self::write_cut(out, seed, tenant, None);
    }

    /// As [`write`](Self::write), for a log whose positions up to a first number, and versions up to a second one, were
    /// cut off.
    pub fn write_cut(out: &mut Vec<u8>, seed: Seed, tenant: Option<&TenantId>, cut: Option<(u64, u64)>) {
        write_line(out, Seed::NONE, |out| {
            out.extend_from_slice(format!(",\"pos\":0,\"asof\":{FORMAT},\"seed\":\"{:08x}\"", seed.number).as_bytes());
            if let Some(tenant) = tenant {
                out.extend_from_slice(b",\"tenant\":");
                write_text(out, &tenant.0);
            }
            if let Some((cut, through)) = cut {
                out.extend_from_slice(format!(",\"cut\":{cut},\"through\":{through}").as_bytes());
            }
        });
    }
}

/// Appends a JSON string.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    // Writing a string to memory has no way to fail.
    let _infallible = serde_json::to_writer(out, text);
}

/// Every member a line may have; others are ignored, so that a later asof of the same format may add some.
const MEMBERS: [&str; 64] = [
    "asof",
    "seed",
    "tenant",
    "pos",
    "id",
    "at",
    "by",
    "origin",
    "branch",
    "tx",
    "step",
    "type",
    "label",
    "patch",
    "state",
    "invalid",
    "deleted",
    "raw",
    "why",
    "to",
    "reason",
    "of",
    "version",
    "name",
    "kind",
    "description",
    "tags",
    "drops",
    "ids",
    "variant",
    "from",
    "baseline",
    "metrics",
    "steps",
    "settings",
    "base",
    "through",
    "heads",
    "values",
    "transactions",
    "writes",
    "kept",
    "cut",
    "v",
    "n",
    "size",
    "created",
    "time_source",
    "cause",
    "src",
    "source_id",
    "message",
    "suspect",
    "numbering",
    "missing",
    "unknown",
    "back",
    "closed",
    "head",
    "left",
    "first",
    "debugger",
    "stands",
    "made",
];

/// The members of one JSON object, found but not yet read.
pub struct LineMembers<'a>([Option<&'a RawValue>; MEMBERS.len()]);

impl<'a> LineMembers<'a> {
    /// Finds the members of a line, or of an object inside it.
    pub fn read(object: &'a [u8]) -> Result<Self, LineFault> {
        let text = std::str::from_utf8(object).map_err(|error| format!("it is not UTF-8: {error}"))?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(MembersVisitor).and_then(|members| reader.end().map(|()| members));
        members.map_err(|error| format!("it is not the JSON expected: {error}"))
    }

    /// A member as it stands.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let index = MEMBERS.iter().position(|known| *known == name)?;
        self.0[index].map(RawValue::get)
    }

    /// A member that is a string.
    pub fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, LineFault> {
        self.get(name).map(|raw| unquote(raw).ok_or_else(|| format!("its \"{name}\" is not a string"))).transpose()
    }

    /// A member that is a whole number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, LineFault> {
        self.get(name).map(|raw| raw.parse().map_err(|_| format!("its \"{name}\" is not a whole number"))).transpose()
    }

    fn seed(&self) -> Result<Seed, LineFault> {
        let digits = self.text("seed")?.filter(|digits| digits.len() == 8);
        let number = digits.and_then(|digits| u32::from_str_radix(&digits, 16).ok());
        number.map(Seed::new).ok_or_else(|| "it has no \"seed\" of eight hex digits".into())
    }

    fn cut(&self) -> Result<u64, LineFault> {
        let cut = self.number("cut")?.unwrap_or(0);
        if cut < POSITIONS { Ok(cut) } else { Err("its \"cut\" is no position: it is not below 2^53".into()) }
    }

    fn tenant(&self) -> Result<Option<TenantId>, LineFault> {
        Ok(self.text("tenant")?.map(|name| TenantId(name.as_ref().into())))
    }
}

/// Texts of arrays from this length on are read twice, so that the list has no more room than it needs.
const LONG: usize = 64 * 1024;

/// Reads an array element by element: no more than one of them is held beside what is made of the others. O(its length).
///
/// # Errors
/// `wrong()` where it is not an array; what `read` answers.
pub fn each<'a, T>(
    array: &'a str,
    wrong: impl FnOnce() -> LineFault,
    mut read: impl FnMut(&'a str) -> Result<T, LineFault>,
) -> Result<Vec<T>, LineFault> {
    let (mut made, mut count, mut failed) = (Vec::new(), 0_usize, None);
    let counted = array.len() < LONG
        || elements(array, |_| {
            count += 1;
            true
        })
        .is_some();
    made.reserve_exact(count);
    let read_all = counted.then(|| {
        elements(array, |element| match read(element) {
            Ok(element) => {
                made.push(element);
                true
            }
            Err(why) => {
                failed = Some(why);
                false
            }
        })
    });
    match (read_all.flatten(), failed) {
        (_, Some(why)) => Err(why),
        (None, None) => Err(wrong()),
        (Some(()), None) => Ok(made),
    }
}

/// Shows each element of an array until one is refused; `None` then, and where it is not an array.
fn elements<'a>(array: &'a str, take: impl FnMut(&'a str) -> bool) -> Option<()> {
    let mut reader = serde_json::Deserializer::from_str(array);
    reader.deserialize_seq(ElementVisitor(take)).and_then(|()| reader.end()).ok()
}

struct ElementVisitor<F>(F);

impl<'de, F: FnMut(&'de str) -> bool> Visitor<'de> for ElementVisitor<F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut array: A) -> Result<(), A::Error> {
        while let Some(element) = array.next_element::<&RawValue>()? {
            if !(self.0)(element.get()) {
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

/// The text of a JSON string; `None` where it is none.
pub fn unquote(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    match memchr::memchr(b'\\', inside.as_bytes()) {
        None => Some(Cow::Borrowed(inside)),
        Some(_) => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = LineMembers<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; MEMBERS.len()];
        while let Some((name, value)) = map.next_entry::<&str, &RawValue>()? {
            if let Some(index) = MEMBERS.iter().position(|known| *known == name)
                && found[index].replace(value).is_some()
            {
                return Err(A::Error::custom(format_args!("\"{name}\" occurs twice")));
            }
        }
        Ok(LineMembers(found))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn header(tenant: &str) -> Vec<u8> {
        let mut out = Vec::new();
        LogHeader::write(&mut out, Seed::new(0x9f8e_7d6c), Some(&tenant.into()));
        assert_eq!(out.pop(), Some(b'\n'));
        out
    }

    #[test]
    fn the_checksum_is_the_one_of_zlib() {
        // "123456789" is the check value every description of CRC-32/ISO-HDLC gives.
        assert_eq!(Seed::NONE.crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(Seed::new(0x1234_5678).crc(b"9"), crc32fast::hash(b"123456789"));
    }

    #[test]
    fn headers_come_back() {
        for tenant in ["main", "", "..", "a/b", "nul\0", "two\nlines", "e\u{301}", "\u{e9}", "\u{202e}", "\"\\"] {
            let good =
                LogHeader::Good { seed: Seed::new(0x9f8e_7d6c), tenant: Some(tenant.into()), cut: 0, through: None };
            assert_eq!(LogHeader::read(&header(tenant)), good, "{tenant:?}");
        }
    }

    #[test]
    fn every_flipped_bit_of_a_line_is_found() {
        let line = header("main");
        for bit in 0..line.len() * 8 {
            let mut flipped = line.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(LogHeader::read(&flipped), LogHeader::Damaged(_)), "bit {bit}");
        }
    }

    #[test]
    fn a_newer_format_is_only_believed_with_its_checksum() {
        let mut newer = Vec::new();
        write_line(&mut newer, Seed::NONE, |out| out.extend_from_slice(b",\"pos\":0,\"asof\":7,\"more\":{}"));
        newer.pop();
        assert_eq!(LogHeader::read(&newer), LogHeader::Newer(7));
        newer[30] ^= 1;
        assert!(matches!(LogHeader::read(&newer), LogHeader::Damaged(_)));
    }

    #[test]
    fn what_is_no_header_is_told() {
        let cases: [(&[u8], &str); 5] = [
            (b",\"pos\":1,\"asof\":1", "record, where the header"),
            (b",\"pos\":0", "no \"asof\""),
            (b",\"pos\":0,\"asof\":1", "no \"seed\""),
            (b",\"asof\":1,\"pos\":0", "second member"),
            (b",\"pos\":0,\"asof\":1,\"asof\":1", "twice"),
        ];
        for (members, words) in cases {
            let mut line = Vec::new();
            write_line(&mut line, Seed::NONE, |out| out.extend_from_slice(members));
            line.pop();
            let LogHeader::Damaged(why) = LogHeader::read(&line) else { panic!("{words}") };
            assert!(why.contains(words), "{why}");
        }
    }
}
