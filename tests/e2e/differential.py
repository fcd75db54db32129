#!/usr/bin/env python3
"""Random bounded queries over random CSV files: streamd against SQLite.

    differential.py                 some 30 seconds from fixed seeds
    differential.py --long N        N data sets from other seeds
    differential.py --seed S        one data set; the first query that differs is shown with its files

Every query runs under several batch sizes and numbers of threads, over the same rows cut into
other files.  The order of rows is compared too: it is part of what a query means.
"""

import argparse
import datetime
import fractions
import json
import math
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import random_sql
from random_sql import Column, Relation

BUILD = os.environ.get('STREAMD_BUILD', 'build')
CLI = os.path.join(BUILD, 'streamd-cli')
SLOW = os.environ.get('STREAMD_BUILD_KIND', 'release') != 'release'
LONG = bool(os.environ.get('STREAMD_LONG'))  # tests/run --long: new seeds, for minutes
SECONDS = 400 if LONG else 30
QUERIES = 40  # a data set
EPOCH = datetime.datetime(1970, 1, 1)

# ---------------------------------------------------------------- what SQLite lacks


def ts_text(microseconds):
    moment = EPOCH + datetime.timedelta(microseconds=microseconds)
    text = moment.strftime('%Y-%m-%d %H:%M:%S')
    return text + (f'.{moment.microsecond:06}'.rstrip('0') if moment.microsecond else '')


def ts_number(text):
    head, _, part = text.partition('.')
    moment = datetime.datetime.strptime(head, '%Y-%m-%d %H:%M:%S')
    return (moment - EPOCH) // datetime.timedelta(microseconds=1) + int((part + '000000')[:6])


def ts_plus(text, microseconds):
    return None if text is None else ts_text(ts_number(text) + microseconds)


def date_plus(text, days):
    if text is None:
        return None
    day = datetime.date.fromisoformat(text) + datetime.timedelta(days=days)
    return day.isoformat()


def date_trunc(unit, text):
    if text is None:
        return None
    keep = {'year': 4, 'month': 7, 'day': 10, 'hour': 13, 'minute': 16, 'second': 19}[unit]
    return text[:keep] + '0000-01-01 00:00:00'[keep:]


def time_part(part, text):
    at = {'YEAR': (0, 4), 'MONTH': (5, 7), 'DAY': (8, 10), 'HOUR': (11, 13)}[part]
    return None if text is None else int(text[at[0]:at[1]] or 0)


def windows(text, step, size):
    """The starts of those windows that a time is in."""
    at = ts_number(text)
    last = at // (step * 10**6) * step * 10**6
    starts = []
    while last > at - size * 10**6:
        starts.append(ts_text(last))
        last -= step * 10**6
    return json.dumps(starts[::-1])


def float_text(value):
    if value is None:
        return None
    value = float(value)
    return repr(0.0 if value == 0 and math.copysign(1, value) > 0 else value)


def cents(value):
    if value is None:
        return None
    return f'{"-" if value < 0 else ""}{abs(value) // 100}.{abs(value) % 100:02}'


class Exact:
    """An aggregate over the exact values of its rows."""

    def __init__(self):
        self.values = []

    def step(self, value):
        if value is not None:
            self.values.append(value)


class ExactSum(Exact):
    def finalize(self):
        if not self.values:
            return None
        if all(isinstance(v, int) for v in self.values):
            return sum(self.values)
        return math.fsum(self.values)


class ExactAvg(Exact):
    def finalize(self):
        if not self.values:
            return None
        return float(sum(map(fractions.Fraction, self.values)) / len(self.values))


def squares(values, less):
    n = len(values)
    if n <= less:
        return None
    exact = [fractions.Fraction(v) for v in values]
    return float((n * sum(v * v for v in exact) - sum(exact) ** 2) / (n * (n - less)))


class VarPop(Exact):
    def finalize(self):
        return squares([float(v) for v in self.values], 0)


class StddevSamp(Exact):
    def finalize(self):
        variance = squares([float(v) for v in self.values], 1)
        return None if variance is None else math.sqrt(variance)


class BoolAnd(Exact):
    def finalize(self):
        return int(all(self.values)) if self.values else None


class BoolOr(Exact):
    def finalize(self):
        return int(any(self.values)) if self.values else None


def lite_open():
    lite = sqlite3.connect(':memory:')
    lite.execute('PRAGMA case_sensitive_like = ON')
    strict = lambda f: lambda a: None if a is None else f(a)
    for name, count, function in (
            ('ts_plus', 2, ts_plus), ('date_plus', 2, date_plus), ('date_trunc', 2, date_trunc),
            ('time_part', 2, time_part), ('windows', 3, windows), ('cents', 1, cents),
            ('float_text', 1, float_text),
            ('floor', 1, strict(lambda a: float(math.floor(a)))),
            ('ceil', 1, strict(lambda a: float(math.ceil(a)))),
            ('upper', 1, strict(str.upper)), ('lower', 1, strict(str.lower)),
            ('reverse', 1, strict(lambda a: a[::-1])),
            ('split', 2, lambda a, b: None if a is None else json.dumps(a.split(b)))):
        lite.create_function(name, count, function, deterministic=True)
    for name, kind in (('sum', ExactSum), ('avg', ExactAvg), ('var_pop', VarPop),
                       ('stddev_samp', StddevSamp), ('bool_and', BoolAnd), ('bool_or', BoolOr)):
        lite.create_aggregate('exact_' + name, 1, kind)
    return lite


