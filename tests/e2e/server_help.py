"""What the server's tests share: the daemon, and a client on a bare socket."""

import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ.get('STREAMD_BUILD', 'build')
STREAMD = os.path.join(BUILD, 'streamd')
SLOW = os.environ.get('STREAMD_BUILD_KIND', 'release') != 'release'
TIMEOUT = 120


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            print(f'skipped: there is no {program}')
            sys.exit(77)


def wait_for(what, condition, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f'in vain waited for {what}')


class Daemon:
    """streamd on a data directory; the socket is in a short path, for its length is limited."""

    def __init__(self, data=None, *options):
        self.data = data or tempfile.mkdtemp(prefix='data-')
        self.dir = tempfile.mkdtemp(prefix='s-', dir='/tmp')
        self.options = options
        self.start()

    def start(self):
        self.log = tempfile.TemporaryFile(mode='w+')
        self.process = subprocess.Popen([STREAMD, '--data-dir', self.data, '--socket-dir', self.dir,
                                         *self.options], stderr=self.log)
        wait_for('the socket', self.reachable)

    def reachable(self):
        assert self.process.poll() is None, f'streamd has left: {self.said()}'
        try:
            Client(self).close()
            return True
        except OSError:
            return False

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def end(self, signal=15):
        self.process.send_signal(signal)
        return self.process.wait(TIMEOUT)

    def close(self):
        if self.process.poll() is None:
            status = self.end()
            assert status == 0, f'exit status {status}: {self.said()}'
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
            self.process.wait()
            print(f'streamd said: {self.said()}')
            shutil.rmtree(self.dir, ignore_errors=True)
        else:
            self.close()


class Error(Exception):
    def __init__(self, fields):
        super().__init__(f'{fields.get("C")}: {fields.get("M")}')
        self.fields = fields
        self.sqlstate = fields.get('C')


class Client:
    """Protocol 3.0, simple queries."""

    def __init__(self, daemon, start=True, **parameters):
        self.daemon = daemon
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(os.path.join(daemon.dir, '.s.PGSQL.5432'))
        self.buffer = b''
        self.parameters, self.notices = {}, []
        if start:
            self.startup(**{'user': 'tester', **parameters})
            self.until_ready()

    def startup(self, **parameters):
        body = struct.pack('!i', 3 << 16)
        for name, value in parameters.items():
            body += name.encode() + b'\0' + value.encode() + b'\0'
        body += b'\0'
        self.socket.sendall(struct.pack('!i', len(body) + 4) + body)

    def send(self, kind, body=b''):
        self.socket.sendall(kind + struct.pack('!i', len(body) + 4) + body)

    def send_query(self, sql):
        self.send(b'Q', sql.encode() + b'\0')

    def read(self, size):
        while len(self.buffer) < size:
            data = self.socket.recv(1 << 20)
            if not data:
                raise EOFError('the connection has ended')
            self.buffer += data
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def message(self):
        """(type, body) of the next message; settings, keys and notices are kept on the way."""
        head = self.read(5)
        kind, (size,) = head[:1].decode(), struct.unpack('!i', head[1:])
        body = self.read(size - 4)
        if kind == 'S':
            name, value = body.split(b'\0')[:2]
            self.parameters[name.decode()] = value.decode()
        elif kind == 'K':
            self.key = body
        elif kind == 'N':
            self.notices.append(fields_of(body))
        return kind, body

    def until_ready(self):
        """All messages to ReadyForQuery; raises the error among them."""
        messages = []
        while not messages or messages[-1][0] != 'Z':
            messages.append(self.message())
            if messages[-1][0] == 'E' and fields_of(messages[-1][1])['S'] == 'FATAL':
                break
        for kind, body in messages:
            if kind == 'E':
                raise Error(fields_of(body))
        return messages

    def query(self, sql):
        """Rows of a query as lists of str or None."""
        self.send_query(sql)
        self.answer = self.until_ready()
        self.tags = [body[:-1].decode() for kind, body in self.answer if kind == 'C']
        self.columns = next((columns_of(body) for kind, body in self.answer if kind == 'T'), None)
        return [row_of(body) for kind, body in self.answer if kind == 'D']

    def fails(self, sql):
        try:
            self.query(sql)
        except Error as error:
            return error.fields
        raise AssertionError(f'did not fail: {sql}')

    def cancel(self):
        other = Client(self.daemon, start=False)
        other.socket.sendall(struct.pack('!ii', 16, 80877102) + self.key)
        assert other.socket.recv(1) == b''
        other.close()

    def close(self):
        self.socket.close()


def watched(folder):
    """A table over a log that grows, with a few rows to begin with, and a way to add some."""
    path = os.path.join(folder, 'log.csv')
    with open(path, 'w') as f:
        f.write(''.join(f'{i}\n' for i in range(20)))

    def add(*values):
        with open(path, 'a') as f:
            f.write(''.join(f'{value}\n' for value in values))
    return f"""CREATE TABLE log (n BIGINT) WITH (connector = 'filesystem', path = '{path}',
               format = 'csv', 'scan.mode' = 'tail')""", add


def fields_of(body):
    return {part[:1].decode(): part[1:].decode() for part in body.split(b'\0') if part}


def columns_of(body):
    """[(name, type oid, type length, modifier)] of a RowDescription."""
    (count,), at, columns = struct.unpack('!h', body[:2]), 2, []
    for _ in range(count):
        end = body.index(b'\0', at)
        _, _, oid, size, modifier, _ = struct.unpack('!ihihih', body[end + 1:end + 19])
        columns.append((body[at:end].decode(), oid, size, modifier))
        at = end + 19
    return columns


def row_of(body):
    (count,), at, row = struct.unpack('!h', body[:2]), 2, []
    for _ in range(count):
        (size,) = struct.unpack('!i', body[at:at + 4])
        at += 4
        row.append(None if size < 0 else body[at:at + size].decode())
        at += max(size, 0)
    return row


def same(got, wanted, what=''):
    assert got == wanted, f'{what}\n  got    {got!r}\n  wanted {wanted!r}'


def main(tests):
    """Runs the functions given; exit status 1 if any fails."""
    need(STREAMD)
    random.seed(5)
    failed = 0
    for test in tests:
        try:
            test()
            print(f'ok {test.__name__}')
        except Exception:
            failed += 1
            print(f'FAILED {test.__name__}')
            traceback.print_exc(file=sys.stdout)
    sys.exit(1 if failed else 0)
