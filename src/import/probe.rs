//! Which format an input is in, and why; and which inputs are no log at all.

use super::envelope::{Looks, TextFault, describe, looks};
use super::mend::{BYTE_ORDER_MARK, is_between, is_words, mended};
use super::notation::Notation;
use super::prefix::json_behind;
use super::scanner::{Scanner, TextLayout};
use super::texts::Text;
use super::{FORMATS, cut, question};
use crate::error::InputPlace;
use crate::recipe::{Fitting, RecipeBook};
use crate::value::{self, Value};
use crate::{Error, Result};
use serde::de::IgnoredAny;

/// Candidates whose scores are this near or nearer are ambiguous.
const NEAR: u8 = 10;

/// The format of whole states.
pub(super) const STATES: &str = "states";

/// How many texts are looked at.
const TEXTS: usize = 64;

/// A format an input may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatCandidate {
    /// The format's name.
    pub format: &'static str,
    /// 0 to 100; two candidates within 10 of each other are ambiguous.
    pub score: u8,
    /// What in the input speaks for it.
    pub why: String,
}

/// Where and why an input is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonMistake {
    /// Its line, from 1.
    pub line: u64,
    /// Offset of its byte in the unpacked input.
    pub byte: u64,
    /// What is wrong there.
    pub why: String,
    /// Whether it is in a document over several lines, and no line of a log.
    pub in_document: bool,
}

/// What an input looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Best first.
    pub candidates: Vec<FormatCandidate>,
    /// The first mistake in its JSON, where there is no candidate.
    pub mistake: Option<JsonMistake>,
    /// Why it should not be taken for states, though it could be: it looks like a log of events.
    pub doubt: Option<String>,
    /// The recipes that are for it.
    pub recipes: Vec<Fitting>,
}

/// Looks at the first bytes (already unpacked), with the shipped recipes.
pub fn probe(start: &[u8]) -> Probe {
    probe_with(start, &RecipeBook::shipped())
}

/// The same, with these recipes.
pub fn probe_with(start: &[u8], book: &RecipeBook) -> Probe {
    let mut candidates: Vec<_> = FORMATS.iter().filter_map(|format| format.sniff(start)).collect();
    candidates.sort_by_key(|c| std::cmp::Reverse(c.score));
    let sample = InputSample::of(start);
    let mistake = if candidates.is_empty() { sample.mistake(start) } else { None };
    let is_states = candidates.first().is_some_and(|best| best.format == STATES);
    let recipes = book.fitting(&sample.values());
    let asks = recipes.iter().find(|recipe| recipe.asks);
    let named = || asks.map(|recipe| format!("it fits the recipe {} ({})", recipe.name, recipe.why));
    let doubt = if is_states { sample.doubt(start).or_else(named) } else { None };
    Probe { candidates, mistake, doubt, recipes }
}

impl Probe {
    /// What there is no doubt about.
    pub(super) fn sure(candidate: FormatCandidate) -> Self {
        Self { candidates: vec![candidate], mistake: None, doubt: None, recipes: Vec::new() }
    }

    /// The same, of an input that has so many bytes more before what was looked at.
    pub(super) fn behind(mut self, skipped: u64) -> Self {
        self.mistake.iter_mut().for_each(|mistake| mistake.byte += skipped);
        self
    }

