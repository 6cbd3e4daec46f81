//! Everything the simulator holds.

use std::collections::VecDeque;

use trueup_marketplace::SandboxError;
use trueup_sandbox::{Chance, Dice};

use crate::company::Company;
use crate::knobs::{Settable, turn};
use crate::modes::{Faults, Modes};
use crate::processor::{self, Refused};
use crate::view::VisitView;

/// Visits remembered; the oldest go first.
const VISITS_KEPT: usize = 100;

/// The company and how it is reached.
#[derive(Debug)]
pub(crate) struct World {
    pub company: Company,
    pub modes: Modes,
    pub visits: VecDeque<VisitView>,
    seed: u64,
    drawn: u64,
}

/// A handle on the world.
pub(crate) type Shared = trueup_sandbox::Shared<World>;

impl World {
    pub(crate) fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        let (company, modes) = (Company::default(), Modes::default());
        let (visits, drawn) = (VecDeque::new(), 0);
        let mut world = Self { company, modes, visits, seed, drawn };
        faults.iter().try_for_each(|fault| world.turn(fault))?;
        Ok(world)
    }

    /// Sets what `name` or `name=value` says.
    pub(crate) fn turn(&mut self, fault: &str) -> Result<(), SandboxError> {
        let mut settable = Settable { modes: self.modes.clone(), stocked: Vec::new() };
        turn(&mut settable, fault)?;
        self.modes = settable.modes;
        settable.stocked.into_iter().for_each(|item| item.put_into(&mut self.company));
        Ok(())
    }

    /// Whether a fault strikes now.
    pub(crate) fn strikes(&mut self, name: &str, chance: fn(&mut Faults) -> &mut Chance) -> bool {
        let draw = self.dice().draw(name);
        chance(&mut self.modes.faults).strikes(draw)
    }

    fn dice(&mut self) -> Dice {
        self.drawn += 1;
        Dice { seed: self.seed, request: self.drawn }
    }

    /// QuickBooks carries a message out.
    pub(crate) fn process(&mut self, message: &str) -> Result<String, Refused> {
        let dice = self.dice();
        processor::process(&mut self.company, &mut self.modes, message, &|name| dice.draw(name))
    }

    /// A session with QuickBooks begins: iterators of earlier ones are gone.
    pub(crate) fn begin(&mut self) {
        self.company.iterators.clear();
    }

    pub(crate) fn remember(&mut self, visit: VisitView) {
        self.visits.push_back(visit);
        if self.visits.len() > VISITS_KEPT {
            self.visits.pop_front();
        }
    }
}
