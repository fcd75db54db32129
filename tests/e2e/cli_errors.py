#!/usr/bin/env python3
"""streamd-cli: how errors look, what they do to the exit status, and the command line's own."""

import os
import re
import subprocess
import tempfile

from cli_help import CLI, Running, cli, local, main, same


def test_caret_and_hint():
    answer = local('SELECT pricee FROM trade', '-e', 'CREATE TABLE trade (price DOUBLE, qty INT)', code=1)
    same(answer.out, '')
    lines = answer.err.splitlines()
    assert lines[0].startswith('ERROR: 42703: '), lines
    same(lines[1:3], ['SELECT pricee FROM trade', '       ^'])
    same(lines[3], 'HINT: Did you mean "price"?')


def caret_column(err):
    lines = err.splitlines()
    at = next(i for i, line in enumerate(lines) if re.fullmatch(r'[\s]*\^', line))
    return lines[at - 1], lines[at]


def test_caret_under_wide_characters():
    line, caret = caret_column(local("SELECT '체', nosuch", code=1).err)
    same(line, "SELECT '체', nosuch")
    same(len(caret) - 1, len("SELECT '체', ") + 1, 'the character takes two columns')
    line, caret = caret_column(local("SELECT\n\t1,\n\t\tnosuch", code=1).err)
    same((line, caret), ('\t\tnosuch', '\t\t^'), 'tabs are kept')
    line, caret = caret_column(local('SELECT ' + '1, ' * 300 + 'nosuch', code=1).err)
    assert len(line) < 200 and line[len(caret) - 1:].startswith('nosuch'), (line, caret)


def test_place_in_a_file():
    path = os.path.join(tempfile.mkdtemp(), 's.sql')
    with open(path, 'w') as f:
        f.write('SELECT 1;\n\n-- a comment\nSELECT 2,\n  nosuch;\n')
    answer = cli('--local', '-f', path, code=1)
    same(answer.out, '?column?\n1\n')
    assert f'AT: {path} line 5\n' in answer.err, answer.err


def test_continue():
    statements = ('-e', 'SELECT 1 AS a', '-e', 'SELECT nosuch', '-e', 'SELECT 2 AS b')
    same(cli('--local', *statements, code=1).out, 'a\n1\n')
    same(cli('--local', '--continue', *statements, code=1).out, 'a\n1\nb\n2\n')
    same(cli('--local', '--continue', stdin='SELECT nosuch; SELECT 2 AS b;', code=1).out, 'b\n2\n')


def test_rows_before_the_error():
    answer = local("SELECT 1 / (x - 1) AS q FROM (VALUES (2), (3), (1), (4)) AS v(x)", code=1)
    assert answer.err.startswith('ERROR: 22012: '), answer.err
    same(local('SELECT 1 / 0 AS q', code=1).out, '', 'no head without a row')


def test_unclosed():
    assert '42601' in local("SELECT 'abc", code=1).err
    assert '42601' in local('SELECT (1', code=1).err


def test_usage():
    for args, parts in ((['--frmat', 'csv'], ['--frmat', '--format']),
                        (['--format', 'cvs'], ['cvs', 'csv']),
                        (['--format'], ['--format']),
                        (['--threads', '0', '-e', 'SELECT 1'], ['threads']),
                        (['--threads', 'x', '-e', 'SELECT 1'], ['threads']),
                        (['--batch-rows', '4096', '-e', 'SELECT 1'], ['batch-rows', '2048']),
                        (['--local', '--host', 'x', '-e', 'SELECT 1'], ['--local', '--host']),
                        (['SELECT 1'], ['SELECT 1', '-e']),
                        (['replay'], ['replay']),
                        (['replay', '--format', 'csv', 'x.sql'], ['--format']),
                        (['replay', '/nowhere/x.sql'], ['/nowhere/x.sql'])):
        answer = cli(*args, code=2)
        same(answer.out, '')
        for part in parts:
            assert part in answer.err, (args, answer.err)


def test_help_and_version():
    text = cli('--help').out
    for word in ('-e', '-f', '--data-dir', '--format', 'replay', '--no-header', '--continue'):
        assert word in text, word
    assert all(len(line) <= 100 for line in text.splitlines())
    assert re.match(r'streamd-cli \d+\.\d+\.\d+', cli('--version').out)


def test_missing_files():
    assert 'no/such.sql' in cli('--local', '-f', 'no/such.sql', code=1).err


def test_data_directory_in_use_or_corrupt():
    data = os.path.join(tempfile.mkdtemp(), 'data')
    with Running('--data-dir', data, '--format', 'csv') as one:
        one.type('CREATE TABLE t (a INT); INSERT INTO t VALUES (1); SELECT a FROM t;\n')
        one.until('a\n1\n')
        answer = cli('--data-dir', data, '-e', 'SELECT 1', code=6)
        assert answer.err.startswith('ERROR: 55006: '), answer.err
        one.rest()
    same(cli('--data-dir', data, '-e', 'SELECT a FROM t').out, 'a\n1\n')
    catalog = os.path.join(data, 'catalog.db')
    with open(catalog, 'r+b') as f:
        f.write(b'\xff' * 100)
    answer = cli('--data-dir', data, '-e', 'SELECT 1', code=5)
    assert answer.err.startswith('ERROR: XX001: '), answer.err


def test_closed_standard_streams():
    # Their numbers must not fall to the files of the data directory.
    data = os.path.join(tempfile.mkdtemp(), 'data')
    sql = 'CREATE TABLE IF NOT EXISTS t (a INT); INSERT INTO t VALUES (1); SELECT a, nosuch FROM t'
    for closed in ('>&-', '2>&-', '<&-', '>&- 2>&-', '<&- >&- 2>&-'):
        line = f'"$0" --data-dir "$1" --format csv -e "$2" {closed}'
        same(subprocess.run(['sh', '-c', line, CLI, data, sql], capture_output=True).returncode, 1)
    same(cli('--data-dir', data, '-e', 'SELECT count(*) AS n FROM t').out, 'n\n5\n')
    answer = subprocess.run(['sh', '-c', '"$0" --local -e "SELECT 1" >&-', CLI], capture_output=True, text=True)
    assert 'cannot write the standard output' in answer.stderr, answer.stderr
    same(answer.returncode, 1)


def test_statements_and_rows_from_one_input():
    table = "CREATE TABLE i (v STRING) WITH ('connector'='stdin', 'format'='text');"
    answer = cli('--local', stdin=f'{table} SELECT * FROM i;\nrow\n', code=1)
    assert answer.err.startswith('ERROR: 55006: '), answer.err
    same(cli('--local', '-e', f'{table} SELECT * FROM i', stdin='row\n').out, 'v\nrow\n')


def test_replay_to_a_full_disk():
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, 'a.slt'), 'w') as f:
        f.write('statement ok\nSELECT 1\n')
    answer = subprocess.run(['sh', '-c', '"$0" replay "$1" >/dev/full', CLI, folder], capture_output=True, text=True)
    assert answer.stderr.startswith('ERROR: 53100: '), answer.stderr
    same(answer.returncode, 1)


main(globals())
