//! The part of a package's `Cargo.toml` that the generator writes: the features of entry points.
//!
//! The rest of the file belongs to whoever keeps the package. The features stand between two
//! comments under `[features]`, and whatever else is there stays as it is.

use crate::api::FeatureItem;
use crate::emit::SourceFile;
use crate::source::file::{in_place, named, read_text};
use std::io;
use std::path::Path;

/// The file.
pub(super) const MANIFEST: &str = "Cargo.toml";

const BEGIN: &str = "# <csdl-codegen> One feature for each entry point. Do not edit.";
/// How the first comment begins, whatever the version that wrote it.
const BEGINNING: &str = "# <csdl-codegen>";
const END: &str = "# </csdl-codegen>";
const TABLE: &str = "[features]";

/// The manifest of the package in `folder` with these features; `None` if there is no manifest, or
/// if it has none and is to have none.
///
/// # Errors
///
/// If it cannot be read, if one of the two comments stands without the other, or if a feature of one of these
/// names is there beside them.
pub fn manifest(folder: &Path, features: &[FeatureItem]) -> io::Result<Option<SourceFile>> {
    let path = in_place(folder, Path::new(MANIFEST))?;
    let old = match read_text(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(named(error, &path)),
    };
    let new = with_features(&old, features).map_err(|error| named(error, &path))?;
    Ok(new.map(|contents| SourceFile {
        path: MANIFEST.to_owned(),
        contents,
    }))
}

fn with_features(text: &str, features: &[FeatureItem]) -> io::Result<Option<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let find = |wanted: &str| lines.iter().position(|line| line.trim() == wanted);
    let begin = lines
        .iter()
        .position(|line| line.trim().starts_with(BEGINNING));
    let (before, after) = match (begin, find(END)) {
        (Some(begin), Some(end)) if begin < end => (lines[..begin].to_vec(), &lines[end + 1..]),
        (None, None) if features.is_empty() => return Ok(None),
        (None, None) => match find(TABLE) {
            Some(table) => (lines[..=table].to_vec(), &lines[table + 1..]),
            None => ([&lines[..], &["", TABLE]].concat(), &[][..]),
        },
        _ => {
            let problem = format!(
                "of the comments `{BEGIN}` and `{END}` one stands without the other; \
                                   remove it"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
    };
    refuse_declared(&[&before[..], after].concat(), features)?;
    let mut new: Vec<String> = before.into_iter().map(str::to_owned).collect();
    if !features.is_empty() {
        new.push(BEGIN.to_owned());
        new.extend(features.iter().flat_map(declaration));
        new.push(END.to_owned());
    }
    new.extend(after.iter().map(|line| (*line).to_owned()));
    Ok(Some(new.join("\n") + "\n"))
}

/// Refuses features that these lines declare already: Cargo would not read the manifest.
fn refuse_declared(lines: &[&str], features: &[FeatureItem]) -> io::Result<()> {
    // What is wrong with the rest of the manifest is for Cargo to say.
    let Ok(manifest) = lines.join("\n").parse::<toml::Table>() else {
        return Ok(());
    };
    let declared = |name: &str| {
        manifest
            .get("features")
            .is_some_and(|features| features.get(name).is_some())
    };
    match features.iter().find(|feature| declared(&feature.name)) {
        Some(feature) => {
            let name = &feature.name;
            let problem = format!(
                "it declares a feature `{name}` of its own, and an entry point of the service gives one of the \
                 same name; rename the one that is there"
            );
            Err(io::Error::new(io::ErrorKind::InvalidData, problem))
        }
        None => Ok(()),
    }
}

/// `users = ["_models-entity", …]`, in lines that are not too long.
fn declaration(feature: &FeatureItem) -> Vec<String> {
    let (name, enables) = (&feature.name, &feature.enables);
    let names: Vec<_> = enables.iter().map(|name| format!("\"{name}\"")).collect();
    let line = format!("{name} = [{}]", names.join(", "));
    if line.len() <= 100 {
        return vec![line];
    }
    let names = names.into_iter().map(|name| format!("    {name},"));
    let first = format!("{name} = [");
    [first]
        .into_iter()
        .chain(names)
        .chain(["]".to_owned()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(names: &[&str]) -> Vec<FeatureItem> {
        let features = names.iter().map(|name| FeatureItem {
            name: (*name).to_owned(),
            entry_point: None,
            enables: Vec::new(),
        });
        features.collect()
    }

    fn changed(text: &str, names: &[&str]) -> Option<String> {
        with_features(text, &features(names)).expect("the comments are a pair")
    }

    #[test]
    fn the_comments_of_another_version_are_known() {
        let old =
            "[features]\n# <csdl-codegen> In other words.\na = []\n# </csdl-codegen>\nmine = []\n";
        let new = with_features(old, &[]).unwrap().unwrap();
        assert_eq!(new, "[features]\nmine = []\n");
    }

    #[test]
    fn table_is_added_where_there_is_none() {
        let made = changed("[package]\nname = \"it\"\n", &["books"]);
        let made = made.expect("it has features now");
        assert_eq!(
            made,
            format!("[package]\nname = \"it\"\n\n[features]\n{BEGIN}\nbooks = []\n{END}\n")
        );
    }

    #[test]
    fn what_else_is_there_stays() {
        let text = "[features]\ndefault = [\"full\"] # mine\n\n[lints]\nworkspace = true\n";
        let first = changed(text, &["books"]).expect("it has features now");
        assert!(first.starts_with(&format!("[features]\n{BEGIN}\nbooks = []\n{END}\ndefault")));
        let second = changed(&first, &["people", "things"]).expect("it has features");
        assert_eq!(
            second,
            first.replace("books = []", "people = []\nthings = []")
        );
        assert_eq!(changed(&first, &[]).as_deref(), Some(text));
    }

    #[test]
    fn package_without_features_is_left_alone() {
        assert_eq!(changed("[features]\nmine = []\n", &[]), None);
    }

    #[test]
    fn half_of_the_comments_is_an_error() {
        for text in [
            format!("{BEGIN}\n"),
            format!("{END}\n"),
            format!("{END}\n{BEGIN}\n"),
        ] {
            let error = with_features(&text, &features(&["books"])).expect_err("half is missing");
            assert!(error.to_string().contains("remove it"), "{error}");
        }
    }

    #[test]
    fn long_list_has_a_line_for_each() {
        let mut long = features(&["users"]);
        long[0].enables = (0..9).map(|n| format!("_requests-something-{n}")).collect();
        let made = with_features("", &long)
            .expect("no comments")
            .expect("features");
        assert!(
            made.contains("users = [\n    \"_requests-something-0\",\n"),
            "{made}"
        );
        toml::from_str::<toml::Table>(&made).expect("TOML");
    }
}
