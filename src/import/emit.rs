//! Drafts into entries, problems and notes: parses what an envelope only pointed at. What a patch makes of a value, and
//! which memory a state can share, is not known here.
//!
//! Must not name: `states`, `patches`, `git`.

use super::envelope::{EnvelopeDraft, StatePayload, TextFault, TextReading};
use super::input::ImportInput;
use super::mend::{Dirt, first_dirt, is_words, mended};
use super::moment;
use super::packing::Packing;
use super::prefix::Prefix;
use super::remark::Remark;
use super::resume::ResumePoint;
use super::scanner::TextLayout;
use super::texts::{KEPT, Text, Texts};
use super::{ImportEnd, ImportItem, ImportProblem, Imported, ItemSink, Note};
use crate::error::{InputPlace, agreeing, counted};
use crate::patch::{Op, Patch};
use crate::recipe::{EventFacts, Folder, Follows};
use crate::record::{Body, Entry, Provenance, StateChange, TenantId, Time};
use crate::value::{self, Duplicate, JsonCursor, Limits, Parsed, TextReader, Value, parse_with};
use crate::{Error, Result};
use rustc_hash::FxHashSet;
use std::ops::ControlFlow;

/// Progress is told when this many bytes have been read, or this many texts, whichever comes first.
const PROGRESS_BYTES: u64 = 1024 * 1024;
const PROGRESS_TEXTS: u64 = 1024;

/// Remarks that repeat (duplicate keys, unknown names of times) are told once each, and no more than this many.
const REMARKS: usize = 1000;

/// Characters of a time in no known form that are shown.
const TIME_SHOWN: usize = 60;

/// Bytes of the words before a version that are kept, more or less, and what stands between two lines of them.
const MOST_WORDS: usize = 2000;
const WORDS_GAP: &str = " · ";

/// How deep a patch is round the values it holds: an array of objects.
const PATCH_DEPTH: usize = 2;

/// Reads all texts of an input; `reading` tells what one of them says.
pub(super) fn read_texts(
    input: ImportInput,
    layout: TextLayout,
    reading: TextReading,
    sink: &mut ItemSink<'_>,
) -> Result<()> {
    let (length, is_stream) = (input.text_length(), input.is_stream());
    let (packing, name) = (input.packing(), input.name().to_owned());
    let mut emitter = Emitter::new(&name, input.tenant().clone(), input.limits(), sink);
    emitter.remarks = input.resumed().map(ResumePoint::remarks).unwrap_or_default();
    emitter.takes_words = layout.is_by_line();
    emitter.said = input.chosen_recipe().cloned().map(Folder::new);
    let by_line = packing == Packing::Plain && layout.is_by_line();
    let mut texts = Texts::new(input, layout);
    let mut steps = Steps::default();
    loop {
        let flow = match texts.next() {
            Ok(Some(text)) => emitter.take_text(&text, reading),
            Ok(None) => break,
            Err(error) => return emitter.broken_off(error, packing, texts.position()),
        };
        // Before it waits for more: who records a stream sees each line as it comes.
        let (due, drained) = (steps.is_due(texts.position().1), texts.is_drained());
        if flow.is_break()
            || (drained && is_stream && emitter.report_first_timeless().is_break())
            || ((due || drained) && emitter.progress(texts.position().1, length).is_break())
        {
            return Ok(());
        }
    }
    emitter.add_dirt(texts.dirt());
    let is_resumable = by_line && !emitter.timeless.is_any() && !emitter.passed.is_any();
    let resume = is_resumable.then(|| ResumePoint::new(texts.position(), &emitter.remarks));
    if emitter.report_timeless().is_continue()
        && emitter.report_skipped().is_continue()
        && emitter.progress(texts.position().1, length).is_continue()
    {
        let _at_the_end_anyway = emitter.end(ImportEnd { repeatable: true, resume });
    }
    Ok(())
}

