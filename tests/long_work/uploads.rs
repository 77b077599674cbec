//! A large file, over many faults and restarts of the program.

use super::{DriveItem, builder, client, drive, emulator};
use graph_emulator::{
    Emulator, Fault, Outcome, ReceivedRequest, RetryAfter, UploadFragment, UploadState,
};
use odata_runtime::{Method, RetryPolicy, UploadSession};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// How large the file is.
const LENGTH: u64 = 1 << 30;

/// How many faults the upload meets, and how often its program is killed.
const FAULTS: usize = 200;
const KILLS: usize = 5;

/// The most memory that the uploading program may have had, in KiB.
const MEMORY: u64 = 64 * 1024;

/// Tells the child where the service and the file are.
const ENDPOINT: &str = "LONG_WORK_ENDPOINT";
const FOLDER: &str = "LONG_WORK_FOLDER";

#[tokio::test]
async fn an_upload_survives_faults_and_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let hash = write_sparse_file(&folder.path().join("file"));
    let faults = Mutex::new(Faults::default());
    let emulator = drive()
        .upload_digest_only()
        .fault_when(move |request| faults.lock().unwrap().next(request))
        .start()
        .await
        .unwrap();

    let mut most = 0;
    let mut restarts = 0;
    loop {
        let mut child = Uploader::start(&emulator, folder.path());
        // Each is killed a sixth of the way further; the last one ends by itself.
        let far = LENGTH / (KILLS as u64 + 1) * (restarts as u64 + 1);
        let far = if restarts < KILLS { far } else { u64::MAX };
        let is_killed = child.runs_until(&emulator, far).await;
        most = most.max(child.end(is_killed));
        if !is_killed {
            break;
        }
        restarts += 1;
    }
    assert_eq!(restarts, KILLS);
    assert!(most > 0 && most < MEMORY, "{most} KiB");

    let [session] = &emulator.upload_sessions()[..] else {
        panic!("one session");
    };
    assert_eq!(session.state, UploadState::Completed);
    assert_eq!(
        (session.received, session.sha256.as_str()),
        (LENGTH, hash.as_str())
    );
    sent_again_only_after_faults(&session.fragments);
    let foreign = emulator.foreign_requests();
    assert!(foreign.iter().all(|request| !request.has_authorization()));
    let met = foreign
        .iter()
        .filter(|request| matches!(request.outcome, Outcome::Faulted(_)));
    assert_eq!(met.count(), FAULTS);
}

/// The faults of the pieces, one after another, two of three before the piece was taken.
#[derive(Default)]
struct Faults {
    pieces: usize,
    met: usize,
}

impl Faults {
    fn next(&mut self, request: &ReceivedRequest) -> Option<Fault> {
        if request.method != "PUT" {
            return None;
        }
        self.pieces += 1;
        // Two faults, then two pieces that arrive; never three faults in a row without progress.
        if self.met == FAULTS || self.pieces % 4 < 2 {
            return None;
        }
        self.met += 1;
        let fault = match self.met % 10 {
            // The client gives up on these, which takes a while.
            0 => Fault::Stall,
            1..4 => Fault::ConnectionReset,
            4..6 => Fault::GatewayTimeout,
            6..8 => Fault::ServiceUnavailable {
                retry_after: RetryAfter::Seconds(0),
            },
            _ => Fault::ServiceError {
                status: odata_runtime::StatusCode::RANGE_NOT_SATISFIABLE,
                code: "invalidRange".to_owned(),
                message: "The range is not satisfiable.".to_owned(),
            },
        };
        Some(match self.met % 3 {
            0 => fault.after_effect(),
            _ => fault,
        })
    }
}

/// No range is taken twice, and none arrives again unless it was not taken.
fn sent_again_only_after_faults(fragments: &[UploadFragment]) {
    let mut taken = BTreeMap::new();
    for fragment in fragments.iter().filter(|fragment| fragment.taken) {
        let before = taken.insert(fragment.first, fragment.last);
        assert_eq!(before, None, "{fragment:?}");
    }
    let mut next = 0;
    for (first, last) in taken {
        assert_eq!(first, next);
        next = last + 1;
    }
    assert_eq!(next, LENGTH);
}

