//! What the engine is asked about: one product as one channel sees it.
