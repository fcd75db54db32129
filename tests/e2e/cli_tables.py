#!/usr/bin/env python3
"""streamd-cli: internal tables that jobs write and follow, over several runs on one data directory."""

import glob
import os
import sqlite3
import tempfile

from cli_help import cli, main, same


def folders():
    base = tempfile.mkdtemp()
    os.makedirs(os.path.join(base, 'in'))
    return base, ['--local', '--no-header', '--data-dir', os.path.join(base, 'data')]


def put(base, name, text):
    with open(os.path.join(base, 'in', name), 'w') as f:
        f.write(text)


def script(base):
    return f"""SET 'trigger'='available-now';
        CREATE TABLE IF NOT EXISTS src (id INT) WITH ('connector'='filesystem', 'path'='{base}/in',
            'format'='csv', 'scan.mode'='watch', 'scan.seal-after'='1 ms');
        CREATE TABLE IF NOT EXISTS t (id INT);
        CREATE TABLE IF NOT EXISTS total (n BIGINT, sum BIGINT);
        CREATE JOB IF NOT EXISTS fill AS INSERT INTO t SELECT id FROM src WHERE id > 0;
        CREATE JOB IF NOT EXISTS add_up AS INSERT INTO total SELECT count(*), sum(id) FROM t;"""


def test_runs_on():
    base, args = folders()
    put(base, 'a.csv', '1\n2\n-1\n')
    cli(*args, '-e', script(base))
    same(cli(*args, '-e', 'SELECT * FROM t', '-e', 'SELECT * FROM total').out, '1\n2\n2,3\n')
    put(base, 'b.csv', '3\n')
    cli(*args, '-e', 'INSERT INTO t VALUES (10)')
    cli(*args, '-e', script(base))
    same(cli(*args, '-e', 'SELECT * FROM t', '-e', 'SELECT * FROM total').out, '1\n2\n10\n3\n4,16\n')
    # Nothing new: nothing twice.
    cli(*args, '-e', script(base))
    same(cli(*args, '-e', 'SELECT * FROM t', '-e', 'SELECT * FROM total').out, '1\n2\n10\n3\n4,16\n')


def test_who_follows_is_asked():
    """Also who is not loaded: it has taken rows in and could not take them back."""
    base, args = folders()
    put(base, 'a.csv', '1\n')
    cli(*args, '-e', script(base))
    refused = cli(*args, '-e', 'INSERT OVERWRITE t VALUES (9)', code=1)
    assert 'ERROR: 55006: "t" cannot be overwritten: job add_up follows it' in refused.err, refused.err
    cli(*args, '-e', 'DROP JOB add_up; INSERT OVERWRITE t VALUES (9)')
    same(cli(*args, '-e', 'SELECT * FROM t').out, '9\n')


def rows(base, query):
    found = []
    for path in glob.glob(os.path.join(base, 'data', 'tables', '*.db')):
        with sqlite3.connect(path) as db:
            found += db.execute(query).fetchall()
    return found


def test_nothing_is_kept_for_who_is_dropped():
    base, args = folders()
    put(base, 'a.csv', '1\n2\n')
    cli(*args, '-e', script(base))
    same(len(rows(base, 'SELECT * FROM followers')), 1)
    same(len(rows(base, 'SELECT * FROM writers')), 2)
    # Neither job is loaded in this run.
    cli(*args, '-e', 'INSERT INTO t VALUES (3)')
    same(len(rows(base, 'SELECT * FROM changes')), 1, 'kept for add_up')
    cli(*args, '-e', 'DROP JOB add_up; DROP JOB fill; INSERT INTO t VALUES (4)')
    for table in 'followers', 'changes', 'writers':
        same(rows(base, f'SELECT * FROM {table}'), [], table)
    same(cli(*args, '-e', 'SELECT * FROM t').out, '1\n2\n3\n4\n')


main(globals())
