"""What is asked of a random cache: a manifest, perhaps a lock, a level, a scope."""

from slow_verify import Asked
from worlds import Repo, World


def _line(world: World, repo: Repo) -> tuple[tuple, str]:
    dice = world.dice
    revision = dice.choice([*sorted(repo.refs), *sorted(repo.commits), "main"])
    prefix = "" if repo.type == "models" and "/" not in repo.id and dice.randrange(3) else repo.type + "/"
    if repo.type == "models" and "/" in repo.id and dice.randrange(2):
        prefix = ""
    words = [prefix + repo.id + ("" if revision == "main" and dice.randrange(2) else f"@{revision}")]
    paths = sorted({p for files in repo.commits.values() for p in files})
    kind = dice.randrange(10)
    if kind == 0:
        words.append("profile:tokenizer")
    elif kind == 1:
        words.append("profile:all")
    elif kind == 2:
        words += [f"file:{_quoted(dice.choice(paths))}"]
    elif kind == 3:
        words += ["file:" + dice.choice(("*.json", "*.safetensors", "conf?g.json", "[a-c]*.json", "nothing-*.x", "1_Pooling/"))]
    elif kind == 4:
        words += ["gguf:" + dice.choice(["tiny.Q4_K.gguf", "q-00001-of-00002.gguf"])]
    if kind > 2 and dice.randrange(4) == 0:
        words.append("not:" + dice.choice(("*.bin", "*.safetensors", "onnx/", "vocab*", "*.md", "text_encoder/*",
                                           "[!a-z]*", "tokenizer*")))
    if dice.randrange(8) == 0:
        words.append("optional")
    return (repo.type, repo.id, revision), " ".join(words) + dice.choice(("", "", "  # why", "\t# x \"y\""))


def _quoted(path: str) -> str:
    """As a glob that matches this path alone: no path here holds a magic character."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _lock(world: World, lines: list[tuple]) -> str:
    dice, text = world.dice, "version = 1\n"
    rows = []
    for type_, id_, revision in lines:
        repo = next((r for r in world.repos if (r.type, r.id) == (type_, id_)), None)
        if repo is None or dice.randrange(5) == 0:
            continue
        commit = revision if revision in repo.commits else dice.choice(sorted(repo.commits))
        if revision in repo.refs and dice.randrange(5):
            commit = repo.refs[revision]
        files = {p: f for p, f in repo.commits[commit].items() if p not in repo.absent[commit]}
        if files:
            rows.append((id_, type_, revision, commit, files))
    for id_, type_, revision, commit, files in sorted(rows, key=lambda row: row[:3]):
        text += f'\n[[repo]]\nid = "{id_}"\ntype = "{type_[:-1]}"\nrevision = "{revision}"\ncommit = "{commit}"\n'
        for path, file in sorted(files.items(), key=lambda item: item[0].encode()):
            if len(files) > 1 and dice.randrange(20) == 0:
                continue
            oid = f"sha256:{file.sha256}" if file.lfs or dice.randrange(5) == 0 else f"sha1:{file.git_id}"
            wrong = dice.randrange(25) == 0
            if wrong:
                oid = "sha256:" + "0" * 64
            text += f'\n  [[repo.file]]\n  path = "{path}"\n  size = {len(file.content)}\n  oid = "{oid}"\n'
            if dice.randrange(6) == 0 and not wrong:
                text += f'  sha256 = "{file.sha256}"\n'
    return text


def ask(world: World) -> Asked:
    dice = world.dice
    asked = Asked(all=dice.randrange(2) == 0)
    if not (asked.all and dice.randrange(4) == 0):
        lines = dict(_line(world, dice.choice(world.repos)) for _ in range(dice.choice((1, 1, 2, 3))))
        if dice.randrange(12) == 0:
            lines["models", "absent/tiny", "main"] = "absent/tiny" + dice.choice(("", " optional"))
        asked.manifest = dice.choice(("", "", "\ufeff", "# head\n")) + dice.choice(("\n", "\r\n")).join(lines.values()) + "\n"
        if dice.randrange(4) == 0:
            asked.lock = _lock(world, list(lines))
            if "[[repo]]" not in asked.lock:
                asked.lock = None
    asked.level = dice.choice(("content",) * 6 + ("size", "layout"))
    asked.require = dice.choice(("assumed",) * 8 + ("tree", "lock"))
    return asked
