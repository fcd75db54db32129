/* csv_binding.c - what stands before a file's first row: byte order mark, skipped lines, header. */
#include "io/csv_read.h"

#include "io/csv_index.h"
#include "io/csv_walk.h"

enum { HEADER_BYTES_MAX = 1 << 20 };

/* More bytes are wanted before anything can be said. */
static Status want_more(size_t *consumed)
{
    *consumed = SIZE_MAX;
    return OK;
}

bool csv_skip_lines(Str head, bool whole, int64_t count, size_t *at)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t marked = head.length < 3 ? head.length : 3;
    if (memcmp(head.data, mark, marked) == 0) {
        if (marked < 3 && !whole)
            return false;
        *at = marked == 3 ? 3 : 0;
    }
    for (; count > 0 && *at < head.length; count--) {
        const char *end = memchr(head.data + *at, '\n', head.length - *at);
        if (!end && !whole)
            return false;
        *at = end ? (size_t)(end - head.data) + 1 : head.length;
    }
    return count == 0 || whole;
}

Str csv_header_name(const CsvDialect *dialect, Str raw, Arena *arena)
{
    raw = str_trim(raw);
    if (raw.length < 2 || dialect->quote < 0 || *raw.data != (char)dialect->quote)
        return raw;
    return str_trim(csv_unquote(dialect, raw, arena));
}

/* The place of a name among the PHYSICAL columns, or -1. */
static int find_column(const Relation *table, Str name)
{
    int place = 0;
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].kind != COLUMN_PHYSICAL)
            continue;
        if (str_equal_nocase(str_from(table->columns[i].name), name))
            return place;
        place++;
    }
    return -1;
}

static Status extra_column(const Relation *table, const char *file_path, Str name, Err *err)
{
    char wanted[128];
    size_t length = name.length < sizeof wanted - 1 ? name.length : sizeof wanted - 1;
    memcpy(wanted, name.data, length);
    wanted[length] = '\0';
    if (memchr(name.data, '\r', name.length)) {
        err_set(err, SQLSTATE_DATA, -1, "file \"%s\": its header ends with a carriage return alone",
                file_path);
        return err_hint(err, "Make them line feeds, with tr '\\r' '\\n' for example.");
    }
    Nearest nearest = nearest_start(wanted);
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].kind == COLUMN_PHYSICAL)
            nearest_offer(&nearest, table->columns[i].name);
    err_set(err, SQLSTATE_UNDEFINED_COLUMN, -1,
            "file \"%s\": its header has column \"%s\", which table \"%s\" has not", file_path,
            wanted, table->name);
    return nearest_hint(&nearest, err);
}

static Status bind_by_name(const Relation *table, const char *file_path, const CsvDialect *dialect,
                           const char *data, size_t start, const uint32_t *ends, size_t count,
                           Arena *arena, FormatBinding *binding, Err *err)
{
    uint16_t *fields = ARENA_ARRAY(arena, uint16_t, table->column_count + 1);
    bool *seen = ARENA_ARRAY(arena, bool, table->column_count + 1);
    for (size_t i = 0; i < count; start = ends[i] + 1u, i++) {
        Str name = csv_header_name(dialect, (Str){data + start, ends[i] - start}, arena);
        int place = find_column(table, name);
        if (place < 0)
            return extra_column(table, file_path, name, err);
        if (seen[place])
            return err_set(err, SQLSTATE_DUPLICATE_COLUMN, -1,
                           "file \"%s\": its header has column \"" STR_FORMAT "\" twice", file_path,
                           STR_ARG(name));
        seen[place] = true;
        fields[place] = (uint16_t)i;
    }
    int place = 0;
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].kind != COLUMN_PHYSICAL)
            continue;
        if (!seen[place++])
            return err_set(err, SQLSTATE_UNDEFINED_COLUMN, -1,
                           "file \"%s\": its header has no column \"%s\"", file_path,
                           table->columns[i].name);
    }
    binding->fields = fields;
    binding->field_count = place;
    return OK;
}

Status csv_binding_new(const Relation *table, const char *file_path, Str head, bool whole,
                       Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                       Err *err)
{
    CsvDialect dialect;
    TRY(csv_dialect_init(&dialect, table, arena, err));
    FormatBinding *binding = ARENA_NEW(arena, FormatBinding);
    size_t at = 0;
    if (!csv_skip_lines(head, whole, dialect.skip, &at))
        return want_more(consumed);
    if (dialect.header) {
        CsvWalk walk = {&dialect, head.data, head.length, whole, HEADER_BYTES_MAX, 0, 0, false};
        CsvRowKind kind = CSV_ROW_NOTHING;
        size_t start = at, end = 0, count = 0;
        for (; at < head.length && kind == CSV_ROW_NOTHING; at = end + 1) {
            start = at;
            kind = csv_walk_row(&walk, start, &end, NULL, &count);
            if (kind == CSV_ROW_PARTIAL)
                return want_more(consumed);
        }
        if (kind == CSV_ROW_NOTHING && !whole)
            return want_more(consumed);
        if (kind == CSV_ROW_OPEN_QUOTE || kind == CSV_ROW_TEXT_AFTER_QUOTE)
            return err_set(err, SQLSTATE_DATA, -1, "file \"%s\": its header has a bad quote",
                           file_path);
        if (at > head.length)
            at = head.length;
        if (kind == CSV_ROW_FIELDS && !dialect.bind_by_position) {
            uint32_t *ends = arena_alloc(arena, count * sizeof *ends);
            csv_walk_row(&walk, start, &end, ends, &count);
            TRY(bind_by_name(table, file_path, &dialect, head.data, start, ends, count, arena,
                             binding, err));
        }
    }
    *consumed = at;
    *lines = (int64_t)csv_count_lines(head.data, at);
    *out = binding;
    return OK;
}
