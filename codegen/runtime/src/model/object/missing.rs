//! The required members that an object still lacks while it is read.

pub(super) struct Missing {
    few: &'static [&'static str],
    /// A bit for each of the few: nothing is allocated for as many as objects usually have.
    bits: u64,
    others: Vec<&'static str>,
}

impl Missing {
    pub(super) fn of(required: &'static [&'static str]) -> Self {
        let (few, others) = required.split_at(required.len().min(u64::BITS as usize));
        Self {
            few,
            bits: u64::MAX,
            others: others.to_vec(),
        }
    }

    pub(super) fn found(&mut self, name: &str) {
        match self.few.iter().position(|few| *few == name) {
            Some(index) => self.bits &= !(1 << index),
            None => self.others.retain(|other| *other != name),
        }
    }

    /// The first one that is missing, as they are declared.
    pub(super) fn first(&self) -> Option<&'static str> {
        let few = self.few.get(self.bits.trailing_zeros() as usize);
        few.or(self.others.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_missing_until_it_is_found() {
        for count in [0, 1, 2, 63, 64, 65, 130] {
            let names = (0..count).map(|number| &*Box::leak(format!("m{number}").into_boxed_str()));
            let names: &'static [_] = names.collect::<Vec<_>>().leak();
            let mut missing = Missing::of(names);
            missing.found("unknown");
            for name in names {
                assert_eq!(missing.first(), Some(*name), "of {count}");
                missing.found(name);
                missing.found(name);
            }
            assert_eq!(missing.first(), None, "of {count}");
        }
    }
}
