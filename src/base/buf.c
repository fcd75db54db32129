/* buf.c - see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/arena.h"

void buf_init(Buf *buf)
{
    *buf = (Buf){0};
}

void buf_deinit(Buf *buf)
{
    free(buf->data);
    *buf = (Buf){0};
}

void buf_grow(Buf *buf, size_t more)
{
    size_t capacity = buf->capacity ? buf->capacity * 2 : 256;
    while (capacity - buf->length < more)
        capacity *= 2;
    buf->data = mem_realloc(buf->data, capacity);
    buf->capacity = capacity;
}

void buf_add_text(Buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_vprintf(Buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    (void)vsnprintf(buf_reserve(buf, (size_t)length + 1), (size_t)length + 1, format, again);
    buf->length += (size_t)length;
    va_end(again);
}

void buf_printf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

const char *buf_text(Buf *buf)
{
    *buf_reserve(buf, 1) = '\0';
    return buf->data;
}
