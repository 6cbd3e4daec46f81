//! What to do with the journal.

use clap::Subcommand;
use trueup_host::JournalHead;

use super::Printing;

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Look whether the journal, and what it answers for, was changed by another hand; exit 1 if so
    Verify {
        /// Only this channel
        channel: Option<String>,
        /// A head that was noted earlier, which the channel's journal must contain
        #[arg(long, value_name = "NUMBER:HASH", requires = "channel", value_parser = noted)]
        noted: Option<JournalHead>,
        #[command(flatten)]
        printing: Printing,
    },
    /// All that a channel was told of a product, with the entries that prove it
    Export {
        /// The channel
        channel: String,
        /// The product
        code: String,
        #[command(flatten)]
        printing: Printing,
    },
}

fn noted(text: &str) -> Result<JournalHead, String> {
    let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash)));
    match parts {
        Some((sequence, hash)) if sequence > 0 && hash.len() == 64 => {
            Ok(JournalHead { sequence, hash: hash.to_owned() })
        }
        _ => {
            Err("write the number, `:` and the 64 digits as `journal verify` shows them".to_owned())
        }
    }
}
