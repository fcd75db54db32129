/* err.c - filling an Err; see err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Status err_set(Err *err, const char *sqlstate, int32_t position, const char *format, ...)
{
    if (!err)
        return FAIL;
    memcpy(err->sqlstate, sqlstate, 5);
    err->sqlstate[5] = '\0';
    err->position = position;
    err->hint[0] = '\0';
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return FAIL;
}

Status err_hint(Err *err, const char *format, ...)
{
    if (!err)
        return FAIL;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return FAIL;
}

Status err_canceled(Err *err, const char *hint_format, ...)
{
    err_set(err, SQLSTATE_CANCELED, -1, "canceling statement due to user request");
    if (!err || !hint_format)
        return FAIL;
    va_list args;
    va_start(args, hint_format);
    (void)vsnprintf(err->hint, sizeof err->hint, hint_format, args);
    va_end(args);
    return FAIL;
}

static const char *sqlstate_of_errno(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return SQLSTATE_UNDEFINED_FILE;
    case EACCES:
    case EPERM:
    case EROFS:
        return SQLSTATE_NO_PRIVILEGE;
    case ENOSPC:
    case EDQUOT:
        return SQLSTATE_DISK_FULL;
    case ENOMEM:
        return SQLSTATE_OUT_OF_MEMORY;
    case ECONNREFUSED:
    case ECONNRESET:
    case EADDRINUSE:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT:
        return SQLSTATE_CONNECTION;
    default:
        return SQLSTATE_IO;
    }
}

Status err_errno(Err *err, int errnum, const char *what, const char *path)
{
    char text[128];
    return err_set(err, sqlstate_of_errno(errnum), -1, "cannot %s %s: %s", what, path,
                   strerror_r(errnum, text, sizeof text));
}
