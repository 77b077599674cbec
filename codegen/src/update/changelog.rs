//! The changes in CHANGELOG.md, in the form of <https://keepachangelog.com>.

use crate::semver::{Format, Report};
use semver::Version;

/// The section of what is not released yet.
const UNRELEASED: &str = "## Unreleased";
/// The line that says which version the section asks for.
const NEXT: &str = "Next version: ";

/// The changelog with a report on top of what is not released yet.
///
/// The proposed version is raised if the report asks for more than what is there already. A text
/// without the section gets one below its title, an empty one a title too. What an update that was
/// interrupted has added already is not added again.
pub fn prepend(changelog: &str, title: &str, report: &Report, next: Option<&Version>) -> String {
    let (before, section, after) = split(changelog);
    let proposed = section.iter().find_map(|line| line.strip_prefix(NEXT));
    let proposed: Option<Version> = proposed.and_then(|version| version.trim().parse().ok());
    let next = next.max(proposed.as_ref());
    let rest = section.iter().filter(|line| !line.starts_with(NEXT));
    let rest = rest.copied().collect::<Vec<_>>().join("\n");
    let report = report.display(Format::Changelog).to_string();
    let entry = format!("### {title}\n\n{}\n", report.trim_end());
    let rest = rest.trim();
    let older = rest.strip_prefix(entry.trim_end());
    let older = older.filter(|older| older.is_empty() || older.starts_with('\n'));
    let rest = older.unwrap_or(rest).trim();

    let mut text = before.join("\n").trim_end().to_owned();
    text.push_str(&format!("\n\n{UNRELEASED}\n\n"));
    if let Some(next) = next {
        text.push_str(&format!("{NEXT}{next}\n\n"));
    }
    text.push_str(&entry);
    let after = after.join("\n");
    if !rest.is_empty() {
        // Without a heading of its own, it would seem to belong to the report.
        let heading = if rest.starts_with('#') {
            ""
        } else {
            "### Others\n\n"
        };
        text.push_str(&format!("\n{heading}{rest}\n"));
    }
    if !after.trim().is_empty() {
        text.push_str(&format!("\n{}\n", after.trim()));
    }
    text
}

/// The lines before the section, in it and after it.
fn split(changelog: &str) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
    let lines: Vec<_> = changelog.lines().collect();
    let is_unreleased = |line: &&str| line.trim_end().eq_ignore_ascii_case(UNRELEASED);
    let heading = |line: &&str| line.starts_with("## ");
    if let Some(start) = lines.iter().position(is_unreleased) {
        let length = lines[start + 1..].iter().position(heading);
        let end = length.map_or(lines.len(), |length| start + 1 + length);
        let (before, rest) = lines.split_at(start);
        let (section, after) = rest.split_at(end - start);
        return (before.to_vec(), section[1..].to_vec(), after.to_vec());
    }
    let start = lines.iter().position(heading).unwrap_or(lines.len());
    let (before, after) = lines.split_at(start);
    match before.iter().any(|line| !line.trim().is_empty()) {
        true => (before.to_vec(), Vec::new(), after.to_vec()),
        false => (vec!["# Changelog"], Vec::new(), after.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn later_changes_stand_above_and_the_version_stays() {
        let report = Report::default();
        let first = prepend("", "First", &report, Some(&version("0.2.0")));
        let second = prepend(&first, "Second", &report, Some(&version("0.1.1")));
        let expected = "# Changelog\n\n## Unreleased\n\nNext version: 0.2.0\n\n\
            ### Second\n\nNo changes of the API.\n\n### First\n\nNo changes of the API.\n";
        assert_eq!(second, expected);
    }

    #[test]
    fn releases_and_what_stands_above_them_stay() {
        let text = "# Changes\n\nAll of them.\n\n## 0.1.0\n\n- First.\n";
        let changed = prepend(text, "New", &Report::default(), None);
        let expected = "# Changes\n\nAll of them.\n\n## Unreleased\n\n### New\n\n\
            No changes of the API.\n\n## 0.1.0\n\n- First.\n";
        assert_eq!(changed, expected);
    }
}
