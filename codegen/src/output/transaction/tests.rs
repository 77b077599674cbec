//! A transaction that is stopped, or whose disk fails, at each of its steps.

use super::*;
use std::cell::Cell;
use std::collections::BTreeMap;

/// What happens to a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// This call and all after it do nothing, as when the process is killed.
    Killed,
    /// This call alone fails.
    Once,
    /// Nothing can be written from this call on; renaming and removing work.
    Full,
    /// The folder `b` cannot be changed from this call on.
    ReadOnly,
}

/// A disk that fails from the `at`-th changing call on.
struct Faulty {
    fault: Fault,
    at: usize,
    calls: Cell<usize>,
}

impl Faulty {
    fn new(fault: Fault, at: usize) -> Self {
        let calls = Cell::new(0);
        Self { fault, at, calls }
    }

    fn call(&self, writes: bool, path: &Path) -> io::Result<()> {
        let call = self.calls.replace(self.calls.get() + 1);
        let read_only = || path.components().any(|part| part.as_os_str() == "b");
        let fails = match self.fault {
            Fault::Killed => call >= self.at,
            Fault::Once => call == self.at,
            Fault::Full => call >= self.at && writes,
            Fault::ReadOnly => call >= self.at && read_only(),
        };
        match (fails, self.fault) {
            (false, _) => Ok(()),
            (true, Fault::Full) => Err(io::ErrorKind::StorageFull.into()),
            (true, Fault::ReadOnly) => Err(io::ErrorKind::PermissionDenied.into()),
            (true, _) => Err(io::Error::other("injected")),
        }
    }
}

