/*
 * glob.h - path patterns: * ? [a-z] [!a-z] within a name, ** for any number of folders, {a,b}.
 *
 * A pattern that has come to its end in a folder takes in all that lies below it: a folder is read
 * whole.  Names that begin with `.` or `_` are never found by a wildcard or below a folder (but
 * `_k=v` folders are, for they are partitions); whoever wants one writes its name.
 */
#ifndef STREAMD_IO_GLOB_H
#define STREAMD_IO_GLOB_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

bool glob_has_wildcard(const char *text);
bool glob_visible(const char *name);
/* One name against one component of a pattern. */
bool glob_match_name(Str pattern, Str name);
/* A whole path against a pattern without braces; both without doubled slashes. */
bool glob_match_path(const char *pattern, const char *path);
/* The patterns that {a,b} stand for; at most GLOB_PATTERNS of them, the rest is dropped. */
enum { GLOB_PATTERNS = 1024 };
void glob_expand(const char *pattern, Arena *arena, const char ***patterns, int *count);
/* `file://` cut off, doubled slashes and `.` components left out, a trailing slash too. */
char *glob_clean_path(const char *path, Arena *arena);
/* The next component of *rest (which moves behind it); false at the end. A leading `/` is none. */
bool glob_next_component(const char **rest, Str *component);

#endif
