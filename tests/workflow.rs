//! The workflow that publishes new metadata: what its steps do to a branch, and what it may do at all.
//!
//! The steps are those of the file itself; only `gh` is another, which notes what it is asked to do.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WORKFLOW: &str = include_str!("../.github/workflows/update-metadata.yml");
const BOT: &str = "41898282+github-actions[bot]@users.noreply.github.com";

/// The job of this name.
fn job(name: &str) -> &'static str {
    let (_, jobs) = WORKFLOW.split_once("\njobs:\n").expect("jobs");
    let start = jobs.find(&format!("  {name}:\n")).expect("the job");
    let rest = &jobs[start + 2..];
    let is_job = |line: &str| line.starts_with("  ") && !line.starts_with("   ");
    let mut end = rest.len();
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if at > 0 && is_job(line) {
            end = at;
            break;
        }
        at += line.len();
    }
    &rest[..end]
}

/// The script of a step of the publishing job.
fn script(step: &str) -> String {
    let (_, rest) = job("publish")
        .split_once(&format!("- name: {step}\n"))
        .expect("the step");
    let (_, block) = rest.split_once("        run: |\n").expect("its script");
    let lines = block
        .lines()
        .map_while(|line| match line.strip_prefix("          ") {
            None if line.is_empty() => Some(""),
            stripped => stripped,
        });
    lines.map(|line| format!("{line}\n")).collect()
}

/// A repository, a clone of it in which the workflow runs, and what the other job handed over.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let gh = world.path("bin/gh");
        for name in ["bin", "home", "temp/update", "work/metadata"] {
            fs::create_dir_all(world.path(name)).expect("a folder");
        }
        fs::write(
            &gh,
            "#!/bin/sh\necho \"$@\" >> \"$CALLS\"\n[ \"$2\" != list ] || echo \"$OPEN\"\n",
        )
        .expect("a program");
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("a program");
        world.git(
            ".",
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                "origin",
            ],
        );
        world.git("work", &["init", "--quiet", "--initial-branch=main"]);
        world.git("work", &["remote", "add", "origin", "../origin"]);
        world.write("work/metadata/beta.csdl", "old\n");
        world.commit("work", "dev@example.com", "First");
        world.git("work", &["push", "--quiet", "origin", "main"]);
        world.write("temp/update/changes.md", "Verdict: **minor**\n\n- all\n");
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").expect("a path");
        command
            .current_dir(self.path(folder))
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.command("git", folder).args(arguments).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout)
            .expect("UTF-8")
            .trim()
            .to_owned()
    }

    fn commit(&self, folder: &str, email: &str, message: &str) {
        let email = format!("user.email={email}");
        self.git(folder, &["add", "--all"]);
        let config = ["-c", "user.name=somebody", "-c", &email];
        let commit = ["commit", "--quiet", "--message", message];
        self.git(folder, &[config.as_slice(), commit.as_slice()].concat());
    }

    /// Hands over what changes, as the building job does.
    fn hand_over(&self, change: impl FnOnce(&Path)) {
        self.git("work", &["switch", "--quiet", "main"]);
        change(&self.path("work"));
        self.git("work", &["add", "--all"]);
        let patch = ["diff", "--cached", "--binary", "--no-renames", "HEAD"];
        let patch = self.git("work", &patch) + "\n";
        self.write("temp/update/patch", &patch);
        self.git("work", &["reset", "--quiet", "--hard"]);
    }

    fn hand_over_metadata(&self, text: &str) {
        self.hand_over(|work| fs::write(work.join("metadata/beta.csdl"), text).expect("a file"));
    }

    fn step(&self, name: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = self.command("bash", "work");
        command
            .args([
                "--noprofile",
                "--norc",
                "-eo",
                "pipefail",
                "-c",
                &script(name),
            ])
            .env("BRANCH", "update-metadata")
            .env("BOT", BOT)
            .env("RUNNER_TEMP", self.path("temp"))
            .env("CALLS", self.path("calls"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .envs(variables.iter().copied());
        command.output().expect("bash runs")
    }

    /// The steps of the job; `open` is the number of the open pull request, if there is one.
    fn publish(&self, open: &str) -> Vec<Output> {
        let _ = fs::remove_file(self.path("output"));
        let _ = fs::remove_file(self.path("calls"));
        let mut outputs = vec![self.step("Commit the patch", &[])];
        if outputs[0].status.success() {
            outputs.push(self.step("Push the branch", &[]));
        }
        if self.read("output").contains("pushed=true") {
            let variables = [("OPEN", open), ("STARTS_CI", "false")];
            outputs.push(self.step("Open or renew the pull request", &variables));
        }
        outputs
    }

    /// What the branch has of the metadata; `None` if there is no branch.
    fn published(&self) -> Option<String> {
        let branch = self.git("origin", &["branch", "--list", "update-metadata"]);
        let show = ["show", "update-metadata:metadata/beta.csdl"];
        (!branch.is_empty()).then(|| self.git("origin", &show))
    }
}

#[track_caller]
fn assert_success(outputs: &[Output]) {
    for output in outputs {
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn a_branch_of_its_own_is_renewed() {
    let world = World::new();
    world.hand_over_metadata("new\n");
    assert_success(&world.publish(""));
    assert_eq!(world.published().as_deref(), Some("new"));
    assert!(
        world
            .read("calls")
            .contains("pr create --head update-metadata")
    );
    world.hand_over_metadata("newer\n");
    assert_success(&world.publish("7"));
    assert_eq!(world.published().as_deref(), Some("newer"));
    let calls = world.read("calls");
    assert!(
        calls.contains("pr edit 7 ") && !calls.contains("pr create"),
        "{calls}"
    );
    let count = ["rev-list", "--count", "main..update-metadata"];
    assert_eq!(world.git("origin", &count), "1");
}

#[test]
fn a_branch_with_commits_of_others_is_left_alone() {
    let world = World::new();
    world.hand_over_metadata("new\n");
    assert_success(&world.publish(""));
    world.git("work", &["switch", "--quiet", "update-metadata"]);
    world.write("work/metadata/beta.csdl", "reviewed\n");
    world.commit("work", "reviewer@example.com", "A reviewer's change");
    world.git("work", &["push", "--quiet", "origin", "update-metadata"]);
    world.hand_over_metadata("newer\n");
    let outputs = world.publish("7");
    assert_success(&outputs);
    assert_eq!(world.published().as_deref(), Some("reviewed"));
    let said = String::from_utf8_lossy(&outputs[1].stdout).into_owned();
    assert!(
        said.contains("::warning::") && said.contains("commits of others"),
        "{said}"
    );
    assert!(world.read("summary").contains("commits of others"));
    assert!(
        !world.read("calls").contains("pr "),
        "{}",
        world.read("calls")
    );
}

/// What was merged is no longer the branch's own.
#[test]
fn commits_of_the_main_branch_are_not_of_others() {
    let world = World::new();
    world.git(
        "work",
        &["push", "--quiet", "origin", "main:update-metadata"],
    );
    world.hand_over_metadata("new\n");
    assert_success(&world.publish(""));
    assert_eq!(world.published().as_deref(), Some("new"));
}

#[test]
fn a_patch_of_anything_else_is_refused() {
    let link = |work: &Path| {
        std::os::unix::fs::symlink("/etc/passwd", work.join("metadata/other.csdl"))
            .expect("a link");
    };
    let program = |work: &Path| {
        let path = work.join("metadata/beta.csdl");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
    };
    let file = |name: &'static str| {
        move |work: &Path| {
            let path = work.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "x\n").expect("a file");
        }
    };
    type Change = Box<dyn FnOnce(&Path)>;
    let mut changes: Vec<Change> = vec![Box::new(link), Box::new(program)];
    for name in [
        ".github/workflows/ci.yml",
        "build.rs",
        "generated/build.rs",
        "codegen/src/lib.rs",
        "metadata/deep/beta.csdl",
        "Cargo.toml",
    ] {
        changes.push(Box::new(file(name)));
    }
    for change in changes {
        let world = World::new();
        world.hand_over(change);
        let outputs = world.publish("");
        assert!(!outputs[0].status.success(), "{outputs:?}");
        assert_eq!(world.published(), None);
    }
}

#[test]
fn what_an_update_writes_is_accepted() {
    let world = World::new();
    world.hand_over(|work| {
        for name in [
            "metadata/client.toml",
            "generated/src/models/metric.rs",
            "generated/Cargo.toml",
            "CHANGELOG.md",
            "tests/snapshots/snapshots/client.snap",
        ] {
            let path = work.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "x\n").expect("a file");
        }
    });
    assert_success(&world.publish(""));
    assert_eq!(world.published().as_deref(), Some("old"));
}