/// When progress is to be told, by bytes and texts: there is no clock here.
#[derive(Default)]
pub(super) struct Steps {
    texts: u64,
    told: u64,
}

impl Steps {
    pub fn is_due(&mut self, byte: u64) -> bool {
        self.texts += 1;
        let due = byte >= self.told + PROGRESS_BYTES || self.texts.is_multiple_of(PROGRESS_TEXTS);
        if due {
            self.told = byte;
        }
        due
    }
}

/// A version, and what is known of it.
pub(super) struct EmittedVersion {
    pub tenant: TenantId,
    pub at: Option<Time>,
    pub by: Option<value::Text>,
    pub label: value::Text,
    pub provenance: Option<Box<Provenance>>,
    pub follows: Follows,
    pub change: StateChange,
}

/// Turns drafts of one source into items for the sink.
pub(super) struct Emitter<'a, 's> {
    file: String,
    tenant: TenantId,
    limits: Limits,
    /// States are read beside the one before: most of it is there again.
    states: TextReader,
    remarks: FxHashSet<Remark>,
    timeless: Timeless,
    /// Whether a line that is no JSON may be words between the states.
    pub takes_words: bool,
    passed: Passed,
    /// Where the parts of a text stand, as a person said.
    said: Option<Folder>,
    sink: &'a mut ItemSink<'s>,
}

/// What was passed over.
#[derive(Default)]
struct Passed {
    dirt: Dirt,
    /// Line and byte of the first dirt.
    dirty_at: Option<(u64, u64)>,
    /// Lines of words, and the line and byte of the first.
    lines: u64,
    words_at: Option<(u64, u64)>,
    /// Words that the next version is labelled with.
    words: String,
    /// Whose version came last.
    tenant: Option<TenantId>,
}

impl Passed {
    fn is_any(&self) -> bool {
        self.lines > 0 || self.dirty_at.is_some()
    }

    fn keep(&mut self, text: &Text<'_>, words: &str) {
        self.lines += 1;
        self.words_at.get_or_insert((text.line, text.byte));
        self.add_words(words);
    }

    fn add_words(&mut self, words: &str) {
        if !words.is_empty() && self.words.len() < MOST_WORDS {
            let gap = if self.words.is_empty() { "" } else { WORDS_GAP };
            let end = words.floor_char_boundary(MOST_WORDS);
            self.words = format!("{}{gap}{}", self.words, &words[..end]);
        }
    }

    /// The label of a version, with the words before it.
    fn labelled(&mut self, label: value::Text) -> value::Text {
        match (std::mem::take(&mut self.words), label.is_empty()) {
            (words, _) if words.is_empty() => label,
            (words, true) => words.into(),
            (words, false) => format!("{label}{WORDS_GAP}{words}").into(),
        }
    }
}

/// Texts whose time is in no known form and that have not been told of.
#[derive(Default)]
struct Timeless {
    count: u64,
    /// Where the first of them is, and its time.
    first: Option<(u64, u64, String)>,
    /// Whether others were told of.
    told: bool,
}

impl Timeless {
    /// Whether there are any, told of or not.
    fn is_any(&self) -> bool {
        self.told || self.count > 0
    }
}

impl<'a, 's> Emitter<'a, 's> {
    pub fn new(file: &str, tenant: TenantId, limits: Limits, sink: &'a mut ItemSink<'s>) -> Self {
        let file = file.to_owned();
        let (remarks, timeless, passed) = Default::default();
        Self {
            file,
            tenant,
            limits,
            states: TextReader::default(),
            remarks,
            timeless,
            takes_words: false,
            passed,
            said: None,
            sink,
        }
    }

