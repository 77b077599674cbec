//! `report`: all metrics on one page of charts, to be opened in a browser, printed or mailed.

mod chart;
mod page;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use graph_service_activity::metrics::{self, Metric};
use graph_service_activity::{Client, Error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::{Period, Report};
use crate::connection::Service;
use crate::failure::Failure;
use crate::output::Destination;
use page::Answers;

pub async fn run(service: &Service, options: &Report) -> Result<(), Failure> {
    let answers = ask(&service.client, &options.period, Utc::now()).await?;
    let failed: Vec<_> = answers
        .values()
        .filter_map(|it| it.as_ref().err())
        .collect();
    if let (Some(error), true) = (failed.first(), failed.len() == answers.len()) {
        // A page with nothing on it would look as if nothing had happened.
        return Err(Error::clone(error).into());
    }
    let html = page::html(&answers, &service.name);
    let html = html.map_err(|error| Failure::Other(format!("no page could be drawn: {error}")))?;
    options.output.write(&html)?;
    if !failed.is_empty() {
        let (failed, all) = (failed.len(), answers.len());
        eprintln!("{failed} of {all} metrics are not available; their cards say why");
    }
    if let Destination::File(path) = &options.output {
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// Asks for all metrics, a few at a time. The client waits when the service throttles it.
async fn ask(client: &Client, period: &Period, now: DateTime<Utc>) -> Result<Answers, Failure> {
    let (start, end) = metrics::last(period.last, now);
    let activity = client.reports().service_activity();
    let mut all = activity
        .all_metrics(start, end)
        .aggregation_interval_in_minutes(period.interval);
    let bar = bar(Metric::ALL.len())?;
    let mut answers = Answers::new();
    while let Some((metric, series)) = all.next().await {
        if answers.is_empty() {
            // Not before: somebody may have been asked to sign in.
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_message(metric.title());
        bar.inc(1);
        answers.insert(metric, series);
    }
    bar.finish_and_clear();
    Ok(answers)
}

/// A bar that is on a terminal alone, and not there yet.
fn bar(length: usize) -> Result<ProgressBar, Failure> {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template("{bar:38} {pos}/{len} {wide_msg}");
    let style = style.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(bar.with_style(style))
}
