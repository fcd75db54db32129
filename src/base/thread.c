/*
 * thread.c - see thread.h.
 *
 * A call of pool_run lies on its caller's stack and, while it has lanes that
 * nobody runs, in the pool's queue.  Workers and the caller take lanes from it
 * under the pool's lock, so a worker that wakes late costs nobody a wait.
 */
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/arena.h"

void mutex_init(Mutex *mutex)
{
    (void)pthread_mutex_init(mutex, NULL);
}

void mutex_deinit(Mutex *mutex)
{
    (void)pthread_mutex_destroy(mutex);
}

void mutex_lock(Mutex *mutex)
{
    (void)pthread_mutex_lock(mutex);
}

void mutex_lock_soon(Mutex *mutex)
{
    for (int tries = 0; tries < 100; tries++) {
        if (pthread_mutex_trylock(mutex) == 0)
            return;
        (void)sched_yield();
    }
    (void)pthread_mutex_lock(mutex);
}

void mutex_unlock(Mutex *mutex)
{
    (void)pthread_mutex_unlock(mutex);
}

void cond_init(Cond *cond)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(cond, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void cond_deinit(Cond *cond)
{
    (void)pthread_cond_destroy(cond);
}

void cond_wait(Cond *cond, Mutex *mutex)
{
    (void)pthread_cond_wait(cond, mutex);
}

bool cond_wait_us(Cond *cond, Mutex *mutex, int64_t timeout_us)
{
    if (timeout_us < 0) {
        cond_wait(cond, mutex);
        return true;
    }
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_us / 1000000;
    until.tv_nsec += timeout_us % 1000000 * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
}

void cond_signal(Cond *cond)
{
    (void)pthread_cond_signal(cond);
}

void cond_broadcast(Cond *cond)
{
    (void)pthread_cond_broadcast(cond);
}

typedef struct Start {
    void (*run)(void *);
    void *arg;
    char name[16]; /* the kernel's limit */
} Start;

static void *thread_main(void *start_arg)
{
    Start start = *(Start *)start_arg;
    free(start_arg);
    (void)pthread_setname_np(pthread_self(), start.name);
    start.run(start.arg);
    return NULL;
}

Status thread_start(Thread *thread, void (*run)(void *), void *arg, const char *name, Err *err)
{
    Start *start = mem_zalloc(sizeof *start);
    start->run = run;
    start->arg = arg;
    memcpy(start->name, name, strnlen(name, sizeof start->name - 1));
    /* Signals are the first thread's business, except those that a thread brings on itself. */
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked, before;
    (void)sigfillset(&blocked);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        (void)sigdelset(&blocked, own[i]);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    int failure = pthread_create(&thread->handle, NULL, thread_main, start);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure) {
        free(start);
        return err_errno(err, failure, "start thread", name);
    }
    thread->started = true;
    return OK;
}

void thread_join(Thread *thread)
{
    if (!thread->started)
        return;
    (void)pthread_join(thread->handle, NULL);
    thread->started = false;
}

typedef struct Call Call;
struct Call {
    void (*run)(void *arg, int lane);
    void *arg;
    int lanes, next_lane;
    int running; /* lanes on workers now */
    Cond done;
    Call *next;
};

struct WorkerPool {
    int threads;
    int started; /* workers alive; the rest start when wanted */
    bool stopping;
    Mutex mutex;
    Cond work;
    Call *queue; /* calls with lanes left, oldest first */
    Thread workers[];
};

/* Takes a lane of a queued call; the call leaves the queue with its last lane. */
static int take_lane(WorkerPool *pool, Call *call)
{
    int lane = call->next_lane++;
    if (call->next_lane == call->lanes) {
        Call **link = &pool->queue;
        while (*link != call)
            link = &(*link)->next;
        *link = call->next;
    }
    return lane;
}

static void worker_main(void *pool_arg)
{
    WorkerPool *pool = pool_arg;
    mutex_lock(&pool->mutex);
    for (;;) {
        while (!pool->queue && !pool->stopping)
            cond_wait(&pool->work, &pool->mutex);
        if (!pool->queue)
            break;
        Call *call = pool->queue;
        int lane = take_lane(pool, call);
        call->running++;
        mutex_unlock(&pool->mutex);
        call->run(call->arg, lane);
        mutex_lock(&pool->mutex);
        /* The caller can only leave once it has the lock, so `call` is still there. */
        if (--call->running == 0)
            cond_signal(&call->done);
    }
    mutex_unlock(&pool->mutex);
}

WorkerPool *pool_new(int threads)
{
    int workers = threads > 1 ? threads - 1 : 0;
    WorkerPool *pool = mem_zalloc(sizeof *pool + sizeof(Thread) * (size_t)workers);
    pool->threads = workers + 1;
    mutex_init(&pool->mutex);
    cond_init(&pool->work);
    return pool;
}

void pool_free(WorkerPool *pool)
{
    if (!pool)
        return;
    mutex_lock(&pool->mutex);
    pool->stopping = true;
    cond_broadcast(&pool->work);
    mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->started; i++)
        thread_join(&pool->workers[i]);
    cond_deinit(&pool->work);
    mutex_deinit(&pool->mutex);
    free(pool);
}

int pool_threads(const WorkerPool *pool)
{
    return pool->threads;
}

/* A machine that gives no more threads makes the pool slower, not wrong. */
static void start_workers(WorkerPool *pool, int wanted)
{
    if (wanted > pool->threads - 1)
        wanted = pool->threads - 1;
    while (pool->started < wanted) {
        if (thread_start(&pool->workers[pool->started], worker_main, pool, "worker", NULL) != OK)
            break;
        pool->started++;
    }
}

void pool_run(WorkerPool *pool, int lanes, void (*run)(void *arg, int lane), void *arg)
{
    if (lanes <= 1 || pool->threads == 1) {
        for (int lane = 0; lane < lanes; lane++)
            run(arg, lane);
        return;
    }
    Call call = {.run = run, .arg = arg, .lanes = lanes, .next_lane = 1};
    cond_init(&call.done);
    mutex_lock(&pool->mutex);
    start_workers(pool, lanes - 1);
    Call **link = &pool->queue;
    while (*link)
        link = &(*link)->next;
    *link = &call;
    for (int i = 1; i < lanes; i++)
        cond_signal(&pool->work);
    mutex_unlock(&pool->mutex);

    run(arg, 0);

    mutex_lock(&pool->mutex);
    while (call.next_lane < call.lanes) {
        int lane = take_lane(pool, &call);
        mutex_unlock(&pool->mutex);
        run(arg, lane);
        mutex_lock(&pool->mutex);
    }
    while (call.running)
        cond_wait(&call.done, &pool->mutex);
    mutex_unlock(&pool->mutex);
    cond_deinit(&call.done);
}