# ---------------------------------------------------------------- random data

SQL_TYPES = {'int': 'INT', 'double': 'DOUBLE', 'dec': 'DECIMAL(10,2)', 'text': 'VARCHAR',
             'bool': 'BOOLEAN', 'date': 'DATE', 'ts': 'TIMESTAMP(3)'}
LITE_TYPES = {'int': 'INTEGER', 'double': 'REAL', 'dec': 'INTEGER', 'text': 'TEXT',
              'bool': 'INTEGER', 'date': 'TEXT', 'ts': 'TEXT'}


def random_value(r, column):
    if r.random() < 0.12:
        return None
    kind = column.type
    if kind == 'int':
        return r.randint(-column.bound, column.bound) if r.random() < 0.4 else r.randint(-3, 5)
    if kind == 'double':
        return r.choice((0.0, 0.1, 0.25, -1.5, 3.0, 1e6, 1e-3, r.uniform(-100, 100),
                         r.gauss(0, 1e9), float(r.randint(-5, 5))))
    if kind == 'dec':
        return r.choice((0, 5, 100, -250, r.randint(-column.bound, column.bound)))
    if kind == 'text':
        return r.choice(random_sql.WORDS)
    if kind == 'bool':
        return r.randint(0, 1)
    if kind == 'date':
        return date_plus('2024-01-01', r.randint(0, 90))
    return ts_text(1704067200 * 10**6 + r.randint(0, 40 * 86400) * r.choice((10**6, 10**6, 1000)))


def csv_field(r, value, kind):
    if value is None:
        return ''
    if kind == 'double':
        text = repr(value)
    elif kind == 'dec':
        text = cents(value)
    elif kind == 'bool':
        text = r.choice(('true', 'TRUE', 't', '1') if value else ('false', 'FALSE', 'f', '0'))
    elif kind == 'ts' and r.random() < 0.2:
        text = value.replace(' ', 'T')
    else:
        text = str(value)
    if text == '' or any(c in text for c in ',"\n\r') or r.random() < 0.05:
        return '"' + text.replace('"', '""') + '"'
    if kind in ('int', 'double', 'dec') and r.random() < 0.03:
        text = ' ' + text + ' '
    return text


class Data:
    """Three tables, in SQLite and as lines of CSV."""

    def __init__(self, seed):
        self.random = r = random.Random(seed)
        self.lite = lite_open()
        self.tables, self.lines = [], {}
        for number in range(3):
            name = f'data{number}'
            columns = [Column('i', 'int', 1000, False)]
            kinds = ['int', 'double', 'dec', 'text', 'text', 'bool', 'date']
            for kind in r.sample(kinds, r.randint(3, 6)):
                bound = {'int': 10**6, 'dec': 10**6}.get(kind, 0)
                columns.append(Column(f'{kind[0]}{len(columns)}', kind, bound, False))
            if number < 2:
                columns.append(Column('ts', 'ts', 0, True))
            r.shuffle(columns)
            count = r.choice((0, 1, 20, 100, 100, 300, 300, 900 if SLOW else 4000, 900 if SLOW else 12000))
            rows = [[random_value(r, c) for c in columns] for _ in range(count)]
            self.lite.execute(f'CREATE TABLE {name} (' + ', '.join(
                f'{c.name} {LITE_TYPES[c.type]}' for c in columns) + ')')
            self.lite.executemany(
                f'INSERT INTO {name} VALUES ({", ".join("?" * len(columns))})', rows)
            self.lines[name] = [','.join(csv_field(r, v, c.type) for v, c in zip(row, columns))
                                for row in rows]
            self.tables.append(Relation(name, name, columns))

    def write(self, folder):
        """The lines in random files; returns the DDL."""
        r, ddl = self.random, []
        for table in self.tables:
            path = os.path.join(folder, table.sd)
            os.mkdir(path)
            lines = self.lines[table.sd]
            cuts = sorted(r.randint(0, len(lines)) for _ in range(r.choice((0, 1, 4))))
            for number, (a, b) in enumerate(zip([0] + cuts, cuts + [len(lines)])):
                end = r.choice(('\n', '\n', '\r\n'))
                text = ''.join(line + end for line in lines[a:b])
                if r.random() < 0.2 and text:
                    text = text[:-len(end)]
                with open(os.path.join(path, f'{number:03}.csv'), 'w', newline='') as f:
                    f.write(text)
            columns = ', '.join(f'{c.name} {SQL_TYPES[c.type]}' for c in table.columns)
            if table.columns and any(c.name == 'ts' for c in table.columns):
                columns += ", WATERMARK FOR ts AS ts - INTERVAL '1000' DAY"
            ddl.append(f"CREATE TABLE {table.sd} ({columns}) WITH ('connector'='filesystem', "
                       f"'path'='{path}', 'format'='csv');")
        return ddl


