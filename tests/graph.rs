//! The whole of Microsoft Graph's metadata, where it is at hand: the environment variable
//! `GRAPH_METADATA` names the folder that holds `beta-composite.csdl` and `v1.0-Prod.csdl`.

use csdl_codegen::api::OmissionReason;
use csdl_codegen::config::{Config, LoadedConfig, MetadataSource};
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{
    self, ContainerChild, EntryPoint, ItemType, Model, QualifiedName, StructuredKind, Type, TypeRef,
};
use csdl_codegen::emit::{Provenance, emit};
use csdl_codegen::generate::api_options;
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use support::{read, workspace};

/// A file of the folder; `None` if there is no folder, which is said past the capture of output.
fn metadata(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("GRAPH_METADATA") else {
        let said = format!("skipped: GRAPH_METADATA is not set, so there is no {file}\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
        return None;
    };
    Some(Path::new(&folder).join(file))
}

/// The model of a document without errors.
fn resolve(path: &Path) -> Model {
    resolve_text(path, &read(path))
}

fn resolve_text(path: &Path, text: &str) -> Model {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add(path, text);
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let model = document.map(|document| edm::resolve(&[document], &mut diagnostics));
    assert!(
        !diagnostics.has_errors(),
        "{}",
        diagnostics.render(&sources)
    );
    model.expect("a document without errors has a model")
}

fn config() -> LoadedConfig {
    let config = LoadedConfig::read(
        &workspace().join("metadata/client.toml"),
        &mut Sources::default(),
    );
    config.expect("the client's configuration is valid")
}

fn source(config: &LoadedConfig) -> &MetadataSource {
    config
        .config
        .metadata
        .source
        .as_ref()
        .expect("[metadata.source]")
}

#[test]
fn the_pinned_document_is_the_slice_of_the_whole_one() {
    let Some(path) = metadata("beta-composite.csdl") else {
        return;
    };
    let mut diagnostics = Diagnostics::default();
    let sliced = slice(&resolve(&path), &config().selection(), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let pinned = read(&workspace().join("metadata/beta.csdl"));
    assert_eq!(
        write(&sliced),
        pinned,
        "run `cargo codegen update {}`",
        path.display()
    );
}

#[test]
fn a_slice_is_its_own_slice() {
    let Some(path) = metadata("v1.0-Prod.csdl") else {
        return;
    };
    let model = resolve(&path);
    let paths = [
        "/me/**",
        "/me/sendMail",
        "/users/{id}/messages",
        "/users/delta",
        "/directoryObjects",
        "/search/query",
    ];
    let slices = paths.map(|path| {
        let selection = Selection::from_iter([path]);
        let mut diagnostics = Diagnostics::default();
        let first = slice(&model, &selection, &mut diagnostics);
        let text = write(&first);
        let again = resolve_text(Path::new("slice.csdl"), &text);
        let again = slice(&again, &selection, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{path}: {diagnostics:?}");
        assert_eq!(write(&again), text, "{path}");
        first
    });
    let has = |slice: &Model, name: &str| {
        let name = QualifiedName::new("microsoft.graph", name);
        slice.types.contains_key(&name)
    };
    let [me, send, messages, ..] = &slices;
    for derived in [
        "fileAttachment",
        "eventMessage",
        "aadUserConversationMember",
    ] {
        assert!(has(me, derived), "{derived}");
    }
    assert!(has(messages, "eventMessageRequest") && !has(messages, "fileAttachment"));
    assert!(has(send, "message") && !has(send, "eventMessage"));
    assert_eq!(send.operations.len(), 1);
}

#[test]
fn the_configuration_says_which_document_was_sliced() {
    let config = config();
    let source = source(&config);
    let Some(path) = metadata(source.file.as_deref().expect("a file")) else {
        return;
    };
    let bytes = std::fs::read(&path).expect("the document can be read");
    assert_eq!(source.bytes, Some(bytes.len() as u64));
    let digits: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(source.sha256, Some(digits));
}

#[test]
fn all_of_v1_resolves_and_survives_canonical_form() {
    let Some(path) = metadata("v1.0-Prod.csdl") else {
        return;
    };
    let model = resolve(&path);
    let entities = model.types.values().filter(|declared| {
        matches!(declared, edm::Type::Structured(s) if s.kind == edm::StructuredKind::Entity)
    });
    assert!(entities.count() > 500, "not the document that was meant");
    let canonical = write(&model);
    assert!(
        write(&resolve_text(&path, &canonical)) == canonical,
        "the canonical form changes"
    );
}

/// The emitted lines, and the declared elements that they are for: types, their properties, members,
/// operations, parameters and entry points.
fn lines_and_elements(model: &Model, config: &Config) -> (usize, usize) {
    let api = csdl_codegen::api::build(model, api_options(config));
    let provenance = Provenance {
        documents: Vec::new(),
        sha256: String::new(),
    };
    let files = emit(&api, &provenance);
    let lines: usize = files.iter().map(|file| file.contents.lines().count()).sum();
    (lines, model.declared_elements())
}

/// The emitted lines for each declared element, over all parts of the document of this size.
fn lines_for_each(model: &Model, parts: usize, config: &Config) -> f64 {
    let parts = (0..parts).map(|index| lines_and_elements(&part(model, parts, index), config));
    let (lines, elements) = parts.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    lines as f64 / elements as f64
}

/// The part with this index of so many parts of the types, with what is declared for them, and all of them for one part.
/// Which types are taken depends on their names alone. References to others lead to one of the same
/// kind, so that the part is as dense as the whole.
fn part(model: &Model, parts: usize, index: usize) -> Model {
    let mut part = model.clone();
    let mut names: BTreeSet<_> = model
        .types
        .keys()
        .filter(|name| sum(name) % parts == index)
        .collect();
    for name in names.clone() {
        names.extend(model.lineage(name).map(|(ancestor, _)| ancestor));
    }
    let of_kind = |sought: &Type| {
        let same = |name: &&&QualifiedName| kind(&model.types[**name]) == kind(sought);
        names.iter().filter(same).copied().collect::<Vec<_>>()
    };
    let redirect = |type_ref: &mut TypeRef| {
        if let ItemType::Named(name) = &mut type_ref.item
            && !names.contains(name)
        {
            let others = of_kind(&model.types[name]);
            *name = others[sum(name) % others.len()].clone();
        }
    };
    part.types.retain(|name, _| names.contains(name));
    for declared in part.types.values_mut() {
        if let Type::Structured(structured) = declared {
            structured
                .properties
                .values_mut()
                .for_each(|p| redirect(&mut p.type_ref));
            structured
                .navigation
                .values_mut()
                .for_each(|p| redirect(&mut p.type_ref));
        }
    }
    part.operations.retain(|operation| {
        let binding = operation
            .binding
            .as_ref()
            .and_then(|binding| binding.type_ref.named());
        binding.is_some_and(|name| names.contains(name))
    });
    for operation in &mut part.operations {
        operation
            .parameters
            .iter_mut()
            .for_each(|p| redirect(&mut p.type_ref));
        operation
            .return_type
            .iter_mut()
            .for_each(|r| redirect(&mut r.type_ref));
    }
    drop_unused(&mut part);
    // Every entity type is an entry point, so that all of them can be reached in each part.
    if let Some(container) = &mut part.container {
        let template = container.children.values().next().cloned();
        container.children.clear();
        for name in part.types.keys() {
            if let (Some(template), Some(declared)) = (&template, model.structured(name))
                && declared.kind == StructuredKind::Entity
            {
                let child = ContainerChild {
                    entry_point: EntryPoint::EntitySet(name.clone()),
                    ..template.clone()
                };
                container.children.insert(name.to_string().into(), child);
            }
        }
    }
    part
}

/// Drops the complex and enumeration types that no entity and no operation uses, as nothing is emitted
/// for them.
fn drop_unused(part: &mut Model) {
    let mut derived: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for name in part.types.keys() {
        for (ancestor, _) in part.lineage(name) {
            derived.entry(ancestor).or_default().push(name);
        }
    }
    let mut pending = Vec::new();
    for (name, declared) in &part.types {
        if kind(declared) == 0 {
            pending.push(name);
        }
    }
    for operation in &part.operations {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| &parameter.type_ref);
        let returned = operation
            .return_type
            .iter()
            .map(|returned| &returned.type_ref);
        pending.extend(
            parameters
                .chain(returned)
                .filter_map(|type_ref| type_ref.named()),
        );
    }
    let mut used = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if !used.insert(name.clone()) {
            continue;
        }
        for (ancestor, structured) in part.lineage(name) {
            let properties = structured.properties.values().map(|p| &p.type_ref);
            let relations = structured.navigation.values().map(|p| &p.type_ref);
            pending.extend(
                properties
                    .chain(relations)
                    .filter_map(|type_ref| type_ref.named()),
            );
            pending.push(ancestor);
        }
        pending.extend(derived.get(name).into_iter().flatten());
    }
    part.types.retain(|name, _| used.contains(name));
}

/// A number that depends on the name alone.
fn sum(name: &QualifiedName) -> usize {
    let letters = name.to_string().into_bytes();
    letters.iter().fold(0_usize, |sum, letter| {
        sum.wrapping_mul(31).wrapping_add((*letter).into())
    })
}

/// What can stand in for each other.
fn kind(declared: &Type) -> u8 {
    match declared {
        Type::Structured(structured) if structured.kind == StructuredKind::Entity => 0,
        Type::Structured(_) => 1,
        Type::Enum(_) => 2,
        Type::Definition(_) => 3,
    }
}

#[test]
fn the_client_grows_no_faster_than_the_metadata() {
    let Some(path) = metadata("v1.0-Prod.csdl") else {
        return;
    };
    let model = resolve(&path);
    let config = config().config;
    let [quarter, half, all] = [4, 2, 1].map(|parts| lines_for_each(&model, parts, &config));
    println!("lines for each declared element: {quarter:.1}, {half:.1}, {all:.1}");
    assert!(
        half < quarter * 1.02 && all < half * 1.02,
        "{quarter:.1}, {half:.1}, {all:.1}"
    );
}

#[test]
fn every_operation_has_a_method_unless_forbidden() {
    let Some(path) = metadata("v1.0-Prod.csdl") else {
        return;
    };
    let model = resolve(&path);
    let config = config().config;
    let api = csdl_codegen::api::build(&model, api_options(&config));
    let omitted: Vec<_> = api.omitted.iter().map(|omitted| omitted.reason).collect();
    assert_eq!(omitted, [OmissionReason::NotExplicitlyBound; 2]);
    assert_eq!(model.operations.len(), 1183);
}
