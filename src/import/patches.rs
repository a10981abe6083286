//! JSON Patch (RFC 6902) Lines: in each an array of operations, one operation, or an envelope with a `patch`.
//!
//! Must not name: `texts`.

use super::emit::read_texts;
use super::envelope::{Looks, framed};
use super::probe::InputSample;
use super::{FormatCandidate, ImportInput, Importer, ItemSink};
use crate::Result;
use crate::error::counted;

/// RFC 6902 patches, one JSON text each.
pub(super) struct JsonPatch;

const JSON_PATCH: &str = "json-patch";

impl Importer for JsonPatch {
    fn name(&self) -> &'static str {
        JSON_PATCH
    }

    fn about(&self) -> &'static str {
        "JSON Patches (RFC 6902), one JSON text each; the first adds the whole document at path \"\""
    }

    fn sniff(&self, start: &[u8]) -> Option<FormatCandidate> {
        let sample = InputSample::of(start);
        let (patches, others) = sample.looks().fold((0_u64, 0_u64), |(patches, others), look| match look {
            Looks::Patch => (patches + 1, others),
            Looks::State | Looks::Other => (patches, others + 1),
            Looks::Open | Looks::Broken => (patches, others),
        });
        let (score, why) = match (patches, others) {
            (0, _) => return None,
            (n, 0) => (95, format!("JSON Patches: the first {}", counted(n, "text"))),
            (n, others) => (55, format!("JSON Patches: {n} of the first {} texts", n + others)),
        };
        Some(FormatCandidate { format: JSON_PATCH, score, why })
    }

    fn read(&self, input: ImportInput, sink: &mut ItemSink<'_>) -> Result<()> {
        let layout = InputSample::of(input.start()).layout();
        read_texts(input, layout, framed, sink)
    }
}
