//! Delivery, on both databases.
