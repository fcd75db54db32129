#!/usr/bin/env python3
"""Random queries that may fail: rows, rejected rows and errors are the same under every plan.

    same_failures.py                some 25 seconds from fixed seeds
    same_failures.py --long N       N data sets from other seeds
    same_failures.py --seed S       one data set

Each query runs as a SELECT (which fails with the first row that does) and as an INSERT (which
rejects those rows), with several batch sizes and threads and with optimizer rules left out.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import random_failing
from random_failing import STORED, TYPES, VALUES, Column, Relation

BUILD = os.environ.get('STREAMD_BUILD', 'build')
CLI = os.path.join(BUILD, 'streamd-cli')
LONG = bool(os.environ.get('STREAMD_LONG'))  # tests/run --long: new seeds, for minutes
SECONDS = 400 if LONG else 25
QUERIES = 25  # a data set
RULES = ('fold_constants merge_filters push_filter_project push_filter_window push_filter_aggregate '
         'push_filter_union push_filter_scan merge_projects merge_project_aggregate merge_unions '
         'push_limit remove_distinct fold_values prune_columns').split()
# What may differ: a missing answer is the program's death.
BROKEN = re.compile(r'XX000|AddressSanitizer|runtime error|LeakSanitizer|Assertion')


def csv_field(value):
    return '"' + value.replace('"', '""') + '"' if value == '' or set(value) & set(',"\n') else value


def make_tables(r, folder):
    """Two files and a view over them, and an internal table; returns DDL and relations."""
    ddl, tables = [], []
    for number in range(2):
        columns = [Column('at', 'ts')] + [
            Column(f'{t}{number}', t) for t in r.sample(STORED, r.randint(6, len(STORED)))]
        path = os.path.join(folder, f'data{number}')
        os.mkdir(path)
        for file in range(r.choice((1, 1, 3))):
            lines = []
            for _ in range(r.choice((0, 1, 5, 20, 60, 300))):
                usual = r.random() < 0.7  # most rows are harmless
                fields = []
                for c in columns:
                    value = r.choice(VALUES[c.type][:4] if usual else VALUES[c.type])
                    fields.append('' if r.random() < 0.1 else csv_field(value))
                lines.append(','.join(fields))
            with open(os.path.join(path, f'{file}.csv'), 'w', encoding='utf-8') as f:
                f.write(''.join(line + '\n' for line in lines))
        listed = ', '.join(f'{c.name} {TYPES[c.type]}' for c in columns)
        ddl.append(f"CREATE TABLE data{number} ({listed}, WATERMARK FOR at AS at - INTERVAL '3650000' "
                   f"DAY) WITH ('connector'='filesystem', 'path'='{path}', 'format'='csv');")
        tables.append(Relation(f'data{number}', columns))
    generator = random_failing.Generator(r, tables)
    sql, columns = generator.plain(1)
    ddl.append(f'CREATE VIEW seen AS {sql};')
    tables.append(Relation('seen', columns))
    return ddl, tables, generator


def insert_of(number, query):
    """A table for the rows, and the INSERT."""
    sql, columns = query
    listed = ', '.join(f'{c.name} {TYPES[c.type]}' for c in columns)
    return (f"CREATE TABLE out{number} ({listed}) WITH ('connector'='print');\n"
            f'INSERT INTO out{number} {sql}')


class Died(Exception):
    pass


def run(folder, ddl, queries, config):
    """What each query wrote to both streams."""
    rows, threads, disabled = config
    script = os.path.join(folder, 'script.sql')
    with open(script, 'w', encoding='utf-8') as f:
        f.write('\n'.join(ddl) + f"\nSET 'optimizer.disable' = '{disabled}';\n")
        for number, query in enumerate(queries):
            # The mark on stderr is an error.
            f.write(f"SELECT '@@', {number};\nSELECT * FROM mark_{number};\n{query};\n")
    command = [CLI, '--local', '--continue', '--format', 'csv', '--batch-rows', str(rows),
               '--threads', str(threads), '-f', script]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    out, errors = (s.decode('utf-8', 'replace') for s in (ran.stdout, ran.stderr))
    if ran.returncode not in (0, 1) or BROKEN.search(errors):
        raise Died(f'status {ran.returncode} with {config}\n' + errors[-6000:])
    shown = dict(enumerate(re.split(r"(?m)^'?@@'?,\d+\n", out)[1:]))
    said = dict(enumerate(re.split(r'(?m)^ERROR: 42P01: .*"mark_\d+".*\n', errors)[1:]))
    return {n: (shown.get(n, ''), plain(said.get(n, '')))
            for n in range(len(queries))}


def plain(text):
    """Without the line of the mark itself, and without counts of late rows: a row that a filter below
    the window takes away is not late."""
    return '\n'.join(line for line in text.split('\n')
                     if 'FROM mark_' not in line and 'late row' not in line)


def limits_union(query):
    """How far the sides of a UNION ALL are read when a LIMIT above it is filled is the plan's affair,
    and so is how many rows were rejected there."""
    return ' UNION ALL ' in query and ('LIMIT' in query or 'OFFSET' in query)


def without_counts(answer):
    return answer[0], '\n'.join(l for l in answer[1].split('\n') if 'rejected, first' not in l)


def configs(r, thorough):
    every = [(rows, threads, '') for rows, threads in ((2048, 1), (1, 1), (7, 2), (2048, 4))]
    every.append((r.choice((1, 7, 2048)), 1, ','.join(RULES)))
    for _ in range(6 if thorough else 3):
        disabled = [rule for rule in RULES if r.random() < r.choice((0.1, 0.5))]
        every.append((r.choice((1, 7, 2048)), r.choice((1, 2, 4)), ','.join(disabled)))
    return every


def one_data_set(seed, count, thorough):
    r = random.Random(seed)
    folder = tempfile.mkdtemp(prefix='same-failures-')
    ddl, tables, generator = make_tables(r, folder)
    made = [generator.query(2) for _ in range(count)]
    queries = [sql if r.random() < 0.5 or any(c.type in ('list', 'span') for c in columns)
               else insert_of(number, (sql, columns)) for number, (sql, columns) in enumerate(made)]
    first, failing = None, 0
    every = configs(r, thorough)
    for config in every:
        try:
            answers = run(folder, ddl, queries, config)
        except Died as died:
            raise Died(f'seed {seed}: {died}\nfiles in {folder}') from None
        first = first or answers
        for number in range(count):
            if config[2] and limits_union(queries[number]) and \
                    without_counts(answers[number]) == without_counts(first[number]):
                continue
            if answers[number] != first[number]:
                raise Died(f'seed {seed}, query {number}: {every[0]} and {config} differ\n'
                           f'{queries[number]}\n--- {every[0]}\n' + '\n'.join(first[number])[:1500]
                           + f'\n--- {config}\n' + '\n'.join(answers[number])[:1500]
                           + f'\nfiles in {folder}')
    for number in range(count):
        failing += 'ERROR' in first[number][1] or 'reject' in first[number][1]
    shutil.rmtree(folder)
    return failing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--long', type=int, metavar='N')
    parser.add_argument('--seed', type=int)
    parser.add_argument('--queries', type=int, default=QUERIES)
    args = parser.parse_args()
    seeds = range(1, 10**6)
    if LONG:
        seeds = range(random.SystemRandom().randrange(10**9), 2 * 10**9)
    if args.seed is not None:
        seeds = [args.seed]
    elif args.long:
        start = random.SystemRandom().randrange(10**9)
        seeds = range(start, start + args.long)
    begun, queries, failing, differ = time.monotonic(), 0, 0, 0
    for seed in seeds:
        if args.seed is None and not args.long and time.monotonic() - begun > SECONDS:
            break
        try:
            failing += one_data_set(seed, args.queries, bool(args.long))
            queries += args.queries
        except Died as died:
            differ += 1
            print(f'{died}\n', flush=True)
            if not args.long:
                break
    print(f'{queries} queries agreed ({failing} of them failed), {differ} data sets with a difference')
    sys.exit(1 if differ or not queries else 0)


if __name__ == '__main__':
    main()
