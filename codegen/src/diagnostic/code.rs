//! Stable codes of diagnostics.

/// Names a kind of problem; the code never changes its meaning between releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The text is neither well-formed XML nor well-formed JSON.
    Malformed,
    /// The document is not CSDL of OData 4.
    NotCsdl,
    /// The document is OData 1 to 3 metadata.
    OldVersion,
    /// An element lacks an attribute that the standard requires.
    MissingAttribute,
    /// An attribute's value is not of the form that the standard asks for.
    InvalidValue,
    /// An element stands where the standard has none of its name.
    UnexpectedElement,
    /// One name is declared twice in one scope.
    DuplicateName,
    /// A reference names something that no document declares.
    UnresolvedReference,
    /// A type is its own base type, directly or through others.
    InheritanceCycle,
    /// An alias or namespace is declared twice or used for two things.
    NamespaceConflict,
    /// An external annotation's target does not exist.
    UnresolvedTarget,
    /// A selected path does not lead to anything in the model.
    UnresolvedPath,
    /// The document exceeds a limit of the parser.
    LimitExceeded,
    /// The configuration file cannot be read as one.
    InvalidConfig,
    /// A file could not be read or written.
    Io,
    /// The construct is valid but this version of the generator makes no code for it.
    Unsupported,
    /// A vocabulary term's value has not the form that the vocabulary defines.
    InvalidAnnotation,
    /// The document that declares a namespace is not at hand.
    MissingDocument,
    /// A name is not of the form that the standard asks for.
    InvalidName,
    /// A declaration has nothing in it.
    EmptyDeclaration,
    /// An attribute stands where the standard has none of its name.
    UnexpectedAttribute,
    /// A key names something that the type does not have.
    InvalidKey,
    /// A type extends one that it must not extend.
    InvalidInheritance,
    /// A request of the configuration that the client cannot send.
    UnsentRequest,
}

impl Code {
    /// All codes in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::NotCsdl,
        Self::OldVersion,
        Self::MissingAttribute,
        Self::InvalidValue,
        Self::UnexpectedElement,
        Self::DuplicateName,
        Self::UnresolvedReference,
        Self::InheritanceCycle,
        Self::NamespaceConflict,
        Self::UnresolvedTarget,
        Self::UnresolvedPath,
        Self::LimitExceeded,
        Self::InvalidConfig,
        Self::Io,
        Self::Unsupported,
        Self::InvalidAnnotation,
        Self::MissingDocument,
        Self::InvalidName,
        Self::EmptyDeclaration,
        Self::UnexpectedAttribute,
        Self::InvalidKey,
        Self::InvalidInheritance,
        Self::UnsentRequest,
    ];

    /// The printed form, such as `E0008`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Malformed => "E0001",
            Self::NotCsdl => "E0002",
            Self::OldVersion => "E0003",
            Self::MissingAttribute => "E0004",
            Self::InvalidValue => "E0005",
            Self::UnexpectedElement => "E0006",
            Self::DuplicateName => "E0007",
            Self::UnresolvedReference => "E0008",
            Self::InheritanceCycle => "E0009",
            Self::NamespaceConflict => "E0010",
            Self::UnresolvedTarget => "E0011",
            Self::UnresolvedPath => "E0012",
            Self::LimitExceeded => "E0013",
            Self::InvalidConfig => "E0014",
            Self::Io => "E0015",
            Self::Unsupported => "E0016",
            Self::InvalidAnnotation => "E0017",
            Self::MissingDocument => "E0018",
            Self::InvalidName => "E0019",
            Self::EmptyDeclaration => "E0020",
            Self::UnexpectedAttribute => "E0021",
            Self::InvalidKey => "E0022",
            Self::InvalidInheritance => "E0023",
            Self::UnsentRequest => "E0024",
        }
    }

    /// The code with this printed form, in any case and with or without the `E` and the zeros.
    pub fn from_id(text: &str) -> Option<Self> {
        let number = text.trim().trim_start_matches(['E', 'e']).parse().ok()?;
        let index = usize::checked_sub(number, 1)?;
        Self::ALL.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_in_order() {
        let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }

    #[test]
    fn codes_are_found_by_their_ids() {
        for code in Code::ALL {
            assert_eq!(Code::from_id(code.id()), Some(*code));
        }
        assert_eq!(Code::from_id("e12"), Some(Code::UnresolvedPath));
        for nothing in ["", "E0000", "E9999", "E00018446744073709551615", "x"] {
            assert_eq!(Code::from_id(nothing), None, "{nothing}");
        }
    }
}
