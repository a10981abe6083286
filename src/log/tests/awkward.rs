//! A log that does everything to its callers that the contract allows, driven by a seed: positions with gaps between
//! appends, batches shorter than asked for, answers that are lost, requests that are lost, come late or are handled twice.
//! Keeps bytes, as an engine somewhere else would.

use crate::dice::Dice;
use crate::log::{AppendId, Log, LogBatch, LogIdentity, decode_record, encode_record};
use crate::record::{Entry, Position, Record, TenantId};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The log.
pub struct Awkward(Mutex<State>);

struct State {
    dice: Dice,
    /// The bytes of records, each with its position.
    tenants: BTreeMap<TenantId, Vec<(u64, Vec<u8>)>>,
    /// How often records were removed.
    removed: u64,
    /// Records read from it.
    read: u64,
    /// Requests on their way, each with how many others overtake it.
    late: Vec<(u64, Request)>,
    /// Requests in a row that were not answered.
    unanswered: u32,
    /// Whether no request is answered any more.
    silent: bool,
    /// Whether no request arrives any more.
    lost: bool,
    told: BTreeMap<&'static str, u64>,
}

#[derive(Clone)]
struct Request {
    tenant: TenantId,
    expected: Position,
    id: AppendId,
    entries: Vec<Entry>,
}

impl Awkward {
    /// An empty one.
    pub fn new(seed: u64) -> Self {
        let (tenants, late, told) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (removed, read) = (0, 0);
        Self(Mutex::new(State { dice, tenants, removed, read, late, unanswered: 0, silent: false, lost: false, told }))
    }

    /// From now on requests are handled but not answered, or answered again.
    pub fn silence(&self, silent: bool) {
        self.state().silent = silent;
    }

    /// From now on no request arrives, or all do again.
    pub fn lose(&self, lost: bool) {
        self.state().lost = lost;
    }

    /// Removes a tenant's records before the last `kept` of them, as an engine does that keeps so many.
    pub fn keep_last(&self, tenant: &TenantId, kept: usize) {
        let mut state = self.state();
        state.removed += 1;
        let all = state.tenants.entry(tenant.clone()).or_default();
        all.drain(..all.len().saturating_sub(kept));
    }

    /// Goes back to records of before, without saying so: an engine that lost what it had acknowledged.
    pub fn forget_last(&self, tenant: &TenantId, lost: usize) {
        let mut state = self.state();
        let all = state.tenants.entry(tenant.clone()).or_default();
        all.truncate(all.len().saturating_sub(lost));
    }

    /// Records read from it so far.
    pub fn records_read(&self) -> u64 {
        self.state().read
    }

    /// How often what happened to a caller.
    pub fn told(&self) -> BTreeMap<&'static str, u64> {
        self.state().told.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = state.late.extract_if(.., |(overtaken_by, _)| {
            *overtaken_by = overtaken_by.saturating_sub(1);
            *overtaken_by == 0
        });
        for (_, request) in due.collect::<Vec<_>>() {
            let _nobody_waits_for_it = state.handle(&request);
        }
        state
    }
}

impl State {
    fn behind(&self, tenant: &TenantId, after: Position) -> impl Iterator<Item = Record> {
        let all = self.tenants.get(tenant).map_or(&[][..], Vec::as_slice);
        let start = all.partition_point(|(position, _)| *position <= after.0);
        all[start..].iter().map(|(_, bytes)| decode_record(bytes))
    }

    fn last(&self, tenant: &TenantId) -> u64 {
        self.tenants.get(tenant).and_then(|all| all.last()).map_or(0, |(position, _)| *position)
    }

    /// What the engine itself does: compare, and store all or nothing.
    fn handle(&mut self, request: &Request) -> Result<Position> {
        let last = self.last(&request.tenant);
        if last != request.expected.0 {
            return Err(Error::Conflict { expected: request.expected.0, actual: last });
        }
        if request.entries.is_empty() {
            return Ok(request.expected);
        }
        let most = 1 << self.dice.below(20);
        let first = last + 1 + if self.dice.below(3) == 0 { 0 } else { self.dice.below(most) };
        let records = (first..).zip(&request.entries).enumerate().map(|(number, (position, entry))| {
            let (id, entry) = (request.id.record(number), entry.clone());
            (position, encode_record(&Record { position: Position(position), id, entry }))
        });
        let stored = self.tenants.entry(request.tenant.clone()).or_default();
        stored.extend(records);
        Ok(Position(first + request.entries.len() as u64 - 1))
    }

    fn unknown(&mut self, what: &'static str, request: &Request) -> Result<Position> {
        self.unanswered += 1;
        *self.told.entry(what).or_default() += 1;
        Err(Error::Unknown { tenant: request.tenant.to_string(), why: what.into() })
    }
}

impl Log for Awkward {
    fn tenants(&self) -> Result<Vec<TenantId>> {
        Ok(self.state().tenants.keys().cloned().collect())
    }

    fn append(&self, tenant: &TenantId, expected: Position, id: &AppendId, entries: &[Entry]) -> Result<Position> {
        let mut state = self.state();
        let request = Request { tenant: tenant.clone(), expected, id: id.clone(), entries: entries.to_vec() };
        let luck = if state.unanswered == 3 { 9 } else { state.dice.below(10) };
        if state.silent || state.lost {
            let _unanswered = if state.silent { state.handle(&request) } else { Ok(expected) };
            return state.unknown("the answer was lost", &request);
        }
        match luck {
            1 => {
                let _lost = state.handle(&request);
                state.unknown("the answer was lost", &request)
            }
            // One for a position to come would be another append by then.
            2 if expected.0 <= state.last(tenant) => {
                let overtaken_by = 1 + state.dice.below(6);
                state.late.push((overtaken_by, request.clone()));
                state.unknown("the request is late", &request)
            }
            0 | 2 => state.unknown("the request was lost", &request),
            3 => {
                *state.told.entry("handled twice").or_default() += 1;
                let first = state.handle(&request);
                if entries.is_empty() { first } else { state.handle(&request).or_else(|error| first.and(Err(error))) }
            }
            _ => {
                state.unanswered = 0;
                state.handle(&request)
            }
        }
    }

    fn last(&self, tenant: &TenantId) -> Result<Position> {
        Ok(Position(self.state().last(tenant)))
    }

    fn read(&self, tenant: &TenantId, after: Position, limit: usize) -> Result<LogBatch> {
        let mut state = self.state();
        let limit = if limit > 1 { 1 + state.dice.below(limit as u64) as usize } else { limit };
        let records: Vec<_> = state.behind(tenant, after).take(limit).map(Arc::new).collect();
        state.read += records.len() as u64;
        Ok(LogBatch::of(records))
    }

    fn identity(&self, tenant: &TenantId) -> Result<Option<LogIdentity>> {
        let state = self.state();
        let generation = format!("{:?} {}", state.tenants.get(tenant).and_then(|all| all.first()), state.removed);
        Ok(Some(LogIdentity::new("awkward", generation)))
    }
}
