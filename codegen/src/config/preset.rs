//! Presets: what is known of a service beyond its metadata, as data that `client.toml` names and overrides.

use super::forms::VERSION;
use serde::Deserialize as _;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The presets by name.
pub const PRESETS: &[(&str, &str)] = &[
    ("cap", include_str!("../../presets/cap.toml")),
    ("graph", include_str!("../../presets/graph.toml")),
];

/// Lists that those of the configuration are added to; all others are replaced.
const ADDED: [&str; 3] = ["corrections", "path-addressing", "trust-nullability"];

/// Why there is no preset.
pub(super) struct Unknown {
    pub name: String,
    pub place: Range<usize>,
}

/// Puts what the preset says beside what the configuration says, if it names one.
pub(super) fn apply(table: &mut DeTable<'_>) -> Result<(), Unknown> {
    let service = table.get("service").and_then(|it| it.get_ref().as_table());
    let Some(named) = service.and_then(|service| service.get("preset")) else {
        return Ok(());
    };
    // Of another form than a name, it is an error like that of any key.
    let Some(name) = named.get_ref().as_str() else {
        return Ok(());
    };
    let Some((_, text)) = PRESETS.iter().find(|(known, _)| *known == name) else {
        return Err(Unknown {
            name: name.to_owned(),
            place: named.span(),
        });
    };
    merge(table, parsed(text).into_inner());
    Ok(())
}

/// A preset for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The preset's name.
    pub preset: &'static str,
    /// The service's name; none if the preset is for all services that are made with one framework.
    pub service: Option<String>,
    /// The cloud that the service runs in, and its version there, if the root is that of a cloud.
    pub cloud: Option<MatchedCloud>,
}

/// A cloud of a preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedCloud {
    /// The name of the cloud.
    pub name: String,
    /// The version of the service.
    pub version: String,
    /// Whether it is the cloud that clients use if they choose none.
    pub is_default: bool,
}

/// The preset of this name, for a service at this root.
pub fn named(name: &str, root: &str) -> Option<Match> {
    let (preset, text) = PRESETS.iter().find(|(preset, _)| *preset == name)?;
    let service = Known::of(text);
    let clouds = service.clouds.into_iter().enumerate();
    let mut clouds = clouds.filter_map(|(index, cloud)| {
        Some(MatchedCloud {
            version: version(&cloud.root, root)?.to_owned(),
            name: cloud.name,
            is_default: index == 0,
        })
    });
    Some(Match {
        preset,
        service: service.name,
        cloud: clouds.next(),
    })
}

/// Where the service of a preset runs if nobody says otherwise; `None` if the preset is for all services
/// that are made with one framework.
pub fn usual_root(name: &str) -> Option<String> {
    let (_, text) = PRESETS.iter().find(|(preset, _)| *preset == name)?;
    let service = Known::of(text);
    let root = &service.clouds.first()?.root;
    Some(root.replace(VERSION, service.version.as_deref().unwrap_or_default()))
}

/// The preset whose service runs at the host of this root.
pub fn at(root: &str) -> Option<Match> {
    let host = |url: &str| Some(url.split_once("://")?.1.split('/').next()?.to_owned());
    let runs_there = |cloud: &KnownCloud| host(&cloud.root) == host(root);
    let mut presets = PRESETS.iter();
    let found = presets.find(|(_, text)| Known::of(text).clouds.iter().any(runs_there));
    found.and_then(|(preset, _)| named(preset, root))
}

/// The version in a root that is that of a cloud.
fn version<'r>(cloud: &str, root: &'r str) -> Option<&'r str> {
    let (before, after) = cloud.split_once(VERSION)?;
    let version = root.strip_prefix(before)?.strip_suffix(after)?;
    Some(version).filter(|it| !it.is_empty() && !it.contains('/'))
}

/// What a preset says of its service, as far as it matters before it is merged.
#[derive(serde::Deserialize)]
struct Known {
    name: Option<String>,
    version: Option<String>,
    #[serde(default)]
    clouds: Vec<KnownCloud>,
}

