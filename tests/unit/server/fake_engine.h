/*
 * fake_engine.h - an engine that does as it is told, for testing the server without the real one.
 *
 *     SELECT rows N       N rows (n INT, t VARCHAR), bounded
 *     SELECT stream       a row every 5 ms until cancelled
 *     SELECT flood        rows as fast as they are taken until cancelled
 *     SELECT idle         a stream without rows until cancelled
 *     SELECT wait         bounded, nothing until cancelled: 57014
 *     SELECT complete     three whole tables of a row each
 *     SELECT half         a row, then 22012
 *     FAIL N              42601 with position N and a hint
 *     COPY                two pieces of text, three lines
 *     NOTICE              a notice
 *     NAME text           sets application_name
 */
#ifndef STREAMD_TESTS_FAKE_ENGINE_H
#define STREAMD_TESTS_FAKE_ENGINE_H

#include <stdint.h>

extern _Atomic int fake_sessions;        /* open */
extern _Atomic int fake_running;         /* statements running */
extern _Atomic int64_t fake_rows_handed; /* rows that `flood` has handed out */

#endif
