//! What callers must have been granted, by the path that a request takes.

use std::fmt;

use http::Method;
use url::Url;

use super::permission::Permission;

/// What a service's callers must have been granted for its requests, by path.
///
/// Generated clients have one. Each line is a path and its methods with the names of sets of
/// permissions. Paths are relative to the service root; `()` stands for a key, and behind the name of a
/// function for its arguments. It is a text, since the compiler takes its time over thousands of
/// constants.
///
/// ```
/// use odata_runtime::{Permission, PermissionTable};
///
/// const READ: &[Permission] = &[Permission::new("Application", &["Mail.Read"])];
/// static TABLE: PermissionTable = PermissionTable::new(
///     "users()/messages GET=READ\n\
///      users()/messages() GET=READ\n",
///     &[("READ", READ)],
/// );
/// assert_eq!(TABLE.find("GET", "/users('ada')/messages('1')"), READ);
/// assert_eq!(TABLE.find("GET", "/users/ada/messages"), READ);
/// assert!(TABLE.find("POST", "/users/ada/messages").is_empty());
/// ```
#[derive(Clone, Copy)]
pub struct PermissionTable {
    /// Lines in the order of the paths.
    rows: &'static str,
    /// In the order of the names.
    sets: &'static [(&'static str, &'static [Permission])],
}

impl PermissionTable {
    /// A table of lines that are sorted by their paths, and of sets that are sorted by their names.
    pub const fn new(
        rows: &'static str,
        sets: &'static [(&'static str, &'static [Permission])],
    ) -> Self {
        Self { rows, sets }
    }

    /// The permissions of a request for a path below the service root, encoded as in a URL. Empty if
    /// the table does not say.
    pub fn find(&self, method: &str, path: &str) -> &'static [Permission] {
        let template = self.template(path);
        let methods = template.and_then(|template| self.row(&template));
        let mut methods = methods.unwrap_or_default().split(' ');
        let found = methods.find_map(|it| it.strip_prefix(method)?.strip_prefix('='));
        found.map_or(&[], |set| self.set(set))
    }

    fn set(&self, name: &str) -> &'static [Permission] {
        let index = self.sets.binary_search_by(|(known, _)| (*known).cmp(name));
        index.map_or(&[], |index| self.sets[index].1)
    }

    /// The methods of a path with their sets.
    fn row(&self, path: &str) -> Option<&'static str> {
        let (known, methods) = self.first_from(path)?;
        (known == path).then_some(methods)
    }

    /// The first line whose path is not before this one.
    fn first_from(&self, path: &str) -> Option<(&'static str, &'static str)> {
        let (mut start, mut end) = (0, self.rows.len());
        while start < end {
            let middle = start + (end - start) / 2;
            let line = self.rows.as_bytes()[..middle]
                .iter()
                .rposition(|it| *it == b'\n');
            let line = line.map_or(0, |at| at + 1);
            let (text, _) = self.rows[line..].split_once('\n')?;
            match split(text).0 < path {
                true => start = line + text.len() + 1,
                false => end = line,
            }
        }
        let line = self.rows[start..].lines().next()?;
        Some(split(line))
    }

    /// The path as the table has it; `None` if it has nothing like it.
    fn template(&self, path: &str) -> Option<String> {
        let mut found = String::new();
        let mut segments = segments(path).into_iter();
        while let Some(segment) = segments.next() {
            if segment == "$count" {
                break;
            }
            found = self.step(&found, segment)?;
            if found.ends_with(':') {
                // The path of an item, which the next delimiter ends.
                segments.by_ref().find(|it| it.ends_with(':'));
            }
        }
        Some(found)
    }

    /// A path with one more segment: a name, or the key of what is before it.
    fn step(&self, before: &str, segment: &str) -> Option<String> {
        let (name, arguments) = match segment.split_once('(') {
            Some((name, _)) => (name, "()"),
            None => (segment, ""),
        };
        let slash = if before.is_empty() { "" } else { "/" };
        let named = format!("{before}{slash}{name}{arguments}");
        if self.leads(&named) || (arguments.is_empty() && self.leads(&format!("{named}()"))) {
            return Some(named);
        }
        // A key may stand behind the derived type that its item is cast to.
        let cast = format!("{before}()/{name}");
        if !arguments.is_empty() && name.contains('.') && self.leads(&cast) {
            return Some(cast);
        }
        let delimiter = if segment.ends_with(':') { ":" } else { "" };
        let keyed = format!("{before}(){delimiter}");
        (!before.is_empty() && self.leads(&keyed)).then_some(keyed)
    }

    /// Whether a path is in the table, or leads to one that is.
    fn leads(&self, path: &str) -> bool {
        if self.row(path).is_some() {
            return true;
        }
        // An item may be addressed by its path from there.
        ["/", ":"].into_iter().any(|delimiter| {
            let below = format!("{path}{delimiter}");
            let next = self.first_from(&below);
            next.is_some_and(|(known, _)| known.starts_with(&below))
        })
    }
}

