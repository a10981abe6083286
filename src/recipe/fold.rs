//! A recipe at work: from texts to events, from events to states.

use super::field::text;
use super::gaps::{Numbered, SourceGaps};
use super::{EventField, Recipe, StateRule};
use crate::query::QueryBudget;
use crate::value::{self, Step, Text, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Steps that cutting one text into events may take: a document may hold a whole history.
const TEXT_STEPS: u64 = 2_000_000_000;

/// What stands in the place of a secret.
const HIDDEN: &str = "(hidden)";

/// After what an event, or the version it made, happened.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Follows {
    /// What came before it in the source.
    #[default]
    LineBefore,
    /// Nothing: a line of its own begins with it.
    Nothing,
    /// What has this id in the source.
    Event(Text),
}

/// What an event says beside what it does.
#[derive(Debug, Default, Clone)]
pub struct EventFacts {
    /// Whose history it belongs to.
    pub tenant: Option<Text>,
    /// The label of the event.
    pub label: Option<Text>,
    /// When, in the source's form.
    pub time: Option<Value>,
    /// Who caused the event.
    pub author: Option<Text>,
    /// Its id in the source.
    pub id: Option<Text>,
    /// The id of what made it happen.
    pub cause: Option<Text>,
    /// What it follows.
    pub follows: Follows,
    /// Why it made no state, in the source's words.
    pub invalid: Option<Text>,
}

/// What an event does to the state.
#[derive(Debug)]
pub enum Next {
    /// These are the states after it, in order.
    States(Vec<Value>),
    /// Nothing: it is passed over, and labels what follows.
    Nothing,
    /// It cannot be applied.
    Invalid(Text),
    /// The recipe does not say: a reducer is asked.
    Unknown,
}

/// What there was after an event.
#[derive(Clone, Default)]
struct FoldedEvent {
    state: Value,
    /// The last event until then that made a version.
    made: Option<Text>,
}

/// The states of a source, folded event by event.
pub struct Folder {
    recipe: Arc<Recipe>,
    states: FxHashMap<Option<Text>, Value>,
    /// Where the recipe says what each event follows: what there was after each.
    events: FxHashMap<(Option<Text>, Text), FoldedEvent>,
    /// The last event with an id, where the recipe says what each follows.
    last: FxHashMap<Option<Text>, Text>,
    /// Whose events said what they follow.
    rooted: FxHashSet<Option<Text>>,
    gaps: SourceGaps,
    faults: Faults,
    budget: QueryBudget,
}

/// Which parts of events could not be found because their filter failed, or gave what it should not.
#[derive(Default)]
struct Faults {
    /// The parts of which it was told.
    told: FxHashSet<&'static str>,
    /// What is to be told.
    new: Vec<String>,
}

impl Faults {
    fn add(&mut self, part: &'static str, why: &str) {
        if self.told.insert(part) {
            self.new.push(format!("{part}: {why} (reported once)"));
        }
    }
}

impl Folder {
    /// Before the first event.
    pub fn new(recipe: Arc<Recipe>) -> Self {
        Self {
            recipe,
            states: FxHashMap::default(),
            events: FxHashMap::default(),
            last: FxHashMap::default(),
            rooted: FxHashSet::default(),
            gaps: SourceGaps::default(),
            faults: Faults::default(),
            budget: QueryBudget::default(),
        }
    }

    /// The events of one text.
    ///
    /// # Errors
    /// The message of the filter that cuts it.
    pub fn events(&self, text: Value) -> Result<Vec<Value>, Text> {
        let budget = QueryBudget { steps: TEXT_STEPS, cancelled: Arc::<AtomicBool>::default() };
        let texts = match &text {
            Value::Array(array) if self.recipe.is_array_of_texts(&text) => array.iter().cloned().collect(),
            _ => vec![text],
        };
        self.recipe.events.iter().try_fold(texts, |events, step| {
            let mut after = Vec::new();
            for event in events {
                after.extend(step.outputs(&event, &budget).map_err(plain)?);
            }
            Ok(after)
        })
    }

