#!/usr/bin/env python3
"""kill -9 at each changing file-system call of a script, then the script again: the output is that
of an undisturbed run, at no time more than that, and nothing unfinished is left.

    tests/crash/kill_at_calls.py [--long] [scenario …]
"""

import os
import signal

from crash_help import (Folder, LONG, calls, cli, is_part_of, main, read, same, staged, visible,
                        write)

SECONDS = 5  # per scenario, unless --long
FILES, ROWS = 4, 40


def source(extra='', **options):
    with_ = ''.join(f", '{key}'='{value}'" for key, value in options.items())
    return f"""CREATE TABLE IF NOT EXISTS src (id INT, k STRING, ts TIMESTAMP(3){extra})
        WITH ('connector'='filesystem', 'path'='in', 'format'='csv', 'scan.mode'='watch',
              'scan.max-files-per-epoch'='1'{with_});\n"""


def sink(columns, path, **options):
    with_ = ''.join(f", '{key}'='{value}'" for key, value in options.items())
    return f"""CREATE TABLE IF NOT EXISTS dst ({columns})
        WITH ('connector'='filesystem', 'path'='{path}', 'format'='csv'{with_});\n"""


NOW = "SET 'trigger'='available-now';\n"
ROLL = {'sink.rolling-policy.rollover-interval': '0 ms'}


def rows():
    for i in range(FILES * ROWS):
        yield f'{i},k{i % 7},2024-01-01 00:{i // 10:02}:{i * 7 % 60:02}'


def feed(folder):
    lines = list(rows())
    for f in range(FILES):
        write(os.path.join(folder, 'in', f'{f}.csv'),
              ''.join(line + '\n' for line in lines[f * ROWS:(f + 1) * ROWS]), age=100 - f)


def run(folder, script, fault=None, count=None):
    return cli(folder, '-f', 'script.sql', fault=fault, count=count)


def prepare(folder, script):
    feed(folder)
    write(os.path.join(folder, 'script.sql'), script)


def check_each(script, output, check_midway):
    """output(folder): what there is, comparable; check_midway(folder, final): after the kill."""
    with Folder() as folder:
        prepare(folder, script)
        done = run(folder, script, count='count')
        same(done.status, 0, done.err)
        final = output(folder)
        assert final, 'the undisturbed run wrote nothing'
        same(staged(folder), [], 'undisturbed')
        count = int(read(os.path.join(folder, 'count')))
    tried = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            prepare(folder, script)
            done = run(folder, script, fault=f'{n}:kill')
            what = f'killed at call {n} of {count}'
            # Timing decides how many calls there are: the last ones may not come.
            assert done.status in (-signal.SIGKILL, 0), f'{what}: {done}'
            check_midway(folder, final)
            done = run(folder, script)
            same((done.status, done.out), (0, ''), f'{what}: {done.err}')
            same(output(folder), final, what)
            same(staged(folder), [], what)
            tried += 1
    print(f'  {tried} of {count} calls')


# ---------------------------------------------------------------- scenarios

def part_files():
    script = NOW + source() + sink('id INT, k STRING', 'out/', **ROLL) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src WHERE id % 3 > 0;'
    check_each(script, lambda f: visible(f + '/out'),
               lambda f, final: is_part_of(visible(f + '/out'), final, 'midway'))