#[test]
fn a_long_text_is_cut_behind_a_line() {
    let world = World::new();
    let line = format!("- {}\n", "é".repeat(500));
    let text = format!("Verdict: **major**\n\n{}", line.repeat(100));
    world.write("temp/update/changes.md", &text);
    world.hand_over_metadata("new\n");
    assert_success(&world.publish(""));
    let body = world.read("temp/update/body.md");
    assert!(body.starts_with("Verdict: **major**\n"), "{body}");
    let lines = body.lines().filter(|found| found.starts_with("- "));
    assert!(
        lines.clone().count() > 50 && body.len() < 65_536,
        "{}",
        body.len()
    );
    assert!(lines.clone().all(|found| *found == line[..line.len() - 1]));
    assert!(body.contains("The list goes on in CHANGELOG.md"), "{body}");
    assert!(body.contains("CI has not been started"), "{body}");
}

#[test]
fn what_may_write_runs_nothing_of_the_tree() {
    let publish = job("publish");
    for step in [
        "Commit the patch",
        "Push the branch",
        "Open or renew the pull request",
    ] {
        let script = script(step);
        let runs = |word: &str| {
            let programs = ["bash", "cargo", "eval", "make", "rustc", "sh", "source"];
            programs.contains(&word)
                || word == "."
                || word.starts_with("./")
                || word.contains("${{")
        };
        let found: Vec<_> = script
            .split_whitespace()
            .filter(|word| runs(word))
            .collect();
        assert!(found.is_empty(), "{step}: {found:?}");
    }
    assert_eq!(publish.matches("        run: |").count(), 3, "{publish}");
    assert!(publish.contains("contents: write"), "{publish}");
    let build = job("build");
    assert!(
        !build.contains(": write") && !build.contains("secrets."),
        "{build}"
    );
    assert!(
        build.contains("permissions:\n      contents: read\n"),
        "{build}"
    );
    for job in [build, publish] {
        let checkouts = job.matches("actions/checkout@").count();
        assert_eq!(
            job.matches("persist-credentials: false").count(),
            checkouts,
            "{job}"
        );
    }
}

#[test]
fn actions_are_pinned_by_their_commit() {
    for line in WORKFLOW.lines() {
        let Some((_, action)) = line.split_once("uses: ") else {
            continue;
        };
        let (_, version) = action.split_once('@').expect("a version");
        let commit = version.split(' ').next().unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(is_commit, "{line}");
    }
}
