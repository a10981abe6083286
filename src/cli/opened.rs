//! A source, opened and read: what every printing command starts with.
//!
//! Problems of a foreign source and damage of a recording are told on standard error as they are met; the good part is
//! taken.

use super::Console;
use super::exit::{CommandResult, Exit, Stop, usage};
use super::import::{Met, ReadingArgs, read, read_afresh, read_into_cache};
use super::out::note;
use super::progress::LoadBar;
use crate::Error;
use crate::error::InputPlace;
use crate::error::counted;
use crate::escape::{in_quotes, named};
use crate::history::{Moment, Target, TargetContext};
use crate::log::Damage;
use crate::ops::words::without_state;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, Tenant};
use crate::segment::WriteSegments;
use crate::source::{self, Address, CopyReport};
use crate::value::Text;
use crate::view::{self, clock};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Which source, and how to read it.
#[derive(clap::Args, Clone)]
pub struct SourceArgs {
    /// A recording, `nats://HOST/PREFIX`, a file, `-` for standard input, `git:PATH`, `nats-kv://HOST/BUCKET`, or `demo:NAME`
    pub source: String,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Says on standard error which of the versions shown may be others than were recorded, since records are missing. That
/// is a damaged source, whatever else the command found.
pub fn warn_of_doubt(tenant: &Tenant, versions: &[Version], otherwise: Exit) -> Exit {
    let history = tenant.history();
    let doubts = versions.iter().filter_map(|version| Some((*version, history.doubts().of_answer(*version)?)));
    let doubts: BTreeMap<Version, Text> = doubts.collect();
    for (version, why) in &doubts {
        note(format!("{version} is doubtful: {why}"));
    }
    warn_of_invalid(tenant, versions);
    if doubts.is_empty() { otherwise } else { Exit::Unreadable }
}

/// Says on standard error which of the versions that are shown or gone back to have no state of their own.
pub fn warn_of_invalid(tenant: &Tenant, versions: &[Version]) {
    let history = tenant.history();
    let versions: BTreeSet<Version> = versions.iter().copied().collect();
    for info in versions.into_iter().filter_map(|version| history.info(version)) {
        info.problem.iter().for_each(|why| note(without_state(info.version, info.parent, why)));
    }
}

/// Which recording, for the commands that write.
#[derive(clap::Args, Clone)]
pub struct RecordingArgs {
    /// A recording: its directory, or `nats://HOST/PREFIX`
    pub source: String,
    /// The tenant, if there are several
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
}

/// Who writes.
#[derive(clap::Args, Clone)]
pub struct Author {
    /// Author of the write [default: the user's name]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Author {
    /// The same tenant, written to under this name.
    pub fn of(&self, tenant: &Tenant) -> Tenant {
        self.by.clone().or_else(user).map_or_else(|| tenant.clone(), |name| tenant.by(&name))
    }
}

/// Who works here: the option `author` where it is set by its variable, else the name of the account by its id. What
/// `$USER` says, which anybody can set, counts only where the system does not know the account.
pub fn user() -> Option<String> {
    let id = uzers::get_current_uid();
    let account = || uzers::get_user_by_uid(id).map(|user| user.name().to_string_lossy().into_owned());
    let said = |name: &str| std::env::var(name).ok().filter(|name| !name.is_empty());
    said("ASOF_AUTHOR")
        .or_else(account)
        .or_else(|| said("USER"))
        .or_else(|| said("LOGNAME"))
        .or_else(|| Some(format!("uid {id}")))
}

/// A source that has been read as far as the command needs it.
pub struct Opened {
    address: Address,
    recording: Arc<Recording>,
    wanted: Option<String>,
    met: Met,
}

impl Opened {
    /// Opens a source. A recording is not read yet; anything else is read to its end.
    pub fn new(arguments: &SourceArgs, console: &mut Console) -> CommandResult<Self> {
        let mut opened =
            Self::unread(&arguments.source, arguments.reading.which.tenant.clone(), WriteSegments::InCache)?;
        if !opened.address.is_recording() {
            opened.met = read(&opened.address, &arguments.reading, &opened.recording)?;
            console.partly_read |= !opened.met.problems.is_empty();
        }
        Ok(opened)
    }

    /// Opens a source that is no recording, and makes sure that there is a copy of it in the cache.
    pub fn into_cache(arguments: &SourceArgs, console: &mut Console) -> CommandResult<(Self, CopyReport)> {
        let mut opened = Self::unread(&arguments.source, arguments.reading.which.tenant.clone(), WriteSegments::Never)?;
        let (met, report) = read_into_cache(&opened.address, &arguments.reading, &opened.recording)?;
        console.partly_read |= !met.problems.is_empty();
        opened.met = met;
        Ok((opened, report))
    }

