//! Sources of events: the first line names a shipped recipe, what follows is the source.

use super::readings::read;
use asof::import::ImportInput;
use asof::recipe::RecipeBook;
use std::io::Cursor;

/// Whatever the source says: it is refused with a sentence, or read with its problems, and twice the same. A first line that
/// names no recipe stands for one of them.
pub fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (first, source) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    let book = RecipeBook::shipped();
    let files = book.files();
    let named = files.iter().find(|file| file.name.as_bytes() == first);
    let recipe = named.unwrap_or(&files[crc32fast::hash(first) as usize % files.len()]);
    let input = || ImportInput::new("source", Cursor::new(source.to_vec()));
    assert_eq!(read(input(), Some(&recipe.name)), read(input(), Some(&recipe.name)), "{}", recipe.name);
}
