//! What codes mean, with an example of each and what to do.

use super::Code;

impl Code {
    /// What the code means, an example and what to do, as Markdown.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Malformed => include_str!("explain/E0001.md"),
            Self::NotCsdl => include_str!("explain/E0002.md"),
            Self::OldVersion => include_str!("explain/E0003.md"),
            Self::MissingAttribute => include_str!("explain/E0004.md"),
            Self::InvalidValue => include_str!("explain/E0005.md"),
            Self::UnexpectedElement => include_str!("explain/E0006.md"),
            Self::DuplicateName => include_str!("explain/E0007.md"),
            Self::UnresolvedReference => include_str!("explain/E0008.md"),
            Self::InheritanceCycle => include_str!("explain/E0009.md"),
            Self::NamespaceConflict => include_str!("explain/E0010.md"),
            Self::UnresolvedTarget => include_str!("explain/E0011.md"),
            Self::UnresolvedPath => include_str!("explain/E0012.md"),
            Self::LimitExceeded => include_str!("explain/E0013.md"),
            Self::InvalidConfig => include_str!("explain/E0014.md"),
            Self::Io => include_str!("explain/E0015.md"),
            Self::Unsupported => include_str!("explain/E0016.md"),
            Self::InvalidAnnotation => include_str!("explain/E0017.md"),
            Self::MissingDocument => include_str!("explain/E0018.md"),
            Self::InvalidName => include_str!("explain/E0019.md"),
            Self::EmptyDeclaration => include_str!("explain/E0020.md"),
            Self::UnexpectedAttribute => include_str!("explain/E0021.md"),
            Self::InvalidKey => include_str!("explain/E0022.md"),
            Self::InvalidInheritance => include_str!("explain/E0023.md"),
            Self::UnsentRequest => include_str!("explain/E0024.md"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_under_its_own_id() {
        for code in Code::ALL {
            let text = code.explanation();
            assert!(text.starts_with(&format!("# {}: ", code.id())), "{text}");
            for part in ["\nExample:\n", "\nWhat to do: "] {
                assert!(text.contains(part), "{} lacks {part:?}", code.id());
            }
        }
    }
}
