//! Databases of `SQLite`: the whole input is the file of one.

use super::readings::read;
use asof::import::ImportInput;

/// Whatever the file is: refused with a sentence or read, twice the same; it stays as it is, and nothing is written beside it.
pub fn run(bytes: &[u8]) {
    let folder = super::texts::folder();
    let path = folder.path().join("input.db");
    std::fs::write(&path, bytes).unwrap();
    let [first, second] = [(); 2].map(|()| read(ImportInput::open(&path), None));
    assert_eq!(first, second);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is written beside it");
}
