//! The nearest existing name for one that does not exist.

/// The name closest to `found` without regard to case, if at most a third of its characters differ;
/// else the shortest that goes on where it ends.
pub(crate) fn nearest<N: AsRef<str>>(found: &str, known: impl IntoIterator<Item = N>) -> Option<N> {
    let known: Vec<_> = known.into_iter().collect();
    let bytes: usize = known.iter().map(|name| name.as_ref().len()).sum();
    if bytes.saturating_mul(found.len()) > LARGEST_SEARCH {
        return None;
    }
    let near = || {
        let lower = found.to_lowercase();
        let (length, limit) = (lower.chars().count(), found.chars().count().div_ceil(3));
        let distances = known.iter().enumerate().filter_map(|(index, name)| {
            let name = name.as_ref();
            let other = name.to_lowercase();
            let may_be_near = other.chars().count().abs_diff(length) <= limit;
            let distance = may_be_near.then(|| strsim::levenshtein(&lower, &other))?;
            (distance <= limit).then_some((distance, name, index))
        });
        distances.min().map(|(.., index)| index)
    };
    let longer = || {
        let names = known.iter().map(AsRef::as_ref).enumerate();
        let longer = names.filter(|(_, name): &(usize, &str)| name.starts_with(found));
        let nearest = longer.min_by_key(|(_, name)| (name.len(), *name));
        let nearest = nearest.filter(|_| found.len() >= SHORTEST_PREFIX);
        nearest.map(|(index, _)| index)
    };
    let index = near().or_else(longer)?;
    known.into_iter().nth(index)
}

/// How many pairs of bytes are compared at most; a search among all names of Microsoft Graph takes
/// about half of it.
const LARGEST_SEARCH: usize = 1 << 24;

/// Fewer letters are the beginning of too many names.
const SHORTEST_PREFIX: usize = 4;

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
