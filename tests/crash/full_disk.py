#!/usr/bin/env python3
"""A disk that is really full (a small tmpfs; needs root): a job waits and goes on by itself when there
is room, a statement fails and says what to do, and nothing is lost, doubled or half there.

    tests/crash/full_disk.py [test …]
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

from crash_help import (CLI, STREAMD, Folder, cli, environment, is_part_of, main, read, same, staged,
                        visible, write)

ROWS = 4000
TABLES = """
    CREATE TABLE IF NOT EXISTS src (id INT, k STRING)
      WITH ('connector'='filesystem', 'path'='in', 'format'='csv', 'scan.mode'='watch');
    CREATE TABLE IF NOT EXISTS parts (id INT, k STRING) PARTITIONED BY (k)
      WITH ('connector'='filesystem', 'path'='{out}/parts', 'format'='csv');
    CREATE TABLE IF NOT EXISTS grows (id INT, k STRING)
      WITH ('connector'='filesystem', 'path'='{out}/grows.csv', 'format'='csv');
    CREATE TABLE IF NOT EXISTS packed (id INT, k STRING)
      WITH ('connector'='filesystem', 'path'='{out}/packed.csv.gz', 'format'='csv');
    CREATE TABLE IF NOT EXISTS whole (k STRING, n BIGINT)
      WITH ('connector'='filesystem', 'path'='{out}/whole.csv', 'format'='csv',
            'output-mode'='complete');
"""
JOBS = """
    CREATE MATERIALIZED VIEW IF NOT EXISTS counts AS SELECT k, count(*) AS n FROM src GROUP BY k;
    CREATE JOB IF NOT EXISTS to_parts AS INSERT INTO parts SELECT id, k FROM src;
    CREATE JOB IF NOT EXISTS to_file AS INSERT INTO grows SELECT id, upper(k) FROM src;
    CREATE JOB IF NOT EXISTS to_packed AS INSERT INTO packed SELECT id, k FROM src;
    CREATE JOB IF NOT EXISTS to_whole AS INSERT INTO whole SELECT k, count(*) FROM src GROUP BY k;
