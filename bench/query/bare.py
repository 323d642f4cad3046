"""DuckDB in a process of its own, with nothing around it."""

import subprocess


class Bare:
    def __init__(self, program, threads, memory_bytes, temp):
        self._process = subprocess.Popen([program, str(threads), str(memory_bytes), temp], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()

    def run(self, sql):
        """What it took in seconds, and the first value of the first row as text."""
        self._process.stdin.write(" ".join(sql.split()) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().rstrip("\n")
        if not answer or answer.startswith("error "):
            raise SystemExit(f"bare DuckDB: {answer}\n{sql}")
        seconds, _, value = answer.split(" ", 2)
        return float(seconds), value

    def value(self, sql):
        return self.run(sql)[1]
