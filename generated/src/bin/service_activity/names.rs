//! Names of metrics and lengths of time, as people type them.

use chrono::TimeDelta;
use graph_service_activity::metrics::Metric;

/// How far the service looks back.
const LONGEST: TimeDelta = TimeDelta::days(30);

/// How many names are suggested, and how like they must be, from 0 to 1.
const SUGGESTIONS: usize = 3;
const LIKENESS: f64 = 0.7;

/// A metric's name on the command line, such as `mfa-sign-in-failures`.
pub fn short(metric: Metric) -> String {
    let name = format!("{metric:?}");
    let mut short = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !short.is_empty() {
            short.push('-');
        }
        short.push(character.to_ascii_lowercase());
    }
    short
}

/// The metric of this name, in any case.
pub fn metric(text: &str) -> Result<Metric, String> {
    let is_named = |metric: &Metric| {
        short(*metric).eq_ignore_ascii_case(text) || metric.name().eq_ignore_ascii_case(text)
    };
    let found = Metric::ALL.iter().copied().find(is_named);
    found.ok_or_else(|| match nearest(text).as_slice() {
        [] => "there is no such metric; `service-activity list` shows all".to_owned(),
        near => format!("there is no such metric; did you mean {}?", near.join(", ")),
    })
}

/// The names that are most like this text, the most like first.
fn nearest(text: &str) -> Vec<String> {
    let text = text.to_ascii_lowercase();
    let likeness = |metric: &Metric| {
        let function = metric.name().to_ascii_lowercase();
        let by_function = strsim::jaro_winkler(&text, &function);
        let by_name = strsim::jaro_winkler(&text, &short(*metric));
        let is_part = text.len() > 2 && short(*metric).contains(&text);
        by_name.max(by_function).max(f64::from(u8::from(is_part)))
    };
    let mut near: Vec<_> = Metric::ALL
        .iter()
        .map(|metric| (likeness(metric), short(*metric)))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    near.truncate(SUGGESTIONS);
    near.into_iter().map(|(_, name)| name).collect()
}

/// A length of time, such as `24h`.
pub fn length(text: &str) -> Result<TimeDelta, String> {
    let unreadable = || "expected minutes, hours or days, such as 90m, 24h or 7d".to_owned();
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let count: i64 = digits.parse().map_err(|_| unreadable())?;
    let length = match &text[digits.len()..] {
        "m" => TimeDelta::try_minutes(count),
        "h" => TimeDelta::try_hours(count),
        "d" => TimeDelta::try_days(count),
        _ => return Err(unreadable()),
    };
    match length {
        Some(length) if length > TimeDelta::zero() && length <= LONGEST => Ok(length),
        Some(length) if length <= TimeDelta::zero() => {
            Err("it must be a minute at least".to_owned())
        }
        _ => Err("the service keeps no more than 30 days".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_metric_has_a_short_name_of_its_own() {
        let names: BTreeSet<_> = Metric::ALL.iter().map(|metric| short(*metric)).collect();
        assert_eq!(names.len(), Metric::ALL.len());
        for known in Metric::ALL {
            let name = short(*known);
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(name.bytes().all(is_plain), "{name}");
            assert_eq!(metric(&name), Ok(*known));
            assert_eq!(metric(&name.to_uppercase()), Ok(*known));
            assert_eq!(metric(known.name()), Ok(*known));
        }
        assert_eq!(short(Metric::MfaSignInFailures), "mfa-sign-in-failures");
        assert_eq!(
            short(Metric::IosOrAndroidMailReaders),
            "ios-or-android-mail-readers"
        );
    }

    #[test]
    fn a_wrong_name_is_told_the_nearest() {
        let told = |text| metric(text).unwrap_err();
        assert_eq!(
            told("mfa-signin-failure"),
            "there is no such metric; did you mean mfa-sign-in-failures, mfa-sign-in-successes?"
        );
        assert!(told("getMetricsForMfaSignInFailures").contains("mfa-sign-in-failures"));
        assert!(told("visio").contains("visio-web-users"));
        assert_eq!(
            told("0123456789"),
            "there is no such metric; `service-activity list` shows all"
        );
        assert_eq!(
            told(""),
            "there is no such metric; `service-activity list` shows all"
        );
    }

    #[test]
    fn lengths_are_minutes_hours_or_days() {
        for (text, expected) in [
            ("90m", TimeDelta::minutes(90)),
            ("24h", TimeDelta::hours(24)),
            ("30d", TimeDelta::days(30)),
        ] {
            assert_eq!(length(text), Ok(expected));
        }
        let unreadable = "expected minutes, hours or days, such as 90m, 24h or 7d";
        for text in [
            "",
            "h",
            "24",
            "24 h",
            "24x",
            "1.5h",
            "24hh",
            "99999999999999999999h",
            "1\u{e4}",
        ] {
            assert_eq!(length(text), Err(unreadable.to_owned()), "{text}");
        }
        for text in ["0h", "-1h"] {
            assert_eq!(length(text), Err("it must be a minute at least".to_owned()));
        }
        for text in ["31d", "721h", "9223372036854775807d"] {
            let expected = "the service keeps no more than 30 days";
            assert_eq!(length(text), Err(expected.to_owned()), "{text}");
        }
    }
}
