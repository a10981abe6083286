//! The members of version 2 that any record may have: `"v":7,"n":[1,0,0,0],"size":42,"time_source":"arrived",..`.

use super::{LineFault, LineMembers, decode_value, digits, name, number, optional_text, text};
use crate::diff::Counts;
use crate::record::{Makes, Provenance, TimeSource, Version};
use crate::value::Value;
use std::num::NonZeroU64;

pub(super) fn encode(out: &mut Vec<u8>, makes: Option<&Makes>, provenance: Option<&Provenance>) {
    if let Some(makes) = makes {
        number(out, "v", makes.version.0);
        if let Some(Counts { added, changed, removed, moved }) = makes.counts {
            name(out, "n");
            for (before, count) in [(b'[', added), (b',', changed), (b',', removed), (b',', moved)] {
                out.push(before);
                digits(out, u64::from(count));
            }
            out.push(b']');
        }
        if let Some(size) = makes.size {
            number(out, "size", size.get());
        }
        if let Some(kept) = makes.kept {
            number(out, "kept", kept.get());
        }
    }
    let Some(Provenance { time_source, cause, src, source_id, message }) = provenance else { return };
    if let Some(source) = time_source {
        text(out, "time_source", source.word());
    }
    for (name, member) in [("cause", cause), ("src", src), ("source_id", source_id), ("message", message)] {
        if let Some(member) = member {
            text(out, name, member);
        }
    }
}

/// The version made; `None` where the record does not say.
pub(super) fn makes(members: &LineMembers<'_>) -> Result<Option<Makes>, LineFault> {
    let Some(version) = members.number("v")? else { return Ok(None) };
    if version == 0 || version >= super::POSITIONS {
        return Err(format!("its \"v\" is {version}, which is not a version"));
    }
    let counts = members.get("n").map(|text| counts(&decode_value("n", text)?)).transpose()?;
    let number = |name| Ok::<_, LineFault>(members.number(name)?.and_then(NonZeroU64::new));
    let (size, kept) = (number("size")?, number("kept")?);
    Ok(Some(Makes { version: Version(version), counts, size, kept }))
}

fn counts(value: &Value) -> Result<Counts, LineFault> {
    let numbers = value.as_array().filter(|array| array.len() == 4);
    let number = |index: usize| numbers?.get(index)?.as_number()?.as_i64()?.try_into().ok();
    let counts = (number(0), number(1), number(2), number(3));
    let (Some(added), Some(changed), Some(removed), Some(moved)) = counts else {
        return Err("its \"n\" is not an array of four counts".into());
    };
    Ok(Counts { added, changed, removed, moved })
}

/// Where it comes from. What kind of time is not known here is passed over.
pub(super) fn provenance(members: &LineMembers<'_>) -> Result<Option<Provenance>, LineFault> {
    let word = members.text("time_source")?;
    let provenance = Provenance {
        time_source: word.and_then(|word| TimeSource::named(&word)),
        cause: optional_text(members, "cause")?,
        src: optional_text(members, "src")?,
        source_id: optional_text(members, "source_id")?,
        message: optional_text(members, "message")?,
    };
    Ok(Some(provenance).filter(|provenance| *provenance != Provenance::default()))
}
