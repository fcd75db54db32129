#!/usr/bin/env python3
"""Lab 2 without a daemon: the shipped scripts over real netcat."""

import csv
import io
import signal
import tempfile

from cli_help import CLI
from labs_help import Netcat, Printing, example, tables
from server_help import main, same, wait_for


def rows_of(shell):
    text = shell.text()
    return list(csv.DictReader(io.StringIO(text[:text.rfind('\n') + 1])))


def per_second():
    with Netcat() as nc, Printing(CLI, '--local', '-e', example('per_second.sql', nc.port)) as shell:
        nc.connected()

        def total(word):
            return sum(int(row['n']) for row in rows_of(shell) if row['word'] == word)
        nc.type('x y x\n')
        shell.until('x and y', lambda _: total('x') == 2 and total('y') == 1)
        nc.type('x\n')
        shell.until('another x', lambda _: total('x') == 3)
        windows = [row['window_end'] for row in rows_of(shell) if row['word'] == 'x']
        assert len(set(windows)) == len(windows) >= 2, windows
        same(shell.signal(signal.SIGTERM), 143)


def running_counts_survive_kills():
    """Printed each second as changes; after kill -9 the counts go on where they were."""
    data, peers = tempfile.mkdtemp(), []
    with Netcat() as nc:
        script = example('running.sql', nc.port)
        for text, wanted in (('a b a\n', ['a,2', 'b,1']), ('a c\n', ['a,3', 'c,1']), ('c\n', ['c,2'])):
            with Printing(CLI, '--data-dir', data, '-e', script) as shell:
                peers.append(nc.connected(peers))
                nc.type(text)
                shell.until(str(wanted), lambda out: all(
                    line in [row[3:] for row in out.splitlines()] for line in wanted))
                # Printed is at least once, the counts are exactly once.
                same(shell.signal(signal.SIGKILL), -9)
        with Printing(CLI, '--data-dir', data, '--no-header', '-e', script, '-e',
                      "SELECT '=', word, n FROM counts ORDER BY word") as shell:
            shell.until('the counts', lambda out: out.count('=') == 3)
            same([line for line in shell.text().splitlines() if line[0] == '='],
                 ['=,a,3', '=,b,1', '=,c,2'])
            same(shell.signal(signal.SIGINT), 130)


def tables_of_complete_mode():
    with Netcat() as nc, Printing(CLI, '--local', '-e', example('structured.sql', nc.port)) as shell:
        nc.connected()
        nc.type('to be or not to be\n')
        shell.until('a table', lambda text: {'be': '2', 'not': '1', 'or': '1', 'to': '2'} in tables(text))
        nc.type('be  quick\n')
        shell.until('a table', lambda text: {'""': '1', 'be': '3', 'not': '1', 'or': '1', 'quick': '1',
                                             'to': '2'} in tables(text))
        same(shell.signal(signal.SIGINT), 130)
        same(shell.text(shell.err), '')


def sliding_sums():
    """A window's sum comes when the time of a later line has passed its end."""
    with Netcat() as nc, Printing(CLI, '--local', '-e', example('sliding.sql', nc.port)) as shell:
        nc.connected()
        nc.type('door,1,2024-01-02 09:00:01\ndoor,2,2024-01-02 09:00:09\n'
                'lamp,5,2024-01-02 09:00:12\nlamp,1,2024-01-02 09:00:24\n')
        shell.until('two windows', lambda _: len(rows_of(shell)) == 3)
        same(shell.text(), 'window_end,name,total\n2024-01-02 09:00:10,door,3\n'
                           '2024-01-02 09:00:20,door,3\n2024-01-02 09:00:20,lamp,5\n')
        same(shell.signal(signal.SIGINT), 130)


if __name__ == '__main__':
    main([per_second, running_counts_survive_kills, tables_of_complete_mode, sliding_sums])
