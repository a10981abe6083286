//! Lines with right checksums.

use std::fmt::Write;

/// The log file of the tenant `main`.
pub const FILE: &str = "0d6e4079e36703ebd37c00722f5891d2.jsonl";

const SEED: &str = "9f8e7d6c";

/// The line of `asof.json`.
pub fn marker() -> String {
    line("", 0, &format!("\"asof\":1,\"seed\":\"{SEED}\"}}"))
}

/// The bytes of a log.
///
/// | line of the input | becomes |
/// |---|---|
/// | `{...}` | that record, with the next position and the right checksum |
/// | `header {...}` | as the first line: the header |
/// | `@7` | nothing; the next record is at position 7 |
/// | `~{...}` | that record, with a wrong checksum |
/// | `!...` | those bytes |
/// | `%` | nothing; what follows is not ended by a newline |
pub fn frame(input: &str) -> Vec<u8> {
    let mut lines = input.lines().peekable();
    let header = lines.next_if(|line| line.starts_with("header {")).and_then(|line| line.strip_prefix("header {"));
    let header = header.map_or_else(|| format!("\"asof\":1,\"seed\":\"{SEED}\",\"tenant\":\"main\"}}"), str::to_owned);
    let (mut log, mut position, mut is_torn) = (line("", 0, &header), 1_u64, false);
    for text in lines {
        match text.as_bytes().first() {
            Some(b'@') => position = text[1..].trim().parse().unwrap_or(position),
            Some(b'%') => is_torn = true,
            Some(b'!') => log.extend([&text[1..], "\n"]),
            _ => {
                let is_wrong = text.starts_with('~');
                let body = text.trim_start_matches('~').strip_prefix('{').unwrap_or(text);
                log.push_str(&line(if is_wrong { "damaged!" } else { SEED }, position, body));
                position = position.saturating_add(1);
            }
        }
    }
    if is_torn {
        log.pop();
    }
    log.into_bytes()
}

/// One line, as docs/log-format.md has it.
fn line(seed: &str, position: u64, members: &str) -> String {
    let covered = format!(",\"pos\":{position},{members}");
    let mut line = String::new();
    let checksum = crc32fast::hash(format!("{seed}{covered}").as_bytes());
    let _ = writeln!(line, "{{\"crc\":\"{checksum:08x}\"{covered}");
    line
}
