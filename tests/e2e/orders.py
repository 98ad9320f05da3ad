"""The orders app as several tools deploy it: what they share."""
import json
import os
import shutil
import subprocess
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "orders")


def must(condition, words="it does not hold"):
    if not condition:
        raise AssertionError(words)


def run(*command, environment=None, check=True, cwd=None, limit_s=200):
    """What a command prints; its failure is the case's."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, env=variables, cwd=cwd, check=False)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)[:120]}: {done.stdout[-400:]} {done.stderr[-600:]}")
    return done.stdout if check else done


def copy_of_example():
    """A folder with the app, its native function built, to be changed at will."""
    run(os.path.join(EXAMPLE, "build"))
    folder = tempfile.mkdtemp(prefix="thaw-orders-")
    target = os.path.join(folder, "orders")
    shutil.copytree(EXAMPLE, target)
    return target


def zip_of(folder):
    """The bytes of a zip of a folder, execute bits kept."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        with zipfile.ZipFile(file.name, "w") as z:
            for base, _, names in os.walk(folder):
                for name in names:
                    path = os.path.join(base, name)
                    z.write(path, os.path.relpath(path, folder))
        with open(file.name, "rb") as zipped:
            return zipped.read()


def curl(url, ca, method="GET", body=None):
    """Status and text of a request to the URL as it was printed."""
    command = ["curl", "-sS", "--cacert", ca, "-X", method, "-w", "\n%{http_code}", url]
    if body is not None:
        command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
    text, _, status = run(*command).rpartition("\n")
    return int(status), text


def exercise(url, ca):
    """A customer's story through the URL that the template's output printed. Answers the order."""
    status, text = curl(url, ca, "POST", {"item": "tea", "quantity": 2})
    must(status == 201, f"POST: {status} {text}")
    order = json.loads(text)
    status, text = curl(f"{url}/{order['id']}", ca)
    must(status == 200 and json.loads(text) == order, f"GET one: {status} {text}")
    status, text = curl(url, ca)
    must(status == 200 and order in json.loads(text)["orders"], f"GET all: {status} {text}")
    status, text = curl(f"{url}/{order['id']}/receipt", ca)
    must(status == 200 and "2 × tea" in text, f"receipt: {status} {text}")
    status, text = curl(url.replace("/orders", "/quote"), ca, "POST", {"quantity": 3})
    must(status == 200 and json.loads(text)["price"] == 21, f"quote: {status} {text}")
    status, text = curl(url, ca, "POST", {"quantity": 0})
    must(status == 400, f"bad order: {status} {text}")
    return order