def partitioned_files():
    script = NOW + source() + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING)
        PARTITIONED BY (k) WITH ('connector'='filesystem', 'path'='out', 'format'='csv');
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;"""
    check_each(script, lambda f: visible(f + '/out'),
               lambda f, final: is_part_of(visible(f + '/out'), final, 'midway'))


def whole_lines(path):
    text = read(path)
    return text[:text.rfind('\n') + 1]


def is_prefix(folder, final):
    """A growing file, but for an unfinished last line."""
    there = whole_lines(folder + '/out.csv')
    assert final.startswith(there), f'midway: {there!r}'


def growing_file():
    script = NOW + source() + sink('id INT, k STRING', 'out.csv') + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, upper(k) FROM src;'
    check_each(script, lambda f: read(f + '/out.csv'), is_prefix)


def replaced_file():
    script = NOW + source() + sink('k STRING, n BIGINT', 'out.csv', **{'output-mode': 'complete'}) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT k, count(*) FROM src GROUP BY k;'
    whole = [''] + [''.join(f'k{k},{len([i for i in range(f * ROWS) if i % 7 == k])}\n'
                            for k in range(7)) for f in range(1, FILES + 1)]

    def one_of_them(folder, _):
        there = read(folder + '/out.csv')
        assert there in whole, f'midway: {there!r}'
    check_each(script, lambda f: read(f + '/out.csv'), one_of_them)


def windows():
    script = NOW + source(extra=", WATERMARK FOR ts AS ts - INTERVAL '30' SECOND") + \
        sink('s TIMESTAMP(3), k STRING, n BIGINT', 'out.csv') + """
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT window_start, k, count(*)
        FROM TUMBLE(src, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, k;"""
    check_each(script, lambda f: read(f + '/out.csv'), is_prefix)


def views_and_followers():
    script = NOW + source() + sink('op STRING, n BIGINT, keys BIGINT', 'out.csv',
                                   **{'output-mode': 'update'}) + """
        CREATE MATERIALIZED VIEW IF NOT EXISTS counts AS
            SELECT k, count(*) AS n FROM src GROUP BY k;
        CREATE MATERIALIZED VIEW IF NOT EXISTS sizes AS
            SELECT n, count(*) AS keys FROM counts GROUP BY n;
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT n, keys FROM sizes;"""

    def output(folder):
        """The views, and what the changes add up to."""
        table = {}
        for line in whole_lines(folder + '/out.csv').splitlines():
            op, n, keys = line.split(',')
            if op in ('+I', '+U'):
                assert op == '+U' or n not in table, line
                table[n] = keys
            else:
                same(table.pop(n), keys, line)
        views = cli(folder, '--format', 'csv', '-e', 'SELECT * FROM counts', '-e',
                    'SELECT * FROM sizes')
        same(views.status, 0, views.err)
        return sorted(table.items()), views.out
    check_each(script, output, lambda f, final: None)


def cleaned_sources():
    script = NOW + source(**{'scan.clean': 'archive', 'scan.archive-path': 'archive'}) + \
        sink('id INT, k STRING', 'out/', **ROLL) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def output(folder):
        return visible(folder + '/out'), sorted(visible(folder + '/archive') + visible(folder + '/in'))
    check_each(script, output,
               lambda f, final: is_part_of(visible(f + '/out'), final[0], 'midway'))


def compressed_file():
    script = NOW + source() + sink('id INT, k STRING', 'out.csv.gz') + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def output(folder):
        done = cli(folder, '--format', 'csv', '-e', "SELECT * FROM 'out.csv.gz'")
        same(done.status, 0, done.err)
        return done.out
    check_each(script, output, lambda f, final: None)


# ---------------------------------------------------------------- INSERT: all or nothing

def check_insert(tables, insert, before, after, output):
    """A kill leaves the state before or the one after, once the data directory was opened again."""
    script = tables + insert
    with Folder() as folder:
        prepare(folder, script)
        start(folder, tables, before)
        done = run(folder, script, count='count')
        same(done.status, 0, done.err)
        final, count = output(folder), int(read(os.path.join(folder, 'count')))
    with Folder() as folder:
        prepare(folder, script)
        start(folder, tables, before)
        old = output(folder)
    assert old != final
    tried = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            prepare(folder, script)
            start(folder, tables, before)
            done = run(folder, script, fault=f'{n}:kill')
            what = f'killed at call {n} of {count}'
            assert done.status in (-signal.SIGKILL, 0), f'{what}: {done}'
            same(cli(folder, '-e', 'SELECT 1').status, 0, what)
            there = output(folder)
            assert there in (old, final), f'{what}: {there!r}'
            same(staged(folder), [], what)
            done = run(folder, tables + after)
            same(done.status, 0, f'{what}: {done.err}')
            tried += 1
    print(f'  {tried} of {count} calls')


def start(folder, tables, statement):
    done = cli(folder, '-e', tables, '-e', statement)
    same(done.status, 0, done.err)


BOUNDED = """CREATE TABLE IF NOT EXISTS src (id INT, k STRING, ts TIMESTAMP(3))
    WITH ('connector'='filesystem', 'path'='in', 'format'='csv');\n"""


def insert_part_files():
    tables = BOUNDED + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING) PARTITIONED BY (k)
        WITH ('connector'='filesystem', 'path'='out', 'format'='csv');\n"""
    check_insert(tables, 'INSERT INTO dst SELECT id, k FROM src;', "INSERT INTO dst VALUES (-1, 'k1')",
                 "INSERT INTO dst VALUES (-2, 'k2');", lambda f: visible(f + '/out'))


def overwrite_part_files():
    tables = BOUNDED + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING) PARTITIONED BY (k)
        WITH ('connector'='filesystem', 'path'='out', 'format'='csv');\n"""
    check_insert(tables, 'INSERT OVERWRITE dst SELECT id, k FROM src WHERE id < 30;',
                 "INSERT INTO dst VALUES (-1, 'k1'), (-2, 'other')",
                 "INSERT INTO dst VALUES (-2, 'k2');", lambda f: visible(f + '/out'))


def insert_growing_file():
    tables = BOUNDED + sink('id INT, k STRING', 'out.csv')
    check_insert(tables, 'INSERT INTO dst SELECT id, k FROM src;', "INSERT INTO dst VALUES (-1, 'k1')",
                 "INSERT INTO dst VALUES (-2, 'k2');", lambda f: read(f + '/out.csv'))


def overwrite_file():
    tables = BOUNDED + sink('id INT, k STRING', 'out.csv')
    check_insert(tables, 'INSERT OVERWRITE dst SELECT id, k FROM src;',
                 "INSERT INTO dst VALUES (-1, 'k1')", "INSERT INTO dst VALUES (-2, 'k2');",
                 lambda f: read(f + '/out.csv'))


def internal_table():
    """Written tables are durable once answered; each statement is there or not; followers agree."""
    tables = """CREATE TABLE IF NOT EXISTS t (id INT, k STRING);
        CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT k, count(*) AS n FROM t GROUP BY k;\n"""
    steps = ["INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT INTO t SELECT id + 10, k FROM t",
             "INSERT OVERWRITE t VALUES (5, 'c'), (6, 'c')", "INSERT INTO t VALUES (7, 'a')"]
    states = ['', '1,a\n2,b\n', '1,a\n2,b\n11,a\n12,b\n', '5,c\n6,c\n', '5,c\n6,c\n7,a\n']
    views = ['', 'a,1\nb,1\n', 'a,2\nb,2\n', 'c,2\n', 'a,1\nc,2\n']
    args = [arg for step in steps for arg in ('-e', step, '-e', "SELECT 'done'")]
    with Folder() as folder:
        done = cli(folder, '--no-header', '-e', tables, *args, count='count')
        same((done.status, done.out), (0, 'done\n' * 4), done.err)
        count = int(read(os.path.join(folder, 'count')))
    tried = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            done = cli(folder, '--no-header', '-e', tables, *args, fault=f'{n}:kill')
            what = f'killed at call {n} of {count}'
            answered = done.out.count('done\n')
            done = cli(folder, '--no-header', '-e', tables, '-e', 'FLUSH', '-e',
                       'SELECT * FROM t ORDER BY id', '-e', "SELECT '--'", '-e', 'SELECT * FROM v')
            same(done.status, 0, f'{what}: {done.err}')
            rows, view = done.out.split('--\n')
            assert rows in states[answered:answered + 2], f'{what}, {answered} answered: {rows!r}'
            same(view, views[states.index(rows)], what)
            tried += 1
    print(f'  {tried} of {count} calls')


if __name__ == '__main__':
    main([part_files, partitioned_files, growing_file, replaced_file, windows, views_and_followers,
          cleaned_sources, compressed_file, insert_part_files, overwrite_part_files,
          insert_growing_file, overwrite_file, internal_table])