impl Disk for Faulty {
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        self.call(true, path)?;
        Os.create_folders(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.call(true, path) {
            // What a killed or full disk leaves: a part.
            Os.write(path, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        Os.write(path, bytes)
    }

    fn keep(&self, path: &Path, copy: &Path) -> io::Result<()> {
        self.call(true, copy)?;
        Os.keep(path, copy)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(false, to)?;
        Os.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(false, path)?;
        Os.remove_file(path)
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        self.call(false, path)?;
        Os.remove_empty_folder(path)
    }

    fn sync(&self, paths: &[PathBuf]) -> io::Result<()> {
        // Folders that cannot be changed can be synced all the same.
        if self.fault != Fault::ReadOnly {
            self.call(false, paths.first().map_or(Path::new(""), |path| path))?;
        }
        Os.sync(paths)
    }
}

type Tree = BTreeMap<String, String>;

/// All files below a folder with their texts; an empty folder counts as a file without text.
fn tree(folder: &Path) -> Tree {
    fn walk(root: &Path, folder: &Path, found: &mut Tree) {
        let entries: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        if entries.is_empty() {
            found.insert(name(root, folder), String::new());
        }
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(name(root, &path), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    fn name(root: &Path, path: &Path) -> String {
        path.strip_prefix(root).unwrap().display().to_string()
    }
    let mut found = Tree::new();
    walk(folder, folder, &mut found);
    found
}

/// The home `a` and a second folder `b`.
fn before() -> (tempfile::TempDir, Tree) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("a")).unwrap();
    std::fs::create_dir_all(root.path().join("b/old")).unwrap();
    for (path, text) in [
        ("a/client.toml", "old"),
        ("b/lib.rs", "old lib"),
        ("b/other.rs", "stays"),
        ("b/old/gone.rs", "goes"),
    ] {
        std::fs::write(root.path().join(path), text).unwrap();
    }
    let before = tree(root.path());
    (root, before)
}

fn change(disk: &dyn Disk, root: &Path) -> io::Result<()> {
    let mut transaction = Transaction::begin_on(disk, &root.join("a"))?;
    let (home, other) = (Path::new(""), Path::new("../b"));
    transaction.replace(home, Path::new("client.toml"), b"new")?;
    transaction.replace(other, Path::new("lib.rs"), b"new lib")?;
    transaction.replace(other, Path::new("deep/er/new.rs"), b"comes")?;
    transaction.remove(other, Path::new("old/gone.rs"))?;
    transaction.commit()
}

fn after() -> Tree {
    [
        ("a/client.toml", "new"),
        ("b/lib.rs", "new lib"),
        ("b/other.rs", "stays"),
        ("b/deep/er/new.rs", "comes"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}

/// How many changing calls the whole change makes.
fn calls() -> usize {
    let (root, _) = before();
    let disk = Faulty::new(Fault::Killed, usize::MAX);
    change(&disk, root.path()).unwrap();
    assert_eq!(tree(root.path()), after());
    disk.calls.get()
}

#[test]
fn a_run_that_is_killed_at_any_step_is_discarded_or_completed() {
    let mut seen = [0, 0];
    for at in 0..calls() {
        let (root, old) = before();
        change(&Faulty::new(Fault::Killed, at), root.path()).unwrap_err();
        let recovery = recover(&root.path().join("a")).unwrap();
        let now = tree(root.path());
        match recovery {
            Recovery::Nothing | Recovery::Discarded => {
                seen[0] += 1;
                assert!(now == old || now == after(), "at {at}: {now:?}");
            }
            Recovery::Completed => {
                seen[1] += 1;
                assert_eq!(now, after(), "at {at}");
            }
            Recovery::Undone => panic!("nothing failed at {at}"),
        }
    }
    assert!(seen[0] > 5 && seen[1] > 5, "{seen:?}");
}

#[test]
fn a_recovery_that_is_killed_at_any_step_is_recovered_from() {
    for at in 0..calls() {
        for again in 0..12 {
            let (root, old) = before();
            change(&Faulty::new(Fault::Killed, at), root.path()).unwrap_err();
            let home = root.path().join("a");
            // Whether the second run is stopped too depends on how much is left to do.
            let _ = recover_on(&Faulty::new(Fault::Killed, again), &home);
            recover(&home).unwrap();
            let now = tree(root.path());
            assert!(now == old || now == after(), "at {at}, {again}: {now:?}");
        }
    }
}

#[test]
fn a_call_that_fails_leaves_the_tree_as_it_was_or_is_recovered_from() {
    for at in 0..calls() {
        let (root, old) = before();
        let failed = change(&Faulty::new(Fault::Once, at), root.path());
        recover(&root.path().join("a")).unwrap();
        let now = tree(root.path());
        match failed {
            Err(_) => assert!(now == old || now == after(), "at {at}: {now:?}"),
            // A failure to remove an emptied folder is no failure of the change.
            Ok(()) => assert!(
                now == after() || now["b/old"].is_empty(),
                "at {at}: {now:?}"
            ),
        }
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    let mut failures = 0;
    for at in 0..calls() {
        let (root, old) = before();
        if let Err(error) = change(&Faulty::new(Fault::Full, at), root.path()) {
            failures += 1;
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{error}");
            assert_eq!(tree(root.path()), old, "at {at}");
        } else {
            assert_eq!(tree(root.path()), after(), "at {at}");
        }
    }
    assert!(failures > 5, "{failures}");
}

#[test]
fn a_folder_that_turns_read_only_changes_nothing() {
    let (root, old) = before();
    let error = change(&Faulty::new(Fault::ReadOnly, 0), root.path()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
    assert!(error.to_string().contains("lib.rs"), "{error}");
    assert_eq!(tree(root.path()), old);
}

#[test]
fn an_undo_that_is_killed_at_any_step_goes_on() {
    /// Fails once, and is then killed some calls later.
    struct FailsAndDies(Faulty, Faulty);
    impl FailsAndDies {
        fn call(&self, path: &Path) -> io::Result<()> {
            self.1.call(false, path)?;
            self.0.call(false, path)
        }
    }
    impl Disk for FailsAndDies {
        fn create_folders(&self, path: &Path) -> io::Result<()> {
            self.call(path).and_then(|()| Os.create_folders(path))
        }
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            self.call(path).and_then(|()| Os.write(path, bytes))
        }
        fn keep(&self, path: &Path, copy: &Path) -> io::Result<()> {
            self.call(copy).and_then(|()| Os.keep(path, copy))
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.call(to).and_then(|()| Os.rename(from, to))
        }
        fn remove_file(&self, path: &Path) -> io::Result<()> {
            self.call(path).and_then(|()| Os.remove_file(path))
        }
        fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
            self.call(path).and_then(|()| Os.remove_empty_folder(path))
        }
        fn sync(&self, paths: &[PathBuf]) -> io::Result<()> {
            let first = paths.first().map_or(Path::new(""), |path| path);
            self.call(first).and_then(|()| Os.sync(paths))
        }
    }
    let mut undone = 0;
    for fails in 0..calls() {
        for dies in fails + 1..fails + 12 {
            let (root, old) = before();
            let (once, killed) = (
                Faulty::new(Fault::Once, fails),
                Faulty::new(Fault::Killed, dies),
            );
            // A failure to remove an emptied folder is no failure of the change.
            let _ = change(&FailsAndDies(once, killed), root.path());
            undone += usize::from(recover(&root.path().join("a")).unwrap() == Recovery::Undone);
            let mut now = tree(root.path());
            now.remove("b/old");
            assert!(now == old || now == after(), "{fails}, {dies}: {now:?}");
        }
    }
    assert!(undone > 5, "{undone}");
}

#[test]
fn a_change_of_nothing_touches_nothing() {
    let (root, old) = before();
    let home = root.path().join("a");
    let modified = || std::fs::metadata(&home).unwrap().modified().unwrap();
    let then = modified();
    Transaction::begin(&home).unwrap().commit().unwrap();
    assert_eq!(modified(), then);
    assert_eq!(tree(root.path()), old);
}

#[test]
fn a_dropped_transaction_leaves_nothing() {
    let (root, old) = before();
    let mut transaction = Transaction::begin(&root.path().join("a")).unwrap();
    transaction
        .replace(Path::new(""), Path::new("client.toml"), b"new")
        .unwrap();
    drop(transaction);
    assert_eq!(tree(root.path()), old);
}

#[cfg(unix)]
#[test]
fn two_runs_do_not_mix() {
    let (root, _) = before();
    let home = root.path().join("a");
    let first = Transaction::begin(&home).unwrap();
    let error = Transaction::begin(&home).unwrap_err();
    assert!(
        error.to_string().contains("another `cargo codegen`"),
        "{error}"
    );
    drop(first);
    Transaction::begin(&home).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_in_place_of_the_folder_changes_nothing() {
    let (root, _) = before();
    std::fs::write(root.path().join("b/deep"), "in the way").unwrap();
    let old = tree(root.path());
    let error = change(&Os, root.path()).unwrap_err();
    assert!(error.to_string().contains("deep"), "{error}");
    assert_eq!(tree(root.path()), old);
}

/// What was not synced before the list had its name is lost with the power, and the change with it.
#[test]
fn texts_and_list_are_synced_before_the_change_is_decided() {
    use std::cell::RefCell;
    #[derive(Default)]
    struct Recorded(RefCell<Vec<String>>);
    impl Recorded {
        fn note(&self, call: &str, path: &Path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.0.borrow_mut().push(format!("{call} {name}"));
        }
    }
    impl Disk for Recorded {
        fn create_folders(&self, path: &Path) -> io::Result<()> {
            Os.create_folders(path)
        }
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            self.note("write", path);
            Os.write(path, bytes)
        }
        fn keep(&self, path: &Path, copy: &Path) -> io::Result<()> {
            Os.keep(path, copy)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.note("rename", to);
            Os.rename(from, to)
        }
        fn remove_file(&self, path: &Path) -> io::Result<()> {
            self.note("remove", path);
            Os.remove_file(path)
        }
        fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
            Os.remove_empty_folder(path)
        }
        fn sync(&self, paths: &[PathBuf]) -> io::Result<()> {
            for path in paths {
                self.note("sync", path);
            }
            Os.sync(paths)
        }
    }
    let (root, _) = before();
    let disk = Recorded::default();
    change(&disk, root.path()).unwrap();
    let calls = disk.0.into_inner();
    let at = |call: &str| calls.iter().position(|c| c == call).expect(call);
    let staged = calls
        .iter()
        .filter(|c| c.starts_with("write") && c.ends_with(".new"));
    let decided = at("rename commit.toml");
    for write in staged {
        assert!(at(&write.replace("write", "sync")) < decided, "{calls:?}");
    }
    assert!(at("sync commit.part") < decided, "{calls:?}");
    let named = calls[decided..]
        .iter()
        .position(|c| c == "sync .csdl-codegen");
    let placed = calls[decided..].iter().position(|c| c == "rename lib.rs");
    assert!(named < placed, "{calls:?}");
    let cleaned = at("remove commit.toml");
    assert!(
        calls[..cleaned].iter().rposition(|c| c == "sync b") > Some(decided),
        "{calls:?}"
    );
}
