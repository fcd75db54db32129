/* interrupt.c - see interrupt.h. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/thread.h"

/* timeout(1) signals both the process and its group: one wish, not two. */
enum { SAME_WISH_US = 1000000, AGAIN_US = 200000 };

_Atomic bool interrupt_asked;

static sigset_t signals;
static int event_fd = -1;
static _Atomic int exit_code;
static _Atomic bool only_cancels;
static Mutex lock = PTHREAD_MUTEX_INITIALIZER;
static void (*call)(void *context); /* under lock */
static void *call_context;

static void call_handler(void)
{
    mutex_lock(&lock);
    if (call)
        call(call_context);
    mutex_unlock(&lock);
}

/* The next signal; 0: none came for a while, and one that came before is still being obeyed. */
static int next_signal(void)
{
    static const struct timespec again = {.tv_nsec = AGAIN_US * 1000L};
    int number = exit_code ? sigtimedwait(&signals, NULL, &again) : sigwaitinfo(&signals, NULL);
    return number > 0 ? number : 0;
}

static void wait_for_signals(void *unused)
{
    (void)unused;
    int64_t first_us = 0;
    for (;;) {
        int number = next_signal();
        if (number == SIGINT && only_cancels && !exit_code) {
            call_handler();
        } else if (!exit_code && number) {
            first_us = clock_mono_us();
            exit_code = 128 + number;
            interrupt_asked = true;
            uint64_t one = 1;
            ssize_t wrote = write(event_fd, &one, sizeof one);
            (void)wrote;
            call_handler();
        } else if (exit_code && !number) {
            /* What was begun just then did not hear of it. */
            call_handler();
        } else if (exit_code && clock_mono_us() - first_us > SAME_WISH_US) {
            _exit(exit_code);
        }
    }
}

void interrupt_start(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP};
    int count = 0;
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct sigaction now;
        if (sigaction(wanted[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN)
            continue;
        sigaddset(&signals, wanted[i]);
        count++;
    }
    event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!count || event_fd < 0)
        return;
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    static Thread thread;
    Err err = ERR_NONE;
    if (thread_start(&thread, wait_for_signals, NULL, "signals", &err) != OK)
        pthread_sigmask(SIG_UNBLOCK, &signals, NULL); /* then they simply end the process */
}

void interrupt_set_handler(void (*handler)(void *context), void *context)
{
    mutex_lock(&lock);
    call = handler;
    call_context = context;
    /* One that came before anybody listened. */
    if (handler && interrupt_asked)
        handler(context);
    mutex_unlock(&lock);
}

void interrupt_only_cancels(bool on)
{
    only_cancels = on;
}

int interrupt_fd(void)
{
    return event_fd;
}

int interrupt_exit_code(void)
{
    return exit_code;
}
