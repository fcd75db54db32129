#!/usr/bin/env python3
"""The machine's clock is set back while jobs run and between two runs: files are still sealed, part
files rolled, PROCTIME() windows closed, and no row is late for it.  The program sees another clock by
a library that is loaded before the others; not with sanitizers, which want to be the first."""

import os
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get('STREAMD_BUILD', 'build')
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(id, at);
    const char *path = getenv("CLOCK_OFFSET");
    FILE *file = id == CLOCK_REALTIME && path ? fopen(path, "r") : NULL;
    long seconds = 0;
    if (file && fscanf(file, "%ld", &seconds) == 1)
        at->tv_sec += seconds;
    if (file)
        fclose(file);
    return status;
}
"""
TABLES = """
    CREATE TABLE IF NOT EXISTS src (id INT, at AS PROCTIME()) WITH ('connector'='filesystem',
        'path'='in', 'format'='csv', 'scan.mode'='watch', 'scan.seal-after'='100 ms');
    CREATE TABLE IF NOT EXISTS parts (id INT) WITH ('connector'='filesystem', 'path'='parts/',
        'format'='csv', 'sink.rolling-policy.rollover-interval'='100 ms');
    CREATE TABLE IF NOT EXISTS counts (n BIGINT) WITH ('connector'='filesystem',
        'path'='counts.csv', 'format'='csv');
    CREATE JOB IF NOT EXISTS to_parts AS INSERT INTO parts SELECT id FROM src;
    CREATE JOB IF NOT EXISTS to_counts AS INSERT INTO counts SELECT count(*)
        FROM TUMBLE(src, at, INTERVAL '1' SECOND) GROUP BY window_start, window_end;
"""


def lines(folder, pattern):
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(pattern) and not name.startswith('.'):
                with open(os.path.join(place, name)) as f:
                    found += f.read().splitlines()
    return found


def main():
    if os.environ.get('STREAMD_BUILD_KIND', 'release') != 'release':
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + '/shim.c', 'w') as f:
            f.write(SHIM)
        if subprocess.run(['cc', '-shared', '-fPIC', '-o', folder + '/shim.so', folder + '/shim.c',
                           '-ldl']).returncode:
            sys.exit(77)
        env = dict(os.environ, LD_PRELOAD=folder + '/shim.so', CLOCK_OFFSET=folder + '/offset')
        os.mkdir(folder + '/in')

        def set_clock(seconds):
            with open(folder + '/offset.new', 'w') as f:
                f.write(str(seconds))
            os.rename(folder + '/offset.new', folder + '/offset')

        def begin():
            return subprocess.Popen([BUILD + '/streamd-cli', '--local', '--data-dir', 'data', '-e',
                                     TABLES], cwd=folder, env=env, stderr=subprocess.PIPE, text=True)

        def feed(first):
            """Two whole rows and one whose line is not ended: it comes when the file is sealed."""
            with open(f'{folder}/in/{first}.csv', 'w') as f:
                f.write(f'{first}\n{first + 1}\n{first + 2}')

        def until(count):
            end = time.monotonic() + 20
            while time.monotonic() < end:
                rows = [int(row) for row in lines(folder + '/parts', 'part-')]
                counted = sum(int(n) for n in lines(folder, 'counts.csv'))
                if len(rows) >= count and counted >= count:
                    break
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            assert sorted(rows) == list(range(count)) and counted == count, (sorted(rows), counted)

        set_clock(0)
        process = begin()
        feed(0)
        until(3)
        set_clock(-3600)
        feed(3)
        until(6)
        process.terminate()
        process.communicate()
        set_clock(-7200)
        process = begin()
        feed(6)
        until(9)
        process.terminate()
        said = process.communicate()[1]
        assert 'ERROR' not in said, said
    print('ok')


if __name__ == '__main__':
    main()
