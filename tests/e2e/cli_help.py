"""What the tests of streamd-cli share."""

import os
import select
import signal
import subprocess
import sys
import time
import traceback

BUILD = os.environ.get('STREAMD_BUILD', 'build')
CLI = os.path.join(BUILD, 'streamd-cli')
STREAMD = os.path.join(BUILD, 'streamd')
TIMEOUT = 120


def fresh():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's & would have it ignored


class Answer:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode(errors='replace')
        self.err = process.stderr.decode(errors='replace')


def cli(*args, code=0, stdin='', env=None, cwd=None):
    process = subprocess.run([CLI, *args], input=stdin.encode(), capture_output=True, cwd=cwd,
                             timeout=TIMEOUT, preexec_fn=fresh,
                             env=dict(os.environ, **env) if env else None)
    answer = Answer(process)
    assert code is None or answer.code == code, \
        f'exit status {answer.code} instead of {code} from {args}:\n{answer.out}\n{answer.err}'
    return answer


def local(sql, *args, **more):
    return cli('--local', *args, '-e', sql, **more)


def same(got, wanted, what=''):
    assert got == wanted, f'{what}\n--- got\n{got}\n--- instead of\n{wanted}'


def wait_for(what, condition, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f'in vain waited for {what}')


class Running:
    """A streamd-cli that is typed into and whose output is read as it comes."""

    def __init__(self, *args, env=None):
        self.process = subprocess.Popen([CLI, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0, preexec_fn=fresh,
                                        env=dict(os.environ, **env) if env else None)
        self.text = ''

    def type(self, text):
        self.process.stdin.write(text.encode())

    def until(self, part):
        """Reads until the output holds `part`; returns what came up to there."""
        end = time.monotonic() + TIMEOUT
        while part not in self.text:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, left))
            data = os.read(self.process.stdout.fileno(), 65536) if ready else b''
            assert data, f'no {part!r} in {self.text!r}; stderr: {self.rest()[1]}'
            self.text += data.decode()
        at = self.text.index(part) + len(part)
        before, self.text = self.text[:at], self.text[at:]
        return before

    def rest(self):
        self.process.stdin.close()
        out = self.process.stdout.read().decode()
        err = self.process.stderr.read().decode()
        self.process.wait(TIMEOUT)
        return self.text + out, err

    def signal(self, number):
        """The exit status after a signal."""
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


def main(tests):
    """Runs the functions of a file whose name begins with test_."""
    failed = 0
    for name, test in list(tests.items()):
        if name.startswith('test_'):
            try:
                test()
            except Exception:
                failed += 1
                print(f'{name} failed:')
                traceback.print_exc(file=sys.stdout)
    sys.exit(failed != 0)
