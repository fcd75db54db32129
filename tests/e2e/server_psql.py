#!/usr/bin/env python3
"""psql as a client of streamd."""

import os
import signal
import subprocess
import tempfile
import time

from server_help import Client, Daemon, main, need, same, watched


def psql(daemon, *options, stdin=None, **more):
    return subprocess.run(['psql', '-X', '-h', daemon.dir, *options], input=stdin, text=True,
                          capture_output=True, timeout=120, **more)


def answers():
    with Daemon() as daemon:
        got = psql(daemon, '-c', 'SELECT 1')
        same(got.stdout.split(), ['?column?', '----------', '1', '(1', 'row)'])
        same((got.stderr, got.returncode), ('', 0))
        got = psql(daemon, '-At', '-c', "SELECT TRUE, NULL, 'x y', CAST(2559 AS DOUBLE)",
                   '-c', 'SELECT 2')
        same(got.stdout, 't||x y|2559\n2\n')
        got = psql(daemon, '-At', stdin='SELECT 1;\nSELECT 2; SELECT 3;\n')
        same(got.stdout, '1\n2\n3\n')


def errors_have_a_caret():
    with Daemon() as daemon:
        got = psql(daemon, '-c', 'SELECT 1 + nonsense')
        same(got.returncode, 1)
        lines = got.stderr.split('\n')
        assert lines[0].startswith('ERROR:  '), got.stderr
        same(lines[1], 'LINE 1: SELECT 1 + nonsense')
        same(lines[2], ' ' * len('LINE 1: SELECT 1 + ') + '^')
        got = psql(daemon, '-c', "SELECT 'äöü',\n  nonsense")
        lines = got.stderr.split('\n')
        same(lines[1:3], ['LINE 2:   nonsense', ' ' * len('LINE 2:   ') + '^'])
        # What asks for PostgreSQL's own catalog fails cleanly, and the session goes on.
        got = psql(daemon, '-At', stdin='\\d\n\\dt\n\\d nothing\n\\l\nSELECT 5;\n')
        same(got.stdout, '5\n')
        assert 'ERROR' in got.stderr and 'server closed' not in got.stderr, got.stderr


def copies_out():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        table, _ = watched(folder)
        got = psql(daemon, '-c', table, '-c', "COPY (SELECT n FROM (VALUES (1), (2)) AS t(n)) TO STDOUT")
        same(got.stdout.split()[-2:], ['1', '2'], got.stderr)


def streams_until_cancelled():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        table, add = watched(folder)
        Client(daemon).query(table)
        process = subprocess.Popen(['psql', '-X', '-h', daemon.dir, '-c',
                                    'COPY (SELECT n FROM log) TO STDOUT'], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        add(7)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)  # psql itself keeps rows back in a pipe
        same(out.split(), [str(i) for i in [*range(20), 7]])
        process = subprocess.Popen(['psql', '-X', '-h', daemon.dir, '-c', 'SELECT n FROM log'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        same(psql(daemon, '-Atc', 'SELECT 1').stdout, '1\n')


if __name__ == '__main__':
    need('psql')
    main([answers, errors_have_a_caret, copies_out, streams_until_cancelled])
