#!/usr/bin/env python3
"""streamd-cli: statements as they arrive, streams, signals, readers that leave."""

import os
import signal
import socket
import subprocess
import tempfile
import time

from cli_help import CLI, Running, cli, fresh, main, same, wait_for


def folder_table(name='src', mode='watch'):
    folder = tempfile.mkdtemp()
    return folder, (f"CREATE TABLE {name} (k STRING, v INT) WITH ('connector'='filesystem', "
                    f"'path'='{folder}', 'format'='csv', 'scan.mode'='{mode}', "
                    "'scan.monitor-interval'='50 ms')")


def put(folder, name, text):
    with open(os.path.join(folder, '.' + name), 'w') as f:
        f.write(text)
    os.rename(os.path.join(folder, '.' + name), os.path.join(folder, name))


def test_statements_as_they_arrive():
    with Running('--local', '--no-header') as shell:
        shell.type('SELECT 1;')
        same(shell.until('1\n'), '1\n')
        shell.type("SELECT 'a;b' -- a comment; with a semicolon\n")
        shell.type('|| $$;$$;SELECT')
        same(shell.until('a;b;\n'), 'a;b;\n')
        shell.type(' 2')
        out, err = shell.rest()
        same((out, err, shell.process.returncode), ('2\n', '', 0), 'the last needs no semicolon')


def test_order_of_files_and_statements():
    path = os.path.join(tempfile.mkdtemp(), 's.sql')
    with open(path, 'w') as f:
        f.write("SELECT 'file';")
    same(cli('--local', '--no-header', '-e', "SELECT 'first'", '-f', path, '-f', '-',
             '-e', "SELECT 'last'", stdin="SELECT 'stdin'").out, 'first\nfile\nstdin\nlast\n')


def test_stream_until_interrupted():
    folder, table = folder_table()
    with Running('--local', '-e', f'{table}; SELECT k, v FROM src') as stream:
        put(folder, 'a.csv', 'x,1\n')
        same(stream.until('x,1\n'), 'k,v\nx,1\n')
        put(folder, 'b.csv', 'y,2\n')
        same(stream.until('y,2\n'), 'y,2\n')
        same(stream.signal(signal.SIGINT), 130)
        same(stream.rest(), ('', ''), 'nothing is said')


def test_complete_tables():
    folder, table = folder_table()
    dashes = '-' * 43
    with Running('--local', '-e', f'{table}; SELECT k, sum(v) AS s FROM src GROUP BY k EMIT COMPLETE') as stream:
        put(folder, 'a.csv', 'x,1\n')
        same(stream.until('x,1\n\n'), f'{dashes}\nBatch: 0\n{dashes}\nk,s\nx,1\n\n')
        put(folder, 'b.csv', 'x,2\ny,5\n')
        same(stream.until('y,5\n\n'), f'{dashes}\nBatch: 1\n{dashes}\nk,s\nx,3\ny,5\n\n')
        same(stream.signal(signal.SIGTERM), 143)


def test_stays_for_jobs():
    """Local jobs go on after the last statement; a signal commits what there is."""
    folder, table = folder_table()
    out = os.path.join(tempfile.mkdtemp(), 'out')
    data = os.path.join(tempfile.mkdtemp(), 'data')
    sink = f"CREATE TABLE dst (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{out}/', 'format'='csv')"
    with Running('--data-dir', data, '-e', f'{table}; {sink}; CREATE JOB j AS INSERT INTO dst SELECT * FROM src') as shell:
        put(folder, 'a.csv', 'x,1\n')
        wait_for('the row in a staged file', lambda: os.path.isdir(out) and any(
            os.path.getsize(os.path.join(out, n)) for n in os.listdir(out)))
        assert shell.process.poll() is None
        same(shell.signal(signal.SIGTERM), 143)
    text = ''.join(open(os.path.join(out, n)).read() for n in os.listdir(out) if n[0] not in '._')
    same(text, 'x,1\n')


def test_ends_with_its_jobs():
    folder, table = folder_table()
    out = os.path.join(tempfile.mkdtemp(), 'out')
    put(folder, 'a.csv', 'x,1\n')
    sink = f"CREATE TABLE dst (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{out}/', 'format'='csv')"
    cli('--local', '-e', f"SET 'trigger' = 'available-now'; {table}; {sink}; "
        'CREATE JOB j AS INSERT INTO dst SELECT * FROM src')
    assert [n for n in os.listdir(out) if n[0] not in '._']


def test_signal_while_waiting_for_statements():
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        with Running('--local', '--no-header') as shell:
            shell.type('SELECT 1;\n')
            shell.until('1\n')
            same(shell.signal(number), code)


