"""What the crash tests share: programs that fail or die at their n-th changing file-system call.

A scenario is a script that can be run again on the same data directory, its input, and what must
stand in its output at the end.  An undisturbed run counts its calls; then the script is run once
for each of them (or for some: see calls) with that call made to kill or to fail, and again without
a fault.
"""

import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ.get('STREAMD_BUILD', 'build')
CLI = os.path.join(BUILD, 'streamd-cli')
STREAMD = os.path.join(BUILD, 'streamd')
SLOW = os.environ.get('STREAMD_BUILD_KIND', 'release') != 'release'
LONG = '--long' in sys.argv[1:] or bool(os.environ.get('STREAMD_LONG'))
TIMEOUT = 120

Result = collections.namedtuple('Result', 'status out err')


def write(path, text, age=60):
    """A file that appears at once, as mv makes it, and looks `age` seconds old."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    hidden = os.path.join(folder, '.' + os.path.basename(path) + '.new')
    with open(hidden, 'w') as f:
        f.write(text)
    then = time.time() - age
    os.utime(hidden, (then, then))
    os.rename(hidden, path)


def read(path):
    try:
        with open(path, errors='replace') as f:
            return f.read()
    except FileNotFoundError:
        return ''


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith('STREAMD_')}
    env.update(more)
    return env


def cli(folder, *args, fault=None, count=None, cwd=None):
    """Runs streamd-cli in `folder`, its data directory being `data` there."""
    more = {}
    if fault:
        more['STREAMD_FAULT'] = fault
    if count:
        more['STREAMD_FAULT_COUNT'] = count
    done = subprocess.run([CLI, '--data-dir', 'data', *args], cwd=cwd or folder, text=True,
                          env=environment(**more), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
    if 'Sanitizer' in done.stderr or 'runtime error' in done.stderr:
        raise AssertionError(done.stderr)
    return Result(done.returncode, done.stdout, done.stderr)


def calls(count, seconds):
    """Call numbers: all of them with --long; else spread over the run in an order that soon has some
    of everything, until the time is up."""
    numbers = list(range(1, count + 1))
    if LONG:
        yield from numbers
        return
    random.shuffle(numbers)
    end = time.monotonic() + seconds
    for number in numbers:
        if time.monotonic() > end:
            return
        yield number


def tree(folder):
    """All files below, as {relative path: text}."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = read(path)
    return found


def visible(folder):
    """The whole rows that a reader of a folder sees, sorted, those of each file with its k=v folders."""
    rows = []
    for path, text in tree(folder).items():
        parts = path.split(os.sep)
        if any(part.startswith(('.', '_')) for part in parts):
            continue
        keys = ''.join(',' + part for part in parts[:-1])
        assert not text or text.endswith('\n'), f'{path} ends within a row'
        rows += [line + keys for line in text.splitlines()]
    return sorted(rows)


def staged(folder):
    """What is left of files that were not finished."""
    return [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names
            if name.startswith('.streamd-')]


def same(actual, expected, what=''):
    if actual != expected:
        raise AssertionError(f'{what}\nexpected {shorten(expected)}\n     got {shorten(actual)}')


def shorten(value, limit=1500):
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + ' …'


def is_part_of(some, all_rows, what):
    """Multisets: nothing is there that does not belong, nothing twice."""
    more = collections.Counter(some) - collections.Counter(all_rows)
    if more:
        raise AssertionError(f'{what}: too much is there: {shorten(list(more.elements()))}')


class Folder:
    """A folder for one run; it stays when something fails in it."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix='crash-')
        return self.path

    def __exit__(self, kind, *_):
        if not kind:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            print(f'its folder: {self.path}')


def main(tests):
    wanted = [a for a in sys.argv[1:] if not a.startswith('-')]
    failed = 0
    seed = int(os.environ.get('SEED', random.randrange(1 << 30)))
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        random.seed(seed)
        start = time.monotonic()
        try:
            test()
            print(f'ok {test.__name__} {time.monotonic() - start:.1f} s', flush=True)
        except Exception:
            failed += 1
            print(f'FAILED {test.__name__} (SEED={seed})')
            traceback.print_exc(file=sys.stdout)
    sys.exit(1 if failed else 0)
