#!/usr/bin/env python3
"""Lab 1 with a running daemon: CSV files → a table, CSV files and partitions; killed in between."""

import os
import signal
import tempfile

from cli_help import cli
from labs_help import (EXAMPLES, EXPECTED, FILES, Psql, READ_BACK, READ_MONTHS, content, lab1_script,
                       months, put, written)
from server_help import Daemon, main, same, wait_for

import shutil


def remote(daemon, sql, cwd, *options):
    return cli('--socket', daemon.dir, '--no-header', *options, '-e', sql, cwd=cwd).out


def kill(daemon):
    daemon.process.kill()
    daemon.process.wait()
    daemon.start()


def the_shipped_script():
    """As in its README, by a user whose working directory is not the daemon's."""
    folder = os.path.join(tempfile.mkdtemp(), 'lab1')
    shutil.copytree(os.path.join(EXAMPLES, 'lab1_kospi'), folder)
    with Daemon() as daemon:
        answer = cli('--socket', daemon.dir, '-f', 'lab1.sql', cwd=folder)
        with open(os.path.join(folder, 'lab1.out')) as f:
            same(answer.out, f.read())
        same(answer.err, '')
        out = os.path.join(folder, 'OutputStream')
        same(content(written(out)), EXPECTED)
        # Once more: what is there is there.
        same(cli('--socket', daemon.dir, '-e', 'SELECT count(*) AS n FROM stock', cwd='/').out, 'n\n160\n')
        kill(daemon)
        same(Psql(daemon)('SELECT count(*) FROM stock'), '160\n')
        same(content(written(out)), EXPECTED)


def step_by_step_with_kills():
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, 'InputStream')
    os.mkdir(source)

    def feed(number):
        put(FILES[number], os.path.join(source, f'{number}.csv'))
    with Daemon() as daemon:
        psql = Psql(daemon)
        remote(daemon, lab1_script(), folder)
        psql('FLUSH')
        same(psql('SELECT count(id) FROM stock'), '0\n')
        feed(0)
        psql('FLUSH')
        same(psql('SELECT count(id) FROM stock'), '40\n')
        # Killed; a file comes while nobody looks; nobody asks the jobs to go on.
        daemon.process.kill()
        daemon.process.wait()
        feed(1)
        daemon.start()
        wait_for('80 rows', lambda: psql('SELECT count(id) FROM stock') == '80\n')
        kill(daemon)
        feed(2)
        kill(daemon)
        # The same script again changes nothing.
        remote(daemon, lab1_script(), folder)
        same(psql("SELECT name, state FROM streamd.jobs ORDER BY name"),
             'etl|running\nmonthly|running\nstock|running\n')
        feed(3)
        psql('FLUSH')
        same(psql('SELECT count(ID) FROM stock'), '160\n')
        same(psql('SELECT * FROM stock WHERE id IS NULL'), '')
        same(remote(daemon, READ_BACK, folder), EXPECTED)
        same(remote(daemon, READ_MONTHS, folder), months())
        for job in ('etl', 'monthly'):
            psql(f'STOP JOB {job}')
        kill(daemon)
        same(psql("SELECT name, state FROM streamd.jobs ORDER BY name"),
             'etl|stopped\nmonthly|stopped\nstock|running\n')
        same(content(sorted(written(os.path.join(folder, 'OutputStream')))).count('\n'), 160)


def a_growing_file():
    """Rows appended to a file that was already read arrive, once, across kills."""
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, 'InputStream'))
    with open(FILES[0]) as f:
        head = f.readline()
    lines = [line for path in FILES for line in open(path).read().splitlines(True)[1:]]
    with Daemon() as daemon, open(os.path.join(folder, 'InputStream', 'grows.csv'), 'a',
                                  buffering=1) as grows:
        grows.write(head)
        remote(daemon, lab1_script('tail'), folder)
        psql = Psql(daemon)
        for i, line in enumerate(lines):
            grows.write(line[:9])
            grows.flush()
            if i % 40 == 20:
                psql('FLUSH')  # half a line waits for its other half
            grows.write(line[9:])
            if i in (30, 70, 110):
                kill(daemon)
        psql('FLUSH')
        same(psql('SELECT count(*), count(DISTINCT id) FROM stock'), '160|160\n')
        same(remote(daemon, READ_BACK, folder), EXPECTED)


def sigterm_commits():
    """What has come in is in final files, and the exit status is 0."""
    folder = tempfile.mkdtemp()
    os.mkdir(os.path.join(folder, 'InputStream'))
    with Daemon() as daemon:
        remote(daemon, lab1_script(), folder)
        for i, path in enumerate(FILES):
            put(path, os.path.join(folder, 'InputStream', f'{i}.csv'))
        psql = Psql(daemon)
        wait_for('the rows', lambda: psql("SELECT sum(total_input_rows) FROM streamd.job_progress "
                                          "WHERE name <> 'stock'") == '320\n')
        same(daemon.end(signal.SIGTERM), 0, daemon.said())
        out = os.path.join(folder, 'OutputStream')
        same(sorted(content(written(out)).splitlines()), sorted(EXPECTED.splitlines()))
        same([name for _, _, names in os.walk(out) for name in names if name.startswith('.')], [])
        daemon.start()
        same(remote(daemon, READ_BACK, folder), EXPECTED)


if __name__ == '__main__':
    main([the_shipped_script, step_by_step_with_kills, a_growing_file, sigterm_commits])
