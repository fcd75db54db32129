/*
 * buf.h - a growable byte buffer.
 *
 * buf_reserve gives room that may be written past `length` without a check per
 * byte: reserve once for a row, write, then move `length`.
 */
#ifndef STREAMD_BASE_BUF_H
#define STREAMD_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include "base/err.h"

typedef struct Buf {
    char *data;
    size_t length, capacity;
} Buf;

void buf_init(Buf *buf);
void buf_deinit(Buf *buf);
void buf_grow(Buf *buf, size_t more); /* slow path of buf_reserve */

/* Where to write; at least `more` bytes are free there. */
static inline char *buf_reserve(Buf *buf, size_t more)
{
    if (buf->capacity - buf->length < more)
        buf_grow(buf, more);
    return buf->data + buf->length;
}

static inline void buf_clear(Buf *buf)
{
    buf->length = 0;
}

static inline void buf_add(Buf *buf, const void *bytes, size_t count)
{
    if (count)
        memcpy(buf_reserve(buf, count), bytes, count);
    buf->length += count;
}

static inline void buf_add_char(Buf *buf, char c)
{
    *buf_reserve(buf, 1) = c;
    buf->length++;
}

void buf_add_text(Buf *buf, const char *text);
void buf_printf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(Buf *buf, const char *format, va_list args) PRINTF_LIKE(2, 0);
/* The content as a C string, valid until the next change. */
const char *buf_text(Buf *buf);

#endif
