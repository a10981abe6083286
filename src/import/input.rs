//! Bytes of a source: file or standard input, gzip and zstd unpacked by content, lines with their place.
/// An open source.
pub struct Input(());
