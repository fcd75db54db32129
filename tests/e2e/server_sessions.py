#!/usr/bin/env python3
"""Many sessions at once, over jobs that run: what one waits for does not stop the others, what they
look at is whole, and (under ThreadSanitizer) nobody touches what another one has in hand."""

import os
import random
import tempfile
import threading
import time

from server_help import SLOW, Client, Daemon, Error, main, same

SECONDS = 8 if SLOW else 4
LOOKS = ('jobs', 'job_progress', 'sources', 'watermarks', 'epochs', 'files', 'rejected_rows',
         'late_rows')


def tables(folder):
    os.makedirs(folder + '/in', exist_ok=True)
    return f"""
        CREATE TABLE src (id INT, k STRING, ts TIMESTAMP(3),
            WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='filesystem', 'path'='{folder}/in', 'format'='csv',
                'scan.mode'='watch', 'scan.clean'='delete', 'scan.seal-after'='50 ms');
        CREATE TABLE parts (id INT, k STRING) WITH ('connector'='filesystem',
            'path'='{folder}/parts/', 'format'='csv',
            'sink.rolling-policy.rollover-interval'='50 ms');
        CREATE TABLE windows (s TIMESTAMP(3), n BIGINT) WITH ('connector'='filesystem',
            'path'='{folder}/windows.csv', 'format'='csv');
        CREATE TABLE t (id INT, k STRING);
        CREATE MATERIALIZED VIEW counts AS SELECT k, count(*) AS n FROM src GROUP BY k;
        CREATE MATERIALIZED VIEW sizes AS SELECT n, count(*) AS keys FROM counts GROUP BY n;
        CREATE JOB to_parts AS INSERT INTO parts SELECT id, k FROM src;
        CREATE JOB to_windows AS INSERT INTO windows SELECT window_start, count(*)
            FROM TUMBLE(src, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
    """


class Crowd:
    """Threads that each run a function with a client of their own until the time is up."""

    def __init__(self, daemon):
        self.daemon, self.until = daemon, time.monotonic() + SECONDS
        self.threads, self.failures = [], []

    def add(self, what):
        thread = threading.Thread(target=self.run, args=(what,))
        self.threads.append(thread)
        thread.start()

    def run(self, what):
        try:
            client = Client(self.daemon)
            n = 0
            while time.monotonic() < self.until and not self.failures:
                what(client, n)
                n += 1
            client.close()
            print(f'  {n} times {what.__name__}')
        except Exception as failure:  # pylint: disable=broad-except
            self.failures.append(f'{what.__name__}: {failure!r}')

    def join(self):
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures


def everything_at_once():
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client = Client(daemon)
        client.query(tables(folder))
        fed = []

        def feeding(_, n):
            path = f'{folder}/in/.{n}'
            with open(path, 'w') as f:
                for i in range(n * 50, n * 50 + 50):
                    bad = i % 97 == 0
                    f.write(f"{i},k{i % 5},{'bad' if bad else '2024-01-01'} {i // 3600 % 24:02}:"
                            f'{i // 60 % 60:02}:{i % 60:02}\n')
                    fed.extend([] if bad else [i])
            os.rename(path, f'{folder}/in/{n:06}.csv')
            time.sleep(0.005)

        def looking(client, n):
            client.query(f'SELECT * FROM streamd.{LOOKS[n % len(LOOKS)]}')

        def looking_at_state(client, n):
            client.query('SELECT count(*) FROM counts' if n % 2 else 'SHOW JOBS')

        def flushing(client, _):
            client.query('FLUSH')

        def writing(client, n):
            client.query(f"INSERT INTO t VALUES ({n}, 'x')")

        def making(client, n):
            client.query(f'CREATE TABLE t{n} (a INT)')
            client.query(f'CREATE MATERIALIZED VIEW v{n} AS SELECT k, count(*) AS n FROM t GROUP BY k')
            client.query(f'SELECT * FROM v{n}')
            client.query(f'DROP VIEW v{n}')
            client.query(f'DROP TABLE t{n}')

        def stopping(client, _):
            client.query('STOP JOB to_windows')
            client.query('START JOB to_windows')

        def flushing_beside_stops(client, _):
            try:
                client.query('FLUSH')
            except Error as error:
                assert 'was stopped' in str(error), error

        crowd = Crowd(daemon)
        for what in (feeding, looking, looking, looking_at_state, flushing_beside_stops, writing,
                     making, stopping):
            crowd.add(what)
        crowd.join()
        client.query('FLUSH')
        total = sum(int(n) for _, n in client.query('SELECT * FROM counts'))
        same(total, len(fed))
        rows = []
        for name in os.listdir(folder + '/parts'):
            if not name.startswith('.'):
                with open(f'{folder}/parts/{name}') as f:
                    rows += [int(line.split(',')[0]) for line in f]
        same(sorted(rows), fed)


def a_flush_that_waits_stops_nobody():
    """A job that does not come to an end of its input for a while: others go on."""
    with tempfile.TemporaryDirectory() as folder, Daemon() as daemon:
        client, other = Client(daemon), Client(daemon)
        client.query(f"""
            CREATE TABLE many (id BIGINT) WITH ('connector'='datagen', 'rows-per-second'='0',
                'fields.id.kind'='sequence', 'fields.id.start'='0', 'fields.id.end'='1000000000000');
            CREATE TABLE endless_rows (id BIGINT) WITH ('connector'='datagen',
                'rows-per-second'='0');
            CREATE TABLE nowhere (id BIGINT) WITH ('connector'='blackhole');
            CREATE JOB unhurried AS INSERT INTO nowhere SELECT id FROM endless_rows""")
        # Its input always has more, and yet it commits, answers FLUSH and stops.
        client.query('FLUSH')
        (epoch,), = client.query("SELECT max(epoch) FROM streamd.epochs WHERE job = 'unhurried'")
        assert int(epoch) > 0, epoch
        client.query('DROP JOB unhurried')
        client.query('CREATE JOB endless AS INSERT INTO nowhere SELECT id FROM many')
        waiting = threading.Thread(target=lambda: flush(client))
        waiting.start()
        time.sleep(0.3)
        start = time.monotonic()
        other.query('CREATE TABLE here (a INT)')
        other.query('INSERT INTO here VALUES (1)')
        same(other.query('SELECT * FROM here'), [['1']])
        other.query('DROP TABLE here')
        assert time.monotonic() - start < (20 if SLOW else 5), 'it waited for the FLUSH'
        other.query('DROP JOB endless')
        waiting.join()


def flush(client):
    try:
        client.query('FLUSH')
    except Error:
        pass


if __name__ == '__main__':
    main([everything_at_once, a_flush_that_waits_stops_nobody])
