#!/usr/bin/env python3
"""streamd as a client on a bare socket sees it."""

import os
import random
import socket
import struct
import subprocess
import tempfile
import time

from server_help import (Client, Daemon, Error, STREAMD, fields_of, main, row_of, same, wait_for,
                         watched)


def starts_up():
    with Daemon() as daemon:
        client = Client(daemon, start=False)
        for code in (80877103, 80877104):  # SSL, GSS
            client.socket.sendall(struct.pack('!ii', 8, code))
            same(client.read(1), b'N')
        client.startup(user='me', database='db', application_name='a test', nonsense='1',
                       options='-c timezone=UTC')
        messages = client.until_ready()
        same(messages[0], ('R', b'\0\0\0\0'))
        for name, value in {'server_encoding': 'UTF8', 'client_encoding': 'UTF8',
                            'DateStyle': 'ISO, MDY', 'IntervalStyle': 'postgres',
                            'TimeZone': 'UTC', 'integer_datetimes': 'on',
                            'standard_conforming_strings': 'on', 'application_name': 'a test',
                            'session_authorization': 'me', 'is_superuser': 'on'}.items():
            same(client.parameters.get(name), value, name)
        assert client.parameters['server_version'].startswith('15.0 (streamd ')
        same(client.query('SELECT 1'), [['1']])
        client.query("SET application_name = 'another'")
        same(client.parameters['application_name'], 'another')
        same(client.query("SET timezone = 'asia/seoul'; SELECT TIMESTAMPTZ '2024-01-02 09:00:00+00'"),
             [['2024-01-02 18:00:00+09']])
        same(client.parameters['TimeZone'], 'Asia/Seoul')
        client.query('RESET timezone')
        same(client.parameters['TimeZone'], 'UTC')
        client.send(b'X')
        same(client.socket.recv(1), b'')


def values():
    """As PostgreSQL writes them: text, type, length."""
    cases = [
        ('TRUE', 't', 16, 1), ('FALSE', 'f', 16, 1),
        ('CAST(-7 AS SMALLINT)', '-7', 21, 2), ('42', '42', 23, 4),
        ('9223372036854775807', '9223372036854775807', 20, 8),
        ('CAST(2559 AS DOUBLE)', '2559', 701, 8), ('CAST(2878.9004 AS DOUBLE)', '2878.9004', 701, 8),
        ('CAST(1e15 AS DOUBLE)', '1e+15', 701, 8), ('CAST(0.1 AS REAL)', '0.1', 700, 4),
        ('CAST(12.5 AS DECIMAL(10, 2))', '12.50', 1700, -1),
        ("'äöü'", 'äöü', 25, -1), ("''", '', 25, -1), ('NULL', None, 25, -1),
        ("DATE '2024-02-29'", '2024-02-29', 1082, 4),
        ("TIMESTAMP '2024-01-02 09:00:00.001'", '2024-01-02 09:00:00.001', 1114, 8),
        ("TIMESTAMP '2024-01-02 09:00:00'", '2024-01-02 09:00:00', 1114, 8),
        ("INTERVAL '90' MINUTE", '01:30:00', 1186, 16),
    ]
    with Daemon() as daemon:
        client = Client(daemon)
        for expression, text, oid, size in cases:
            same(client.query(f'SELECT {expression} AS x'), [[text]], expression)
            same(client.columns[0][:3], ('x', oid, size), expression)


def several_statements():
    with Daemon() as daemon:
        client = Client(daemon)
        same(client.query('SELECT 1 AS a; ; SELECT 2 AS b;'), [['1'], ['2']])
        same(client.tags, ['SELECT 1', 'SELECT 1'])
        same([kind for kind, _ in client.answer], list('TDCTDCZ'))
        client.query(' -- nothing\n ;')
        same([kind for kind, _ in client.answer], list('IZ'))
        client.send_query('SELECT 1; SELECT nonsense; SELECT 3')
        kinds = []
        while not kinds or kinds[-1] != 'Z':
            kinds.append(client.message()[0])
        same(kinds, list('TDCEZ'))


def errors():
    with Daemon() as daemon:
        client = Client(daemon)
        error = client.fails("SELECT 'äöü'; SELECT 1 +\n  nonsense")
        same((error['S'], error['C']), ('ERROR', '42703'))
        same(error['P'], str(len("SELECT 'äöü'; SELECT 1 +\n  ") + 1))
        assert 'nonsense' in error['M']
        same(client.fails('SELECT * FROM nowhere')['C'], '42P01')
        same(client.fails('SELEC 1')['C'], '42601')
        same(client.fails('SELECT 1/0')['C'], '22012')
        same(client.query('SELECT 1'), [['1']])


