#include <criterion/criterion.h>
#include <stdatomic.h>
#include "base/clock.h"
#include "base/thread.h"

typedef struct Sum {
    atomic_int calls;
    atomic_int lane_seen[16];
    long parts[16];
} Sum;

static void add_lane(void *arg, int lane)
{
    Sum *sum = arg;
    atomic_fetch_add(&sum->calls, 1);
    atomic_fetch_add(&sum->lane_seen[lane], 1);
    for (long i = lane; i < 1000; i += 16)
        sum->parts[lane] += i;
}

Test(thread, every_lane_runs_once)
{
    for (int threads = 1; threads <= 8; threads++) {
        WorkerPool *pool = pool_new(threads);
        cr_assert_eq(pool_threads(pool), threads);
        for (int round = 0; round < 200; round++) {
            for (int lanes = 0; lanes <= threads; lanes++) {
                Sum sum = {0};
                pool_run(pool, lanes, add_lane, &sum);
                cr_assert_eq(atomic_load(&sum.calls), lanes);
                for (int i = 0; i < lanes; i++)
                    cr_assert_eq(atomic_load(&sum.lane_seen[i]), 1);
            }
        }
        pool_free(pool);
    }
    pool_free(NULL);
}

Test(thread, a_pool_has_at_least_one_thread)
{
    WorkerPool *pool = pool_new(0);
    cr_assert_eq(pool_threads(pool), 1);
    Sum sum = {0};
    pool_run(pool, 3, add_lane, &sum);
    cr_assert_eq(atomic_load(&sum.calls), 3);
    pool_free(pool);
}

typedef struct Home {
    pthread_t caller;
    atomic_bool same;
} Home;

static void look_home(void *arg, int lane)
{
    Home *home = arg;
    if (lane == 0 && pthread_equal(pthread_self(), home->caller))
        atomic_store(&home->same, true);
}

Test(thread, lane_0_is_the_caller)
{
    WorkerPool *pool = pool_new(4);
    for (int i = 0; i < 100; i++) {
        Home home = {.caller = pthread_self()};
        pool_run(pool, 4, look_home, &home);
        cr_assert(atomic_load(&home.same));
    }
    pool_free(pool);
}

typedef struct Nest {
    WorkerPool *pool;
    atomic_int calls;
} Nest;

static void count_nested(void *arg, int lane)
{
    (void)lane;
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void run_nested(void *arg, int lane)
{
    (void)lane;
    Nest *nest = arg;
    pool_run(nest->pool, 4, count_nested, &nest->calls);
}

static void run_many(void *arg)
{
    for (int i = 0; i < 100; i++)
        run_nested(arg, 0);
}

Test(thread, several_callers_and_calls_within_calls)
{
    Nest nest = {.pool = pool_new(4)};
    Thread callers[3] = {{0}};
    for (int i = 0; i < 3; i++)
        cr_assert_eq(thread_start(&callers[i], run_many, &nest, "caller with a long name", NULL),
                     OK);
    for (int i = 0; i < 100; i++)
        pool_run(nest.pool, 4, run_nested, &nest);
    for (int i = 0; i < 3; i++)
        thread_join(&callers[i]);
    cr_assert_eq(atomic_load(&nest.calls), 3 * 100 * 4 + 100 * 4 * 4);
    pool_free(nest.pool);
}

Test(thread, join_of_a_thread_never_started)
{
    Thread thread = {0};
    thread_join(&thread);
    cr_assert(!thread.started);
}

typedef struct Gate {
    Mutex mutex;
    Cond cond;
    bool open;
} Gate;

static void open_gate(void *arg)
{
    Gate *gate = arg;
    mutex_lock(&gate->mutex);
    gate->open = true;
    cond_broadcast(&gate->cond);
    mutex_unlock(&gate->mutex);
}

Test(thread, waiting)
{
    Gate gate = {.open = false};
    mutex_init(&gate.mutex);
    cond_init(&gate.cond);
    mutex_lock(&gate.mutex);
    int64_t before = clock_mono_us();
    cr_assert(!cond_wait_us(&gate.cond, &gate.mutex, 20000));
    cr_assert_geq(clock_mono_us() - before, 20000);
    cr_assert(!cond_wait_us(&gate.cond, &gate.mutex, 0));
    Thread thread = {0};
    cr_assert_eq(thread_start(&thread, open_gate, &gate, "opener", NULL), OK);
    while (!gate.open)
        cr_assert(cond_wait_us(&gate.cond, &gate.mutex, -1));
    mutex_unlock(&gate.mutex);
    thread_join(&thread);
    cond_deinit(&gate.cond);
    mutex_deinit(&gate.mutex);
}