    /// What an event says. A part whose filter fails is not there; see [`Folder::faults`].
    pub fn facts(&mut self, event: &Value) -> EventFacts {
        let recipe = Arc::clone(&self.recipe);
        let id = self.text("id", recipe.id.as_ref(), event);
        let follows = match (&recipe.parents, self.text("parents", recipe.parents.as_ref(), event), &id) {
            (None, ..) | (_, None, None) => Follows::LineBefore,
            (_, Some(parent), _) => Follows::Event(parent),
            (_, None, Some(_)) => Follows::Nothing,
        };
        EventFacts {
            follows,
            tenant: self.text("tenant", recipe.tenant.as_ref(), event),
            label: self.text("label", recipe.label.as_ref(), event),
            time: self.part("time", recipe.time.as_ref(), event),
            author: self.text("author", recipe.author.as_ref(), event),
            id,
            cause: self.text("cause", recipe.cause.as_ref(), event),
            invalid: self.text("invalid", recipe.invalid.as_ref(), event),
        }
    }

    fn part(&mut self, name: &'static str, field: Option<&EventField>, event: &Value) -> Option<Value> {
        field?.of(event).unwrap_or_else(|why| {
            self.faults.add(name, &plain(why));
            None
        })
    }

    fn text(&mut self, name: &'static str, field: Option<&EventField>, event: &Value) -> Option<Text> {
        text(&self.part(name, field, event)?)
    }

    /// The parts of events that could not be read since this was asked last, each with the reason, and each once.
    pub fn faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.faults.new)
    }

    /// The state of a tenant before the next event.
    pub fn state(&self, tenant: &Option<Text>) -> &Value {
        self.states.get(tenant).unwrap_or(&self.recipe.initial)
    }

    /// Goes back to what there was after the event that this one follows; answers which version that is. One that is not
    /// known is nothing.
    pub fn go_to(&mut self, facts: &EventFacts) -> Follows {
        if facts.follows == Follows::LineBefore {
            return Follows::LineBefore;
        }
        // The first of all goes on with what there was before anything was said of what follows what.
        if self.rooted.insert(facts.tenant.clone()) {
            return Follows::Nothing;
        }
        let after = match &facts.follows {
            Follows::LineBefore | Follows::Nothing => FoldedEvent { state: self.recipe.initial.clone(), made: None },
            Follows::Event(id) => {
                let known = self.events.get(&(facts.tenant.clone(), id.clone())).cloned();
                known.unwrap_or_else(|| FoldedEvent { state: self.recipe.initial.clone(), made: None })
            }
        };
        self.keep(&facts.tenant, after.state);
        after.made.map_or(Follows::Nothing, Follows::Event)
    }

    /// What the source says it lost with an event, which is then no event itself.
    pub fn loss(&mut self, event: &Value) -> Option<Text> {
        let recipe = Arc::clone(&self.recipe);
        let words = self.text("lost", recipe.lost.as_ref(), event)?;
        self.gaps.lose(words.clone());
        Some(words)
    }

    /// What is missing before an event.
    pub fn gap(&mut self, event: &Value, facts: &EventFacts) -> Option<Text> {
        let recipe = Arc::clone(&self.recipe);
        if recipe.lost.is_none() && recipe.sequence.is_none() && recipe.restarts.is_none() {
            return None;
        }
        let is_there = !matches!(self.state(&facts.tenant), Value::Null);
        let sequence = self.part("sequence", recipe.sequence.as_ref(), event);
        let numbered =
            sequence.and_then(|found| Numbered::of(&found).map_err(|why| self.faults.add("sequence", &why)).ok());
        let restarts = self.part("restarts", recipe.restarts.as_ref(), event);
        let is_restart = restarts.is_some_and(|restarts| !matches!(restarts, Value::Bool(false)));
        self.gaps.before((&facts.tenant, &facts.id), numbered, is_restart, is_there)
    }

    /// The tenants of which nothing came since the source lost events, with what is missing.
    pub fn open_gaps(&self) -> Vec<(Option<Text>, Text)> {
        self.gaps.open(|tenant| !matches!(self.state(tenant), Value::Null))
    }

    /// Whether what an event follows is known.
    pub fn knows_parent(&self, facts: &EventFacts) -> bool {
        match &facts.follows {
            Follows::Event(id) => self.events.contains_key(&(facts.tenant.clone(), id.clone())),
            _ => true,
        }
    }

    /// An event has been taken, which followed the version that `facts` say; `made` is whether it made one.
    pub fn taken(&mut self, facts: &EventFacts, made: bool) {
        if self.recipe.parents.is_none() {
            return;
        }
        let Some(id) = facts.id.clone() else {
            // What has no id belongs to the event before it.
            let state = self.state(&facts.tenant).clone();
            let last = self.last.get(&facts.tenant).map(|id| (facts.tenant.clone(), id.clone()));
            if let Some(after) = last.and_then(|last| self.events.get_mut(&last)) {
                after.state = state;
            }
            return;
        };
        self.last.insert(facts.tenant.clone(), id.clone());
        let before = match &facts.follows {
            Follows::Event(before) => Some(before.clone()),
            _ => None,
        };
        let after = FoldedEvent {
            state: self.state(&facts.tenant).clone(),
            made: if made { Some(id.clone()) } else { before },
        };
        self.events.insert((facts.tenant.clone(), id), after);
    }

    /// What an event does to the state of its tenant; see [`Folder::keep`].
    pub fn next(&self, tenant: &Option<Text>, event: &Value) -> Next {
        let found = match &self.recipe.makes {
            StateRule::Unknown => return Next::Unknown,
            StateRule::State(field) => field.found(event).map(|state| state.into_iter().collect::<Vec<_>>()),
            StateRule::Fold(filters) => filters.iter().try_fold(vec![self.state(tenant).clone()], |states, filter| {
                let mut after = Vec::new();
                for state in states {
                    after.extend(filter.outputs(state, event, &self.budget)?);
                }
                Ok(after)
            }),
        };
        match found {
            Err(why) => Next::Invalid(plain(why)),
            Ok(states) if states.is_empty() => Next::Nothing,
            Ok(states) => Next::States(states.into_iter().map(|state| self.hidden(state)).collect()),
        }
    }

    /// The state of a tenant from now on.
    pub fn keep(&mut self, tenant: &Option<Text>, state: Value) {
        if let Some(kept) = self.states.get_mut(tenant) {
            *kept = state;
        } else {
            self.states.insert(tenant.clone(), state);
        }
    }

    /// A state without its secrets.
    pub fn hidden(&self, state: Value) -> Value {
        self.recipe.secrets.iter().fold(state, |state, path| {
            let path: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
            hide(&state, &path).unwrap_or(state)
        })
    }
}

