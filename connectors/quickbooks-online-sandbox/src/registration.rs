//! How the command line finds the simulator.

use trueup_marketplace::{SandboxOptions, SandboxRegistration, Starting};

use crate::knobs::SENTENCES;
use crate::sandbox::QuickBooksOnlineSandbox;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "quickbooks_online",
        faults: SENTENCES,
        start,
    }
}

fn start(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = QuickBooksOnlineSandbox::start(options.into()).await?;
        Ok(sandbox.into_running())
    })
}