def extended_queries_are_refused():
    with Daemon() as daemon:
        client = Client(daemon)
        client.send(b'P', b'\0SELECT 1\0\0\0')
        client.send(b'B', b'\0\0\0\0\0\0\0\0')
        client.send(b'E', b'\0\0\0\0\0')
        client.send(b'S')
        try:
            client.until_ready()
            raise AssertionError('it was taken')
        except Error as error:
            same(error.sqlstate, '0A000')
        same(client.query('SELECT 1'), [['1']])


def next_row(client):
    while True:
        kind, body = client.message()
        assert kind != 'E', fields_of(body)
        if kind == 'D':
            return row_of(body)


def rows_as_they_come():
    """A streaming SELECT gives each row when it is there, until a cancel request ends it."""
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client, other = Client(daemon), Client(daemon)
        table, add = watched(folder)
        client.query(table)
        client.send_query('SELECT n + 1 AS m FROM log')
        for i in range(20):
            same(next_row(client), [str(i + 1)])
        for i in range(100, 110):
            add(i)
            same(next_row(client), [str(i + 1)])
            same(other.query('SELECT 1'), [['1']])
        client.cancel()
        same([kind for kind, _ in client.until_ready()], ['C', 'Z'])
        same(client.query('SELECT 2'), [['2']])


def a_live_socket():
    """A SELECT over a socket gives each row when it is there, until a cancel request ends it."""
    feeder = socket.create_server(('127.0.0.1', 0))
    port = feeder.getsockname()[1]
    with Daemon() as daemon:
        client = Client(daemon)
        client.query(f"""CREATE TABLE wire (value STRING) WITH (connector = 'socket',
                         mode = 'connect', host = '127.0.0.1', port = '{port}', format = 'text')""")
        client.send_query('SELECT value FROM wire')
        peer, _ = feeder.accept()
        for text in ('one', 'two', 'three'):
            peer.sendall(text.encode() + b'\n')
            same(next_row(client), [text])
        other = Client(daemon)
        same(other.query('SELECT 1'), [['1']])
        client.cancel()
        same([kind for kind, _ in client.until_ready()], ['C', 'Z'])
        same(client.query('SELECT 2'), [['2']])
        # A client that leaves ends its statement.
        client.send_query('SELECT value FROM wire')
        peer, _ = feeder.accept()
        client.close()
        peer.settimeout(60)
        same(peer.recv(1), b'', 'the connection is closed when nobody reads it any more')
        peer.close()
    feeder.close()


def big_result(folder, rows):
    path = os.path.join(folder, 'big.csv')
    with open(path, 'w') as f:
        for i in range(rows):
            f.write(f'{i},some text that makes the row longer\n')
    return f"""CREATE TABLE big (n INT, t STRING) WITH (connector = 'filesystem',
               path = '{path}', format = 'csv')"""


def a_slow_client_waits_alone():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        slow, quick = Client(daemon), Client(daemon)
        slow.query(big_result(folder, 300000))
        slow.send_query('SELECT * FROM big')
        time.sleep(0.5)
        for _ in range(5):
            same(quick.query('SELECT count(*) FROM big'), [['300000']])
        with open(f'/proc/{daemon.process.pid}/status') as f:
            peak = next(int(line.split()[1]) for line in f if line.startswith('VmHWM'))
        rows = [body for kind, body in slow.until_ready() if kind == 'D']
        same(len(rows), 300000)
        same(row_of(rows[-1])[0], '299999')
        if os.environ.get('STREAMD_BUILD_KIND', 'release') == 'release':
            assert peak < 64 * 1024, f'{peak} KiB'
        # A bounded one is cancelled with an error, whatever it waits for.
        slow.send_query('SELECT * FROM big')
        time.sleep(0.2)
        slow.cancel()
        try:
            slow.until_ready()
            raise AssertionError('it was not cancelled')
        except Error as error:
            same((error.sqlstate, error.fields['M']),
                 ('57014', 'canceling statement due to user request'))


def copy_to_stdout():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client = Client(daemon)
        client.query(big_result(folder, 1000))
        client.query('COPY (SELECT n, t FROM big WHERE n < 3) TO STDOUT')
        kinds = [kind for kind, _ in client.answer]
        same(client.answer[0], ('H', b'\0\0\2\0\0\0\0'))
        same(kinds[-3:], ['c', 'C', 'Z'])
        lines = [body.decode() for kind, body in client.answer if kind == 'd']
        assert all(line.endswith('\n') and line.count('\n') == 1 for line in lines), lines
        same(client.tags, ['COPY 3'])


def too_many_clients():
    with Daemon(None, '--max-connections', '3') as daemon:
        clients = wait_for('three places', lambda: take(daemon, 3))
        try:
            Client(daemon)
            raise AssertionError('a fourth was let in')
        except Error as error:
            same(error.sqlstate, '53300')
        clients[0].close()
        wait_for('a free place', lambda: take(daemon, 1))


