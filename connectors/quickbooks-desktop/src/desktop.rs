//! The flow on our side: prepare, submit, settle, check.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use trueup_marketplace::{
    Acknowledges, Batch, Capabilities, Checked, Connector, Contact, Context, Effect, Error,
    ErrorKind, Limit, Line, LineKey, LineVerdict, Locations, Marketplace, OpenError, Polled,
    Prepared, Receipt, Refusal, RemoteLocation, Retry, Ticket, TrueUp,
};
use trueup_polled::{Desk, Login};

use crate::message::{Message, Wanted};
use crate::service::Talk;
use crate::settings::Settings;

/// Lines of one letter. QuickBooks publishes no limit; short sessions keep its users waiting less.
const LINES_PER_LETTER: Limit = Limit::lines(500);
/// Ten digits.
const QUANTITY_MAX: i64 = 9_999_999_999;
/// Computers are switched off over night.
const TICKET_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
const SITE_CHARS_MAX: usize = 31;

/// A channel to one company file of QuickBooks Desktop.
#[derive(Debug)]
pub struct QuickBooksDesktop {
    pub(crate) settings: Settings,
    pub(crate) desk: Desk<Talk>,
    /// Message sets that QuickBooks may forget, because the letters they were for are answered.
    sets: Mutex<Vec<String>>,
    zone: TimeZone,
}

impl Connector for QuickBooksDesktop {
    const ID: &'static str = "quickbooks_desktop";
    const TITLE: &'static str = "QuickBooks Desktop";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let zone = settings.checked()?;
        let login = Login::new(&settings.user_name, &settings.password);
        Ok(Self { settings, desk: Desk::new(login), sets: Mutex::default(), zone })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for QuickBooksDesktop {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            effect: Effect::Absolute,
            acknowledges: Acknowledges::Ticket,
            true_up: TrueUp::Chunked,
            lines_per_batch: LINES_PER_LETTER,
            locations: Locations::Optional,
            quantity_max: QUANTITY_MAX,
            ticket_life: TICKET_LIFE,
            settle: Duration::from_secs(self.settings.settle_seconds.into()),
            contact: Contact::TheyPoll,
            ..Capabilities::least()
        }
    }

    fn check_location(&self, location: &RemoteLocation) -> Result<(), String> {
        match location.as_str().chars().count() <= SITE_CHARS_MAX {
            true => Ok(()),
            false => Err(format!(
                "`{location}` is longer than {SITE_CHARS_MAX} characters, the most the name of an \
                 inventory site has"
            )),
        }
    }

    fn polled(&self) -> Option<&dyn Polled> {
        Some(self)
    }

    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let date = context.now.to_zoned(self.zone.clone()).date();
        let withheld: Vec<_> = batch.lines.iter().filter_map(|line| self.unfit(line)).collect();
        let is_fit = |line: &&Line| withheld.iter().all(|(key, _)| *key != line.key);
        let lines = batch.lines.iter().filter(is_fit).map(Wanted::new).collect();
        Ok(Prepared::json(&Message { date, lines }, withheld))
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        trueup_polled::post(batch, prepared.body.clone(), context.mailbox).await
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        trueup_polled::settle(batch, ticket, context.mailbox, self.desk.trouble()).await
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        match self.desk.trouble() {
            Some(trouble) => Err(Error::not_applied(ErrorKind::Unavailable, Retry::Later, trouble)),
            None => Ok(Checked(
                "the settings fit; whether QuickBooks can be reached shows when its Web Connector \
                 calls"
                    .to_owned(),
            )),
        }
    }
}

impl QuickBooksDesktop {
    pub(crate) fn sets(&self) -> MutexGuard<'_, Vec<String>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line that QuickBooks could not even read.
    fn unfit(&self, line: &Line) -> Option<(LineKey, LineVerdict)> {
        let (name, field) = (line.part_number.as_str(), self.settings.match_by);
        let (words, chars_max) = (field.words(), field.chars_max());
        let message = if name.chars().count() > chars_max {
            format!("`{name}` is longer than {chars_max} characters, the most a {words} has")
        } else if name.chars().any(char::is_control) {
            format!("`{}` has a control character, which no {words} has", name.escape_default())
        } else {
            return None;
        };
        Some((line.key, LineVerdict::Rejected(Refusal::new("unfit_name", message))))
    }
}
