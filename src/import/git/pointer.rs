//! A blob that only names content that is kept elsewhere: by Git LFS.

/// How such a blob begins.
const BEGINNING: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// What is said of a blob that is a pointer of Git LFS; `None` of any other.
pub(super) fn describe(text: &[u8]) -> Option<String> {
    let rest = std::str::from_utf8(text.strip_prefix(BEGINNING)?).ok()?;
    let value = |name: &str| rest.lines().find_map(|line| line.strip_prefix(name));
    let (oid, size) = (value("oid ").unwrap_or("unknown"), value("size ").unwrap_or("unknown"));
    Some(format!(
        "the content of this version is stored in Git LFS, not in the repository (object {oid}, size {size}): \
         git lfs fetch --all fetches it"
    ))
}
