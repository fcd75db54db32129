#!/usr/bin/env python3
"""streamd-cli at a prompt: editing, history, completion, backslash commands, Ctrl-C."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import tempfile
import termios
import time

from cli_help import CLI, TIMEOUT, main, same
from server_help import Daemon


class Terminal:
    def __init__(self, *args, columns=100, home=None):
        self.home = home or tempfile.mkdtemp()
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 40, columns, 0, 0))
        env = dict(os.environ, HOME=self.home, TERM='xterm', NO_COLOR='1')
        for name in ('XDG_STATE_HOME', 'XDG_RUNTIME_DIR'):
            env.pop(name, None)

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        self.process = subprocess.Popen([CLI, *(args or ['--local'])], stdin=theirs, stdout=theirs,
                                        stderr=theirs, env=env, preexec_fn=own_terminal, close_fds=True)
        os.close(theirs)
        self.text = ''
        self.prompt()

    def until(self, part):
        end = time.monotonic() + TIMEOUT
        while part not in self.text:
            ready, _, _ = select.select([self.ours], [], [], max(0, end - time.monotonic()))
            try:
                data = os.read(self.ours, 65536) if ready else b''
            except OSError:
                data = b''
            assert data, f'no {part!r} in {self.text!r}'
            self.text += data.decode()
        at = self.text.index(part) + len(part)
        before, self.text = self.text[:at], self.text[at:]
        return before

    def prompt(self, sign='='):
        """What came before the next empty prompt, without control sequences."""
        before = self.until(f'streamd{sign}> \x1b[K\r\x1b[10C')
        lines = re.split(r'\r?\n', before)
        return '\n'.join(line for line in lines if not line.startswith('\rstreamd')).strip('\r\n')

    def type(self, text):
        os.write(self.ours, text.encode())

    def ask(self, text):
        self.type(text + '\r')
        return self.prompt()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        status = self.process.wait(TIMEOUT)
        os.close(self.ours)
        return status

    def leave(self, how):
        self.type(how)
        status = self.process.wait(TIMEOUT)
        os.close(self.ours)
        return status


def values(text):
    """Cells of a box."""
    return [[cell.strip() for cell in line.strip('│').split('│')]
            for line in text.splitlines() if line.startswith('│')]


def test_statements_and_tags():
    t = Terminal()
    text = t.ask('SELECT 1 AS a, \'x\' AS b;')
    same(values(text), [['a', 'b'], ['1', 'x']])
    assert text.endswith('(1 row)'), text
    same(t.ask('CREATE TABLE t (a INT);'), 'CREATE TABLE')
    same(t.ask('INSERT INTO t VALUES (1), (2);'), 'INSERT 0 2')
    same(t.ask('CREATE TABLE u AS SELECT a + 1 AS a FROM t;'), 'SELECT 2')
    t.type('SELECT\r')
    t.prompt('-')
    t.type("'a\r")
    t.prompt("'")
    same(values(t.ask("b' AS s;"))[1], ['a\\nb'])
    assert 'ERROR: 42703: ' in t.ask('SELECT nosuch;')
    same(t.leave('\\q\r'), 0)


def test_editing():
    t = Terminal()
    same(values(t.ask('SELCT 12;\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[DE')), [['?column?'], ['12']])
    same(values(t.ask('xx 5 AS n;\x01\x04\x04SELECT')), [['n'], ['5']])
    same(values(t.ask("SELECT '체체체'\x7f\x7f\x7f' AS n;")), [['n'], ['체']], 'whole characters')
    same(values(t.ask('SELECT 1 word\x17\x17 7 AS m;')), [['m'], ['7']])
    same(values(t.ask('junk\x01SELECT 8 AS k;\x0b')), [['k'], ['8']])
    same(values(t.ask('\x1b[A\x1b[A\x1b[B')), [['k'], ['8']], 'older, older, newer')
    t.type('half a line\x03')
    t.prompt()
    same(t.leave('\x04'), 0)


def test_history_is_kept():
    t = Terminal()
    t.ask("SELECT 'kept' AS h;")
    t.leave('\x04')
    t = Terminal(home=t.home)
    same(values(t.ask('\x1b[A')), [['h'], ['kept']])
    path = os.path.join(t.home, '.local/state/streamd/history')
    same(os.stat(path).st_mode & 0o777, 0o600)
    t.close()


def test_completion():
    t = Terminal()
    t.ask('CREATE TABLE quotations (a INT);')
    t.ask('INSERT INTO quot\t VALUES (3);')
    same(values(t.ask('SELECT * FROM QUOTA\t;')), [['a'], ['3']])
    t.type('MATERIALI\t')
    t.until('MATERIALIZED \x1b[K')
    t.close()


def test_commands():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, 's.sql')
    with open(path, 'w') as f:
        f.write("SELECT 'from a file' AS s;")
    t = Terminal()
    t.ask('CREATE TABLE trade (price DOUBLE, qty INT);')
    assert 'trade' in t.ask('\\dt') and 'trade' in t.ask('\\d')
    assert 'price' in t.ask('\\d trade')
    t.ask('\\x')
    assert 'a = 1' in t.ask('SELECT 1 AS a;')
    t.ask('\\x')
    t.ask('\\timing')
    assert re.search(r'Time: \d+\.\d{3} ms', t.ask('SELECT 1;'))
    t.ask('\\timing')
    same(values(t.ask(f'\\i {path}')), [['s'], ['from a file']])
    out = os.path.join(folder, 'out')
    t.ask(f'\\o {out}')
    t.ask('SELECT 5 AS five;')
    t.ask('\\o')
    with open(out) as f:
        assert 'five' in f.read()
    assert '\\watch' in t.ask('\\?') and 'no command' in t.ask('\\nosuch')
    t.ask('SELECT 6 AS six;')
    t.type('\\watch 1\r')
    t.until('six')
    t.until('six')
    t.type('\x03')
    t.prompt()
    same(t.leave('\\q\r'), 0)


def test_interrupt_ends_the_statement_alone():
    folder = tempfile.mkdtemp()
    t = Terminal()
    t.ask(f"CREATE TABLE s (v INT) WITH ('connector'='filesystem', 'path'='{folder}', 'format'='csv', 'scan.mode'='watch');")
    with open(os.path.join(folder, 'a.csv'), 'w') as f:
        f.write('1\n')
    t.type('SELECT v FROM s;\r')
    t.until('│        1 │')
    t.type('\x03')
    t.prompt()
    same(values(t.ask('SELECT 2 AS b;')), [['b'], ['2']])
    t.process.terminate()
    same(t.process.wait(TIMEOUT), 143)
    t.close()


def test_daemon_that_comes_back():
    with Daemon() as daemon:
        at = Terminal('--socket', daemon.dir, '--threads', '2')
        assert '(1 row)' in at.ask('SELECT 1;')
        daemon.end(9)
        answer = at.ask('SELECT 2;')
        assert answer.startswith('ERROR: 08006: ') and '\\n' not in answer, answer
        answer = at.ask('SELECT 3;')
        assert answer.startswith('ERROR: 08001: ') and 'HINT: Is streamd running?' in answer, answer
        daemon.start()
        answer = at.ask("SELECT 4 AS four;")
        assert 'NOTICE: connected again' in answer and '(1 row)' in answer, answer
        answer = at.ask('SHOW ALL;')
        assert 'connected again' not in answer and re.search('threads *│ 2 ', answer), answer
        # Ctrl-C reaches the new session.
        at.ask("CREATE TABLE d (a BIGINT) WITH ('connector'='datagen', 'number-of-rows'='2000000000');")
        at.type('SELECT count(*) FROM d;\r')
        at.until('FROM d;\x1b[K\r\x1b[33C\r\r\n')
        time.sleep(0.1)
        at.type('\x03')
        assert '57014' in at.prompt()
        same(at.leave('\\q\r'), 0)


def test_narrow_terminal():
    t = Terminal(columns=30)
    long = 'SELECT ' + ' + '.join(['1'] * 40) + ' AS n;'
    same(values(t.ask(long)), [['n'], ['40']])
    t.close()


main(globals())