/// A file of a gigabyte that has a few bytes here and there, and its hash.
fn write_sparse_file(path: &Path) -> String {
    let mut file = File::create(path).unwrap();
    file.set_len(LENGTH).unwrap();
    for index in 0..64_u64 {
        file.seek(SeekFrom::Start(index * (LENGTH / 64) + index * 7919))
            .unwrap();
        file.write_all(&index.to_le_bytes()).unwrap();
    }
    let mut file = File::open(path).unwrap();
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The program that uploads.
struct Uploader {
    child: Child,
    memory: PathBuf,
}

impl Uploader {
    fn start(emulator: &Emulator, folder: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let child = Command::new(program)
            .args([
                "long_work::uploads::uploader",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(ENDPOINT, emulator.endpoint())
            .env(FOLDER, folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            child,
            memory: folder.join("memory"),
        }
    }

    /// Waits until the service has so many bytes; false if the program ends before.
    async fn runs_until(&mut self, emulator: &Emulator, bytes: u64) -> bool {
        loop {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            let sessions = emulator.upload_sessions();
            if sessions
                .first()
                .is_some_and(|session| session.received >= bytes)
            {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Ends the program, and gives the most memory that it had, as far as is known.
    fn end(mut self, is_killed: bool) -> u64 {
        if is_killed {
            self.child.kill().unwrap();
        }
        let status = self.child.wait().unwrap();
        assert_eq!(status.success(), !is_killed);
        let memory = fs::read_to_string(&self.memory).unwrap_or_default();
        memory.parse().unwrap_or_default()
    }
}

/// What a program does that uploads a file and may be started again.
#[test]
#[ignore = "it is the program that `an_upload_survives_faults_and_restarts` starts"]
fn uploader() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(upload());
}

async fn upload() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let builder = builder(endpoint).attempt_timeout(Duration::from_millis(500));
    let client = builder.build().unwrap();
    let kept = folder.join("session.json");
    let session = match fs::read(&kept) {
        Ok(state) => {
            let state = serde_json::from_slice(&state).unwrap();
            UploadSession::<DriveItem>::resume(&client, state).unwrap()
        }
        Err(_) => {
            let path = "/drive/root:/large.bin:/createUploadSession";
            let request = client.request::<()>(Method::POST, path).unwrap();
            let session = UploadSession::<DriveItem>::begin(request, LENGTH)
                .await
                .unwrap();
            fs::write(&kept, serde_json::to_vec(&session.state()).unwrap()).unwrap();
            session
        }
    };
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO);
    let memory = folder.join("memory");
    let session = session.retry(retry).on_progress(move |_| {
        fs::write(&memory, most_memory().to_string()).unwrap();
    });
    let mut session = session;
    let mut file = Blocking(File::open(folder.join("file")).unwrap());
    let item = session.send(&mut file).await.unwrap().into_inner().unwrap();
    assert_eq!(item.name.as_deref(), Some("large.bin"));
}

/// The most memory that this program ever had, in KiB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    number.map_or(0, |number| number.parse().unwrap())
}

/// A file that is read at once: this program has nothing else to do.
struct Blocking(File);

impl tokio::io::AsyncRead for Blocking {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let read = self.0.read(buffer.initialize_unfilled())?;
        buffer.advance(read);
        std::task::Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncSeek for Blocking {
    fn start_seek(mut self: std::pin::Pin<&mut Self>, position: SeekFrom) -> std::io::Result<()> {
        self.0.seek(position).map(drop)
    }

    fn poll_complete(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<u64>> {
        std::task::Poll::Ready(self.0.stream_position())
    }
}

#[tokio::test]
async fn an_attachment_is_where_outlook_says() {
    let emulator = emulator()
        .with_entities(
            "messages",
            serde_json::json!([{"id": "m", "subject": "Files"}]),
        )
        .start_in_memory()
        .unwrap();
    let client = client(&emulator);
    let path = "/messages/m/attachments/createUploadSession";
    let item = serde_json::json!({
        "AttachmentItem": {"attachmentType": "file", "name": "a.txt", "size": 6}
    });
    let request = client.request::<()>(Method::POST, path).unwrap();
    let request = request.body("application/json", item.to_string());
    let mut session = UploadSession::<DriveItem>::begin(request, 6).await.unwrap();
    let answer = session
        .send(&mut std::io::Cursor::new("abcdef"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let location = answer.location().expect("the attachment").to_owned();
    assert!(location.contains("attachments"), "{location}");
    assert!(answer.into_inner().is_none());
}