    /// The one format the input must be in.
    ///
    /// # Errors
    /// [`Error::UndecidedFormat`] when there is none, or more than one; [`Error::NotStates`] where it looks like events;
    /// [`Error::Syntax`] for a JSON document with a mistake.
    pub fn choose(&self, file: &str) -> Result<&'static str> {
        let why = match self.candidates.as_slice() {
            [] => return Err(self.none(file)),
            [first, second, ..] if first.score - second.score <= NEAR => ambiguous(first, second),
            [first, ..] => match &self.doubt {
                Some(why) => {
                    let recipes = self.recipes.iter().map(|recipe| recipe.name.to_string()).collect();
                    return Err(Error::NotStates { file: file.to_owned(), why: why.clone(), recipes });
                }
                None => return Ok(first.format),
            },
        };
        Err(Error::UndecidedFormat { file: file.to_owned(), why })
    }

    /// The recipe by which the input is read where nobody says otherwise.
    pub(super) fn unasked(&self) -> Option<&str> {
        let recipe = self.recipes.iter().find(|recipe| !recipe.asks)?;
        self.doubt.is_none().then_some(recipe.name.as_str())
    }

    fn none(&self, file: &str) -> Error {
        let file = file.to_owned();
        let mistake = match &self.mistake {
            Some(JsonMistake { line, byte, why, in_document: true }) => {
                let place = InputPlace { file, line: *line, byte: *byte };
                return Error::Syntax { place, why: format!("{why}; correct this JSON document") };
            }
            Some(JsonMistake { line, why, .. }) => format!("line {line}: {why}"),
            None => "nothing in it is JSON".to_owned(),
        };
        Error::UndecidedFormat {
            file,
            why: format!("unknown format: {mistake}; name a format to read it anyway: {}", names()),
        }
    }
}

fn ambiguous(first: &FormatCandidate, second: &FormatCandidate) -> String {
    let (a, b) = (first.format, second.format);
    format!("could be {a} ({}) or {b} ({}); name one", first.why, second.why)
}

fn names() -> String {
    FORMATS.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ")
}

/// Refuses what is no text of UTF-8, or nothing at all.
///
/// # Errors
/// [`Error::Format`] saying what it is instead, and what to do.
pub(super) fn refuse_unreadable(file: &str, start: &[u8]) -> Result<()> {
    let why = match start {
        blank if blank.trim_ascii().is_empty() => "is empty".to_owned(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            "is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE | asof open -".to_owned()
        }
        other => match binary(other) {
            Some(what) => format!("is {what}, not a log"),
            None => return Ok(()),
        },
    };
    Err(Error::Format { file: file.to_owned(), why })
}

/// How well-known files that are not text begin.
const MAGIC: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "a ZIP archive (unpack it first)"),
    (b"\xFD7zXZ\0", "xz-compressed (unpack it first: xz -dc FILE | asof open -)"),
    (b"BZh", "bzip2-compressed (unpack it first: bzip2 -dc FILE | asof open -)"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive (unpack it first)"),
    (b"\x04\x22\x4D\x18", "lz4-compressed (unpack it first: lz4 -dc FILE | asof open -)"),
    (b"SQLite format 3\0", "an SQLite database (name its file, unpacked)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x7FELF", "a program (ELF)"),
    (b"MZ\x90\0", "a program (Windows)"),
    (b"\0asm", "a WebAssembly module"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
];

fn binary(start: &[u8]) -> Option<&'static str> {
    let known = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, what)| *what);
    known.or_else(|| is_binary(start).then_some("binary data"))
}

/// Text has next to no control characters; random bytes have them at one in ten. A few may be damage in a log.
fn is_binary(start: &[u8]) -> bool {
    let looked_at = &start[..start.len().min(4096)];
    let is_control = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace() && !matches!(b, 0x1B | 0x1E);
    // Runs of NUL bytes are what a crash or a cut log leaves behind; in binary data they stand between other signs.
    let is_nul = |at: usize| looked_at.get(at) == Some(&0);
    let in_run = |at: usize| is_nul(at) && (is_nul(at.wrapping_sub(1)) || is_nul(at + 1));
    let controls = looked_at.iter().enumerate().filter(|(at, b)| is_control(b) && !in_run(*at)).count();
    let others = looked_at.iter().filter(|byte| **byte != 0).count();
    others == 0 || (controls >= 16 && controls * 32 >= others)
}

/// The first texts of an input, the last of which may be cut off.
pub(super) struct InputSample<'a> {
    layout: TextLayout,
    texts: Vec<Text<'a>>,
}

impl<'a> InputSample<'a> {
    /// Cuts the first bytes of an input into texts.
    pub fn of(start: &'a [u8]) -> Self {
        let layout = layout(start);
        Self { layout, texts: texts(start, layout) }
    }

    pub fn layout(&self) -> TextLayout {
        self.layout
    }