def test_ignored_signal_stays_ignored():
    """As for a job that a script put into the background."""
    folder, table = folder_table()
    process = subprocess.Popen([CLI, '--local', '--no-header', '-e', f'{table}; SELECT k FROM src'],
                               stdout=subprocess.PIPE, bufsize=0,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    put(folder, 'a.csv', 'x,1\n')
    same(process.stdout.read(2), b'x\n')
    process.send_signal(signal.SIGINT)
    put(folder, 'b.csv', 'y,1\n')
    same(process.stdout.read(2), b'y\n')
    process.send_signal(signal.SIGTERM)
    same(process.wait(60), 143)
    process.stdout.close()


def test_reader_leaves():
    """| head: no noise, and no going on for nobody."""
    folder = tempfile.mkdtemp()
    put(folder, 'a.csv', ''.join(f'key{i},{i}\n' for i in range(200000)))
    table = (f"CREATE TABLE src (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{folder}', "
             "'format'='csv', 'scan.mode'='bounded')")
    process = subprocess.Popen([CLI, '--local', '-e', f'{table}; SELECT * FROM src; SELECT * FROM src'],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=fresh)
    same(process.stdout.readline(), b'k,v\n')
    process.stdout.close()
    same(process.stderr.read(), b'')
    process.stderr.close()
    same(process.wait(60), 141)


def test_pipes_whose_other_end_is_missing():
    """A signal ends the wait, for rows and for whoever takes them; nothing is lost when somebody comes."""
    pipe = os.path.join(tempfile.mkdtemp(), 'pipe.csv')
    os.mkfifo(pipe)
    table = f"CREATE TABLE p (v INT) WITH ('connector'='filesystem', 'path'='{pipe}', 'format'='csv');"
    many = ("CREATE TABLE g (v INT) WITH ('connector'='datagen', 'number-of-rows'='100000', "
            "'rows-per-second'='0'); INSERT INTO p SELECT v FROM g")
    for sql in ('SELECT * FROM p', 'INSERT INTO p VALUES (1)', many):
        with Running('--local', '-e', table + sql) as shell:
            time.sleep(0.3)
            same(shell.signal(signal.SIGTERM), 143, sql)
    with open(os.open(pipe, os.O_RDWR)) as reader:  # reads nothing: the pipe fills
        with Running('--local', '-e', table + many) as shell:
            time.sleep(0.3)
            same(shell.signal(signal.SIGINT), 130)
    with Running('--local', '--no-header', '-e', table + 'SELECT sum(v) FROM p') as reading:
        same(cli('--local', '-e', table + 'INSERT INTO p VALUES (1), (2), (3)').out, '')
        same(reading.rest()[0], '6\n')


def test_peers_that_take_nothing():
    """What is asked to end does, though nobody takes what it has to say."""
    rows = "CREATE TABLE g (a INT) WITH ('connector'='datagen', 'rows-per-second'='0');"
    with socket.create_server(('127.0.0.1', 0)) as peer:
        port = peer.getsockname()[1]
        sink = (f"CREATE TABLE o (a INT) WITH ('connector'='socket', 'host'='127.0.0.1', 'port'='{port}', "
                "'format'='csv'); INSERT INTO o SELECT a FROM g")
        printed = "CREATE TABLE o (a INT) WITH ('connector'='print'); INSERT INTO o SELECT a FROM g"
        for sql in (sink, printed, 'SELECT a FROM g'):
            process = subprocess.Popen([CLI, '--local', '-e', rows + sql], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, preexec_fn=fresh)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            same(process.wait(60), 143, sql)
            process.stdout.close()


def test_full_disk():
    if os.path.exists('/dev/full'):
        answer = cli('--local', '-o', '/dev/full', '-e', 'SELECT 1', code=1)
        assert answer.err.startswith('ERROR: 53100: '), answer.err


def test_lines_beyond_a_chunk():
    """However long it is, a line that is too long is a bad row, with one reason."""
    folder = tempfile.mkdtemp()
    put(folder, 'a.csv', 'a,b\n1,x\n2,' + 'y' * (10 << 20) + '\n3,z\n')
    table = ("CREATE TABLE t (a INT, b STRING) WITH ('connector'='filesystem', 'format'='csv', 'csv.header'='true', "
             f"'path'='{folder}/a.csv'")
    answer = cli('--local', '-e', f'{table}); SELECT * FROM t; SELECT line, file_offset, reason FROM streamd.rejected_rows')
    same(answer.out, 'a,b\n1,x\n3,z\nline,file_offset,reason\n3,8,row is longer than 1048576 bytes\n')
    for sql in (f"{table}, 'on-bad-row'='fail'); SELECT * FROM t", f"SELECT * FROM '{folder}/a.csv'"):
        answer = cli('--local', '-e', sql, code=1)
        same(answer.out, 'a,b\n1,x\n')
        assert 'ERROR: 54000: ' in answer.err and 'a.csv line 3: row is longer than 1048576 bytes' in answer.err, answer.err


def test_job_that_fails():
    """Its error is on stderr and in the exit status."""
    folder = tempfile.mkdtemp()
    put(folder, 'a.csv', 'x,1\n')
    sink = os.path.join(tempfile.mkdtemp(), 'out.csv')
    table = (f"CREATE TABLE src (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{folder}', "
             "'format'='csv', 'scan.mode'='watch', 'on-bad-row'='fail')")
    put(folder, 'b.csv', 'x,oops\n')
    answer = cli('--local', '-e', f"SET 'trigger' = 'available-now'; {table}; "
                 f"CREATE TABLE dst (k STRING, v INT) WITH ('connector'='filesystem', 'path'='{sink}', 'format'='csv'); "
                 'CREATE JOB j AS INSERT INTO dst SELECT * FROM src', code=1)
    assert 'ERROR: ' in answer.err and 'b.csv' in answer.err, answer.err


main(globals())
