/*
 * option.h - WITH options: what a connector or format declares, and what a table was given.
 */
#ifndef STREAMD_CATALOG_OPTION_H
#define STREAMD_CATALOG_OPTION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef enum OptionKind {
    OPTION_TEXT,
    OPTION_BOOL,
    OPTION_INT,
    OPTION_BYTES,    /* '128 MiB' */
    OPTION_DURATION, /* '50 ms' */
    OPTION_CHAR,     /* one character, or \t and the like */
    OPTION_CHOICE,   /* one of `choices` */
    OPTION_IGNORED   /* accepted with a notice: has no meaning here */
} OptionKind;

typedef struct OptionSpec {
    const char *name; /* "csv.header"; "fields.*.kind": the user's own name for the star */
    const char
        *aliases; /* other engines' names, blank-separated: "header csv.has-header"; NULL: none */
    OptionKind kind;
    const char *choices;       /* "bounded watch tail"; NULL otherwise */
    const char *default_value; /* text; NULL: unset */
    const char *help;
} OptionSpec;

typedef struct Option {
    const char *key, *value;
    int32_t key_position, value_position;
} Option;

typedef struct OptionList {
    Option *at;
    int count;
} OptionList;

/* The value given for `spec`'s name, else its default, else NULL. `specs` ends with a NULL name. */
const char *option_get(const OptionList *options, const OptionSpec *specs, const char *name);
bool option_is_set(const OptionList *options, const char *name);
bool option_get_bool(const OptionList *options, const OptionSpec *specs, const char *name);
int64_t option_get_int(const OptionList *options, const OptionSpec *specs, const char *name);
int64_t option_get_bytes(const OptionList *options, const OptionSpec *specs, const char *name);
int64_t option_get_duration_us(const OptionList *options, const OptionSpec *specs,
                               const char *name);
/* The byte of an OPTION_CHAR; -1: unset or empty (which means none). */
int option_get_char(const OptionList *options, const OptionSpec *specs, const char *name);
/* One ASCII character, a backslash and a letter (t n r f v b 0), \u0001 or \x01; empty gives -1. */
bool option_text_to_char(const char *text, int *value);
/* Checks options against several spec tables at once (connector, format, common ones): aliases are
 * replaced by the proper names in `out`, values checked for their kind.  Unknown keys: 42704 with
 * the nearest name; bad values: 22023 at the value's position.  Ignored ones are named in `notice`
 * (a Buf). */
Status options_check(const OptionList *given, const OptionSpec *const *tables, int table_count,
                     const char *what, Arena *arena, OptionList *out, Buf *notice,
                     Err *err) MUST_CHECK;

#endif
