//! How the command line finds the simulator.

use trueup_marketplace::SandboxRegistration;
use trueup_sandbox::starting;

use crate::knobs::SENTENCES;
use crate::world::World;

trueup_marketplace::inventory::submit! {
    SandboxRegistration {
        marketplace: "shopify",
        faults: SENTENCES,
        start: starting::<World>,
    }
}