    pub fn layout_words(&self) -> &'static str {
        match self.layout {
            TextLayout::Lines => "each line is",
            TextLayout::Prefixed => "behind its first words each line is",
            TextLayout::Documents => "whole documents of",
        }
    }

    /// What each text looks like.
    pub fn looks(&self) -> impl Iterator<Item = Looks> + '_ {
        self.texts.iter().map(looks)
    }

    /// Whether there are at least two texts, the first of which is JSON.
    pub fn begins_with_two(&self) -> bool {
        self.texts.len() >= 2 && is_whole(self.texts[0].bytes)
    }

    /// Whether states are in envelopes: the first text that decides it does so for all.
    pub fn is_framed(&self) -> bool {
        self.looks().find(|l| matches!(l, Looks::State | Looks::Patch | Looks::Other)) == Some(Looks::State)
    }

    /// Whether at least every other text is JSON: in prose and YAML some words happen to be. Objects in lines of their own
    /// hardly do, so that two of them are enough where all else is words.
    pub fn is_mostly_json(&self) -> bool {
        let json = self.looks().filter(|look| *look != Looks::Broken).count();
        (json > 0 && json * 2 >= self.texts.len()) || self.is_json_between_words()
    }

    fn is_json_between_words(&self) -> bool {
        let objects =
            self.texts.iter().filter(|text| text.bytes.len() > 2 && text.bytes[0] == b'{' && is_whole(text.bytes));
        let others = self.texts.iter().filter(|text| text.bytes.first() != Some(&b'{'));
        let words = |text: &Text<'_>| is_words(&String::from_utf8_lossy(text.bytes)) || is_whole(text.bytes);
        self.layout == TextLayout::Lines && objects.count() >= 2 && { others }.all(words)
    }

    /// Whether at least every other text is an envelope round a state.
    fn is_mostly_framed(&self) -> bool {
        let framed = self.looks().filter(|look| *look == Looks::State).count();
        framed > 0 && framed * 2 >= self.texts.len()
    }

    /// Why it should not be taken for states.
    fn doubt(&self, start: &[u8]) -> Option<String> {
        let whole = |text: &Text<'_>| serde_json::from_slice(text.bytes).ok();
        let texts: Vec<serde_json::Value> = self.texts.iter().filter_map(whole).collect();
        question::doubt(start, self.layout, &texts, self.is_mostly_framed())
    }

    /// The texts as values; of one that is cut off, what is there.
    fn values(&self) -> Vec<Value> {
        let value = |text: &Text<'_>| {
            let whole = value::parse(text.bytes).ok();
            let mend = || mended(text.bytes).and_then(|(json, _)| value::parse(json.as_bytes()).ok());
            whole.or_else(mend).or_else(|| cut::closed(text.bytes))
        };
        self.texts.iter().filter_map(value).collect()
    }

    /// What the first envelope round a state holds.
    pub fn envelope(&self) -> String {
        self.texts.iter().find(|text| looks(text) == Looks::State).map(describe).unwrap_or_default()
    }

    /// The first mistake; of a document that may be JSON5, how far that can be read counts.
    fn mistake(&self, start: &[u8]) -> Option<JsonMistake> {
        let broken = self.texts.iter().filter(|text| !is_whole(text.bytes));
        let (text, place, why) = { broken }.find_map(|text| match value::parse(text.bytes) {
            Err(Error::Syntax { place, why }) => Some((text, usize::try_from(place.byte).ok()?, why)),
            _ => None,
        })?;
        let in_document = self.layout == TextLayout::Documents && matches!(text.bytes.first(), Some(b'{' | b'['));
        let (line, byte) = text.place(place);
        let json = JsonMistake { line, byte, why, in_document };
        // Its reader lets a text go on behind the end of its line.
        let is_open_text = matches!(text.bytes.get(place), Some(b'\n' | b'\r'));
        let json5 = start_of_json5(start).filter(|found| found.byte > byte && !is_open_text);
        Some(json5.unwrap_or(json))
    }
}

