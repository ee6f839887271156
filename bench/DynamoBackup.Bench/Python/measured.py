"""Prints what a block of code cost this process, in the form that the bench reads."""
import atexit
import json
import resource
import sys
import time


class measured:
    def __enter__(self):
        self.items = 0
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, kind, error, trace):
        cost = {
            "wallSeconds": time.perf_counter() - self._wall,
            "cpuSeconds": time.process_time() - self._cpu,
            "allocatedBytes": None,
            "peakWorkingSetBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        }
        if kind is None:
            print("Measured: " + json.dumps(cost), file=sys.stderr)
            # At the end, for some count only then.
            atexit.register(lambda: print(f"Items: {self.items}"))
