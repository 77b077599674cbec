//! What the commands of the generator take, next to how long quick-xml takes to read the same document.
//!
//! ```text
//! GRAPH_METADATA=folder/of/v1.0-Prod.csdl cargo bench -p csdl-codegen --bench commands
//! ```
//!
//! Prints rows of the table of `tests/benches/table.sh`. Each command is a process of its own, as is what it
//! is measured against; they take turns.

mod floor;
mod grown;
mod process;
#[path = "../../../tests/benches/row.rs"]
mod row;

use process::{Cost, Program, in_turns};
use row::Row;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const GENERATOR: &str = env!("CARGO_BIN_EXE_csdl-codegen");

/// How often each process is run.
const ROUNDS: usize = 15;
/// The same for growth, which takes longer.
const GROWTH_ROUNDS: usize = 5;

/// What commands are measured against.
const EVENTS: &str = "quick-xml reads its events";

/// What tells this program to do no more than read a document.
const FLOOR: &str = "--read-events";
/// What tells it to write a document that has so many quarters of another.
const QUARTERS: &str = "--quarters";

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [_, FLOOR, document] => {
            println!("{} events", floor::read_events(Path::new(document)));
            Ok(())
        }
        [_, QUARTERS, number, from, to] => {
            let text = fs::read_to_string(from)?;
            Ok(fs::write(to, grown::quarters(&text, number.parse()?))?)
        }
        _ => measure(),
    }
}

fn measure() -> Result<(), Failure> {
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
    bench.growth(&whole)
}

struct Bench {
    /// Where everything is written.
    folder: tempfile::TempDir,
    /// The root of the repository.
    repository: PathBuf,
    /// The configuration of all of Graph, which may be larger than it is.
    all_of_graph: PathBuf,
}

impl Bench {
    fn new() -> Result<Self, Failure> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let repository = repository.canonicalize()?;
        let folder = tempfile::tempdir()?;
        let config = fs::read_to_string(repository.join("tests/fixtures/graph-v1/client.toml"))?;
        let all_of_graph = folder.path().join("client.toml");
        fs::write(
            &all_of_graph,
            config + "\n[metadata.limits]\nlines = 5_000_000\n",
        )?;
        Ok(Self {
            folder,
            repository,
            all_of_graph,
        })
    }

    /// The generator, run in the repository.
    fn generator<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Program {
        Program::new(GENERATOR, arguments, &self.repository)
    }

    /// This program.
    fn this<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<Program, Failure> {
        let this = std::env::current_exe()?;
        Ok(Program::new(this, arguments, &self.repository))
    }

    fn floor(&self, document: &Path) -> Result<Program, Failure> {
        self.this([FLOOR, text(document)?])
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

    /// `update` from a document that has not changed, of a client that was made of it.
    fn unchanged(&self, beta: &Path) -> Result<(), Failure> {
        let client = self.folder.path().join("unchanged");
        let new = ["new", text(&client)?, text(beta)?];
        let root = ["--root", "https://graph.microsoft.com/beta"];
        let path = ["--path", "/reports/serviceActivity"];
        self.generator([&new[..], &root, &path].concat()).run()?;
        let update = Program::new(GENERATOR, ["update", text(beta)?], &client);
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
        print("the same, processor time", EVENTS, &costs, processor);
        print("the same, megabytes of memory", EVENTS, &costs, megabytes);
        Ok(())
    }

    /// Parts of v1.0, and copies of it, against the whole: the ratios are of what a byte of the client costs.
    fn growth(&self, whole: &Path) -> Result<(), Failure> {
        let sizes = [
            ("a quarter of v1.0", 1),
            ("half of v1.0", 2),
            ("v1.0 twice", 8),
            ("v1.0 four times", 16),
        ];
        let (all, all_bytes) = self.of_size(4, whole)?;
        for (what, quarters) in sizes {
            let (part, bytes) = self.of_size(quarters, whole)?;
            let costs = in_turns(&part, &all, GROWTH_ROUNDS)?;
            let times_as_large = bytes as f64 / all_bytes as f64;
            let against = "all of v1.0, byte for byte";
            print_growth([what, against], &costs, times_as_large, processor);
            let what = format!("{what}, megabytes of memory");
            print_growth([&what, against], &costs, times_as_large, megabytes);
        }
        Ok(())
    }

    /// A command that makes a client for so many quarters of a document, and the bytes of the client.
    ///
    /// The document is written by a process of its own: what a process has in memory counts for those that it
    /// starts.
    fn of_size(&self, quarters: usize, whole: &Path) -> Result<(Program, u64), Failure> {
        let name = format!("{quarters} quarters");
        let document = self.folder.path().join(format!("{name}.csdl"));
        let quarters = quarters.to_string();
        let arguments = [QUARTERS, &quarters, text(whole)?, text(&document)?];
        self.this(arguments)?.run()?;
        let generate = self.generate_all(&document, &name)?;
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
