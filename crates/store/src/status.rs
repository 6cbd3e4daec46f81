//! How every channel stands.
