#!/usr/bin/env python3
"""What streamd-cli prints, says and exits with is the same in local and in daemon mode."""

import os
import tempfile

from cli_help import cli, main, same
from labs_help import KOSPI
from server_help import Daemon

FORMATS = ('csv', 'tsv', 'json', 'jsonl', 'box', 'markdown', 'line')
TABLE = ("CREATE TABLE {0} (id INT, v INT, s STRING) WITH ('connector'='filesystem', 'path'='bad.csv', "
         "'format'='csv', 'csv.header'='true', 'scan.mode'='bounded')")
BAD = 'id,v,s\n1,10,x\n2,oops,y\n3,30\n4,40,z,extra\n5,99999999999,q\n6,60,체\n'

# Each is run by a streamd-cli of its own; all of them on one data directory or daemon, in order.
CALLS = [
    # what is asked
    ['-e', "SELECT count(*) AS n, max(High), min(\"Date\"), avg(Volume) FROM 'data/KOSPI_STOCK_*.csv'"],
    ['-e', "SELECT * FROM 'data/KOSPI_STOCK_3.csv' ORDER BY id DESC LIMIT 3"],
    ['-e', "SELECT * EXCLUDE (\"Adj Close\") FROM read_csv('data/KOSPI_STOCK_0.csv') LIMIT 2; "
           "FROM 'data/KOSPI_STOCK_1.csv' LIMIT 1"],
    ['--no-header', '-e', "VALUES (1, 'a'), (2, NULL)", '-e', 'SELECT 3; SELECT 4;'],
    ['-e', 'SELECT NULL AS n, TRUE AS t, -7 / 2 AS d, 1e300 * 10 AS x, DATE \'2024-02-29\' AS day, '
           "TIME '01:02:03.5' AS t, INTERVAL '1' DAY AS i, X'00ff' AS b, 'π\u3042😀' AS s"],
    ['-e', "COPY (SELECT 1, NULL, E'a\\tb', '') TO STDOUT"],
    ['-e', ''],
    ['-e', '-- nothing but a comment'],
    ['-e', ';;;'],
    # what is made and shown
    ['-e', 'CREATE TABLE t (a INT, b STRING); INSERT INTO t VALUES (1, \'x\'), (2, NULL), (3, \'\');'
           'SELECT * FROM t ORDER BY a DESC; SELECT count(b), sum(a) FROM t'],
    ['-e', 'CREATE TABLE t (a INT)'],
    ['-e', 'CREATE TABLE IF NOT EXISTS t (a INT, b STRING)'],
    ['-e', 'CREATE TABLE IF NOT EXISTS t (other DOUBLE)'],
    ['-e', 'DESCRIBE t; SHOW TABLES; SHOW CREATE TABLE t'],
    ['-e', 'INSERT INTO t SELECT a + 10, upper(b) FROM t; SELECT * FROM t ORDER BY a'],
    ['-e', 'INSERT INTO t VALUES (1)'],
    ['-e', "INSERT INTO t VALUES ('x', 'y')"],
    ['-e', 'CREATE VIEW v AS SELECT a, a * 2 AS twice FROM t; SELECT * FROM v WHERE twice > 20 ORDER BY a'],
    ['-e', 'CREATE MATERIALIZED VIEW m AS SELECT b, count(*) AS n FROM t GROUP BY b; SELECT * FROM m ORDER BY b'],
    ['-e', 'SHOW VIEWS; SHOW FUNCTIONS'],
    ['-e', "SHOW 'epoch.interval'; SET 'epoch.interval' = '2 s'; SHOW 'epoch.interval'; RESET 'epoch.interval'; "
           "SHOW 'epoch.interval'"],
    ['-e', 'EXPLAIN SELECT a FROM t WHERE a > 1', '-e', 'EXPLAIN EXTENDED SELECT a FROM t WHERE a > 1 AND 1 = 1'],
    ['-e', 'DROP TABLE t'],
    ['-e', 'DROP VIEW v; DROP TABLE IF EXISTS nosuch'],
    # notices
    ['-e', TABLE.format('bad'), '-e', 'SELECT * FROM bad'],
    ['-e', 'SELECT id FROM bad; SELECT line, reason FROM streamd.rejected_rows'],
    ['-e', "COPY bad TO STDOUT WITH (FORMAT csv, NULL 'x')"],
    ['-e', "SET 'pipeline.name' = 'x'"],
    ['-e', "CREATE TABLE flink (a INT) WITH ('connector'='filesystem', 'path'='x', 'format'='csv', "
           "'csv.allow-comments'='true')"],
    # mistakes
    ['-e', 'SELECT nosuch FROM bad'],
    ['-e', 'SELEC 1'],
    ['-e', "SELECT '체', nosuch, 1"],
    ['-e', 'SELECT\n\t1,\n\t\tnosuch'],
    ['-e', 'SELECT * FROM bda'],
    ['-e', "SELECT uper('a')"],
    ['-e', 'SELECT 1 / 0'],
    ['-e', "SELECT CAST('x' AS INT)"],
    ['-e', 'SELECT (1 + 2'],
    ['-e', "SELECT 'open"],
    ['-e', 'SELECT a b c'],
    ['-e', "CREATE TABLE x (a INT) WITH ('connector'='filesystm', 'path'='x')"],
    ['-e', "CREATE TABLE x (a INT) WITH ('connector'='filesystem', 'path'='x', 'formt'='csv')"],
    ['-e', "SET 'nosuch.setting' = '1'"],
    ['-e', "SET 'epoch.interval' = 'soon'"],
    ['-e', 'DROP TABLE nosuch'],
    ['-e', 'START JOB nosuch'],
    ['-e', 'ALTER JOB j AS INSERT INTO t SELECT 1'],
    ['-e', 'DELETE FROM bad'],
    ['-e', 'SELECT sum(v) FROM bad EMIT ON WINDOW CLOSE'],
    ['-e', 'SELECT 1; SELECT nosuch; SELECT 2'],
    ['--continue', '-e', 'SELECT 1; SELECT nosuch; SELECT 2', '-e', 'SELEC', '-e', 'SELECT 3'],
    ['-f', 'script.sql'],
    ['--continue', '-f', 'script.sql'],
]


