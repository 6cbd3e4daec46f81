//! What people state, on both databases.
