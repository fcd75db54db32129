#!/usr/bin/env python3
"""Jobs of the daemon: beside sessions, after SIGTERM, after kill -9."""

import os
import socket
import tempfile
import threading

from server_help import Client, Daemon, main, same, wait_for


def tables(folder):
    os.makedirs(os.path.join(folder, 'in'), exist_ok=True)
    return f"""
        CREATE TABLE events (id INT, name STRING) WITH (connector = 'filesystem',
            path = '{folder}/in', format = 'csv');
        CREATE TABLE out (id INT, name STRING) WITH (connector = 'filesystem',
            path = '{folder}/out.csv', format = 'csv');
        CREATE JOB copying AS INSERT INTO out SELECT id, upper(name) FROM events WHERE id % 2 = 0;
    """


def feed(folder, number, first, count):
    """A whole file at once, as those who write into a watched folder should."""
    path = os.path.join(folder, 'in', f'.{number}')
    with open(path, 'w') as f:
        for i in range(first, first + count):
            f.write(f'{i},n{i}\n')
    os.rename(path, os.path.join(folder, 'in', f'{number:04}.csv'))


def written(folder):
    try:
        with open(os.path.join(folder, 'out.csv')) as f:
            text = f.read()
    except FileNotFoundError:
        return []
    return text[:text.rfind('\n') + 1].splitlines()


def expected(rows):
    return [f'{i},N{i}' for i in range(0, rows, 2)]


def a_job_runs_beside_sessions():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client = Client(daemon)
        client.query(tables(folder))
        feed(folder, 1, 0, 1000)
        other = Client(daemon)
        client.query('FLUSH')
        same(written(folder), expected(1000))
        feed(folder, 2, 1000, 1000)
        same(other.query('SELECT 1'), [['1']])
        other.query('FLUSH')
        same(written(folder), expected(2000))
        same(other.query("SELECT name FROM streamd.jobs"), [['copying']])


def jobs_resume_after_a_stop():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        Client(daemon).query(tables(folder))
        for i in range(5):
            feed(folder, i, i * 1000, 1000)
            if i == 2:
                Client(daemon).query('FLUSH')
            same(daemon.end(), 0, daemon.said())
            daemon.start()
        Client(daemon).query('FLUSH')
        same(written(folder), expected(5000))


def jobs_resume_after_a_kill():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        Client(daemon).query(tables(folder))
        for i in range(8):
            feed(folder, i, i * 5000, 5000)
            if i % 2:
                wait_for('some output', lambda: len(written(folder)) > i * 1250)
            daemon.process.kill()
            daemon.process.wait()
            daemon.start()
        Client(daemon).query('FLUSH')
        same(written(folder), expected(40000))


def a_view_over_a_socket():
    """A listening socket, a materialized view, several senders, and readers in between."""
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        free = socket.create_server(('127.0.0.1', 0))
        port = free.getsockname()[1]
        free.close()
        client = Client(daemon)
        client.query(f"""
            CREATE TABLE wire (word STRING) WITH (connector = 'socket', mode = 'listen',
                host = '127.0.0.1', port = '{port}', format = 'text');
            CREATE MATERIALIZED VIEW counts AS SELECT word, count(*) AS n FROM wire GROUP BY word;
        """)

        def send():
            sender = wait_for('the port', lambda: dial(port))
            for i in range(1000):
                sender.sendall(f'w{i % 10}\n'.encode())
            sender.close()
        threads = [threading.Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            client.query('SELECT * FROM counts')
        for thread in threads:
            thread.join()

        def complete():
            client.query('FLUSH')
            return client.query('SELECT sum(n) FROM counts') == [['3000']]
        wait_for('all words', complete)
        same(client.query('SELECT word, n FROM counts ORDER BY word'),
             [[f'w{i}', '300'] for i in range(10)])
        same(daemon.end(), 0, daemon.said())
        daemon.start()
        same(Client(daemon).query('SELECT sum(n) FROM counts'), [['3000']])


def dial(port):
    try:
        return socket.create_connection(('127.0.0.1', port), 60)
    except OSError:
        return None


if __name__ == '__main__':
    main([a_job_runs_beside_sessions, jobs_resume_after_a_stop, jobs_resume_after_a_kill,
          a_view_over_a_socket])
