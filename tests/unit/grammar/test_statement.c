#include "parse_help.h"

Test(statement, create_table)
{
    CreateStatement *create =
        parsed(
            "CREATE TABLE IF NOT EXISTS s.t (a INT NOT NULL COMMENT 'x', b AS a + 1, "
            "c STRING METADATA FROM 'k' VIRTUAL, d INT DEFAULT 5 PRIMARY KEY NOT ENFORCED, "
            "WATERMARK FOR b AS b - INTERVAL '5' SECOND, PRIMARY KEY (a, d) NOT ENFORCED) "
            "COMMENT 'c' PARTITIONED BY (a) WITH ('connector' = 'filesystem', scan.mode = watch)")
            ->create;
    cr_assert_eq(create->object, OBJECT_TABLE);
    cr_assert(create->if_not_exists);
    cr_assert_eq(create->name.count, 2);
    cr_assert_eq(create->columns.count, 4);
    cr_assert(create->columns.at[0].not_null);
    cr_assert_str_eq(create->columns.at[0].comment, "x");
    cr_assert_eq(create->columns.at[1].kind, COLUMN_CLAUSE_COMPUTED);
    cr_assert_eq(create->columns.at[2].kind, COLUMN_CLAUSE_METADATA);
    cr_assert_str_eq(create->columns.at[2].metadata_key, "k");
    cr_assert(create->columns.at[2].is_virtual);
    cr_assert(create->columns.at[3].primary_key);
    cr_assert_eq(create->columns.at[3].default_value->literal.integer, 5);
    cr_assert_eq(create->watermarks.count, 1);
    cr_assert_str_eq(create->watermarks.at[0].column.text, "b");
    cr_assert_eq(create->constraints.count, 1);
    cr_assert_eq(create->constraints.at[0].columns.count, 2);
    cr_assert(create->constraints.at[0].not_enforced);
    cr_assert_str_eq(create->comment, "c");
    cr_assert_eq(create->partitioned_by.count, 1);
    cr_assert_eq(create->options.count, 2);
    cr_assert_str_eq(create->options.at[1].key, "scan.mode");
    cr_assert_str_eq(create->options.at[1].value, "watch");
    cr_assert(!create->options.at[1].value_quoted);
    cr_assert_gt(create->options.at[1].value_position, create->options.at[1].position);
}

Test(statement, create_others)
{
    CreateStatement *create =
        parsed("CREATE OR REPLACE TEMPORARY VIEW v (a, b) AS SELECT 1, 2")->create;
    cr_assert_eq(create->object, OBJECT_VIEW);
    cr_assert(create->or_replace);
    cr_assert(create->temporary);
    cr_assert_eq(create->columns.count, 2);
    cr_assert_not_null(create->query);
    create = parsed("CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 EMIT CHANGES")->create;
    cr_assert_eq(create->object, OBJECT_MATERIALIZED_VIEW);
    create = parsed("CREATE JOB j AS WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a")->create;
    cr_assert_eq(create->body->kind, STATEMENT_INSERT);
    cr_assert_eq(create->body->insert->query->with->tables.count, 1);
    create = parsed("CREATE SINK s FROM v WITH (connector = 'print')")->create;
    cr_assert_str_eq(create->from.at[0].text, "v");
    create = parsed("CREATE SINK s AS SELECT 1 WITH (connector = 'print')")->create;
    cr_assert_eq(create->options.count, 1);
    create = parsed("CREATE MODEL m INPUT (a INT) OUTPUT (b INT, c INT) WITH ('x' = 'y')")->create;
    cr_assert_eq(create->inputs.count, 1);
    cr_assert_eq(create->outputs.count, 2);
    create = parsed("CREATE FUNCTION f (a INT) RETURNS INT RETURN a + 1")->create;
    cr_assert_eq(create->arguments.count, 1);
    cr_assert_not_null(create->return_expr);
}

Test(statement, insert)
{
    InsertStatement *insert = parsed("INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, 3)")->insert;
    cr_assert_eq(insert->columns.count, 2);
    cr_assert_eq(insert->query->kind, QUERY_VALUES);
    cr_assert_eq(insert->query->rows.count, 2);
    cr_assert_eq(insert->query->rows.at[0].at[1]->kind, EXPR_DEFAULT);
    insert = parsed("INSERT OVERWRITE TABLE t PARTITION (d = 'x', h) SELECT 1")->insert;
    cr_assert(insert->overwrite);
    cr_assert_eq(insert->partition.count, 2);
    cr_assert_null(insert->partition.at[1].value);
    cr_assert_null(parsed("INSERT INTO t DEFAULT VALUES")->insert->query);
    insert =
        parsed("INSERT INTO t SELECT 1 ON CONFLICT (a) DO UPDATE SET a = 2 RETURNING *")->insert;
    cr_assert_eq(insert->conflict, CONFLICT_UPDATE);
    cr_assert_eq(insert->returning.count, 1);
    insert = parsed("INSERT INTO t (SELECT 1)")->insert;
    cr_assert_eq(insert->columns.count, 0);
}

