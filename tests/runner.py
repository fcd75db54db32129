#!/usr/bin/env python3
"""Runs the project's tests; tests/run installs what is missing and calls it.

Every test is one (name, function) pair that returns an Outcome; a build is a
test too.  The last line counts them: N passed, N failed.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..'))
BATCH_ROWS, THREADS = (1, 7, 2048), (1, 2, 4)
SKIPPED_STATUS = 77
SHOWN_LINES = 60

KINDS = {
    # -O1 and line tables: what a sanitizer's report needs, and fast to compile.
    'release': ('build', ['-Dbuildtype=release', '-Db_sanitize=none']),
    'sanitize': ('build-asan', ['-Doptimization=1', '-Ddebug=true', '-Db_lundef=false',
                                '-Db_sanitize=address,undefined',
                                '-Dc_args=-fno-sanitize-recover=undefined -g1']),
    'tsan': ('build-tsan', ['-Doptimization=1', '-Ddebug=true', '-Db_lundef=false',
                            '-Db_sanitize=thread', '-Dc_args=-g1']),
}

# How much longer a test may take.
SLOWER = {'release': 1, 'sanitize': 5, 'tsan': 15}


class Outcome:
    def __init__(self, result, text='', passed=0, failed=0):
        self.result = result  # 'pass', 'fail' or 'skip'
        self.text = text
        # A program of unit tests stands for many; others for themselves.
        self.passed = passed or (result == 'pass')
        self.failed = failed or (result == 'fail')


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def add(self, name, outcome):
        self.passed += outcome.passed
        self.failed += outcome.failed
        self.skipped += outcome.result == 'skip'
        if outcome.result == 'fail':
            self.failures.append(name)
            lines = outcome.text.rstrip().split('\n')
            if len(lines) > SHOWN_LINES:
                lines = lines[:SHOWN_LINES // 2] + ['…'] + lines[-SHOWN_LINES // 2:]
            print(f'FAILED {name}')
            print(''.join(f'    {line}\n' for line in lines), end='', flush=True)

    def line(self):
        skipped = f', {self.skipped} skipped' if self.skipped else ''
        return f'{self.passed} passed, {self.failed} failed{skipped}'


def run(command, timeout, env=None, cwd=ROOT):
    """Exit status (124 after the time-out) and what was printed, both streams together.  The
    process gets a group of its own, of which nothing is left afterwards."""
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=subprocess.STDOUT,
                                       start_new_session=True)
        except OSError as error:
            return 127, str(error)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = 124
        try:
            os.killpg(process.pid, 9)
        except OSError:
            pass
        process.wait()
        out.seek(0)
        text = out.read().decode('utf-8', 'replace')
    return status, text + (f'\nstopped after {timeout} s' if status == 124 else '')


def sanitizer_env(env, folder):
    """Reports go to files in `folder`, where nobody who catches stderr hides them."""
    log = os.path.join(folder, 'sanitizer')
    env['ASAN_OPTIONS'] = (f'log_path={log}:exitcode=99:detect_stack_use_after_return=1:'
                           'strict_string_checks=1:check_initialization_order=1')
    env['UBSAN_OPTIONS'] = f'log_path={log}:print_stacktrace=1:halt_on_error=1'
    env['TSAN_OPTIONS'] = (f'log_path={log}:exitcode=99:second_deadlock_stack=1:suppressions=' +
                           os.path.join(ROOT, 'tests', 'tsan.supp'))
    return env


def sanitizer_reports(folder):
    text = ''
    for name in sorted(os.listdir(folder)):
        if name.startswith('sanitizer.'):
            with open(os.path.join(folder, name), errors='replace') as f:
                text += f.read()
    return text


def in_own_folder(command, timeout, build, kind):
    """Runs one test with its own TMPDIR and HOME; the folder stays when it fails."""
    folder = tempfile.mkdtemp(prefix='streamd-test-')
    os.mkdir(os.path.join(folder, 'tmp'))
    env = sanitizer_env(dict(os.environ), folder)
    for name in [n for n in env if n.startswith(('STREAMD_', 'PG', 'XDG_'))]:
        del env[name]
    env.update(TMPDIR=os.path.join(folder, 'tmp'), HOME=folder, LC_ALL='C.UTF-8', TZ='UTC',
               PATH=build + ':' + env.get('PATH', ''), STREAMD_BUILD=build,
               STREAMD_BUILD_KIND=kind, STREAMD_ROOT=ROOT, PYTHONDONTWRITEBYTECODE='1')
    status, text = run(command, timeout * SLOWER[kind], env)
    reports = sanitizer_reports(folder)
    if reports:
        text += '\n' + reports
    if reports or status not in (0, SKIPPED_STATUS):
        shown = ' '.join(os.path.relpath(c, ROOT) if c.startswith(ROOT) else c for c in command)
        return Outcome('fail', f'$ {shown}\n{text}\nexit status {status}; its folder: {folder}')
    shutil.rmtree(folder, ignore_errors=True)
    return Outcome('skip' if status == SKIPPED_STATUS else 'pass', text)


# ---------------------------------------------------------------- the kinds of tests

def build(kind):
    folder, options = KINDS[kind]
    folder = os.path.join(ROOT, folder)
    again = ['--reconfigure'] if os.path.exists(os.path.join(folder, 'build.ninja')) else []
    status, text = run(['meson', 'setup', folder, *again, '-Dwerror=true', *options], 300)
    if status == 0:
        status, text = run(['ninja', '-k', '20', '-C', folder], 1800)
    if status:
        wanted = re.compile(r'error:|ERROR|FAILED:|undefined reference|warning:')
        lines = text.split('\n')
        lines = [line for line in lines if wanted.search(line)] or lines[-30:]
        return Outcome('fail', '\n'.join(lines))
    return Outcome('pass')


def unit_outcome(test):
    out, err = test.get('stdout', ''), test.get('stderr', '')
    good = len(re.findall(r'^ok ', out, re.M))
    bad = len(re.findall(r'^not ok ', out, re.M))
    if test['result'] == 'SKIP':
        return Outcome('skip')
    if test['result'] == 'OK':
        return Outcome('pass', passed=good)
    return Outcome('fail', f'{test["result"]}\n{out}\n{err}', passed=good, failed=bad or 1)


def unit_tests(kind, tally):
    build_folder = os.path.join(ROOT, KINDS[kind][0])
    log = os.path.join(build_folder, 'meson-logs', 'testlog.json')
    if os.path.exists(log):
        os.unlink(log)
    with tempfile.TemporaryDirectory(prefix='streamd-unit-') as folder:
        env = sanitizer_env(dict(os.environ), folder)
        status, text = run(['meson', 'test', '-C', build_folder, '--no-rebuild', '-t', str(SLOWER[kind])],
                           1800, env)
        reports = sanitizer_reports(folder)
    tests = []
    if os.path.exists(log):
        with open(log) as f:
            tests = [json.loads(line) for line in f]
    for test in tests:
        tally.add(f'unit {test["name"]} ({kind})', unit_outcome(test))
    if reports:
        tally.add(f'unit: sanitizer reports ({kind})', Outcome('fail', reports))
    failing = [t for t in tests if t['result'] not in ('OK', 'SKIP', 'EXPECTEDFAIL')]
    if status and not failing and (tests or 'No tests defined' not in text):
        tally.add(f'unit tests ({kind})', Outcome('fail', text))


def find(folder, suffixes):
    found = []
    for place, folders, names in os.walk(os.path.join(ROOT, folder)):
        folders.sort()
        found += [os.path.join(place, n) for n in sorted(names) if n.endswith(suffixes)]
    return found


def commit():
    status, text = run(['git', '-c', 'safe.directory=*', 'rev-parse', 'HEAD'], 10)
    return text.strip() if status == 0 else 'none'


def combinations(path, kind, long):
    """The flags of each run of a dialog: plain, and one combination that changes from commit to
    commit, so that in time all of them are seen."""
    matrix = [(b, t) for b in BATCH_ROWS for t in THREADS]
    if kind == 'tsan':
        matrix = [(7, 4)]
    elif not long:
        name = os.path.relpath(path, ROOT) + commit_hash
        matrix = [matrix[int(hashlib.sha256(name.encode()).hexdigest(), 16) % len(matrix)]]
    flags = [['--batch-rows', str(b), '--threads', str(t)] for b, t in matrix]
    return flags if kind == 'tsan' else [[]] + flags


def replays(kind, options):
    """(name, function) of each replay of a dialog or example."""
    folder = os.path.join(ROOT, KINDS[kind][0])
    cli = os.path.join(folder, 'streamd-cli')
    dialogs = find('tests/sql', '.slt')
    examples = [p for p in find('sql/examples', '.sql') if os.path.exists(p[:-4] + '.out')]
    tests = []
    for path in dialogs + examples:
        for flags in combinations(path, kind, options.long):
            name = ' '.join([os.path.relpath(path, ROOT), *flags]) + f' ({kind})'
            if os.path.exists(cli):
                command = [cli, 'replay', '--own-spelling', '--timeout', str(60 * SLOWER[kind]), *flags,
                           path]
                tests.append((name, lambda c=command: in_own_folder(c, 120, folder, kind)))
            else:
                tests.append((name, lambda: Outcome('skip')))
    return tests


def scripts(kind):
    """e2e and crash scripts; `# run: alone` among the first lines keeps the machine for one."""
    folder = os.path.join(ROOT, KINDS[kind][0])
    together, alone = [], []
    if kind == 'tsan':
        return together, alone
    for path in find('tests/e2e', ('.py', '.sh')) + find('tests/crash', ('.py', '.sh')):
        if not os.access(path, os.X_OK):
            continue  # a module that the others share
        name = os.path.relpath(path, ROOT) + f' ({kind})'
        with open(path, errors='replace') as f:
            head = f.read(2000)
        run_it = (name, lambda p=path: in_own_folder([p], 600, folder, kind))
        (alone if '# run: alone' in head else together).append(run_it)
    return together, alone


def layers():
    status, text = run([sys.executable, os.path.join(ROOT, 'tests', 'check_layers.py')], 60)
    return Outcome('fail' if status else 'pass', text)


# ---------------------------------------------------------------- all of it

def run_all(tests, tally, jobs, wanted):
    tests = [(name, test) for name, test in tests if wanted in name]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for (name, _), outcome in zip(tests, pool.map(lambda t: t[1](), tests)):
            tally.add(name, outcome)


class Stage:
    """Prints what a stage counted and how long it took."""

    def __init__(self, title, tally):
        self.title, self.tally = title, tally

    def __enter__(self):
        self.start, self.before = time.monotonic(), (self.tally.passed, self.tally.failed,
                                                     self.tally.skipped)

    def __exit__(self, *_):
        p, f, s = (now - old for now, old in zip(
            (self.tally.passed, self.tally.failed, self.tally.skipped), self.before))
        if p or f or s:
            took = time.monotonic() - self.start
            print(f'{self.title:<28} {p:>5} passed {f:>4} failed {s:>4} skipped {took:>7.1f} s',
                  flush=True)


def main():
    global commit_hash
    parser = argparse.ArgumentParser(prog='tests/run', description='Runs all tests.')
    parser.add_argument('--long', action='store_true',
                        help='every dialog at every batch size and number of threads, and random '
                             'queries from new seeds for minutes')
    parser.add_argument('--release-only', action='store_true', help='the quick round: without sanitizers')
    parser.add_argument('--sanitize-only', action='store_true', help='the thorough round alone')
    parser.add_argument('--tsan', action='store_true', help='only: ThreadSanitizer')
    parser.add_argument('--only', default='', metavar='TEXT',
                        help='dialogs, examples and scripts whose name contains TEXT; no others')
    parser.add_argument('-j', '--jobs', type=int, default=os.cpu_count() or 2,
                        help='at a time; as many as cores')
    options = parser.parse_args()
    kinds = ['release', 'sanitize']
    if options.release_only:
        kinds = ['release']
    if options.sanitize_only:
        kinds = ['sanitize']
    if options.tsan:
        kinds = ['tsan']
    if options.long:
        os.environ['STREAMD_LONG'] = '1'
    # What is started behind `&` in a script, or by nohup, ignores these signals, and so would every
    # program here that is to be ended by them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    commit_hash = commit()
    tally = Tally()
    start = time.monotonic()
    if not options.only:
        with Stage('layers', tally):
            tally.add('tests/check_layers.py', layers())
    for kind in kinds:
        with Stage(f'build ({kind})', tally):
            built = build(kind)
            tally.add(f'build ({kind})', built)
        if built.result != 'pass':
            continue
        if not options.only:
            with Stage(f'unit ({kind})', tally):
                unit_tests(kind, tally)
        with Stage(f'dialogs, examples ({kind})', tally):
            run_all(replays(kind, options), tally, options.jobs, options.only)
        together, alone = scripts(kind)
        with Stage(f'e2e, crash ({kind})', tally):
            run_all(together, tally, options.jobs, options.only)
            run_all(alone, tally, 1, options.only)
    for name in tally.failures:
        print(f'FAILED {name}')
    print(f'took {time.monotonic() - start:.0f} s')
    print(tally.line())
    return 0 if tally.passed and not tally.failed else 1


if __name__ == '__main__':
    sys.exit(main())