    /// Whose what names no tenant is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// How large and deep a state may be.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// A text as a value; what of its keys occurs more than once is told.
    pub fn parsed(&mut self, text: &Text<'_>, json: &str) -> Result<Value, TextFault> {
        let limits = Limits { depth: self.limits.depth + PATCH_DEPTH, ..self.limits };
        let Parsed { value, duplicates } =
            parse_with(json.as_bytes(), limits).map_err(|error| fault(error, text, json))?;
        let tenant = self.tenant.clone();
        let _told_with_the_next = self.report_duplicates(text, &tenant, &duplicates);
        Ok(value)
    }

    /// A text that cannot be taken: a problem, and an invalid version.
    pub fn take_invalid(&mut self, text: &Text<'_>, fault: TextFault) -> ControlFlow<()> {
        self.take_broken(text, EnvelopeDraft::bare(StatePayload::Deleted), fault)
    }

    /// Keeps a line of words for the label of the next version.
    pub fn keep_words(&mut self, text: &Text<'_>, words: &str) {
        self.passed.keep(text, words);
    }

    /// A version that is made already.
    pub fn version(&mut self, text: &Text<'_>, made: EmittedVersion) -> ControlFlow<()> {
        let EmittedVersion { tenant, at, by, label, provenance, follows, change } = made;
        let Prefix { at: dated, label: words } = Prefix::of(text.before);
        self.passed.add_words(&words);
        let (at, label) = (at.or(dated), self.passed.labelled(label));
        if self.passed.tenant.as_ref() != Some(&tenant) {
            self.passed.tenant = Some(tenant.clone());
        }
        let entry = Entry { at, by, provenance, ..Entry::new(Body::Transition { label, change }) };
        let place = InputPlace { file: self.file.clone(), line: text.line, byte: text.byte };
        (self.sink)(ImportItem::Entry(Box::new(Imported { tenant, entry, follows, place })))
    }

