//! Drafts into entries, problems and notes: parses what an envelope only pointed at. What a patch makes of a value, and
//! which memory a state can share, is not known here.
//!
//! Must not name: `states`, `patches`, `git`.

use super::envelope::{Draft, Fault, Payload, Reading};
use super::input::Input;
use super::packing::Packing;
use super::remark::Remark;
use super::resume::ResumePoint;
use super::scanner::Layout;
use super::texts::{KEPT, Text, Texts};
use super::{End, Imported, Item, Note, Problem, Sink};
use crate::error::InputPlace;
use crate::patch::{Op, Patch};
use crate::record::{Body, Entry, StateChange, TenantId};
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

/// How deep a patch is round the values it holds: an array of objects.
const PATCH_DEPTH: usize = 2;

/// Reads all texts of an input; `reading` tells what one of them says.
pub(super) fn read_texts(input: Input, layout: Layout, reading: Reading, sink: &mut Sink<'_>) -> Result<()> {
    let (meter, packing, name) = (input.meter(), input.packing(), input.name().to_owned());
    let mut emitter = Emitter::new(&name, input.tenant().clone(), input.limits(), sink);
    emitter.remarks = input.resumed().map(ResumePoint::remarks).unwrap_or_default();
    let by_line = packing == Packing::Plain && layout == Layout::Lines;
    let mut texts = Texts::new(input, layout);
    let mut steps = Steps::default();
    loop {
        let flow = match texts.next() {
            Ok(Some(text)) => emitter.take_text(&text, reading),
            Ok(None) => break,
            Err(error) => return emitter.broken_off(error, packing, texts.position()),
        };
        let (read, total) = meter.reading();
        // Before it waits for more: who records a stream sees each line as it comes.
        let (due, drained) = (steps.is_due(texts.position().1), texts.is_drained());
        if flow.is_break()
            || (drained && total.is_none() && emitter.tell_timeless_first().is_break())
            || ((due || drained) && emitter.progress(read, total).is_break())
        {
            return Ok(());
        }
    }
    let (read, total) = meter.reading();
    let is_resumable = by_line && !emitter.timeless.is_any();
    let resume = is_resumable.then(|| ResumePoint::new(texts.position(), &emitter.remarks));
    if emitter.tell_timeless().is_continue() && emitter.progress(read, total).is_continue() {
        let _at_the_end_anyway = emitter.end(End { repeatable: true, resume });
    }
    Ok(())
}

/// When progress is to be told, by bytes and texts: there is no clock here.
#[derive(Default)]
struct Steps {
    texts: u64,
    told: u64,
}

impl Steps {
    fn is_due(&mut self, byte: u64) -> bool {
        self.texts += 1;
        let due = byte >= self.told + PROGRESS_BYTES || self.texts.is_multiple_of(PROGRESS_TEXTS);
        if due {
            self.told = byte;
        }
        due
    }
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
    sink: &'a mut Sink<'s>,
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
    pub fn new(file: &str, tenant: TenantId, limits: Limits, sink: &'a mut Sink<'s>) -> Self {
        let file = file.to_owned();
        let (remarks, timeless) = Default::default();
        Self { file, tenant, limits, states: TextReader::default(), remarks, timeless, sink }
    }

    /// What is read from now on goes under this name in problems.
    pub fn rename(&mut self, file: String) {
        self.file = file;
    }

    /// Says that nothing follows.
    pub fn end(&mut self, end: End) -> ControlFlow<()> {
        (self.sink)(Item::End(end))
    }

    pub fn progress(&mut self, read: u64, total: Option<u64>) -> ControlFlow<()> {
        (self.sink)(Item::Progress(read, total))
    }

    /// A text as it came; one that is too long or not UTF-8 becomes an invalid version.
    pub fn take_text(&mut self, text: &Text<'_>, reading: Reading) -> ControlFlow<()> {
        match text.checked() {
            Ok(json) => self.take(text, reading(json)),
            Err(fault) => self.take(text, Draft::bare(Payload::Fault(fault))),
        }
    }

    /// One draft: an entry, after a problem if it is not as it should be.
    pub fn take(&mut self, text: &Text<'_>, draft: Draft<'_>) -> ControlFlow<()> {
        let tenant = draft.tenant.map_or_else(|| self.tenant.clone(), TenantId);
        for remark in draft.remarks {
            self.remark(text, &tenant, remark)?;
        }
        let change = match self.change(text, draft.payload) {
            Ok((change, duplicates)) => {
                self.tell_duplicates(text, &tenant, &duplicates)?;
                change
            }
            Err(fault) => self.refuse(text, fault)?,
        };
        let body = Body::Transition { label: draft.label, change };
        let provenance = draft.provenance.map(Box::new);
        let entry = Entry { at: draft.at, by: draft.by, provenance, ..Entry::new(body) };
        let place = InputPlace { file: self.file.clone(), line: text.line, byte: text.byte };
        (self.sink)(Item::Entry(Box::new(Imported { tenant, entry, place })))
    }

