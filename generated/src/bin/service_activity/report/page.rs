//! The page around the charts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use graph_service_activity::metrics::{Metric, MetricBucket, MetricFamily, MetricValue, Series};
use graph_service_activity::{Error, Result};

use super::chart;

/// What was asked for, by metric.
pub type Answers = BTreeMap<Metric, Result<Series>>;

/// Everything the page needs is in it: no script, and nothing to be fetched from elsewhere.
const STYLE: &str = include_str!("page.css");

/// The page. `source` says where the figures come from.
pub fn html(
    answers: &Answers,
    source: &str,
) -> std::result::Result<String, Box<dyn std::error::Error>> {
    let mut page = String::new();
    let period = period(answers);
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Microsoft 365 service activity</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>Microsoft 365 service activity</h1>\n<p>{period}<br>{}</p></header>\n",
        escaped(source)
    )?;
    tiles(&mut page, answers)?;
    for family in MetricFamily::ALL {
        let metrics = family.metrics();
        let metrics = metrics.filter_map(|metric| answers.get_key_value(&metric));
        let mut metrics: Vec<_> = metrics.collect();
        metrics.sort_by_key(|(metric, _)| metric.title());
        if metrics.is_empty() {
            continue;
        }
        writeln!(
            page,
            "<section class=\"{family:?}\">\n<h2>{}</h2>\n<div class=\"cards\">",
            family.title()
        )?;
        for (metric, answer) in metrics {
            card(&mut page, *metric, answer)?;
        }
        page.push_str("</div>\n</section>\n");
    }
    page.push_str(
        "<footer>Counts of events are totals of the period. Users, apps, networks and tunnels are \
         counted anew in every bucket and never added up: the last bucket is shown. Percentages are \
         means of equally weighted buckets. The youngest buckets may still rise.</footer>\n</body>\n</html>\n",
    );
    Ok(page)
}

/// The time that the series are of.
fn period(answers: &Answers) -> String {
    let Some(series) = answers.values().flatten().next() else {
        return "No metric could be read.".to_owned();
    };
    format!(
        "{} to {}, all times UTC, buckets of {} minutes",
        series.start.format("%a %-d %b %Y %H:%M"),
        series.end.format("%a %-d %b %Y %H:%M"),
        series.interval.num_minutes()
    )
}

/// The figures that one looks at first.
fn tiles(page: &mut String, answers: &Answers) -> std::fmt::Result {
    let series = |metric| answers.get(&metric).and_then(|answer| answer.as_ref().ok());
    let total = |metric| series(metric).and_then(Series::sum);
    let failed = total(Metric::MfaSignInFailures);
    let rate = failed
        .zip(total(Metric::MfaSignInSuccesses))
        .filter(|(failed, completed)| failed + completed > 0)
        .map(|(failed, completed)| share(failed, failed + completed));
    let blocked = total(Metric::ConditionalAccessBlockedSignIns);
    let lowest = series(Metric::ExchangeConnectivity).and_then(Series::min);
    let cut_off = series(Metric::RemoteNetworksTunnelDisconnected).and_then(Series::last);
    let tiles = [
        ("MFA sign-ins not finished", rate, "of all MFA sign-ins"),
        (
            "Blocked by Conditional Access",
            blocked.map(grouped),
            "sign-ins",
        ),
        (
            "Lowest Exchange connectivity",
            lowest.map(|bucket| number(bucket.value, "%")),
            "of connections in a bucket",
        ),
        (
            "Networks without tunnel",
            cut_off.map(|bucket| number(bucket.value, "")),
            "in the last bucket",
        ),
    ];
    page.push_str("<div class=\"tiles\">\n");
    for (title, figure, unit) in tiles {
        let figure = figure.unwrap_or_else(|| "–".to_owned());
        writeln!(
            page,
            "<div class=\"tile\"><h3>{title}</h3><b>{figure}</b> {unit}</div>"
        )?;
    }
    page.push_str("</div>\n");
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
fn share(part: i64, whole: i64) -> String {
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}

/// A metric with its figures and its chart, or with the reason why there is none.
fn card(
    page: &mut String,
    metric: Metric,
    answer: &Result<Series>,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    write!(
        page,
        "<article title=\"{}\">\n<h3>{}</h3>\n",
        escaped(metric.summary()),
        escaped(metric.title())
    )?;
    match answer {
        Ok(series) if series.is_empty() => page.push_str("<p class=\"none\">No data</p>\n"),
        Ok(series) => {
            figures(page, series)?;
            page.push_str(&chart::svg(series)?);
        }
        Err(error) => {
            let (reason, whole) = (escaped(&reason(error)), escaped(&error.to_string()));
            writeln!(
                page,
                "<p class=\"none\" title=\"{whole}\">Not available: {reason}</p>"
            )?;
        }
    }
    page.push_str("</article>\n");
    Ok(())
}

/// Why there is no series, in a few words; the card has the whole error where the pointer rests on it.
fn reason(error: &Error) -> String {
    if let Some(permission) = error.permissions_needed().first() {
        return format!("the caller lacks {}", permission.scopes().join(" or "));
    }
    match (error.status(), error.code()) {
        (Some(status), Some(code)) => format!("{status}, {code}"),
        (Some(status), None) => status.to_string(),
        _ => format!("{:?}", error.kind()),
    }
}

/// The figure that stands for the series, and what it was at most or at least.
fn figures(page: &mut String, series: &Series) -> std::fmt::Result {
    let unit = series.unit();
    let suffix = if series.metric.is_percentage() {
        "%"
    } else {
        ""
    };
    let value = |bucket: Option<MetricBucket>| {
        bucket.map_or_else(String::new, |bucket| number(bucket.value, suffix))
    };
    let last = value(series.last());
    let (figure, meaning, extreme, other) = match (series.sum(), series.mean()) {
        (Some(sum), _) => {
            let meaning = format!("{unit} in total");
            (grouped(sum), meaning, ("Max", series.max()), ("Last", last))
        }
        (None, Some(mean)) if series.metric.is_percentage() => {
            let meaning = "on average".to_owned();
            let mean = format!("{mean:.1} %");
            (mean, meaning, ("Min", series.min()), ("Last", last))
        }
        _ => {
            let meaning = format!("{unit} at last");
            let least = value(series.min());
            (last, meaning, ("Max", series.max()), ("Min", least))
        }
    };
    writeln!(page, "<p><b>{figure}</b> {meaning}</p>")?;
    let at = extreme
        .1
        .map(|bucket| bucket.start.format("%H:%M").to_string());
    let (name, at) = (extreme.0, at.unwrap_or_default());
    writeln!(
        page,
        "<dl><dt>{name}</dt><dd>{} <i>at {at}</i></dd><dt>{}</dt><dd>{}</dd></dl>",
        value(extreme.1),
        other.0,
        other.1
    )
}

/// A value as a page shows it.
fn number(value: MetricValue, unit: &str) -> String {
    let number = match value {
        MetricValue::Count(count) => grouped(count),
        other => format!("{:.1}", other.as_f64()),
    };
    format!("{number} {unit}").trim_end().to_owned()
}

/// A count with a comma before every third digit.
fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::from(if count < 0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
