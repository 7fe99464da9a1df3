"""What is done to a random cache: each damage picks its victim by the world's dice, or does nothing."""

import json
import os
import stat

from slow_content import git_id, pointer_text
from worlds import Repo, World


def _pick(world: World) -> tuple[Repo, str, str] | None:
    """A repo, a commit and a path of it that is on the disk."""
    repo = world.dice.choice(world.repos)
    commit = world.dice.choice(sorted(repo.commits))
    there = sorted(p for p in repo.commits[commit] if os.path.lexists(world.at(f"{repo.place(commit)}/{p}")))
    return (repo, commit, world.dice.choice(there)) if there else None


def _real(world: World, path: str) -> str | None:
    """The plain file behind a path, seen from the root, when it lies in the cache."""
    whole = os.path.realpath(world.at(path))
    if not whole.startswith(str(world.root) + "/") or not os.path.exists(whole):
        return None
    return whole[len(str(world.root)) + 1:] if stat.S_ISREG(os.stat(whole).st_mode) else None


def _bytes(change):
    def damage(world: World) -> str | None:
        picked = _pick(world)
        path = picked and _real(world, f"{picked[0].place(picked[1])}/{picked[2]}")
        if not path:
            return None
        with open(world.at(path), "rb") as file:
            data = file.read()
        world.write(path, change(world, data))
        return path
    return damage


def _flip(world: World, data: bytes) -> bytes:
    if not data:
        return b"x"
    at = world.dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


