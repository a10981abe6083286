//! Records changed as what they are: members, numbers and names of their JSON, whole lines, and what stands between.

use serde_json::{Map, Value as Json};

/// Numbers at which something ends.
const NUMBERS: [u64; 14] =
    [0, 1, 2, 3, 5, 8, 500, u32::MAX as u64, 1 << 32, (1 << 53) - 2, (1 << 53) - 1, 1 << 53, u64::MAX - 1, u64::MAX];

/// Texts that mean something somewhere.
const TEXTS: [&str; 14] = [
    "",
    "main",
    "a",
    "main~1",
    "a~1",
    "~",
    "head",
    "#3",
    "v1",
    "1e400",
    "2026-10-09T12:00:00Z",
    "-262143-01-01T00:00:00Z",
    "/a/b",
    "debugger",
];

/// One record of each type, and other lines.
pub const RECORDS: &str = include_str!("records.txt");

/// The input changed in one to three places. The same seed makes the same change.
pub fn mutate(input: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut lines: Vec<String> = String::from_utf8_lossy(input).lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(3) {
        change(&mut lines, &mut dice);
    }
    lines.truncate(64);
    lines.join("\n").into_bytes()
}

fn change(lines: &mut Vec<String>, dice: &mut Dice) {
    let at = dice.below(lines.len() + 1);
    if at == lines.len() {
        return lines.push(any_record(dice));
    }
    match dice.below(12) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, any_record(dice)),
        2 => lines.insert(at, lines[at].clone()),
        3 => {
            let other = dice.below(lines.len());
            lines.swap(at, other);
        }
        4 => lines.insert(at, format!("@{}", NUMBERS[dice.below(NUMBERS.len())])),
        5 if dice.below(4) == 0 => lines[at].insert(0, ['~', '!', '%'][dice.below(3)]),
        _ => {
            let other = lines[dice.below(lines.len())].clone();
            lines[at] = changed_record(&lines[at], &other, dice);
        }
    }
}

fn any_record(dice: &mut Dice) -> String {
    let records: Vec<&str> = RECORDS.lines().collect();
    records[dice.below(records.len())].to_owned()
}

/// The record with one part of its JSON changed; as it is when it is not JSON.
fn changed_record(line: &str, other: &str, dice: &mut Dice) -> String {
    let start = line.find('{').unwrap_or(line.len());
    let Ok(mut record) = serde_json::from_str::<Json>(&line[start..]) else { return line.to_owned() };
    let other = serde_json::from_str::<Json>(&other[other.find('{').unwrap_or(other.len())..]).unwrap_or_default();
    let count = count(&record);
    match dice.below(8) {
        0 => empty_lists(&mut record, dice),
        1 => exchange_numbers(&mut record, dice),
        _ => change_part(&mut record, dice.below(count), &other, dice),
    }
    format!("{}{}", &line[..start], written(record))
}

/// `more` stands first, if it is there.
fn written(record: Json) -> String {
    match record {
        Json::Object(mut members) if members.contains_key("more") => {
            let more = members.remove("more").unwrap_or_default();
            let rest = Json::Object(members).to_string();
            format!("{{\"more\":{more}{}{}", if rest == "{}" { "" } else { "," }, &rest[1..])
        }
        record => record.to_string(),
    }
}

/// How many parts there are, the whole one too.
fn count(json: &Json) -> usize {
    1 + match json {
        Json::Array(all) => all.iter().map(count).sum(),
        Json::Object(all) => all.values().map(count).sum(),
        _ => 0,
    }
}

fn nth(json: &Json, index: usize) -> Option<&Json> {
    if index == 0 {
        return Some(json);
    }
    let children: Vec<&Json> = match json {
        Json::Array(all) => all.iter().collect(),
        Json::Object(all) => all.values().collect(),
        _ => Vec::new(),
    };
    let mut left = index - 1;
    for child in children {
        let within = count(child);
        if left < within {
            return nth(child, left);
        }
        left -= within;
    }
    None
}

fn change_part(json: &mut Json, index: usize, other: &Json, dice: &mut Dice) {
    if index == 0 {
        return change_here(json, other, dice);
    }
    let children: Vec<&mut Json> = match json {
        Json::Array(all) => all.iter_mut().collect(),
        Json::Object(all) => all.values_mut().collect(),
        _ => Vec::new(),
    };
    let mut left = index - 1;
    for child in children {
        let within = count(child);
        if left < within {
            return change_part(child, left, other, dice);
        }
        left -= within;
    }
}

/// Empties each list with even odds: what one of them says is often required by another.
fn empty_lists(json: &mut Json, dice: &mut Dice) {
    match json {
        Json::Array(all) if dice.below(2) == 0 => all.clear(),
        Json::Array(all) => all.iter_mut().for_each(|one| empty_lists(one, dice)),
        Json::Object(all) => all.values_mut().for_each(|one| empty_lists(one, dice)),
        _ => {}
    }
}

/// One number becomes another, wherever it stands: what refers to something goes on doing so.
fn exchange_numbers(json: &mut Json, dice: &mut Dice) {
    let numbers: Vec<u64> = (0..count(json)).filter_map(|index| nth(json, index)?.as_u64()).collect();
    let Some(from) = numbers.get(dice.below(numbers.len())) else { return };
    exchange(json, *from, NUMBERS[dice.below(NUMBERS.len())]);
}

fn exchange(json: &mut Json, from: u64, to: u64) {
    match json {
        Json::Array(all) => all.iter_mut().for_each(|one| exchange(one, from, to)),
        Json::Object(all) => all.values_mut().for_each(|one| exchange(one, from, to)),
        json if json.as_u64() == Some(from) => *json = to.into(),
        _ => {}
    }
}

fn change_here(json: &mut Json, other: &Json, dice: &mut Dice) {
    match (json, dice.below(4)) {
        (Json::Array(all), 0) => all.clear(),
        (Json::Array(all), 1) if !all.is_empty() => drop(all.remove(dice.below(all.len()))),
        (Json::Array(all), _) if !all.is_empty() => all.push(all[dice.below(all.len())].clone()),
        (Json::Object(all), 0 | 1) => drop(dice.pick(all).and_then(|key| all.remove(&key))),
        (Json::Object(all), 2) => {
            if let (Some(from), Some(to)) = (dice.pick(all), dice.pick(all)) {
                all.insert(to, all[&from].clone());
            }
        }
        (json, 3) => *json = nth(other, dice.below(count(other))).cloned().unwrap_or_default(),
        (Json::String(text), _) => TEXTS[dice.below(TEXTS.len())].clone_into(text),
        (json @ Json::Number(_), _) => *json = NUMBERS[dice.below(NUMBERS.len())].into(),
        (json, _) => {
            let others = [Json::Null, Json::Bool(true), 1.into(), "a".into(), Json::Array(Vec::new())];
            json.clone_from(&others[dice.below(others.len())]);
        }
    }
}

/// Numbers that only the seed decides (the generator `SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap_or_default()
    }

    fn pick(&mut self, members: &Map<String, Json>) -> Option<String> {
        members.keys().nth(self.below(members.len())).cloned()
    }
}
