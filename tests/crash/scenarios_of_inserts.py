"""Foreground INSERTs for the crash tests: all or nothing."""

import os
from collections import namedtuple

from crash_help import Folder, cli, read, same, visible
from scenarios import prepare, run, sink
from scenarios_of_files import unpacked

# `before` and `after`: statements of runs before and after the one that is hit.
Insert = namedtuple('Insert', 'name tables insert before after output')


def statement(folder, tables, sql):
    done = cli(folder, '-e', tables, '-e', sql)
    same(done.status, 0, done.err)


def insert_prepare(insert, folder):
    prepare(folder, insert.tables + insert.insert)
    statement(folder, insert.tables, insert.before)


def insert_undisturbed(insert):
    """The output before, that after it, and the number of its calls."""
    with Folder() as folder:
        insert_prepare(insert, folder)
        old = insert.output(folder)
        done = run(folder, count='count')
        same(done.status, 0, done.err)
        final, count = insert.output(folder), int(read(os.path.join(folder, 'count')))
    assert old != final
    return old, final, count


BOUNDED = """CREATE TABLE IF NOT EXISTS src (id INT, k STRING, ts TIMESTAMP(3))
    WITH ('connector'='filesystem', 'path'='in', 'format'='csv');\n"""


def insert_part_files():
    tables = BOUNDED + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING) PARTITIONED BY (k)
        WITH ('connector'='filesystem', 'path'='out', 'format'='csv');\n"""
    return Insert('insert_part_files', tables,
                  'INSERT INTO dst SELECT id, k FROM src;',
                  "INSERT INTO dst VALUES (-1, 'k1')",
                  "INSERT INTO dst VALUES (-2, 'k2');", lambda f: visible(f + '/out'))


def overwrite_part_files():
    tables = BOUNDED + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING) PARTITIONED BY (k)
        WITH ('connector'='filesystem', 'path'='out', 'format'='csv');\n"""
    return Insert('overwrite_part_files', tables,
                  'INSERT OVERWRITE dst SELECT id, k FROM src WHERE id < 30;',
                  "INSERT INTO dst VALUES (-1, 'k1'), (-2, 'other')",
                  "INSERT INTO dst VALUES (-2, 'k2');", lambda f: visible(f + '/out'))


def insert_growing_file():
    tables = BOUNDED + sink('id INT, k STRING', 'out.csv')
    return Insert('insert_growing_file', tables,
                  'INSERT INTO dst SELECT id, k FROM src;',
                  "INSERT INTO dst VALUES (-1, 'k1')",
                  "INSERT INTO dst VALUES (-2, 'k2');", lambda f: read(f + '/out.csv'))


def overwrite_file():
    tables = BOUNDED + sink('id INT, k STRING', 'out.csv')
    return Insert('overwrite_file', tables,
                  'INSERT OVERWRITE dst SELECT id, k FROM src;',
                  "INSERT INTO dst VALUES (-1, 'k1')", "INSERT INTO dst VALUES (-2, 'k2');",
                  lambda f: read(f + '/out.csv'))


def insert_compressed_file():
    tables = BOUNDED + sink('id INT, k STRING', 'out.csv.gz')
    return Insert('insert_compressed_file', tables,
                  'INSERT INTO dst SELECT id, k FROM src;',
                  "INSERT INTO dst VALUES (-1, 'k1')", "INSERT INTO dst VALUES (-2, 'k2');",
                  lambda f: unpacked(f + '/out.csv.gz'))


INSERTS = [make() for make in (insert_part_files, overwrite_part_files, insert_growing_file,
                               overwrite_file, insert_compressed_file)]
