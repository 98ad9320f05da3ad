"""For end-to-end tests in Python: a server of one's own, and cases that report themselves.

    with Thaw() as thaw:                     # a free port, a fresh data directory, both gone afterwards
        s3 = thaw.client("s3")               # boto3
        with case("bucket is made"):         # prints ok or not ok, and goes on
            s3.create_bucket(Bucket="b")
    sys.exit(status())
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.error
import urllib.request

READY_LIMIT_S = 30
_failed = 0


@contextlib.contextmanager
def case(name):
    global _failed
    try:
        yield
        print(f"ok {name}", flush=True)
    except Skip as why:
        print(f"skip {name}: {why}", flush=True)
    except Exception as error:  # every error of a case is that case's failure
        _failed += 1
        traceback.print_exc(file=sys.stdout)
        words = str(error).replace("\n", " ")[:300]
        print(f"not ok {name}: {type(error).__name__} {words}", flush=True)


class Skip(Exception):
    """Raised inside a case that cannot run here."""


def status():
    return 1 if _failed else 0


class Thaw:
    """A running server. `data` keeps the directory beyond the server's life, for restarts."""

    def __init__(self, *arguments, data=None, port=0, environment=None):
        self.own_data = data is None
        self.data = data or tempfile.mkdtemp(prefix="thaw-e2e-")
        self.arguments, self.port, self.environment = arguments, port, environment or {}
        self.process = self.url = None
        self.errors = []

    def start(self):
        command = [os.environ["THAW_BIN"], "up", "--data", self.data, "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=dict(os.environ, **self.environment))
        threading.Thread(target=self._keep_errors, daemon=True).start()
        timer = threading.Timer(READY_LIMIT_S, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            found = re.search(r"https?://[^\s]+:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                self.url = f"http://127.0.0.1:{self.port}"
                break
        timer.cancel()
        if not self.url:
            self.process.wait()
            raise RuntimeError("thaw up did not become ready: " + "".join(self.errors)[-500:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def _keep_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def stop(self, limit_s=30):
        """SIGTERM; answers the exit status."""
        self.process.terminate()
        return self.process.wait(limit_s)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        if self.own_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def get(self, path, headers=None, method="GET", body=None):
        """(status, body) of an unsigned request."""
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def client(self, service, **options):
        import boto3  # here, so that tests which need none start without it
        from botocore.config import Config

        options.setdefault("aws_access_key_id", "test")
        options.setdefault("aws_secret_access_key", "test")
        options.setdefault("region_name", "us-east-1")
        options.setdefault("config", Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))
        return boto3.client(service, endpoint_url=self.url, **options)