#[derive(serde::Deserialize)]
struct KnownCloud {
    name: String,
    root: String,
}

impl Known {
    fn of(text: &'static str) -> Self {
        #[derive(serde::Deserialize)]
        struct Preset {
            service: Known,
        }
        let preset = Preset::deserialize(toml::Deserializer::from(parsed(text)));
        preset.expect("a preset has a service").service
    }
}

fn parsed(text: &'static str) -> Spanned<DeTable<'static>> {
    DeTable::parse(text).expect("a preset is TOML")
}

/// Adds what is not there, table by table.
fn merge<'i>(table: &mut DeTable<'i>, preset: DeTable<'i>) {
    for (key, mut value) in preset {
        let is_list = ADDED.contains(&&**key.get_ref());
        let Some(there) = table.get_mut(&**key.get_ref()) else {
            clear_places(&mut value);
            table.insert(Spanned::new(NOWHERE, key.into_inner()), value);
            continue;
        };
        match (there.as_mut(), value.into_inner()) {
            (DeValue::Table(there), DeValue::Table(preset)) => merge(there, preset),
            (DeValue::Array(there), DeValue::Array(preset)) if is_list => {
                for mut item in preset {
                    clear_places(&mut item);
                    there.push(item);
                }
            }
            _ => {}
        }
    }
}

/// The place of what stands in no configuration.
pub(super) const NOWHERE: Range<usize> = 0..0;

