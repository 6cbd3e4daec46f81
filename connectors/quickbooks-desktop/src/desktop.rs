//! The flow on our side: prepare, submit, settle, check.

use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use trueup_marketplace::{
    Acknowledges, Answer as Whole, Batch, Capabilities, Checked, Connector, Contact, Context,
    Effect, Error, ErrorKind, Letter, Limit, Line, LineKey, LineVerdict, Locations, Marketplace,
    OpenError, Polled, Prepared, Receipt, Refusal, RemoteLocation, Retry, Ticket, TrueUp,
};

use crate::desk::Desk;
use crate::letter::{Answer, Message};
use crate::login::Login;
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
    pub(crate) login: Login,
    pub(crate) desk: Desk,
    zone: TimeZone,
}

impl Connector for QuickBooksDesktop {
    const ID: &'static str = "quickbooks_desktop";
    const TITLE: &'static str = "QuickBooks Desktop";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        settings.check()?;
        let zone = TimeZone::get(&settings.time_zone);
        let zone = zone.map_err(|error| OpenError::at("time_zone", error.to_string()))?;
        let login = Login::new(&settings.user_name, &settings.password);
        Ok(Self { settings, login, desk: Desk::default(), zone })
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
        let message = Message::new(date, batch.lines.iter().filter(is_fit));
        Ok(Prepared { body: message.to_bytes(), withheld })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        if batch.is_dry_run {
            let message = "QuickBooks cannot rehearse; nothing was posted";
            return Err(Error::not_applied(ErrorKind::Unsupported, Retry::Never, message));
        }
        context.mailbox.post(&batch.key, prepared.body.clone()).await?;
        Ok(Receipt::pending(&Ticket(batch.key.0.clone())))
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        match context.mailbox.look(&batch.key).await? {
            Letter::Answered(answer) => Ok(Answer::receipt(&answer, batch)),
            Letter::Waiting | Letter::Fetched => match self.desk.trouble() {
                Some(trouble) => Err(Error::unknown(ErrorKind::Unavailable, trouble)),
                None => Ok(Receipt::pending(ticket)),
            },
            Letter::Absent => {
                let mut receipt = Receipt::new(Whole::Submitted).with_handle(&ticket.0);
                receipt.doubt_rest(batch, "its message is no longer in the mailbox");
                Ok(receipt)
            }
        }
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
        let refusal = Refusal { code: "unfit_name".to_owned(), message };
        Some((line.key, LineVerdict::Rejected(refusal)))
    }
}
