//! Who may send for a channel.
