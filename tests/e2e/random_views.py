#!/usr/bin/env python3
"""Random queries as materialized views, kept up to date by a daemon that is fed file by file and
killed in between: at the end each holds what SQLite says of all the rows.

    random_views.py             some 20 seconds from fixed seeds; with STREAMD_LONG minutes from new ones
    random_views.py SEED        one data set
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import differential
import random_sql
from differential import CLI, LONG, SQL_TYPES, Data, Differs, expected_rows, parse_csv, same, show
from server_help import Daemon

SECONDS, VIEWS = 200 if LONG else 20, 10
# What changes when later rows come, or depends on how files and inputs arrive.
NOT_COMPARED = re.compile(r'TUMBLE|HOP|CUMULATE|LIMIT|OFFSET|ORDER BY')


def ask(daemon, sql, wanted=(0,)):
    ran = subprocess.run([CLI, '--socket', daemon.dir, '--no-header', '--format', 'csv', '-e', sql],
                         stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    error = ran.stderr.decode('utf-8', 'replace')
    if ran.returncode not in wanted:
        raise Differs(f'{sql}: {error}')
    return ran.stdout.decode('utf-8', 'replace'), error


def cut(data):
    """(table, number, text) of files; those of a table in their order, tables in between each other."""
    r, files = data.random, {}
    for table in data.tables:
        lines = data.lines[table.sd]
        cuts = sorted(r.randint(0, len(lines)) for _ in range(r.choice((0, 1, 4, 7))))
        files[table.sd] = [(table.sd, number, ''.join(line + '\n' for line in lines[a:b]))
                           for number, (a, b) in enumerate(zip([0] + cuts, cuts + [len(lines)]))]
    while files:
        name = r.choice(sorted(files))
        yield files[name].pop(0)
        if not files[name]:
            del files[name]


def make_views(daemon, data, generator):
    """(name, query, rows at the end) of each."""
    views = []
    while len(views) < VIEWS:
        query = generator.query(2)
        if NOT_COMPARED.search(query.sd):
            continue
        try:
            if query.rows and data.lite.execute(query.rows).fetchone() == (0,):
                continue
            expected = expected_rows(data, query)
        except (differential.sqlite3.Error, OverflowError, ValueError):
            continue  # a date out of range, a float that became infinite
        names = ', '.join(f'c{i}' for i in range(len(query.columns)))
        ask(daemon, f'CREATE MATERIALIZED VIEW v{len(views)} AS SELECT * FROM ({query.sd}) AS q({names})')
        views.append((f'v{len(views)}', query, expected))
    return views


def one_data_set(seed):
    data = Data(seed)
    r = data.random
    folder = tempfile.mkdtemp(prefix='views-')
    with Daemon(os.path.join(folder, 'data')) as daemon:
        for table in data.tables:
            os.mkdir(os.path.join(folder, table.sd))
            columns = ', '.join(f'{c.name} {SQL_TYPES[c.type]}' for c in table.columns)
            ask(daemon, f"CREATE TABLE {table.sd} ({columns}) WITH ('connector'='filesystem', "
                        f"'path'='{folder}/{table.sd}', 'format'='csv', 'scan.mode'='watch')")
        views = make_views(daemon, data, random_sql.Generator(r, data.tables))
        for table, number, text in cut(data):
            path = os.path.join(folder, table, f'{number}.csv')
            with open(path + '.tmp', 'w') as f:
                f.write(text)
            os.rename(path + '.tmp', path)
            what = r.random()
            if what < 0.2:
                time.sleep(r.random() / 10)
                daemon.end(r.choice((signal.SIGKILL, signal.SIGTERM)))
                daemon.start()
            elif what < 0.7:
                ask(daemon, 'FLUSH')
        ask(daemon, 'FLUSH')
        for name, query, expected in views:
            got = parse_csv(ask(daemon, f'SELECT * FROM {name}')[0])
            if not same(query._replace(ordered=False), expected, got):
                print(f'data set {seed}, {name}: {query.sd}')
                show('expected', expected)
                show('got', got)
                raise Differs(f'seed {seed}: another result in {folder}')
    return len(views)


def main():
    seeds = range(1, 10**6)
    if LONG:
        seeds = range(random.SystemRandom().randrange(10**9), 2 * 10**9)
    if len(sys.argv) > 1:
        seeds = [int(sys.argv[1])]
    begun, views, failed = time.monotonic(), 0, 0
    for seed in seeds:
        if time.monotonic() - begun > SECONDS:
            break
        try:
            views += one_data_set(seed)
        except Differs as difference:
            failed += 1
            print(f'{difference}\n')
    print(f'{views} views agreed, {failed} data sets with a difference')
    sys.exit(1 if failed or not views else 0)


if __name__ == '__main__':
    main()
