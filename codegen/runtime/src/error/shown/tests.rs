use proptest::prelude::*;

use super::*;
use crate::error::Secret;

fn shown(text: &str) -> String {
    escaped(text, false, MAX_SHOWN, Layout::Line)
}

#[test]
fn what_cannot_be_seen_is_escaped() {
    for (text, expected) in [
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\u{1b}[31m", r"\u{1b}[31m"),
        ("\0\u{7f}\u{85}", r"\u{0}\u{7f}\u{85}"),
        ("a\u{202e}b\u{2066}c", r"a\u{202e}b\u{2066}c"),
        ("\u{200e}\u{200f}\u{61c}", r"\u{200e}\u{200f}\u{61c}"),
        ("\u{2028}\u{2029}", r"\u{2028}\u{2029}"),
        ("\u{200b}\u{feff}\u{ad}", r"\u{200b}\u{feff}\u{ad}"),
        ("\u{3164}\u{e0041}\u{e0100}", r"\u{3164}\u{e0041}\u{e0100}"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn what_people_write_stays() {
    for text in [
        r#"it's "C:\temp", 100 %"#,
        "Zürich, cafe\u{301}",
        "ที่นี่ हिन्दी 日本語 עברית",
        "→ ✓ …",
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn long_texts_are_cut() {
    let text = shown(&"x".repeat(10_000));
    assert_eq!(text.len(), MAX_SHOWN);
    assert!(text.ends_with("x…"));
    assert_eq!(Cut("äöü", 2).to_string(), "äö…");
    assert_eq!(Cut("äöü", 3).to_string(), "äöü");
}

struct Shown<'a>(&'a str, Option<&'a Secret>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(formatter, Redaction::of(self.1), MAX_SHOWN, |out| {
            out.write_str(self.0)
        })
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(formatter, Redaction::of(self.1), &Fields(&self.0))
    }
}

impl fmt::Debug for Fields<'_, &str> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shown")
            .field("text", self.0)
            .finish()
    }
}

#[test]
fn a_token_is_not_shown_where_the_text_is_cut() {
    let token = Secret::new("t0ken".repeat(100));
    for before in (MAX_COLLECTED - 600..MAX_COLLECTED - 10).step_by(37) {
        let text = "\u{1b}".repeat(before) + token.as_str();
        let shown = Shown(&text, Some(&token)).to_string();
        assert!(!shown.contains("t0kent0k"), "{before}");
    }
}

#[test]
fn a_pretty_debug_has_its_lines() {
    let text = format!("{:#?}", Shown("a\nb", None));
    assert_eq!(text, "Shown {\n    text: \"a\\nb\",\n}");
}

#[test]
fn causes_that_can_be_shown_stay_what_they_are() {
    let fine: Arc<dyn StdError + Send + Sync> = Arc::new(fmt::Error);
    let none = Redaction::of(None);
    assert!(cause(fine, none).is::<fmt::Error>());
    for text in ["a\nb".to_owned(), "x".repeat(10_000)] {
        let raw: Arc<dyn StdError + Send + Sync> = Arc::new(std::io::Error::other(text));
        let replaced = cause(raw, none);
        assert!(!replaced.is::<std::io::Error>());
        assert!(is_presentable(format_args!("{replaced}"), none));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_one_short_line(text in any::<String>(), times in 1_usize..300) {
        let text = text.repeat(times);
        for shown in [
            Shown(&text, None).to_string(),
            format!("{:?}", Shown(&text, None)),
        ] {
            prop_assert!(shown.len() <= MAX_SHOWN);
            prop_assert!(shown.chars().all(is_plain));
        }
    }
}
