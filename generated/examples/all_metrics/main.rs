//! All 38 metrics of the last day as one page of charts, to be opened in a browser, printed or mailed.
//!
//! With `GRAPH_ACCESS_TOKEN` set it asks Microsoft Graph. The token needs `Reports.Read.All` and, for
//! Exchange, Teams and Office, the permissions that `ServiceActivity-` begins the names of; what the
//! token does not allow says so on its card. Without it, it starts a fake Graph in the same process.
//!
//! ```text
//! cargo run -p graph-service-activity --example all_metrics [FILE]
//! ```

mod chart;
mod demo;
mod page;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use clap::Parser as _;
use graph_service_activity::Client;
use indicatif::{ProgressBar, ProgressStyle};

use page::Answers;

/// All metrics of the last day, on one page of charts. GRAPH_ACCESS_TOKEN may have a token for Microsoft Graph;
/// without it, a fake Graph is asked.
#[derive(clap::Parser)]
#[command(version)]
struct Arguments {
    /// Where the page is written [default: service-activity.html in the folder for temporary files]
    file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = Arguments::parse().file;
    let file = file.unwrap_or_else(|| std::env::temp_dir().join("service-activity.html"));
    // Full buckets, so that those of two reports compare.
    let end = Utc::now().duration_trunc(TimeDelta::minutes(15))?;
    let html = if std::env::var_os("GRAPH_ACCESS_TOKEN").is_some() {
        let answers = ask(&Client::from_env()?, end).await?;
        page::html(&answers, "Microsoft Graph beta")?
    } else {
        let emulator = demo::emulator(end).start().await?;
        let client = Client::builder()
            .bearer_token("any")
            .endpoint(emulator.endpoint())
            .build()?;
        let answers = ask(&client, end).await?;
        emulator.shutdown().await;
        page::html(&answers, "Invented figures from the emulator")?
    };
    if let Err(error) = std::fs::write(&file, html) {
        eprintln!("error: cannot write {}: {error}", file.display());
        std::process::exit(1);
    }
    println!("{}", file.display());
    Ok(())
}

/// Asks for all metrics, a few at a time. The client waits when the service throttles it.
async fn ask(client: &Client, end: DateTime<Utc>) -> Result<Answers, Box<dyn std::error::Error>> {
    let activity = client.reports().service_activity();
    let mut all = activity.all_metrics(end - TimeDelta::days(1), end);
    let style = ProgressStyle::with_template("{bar:38} {pos}/{len} {wide_msg}")?;
    let bar = ProgressBar::new(38).with_style(style);
    let mut answers = Answers::new();
    while let Some((metric, series)) = all.next().await {
        bar.set_message(metric.title());
        bar.inc(1);
        answers.insert(metric, series);
    }
    bar.finish_and_clear();
    Ok(answers)
}
