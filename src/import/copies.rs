//! A folder of copies of one file, each under a name with its date or number: `app-2026-01-01.json`, `state.12.yaml`.
//!
//! Names that differ in their digits only are copies of one file, oldest first by those. Must not name: `states`, `git`.

use super::document::{Whole, emit_document};
use super::emit::Emitter;
use super::envelope::{EnvelopeDraft, StatePayload, TextFault};
use super::notation::Notation;
use super::texts::{KEPT, Text};
use super::{ImportEnd, ImportInput, ImportItem, ImportProblem, Imported, ItemSink, ReadAs, read_as};
use crate::error::InputPlace;
use crate::record::{Body, Provenance, TenantId, Time};
use crate::value::Limits;
use crate::{Error, Result};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;

/// Stands in the name of a series for what differs.
const DIGITS: char = '*';

/// Numbers in a name, oldest first: each by its length without zeros before it, then by its digits.
type Order = Vec<(usize, String)>;

/// The copies of one file, by their order and name.
type Series = BTreeMap<(Order, String), FileCopy>;

struct FileCopy {
    /// Numbers in its name, as they are written; those of a date by year, month, day.
    numbers: Vec<String>,
}

/// Whether a directory holds copies of a file. O(files).
///
/// # Errors
/// When the directory cannot be read.
pub(crate) fn has_copies(directory: &Path) -> Result<bool> {
    Ok(!all_series(directory)?.is_empty())
}

/// Whether a file of that name is one of the copies in a directory. O(files).
///
/// # Errors
/// When the directory cannot be read.
pub(crate) fn is_copy(directory: &Path, name: &OsStr) -> Result<bool> {
    let is_named = |copies: &Series| copies.keys().any(|(_, file)| OsStr::new(file) == name);
    Ok(all_series(directory)?.values().any(is_named))
}

/// Reads every copy, oldest first: of one file into the tenant given, of several each into one of its name, where `*` stands
/// for the numbers. The label is the file's name; the time is the date in it, or when the file was written. Where it is said
/// how to read them, each is read so, and label and time are those where it gives none.
///
/// # Errors
/// When the directory cannot be read, or holds no two names that differ in their digits only; for what was said wrongly.
pub(crate) fn read_copies(
    directory: &Path,
    tenant: &TenantId,
    how: &ReadAs<'_>,
    sink: &mut ItemSink<'_>,
) -> Result<()> {
    how.check()?;
    let series = all_series(directory)?;
    if series.is_empty() {
        let why = "is a directory, but holds no copies of a file (names that differ in their digits only)";
        return Err(Error::Format { file: directory.display().to_string(), why: why.into() });
    }
    let total = series.values().map(Series::len).sum::<usize>() as u64;
    let mut emitter = Emitter::new(&directory.display().to_string(), tenant.clone(), Limits::default(), sink);
    let (mut read, is_one) = (0, series.len() == 1);
    for (name, copies) in &series {
        let tenant = (!is_one).then(|| name.as_str().into());
        for ((_, file), copy) in copies {
            let path = directory.join(file);
            read += 1;
            if !how.is_default() {
                let tenant = tenant.clone().map_or_else(|| emitter.tenant().clone(), TenantId);
                let one = OneCopy { file, at: at(copy, &path) };
                let flow = emitter.pass_on(|sink| one.read(&path, tenant, how, sink));
                if flow.is_break() || emitter.progress(read, Some(total)).is_break() {
                    return Ok(());
                }
                continue;
            }
            emitter.rename(path.display().to_string());
            let draft = EnvelopeDraft {
                at: at(copy, &path),
                label: file.as_str().into(),
                tenant: tenant.clone(),
                provenance: Some(Provenance { src: Some(file.as_str().into()), ..Provenance::default() }),
                ..EnvelopeDraft::bare(StatePayload::Deleted)
            };
            if emit(&mut emitter, &path, draft).is_break() || emitter.progress(read, Some(total)).is_break() {
                return Ok(());
            }
        }
    }
    let _at_the_end_anyway = emitter.end(ImportEnd { repeatable: false, resume: None });
    Ok(())
}

/// A copy that is read as was said.
struct OneCopy<'a> {
    file: &'a str,
    at: Option<Time>,
}

impl OneCopy<'_> {
    fn read(&self, path: &Path, tenant: TenantId, how: &ReadAs<'_>, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        let mut take = |item: ImportItem| {
            flow = match item {
                // Progress and the end are those of all copies.
                ImportItem::Progress(..) | ImportItem::End(_) => ControlFlow::Continue(()),
                ImportItem::Entry(entry) => sink(ImportItem::Entry(Box::new(self.named(*entry)))),
                other => sink(other),
            };
            flow
        };
        match ImportInput::open(path).and_then(|input| read_as(input.for_tenant(tenant), how, &mut take)) {
            Ok(()) => flow,
            Err(error) => {
                let place = InputPlace { file: path.display().to_string(), line: 1, byte: 0 };
                sink(ImportItem::Problem(ImportProblem { place, why: error.to_string() }))
            }
        }
    }

    fn named(&self, mut imported: Imported) -> Imported {
        imported.entry.at = imported.entry.at.or(self.at);
        if let Body::Transition { label, .. } = &mut imported.entry.body
            && label.is_empty()
        {
            *label = self.file.into();
        }
        imported.entry.provenance.get_or_insert_default().src = Some(self.file.into());
        imported
    }
}

