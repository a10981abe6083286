//! How much memory histories may take together for values that could be found again, and how they share it.
//!
//! Must not name: values, `record`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How much memory kept values may take beyond the heads', in bytes (estimated): three quarters for keyframes, the rest
/// for recently replayed versions. Clones are one budget: all histories made with it share it. While it lasts each takes
/// what it needs; after that whoever has more than an equal part gives up some of it when it grows.
#[derive(Debug, Clone)]
pub struct Budget {
    pub(in crate::history) keyframes: Pool,
    pub(in crate::history) window: Pool,
}

impl Budget {
    /// A budget of its own.
    pub fn new(bytes: u64) -> Self {
        Self { keyframes: Pool::new(bytes / 4 * 3), window: Pool::new(bytes / 4) }
    }
}

impl Default for Budget {
    /// 512 MiB: every version of 100,000 that each change a leaf of 10,000 entries.
    fn default() -> Self {
        Self::new(512 * 1024 * 1024)
    }
}

/// Bytes that several accounts share.
#[derive(Debug, Clone)]
pub(in crate::history) struct Pool(Arc<PoolState>);

#[derive(Debug)]
struct PoolState {
    bytes: u64,
    used: AtomicU64,
    accounts: AtomicU64,
}

impl Pool {
    fn new(bytes: u64) -> Self {
        Self(Arc::new(PoolState { bytes, used: AtomicU64::new(0), accounts: AtomicU64::new(0) }))
    }

    /// A new account that uses nothing yet.
    pub fn account(&self) -> Account {
        self.0.accounts.fetch_add(1, Relaxed);
        Account(Arc::new(AccountState { pool: self.0.clone(), used: AtomicU64::new(0) }))
    }
}

/// What one history uses of a pool; given back when it is dropped. Clones are one account: what an older one holds beside
/// the newest is not counted.
#[derive(Debug, Clone)]
pub(in crate::history) struct Account(Arc<AccountState>);

#[derive(Debug)]
struct AccountState {
    pool: Arc<PoolState>,
    used: AtomicU64,
}

impl Account {
    /// Bytes in use.
    pub fn used(&self) -> u64 {
        self.0.used.load(Relaxed)
    }

    /// Says how many bytes are in use now.
    pub fn use_in_all(&mut self, bytes: u64) {
        // Sums of what accounts hold, so it never goes below 0; wrapping in between is undone by the next one.
        let before = self.0.used.swap(bytes, Relaxed);
        self.0.pool.used.fetch_add(bytes.wrapping_sub(before), Relaxed);
    }

    /// Bytes it may use: as many as it likes while the pool lasts, else an equal part of it.
    pub fn allowed(&self) -> u64 {
        let all = self.0.pool.used.load(Relaxed);
        if all <= self.0.pool.bytes { u64::MAX } else { self.part() }
    }

    /// The n-th part of the pool, whatever the others use.
    pub fn share(&self, n: u64) -> u64 {
        self.0.pool.bytes / n
    }

    /// An equal part of the pool.
    pub fn part(&self) -> u64 {
        self.0.pool.bytes / self.0.pool.accounts.load(Relaxed).max(1)
    }
}

impl Drop for AccountState {
    fn drop(&mut self) {
        self.pool.used.fetch_sub(*self.used.get_mut(), Relaxed);
        self.pool.accounts.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_share_a_pool_and_give_it_back() {
        let pool = Pool::new(1_000);
        let (mut first, mut second) = (pool.account(), pool.account());
        first.use_in_all(900);
        assert_eq!((first.allowed(), second.allowed()), (u64::MAX, u64::MAX), "there is some left");
        second.use_in_all(200);
        assert_eq!((first.allowed(), second.allowed()), (500, 500), "an equal part each");
        first.use_in_all(700);
        assert_eq!((first.used(), first.allowed()), (700, u64::MAX));
        drop(second);
        first.use_in_all(1_001);
        assert_eq!(first.allowed(), 1_000);
        drop(first);
        assert_eq!((pool.0.used.load(Relaxed), pool.0.accounts.load(Relaxed)), (0, 0));
    }
}