/// Places in a preset are none in the configuration.
fn clear_places(value: &mut Spanned<DeValue<'_>>) {
    match value.as_mut() {
        DeValue::Table(table) => {
            let inner = std::mem::take(table);
            for (key, mut value) in inner {
                clear_places(&mut value);
                table.insert(Spanned::new(NOWHERE, key.into_inner()), value);
            }
        }
        DeValue::Array(items) => items.iter_mut().for_each(clear_places),
        _ => {}
    }
    let inner = std::mem::replace(value.as_mut(), DeValue::Boolean(false));
    *value = Spanned::new(NOWHERE, inner);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LoadedConfig;
    use crate::diagnostic::Diagnostics;
    use crate::source::Sources;
    use std::path::Path;

    fn read(service: &str, rest: &str) -> Result<LoadedConfig, String> {
        let text = format!(
            "[client]\nname = \"c\"\noutput = \"..\"\ntitle = \"T.\"\n[service]\n{service}\n\
             [metadata]\ndocument = \"d\"\npaths = [\"/\"]\n{rest}"
        );
        let mut sources = Sources::default();
        let path = Path::new("client.toml");
        let source = sources.add(path, text);
        let read = LoadedConfig::parse(path, source, &sources);
        read.map_err(|problems: Diagnostics| problems.render(&sources))
    }

    #[test]
    fn every_preset_is_a_configuration() {
        // Those for a framework leave the service and where it runs to the configuration.
        let cloud =
            "[[service.clouds]]\nname = \"A\"\ndescription = \"It.\"\nroot = \"https://a.example\"";
        for (name, text) in PRESETS {
            let known = Known::of(text);
            let mut service = format!("preset = \"{name}\"\n");
            if known.name.is_none() {
                service += "name = \"A\"\n";
            }
            if known.clouds.is_empty() {
                service += cloud;
            }
            let config = read(&service, "").unwrap();
            assert!(!config.config.service.clouds.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_framework_has_a_preset_without_a_service() {
        let root = "http://127.0.0.1:4004/odata/v4/catalog";
        let cap = named("cap", root).unwrap();
        assert_eq!((cap.service, cap.cloud), (None, None));
        assert_eq!(at(root), None);
        let said = read("preset = \"cap\"", "").unwrap_err();
        assert!(said.contains("`name`"), "{said}");
    }

    #[test]
    fn a_preset_is_added_to_and_overridden() {
        let config = read("preset = \"graph\"", "").unwrap();
        let service = &config.config.service;
        assert_eq!(service.name, "Microsoft Graph");
        assert_eq!(service.clouds.len(), 4);
        let root = service.root(&service.clouds[0]);
        assert_eq!(root, "https://graph.microsoft.com/v1.0");
        let known = config.corrections();

        let config = read(
            "preset = \"graph\"\nname = \"G\"\nversion = \"beta\"\nbinary = \"base64url\"",
            "[[metadata.trust-nullability]]\ntype = \"a.b\"\nreason = \"r\"\n[naming.words]\niOS = \"IOS\"\nLAN = \"Lan\"\n",
        );
        let config = config.unwrap();
        let service = &config.config.service;
        assert_eq!(service.name, "G");
        assert_eq!(service.binary, crate::config::BinaryForm::Base64url);
        let root = service.root(&service.clouds[3]);
        assert_eq!(root, "https://microsoftgraph.chinacloudapi.cn/beta");
        let words = &config.config.naming.words;
        assert_eq!(
            (&*words["iOS"], &*words["LAN"], &*words["QoE"]),
            ("IOS", "Lan", "Qoe")
        );
        let more = config.corrections();
        assert_eq!(more.types, known.types);
        assert_eq!(more.trusted.len(), known.trusted.len() + 1);
        // Only what stands in the file has a place in it.
        assert!(more.trusted[0].span.is_some() && more.trusted[0].type_name == "a.b");
        assert!(
            more.trusted[1..]
                .iter()
                .all(|trusted| trusted.span.is_none())
        );

        let clouds = "preset = \"graph\"\n[[service.clouds]]\nname = \"Proxy\"\ndescription = \"It.\"\nroot = \"https://proxy.example\"";
        let config = read(clouds, "").unwrap();
        let service = &config.config.service;
        assert_eq!(service.clouds.len(), 1);
        assert_eq!(service.root(&service.clouds[0]), "https://proxy.example");
        assert_eq!(service.clouds[0].login(), None);
    }

    #[test]
    fn what_is_wrong_with_a_preset_is_said() {
        let said = read("preset = \"grahp\"", "").unwrap_err();
        assert!(
            said.contains("no such preset; the presets are: cap, graph"),
            "{said}"
        );
        assert!(said.contains("did you mean `graph`?"), "{said}");
        assert!(said.contains("client.toml:6:10"), "{said}");
        let said = read("preset = 1", "").unwrap_err();
        assert!(said.contains("expected a string"), "{said}");
        let said = read("preset = \"graph\"\nversion = \"a/b\"", "").unwrap_err();
        assert!(said.contains("expected a version"), "{said}");
        let cloud = "[[service.clouds]]\nname = \"A\"\ndescription = \"It.\"\nroot = \"https://a.example/{version}\"";
        let said = read(&format!("name = \"A\"\n{cloud}"), "").unwrap_err();
        assert!(said.contains("`version` is not set"), "{said}");
        let said = read(&format!("name = \"A\"\n{cloud}\nscope = \"s\""), "").unwrap_err();
        assert!(
            said.contains("one of `scope` and `login-authority`"),
            "{said}"
        );
    }

    #[test]
    fn a_service_is_known_by_its_host() {
        let at = |root| {
            let cloud = at(root)?.cloud;
            Some(cloud.map(|it| format!("{} {} {}", it.name, it.version, it.is_default)))
        };
        let cloud = |text: &str| Some(Some(text.to_owned()));
        assert_eq!(
            at("https://graph.microsoft.com/beta"),
            cloud("Global beta true")
        );
        assert_eq!(
            at("https://graph.microsoft.us/v1.0"),
            cloud("UsGovernmentL4 v1.0 false")
        );
        for root in [
            "https://graph.microsoft.com/a/b",
            "https://graph.microsoft.com",
        ] {
            assert_eq!(at(root), Some(None), "{root}");
        }
        assert_eq!(at("https://graph.example/beta"), None);
        let usual = usual_root("graph");
        assert_eq!(usual.as_deref(), Some("https://graph.microsoft.com/v1.0"));
        assert_eq!((usual_root("cap"), usual_root("no")), (None, None));
        assert_eq!(named("graph", "https://proxy.example").unwrap().cloud, None);
        assert_eq!(named("no", "https://graph.microsoft.com/beta"), None);
    }
}
