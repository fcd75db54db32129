#!/usr/bin/env python3
"""bench.py BUILD_DIR DATA_DIR [workload…] [--rounds N] [--threads 1,2] [--rows N] [--json FILE]

The project's benchmark: streamd-cli beside hand-written C that does exactly the same query, interleaved in one run,
so that what counts is a ratio (C's time / streamd's time) and never a time.  DuckDB joins in where Python has it.
Builds the references and makes the data (1.6 GB) in DATA_DIR when they are not there.

Workloads: window filter words files (ratio to C, results compared), microbatch latency start.
"""
import argparse, json, os, shutil, socket, statistics, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser(usage=__doc__)
ap.add_argument('build'); ap.add_argument('data'); ap.add_argument('workloads', nargs='*')
ap.add_argument('--rounds', type=int, default=5); ap.add_argument('--threads', default='1,2')
ap.add_argument('--rows', type=int, default=15_500_000); ap.add_argument('--json')
args = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
CLI = os.path.abspath(os.path.join(args.build, 'streamd-cli'))
DATA = os.path.abspath(args.data)
if not os.access(CLI, os.X_OK):
    sys.exit(f'bench: no executable {CLI}')


def prepare():
    os.makedirs(DATA, exist_ok=True)
    for name in ('gen', 'peak', 'ref_window', 'ref_filter', 'ref_words'):
        subprocess.run(['gcc', '-O3', '-march=native', '-D_GNU_SOURCE', '-o', f'{DATA}/{name}', f'{HERE}/{name}.c',
                        '-lm', '-lpthread'], check=True)
    for path, make in (('tick.csv', ['tick', str(args.rows), f'{DATA}/tick.csv']),
                       ('ticks', ['files', '3600', '900', f'{DATA}/ticks']),
                       ('words.txt', ['words', str(args.rows * 32), f'{DATA}/words.txt'])):
        if not os.path.exists(f'{DATA}/{path}'):
            subprocess.run([f'{DATA}/gen', *make], check=True)


