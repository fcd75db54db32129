#!/usr/bin/env python3
"""One changing file-system call of a script fails: the disk is full, or there is an I/O error, or a
write stops in the middle.  The job waits and goes on, or ends with an error that says what failed;
too much is never visible, and the next run makes the output whole.

    tests/crash/failing_calls.py [--long] [scenario …]
"""

import os
import random

from crash_help import Folder, calls, cli, main, read, same, staged
from scenarios import SCENARIOS, prepare, run, run_undisturbed
from scenarios_of_files import FILE_SCENARIOS
from scenarios_of_inserts import INSERTS, insert_prepare, insert_undisturbed, statement

SECONDS = 4  # per scenario, unless --long
FAULTS = ('ENOSPC', 'EIO', 'short', 'EACCES')


def check_each(scenario):
    with Folder() as folder:
        prepare(folder, scenario.script, scenario.before)
        done = run_undisturbed(scenario, folder)
        same(done.status, 0, done.err)
        final = scenario.output(folder)
        count = int(read(os.path.join(folder, 'count')))
    tried = failed = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            prepare(folder, scenario.script, scenario.before)
            fault = random.choice(FAULTS)
            done = run(folder, fault=f'{n}:{fault}')
            what = f'{fault} at call {n} of {count}: {done}'
            assert done.status in (0, 1), what
            if done.status == 1:
                failed += 1
                assert 'ERROR: ' in done.err, what
                scenario.midway(folder, final)
            if scenario.between:
                scenario.between(folder)
            done = run(folder)
            same((done.status, done.out), (0, ''), f'{what}, then {done}')
            same(scenario.output(folder), final, what)
            same(staged(folder), [], what)
            tried += 1
    print(f'  {tried} of {count} calls, {failed} runs ended with an error')


def test_of(scenario):
    def test():
        check_each(scenario)
    test.__name__ = scenario.name
    return test


def check_insert(insert):
    """It fails, or is done; either way all of it is there or nothing."""
    old, final, count = insert_undisturbed(insert)
    tried = failed = 0
    for n in calls(count, SECONDS):
        with Folder() as folder:
            insert_prepare(insert, folder)
            fault = random.choice(FAULTS)
            done = run(folder, fault=f'{n}:{fault}')
            what = f'{fault} at call {n} of {count}: {done}'
            assert done.status in (0, 1), what
            assert done.status == 0 or 'ERROR: ' in done.err, what
            failed += done.status
            same(cli(folder, '-e', 'SELECT 1').status, 0, what)
            there = insert.output(folder)
            assert there in (old, final), f'{what}: {there!r}'
            assert done.status == 1 or there == final, what
            same(staged(folder), [], what)
            statement(folder, insert.tables, insert.after)
            tried += 1
    print(f'  {tried} of {count} calls, {failed} statements ended with an error')


def test_of_insert(insert):
    def test():
        check_insert(insert)
    test.__name__ = insert.name
    return test


if __name__ == '__main__':
    main([test_of(s) for s in SCENARIOS + FILE_SCENARIOS] + [test_of_insert(i) for i in INSERTS])
