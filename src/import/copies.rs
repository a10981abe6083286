//! A folder of copies of one file, each under a name with its date or number: `app-2026-01-01.json`, `state.12.yaml`.
//!
//! Names that differ in their digits only are copies of one file, oldest first by those. Must not name: `states`, `git`.

use super::document::{Whole, emit_document};
use super::emit::Emitter;
use super::envelope::{Draft, Fault, Payload};
use super::notation::Notation;
use super::texts::{KEPT, Text};
use super::{End, Sink};
use crate::record::{Provenance, TenantId, Time};
use crate::value::Limits;
use crate::{Error, Result};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// Stands in the name of a series for what differs.
const DIGITS: char = '*';

/// Numbers in a name, oldest first: each by its length without zeros before it, then by its digits.
type Order = Vec<(usize, String)>;

/// The copies of one file, by their order and name.
type Series = BTreeMap<(Order, String), Copy>;

struct Copy {
    /// Numbers in its name, as they are written.
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
/// for the numbers. The label is the file's name; the time is the date in it, or when the file was written.
///
/// # Errors
/// When the directory cannot be read, or holds no two names that differ in their digits only.
pub(crate) fn read_copies(directory: &Path, tenant: &TenantId, sink: &mut Sink<'_>) -> Result<()> {
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
            emitter.rename(path.display().to_string());
            let draft = Draft {
                at: at(copy, &path),
                label: file.as_str().into(),
                tenant: tenant.clone(),
                provenance: Some(Provenance { src: Some(file.as_str().into()), ..Provenance::default() }),
                ..Draft::bare(Payload::Deleted)
            };
            read += 1;
            if emit(&mut emitter, &path, draft).is_break() || emitter.progress(read, Some(total)).is_break() {
                return Ok(());
            }
        }
    }
    let _at_the_end_anyway = emitter.end(End { repeatable: false, resume: None });
    Ok(())
}

fn emit(emitter: &mut Emitter<'_, '_>, path: &Path, draft: Draft<'_>) -> std::ops::ControlFlow<()> {
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
            let fault = Fault::whole(format!("cannot be read: {}", crate::error::of_system(&error)));
            let nothing = Text { line: 1, byte: 0, bytes: &[], length: 0, limit: u64::MAX };
            emitter.take(&nothing, Draft { payload: Payload::Fault(fault), ..draft })
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
            let order = numbers.iter().map(|number| {
                let digits = number.trim_start_matches('0').to_owned();
                (digits.len(), digits)
            });
            all.entry(series).or_default().insert((order.collect(), name), Copy { numbers });
        }
    }
    all.retain(|_, copies| copies.len() > 1);
    Ok(all)
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
fn at(copy: &Copy, path: &Path) -> Option<Time> {
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
mod tests {
    use super::*;

    #[test]
    fn names_of_copies_are_told_by_their_digits() {
        for (name, series, numbers, expected) in [
            ("app-2026-01-31.json", "app-*.json", "2026 01 31", Some("2026-01-31 -")),
            ("app_20260131.yaml", "app_*.yaml", "20260131", Some("2026-01-31 -")),
            ("20260131T101500-conf.toml", "*-conf.toml", "20260131 101500", Some("2026-01-31 10:15:00")),
            ("a.2026-01-31 10.15.json", "a.*.json", "2026 01 31 10 15", Some("2026-01-31 10:15:00")),
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
}
