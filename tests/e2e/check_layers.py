#!/usr/bin/env python3
"""check_layers.py finds each kind of breach in a made-up tree, and nothing in a good one."""
import os
import subprocess
import sys

ROOT, TMP = os.environ['STREAMD_ROOT'], os.environ['TMPDIR']
GOOD = {
    'README.md': '', 'LICENSE': '', 'meson.build': '', 'src/README.md': '',
    'src/base/README.md': '', 'src/base/a.h': '#include <stdio.h>\n',
    'src/types/README.md': '', 'src/types/t.h': '#include "base/a.h"\n',
    'src/io/README.md': '', 'src/io/sqlite_in.c': '#include <sqlite3.h>\n#include <uv.h>\n',
    'planner/README.md': '', 'planner/physical.h': '', 'planner/rule.h': '',
    'executor/README.md': '',
    'executor/op.c': '#include "planner/physical.h"\n#include "op.h"\n/* time( */\n// clock_x(\n'
                     'char *s = "time(";\nint y = op->time(1);\n',
    'executor/op.h': '', 'src/main.c': '#include "cli/c.h"\n#include "server/s.h"\n',
    'src/cli/README.md': '', 'src/cli/c.h': '#include <libpq-fe.h>\n#include "server/client.h"\n',
    'src/server/README.md': '', 'src/server/s.h': '', 'src/server/client.h': '',
}
BAD = [
    ('src/base/b.c', '\n#include "types/t.h"\n', 'src/base/b.c:2: base may not include types/t.h'),
    ('src/types/b.c', '#include <uv.h>\n', 'uv.h may not be included here'),
    ('src/io/b.c', '#include <sqlite3.h>\n', 'sqlite3.h may not be included here'),
    ('src/server/b.c', '#include <libpq-fe.h>\n', 'libpq-fe.h may not be included here'),
    ('src/io/b.c', '#include "executor/op.h"\n', 'io may not include executor/op.h'),
    ('src/cli/b.c', '#include "server/s.h"\n', 'cli may not include server/s.h'),
    ('src/types/b.c', '#include "../base/a.h"\n', 'from the root or from src'),
    ('executor/b.c', '#include "planner/rule.h"\n', 'executor may not include planner/rule.h'),
    ('executor/b.c', '#include "base/clock.h"\n', 'nothing in executor/ includes base/clock.h'),
    ('executor/b.c', 'x = clock_now_us(c);\n', 'executor/b.c:1: nothing in executor/ calls'),
    ('src/io/b.c', '\n' * 1300, 'a file has at most'),
    ('notes.txt', '', 'is not one of the top level'),
    ('src/types/sub/b.h', '', 'src/types/sub:1: has no README.md'),
    ('tests/unit/base/test_b.c', '#include "types/t.h"\n', 'base may not include types/t.h'),
]


def check(name, extra):
    root = os.path.join(TMP, name)
    for path, text in {**GOOD, **extra}.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), 'w') as f:
            f.write(text)
    done = subprocess.run([sys.executable, os.path.join(ROOT, 'tests/check_layers.py'), '--root',
                           root], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


status, text = check('good', {})
assert status == 0, text
for number, (path, body, wanted) in enumerate(BAD):
    status, text = check(f'bad{number}', {path: body, 'tests/README.md': '',
                                               'tests/unit/README.md': ''})
    assert status == 1 and wanted in text and '1 breaches' in text, (path, body, text)
