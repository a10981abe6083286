//! Files of one value in a notation beside JSON, as formats.
//!
//! Must not name: `states`, `texts`.

use super::document::{Whole, emit_document};
use super::emit::Emitter;
use super::envelope::{EnvelopeDraft, StatePayload};
use super::input::TextStream;
use super::notation::Notation;
use super::probe::InputSample;
use super::{FormatCandidate, ImportEnd, ImportInput, Importer, ItemSink};
use crate::Result;
use crate::error::{Error, counted};
use std::io::Read;
use std::path::Path;

/// A file of one value.
pub(super) struct ValueFile {
    name: &'static str,
    about: &'static str,
    notation: Notation,
}

pub(super) static JSON5: ValueFile = ValueFile {
    name: "json5",
    about: "one value as JSON5 or JSON with comments, one version",
    notation: Notation::Json5,
};
pub(super) static YAML: ValueFile =
    ValueFile { name: "yaml", about: "one value as YAML, one version", notation: Notation::Yaml };
pub(super) static TOML: ValueFile =
    ValueFile { name: "toml", about: "one value as TOML, one version", notation: Notation::Toml };

/// What the name of an input says of it, where that is not left to its content: a file of JSON5 may hold JSON.
pub(super) fn named(input: &ImportInput) -> Option<FormatCandidate> {
    let notation = Notation::of(Path::new(input.name()));
    let format = [&YAML, &TOML].into_iter().find(|format| format.notation == notation)?;
    Some(FormatCandidate { format: format.name, score: 100, why: format!("its name says {}", notation.word()) })
}

impl Importer for ValueFile {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    /// Only JSON5 is told by content, where a short file holds nothing else: nearly any text is YAML.
    fn sniff(&self, start: &[u8]) -> Option<FormatCandidate> {
        let text = std::str::from_utf8(start).ok().filter(|_| self.notation == Notation::Json5)?;
        let begins = text.trim_start().starts_with(['{', '[', '/']);
        let is_it =
            begins && !InputSample::of(start).is_mostly_json() && self.notation.to_json(text, usize::MAX).is_ok();
        let why = "it is JSON except for comments, commas or quotes".to_owned();
        is_it.then_some(FormatCandidate { format: self.name, score: 60, why })
    }

    fn read(&self, input: ImportInput, sink: &mut ItemSink<'_>) -> Result<()> {
        let (name, tenant, limits) = (input.name().to_owned(), input.tenant().clone(), input.limits());
        let TextStream { start: mut bytes, mut rest, .. } = input.into_stream();
        let room = limits.size.saturating_add(1).saturating_sub(bytes.len() as u64);
        rest.by_ref().take(room).read_to_end(&mut bytes).map_err(Error::io("read", &name))?;
        let length = bytes.len() as u64;
        if length > limits.size {
            let why = format!("is longer than {}, the limit for one state", counted(limits.size, "byte"));
            return Err(Error::Format { file: name, why });
        }
        let mut emitter = Emitter::new(&name, tenant, limits, sink);
        let whole = Whole { bytes: &bytes, length, notation: self.notation, named: Notation::of(Path::new(&name)) };
        if emit_document(&mut emitter, whole, EnvelopeDraft::bare(StatePayload::Deleted)).is_continue()
            && emitter.progress(length, Some(length)).is_continue()
        {
            let _at_the_end_anyway = emitter.end(ImportEnd { repeatable: true, resume: None });
        }
        Ok(())
    }
}
