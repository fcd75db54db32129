/* progress.c - see progress.h. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/thread.h"

enum { TICK_US = 500000 };

struct Progress {
    Engine *engine;
    Thread thread;
    Mutex lock;
    Cond stopped;
    bool stop; /* under lock */
    int64_t started_us;
    bool shown;
};

static void show(Progress *progress, bool last)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    uint64_t rows, bytes;
    engine_progress(progress->engine, &rows, &bytes);
    double seconds = (double)(clock_mono_us() - progress->started_us) / 1e6;
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1024;
        unit++;
    }
    (void)fprintf(stderr, "\r\033[K%" PRIu64 " rows, %.1f %s, %.0f rows/s, %.1f s%s", rows, size,
                  units[unit], seconds > 0 ? (double)rows / seconds : 0.0, seconds,
                  last ? "\n" : "");
    (void)fflush(stderr);
    progress->shown = true;
}

static void run(void *context)
{
    Progress *progress = context;
    mutex_lock(&progress->lock);
    while (!progress->stop)
        if (!cond_wait_us(&progress->stopped, &progress->lock, TICK_US))
            show(progress, false);
    mutex_unlock(&progress->lock);
}

Progress *progress_start(Engine *engine)
{
    if (!isatty(2))
        return NULL;
    Progress *progress = mem_zalloc(sizeof *progress);
    progress->engine = engine;
    progress->started_us = clock_mono_us();
    mutex_init(&progress->lock);
    cond_init(&progress->stopped);
    Err err = ERR_NONE;
    if (thread_start(&progress->thread, run, progress, "progress", &err) != OK)
        progress->thread.started = false; /* no figures, then */
    return progress;
}

void progress_stop(Progress *progress)
{
    if (!progress)
        return;
    mutex_lock(&progress->lock);
    progress->stop = true;
    cond_broadcast(&progress->stopped);
    mutex_unlock(&progress->lock);
    thread_join(&progress->thread);
    if (progress->shown)
        show(progress, true);
    cond_deinit(&progress->stopped);
    mutex_deinit(&progress->lock);
    free(progress);
}
