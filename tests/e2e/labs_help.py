"""What the tests of the labs share: their files, netcat as a person types into it, both clients."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from cli_help import CLI, fresh
from server_help import TIMEOUT, need, same, wait_for

ROOT = os.environ.get('STREAMD_ROOT', os.path.join(os.path.dirname(__file__), '..', '..'))
EXAMPLES = os.path.join(ROOT, 'sql', 'examples')
KOSPI = os.path.join(EXAMPLES, 'lab1_kospi', 'data')
FILES = [os.path.join(KOSPI, f'KOSPI_STOCK_{i}.csv') for i in range(4)]
with open(os.path.join(KOSPI, 'expected_diff.csv')) as file:
    EXPECTED = file.read()

COLUMNS = ('"ID" INT, "Date" DATE, "Open" FLOAT, "High" FLOAT, "Low" FLOAT, "Close" FLOAT, '
           '"Adj Close" FLOAT, "Volume" INT')


def lab1_script(mode='watch'):
    """Lab 1 in a folder of its own: InputStream → stock, OutputStream and Partitions."""
    return f"""
CREATE TABLE IF NOT EXISTS stocks ({COLUMNS}) WITH ('connector'='filesystem', 'path'='InputStream',
  'format'='csv', 'csv.header'='true', 'scan.mode'='{mode}', 'scan.monitor-interval'='50 ms');
CREATE MATERIALIZED VIEW IF NOT EXISTS stock AS SELECT * FROM stocks;
CREATE VIEW IF NOT EXISTS modified_data AS SELECT *, High - Low AS diff FROM stocks
  WHERE NOT (id IS NULL AND "Date" IS NULL AND "Open" IS NULL AND High IS NULL AND Low IS NULL
             AND "Close" IS NULL AND "Adj Close" IS NULL AND Volume IS NULL);
CREATE TABLE IF NOT EXISTS output ({COLUMNS}, diff FLOAT)
  WITH ('connector'='filesystem', 'path'='OutputStream/', 'format'='csv');
CREATE JOB IF NOT EXISTS etl AS INSERT INTO output SELECT * FROM modified_data;
CREATE TABLE IF NOT EXISTS by_month ("ID" INT, "Date" DATE, diff FLOAT, ym STRING)
  PARTITIONED BY (ym) WITH ('connector'='filesystem', 'path'='Partitions/', 'format'='csv');
CREATE JOB IF NOT EXISTS monthly AS
  INSERT INTO by_month SELECT "ID", "Date", diff, date_format("Date", 'yyyy-MM') FROM modified_data;
"""


READ_BACK = f"""
CREATE TABLE written ({COLUMNS}, diff FLOAT) WITH ('connector'='filesystem', 'path'='OutputStream/',
  'format'='csv', 'scan.mode'='bounded');
SELECT * FROM written ORDER BY id;
"""
READ_MONTHS = """
CREATE TABLE months ("ID" INT, "Date" DATE, diff FLOAT, ym STRING) PARTITIONED BY (ym)
  WITH ('connector'='filesystem', 'path'='Partitions/', 'format'='csv', 'scan.mode'='bounded');
SELECT ym, count(*) FROM months GROUP BY ym ORDER BY ym;
"""


def months():
    """What READ_MONTHS gives, counted from the expected rows."""
    counted = {}
    for line in EXPECTED.splitlines():
        month = line.split(',')[1][:7]
        counted[month] = counted.get(month, 0) + 1
    return ''.join(f'{month},{count}\n' for month, count in sorted(counted.items()))


def put(source, target):
    """Appears at once, as with mv."""
    hidden = os.path.join(os.path.dirname(target), '.' + os.path.basename(target))
    shutil.copy(source, hidden)
    os.rename(hidden, target)


def written(folder):
    """Final files below a folder."""
    return sorted(os.path.join(d, name) for d, _, names in os.walk(folder) for name in names
                  if name[0] not in '._')


def content(paths):
    text = ''
    for path in paths:
        with open(path) as f:
            text += f.read()
    return text


def example(name, port):
    """The text of one of lab 2's scripts, with a port of ours."""
    with open(os.path.join(EXAMPLES, 'lab2_words', name)) as f:
        return f.read().replace("'9999'", f"'{port}'")


class Netcat:
    """nc -lk PORT, typed into like by a person."""

    def __init__(self):
        need('nc')
        if 'OpenBSD' not in subprocess.run(['nc', '-h'], capture_output=True, text=True).stderr:
            need('nc of netcat-openbsd')
        free = socket.create_server(('127.0.0.1', 0))
        self.port = free.getsockname()[1]
        free.close()
        self.process = subprocess.Popen(['nc', '-lk', '127.0.0.1', str(self.port)],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, bufsize=0)

    def connections(self):
        """Pairs (the other's port, whether it is open) of the connections that nc has accepted."""
        found = []
        with open('/proc/net/tcp') as table:
            for line in table.readlines()[1:]:
                fields = line.split()
                port = int(fields[1].split(':')[1], 16)
                state, inode = fields[3], fields[9]
                if port == self.port and state in ('01', '08') and inode != '0':
                    found.append((int(fields[2].split(':')[1], 16), state == '01'))
        return found

    def connected(self, but=()):
        """Waits until somebody new is connected and nobody who has left; returns its port."""
        def one():
            found = self.connections()
            return found[0][0] if len(found) == 1 and found[0][1] and found[0][0] not in but else 0
        return wait_for('a connection to nc', one)

    def type(self, text):
        self.process.stdin.write(text.encode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()


class Printing:
    """A program whose output is collected while it runs."""

    def __init__(self, *command, cwd=None):
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out,
                                        stderr=self.err, cwd=cwd, preexec_fn=fresh)

    def text(self, file=None):
        file = file or self.out
        file.seek(0)
        return file.read().decode(errors='replace')

    def until(self, what, condition):
        def holds():
            assert self.process.poll() is None or condition(self.text()), \
                f'ended: {self.text()!r} {self.text(self.err)!r}'
            return condition(self.text())
        try:
            return wait_for(what, holds)
        except AssertionError as error:
            raise AssertionError(f'{error}; printed: {self.text()!r} {self.text(self.err)!r}')

    def signal(self, number):
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
        self.err.close()


def tables(text):
    """The tables of complete mode: [{first column: the others}], whole ones only."""
    parts = re.split(r'-{43}\nBatch: \d+\n-{43}\n', text)[1:]
    found = []
    for part in parts:
        rows = [line.split(',') for line in part.strip().splitlines()[1:]]
        found.append({row[0]: ','.join(row[1:]) for row in rows if len(row) > 1})
    return found


class Psql:
    """psql -At on a daemon, a statement a call; rows as lines."""

    def __init__(self, daemon):
        need('psql')
        self.daemon = daemon

    def __call__(self, *statements, cwd=None):
        options = [part for statement in statements for part in ('-c', statement)]
        got = subprocess.run(['psql', '-X', '-At', '-h', self.daemon.dir, *options], text=True,
                             capture_output=True, timeout=TIMEOUT, cwd=cwd)
        assert got.returncode == 0, f'psql: {got.stderr} from {statements}'
        return got.stdout
