//! What two versions have in common in memory, in words.

use super::text::{counted, size, thousands};
use crate::value::Sharing;

/// `99 of 100 values shared`.
pub fn shared(sharing: &Sharing) -> String {
    format!("{} of {} shared", thousands(sharing.shared), counted(sharing.values, "value"))
}

/// `new: 2 of 107 nodes, 1.0 KB`.
pub fn new(sharing: &Sharing) -> String {
    let (nodes, bytes) = (sharing.nodes - sharing.shared_nodes, sharing.bytes - sharing.shared_bytes);
    format!("new: {} of {}, {}", thousands(nodes), counted(sharing.nodes, "node"), size(bytes))
}

#[test]
fn what_is_shared_and_what_is_new_are_said_apart() {
    let sharing =
        Sharing { values: 100, shared: 99, nodes: 107, shared_nodes: 105, bytes: 10_244, shared_bytes: 9_244 };
    assert_eq!(shared(&sharing), "99 of 100 values shared");
    assert_eq!(new(&sharing), "new: 2 of 107 nodes, 1.0 KB");
    let one = Sharing { values: 1, nodes: 1, bytes: 32, ..Sharing::default() };
    assert_eq!((shared(&one), new(&one)), ("0 of 1 value shared".into(), "new: 1 of 1 node, 32 B".into()));
}
