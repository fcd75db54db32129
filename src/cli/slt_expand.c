/* slt_expand.c - what stands for something else in a dialog's texts: folders, ports, variables. */
#include "cli/slt_run.h"

#include <stdlib.h>
#include "base/net.h"

/* A port that is free now; the socket that holds it is kept until it is asked for. */
static int draw_port(SltRun *run, int index)
{
    Err err = ERR_NONE;
    if (!run->ports[index]) {
        int fd;
        if (net_listen("127.0.0.1", "0", 1, &fd, &run->ports[index], &err) == OK)
            net_close(fd);
    }
    return run->ports[index];
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const SltVariable *find_variable(const SltRun *run, Str name)
{
    for (size_t i = run->variables.count; i-- > 0;)
        if (str_equal(run->variables.at[i].name, name))
            return &run->variables.at[i];
    return NULL;
}

const char *slt_variable(const SltRun *run, Str name)
{
    const SltVariable *variable = find_variable(run, name);
    return variable ? variable->value : NULL;
}

void slt_variable_set(SltRun *run, Str name, const char *value, bool is_loop)
{
    SltVariable variable = {name, value, is_loop};
    list_push(&run->variables, variable);
}

static bool replace_folder(SltRun *run, Str rest, Buf *out, size_t *length)
{
    static const char *const folders[] = {"${TMP}",       "$__TEST_DIR__", "${__TEST_DIR__}",
                                          "__TEST_DIR__", "{TEST_DIR}",    "{TEMP_DIR}"};
    static const char *const here[] = {"__WORKING_DIRECTORY__", "{WORKING_DIRECTORY}"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (str_has_prefix(rest, str_from(folders[i]))) {
            buf_add_text(out, run->files);
            *length = strlen(folders[i]);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        if (str_has_prefix(rest, str_from(here[i]))) {
            buf_add_text(out, run->test->place);
            *length = strlen(here[i]);
            return true;
        }
    }
    return false;
}

static bool replace_port(SltRun *run, Str rest, Buf *out, size_t *length)
{
    if (!str_has_prefix(rest, STR("${PORT")) || rest.length <= 6)
        return false;
    char digit = rest.data[6];
    bool numbered = digit >= '0' && digit <= '9';
    size_t end = numbered ? 7 : 6;
    if (end >= rest.length || rest.data[end] != '}')
        return false;
    buf_printf(out, "%d", draw_port(run, numbered ? digit - '0' : 0));
    *length = end + 1;
    return true;
}

/* A variable's value; where `control substitution on` says so the environment's, or the default
 * after a colon. */
static bool put_value(SltRun *run, Str name, bool has_default, Str otherwise, Buf *out)
{
    const char *value = slt_variable(run, name);
    if (!value && run->substitutes)
        value = getenv(arena_strndup(&run->test->arena, name.data, name.length));
    if (value)
        buf_add_text(out, value);
    else if (run->substitutes && has_default)
        buf_add(out, otherwise.data, otherwise.length);
    else
        return false;
    return true;
}

/* ${name}, ${name:default}, $name and, of DuckDB, {name}. */
static bool replace_variable(SltRun *run, Str rest, Buf *out, size_t *length)
{
    bool dollar = rest.data[0] == '$';
    size_t from = dollar ? 1 : 0;
    bool braces = from < rest.length && rest.data[from] == '{';
    from += braces;
    size_t to = from;
    while (to < rest.length && is_name_character(rest.data[to]))
        to++;
    Str name = {rest.data + from, to - from}, otherwise = STR("");
    bool has_default = braces && dollar && to < rest.length && rest.data[to] == ':';
    if (has_default) {
        size_t start = ++to;
        while (to < rest.length && rest.data[to] != '}')
            to++;
        otherwise = (Str){rest.data + start, to - start};
    }
    if (!name.length || (braces && (to >= rest.length || rest.data[to] != '}')) ||
        (!braces && !dollar))
        return false;
    *length = to + braces;
    return put_value(run, name, has_default, otherwise, out);
}

static bool replace_at(SltRun *run, Str rest, Buf *out, size_t *length)
{
    char c = rest.data[0];
    if (c == '\\' && run->substitutes && rest.length > 1 && strchr("$\\", rest.data[1])) {
        buf_add_char(out, rest.data[1]);
        *length = 2;
        return true;
    }
    if (c != '$' && c != '_' && c != '{')
        return false;
    return replace_folder(run, rest, out, length) || replace_port(run, rest, out, length) ||
           (c != '_' && replace_variable(run, rest, out, length));
}

const char *slt_expand(SltRun *run, Str text)
{
    Buf out;
    buf_init(&out);
    for (size_t i = 0; i < text.length;) {
        size_t length = 1;
        Str rest = {text.data + i, text.length - i};
        if (!replace_at(run, rest, &out, &length)) {
            length = 1;
            buf_add_char(&out, text.data[i]);
        }
        i += length;
    }
    const char *expanded = arena_strndup(&run->test->arena, buf_text(&out), out.length);
    buf_deinit(&out);
    return expanded;
}
