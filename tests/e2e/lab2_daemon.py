#!/usr/bin/env python3
"""Lab 2 with a running daemon: three word counts over real netcat, the daemon killed in between."""

import csv
import io
import os
import pty
import signal
import subprocess

from cli_help import CLI, cli, fresh
from labs_help import Netcat, Printing, Psql, example, tables
from server_help import Daemon, main, need, same, wait_for


def per_second():
    """Each word is counted in the second in which it came; nothing is carried over."""
    with Daemon() as daemon, Netcat() as nc, \
            Printing(CLI, '--socket', daemon.dir, '-e', example('per_second.sql', nc.port)) as shell:
        nc.connected()
        nc.type('x y x\n')

        def seconds(word):
            rows = csv.DictReader(io.StringIO(shell.text()[:shell.text().rfind('\n') + 1]))
            return {row['window_end']: int(row['n']) for row in rows if row['word'] == word}
        shell.until('x and y', lambda _: sum(seconds('x').values()) == 2 and seconds('y'))
        first = seconds('x')
        nc.type('x  z\n')
        shell.until('a third x', lambda _: sum(seconds('x').values()) == 3)
        assert max(seconds('x')) > max(first), shell.text()
        same(list(seconds('').values()), [1], 'two blanks make an empty word')
        same(shell.signal(signal.SIGINT), 130)
        same(shell.text(shell.err), '')


def running_counts_survive_kills():
    with Daemon() as daemon, Netcat() as nc:
        answer = cli('--socket', daemon.dir, '-e',
                     example('running.sql', nc.port).split('CREATE TABLE IF NOT EXISTS console')[0])
        same((answer.out, answer.err), ('', ''))
        psql, peers = Psql(daemon), [nc.connected()]

        def counts():
            return psql('SELECT word, n FROM counts ORDER BY word').split()

        def kill():
            """What is committed is there at once, before netcat has said another word."""
            before = counts()
            daemon.process.kill()
            daemon.process.wait()
            daemon.start()
            same(counts(), before)
            peers.append(nc.connected(peers))
        nc.type('a b a\n')
        wait_for('a b a', lambda: counts() == ['a|2', 'b|1'])
        kill()
        nc.type('a c\n')
        wait_for('a c', lambda: counts() == ['a|3', 'b|1', 'c|1'])
        kill()
        kill()
        nc.type('b\n')
        wait_for('b', lambda: counts() == ['a|3', 'b|2', 'c|1'])
        # The script again, as its README says, and from the other client.
        script = example('running.sql', nc.port).split('CREATE TABLE IF NOT EXISTS console')[0]
        same(cli('--socket', daemon.dir, '--no-header', '-e', script, '-e',
                 'SELECT n, word FROM counts ORDER BY word').out, '3,a\n2,b\n1,c\n')
        same(psql('SHOW JOBS').split('|')[:3], ['counts', 'view', 'running'])
        same(daemon.end(signal.SIGTERM), 0, daemon.said())
        daemon.start()
        same(counts(), ['a|3', 'b|2', 'c|1'])


def tables_of_complete_mode():
    """A whole table a batch under Spark's heading; the daemon's end ends it with status 3."""
    with Daemon() as daemon, Netcat() as nc, \
            Printing(CLI, '--socket', daemon.dir, '-e', example('structured.sql', nc.port)) as shell:
        nc.connected()

        def last(**wanted):
            shell.until(f'{wanted}', lambda text: wanted in tables(text))
        nc.type('to be or not to be\n')
        last(be='2', **{'not': '1', 'or': '1'}, to='2')
        nc.type('be quick\n')
        last(be='3', **{'not': '1', 'or': '1'}, quick='1', to='2')
        assert shell.text().startswith(f'{"-" * 43}\nBatch: 0\n{"-" * 43}\nword,count\n')
        daemon.process.kill()
        daemon.process.wait()
        same(shell.process.wait(60), 3)
        assert shell.text(shell.err).startswith('ERROR: '), shell.text(shell.err)
        daemon.start()


def psql_streams_too():
    """COPY hands rows on as they come; Ctrl-C ends it well."""
    need('psql')
    with Daemon() as daemon, Netcat() as nc:
        Psql(daemon)(example('structured.sql', nc.port).split('\n\n')[0])
        query = "COPY (SELECT explode(split(value, ' ')) AS word FROM lines) TO STDOUT"
        terminal, end = pty.openpty()  # into a pipe psql itself would keep rows back
        psql = subprocess.Popen(['psql', '-X', '-h', daemon.dir, '-c', query], stdin=subprocess.DEVNULL,
                                stdout=end, stderr=subprocess.PIPE, preexec_fn=fresh)
        os.close(end)
        nc.connected()
        nc.type('to be\n')
        out = b''
        while b'be' not in out:
            out += os.read(terminal, 1000)
        same(out.split(), [b'to', b'be'])
        psql.send_signal(signal.SIGINT)
        psql.communicate(timeout=60)
        os.close(terminal)
        same(Psql(daemon)('SELECT 1'), '1\n')


if __name__ == '__main__':
    main([per_second, running_counts_survive_kills, tables_of_complete_mode, psql_streams_too])
