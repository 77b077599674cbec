use super::*;

#[test]
fn rows_stand_at_the_places_of_their_kinds() {
    for (index, rule) in RULES.iter().enumerate() {
        assert_eq!(rule.kind as usize, index, "{}", rule.id);
        assert_eq!(rule.kind.rule().id, rule.id);
    }
}

#[test]
fn ids_are_the_kinds_names() {
    for rule in RULES.iter() {
        let name = heck::AsKebabCase(format!("{:?}", rule.kind)).to_string();
        assert_eq!(rule.id, name);
    }
}

#[test]
fn only_major_rows_can_be_ones_that_nobody_sees() {
    for rule in RULES.iter() {
        assert!(
            rule.bump == Bump::Major || rule.checked == Checked::Agrees,
            "{}",
            rule.id
        );
    }
}