    fn change(&mut self, text: &Text<'_>, payload: Payload<'_>) -> Result<(StateChange, Vec<Duplicate>), Fault> {
        match payload {
            Payload::State(json) => self.state(json).map_err(|e| fault(e, text, json)),
            Payload::Patch(json) => {
                self.patch(json, Patch::read_at, Patch::from_value).map_err(|e| fault(e, text, json))
            }
            Payload::Operation(json) => self.patch(json, one_at, patch_of_one).map_err(|e| fault(e, text, json)),
            Payload::Invalid { raw, why } => {
                Ok((StateChange::Invalid { raw: kept(raw.as_bytes()), why: why.into() }, Vec::new()))
            }
            Payload::Deleted => Ok((StateChange::Deleted, Vec::new())),
            Payload::Fault(fault) => Err(fault),
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

    fn refuse(&mut self, text: &Text<'_>, fault: Fault) -> ControlFlow<(), StateChange> {
        let change = StateChange::Invalid { raw: kept(text.bytes), why: fault.why.as_str().into() };
        self.problem(text, fault)?;
        ControlFlow::Continue(change)
    }

    fn tell_duplicates(&mut self, text: &Text<'_>, tenant: &TenantId, duplicates: &[Duplicate]) -> ControlFlow<()> {
        for Duplicate { path, count } in duplicates {
            let why = format!("duplicate key {path} ({count} times); the last value was taken (reported once per key)");
            self.remark(text, tenant, Remark::Noted(why))?;
        }
        ControlFlow::Continue(())
    }

    fn remark(&mut self, text: &Text<'_>, tenant: &TenantId, remark: Remark) -> ControlFlow<()> {
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
        (self.sink)(Item::Note(Note { tenant: tenant.clone(), place, why }))
    }

    /// Before waiting for more of a stream: tells of the first texts without a time; the others are counted to its end.
    fn tell_timeless_first(&mut self) -> ControlFlow<()> {
        if self.timeless.told { ControlFlow::Continue(()) } else { self.tell_timeless() }
    }

    /// Tells of all texts whose time could not be read, as one problem with their number.
    fn tell_timeless(&mut self) -> ControlFlow<()> {
        let Timeless { count, first, told } = std::mem::take(&mut self.timeless);
        self.timeless.told = told || count > 0;
        let Some((line, byte, time)) = first else { return ControlFlow::Continue(()) };
        let time: String = time.chars().take(TIME_SHOWN).collect();
        let more = if told { " more" } else { "" };
        let why = match count {
            1 => format!("unknown time format: {time}; 1{more} version has no time of its own"),
            _ => {
                format!("unknown time format: {time}; {count}{more} versions have no time of their own")
            }
        };
        self.problem_at(line, byte, why)
    }

    fn problem(&mut self, text: &Text<'_>, fault: Fault) -> ControlFlow<()> {
        let before = &text.bytes[..fault.at.min(text.bytes.len())];
        let line = text.line + memchr::memchr_iter(b'\n', before).count() as u64;
        self.problem_at(line, text.byte + before.len() as u64, fault.why)
    }

    /// A problem at a place of the source.
    pub fn problem_at(&mut self, line: u64, byte: u64, why: String) -> ControlFlow<()> {
        let place = InputPlace { file: self.file.clone(), line, byte };
        (self.sink)(Item::Problem(Problem { place, why }))
    }

    /// The source ends in an error: of packed data that is a problem of the input, else of the machine.
    fn broken_off(&mut self, error: std::io::Error, packing: Packing, (line, byte): (u64, u64)) -> Result<()> {
        let _nothing_follows = self.tell_timeless();
        let why = match packing {
            _ if error.kind() == std::io::ErrorKind::FileTooLarge => error.to_string(),
            Packing::Plain => return Err(Error::io("read", &self.file)(error)),
            _ => format!("the {} data is damaged or cut off from here on: {error}", packing.name()),
        };
        if self.problem_at(line, byte, why).is_continue() {
            let _nothing_follows = self.end(End { repeatable: true, resume: None });
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
fn fault(error: Error, text: &Text<'_>, part: &str) -> Fault {
    let start = text.offset_of(part.as_bytes());
    let Error::Syntax { place, why } = error else { return Fault { why: error.to_string(), at: start } };
    let why = why.replace("EOF while parsing", "the text ends in the middle of");
    Fault { why, at: start + usize::try_from(place.byte).unwrap_or(usize::MAX - start) }
}

/// The part of a broken text that is kept to be shown.
fn kept(raw: &[u8]) -> value::Text {
    String::from_utf8_lossy(&raw[..raw.len().min(KEPT)]).into()
}
