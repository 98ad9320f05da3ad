"""Started by exec inside a sandbox: loads the runtime client and serves until the platform is gone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import thaw_runtime

if __name__ == "__main__":
    thaw_runtime.run(thaw_runtime.open_channel(), os.environ)
