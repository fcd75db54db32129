#!/usr/bin/env python3
"""The program is killed, or asked to end, again and again while files arrive and grow; at the end
everything has come out exactly once.

    tests/crash/kill_at_random.py [--long] [test …]
"""

import os
import random
import signal
import subprocess
import threading
import time

from crash_help import (CLI, LONG, SLOW, STREAMD, Folder, cli, environment, is_part_of, main, read,
                        same, staged, visible, write)

ROUNDS = 60 if LONG else 8
FILES, ROWS = (400, 200) if LONG else (60, 100)

TABLES = """
    CREATE TABLE IF NOT EXISTS src (id INT, k STRING, ts TIMESTAMP(3),
        WATERMARK FOR ts AS ts - INTERVAL '1' HOUR)
      WITH ('connector'='filesystem', 'path'='in', 'format'='csv', 'scan.mode'='watch',
            'scan.seal-after'='1 h');
    CREATE TABLE IF NOT EXISTS log (id INT, k STRING)
      WITH ('connector'='filesystem', 'path'='log.csv', 'format'='csv', 'scan.mode'='tail');
    CREATE TABLE IF NOT EXISTS parts (id INT, k STRING) PARTITIONED BY (k)
      WITH ('connector'='filesystem', 'path'='parts', 'format'='csv',
            'sink.rolling-policy.rollover-interval'='20 ms');
    CREATE TABLE IF NOT EXISTS grows (id INT, k STRING)
      WITH ('connector'='filesystem', 'path'='grows.csv', 'format'='csv');
    CREATE TABLE IF NOT EXISTS replaced (k STRING, n BIGINT, total BIGINT)
      WITH ('connector'='filesystem', 'path'='replaced.csv', 'format'='csv',
            'output-mode'='complete');
    CREATE TABLE IF NOT EXISTS changes (op STRING, k STRING, n BIGINT)
      WITH ('connector'='filesystem', 'path'='changes.csv', 'format'='csv',
            'output-mode'='update');
    CREATE TABLE IF NOT EXISTS windows (s TIMESTAMP(3), k STRING, n BIGINT, total BIGINT)
      WITH ('connector'='filesystem', 'path'='windows.csv', 'format'='csv');
"""
JOBS = """
    CREATE MATERIALIZED VIEW IF NOT EXISTS counts AS SELECT k, count(*) AS n FROM src GROUP BY k;
    CREATE JOB IF NOT EXISTS to_parts AS INSERT INTO parts SELECT id, k FROM src WHERE id % 2 = 0;
    CREATE JOB IF NOT EXISTS to_file AS INSERT INTO grows SELECT id, upper(k) FROM log;
    CREATE JOB IF NOT EXISTS to_whole AS
        INSERT INTO replaced SELECT k, count(*), sum(id) FROM src GROUP BY k;
    CREATE JOB IF NOT EXISTS to_changes AS INSERT INTO changes SELECT k, n FROM counts;
    CREATE JOB IF NOT EXISTS to_windows AS INSERT INTO windows
        SELECT window_start, k, count(*), sum(id) FROM TUMBLE(src, ts, INTERVAL '1' HOUR)
        GROUP BY window_start, window_end, k;
"""


def hour(row):
    """One hour a file; its rows come in any order within it."""
    return row // ROWS