    /// Hands over what comes from elsewhere.
    pub fn pass_on(&mut self, from: impl FnOnce(&mut ItemSink<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        from(self.sink)
    }

    /// What is read from now on goes under this name in problems.
    pub fn rename(&mut self, file: String) {
        self.file = file;
    }

    /// Says that nothing follows.
    pub fn end(&mut self, end: ImportEnd) -> ControlFlow<()> {
        (self.sink)(ImportItem::End(end))
    }

    /// Bytes of the text whose entries have been given, of how many; a share of other things where an importer counts those.
    pub fn progress(&mut self, read: u64, total: Option<u64>) -> ControlFlow<()> {
        (self.sink)(ImportItem::Progress(read, total))
    }

    /// A text as it came. Dirt is passed over where the rest stands, and words are kept for the next version; what cannot
    /// be taken becomes an invalid version.
    pub fn take_text(&mut self, text: &Text<'_>, reading: TextReading) -> ControlFlow<()> {
        let fault = match text.checked() {
            Ok(json) => {
                let draft = reading(json);
                match self.take_sound(text, draft)? {
                    None => return ControlFlow::Continue(()),
                    Some((draft, fault)) => Some((draft, fault)),
                }
            }
            Err(fault) => Some((EnvelopeDraft::bare(StatePayload::Deleted), fault)),
        };
        let Some((draft, fault)) = fault else { return ControlFlow::Continue(()) };
        if text.is_cut() {
            return self.take_broken(text, draft, fault);
        }
        if let Some((clean, dirt)) = mended(text.bytes) {
            self.add_dirt_of(text, dirt, &clean);
            let clean = clean.trim();
            let length = clean.len() as u64;
            if clean.is_empty() {
                return ControlFlow::Continue(());
            }
            let mended = Text { bytes: clean.as_bytes(), length, ..*text };
            return self.take(&mended, reading(clean));
        }
        let words = String::from_utf8_lossy(text.bytes);
        if self.takes_words && is_words(&words) {
            self.passed.keep(text, &words);
            return ControlFlow::Continue(());
        }
        self.take_broken(text, draft, fault)
    }

    /// Counts the dirt of a text, without which it is `clean`.
    pub fn add_dirt_of(&mut self, text: &Text<'_>, dirt: Dirt, clean: &str) {
        let (line, byte) = text.place(first_dirt(text.bytes, clean));
        self.add_dirt(Some((dirt, line, byte)));
    }

    /// Counts dirt, the first of which is at this line and byte.
    pub fn add_dirt(&mut self, found: Option<(Dirt, u64, u64)>) {
        if let Some((dirt, line, byte)) = found {
            self.passed.dirt.add(dirt);
            let at = self.passed.dirty_at.get_or_insert((line, byte));
            *at = (*at).min((line, byte));
        }
    }

    /// Tells what was passed over, with its number.
    pub fn report_skipped(&mut self) -> ControlFlow<()> {
        let dirt = self.passed.dirty_at.map(|at| (at, format!("skipped {}", self.passed.dirt.words())));
        let words = self.passed.words_at.map(|at| {
            let why =
                format!("not JSON: {}; the text is the label of the next version", counted(self.passed.lines, "line"));
            let left = &self.passed.words;
            (at, if left.is_empty() { why } else { format!("{why}; after the last one: {left}") })
        });
        { dirt }.into_iter().chain(words).try_for_each(|((line, byte), why)| self.note_of_source(line, byte, why))
    }

    /// A note on the source.
    pub fn note_of_source(&mut self, line: u64, byte: u64, why: String) -> ControlFlow<()> {
        let tenant = self.passed.tenant.clone().unwrap_or_else(|| self.tenant.clone());
        let place = InputPlace { file: self.file.clone(), line, byte };
        (self.sink)(ImportItem::Note(Note { tenant, place, why, is_of_source: true }))
    }

    /// One draft: an entry, after a problem if it is not as it should be.
    pub fn take(&mut self, text: &Text<'_>, draft: EnvelopeDraft<'_>) -> ControlFlow<()> {
        match self.take_sound(text, draft)? {
            None => ControlFlow::Continue(()),
            Some((draft, fault)) => self.take_broken(text, draft, fault),
        }
    }

    /// One draft; answers it without its payload, and why, where that cannot be read.
    fn take_sound<'d>(
        &mut self,
        text: &Text<'_>,
        mut draft: EnvelopeDraft<'d>,
    ) -> ControlFlow<(), Option<(EnvelopeDraft<'d>, TextFault)>> {
        let payload = std::mem::replace(&mut draft.payload, StatePayload::Deleted);
        match self.change(text, payload) {
            Ok((change, duplicates)) => {
                self.entry(text, draft, change, &duplicates)?;
                ControlFlow::Continue(None)
            }
            Err(fault) => ControlFlow::Continue(Some((draft, fault))),
        }
    }

    fn take_broken(&mut self, text: &Text<'_>, draft: EnvelopeDraft<'_>, fault: TextFault) -> ControlFlow<()> {
        let change = self.refuse(text, fault)?;
        self.entry(text, draft, change, &[])
    }

    fn entry(
        &mut self,
        text: &Text<'_>,
        draft: EnvelopeDraft<'_>,
        change: StateChange,
        duplicates: &[Duplicate],
    ) -> ControlFlow<()> {
        let mut draft = if self.said.is_some() { self.as_said(text, draft) } else { draft };
        for why in self.said.as_mut().map(Folder::faults).unwrap_or_default() {
            self.problem_at(text.line, text.byte, why)?;
        }
        let tenant = draft.tenant.take().map_or_else(|| self.tenant.clone(), TenantId);
        for remark in std::mem::take(&mut draft.remarks) {
            self.remark(text, &tenant, remark)?;
        }
        self.report_duplicates(text, &tenant, duplicates)?;
        let EnvelopeDraft { at, by, label, follows, .. } = draft;
        self.version(
            text,
            EmittedVersion { tenant, at, by, label, provenance: draft.provenance.map(Box::new), follows, change },
        )
    }

