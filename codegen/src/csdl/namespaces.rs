//! XML namespaces: which elements are CSDL.

use std::borrow::Cow;

/// `edmx:Edmx` and the elements around schemas (CSDL XML 4.01, section 2.1).
pub(super) const EDMX: &str = "http://docs.oasis-open.org/odata/ns/edmx";
/// Everything inside a schema.
pub(super) const EDM: &str = "http://docs.oasis-open.org/odata/ns/edm";
/// Prefix of the namespaces of OData 1 to 3.
pub(super) const MICROSOFT_ADO: &str = "http://schemas.microsoft.com/ado/";

/// Where an element's name comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin<'n> {
    /// One of the two namespaces of OData 4.
    OData,
    /// Another namespace.
    Foreign(&'n str),
    /// No namespace.
    Unnamed,
}

/// The declarations that are in effect.
#[derive(Debug, Clone, Default)]
pub(super) struct Namespaces<'a> {
    bindings: Vec<Binding<'a>>,
}

#[derive(Debug, Clone)]
struct Binding<'a> {
    /// Depth of the declaring element.
    depth: usize,
    /// Empty for the default namespace.
    prefix: &'a str,
    namespace: Cow<'a, str>,
    /// Whether it is one of the two namespaces of OData 4; asked for every element.
    is_odata: bool,
}

impl<'a> Namespaces<'a> {
    /// `xmlns:prefix="namespace"` at an element of this depth.
    pub fn declare(&mut self, depth: usize, prefix: &'a str, namespace: Cow<'a, str>) {
        let is_odata = matches!(&*namespace, EDM | EDMX);
        self.bindings.push(Binding {
            depth,
            prefix,
            namespace,
            is_odata,
        });
    }

    /// The same where an element inside is read by itself, as the root.
    pub fn at_root(&self) -> Self {
        let mut inherited = self.clone();
        for binding in &mut inherited.bindings {
            binding.depth = 0;
        }
        inherited
    }

    /// How many declarations are in effect.
    pub fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Ends what the element of this depth declared.
    pub fn leave(&mut self, depth: usize) {
        while self
            .bindings
            .last()
            .is_some_and(|binding| binding.depth >= depth)
        {
            self.bindings.pop();
        }
    }

    /// Whether the prefix stands for a namespace here.
    pub fn binds(&self, prefix: &str) -> bool {
        self.bindings.iter().any(|binding| binding.prefix == prefix)
    }

    /// What the prefix stands for.
    pub fn origin(&self, prefix: &str) -> Origin<'_> {
        let mut bindings = self.bindings.iter().rev();
        match bindings.find(|binding| binding.prefix == prefix) {
            Some(binding) if binding.is_odata => Origin::OData,
            Some(binding) if !binding.namespace.is_empty() => Origin::Foreign(&binding.namespace),
            _ => Origin::Unnamed,
        }
    }
}