    /// How what was read differs from the source as it is, for one tenant or in what was told, if it does.
    pub fn difference_to_source(&self, reading: &ReadingArgs, tenant: &TenantId) -> CommandResult<Option<String>> {
        let fresh = Arc::new(Recording::memory());
        if read_afresh(&self.address, reading, &fresh)? != self.met {
            return Ok(Some("other problems or notes were reported".into()));
        }
        Ok(self.recording.tenant(tenant)?.difference(&fresh.tenant(tenant)?)?)
    }

    /// How a recording opened from its index differs from one that is folded from its log, for one tenant, if it does.
    pub fn difference_to_log(&self, tenant: &TenantId) -> CommandResult<Option<String>> {
        let indexed = source::open_with(&self.address, WriteSegments::Never)?.tenant(tenant)?;
        Ok(indexed.difference(&source::open_without_segments(&self.address)?.tenant(tenant)?)?)
    }

    /// Opens a recording to write to it; anything else is refused with what to do instead.
    pub fn to_write(arguments: &RecordingArgs) -> CommandResult<Self> {
        Self::only_recording(arguments, "cannot be written to. Record it first")
    }

    /// Opens a recording to wait for what is written to it.
    pub fn to_watch(arguments: &RecordingArgs) -> CommandResult<Self> {
        Self::only_recording(arguments, "gets no new heads. Record it first, then watch the recording")
    }

    fn only_recording(RecordingArgs { source, tenant }: &RecordingArgs, else_it: &str) -> CommandResult<Self> {
        let opened = Self::unread(source, tenant.clone(), WriteSegments::Beside)?;
        if opened.address.is_recording() {
            return Ok(opened);
        }
        Err(usage(format!("{source} is not a recording and {else_it}: asof record {source} -o NAME.asof")))
    }

    fn unread(source: &str, wanted: Option<String>, segments: WriteSegments) -> CommandResult<Self> {
        let address = Address::parse(source)?;
        Ok(Self { recording: source::open_with(&address, segments)?, address, wanted, met: Met::default() })
    }

    /// The recording.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// What was taken as it is but is odd, by the version it is about.
    pub fn notes(&self, tenant: &TenantId) -> BTreeMap<Version, Vec<String>> {
        let mut notes: BTreeMap<Version, Vec<String>> = BTreeMap::new();
        for (note, version) in self.met.notes.iter().filter(|(note, _)| note.tenant == *tenant) {
            notes.entry(*version).or_default().push(note.why.clone());
        }
        notes
    }

    /// The tenant that was asked for, or all of them, by name.
    pub fn tenants(&self) -> CommandResult<Vec<TenantId>> {
        if let (Address::Server(_), Some(wanted)) = (&self.address, self.wanted.as_deref()) {
            return Ok(vec![self.recording.tenant(&wanted.into())?.id().clone()]);
        }
        let names = self.recording.tenants()?;
        match &self.wanted {
            Some(wanted) => Ok(vec![choose(&names, Some(wanted), &self.address.title())?.clone()]),
            None => Ok(names),
        }
    }

    /// The tenant that was asked for, or the only one; loaded.
    pub fn tenant(&self, console: &mut Console) -> CommandResult<Tenant> {
        if let (Address::Server(_), Some(wanted)) = (&self.address, self.wanted.as_deref()) {
            // Who names one need not be allowed to list all.
            return self.load(self.recording.tenant(&wanted.into())?.id(), console);
        }
        let names = self.recording.tenants()?;
        let id = choose(&names, self.wanted.as_deref(), &self.address.title())?;
        self.load(id, console)
    }

    /// The same, to write a file of it, which must not be what the source is read from; of several, where none was asked
    /// for, the one that the file was recorded as.
    pub fn tenant_of_file(&self, file: &Path, console: &mut Console) -> CommandResult<Tenant> {
        if self.address.is_read_from(file) {
            let (file, title) = (crate::escape::file(file), self.address.title());
            return Err(usage(format!("{file} is what {} is read from: name another file", named(&title))));
        }
        if self.wanted.is_none() && !matches!(self.address, Address::Server(_)) {
            let names = self.recording.tenants()?;
            if let [only] = named_as(&names, file).as_slice() {
                return self.load(only, console);
            }
        }
        self.tenant(console)
    }