    /// What a person said of where time, label, author and tenant stand counts before what the text shows.
    fn as_said<'d>(&mut self, text: &Text<'_>, draft: EnvelopeDraft<'d>) -> EnvelopeDraft<'d> {
        let said = self.said.as_mut().zip(text.checked().ok());
        let Some((said, event)) = said.and_then(|(said, json)| Some((said, value::parse(json.as_bytes()).ok()?)))
        else {
            return draft;
        };
        let EventFacts { tenant, label, time, author, .. } = said.facts(&event);
        let json = time.map(|time| time.to_json());
        let at = json.as_deref().and_then(moment::from_json);
        let mut remarks = draft.remarks;
        if json.is_some() {
            remarks.retain(|remark| !matches!(remark, Remark::Timeless(_)));
        }
        remarks.extend(json.filter(|_| at.is_none()).map(Remark::Timeless));
        let (tenant, by) = (tenant.or(draft.tenant), author.or(draft.by));
        EnvelopeDraft { tenant, by, label: label.unwrap_or(draft.label), at: at.or(draft.at), remarks, ..draft }
    }

    fn change(
        &mut self,
        text: &Text<'_>,
        payload: StatePayload<'_>,
    ) -> Result<(StateChange, Vec<Duplicate>), TextFault> {
        match payload {
            StatePayload::State(json) => self.state(json).map_err(|e| fault(e, text, json)),
            StatePayload::Patch(json) => {
                self.patch(json, Patch::read_at, Patch::from_value).map_err(|e| fault(e, text, json))
            }
            StatePayload::Operation(json) => self.patch(json, one_at, patch_of_one).map_err(|e| fault(e, text, json)),
            StatePayload::Invalid { raw, why } => {
                Ok((StateChange::Invalid { raw: kept(raw.as_bytes()), why: why.into() }, Vec::new()))
            }
            StatePayload::Deleted => Ok((StateChange::Deleted, Vec::new())),
            StatePayload::Fault(fault) => Err(fault),
        }
    }

    fn state(&mut self, json: &str) -> Result<(StateChange, Vec<Duplicate>)> {
        let Parsed { value, duplicates } = self.states.read(json, self.limits)?;
        Ok((StateChange::State(value), duplicates))
    }

