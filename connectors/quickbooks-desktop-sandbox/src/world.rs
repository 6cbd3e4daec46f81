//! Everything the simulator holds, behind one lock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// A world that several tasks work with.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(seed: u64, faults: &[String]) -> Result<Self, SandboxError> {
        let (company, modes) = (Company::default(), Modes::default());
        let (visits, drawn) = (VecDeque::new(), 0);
        let shared = Self(Arc::new(Mutex::new(World { company, modes, visits, seed, drawn })));
        faults.iter().try_for_each(|fault| shared.turn(fault))?;
        Ok(shared)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets what `name` or `name=value` says.
    pub(crate) fn turn(&self, fault: &str) -> Result<(), SandboxError> {
        let mut world = self.lock();
        let mut settable = Settable { modes: world.modes.clone(), stocked: Vec::new() };
        turn(&mut settable, fault)?;
        world.modes = settable.modes;
        settable.stocked.into_iter().for_each(|item| item.put_into(&mut world.company));
        Ok(())
    }
}

impl World {
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
