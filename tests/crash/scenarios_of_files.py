"""More scripts for the crash tests: kinds of files, files that change between two runs, bad and late
rows, several jobs at once."""

import os
import subprocess

from crash_help import cli, is_part_of, read, same, tree, visible, write
from scenarios import NOW, ROLL, Scenario, is_prefix, sink, source


def unpacked(path):
    """The lines of a .zst or .gz file, which has to be whole; none when it is not there."""
    if not os.path.exists(path):
        return []
    program = 'zstd' if path.endswith('.zst') else 'gzip'
    done = subprocess.run([program, '-dc', path], capture_output=True, text=True)
    same(done.returncode, 0, done.stderr)
    return done.stdout.splitlines()


def compressed_parts():
    script = NOW + source() + """CREATE TABLE IF NOT EXISTS dst (id INT, k STRING)
        PARTITIONED BY (k) WITH ('connector'='filesystem', 'path'='out', 'format'='csv',
                                 'sink.compression'='zstd');
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;"""

    def output(folder):
        return sorted(f'{line},{os.path.dirname(path)}' for path in tree(folder + '/out')
                      if not os.path.basename(path).startswith('.')
                      for line in unpacked(os.path.join(folder, 'out', path)))
    return Scenario('compressed_parts', script, output,
                    lambda f, final: is_part_of(output(f), final, 'midway'))


def replaced_compressed_file():
    script = NOW + source() + sink('k STRING, n BIGINT', 'out.csv.gz', **{'output-mode': 'complete'}) \
        + 'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT k, count(*) FROM src GROUP BY k;'

    def output(folder):
        return unpacked(folder + '/out.csv.gz')

    def midway(folder, _):
        assert len(output(folder)) in (0, 7), output(folder)
    return Scenario('replaced_compressed_file', script, output, midway)


def changing_sources():
    """Between two runs files grow, one gets another name and its name goes to a new one, and one is
    replaced."""
    script = NOW + source().replace("'watch'", "'tail'") + sink('id INT, k STRING', 'out/', **ROLL) + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def between(folder):
        with open(folder + '/in/0.csv', 'a') as f:
            f.write('1000,grown,2024-01-02 00:00:00\n')
        os.rename(folder + '/in/1.csv', folder + '/in/9.csv')
        write(folder + '/in/1.csv', '1001,new,2024-01-02 00:00:01\n')
        write(folder + '/in/2.csv', '1002,replaced,2024-01-02 00:00:02\n')
        with open(folder + '/in/9.csv', 'a') as f:
            f.write('1003,grown,2024-01-02 00:00:03\n')

    def output(folder):
        # Whether the replaced file was read in time is up to when the first run ended.
        return [row for row in visible(folder + '/out') if not 80 <= int(row.split(',')[0]) < 120]
    return Scenario('changing_sources', script, output,
                    lambda f, final: is_part_of(output(f), final, 'midway'), between)


def zipped_sources():
    script = NOW + source() + sink('id INT, k STRING', 'out.csv') + \
        'CREATE JOB IF NOT EXISTS j AS INSERT INTO dst SELECT id, k FROM src;'

    def before(folder):
        for name in sorted(os.listdir(folder + '/in')):
            subprocess.run(['gzip', name], cwd=folder + '/in', check=True)
    return Scenario('zipped_sources', script, lambda f: read(f + '/out.csv'), is_prefix, None, before)


def rejected_and_late():
    """Each bad and each late row is told of once."""
    script = NOW + source(extra=', WATERMARK FOR ts AS ts') + \
        sink('s TIMESTAMP(3), n BIGINT, bad BIGINT', 'out.csv') + """
        CREATE JOB IF NOT EXISTS j AS INSERT INTO dst
        SELECT window_start, count(*), sum(10 / (id % 50))
        FROM TUMBLE(src, ts, INTERVAL '10' SECOND) GROUP BY window_start, window_end;"""

    def before(folder):
        for f in range(4):
            with open(f'{folder}/in/{f}.csv', 'a') as file:
                file.write(f'not {f},k\n')
            os.utime(f'{folder}/in/{f}.csv', (1e9 + f, 1e9 + f))

    def output(folder):
        done = cli(folder, '--format', 'csv', '-e',
                   'SELECT file_path, line, raw, reason FROM streamd.rejected_rows', '-e',
                   'SELECT event_time, watermark, row FROM streamd.late_rows')
        same(done.status, 0, done.err)
        return read(folder + '/out.csv'), done.out
    return Scenario('rejected_and_late', script, output, lambda f, final: is_prefix(f, final[0]), None,
                    before)


def several_jobs():
    script = NOW + source() + ''.join(
        sink('id INT, k STRING', path).replace('dst', name) + f"""
        CREATE JOB IF NOT EXISTS to_{name} AS INSERT INTO {name} SELECT id, k FROM src;\n"""
        for name, path in (('a', 'out/'), ('b', 'b.csv'), ('c', 'c.csv.gz')))

    def output(folder):
        return visible(folder + '/out'), read(folder + '/b.csv'), unpacked(folder + '/c.csv.gz')
    return Scenario('several_jobs', script, output,
                    lambda f, final: is_part_of(visible(f + '/out'), final[0], 'midway'))


def shared_cleaning():
    """Files are deleted when both jobs have committed them and not before, whichever runs."""
    script = NOW + source(**{'scan.clean': 'delete'}) + ''.join(
        sink('id INT, k STRING', path, **ROLL).replace('dst', name) + f"""
        CREATE JOB IF NOT EXISTS to_{name} AS INSERT INTO {name} SELECT id, k FROM src;\n"""
        for name, path in (('a', 'a/'), ('b', 'b/')))

    def before(folder):
        """Both are there, and have read nothing yet."""
        os.rename(folder + '/in', folder + '/later')
        os.mkdir(folder + '/in')
        done = cli(folder, '-e', script)
        same(done.status, 0, done.err)
        os.rmdir(folder + '/in')
        os.rename(folder + '/later', folder + '/in')

    def output(folder):
        return visible(folder + '/a'), visible(folder + '/b'), os.listdir(folder + '/in')

    def midway(folder, final):
        left = {row.split(',')[0] for row in visible(folder + '/in')}
        for name, all_rows in zip('ab', final):
            is_part_of(visible(f'{folder}/{name}'), all_rows, 'midway')
            there = visible(f'{folder}/{name}') + staged_rows(folder, name)
            missing = {str(i) for i in range(160)} - left - {row.split(',')[0] for row in there}
            assert not missing, f'gone before {name} had them: {sorted(missing)[:5]}'
    return Scenario('shared_cleaning', script, output, midway, None, before)


def staged_rows(folder, name):
    return [line for path, text in tree(f'{folder}/{name}').items()
            if os.path.basename(path).startswith('.streamd-') for line in text.splitlines()]


FILE_SCENARIOS = [make() for make in (compressed_parts, replaced_compressed_file, changing_sources,
                                      zipped_sources, rejected_and_late, several_jobs,
                                      shared_cleaning)]
