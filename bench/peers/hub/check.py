"""The Python side of check.sh: what huggingface_hub makes of a cache that Tilt wrote, and a cache for Tilt to use."""

import json
import os
import sys

step, home = sys.argv[1], sys.argv[2]
os.environ["HF_HOME"] = home

import huggingface_hub as hub  # noqa: E402  (reads HF_HOME when it is imported)

CACHE = os.path.join(home, "hub")


def files(folder):
    return {os.path.relpath(os.path.join(r, n), folder): open(os.path.join(r, n), "rb").read() for r, _, ns in os.walk(folder) for n in ns}


if step == "verify":
    source = files("repositories/org/model/main")
    folder = hub.snapshot_download("org/model", local_files_only=True)
    got = files(folder)
    assert got and all(source[path] == content for path, content in got.items()), "contents differ"
    for path in source:
        found = hub.try_to_load_from_cache("org/model", path)
        assert (found is not None) == (path in got), path
    assert hub.try_to_load_from_cache("org/model", "chat_template.jinja") is hub.file_download._CACHED_NO_EXIST
    info = hub.scan_cache_dir(CACHE)
    assert not info.warnings, info.warnings
    assert not getattr(info, "incomplete_files", None)
    (repository,) = info.repos
    (revision,) = repository.revisions
    assert repository.repo_id == "org/model" and "main" in revision.refs and len(revision.files) == len(got)
    for file in revision.files:
        assert os.path.dirname(file.blob_path) == os.path.join(os.path.realpath(CACHE), "models--org--model", "blobs"), file
    print(f"huggingface_hub {hub.__version__} reads Tilt's cache: {len(got)} files, {len(source) - len(got)} of the repository left out.")
elif step == "download":
    print(hub.snapshot_download("org/model"))
elif step == "complete":
    before = {path: os.stat(os.path.join(CACHE, "models--org--model", "blobs", path)).st_mtime_ns for path in os.listdir(os.path.join(CACHE, "models--org--model", "blobs"))}
    folder = hub.snapshot_download("org/model")
    assert files(folder) == files("repositories/org/model/main")
    for path, time in before.items():
        assert os.stat(os.path.join(CACHE, "models--org--model", "blobs", path)).st_mtime_ns == time, f"{path} was fetched again"
    print("huggingface_hub completes Tilt's snapshot and fetches nothing again.")
elif step == "hold":
    # Holds the lock of the weights until a line comes on standard input.
    from huggingface_hub.utils import WeakFileLock
    os.makedirs(os.path.dirname(sys.argv[3]), exist_ok=True)
    with WeakFileLock(sys.argv[3]):
        print("held", flush=True)
        sys.stdin.readline()
else:
    sys.exit(json.dumps(["verify", "download", "complete", "hold"]))
