"""What a server's environments may leave behind on the host: taken down while it lives, looked for after it is gone."""
import os
import time

GONE_LIMIT_S = 15


def _read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _stat_fields(pid):
    """Parent and start time; None when it is gone or a zombie that nobody has reaped yet."""
    text = _read(f"/proc/{pid}/stat")
    fields = text.rpartition(")")[2].split()
    return (int(fields[1]), fields[19]) if fields and fields[0] not in ("Z", "X") else None


def descendants(pid):
    """{pid: start time} of the processes below a process, by host ids."""
    children = {}
    born = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat_fields(name)):
            children.setdefault(fields[0], []).append(int(name))
            born[int(name)] = fields[1]
    found, rest = {}, [pid]
    while rest:
        for child in children.get(rest.pop(), []):
            found[child] = born[child]
            rest.append(child)
    return found


def _namespaces(pids):
    found = set()
    for pid in pids:
        for kind in ("mnt", "pid", "net", "ipc", "user", "uts", "cgroup"):
            try:
                found.add(os.readlink(f"/proc/{pid}/ns/{kind}"))
            except OSError:
                pass
    return found


class Footprint:
    """What one server has on the host beside its data directory."""

    def __init__(self, pid, data):
        self.data = data
        self.processes = descendants(pid)
        own = _namespaces([pid])
        self.namespaces = _namespaces(self.processes) - own
        self.groups = [line for line in _read(os.path.join(data, "environments", "cgroups")).split("\n") if line]

    def left(self):
        """Words on everything that is still there."""
        out = [f"process {pid} ({_read(f'/proc/{pid}/cmdline')[:80]!r})" for pid, born in self.processes.items()
               if (fields := _stat_fields(pid)) and fields[1] == born]
        out += [f"cgroup {group}" for group in self.groups if os.path.isdir(group)]
        out += [f"mount {line}" for line in _read("/proc/self/mountinfo").split("\n") if self.data in line]
        for name in os.listdir("/sys/block"):
            if self.data in _read(f"/sys/block/{name}/loop/backing_file"):
                out.append(f"loop device {name}")
        everyone = [name for name in os.listdir("/proc") if name.isdigit()]
        out += [f"namespace {one}" for one in _namespaces(everyone) & self.namespaces]
        out += [f"namespace kept by a mount: {line}" for line in _read("/proc/self/mountinfo").split("\n")
                if any(one in line for one in self.namespaces)]
        return out

    def must_be_gone(self):
        end = time.monotonic() + GONE_LIMIT_S
        while left := self.left():
            if time.monotonic() > end:
                raise AssertionError("left behind: " + "; ".join(left)[:600])
            time.sleep(0.05)


def scratch_files(data):
    """Names of the scratch files whose number must not grow from one life of the server to the next."""
    found = set()
    for base, _, names in os.walk(os.path.join(data, "environments")):
        found.update(os.path.relpath(os.path.join(base, name), data) for name in names)
    return found