    /// A tenant, loaded to its end; damage met on the way is told.
    pub fn load(&self, id: &TenantId, console: &mut Console) -> CommandResult<Tenant> {
        let tenant = self.recording.tenant_or_new(id)?.as_debugger();
        let mut bar = LoadBar::new();
        tenant.load(&mut |progress| {
            bar.update(progress);
            ControlFlow::Continue(())
        })?;
        drop(bar);
        for damage in tenant.damage() {
            note(damage_words(&damage));
            console.partly_read |= !damage.torn;
        }
        Ok(tenant)
    }
}

fn damage_words(damage: &Damage) -> String {
    let Damage { file, offset, length, why, .. } = damage;
    let then = if damage.torn { "left out" } else { "skipped; see `asof verify`" };
    format!("{}, byte {offset}: {why}: {} {then}", crate::escape::file(file), counted(*length, "byte"))
}

/// The tenant asked for, or the only one.
fn choose<'a>(names: &'a [TenantId], wanted: Option<&str>, source: &str) -> CommandResult<&'a TenantId> {
    match (wanted, names) {
        (_, []) => Err(nothing_in(source)),
        (Some(wanted), _) => names.iter().find(|id| id.0 == wanted).ok_or_else(|| no_tenant(wanted, names, source)),
        (None, [only]) => Ok(only),
        (None, _) => {
            let tenants = counted(names.len() as u64, "tenant");
            Err(usage(format!("{} holds {tenants}; choose with --tenant NAME: {}", named(source), listed(names))))
        }
    }
}

/// The tenants whose name is that of a file, or the end of its path.
fn named_as<'a>(names: &'a [TenantId], file: &Path) -> Vec<&'a TenantId> {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let is_same = |id: &&TenantId| Path::new(id.0.as_str()) == file;
    match names.iter().find(is_same) {
        Some(same) => vec![same],
        None => names.iter().filter(|id| !id.0.is_empty() && whole.ends_with(id.0.as_str())).collect(),
    }
}

fn nothing_in(source: &str) -> Stop {
    let place = InputPlace { file: source.into(), line: 1, byte: 0 };
    Error::Syntax { place, why: "no versions were read".into() }.into()
}

fn no_tenant(wanted: &str, names: &[TenantId], source: &str) -> Stop {
    let words = format!("no tenant {} in {}; tenants: {}", in_quotes(wanted), named(source), listed(names));
    Stop::Failed(Exit::Negative, Error::Usage(words))
}

/// Names enough to choose from, not thousands.
fn listed(names: &[TenantId]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(|id| id.0.as_str()).collect();
    let rest = names.len().saturating_sub(SHOWN);
    if rest == 0 { shown.join(", ") } else { format!("{}, and {rest} more", shown.join(", ")) }
}

/// The version a moment names; one that is named by its relation to others is told on standard error. A text that breaks the grammar is wrong usage; one that names nothing here is a negative
/// answer.
pub fn moment(tenant: &Tenant, text: &str) -> CommandResult<Version> {
    full_moment(tenant, text).map(|moment| moment.version)
}

/// The same, with its time.
pub fn full_moment(tenant: &Tenant, text: &str) -> CommandResult<Moment> {
    let target = Target::parse(text).map_err(|error| Stop::Failed(Exit::Usage, error))?;
    let moment = tenant.history().moment(&target, &TargetContext::in_zone(clock::zone()))?;
    view::moment::describe(&moment).into_iter().for_each(note);
    Ok(moment)
}

/// Reads a stretch of time on the command line: `90s`, `5m`, `2h`, `30d`, `1h30m`; in seconds.
pub fn span(text: &str) -> Result<u64, String> {
    let wrong = || format!("not a duration: {}; use 90s, 5m, 2h, 30d or 1h30m", in_quotes(text));
    match Target::parse(&format!("-{text}")) {
        Ok(Target::Ago(span)) => u64::try_from(span.num_seconds()).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], wanted: Option<&str>, expected: Result<&str, (Exit, &str)>) {
        let ids: Vec<TenantId> = names.iter().map(|&name| name.into()).collect();
        match (choose(&ids, wanted, "x.asof"), expected) {
            (Ok(id), Ok(name)) => assert_eq!(id.0, name),
            (Err(Stop::Failed(exit, error)), Err((code, part))) => {
                assert_eq!(exit, code, "{error}");
                assert!(error.to_string().contains(part), "{error}");
            }
            (got, expected) => panic!("{names:?} {wanted:?}: {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn a_tenant_is_chosen_or_the_choice_is_named() {
        check(&["acme"], None, Ok("acme"));
        check(&["acme", "widgets"], Some("widgets"), Ok("widgets"));
        check(&["acme", "widgets"], None, Err((Exit::Usage, "--tenant NAME: acme, widgets")));
        check(&["acme"], Some("widgets"), Err((Exit::Negative, "no tenant \"widgets\" in x.asof; tenants: acme")));
        check(&[], None, Err((Exit::Unreadable, "no versions were read")));
        check(&[], Some("acme"), Err((Exit::Unreadable, "x.asof, line 1, byte 0")));
    }

    #[test]
    fn a_thousand_tenants_are_not_all_listed() {
        let names: Vec<TenantId> = (0..1000).map(|n| format!("t{n}").as_str().into()).collect();
        assert!(listed(&names).ends_with("t19, and 980 more"), "{}", listed(&names));
    }
}
