"""A function that tries to get out of its sandbox.

Run as a handler, it answers {attack: verdict}, where a verdict is "held: WHY" or "ESCAPED: WHAT". The event names what
the test knows of the host: a secret file, a port on its loopback, the id of a process, an abstract socket.
"""

import ctypes
import errno
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess
import time

libc = ctypes.CDLL(None, use_errno=True)
NR = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "ptrace": 101, "process_vm_readv": 310,
    "process_vm_writev": 311, "setns": 308, "unshare": 272, "bpf": 321, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "keyctl": 250, "add_key": 248, "request_key": 249, "userfaultfd": 323,
    "perf_event_open": 298,
    "open_by_handle_at": 304, "init_module": 175, "finit_module": 313, "kexec_load": 246, "reboot": 169, "swapon": 167,
    "settimeofday": 164, "sethostname": 170, "fsopen": 430, "open_tree": 428, "move_mount": 429, "mount_setattr": 442,
    "pidfd_getfd": 438, "quotactl": 179, "acct": 163, "syslog": 103, "iopl": 172, "ioperm": 173, "clock_settime": 227,
    "fanotify_init": 300, "kcmp": 312, "lookup_dcookie": 212, "modify_ldt": 154, "process_madvise": 440,
}
CLONE_NEW = {"NEWUSER": 0x10000000, "NEWNS": 0x20000, "NEWPID": 0x20000000, "NEWNET": 0x40000000, "NEWIPC": 0x8000000}


def syscall(number, *arguments):
    ctypes.set_errno(0)
    # Every argument as a word: a pointer's upper half must not be lost.
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    return result, ctypes.get_errno()


def refused(name, *arguments, accepted=(errno.EPERM, errno.ENOSYS)):
    result, error = syscall(NR[name], *arguments)
    if result == -1 and error in accepted:
        return "held: " + errno.errorcode[error]
    return f"ESCAPED: {name} answered {result}, {errno.errorcode.get(error, error)}"


def fails(action, *accepted):
    try:
        result = action()
    except OSError as error:
        if accepted and error.errno not in accepted:
            return f"ESCAPED: unexpected {errno.errorcode.get(error.errno, error)}"
        return "held: " + errno.errorcode.get(error.errno, str(error))
    except Exception as error:
        return "held: " + type(error).__name__
    return f"ESCAPED: {result!r:.200}"


