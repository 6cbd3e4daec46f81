//! How the command line finds the simulator.

use trueup_marketplace::{SandboxOptions, SandboxRegistration, Starting};

use crate::knobs::SENTENCES;
use crate::sandbox::WayfairSandbox;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "wayfair",
        faults: SENTENCES,
        start,
    }
}

fn start(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = WayfairSandbox::start(options.into()).await?;
        Ok(sandbox.into_running())
    })
}
