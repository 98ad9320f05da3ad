#!/usr/bin/env python3
"""Checks that the test runner counts right: a runner that lies makes every other test worthless."""
import contextlib
import importlib.util
import io
import os
import stat
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPEC = importlib.util.spec_from_file_location("run", os.path.join(ROOT, "tests", "run.py"))
run = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run)

GTEST = """<testsuites><testsuite name="A">
<testcase name="good" status="run" result="completed" classname="A"/>
<testcase name="bad" status="run" result="completed" classname="A"><failure message="Expected: 1"/></testcase>
<testcase name="absent" status="run" result="skipped" classname="A"><skipped message="corpus absent"/></testcase>
<testcase name="off" status="notrun" result="suppressed" classname="A"/>
</testsuite></testsuites>"""


def outcome_of(script, limit_s=60):
    """(passed, failed, skipped) of an end-to-end test with this text."""
    run.E2E_LIMIT_S = limit_s
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.e2e")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        tally = run.Tally()
        with contextlib.redirect_stdout(io.StringIO()):
            run.run_e2e(tally, path)
        return tally.passed, len(tally.failed), len(tally.skipped)


def outcome_of_gtest():
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(GTEST)
        file.flush()
        tally = run.Tally()
        run.gtest_cases(tally, "unit", file.name)
        return tally.passed, len(tally.failed), len(tally.skipped)


CASES = [
    ("counts_every_outcome", "echo ok a; echo noise; echo 'not ok b: why'; echo 'skip c: absent'", (1, 1, 1)),
    ("a_status_is_a_failure", "echo ok a; exit 3", (1, 1, 0)),
    ("a_failed_case_counts_once", "echo 'not ok a: why'; exit 1", (0, 1, 0)),
    ("silence_is_a_failure", "echo all fine", (0, 1, 0)),
    ("okay_is_not_ok", "echo okay a; echo ok b", (1, 0, 0)),
]


def main():
    results = [(name, outcome_of(script) == want) for name, script, want in CASES]
    late = outcome_of("echo ok a; sleep 60 & wait", 1) == (1, 1, 0)
    results.append(("a_late_test_is_killed_with_its_children", late))
    results.append(("gtest_cases_are_counted", outcome_of_gtest() == (1, 1, 1)))
    for name, good in results:
        print(f"ok {name}" if good else f"not ok {name}: counted wrongly")
    return 0 if all(good for _, good in results) else 1


if __name__ == "__main__":
    sys.exit(main())
