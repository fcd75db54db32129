"""Scripts for the crash tests: jobs that run to the end of what there is, and go on when run again.

Each gives the script, what to compare at the end, and what must hold at any moment.
"""

import os
from collections import namedtuple

from crash_help import cli, is_part_of, read, same, visible, write

FILES, ROWS = 4, 40

# output(folder): what there is, comparable; midway(folder, final): raises when too much is visible.
# between(folder), if any: what happens between the run that is hit and the next one;
# before(folder): before the first.
Scenario = namedtuple('Scenario', 'name script output midway between before', defaults=(None, None))


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


def prepare(folder, script, before=None):
    feed(folder)
    if before:
        before(folder)
    write(os.path.join(folder, 'script.sql'), script)


def run(folder, fault=None, count=None):
    return cli(folder, '-f', 'script.sql', fault=fault, count=count)


def run_undisturbed(scenario, folder):
    """A run that counts its calls, what happens then, and another run."""
    done = run(folder, count='count')
    if done.status == 0 and scenario.between:
        scenario.between(folder)
        done = run(folder)
    return done


def part_files():
    script = NOW + source() + sink('id INT, k STRING', 'out/', **ROLL) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src WHERE id % 3 > 0;'
    return Scenario('part_files', script, lambda f: visible(f + '/out'),
                    lambda f, final: is_part_of(visible(f + '/out'), final, 'midway'))


def partitioned_files():
    script = NOW + source() + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING)
        PARTITIONED BY (k) WITH ('connector'='filesystem', 'path'='out', 'format'='csv');
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;"""
    return Scenario('partitioned_files', script, lambda f: visible(f + '/out'),
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
    return Scenario('growing_file', script, lambda f: read(f + '/out.csv'), is_prefix)


def replaced_file():
    script = NOW + source() + sink('k STRING, n BIGINT', 'out.csv', **{'output-mode': 'complete'}) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT k, count(*) FROM src GROUP BY k;'
    whole = [''] + [''.join(f'k{k},{len([i for i in range(f * ROWS) if i % 7 == k])}\n'
                            for k in range(7)) for f in range(1, FILES + 1)]

    def one_of_them(folder, _):
        there = read(folder + '/out.csv')
        assert there in whole, f'midway: {there!r}'
    return Scenario('replaced_file', script, lambda f: read(f + '/out.csv'), one_of_them)


def windows():
    script = NOW + source(extra=", WATERMARK FOR ts AS ts - INTERVAL '30' SECOND") + \
        sink('s TIMESTAMP(3), k STRING, n BIGINT', 'out.csv') + """
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT window_start, k, count(*)
        FROM TUMBLE(src, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, k;"""
    return Scenario('windows', script, lambda f: read(f + '/out.csv'), is_prefix)


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
    return Scenario('views_and_followers', script, output, lambda f, final: None)


def two_inputs():
    """A job over bounded inputs with watermarks: their rows are taken in blocks, and it is one epoch."""
    tables = ''.join(f"""CREATE TABLE IF NOT EXISTS {name} (id INT, k STRING, ts TIMESTAMP(3),
        WATERMARK FOR ts AS ts) WITH ('connector'='filesystem', 'path'='in/{file}.csv', 'format'='csv',
        'scan.mode'='bounded');\n""" for name, file in (('one', 0), ('two', 1)))
    script = tables + sink('id INT, k STRING', 'out.csv') + """
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM TUMBLE(
            (SELECT * FROM two UNION ALL SELECT * FROM one), ts, INTERVAL '1' MINUTE);"""
    return Scenario('two_inputs', script, lambda f: read(f + '/out.csv'), is_prefix)


def internal_tables():
    """A job writes into a table, another follows it and keeps counts in a second one, a third writes a file."""
    script = NOW + source() + sink('id INT, k STRING', 'out.csv') + """
        CREATE TABLE IF NOT EXISTS t (id INT, k STRING);
        CREATE TABLE IF NOT EXISTS counts (k STRING, n BIGINT);
        CREATE JOB IF NOT EXISTS fill AS INSERT INTO t SELECT id, k FROM src WHERE id % 5 > 0;
        CREATE JOB IF NOT EXISTS total AS INSERT INTO counts SELECT k, count(*) FROM t GROUP BY k;
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM t;"""

    def output(folder):
        tables = cli(folder, '--format', 'csv', '-e', 'SELECT * FROM t', '-e',
                     'SELECT * FROM counts ORDER BY k')
        same(tables.status, 0, tables.err)
        return tables.out, read(folder + '/out.csv')
    return Scenario('internal_tables', script, output,
                    lambda f, final: is_prefix(f, final[1]))


def cleaned_sources():
    script = NOW + source(**{'scan.clean': 'archive', 'scan.archive-path': 'archive'}) + \
        sink('id INT, k STRING', 'out/', **ROLL) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def output(folder):
        return visible(folder + '/out'), sorted(visible(folder + '/archive') + visible(folder + '/in'))
    return Scenario('cleaned_sources', script, output,
                    lambda f, final: is_part_of(visible(f + '/out'), final[0], 'midway'))


def compressed_file():
    script = NOW + source() + sink('id INT, k STRING', 'out.csv.gz') + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def output(folder):
        done = cli(folder, '--format', 'csv', '-e', "SELECT * FROM 'out.csv.gz'")
        same(done.status, 0, done.err)
        return done.out
    return Scenario('compressed_file', script, output, lambda f, final: None)


SCENARIOS = [make() for make in (part_files, partitioned_files, growing_file, replaced_file, windows,
                                 views_and_followers, internal_tables, two_inputs,
                                 cleaned_sources, compressed_file)]
