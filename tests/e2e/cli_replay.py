#!/usr/bin/env python3
"""streamd-cli replay: recording, comparing, recorded inputs, reports."""

import os
import tempfile
import xml.etree.ElementTree as xml

from cli_help import cli, main, same

DAY = "CREATE TABLE t (a INT, b STRING) WITH ('connector'='filesystem', 'path'='in.csv', 'format'='csv', 'scan.mode'='watch');\n"


class Folder:
    def __init__(self, **files):
        self.path = tempfile.mkdtemp()
        for name, text in files.items():
            self.write(name.replace('_', '.'), text)

    def __call__(self, *names):
        return os.path.join(self.path, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self(name)), exist_ok=True)
        with open(self(name), 'w') as f:
            f.write(text)

    def read(self, *names):
        with open(self(*names)) as f:
            return f.read()

    def all(self):
        return sorted(os.path.relpath(os.path.join(d, n), self.path)
                      for d, _, names in os.walk(self.path) for n in names)


def test_record_and_compare():
    f = Folder(in_csv='1,x\n2,y\n', q_sql=DAY + 'SELECT * FROM t; SELECT 1 / 0; SELECT 2;\n')
    answer = cli('replay', f('q.sql'), code=4)
    assert 'nothing is recorded' in answer.out and '0 passed, 1 failed' in answer.out, answer.out
    cli('replay', '--update', f('q.sql'))
    same(f.read('q.out'), 'a,b\n1,x\n2,y\nERROR: 22012: division by zero\nSELECT 1 / 0\n         ^\n')
    same(cli('replay', f('q.sql')).out, '1 passed, 0 failed\n')
    f.write('in.csv', '1,x\n2,z\n')
    answer = cli('replay', f('q.sql'), code=4)
    for line in ('--- q.out\n', '+++ printed\n', '-2,y\n', '+2,z\n', '0 passed, 1 failed\n'):
        assert line in answer.out, answer.out


def test_what_is_written_goes_elsewhere():
    f = Folder(in_csv='1,x\n2,y\n', q_sql=DAY + """
CREATE TABLE o (a INT) WITH ('connector'='filesystem', 'path'='./out/deep/', 'format'='csv');
CREATE JOB j AS INSERT INTO o SELECT a FROM t;
FLUSH;
CREATE TABLE back (a INT) WITH ('connector'='filesystem', 'path'='out/deep', 'format'='csv', 'scan.mode'='bounded');
SELECT sum(a) AS s FROM back;
CREATE TABLE abs (a INT) WITH ('connector'='filesystem', 'path'='/no/such/place/', 'format'='csv');
INSERT INTO abs SELECT a + 1 FROM t;
CREATE TABLE up (a INT) WITH ('connector'='filesystem', 'path'='../up.csv', 'format'='csv');
INSERT INTO up SELECT a + 2 FROM t;
""")
    cli('replay', '--update', f('q.sql'))
    same(f.read('q.out'), 's\n3\n')
    same(f.all(), ['in.csv', 'q.expected/no/such/place/part.csv', 'q.expected/out/deep/part.csv',
                   'q.expected/up/up.csv', 'q.out', 'q.sql'])
    same(f.read('q.expected', 'out', 'deep', 'part.csv'), '1\n2\n')
    cli('replay', '--threads', '1', '--batch-rows', '1', f('q.sql'))
    f.write('q.expected/out/deep/part.csv', '1\n3\n')
    f.write('q.expected/gone.csv', 'x\n')
    out = cli('replay', f('q.sql'), code=4).out
    for line in ('-3\n', '+2\n', '--- gone.csv\n', '-x\n'):
        assert line in out, out


def test_recorded_inputs():
    lines = """CREATE TABLE lines (value STRING) WITH ('connector'='socket', 'host'='nowhere.invalid', 'port'='9', 'format'='text');
SELECT value FROM lines;
"""
    f = Folder(words_txt='a b\nc\n', others_txt='d\n', with_sql='-- input: lines=words.txt\n' + lines, none_sql=lines)
    cli('replay', '--update', f('with.sql'))
    same(f.read('with.out'), 'value\na b\nc\n')
    out = cli('replay', '--input', 'lines=' + f('others.txt'), f('with.sql'), code=4).out
    assert '+d\n' in out, out
    out = cli('replay', '--input', 'lines=others.txt', 'with.sql', code=4, cwd=f.path).out
    assert '+d\n' in out, out
    # A name that no script has is a mistake, and so is a folder with nothing in it.
    err = cli('replay', '--input', 'line=' + f('words.txt'), f('with.sql'), code=2).err
    assert '--input: no script has a table "line"' in err, err
    os.mkdir(f('empty'))
    assert 'nothing to replay in' in cli('replay', f('empty'), code=2).err
    out = cli('replay', f('none.sql'), code=4).out
    assert 'no recorded input' in out and '--input lines=FILE' in out, out


