//! How the command line finds the simulator.

use std::pin::Pin;

use trueup_marketplace::{RunningSandbox, SandboxError, SandboxOptions, SandboxRegistration};

use crate::knobs::SENTENCES;
use crate::sandbox::WayfairSandbox;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "wayfair",
        faults: SENTENCES,
        start,
    }
}

type Starting = Pin<Box<dyn Future<Output = Result<RunningSandbox, SandboxError>> + Send>>;

fn start(options: SandboxOptions) -> Starting {
    Box::pin(async {
        let sandbox = WayfairSandbox::start(options.into()).await?;
        Ok(sandbox.into_running())
    })
}
