"""The benchmark: our pages beside the least that could do the same, on this machine, now. `make bench`; docs/performance.md."""

import os

# config.py reads the environment when it is imported; settings of whoever measures must not reach what is measured.
for name in [name for name in os.environ if name.startswith("LMS_")]:
    del os.environ[name]
