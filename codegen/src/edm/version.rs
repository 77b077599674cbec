//! Versions of types: a service such as Redfish declares a type again in a namespace of each version.
//!
//! `ComputerSystem.v1_20_0.ComputerSystem` is a version of `ComputerSystem.ComputerSystem`, and so is
//! every other type of this simple name whose namespace differs only in the version at its end.

use super::QualifiedName;

/// The version at the end of a namespace: `ComputerSystem.v1_20_0`. Ordered by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeVersion {
    major: u32,
    minor: u32,
    errata: u32,
}

/// What all versions of a type have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeFamily<'a> {
    /// The namespace without a version.
    pub namespace: &'a str,
    /// The simple name.
    pub name: &'a str,
}

impl TypeVersion {
    /// Splits a namespace into what stands before its version, and the version, if it has one.
    pub fn split(namespace: &str) -> (&str, Option<Self>) {
        let versioned = namespace
            .rsplit_once('.')
            .and_then(|(family, last)| Some((family, Self::parse(last)?)));
        match versioned {
            Some((family, version)) => (family, Some(version)),
            None => (namespace, None),
        }
    }

    /// `v1_20_0`.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v')?.split('_').map(|number| {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse().ok().filter(|_| is_number)
        });
        let mut next = || numbers.next().flatten();
        let (major, minor, errata) = (next()?, next()?, next()?);
        numbers.next().is_none().then_some(Self {
            major,
            minor,
            errata,
        })
    }
}

impl QualifiedName {
    /// The version that the type is of; `None` if its namespace has none.
    pub fn version(&self) -> Option<TypeVersion> {
        TypeVersion::split(&self.namespace).1
    }

    /// What it has in common with its other versions.
    pub fn family(&self) -> TypeFamily<'_> {
        TypeFamily {
            namespace: TypeVersion::split(&self.namespace).0,
            name: &self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_numbers_are_a_version() {
        let is_version = |namespace| TypeVersion::split(namespace).1.is_some();
        assert!(is_version("Port.v1_0_0") && is_version("a.b.v10_20_30"));
        for namespace in [
            "Port",
            "v1_0_0",
            "Port.v1_0",
            "Port.v1_0_0_0",
            "Port.v1_+2_0",
            "Port.v1__0",
            "Port.v1_0_99999999999",
            "Port.V1_0_0",
            "Port.v1_0_0.more",
        ] {
            assert_eq!(TypeVersion::split(namespace), (namespace, None));
        }
    }

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let version = |namespace| TypeVersion::split(namespace).1;
        assert!(version("Port.v1_10_0") > version("Port.v1_9_3"));
        assert!(version("Port.v2_0_0") > version("Port.v1_10_0"));
        assert!(version("Port.v1_0_10") > version("Port.v1_0_9"));
    }
}
