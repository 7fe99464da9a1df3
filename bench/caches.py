"""Healthy hub caches of every size that a figure asks for, made once under build/bench."""

import hashlib
import json
import os
import random
import shutil

COMMIT = "b" * 40


def git_oid(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Cache:
    """A healthy hub cache. A directory appears under its name only once it is whole."""

    def __init__(self, path):
        self.path = path

    def made_once(self, fill):
        if os.path.isdir(self.path):
            return self
        print(f"making {self.path} ...", flush=True)
        final, self.path = self.path, self.path + ".part"
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path)
        fill(self)
        os.rename(self.path, final)
        self.path = final
        return self

    def folder_of(self, name):
        return os.path.join(self.path, "models--bench--" + name)

    def repo(self, name, files, commits=(COMMIT,)):
        """files: pairs of path and (blob name, bytes); an iterator keeps one blob in memory. Every
        commit holds all of them."""
        repo = self.folder_of(name)
        os.makedirs(os.path.join(repo, "blobs"))
        os.makedirs(os.path.join(repo, "refs"))
        for commit in commits:
            os.makedirs(os.path.join(repo, "snapshots", commit))
        for path, (blob, data) in files:
            with open(os.path.join(repo, "blobs", blob), "wb") as stream:
                stream.write(data)
            for commit in commits:
                os.symlink(f"../../blobs/{blob}", os.path.join(repo, "snapshots", commit, path))
        with open(os.path.join(repo, "refs", "main"), "w", encoding="ascii") as stream:
            stream.write(commits[-1])

    def sparse_repo(self, name, count, size):
        """`count` files of `size` zero bytes that take no room, and the listing that tells their
        size. Their names are no hashes of them: a level below content does not ask."""
        files = {}
        self.repo(name, ())
        for number in range(count):
            path, blob = f"weights-{number:03}.bin", f"{number:064x}"
            with open(os.path.join(self.folder_of(name), "blobs", blob), "wb") as stream:
                stream.truncate(size)
            os.symlink(f"../../blobs/{blob}",
                       os.path.join(self.folder_of(name), "snapshots", COMMIT, path))
            pointer = ("version https://git-lfs.github.com/spec/v1\n"
                       f"oid sha256:{blob}\nsize {size}\n").encode()
            files[path] = {"size": size, "blob_id": git_oid(pointer),
                           "lfs": {"size": size, "sha256": blob, "pointer_size": len(pointer)}}
        os.makedirs(os.path.join(self.folder_of(name), "trees"))
        listing = os.path.join(self.folder_of(name), "trees", COMMIT + ".json")
        with open(listing, "w", encoding="ascii") as stream:
            json.dump({"format_version": 1, "files": files}, stream)

    def blobs(self):
        return sorted(
            os.path.join(folder, name)
            for folder, _, names in os.walk(self.path)
            if os.path.basename(folder) == "blobs"
            for name in names
        )


def parts(count, size, seed, named=git_oid):
    """`count` small files, all different."""
    source = random.Random(seed)
    for number in range(count):
        data = source.randbytes(size)
        yield f"part-{number}.dat", (named(data), data)


def nothing(_):
    """An empty directory."""


def large_blobs(count, size):
    def files():
        for number in range(count):
            data = os.urandom(size)
            yield f"weights-{number}.bin", (sha256(data), data)

    return lambda cache: cache.repo("large", files())


def small_files(named):
    def fill(cache):
        for repo in range(20):
            cache.repo(f"small-{repo}", parts(1000, 4096, repo, named))

    return fill


def large_and_small(cache):
    large_blobs(20, 200_000_000)(cache)
    small_files(git_oid)(cache)


def nine_models(cache):
    for repo in range(9):
        weights = random.Random(repo).randbytes(20_000_000)
        cache.repo(f"model-{repo}", [*parts(6, 20_000, 100 + repo),
                                     ("model.safetensors", (sha256(weights), weights))])


def many_repos(cache):
    for repo in range(1000):
        cache.repo(f"many-{repo}", parts(20, 64, repo))


def many_pointers(cache):
    for repo in range(20):
        cache.repo(f"pointers-{repo}", parts(5000, 16, repo))


def many_files(cache):
    cache.repo("wide", parts(200_000, 16, 0))


def sparse_blobs(cache):
    cache.sparse_repo("sparse", 20, 5_000_000_000)


def files(count):
    return lambda cache: cache.repo("files", parts(count, 64, count))


def repos(count):
    def fill(cache):
        for repo in range(count):
            cache.repo(f"repo-{repo}", parts(5, 64, repo))

    return fill


def megabytes(count):
    return large_blobs(8, count * 1_000_000)


def revisions(count):
    commits = [f"{number:040x}" for number in range(count)]
    return lambda cache: cache.repo("revisions", parts(100, 64, count), commits)
