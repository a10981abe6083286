//! Reading a source to its end, with a bar, telling each problem as it is met and its notes at the end; and stopping at
//! Ctrl-C with what is there.

use super::exit::CommandResult;
use super::out::note;
use super::progress::LoadBar;
use crate::error::counted;
use crate::import::{ImportProblem, Note};
use crate::recipe::Mapping;
use crate::record::{TenantId, Version};
use crate::recording::Recording;
use crate::source::{self, Address, CopyReport, Event, Options};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What to read of a source.
#[derive(clap::Args, Clone)]
pub struct SourceChoiceArgs {
    /// The tenant, if there are several
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
    /// Format of the file, if it cannot be detected (see `asof probe`)
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    #[command(flatten)]
    pub mapped: Mapped,
}

/// The heading of [`Mapped`], and of nothing behind it.
const EVENTS: &str = "Reading files of events";

/// How the texts of a file that is no recording are read. What is said of a file is remembered.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Mapped {
    /// Read events by this recipe: a name (see `asof recipes`), or a TOML file
    #[arg(long, help_heading = EVENTS, value_name = "RECIPE")]
    pub recipe: Option<String>,
    /// A jq filter that makes the next state: `.` is the state, `$event` the event
    #[arg(long, help_heading = EVENTS, value_name = "JQ")]
    pub fold: Option<String>,
    /// A command that reads lines {"state":…,"action":…} and prints the next state for each
    #[arg(long, help_heading = EVENTS, value_name = "CMD")]
    pub reducer: Option<String>,
    /// The state before the first event, as JSON [default: null]
    #[arg(long, help_heading = EVENTS, value_name = "JSON")]
    pub initial: Option<String>,
    /// Where the state is in each record: `data.after`, or a jq filter
    #[arg(long, help_heading = EVENTS, value_name = "FIELD")]
    pub state_field: Option<String>,
    /// Where the time is
    #[arg(long, help_heading = EVENTS, value_name = "FIELD")]
    pub time_field: Option<String>,
    /// Where the label is
    #[arg(long, help_heading = EVENTS, value_name = "FIELD")]
    pub label_field: Option<String>,
    /// Where the author is
    #[arg(long, help_heading = EVENTS, value_name = "FIELD")]
    pub by_field: Option<String>,
    /// Where the tenant's name is
    #[arg(long, help_heading = EVENTS, value_name = "FIELD")]
    pub tenant_field: Option<String>,
}

/// Shorter names for options of [`Mapped`], in commands where they are free: id, name.
const SHORTER: [(&str, &str); 4] =
    [("state_field", "state"), ("time_field", "time"), ("label_field", "label"), ("by_field", "by")];

/// A command with the shorter names that are free in it, and so with those below it.
pub fn with_shorter_names(mut command: clap::Command) -> clap::Command {
    for (id, name) in SHORTER {
        let has = |wanted: &str| command.get_arguments().any(|arg| arg.get_id() == wanted);
        let taken = command.get_arguments().any(|arg| arg.get_long() == Some(name));
        if has(id) && !taken {
            command = command.mut_arg(id, |arg| arg.visible_alias(name));
        }
    }
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_shorter_names))
}

impl SourceChoiceArgs {
    /// As the library takes it.
    pub fn options(&self) -> Options {
        let mapping = Box::new(self.mapped.mapping());
        Options { format: self.format.clone(), tenant: self.tenant.clone(), mapping, ..Options::default() }
    }
}

impl Mapped {
    /// As the library takes it.
    fn mapping(&self) -> Mapping {
        let Self { recipe, fold, reducer, initial, .. } = self.clone();
        let Self { state_field, time_field, label_field, by_field, tenant_field, .. } = self.clone();
        let mut mapping = Mapping::default();
        (mapping.recipe, mapping.fold, mapping.reducer, mapping.initial) = (recipe, fold, reducer, initial);
        (mapping.state, mapping.time, mapping.label) = (state_field, time_field, label_field);
        (mapping.author, mapping.tenant) = (by_field, tenant_field);
        mapping
    }
}

/// How to read a source.
#[derive(clap::Args, Clone)]
pub struct ReadingArgs {
    #[command(flatten)]
    pub which: SourceChoiceArgs,
    /// Stop at the first input that cannot be read
    #[arg(long)]
    pub strict: bool,
}

impl ReadingArgs {
    /// As the library takes it.
    pub fn options(&self) -> Options {
        Options { strict: self.strict, ..self.which.options() }
    }
}

/// What was met on the way, and has been told already.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// What could not be taken as it is.
    pub problems: Vec<ImportProblem>,
    /// What was taken, but is odd; each with the version it is about.
    pub notes: Vec<(Note, Version)>,
    /// Versions taken in, by tenant.
    pub took: BTreeMap<TenantId, u64>,
}

