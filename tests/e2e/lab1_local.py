#!/usr/bin/env python3
"""Lab 1 without a daemon: the shipped script, and the same as jobs that go on, killed and resumed."""

import os
import shutil
import signal
import tempfile

from cli_help import CLI, Running, cli
from labs_help import (EXAMPLES, EXPECTED, FILES, Printing, READ_BACK, READ_MONTHS, content,
                       lab1_script, months, put, written)
from server_help import main, same, wait_for


def the_shipped_script():
    """As in its README; run again it finds nothing new to do."""
    folder = os.path.join(tempfile.mkdtemp(), 'lab1')
    shutil.copytree(os.path.join(EXAMPLES, 'lab1_kospi'), folder)
    with open(os.path.join(folder, 'lab1.out')) as f:
        recorded = f.read()
    for _ in range(2):
        answer = cli('--data-dir', 'state', '-f', 'lab1.sql', cwd=folder)
        same((answer.out, answer.err), (recorded, ''))
        same(content(written(os.path.join(folder, 'OutputStream'))), EXPECTED)
        same(len(os.listdir(os.path.join(folder, 'Partitions'))), 8)


def asked_while_it_runs():
    """0, 40, 160 rows while the jobs run; killed, and started again by the same script."""
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, 'InputStream')
    os.mkdir(source)

    def feed(number):
        put(FILES[number], os.path.join(source, f'{number}.csv'))

    here = os.getcwd()
    os.chdir(folder)
    try:
        for first, counts in ((0, ['0', '40', '80']), (2, ['80', '120', '160'])):
            with Running('--data-dir', 'state', '--no-header') as shell:
                shell.type(lab1_script() + "FLUSH; SELECT '=', count(id) FROM stock;")
                same(shell.until('\n'), f'=,{counts[0]}\n')
                for i in (0, 1):
                    feed(first + i)
                    shell.type("FLUSH; SELECT '=', count(id) FROM stock;")
                    same(shell.until('\n'), f'=,{counts[i + 1]}\n')
                shell.type("SELECT '=', count(*) FROM stock WHERE id IS NULL;")
                same(shell.until('\n'), '=,0\n')
                same(shell.signal(signal.SIGKILL if first == 0 else signal.SIGTERM),
                     -9 if first == 0 else 143)
        same(cli('--local', '--no-header', '-e', READ_BACK).out, EXPECTED)
        same(cli('--local', '--no-header', '-e', READ_MONTHS).out, months())
    finally:
        os.chdir(here)


def interrupted_anywhere():
    """Ctrl-C while it works: 130, nothing staged is left, the next run goes on."""
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, 'InputStream'))
    out = os.path.join(folder, 'OutputStream')
    for i, path in enumerate(FILES):
        put(path, os.path.join(folder, 'InputStream', f'{i}.csv'))
        with Printing(CLI, '--data-dir', 'state', '-e', lab1_script(), cwd=folder) as shell:
            rows = 40 * (i + 1)

            def there():
                return sum(os.path.getsize(os.path.join(out, name)) for name in os.listdir(out)) \
                    if os.path.isdir(out) else 0
            expected = ''.join(EXPECTED.splitlines(True)[:rows])
            if i % 2:
                wait_for('its output', lambda: there() == len(expected))
            code = shell.signal(signal.SIGINT)
            assert code == 130 or (code == -2 and i % 2 == 0), f'exit status {code}'
            same(shell.text() + shell.text(shell.err), '')
        if i % 2:
            same(sorted(content(written(out)).splitlines()), sorted(expected.splitlines()))
        same([name for name in (os.listdir(out) if os.path.isdir(out) else [])
              if name.startswith('.streamd')], [])
    same(cli('--local', '--no-header', '-e', READ_BACK, cwd=folder).out, EXPECTED)


if __name__ == '__main__':
    main([the_shipped_script, asked_while_it_runs, interrupted_anywhere])
