#!/usr/bin/env python3
"""kill -9 at each changing file-system call of a script, then the script again: the output is that
of an undisturbed run, at no time more than that, and nothing unfinished is left.

    tests/crash/kill_at_calls.py [--long] [scenario …]
"""

import os
import signal

from crash_help import Folder, calls, cli, main, read, same, staged
from scenarios import SCENARIOS, prepare, run, run_undisturbed
from scenarios_of_files import FILE_SCENARIOS
from scenarios_of_inserts import INSERTS, insert_prepare, insert_undisturbed, statement

SECONDS = 4  # per scenario, unless --long


def check_each(scenario):
    with Folder() as folder:
        prepare(folder, scenario.script, scenario.before)
        done = run_undisturbed(scenario, folder)
        same(done.status, 0, done.err)
        final = scenario.output(folder)
        assert final, 'the undisturbed run wrote nothing'
        same(staged(folder), [], 'undisturbed')
        count = int(read(os.path.join(folder, 'count')))
    tried = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            prepare(folder, scenario.script, scenario.before)
            done = run(folder, fault=f'{n}:kill')
            what = f'killed at call {n} of {count}'
            # Timing decides how many calls there are: the last ones may not come.
            assert done.status in (-signal.SIGKILL, 0), f'{what}: {done}'
            scenario.midway(folder, final)
            if scenario.between:
                scenario.between(folder)
            done = run(folder)
            same((done.status, done.out), (0, ''), f'{what}: {done.err}')
            same(scenario.output(folder), final, what)
            same(staged(folder), [], what)
            tried += 1
    print(f'  {tried} of {count} calls')


def test_of(scenario):
    def test():
        check_each(scenario)
    test.__name__ = scenario.name
    return test


# ---------------------------------------------------------------- INSERT: all or nothing

def check_insert(insert):
    """A kill leaves the state before or the one after, once the data directory was opened again."""
    old, final, count = insert_undisturbed(insert)
    tried = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            insert_prepare(insert, folder)
            done = run(folder, fault=f'{n}:kill')
            what = f'killed at call {n} of {count}'
            assert done.status in (-signal.SIGKILL, 0), f'{what}: {done}'
            same(cli(folder, '-e', 'SELECT 1').status, 0, what)
            there = insert.output(folder)
            assert there in (old, final), f'{what}: {there!r}'
            same(staged(folder), [], what)
            statement(folder, insert.tables, insert.after)
            tried += 1
    print(f'  {tried} of {count} calls')


def test_of_insert(insert):
    def test():
        check_insert(insert)
    test.__name__ = insert.name
    return test


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
    main([test_of(s) for s in SCENARIOS + FILE_SCENARIOS] +
         [test_of_insert(i) for i in INSERTS] + [internal_table])