// It may have thousands of lines.
impl fmt::Debug for PermissionTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("PermissionTable");
        shown
            .field("sets", &self.sets.len())
            .finish_non_exhaustive()
    }
}

/// A line's path and methods.
fn split(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

/// What stands between the slashes of a path, those in literals left alone.
fn segments(path: &str) -> Vec<&str> {
    let path = path.trim_matches('/');
    let (mut start, mut quoted) = (0, false);
    let mut segments = Vec::new();
    for (at, c) in path.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '/' if !quoted => {
                segments.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&path[start..]);
    segments
}

/// Where the permissions of a request are: looked up only when they are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needed {
    /// Those of the operation, whatever the path.
    pub(crate) of_operation: &'static [Permission],
    pub(crate) table: Option<&'static PermissionTable>,
    /// The length of the service root's path.
    pub(crate) root: usize,
}

impl Needed {
    /// Of a request that needs none.
    pub(crate) const NOTHING: Self = Self {
        of_operation: &[],
        table: None,
        root: 0,
    };

    /// The permissions of a request.
    pub(crate) fn of(&self, method: &Method, url: &Url) -> &'static [Permission] {
        let path = url.path().get(self.root..).unwrap_or_default();
        let found = self.table.map(|table| table.find(method.as_str(), path));
        match found {
            Some(found @ [_, ..]) => found,
            _ => self.of_operation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &[Permission] = &[Permission::new("S", &["A"])];
    const B: &[Permission] = &[Permission::new("S", &["B"])];
    static TABLE: PermissionTable = PermissionTable::new(
        "\
drives()/items():/content GET=A
drives()/root: GET=A
drives()/root:/content PUT=B
me GET=A PATCH=B
me/messages GET=A
me/messages() GET=B
me/messages()/send POST=A
me/messages/delta() GET=A
places()/my.room/map GET=A
users GET=B
users()/members/$ref POST=B
",
        &[("A", A), ("B", B)],
    );

    #[test]
    fn requests_are_found_by_their_paths() {
        for (request, expected) in [
            ("GET /me", A),
            ("PATCH /me/", B),
            ("PUT /me", &[]),
            ("GET /me/messages", A),
            ("GET /me/messages/$count", A),
            ("GET /me/messages('a%2F(b)')", B),
            ("GET /me/messages('a/b')", B),
            ("GET /me/messages/AAMk", B),
            ("POST /me/messages/AAMk/send", A),
            ("GET /me/messages/delta()", A),
            ("GET /me/messages/delta(x='/',y=1)", A),
            ("GET /places('1')/my.room/map", A),
            ("GET /places/my.room('1')/map", A),
            ("GET /users", B),
            ("GET /users/ada", &[]),
            ("POST /users/ada/members/$ref", B),
            ("POST /users('ada')/members/$ref", B),
            ("GET /drives/b!x/root:/a/b.txt", A),
            ("PUT /drives('b!x')/root:/a/b.txt:/content", B),
            ("GET /drives/b!x/items/01:/a:/content", A),
            ("GET /other", &[]),
            ("GET /me/messagesOther", &[]),
            ("GET /", &[]),
            ("GET /zebra", &[]),
            ("GET=A GET", &[]),
        ] {
            let (method, path) = request.split_once(' ').unwrap();
            assert_eq!(TABLE.find(method, path), expected, "{request}");
        }
    }
}
