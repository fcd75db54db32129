#!/usr/bin/env python3
"""psql as a client of streamd."""

import os
import signal
import subprocess
import tempfile
import time

from server_help import Client, Daemon, main, need, same


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
        path = os.path.join(folder, 'a.csv')
        with open(path, 'w') as f:
            f.write('a,b\n1,x\n2,y\n')
        got = psql(daemon, '-c', f"COPY (SELECT a FROM read_csv('{path}', header => true)) TO STDOUT")
        same([line.strip() for line in got.stdout.split()][-2:], ['1', '2'], got.stderr)


def streams_until_cancelled():
    with Daemon() as daemon:
        Client(daemon).query("CREATE TABLE gen (n BIGINT) WITH (connector = 'datagen', "
                             "'rows-per-second' = '100')")
        process = subprocess.Popen(['psql', '-X', '-h', daemon.dir, '-c',
                                    'COPY (SELECT n FROM gen) TO STDOUT'], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [process.stdout.readline() for _ in range(20)]
        assert all(line.endswith('\n') for line in lines), lines
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        process = subprocess.Popen(['psql', '-X', '-h', daemon.dir, '-c', 'SELECT n FROM gen'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        same(psql(daemon, '-Atc', 'SELECT 1').stdout, '1\n')


if __name__ == '__main__':
    need('psql')
    main([answers, errors_have_a_caret, copies_out, streams_until_cancelled])
