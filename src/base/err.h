/*
 * err.h - how things fail.
 *
 * A function that can fail returns a Status that must be looked at, and takes
 * an `Err *` last.  The error is filled once, where it happens, and travels up
 * unchanged: SQLSTATE, a position in the SQL text, a one-line message (lower
 * case, no full stop) and perhaps a hint (a whole sentence).  Callers leave
 * their outputs untouched on failure.
 */
#ifndef STREAMD_BASE_ERR_H
#define STREAMD_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum Status {
    OK = 0,
    STOP = 1, /* not an error: the receiver wants no more rows */
    FAIL = 2, /* `err` says why */
} Status;

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum { ERR_MESSAGE_BYTES = 1024, ERR_HINT_BYTES = 512 };

typedef struct Err {
    char sqlstate[6];
    int32_t position; /* byte offset into the statement's text; -1: none */
    char message[ERR_MESSAGE_BYTES];
    char hint[ERR_HINT_BYTES];
} Err;

#define ERR_NONE ((Err){.sqlstate = "", .position = -1})

/* Fills `err` (which may be NULL) and returns FAIL, so that one writes
 * `return err_set(err, SQLSTATE_SYNTAX, pos, "…", …);`.  Too long a message is cut. */
Status err_set(Err *err, const char *sqlstate, int32_t position, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The statement was cancelled (57014); the hint says what it was waiting for, or is NULL. */
Status err_canceled(Err *err, const char *hint_format, ...) PRINTF_LIKE(2, 3);
/* Adds a hint to an error just set; returns FAIL. */
Status err_hint(Err *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* FAIL with the text of an errno: "cannot <what> <path>: No such file or directory"; the
 * SQLSTATE follows from the errno (58P01, 42501, 53100 disk full, 58030 otherwise). */
Status err_errno(Err *err, int errnum, const char *what, const char *path);

/* Propagates anything but OK. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        Status try_status_ = (expr);                                                               \
        if (try_status_ != OK)                                                                     \
            return try_status_;                                                                    \
    } while (0)
/* The same for functions with one `goto done` clean-up and a local `Status status`. */
#define TRY_GOTO(expr)                                                                             \
    do {                                                                                           \
        status = (expr);                                                                           \
        if (status != OK)                                                                          \
            goto done;                                                                             \
    } while (0)

#define SQLSTATE_WARNING               "01000"
#define SQLSTATE_NOT_SUPPORTED         "0A000"
#define SQLSTATE_CARDINALITY           "21000"
#define SQLSTATE_DATA                  "22000"
#define SQLSTATE_TRUNCATION            "22001"
#define SQLSTATE_OUT_OF_RANGE          "22003"
#define SQLSTATE_NULL_NOT_ALLOWED      "22004"
#define SQLSTATE_DATETIME_FORMAT       "22007"
#define SQLSTATE_DATETIME_OVERFLOW     "22008"
#define SQLSTATE_SUBSTRING             "22011"
#define SQLSTATE_DIVISION_BY_ZERO      "22012"
#define SQLSTATE_INTERVAL_OVERFLOW     "22015"
#define SQLSTATE_BAD_ESCAPE            "22025"
#define SQLSTATE_REGEX                 "2201B"
#define SQLSTATE_LOGARITHM             "2201E"
#define SQLSTATE_POWER                 "2201F"
#define SQLSTATE_INVALID_PARAMETER     "22023"
#define SQLSTATE_ARRAY_SUBSCRIPT       "2202E"
#define SQLSTATE_INVALID_TEXT          "22P02"
#define SQLSTATE_BAD_COPY              "22P04"
#define SQLSTATE_BAD_ENCODING          "22021"
#define SQLSTATE_NOT_NULL              "23502"
#define SQLSTATE_DEPENDENT_OBJECTS     "2BP01"
#define SQLSTATE_ACTIVE_TRANSACTION    "25001"
#define SQLSTATE_BAD_CURSOR_STATE      "24000"
#define SQLSTATE_SYNTAX                "42601"
#define SQLSTATE_UNDEFINED_COLUMN      "42703"
#define SQLSTATE_UNDEFINED_FUNCTION    "42883"
#define SQLSTATE_UNDEFINED_TABLE       "42P01"
#define SQLSTATE_UNDEFINED_PARAMETER   "42P02"
#define SQLSTATE_UNDEFINED_OBJECT      "42704"
#define SQLSTATE_DUPLICATE_COLUMN      "42701"
#define SQLSTATE_DUPLICATE_TABLE       "42P07"
#define SQLSTATE_DUPLICATE_ALIAS       "42712"
#define SQLSTATE_DUPLICATE_OBJECT      "42710"
#define SQLSTATE_AMBIGUOUS_COLUMN      "42702"
#define SQLSTATE_AMBIGUOUS_FUNCTION    "42725"
#define SQLSTATE_GROUPING              "42803"
#define SQLSTATE_WINDOWING             "42P20"
#define SQLSTATE_INDETERMINATE_TYPE    "42P18"
#define SQLSTATE_TYPE_MISMATCH         "42804"
#define SQLSTATE_CANNOT_COERCE         "42846"
#define SQLSTATE_WRONG_OBJECT_TYPE     "42809"
#define SQLSTATE_BAD_COLUMN_REFERENCE  "42P10"
#define SQLSTATE_BAD_OBJECT_DEFINITION "42P17"
#define SQLSTATE_NAME_TOO_LONG         "42622"
#define SQLSTATE_NO_PRIVILEGE          "42501"
#define SQLSTATE_DISK_FULL             "53100"
#define SQLSTATE_OUT_OF_MEMORY         "53200"
#define SQLSTATE_TOO_MANY_CONNECTIONS  "53300"
#define SQLSTATE_LIMIT_EXCEEDED        "54000"
#define SQLSTATE_TOO_COMPLEX           "54001"
#define SQLSTATE_NOT_IN_STATE          "55000"
#define SQLSTATE_IN_USE                "55006"
#define SQLSTATE_CANCELED              "57014"
#define SQLSTATE_SHUTDOWN              "57P01"
#define SQLSTATE_IO                    "58030"
#define SQLSTATE_UNDEFINED_FILE        "58P01"
#define SQLSTATE_CONNECTION            "08001"
#define SQLSTATE_PROTOCOL              "08P01"
#define SQLSTATE_INTERNAL              "XX000"
#define SQLSTATE_CORRUPT               "XX001"

#endif
