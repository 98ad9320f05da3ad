#!/usr/bin/env python3
"""Runs the tests that are built: unit tests through CTest, then tests/e2e/*.e2e, and adds them up.

Prints what failed, and as the last line `N passed, N failed` (`, N skipped` may follow). Exits with 1 when anything
failed.
Called by ./dev test; arguments choose tests whose names contain one of them. THAW_BIN is the program under test.

An end-to-end test is an executable tests/e2e/NAME.e2e in any language. It prints `ok NAME`, `not ok NAME: why` or
`skip NAME: why` per case, may print anything else, and is killed with all its children after 300 seconds.
"""
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "dev")
E2E_LIMIT_S = 300
OUTCOME = re.compile(r"^(ok|not ok|skip) ([^:]+)(?:: (.*))?$")


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add(self, outcome, name, why=""):
        if outcome == "ok":
            self.passed += 1
        elif outcome == "skip":
            self.skipped.append(f"{name}: {why}")
        else:
            self.failed.append(f"{name}: {why}")

    def add_lines(self, group, text):
        """Lines of the protocol above; answers how many there were."""
        count = 0
        for line in text.splitlines():
            found = OUTCOME.match(line.strip())
            if found:
                count += 1
                self.add(found.group(1), f"{group}/{found.group(2)}", found.group(3) or "")
        return count


def gtest_cases(tally, group, path):
    for case in xml.parse(path).getroot().iter("testcase"):
        name = f"{group}/{case.get('classname')}.{case.get('name')}"
        failure, skipped = case.find("failure"), case.find("skipped")
        if failure is not None:
            tally.add("not ok", name, (failure.get("message") or "").strip().replace("\n", " ")[:300])
        elif skipped is not None or case.get("result") == "skipped":
            tally.add("skip", name, (skipped.get("message") if skipped is not None else "") or "")
        elif case.get("status") != "notrun":
            tally.add("ok", name)


def run_unit_tests(tally, wanted):
    results = os.path.join(BUILD, "results")
    shutil.rmtree(results, ignore_errors=True)
    os.makedirs(results)
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{results}/")
    command = ["ctest", "--test-dir", BUILD, "--output-junit", f"{results}/ctest.junit", "--output-on-failure",
               "-j2", "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000"]
    if wanted:
        command += ["-R", "|".join(re.escape(w) for w in wanted)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    junit = f"{results}/ctest.junit"
    if not os.path.exists(junit):
        print(ran.stdout, ran.stderr)
        tally.add("not ok", "ctest", "did not run")
        return
    for case in xml.parse(junit).getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        output = case.findtext("system-out") or ""
        if status != "run":
            print(f"--- {name}\n{output[-6000:]}", flush=True)
        own = f"{results}/thaw_{name}_test.xml"
        before = len(tally.failed)
        if os.path.exists(own):
            gtest_cases(tally, name, own)
        elif not tally.add_lines(name, output):
            if status == "run":
                tally.add("ok", name)
        if status != "run" and len(tally.failed) == before:
            message = case.find("failure")
            why = (message.get("message") if message is not None else "") or "crashed, or ended with an error"
            tally.add("not ok", name, why)


def run_e2e(tally, path):
    name = os.path.basename(path)[: -len(".e2e")]
    started = time.monotonic()
    process = subprocess.Popen([path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True)
    late = False
    try:
        output, _ = process.communicate(timeout=E2E_LIMIT_S)
    except subprocess.TimeoutExpired:
        late = True
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    try:
        os.killpg(process.pid, signal.SIGKILL)  # whatever it left running
    except ProcessLookupError:
        pass
    before = len(tally.failed)
    count = tally.add_lines(name, output)
    if late:
        tally.add("not ok", name, f"killed after {E2E_LIMIT_S} s")
    elif process.returncode != 0 and len(tally.failed) == before:
        tally.add("not ok", name, f"ended with status {process.returncode}")
    elif count == 0:
        tally.add("not ok", name, "reported no case")
    if len(tally.failed) > before:
        print(f"--- {name}\n{output[-6000:]}")
    print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)


def main():
    wanted = sys.argv[1:]
    tally = Tally()
    started = time.monotonic()
    run_unit_tests(tally, wanted)
    print(f"unit tests: {time.monotonic() - started:.1f} s", flush=True)
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "e2e", "*.e2e"))):
        if wanted and not any(w in os.path.basename(path) for w in wanted):
            continue
        if not os.environ.get("THAW_BIN"):
            tally.add("not ok", os.path.basename(path), "there is no program to test")
        else:
            run_e2e(tally, path)
    for line in tally.skipped:
        print("skipped", line)
    for line in tally.failed:
        print("FAILED", line)
    print(f"{tally.passed} passed, {len(tally.failed)} failed" +
          (f", {len(tally.skipped)} skipped" if tally.skipped else ""))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