# ---------------------------------------------------------------- running and comparing


def parse_csv(text):
    """Rows of fields; None is an unquoted empty one."""
    field = re.compile(r'"((?:[^"]|"")*)"|([^,\n]*)')
    rows, row, at = [], [], 0
    while at < len(text):
        match = field.match(text, at)
        quoted, plain = match.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        at = match.end()
        if at < len(text) and text[at] == '\n':
            rows.append(row)
            row = []
        at += 1
    return rows


def run_streamd(folder, ddl, queries, options):
    """The output of each query: rows as lists, or an error as text."""
    script = os.path.join(folder, 'script.sql')
    with open(script, 'w') as f:
        f.write('\n'.join(ddl) + '\n')
        for number, query in enumerate(queries):
            f.write(f"SELECT '@@', {number};\n{query.sd};\n")
        f.write("SELECT '@@', -1;\n")
    ran = subprocess.run([CLI, '--local', '--continue', '--format', 'csv', '--no-header', *options,
                          '-f', script], stdin=subprocess.DEVNULL, capture_output=True)
    parts = re.split(r'(?m)^@@,(-?\d+)\n', ran.stdout.decode('utf-8', 'replace'))
    out = {int(number): text for number, text in zip(parts[1::2], parts[2::2])}
    errors = ran.stderr.decode('utf-8', 'replace')
    if -1 not in out:
        errors += f'\nended with status {ran.returncode}'
    return out, errors


def expected_rows(data, query):
    shown = []
    for row in data.lite.execute(query.lite):
        out = []
        for value, column in zip(row, query.columns):
            if value is None:
                out.append(None)
            elif column.type == 'double':
                out.append(float_text(value))
            elif column.type == 'bool':
                out.append('true' if value else 'false')
            elif column.type == 'dec':
                out.append(cents(value))
            else:
                out.append(str(value))
        shown.append(out)
    return shown


def plain_zero(rows):
    return [[('0.0' if f == '-0.0' else f) for f in row] for row in rows]


def same(query, expected, got):
    if len(query.columns) == 1:
        # A line of one NULL is an empty line.
        got = [row or [None] for row in got]
    expected, got = plain_zero(expected), plain_zero(got)
    if query.ordered:
        return expected == got
    key = lambda row: [(f is None, f or '') for f in row]
    return sorted(expected, key=key) == sorted(got, key=key)


def show(title, rows):
    print(f'  {title}: {len(rows)} rows')
    for row in rows[:20]:
        print('   ', row)


class Differs(Exception):
    pass


def one_data_set(seed, queries):
    data = Data(seed)
    r = data.random
    generator = random_sql.Generator(r, data.tables)
    made = [generator.query(2) for _ in range(queries)]
    wanted = []
    for query in made:
        try:
            # The set () has no row over no input, against PostgreSQL: not compared.
            empty = query.rows and data.lite.execute(query.rows).fetchone() == (0,)
            wanted.append(None if empty else expected_rows(data, query))
        except (sqlite3.Error, OverflowError, ValueError) as error:
            wanted.append(None)  # a date out of range, a float that became infinite
            if not isinstance(error, (OverflowError, ValueError)) and \
                    'user-defined' not in str(error):
                raise Differs(f'SQLite: {error}\n{query.lite}') from error
    first = None
    options = [('1', '1'), ('7', '2'), ('2048', '4')] if not SLOW else [('7', '2')]
    for rows, threads in options + [(str(r.choice((1, 7, 100))), str(r.choice((1, 2, 4))))]:
        folder = tempfile.mkdtemp(prefix='differential-')
        ddl = data.write(folder)
        switches = ['--batch-rows', rows, '--threads', threads]
        out, errors = run_streamd(folder, ddl, made, switches)
        for number, query in enumerate(made):
            text = out.get(number)
            if wanted[number] is None:
                continue
            got = parse_csv(text) if text is not None else []
            if text is None or not same(query, wanted[number], got):
                print(f'data set {seed}, query {number}, {" ".join(switches)}, files in {folder}')
                print(f'  streamd: {query.sd}\n  SQLite:  {query.lite}')
                show('expected', wanted[number])
                show('got', got)
                print(errors[:2000])
                raise Differs(f'seed {seed}: another result')
            if first and first.get(number) != text:
                raise Differs(f'seed {seed}, query {number}: other bytes with {switches}: '
                              f'{query.sd}')
        first = first or out
        shutil.rmtree(folder)
    return len(made)


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
    begun, queries, failed = time.monotonic(), 0, 0
    for seed in seeds:
        if args.seed is None and not args.long and time.monotonic() - begun > SECONDS:
            break
        try:
            queries += one_data_set(seed, args.queries)
        except Differs as difference:
            failed += 1
            print(f'{difference}\n')
            if not args.long:
                break
    print(f'{queries} queries agreed, {failed} data sets with a difference')
    sys.exit(1 if failed or not queries else 0)


if __name__ == '__main__':
    main()