def timed(command):
    """-> milliseconds, peak MiB, exit status, stderr"""
    with tempfile.NamedTemporaryFile('r') as out:
        done = subprocess.run([f'{DATA}/peak', out.name, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL)
        ms, kib, status = out.read().split()
        return float(ms), int(kib) / 1024, int(status), done.stderr.decode(errors='replace')


TICK = ('CREATE TABLE tick ("timestamp" TIMESTAMP(3), symbol STRING, "open" DOUBLE, high DOUBLE, low DOUBLE, '
        '"close" DOUBLE, volume BIGINT, WATERMARK FOR "timestamp" AS "timestamp" - INTERVAL \'5\' SECOND) WITH (%s);')
WINDOW = ('INSERT INTO result SELECT symbol, window_start, count(*), sum(volume), avg("close"), min(low), max(high) '
          'FROM TUMBLE(tick, "timestamp", INTERVAL \'1\' MINUTE) GROUP BY symbol, window_start, window_end;')
WINDOW_COLUMNS = 'symbol STRING, window_start TIMESTAMP(3), n BIGINT, v BIGINT, a DOUBLE, l DOUBLE, h DOUBLE'


def csv_files(path, more=''):
    return f"'connector'='filesystem', 'path'='{path}', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded'{more}"


def sink(columns, out):
    return f"CREATE TABLE result ({columns}) WITH ('connector'='filesystem', 'path'='{out}', 'format'='csv');"


def script(name, out):
    if name in ('window', 'files'):
        return TICK % csv_files(f'{DATA}/tick.csv' if name == 'window' else f'{DATA}/ticks') + sink(WINDOW_COLUMNS, out) + WINDOW
    if name == 'filter':
        return (TICK % csv_files(f'{DATA}/tick.csv') + sink('"timestamp" TIMESTAMP(3), symbol STRING, "close" DOUBLE', out)
                + 'INSERT INTO result SELECT "timestamp", symbol, "close" FROM tick WHERE volume > 808;')
    return (f"CREATE TABLE lines (value STRING) WITH ('connector'='filesystem', 'path'='{DATA}/words.txt', "
            "'format'='text', 'scan.mode'='bounded');" + sink('word STRING, n BIGINT', out)
            + "INSERT INTO result SELECT word, count(*) FROM (SELECT explode(split(value, ' ')) AS word FROM lines) "
              "WHERE word <> '' GROUP BY word;")


def reference(name, out, threads):
    return {'window': [f'{DATA}/ref_window', f'{DATA}/tick.csv', out, str(threads)],
            'files': [f'{DATA}/ref_window', f'{DATA}/ticks', out, str(threads)],
            'filter': [f'{DATA}/ref_filter', f'{DATA}/tick.csv', out, '808', str(threads)],
            'words': [f'{DATA}/ref_words', f'{DATA}/words.txt', out, str(threads)]}[name]


def rows(path):
    """Rows with numbers in one form; averages are apart, for C gives four decimals."""
    paths = [path] if os.path.isfile(path) else sorted(
        os.path.join(d, f) for d, _, names in os.walk(path) for f in names if f[0] not in '._')
    out = []
    for p in paths:
        for line in open(p, encoding='utf-8', errors='surrogateescape'):
            fields = line.rstrip('\n').split(',')
            out.append(tuple(f'{float(x):.2f}' if i >= 2 and i != 4 else x.rstrip('0').rstrip('.') if '.' in x and ':' in x
                             else x for i, x in enumerate(fields)))
    return sorted(out)


def same(a, b):
    return len(a) == len(b) and all(
        x == y or len(x) == 7 and x[:4] + x[5:] == y[:4] + y[5:] and abs(float(x[4]) - float(y[4])) <= 6e-5 for x, y in zip(a, b))


results = {}


def report(name, threads, c, s, mib, note=''):
    results[f'{name}/{threads}'] = {'c_ms': c, 'streamd_ms': s, 'ratio': c / s if s else 0, 'peak_mib': mib, 'note': note}
    print(f'{name:10s} threads {threads}: C {c:9.2f} ms  streamd {s:9.2f} ms  ratio {c / s if s else 0:6.3f}  '
          f'peak {mib:6.1f} MiB  {note}', flush=True)


def batch(name, threads, tmp):
    c, s, peak = [], [], 0.0
    out, ref = f'{tmp}/{name}.csv', f'{tmp}/{name}.ref.csv'
    for _ in range(args.rounds):
        c.append(timed(reference(name, ref, threads))[0])
        if os.path.exists(out):
            os.remove(out)
        ms, mib, status, err = timed([CLI, '--local', '--threads', str(threads), '-e', script(name, out)])
        if status:
            return report(name, threads, statistics.median(c), 0, mib, f'FAILED: {err[:300]}')
        s.append(ms)
        peak = max(peak, mib)
    report(name, threads, statistics.median(c), statistics.median(s), peak,
           'same rows' if same(rows(ref), rows(out)) else 'DIFFERENT ROWS')
    duckdb(name, threads, tmp)


def duckdb(name, threads, tmp):
    try:
        import duckdb as engine
    except ImportError:
        return
    con = engine.connect(config={'threads': threads})
    con.execute('SET preserve_insertion_order=false')
    ticks = lambda p: (f"read_csv('{p}', header=true, auto_detect=false, delim=',', quote='', escape='', columns={{'timestamp':'TIMESTAMP',"
                       "'symbol':'VARCHAR','open':'DOUBLE','high':'DOUBLE','low':'DOUBLE','close':'DOUBLE','volume':'BIGINT'})")
    window = "SELECT symbol, date_trunc('minute', timestamp), count(*), sum(volume), avg(close), min(low), max(high) FROM %s GROUP BY 1, 2"
    query = {'window': window % ticks(f'{DATA}/tick.csv'), 'files': window % ticks(f'{DATA}/ticks/*.csv'),
             'filter': f"SELECT timestamp, symbol, close FROM {ticks(f'{DATA}/tick.csv')} WHERE volume > 808",
             'words': f"SELECT w, count(*) FROM (SELECT unnest(string_split(line, ' ')) AS w FROM read_csv('{DATA}/words.txt', header=false, "
                      "delim='\x01', quote='', escape='', auto_detect=false, columns={'line':'VARCHAR'})) WHERE w <> '' GROUP BY 1"}[name]
    best = 1e12
    for _ in range(2):
        start = time.perf_counter()
        con.execute(f"COPY ({query}) TO '{tmp}/duck.csv' (FORMAT csv)")
        best = min(best, (time.perf_counter() - start) * 1e3)
    print(f'           DuckDB {engine.__version__}, warm, query only: {best:.0f} ms', flush=True)


def microbatch(threads, tmp, count=600):
    """One 900-row file an epoch, everything committed: ms an epoch, beside fsynced appends of the same output."""
    folder, out, data = f'{tmp}/mb', f'{tmp}/mb.csv', f'{tmp}/mb.data'
    os.makedirs(folder)
    for f in sorted(os.listdir(f'{DATA}/ticks'))[:count]:
        os.link(f'{DATA}/ticks/{f}', f'{folder}/{f}')
    times, peak = [], 0.0
    for _ in range(max(1, args.rounds // 2)):
        shutil.rmtree(data, ignore_errors=True)
        if os.path.exists(out):
            os.remove(out)
        sql = ("SET 'trigger'='available-now';"
               + TICK % csv_files(folder, "").replace("'bounded'", "'watch', 'scan.max-files-per-epoch'='1'")
               + sink(WINDOW_COLUMNS, out) + 'CREATE JOB mb AS ' + WINDOW)
        ms, mib, status, err = timed([CLI, '--local', '--threads', str(threads), '--data-dir', data, '-e', sql])
        if status:
            return report('microbatch', threads, 0, 0, mib, f'FAILED: {err[:300]}')
        times.append(ms / count)
        peak = max(peak, mib)
    fd = os.open(f'{tmp}/sync', os.O_CREAT | os.O_WRONLY)
    start = time.perf_counter()
    for _ in range(200):
        os.write(fd, b'x' * 4096)
        os.fdatasync(fd)
    floor = (time.perf_counter() - start) * 1e3 / 200
    os.close(fd)
    report('microbatch', threads, floor, statistics.median(times), peak, 'ms an epoch of 900 rows; C: one fdatasync')


def latency(threads, count=2000):
    """One line into a socket, one line out: beside a pipe through cat."""
    server = socket.create_server(('127.0.0.1', 0))
    server.settimeout(10)
    port = server.getsockname()[1]
    sql = (f"CREATE TABLE l (id BIGINT, v BIGINT) WITH ('connector'='socket', 'host'='127.0.0.1', 'port'='{port}', 'format'='csv');"
           'SELECT id, v + 1 FROM l WHERE v >= 0;')
    child = subprocess.Popen([CLI, '--local', '--threads', str(threads), '--format', 'csv', '--no-header', '-e', sql],
                             stdout=subprocess.PIPE)
    taken = []
    try:
        peer, _ = server.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(count):
            start = time.perf_counter()
            peer.sendall(b'%d,%d\n' % (i, i))
            line = child.stdout.readline()
            taken.append((time.perf_counter() - start) * 1e3)
            if line.strip() != b'%d,%d' % (i, i + 1):
                return report('latency', threads, 0, 0, 0, f'FAILED: sent {i}, got {line!r}')
    finally:
        child.kill()
        child.wait()
    cat = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    floor = []
    for i in range(count):
        start = time.perf_counter()
        cat.stdin.write(b'x\n')
        cat.stdout.read(2)
        floor.append((time.perf_counter() - start) * 1e3)
    cat.kill()
    cat.wait()
    taken.sort()
    report('latency', threads, statistics.median(floor), statistics.median(taken), 0,
           f'line to line, p99 {taken[len(taken) * 99 // 100] * 1e3:.0f} µs; C: a pipe through cat')


def start(threads):
    shell = shutil.which('sqlite3')
    median = lambda command: statistics.median(timed(command)[0] for _ in range(30))
    report('start', threads, median([shell, ':memory:', 'select 1']) if shell else 0,
           median([CLI, '--local', '-e', 'SELECT 1']), timed([CLI, '--local', '-e', 'SELECT 1'])[1], 'C: the sqlite3 shell')


prepare()
tmp = tempfile.mkdtemp(prefix='bench-', dir=DATA)
try:
    for name in args.workloads or ['start', 'latency', 'window', 'filter', 'words', 'files', 'microbatch']:
        for threads in map(int, args.threads.split(',')):
            if name in ('window', 'filter', 'words', 'files'):
                batch(name, threads, tmp)
                continue
            {'microbatch': lambda t: microbatch(t, tmp), 'latency': latency, 'start': start}[name](threads)
            break
finally:
    shutil.rmtree(tmp, ignore_errors=True)
if args.json:
    with open(args.json, 'w') as out:
        json.dump(results, out, indent=1)
