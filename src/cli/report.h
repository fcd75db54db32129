/*
 * report.h - errors and notices on stderr:
 *
 *     ERROR: 42703: column "pricee" does not exist
 *     SELECT pricee FROM trade
 *            ^
 *     HINT: Did you mean "price"?
 */
#ifndef STREAMD_CLI_REPORT_H
#define STREAMD_CLI_REPORT_H

#include "base/buf.h"
#include "base/str.h"
#include "engine/engine.h"

/* `statement`: what err->position counts in; may be empty. `place`: "lab1.sql line 3", or NULL. */
void report_error_text(Buf *out, const Err *err, Str statement, const char *place);
void report_notice_text(Buf *out, Severity severity, const char *sqlstate, const char *message,
                        const char *hint);
/* One write to stderr, whatever other threads write. */
void report_error(const Err *err, Str statement, const char *place);
void report_notice(Severity severity, const char *sqlstate, const char *message, const char *hint);
/* For the command line itself: "streamd-cli: unknown option --frmat". */
void report_usage(const Err *err);

#endif
