/* progress.h - --progress: one line on stderr that is written over twice a second. */
#ifndef STREAMD_CLI_PROGRESS_H
#define STREAMD_CLI_PROGRESS_H

#include "engine/engine.h"

typedef struct Progress Progress;

Progress *progress_start(Engine *engine); /* NULL when stderr is no terminal */
void progress_stop(Progress *progress);   /* NULL allowed; leaves the last figures standing */

#endif
