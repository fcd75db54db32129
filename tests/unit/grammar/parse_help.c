#include "parse_help.h"

static Arena arena;
static Buf out;

static Str fresh(const char *sql)
{
    static bool begun;
    if (!begun) {
        arena_init(&arena);
        buf_init(&out);
        begun = true;
    }
    arena_reset(&arena);
    buf_clear(&out);
    return str_from(sql);
}

Statement *parsed(const char *sql)
{
    Err err = ERR_NONE;
    Statement *statement = NULL;
    Status status = parse_statement(fresh(sql), &arena, &statement, &err);
    cr_assert_eq(status, OK, "%s: %s at %d", sql, err.message, err.position);
    cr_assert_not_null(statement, "%s", sql);
    return statement;
}

Expr *parsed_expr(const char *sql)
{
    Err err = ERR_NONE;
    Expr *expr = NULL;
    Status status = parse_expression(fresh(sql), &arena, &expr, &err);
    cr_assert_eq(status, OK, "%s: %s at %d", sql, err.message, err.position);
    return expr;
}

Select *parsed_select(const char *sql)
{
    Statement *statement = parsed(sql);
    cr_assert_eq(statement->kind, STATEMENT_QUERY);
    cr_assert_eq(statement->query->kind, QUERY_SELECT);
    return statement->query->select;
}

const char *printed(const char *sql)
{
    ast_print_statement(&out, parsed(sql));
    return buf_text(&out);
}

const char *printed_expr(const char *sql)
{
    ast_print_expr(&out, parsed_expr(sql));
    return buf_text(&out);
}

Err refused(const char *sql)
{
    Err err = ERR_NONE;
    Statement *statement = NULL;
    Status status = parse_statement(fresh(sql), &arena, &statement, &err);
    cr_assert_eq(status, FAIL, "parsed: %s", sql);
    cr_assert_null(statement);
    return err;
}
