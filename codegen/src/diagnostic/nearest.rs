//! The nearest existing name for one that does not exist.

/// The name closest to `found`, if at most a third of its characters differ; else the shortest
/// that goes on where it ends.
pub(crate) fn nearest<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = found.chars().count().div_ceil(3);
    let known: Vec<_> = known.into_iter().collect();
    let bytes: usize = known.iter().map(|name| name.len()).sum();
    if bytes.saturating_mul(found.len()) > LARGEST_SEARCH {
        return None;
    }
    let near = known
        .iter()
        .map(|name| (edit_distance(found, name, limit), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name);
    let longer = known.iter().filter(|name| name.starts_with(found));
    near.or_else(|| {
        let longer = longer.filter(|_| found.len() >= SHORTEST_PREFIX);
        longer.min_by_key(|name| (name.len(), **name)).copied()
    })
}

/// How many pairs of bytes are compared at most; a search among all names of Microsoft Graph takes
/// about half of it.
const LARGEST_SEARCH: usize = 1 << 24;

/// Fewer letters are the beginning of too many names.
const SHORTEST_PREFIX: usize = 4;

/// Levenshtein distance without regard to case; `limit + 1` stands for anything larger.
fn edit_distance(left: &str, right: &str, limit: usize) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substitute = diagonal + usize::from(l != r);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_near_and_the_same_in_any_order() {
        let known = ["serviceActivity", "serviceHealth", "entity"];
        assert_eq!(nearest("serviceActivty", known), Some("serviceActivity"));
        assert_eq!(nearest("ServiceActivity", known), Some("serviceActivity"));
        assert_eq!(nearest("zzz", known), None);
        let longer = ["DateTimeOffset", "DateTimeOffsets"];
        assert_eq!(nearest("DateTime", longer), Some("DateTimeOffset"));
        assert_eq!(nearest("ser", known), None);
        assert_eq!(nearest("ab", ["aa", "bb"]), nearest("ab", ["bb", "aa"]));
    }
    #[test]
    fn a_search_that_would_take_long_is_not_made() {
        let long = "x".repeat(1 << 14);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
