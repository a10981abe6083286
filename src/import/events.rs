//! Sources of events, by a recipe: each text into its events, each event into the state after it.
//!
//! Must not name: `states`, `patches`, `git`.

use super::emit::{EmittedVersion, Emitter, Steps, kept};
use super::envelope::TextFault;
use super::input::ImportInput;
use super::mend::{is_words, mended};
use super::moment;
use super::reducer::{Reducer, ReducerAnswer};
use super::remark::Remark;
use super::scanner::TextLayout;
use super::texts::{Text, Texts};
use super::{ImportEnd, ItemSink};
use crate::Result;
use crate::error::counted;
use crate::recipe::{EventFacts, Folder, Follows, Next, Recipe};
use crate::record::{Provenance, StateChange, TenantId};
use crate::value::{self, Value};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Words that label the next version, of events that make none, are no more than so many bytes.
const MOST_WORDS: usize = 200;

/// Of an event whose parent is not there.
const NO_PARENT: &str = "its parent is not in the source: a separate branch begins here (reported once)";

/// Reads all texts of an input by a recipe, or by a reducer where that makes the states.
pub(super) fn read_events(
    input: ImportInput,
    layout: TextLayout,
    recipe: Arc<Recipe>,
    reducer: Option<Reducer>,
    sink: &mut ItemSink<'_>,
) -> Result<()> {
    let (length, packing, name) = (input.text_length(), input.packing(), input.name().to_owned());
    let mut emitter = Emitter::new(&name, input.tenant().clone(), input.limits(), sink);
    let mut texts = Texts::new(input, layout);
    let mut events = Events { reducer, takes_words: layout.is_by_line(), ..Events::of_recipe(recipe) };
    let mut steps = Steps::default();
    loop {
        let flow = match texts.next() {
            Ok(Some(text)) => events.take_text(&mut emitter, &text),
            Ok(None) => break,
            Err(error) => return emitter.broken_off(error, packing, texts.position()),
        };
        let (due, drained) = (steps.is_due(texts.position().1), texts.is_drained());
        if flow.is_break() || ((due || drained) && emitter.progress(texts.position().1, length).is_break()) {
            return Ok(());
        }
    }
    emitter.add_dirt(texts.dirt());
    let is_repeatable = events.reducer.is_none();
    if events.report_end(&mut emitter, texts.position()).is_continue()
        && emitter.report_timeless().is_continue()
        && emitter.report_skipped().is_continue()
        && emitter.progress(texts.position().1, length).is_continue()
    {
        let _at_the_end_anyway = emitter.end(ImportEnd { repeatable: is_repeatable, resume: None });
    }
    Ok(())
}

/// A text that is not JSON as it stands.
enum Mended {
    /// It is, without its dirt.
    Event(Value),
    /// It is words for the next version, or nothing but dirt.
    Nothing,
    Broken,
}

/// Adds words, as long as there are not too many.
fn add(words: &mut String, more: &str) {
    if words.len() < MOST_WORDS && words != more {
        words.push_str(if words.is_empty() { "" } else { " · " });
        words.push_str(more);
    }
}

/// Events that made no version.
#[derive(Default)]
struct Happened {
    count: u64,
    labels: String,
    /// Line and byte of the first of them.
    first: Option<(u64, u64)>,
}

pub(super) struct Events {
    folder: Folder,
    reducer: Option<Reducer>,
    takes_words: bool,
    /// What happened before the next version of a tenant without making one; without a tenant, before that of any.
    before: FxHashMap<Option<value::Text>, Happened>,
    /// Versions made.
    made: u64,
}

impl Events {
    /// Those of a recipe, before the first.
    pub fn of_recipe(recipe: Arc<Recipe>) -> Self {
        let (reducer, takes_words, before, made) = (None, false, FxHashMap::default(), 0);
        Self { folder: Folder::new(recipe), reducer, takes_words, before, made }
    }

    fn take_text(&mut self, emitter: &mut Emitter<'_, '_>, text: &Text<'_>) -> ControlFlow<()> {
        let parsed = text.checked().and_then(|json| emitter.parsed(text, json));
        let event = match parsed {
            Ok(event) => event,
            Err(fault) => match self.mended(emitter, text) {
                Mended::Event(event) => event,
                Mended::Nothing => return ControlFlow::Continue(()),
                Mended::Broken => return emitter.take_invalid(text, fault),
            },
        };
        self.take_parsed(emitter, text, event)
    }

