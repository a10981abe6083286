//! Where in an input an error is.

/// Where in an input something is: file name, line (from 1) and byte offset (from 0), as far as known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputPlace {
    /// File name or address as the user wrote it; empty for text that came from no file.
    pub file: String,
    /// Line, counted from 1; 0 when not known.
    pub line: u64,
    /// Byte offset from the start of the (uncompressed) input.
    pub byte: u64,
}

impl InputPlace {
    /// Whether it is the source as a whole, and no place in it.
    #[cfg(feature = "tui")]
    pub(crate) fn is_whole(&self) -> bool {
        self.line == 0 && self.byte == 0
    }
}

impl std::fmt::Display for InputPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = if self.file.is_empty() { "input".into() } else { crate::escape::named(&self.file) };
        match self.line {
            // The source as a whole.
            0 if self.byte == 0 => f.write_str(&file),
            0 => write!(f, "{file}, byte {}", self.byte),
            line => write!(f, "{file}, line {line}, byte {}", self.byte),
        }
    }
}
