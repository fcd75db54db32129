#!/usr/bin/env python3
"""Keeps the ladder: who may include whom, and the tree's other fixed rules.

Reads the #include lines of every source file and prints each breach as
file:line: what.  Exit status 1 if there is any.

    tests/check_layers.py [--root DIR]
"""

import argparse
import os
import re
import subprocess
import sys

BASE = {'base'}
TYPES = BASE | {'types'}
CATALOG = TYPES | {'catalog'}
FUNCTIONS = CATALOG | {'functions'}
GRAMMAR = TYPES | {'grammar'}
PLANNER = FUNCTIONS | GRAMMAR | {'planner'}
EXECUTOR = FUNCTIONS | {'executor'}  # and the files of PLANNER_DATA
IO = CATALOG | {'io'}
STATE = TYPES | {'state'}
ENGINE = PLANNER | EXECUTOR | IO | STATE | {'engine'}
SERVER = ENGINE | {'server'}
CLI = ENGINE | {'cli'}  # and server/client*.h

MAY_INCLUDE = {
    'base': BASE,
    'types': TYPES,
    'catalog': CATALOG,
    'functions': FUNCTIONS,
    'grammar': GRAMMAR,
    'planner': PLANNER,
    'executor': EXECUTOR,
    'io': IO,
    'state': STATE,
    'engine': ENGINE,
    'server': SERVER,
    'cli': CLI,
    'main': SERVER | CLI | {'main'},
}
# The plan as data is the one thing the executor knows of the planner.
PLANNER_DATA = {'planner/physical.h', 'planner/program.h'}
MAY_ALSO = {
    'executor': lambda name: name in PLANNER_DATA,
    'cli': lambda name: re.match(r'server/client\w*\.h$', name),
}
ROOMS = set(MAY_INCLUDE) - {'main'}

# Foreign headers that only some rooms may see: header -> (rooms, a pattern for single files).
FENCED = {
    r'uv\.h|uv/.*': ({'io', 'engine', 'server', 'cli', 'main'}, None),
    r'sqlite3(ext)?\.h': ({'state'}, r'src/io/sqlite_\w*\.[ch]'),
    r'libpq-fe\.h': ({'cli'}, None),
    r'criterion/.*': (set(), r'tests/.*'),
}
# What reads a clock or the outside world is out of the executor's reach.
EXECUTOR_NEVER = {'base/clock.h', 'base/file.h', 'base/net.h', 'time.h', 'sys/time.h', 'fcntl.h',
                  'unistd.h', 'sys/socket.h', 'sys/stat.h', 'dirent.h'}
CLOCK_CALL = re.compile(r'(?<![\w.>])(clock_\w+|gettimeofday|time|localtime\w*|gmtime\w*|mktime|clock|'
                        r'timespec_get|rdtsc|__rdtsc|rand|random|getenv|usleep|nanosleep|sleep)'
                        r'\s*\(')

TOP_LEVEL = {'src', 'grammar', 'planner', 'executor', 'tests', 'sql', 'meson.build', 'README.md',
             'LICENSE'}
NO_README = ('.git', 'tests/unit', 'sql/examples', 'tests/sql', 'tests/fuzz')  # and below
WARN_LINES, FAIL_LINES = 900, 1200
SOURCE = re.compile(r'\.(c|h|y|re|in)$')
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Report:
    def __init__(self):
        self.breaches, self.warnings = [], []

    def breach(self, path, line, text):
        self.breaches.append(f'{path}:{line}: {text}')

    def warn(self, path, line, text):
        self.warnings.append(f'{path}:{line}: warning: {text}')


def room_of(path):
    """The room that a file belongs to: a key of MAY_INCLUDE, 'test', or None."""
    parts = path.split('/')
    if parts[0] in ('grammar', 'planner', 'executor'):
        return parts[0]
    if parts[0] == 'src':
        if len(parts) == 2:
            return 'main'
        return parts[1] if parts[1] in ROOMS else None
    if parts[0] == 'tests':
        return 'test'
    return None


