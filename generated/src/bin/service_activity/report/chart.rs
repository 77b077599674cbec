//! A series as a small SVG chart without colours of its own: the page's style sheet has them, one set
//! for light and one for dark.

use std::error::Error;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use graph_service_activity::metrics::Series;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Width and height in pixels, before the page scales it.
const SIZE: (u32, u32) = (300, 130);

/// Room for the labels at the axes, in pixels.
const LEFT: u32 = 42;
const BELOW: u32 = 24;

// Stand-ins for the style sheet's colours, which no chart would have by chance.
const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const LINE: RGBColor = RGBColor(3, 3, 3);

/// The chart of a series. Its axis of time is in UTC; gaps are left open.
pub fn svg(series: &Series) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    draw(series, &mut svg)?;
    let svg = svg
        .replace("\"#010101\"", "\"var(--muted)\"")
        .replace("\"#020202\"", "\"var(--grid)\"")
        .replace("\"#030303\"", "\"var(--accent)\"");
    // The width is the page's business.
    let opening = format!("<svg width=\"{}\" height=\"{}\"", SIZE.0, SIZE.1);
    Ok(svg.replacen(&opening, "<svg aria-hidden=\"true\"", 1))
}

fn draw(series: &Series, svg: &mut String) -> Result<(), Box<dyn Error>> {
    let (low, high) = range(series);
    let times = series.start.timestamp()..series.end.timestamp();
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_top(8)
        .margin_right(14)
        .set_label_area_size(LabelAreaPosition::Left, LEFT)
        .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
        .build_cartesian_2d(
            times.with_key_points(hours(series.start, series.end)),
            Values(low, high),
        )?;
    let text = ("sans-serif", 16).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .label_style(text)
        .x_label_formatter(&|time| hour(*time))
        .y_label_formatter(&|value| short(*value))
        .draw()?;
    for run in runs(series) {
        chart.draw_series(AreaSeries::new(run.clone(), low, LINE.mix(0.14)))?;
        chart.draw_series(LineSeries::new(run, LINE.stroke_width(2)))?;
    }
    // The bucket that the card names.
    let extreme = if series.metric.is_percentage() {
        series.min()
    } else {
        series.max()
    };
    if let Some(bucket) = extreme {
        let point = (bucket.start.timestamp(), bucket.value.as_f64());
        chart.draw_series([Circle::new(point, 3, LINE.filled())])?;
    }
    area.present()?;
    Ok(())
}

/// The axis of values, labelled at both ends and in the middle.
struct Values(f64, f64);

impl Ranged for Values {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.0..self.1).map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        vec![self.0, f64::midpoint(self.0, self.1), self.1]
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.0..self.1
    }
}

/// The points between gaps. A bucket between two gaps is drawn as wide as it is.
fn runs(series: &Series) -> Vec<Vec<(i64, f64)>> {
    let mut runs = vec![Vec::new()];
    for (start, value) in series.with_gaps() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((start.timestamp(), value.as_f64())),
            _ => runs.push(Vec::new()),
        }
    }
    for run in &mut runs {
        if let [(start, value)] = run[..] {
            run.push((start + series.interval.num_seconds(), value));
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// What the axis of values shows: counts from zero, so that heights compare; percentages up to 100.
fn range(series: &Series) -> (f64, f64) {
    let max = series.max().map_or(0.0, |bucket| bucket.value.as_f64());
    let min = series.min().map_or(0.0, |bucket| bucket.value.as_f64());
    if series.metric.is_percentage() {
        // Whole steps of 10, so that charts of the same metric mostly have the same axis.
        return (
            (min / 10.0).floor() * 10.0 - f64::from(min >= 100.0) * 10.0,
            100.0,
        );
    }
    (0.0, round_up(max))
}

/// The next number that is easy to halve and to read.
fn round_up(value: f64) -> f64 {
    let magnitude = 10_f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * magnitude >= value);
    (step.unwrap_or(10.0) * magnitude).max(2.0)
}

/// Every sixth hour of the day.
fn hours(start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<i64> {
    let step = TimeDelta::hours(6);
    let first = start.duration_trunc(step).unwrap_or(start);
    let hours = (0..).map(|index| first + step * index);
    hours
        .skip_while(|hour| *hour < start)
        .take_while(|hour| *hour <= end)
        .map(|hour| hour.timestamp())
        .collect()
}

fn hour(timestamp: i64) -> String {
    let time = DateTime::from_timestamp(timestamp, 0);
    time.map(|time| time.format("%H:%M").to_string())
        .unwrap_or_default()
}

/// A label of the axis: `1.2k` instead of five digits.
fn short(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{}k", value / 1000.0)
    } else {
        format!("{value}")
    }
}
