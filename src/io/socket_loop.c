/* socket_loop.c - see socket_loop.h. */
#include "io/socket_loop.h"

#include <stdatomic.h>
#include <stdlib.h>
#include "base/thread.h"

static pthread_mutex_t join_lock = PTHREAD_MUTEX_INITIALIZER; /* members and the thread's life */
static int members;
static Thread thread;
static uv_loop_t loop;
static uv_async_t wake;

static pthread_mutex_t calls_lock = PTHREAD_MUTEX_INITIALIZER;
static SocketCall *calls, **calls_end = &calls;
static bool stopping;

static void run_calls(uv_async_t *async)
{
    (void)async;
    for (;;) {
        mutex_lock(&calls_lock);
        SocketCall *call = calls;
        if (call) {
            calls = call->next;
            if (!calls)
                calls_end = &calls;
        }
        bool stop = stopping;
        mutex_unlock(&calls_lock);
        if (!call) {
            if (stop)
                uv_close((uv_handle_t *)&wake, NULL);
            return;
        }
        /* From here on it may be asked for again. */
        atomic_store(&call->queued, 0);
        call->run(call);
    }
}

static void run_loop(void *arg)
{
    (void)arg;
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

static Status start(Err *err)
{
    int failure = uv_loop_init(&loop);
    if (failure == 0) {
        failure = uv_async_init(&loop, &wake, run_calls);
        if (failure)
            (void)uv_loop_close(&loop);
    }
    if (failure)
        return err_set(err, SQLSTATE_IO, -1, "cannot wait for sockets: %s", uv_strerror(failure));
    Status status = thread_start(&thread, run_loop, NULL, "sockets", err);
    if (status != OK) {
        uv_close((uv_handle_t *)&wake, NULL);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
        (void)uv_loop_close(&loop);
    }
    return status;
}

Status socket_loop_join(uv_loop_t **out, Err *err)
{
    Status status = OK;
    mutex_lock(&join_lock);
    if (members == 0) {
        stopping = false;
        status = start(err);
    }
    if (status == OK) {
        members++;
        *out = &loop;
    }
    mutex_unlock(&join_lock);
    return status;
}

void socket_loop_leave(void)
{
    mutex_lock(&join_lock);
    if (--members == 0) {
        mutex_lock(&calls_lock);
        stopping = true;
        mutex_unlock(&calls_lock);
        (void)uv_async_send(&wake);
        thread_join(&thread);
        thread = (Thread){0};
        (void)uv_loop_close(&loop);
    }
    mutex_unlock(&join_lock);
}

void socket_loop_call(SocketCall *call)
{
    if (atomic_exchange(&call->queued, 1))
        return;
    mutex_lock(&calls_lock);
    call->next = NULL;
    *calls_end = call;
    calls_end = &call->next;
    mutex_unlock(&calls_lock);
    (void)uv_async_send(&wake);
}