impl Met {
    /// Keeps what an event tells.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Progress(_) | Event::Remembered(_) | Event::Waiting => {}
            Event::Took(id, versions) => *self.took.entry(id).or_default() += versions,
            Event::Problem(problem) => self.problems.push(problem),
            Event::Note(note, version) => self.notes.push((note, version)),
        }
    }
}

/// Reads a source to its end.
pub fn read(address: &Address, reading: &ReadingArgs, into: &Arc<Recording>) -> CommandResult<Met> {
    let mut reader = EventReader::new(reading.strict);
    source::read(address, &reading.options(), into, &mut |event| reader.take(event))?;
    reader.finish()
}

/// As [`read`], with a copy in the cache however small the source is; what there is of that.
pub fn read_into_cache(
    address: &Address,
    reading: &ReadingArgs,
    into: &Arc<Recording>,
) -> CommandResult<(Met, CopyReport)> {
    let mut reader = EventReader::new(reading.strict);
    let report = source::index(address, &reading.options(), into, &mut |event| reader.take(event))?;
    Ok((reader.finish()?, report))
}

/// Reads a source as it is, without a word, whatever is in the cache.
pub fn read_afresh(address: &Address, reading: &ReadingArgs, into: &Arc<Recording>) -> CommandResult<Met> {
    let mut met = Met::default();
    let options = Options { fresh: true, ..reading.options() };
    source::read(address, &options, into, &mut |event| {
        met.take(event);
        ControlFlow::Continue(())
    })?;
    Ok(met)
}

/// What was read before the end or Ctrl-C.
pub struct Reached {
    /// What was met on the way.
    pub met: Met,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

/// As [`read`], until Ctrl-C (a second one ends the process at once).
pub fn read_until_interrupted(
    address: Address,
    reading: &ReadingArgs,
    options: Options,
    into: &Arc<Recording>,
) -> CommandResult<Reached> {
    let stop = interruption()?;
    let reader = Arc::new(Mutex::new(EventReader { stop: Arc::clone(&stop), ..EventReader::new(reading.strict) }));
    let worker = spawn(address, options, Arc::clone(into), Arc::clone(&reader));
    if let Some(read) = wait(worker, &stop) {
        read?;
    }
    let met = locked(&reader).finish()?;
    Ok(Reached { met, interrupted: stop.load(Ordering::Relaxed) })
}

/// A flag that Ctrl-C sets.
pub fn interruption() -> Result<Arc<AtomicBool>> {
    use signal_hook::{consts::SIGINT, flag};
    let stop = Arc::new(AtomicBool::new(false));
    flag::register_conditional_shutdown(SIGINT, super::exit::Exit::Interrupted as i32, Arc::clone(&stop))
        .and_then(|_| flag::register(SIGINT, Arc::clone(&stop)))
        .map_err(Error::io("watch for", "Ctrl-C"))?;
    Ok(stop)
}

fn spawn(
    address: Address,
    options: Options,
    into: Arc<Recording>,
    reader: Arc<Mutex<EventReader>>,
) -> JoinHandle<Result<()>> {
    let waiting = thread::current();
    thread::spawn(move || {
        let read = source::read(&address, &options, &into, &mut |event| locked(&reader).take(event));
        waiting.unpark();
        read
    })
}

/// How often Ctrl-C is looked for.
const TICK: Duration = Duration::from_millis(50);

/// How long the worker may take to stop at Ctrl-C. One that waits for standard input does not stop; but then all that
/// came has been recorded.
const GRACE: Duration = Duration::from_secs(1);

/// Waits for the worker's end; `None` when it was left behind, waiting for input, at Ctrl-C.
fn wait(worker: JoinHandle<Result<()>>, stop: &AtomicBool) -> Option<Result<()>> {
    let mut stopped: Option<Instant> = None;
    while !worker.is_finished() {
        thread::park_timeout(TICK);
        if stop.load(Ordering::Relaxed) && stopped.get_or_insert_with(Instant::now).elapsed() > GRACE {
            return None;
        }
    }
    Some(worker.join().unwrap_or_else(|bug| std::panic::resume_unwind(bug)))
}

fn locked(reader: &Mutex<EventReader>) -> MutexGuard<'_, EventReader> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Problems that are printed one by one: a file of another format has one a line.
const MOST_PROBLEMS: usize = 20;

/// What is done with the events of a source.
struct EventReader {
    strict: bool,
    stop: Arc<AtomicBool>,
    met: Met,
    bar: LoadBar,
}

impl EventReader {
    fn new(strict: bool) -> Self {
        Self { strict, stop: Arc::default(), met: Met::default(), bar: LoadBar::new() }
    }