Test(statement, update_delete)
{
    UpdateStatement *update = parsed("UPDATE t x SET a = 1, b = DEFAULT FROM u WHERE c")->update;
    cr_assert_eq(update->set.count, 2);
    cr_assert_str_eq(update->alias.text, "x");
    cr_assert_eq(update->from.count, 1);
    DeleteStatement *remove = parsed("DELETE FROM t USING u WHERE a RETURNING b")->remove;
    cr_assert_eq(remove->using_tables.count, 1);
    cr_assert_eq(remove->returning.count, 1);
    cr_assert_eq(parsed("TRUNCATE TABLE a, b")->drop->names.count, 2);
}

Test(statement, jobs)
{
    cr_assert_eq(parsed("START JOB j")->kind, STATEMENT_START_JOB);
    Statement *stop = parsed("STOP JOB j WITH SAVEPOINT");
    cr_assert_eq(stop->kind, STATEMENT_STOP_JOB);
    cr_assert(stop->job.with_savepoint);
    AlterStatement *alter = parsed("ALTER JOB j AS INSERT INTO t SELECT 1")->alter;
    cr_assert_eq(alter->object, OBJECT_JOB);
    cr_assert_eq(alter->action, ALTER_AS);
    cr_assert_not_null(alter->body);
    cr_assert_eq(parsed("FLUSH")->kind, STATEMENT_FLUSH);
    DropStatement *drop = parsed("DROP MATERIALIZED VIEW IF EXISTS a.b, c CASCADE")->drop;
    cr_assert_eq(drop->object, OBJECT_MATERIALIZED_VIEW);
    cr_assert(drop->if_exists);
    cr_assert(drop->cascade);
    cr_assert_eq(drop->names.count, 2);
}

Test(statement, explain)
{
    ExplainStatement *explain = parsed("EXPLAIN EXTENDED SELECT 1")->explain;
    cr_assert_eq(explain->mode, EXPLAIN_EXTENDED);
    cr_assert_eq(explain->statement->kind, STATEMENT_QUERY);
    explain = parsed("EXPLAIN WHY \"my job\"")->explain;
    cr_assert_eq(explain->mode, EXPLAIN_WHY);
    cr_assert_str_eq(explain->job.at[0].text, "my job");
    explain = parsed("EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1")->explain;
    cr_assert_eq(explain->mode, EXPLAIN_ANALYZE);
    cr_assert(explain->json);
    explain = parsed("EXPLAIN ANALYZE j")->explain;
    cr_assert_null(explain->statement);
    cr_assert_eq(parsed("EXPLAIN PLAN FOR SELECT 1")->explain->mode, EXPLAIN_PLAN);
    cr_assert_eq(parsed("EXPLAIN (SELECT 1)")->explain->mode, EXPLAIN_PLAN);
}