class Feeder(threading.Thread):
    """Whole files, a file that is written a few rows at a time, and a log whose rows come in pieces."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        os.makedirs(folder + '/in')
        self.start()

    def run(self):
        with open(self.folder + '/log.csv', 'w') as log:
            for f in range(FILES):
                rows = list(range(f * ROWS, (f + 1) * ROWS))
                random.shuffle(rows)
                lines = [f'{i},k{i % 5},2024-01-{1 + f // 24:02} {f % 24:02}:{i % 60:02}:00\n'
                         for i in rows]
                if f % 3 == 0:
                    with open(f'{self.folder}/in/{f:04}.csv', 'w') as file:
                        for line in lines:
                            file.write(line)
                            if random.random() < 0.1:
                                file.flush()
                                time.sleep(0.0005)
                else:
                    write(f'{self.folder}/in/{f:04}.csv', ''.join(lines), age=0)
                for i in rows:
                    log.write(f'{i},')
                    if random.random() < 0.05:
                        log.flush()
                    log.write(f'k{i % 5}\n')
                log.flush()
                time.sleep(0.005)


def begin(folder, program):
    args = [STREAMD, '--data-dir', 'data', '--socket-dir', folder] if program == STREAMD else \
        [CLI, '--data-dir', 'data', '-e', TABLES + JOBS]
    return subprocess.Popen(args, cwd=folder, env=environment(), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=open(folder + '/said', 'a'))


def net(text):
    """What changes add up to."""
    table = {}
    for line in text.splitlines():
        op, k, n = line.split(',')
        if op in ('-U', '-D'):
            same(table.pop(k), n, line)
        else:
            assert k not in table, line
            table[k] = n
    return table


def check_midway(folder, ids):
    rows = [int(row.split(',')[0]) for row in visible(folder + '/parts')]
    is_part_of(rows, [i for i in ids if i % 2 == 0], 'parts')
    text = read(folder + '/replaced.csv')
    assert text == '' or text.endswith('\n') and len(text.splitlines()) <= 5, text
    text = read(folder + '/grows.csv')
    rows = [int(line.split(',')[0]) for line in text.splitlines()[:-1]]
    is_part_of(rows, ids, 'grows')


def check_end(folder, ids):
    same(staged(folder), [])
    same(visible(folder + '/parts'), sorted(f'{i},k=k{i % 5}' for i in ids if i % 2 == 0), 'parts')
    same(sorted(read(folder + '/grows.csv').splitlines()), sorted(f'{i},K{i % 5}' for i in ids))
    by_key = {f'k{k}': [i for i in ids if i % 5 == k] for k in range(5)}
    same(read(folder + '/replaced.csv'),
         ''.join(f'{k},{len(of)},{sum(of)}\n' for k, of in by_key.items()))
    same(net(read(folder + '/changes.csv')), {k: str(len(of)) for k, of in by_key.items()})
    windows = [(hour(i), i % 5, i) for i in ids]
    expected = []
    for f in range(FILES - 2):  # the last hours are still open
        for k in range(5):
            of = [i for h, key, i in windows if h == f and key == k]
            expected.append(f'2024-01-{1 + f // 24:02} {f % 24:02}:00:00,k{k},{len(of)},{sum(of)}')
    same(read(folder + '/windows.csv').splitlines(), expected, 'windows')


def end(process, how):
    process.send_signal(how)
    try:
        status = process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError('it does not end')
    return status


def with_program(program):
    with Folder() as folder:
        ids = range(FILES * ROWS)
        done = cli(folder, '-e', TABLES)
        same(done.status, 0, done.err)
        process = begin(folder, CLI)  # makes the jobs
        time.sleep(1 if SLOW else 0.3)
        feeder = Feeder(folder)
        rounds = 0
        while feeder.is_alive() or rounds < ROUNDS:
            time.sleep(random.uniform(0, 0.5))
            assert process.poll() is None, f'it ended by itself: {read(folder + "/said")}'
            how = random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
            status = end(process, how)
            if how == signal.SIGTERM:
                assert status in (0, 143, -15), f'{status}: {read(folder + "/said")}'
            check_midway(folder, ids)
            process = begin(folder, random.choice((program, CLI)))
            rounds += 1
        feeder.join()
        end(process, signal.SIGKILL)
        done = cli(folder, '-e', TABLES + JOBS + 'FLUSH;' +
                   ''.join(f'STOP JOB {job};' for job in ('to_parts', 'to_file', 'to_whole',
                                                        'to_changes', 'to_windows', 'counts')))
        same(done.status, 0, done.err)
        check_end(folder, ids)
        said = read(folder + '/said')
        assert 'ERROR' not in said and 'Sanitizer' not in said, said
        print(f'  {rounds} rounds')


def the_command_line():
    with_program(CLI)


def the_daemon():
    with_program(STREAMD)


if __name__ == '__main__':
    main([the_command_line, the_daemon])
