//! How long a writer waits for the lock of a log: for ever, unless whoever asked for the write can say that it is no longer
//! wanted.
//!
//! Must not name: files, `record`.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Between two looks at a lock that someone else holds.
pub const LOOK_EVERY: Duration = Duration::from_millis(10);

thread_local! {
    /// Ends the waiting of this thread. Not handed through every call: only a lock looks at it.
    static UNWANTED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Writes of `act` on this thread wait for another writer's lock only until `unwanted` is set; then they fail and have
/// written nothing. A write that has its lock is finished.
#[cfg(feature = "tui")]
pub fn wait_until<T>(unwanted: &Arc<AtomicBool>, act: impl FnOnce() -> T) -> T {
    struct Before(Option<Arc<AtomicBool>>);
    impl Drop for Before {
        fn drop(&mut self) {
            UNWANTED.set(self.0.take());
        }
    }
    let _before = Before(UNWANTED.replace(Some(Arc::clone(unwanted))));
    act()
}

/// Whether this thread's waiting can be ended.
pub fn can_end() -> bool {
    UNWANTED.with_borrow(Option::is_some)
}

/// Whether it has been.
pub fn is_over() -> bool {
    UNWANTED.with_borrow(|unwanted| unwanted.as_ref().is_some_and(|unwanted| unwanted.load(Ordering::Relaxed)))
}

#[cfg(all(test, feature = "tui"))]
mod tests {
    use super::*;

    #[test]
    fn waiting_can_be_ended_inside_only() {
        let [outer, inner] = [true, false].map(|set| Arc::new(AtomicBool::new(set)));
        assert!(!can_end());
        wait_until(&outer, || {
            assert!(is_over());
            wait_until(&inner, || assert!(can_end() && !is_over()));
            assert!(is_over());
        });
        assert!(!can_end() && !is_over());
    }
}