Test(statement, show_and_describe)
{
    static const struct {
        const char *sql;
        ShowKind kind;
    } cases[] = {
        {"SHOW TABLES", SHOW_TABLES},
        {"SHOW VIEWS", SHOW_VIEWS},
        {"SHOW MATERIALIZED VIEWS", SHOW_MATERIALIZED_VIEWS},
        {"SHOW SOURCES", SHOW_SOURCES},
        {"SHOW SINKS", SHOW_SINKS},
        {"SHOW JOBS", SHOW_JOBS},
        {"SHOW FUNCTIONS LIKE 'x%'", SHOW_FUNCTIONS},
        {"SHOW MODELS", SHOW_MODELS},
        {"SHOW CATALOGS", SHOW_CATALOGS},
        {"SHOW SCHEMAS", SHOW_DATABASES},
        {"SHOW COLUMNS FROM t", SHOW_COLUMNS},
        {"SHOW CREATE TABLE t", SHOW_CREATE},
        {"SHOW ALL", SHOW_ALL},
        {"SHOW timezone", SHOW_SETTING},
        {"SHOW 'a-b.c'", SHOW_SETTING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(parsed(cases[i].sql)->show->kind, cases[i].kind, "%s", cases[i].sql);
    cr_assert_str_eq(parsed("SHOW a.b-c.d")->show->setting, "a.b-c.d");
    cr_assert_str_eq(parsed("SHOW TIME ZONE")->show->setting, "timezone");
    cr_assert_str_eq(parsed("SHOW TRANSACTION ISOLATION LEVEL")->show->setting,
                     "transaction_isolation");
    cr_assert(parsed("DESC EXTENDED a.t")->describe.extended);
}

Test(statement, set)
{
    SetStatement *set = parsed("SET 'a.b' = 'c d'")->set;
    cr_assert_str_eq(set->key, "a.b");
    cr_assert_str_eq(set->values.at[0].value, "c d");
    cr_assert(set->values.at[0].value_quoted);
    set = parsed("SET scan.on-bad-row TO fail")->set;
    cr_assert_str_eq(set->key, "scan.on-bad-row");
    cr_assert_str_eq(set->values.at[0].value, "fail");
    set = parsed("SET search_path TO a, \"B\"")->set;
    cr_assert_eq(set->values.count, 2);
    cr_assert(parsed("SET k = DEFAULT")->set->is_default);
    cr_assert(parsed("SET LOCAL k = 5")->set->local);
    cr_assert_null(parsed("SET")->set->key);
    cr_assert_str_eq(parsed("SET TIME ZONE 'CET'")->set->key, "timezone");
    cr_assert_str_eq(parsed("SET NAMES 'x'")->set->key, "client_encoding");
    cr_assert_str_eq(parsed("SET x = -1.5")->set->values.at[0].value, "-1.5");
    cr_assert_null(parsed("RESET ALL")->setting);
    cr_assert_str_eq(parsed("RESET a.b")->setting, "a.b");
}

Test(statement, transactions)
{
    cr_assert_eq(parsed("BEGIN STATEMENT SET")->kind, STATEMENT_BEGIN_STATEMENT_SET);
    cr_assert_eq(parsed("EXECUTE STATEMENT SET BEGIN")->kind, STATEMENT_BEGIN_STATEMENT_SET);
    cr_assert_eq(parsed("END")->kind, STATEMENT_END);
    cr_assert_eq(parsed("END TRANSACTION")->kind, STATEMENT_COMMIT);
    Statement *begin = parsed("START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    cr_assert_eq(begin->kind, STATEMENT_BEGIN);
    cr_assert_str_eq(begin->transaction.isolation, "repeatable read");
    cr_assert(begin->transaction.read_only);
    cr_assert_eq(parsed("ABORT")->kind, STATEMENT_ROLLBACK);
    cr_assert_str_eq(parsed("ROLLBACK TO SAVEPOINT s")->name.text, "s");
}

Test(statement, copy)
{
    CopyStatement *copy =
        parsed("COPY t (a, b) FROM 'f.csv' WITH (FORMAT csv, HEADER, NULL '')")->copy;
    cr_assert(copy->from);
    cr_assert_str_eq(copy->path, "f.csv");
    cr_assert_eq(copy->columns.count, 2);
    cr_assert_eq(copy->options.count, 3);
    cr_assert_str_eq(copy->options.at[0].key, "format");
    cr_assert_str_eq(copy->options.at[0].value, "csv");
    cr_assert_null(copy->options.at[1].value);
    cr_assert_str_eq(copy->options.at[2].key, "null");
    copy = parsed("COPY (SELECT 1) TO STDOUT CSV HEADER DELIMITER ';'")->copy;
    cr_assert(!copy->from);
    cr_assert_null(copy->path);
    cr_assert_not_null(copy->query);
    cr_assert_eq(copy->options.count, 3);
}

Test(statement, prepared)
{
    PrepareStatement *prepare = parsed("PREPARE p (int, text) AS SELECT $1, $2")->prepare;
    cr_assert_eq(prepare->types.count, 2);
    cr_assert_eq(prepare->statement->kind, STATEMENT_QUERY);
    cr_assert_eq(parsed("EXECUTE p (1, 'a')")->execute->args.count, 2);
    cr_assert_null(parsed("DEALLOCATE ALL")->name.text);
    CursorStatement *cursor = parsed("DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT 1")->cursor;
    cr_assert(cursor->hold);
    cr_assert(cursor->no_scroll);
    cursor = parsed("FETCH FORWARD 5 FROM c")->cursor;
    cr_assert_eq(cursor->count, 5);
    cr_assert_str_eq(cursor->name.text, "c");
    cr_assert(parsed("FETCH ALL c")->cursor->all);
}

Test(statement, ends)
{
    Statement *statement = parsed("  SELECT 1 -- x\n ; -- y");
    cr_assert_eq(statement->position, 2);
    cr_assert_eq(statement->end, 10);
    Arena arena;
    arena_init(&arena);
    Err err = ERR_NONE;
    static const char *const nothing[] = {"", "  \n", "-- x", "/* x */", ";", " ; -- x"};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        Statement *none = statement;
        cr_assert_eq(parse_statement(str_from(nothing[i]), &arena, &none, &err), OK);
        cr_assert_null(none, "%s", nothing[i]);
    }
    arena_deinit(&arena);
}