    /// Reads a patch by `at` where its text is well formed, by `read` where there is something to be said of it.
    fn patch(
        &self,
        json: &str,
        at: fn(&mut JsonCursor<'_>) -> Option<Patch>,
        read: fn(&Value) -> Result<Patch>,
    ) -> Result<(StateChange, Vec<Duplicate>)> {
        let limits = Limits { depth: self.limits.depth + PATCH_DEPTH, ..self.limits };
        let mut cursor = JsonCursor::new(json, limits.depth);
        // No value is written longer than it was read.
        let found = if json.len() as u64 <= limits.size { at(&mut cursor) } else { None };
        cursor.blanks();
        if let Some(patch) = found.filter(|_| cursor.is_at_end()) {
            return Ok((StateChange::Patch(patch), Vec::new()));
        }
        let parsed = parse_with(json.as_bytes(), limits)?;
        Ok((StateChange::Patch(read(&parsed.value)?), parsed.duplicates))
    }

    fn refuse(&mut self, text: &Text<'_>, fault: TextFault) -> ControlFlow<(), StateChange> {
        let change = StateChange::Invalid { raw: kept(text.bytes), why: fault.why.as_str().into() };
        self.problem(text, fault)?;
        ControlFlow::Continue(change)
    }

    fn report_duplicates(&mut self, text: &Text<'_>, tenant: &TenantId, duplicates: &[Duplicate]) -> ControlFlow<()> {
        for Duplicate { path, count } in duplicates {
            let why = format!("duplicate key {path} ({count} times); the last value was taken (reported once per key)");
            self.remark(text, tenant, Remark::Noted(why))?;
        }
        ControlFlow::Continue(())
    }

    pub fn remark(&mut self, text: &Text<'_>, tenant: &TenantId, remark: Remark) -> ControlFlow<()> {
        let why = match remark {
            Remark::Timeless(time) => {
                self.timeless.count += 1;
                self.timeless.first.get_or_insert((text.line, text.byte, time));
                return ControlFlow::Continue(());
            }
            Remark::Noted(_) if self.remarks.len() >= REMARKS || !self.remarks.insert(remark.clone()) => {
                return ControlFlow::Continue(());
            }
            Remark::Noted(why) => why,
        };
        let place = InputPlace { file: self.file.clone(), line: text.line, byte: text.byte };
        (self.sink)(ImportItem::Note(Note { tenant: tenant.clone(), place, why, is_of_source: false }))
    }

    /// Before waiting for more of a stream: tells of the first texts without a time; the others are counted to its end.
    fn report_first_timeless(&mut self) -> ControlFlow<()> {
        if self.timeless.told { ControlFlow::Continue(()) } else { self.report_timeless() }
    }

    /// Tells of all texts whose time could not be read, as one problem with their number.
    pub fn report_timeless(&mut self) -> ControlFlow<()> {
        let Timeless { count, first, told } = std::mem::take(&mut self.timeless);
        self.timeless.told = told || count > 0;
        let Some((line, byte, time)) = first else { return ControlFlow::Continue(()) };
        let time: String = time.chars().take(TIME_SHOWN).collect();
        let noun = if told { "more version" } else { "version" };
        let own = agreeing(count, "its", "their");
        let why = format!("unknown time format: {time}; {} without a time of {own} own", counted(count, noun));
        self.problem_at(line, byte, why)
    }

    fn problem(&mut self, text: &Text<'_>, fault: TextFault) -> ControlFlow<()> {
        let (line, byte) = text.place(fault.at);
        self.problem_at(line, byte, fault.why)
    }

    /// A problem at a place of the source.
    pub fn problem_at(&mut self, line: u64, byte: u64, why: String) -> ControlFlow<()> {
        let place = InputPlace { file: self.file.clone(), line, byte };
        (self.sink)(ImportItem::Problem(ImportProblem { place, why }))
    }

    /// The source ends in an error: of packed data that is a problem of the input, else of the machine.
    pub fn broken_off(&mut self, error: std::io::Error, packing: Packing, (line, byte): (u64, u64)) -> Result<()> {
        let _nothing_follows = self.report_timeless();
        let why = match packing {
            _ if error.kind() == std::io::ErrorKind::FileTooLarge => error.to_string(),
            Packing::Plain => return Err(Error::io("read", &self.file)(error)),
            _ => format!("the {} data is damaged or cut off from here on: {error}", packing.name()),
        };
        if self.problem_at(line, byte, why).is_continue() {
            let _nothing_follows = self.end(ImportEnd { repeatable: true, resume: None });
        }
        Ok(())
    }
}

fn one_at(cursor: &mut JsonCursor<'_>) -> Option<Patch> {
    Op::read_at(cursor).map(|op| Patch(vec![op]))
}

fn patch_of_one(operation: &Value) -> Result<Patch> {
    Patch::from_value(&std::iter::once(operation.clone()).collect())
}

/// The error of parsing `part` as a fault of the text it stands in.
fn fault(error: Error, text: &Text<'_>, part: &str) -> TextFault {
    let start = text.offset_of(part.as_bytes());
    let Error::Syntax { place, why } = error else { return TextFault { why: error.to_string(), at: start } };
    TextFault { why, at: start + usize::try_from(place.byte).unwrap_or(usize::MAX - start) }
}

/// The part of a broken text that is kept to be shown.
pub(super) fn kept(raw: &[u8]) -> value::Text {
    String::from_utf8_lossy(&raw[..raw.len().min(KEPT)]).into()
}
