#!/usr/bin/env python3
"""What cannot be opened, read or written is refused with its own exit code and a sentence, and left
as it was: a data directory in use, corrupt, newer, read-only; missing and unreadable folders; a port
in use; signals."""

import fcntl
import hashlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from crash_help import (CLI, LONG, STREAMD, Folder, cli, environment, main, read, same, staged, tree,
                        visible, write)

JOB = """CREATE TABLE IF NOT EXISTS src (id INT) WITH ('connector'='filesystem', 'path'='in',
    'format'='csv', 'scan.mode'='watch');
  CREATE TABLE IF NOT EXISTS dst (id INT) WITH ('connector'='filesystem', 'path'='out.csv',
    'format'='csv');
  CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id * 2 FROM src;"""
NOW = "SET 'trigger'='available-now';"


def begin(folder, *args, program=CLI, **popen):
    return subprocess.Popen([program, '--data-dir', 'data', *args], cwd=folder, text=True,
                            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **popen)


def until(what, condition, process=None, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f'in vain waited for {what}'
        if process:
            assert process.poll() is None, f'it ended: {process.communicate()}'
        time.sleep(0.01)


def finish(process, how):
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert 'Sanitizer' not in err, err
    return process.returncode, out, err


def has(text, *parts):
    for part in parts:
        assert part in text, f'{part!r} is not in {text!r}'


def digest(folder):
    """Content and time of everything."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, 'rb') as f:
                found[path] = hashlib.sha256(f.read()).hexdigest()
    return found


def two_processes():
    with Folder() as folder:
        write(folder + '/in/1.csv', '1\n')
        first = begin(folder, '-e', JOB)
        until('output', lambda: read(folder + '/out.csv') == '2\n', first)
        second = cli(folder, '-e', 'SELECT 1')
        same((second.status, second.out), (6, ''), second.err)
        has(second.err, '55006', 'in use', 'HINT')
        daemon = begin(folder, '--socket-dir', folder, program=STREAMD)
        out, err = daemon.communicate(timeout=60)
        same(daemon.returncode, 6, err)
        has(err, 'in use')
        status, _, err = finish(first, signal.SIGTERM)
        same(status in (143, -signal.SIGTERM), True, err)
        same(cli(folder, '-e', 'SELECT 1').status, 0)


def one_that_is_still_ending():
    """A lock that is given back within a moment is waited for."""
    with Folder() as folder:
        os.makedirs(folder + '/data')
        with open(folder + '/data/lock', 'w') as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            process = begin(folder, '-e', 'SELECT 1')
            time.sleep(0.2)
            same(process.poll(), None)
        out, err = process.communicate(timeout=60)
        same((process.returncode, out), (0, '?column?\n1\n'), err)


def signals_commit():
    for how, codes in ((signal.SIGTERM, (143, -15)), (signal.SIGINT, (130, -2))):
        with Folder() as folder:
            write(folder + '/in/1.csv', '1\n2\n')
            process = begin(folder, '-e', JOB)
            until('output', lambda: read(folder + '/out.csv') == '2\n4\n', process)
            write(folder + '/in/2.csv', '3\n')
            status, _, err = finish(process, how)
            assert status in codes, (status, err)
            same(staged(folder), [])
            done = cli(folder, '-e', NOW + JOB)
            same(done.status, 0, done.err)
            same(read(folder + '/out.csv'), '2\n4\n6\n')


def prepared(folder):
    write(folder + '/in/1.csv', '1\n')
    done = cli(folder, '-e', NOW + JOB)
    same(done.status, 0, done.err)
    done = cli(folder, '-e', 'CREATE TABLE t (a INT)', '-e', 'INSERT INTO t VALUES (1)')
    same(done.status, 0, done.err)
    return [os.path.join(folder, 'data', 'catalog.db'), os.path.join(folder, 'data', 'jobs', '3.db')]


def refused(folder, path, status, *said):
    """Opening it says what is wrong, and nothing has been changed."""
    before = digest(folder + '/data')
    done = cli(folder, '-e', NOW + JOB)
    same(done.status, status, f'{path}: {done.err}')
    has(done.err, os.path.basename(path), *said)
    after = digest(folder + '/data')
    same(after.get(path), before[path], path)
    return done


def corrupt_databases():
    for damage in ('garbage', 'zeros', 'cut', 'empty header'):
        for which in (0, 1):
            with Folder() as folder:
                path = prepared(folder)[which]
                size = os.path.getsize(path)
                with open(path, 'r+b') as f:
                    if damage == 'garbage':
                        f.write(b'this is no database at all, is it?')
                    elif damage == 'zeros':
                        f.write(bytes(4096))
                    elif damage == 'cut':
                        f.truncate(size // 2 + 7)
                    else:
                        f.seek(18)
                        f.write(bytes(60))
                refused(folder, path, 5 if which == 0 else 1, 'ERROR: ')


def foreign_and_newer_databases():
    for which in (0, 1):
        with Folder() as folder:
            path = prepared(folder)[which]
            os.remove(path)
            with sqlite3.connect(path) as db:
                db.execute('CREATE TABLE mine (a)')
            db.close()
            refused(folder, path, 5 if which == 0 else 1, 'XX001')
        with Folder() as folder:
            path = prepared(folder)[which]
            with sqlite3.connect(path) as db:
                db.execute('PRAGMA user_version = 999')
            db.close()
            refused(folder, path, 5 if which == 0 else 1, 'newer')


def lost_job_database():
    """It is not made anew as if nothing had been done."""
    with Folder() as folder:
        path = prepared(folder)[1]
        os.remove(path)
        write(folder + '/in/2.csv', '5\n')
        done = cli(folder, '-e', NOW + JOB)
        same(done.status, 1, done.err)
        has(done.err, '3.db')
        same(read(folder + '/out.csv'), '2\n')


def lost_table_database():
    """Nor is that of a table, as if it had been empty."""
    for how in (os.remove, lambda path: open(path, 'w').close()):
        with Folder() as folder:
            prepared(folder)
            path = os.path.join(folder, 'data', 'tables', os.listdir(folder + '/data/tables')[0])
            how(path)
            for sql in ('SELECT * FROM t', 'INSERT INTO t VALUES (2)'):
                done = cli(folder, '-e', sql)
                same((done.status, done.out), (1, ''), done.err)
                has(done.err, os.path.basename(path), 'ERROR: ')


def dropped_followers():
    """What follows a table is dropped, and killed in the middle of it: the table keeps no changes for
    it."""
    tables = 'CREATE TABLE t (a INT); CREATE MATERIALIZED VIEW v AS SELECT sum(a) AS s FROM t;'
    for n in range(1, 60, 1 if LONG else 5):
        with Folder() as folder:
            same(cli(folder, '-e', tables, '-e', 'INSERT INTO t VALUES (1)').status, 0)
            done = cli(folder, '-e', 'DROP VIEW v', fault=f'{n}:kill')
            same(cli(folder, '-e', 'DROP VIEW IF EXISTS v').status, 0)
            for i in range(3):
                same(cli(folder, '-e', f'INSERT INTO t VALUES ({i})').status, 0)
            path = os.path.join(folder, 'data', 'tables', os.listdir(folder + '/data/tables')[0])
            with sqlite3.connect(path) as db:
                same(list(db.execute('SELECT * FROM followers')), [], f'killed at call {n}')
                same(list(db.execute('SELECT count(*) FROM changes')), [(0,)], f'killed at call {n}')
            db.close()
            if done.status == 0:
                break


def replaced_definition():
    """CREATE OR REPLACE leaves the old definition or the new one."""
    for n in range(1, 60, 1 if LONG else 4):
        for fault in ('kill', 'ENOSPC'):
            with Folder() as folder:
                same(cli(folder, '-e', 'CREATE TABLE t (a INT)', '-e', 'INSERT INTO t VALUES (1)').status, 0)
                done = cli(folder, '-e', 'CREATE OR REPLACE TABLE t (b INT, c INT)',
                           fault=f'{n}:{fault}')
                after = cli(folder, '--no-header', '-e', 'SELECT * FROM t')
                same(after.status, 0, f'{fault} at call {n}: {after.err}')
                assert after.out == '' if done.status == 0 else after.out in ('1\n', ''), after
        if done.status == 0:
            break


def flipped_bytes():
    """Bytes of a database that something else has changed: it goes on or is refused, and never
    crashes.  (A changed value is not noticed: pages have no checksums.)"""
    random.seed(int(os.environ.get('SEED', 1)))
    for _ in range(60 if LONG else 12):
        with Folder() as folder:
            path = random.choice(prepared(folder))
            with open(path, 'r+b') as f:
                size = os.path.getsize(path)
                for _ in range(random.choice((1, 4, 64))):
                    f.seek(random.randrange(size))
                    f.write(bytes([random.randrange(256)]))
            write(folder + '/in/2.csv', '5\n')
            done = cli(folder, '-e', NOW + JOB, '-e', 'SELECT * FROM t')
            assert done.status in (0, 1, 5), done
            assert done.status == 0 or 'ERROR: ' in done.err, done
            assert read(folder + '/out.csv').startswith('2\n'), read(folder + '/out.csv')


def lost_catalog():
    """Jobs and tables are not thrown away because nobody knows them any more."""
    for how in (os.remove, lambda path: open(path, 'w').close()):
        with Folder() as folder:
            path = prepared(folder)[0]
            how(path)
            before = tree(folder + '/data').keys()
            done = cli(folder, '-e', 'SELECT 1')
            same(done.status, 5, done.err)
            has(done.err, 'catalog.db')
            assert set(before) <= set(tree(folder + '/data').keys()), 'files have gone'


def emptied_job_database():
    with Folder() as folder:
        path = prepared(folder)[1]
        open(path, 'w').close()
        refused(folder, path, 1, 'empty')


def read_only_data_directory():
    if os.geteuid() == 0:
        return  # root may write anywhere
    with Folder() as folder:
        prepared(folder)
        os.chmod(folder + '/data', 0o500)
        done = cli(folder, '-e', 'SELECT 1')
        os.chmod(folder + '/data', 0o700)
        assert done.status != 0, done
        has(done.err, 'Permission denied')


def data_directory_is_a_file():
    with Folder() as folder:
        write(folder + '/data', 'x')
        done = cli(folder, '-e', 'SELECT 1')
        same(done.status, 1, done.err)
        has(done.err, 'ERROR: ', 'data')
        same(read(folder + '/data'), 'x')


def missing_and_unreadable_folders():
    with Folder() as folder:
        done = cli(folder, '-e', "SELECT * FROM 'nowhere/*.csv'")
        same((done.status, done.out), (1, ''))
        has(done.err, '58P01', 'nowhere')
        # A watched folder may come later.
        process = begin(folder, '-e', JOB)
        time.sleep(0.2)
        write(folder + '/in/1.csv', '1\n')
        until('output', lambda: read(folder + '/out.csv') == '2\n', process)
        # One that vanishes and comes back is the same folder.
        shutil.rmtree(folder + '/in')
        time.sleep(0.2)
        write(folder + '/in/2.csv', '2\n')
        until('output', lambda: read(folder + '/out.csv') == '2\n4\n', process)
        finish(process, signal.SIGTERM)
    if os.geteuid() == 0:
        return
    with Folder() as folder:
        write(folder + '/in/1.csv', '1\n')
        write(folder + '/in/2.csv', '2\n')
        os.chmod(folder + '/in/1.csv', 0)
        done = cli(folder, '-e', "SELECT * FROM read_csv('in/*.csv', header => false)")
        same(done.status, 1, done.err)
        has(done.err, 'in/1.csv', 'Permission denied')


def output_that_cannot_be_made():
    with Folder() as folder:
        write(folder + '/in/1.csv', '1\n')
        write(folder + '/blocked', 'a file')
        done = cli(folder, '-e', NOW + JOB.replace("'out.csv'", "'blocked/out.csv'"))
        same(done.status, 1, done.err)
        has(done.err, 'ERROR: ', 'blocked')


def port_in_use():
    taken = socket.create_server(('127.0.0.1', 0))
    port = taken.getsockname()[1]
    with Folder() as folder:
        table = f"""CREATE TABLE wire (line STRING) WITH ('connector'='socket', 'mode'='listen',
            'host'='127.0.0.1', 'port'='{port}', 'format'='text')"""
        done = cli(folder, '-e', table, '-e', 'SELECT * FROM wire')
        same(done.status, 1, done.err)
        has(done.err, str(port), 'ERROR: ')
    taken.close()


if __name__ == '__main__':
    main([two_processes, one_that_is_still_ending, signals_commit, corrupt_databases, foreign_and_newer_databases,
          lost_job_database, emptied_job_database, lost_table_database, dropped_followers,
          replaced_definition, flipped_bytes, lost_catalog, read_only_data_directory, data_directory_is_a_file,
          missing_and_unreadable_folders, output_that_cannot_be_made, port_in_use])