    /// A text, or a row, that was read.
    pub fn take_parsed(&mut self, emitter: &mut Emitter<'_, '_>, text: &Text<'_>, event: Value) -> ControlFlow<()> {
        match self.folder.events(event) {
            Err(why) => emitter.take_invalid(text, TextFault::whole(why.as_str())),
            Ok(events) => events.into_iter().try_for_each(|event| self.take_event(emitter, text, &event)),
        }
    }

    /// An event that could be read in part only: an invalid version of its tenant.
    #[cfg(feature = "sqlite")]
    pub fn take_broken(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        event: &Value,
        fault: TextFault,
    ) -> ControlFlow<()> {
        let facts = self.folder.facts(event);
        self.report_faults(emitter, text)?;
        emitter.problem_at(text.line, text.byte, fault.why.clone())?;
        self.invalid(emitter, text, facts, event, &fault.why)
    }

    /// What a text is without its dirt.
    fn mended(&mut self, emitter: &mut Emitter<'_, '_>, text: &Text<'_>) -> Mended {
        if text.is_cut() {
            return Mended::Broken;
        }
        if let Some((clean, dirt)) = mended(text.bytes) {
            emitter.add_dirt_of(text, dirt, &clean);
            let clean = clean.trim();
            return match clean.is_empty() {
                true => Mended::Nothing,
                false => value::parse(clean.as_bytes()).map_or(Mended::Broken, Mended::Event),
            };
        }
        let words = String::from_utf8_lossy(text.bytes);
        if self.takes_words && is_words(&words) {
            emitter.keep_words(text, &words);
            return Mended::Nothing;
        }
        Mended::Broken
    }

    fn take_event(&mut self, emitter: &mut Emitter<'_, '_>, text: &Text<'_>, event: &Value) -> ControlFlow<()> {
        let loss = self.folder.loss(event);
        self.report_faults(emitter, text)?;
        if let Some(why) = loss {
            return emitter.problem_at(text.line, text.byte, format!("events are missing here: {why}"));
        }
        let mut facts = self.folder.facts(event);
        if !self.folder.knows_parent(&facts) {
            let tenant = facts.tenant.clone().map_or_else(|| emitter.tenant().clone(), TenantId);
            emitter.remark(text, &tenant, Remark::Noted(NO_PARENT.to_owned()))?;
        }
        let follows = self.folder.go_to(&facts);
        facts.follows = follows;
        let gap = self.folder.gap(event, &facts);
        self.report_faults(emitter, text)?;
        if let Some(why) = gap {
            self.gap(emitter, text, &facts, why)?;
            facts.follows = Follows::LineBefore;
        }
        let made = self.made;
        let flow = self.take_facts(emitter, text, event, &facts);
        self.folder.taken(&facts, self.made > made);
        flow
    }

    fn report_faults(&mut self, emitter: &mut Emitter<'_, '_>, text: &Text<'_>) -> ControlFlow<()> {
        self.folder.faults().into_iter().try_for_each(|why| emitter.problem_at(text.line, text.byte, why))
    }

    /// An invalid version where events are missing: the value stays as it was before them.
    fn gap(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        facts: &EventFacts,
        why: value::Text,
    ) -> ControlFlow<()> {
        let EventFacts { tenant, time, follows, .. } = facts.clone();
        emitter.problem_at(text.line, text.byte, why.to_string())?;
        let facts = EventFacts { tenant, time, follows, label: Some("gap".into()), ..EventFacts::default() };
        self.emit(emitter, text, facts, StateChange::Invalid { raw: value::Text::new(), why })
    }

    fn take_facts(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        event: &Value,
        facts: &EventFacts,
    ) -> ControlFlow<()> {
        if let Some(why) = facts.invalid.clone() {
            return self.invalid(emitter, text, facts.clone(), event, why.as_str());
        }
        let next = match self.folder.next(&facts.tenant, event) {
            Next::Unknown => match self.reduced(facts, event) {
                Ok(next) => next,
                Err(why) => {
                    emitter.problem_at(text.line, text.byte, why)?;
                    return ControlFlow::Break(());
                }
            },
            known => known,
        };
        match next {
            Next::States(states) => {
                let mut facts = facts.clone();
                states.into_iter().try_for_each(|state| {
                    let flow = self.state(emitter, text, facts.clone(), state);
                    facts.follows = Follows::LineBefore;
                    flow
                })
            }
            Next::Nothing | Next::Unknown => {
                self.pass(text, facts.clone());
                ControlFlow::Continue(())
            }
            Next::Invalid(why) => {
                emitter.problem_at(text.line, text.byte, why.to_string())?;
                self.invalid(emitter, text, facts.clone(), event, why.as_str())
            }
        }
    }

