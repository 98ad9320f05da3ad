"""The zygote: a Python process outside of every sandbox, with the runtime client imported, that forks children into
finished sandboxes. No code of a user runs here.

It is root (or root of the platform's user namespace), sees the sandboxes' root and the host's processes, and speaks
packets of NUL-terminated strings over descriptor 3: "fork" ID UID SETGROUPS PROCESSES, with the descriptors of the
sandbox's init (a pidfd), the child's channel, its log, and files that attach to its control groups. Answers: "ok" ID
or "failed" ID WORDS, and "exited" ID STATUS (as wait() tells it) when a child has ended.
"""

import array
import ctypes
import fcntl
import gc
import os
import select
import signal
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import thaw_runtime

# What functions import all the time; all of it is the standard library's.
import base64, collections, copy, datetime, decimal, functools, hashlib, html, inspect, io, itertools, math  # noqa
import random, re, ssl, string, tempfile, threading, types, typing, urllib.parse, urllib.request, uuid, zlib  # noqa

_library = ctypes.CDLL("/var/runtime/libthaw_enter.so", use_errno=True)
_library.thaw_join.argtypes = [ctypes.c_int] * 5 + [ctypes.c_long, ctypes.c_char_p, ctypes.c_size_t]
_library.thaw_map.argtypes = [ctypes.c_int] * 3 + [ctypes.c_char_p, ctypes.c_size_t]


def receive(sock):
    fds = array.array("i")
    data, ancillary, _, _ = sock.recvmsg(65536, socket.CMSG_SPACE(16 * fds.itemsize), socket.MSG_CMSG_CLOEXEC)
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
    return data.decode().split("\0")[:-1], list(fds)


def send(sock, *strings):
    sock.send("".join(s + "\0" for s in strings).encode())


def be_child(fds, uid, setgroups, processes, to_parent, from_parent, words):
    """In the child, already in the sandbox's pid namespace: everything up to waiting for a function."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pidfd, channel, log = fds[:3]
    for group in fds[3:]:
        os.write(group, b"0")
    if _library.thaw_join(pidfd, to_parent, from_parent, uid, setgroups, processes, words, 512) != 0:
        os.write(log, b"the sandbox could not be entered: " + words.value + b"\n")
        os._exit(126)
    null = os.open("/dev/null", os.O_RDONLY)
    # Out of the way of the numbers that they get.
    channel, log = fcntl.fcntl(channel, fcntl.F_DUPFD, 10), fcntl.fcntl(log, fcntl.F_DUPFD, 10)
    for source, target in ((null, 0), (log, 1), (log, 2), (channel, 3)):
        os.dup2(source, target, inheritable=target != 3)
    os.closerange(4, 1024)
    thaw_runtime.prime()
    channel = thaw_runtime.open_channel()
    environ = thaw_runtime.parked(channel)
    if environ is not None:
        thaw_runtime.run(channel, environ)


def fork_into(fds, uid, setgroups, processes, own_namespace):
    """Forks into the sandbox's pid namespace. Answers (pid, None), (0, None) in the child, which is to return from
    main() at its end, or (None, why it failed)."""
    words = ctypes.create_string_buffer(512)
    error = _library.thaw_join_pid(fds[0])
    if error:
        return None, "join: " + os.strerror(error)
    ready_in, ready_out = os.pipe()
    mapped_in, mapped_out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ready_in)
        os.close(mapped_out)
        be_child(fds, uid, setgroups, processes, ready_out, mapped_in, words)
        return 0, None
    _library.thaw_join_own_pid(own_namespace)
    os.close(ready_out)
    os.close(mapped_in)
    failure = None
    if os.read(ready_in, 1) != b"u":
        failure = "the child ended early"
    elif _library.thaw_map(child, uid, setgroups, words, 512) != 0:
        failure = words.value.decode("utf-8", "replace")
    else:
        os.write(mapped_out, b"m")
    os.close(ready_in)
    os.close(mapped_out)
    return child, failure


def reap(sock, children):
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        sandbox = children.pop(pid, None)
        if sandbox is not None:
            try:
                send(sock, "exited", sandbox, str(status))
            except BrokenPipeError:
                pass  # the platform has ended; the socket's end tells serve()


def serve(sock):
    own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
    wake_in, wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_out, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    poll.register(wake_in, select.POLLIN)
    children = {}
    while True:
        ready = {fd for fd, _ in poll.poll()}
        if wake_in in ready:
            os.read(wake_in, 512)
            reap(sock, children)
        if sock.fileno() not in ready:
            continue
        strings, fds = receive(sock)
        if not strings:
            return
        pid, error = None, "unknown request"
        if strings[0] == "fork" and len(strings) == 5 and len(fds) >= 3:
            pid, error = fork_into(fds, int(strings[2]), int(strings[3]), int(strings[4]), own_namespace)
            if pid == 0:
                return
        for fd in fds:
            os.close(fd)
        if error is None:
            children[pid] = strings[1]
            send(sock, "ok", strings[1])
        else:
            send(sock, "failed", strings[1] if len(strings) > 1 else "", error)


def main():
    sock = socket.socket(fileno=3)
    os.set_inheritable(3, False)
    thaw_runtime.prime()
    gc.collect()
    gc.freeze()  # so that the children's collector leaves the shared pages alone
    try:
        send(sock, "ready")
    except BrokenPipeError:
        return
    try:
        serve(sock)
    except (BrokenPipeError, ConnectionResetError):
        return  # the platform is gone


if __name__ == "__main__":
    main()
