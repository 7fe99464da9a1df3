"""A Hub of one repo, served by nginx from a healthy cache, so that no figure is that of a server in Python.

Revision and listing are files made once; a small file answers by a relative 307 to resolve-cache and a
large one by a 302 to a content host of its own, as the Hub does (tests/hub/hub_protocol.py).
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import caches

PAGE = 1000
LARGE = 10_000_000  # bytes: what the Hub stores as LFS

CONFIGURATION = """
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log {log};
  sendfile on;
  tcp_nopush on;
  etag off;
  default_type application/octet-stream;
  keepalive_requests 1000000;
  client_body_temp_path {place};
  proxy_temp_path {place};
  fastcgi_temp_path {place};
  uwsgi_temp_path {place};
  scgi_temp_path {place};
  map_hash_max_size 65536;
  map_hash_bucket_size 256;
  map $uri $blob {{ include {place}/blobs; }}
  map $uri $size {{ include {place}/sizes; }}
  map $arg_cursor $following {{ default ""; include {place}/pages; }}
  add_header X-Repo-Commit {commit};
  server {{
    listen 127.0.0.1:{hub};
    location ~ ^/api/models/bench/[^/]+/revision/ {{
      default_type application/json;
      alias {place}/revision.json;
    }}
    location ~ ^/api/models/bench/[^/]+/tree/ {{
      default_type application/json;
      add_header Link $following;
      alias {place}/tree-$arg_cursor.json;
    }}
    location ~ ^/bench/(?<name>[^/]+)/resolve/(?:main|{commit})/(?<path>.+)$ {{
      add_header X-Repo-Commit {commit};
      add_header X-Linked-Etag '"$blob"';
      add_header X-Linked-Size $size;
      if ($size) {{ return 302 http://127.0.0.1:{content}/$blob; }}
      return 307 /api/resolve-cache/models/bench/$name/{commit}/$path;
    }}
    location ~ ^/api/resolve-cache/models/bench/[^/]+/{commit}/(?<path>.+)$ {{
      add_header X-Repo-Commit {commit};
      add_header ETag '"$blob"';
      alias {snapshot}/$path;
    }}
  }}
  server {{
    listen 127.0.0.1:{content};
    root {blobs};
  }}
}}
"""


def free_ports(count):
    """Bound all at once, so that they differ; whoever takes one in the next moment stops the bench."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def pointer_oid(digest, size):
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"
    return caches.git_oid(text.encode())


class NginxHub:
    """A context manager: `with NginxHub(folder, "bench/name", core=0) as hub: hub.origin`."""

    def __init__(self, folder, repo, core=None):
        self.repo, self.core = repo, core
        self.folder = folder
        self.blobs = os.path.join(folder, "blobs")
        self.snapshot = os.path.join(folder, "snapshots", caches.COMMIT)
        self.place = tempfile.mkdtemp(prefix="hubward-nginx-")
        self.child = None

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if program is None:
            raise SystemExit("bench: no nginx; Debian calls its package nginx")
        hub, content = free_ports(2)
        self.origin, self.content_origin = f"http://127.0.0.1:{hub}", f"http://127.0.0.1:{content}"
        self.write_answers()
        text = CONFIGURATION.format(place=self.place, commit=caches.COMMIT, hub=hub, content=content,
                                    snapshot=self.snapshot, blobs=self.blobs, log="off")
        if os.geteuid() == 0:
            text = "user root;\n" + text  # the bench's folders may be closed to others
        with open(os.path.join(self.place, "nginx.conf"), "w", encoding="utf-8") as stream:
            stream.write(text)
        command = [program, "-c", os.path.join(self.place, "nginx.conf"), "-p", self.place,
                   "-e", os.path.join(self.place, "error.log")]
        if self.core is not None:
            command = ["taskset", "-c", str(self.core), *command]
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.wait_for(hub)
        return self

    def wait_for(self, port):
        for _ in range(200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.child.poll() is not None:
                break
            time.sleep(0.05)
        with open(os.path.join(self.place, "error.log"), encoding="utf-8") as stream:
            raise SystemExit("bench: nginx did not come up: " + stream.read())

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait()
        shutil.rmtree(self.place, ignore_errors=True)

    def content_urls(self):
        return [f"{self.content_origin}/{name}" for name in sorted(os.listdir(self.blobs))]

    def write(self, name, text):
        with open(os.path.join(self.place, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def entries(self):
        for path in sorted(os.listdir(self.snapshot)):
            blob = os.path.basename(os.readlink(os.path.join(self.snapshot, path)))
            yield path, blob, os.path.getsize(os.path.join(self.blobs, blob))

    def write_answers(self):
        listing, blobs, sizes = [], [], []
        for path, blob, size in self.entries():
            entry = {"type": "file", "oid": blob, "size": size, "path": path}
            asked = [f"/{self.repo}/resolve/{name}/{path}" for name in ("main", caches.COMMIT)]
            if len(blob) == 64:
                entry["oid"] = pointer_oid(blob, size)
                entry["lfs"] = {"oid": blob, "size": size, "pointerSize": 134}
                sizes += [f"{uri} {size};" for uri in asked]
            else:
                asked.append(f"/api/resolve-cache/models/{self.repo}/{caches.COMMIT}/{path}")
            blobs += [f"{uri} {blob};" for uri in asked]
            listing.append(entry)
        self.write("blobs", "\n".join(blobs) + "\n")
        self.write("sizes", "\n".join(sizes) + "\n")
        self.write("revision.json", json.dumps({
            "id": self.repo, "sha": caches.COMMIT, "private": False, "gated": False, "disabled": False,
            "tags": [], "downloads": 0, "likes": 0, "siblings": [],
            "lastModified": "2026-01-01T00:00:00.000Z", "createdAt": "2026-01-01T00:00:00.000Z"}))
        following = []
        for begin in range(0, max(len(listing), 1), PAGE):
            cursor = begin or ""
            self.write(f"tree-{cursor}.json", json.dumps(listing[begin:begin + PAGE]))
            if begin + PAGE < len(listing):
                tree = f"{self.origin}/api/models/{self.repo}/tree/{caches.COMMIT}?recursive=true"
                of = str(begin) if begin else '""'
                following.append(f"{of} '<{tree}&cursor={begin + PAGE}>; rel=\"next\"';")
        self.write("pages", "\n".join(following) + "\n")
