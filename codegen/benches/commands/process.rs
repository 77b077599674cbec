//! Processes and what they cost.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// A command line and where it is run.
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
}

/// What a process took.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Time on the clock.
    pub elapsed: Duration,
    /// Time on all processors.
    pub processor: Duration,
    /// Most memory that it had at once.
    pub bytes: u64,
}

impl Program {
    pub fn new<'a>(
        path: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = &'a str>,
        folder: &Path,
    ) -> Self {
        Self {
            path: path.into(),
            arguments: arguments.into_iter().map(str::to_owned).collect(),
            folder: folder.to_owned(),
        }
    }

    /// Runs it once.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or fails.
    pub fn run(&self) -> Result<Cost, Failure> {
        let start = Instant::now();
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let ended = child.wait4()?;
        if !ended.status.success() {
            let line = self.arguments.join(" ");
            return Err(format!("`{line}` ended with {}", ended.status).into());
        }
        Ok(Cost {
            elapsed: start.elapsed(),
            processor: ended.rusage.utime + ended.rusage.stime,
            bytes: ended.rusage.maxrss,
        })
    }
}

/// What two programs cost, which take turns so many times.
pub fn in_turns(
    ours: &Program,
    theirs: &Program,
    rounds: usize,
) -> Result<Vec<(Cost, Cost)>, Failure> {
    // The first round fills caches.
    let costs = (0..=rounds).map(|_| Ok((ours.run()?, theirs.run()?)));
    costs.skip(1).collect()
}
