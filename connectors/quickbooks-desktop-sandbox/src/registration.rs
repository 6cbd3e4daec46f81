//! How the command line finds the simulator.

use trueup_marketplace::{SandboxOptions, SandboxRegistration, Starting};

use crate::knobs::SENTENCES;
use crate::sandbox::DesktopSandbox;

trueup_marketplace::inventory::submit! {
    SandboxRegistration { marketplace: "quickbooks_desktop", faults: SENTENCES, start }
}

fn start(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = DesktopSandbox::start(options.into()).await?;
        Ok(sandbox.into_running())
    })
}
