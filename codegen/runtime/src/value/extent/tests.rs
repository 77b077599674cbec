use super::*;

#[test]
fn the_deepest_nesting_that_is_read_passes() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(Extent::of(nested(MAX_NESTING).as_bytes()).is_ok());
    let error = Extent::of(nested(MAX_NESTING + 1).as_bytes()).unwrap_err();
    assert_eq!(error.offset, MAX_NESTING);
    // serde_json's own limit is the same, so that what passes is not refused by it.
    assert!(serde_json::from_str::<serde_json::Value>(&nested(MAX_NESTING)).is_ok());
    assert!(serde_json::from_str::<serde_json::Value>(&nested(MAX_NESTING + 1)).is_err());
}

#[test]
fn only_what_is_open_counts_as_nesting() {
    let flat = "[],{},".repeat(1_000);
    assert!(Extent::of(flat.as_bytes()).is_ok());
    let closed = "]}".repeat(1_000);
    assert!(Extent::of(closed.as_bytes()).is_ok());
}

#[test]
fn brackets_within_texts_do_not_count() {
    for text in [
        format!("\"{}\"", "[".repeat(1_000)),
        format!("\"\\\"{}\"", "{".repeat(1_000)),
        format!("\"{}", "[".repeat(1_000)),
    ] {
        let extent = Extent::of(text.as_bytes()).unwrap();
        assert_eq!((extent.values, extent.objects, extent.texts), (1, 0, 1));
    }
    let behind = format!("\"\\\\\"{}", "[".repeat(1_000));
    assert!(Extent::of(behind.as_bytes()).is_err());
}

#[test]
fn everything_that_takes_memory_is_counted() {
    let extent = Extent::of(br#"{"a":[1,2,{}],"b":"x"}"#).unwrap();
    assert_eq!(extent.bytes, 22);
    // One more for each object or array, as if it were not empty.
    assert_eq!(extent.values, 7);
    assert_eq!((extent.arrays, extent.objects), (1, 2));
    assert_eq!((extent.members, extent.texts), (2, 3));
    let memory = 44 + 7 * VALUE + ARRAY + 2 * OBJECT + 2 * MEMBER + 3 * TEXT;
    assert_eq!(extent.memory(), memory);
}

/// A quote or a backslash may stand anywhere in a word.
#[test]
fn texts_of_all_lengths_end_where_they_do() {
    for length in 0..40 {
        let plain = format!("\"{}\"[", "é".repeat(length / 2) + &"x".repeat(length % 2));
        assert_eq!(end_of_text(plain.as_bytes(), 1), plain.len() - 1);
        for at in 0..length {
            let text = "x".repeat(at) + r#"\""# + &"x".repeat(length - at);
            let escaped = format!("\"{text}\"[");
            assert_eq!(end_of_text(escaped.as_bytes(), 1), escaped.len() - 1);
            let cut = &escaped.as_bytes()[..at + 2];
            assert_eq!(end_of_text(cut, 1), cut.len());
        }
    }
}
