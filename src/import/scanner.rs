//! Where in a stream of bytes one text ends: at the line end, or where the brackets of a JSON document close.
//!
//! Must not name: files, `value`.

/// Where one text ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextLayout {
    /// At each line end (JSON Lines).
    Lines,
    /// The same, and words stand before each text.
    Prefixed,
    /// Where the JSON document ends: pretty-printed, or several in a row.
    Documents,
}

impl TextLayout {
    /// Whether each text has a line of its own.
    pub fn is_by_line(self) -> bool {
        matches!(self, Self::Lines | Self::Prefixed)
    }
}

/// Finds where a text ends, chunk by chunk, without keeping any of it.
pub(super) struct Scanner {
    layout: TextLayout,
    depth: u64,
    inside: Inside,
}

/// What the scanner of documents is in the middle of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Between tokens; at depth 0: before the document.
    Nothing,
    /// A number or word at depth 0.
    Scalar,
    String,
    /// A string, just after a backslash.
    Escape,
}

impl Scanner {
    pub fn new(layout: TextLayout) -> Self {
        Self { layout, depth: 0, inside: Inside::Nothing }
    }

    /// How texts are laid out.
    pub fn layout(&self) -> TextLayout {
        self.layout
    }

    /// Forgets the text before.
    pub fn begin(&mut self) {
        *self = Self::new(self.layout);
    }

    /// Where in `more`, which follows what was seen since [`begin`](Self::begin), the text ends; `None` when it goes on.
    pub fn end(&mut self, more: &[u8]) -> Option<usize> {
        match self.layout {
            TextLayout::Lines | TextLayout::Prefixed => memchr::memchr(b'\n', more),
            TextLayout::Documents => self.document_end(more),
        }
    }

    fn document_end(&mut self, more: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < more.len() {
            let (next, over) = match self.inside {
                Inside::Escape => (self.then(Inside::String, at + 1), false),
                Inside::String => self.in_string(more, at),
                Inside::Scalar => in_scalar(more, at),
                Inside::Nothing => self.between(more[at], at),
            };
            if over {
                return Some(next);
            }
            at = next;
        }
        None
    }

    fn then(&mut self, inside: Inside, next: usize) -> usize {
        self.inside = inside;
        next
    }

    fn in_string(&mut self, more: &[u8], at: usize) -> (usize, bool) {
        match memchr::memchr2(b'"', b'\\', &more[at..]) {
            None => (more.len(), false),
            Some(n) if more[at + n] == b'\\' => (self.then(Inside::Escape, at + n + 1), false),
            Some(n) => (self.then(Inside::Nothing, at + n + 1), self.depth == 0),
        }
    }

    fn between(&mut self, byte: u8, at: usize) -> (usize, bool) {
        match byte {
            b'"' => self.inside = Inside::String,
            b'{' | b'[' => self.depth += 1,
            // A closing bracket with nothing open is a (broken) text of its own.
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ if self.depth == 0 => self.inside = Inside::Scalar,
            _ => {}
        }
        (at + 1, matches!(byte, b'}' | b']') && self.depth == 0)
    }
}

/// Up to what ends a number or word outside of any container.
fn in_scalar(more: &[u8], at: usize) -> (usize, bool) {
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'{' | b'[' | b'"');
    match more[at..].iter().position(ends) {
        Some(n) => (at + n, true),
        None => (more.len(), false),
    }
}
