//! How the command line finds the simulator.

use trueup_marketplace::SandboxRegistration;
use trueup_sandbox::starting;

use crate::knobs::SENTENCES;
use crate::world::World;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "quickbooks_online",
        faults: SENTENCES,
        start: starting::<World>,
    }
}
