//! Kinds of declarations, which their elements tell.

/// Which of the two kinds of structured type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StructuredKind {
    /// `EntityType`: has identity.
    Entity,
    /// `ComplexType`: a value.
    Complex,
}

/// Which of the two kinds of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationKind {
    /// `Function`: no side effects, called with GET.
    Function,
    /// `Action`: may have side effects, called with POST.
    Action,
}
