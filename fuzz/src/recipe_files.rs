//! Recipes: the whole input is the file of one.

use super::texts::text;
use asof::recipe::{Mapping, RecipeBook, RecipeFile};

/// A recipe is read, or all that is wrong in it is said with its line; a book that holds it still tells sources apart.
pub fn run(bytes: &[u8]) {
    let file = RecipeFile::new("mine", "mine.toml".into(), &text(bytes));
    let read = file.recipe();
    if let Err(error) = &read {
        assert!(!error.to_string().is_empty());
    }
    let mut book = RecipeBook::shipped();
    book.add(file);
    let _fits = book.fitting(&[asof::parse(br#"{"type":"add","n":1,"at":"2026-01-01T00:00:00Z"}"#).unwrap()]).len();
    assert_eq!(book.get("mine").is_ok(), read.is_ok());
    let mut mapping = Mapping::default();
    mapping.recipe = Some("mine".to_owned());
    assert_eq!(Mapping::of_lines(&mapping.to_lines()), Some(mapping));
}
