#!/usr/bin/env python3
"""What a daemon needs does not grow with what has come and gone."""

import os
import tempfile

from server_help import SLOW, Client, Daemon, main, same, wait_for


def private_kib(daemon):
    with open(f'/proc/{daemon.process.pid}/status') as f:
        return next(int(line.split()[1]) for line in f if line.startswith('RssAnon'))


def stays(daemon, what, times, once):
    """The memory after many times is as after the first ones."""
    for i in range(times // 4):
        once(i)
    before = private_kib(daemon)
    for i in range(times):
        once(times + i)
    grown = private_kib(daemon) - before
    print(f'  {what}, {times} times: {grown} KiB')
    assert SLOW or grown < 200, f'{what}: {grown} KiB, {times} times'


def definitions():
    with Daemon() as daemon:
        client, second = Client(daemon), Client(daemon)
        client.query("CREATE TABLE t (a INT, b STRING); INSERT INTO t VALUES (1, 'x'); "
                     "CREATE TABLE gone WITH (connector = 'blackhole') AS SELECT a FROM t WHERE FALSE; "
                     "CREATE TABLE ticks (n BIGINT) WITH (connector = 'datagen', 'rows-per-second' = '1'); "
                     "CREATE JOB runs AS INSERT INTO gone SELECT CAST(n AS INT) FROM ticks")

        def view(i):
            client.query(f'CREATE VIEW v{i} AS SELECT a, b FROM t WHERE a > {i}')
            second.query(f'SELECT * FROM v{i}')
            client.query(f'DROP VIEW v{i}')

        def replaced(i):
            client.query(f"CREATE OR REPLACE TABLE r (a{i} INT) WITH (connector = 'blackhole')")

        def table(i):
            client.query(f'CREATE TABLE t{i} (a INT); INSERT INTO t{i} VALUES (1)')
            second.query(f'SELECT * FROM t{i}')
            client.query(f'DROP TABLE t{i}')

        def job(i):
            client.query(f'CREATE MATERIALIZED VIEW m{i} AS SELECT b, count(*) AS n FROM t GROUP BY b')
            second.query(f'SELECT * FROM m{i}')
            client.query(f'DROP MATERIALIZED VIEW m{i}')

        def session(i):
            other = Client(daemon)
            other.query(f'CREATE TEMPORARY VIEW mine{i} AS SELECT 1')
            other.query("SET timezone = 'Asia/Seoul'")
            other.send(b'X')
            other.close()

        stays(daemon, 'a view', 400 if not SLOW else 40, view)
        stays(daemon, 'a table replaced', 800 if not SLOW else 40, replaced)
        stays(daemon, 'an internal table', 100 if not SLOW else 20, table)
        stays(daemon, 'a materialized view', 50 if not SLOW else 10, job)
        stays(daemon, 'a session', 600 if not SLOW else 40, session)
        # What ran all the while has lost nothing.
        assert client.query("SELECT state FROM streamd.jobs WHERE name = 'runs'") == [['running']]
        assert client.query('SELECT * FROM t') == [['1', 'x']]


def jobs_that_have_ended():
    """They can still be asked about, and hold no files."""
    def open_files(daemon):
        return len(os.listdir(f'/proc/{daemon.process.pid}/fd'))

    def idle(client):
        return client.query("SELECT count(*) FROM streamd.jobs WHERE state = 'running'") == [['0']]

    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        with open(folder + '/a.csv', 'w') as f:
            f.write('1,x\n2,y\nbad\n')
        client = Client(daemon)
        client.query(f"""CREATE TABLE src (n INT, s STRING) WITH (connector = 'filesystem', path = '{folder}',
                         format = 'csv', 'scan.mode' = 'watch', 'scan.seal-after' = '1 ms');
                         CREATE TABLE dst (n INT) WITH (connector = 'filesystem', path = '{folder}/.out/',
                         format = 'csv'); SET trigger = 'available-now'""")
        client.query('INSERT INTO dst SELECT n FROM src')
        wait_for('its end', lambda: idle(client))
        before = open_files(daemon)
        for _ in range(40):
            client.query('INSERT INTO dst SELECT n FROM src')
        client.query('CREATE JOB last AS INSERT INTO dst SELECT n FROM src')
        wait_for('their end', lambda: idle(client))
        assert open_files(daemon) <= before, (before, open_files(daemon))
        for table, count in (('jobs', 42), ('files', 42), ('rejected_rows', 42), ('sources', 42)):
            same(client.query(f'SELECT count(*) FROM streamd.{table}'), [[str(count)]], table)
        # Its file is taken up again where it stopped.
        with open(folder + '/b.csv', 'w') as f:
            f.write('3,z\n')
        client.query('START JOB last')
        wait_for('its end', lambda: idle(client))
        same(client.query("SELECT count(*) FROM streamd.files WHERE job = 'last'"), [['2']])
        client.query('DROP JOB last')


def a_result_outlives_its_view():
    """A statement that runs keeps what it has found, though it is dropped meanwhile."""
    with Daemon() as daemon:
        reader, other = Client(daemon), Client(daemon)
        other.query("CREATE TABLE many (n BIGINT) WITH (connector = 'datagen', 'number-of-rows' = '300000'); "
                    'CREATE VIEW v AS SELECT n, n + 1 AS next FROM many')
        reader.send_query('SELECT * FROM v')
        assert reader.message()[0] in 'ST'
        other.query('DROP VIEW v; DROP TABLE many')
        for i in range(50):
            other.query(f"CREATE OR REPLACE TABLE many (a{i} INT) WITH (connector = 'blackhole')")
        rows = sum(kind == 'D' for kind, _ in reader.until_ready())
        assert rows == 300000, rows


if __name__ == '__main__':
    main([definitions, jobs_that_have_ended, a_result_outlives_its_view])
