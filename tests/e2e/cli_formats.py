#!/usr/bin/env python3
"""streamd-cli: what each output format looks like, to the byte."""

import json
import os
import tempfile

from cli_help import cli, local, main, same

VALUES = ("SELECT id, txt, x FROM (VALUES (1, 'a,b', 1.5::DOUBLE), (20, NULL, 'NaN'::DOUBLE), "
          "(300, '', 0.0::DOUBLE), (NULL, 'say \"체\" | ok', -2.25::DOUBLE)) AS v(id, txt, x)")


def test_csv():
    same(local(VALUES, '--format', 'csv').out,
         'id,txt,x\n1,"a,b",1.5\n20,,NaN\n300,"",0.0\n,"say ""체"" | ok",-2.25\n')
    same(local(VALUES, '--no-header').out,
         '1,"a,b",1.5\n20,,NaN\n300,"",0.0\n,"say ""체"" | ok",-2.25\n')


def test_tsv():
    same(local("SELECT 1 AS a, NULL AS b, E'x\\ty\\nz\\\\' AS c, '' AS d", '--format', 'tsv').out,
         'a\tb\tc\td\n1\t\\N\tx\\ty\\nz\\\\\t\n')


def test_copy():
    rows = "(SELECT * FROM (VALUES (1, 'x'), (2, NULL), (3, ''), (4, 'a,b')) AS t(a, b))"
    same(local(f'COPY {rows} TO STDOUT').out, '1\tx\n2\t\\N\n3\t\n4\ta,b\n')
    # A value that reads like NULL is quoted.
    same(local(f"COPY {rows} TO STDOUT WITH (FORMAT csv, HEADER true, NULL 'x')").out,
         'a,b\n1,"x"\n2,x\n3,""\n4,"a,b"\n')
    with tempfile.NamedTemporaryFile('w', suffix='.csv') as file:
        file.write('1\nx\n2\n')
        file.flush()
        done = local(f"CREATE TABLE t (a INT) WITH ('connector'='filesystem', 'path'='{file.name}', "
                     "'format'='csv'); COPY t TO STDOUT")
        same(done.out, '1\n2\n')
        assert '1 row rejected' in done.err, done.err


def test_json():
    out = local(VALUES, '--format', 'json').out
    same(json.loads(out), [{'id': 1, 'txt': 'a,b', 'x': 1.5}, {'id': 20, 'txt': None, 'x': 'NaN'},
                           {'id': 300, 'txt': '', 'x': 0.0},
                           {'id': None, 'txt': 'say "체" | ok', 'x': -2.25}])
    same(local('SELECT 1 AS a WHERE FALSE', '--format', 'json').out, '[]\n')
    same(local("SELECT ARRAY[1, 2] AS a, ARRAY['x', NULL] AS b, TRUE AS c, 1.50::DECIMAL(5, 2) AS d",
               '--format', 'json').out, '[{"a":[1,2],"b":["x",null],"c":true,"d":1.50}]\n')
    # Two results are two arrays; text lines are rows.
    out = local('SELECT 1 AS a; EXPLAIN SELECT 1', '--format', 'json').out
    decoder, values = json.JSONDecoder(), []
    while out.strip():
        value, end = decoder.raw_decode(out.lstrip())
        values.append(value)
        out = out.lstrip()[end:]
    same(values[0], [{'a': 1}])
    assert len(values) == 2 and list(values[1][0]) == ['plan'], values


def test_jsonl():
    same(local("SELECT E'a\\x01\"\\\\\\n' AS a, 1e300::DOUBLE AS b, 'Infinity'::DOUBLE AS c",
               '--format', 'jsonl').out,
         '{"a":"a\\u0001\\"\\\\\\n","b":1e+300,"c":"Infinity"}\n')
    same(local('SELECT 1 AS a WHERE FALSE', '--format', 'jsonl').out, '')


def test_box():
    same(local(VALUES, '--format', 'box').out, '''\
┌──────┬───────────────┬───────┐
│   id │ txt           │     x │
├──────┼───────────────┼───────┤
│    1 │ a,b           │   1.5 │
│   20 │ NULL          │   NaN │
│  300 │               │   0.0 │
│ NULL │ say "체" | ok │ -2.25 │
└──────┴───────────────┴───────┘
''')
    same(local("SELECT E'a\\nb\\x1b[31m' AS t", '--format', 'box').out, '''\
┌──────────────┐
│ t            │
├──────────────┤
│ a\\nb\\x1b[31m │
└──────────────┘
''', 'what could command a terminal is shown escaped')


def test_markdown():
    same(local(VALUES, '--format', 'markdown').out, '''\
|   id | txt            |     x |
|-----:|----------------|------:|
|    1 | a,b            |   1.5 |
|   20 | NULL           |   NaN |
|  300 |                |   0.0 |
| NULL | say "체" \\| ok | -2.25 |
''')


def test_line():
    same(local("SELECT 1 AS a, 'x' AS long_name UNION ALL SELECT 2, NULL", '--format', 'line').out,
         '        a = 1\nlong_name = x\n\n        a = 2\nlong_name = NULL\n')


def test_default_is_csv_in_a_pipe():
    same(local('SELECT 1 AS a').out, 'a\n1\n')


def test_text_lines():
    """EXPLAIN is plain text but for JSON."""
    plain = local('EXPLAIN SELECT 1 AS a', '--format', 'csv').out
    assert 'plan' not in plain.splitlines()[0] and '"' not in plain, plain
    same(local('EXPLAIN SELECT 1 AS a', '--format', 'box').out, plain)


def test_output_file():
    path = os.path.join(tempfile.mkdtemp(), 'out.csv')
    answer = cli('--local', '-o', path, '-e', 'SELECT 1 AS a', '-e', 'SELECT 2 AS b')
    same(answer.out, '')
    with open(path) as f:
        same(f.read(), 'a\n1\nb\n2\n')
    cli('--local', '-o', '/nowhere/at/all', '-e', 'SELECT 1', code=1)


def test_many_rows():
    """More rows than are looked at for widths, and wider ones among them."""
    path = os.path.join(tempfile.mkdtemp(), 'n.csv')
    with open(path, 'w') as f:
        f.write(''.join(f'{i}\n' for i in range(10000)))
    table = (f"CREATE TABLE n (n BIGINT) WITH ('connector'='filesystem', 'path'='{path}', "
             "'format'='csv', 'scan.mode'='bounded')")
    lines = local(f'{table}; SELECT n FROM n', '--format', 'box').out.splitlines()
    assert len(lines) == 10004 and lines[-2] == '│ 9999 │' and lines[3] == '│    0 │', lines[-3:]
    lines = local(f'{table}; SELECT n * 1000000000 AS n FROM n', '--format', 'csv').out.splitlines()
    same(lines[-1], '9999000000000')


main(globals())
