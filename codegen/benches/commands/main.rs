//! What the commands of the generator take, next to how long quick-xml takes to read the same document.
//!
//! ```text
//! GRAPH_METADATA=folder/of/v1.0-Prod.csdl cargo bench -p csdl-codegen --bench commands
//! ```
//!
//! Prints rows of the table of `tests/benches/table.sh`. Each command is a process of its own, as is what it
//! is measured against; they take turns.

mod grown;
mod process;
#[path = "../../../tests/benches/row.rs"]
mod row;

use process::{Cost, Program, in_turns};
use quick_xml::events::Event;
use row::Row;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const GENERATOR: &str = env!("CARGO_BIN_EXE_csdl-codegen");

/// How often each process is run.
const ROUNDS: usize = 15;
/// The same of those that show growth, which take longer.
const GROWTH_ROUNDS: usize = 5;

/// What commands are measured against.
const EVENTS: &str = "quick-xml reads its events";

/// What tells this program to do no more than read a document.
const FLOOR: &str = "--read-events";

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, flag, document] = arguments.as_slice()
        && flag == FLOOR
    {
        println!("{} events", read_events(Path::new(document))?);
        return Ok(());
    }
    let folder = PathBuf::from(std::env::var_os("GRAPH_METADATA").unwrap_or_default());
    let (beta, whole) = (
        folder.join("beta-composite.csdl"),
        folder.join("v1.0-Prod.csdl"),
    );
    if !whole.is_file() {
        println!("nothing measured: set GRAPH_METADATA to a folder with v1.0-Prod.csdl");
        return Ok(());
    }
    let bench = Bench::new()?;
    bench.slice(&beta)?;
    bench.unchanged(&beta)?;
    bench.comparison(&whole)?;
    bench.whole(&whole)?;
    bench.growth(&fs::read_to_string(&whole)?)
}

/// The floor: the file read and every event of it, attributes not looked at.
fn read_events(document: &Path) -> Result<usize, Failure> {
    let text = fs::read_to_string(document)?;
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut count = 0;
    while !matches!(reader.read_event()?, Event::Eof) {
        count += 1;
    }
    Ok(count)
}

struct Bench {
    /// Where everything is written.
    folder: tempfile::TempDir,
    /// The root of the repository.
    repository: PathBuf,
    /// The configuration of all of Graph.
    all_of_graph: PathBuf,
}