def take(daemon, count):
    clients = []
    try:
        for _ in range(count):
            clients.append(Client(daemon))
    except Error:
        return None
    return clients


def bad_bytes():
    """Whatever somebody sends, others are served."""
    with Daemon() as daemon:
        for payload in (b'Q\0\0\0\0', b'Q\0\0\0\5x', b'?\0\0\0\4', b'Q\x7f\xff\xff\xff'):
            client = Client(daemon)
            client.socket.sendall(payload)
            kind, body = client.message()
            same((kind, fields_of(body)['C']), ('E', '08P01'), repr(payload))
            same(client.socket.recv(1), b'')
        for i in range(200):
            client = Client(daemon, start=i % 2 == 0)
            try:
                client.socket.sendall(random.choice([b'', b'\0\0\0\x20\0\3\0\0', b'Q\0\0\0'])
                                      + random.randbytes(random.randrange(100)))
                if i % 3 == 0:
                    client.socket.shutdown(socket.SHUT_WR)
                    while client.socket.recv(65536):
                        pass
            except OSError:
                pass
            client.close()
        same(Client(daemon).query('SELECT 1'), [['1']])


def one_daemon_each():
    """Exit status 6 for a data directory in use, 1 for another's socket, 2 for wrong usage."""
    with Daemon() as daemon, tempfile.TemporaryDirectory() as folder:
        def status(*options):
            return subprocess.run([STREAMD, *options], stderr=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, timeout=60).returncode
        same(status('--data-dir', daemon.data, '--socket-dir', daemon.dir), 6)
        same(status('--data-dir', daemon.data, '--socket-dir', folder), 6)
        same(status('--data-dir', folder, '--socket-dir', daemon.dir), 1)
        same(status('--data-dir', folder, '--nonsense'), 2)
        same(status(), 2)
        same(status('--help'), 0)
        same(status('--version'), 0)
        same(Client(daemon).query('SELECT 1'), [['1']])
        path = os.path.join(daemon.dir, '.s.PGSQL.5432')
        same(oct(os.stat(path).st_mode & 0o777), '0o600')


def leaves_when_told():
    for number in (15, 2):
        with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
            client, busy = Client(daemon), Client(daemon)
            table, _ = watched(folder)
            busy.query(table)
            busy.send_query('SELECT n FROM log')
            while busy.message()[0] != 'D':
                pass
            same(daemon.end(number), 0)
            kind, body = client.message()
            same((kind, fields_of(body)['C'], fields_of(body)['S']), ('E', '57P01', 'FATAL'))
            assert not os.path.exists(os.path.join(daemon.dir, '.s.PGSQL.5432'))
            try:
                while True:
                    kind, body = busy.message()
            except EOFError:
                same((kind, fields_of(body)['C']), ('E', '57P01'))


def tells_systemd():
    with tempfile.TemporaryDirectory(dir='/tmp') as folder:
        notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notified.bind(os.path.join(folder, 'n'))
        notified.settimeout(60)
        os.environ['NOTIFY_SOCKET'] = os.path.join(folder, 'n')
        try:
            with Daemon():
                same(notified.recv(100), b'READY=1')
            same(notified.recv(100), b'STOPPING=1')
        finally:
            del os.environ['NOTIFY_SOCKET']


def is_quiet_when_idle():
    if os.environ.get('STREAMD_BUILD_KIND', 'release') != 'release':
        return
    with Daemon() as daemon:
        client = Client(daemon)
        same(client.query('SELECT 1'), [['1']])
        time.sleep(0.5)

        def status(name):
            total = 0
            for thread in os.listdir(f'/proc/{daemon.process.pid}/task'):
                with open(f'/proc/{daemon.process.pid}/task/{thread}/status') as f:
                    total += sum(int(line.split()[1]) for line in f if line.startswith(name))
            return total
        before = status('voluntary_ctxt_switches')
        time.sleep(3)
        woke = status('voluntary_ctxt_switches') - before
        assert woke <= 6, f'{woke} wake-ups in 3 s'
        with open(f'/proc/{daemon.process.pid}/status') as f:
            resident = next(int(line.split()[1]) for line in f if line.startswith('VmRSS'))
        assert resident <= 12 * 1024, f'{resident} KiB'


if __name__ == '__main__':
    main([starts_up, values, several_statements, errors, extended_queries_are_refused,
          rows_as_they_come, a_live_socket, a_slow_client_waits_alone, copy_to_stdout, too_many_clients,
          bad_bytes, one_daemon_each, leaves_when_told, tells_systemd, is_quiet_when_idle])
