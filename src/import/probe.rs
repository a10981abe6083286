//! Which format an input is in, and why.
/// A format an input may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The format's name.
    pub format: &'static str,
    /// 0 to 100; two candidates within 10 of each other are ambiguous.
    pub score: u8,
    /// What in the input speaks for it.
    pub why: String,
}
/// What an input looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Best first.
    pub candidates: Vec<Candidate>,
}
/// Looks at the first bytes (already unpacked).
pub fn probe(start: &[u8]) -> Probe { todo!() }