"""
NAMES = ('counts', 'to_parts', 'to_file', 'to_packed', 'to_whole')


class SmallDisk:
    """A file system of a few MiB at `path`."""

    def __init__(self, path, mib=32):
        self.path, self.mib = path, mib

    def __enter__(self):
        os.makedirs(self.path, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={self.mib}m', 'tmpfs', self.path],
                       check=True)
        return self

    def fill(self):
        fd = os.open(self.path + '/filler', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for size in (1 << 20, 1 << 12):
            try:
                while os.write(fd, bytes(size)) == size:
                    pass
            except OSError:
                pass
        os.close(fd)

    def free(self):
        os.remove(self.path + '/filler')

    def __exit__(self, *_):
        subprocess.run(['umount', '-l', self.path], check=True)


def feed(folder, first, count=ROWS):
    write(f'{folder}/in/{first:08}.csv', ''.join(f'{i},k{i % 5}\n' for i in range(first, first + count)))


def check(folder, out, count, opened):
    """Everything exactly once."""
    ids = range(count)
    same(visible(out + '/parts'), sorted(f'{i},k=k{i % 5}' for i in ids), 'parts')
    same(read(out + '/grows.csv'), ''.join(f'{i},K{i % 5}\n' for i in ids), 'grows')
    done = cli(folder, '--local', '--no-header', '-e', f"SELECT * FROM '{out}/packed.csv.gz'") \
        if not opened else None
    if done:
        same(done.out, ''.join(f'{i},k{i % 5}\n' for i in ids).split('\n', 1)[1], done.err)
    same(read(out + '/whole.csv'),
         ''.join(f'k{k},{len([i for i in ids if i % 5 == k])}\n' for k in range(5)), 'whole')


def midway(out, count):
    is_part_of(visible(out + '/parts'), [f'{i},k=k{i % 5}' for i in range(count)], 'parts')
    text = ''.join(f'{i},K{i % 5}\n' for i in range(count))
    assert text.startswith(read(out + '/grows.csv')), 'grows'
    whole = read(out + '/whole.csv')
    assert whole.count('\n') in (0, 5) and (not whole or whole.endswith('\n')), whole


def begin(folder, data, out, program=CLI):
    args = [CLI, '--local', '--data-dir', data, '-e', TABLES.format(out=out) + JOBS] \
        if program == CLI else [STREAMD, '--data-dir', data, '--socket-dir', folder]
    return subprocess.Popen(args, cwd=folder, env=environment(), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=open(folder + '/said', 'a'))


def ask(folder, sql, status=0):
    done = subprocess.run([CLI, '--socket', folder, '--no-header', '-e', sql], cwd=folder, text=True,
                          env=environment(), capture_output=True, timeout=60)
    if status is not None:
        same(done.returncode, status, f'{sql}: {done.stderr}; {read(folder + "/said")}')
    return done


def until(what, condition, process, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, 'it ended by itself'
        assert time.monotonic() < end, f'in vain waited for {what}'
        time.sleep(0.05)


def states(folder):
    rows = ask(folder, 'SELECT name, state, reason FROM streamd.jobs').stdout.splitlines()
    return {row.split(',')[0]: row for row in rows}


def a_daemon(small, how):
    """`small`: what lies on the small disk; `how` the full disk is left: room, or SIGTERM, SIGKILL and
    then room."""
    with Folder() as folder, SmallDisk(folder + '/small') as disk:
        data = disk.path + '/data' if 'data' in small else folder + '/data'
        out = disk.path if 'out' in small else folder + '/out'
        os.makedirs(out, exist_ok=True)
        done = subprocess.run([CLI, '--local', '--data-dir', data, '-e',
                               "SET 'trigger'='available-now';" + TABLES.format(out=out) + JOBS],
                              cwd=folder, env=environment(), capture_output=True, text=True)
        same(done.returncode, 0, done.stderr)
        process = begin(folder, data, out, STREAMD)
        until('the socket', lambda: os.path.exists(folder + '/.s.PGSQL.5432'), process)
        for name in NAMES:
            ask(folder, f'START JOB {name}')
        feed(folder, 0)
        ask(folder, 'FLUSH')
        check(folder, out, ROWS, True)
        disk.fill()
        feed(folder, ROWS)
        until('a job to be degraded',
              lambda: any('degraded' in row for row in states(folder).values()), process)
        time.sleep(0.5)
        now = states(folder)
        assert all('failed' not in row and 'stopped' not in row for row in now.values()), now
        degraded = [row for row in now.values() if 'degraded' in row]
        assert all('full' in row or 'No space' in row for row in degraded), degraded
        done = ask(folder, 'FLUSH', 1)
        assert '53100' in done.stderr and 'degraded' in done.stderr, done.stderr
        midway(out, 2 * ROWS)
        if how == 'room':
            disk.free()
        else:
            process.send_signal(how)
            status = process.wait(60)
            same(status, 0 if how == signal.SIGTERM else -how, read(folder + '/said'))
            midway(out, 2 * ROWS)
            disk.free()
            os.path.exists(folder + '/.s.PGSQL.5432') and os.remove(folder + '/.s.PGSQL.5432')
            process = begin(folder, data, out, STREAMD)
            until('the socket', lambda: os.path.exists(folder + '/.s.PGSQL.5432'), process)
        until('the jobs to go on', lambda: all(',running,' in row for row in states(folder).values())
              and len(read(out + '/grows.csv').splitlines()) == 2 * ROWS, process)
        ask(folder, 'FLUSH')
        check(folder, out, 2 * ROWS, True)
        feed(folder, 2 * ROWS)
        ask(folder, 'FLUSH')
        check(folder, out, 3 * ROWS, True)
        process.send_signal(signal.SIGTERM)
        same(process.wait(60), 0, read(folder + '/said'))
        same(staged(out), [])
        said = read(folder + '/said')
        assert 'Sanitizer' not in said, said
        assert 'ree some space' in said, said


def full_output():
    a_daemon(('out',), 'room')


def full_data_directory():
    a_daemon(('data',), 'room')


def full_everything():
    a_daemon(('data', 'out'), 'room')


def full_then_stopped():
    a_daemon(('data', 'out'), signal.SIGTERM)


def full_then_killed():
    a_daemon(('data', 'out'), signal.SIGKILL)


def fails(folder, data, sql, *said):
    done = subprocess.run([CLI, '--local', '--data-dir', data, '-e', sql], cwd=folder, text=True,
                          env=environment(), capture_output=True, timeout=60)
    same(done.returncode, 1, done.stderr)
    for part in ('ERROR: 53100', 'HINT') + said:
        assert part in done.stderr, f'{part} is not in {done.stderr}'


def statements():
    """DDL and INSERT fail, leave nothing, and work as soon as there is room."""
    with Folder() as folder, SmallDisk(folder + '/small') as disk:
        feed(folder, 0, 200000)
        out, data = disk.path, disk.path + '/data'
        tables = TABLES.format(out=out).replace('watch', 'bounded')

        def run(sql):
            done = subprocess.run([CLI, '--local', '--data-dir', data, '--no-header', '-e', sql],
                                  cwd=folder, text=True, env=environment(), capture_output=True)
            same(done.returncode, 0, done.stderr)
            return done.stdout
        run(tables + "CREATE TABLE t (id INT, k STRING); INSERT INTO t VALUES (1, 'a')")
        inserts = ('INSERT INTO parts SELECT * FROM src', 'INSERT INTO grows SELECT * FROM src',
                   'INSERT OVERWRITE whole SELECT k, count(*) FROM src GROUP BY k',
                   'INSERT INTO packed SELECT * FROM src', 'INSERT INTO t SELECT * FROM src',
                   'INSERT OVERWRITE t SELECT * FROM src', 'CREATE TABLE other (a INT)',
                   "CREATE VIEW w AS SELECT * FROM t",
                   'CREATE MATERIALIZED VIEW v AS SELECT k, count(*) AS n FROM t GROUP BY k')
        for sql in inserts:
            disk.fill()
            fails(folder, data, sql)
            disk.free()
            same(run('SELECT * FROM t'), '1,a\n', sql)
            same(visible(out + '/parts'), [], sql)
            same((read(out + '/grows.csv'), read(out + '/whole.csv'), staged(out)), ('', '', []), sql)
            same(os.path.exists(out + '/packed.csv.gz'), False, sql)
        names = run('SHOW TABLES') + run('SHOW VIEWS') + run('SHOW JOBS')
        for name in ('other', 'w', 'v'):
            assert name not in names.replace(',', '\n').split('\n'), names
        for sql in inserts:
            run(sql)
        same(len(visible(out + '/parts')), 200000)
        same(len(read(out + '/grows.csv').splitlines()), 200000)
        same(run('SELECT count(*) FROM t'), '200000\n')


def without_a_data_directory():
    """The private directory is full: the statement says so."""
    with Folder() as folder, SmallDisk(folder + '/small', 1) as disk:
        disk.fill()
        feed(folder, 0)
        env = environment(TMPDIR=disk.path)
        done = subprocess.run([CLI, '--local', '-e', 'CREATE TABLE t (a INT)'], cwd=folder, text=True,
                              env=env, capture_output=True, timeout=60)
        same(done.returncode, 1, done.stderr)
        assert '53100' in done.stderr, done.stderr


def starting():
    """The daemon starts beside a full disk, or says why it cannot; its jobs are not lost."""
    with Folder() as folder, SmallDisk(folder + '/small') as disk:
        data, out = disk.path + '/data', folder + '/out'
        os.makedirs(out)
        feed(folder, 0)
        process = begin(folder, data, out)
        # the last job writes whole.csv: by then all five are there
        until('output', lambda: len(read(out + '/grows.csv').splitlines()) == ROWS
              and len(read(out + '/whole.csv').splitlines()) == 5, process)
        process.kill()
        process.wait()
        disk.fill()
        feed(folder, ROWS)
        process = begin(folder, data, out, STREAMD)
        while process.poll() is None and not os.path.exists(folder + '/.s.PGSQL.5432'):
            time.sleep(0.05)
        if process.poll() is not None:
            said = read(folder + '/said')
            same(process.returncode, 1, said)
            assert '53100' in said or 'full' in said, said
            disk.free()
            process = begin(folder, data, out, STREAMD)
        else:
            until('all jobs to be degraded',
                  lambda: [',degraded,' in row for row in states(folder).values()] == [True] * 5,
                  process)
            assert '53100' in ask(folder, 'FLUSH', 1).stderr
            ask(folder, 'STOP JOB to_packed', None)
            disk.free()
        until('the socket', lambda: os.path.exists(folder + '/.s.PGSQL.5432'), process)
        ask(folder, 'START JOB to_packed')
        until('the jobs to go on', lambda: all(',running,' in row for row in states(folder).values()),
              process)
        ask(folder, 'FLUSH')
        check(folder, out, 2 * ROWS, True)
        process.send_signal(signal.SIGTERM)
        same(process.wait(60), 0, read(folder + '/said'))


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder],
                               stderr=subprocess.DEVNULL)
        if tried.returncode == 0:
            subprocess.run(['umount', folder], check=True)
        return tried.returncode == 0


if __name__ == '__main__':
    if not can_mount():
        print('skipped: a small disk cannot be mounted here')
        sys.exit(77)
    main([full_output, full_data_directory, full_everything, full_then_stopped, full_then_killed,
          statements, without_a_data_directory, starting])