flip = _bytes(_flip)
truncate = _bytes(lambda world, data: data[:len(data) // 2])
empty = _bytes(lambda world, data: b"")
grow = _bytes(lambda world, data: data + b"tail")
html = _bytes(lambda world, data: b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n")
xml = _bytes(lambda world, data: b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>")
error = _bytes(lambda world, data: b'{"error":"We had to rate limit you"}')
pointer = _bytes(lambda world, data: pointer_text("5" * 64, 12345))
zeros = _bytes(lambda world, data: data[:10] + b"\0" * 8192)
crlf = _bytes(lambda world, data: b"line\r\n" + data)


def _relinked(text):
    """Replaces a pointer by another link."""
    def damage(world: World) -> str | None:
        picked = _pick(world)
        if not picked:
            return None
        repo, commit, path = picked
        at = f"{repo.place(commit)}/{path}"
        made = text(world, repo, commit, path)
        if made is None:
            return None
        world.link(at, made)
        return f"{at} -> {made}"
    return damage


def _up(path: str, more: int = 0) -> str:
    return "../" * (2 + path.count("/") + more)


def _name(repo: Repo, commit: str, path: str) -> str:
    return repo.commits[commit][path].etag


def _other_file(world: World, repo: Repo, commit: str, path: str) -> str | None:
    others = sorted(p for p in repo.commits[commit] if p != path)
    return others and _up(path) + "blobs/" + _name(repo, commit, world.dice.choice(others)) or None


dangle = _relinked(lambda w, r, c, p: _up(p) + "blobs/" + "0" * w.dice.choice((40, 64)))
too_few = _relinked(lambda w, r, c, p: _up(p)[3:] + "blobs/" + _name(r, c, p))
too_many = _relinked(lambda w, r, c, p: _up(p, 1) + "blobs/" + _name(r, c, p))
absolute = _relinked(lambda w, r, c, p: w.at(f"{r.folder}/blobs/{_name(r, c, p)}"))
moved = _relinked(lambda w, r, c, p: f"/old/place/hub/{r.folder}/blobs/{_name(r, c, p)}")
escape = _relinked(lambda w, r, c, p: w.dice.choice(("/etc/passwd", "../" * 20 + "etc/passwd", _up(p, 2) + "x")))
loop = _relinked(lambda w, r, c, p: p.rpartition("/")[2])
elsewhere = _relinked(_other_file)
to_folder = _relinked(lambda w, r, c, p: _up(p) + "blobs")
other_repo = _relinked(lambda w, r, c, p: f"{_up(p, 1)}{w.dice.choice(w.repos).folder}/blobs/{_name(r, c, p)}"
                       if len(w.repos) > 1 else None)


def remove_pointer(world: World) -> str | None:
    picked = _pick(world)
    if picked:
        at = f"{picked[0].place(picked[1])}/{picked[2]}"
        os.unlink(world.at(at))
        return at
    return None


def remove_content(world: World) -> str | None:
    picked = _pick(world)
    path = picked and _real(world, f"{picked[0].place(picked[1])}/{picked[2]}")
    if path:
        os.unlink(world.at(path))
    return path


def remove_blob_entry(world: World) -> str | None:
    """The repo's own name for a blob: of a shared payload only the link."""
    picked = _pick(world)
    if picked:
        path = f"{picked[0].folder}/blobs/{_name(*picked)}"
        if os.path.lexists(world.at(path)):
            os.unlink(world.at(path))
            return path
    return None


def as_text(world: World) -> str | None:
    picked = _pick(world)
    if not picked:
        return None
    repo, commit, path = picked
    at = f"{repo.place(commit)}/{path}"
    world.write(at, (_up(path) + "blobs/" + _name(repo, commit, path)).encode())
    return at


def fifo(world: World) -> str | None:
    picked = _pick(world)
    if not picked:
        return None
    repo, commit, path = picked
    at = f"{repo.place(commit)}/{path}"
    if world.chance(40) and (real := _real(world, at)):
        at = real
    os.unlink(world.at(at))
    os.mkfifo(world.at(at))
    return at


def hostile_name(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    at = f"{repo.place(world.dice.choice(sorted(repo.commits)))}/" + world.dice.choice(
        ("evil\x1b[31m.json", "..\\evil.json", "C:evil.json", "\\\\server\\share.json", "a\nb/c.json"))
    world.write(at, b"{}")
    return at


def odd_name(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    at = f"{repo.place(world.dice.choice(sorted(repo.commits)))}/" + world.dice.choice(
        ("caf\udce9.json", "back\\slash.json", "CONFIG.json", "new.py", "extra.safetensors", "note.txt"))
    if not os.path.lexists(world.at(at)):
        world.write(at, b"{}")
    return at


def foreign_name(world: World) -> str | None:
    """A mirror's name for a blob: an MD5, a multipart ETag, the pointer's id, the Xet hash."""
    picked = _pick(world)
    if not picked:
        return None
    repo, commit, path = picked
    at = f"{repo.place(commit)}/{path}"
    real = _real(world, at)
    file = repo.commits[commit][path]
    if not real or not os.path.islink(world.at(at)) or not real.startswith(repo.folder):
        return None
    import hashlib
    name = world.dice.choice((hashlib.md5(file.content).hexdigest(), "0" * 32, "d41d8cd98f00b204e9800998ecf8427e-3",
                              git_id(pointer_text(file.sha256, len(file.content))), file.xet_hash, "abc-gzip"))
    with open(world.at(real), "rb") as old:
        world.write(f"{repo.folder}/blobs/{name}", old.read())
    world.link(at, _up(path) + f"blobs/{name}")
    return f"{at} -> {name}"


def ref(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    if not repo.refs:
        return None
    name = world.dice.choice(sorted(repo.refs))
    commit, at = repo.refs[name], f"{repo.folder}/refs/{name}"
    if not os.path.isfile(world.at(at)):
        return None
    text = world.dice.choice((b"", commit[:39].encode(), commit.upper().encode(), commit.encode() + b"\n",
                              b"\xef\xbb\xbf" + commit.encode(), commit.encode() + b"\r\n", b"ref: refs/heads/main",
                              b"f" * 40, commit.encode() + b" " * 985, commit.encode() + b" " * 984,
                              world.dice.choice(sorted(repo.commits)).encode()))
    world.write(at, text)
    return f"{at} = {text[:48]!r}"


def remove_ref(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    if not repo.refs:
        return None
    at = f"{repo.folder}/refs/{world.dice.choice(sorted(repo.refs))}"
    if os.path.isfile(world.at(at)):
        os.unlink(world.at(at))
    return at


def ref_as_folder(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    at = f"{repo.folder}/refs/main"
    if os.path.isfile(world.at(at)):
        os.unlink(world.at(at))
        world.write(f"{at}/x", sorted(repo.commits)[0].encode())
        return at
    return None


def listing(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    if not repo.listed:
        return None
    commit = world.dice.choice(sorted(repo.listed))
    at = f"{repo.folder}/trees/{commit}.json"
    with open(world.at(at), "rb") as file:
        try:
            whole = json.loads(file.read())
        except ValueError:
            return None
    if not isinstance(whole, dict) or "files" not in whole:
        return None
    how = world.dice.randrange(8)
    victim = world.dice.choice(sorted(whole["files"]))
    if how == 0:
        whole["format_version"] = 2
    elif how == 1:
        whole["files"][victim]["xet_hash"] = "zz"
    elif how == 2:
        whole["files"][victim]["lfs_size"] = 7
        whole["files"][victim].setdefault("lfs_sha256", "1" * 64)
    elif how == 3:
        whole["files"]["../climbs.json"] = whole["files"][victim]
    elif how == 4:
        del whole["files"][victim]
    elif how == 5:
        whole["files"]["listed-only.json"] = {"size": 3, "blob_id": "1" * 40}
    elif how == 6:
        whole["files"][victim] = {"size": 9, "blob_id": git_id(b"other")}
    text = json.dumps(whole).encode()
    world.write(at, text[:len(text) // 2] if how == 7 else text)
    return f"{at} ({how}, {victim})"


def marker(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    commit = world.dice.choice(sorted(repo.commits))
    path = world.dice.choice([*sorted(repo.commits[commit]), "nobody/has.json"])
    at = f"{repo.folder}/.no_exist/{commit}/{path}"
    world.write(at, b"")
    return at


def leftover(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    blob, commit = f"{repo.folder}/blobs/", sorted(repo.commits)[0]
    at = world.dice.choice((
        blob + "0" * 64 + ".1a2b3c4d.incomplete", blob + "0" * 40 + ".incomplete", blob + "0" * 40 + ".part",
        blob + "0" * 64 + ".sync.part", blob + "1" * 40 + ".lock", f"{repo.folder}/refs/main.1a2b3c4d.tmp",
        f"{repo.folder}/trees/tmp0a1b2c3d.tmp", f"{repo.folder}/notes.txt", "notes.txt", "CACHEDIR.TAG",
        ".DS_Store", "version.txt", f"{repo.folder}/snapshots/readme", f"{repo.folder}/snapshots/latest/x.txt",
        blob + git_id(b"orphan"), blob + "9" * 40))
    world.write(at, b"orphan")
    return at + ("" if commit else "")


def empty_snapshot(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    commit = world.dice.choice(sorted(repo.commits))
    _clear(world.at(repo.place(commit)))
    if world.chance(60):
        os.makedirs(world.at(repo.place(commit)))
    return repo.place(commit)


def remove_repo(world: World) -> str | None:
    repo = world.dice.choice(world.repos)
    _clear(world.at(repo.folder))
    world.repos = [r for r in world.repos if r is not repo] or world.repos
    if world.chance(30):
        world.write(repo.folder, b"no folder")
    return repo.folder


def _clear(whole: str) -> None:
    import shutil
    if os.path.isdir(whole):
        shutil.rmtree(whole)


def closed_blob(world: World) -> str | None:
    picked = _pick(world)
    path = picked and _real(world, f"{picked[0].place(picked[1])}/{picked[2]}")
    if path:
        os.chmod(world.at(path), 0)
    return path


FREQUENT = (flip, truncate, empty, grow, html, error, pointer, zeros, dangle, elsewhere, remove_pointer, remove_content,
            foreign_name, listing, ref, leftover, odd_name)
RARE = (xml, crlf, too_few, too_many, absolute, moved, escape, loop, to_folder, other_repo, remove_blob_entry, as_text,
        fifo, hostile_name, remove_ref, ref_as_folder, marker, empty_snapshot, remove_repo, closed_blob)


NAMES = {value: name for name, value in list(globals().items()) if callable(value)}


def damage(world: World) -> None:
    """Nothing in a fourth of the worlds, else up to four things."""
    for _ in range(world.dice.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        done = world.dice.choice(world.dice.choice((FREQUENT, RARE)))
        try:
            said = done(world)
        except (PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError, FileNotFoundError):
            continue  # an earlier damage took the ground away
        if said:
            world.steps.append(f"{NAMES[done]} {said}")
