//! Lines of logs as bytes, by docs/log-format.md alone.

use serde_json::{Map, Value as Json};

/// A whole log.
pub struct Log(pub Vec<u8>);

/// CRC-32 bit by bit.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// The lines, each with its newline.
pub fn lines(log: &[u8]) -> impl Iterator<Item = &[u8]> {
    log.split_inclusive(|byte| *byte == b'\n')
}

pub fn without_line(log: &[u8], number: usize) -> Vec<u8> {
    lines(log).enumerate().filter(|(at, _)| *at != number).flat_map(|(_, line)| line.to_vec()).collect()
}

pub fn flipped(log: &[u8], at: usize, bit: usize) -> Vec<u8> {
    let mut bytes = log.to_vec();
    bytes[at] ^= 1 << bit;
    bytes
}

/// The members of a line.
pub fn members(line: &[u8]) -> Map<String, Json> {
    serde_json::from_slice(line.strip_suffix(b"\n").unwrap_or(line)).unwrap()
}

/// A line of these members, with its checksum.
pub fn line(seed: &str, mut members: Map<String, Json>) -> Vec<u8> {
    members.remove("crc");
    let mut rest = format!(",\"pos\":{}", members.remove("pos").unwrap());
    if let Some(more) = members.remove("more") {
        rest.extend([",\"more\":", &more.to_string()]);
    }
    for (name, value) in members {
        rest.extend([",", &Json::String(name).to_string(), ":", &value.to_string()]);
    }
    rest.push('}');
    format!("{{\"crc\":\"{:08x}\"{rest}\n", crc32(format!("{seed}{rest}").as_bytes())).into_bytes()
}

/// The same log as a writer of version 1 had written it: without what version 2 added.
pub fn to_version_1(log: &Log) -> Log {
    let seed = members(lines(&log.0).next().unwrap())["seed"].as_str().unwrap().to_owned();
    let mut out = Vec::new();
    for (number, text) in lines(&log.0).enumerate() {
        let mut members = members(text);
        for name in ["v", "n", "size", "kept", "created", "time_source", "cause", "src", "source_id", "through"] {
            members.remove(name);
        }
        if let Some(Json::Object(base)) = members.get_mut("base") {
            base.remove("suspect");
            for kept in base["kept"].as_array_mut().unwrap() {
                kept.as_object_mut().unwrap().remove("created");
            }
        }
        out.extend(line(if number == 0 { "" } else { &seed }, members));
    }
    Log(out)
}
