/* replay_rewrite.c - see replay_rewrite.h. */
#include "cli/replay_rewrite.h"

#include "base/file.h"
#include "grammar/lexer.h"
#include "grammar/parse.h"

void rewrite_init(Rewrite *rewrite, Arena *arena, const char *folder, const InputArg *inputs,
                  size_t input_count)
{
    *rewrite =
        (Rewrite){.arena = arena, .folder = folder, .inputs = inputs, .input_count = input_count};
}

void rewrite_deinit(Rewrite *rewrite)
{
    list_free(&rewrite->tables);
    list_free(&rewrite->targets);
    list_free(&rewrite->paths);
    list_free(&rewrite->edits);
}

/* ---- reading ahead ---- */

static const char *last_name(const NameList *name)
{
    return name->count ? name->at[name->count - 1].text : "";
}

static const char *find_option(const CreateStatement *create, const char *key)
{
    for (size_t i = 0; i < create->options.count; i++)
        if (text_equal_nocase(create->options.at[i].key, key))
            return create->options.at[i].value;
    return NULL;
}

static bool is_table(const Statement *statement)
{
    if (statement->kind != STATEMENT_CREATE || !statement->create->options.count)
        return false;
    ObjectKind object = statement->create->object;
    return object == OBJECT_TABLE || object == OBJECT_SOURCE || object == OBJECT_SINK;
}

static void note_target(Rewrite *rewrite, const InsertStatement *insert)
{
    if (insert)
        list_push(&rewrite->targets, arena_strdup(rewrite->arena, last_name(&insert->table)));
}

static void note_statement(Rewrite *rewrite, const Statement *statement)
{
    if (is_table(statement)) {
        const CreateStatement *create = statement->create;
        const char *path = find_option(create, "path");
        RewriteTable table = {arena_strdup(rewrite->arena, last_name(&create->name)),
                              path ? arena_strdup(rewrite->arena, path) : NULL};
        list_push(&rewrite->tables, table);
        if (create->object == OBJECT_SINK)
            list_push(&rewrite->targets, table.name);
    } else if (statement->kind == STATEMENT_CREATE && statement->create->body) {
        note_target(rewrite, statement->create->body->insert);
    } else if (statement->kind == STATEMENT_INSERT) {
        note_target(rewrite, statement->insert);
    } else if (statement->kind == STATEMENT_COPY && !statement->copy->from &&
               statement->copy->path) {
        list_push(&rewrite->paths, arena_strdup(rewrite->arena, statement->copy->path));
    }
}

static bool is_target(const Rewrite *rewrite, const char *name)
{
    for (size_t i = 0; i < rewrite->targets.count; i++)
        if (text_equal_nocase(rewrite->targets.at[i], name))
            return true;
    return false;
}

void rewrite_read_ahead(Rewrite *rewrite, Str script)
{
    ParsePiece piece;
    size_t offset = 0;
    while (parse_next(script, &offset, true, &piece)) {
        Arena arena;
        Statement *statement = NULL;
        Err ignored = ERR_NONE;
        arena_init(&arena);
        /* What does not parse will say so when it is run. */
        if (parse_statement(piece.text, &arena, &statement, &ignored) == OK && statement)
            note_statement(rewrite, statement);
        arena_deinit(&arena);
    }
    for (size_t i = 0; i < rewrite->tables.count; i++)
        if (rewrite->tables.at[i].path && is_target(rewrite, rewrite->tables.at[i].name))
            list_push(&rewrite->paths, rewrite->tables.at[i].path);
}

/* ---- paths ---- */

/* Without "./" before it and '/' behind it. */
static Str bare_path(Str path)
{
    while (str_has_prefix(path, STR("./")))
        path = (Str){path.data + 2, path.length - 2};
    while (path.length > 1 && path.data[path.length - 1] == '/')
        path.length--;
    return path;
}

static bool is_written(const Rewrite *rewrite, Str path)
{
    Str bare = bare_path(path);
    for (size_t i = 0; i < rewrite->paths.count; i++) {
        Str written = bare_path(str_from(rewrite->paths.at[i]));
        if (written.length && str_has_prefix(bare, written) &&
            (bare.length == written.length || bare.data[written.length] == '/'))
            return true;
    }
    return false;
}

