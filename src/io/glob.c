/* glob.c - see glob.h. */
#include "io/glob.h"

#include <string.h>
#include "base/list.h"

bool glob_has_wildcard(const char *text)
{
    return strpbrk(text, "*?[{") != NULL;
}

bool glob_visible(const char *name)
{
    return name[0] != '.' && (name[0] != '_' || strchr(name, '='));
}

static bool component_visible(Str name)
{
    return name.length && name.data[0] != '.' &&
           (name.data[0] != '_' || memchr(name.data, '=', name.length));
}

/* [a-z] at *at (which moves behind it) against a byte. A bracket that is not closed is itself. */
static bool class_match(Str pattern, size_t *at, unsigned char c)
{
    size_t i = *at + 1;
    bool negated = i < pattern.length && (pattern.data[i] == '!' || pattern.data[i] == '^');
    if (negated)
        i++;
    size_t first = i;
    bool hit = false;
    for (; i < pattern.length && (pattern.data[i] != ']' || i == first); i++) {
        unsigned char low = (unsigned char)pattern.data[i], high = low;
        if (i + 2 < pattern.length && pattern.data[i + 1] == '-' && pattern.data[i + 2] != ']') {
            high = (unsigned char)pattern.data[i + 2];
            i += 2;
        }
        hit |= c >= low && c <= high;
    }
    if (i >= pattern.length) {
        ++*at;
        return c == '[';
    }
    *at = i + 1;
    return hit != negated;
}

bool glob_match_name(Str pattern, Str name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, star_n = 0;
    while (n < name.length) {
        bool hit = false;
        size_t next = p;
        if (p < pattern.length) {
            char c = pattern.data[p];
            if (c == '*') {
                star = p++;
                star_n = n;
                continue;
            }
            if (c == '[') {
                hit = class_match(pattern, &next, (unsigned char)name.data[n]);
            } else {
                if (c == '\\' && p + 1 < pattern.length)
                    c = pattern.data[++next];
                hit = name.data[n] == c || (c == '?' && next == p);
                next++;
            }
        }
        if (hit) {
            p = next;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++star_n;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.data[p] == '*')
        p++;
    return p == pattern.length;
}

bool glob_next_component(const char **rest, Str *component)
{
    while (**rest == '/')
        ++*rest;
    if (!**rest)
        return false;
    const char *end = strchr(*rest, '/');
    size_t length = end ? (size_t)(end - *rest) : strlen(*rest);
    *component = (Str){*rest, length};
    *rest += length;
    return true;
}

static bool has_wildcard(Str component)
{
    for (size_t i = 0; i < component.length; i++)
        if (strchr("*?[", component.data[i]))
            return true;
    return false;
}

static bool match_from(const char *pattern, const char *path)
{
    Str wanted, name;
    for (;;) {
        if (!glob_next_component(&pattern, &wanted)) {
            while (glob_next_component(&path, &name))
                if (!component_visible(name))
                    return false;
            return true;
        }
        if (str_equal(wanted, STR("**"))) {
            do {
                if (match_from(pattern, path))
                    return true;
            } while (glob_next_component(&path, &name) && component_visible(name));
            return false;
        }
        if (!glob_next_component(&path, &name))
            return false;
        if (!has_wildcard(wanted) ? !str_equal(wanted, name)
                                  : !component_visible(name) || !glob_match_name(wanted, name))
            return false;
    }
}

bool glob_match_path(const char *pattern, const char *path)
{
    return (pattern[0] == '/') == (path[0] == '/') && match_from(pattern, path);
}

typedef LIST(const char *) Patterns;

/* Replaces the first group of braces that holds a comma by each of its alternatives. */
static void expand_into(const char *pattern, Arena *arena, Patterns *out)
{
    const char *open = strchr(pattern, '{'), *close = NULL;
    for (; open; open = strchr(open + 1, '{')) {
        int depth = 0;
        bool comma = false;
        for (close = open; *close; close++) {
            depth += *close == '{' ? 1 : *close == '}' ? -1 : 0;
            comma |= *close == ',' && depth == 1;
            if (depth == 0)
                break;
        }
        if (*close && comma)
            break;
    }
    if (out->count >= GLOB_PATTERNS)
        return;
    if (!open) {
        list_push_arena(arena, out, pattern);
        return;
    }
    int depth = 0;
    const char *from = open + 1;
    for (const char *at = open + 1; at <= close; at++) {
        if ((*at == ',' && depth == 0) || at == close) {
            expand_into(arena_printf(arena, "%.*s%.*s%s", (int)(open - pattern), pattern,
                                     (int)(at - from), from, close + 1),
                        arena, out);
            from = at + 1;
        }
        depth += *at == '{' ? 1 : *at == '}' ? -1 : 0;
    }
}

void glob_expand(const char *pattern, Arena *arena, const char ***patterns, int *count)
{
    Patterns list = {0};
    expand_into(pattern, arena, &list);
    *patterns = list.at;
    *count = (int)list.count;
}

char *glob_clean_path(const char *path, Arena *arena)
{
    if (strncmp(path, "file://", 7) == 0)
        path += 7;
    char *clean = arena_alloc(arena, strlen(path) + 2), *to = clean;
    if (path[0] == '/')
        *to++ = '/';
    Str component;
    while (glob_next_component(&path, &component)) {
        if (str_equal(component, STR(".")))
            continue;
        if (to > clean && to[-1] != '/')
            *to++ = '/';
        memcpy(to, component.data, component.length);
        to += component.length;
    }
    if (to == clean)
        *to++ = '.';
    *to = '\0';
    return clean;
}
