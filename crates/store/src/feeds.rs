//! Feeds, as people look back on them.