/// The mistake in a text that begins as JSON5; `None` where the text may be cut off there.
fn start_of_json5(start: &[u8]) -> Option<JsonMistake> {
    let text = std::str::from_utf8(start).ok()?;
    let TextFault { why, at } = Notation::Json5.to_json(text, usize::MAX).err()?;
    let begins = text.trim_start_matches(BYTE_ORDER_MARK).trim_start().starts_with(['{', '[', '/']);
    (begins && !text[at..].trim().is_empty()).then(|| JsonMistake {
        line: 1 + memchr::memchr_iter(b'\n', &start[..at]).count() as u64,
        byte: at as u64,
        why,
        in_document: true,
    })
}

fn texts(start: &[u8], layout: TextLayout) -> Vec<Text<'_>> {
    let (mut found, mut scanner, mut at) = (Vec::new(), Scanner::new(layout), 0);
    while found.len() < TEXTS {
        at += start[at..].iter().position(|byte| !is_between(*byte)).unwrap_or(start.len() - at);
        if at == start.len() {
            break;
        }
        scanner.begin();
        let length = scanner.end(&start[at..]).unwrap_or(start.len() - at);
        let bytes = start[at..at + length].trim_ascii_end();
        let line = 1 + memchr::memchr_iter(b'\n', &start[..at]).count() as u64;
        let start = if layout == TextLayout::Prefixed { json_behind(bytes).unwrap_or(0) } else { 0 };
        let (before, bytes) = bytes.split_at(start);
        let byte = (at + start) as u64;
        found.push(Text { line, byte, before, bytes, length: bytes.len() as u64, limit: u64::MAX });
        at += length;
    }
    found
}

/// Lines, unless the first line is only a part of a document, or holds more than one.
fn layout(start: &[u8]) -> TextLayout {
    let lines = texts(start, TextLayout::Lines);
    let Some((first, others)) = lines.split_first() else { return TextLayout::Lines };
    if is_prefixed(&lines) {
        return TextLayout::Prefixed;
    }
    if others.is_empty() && !start.trim_ascii_start().contains(&b'\n') && !holds_several(first.bytes) {
        return TextLayout::Lines;
    }
    if is_whole(first.bytes) || is_broken_line(start, others) { TextLayout::Lines } else { TextLayout::Documents }
}

