//! JSON Lines of whole states: bare, or each in an envelope that says when, by whom and why.
//!
//! Must not name: `texts`.

use super::emit::read_texts;
use super::envelope::{TextReading, bare, framed};
use super::probe::{InputSample, STATES};
use super::{FormatCandidate, ImportInput, Importer, ItemSink};
use crate::Result;

/// Whole states; whether in envelopes, the content tells.
pub(super) struct States;

/// Whole states, even if they look like envelopes.
pub(super) struct BareStates;

impl Importer for States {
    fn name(&self) -> &'static str {
        STATES
    }

    fn about(&self) -> &'static str {
        "whole states, one JSON text each: bare, or in an envelope as {\"time\",\"label\",\"state\"}"
    }

    fn sniff(&self, start: &[u8]) -> Option<FormatCandidate> {
        let sample = InputSample::of(start);
        if sample.is_framed() {
            let why = format!("each state is in an envelope of {}", sample.envelope());
            return Some(FormatCandidate { format: STATES, score: 90, why });
        }
        let why = format!("{} JSON", sample.layout_words());
        sample.is_mostly_json().then_some(FormatCandidate { format: STATES, score: 50, why })
    }

    fn read(&self, input: ImportInput, sink: &mut ItemSink<'_>) -> Result<()> {
        let sample = InputSample::of(input.start());
        let (layout, reading) = (sample.layout(), if sample.is_framed() { framed as TextReading } else { bare });
        read_texts(input, layout, reading, sink)
    }
}

impl Importer for BareStates {
    fn name(&self) -> &'static str {
        "bare-states"
    }

    fn about(&self) -> &'static str {
        "whole states, each JSON text taken as it is even if it looks like an envelope"
    }

    /// Never by itself: `states` is the same where there is nothing to decide.
    fn sniff(&self, _: &[u8]) -> Option<FormatCandidate> {
        None
    }

    fn read(&self, input: ImportInput, sink: &mut ItemSink<'_>) -> Result<()> {
        let layout = InputSample::of(input.start()).layout();
        read_texts(input, layout, bare, sink)
    }
}