def target_of(name, path, files):
    """The room of an included project header, or None for a foreign one."""
    first = name.split('/')[0]
    if '/' in name and first in ROOMS:
        return first
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if beside in files:
        return room_of(beside)
    return None


def strip_comments(text):
    """Blanks comments and literals out, so that no word in them counts; lines stay in place."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)


def check_includes(path, room, text, files, report):
    if room == 'test':
        match = re.match(r'tests/unit/(\w+)/', path)
        layer = match.group(1) if match and match.group(1) in ROOMS else None
    else:
        layer = room
    code = strip_comments(text).split('\n')
    for number, line in enumerate(text.split('\n'), 1):
        match = INCLUDE.match(line)
        if not match or not code[number - 1].lstrip().startswith('#'):
            continue
        quoted, name = match.group(1) == '"', match.group(2)
        target = target_of(name, path, files)
        if quoted and '..' in name.split('/'):
            report.breach(path, number, f'"{name}": includes are written from the root or from src')
        if layer and target and target != 'test' and target not in MAY_INCLUDE[layer]:
            also = MAY_ALSO.get(layer)
            if not (also and also(name)):
                report.breach(path, number, f'{layer} may not include {name}')
        for pattern, (rooms, single) in FENCED.items():
            if re.fullmatch(pattern, name) and room not in rooms and room != 'test' and \
                    not (single and re.fullmatch(single, path)):
                report.breach(path, number, f'{name} may not be included here')
        if room == 'executor' and name in EXECUTOR_NEVER:
            report.breach(path, number, f'nothing in executor/ includes {name}')
    if room == 'executor':
        for number, line in enumerate(code, 1):
            match = CLOCK_CALL.search(line)
            if match:
                report.breach(path, number, f'nothing in executor/ calls {match.group(1)}()')


def check_length(path, text, report):
    lines = text.count('\n')
    if lines > FAIL_LINES:
        report.breach(path, lines, f'{lines} lines; a file has at most {FAIL_LINES}')
    elif lines > WARN_LINES:
        report.warn(path, lines, f'{lines} lines; files are small')


def check_tree(files, report):
    for name in sorted({path.split('/')[0] for path in files}):
        if name not in TOP_LEVEL and not name.startswith('.'):
            report.breach(name, 1, 'is not one of the top level\'s entries')
    folders = {''}
    for path in files:
        parts = path.split('/')[:-1]
        folders.update('/'.join(parts[:i]) for i in range(1, len(parts) + 1))
    for folder in sorted(folders):
        below = any(folder.startswith(name + '/') for name in NO_README)
        if folder.startswith('.') or below:
            continue
        if os.path.join(folder, 'README.md') not in files:
            report.breach(folder or '.', 1, 'has no README.md')


def list_files(root):
    """What git knows or would add; without git, what lies there."""
    try:
        out = subprocess.run(['git', '-C', root, '-c', 'safe.directory=*', 'ls-files', '-z',
                              '--cached', '--others', '--exclude-standard'],
                             check=True, capture_output=True).stdout.decode()
        names = [name for name in out.split('\0') if name]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, entries in os.walk(root):
            inside = os.path.relpath(folder, root)
            folders[:] = [f for f in folders if not f.startswith('build') and f != '.git'
                          and f != '__pycache__']
            names += [os.path.normpath(os.path.join(inside, e)) for e in entries]
    return {name for name in names if os.path.isfile(os.path.join(root, name))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--root', default=os.path.join(os.path.dirname(__file__), '..'))
    args = parser.parse_args()
    root = os.path.abspath(args.root)
    files = list_files(root)
    report = Report()
    check_tree(files, report)
    checked = 0
    for path in sorted(files):
        room = room_of(path)
        if not SOURCE.search(path) or room is None:
            continue
        with open(os.path.join(root, path), encoding='utf-8', errors='replace') as f:
            text = f.read()
        checked += 1
        check_length(path, text, report)
        check_includes(path, room, text, files, report)
    for line in report.warnings + report.breaches:
        print(line)
    print(f'layers: {checked} files, {len(report.breaches)} breaches')
    return 1 if report.breaches else 0


if __name__ == '__main__':
    sys.exit(main())