/* Below the folder: an absolute path without its '/', and ".." as a name that leads nowhere else.
 */
static const char *moved_path(const Rewrite *rewrite, Str path)
{
    while (path.length && (path.data[0] == '/' || str_has_prefix(path, STR("./")))) {
        size_t skip = path.data[0] == '/' ? 1 : 2;
        path = (Str){path.data + skip, path.length - skip};
    }
    char *moved = arena_printf(rewrite->arena, "%s/" STR_FORMAT, rewrite->folder, STR_ARG(path));
    char *at = moved + strlen(rewrite->folder) + 1;
    for (; (at = strstr(at, "..")); at += 2)
        if ((at[-1] == '/') && (at[2] == '/' || !at[2]))
            memcpy(at, "up", 2);
    return moved;
}

/* ---- literals ---- */

typedef struct Scan {
    Str text;
    Span before[3]; /* the spans before this one that are no blanks, the nearest first */
} Scan;

static Str span_text(const Scan *scan, int i)
{
    const Span *span = &scan->before[i];
    return (Str){scan->text.data + span->start, span->end - span->start};
}

static bool word_before(const Scan *scan, int i, const char *word)
{
    Str text = span_text(scan, i);
    if (text.length > 2 && (text.data[0] == '\'' || text.data[0] == '"' || text.data[0] == '`'))
        text = (Str){text.data + 1, text.length - 2};
    return str_equal_nocase(text, str_from(word));
}

/* Whether a literal here names a file. */
static bool is_path_place(const Scan *scan)
{
    if (word_before(scan, 0, "from") || word_before(scan, 0, "join") ||
        word_before(scan, 0, "to") || word_before(scan, 0, "location"))
        return true;
    if (word_before(scan, 0, "="))
        return word_before(scan, 1, "path");
    Str function = span_text(scan, 1);
    return word_before(scan, 0, "(") && function.length > 5 &&
           str_equal_nocase((Str){function.data, 5}, STR("read_"));
}

static Str literal_content(Str literal, Arena *arena)
{
    char *to = arena_alloc(arena, literal.length), *start = to;
    for (size_t i = 1; i + 1 < literal.length; i++) {
        *to++ = literal.data[i];
        if (literal.data[i] == '\'')
            i++;
    }
    return (Str){start, (size_t)(to - start)};
}

static Str move_paths(Rewrite *rewrite, Str statement)
{
    Buf out;
    buf_init(&out);
    Scan scan = {.text = statement};
    for (size_t at = 0; at < statement.length;) {
        Span span = lexer_span(statement, at);
        if (span.kind == SPAN_END)
            break;
        Str text = {statement.data + span.start, span.end - span.start};
        bool moved = false;
        if (span.kind == SPAN_STRING && !span.open && is_path_place(&scan)) {
            Str path = literal_content(text, rewrite->arena);
            if (is_written(rewrite, path)) {
                size_t before = out.length;
                ast_print_string(&out, str_from(moved_path(rewrite, path)));
                RewriteEdit edit = {span.start, text.length, out.length - before};
                list_push(&rewrite->edits, edit);
                moved = true;
            }
        }
        if (!moved)
            buf_add(&out, text.data, text.length);
        if (span.kind != SPAN_BLANK && span.kind != SPAN_COMMENT) {
            memmove(scan.before + 1, scan.before, 2 * sizeof *scan.before);
            scan.before[0] = span;
        }
        at = span.end;
    }
    Str result = {arena_strndup(rewrite->arena, buf_text(&out), out.length), out.length};
    buf_deinit(&out);
    return result;
}

/* ---- tables ---- */

static const char *find_input(const Rewrite *rewrite, const char *name)
{
    for (size_t i = 0; i < rewrite->input_count; i++) {
        const InputArg *input = &rewrite->inputs[i];
        if (text_equal_nocase(input->table, name)) {
            if (input->used)
                *input->used = true;
            return input->path;
        }
    }
    return NULL;
}

