"""A hub on this machine, for comparing 'tilt pull' with Python's huggingface_hub.

    python3 serve.py FOLDER [--large-bytes N] [--slow BYTES_PER_SECOND]

FOLDER/{org}/{name}/{revision}/ holds the files of a repository at a branch. Prints the hub's address. Files of at least
N bytes are answered by a redirect to a second port, as large files are on huggingface.co. Every request goes to standard
error as "hub GET /path" or "storage GET /path bytes=N-".
"""

import argparse
import hashlib
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit


class Repositories:
    def __init__(self, folder, large_bytes):
        self.commits, self.references, self.contents = {}, {}, {}
        for organisation in sorted(os.listdir(folder)):
            for name in sorted(os.listdir(os.path.join(folder, organisation))):
                for revision in sorted(os.listdir(os.path.join(folder, organisation, name))):
                    self.add(f"{organisation}/{name}", revision, os.path.join(folder, organisation, name, revision), large_bytes)

    def add(self, repository, revision, folder, large_bytes):
        files = {}
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(root, name)
                content = open(path, "rb").read()
                blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
                large = hashlib.sha256(content).hexdigest() if len(content) >= large_bytes else None
                files[os.path.relpath(path, folder)] = (content, blob, large)
                self.contents[large or blob] = content
        commit = hashlib.sha1(json.dumps([repository, *sorted((p, f[1]) for p, f in files.items())]).encode()).hexdigest()
        self.commits[repository, commit] = files
        self.references[repository, revision] = self.references[repository, commit] = commit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        storage = self.server is self.server.pair[1]
        print("storage" if storage else "hub", self.command, self.path.split("?signature")[0], self.headers.get("Range", ""), "authorized" if "Authorization" in self.headers else "", file=sys.stderr, flush=True)
        path = unquote(urlsplit(self.path).path)
        repositories = self.server.repositories
        if storage:
            return self.content(repositories.contents[path[1:]], {"ETag": '"' + "d" * 64 + '"'})
        if path.startswith("/api/models/"):
            kind = "/tree/" if "/tree/" in path else "/revision/"
            repository, _, revision = path[len("/api/models/"):].partition(kind)
            return self.listing(repository, revision or "main", kind == "/tree/")
        repository, _, rest = path[1:].partition("/resolve/")
        revision, _, file = rest.partition("/")
        commit = repositories.references.get((repository, revision))
        if commit is None:
            return self.refuse(404, "RevisionNotFound")
        found = repositories.commits[repository, commit].get(file)
        headers = {"X-Repo-Commit": commit}
        if found is None:
            return self.refuse(404, "EntryNotFound", headers)
        content, blob, large = found
        if large is None:
            return self.content(content, {**headers, "ETag": f'"{blob}"'})
        address = f"http://127.0.0.1:{self.server.pair[1].server_port}/{large}?signature=x"
        self.send(302, b"Found", {**headers, "X-Linked-Etag": f'"{large}"', "X-Linked-Size": str(len(content)), "Location": address})

    def listing(self, repository, revision, tree):
        repositories = self.server.repositories
        commit = repositories.references.get((repository, revision))
        if commit is None:
            known = any(r == repository for r, _ in repositories.references)
            return self.refuse(404 if known else 401, "RevisionNotFound" if known else "RepoNotFound")
        files = repositories.commits[repository, commit].items()
        if tree:
            entries = [{"type": "file", "path": p, "oid": b, "size": len(c), **({"lfs": {"oid": l, "size": len(c), "pointerSize": 130}} if l else {})} for p, (c, b, l) in files]
            return self.send(200, json.dumps(entries).encode(), {"Content-Type": "application/json"})
        blobs = "blobs" in parse_qs(urlsplit(self.path).query)
        detail = lambda c, b, l: {"size": len(c), "blobId": b, **({"lfs": {"sha256": l, "size": len(c), "pointerSize": 130}} if l else {})} if blobs else {}
        self.send(200, json.dumps({"id": repository, "sha": commit, "siblings": [{"rfilename": p, **detail(*f)} for p, f in files]}).encode(), {"Content-Type": "application/json"})

    def refuse(self, status, code, headers=None):
        self.send(status, b"{}", {**(headers or {}), "X-Error-Code": code, "X-Error-Message": code})

    def content(self, content, headers):
        start = int(self.headers["Range"].removeprefix("bytes=").split("-")[0]) if "Range" in self.headers else None
        if start is None:
            return self.send(200, content, headers)
        if start >= len(content):
            return self.send(416, b"", {**headers, "Content-Range": f"bytes */{len(content)}"})
        self.send(206, content[start:], {**headers, "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"})

    def send(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, quote(value, safe="/:?=&\"*;- ") if name == "Location" else value)
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            if not self.server.slow:
                return self.wfile.write(body)
            for start in range(0, len(body), self.server.slow // 20):
                self.wfile.write(body[start:start + self.server.slow // 20])
                time.sleep(0.05)
        except OSError:
            self.close_connection = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--large-bytes", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=0)
    arguments = parser.parse_args()
    repositories = Repositories(arguments.folder, arguments.large_bytes)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    for server in servers:
        server.pair, server.repositories, server.slow = servers, repositories, arguments.slow
    threading.Thread(target=servers[1].serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{servers[0].server_port}", flush=True)
    servers[0].serve_forever()


main()