fn emit(emitter: &mut Emitter<'_, '_>, path: &Path, draft: EnvelopeDraft<'_>) -> ControlFlow<()> {
    let notation = Notation::of(path);
    let limit = Limits::default().size;
    let read = File::open(path).and_then(|file| {
        let length = file.metadata()?.len();
        let most = if length > limit { KEPT as u64 } else { limit };
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        Ok((bytes, length))
    });
    match read {
        Ok((bytes, length)) => {
            let length = if length > limit { length } else { bytes.len() as u64 };
            emit_document(emitter, Whole { bytes: &bytes, length, notation, named: notation }, draft)
        }
        Err(error) => {
            let fault = TextFault::whole(format!("cannot be read: {}", crate::error::of_system(&error)));
            let nothing = Text { line: 1, byte: 0, before: &[], bytes: &[], length: 0, limit: u64::MAX };
            emitter.take(&nothing, EnvelopeDraft { payload: StatePayload::Fault(fault), ..draft })
        }
    }
}

/// The files of which there are several copies, by the name of each.
fn all_series(directory: &Path) -> Result<BTreeMap<String, Series>> {
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(Error::io("open", directory))?.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_value = Notation::is_named(Path::new(&name)) && !Notation::is_packed(Path::new(&name));
        if is_value && !name.starts_with('.') && entry.path().is_file() {
            let (series, numbers) = taken_apart(&name);
            all.entry(series).or_default().insert((order(&numbers), name), FileCopy { numbers });
        }
    }
    all.retain(|_, copies| copies.len() > 1);
    Ok(all.into_iter().map(|(name, copies)| (name, by_date(copies, directory))).collect())
}

fn order(numbers: &[String]) -> Order {
    let of = |number: &String| {
        let digits = number.trim_start_matches('0').to_owned();
        (digits.len(), digits)
    };
    numbers.iter().map(of).collect()
}

