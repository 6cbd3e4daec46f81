//! How the command line finds the simulator.

use trueup_marketplace::{SandboxOptions, SandboxRegistration, Starting};

use crate::knobs::SENTENCES;
use crate::sandbox::ShopifySandbox;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "shopify",
        faults: SENTENCES,
        start,
    }
}

fn start(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = ShopifySandbox::start(options.into()).await?;
        Ok(sandbox.into_running())
    })
}
