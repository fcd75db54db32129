#!/usr/bin/env python3
"""What a job keeps in its database does not grow with the files that have come and gone."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get('STREAMD_BUILD', 'build')
FILES = 1200
JOB = """
    CREATE TABLE IF NOT EXISTS src (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
      WITH ('connector'='filesystem', 'path'='in', 'format'='csv', 'scan.mode'='watch',
            'scan.seal-after'='10 ms', 'scan.clean'='delete');
    CREATE TABLE IF NOT EXISTS dst (s TIMESTAMP(3), n BIGINT) WITH ('connector'='filesystem',
        'path'='out', 'format'='csv', 'sink.rolling-policy.rollover-interval'='50 ms');
    CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT window_start, count(*)
        FROM TUMBLE(src, ts, INTERVAL '1' SECOND) GROUP BY window_start, window_end;
"""


def counts(path):
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    db.close()
    return rows


def until(what, condition, process):
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f'in vain waited for {what}'
        time.sleep(0.02)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + '/in')
        process = subprocess.Popen([os.path.join(BUILD, 'streamd-cli'), '--local', '--data-dir',
                                    'data', '-e', JOB], cwd=folder, stderr=subprocess.PIPE, text=True)
        for i in range(FILES):
            with open(f'{folder}/in/.{i}', 'w') as f:
                f.write(''.join(f'{i},2024-01-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}\n'
                                for _ in range(5)))
            os.rename(f'{folder}/in/.{i}', f'{folder}/in/{i:05}.csv')
            if i % 100 == 99:
                until('the files to go', lambda: not os.listdir(folder + '/in'), process)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
        assert 'ERROR' not in said and 'Sanitizer' not in said, said
        rows = 0
        for name in os.listdir(folder + '/out'):
            with open(f'{folder}/out/{name}') as f:
                rows += len(f.readlines())
        assert rows == FILES - 1, rows  # the last window is open
        kept = counts(f'{folder}/data/jobs/3.db')
        published = kept.pop('files')
        assert published <= 10000, published
        assert all(count <= 110 for count in kept.values()), kept
    print('ok')


if __name__ == '__main__':
    sys.exit(main())
