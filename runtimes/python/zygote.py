"""The zygote: a Python process outside of every sandbox, with the runtime client imported, that forks children into
finished sandboxes. No code of a user runs here.

It is root (or root of the platform's user namespace), sees the sandboxes' root and the host's processes, and speaks
packets of NUL-terminated strings over descriptor 3: "fork" ID UID SETGROUPS PROCESSES, with the descriptors of the
sandbox's init (a pidfd), the child's channel, its log, and the files that attach to its control groups. Answers: "ok" ID or
"failed" ID WORDS; that the child is there, it says itself on its channel.
"""

import array
import ctypes
import gc
import os
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
    pidfd, channel, log = fds[:3]
    for group in fds[3:]:
        os.write(group, b"0")
    if _library.thaw_join(pidfd, to_parent, from_parent, uid, setgroups, processes, words, 512) != 0:
        os.write(log, b"the sandbox could not be entered: " + words.value + b"\n")
        os._exit(126)
    null = os.open("/dev/null", os.O_RDONLY)
    # Out of the way of the numbers that they get.
    channel, log = os.dup(channel), os.dup(log)
    for source, target in ((null, 0), (log, 1), (log, 2), (channel, 3)):
        os.dup2(source, target, inheritable=target != 3)
    os.closerange(4, 1024)
    thaw_runtime.prime()
    channel = thaw_runtime.open_channel()
    environ = thaw_runtime.parked(channel)
    if environ is not None:
        thaw_runtime.run(channel, environ)


def fork_into(fds, uid, setgroups, processes):
    """Answers None, or why it failed. Two forks, so that the sandbox's init becomes the child's parent."""
    words = ctypes.create_string_buffer(512)
    report_in, report_out = os.pipe()
    middle = os.fork()
    if middle == 0:
        error = _library.thaw_join_pid(fds[0])
        if error:
            os.write(report_out, b"join: " + os.strerror(error).encode())
            os._exit(1)
        ready_in, ready_out = os.pipe()
        mapped_in, mapped_out = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(ready_in)
                os.close(mapped_out)
                be_child(fds, uid, setgroups, processes, ready_out, mapped_in, words)
            finally:
                sys.stdout.flush()
                os._exit(0)
        os.close(ready_out)
        if os.read(ready_in, 1) != b"u":
            os.write(report_out, b"the child ended early")
        elif _library.thaw_map(child, uid, setgroups, words, 512) != 0:
            os.write(report_out, words.value)
        else:
            os.write(mapped_out, b"m")
        os._exit(0)
    os.close(report_out)
    report = os.read(report_in, 512)
    os.close(report_in)
    os.waitpid(middle, 0)
    return report.decode("utf-8", "replace") or None


def main():
    sock = socket.socket(fileno=3)
    os.set_inheritable(3, False)
    thaw_runtime.prime()
    gc.collect()
    gc.freeze()  # so that the children's collector leaves the shared pages alone
    send(sock, "ready")
    while True:
        strings, fds = receive(sock)
        if not strings:
            return
        error = "unknown request"
        if strings[0] == "fork" and len(strings) == 5 and len(fds) >= 3:
            try:
                error = fork_into(fds, int(strings[2]), int(strings[3]), int(strings[4]))
            except OSError as failure:
                error = str(failure)
        for fd in fds:
            os.close(fd)
        if error is None:
            send(sock, "ok", strings[1])
        else:
            send(sock, "failed", strings[1] if len(strings) > 1 else "", error)


if __name__ == "__main__":
    main()
