#include "types_help.h"

static void check(const char *text, const char *shown)
{
    Arena arena;
    Err err = ERR_NONE;
    Type type, again;
    arena_init(&arena);
    Status status = type_from_text(str_from(text), &arena, &type, &err);
    cr_assert_eq((int)status, OK, "%s: %s", text, err.message);
    const char *name = type_name(type, &arena);
    cr_assert_str_eq(name, shown);
    cr_assert_eq((int)type_from_text(str_from(name), &arena, &again, &err), OK);
    cr_assert(type_equal(type, again), "%s", text);
    arena_deinit(&arena);
}

static void check_error(const char *text, const char *sqlstate)
{
    Arena arena;
    Err err = ERR_NONE;
    Type type;
    arena_init(&arena);
    cr_assert_eq((int)type_from_text(str_from(text), &arena, &type, &err), FAIL, "%s", text);
    cr_assert_str_eq(err.sqlstate, sqlstate, "%s: %s", text, err.message);
    arena_deinit(&arena);
}

Test(type, names)
{
    check("int", "INT");
    check("Integer", "INT");
    check("INT8", "BIGINT");
    check("int2", "SMALLINT");
    check("real", "FLOAT");
    check("float", "FLOAT");
    check("float(24)", "FLOAT");
    check("float(53)", "DOUBLE");
    check("double  precision", "DOUBLE");
    check("float8", "DOUBLE");
    check("numeric", "DECIMAL(38, 10)");
    check("DECIMAL(5)", "DECIMAL(5, 0)");
    check("DECIMAL ( 10 , 2 )", "DECIMAL(10, 2)");
    check("string", "VARCHAR");
    check("varchar(2147483647)", "VARCHAR");
    check("character varying(7)", "VARCHAR(7)");
    check("char", "CHAR(1)");
    check("bpchar", "BPCHAR");
    check("char(3)", "CHAR(3)");
    check("bytea", "BYTES");
    check("varbinary(10)", "BYTES");
    check("timestamp", "TIMESTAMP");
    check("timestamp(3)", "TIMESTAMP(3)");
    check("timestamp(9)", "TIMESTAMP");
    check("timestamp with time zone", "TIMESTAMPTZ");
    check("timestamp_ltz(3)", "TIMESTAMPTZ(3)");
    check("timestamp without time zone", "TIMESTAMP");
    check("time(0)", "TIME(0)");
    check("jsonb", "JSON");
    check("bool", "BOOLEAN");
    check("interval", "INTERVAL");
    check("array<int>", "ARRAY<INT>");
    check("ARRAY<ARRAY<DECIMAL(3,1)>>", "ARRAY<ARRAY<DECIMAL(3, 1)>>");
    check("row<a int, \"b c\" array<string>, d row<e double>>",
          "ROW<a INT, \"b c\" ARRAY<VARCHAR>, d ROW<e DOUBLE>>");
    check("row<\"q\"\"q\" int>", "ROW<\"q\"\"q\" INT>");
}

Test(type, bad_names)
{
    check_error("", SQLSTATE_UNDEFINED_OBJECT);
    check_error("intt", SQLSTATE_UNDEFINED_OBJECT);
    check_error("int(3)", SQLSTATE_INVALID_PARAMETER);
    check_error("decimal(39)", SQLSTATE_INVALID_PARAMETER);
    check_error("decimal(0)", SQLSTATE_INVALID_PARAMETER);
    check_error("decimal(5,6)", SQLSTATE_INVALID_PARAMETER);
    check_error("varchar(0)", SQLSTATE_INVALID_PARAMETER);
    check_error("timestamp(10)", SQLSTATE_INVALID_PARAMETER);
    check_error("float(54)", SQLSTATE_INVALID_PARAMETER);
    check_error("array", SQLSTATE_UNDEFINED_OBJECT);
    check_error("array<int", SQLSTATE_UNDEFINED_OBJECT);
    check_error("array<>", SQLSTATE_UNDEFINED_OBJECT);
    check_error("row<a>", SQLSTATE_UNDEFINED_OBJECT);
    check_error("row<int int", SQLSTATE_UNDEFINED_OBJECT);
    check_error("row<\"a int>", SQLSTATE_UNDEFINED_OBJECT);
    check_error("int int", SQLSTATE_UNDEFINED_OBJECT);
    check_error("decimal(1,2,3)", SQLSTATE_UNDEFINED_OBJECT);
    check_error("decimal(99999999999999999999)", SQLSTATE_UNDEFINED_OBJECT);
    char deep[1000] = "";
    for (int i = 0; i < 100; i++)
        (void)strcat(deep, "array<");
    check_error(deep, SQLSTATE_TOO_COMPLEX);
    Err err = ERR_NONE;
    Type type;
    cr_assert_eq((int)type_resolve("integr", NULL, 0, &type, 17, &err), FAIL);
    cr_assert_eq(err.position, 17);
    cr_assert(strstr(err.hint, "INTEGER"), "%s", err.hint);
}

Test(type, classes_are_complete)
{
    for (int id = 0; id < TYPE_COUNT; id++) {
        Type type = type_of((TypeId)id);
        const TypeClass *class = type_class(type);
        cr_assert_not_null(class);
        cr_assert_eq(class->id, id);
        cr_assert_not_null(class->parse);
        bool nested = id == TYPE_ARRAY || id == TYPE_ROW;
        cr_assert_eq(class->compare == NULL, nested);
        cr_assert_eq(class->hash == NULL, nested);
        cr_assert_eq(class->format == NULL, nested);
        cr_assert_eq(class->size, type_size(type));
        cr_assert_neq(type_pg_oid(type), 0);
        if (nested) {
            Err err = ERR_NONE;
            cr_assert_eq((int)class->parse(type, STR("{}"), NULL, NULL, &err), FAIL);
            cr_assert_str_eq(err.sqlstate, SQLSTATE_NOT_SUPPORTED);
        }
    }
    Type element = type_of(TYPE_BIGINT), list = type_array(&element), lists = type_array(&list);
    cr_assert_eq(type_pg_oid(list), 1016);
    cr_assert_eq(type_pg_oid(lists), 1016);
}

Test(type, equality)
{
    Type a = type_of(TYPE_INT), b = type_of(TYPE_BIGINT);
    cr_assert(type_equal(type_array(&a), type_array(&a)));
    cr_assert_not(type_equal(type_array(&a), type_array(&b)));
    cr_assert(type_equal(type_of(TYPE_TIMESTAMP), type_timestamp(6)));
    cr_assert_not(type_equal(type_of(TYPE_TIMESTAMP), type_timestamp(3)));
    cr_assert_not(type_equal(type_varchar(3), type_varchar(0)));
    cr_assert(type_is_numeric(type_decimal(3, 1)) && !type_is_integer(type_decimal(3, 1)));
    cr_assert(type_is_temporal(type_of(TYPE_INTERVAL)) && !type_is_temporal(type_of(TYPE_BYTES)));
}
