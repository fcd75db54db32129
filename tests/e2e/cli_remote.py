#!/usr/bin/env python3
"""streamd-cli with a daemon: the same output as without, found without being told, never guessed."""

import os
import signal
import tempfile

from cli_help import Running, cli, main, same
from server_help import Daemon

EVERYTHING = """SELECT 1 + 1 AS two, 'a' || 'b' AS ab, NULL AS n, '' AS e, 7 / 2 AS d, 1.5::DOUBLE AS f,
 TRUE AS t, 0.1::FLOAT AS g, 1e20::DOUBLE AS h, ARRAY[1.5::DOUBLE, 2] AS arr, 'x'::BYTES AS byt,
 TIMESTAMP '2024-01-02 03:04:05' AS ts, DATE '2024-01-02' AS dt, ARRAY['x y', ''] AS ss,
 ARRAY[TRUE, NULL] AS bs, INTERVAL '1' DAY AS iv, 1.50::DECIMAL(5, 2) AS de, 'NaN'::DOUBLE AS nn,
 2559.0::FLOAT AS fl, 123456789.0::DOUBLE AS big"""
STATEMENTS = [EVERYTHING, "SELECT x, x * 2 AS y FROM (VALUES (1), (2), (NULL)) AS v(x)",
              'SELECT 1 AS a WHERE FALSE', 'EXPLAIN SELECT 1', "COPY (SELECT 1, 'x') TO STDOUT",
              "SET timezone = 'Asia/Seoul'; SELECT TIMESTAMPTZ '2024-01-02 09:00:00+00' AS t, "
              "ARRAY[TIMESTAMPTZ '2024-01-02 09:00:00+00', NULL] AS ts, ARRAY[DATE '2024-01-02'] AS ds",
              "COPY (SELECT TRUE, 2559::DOUBLE, ARRAY[1::DOUBLE], TIMESTAMPTZ '2024-01-02 09:00+00') TO STDOUT",
              'SELECT nosuch', "SELECT '체', 1 / 0", 'SELEC 1',
              'CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2), (2); SELECT * FROM t']


def test_same_output():
    with Daemon() as daemon:
        for form in ('csv', 'tsv', 'json', 'jsonl', 'box', 'markdown', 'line'):
            for sql in STATEMENTS[:-1]:
                here = cli('--local', '--format', form, '-e', sql, code=None)
                there = cli('--socket', daemon.dir, '--format', form, '-e', sql, code=None)
                same((there.code, there.out, there.err), (here.code, here.out, here.err), sql)
        here = cli('--local', '-e', STATEMENTS[-1]).out
        same(cli('--socket', daemon.dir, '-e', STATEMENTS[-1]).out, here)
        # It is the daemon's: still there.
        same(cli('--socket', os.path.join(daemon.dir, '.s.PGSQL.5432'), '--no-header',
                 '-e', 'SELECT sum(a) FROM t').out, '5\n')


def test_streams():
    with Daemon() as daemon:
        folder = tempfile.mkdtemp()
        table = (f"CREATE TABLE src (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{folder}', "
                 "'format'='csv', 'scan.mode'='watch', 'scan.monitor-interval'='50 ms')")
        cli('--socket', daemon.dir, '-e', table)

        def put(name, text):
            with open(os.path.join(folder, '.' + name), 'w') as f:
                f.write(text)
            os.rename(os.path.join(folder, '.' + name), os.path.join(folder, name))
        put('a.csv', 'x,1\n')
        dashes = '-' * 43
        with Running('--socket', daemon.dir, '-e', 'SELECT k, v FROM src') as stream:
            same(stream.until('x,1\n'), 'k,v\nx,1\n')
            with Running('--socket', daemon.dir, '-e',
                         'SELECT k, sum(v) AS s FROM src GROUP BY k EMIT COMPLETE') as tables:
                same(tables.until('x,1\n'), f'{dashes}\nBatch: 0\n{dashes}\nk,s\nx,1\n')
                put('b.csv', 'x,2\n')
                same(tables.until('x,3\n'), f'\n{dashes}\nBatch: 1\n{dashes}\nk,s\nx,3\n')
                same(tables.signal(signal.SIGINT), 130)
                same(tables.rest(), ('\n', ''))
            same(stream.until('x,2\n'), 'x,2\n')
            same(stream.signal(signal.SIGTERM), 143)


def test_found_without_being_told():
    runtime = tempfile.mkdtemp(prefix='r-', dir='/tmp')
    env = {'XDG_RUNTIME_DIR': runtime}
    with Daemon() as daemon:
        os.symlink(daemon.dir, os.path.join(runtime, 'streamd'))
        cli('-e', 'CREATE TABLE here (a INT)', env=env)
        cli('-e', 'SELECT * FROM here', env=env)
        cli('--local', '-e', 'SELECT * FROM here', env=env, code=1)
        cli('--data-dir', os.path.join(runtime, 'data'), '-e', 'SELECT * FROM here', env=env, code=1)
    # Gone: then here.
    same(cli('-e', 'SELECT 1 AS a', env=env).out, 'a\n1\n')


def test_named_ones_are_not_replaced():
    nowhere = tempfile.mkdtemp()
    for args in (['--socket', nowhere], ['--socket', os.path.join(nowhere, '.s.PGSQL.5432')],
                 ['--host', '127.0.0.1', '--port', '1'], ['--port', '1']):
        answer = cli(*args, '-e', 'SELECT 1', code=3)
        same(answer.out, '')
        assert answer.err.startswith('ERROR: 08001: '), answer.err


def test_daemon_ends():
    with Daemon() as daemon:
        with Running('--socket', daemon.dir, '--no-header') as shell:
            shell.type('SELECT 1;\n')
            shell.until('1\n')
            daemon.end()
            shell.type('SELECT 2;\n')
            out, err = shell.rest()
            same((out, shell.process.returncode), ('', 3))
            assert err.startswith('ERROR: '), err


main(globals())
