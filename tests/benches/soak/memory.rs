//! Resident memory of the process, emulator included.

/// Samples of resident memory, in KiB, in order.
#[derive(Default)]
pub struct Memory {
    samples: Vec<u64>,
    /// The number of calls that the samples were taken at.
    calls: Vec<usize>,
}

impl Memory {
    /// Takes a sample; none where the system does not tell.
    pub fn sample(&mut self, calls: usize) {
        if let Some(resident) = resident_kib() {
            self.samples.push(resident);
            self.calls.push(calls);
        }
    }

    /// The samples by the number of calls that had ended.
    pub fn samples(&self) -> impl Iterator<Item = (usize, u64)> {
        self.calls.iter().copied().zip(self.samples.iter().copied())
    }

    /// By how many KiB the highest sample of the run's last quarter exceeds all before it.
    pub fn growth_in_last_quarter(&self) -> Option<u64> {
        let last = *self.calls.last()?;
        let quarter = self.calls.partition_point(|calls| *calls <= last / 4 * 3);
        let (before, after) = self.samples.split_at(quarter);
        let (before, after) = (before.iter().max()?, after.iter().max()?);
        Some(after.saturating_sub(*before))
    }
}

/// `VmRSS` of Linux's `/proc/self/status`.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