def test_virtual_clock():
    f = Folder(in_csv='1,x\n', q_sql=DAY + 'SELECT a, CAST(PROCTIME() AS TIMESTAMP(3)) AS at FROM t;')
    cli('replay', '--update', f('q.sql'))
    same(f.read('q.out'), 'a,at\n1,2000-01-01 00:00:00\n')


def test_folders_and_reports():
    f = Folder(in_csv='1,x\n', a_sql='SELECT 1;', unrecorded_sql='SELECT 1;',
               b_slt='query I\nSELECT 1\n----\n2\n', c_slt='statement ok\nSELECT 1\n')
    cli('replay', '--update', f('a.sql'))
    out = cli('replay', '--tap', f.path, code=4).out
    same([line for line in out.splitlines() if not line.startswith('#')],
         ['1..3', f'ok 1 - {f("a.sql")}', f'not ok 2 - {f("b.slt")}', f'ok 3 - {f("c.slt")}'])
    same(out.splitlines()[-1], '# 2 passed, 1 failed')
    out = cli('replay', '--tap', f('tap'), '--junit', f('junit.xml'), f.path, code=4).out
    same(out.splitlines()[-1], '2 passed, 1 failed')
    assert f.read('tap').startswith('1..3\nok 1 - '), f.read('tap')
    suite = xml.fromstring(f.read('junit.xml'))
    same((suite.get('tests'), suite.get('failures')), ('3', '1'))
    assert '+1' in suite.find('.//failure').text
    # --update puts right what a dialog expects, and nothing else.
    f.write('b.slt', '# a comment\nquery I\nSELECT 1\n----\n2\n\nquery II\nSELECT 1, 2\n----\n1 2\n')
    cli('replay', '--update', f('b.slt'))
    same(f.read('b.slt'), '# a comment\nquery I\nSELECT 1\n----\n1\n\nquery II\nSELECT 1, 2\n----\n1 2\n')


def test_dialog_failures_name_the_line():
    f = Folder(d_slt='statement ok\nSELECT 1\n\nstatement ok\nSELECT nosuch\n\nstatement error\nSELECT 1\n\n'
                     'query II\nSELECT 1\n----\n1 2\n\nquery I x\nSELECT 1\n\nquery I x\nSELECT 2\n\n'
                     'query I nosort y\nSELECT 1\n\nquery I nosort y\nSELECT 2\n')
    out = cli('replay', f('d.slt'), code=4).out
    for part in ('d.slt:4: ERROR: 42703', 'd.slt:7: expected an error', 'd.slt:10: expected 2 columns',
                 'd.slt:18: another result', 'd.slt:24: another result'):
        assert part in out, (part, out)
    f.write('o.test', 'loop i 0 3\n')
    assert 'o.test: ERROR: 42601: line 1: endloop is missing' in cli('replay', f('o.test'), code=4).out
    f.write('u.slt', 'nonsense\n')
    assert 'u.slt:1: ERROR: 42601: unknown record "nonsense"' in cli('replay', f('u.slt'), code=4).out