/// What a filter said, without the quotes of a text that it ended in.
fn plain(why: Text) -> Text {
    match value::parse(why.as_bytes()) {
        Ok(Value::String(text)) => text,
        _ => why,
    }
}

/// A value with what is at a path hidden; `None` where nothing is there.
fn hide(value: &Value, path: &[&str]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else {
        return (!matches!(value, Value::Null)).then(|| Value::String(HIDDEN.into()));
    };
    match value {
        Value::Object(object) => {
            let keys: Vec<Text> = match *first {
                "*" => object.iter().map(|(key, _)| key.clone()).collect(),
                key => vec![key.into()],
            };
            let changed = keys.into_iter().filter_map(|key| Some((hide(object.get(&key)?, rest)?, key)));
            let changed: Vec<_> = changed.collect();
            (!changed.is_empty())
                .then(|| Value::Object(changed.into_iter().fold(object.clone(), |all, (new, key)| all.with(key, new))))
        }
        Value::Array(array) => {
            let indices = match *first {
                "*" => 0..array.len(),
                index => {
                    let index: usize = index.parse().ok()?;
                    index..index + 1
                }
            };
            let changed: Vec<_> =
                indices.filter_map(|index| Some((hide(value.child(&Step::Index(index))?, rest)?, index))).collect();
            (!changed.is_empty()).then(|| {
                Value::Array(changed.into_iter().fold(array.clone(), |all, (new, index)| all.with(index, new)))
            })
        }
        _ => None,
    }
}