impl Bench {
    fn new() -> Result<Self, Failure> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let repository = repository.canonicalize()?;
        Ok(Self {
            folder: tempfile::tempdir()?,
            all_of_graph: repository.join("tests/fixtures/graph-v1/client.toml"),
            repository,
        })
    }

    /// The generator, run in the repository.
    fn generator<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Program {
        Program::new(GENERATOR, arguments, &self.repository)
    }

    fn floor(&self, document: &Path) -> Result<Program, Failure> {
        let this = std::env::current_exe()?;
        let arguments = [FLOOR, text(document)?];
        Ok(Program::new(this, arguments, &self.repository))
    }

    /// An empty package for a client.
    fn package(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder)?;
        let manifest = "[package]\nname = \"client\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(folder)
    }

    fn slice(&self, beta: &Path) -> Result<(), Failure> {
        let output = self.package("slice")?;
        let generate = self.generator(["--document", text(beta)?, "--output", text(&output)?]);
        let costs = in_turns(&generate, &self.floor(beta)?, ROUNDS)?;
        print(
            "a slice of beta, the whole command",
            EVENTS,
            &costs,
            elapsed,
        );
        Ok(())
    }

    /// `update` from a document that has not changed, in a copy of this repository's client.
    fn unchanged(&self, beta: &Path) -> Result<(), Failure> {
        let copy = self.folder.path().join("unchanged");
        for folder in ["metadata", "generated"] {
            copy_folder(&self.repository.join(folder), &copy.join(folder))?;
        }
        let update = Program::new(GENERATOR, ["update", text(beta)?], &copy);
        // The first one takes the document, and may write.
        update.run()?;
        let costs = in_turns(&update, &self.floor(beta)?, ROUNDS)?;
        print(
            "`update` from an unchanged document",
            EVENTS,
            &costs,
            elapsed,
        );
        Ok(())
    }

    /// `diff` of two documents that differ in a few places.
    fn comparison(&self, whole: &Path) -> Result<(), Failure> {
        let now = fs::read_to_string(whole)?;
        let was = now.replacen("Name=\"displayName\"", "Name=\"title\"", 20);
        let (old, new) = (self.write("old", &was)?, self.write("new", &now)?);
        let config = text(&self.all_of_graph)?;
        let diff = self.generator(["diff", text(&old)?, text(&new)?, "--config", config]);
        let costs = in_turns(&diff, &self.floor(whole)?, ROUNDS)?;
        print("`diff` of two revisions of v1.0", EVENTS, &costs, elapsed);
        Ok(())
    }

    fn whole(&self, whole: &Path) -> Result<(), Failure> {
        let generate = self.generate_all(whole, "whole")?;
        let costs = in_turns(&generate, &self.floor(whole)?, ROUNDS)?;
        print("a client for all of v1.0", EVENTS, &costs, elapsed);
        print("the same, processor", EVENTS, &costs, processor);
        print("the same, megabytes of memory", EVENTS, &costs, megabytes);
        Ok(())
    }

    /// Parts of v1.0, and copies of it, against the whole: the ratios are of what a byte of the client costs.
    fn growth(&self, whole: &str) -> Result<(), Failure> {
        let sizes = [
            ("a quarter of v1.0", grown::quarters(whole, 1)),
            ("half of v1.0", grown::quarters(whole, 2)),
            ("v1.0 twice", grown::copies(whole, 2)),
            ("v1.0 four times", grown::copies(whole, 4)),
        ];
        let (all, all_bytes) = self.of_size("all", whole)?;
        for (what, document) in &sizes {
            let (part, bytes) = self.of_size(what, document)?;
            let costs = in_turns(&part, &all, GROWTH_ROUNDS)?;
            let times_as_large = bytes as f64 / all_bytes as f64;
            let against = "all of v1.0, byte for byte";
            print_growth([what, against], &costs, times_as_large, processor);
            let what = format!("{what}, megabytes of memory");
            print_growth([&what, against], &costs, times_as_large, megabytes);
        }
        Ok(())
    }

    /// A command that makes a client for all of a document, and the bytes of the client.
    fn of_size(&self, name: &str, document: &str) -> Result<(Program, u64), Failure> {
        let document = self.write(name, document)?;
        let generate = self.generate_all(&document, name)?;
        generate.run()?;
        Ok((generate, size(&self.folder.path().join(name))?))
    }

    fn generate_all(&self, document: &Path, name: &str) -> Result<Program, Failure> {
        let (config, output) = (text(&self.all_of_graph)?, self.package(name)?);
        let arguments = ["--config", config, "--document", text(document)?];
        Ok(self.generator(arguments.into_iter().chain(["--output", text(&output)?])))
    }

    fn write(&self, name: &str, document: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(format!("{name}.csdl"));
        fs::write(&path, document)?;
        Ok(path)
    }
}

fn elapsed(cost: &Cost) -> Duration {
    cost.elapsed
}

fn processor(cost: &Cost) -> Duration {
    cost.processor
}

fn megabytes(cost: &Cost) -> f64 {
    cost.bytes as f64 / 1e6
}

/// Prints what a command and that against which it is measured cost, and the ratio of both.
fn print<T: Quantity>(what: &str, against: &str, costs: &[(Cost, Cost)], of: fn(&Cost) -> T) {
    print_growth([what, against], costs, 1.0, of);
}

/// The same where one of the two has this many times as much to do.
fn print_growth<T: Quantity>(
    [what, against]: [&str; 2],
    costs: &[(Cost, Cost)],
    times_as_large: f64,
    of: fn(&Cost) -> T,
) {
    let ratios = costs
        .iter()
        .map(|(ours, theirs)| of(ours).number() / of(theirs).number() / times_as_large);
    let row = Row {
        what,
        against,
        ours: median(costs.iter().map(|(ours, _)| of(ours))),
        theirs: median(costs.iter().map(|(_, theirs)| of(theirs))),
        ratio: median(ratios),
    };
    println!("{row}");
}

/// What can be divided by its like.
trait Quantity: Copy + Debug + PartialOrd {
    fn number(self) -> f64;
}

impl Quantity for Duration {
    fn number(self) -> f64 {
        self.as_secs_f64()
    }
}

impl Quantity for f64 {
    fn number(self) -> f64 {
        self
    }
}

fn median<T: Quantity>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<_> = values.collect();
    values.sort_by(|one, other| one.number().total_cmp(&other.number()));
    values[values.len() / 2]
}

fn text(path: &Path) -> Result<&str, Failure> {
    let text = path.to_str();
    text.ok_or_else(|| format!("{} is not Unicode", path.display()).into())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_folder(&entry.path(), &to)?,
            false => fs::write(&to, fs::read(entry.path())?)?,
        }
    }
    Ok(())
}

/// The bytes of the files in a folder.
fn size(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.file_type()?.is_dir() {
            true => size(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(bytes)
}
