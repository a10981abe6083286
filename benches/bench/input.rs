//! What is measured on: states of any size and changes to them, the same in every run and for every peer.

use std::fmt::Write as _;

/// Random numbers from a fixed seed (xorshift).
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }
}

/// `{"entries":{"e0000000":{"n":0,"name":"item 0"}, …}}` as JSON text.
pub fn state_text(entries: usize) -> String {
    let mut text = String::with_capacity(entries * 48);
    text.push_str("{\"entries\":{");
    for entry in 0..entries {
        let comma = if entry == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"e{entry:07}\":{{\"n\":{entry},\"name\":\"item {entry}\"}}");
    }
    text.push_str("}}");
    text
}

/// A change of one leaf.
#[derive(Clone, Copy)]
pub struct Step {
    /// Which entry.
    pub entry: usize,
    /// Its new number.
    pub n: i64,
}

impl Step {
    /// As JSON Pointer.
    pub fn pointer(self) -> String {
        format!("/entries/e{:07}/n", self.entry)
    }
}

/// Changes of single leaves of a state with so many entries.
pub fn steps(entries: usize, count: usize) -> Vec<Step> {
    let mut random = Random::new(0x5eed_0001);
    let step = |at: usize| Step { entry: random.below(entries), n: 1_000_000_000 + i64::try_from(at).unwrap_or(0) };
    (0..count).map(step).collect()
}