def in_child(action):
    """How a child ended that ran `action`: for attacks that kill or might succeed."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1]


def host_files(event):
    out = {}
    for path in [event["host_secret"], "/etc/shadow", "/root/.bashrc", "/proc/1/root/etc/hostname", "/proc/1/environ",
                 "/proc/1/cwd/", "/sys/fs/cgroup", "/dev/sda", "/dev/vda", "/dev/mem", "/dev/kmsg", "/dev/kvm",
                 "/dev/loop0",
                 "/proc/kcore", event["scratch"], "/.layers/x"]:
        out["read " + path] = fails(lambda: os.listdir(path) if os.path.isdir(path) else open(path,
            "rb").read(10) or None)
        if out["read " + path] == "ESCAPED: None":
            out["read " + path] = "held: empty"
    for path in ["/new", "/usr/new", "/etc/passwd", "/var/task/new", "/opt/new", "/var/runtime/new",
        "/proc/sys/kernel/hostname",
                 "/proc/sysrq-trigger", "/root/new", "/proc/sys/kernel/core_pattern"]:
        out["write " + path] = fails(lambda: open(path, "w").write("x"))
    out["mknod"] = fails(lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)), errno.EPERM)
    for path in ["/proc/cmdline", "/proc/keys", "/proc/timer_list", "/proc/kallsyms"]:
        text = open(path).read() if os.path.exists(path) else ""
        out["mask " + path] = "held: empty" if not text else "ESCAPED: " + text[:60]
    mounts = open("/proc/self/mountinfo").read()
    told = [word for word in (event["scratch"], os.path.dirname(event["scratch"])) if word in mounts]
    out["host paths in mountinfo"] = "held: none" if not told else f"ESCAPED: {told}"
    groups = {line.split(":", 2)[2] for line in open("/proc/self/cgroup").read().split()}
    out["group names"] = "held: /" if groups == {"/"} else f"ESCAPED: {groups}"
    return out


def processes(event):
    out = {}
    seen = [int(p) for p in os.listdir("/proc") if p.isdigit()]
    mine = {os.getpid(), 1}
    others = [p for p in seen if p not in mine]
    out["see processes"] = "held: own only" if not others else f"ESCAPED: {others}"
    for pid in (event["host_pid"], 1, os.getppid()):
        if pid > 0:
            out[f"kill {'host' if pid == event['host_pid'] else pid}"] = fails(lambda: os.kill(pid, signal.SIGKILL),
                                                                            errno.EPERM, errno.ESRCH)
    if out.get("kill 1", "").startswith("ESCAPED: None"):
        time.sleep(0.2)  # the kernel ignores it for a pid 1, or we would not be here
        out["kill 1"] = "held: ignored"
    for path in ["/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/fd"]:
        out["open " + path] = fails(lambda: os.listdir(path) if path.endswith("fd") else open(path, "rb").read(8))
    out["kill all"] = fails(lambda: os.kill(-1, 0), errno.EPERM, errno.ESRCH)
    out["setuid 0"] = fails(lambda: os.setuid(0), errno.EPERM, errno.EINVAL)
    out["su"] = "held" if subprocess.run(["/bin/su", "-c", "id"],
        capture_output=True).returncode != 0 else "ESCAPED: su"
    caps = [l.split()[1] for l in open("/proc/self/status") if l.startswith("Cap")]
    out["capabilities"] = "held: none" if all(int(c, 16) == 0 for c in caps) else f"ESCAPED: {caps}"
    return out


def calls(event):
    buffer = ctypes.create_string_buffer(4096)
    out = {}
    for name in NR:
        arguments = {
            "mount": (b"none", b"/tmp", b"tmpfs", 0, None), "umount2": (b"/proc", 0), "chroot": (b"/tmp",),
            "ptrace": (0, 0, 0, 0), "bpf": (0, buffer, 72), "io_uring_setup": (8, buffer),
            "unshare": (CLONE_NEW["NEWUSER"],),
            "keyctl": (0, -3, 0), "userfaultfd": (1,), "fsopen": (b"tmpfs", 0), "open_tree": (-100, b"/", 1),
            "reboot": (0xFEE1DEAD, 672274793, 0), "sethostname": (b"x", 1), "syslog": (3, buffer, 100),
        }.get(name, (0, 0, 0, 0, 0))
        out[name] = refused(name, *arguments)
    for name, flag in CLONE_NEW.items():
        out["clone " + name] = refused_clone(flag)
        out["unshare " + name] = refused("unshare", flag)
    result, error = syscall(435, buffer, 88)
    out["clone3"] = "held: ENOSYS" if error == errno.ENOSYS else f"ESCAPED: clone3 {result} {error}"
    status = in_child(lambda: syscall(0x40000000 + 39))
    out["x32 calls"] = "held: killed" if os.WIFSIGNALED(status) else "ESCAPED: x32 getpid ran"
    out["TIOCSTI"] = fails(lambda: fcntl.ioctl(1, 0x5412, b"x"), errno.EPERM, errno.ENOTTY)
    return out


def refused_clone(flag):
    result, error = syscall(56, flag | signal.SIGCHLD, 0, 0, 0, 0)
    if result == 0:
        os._exit(0)
    return "held: EPERM" if error == errno.EPERM else f"ESCAPED: {result} {error}"


def network(event):
    out = {}
    for name, family, kind in [("AF_PACKET", 17, 3), ("AF_VSOCK", 40, 1), ("AF_ALG", 38, 5), ("AF_BLUETOOTH", 31, 3),
                               ("AF_KEY", 15, 3), ("AF_XDP", 44, 3), ("AF_CAN", 29, 3), ("AF_TIPC", 30, 1)]:
        out[name] = fails(lambda: socket.socket(family, kind), errno.EAFNOSUPPORT)
    out["raw IPv4"] = fails(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1), errno.EAFNOSUPPORT)
    out["raw IPv6"] = fails(lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58), errno.EAFNOSUPPORT)
    out["netlink audit"] = fails(lambda: socket.socket(16, 3, 9), errno.EAFNOSUPPORT)

    def connect(address):
        s = socket.socket()
        s.settimeout(3)
        s.connect(address)
        return s.recv(100)

    out["host's loopback"] = fails(lambda: connect(("127.0.0.1", event["host_port"])), errno.ECONNREFUSED)
    out["metadata at port 8080"] = fails(lambda: connect(("169.254.169.254", 8080)), errno.ECONNREFUSED)
    interfaces = [n for _, n in socket.if_nameindex()]
    # Tunnels that some kernels put into every new namespace are down and lead nowhere.
    real = [n for n in interfaces if n not in ("lo", "tunl0", "sit0", "ip6tnl0", "gre0", "gretap0", "erspan0",
        "ip_vti0", "ip6_vti0", "ip6gre0", "dummy0")]
    out["interfaces"] = "held: lo" if not real else f"ESCAPED: {interfaces}"
    abstract = fails(lambda: socket.socket(socket.AF_UNIX).connect("\0" + event["abstract"]), errno.ECONNREFUSED)
    out["host's abstract socket"] = abstract
    return out


def limits(event):
    out = {}
    started = []
    try:
        while len(started) < 3000:
            pid = os.fork()
            if pid == 0:
                signal.pause()
                os._exit(0)
            started.append(pid)
        out["fork bomb"] = f"ESCAPED: {len(started)} processes"
    except OSError as error:
        out["fork bomb"] = f"held: {errno.errorcode[error.errno]} after {len(started)}"
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    for pid in started:
        os.waitpid(pid, 0)
    fds = []
    try:
        while len(fds) < 100000:
            fds.append(os.dup(0))
        out["descriptors"] = "ESCAPED"
    except OSError as error:
        out["descriptors"] = f"held: {errno.errorcode[error.errno]} after {len(fds)}"
    for fd in fds:
        os.close(fd)
    return out


def fill_tmp(event):
    size = 0
    try:
        with open("/tmp/fill", "wb") as file:
            while size < 4096:
                file.write(b"x" * (1 << 20))
                file.flush()
                size += 1
        verdict = "ESCAPED: wrote 4 GB"
    except OSError as error:
        verdict = f"held: {errno.errorcode[error.errno]} after {size} MB"
    try:
        os.unlink("/tmp/fill")
    except OSError:
        pass
    return {"fill /tmp": verdict}


def neighbours(event):
    """Another environment wrote its secret into its /tmp, its memory and System V memory."""
    found = [n for n in os.listdir("/tmp") if "secret" in n] + [n for n in os.listdir("/dev/shm")]
    out = {"other's /tmp": "held: absent" if not found else f"ESCAPED: {found}"}
    result, error = syscall(29, event["shm_key"], 4096, 0o600)  # shmget without IPC_CREAT
    out["other's shared memory"] = "held: " + errno.errorcode[error] if result < 0 else "ESCAPED"
    return out


def handler(event, context):
    if event.get("memory"):
        block = []
        while True:
            block.append(bytearray(16 << 20))
    if event.get("hide"):
        open("/tmp/secret", "w").write("mine")
        open("/dev/shm/secret", "w").write("mine")
        return syscall(29, event["shm_key"], 4096, 0o600 | 0o1000)[0] >= 0
    out = {}
    for attack in (host_files, processes, calls, network, neighbours, limits, fill_tmp):
        out.update(attack(event))
    return out
