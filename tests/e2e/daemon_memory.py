#!/usr/bin/env python3
"""What a daemon needs does not grow with what has come and gone."""

import itertools
import os
import socket
import struct
import tempfile

from server_help import SLOW, Client, Daemon, main, same, wait_for


def private_kib(daemon):
    with open(f'/proc/{daemon.process.pid}/status') as f:
        return next(int(line.split()[1]) for line in f if line.startswith('RssAnon'))


def stays(daemon, what, times, once):
    """The memory after many times is as after the first ones.  What leaks does so every time; the
    allocator's ups and downs are looked at again."""
    numbers = itertools.count()
    for _ in range(times // 4):
        once(next(numbers))
    for _ in range(3):
        before = private_kib(daemon)
        for _ in range(times):
            once(next(numbers))
        grown = private_kib(daemon) - before
        print(f'  {what}, {times} times: {grown} KiB')
        if SLOW or grown < 200:
            return
    raise AssertionError(f'{what}: {grown} KiB, {times} times')


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


def jobs_that_end_by_themselves():
    """An INSERT without a name that has ended does not run again, and old ones go."""
    def idle(client):
        return client.query("SELECT count(*) FROM streamd.jobs WHERE state = 'running'") == [['0']]

    times = 130 if not SLOW else 105
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        os.mkdir(folder + '/in')
        with open(folder + '/in/a.csv', 'w') as f:
            f.write('1\n')
        client = Client(daemon)
        client.query(f"""CREATE TABLE src (n INT) WITH (connector = 'filesystem', path = '{folder}/in',
                         format = 'csv', 'scan.mode' = 'watch', 'scan.seal-after' = '1 ms');
                         CREATE TABLE dst (n INT) WITH (connector = 'filesystem', path = '{folder}/out/',
                         format = 'csv'); CREATE TABLE own (n INT); SET trigger = 'available-now'""")
        for _ in range(3):
            client.query('INSERT INTO dst SELECT n FROM src')
        client.query('CREATE JOB named AS INSERT INTO own SELECT n FROM src')
        wait_for('their end', lambda: idle(client))
        with open(folder + '/in/b.csv', 'w') as f:
            f.write('2\n')
        daemon.end()
        daemon.start()
        client = Client(daemon)
        wait_for('their end', lambda: idle(client))
        client.query('FLUSH')
        parts = [open(f'{folder}/out/{name}').read() for name in os.listdir(folder + '/out')]
        same(parts, ['1\n'] * 3)
        same(client.query('SELECT n FROM own'), [['1']])
        client.query("SET trigger = 'available-now'; START JOB named")
        wait_for('its end', lambda: idle(client))
        same(client.query('SELECT n FROM own'), [['1'], ['2']])
        for _ in range(times):
            client.query('INSERT INTO own SELECT n FROM src')
        wait_for('their end', lambda: idle(client))
        client.query('INSERT INTO own SELECT n FROM src')
        wait_for('its end', lambda: idle(client))
        # Those that were told to end and the named one, which nothing removes.
        same(client.query("SELECT count(*) FROM streamd.jobs WHERE name LIKE 'insert-%'"), [['101']])
        same(client.query("SELECT count(*) FROM streamd.jobs WHERE name = 'named'"), [['1']])
        same(len([name for name in os.listdir(daemon.data + '/jobs') if name.endswith('.db')]), 102)
        same(client.query('SELECT count(*) FROM own'), [[str(2 * times + 4)]])


def connections():
    """Peers, their headers and the lines that broke off come and go."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    with Daemon() as daemon:
        client = Client(daemon)
        client.query(f"""CREATE TABLE wire (a INT, b STRING) WITH (connector = 'socket', mode = 'listen',
                         port = '{port}', format = 'csv', 'csv.header' = 'true');
                         CREATE TABLE got (a INT); SET 'rejects.max-rows' = '10';
                         CREATE JOB j AS INSERT INTO got SELECT a FROM wire WHERE b <> 'x'""")

        def connection(i):
            with socket.create_connection(('127.0.0.1', port)) as s:
                s.sendall(b'a,b\n1,x\n' if i % 2 else b'B, "A" \nx,1\n')
                if i % 10 == 0:
                    s.sendall(b'half a li')
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                else:  # one after the other: several at once need more
                    s.shutdown(socket.SHUT_WR)
                    assert s.recv(1) == b''

        stays(daemon, 'a connection', 4000 if not SLOW else 100, connection)
        with socket.create_connection(('127.0.0.1', port)) as s:
            s.sendall(b'a,b\n7,y\n')
        wait_for('its row', lambda: client.query('SELECT a FROM got') == [['7']])


def files_that_come_and_go():
    """Of a file that was cleaned away nothing stays: neither its header nor its folder's values."""
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client = Client(daemon)
        for day in range(4):
            os.makedirs(f'{folder}/in/day=2024-01-0{day + 1}')
        client.query(f"""CREATE TABLE src (a INT, b STRING, day DATE) PARTITIONED BY (day)
                         WITH (connector = 'filesystem', path = '{folder}/in', format = 'csv', 'csv.header' = 'true',
                         'csv.skip' = '1', 'scan.clean' = 'delete', 'scan.seal-after' = '1 ms', 'scan.mode' = 'watch');
                         CREATE TABLE dst (a INT, day DATE) WITH (connector = 'blackhole');
                         CREATE JOB j AS INSERT INTO dst SELECT a, day FROM src""")

        def some(i):
            for k in range(20):
                to = f'{folder}/in/day=2024-01-0{k % 4 + 1}'
                with open(f'{to}/.new', 'w') as f:
                    f.write(f'file {i} {k}\n' + ('a,b\n1,x\n' if k % 2 else 'b,a\nx,1\n'))
                os.rename(f'{to}/.new', f'{to}/{i}-{k}.csv')
            wait_for('the files to go', lambda: not any(os.listdir(f'{folder}/in/{d}')
                                                       for d in os.listdir(folder + '/in')))

        stays(daemon, 'twenty files', 60 if not SLOW else 6, some)
        same(client.query('SELECT count(*) FROM streamd.sources'), [['0']])
        same(client.query('SELECT count(*) FROM streamd.rejected_rows'), [['0']])


def restarts():
    """What is kept does not grow with kill -9, either."""
    def write(name, text):
        with open(f'{folder}/{name}', 'w') as f:
            f.write(text)

    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        os.mkdir(folder + '/in')
        client = Client(daemon)
        client.query(f"""CREATE TABLE src (a INT) WITH (connector = 'filesystem', path = '{folder}/in', format = 'csv',
                         'scan.clean' = 'delete', 'scan.seal-after' = '1 h', 'scan.mode' = 'watch');
                         CREATE TABLE dst (a INT) WITH (connector = 'filesystem', path = '{folder}/dst.csv',
                         format = 'csv'); CREATE JOB j AS INSERT INTO dst SELECT a FROM src""")
        for i in range(3):
            write(f'in/{i}.csv', f'{i}\n')
            client.query('FLUSH')
            daemon.end(9)
            # As if the crash had come between the file's end and the commit after it.
            os.remove(f'{folder}/in/{i}.csv')
            daemon.start()
            client = Client(daemon)
        write('in/3.csv', '3\n')
        client.query('FLUSH')
        same(client.query('SELECT name FROM streamd.sources'), [[f'{folder}/in/3.csv']])
        same(client.query('SELECT path FROM streamd.files'), [[f'{folder}/dst.csv']])
        with open(folder + '/dst.csv') as f:
            same(f.read(), '0\n1\n2\n3\n')


def what_was_not_read_stays():
    """A file that has grown after it was taken as complete is not cleaned away."""
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        os.mkdir(folder + '/in')
        client = Client(daemon)
        client.query(f"""CREATE TABLE src (a INT) WITH (connector = 'filesystem', path = '{folder}/in', format = 'csv',
                         'scan.clean' = 'delete', 'scan.seal-after' = '1 ms', 'scan.mode' = 'watch');
                         CREATE TABLE dst (a INT) WITH (connector = 'blackhole');
                         CREATE JOB late AS INSERT INTO dst SELECT a FROM src; STOP JOB late;
                         CREATE JOB j AS INSERT INTO dst SELECT a FROM src""")

        def rows(job):
            return client.query(f"SELECT total_input_rows FROM streamd.job_progress WHERE name = '{job}'")

        for name in ('grows', 'goes'):
            with open(f'{folder}/in/{name}.csv', 'w') as f:
                f.write('1\n2')
        wait_for('both to be sealed', lambda: rows('j') == [['4']])
        with open(folder + '/in/grows.csv', 'a') as f:
            f.write('3\n')
        client.query('FLUSH; START JOB late')
        wait_for('the other to go', lambda: os.listdir(folder + '/in') == ['grows.csv'])
        assert 'has grown by 2 bytes' in daemon.said(), daemon.said()
        daemon.end()
        daemon.start()
        client = Client(daemon)
        for _ in range(2):
            client.query('FLUSH')
            same(os.listdir(folder + '/in'), ['grows.csv'])


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
    main([definitions, jobs_that_have_ended, jobs_that_end_by_themselves, connections,
          files_that_come_and_go, restarts, what_was_not_read_stays, a_result_outlives_its_view])
