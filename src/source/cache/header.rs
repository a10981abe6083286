//! What stands beside a copy of an import: of what source it is, and what the import told.
//!
//! Must not name: files.

use crate::bytes::{Binary, ByteReader, binary_enum, binary_struct};
use crate::error::InputPlace;
use crate::import::{IMPORTERS, ImportProblem, Note, ResumePoint};
use crate::record::{TenantId, Version};
use crate::recording::RecordCounts;
use crate::segment::LogState;
use crate::source::Event;
use crate::value::Text;

const BEGIN: &[u8; 8] = b"asofimp\n";
/// The form of everything here.
const FORMAT: u32 = 1;
/// Which program wrote it: another one may read sources otherwise.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The state of a source that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SourceState {
    /// Bytes of a file.
    File { bytes: LogState },
    /// A file in a repository, and what determines its versions.
    Told { is: Text },
}
binary_enum!(SourceState { 0 => File { bytes }, 1 => Told { is } });

impl SourceState {
    /// Bytes of the source that were read, where that is known.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File { bytes } => bytes.length,
            Self::Told { .. } => 0,
        }
    }
}

/// One thing that an import told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ImportTold {
    Problem { place: Whereabouts, why: Text },
    Note { tenant: Text, place: Whereabouts, why: Text, version: Version },
    Took { tenant: Text, versions: u64 },
}
binary_enum!(ImportTold {
    0 => Problem { place, why },
    1 => Note { tenant, place, why, version },
    2 => Took { tenant, versions },
});

/// A place in a source. The file is left out where it is the source itself, under whatever name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whereabouts {
    file: Option<Text>,
    line: u64,
    byte: u64,
}
binary_struct!(Whereabouts { file, line, byte });

impl Whereabouts {
    fn of(place: &InputPlace, source: &str) -> Self {
        let file = (place.file != source).then(|| place.file.as_str().into());
        Self { file, line: place.line, byte: place.byte }
    }

    fn place(&self, source: &str) -> InputPlace {
        InputPlace { file: self.file.as_deref().unwrap_or(source).to_owned(), line: self.line, byte: self.byte }
    }
}

impl ImportTold {
    /// What an event told of the source of that name; `None` of progress.
    pub fn of(event: &Event, source: &str) -> Option<Self> {
        match event {
            Event::Progress(_) | Event::Remembered(_) | Event::Waiting => None,
            Event::Took(id, versions) => Some(Self::Took { tenant: id.0.clone(), versions: *versions }),
            Event::Problem(ImportProblem { place, why }) => {
                Some(Self::Problem { place: Whereabouts::of(place, source), why: why.as_str().into() })
            }
            Event::Note(Note { tenant, place, why, .. }, version) => Some(Self::Note {
                tenant: tenant.0.clone(),
                place: Whereabouts::of(place, source),
                why: why.as_str().into(),
                version: *version,
            }),
        }
    }

    /// The event, of the source of that name.
    pub fn event(&self, source: &str) -> Event {
        match self {
            Self::Took { tenant, versions } => Event::Took(TenantId(tenant.clone()), *versions),
            Self::Problem { place, why } => {
                Event::Problem(ImportProblem { place: place.place(source), why: why.to_string() })
            }
            Self::Note { tenant, place, why, version } => {
                let note = Note {
                    tenant: TenantId(tenant.clone()),
                    place: place.place(source),
                    why: why.to_string(),
                    is_of_source: version.0 == 0,
                };
                Event::Note(note, *version)
            }
        }
    }
}

/// Takes what is told after something else: versions of one tenant are counted together.
pub(super) fn push(all: &mut Vec<ImportTold>, next: ImportTold) {
    if let (Some(ImportTold::Took { tenant, versions }), ImportTold::Took { tenant: of, versions: more }) =
        (all.last_mut(), &next)
        && tenant == of
    {
        *versions += more;
        return;
    }
    all.push(next);
}

/// What stands beside a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImportHeader {
    format: u32,
    program: Text,
    importers: u32,
    /// Source and options, in full.
    key: Text,
    pub state: SourceState,
    records: Vec<(Text, u64)>,
    pub told: Vec<ImportTold>,
    /// Where to go on when the source has grown.
    pub resume: Option<ResumePoint>,
}
binary_struct!(ImportHeader { format, program, importers, key, state, records, told, resume });

impl ImportHeader {
    pub fn new(
        key: &str,
        state: SourceState,
        records: &RecordCounts,
        told: Vec<ImportTold>,
        resume: Option<ResumePoint>,
    ) -> Self {
        let records = records.iter().map(|(id, count)| (id.0.clone(), *count)).collect();
        let (program, key) = (PROGRAM.into(), key.into());
        Self { format: FORMAT, program, importers: IMPORTERS, key, state, records, told, resume }
    }

    /// Records of each tenant.
    pub fn records(&self) -> RecordCounts {
        self.records.iter().map(|(id, count)| (TenantId(id.clone()), *count)).collect()
    }

    /// Its bytes, with a checksum.
    pub fn write(&self) -> Vec<u8> {
        let mut out = BEGIN.to_vec();
        self.encode(&mut out);
        let crc = crc32fast::hash(&out);
        out.extend(crc.to_le_bytes());
        out
    }

    /// Reads one of this program and key.
    pub fn read(bytes: &[u8], key: &str) -> Option<Self> {
        let (bytes, crc) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(bytes) != u32::from_le_bytes(*crc) {
            return None;
        }
        let body = bytes.strip_prefix(BEGIN)?;
        // These come first: what follows them may have any form.
        let from = &mut ByteReader::new(body);
        let begin: (u32, Text, u32) = (u32::decode(from)?, Text::decode(from)?, u32::decode(from)?);
        if begin != (FORMAT, PROGRAM.into(), IMPORTERS) {
            return None;
        }
        Self::from_bytes(body).filter(|header| header.key == key)
    }
}
