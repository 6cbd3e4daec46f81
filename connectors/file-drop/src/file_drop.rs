//! The flow: write, put, look for the acknowledgement.

use std::time::Duration;

use async_trait::async_trait;
use trueup_marketplace::{
    Acknowledges, Answer, Batch, Capabilities, Checked, Connector, Context, Error, Fields, Limit,
    Locations, Marketplace, OpenError, Pace, Prepared, Problems, Receipt, Ticket, TrueUp,
};

use crate::settings::Settings;
use crate::{acknowledgement, content, folder};

/// A channel that is fed by files.
#[derive(Clone, Debug)]
pub struct FileDrop {
    settings: Settings,
}

impl Connector for FileDrop {
    const ID: &'static str = "file_drop";
    const TITLE: &'static str = "Files in a folder";
    type Settings = Settings;

    fn open(settings: Settings) -> Result<Self, OpenError> {
        let mut problems = Problems::default();
        settings.judge(&mut problems);
        problems.finish()?;
        Ok(Self { settings })
    }

    fn example() -> &'static str {
        include_str!("../example.toml")
    }
}

#[async_trait]
impl Marketplace for FileDrop {
    fn capabilities(&self) -> Capabilities {
        let has = |field| self.settings.columns.iter().any(|column| column.value.has(field));
        let minutes = u64::from(self.settings.acknowledged_within_minutes.get());
        Capabilities {
            acknowledges: match self.settings.acknowledgements {
                Some(_) => Acknowledges::Ticket,
                None => Acknowledges::Submission,
            },
            true_up: match self.settings.omitted_means_zero {
                true => TrueUp::Whole(Limit::NONE),
                false => TrueUp::Chunked,
            },
            lines_per_batch: Limit(Some(self.settings.lines_per_file)),
            locations: Locations::Optional,
            fields: Fields {
                on_orders: has("on_orders"),
                backordered: has("backordered"),
                next_available_on: has("next_available_on"),
                discontinued: has("discontinued"),
            },
            quantity_max: i64::MAX,
            settle: Duration::from_secs(self.settings.settle_seconds.into()),
            ticket_life: Duration::from_secs(minutes * 60),
            // A folder sets no rate.
            pace: Pace { requests: 1_000, per: Duration::from_secs(1), burst: 1_000 },
            ..Capabilities::least()
        }
    }

    async fn prepare(&self, batch: &Batch, _: &Context<'_>) -> Result<Prepared, Error> {
        self.capabilities().admit(batch)?;
        let body = content::write(batch, &self.settings)?.into();
        Ok(Prepared { body, withheld: Vec::new() })
    }

    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let name = self.name_of(batch);
        let folder = self.settings.folder.clone();
        folder::put(folder, name.clone(), prepared.body.to_vec()).await?;
        let answer = match self.settings.acknowledgements {
            Some(_) => Answer::Pending(Ticket(name.clone())),
            None => Answer::Submitted,
        };
        Ok(Receipt::new(answer).with_handle(name))
    }

    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        _: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let Some(acknowledgements) = &self.settings.acknowledgements else {
            return Ok(Receipt::new(Answer::Submitted).with_handle(&ticket.0));
        };
        let path = acknowledgements.join(format!("{}.ack", ticket.0));
        match folder::read(path).await? {
            None => Ok(Receipt::pending(ticket)),
            Some(content) => Ok(acknowledgement::read(&content, batch)?.with_handle(&ticket.0)),
        }
    }

    async fn check(&self, _: &Context<'_>) -> Result<Checked, Error> {
        folder::try_out(self.settings.folder.clone()).await?;
        let shown = self.settings.folder.display();
        Ok(Checked(match &self.settings.acknowledgements {
            Some(folder) => format!(
                "files can be put into {shown}; acknowledgements are looked for in {}",
                folder.display()
            ),
            None => format!("files can be put into {shown}; nothing will confirm them"),
        }))
    }
}

impl FileDrop {
    fn name_of(&self, batch: &Batch) -> String {
        let Settings { file_prefix, format, .. } = &self.settings;
        format!("{file_prefix}-{}-{}.{}", batch.kind, batch.key, format.ending())
    }
}