/// Whether words stand before the JSON texts: in at least every other line, and in more than have none before theirs.
fn is_prefixed(lines: &[Text<'_>]) -> bool {
    let prefixed = lines.iter().filter(|line| json_behind(line.bytes).is_some()).count();
    let bare =
        lines.iter().filter(|line| matches!(line.bytes.first(), Some(b'{' | b'[')) && is_whole(line.bytes)).count();
    prefixed * 2 >= lines.len() && prefixed > bare
}

/// Whether what follows shows that the first line, though no JSON by itself, is one text that is broken.
fn is_broken_line(start: &[u8], others: &[Text<'_>]) -> bool {
    let document = serde_json::Deserializer::from_slice(start).into_iter::<IgnoredAny>().next();
    // A number may be the start of a date.
    let begins_one = matches!(start.trim_ascii_start().first(), Some(b'{' | b'[')) && matches!(document, Some(Ok(_)));
    !begins_one && others.iter().any(|text| is_plain_line(start, text))
}

/// A whole object or array that is not indented, as lines of logs are and those inside a document hardly ever.
fn is_plain_line(start: &[u8], text: &Text<'_>) -> bool {
    let indented = !start[..usize::try_from(text.byte).unwrap_or(0)].ends_with(b"\n");
    !indented && text.bytes.len() > 2 && matches!(text.bytes[0], b'{' | b'[') && is_whole(text.bytes)
}

fn is_whole(json: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(json).is_ok() || mended(json).is_some()
}

fn holds_several(line: &[u8]) -> bool {
    let mut documents = serde_json::Deserializer::from_slice(line).into_iter::<IgnoredAny>();
    matches!(documents.next(), Some(Ok(_))) && matches!(documents.next(), Some(Ok(_)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_layout(expected: TextLayout, all: &[&str]) {
        for start in all {
            assert_eq!(layout(start.as_bytes()), expected, "{start}");
        }
    }

    #[test]
    fn lines_or_documents() {
        let long = format!("{{\"a\":\"{}", "x".repeat(70_000));
        check_layout(
            TextLayout::Lines,
            &[
                "",
                "{}",
                "{}\n{}\n",
                "\n\n5\n6\n",
                "{\"a\":",
                "{\"a\":1\n{\"a\":2}\n",
                "{\"a\":\n{\"a\":2}\n{\"a\":3}\n",
                "{\"a\":\"half\r\n{\"a\":2}\r\n",
                "oops\n{\"a\":2}\n",
                "[1]]",
                &long,
            ],
        );
        check_layout(
            TextLayout::Documents,
            &[
                "{\n  \"a\": 1\n}\n",
                "{\n  \"a\": [],\n  \"b\": {\"c\": 1}\n}\n{\n}\n",
                "[\n{\"a\":1},\n{\"a\":2}\n]\n",
                "{}{}",
                "{\"a\":1}{\"b\":2}\n{\"c\":3}\n",
                "{\n  \"a\": [\n    {\"b\": 1}\n  ],\n  oops\n}\n",
                "{\n  \"a\": [\n",
                "1 2 3",
            ],
        );
    }

    #[track_caller]
    fn check(start: &str, expected: &str) {
        let found = match probe(start.as_bytes()).choose("FILE") {
            Ok(format) => format.to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.starts_with(expected), "{start}: {found}");
    }

    #[test]
    fn formats_are_told_apart() {
        check("{\"a\":1}\n{\"a\":2}\n", "states");
        check("{\"seq\":1,\"state\":{}}\n", "states");
        check("{\"seq\":1,\"state\":{}}\n{\"seq\":2,\"patch\":[{\"op\":\"remove\",\"path\":\"/a\"}]}\n", "states");
        check("1\n2\n", "states");
        check("[1,2]\n[]\n", "states");
        check("[]\n[]\n", "states");
        check("{\n\"a\": 1\n}", "states");
        check("oops\n{\"a\":1}\n", "states");
        check("[{\"op\":\"replace\",\"path\":[\"a\"],\"value\":1}]\n", "FILE: it fits the recipe immer");
        check("[{\"op\":\"add\",\"path\":\"\",\"value\":{}}]\n[]\n", "json-patch");
        check("{\"op\":\"add\",\"path\":\"\",\"value\":{}}\n", "json-patch");
        check("{\"time\":5,\"patch\":[{\"op\":\"add\",\"path\":\"\",\"value\":{}}]}\noops\n", "json-patch");
    }

    #[test]
    fn two_that_are_near_are_both_named() {
        let mixed = "{\"text\":[]}\n[{\"op\":\"add\",\"path\":\"/text/0\",\"value\":1}]\n";
        check(
            mixed,
            "FILE: could be json-patch (JSON Patches: 1 of the first 2 texts) or states (each line is JSON); name",
        );
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        check("\nhello world\n", "FILE: unknown format: line 2: not JSON (found `hello`)");
        check("---\na: 1\n", "FILE: unknown format");
    }

    #[track_caller]
    fn check_refused(start: &[u8], words: &str) {
        // Naming a format would not help: it is not one that is undecided.
        match refuse_unreadable("FILE", start) {
            Err(Error::Format { why, .. }) => assert!(why.contains(words), "{why}"),
            other => assert!(other.is_ok() && words == "taken", "{other:?}"),
        }
    }

    #[test]
    fn what_is_no_log_is_refused_by_name() {
        check_refused(b"", "is empty");
        check_refused(b" \r\n\t", "is empty");
        check_refused(b"\xFF\xFE{\0}\0", "iconv -f UTF-16");
        check_refused(b"\xFE\xFF\0{\0}", "iconv -f UTF-16");
        check_refused(b"PK\x03\x04....", "a ZIP archive");
        check_refused(b"\x89PNG\r\n", "a PNG image");
        check_refused(&[0; 100], "binary data");
        let noise: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
        check_refused(&noise, "binary data");
        check_refused(b"{\"a\":\"\0\"}\n{}\n", "taken");
        check_refused("{\"\u{e4}\":1}".as_bytes(), "taken");
        check_refused(b"\xE4\xF6\xFC latin1", "taken");
    }
}
