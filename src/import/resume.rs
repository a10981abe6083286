//! Where an import can go on when its source has grown.

use super::packing::START;
use super::remark::Remark;
use crate::bytes::binary_struct;
use crate::value::Text;
use rustc_hash::FxHashSet;

/// Changes whenever any importer makes something else of the same source: what was kept of an import by an earlier one is
/// not used then.
pub(crate) const IMPORTERS: u32 = 6;

/// The end of a source that is read line by line, and what has to be known of the lines before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumePoint {
    /// The line that comes next, from 1.
    pub(super) line: u64,
    /// Its first byte.
    pub(super) byte: u64,
    /// Remarks that are not repeated.
    remarks: Vec<Text>,
}
binary_struct!(ResumePoint { line, byte, remarks });

impl ResumePoint {
    /// At a line, after these remarks.
    pub(super) fn new((line, byte): (u64, u64), remarks: &FxHashSet<Remark>) -> Self {
        let noted = |remark: &Remark| match remark {
            Remark::Noted(why) => Some(Text::from(why.as_str())),
            Remark::Timeless(_) => None,
        };
        let mut remarks: Vec<Text> = remarks.iter().filter_map(noted).collect();
        remarks.sort_unstable();
        Self { line, byte, remarks }
    }

    /// Whether a file goes on from here that had this many bytes, the last of which was this one: it ended with a whole
    /// line, and its format was told by bytes that are still there.
    pub(crate) fn is_end_of(&self, length: u64, last: u8) -> bool {
        self.byte == length && last == b'\n' && length >= START as u64
    }

    /// Bytes that a file of this length has behind it.
    pub(crate) fn grown_by(&self, length: u64) -> u64 {
        length.saturating_sub(self.byte)
    }

    /// What is not said again.
    pub(super) fn remarks(&self) -> FxHashSet<Remark> {
        self.remarks.iter().map(|why| Remark::Noted(why.to_string())).collect()
    }
}
