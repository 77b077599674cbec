//! Parameters of functions, in the URL, and of actions, in the body.

use super::encode;
use super::operation::Operation;
use crate::value::{LiteralValue, Numbers};

/// Values of parameters, each set at most once.
#[derive(Clone, Default)]
pub(crate) struct Parameters(Vec<(&'static str, LiteralValue)>);

impl Parameters {
    /// Sets a value, instead of an earlier one.
    pub(crate) fn set(&mut self, name: &'static str, value: LiteralValue) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, current)) => *current = value,
            None => self.0.push((name, value)),
        }
    }

    /// The parameters in metadata order, then those that the metadata does not declare.
    fn ordered<'a>(
        &'a self,
        operation: &'static Operation,
    ) -> impl Iterator<Item = &'a (&'static str, LiteralValue)> {
        let known = operation.parameters();
        let set = |name: &&str| self.0.iter().find(|(other, _)| other == name);
        let unknown = self.0.iter().filter(|(name, _)| !known.contains(name));
        known.iter().filter_map(set).chain(unknown)
    }

    /// Appends the parameters of a function to its path, and the aliases that they need to the
    /// query, which may already have those of earlier functions in the path.
    pub(crate) fn push_to(
        &self,
        operation: &'static Operation,
        path: &mut String,
        query: &mut String,
    ) {
        path.push('(');
        for (index, (name, value)) in self.ordered(operation).enumerate() {
            if index > 0 {
                path.push(',');
            }
            encode::push_path(path, name);
            path.push('=');
            if value.is_alias() {
                let alias = free_alias(name, query);
                encode::push_path(path, &alias);
                encode::push_query(query, &alias, &value.text());
            } else {
                encode::push_literal(path, value);
            }
        }
        path.push(')');
    }

    /// The parameters of an action as one JSON object, even if it is empty: services of OData 4.0
    /// may refuse a request without a body.
    pub(crate) fn to_json(&self, operation: &'static Operation, numbers: Numbers) -> String {
        let mut json = String::from("{");
        for (index, (name, value)) in self.ordered(operation).enumerate() {
            if index > 0 {
                json.push(',');
            }
            json.push_str(&serde_json::Value::from(*name).to_string());
            json.push(':');
            json.push_str(&value.json_text(numbers));
        }
        json.push('}');
        json
    }
}

/// An alias for this parameter that the query does not use yet: none may have two values (OData URL
/// Conventions 4.01, section "Parameter Aliases").
fn free_alias(name: &str, query: &str) -> String {
    let is_free = |alias: &str| {
        let mut taken = String::new();
        encode::push_query(&mut taken, alias, "");
        !query.split('&').any(|option| option.starts_with(&taken))
    };
    let mut alias = format!("@{name}");
    let mut number = 1;
    while !is_free(&alias) {
        number += 1;
        alias = format!("@{name}{number}");
    }
    alias
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::literal::Literal;

    #[test]
    fn aliases_that_are_taken_are_counted_on() {
        for (query, expected) in [
            ("", "@p"),
            ("@p2=1", "@p"),
            ("@pp=1&$p=1", "@p"),
            ("@p=1", "@p2"),
            ("$top=1&@p=1&@p2=1", "@p3"),
        ] {
            assert_eq!(free_alias("p", query), expected, "{query}");
        }
    }

    #[test]
    fn parameters_of_an_action_are_one_object() {
        static CALL: Operation = Operation::action("n.f", "n.f", &["a", "b"], &[]);
        let mut parameters = Parameters::default();
        let json = |parameters: &Parameters| parameters.to_json(&CALL, Numbers::Json);
        assert_eq!(json(&parameters), "{}");
        parameters.set("c", LiteralValue::null());
        parameters.set("b", "x".to_literal());
        parameters.set("a", vec![1].to_literal());
        assert_eq!(json(&parameters), r#"{"a":[1],"b":"x","c":null}"#);
    }
}
