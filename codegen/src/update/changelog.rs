//! The changes in CHANGELOG.md, in the form of <https://keepachangelog.com>.

use crate::diff::{Format, Report};
use semver::Version;

/// The section of what is not released yet.
const UNRELEASED: &str = "## Unreleased";
/// The line that says which version the section asks for.
const NEXT: &str = "Next version: ";

/// The changelog with a report on top of what is not released yet.
///
/// The proposed version is raised if the report asks for more than what is there already. A text
/// without the section gets one below its title, an empty one a title too.
pub fn prepend(changelog: &str, title: &str, report: &Report, next: Option<&Version>) -> String {
    let (before, section, after) = split(changelog);
    let proposed = section.iter().find_map(|line| line.strip_prefix(NEXT));
    let proposed: Option<Version> = proposed.and_then(|version| version.trim().parse().ok());
    let next = next.max(proposed.as_ref());
    let rest = section.iter().filter(|line| !line.starts_with(NEXT));
    let rest = rest.copied().collect::<Vec<_>>().join("\n");

    let mut text = before.join("\n").trim_end().to_owned();
    text.push_str(&format!("\n\n{UNRELEASED}\n\n"));
    if let Some(next) = next {
        text.push_str(&format!("{NEXT}{next}\n\n"));
    }
    let report = report
        .display(Format::Markdown)
        .to_string()
        .replace("### ", "#### ");
    text.push_str(&format!("### {title}\n\n{}\n", report.trim_end()));
    for part in [rest, after.join("\n")] {
        let part = part.trim();
        if !part.is_empty() {
            text.push_str(&format!("\n{part}\n"));
        }
    }
    text
}

/// The lines before the section, in it and after it.
fn split(changelog: &str) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
    let lines: Vec<_> = changelog.lines().collect();
    let is_unreleased = |line: &&str| line.trim_end().eq_ignore_ascii_case(UNRELEASED);
    let heading = |line: &&str| line.starts_with("## ");
    if let Some(start) = lines.iter().position(|line| is_unreleased(&line)) {
        let length = lines[start + 1..].iter().position(|line| heading(&line));
        let end = length.map_or(lines.len(), |length| start + 1 + length);
        let (before, rest) = lines.split_at(start);
        let (section, after) = rest.split_at(end - start);
        return (before.to_vec(), section[1..].to_vec(), after.to_vec());
    }
    let start = lines
        .iter()
        .position(|line| heading(&line))
        .unwrap_or(lines.len());
    let (before, after) = lines.split_at(start);
    match before.iter().any(|line| !line.trim().is_empty()) {
        true => (before.to_vec(), Vec::new(), after.to_vec()),
        false => (vec!["# Changelog"], Vec::new(), after.to_vec()),
    }
}
