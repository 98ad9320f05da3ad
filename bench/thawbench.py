"""What the parts of the benchmark share: servers, signed requests made ahead, wrk, and rows with their targets."""
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("THAW_BUILD", os.path.join(ROOT, "build", "release"))
THAW = os.environ.get("THAW_BIN", os.path.join(BUILD, "thaw"))
KEYS = ("test", "test")
SECONDS = float(os.environ.get("THAW_BENCH_SECONDS", "3"))
rows = []


def row(part, what, figure, reference, ratio, target, higher_is_better):
    """One line of the report: the figure, what it is compared with, their ratio, and the ratio that is wanted."""
    reached = None
    if target is not None:
        reached = ratio >= target if higher_is_better else ratio <= target
    rows.append(dict(part=part, what=what, figure=figure, reference=reference, ratio=ratio, target=target,
                     reached=reached))
    sign = ""
    if target is not None:
        sign = f"   target {'>=' if higher_is_better else '<='} {target:g}   {'reached' if reached else 'MISSED'}"
    shown = "" if ratio is None else f"   = {ratio:.2f} x"
    print(f"  {what:<46} {figure:<26} {reference:<34}{shown}{sign}", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def signed(port, service, target, body, content_type="application/x-amz-json-1.0", method="POST", path="/", headers=()):
    """The bytes of a request with Signature Version 4, valid for a quarter of an hour."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    host = f"127.0.0.1:{port}"
    sent = {"host": host, "x-amz-date": stamp, "content-type": content_type, **dict(headers)}
    if target:
        sent["x-amz-target"] = target
    names = ";".join(sorted(sent))
    canonical = "\n".join([method, path, "", *(f"{k}:{sent[k]}" for k in sorted(sent)), "", names,
                           hashlib.sha256(body).hexdigest()])
    scope = f"{day}/us-east-1/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + KEYS[1].encode()
    for part in (day, "us-east-1", service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = (f"AWS4-HMAC-SHA256 Credential={KEYS[0]}/{scope}, SignedHeaders={names}, "
                             f"Signature={signature}")
    sent["content-length"] = str(len(body))
    head = "".join(f"{k}: {v}\r\n" for k, v in sent.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def exchange(port, request, limit_s=30):
    """Sends one request on a connection of its own; answers status and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=limit_s) as s:
        s.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            got = s.recv(65536)
            if not got:
                raise OSError("connection closed")
            data += got
        head, _, body = data.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        length = next((int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += s.recv(65536)
        return int(head.split()[1]), body


def call(port, service, operation, value):
    """One of Thaw's operations by its JSON wire."""
    status, body = exchange(port, signed(port, "thaw", f"Thaw.{service}.{operation}", json.dumps(value).encode(),
                                         "application/x-amz-json-1.1"))
    if status != 200:
        raise RuntimeError(f"{operation}: {status} {body[:300]}")
    return json.loads(body)


def load(port, requests, connections, seconds=None):
    """wrk with requests made ahead: requests/s, p50 and p99 in microseconds."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        for r in requests:
            file.write(f"{len(r)}\n".encode() + r)
        file.flush()
        script = os.path.join(ROOT, "bench", "prepared.lua")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds or SECONDS:g}s", "-s", script,
                   f"http://127.0.0.1:{port}/", "--", file.name]
        out = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    result = json.loads(next(l for l in out.splitlines() if l.startswith("RESULT"))[7:])
    if result["bad"]:
        raise RuntimeError(f"{result['bad']} of {result['requests']} requests failed:\n{out}")
    result["rps"] = result["requests"] / result["seconds"]
    return result


@contextlib.contextmanager
def server(*arguments, data=None):
    """A running Thaw: (port, process id)."""
    folder = data or tempfile.mkdtemp(prefix="thaw-bench-")
    command = [THAW, "up", "--data", folder, "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield int(line.rsplit(":", 1)[1]), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        if not data:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def peer(command, port, environment=None):
    """Another program's server, ready when its port answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, **(environment or {})})
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


ECHO_BODY = b'{"TableName":"bench","Key":{"id":{"S":"item-1"}}}'


@contextlib.contextmanager
def echo_server():
    """H: the raw echo of the same server code. Gives a function that measures one client's p50 and requests/s of 32."""
    port = free_port()
    head = f"POST / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(ECHO_BODY)}\r\n\r\n"
    request = head.encode() + ECHO_BODY
    with peer([os.path.join(BUILD, "src", "http_echo"), str(port)], port):
        yield lambda clients: load(port, [request], clients)


def spawn_ms():
    """posix_spawn of /bin/true until it has ended, in milliseconds: the median of five."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


class Rounds:
    """Figure and reference measured in turns, since a machine's speed drifts: medians of both, and of their ratios."""

    def __init__(self):
        self.pairs = []

    def add(self, figure, reference):
        self.pairs.append((figure, reference))

    figure = property(lambda self: statistics.median(f for f, _ in self.pairs))
    reference = property(lambda self: statistics.median(r for _, r in self.pairs))
    ratio = property(lambda self: statistics.median(f / r for f, r in self.pairs))


def resident_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(l.split()[1]) for l in file if l.startswith("Pss:")) / 1024


def quote(us):
    return f"{us:.0f} us" if us < 10_000 else f"{us / 1000:.1f} ms"
