/*
 * log.h - one line on stderr for what the operator of a daemon should know.
 * Results and errors of statements never go through here.
 */
#ifndef STREAMD_BASE_LOG_H
#define STREAMD_BASE_LOG_H

#include "base/err.h"

typedef enum LogLevel { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG } LogLevel;

extern LogLevel log_level; /* messages above it are dropped; LOG_WARNING at start */
void log_write(LogLevel level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
