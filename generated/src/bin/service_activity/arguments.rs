//! What can be typed.

use std::net::SocketAddr;

use chrono::TimeDelta;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use graph_service_activity::metrics::Metric;

use crate::connection::Connection;
use crate::names;
use crate::output::Destination;

/// How much of Microsoft 365 worked for your tenant: sign-ins, mail, meetings, documents, networks.
#[derive(clap::Parser)]
#[command(name = "service-activity", version, after_help = ENVIRONMENT, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub connection: Connection,
    #[command(subcommand)]
    pub command: Command,
}

const ENVIRONMENT: &str = "\
Environment:
  GRAPH_ACCESS_TOKEN   a token to use instead of signing in
  AZURE_CLIENT_ID      stands in for --client-id
  AZURE_TENANT_ID      stands in for --tenant
  NO_COLOR             turns colors off";

#[derive(clap::Subcommand)]
pub enum Command {
    /// List the metrics, with what they count and which permission they need
    List(List),
    /// Get a metric as a table, CSV or JSON
    Get(Get),
    /// Draw all metrics on one page, to be opened in a browser
    Report(Report),
    /// Offer a metric to Prometheus, and go on reading it
    Watch(Watch),
    /// Show the newest alerts of health monitoring, and the metrics behind them
    Alerts(Alerts),
}

/// How figures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns, for people
    Table,
    /// Comma-separated values, for spreadsheets
    Csv,
    /// JSON, for programs
    Json,
}

#[derive(clap::Args)]
pub struct List {
    /// How the list is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(clap::Args)]
pub struct Get {
    /// The metric, by a name from `list` or by the name of its function in Microsoft Graph
    #[arg(value_parser = names::metric)]
    pub metric: Metric,
    #[command(flatten)]
    pub period: Period,
    /// How the figures are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// The file to write, or - for the terminal
    #[arg(short, long, default_value = "-", hide_default_value = true)]
    pub output: Destination,
}

#[derive(clap::Args)]
pub struct Report {
    #[command(flatten)]
    pub period: Period,
    /// The file to write, or - for standard output
    #[arg(short, long, default_value = "service-activity.html")]
    pub output: Destination,
}

/// What is asked for of each metric.
#[derive(clap::Args)]
pub struct Period {
    /// How far to look back: minutes, hours or days, 30 days at most
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = names::length)]
    pub last: TimeDelta,
    /// The length of a bucket in minutes
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = minutes())]
    pub interval: i32,
}

#[derive(clap::Args)]
pub struct Watch {
    /// The metric, by a name from `list` or by the name of its function in Microsoft Graph
    #[arg(value_parser = names::metric)]
    pub metric: Metric,
    /// Where Prometheus finds it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
    /// Stop after so many reads, one every five minutes
    #[arg(long, value_name = "COUNT")]
    pub rounds: Option<u32>,
}

#[derive(clap::Args)]
pub struct Alerts {
    /// How many alerts to show
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=999))]
    pub top: u32,
}

/// The lengths that buckets can have.
fn minutes() -> impl clap::builder::TypedValueParser<Value = i32> {
    PossibleValuesParser::new(["5", "10", "15", "30"]).map(|text| text.parse().unwrap_or(15))
}
