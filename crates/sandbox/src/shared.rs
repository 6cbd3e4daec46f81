//! What a server holds, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A handle on what a server holds. Its lock is never held across an await.
#[derive(Debug)]
pub struct Shared<W>(Arc<Mutex<W>>);

impl<W> Shared<W> {
    /// The first handle.
    #[must_use]
    pub fn new(world: W) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// What it holds, for a moment.
    pub fn lock(&self) -> MutexGuard<'_, W> {
        // A panic elsewhere leaves counters and levels as they were; nothing is half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W> Clone for Shared<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