def test_files_of_others():
    f = Folder(d_test='# name: a test of DuckDB\n# group: [a]\n\nstatement ok con1\nSET timezone = \'Asia/Seoul\'\n\n'
                      'query I con1\nSELECT \'2024-01-01 00:00:00+00\'::TIMESTAMPTZ\n----\n2024-01-01 09:00:00+09\n\n'
                      'query I con2\nSELECT \'2024-01-01 00:00:00+00\'::TIMESTAMPTZ\n----\n2024-01-01 00:00:00+00\n\n'
                      'statement error con1\nSELECT nosuch\n----\n<REGEX>:.*does not.*\n')
    same(cli('replay', f('d.test')).out, '1 passed, 0 failed\n')
    # Its data is named from where replay is started; an .slt's from its own folder.
    f.write('data/x.csv', '1\n2\n')
    f.write('data/sql/d.test', "query I\nSELECT count(*) FROM 'data/x.csv'\n----\n2\n")
    f.write('data/sql/d.slt', "query I\nSELECT count(*) FROM '../x.csv'\n----\n2\n")
    same(cli('replay', 'data/sql', cwd=f.path).out, '2 passed, 0 failed\n')
    for name in ('data/sql/d.test', 'data/sql/d.slt'):
        os.remove(f(name))
    # What a dialog asks for and is not here: the rest is not run, and that is told.
    f.write('r.test', 'statement ok\nSELECT 1\n\nrequire parquet\n\nstatement ok\nnonsense\n')
    same(cli('replay', f('r.test')).out,
         f'{f("r.test")}: skipped, line 4: require parquet\n0 passed, 0 failed, 1 skipped\n')
    f.write('e.slt', 'require-env STREAMD_NO_SUCH_THING\n\nstatement ok\nnonsense\n')
    f.write('i.slt', 'include e.slt\n\nstatement ok\nnonsense\n')
    out = cli('replay', '--tap', '--junit', f('junit.xml'), f.path).out
    same([line for line in out.splitlines()],
         ['1..4', f'ok 1 - {f("d.test")}',
          f'ok 2 - {f("e.slt")} # SKIP line 1: require-env STREAMD_NO_SUCH_THING',
          f'ok 3 - {f("i.slt")} # SKIP line 1: require-env STREAMD_NO_SUCH_THING',
          f'ok 4 - {f("r.test")} # SKIP line 4: require parquet', '# 1 passed, 0 failed, 3 skipped'])
    suite = xml.parse(f('junit.xml')).getroot()
    same((suite.get('failures'), suite.get('skipped')), ('0', '3'))
    same(suite.findall('.//skipped')[2].get('message'), 'line 4: require parquet')
    # Where it is there the file is run, and the name stands for its value.
    f.write('e.slt', 'require-env STREAMD_A_THING\n\nquery T\nSELECT \'${STREAMD_A_THING}\'\n----\nx y\n')
    same(cli('replay', f('e.slt'), env={'STREAMD_A_THING': 'x y'}).out, '1 passed, 0 failed\n')
    # A failure before it counts.
    f.write('r.test', 'statement ok\nSELECT nosuch\n\nrequire parquet\n')
    assert '0 passed, 1 failed\n' in cli('replay', f('r.test'), code=4).out
    # What can have no meaning here fails, and the rest is run.
    f.write('s.slt', 'system ok\necho oh no\n\nquery I\nSELECT 1\n----\n2\n')
    out = cli('replay', f('s.slt'), code=4).out
    for part in ('s.slt: failed, 2 of 2 records', 's.slt:1: ERROR: 0A000: a dialog runs no programs', '+1'):
        assert part in out, (part, out)
    # That a statement is not supported yet, or was not done in time, is not the error that is meant.
    f.write('n.slt', 'statement error\nSELECT DISTINCT ON (a) a FROM (VALUES (1)) AS t(a)\n\n'
                     'statement error\nSELECT count(*) FROM generate_series(1, 2000000000) AS a(x)\n\n'
                     'statement error (0A000)\nSELECT DISTINCT ON (a) a FROM (VALUES (1)) AS t(a)\n')
    out = cli('replay', '--timeout', '1', f('n.slt'), code=4).out
    for part in ('failed, 2 of 3 records', 'n.slt:1: expected an error of the statement, but got ERROR: 0A000',
                 'n.slt:4: expected an error of the statement, but got ERROR: 57014'):
        assert part in out, (part, out)
    # RisingWave's parts and CockroachDB's files, when they are named.
    f.write('p.slt.part', 'query B\nSELECT TRUE\n----\nt\n')
    f.write('aggregate', '# LogicTest: local\n\nquery B colnames\nSELECT TRUE AS a\n----\na\ntrue\n')
    same(cli('replay', f('p.slt.part'), f('aggregate')).out, '2 passed, 0 failed\n')
    f.write('all.slt', 'include ./*.part\n')
    same(cli('replay', f('all.slt')).out, '1 passed, 0 failed\n')
    assert 'p.slt.part: failed' in cli('replay', '--own-spelling', f('p.slt.part'), code=4).out


def test_how_many_failures_are_told():
    f = Folder(d_slt='loop i 0 25\n\nstatement ok\nSELECT c${i}\n\nendloop\n')
    out = cli('replay', f('d.slt'), code=4).out
    assert 'failed, 10 of 10 records' in out and 'too many failures' in out, out
    out = cli('replay', '--max-failures', '3', f('d.slt'), code=4).out
    assert 'failed, 3 of 3 records' in out and 'where i is 2' in out and 'where i is 3' not in out, out
    out = cli('replay', '--max-failures', '0', f('d.slt'), code=4).out
    assert 'failed, 25 of 25 records' in out and 'too many' not in out, out
    cli('replay', '--max-failures', 'x', f('d.slt'), code=2)


def test_update_writes_what_a_loop_gives_once():
    f = Folder(d_slt='loop i 1 3\n\nquery I\nSELECT 7\n----\n${i}\n\nendloop\n\nquery I\nSELECT 8\n----\n9\n')
    cli('replay', '--update', f('d.slt'))
    same(f.read('d.slt'), 'loop i 1 3\n\nquery I\nSELECT 7\n----\n7\n\nendloop\n\nquery I\nSELECT 8\n----\n8\n')


def test_nothing_is_left_behind():
    tmp = tempfile.mkdtemp()
    f = Folder(in_csv='1,x\n', a_sql=DAY + 'SELECT * FROM t;', b_slt='crash\n\nrestart\n')
    cli('replay', '--update', f('a.sql'), f('b.slt'), env={'TMPDIR': tmp})
    same(os.listdir(tmp), [])


main(globals())
