//! The recipes a person has: the shipped ones, those in `$XDG_CONFIG_HOME/asof/recipes`, and one named by its file.

use crate::error::Error;
use crate::recipe::{Mapping, RecipeBook, RecipeFile};
use crate::{Result, source};
use std::path::{Path, PathBuf};

/// The ending of a recipe's file.
const ENDING: &str = "toml";

/// Largest file of a recipe, in bytes.
const MOST_BYTES: u64 = 256 << 10;

/// The folder of the person's own recipes, `$XDG_CONFIG_HOME/asof/recipes` or the same below `~/.config`; `None` without a home.
pub fn recipe_folder() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set.or_else(|| Some(std::env::home_dir()?.join(".config")))?;
    Some(folder.join("asof").join("recipes"))
}

/// All recipes, by name. A file that cannot be read is left out.
pub fn recipes() -> RecipeBook {
    let mut book = RecipeBook::shipped();
    let files = recipe_folder().and_then(|folder| std::fs::read_dir(folder).ok());
    for file in files.into_iter().flatten().flatten() {
        let path = file.path();
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Ok(recipe) = recipe_file(&path)
        {
            book.add(recipe);
        }
    }
    book
}

/// The recipe in a file.
///
/// # Errors
/// When it cannot be read, or is too large to be one.
pub fn recipe_file(path: &Path) -> Result<RecipeFile> {
    let size = std::fs::metadata(path).map_err(Error::io("read", path))?.len();
    let refused = |why: &str| Error::Format { file: path.display().to_string(), why: why.to_owned() };
    if size > MOST_BYTES {
        return Err(refused("is too large for a recipe"));
    }
    let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("is not UTF-8, so not a recipe"))?;
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(RecipeFile::new(&name, path.to_owned(), &text))
}

/// The recipes, and the options with the name of the recipe where they had its file.
///
/// # Errors
/// As [`recipe_file`].
pub(super) fn with_named(options: &source::Options) -> Result<(RecipeBook, source::Options)> {
    let (mut book, mut options) = (recipes(), options.clone());
    if let Some(name) = options.mapping.recipe.as_mut().filter(|name| is_file(name)) {
        let file = recipe_file(Path::new(name.as_str()))?;
        *name = file.name.to_string();
        book.add(file);
    }
    Ok((book, options))
}

/// What was said, so that it says the same from every folder: a recipe named by its file has its whole path.
pub(super) fn findable_anywhere(mapping: &Mapping) -> Mapping {
    let mut mapping = mapping.clone();
    if let Some(name) = mapping.recipe.as_mut().filter(|name| is_file(name))
        && let Ok(whole) = std::path::absolute(name.as_str())
    {
        *name = whole.to_string_lossy().into_owned();
    }
    mapping
}

/// Whether a recipe is named by its file.
fn is_file(name: &str) -> bool {
    name.contains('/') || Path::new(name).extension().is_some_and(|ending| ending == ENDING)
}
