//! Recordings into other formats, one file each.
