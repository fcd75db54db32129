/*
 * thread.h - threads, locks and a fixed pool of workers.
 *
 * A WorkerPool has `threads - 1` workers; pool_run lends the calling thread as
 * the last one, so a pool of one thread has no threads at all and costs nothing.
 */
#ifndef STREAMD_BASE_THREAD_H
#define STREAMD_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

typedef pthread_mutex_t Mutex;
typedef pthread_cond_t Cond;

void mutex_init(Mutex *mutex);
void mutex_deinit(Mutex *mutex);
void mutex_lock(Mutex *mutex);
/* For a lock that is held for some ten µs: tries for about as long before it sleeps, since falling
 * asleep and being woken takes longer. */
void mutex_lock_soon(Mutex *mutex);
void mutex_unlock(Mutex *mutex);
void cond_init(Cond *cond); /* waits on the monotonic clock */
void cond_deinit(Cond *cond);
void cond_wait(Cond *cond, Mutex *mutex);
/* False when `timeout_us` passed without a signal; a negative one waits forever. */
bool cond_wait_us(Cond *cond, Mutex *mutex, int64_t timeout_us);
void cond_signal(Cond *cond);
void cond_broadcast(Cond *cond);

typedef struct Thread {
    pthread_t handle;
    bool started;
} Thread;
Status thread_start(Thread *thread, void (*run)(void *), void *arg, const char *name,
                    Err *err) MUST_CHECK;
void thread_join(Thread *thread); /* does nothing when it was not started */

typedef struct WorkerPool WorkerPool;
WorkerPool *pool_new(int threads); /* workers start at the first pool_run that wants them */
void pool_free(WorkerPool *pool);
int pool_threads(const WorkerPool *pool);
/* Calls run(arg, lane) for lane 0 … lanes-1 at once, lane 0 on the calling thread; returns when all
 * have returned.  Several threads may call it at the same time: each call then gets the workers
 * that are free and runs the other lanes itself, one after the other, so lanes must not wait for
 * one another.  lanes <= pool_threads. */
void pool_run(WorkerPool *pool, int lanes, void (*run)(void *arg, int lane), void *arg);

#endif
