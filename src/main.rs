//! asof
fn main() {}