    /// What the reducer makes of an event.
    ///
    /// # Errors
    /// Why it cannot be asked any more.
    fn reduced(&mut self, facts: &EventFacts, event: &Value) -> std::result::Result<Next, String> {
        let Some(reducer) = &mut self.reducer else {
            return Err("nothing says how an event changes the state: a fold or a reducer is needed".to_owned());
        };
        Ok(match reducer.ask(self.folder.state(&facts.tenant), event)? {
            ReducerAnswer::State(state) => Next::States(vec![self.folder.hidden(state)]),
            ReducerAnswer::Wrong(why) => Next::Invalid(why.as_str().into()),
        })
    }

    fn state(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        facts: EventFacts,
        state: Value,
    ) -> ControlFlow<()> {
        let is_deleted = matches!(state, Value::Null) && !matches!(self.folder.state(&facts.tenant), Value::Null);
        self.folder.keep(&facts.tenant, state.clone());
        if is_deleted {
            return self.emit(emitter, text, facts, StateChange::Deleted);
        }
        let change = match state.within(emitter.limits()) {
            Ok(state) => StateChange::State(state),
            Err(error) => return emitter.take_invalid(text, TextFault::whole(error.to_string())),
        };
        self.emit(emitter, text, facts, change)
    }

    fn invalid(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        facts: EventFacts,
        event: &Value,
        why: &str,
    ) -> ControlFlow<()> {
        let change = StateChange::Invalid { raw: kept(event.to_json().as_bytes()), why: why.into() };
        self.emit(emitter, text, facts, change)
    }

    fn emit(
        &mut self,
        emitter: &mut Emitter<'_, '_>,
        text: &Text<'_>,
        facts: EventFacts,
        change: StateChange,
    ) -> ControlFlow<()> {
        let EventFacts { tenant, label, time, author, id, cause, follows, .. } = facts;
        let Happened { labels: mut before, .. } = self.before.remove(&None).unwrap_or_default();
        if let Some(own) = self.before.remove(&tenant) {
            add(&mut before, &own.labels);
        }
        let label = match (before, label) {
            (before, None) => before.as_str().into(),
            (before, Some(label)) if before.is_empty() || before == label => label,
            (before, Some(label)) => format!("{label} · {before}").into(),
        };
        let tenant = tenant.map_or_else(|| emitter.tenant().clone(), TenantId);
        let json = time.map(|time| time.to_json());
        let at = json.as_deref().and_then(moment::from_json);
        if let (Some(json), None) = (json, at) {
            emitter.remark(text, &tenant, Remark::Timeless(json))?;
        }
        let provenance = (id.is_some() || cause.is_some())
            .then(|| Box::new(Provenance { source_id: id, cause, ..Provenance::default() }));
        self.made += 1;
        emitter.version(text, EmittedVersion { tenant, at, by: author, label, provenance, follows, change })
    }

    fn pass(&mut self, text: &Text<'_>, facts: EventFacts) {
        let happened = self.before.entry(facts.tenant).or_default();
        happened.count += 1;
        happened.first.get_or_insert((text.line, text.byte));
        if let Some(label) = facts.label {
            add(&mut happened.labels, &label);
        }
    }

    /// Tells what is missing at the end, and of events that no version followed. Where no event made one, what was said of
    /// them is wrong.
    pub fn report_end(&mut self, emitter: &mut Emitter<'_, '_>, (line, byte): (u64, u64)) -> ControlFlow<()> {
        let end = Text { line, byte, before: &[], bytes: &[], length: 0, limit: u64::MAX };
        for (tenant, why) in self.folder.open_gaps() {
            self.gap(emitter, &end, &EventFacts { tenant, ..EventFacts::default() }, why)?;
        }
        let passed = self.before.values().map(|happened| happened.count).sum();
        match (self.made, passed) {
            (_, 0) => ControlFlow::Continue(()),
            (0, _) => {
                emitter.problem_at(line, byte, format!("no state at the given path in {}", counted(passed, "event")))
            }
            _ => {
                let mut labels: Vec<_> = self.before.values().map(|happened| happened.labels.as_str()).collect();
                labels.sort_unstable();
                let mut all = String::new();
                labels.into_iter().filter(|labels| !labels.is_empty()).for_each(|labels| add(&mut all, labels));
                let gap = if all.is_empty() { "" } else { ": " };
                let (line, byte) =
                    self.before.values().filter_map(|happened| happened.first).min().unwrap_or((line, byte));
                let why =
                    format!("{} made no version, and no version after it names it{gap}{all}", counted(passed, "event"));
                emitter.note_of_source(line, byte, why)
            }
        }
    }
}
