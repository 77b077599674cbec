//! XML as a tree of texts that can be put into another order.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::fmt;

/// An element with what is in it, or a text.
#[derive(Debug, Default)]
pub struct Node {
    name: String,
    /// The start tag, or the text.
    start: String,
    children: Vec<Node>,
    end: String,
}

/// Elements whose order among their like has a meaning.
const ORDERED: &[&str] = &["Parameter", "Member", "PropertyRef"];

impl Node {
    /// The document without comments and without white space between elements.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            let from = reader.buffer_position() as usize;
            let event = reader.read_event().expect("the document is well-formed");
            let raw = || text[from..reader.buffer_position() as usize].to_owned();
            match event {
                Event::Start(tag) => open.push(Self::new(tag.name().0, raw())),
                Event::End(_) => {
                    let mut element = open.pop().expect("an open element");
                    element.end = raw();
                    open.last_mut().expect("a parent").children.push(element);
                }
                Event::Eof => break,
                Event::Comment(_) => {}
                Event::Text(_) if raw().trim().is_empty() => {}
                Event::Empty(tag) => {
                    let element = Self::new(tag.name().0, raw());
                    open.last_mut().expect("a parent").children.push(element);
                }
                _ => {
                    let text = Self::new("", raw());
                    open.last_mut().expect("a parent").children.push(text);
                }
            }
        }
        open.pop().expect("the document")
    }

    fn new(name: &str, start: String) -> Self {
        Self {
            name: name.to_owned(),
            start,
            ..Self::default()
        }
    }

    /// Puts everything into another order that may stand in another order.
    pub fn shuffle(&mut self, random: &mut Random) {
        for child in &mut self.children {
            child.shuffle(random);
        }
        // The document itself, values with text in them, and lists.
        let fixed = self.start.is_empty() || self.name == "Collection";
        if fixed || self.children.iter().any(|child| child.name.is_empty()) {
            return;
        }
        let order = self.shuffled(random);
        let mut children: Vec<_> = self.children.drain(..).map(Some).collect();
        self.children
            .extend(order.into_iter().filter_map(|at| children[at].take()));
    }

    /// The children's positions in another order; ordered elements stay behind their like.
    fn shuffled(&self, random: &mut Random) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.children.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        for name in ORDERED {
            let named = |at: &usize| self.children[order[*at]].name == *name;
            let places: Vec<usize> = (0..order.len()).filter(named).collect();
            let mut children: Vec<usize> = places.iter().map(|at| order[*at]).collect();
            children.sort_unstable();
            for (place, child) in places.into_iter().zip(children) {
                order[place] = child;
            }
        }
        order
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start)?;
        self.children.iter().try_for_each(|child| child.fmt(f))?;
        f.write_str(&self.end)
    }
}

/// Numbers that look random and are the same every time: xorshift64.
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
