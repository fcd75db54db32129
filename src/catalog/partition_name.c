/* partition_name.c - see partition_name.h. */
#include "catalog/partition_name.h"

#include <string.h>

static bool is_special(unsigned char c)
{
    return c < 0x20 || c == 0x7f || strchr("\"#%'*/:=?\\{}[]^", c);
}

void partition_escape(Buf *out, Str value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (is_special(c)) {
            buf_add_char(out, '%');
            buf_add_char(out, digits[c >> 4]);
            buf_add_char(out, digits[c & 15]);
        } else {
            buf_add_char(out, (char)c);
        }
    }
}

size_t partition_escaped_length(Str value)
{
    size_t length = value.length;
    for (size_t i = 0; i < value.length; i++)
        length += is_special((unsigned char)value.data[i]) ? 2 : 0;
    return length;
}