static void set_option(Arena *arena, CreateStatement *create, const char *key, const char *value)
{
    for (size_t i = 0; i < create->options.count; i++) {
        if (text_equal_nocase(create->options.at[i].key, key)) {
            create->options.at[i].value = value;
            create->options.at[i].value_quoted = true;
            return;
        }
    }
    OptionClause option = {.key = key, .value = value, .position = -1, .value_quoted = true};
    list_push_arena(arena, &create->options, option);
}

/* Options of a socket that mean nothing for a file. */
static void drop_socket_options(CreateStatement *create)
{
    static const char *const socket_only[] = {
        "host", "hostname", "port", "mode", "max-connections", "durable", "ack", "reconnect"};
    size_t kept = 0;
    for (size_t i = 0; i < create->options.count; i++) {
        bool drop = false;
        for (size_t k = 0; k < sizeof socket_only / sizeof *socket_only; k++)
            drop |= text_equal_nocase(create->options.at[i].key, socket_only[k]);
        if (!drop)
            create->options.at[kept++] = create->options.at[i];
    }
    create->options.count = kept;
}

/* A table that reads another file, or writes one instead of a socket. */
static Status move_table(Rewrite *rewrite, Statement *statement, Arena *arena, Str *out, Err *err)
{
    CreateStatement *create = statement->create;
    const char *name = last_name(&create->name), *connector = find_option(create, "connector");
    const char *input = find_input(rewrite, name);
    bool is_socket = connector && text_equal_nocase(connector, "socket");
    if (!input && !is_socket)
        return OK;
    if (!input && !is_target(rewrite, name)) {
        (void)err_set(err, SQLSTATE_NOT_IN_STATE, create->name.at[0].position,
                      "the socket table \"%s\" has no recorded input", name);
        return err_hint(err, "Record what came in and add --input %s=FILE.", name);
    }
    if (is_socket)
        drop_socket_options(create);
    set_option(arena, create, "connector", "filesystem");
    if (input) {
        set_option(arena, create, "path", file_absolute(input, arena));
        /* The plan is to be the one of the live table; replay reads any to its end. */
        if (!find_option(create, "scan.mode"))
            set_option(arena, create, "scan.mode", "watch");
    } else {
        const char *format = find_option(create, "format");
        set_option(arena, create, "path",
                   arena_printf(arena, "%s/%s.%s", rewrite->folder, name, format ? format : "csv"));
    }
    Buf text;
    buf_init(&text);
    ast_print_statement(&text, statement);
    *out = (Str){arena_strndup(rewrite->arena, buf_text(&text), text.length), text.length};
    buf_deinit(&text);
    return OK;
}

Status rewrite_statement(Rewrite *rewrite, Str text, Str *out, Err *err)
{
    Arena arena;
    arena_init(&arena);
    rewrite->edits.count = 0;
    *out = text;
    Statement *statement = NULL;
    Err ignored = ERR_NONE;
    Status status = OK;
    if (parse_statement(text, &arena, &statement, &ignored) == OK && statement &&
        is_table(statement))
        status = move_table(rewrite, statement, &arena, out, err);
    if (status == OK && out->data == text.data && rewrite->paths.count)
        *out = move_paths(rewrite, text);
    arena_deinit(&arena);
    return status;
}

void rewrite_position(const Rewrite *rewrite, Err *err)
{
    for (size_t i = 0; i < rewrite->edits.count && err->position >= 0; i++) {
        const RewriteEdit *edit = &rewrite->edits.at[i];
        size_t position = (size_t)err->position;
        if (position <= edit->at)
            return;
        bool inside = position < edit->at + edit->new_length;
        err->position =
            (int32_t)(inside ? edit->at : position - edit->new_length + edit->old_length);
    }
}

void rewrite_restore(const Rewrite *rewrite, Buf *text)
{
    size_t length = strlen(rewrite->folder);
    if (!text->length)
        return;
    Buf out;
    buf_init(&out);
    for (size_t i = 0; i < text->length;) {
        if (text->length - i > length && memcmp(text->data + i, rewrite->folder, length) == 0 &&
            text->data[i + length] == '/')
            i += length + 1;
        else
            buf_add_char(&out, text->data[i++]);
    }
    buf_deinit(text);
    *text = out;
}