/// Copies whose names end their dates with the year, by year, month and day. What of the other two is the month, some of them
/// show; where none does, the order in which the files were written counts.
fn by_date(copies: Series, directory: &Path) -> Series {
    let Some(dates) = copies.values().map(|copy| year_last(&copy.numbers)).collect::<Option<Vec<_>>>() else {
        return copies;
    };
    let is_beyond = |which: usize| dates.iter().any(|(_, parts)| parts[which] > 12);
    let day_first = match (is_beyond(0), is_beyond(1)) {
        (true, true) => return copies,
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let sorted =
        copies.into_iter().zip(dates).map(|(((written_order, name), mut copy), (from, [first, second, year]))| {
            let Some(day_first) = day_first else {
                let at = fs::metadata(directory.join(&name)).and_then(|about| about.modified()).map(Time::from);
                let written = at.map_or_else(|_| Order::new(), |at| order(&[at.timestamp_micros().to_string()]));
                return ((written.into_iter().chain(written_order).collect(), name), copy);
            };
            let (month, day) = if day_first { (second, first) } else { (first, second) };
            let date = [year.to_string(), format!("{month:02}"), format!("{day:02}")];
            copy.numbers.splice(from..from + 3, date);
            ((order(&copy.numbers), name), copy)
        });
    sorted.collect()
}

/// Where among the numbers of a name, and which, the first three are that are a date with its year at the end.
fn year_last(numbers: &[String]) -> Option<(usize, [u32; 3])> {
    if date(numbers).is_some() {
        return None;
    }
    numbers.windows(3).enumerate().find_map(|(from, parts)| {
        let has_form = parts[0].len() <= 2 && parts[1].len() <= 2 && parts[2].len() == 4;
        let parts: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let [first, second, year] = parts[..] else { return None };
        let is_date = (1..=31).contains(&first) && (1..=31).contains(&second) && (1970..2200).contains(&year);
        (has_form && is_date).then_some((from, [first, second, year]))
    })
}

/// A name with a star for its numbers, and the numbers. Numbers with one sign between them, or the `T` before a time, are one
/// star: `app-*.json`.
fn taken_apart(name: &str) -> (String, Vec<String>) {
    let (mut series, mut numbers, mut number) = (String::new(), Vec::new(), String::new());
    for char in name.chars().chain(['\0']) {
        if char.is_ascii_digit() {
            number.push(char);
            continue;
        }
        if !number.is_empty() {
            let joined = series.len().saturating_sub(1);
            let is_sign = series.ends_with(|sign: char| sign == ' ' || sign == 'T' || sign.is_ascii_punctuation());
            if is_sign && series[..joined].ends_with(DIGITS) && !series.ends_with(DIGITS) {
                series.truncate(joined);
            } else {
                series.push(DIGITS);
            }
            numbers.push(std::mem::take(&mut number));
        }
        series.extend(Some(char).filter(|char| *char != '\0'));
    }
    (series, numbers)
}

/// The date in a name, of UTC; where only a day is there, the time of that day at which the file was written, if it was.
/// Else when it was written.
fn at(copy: &FileCopy, path: &Path) -> Option<Time> {
    let written = fs::metadata(path).and_then(|about| about.modified()).ok().map(Time::from);
    let Some((day, time)) = date(&copy.numbers) else { return written };
    let named = NaiveDateTime::new(day, time.unwrap_or_default()).and_utc();
    Some(written.filter(|written| time.is_none() && written.date_naive() == day).unwrap_or(named))
}

fn date(numbers: &[String]) -> Option<(NaiveDate, Option<NaiveTime>)> {
    (0..numbers.len()).find_map(|from| {
        let year = &numbers[from];
        let parts: String = match year.len() {
            4 => numbers[from..]
                .iter()
                .take_while(|part| std::ptr::eq(*part, year) || part.len() == 2)
                .cloned()
                .collect(),
            8 => {
                year.clone()
                    + numbers.get(from + 1).filter(|part| matches!(part.len(), 4 | 6)).map_or("", String::as_str)
            }
            14 => year.clone(),
            _ => return None,
        };
        let part = |from: usize, to: usize| parts.get(from..to)?.parse::<u32>().ok();
        let day = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)?;
        let time = part(8, 10)
            .zip(part(10, 12))
            .and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, part(12, 14).unwrap_or(0)));
        (1970..2200).contains(&chrono::Datelike::year(&day)).then_some((day, time))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies_are_told_by_their_digits() {
        for (name, series, numbers, expected) in [
            ("app-2026-01-31.json", "app-*.json", "2026 01 31", Some("2026-01-31 -")),
            ("app_20260131.yaml", "app_*.yaml", "20260131", Some("2026-01-31 -")),
            ("20260131T101500-conf.toml", "*-conf.toml", "20260131 101500", Some("2026-01-31 10:15:00")),
            ("a.2026-01-31 10.15.json", "a.*.json", "2026 01 31 10 15", Some("2026-01-31 10:15:00")),
            ("app-01-31-2026.json", "app-*.json", "01 31 2026", None),
            ("v2-2026-01-31.json", "v*.json", "2 2026 01 31", Some("2026-01-31 -")),
            ("state.12.json", "state.*.json", "12", None),
            ("1.json", "*.json", "1", None),
            ("app-9999-99-99.json", "app-*.json", "9999 99 99", None),
            ("b1c2.json", "b*c*.json", "1 2", None),
            ("b1é2.json", "b*é*.json", "1 2", None),
            ("app.json", "app.json", "", None),
            ("é1ü-2.json", "é*ü-*.json", "1 2", None),
        ] {
            let (found, parts) = taken_apart(name);
            assert_eq!((found.as_str(), parts.join(" ").as_str()), (series, numbers), "{name}");
            let told =
                date(&parts).map(|(day, time)| format!("{day} {}", time.map_or("-".into(), |time| time.to_string())));
            assert_eq!(told.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn dates_that_end_with_the_year_are_in_their_order() {
        for (names, expected) in [
            (
                &["a-01-31-2026.json", "a-02-01-2025.json", "a-11-02-2025.json"][..],
                &["a-02-01-2025.json", "a-11-02-2025.json", "a-01-31-2026.json"][..],
            ),
            (
                &["31.1.2026.json", "1.2.2026.json", "2.11.2025.json"],
                &["2.11.2025.json", "31.1.2026.json", "1.2.2026.json"],
            ),
            // Neither order fits all of them: they stay numbers.
            (&["a-31-01-2026.json", "a-01-31-2025.json"], &["a-01-31-2025.json", "a-31-01-2026.json"]),
            (
                &["a-2-10-2026-01-02.json", "a-2-09-2026-01-03.json"],
                &["a-2-09-2026-01-03.json", "a-2-10-2026-01-02.json"],
            ),
            // Which is the month is not known: by the time at which they were written.
            (&["a-02-01-2026.json", "a-01-02-2026.json"], &["a-02-01-2026.json", "a-01-02-2026.json"]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for (second, name) in (1..).zip(names) {
                let file = File::create(folder.path().join(name)).unwrap();
                file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second)).unwrap();
            }
            let all = all_series(folder.path()).unwrap();
            let found: Vec<&str> =
                all.values().flat_map(|copies| copies.keys().map(|(_, name)| name.as_str())).collect();
            assert_eq!(found, expected);
        }
        let copies = by_date(
            ["a-01-31-2026", "a-02-01-2026"]
                .map(|name| ((order(&taken_apart(name).1), name.to_owned()), FileCopy { numbers: taken_apart(name).1 }))
                .into(),
            Path::new("/nowhere"),
        );
        let days: Vec<String> = copies.values().map(|copy| date(&copy.numbers).unwrap().0.to_string()).collect();
        assert_eq!(days, ["2026-01-31", "2026-02-01"]);
    }
}
