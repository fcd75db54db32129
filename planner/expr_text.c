#include "planner/expr_text.h"

#include <ctype.h>

typedef struct Shape {
    const char *name;
    const char *before, *between, *after;
    int args;
} Shape;

static const Shape shapes[] = {
    {"negate", "(- ", "", ")", 1},
    {"plus", "(+ ", "", ")", 1},
    {"not", "(NOT ", "", ")", 1},
    {"is_null", "(", "", " IS NULL)", 1},
    {"is_not_null", "(", "", " IS NOT NULL)", 1},
    {"is_true", "(", "", " IS TRUE)", 1},
    {"is_not_true", "(", "", " IS NOT TRUE)", 1},
    {"is_false", "(", "", " IS FALSE)", 1},
    {"is_not_false", "(", "", " IS NOT FALSE)", 1},
    {"is_unknown", "(", "", " IS UNKNOWN)", 1},
    {"is_not_unknown", "(", "", " IS NOT UNKNOWN)", 1},
    {"is_distinct_from", "(", " IS DISTINCT FROM ", ")", 2},
    {"is_not_distinct_from", "(", " IS NOT DISTINCT FROM ", ")", 2},
    {"like", "(", " LIKE ", ")", 2},
    {"ilike", "(", " ILIKE ", ")", 2},
    {"similar_to", "(", " SIMILAR TO ", ")", 2},
};

static void print_list(const char *const *args, int from, int to, Buf *out)
{
    for (int i = from; i < to; i++) {
        if (i > from)
            buf_add_text(out, ", ");
        buf_add_text(out, args[i]);
    }
}

void expr_text_call(const char *name, const char *const *args, int arg_count, Buf *out)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const Shape *shape = &shapes[i];
        if (shape->args == arg_count && strcmp(shape->name, name) == 0) {
            buf_printf(out, "%s%s%s%s%s", shape->before, args[0], shape->between,
                       arg_count > 1 ? args[1] : "", shape->after);
            return;
        }
    }
    bool is_word = isalpha((unsigned char)name[0]) || name[0] == '_';
    if (!is_word && arg_count == 2) {
        buf_printf(out, "(%s %s %s)", args[0], name, args[1]);
    } else if (!is_word && arg_count == 1) {
        buf_printf(out, "(%s %s)", name, args[0]);
    } else if (strcmp(name, "in_list") == 0 && arg_count > 1) {
        buf_printf(out, "(%s IN (", args[0]);
        print_list(args, 1, arg_count, out);
        buf_add_text(out, "))");
    } else {
        buf_printf(out, "%s(", name);
        print_list(args, 0, arg_count, out);
        buf_add_char(out, ')');
    }
}