    fn take(&mut self, event: Event) -> ControlFlow<()> {
        match &event {
            Event::Progress(progress) => self.bar.update(*progress),
            Event::Remembered(how) => {
                note(format_args!("read as last time: {how} (--format states reads each JSON text as a state)"));
            }
            Event::Problem(problem) if !self.strict && self.met.problems.len() < MOST_PROBLEMS => {
                self.bar.aside(|| note(format_args!("{}: {}", problem.place, problem.why)));
            }
            Event::Problem(_) | Event::Took(..) | Event::Note(..) | Event::Waiting => {}
        }
        self.met.take(event);
        let enough = self.stop.load(Ordering::Relaxed) || (self.strict && !self.met.problems.is_empty());
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Takes the bar away; a strict reader refuses the source for its first problem.
    fn finish(&mut self) -> CommandResult<Met> {
        self.bar.clear();
        let mut met = std::mem::take(&mut self.met);
        if let Some(ImportProblem { place, why }) = met.problems.pop_if(|_| self.strict) {
            return Err(Error::Syntax { place, why }.into());
        }
        more_words(met.problems.len()).into_iter().for_each(note);
        notes_words(&met.notes).into_iter().for_each(note);
        Ok(met)
    }
}

/// How many problems were not printed one by one, if any.
fn more_words(problems: usize) -> Option<String> {
    let more = problems.checked_sub(MOST_PROBLEMS).filter(|more| *more > 0)?;
    Some(format!(
        "{} not printed. `asof record --json` lists every problem, `asof log --json` every invalid version",
        counted(more as u64, "more problem")
    ))
}

/// All notes in one sentence: how many, and the first.
fn notes_words(notes: &[(Note, Version)]) -> Option<String> {
    let (Note { place, why, .. }, version) = notes.first()?;
    let version = if version.0 == 0 { String::new() } else { format!(", {version}") };
    let first = format!("{place}{version}: {why}");
    Some(match notes.len() {
        1 => format!("1 note: {first}"),
        many => format!("{many} notes; the first: {first}"),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::cli::exit::{Exit, Stop};
    use crate::error::InputPlace;

    fn problem() -> Event {
        Event::Problem(ImportProblem {
            place: InputPlace { file: "a.jsonl".into(), line: 3, byte: 40 },
            why: "half a line".into(),
        })
    }

    #[test]
    fn a_strict_reader_stops_at_the_first_problem() {
        let mut reader = EventReader::new(true);
        assert!(reader.take(Event::Progress(crate::recording::Progress::default())).is_continue());
        assert!(reader.take(problem()).is_break());
        let Err(Stop::Failed(exit, error)) = reader.finish() else { panic!("not refused") };
        assert_eq!((exit, error.to_string().as_str()), (Exit::Unreadable, "a.jsonl, line 3, byte 40: half a line"));
    }

    #[test]
    fn another_reader_goes_on_and_remembers() {
        let mut reader = EventReader::new(false);
        assert!(reader.take(problem()).is_continue());
        assert!(reader.take(problem()).is_continue());
        assert_eq!(reader.finish().unwrap().problems.len(), 2);
    }

    #[test]
    fn a_flood_of_problems_is_counted() {
        let check = |problems: usize, expected: Option<&str>| {
            assert_eq!(
                more_words(problems).as_deref().and_then(|words| words.split_once(". ")).map(|(said, _)| said),
                expected
            );
        };
        check(0, None);
        check(20, None);
        check(21, Some("1 more problem not printed"));
        check(1_500, Some("1480 more problems not printed"));
    }

    #[test]
    fn notes_stop_no_reader_and_are_said_once() {
        let mut reader = EventReader::new(true);
        for line in 1..=2 {
            let place = InputPlace { file: "a.jsonl".into(), line, byte: 0 };
            let note =
                Note { tenant: "main".into(), place, why: "the key .a occurs 2 times".into(), is_of_source: false };
            assert!(reader.take(Event::Note(note, Version(line))).is_continue());
        }
        let met = reader.finish().unwrap();
        assert!(met.problems.is_empty());
        let words = notes_words(&met.notes).unwrap();
        assert!(words.starts_with("2 notes") && words.contains("a.jsonl, line 1, byte 0, #1: the key .a"), "{words}");
        assert_eq!(notes_words(&[]), None);
    }

    #[test]
    fn ctrl_c_stops_a_reader_at_its_next_event() {
        let mut reader = EventReader::new(false);
        reader.stop.store(true, Ordering::Relaxed);
        assert!(reader.take(Event::Progress(crate::recording::Progress::default())).is_break());
    }
}
