//! What a host binary embeds: settings, the registry of marketplaces, and their assembly.

pub mod settings;

pub use settings::{init_files, schema};
