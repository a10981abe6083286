//! A small reader of good logs, written from docs/log-format.md: no code of the library.

use super::bytes::{crc32, lines, members};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What a log says.
#[derive(Default)]
pub struct Read {
    /// The value of each version.
    pub values: BTreeMap<u64, Json>,
    /// The head of each branch that grows.
    pub heads: BTreeMap<String, u64>,
    /// The version of each snapshot ever made, by the position of its record.
    pub snapshots: BTreeMap<u64, u64>,
    newest: u64,
    /// What can be taken back, by the position of the record: branch, and the head before. `None` makes no version.
    writes: BTreeMap<u64, Option<(String, u64)>>,
}

/// Reads a log of any version; panics on anything but a good one.
pub fn read(log: &[u8]) -> Read {
    let mut lines = lines(log);
    let header = lines.next().unwrap();
    checked(header, "");
    let seed = members(header)["seed"].as_str().unwrap().to_owned();
    let mut read = Read::default();
    read.values.insert(0, Json::Null);
    read.heads.insert("main".into(), 0);
    for line in lines {
        checked(line, &seed);
        read.take(&members(line));
    }
    read
}

fn checked(line: &[u8], seed: &str) {
    let line = line.strip_suffix(b"\n").unwrap();
    let crc = crc32(&[seed.as_bytes(), &line[17..]].concat());
    assert_eq!(&line[..17], format!("{{\"crc\":\"{crc:08x}\"").as_bytes());
}

fn number(members: &Map<String, Json>, name: &str) -> u64 {
    members[name].as_u64().unwrap()
}

impl Read {
    fn make(&mut self, members: &Map<String, Json>, branch: &str, value: Json) {
        self.newest += 1;
        if let Some(said) = members.get("v") {
            assert_eq!(said.as_u64(), Some(self.newest), "{members:?}");
        }
        if let Some(size) = members.get("size") {
            assert_eq!(size.as_u64(), Some(value.to_string().len() as u64), "{members:?}");
        }
        self.values.insert(self.newest, value);
        self.heads.insert(branch.to_owned(), self.newest);
    }

    fn take(&mut self, members: &Map<String, Json>) {
        let branch = members.get("branch").and_then(Json::as_str).unwrap_or("main").to_owned();
        let position = number(members, "pos");
        match members["type"].as_str().unwrap() {
            "transition" => {
                let mut value = self.values[&self.heads[&branch]].clone();
                if let Some(patch) = members.get("patch") {
                    let patch = serde_json::from_value::<json_patch::Patch>(patch.clone()).unwrap();
                    // One that does not apply leaves the value.
                    let before = value.clone();
                    json_patch::patch(&mut value, &patch).unwrap_or_else(|_| value = before);
                } else if let Some(state) = members.get("state") {
                    value = state.clone();
                } else if members.contains_key("deleted") {
                    value = Json::Null;
                }
                self.make(members, &branch, value);
            }
            "rollback" => self.back(members, position, &branch, number(members, "to")),
            "promote" => {
                let to = self.heads[members["variant"].as_str().unwrap()];
                self.back(members, position, "main", to);
            }
            "undo" => self.turn(members, position),
            "fork" => {
                let name = members["name"].as_str().unwrap().to_owned();
                self.heads.insert(name, number(members, "from"));
            }
            "snapshot" => {
                self.snapshots.insert(position, number(members, "version"));
                self.writes.insert(position, None);
            }
            "edit-snapshot" | "delete-snapshots" | "settings" => drop(self.writes.insert(position, None)),
            "base" => self.start(&members["base"]),
            _ => {}
        }
    }

    fn back(&mut self, members: &Map<String, Json>, position: u64, branch: &str, to: u64) {
        self.writes.insert(position, Some((branch.to_owned(), self.heads[branch])));
        self.make(members, branch, self.values[&to].clone());
    }

    fn turn(&mut self, members: &Map<String, Json>, position: u64) {
        match self.writes.remove(&number(members, "of")) {
            Some(Some((branch, left))) => self.back(members, position, &branch, left),
            Some(None) => drop(self.writes.insert(position, None)),
            None => {}
        }
    }

    fn start(&mut self, base: &Json) {
        self.newest = base["through"].as_u64().unwrap();
        let pair = |pair: &Json| (pair[0].as_u64().unwrap(), pair[1].clone());
        self.values.extend(base["values"].as_array().unwrap().iter().map(pair));
        for head in base["heads"].as_array().unwrap() {
            self.heads.insert(head["name"].as_str().unwrap().to_owned(), head["head"].as_u64().unwrap());
        }
        for write in base["writes"].as_array().unwrap() {
            let back = write
                .get("branch")
                .map(|branch| (branch.as_str().unwrap().to_owned(), write["left"].as_u64().unwrap()));
            self.writes.insert(write["at"].as_u64().unwrap(), back);
        }
        for kept in base["kept"].as_array().unwrap().iter().filter(|kept| kept["type"] == "snapshot") {
            self.snapshots.insert(kept["pos"].as_u64().unwrap(), kept["version"].as_u64().unwrap());
        }
    }
}