def folder():
    path = tempfile.mkdtemp()
    os.symlink(KOSPI, os.path.join(path, 'data'))
    with open(os.path.join(path, 'bad.csv'), 'w') as f:
        f.write(BAD)
    with open(os.path.join(path, 'script.sql'), 'w') as f:
        f.write("SELECT 1;\n\n-- the next has a mistake\nSELECT 2,\n   nosuch;\nSELECT 3\n")
    return path


def test_one_after_the_other():
    path = folder()
    data = os.path.join(path, 'state')
    with Daemon() as daemon:
        for call in CALLS:
            here = cli('--data-dir', data, *call, cwd=path, code=None)
            there = cli('--socket', daemon.dir, *call, cwd=path, code=None)
            same((there.code, there.out, there.err), (here.code, here.out, here.err), f'daemon / local: {call}')


def test_every_format():
    path = folder()
    script = '; '.join([TABLE.format('bad'), 'SELECT * FROM bad',
                        "SELECT Date, High - Low AS diff FROM 'data/KOSPI_STOCK_2.csv' LIMIT 2",
                        'SELECT 1 AS a WHERE FALSE', 'EXPLAIN SELECT 1', 'SELECT nosuch'])
    with Daemon() as daemon:
        for form in FORMATS:
            here = cli('--local', '--format', form, '-e', script, cwd=path, code=1)
            there = cli('--socket', daemon.dir, '--format', form, '-e', script, cwd=path, code=1)
            same((there.code, there.out, there.err), (here.code, here.out, here.err), f'daemon / local: {form}')
            cli('--socket', daemon.dir, '-e', 'DROP TABLE bad')


def test_from_a_pipe():
    path = folder()
    with Daemon() as daemon:
        for text in ('SELECT 1;SELECT 2', 'SELECT 1;\nSELEC;\nSELECT 2;', '', '\n\n', "SELECT 'a;b'; -- c"):
            here = cli('--local', stdin=text, cwd=path, code=None)
            there = cli('--socket', daemon.dir, stdin=text, cwd=path, code=None)
            same((there.code, there.out, there.err), (here.code, here.out, here.err), text)


main(globals())
