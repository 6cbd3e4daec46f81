//! The real binary, in folders of its own: what scripts and people may rely on.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod checking;
mod contracts;
mod demo;
mod feeds;
mod importing;
mod init;
mod northwind;
mod products;
mod running;
mod support;
mod usage;
