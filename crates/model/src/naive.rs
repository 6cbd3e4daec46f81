//! Protocols that people write first, in a world with one kind of fault: an answer does not come in
//! time, and the request lands later or was applied already.

use stateright::{Model, Property};

/// How a request is written and judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Send until it is acknowledged; after that, equal to the acknowledged value means done.
    TrustTheAck,
    /// The marketplace applies a write only while it holds the value we think it holds.
    CompareValue,
    /// The marketplace applies a write only while it holds the version we think it holds.
    CompareVersion,
}

/// One number, told by such a protocol.
#[derive(Clone, Copy, Debug)]
pub struct Naive {
    /// The protocol.
    pub protocol: Protocol,
    /// How often the wanted value may change.
    pub changes: u8,
    /// How often an answer may be missed.
    pub faults: u8,
}

/// A value and which write made it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Held {
    value: u8,
    version: u8,
}

/// A write on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Write {
    value: u8,
    expected: Held,
}

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    wanted: u8,
    believed: Held,
    is_answered: bool,
    waiting: Option<Write>,
    given_up: Vec<Write>,
    held: Held,
    changes: u8,
    faults: u8,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// Another value is wanted.
    Want(u8),
    /// The wanted value is sent.
    Send,
    /// It arrives, and so does the answer.
    Answer,
    /// It does not arrive in time, or its answer does not.
    TimeOut,
    /// One that was given up lands.
    LandLate(usize),
}

impl Moment {
    /// Whether these protocols believe that nothing is left to do.
    fn is_done(&self) -> bool {
        let is_equal = self.believed.value == self.wanted;
        self.waiting.is_none() && self.is_answered && is_equal
    }
}

impl Naive {
    /// Whether the marketplace takes a write.
    fn takes(&self, held: Held, write: Write) -> bool {
        match self.protocol {
            Protocol::TrustTheAck => true,
            Protocol::CompareValue => held.value == write.expected.value,
            Protocol::CompareVersion => held.version == write.expected.version,
        }
    }

    fn land(&self, moment: &mut Moment, write: Write) {
        if self.takes(moment.held, write) {
            moment.held = Held { value: write.value, version: moment.held.version + 1 };
        }
    }
}

impl Model for Naive {
    type State = Moment;
    type Action = Happening;

    fn init_states(&self) -> Vec<Moment> {
        let held = Held::default();
        vec![Moment {
            wanted: held.value,
            believed: held,
            is_answered: true,
            waiting: None,
            given_up: Vec::new(),
            held,
            changes: self.changes,
            faults: self.faults,
        }]
    }

    fn actions(&self, moment: &Moment, actions: &mut Vec<Happening>) {
        if moment.changes > 0 {
            let other = (0..3).filter(|value| *value != moment.wanted);
            actions.extend(other.map(Happening::Want));
        }
        match moment.waiting {
            Some(_) => actions.push(Happening::Answer),
            None if !moment.is_done() => actions.push(Happening::Send),
            None => {}
        }
        if moment.waiting.is_some() && moment.faults > 0 {
            actions.push(Happening::TimeOut);
        }
        actions.extend((0..moment.given_up.len()).map(Happening::LandLate));
    }

    fn next_state(&self, moment: &Moment, happening: Happening) -> Option<Moment> {
        let mut moment = moment.clone();
        match happening {
            Happening::Want(value) => {
                moment.changes -= 1;
                moment.wanted = value;
            }
            Happening::Send => {
                moment.waiting = Some(Write { value: moment.wanted, expected: moment.believed });
            }
            Happening::Answer => {
                let write = moment.waiting.take()?;
                self.land(&mut moment, write);
                // A refusal tells what is held instead.
                moment.believed = moment.held;
                moment.is_answered = true;
            }
            Happening::TimeOut => {
                moment.faults -= 1;
                moment.is_answered = false;
                moment.given_up.extend(moment.waiting.take());
            }
            Happening::LandLate(at) => {
                let write = moment.given_up.remove(at);
                self.land(&mut moment, write);
            }
        }
        Some(moment)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("I1 convergence", |_, moment: &Moment| {
            let is_over = moment.is_done() && moment.given_up.is_empty();
            !is_over || moment.held.value == moment.wanted
        })]
    }
}
