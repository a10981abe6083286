//! Inputs as texts, and a folder for files.

/// The first line, and what is behind it.
pub fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// The text of an input. Bytes that are no UTF-8 are replaced, so that every input is one.
pub fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A folder that goes when it is dropped: in memory, where the system offers that, so that a sync costs nothing.
pub fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap_or_else(|why| panic!("no folder for files: {why}"))
}
