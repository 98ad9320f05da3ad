#!/usr/bin/env python3
"""The house rules, checked. Prints file:line for every breach, then `ok RULE` or `not ok RULE: N breaches` per rule."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What each room may include besides itself (ARCHITECTURE.md). services/* and app are handled apart.
ROOMS = {
    "base": [],
    "net": ["base"],
    "kv": ["base"],
    "blob": ["base"],
    "work": ["kv", "base"],
    "api": ["net", "kv", "base"],
    "env": ["net", "base"],
}
BELOW_SERVICES = list(ROOMS)
FOREIGN = ("boost/", "openssl/", "rocksdb/", "pugixml", "archive.h", "yaml.h", "nghttp2/", "llhttp")
OUR_CODE = (".cc", ".h", ".c", ".py", ".mjs", ".js", ".ts", ".tsx", ".sh", ".cmake")
LINES_MAX = 800
COLUMNS_MAX = 120

breaches = {}
includes = {}  # path below src/ -> [(line, target, quoted)]


def breach(rule, path, line, words):
    breaches.setdefault(rule, []).append(f"{path}:{line}: {words}")


def files():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [p for p in listed.stdout.splitlines() if os.path.isfile(os.path.join(ROOT, p))]
    found = []  # a source tree without git
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in ("build", "node_modules", ".git", "__pycache__", ".thaw")]
        found += [os.path.relpath(os.path.join(folder, n), ROOT) for n in names]
    return found


def may_include(source, target):
    """source and target are paths below src/."""
    own, other = source.split("/"), target.split("/")
    if own[0] == "app":
        return True
    if own[0] == "services":
        if other[0] == "services":
            return own[1] == other[1] or other[2:] == ["api.h"]
        return other[0] in BELOW_SERVICES
    if own[0] not in ROOMS:
        return False
    return other[0] == own[0] or other[0] in ROOMS[own[0]]


def beside(path, target):
    """Whether `target` is in the including file's folder, or (C programs of a room) elsewhere in its room."""
    if os.path.isfile(os.path.join(ROOT, os.path.dirname(path), target)):
        return True
    room = os.path.dirname(os.path.dirname(path))
    return room != "src" and any(os.path.isfile(os.path.join(ROOT, room, folder, target))
                                 for folder in os.listdir(os.path.join(ROOT, room)))


def check_includes(path, lines, below_src):
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        quoted, target = found.group(1) == '"', found.group(2)
        if target in ("regex", "iostream"):
            breach("no-slow-headers", path, number, f"<{target}> costs compile time; use RE2, fmt or log")
        if quoted and below_src is None:
            continue
        if quoted and os.path.isfile(os.path.join(ROOT, "src", target)):
            if not may_include(below_src, target):
                breach("rooms", path, number, f"{room_of(below_src)} may not include {target}")
        elif quoted and not beside(path, target):
            breach("includes-exist", path, number, f'"{target}" is not below src/')
        if below_src:
            includes.setdefault(below_src, []).append((number, target, quoted))


def room_of(below_src):
    parts = below_src.split("/")
    return "/".join(parts[:2]) if parts[0] == "services" else parts[0]


def foreign_behind(header, seen):
    """The foreign header that includes of `header` lead to, or nothing."""
    for _, target, quoted in includes.get(header, []):
        if not quoted and target.startswith(FOREIGN):
            return target
        if quoted and target not in seen:
            seen.add(target)
            found = foreign_behind(target, seen)
            if found:
                return found
    return None


def check_foreign():
    """A foreign library is private to the room that uses it: what other rooms include must not lead to its headers."""
    for source, targets in includes.items():
        for number, target, quoted in targets:
            if quoted and target in includes and room_of(target) != room_of(source):
                foreign = foreign_behind(target, {target})
                if foreign:
                    breach("no-foreign-headers", f"src/{source}", number, f"{target} leads to <{foreign}>")


def check_text(path, lines):
    own_name = os.path.relpath(os.path.abspath(__file__), ROOT)
    generated = any("enerated" in line or "Made by" in line for line in lines[:4])
    if len(lines) > LINES_MAX and path.endswith(OUR_CODE):
        breach("short-files", path, len(lines), f"more than {LINES_MAX} lines")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and not generated and 'R"' not in line and path.endswith((".cc", ".h", ".c", ".py", ".cmake")):
            breach("short-lines", path, number, f"{len(line)} columns, at most {COLUMNS_MAX}")
        if path == own_name:
            continue
        if re.search(r"(?<![\w.}])/work/(h|main|shared)\b", line):
            breach("no-machine-paths", path, number, line.strip()[:80])
        if re.search(r"\b(TODO|FIXME|HACK)\b", line):
            breach("no-marks", path, number, line.strip()[:80])


def check_folders(paths):
    folders = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder.startswith("src/"):
            folders.add(folder)
            folder = os.path.dirname(folder)
    for folder in sorted(folders):
        if folder == "src/services":
            continue
        if f"{folder}/README.md" not in paths:
            breach("readme-per-folder", folder, 1, "has no README.md")


def main():
    rules = ["rooms", "includes-exist", "no-slow-headers", "no-foreign-headers", "short-files", "short-lines",
             "no-machine-paths", "no-marks", "readme-per-folder"]
    paths = files()
    for path in paths:
        if path.endswith((".png", ".svg", ".ico", ".zip", "package-lock.json", "LICENSE")):
            continue
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                lines = file.read().splitlines()
        except UnicodeDecodeError:
            continue
        if path.endswith((".cc", ".h", ".c")):
            check_includes(path, lines, path[4:] if path.startswith("src/") else None)
        check_text(path, lines)
    check_folders(set(paths))
    check_foreign()
    for rule in rules:
        for words in breaches.get(rule, []):
            print(words)
        count = len(breaches.get(rule, []))
        print(f"not ok {rule}: {count} breaches" if count else f"ok {rule}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
