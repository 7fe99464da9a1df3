"""What the Hub answers: a pure function from a request to an answer, without a socket.

Follows the protocol as the clients rely on it, redirects included: a small file of a public repo
with a namespace answers by a relative 307 to resolve-cache, an LFS file by an absolute 302 to a
content host that knows no repo. A server that answers everything directly would hide what clients
get wrong: metadata read from the wrong hop, a token sent along, an unescaped Location.
Source: hub-cache-format 4; huggingface_hub 2.4.0, file_download.py, hf_api.py; hf-hub 0.4.3.
"""

import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from email.message import Message

from synthetic_repos import RENAMED, File, Repo

TYPES = {"models": "model", "datasets": "dataset", "spaces": "space", "kernels": "kernel"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # still percent-encoded, without the query
    query: str
    headers: Message
    body: bytes = b""


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None  # half of the body, then the rest once this is set
    drip: tuple[int, float] | None = None  # so many bytes, and then one in so many seconds


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    """The Hub's way to say no: a code and a text in headers, the text again as JSON."""
    answer = as_json({"error": message}, status)
    answer.headers |= {"X-Error-Code": code, "X-Error-Message": message} | headers
    return answer


def as_json(value: object, status: int = 200) -> Answer:
    body = json.dumps(value).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8"})


def ranged(content: bytes, wanted: str | None) -> Answer:
    """200 with everything, 206 with one byte range, or 416 where the range holds no byte."""
    answer = Answer(200, content, {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"})
    if wanted is None or not wanted.startswith("bytes=") or "," in wanted:
        return answer
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    size = len(content)
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        return Answer(416, b"", {"Content-Range": f"bytes */{size}"})
    answer.status, answer.body = 206, content[begin : end + 1]
    answer.headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return answer


def wanted_range(request: Request, etag: str) -> str | None:
    """RFC 9110, 13.1.5: another etag than the one in If-Range makes the range void."""
    return request.headers.get("Range") if request.headers.get("If-Range", etag) == etag else None


class HubProtocol:
    """Answers for one set of repos. `origin` and `content_origin` are known once sockets are bound."""

    def __init__(self, repos: dict[tuple[str, str], Repo], token: str | None, page_size: int):
        self._repos = repos
        self._token = token
        self._page_size = page_size
        self._contents = {f.sha256: f for r in repos.values() for c in r.commits.values() for f in c.values()}
        self.origin = ""
        self.content_origin = ""
        # Clients that need one speak to a Xet store in native code, and there is none here.
        self.offers_xet = True
        # Until mid-2025 the Hub answered small files itself; clients of that time follow no relative hop.
        self.redirects_small_files = True

    def serve(self, repo: Repo) -> None:
        """One more; the set of repos is the caller's own."""
        self._repos[repo.type, repo.id] = repo
        self._contents |= {f.sha256: f for files in repo.commits.values() for f in files.values()}

    def answer(self, request: Request) -> Answer:
        parts = urllib.parse.urlsplit(request.path).path.lstrip("/").split("/")
        if parts == ["api", "whoami-v2"]:
            return self._whoami(request)
        if parts[:2] == ["api", "resolve-cache"]:
            return self._resolve_cache(request, parts[2:])
        if parts[0] == "api" and len(parts) > 2 and parts[1] in TYPES:
            return self._api(request, TYPES[parts[1]], parts[2:])
        repo_type = "model"
        if parts[0] in TYPES and parts[0] != "models":
            repo_type, parts = TYPES[parts[0]], parts[1:]
        for verb in ("resolve", "raw"):
            if verb in parts[1:3]:
                at = parts.index(verb, 1)
                return self._file(request, repo_type, "/".join(parts[:at]), verb, parts[at + 1 :])
        return error(404, "RepoNotFound", "Sorry, we can't find the page you are looking for.")

    def content_answer(self, request: Request) -> Answer:
        """The content host: knows bytes by their SHA-256 and wants a signature, but no token."""
        name = request.path.rsplit("/", 1)[-1]
        if name not in self._contents:
            return Answer(404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>")
        if "Signature=" not in request.query:
            return Answer(403, b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>")
        etag = f'"{name[:32]}"'  # of the store's own making, as S3's are
        answer = ranged(self._contents[name].content, wanted_range(request, etag))
        answer.headers["ETag"] = etag
        return answer

    def _whoami(self, request: Request) -> Answer:
        """Whose the token is; the rate limit's headers stand on the refusal, too."""
        given = request.headers.get("Authorization")
        known = given is not None and given == f"Bearer {self._token}"
        answer = as_json({"type": "user", "name": "tester"}) if known else error(
            401, "", "Invalid credentials in Authorization header" if given else "Invalid username or password.")
        quota = 1000 if known else 500
        answer.headers |= {"RateLimit": f'"api";r={quota - 1};t=55',
                           "RateLimit-Policy": f'"fixed window";"api";q={quota};w=300'}
        return answer

    def _find(self, request: Request, repo_type: str, repo_id: str) -> Repo | Answer:
        """The repo, or why it is not to be had."""
        new_id = RENAMED.get((repo_type, repo_id))
        if new_id is not None:
            path = request.path.replace(f"/{repo_id}/", f"/{new_id}/", 1)
            if path == request.path:
                path = request.path.removesuffix(repo_id) + new_id
            path = urllib.parse.quote(path, safe="/%")
            query = f"?{request.query}" if request.query else ""
            return Answer(307, b"", {"Location": path + query})
        given = request.headers.get("Authorization")
        known = self._token is not None and given == f"Bearer {self._token}"
        if given is not None and self._token is not None and not known:
            return error(401, "", "Invalid credentials in Authorization header")
        repo = self._repos.get((repo_type, repo_id))
        if repo is None or (repo.private and not known):
            return error(404 if known else 401, "RepoNotFound", "Repository not found")
        if repo.gated and not known:
            return error(403, "GatedRepo", f"Access to model {repo.id} is restricted. You must be authenticated.")
        return repo

    def _file(self, request: Request, repo_type: str, repo_id: str, verb: str, rest: list[str]) -> Answer:
        found = self._find(request, repo_type, repo_id)
        if isinstance(found, Answer):
            return found
        # A revision's slashes are encoded (%2F), so it is one part; "refs/pr/1" as three is taken too.
        revision, path = urllib.parse.unquote(rest[0]), "/".join(rest[1:])
        if rest[0] == "refs" and len(rest) > 3:
            revision, path = "/".join(rest[:3]), "/".join(rest[3:])
        commit = found.resolve(revision)
        if commit is None:
            return error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        file = found.commits[commit].get(urllib.parse.unquote(path))
        if file is None:
            return error(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": commit})
        if verb == "raw":
            content = file.pointer if file.lfs else file.content
            return self._plain(request, file, commit, content)
        if file.lfs:
            return self._to_content_host(found, file, commit)
        here = not self.redirects_small_files or found.private or found.gated
        if "/" in found.id and file.size and not here:
            return self._to_resolve_cache(request, found, file, commit)
        return self._plain(request, file, commit, file.content)

    def _plain(self, request: Request, file: File, commit: str, content: bytes) -> Answer:
        etag = f'"{file.blob_id}"'
        answer = ranged(content, wanted_range(request, etag))
        if request.headers.get("If-None-Match") == etag:
            answer = Answer(304)
        answer.headers |= {"ETag": etag, "X-Repo-Commit": commit}
        return answer

    def _to_resolve_cache(self, request: Request, repo: Repo, file: File, commit: str) -> Answer:
        path = urllib.parse.quote(file.path)
        whole = urllib.parse.quote(request.path, safe="")
        etag = urllib.parse.quote(f'"{file.blob_id}"', safe="")
        location = f"/api/resolve-cache/{repo.type}s/{repo.id}/{commit}/{path}?{whole}=&etag={etag}"
        return Answer(307, b"Temporary Redirect", {"Location": location, "X-Repo-Commit": commit})

    def _resolve_cache(self, request: Request, parts: list[str]) -> Answer:
        repo_id, commit, path = "/".join(parts[1:3]), parts[3], urllib.parse.unquote("/".join(parts[4:]))
        repo = self._repos.get((TYPES[parts[0]], repo_id))
        if repo is None or path not in repo.commits.get(commit, {}):
            return error(404, "EntryNotFound", "Entry not found")
        file = repo.commits[commit][path]
        return self._plain(request, file, commit, file.content)

    def _to_content_host(self, repo: Repo, file: File, commit: str) -> Answer:
        location = f"{self.content_origin}/xet-bridge/{repo.folder}/{file.sha256}?Signature=loopback&Expires=1"
        refresh = f"{self.origin}/api/{repo.type}s/{repo.id}/xet-read-token/{commit}"
        answer = Answer(302, b"Found. Redirecting", {
            "Location": location, "X-Repo-Commit": commit, "Accept-Ranges": "bytes",
            "X-Linked-Size": str(file.size), "X-Linked-Etag": f'"{file.sha256}"',
        })
        if self.offers_xet:
            answer.headers |= {"X-Xet-Hash": file.xet_hash or "", "Link": f'<{refresh}>; rel="xet-auth"'}
        return answer

    def _api(self, request: Request, repo_type: str, parts: list[str]) -> Answer:
        verbs = ("revision", "tree", "paths-info", "refs", "xet-read-token")
        at = next((i for i in (1, 2) if i < len(parts) and parts[i] in verbs), len(parts))
        found = self._find(request, repo_type, "/".join(parts[:at]))
        if isinstance(found, Answer):
            return found
        verb = parts[at] if at < len(parts) else "revision"
        if verb == "refs":
            return as_json(_refs(found))
        rest = parts[at + 1 :] or ["main"]
        revision, below = urllib.parse.unquote(rest[0]), "/".join(rest[1:])
        if rest[0] == "refs":
            revision, below = "/".join(rest[:3]), "/".join(rest[3:])
        commit = found.resolve("main" if revision == "HEAD" else revision)
        if commit is None:
            return error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        query = dict(urllib.parse.parse_qsl(request.query))
        if verb == "revision":
            return as_json(_info(found, commit, query.get("blobs") == "true"))
        if verb == "tree":
            return self._tree(request, found, commit, urllib.parse.unquote(below), query)
        if verb == "paths-info":
            return as_json(_paths_info(request, found, commit, self.offers_xet))
        return error(404, "EntryNotFound", "There is no Xet store behind the loopback Hub")

    def _tree(self, request: Request, repo: Repo, commit: str, below: str, query: dict[str, str]) -> Answer:
        """One page; the next one is named by a Link header, as an absolute URL."""
        recursive = query.get("recursive", "").lower() == "true"
        entries = tree_entries(repo, commit, below, recursive, self.offers_xet)
        begin = int(query.get("cursor", "0"))
        answer = as_json(entries[begin : begin + self._page_size])
        if begin + self._page_size < len(entries):
            query["cursor"] = str(begin + self._page_size)
            following = f"{self.origin}{request.path}?{urllib.parse.urlencode(query)}"
            answer.headers["Link"] = f'<{following}>; rel="next"'
        return answer


def _entry(file: File, with_xet: bool) -> dict[str, object]:
    entry: dict[str, object] = {"type": "file", "oid": file.blob_id, "size": file.size, "path": file.path}
    if file.lfs:
        entry["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
        if with_xet:
            entry["xetHash"] = file.xet_hash
    return entry


def tree_entries(repo: Repo, commit: str, below: str, recursive: bool,
                 with_xet: bool = True) -> list[dict[str, object]]:
    """Files and folders of a commit by path; a folder's oid is invented, nothing reads it."""
    entries: dict[str, dict[str, object]] = {}
    prefix = f"{below}/" if below else ""
    for file in repo.commits[commit].values():
        if not file.path.startswith(prefix):
            continue
        inner = file.path.removeprefix(prefix).split("/")
        for depth in range(1, len(inner)):
            folder = prefix + "/".join(inner[:depth])
            if recursive or depth == 1:
                oid = commit[:20] + f"{len(folder):020}"
                entries[folder] = {"type": "directory", "oid": oid, "size": 0, "path": folder}
        if recursive or len(inner) == 1:
            entries[file.path] = _entry(file, with_xet)
    return [entries[path] for path in sorted(entries)]


def _info(repo: Repo, commit: str, with_blobs: bool) -> dict[str, object]:
    siblings = []
    for file in sorted(repo.commits[commit].values(), key=lambda f: f.path):
        sibling: dict[str, object] = {"rfilename": file.path}
        if with_blobs:
            sibling |= {"size": file.size, "blobId": file.blob_id}
            if file.lfs:
                sibling["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
        siblings.append(sibling)
    return {"_id": commit[:24], "id": repo.id, "sha": commit, "private": repo.private, "gated": repo.gated,
            "disabled": False, "tags": [], "downloads": 0, "likes": 0, "siblings": siblings,
            "lastModified": "2026-01-01T00:00:00.000Z", "createdAt": "2026-01-01T00:00:00.000Z"}


def _paths_info(request: Request, repo: Repo, commit: str, with_xet: bool) -> list[dict[str, object]]:
    """The entries of the paths asked for; with `expand` also the last commit that touched each."""
    if "json" in (request.headers.get("Content-Type") or ""):
        asked = json.loads(request.body)
        paths, expand = asked.get("paths", []), bool(asked.get("expand"))
    else:
        form = urllib.parse.parse_qs(request.body.decode())
        paths, expand = form.get("paths", []), form.get("expand", [""])[0].lower() == "true"
    files = repo.commits[commit]
    entries = [_entry(files[path], with_xet) for path in paths if path in files]
    if expand:
        for entry in entries:
            last = repo.last_commit(commit, entry["path"])
            entry["lastCommit"] = {"id": last, "title": "a commit", "date": "2026-01-01T00:00:00.000Z"}
    return entries


def _refs(repo: Repo) -> dict[str, object]:
    def rows(prefix: str, names: dict[str, str]) -> list[dict[str, str]]:
        return [{"name": n, "ref": prefix + n, "targetCommit": c} for n, c in sorted(names.items())]

    return {"branches": rows("refs/heads/", repo.branches), "tags": rows("refs/tags/", repo.tags),
            "converts": rows("refs/convert/", repo.converts), "pullRequests": rows("refs/pr/", repo.pulls)}
