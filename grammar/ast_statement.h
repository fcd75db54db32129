/*
 * ast_statement.h - the part of ast.h about statements; include that.
 */
#ifndef STREAMD_GRAMMAR_AST_STATEMENT_H
#define STREAMD_GRAMMAR_AST_STATEMENT_H

#include "grammar/ast.h"

typedef enum ObjectKind {
    OBJECT_TABLE,
    OBJECT_SOURCE,
    OBJECT_SINK,
    OBJECT_VIEW,
    OBJECT_MATERIALIZED_VIEW,
    OBJECT_JOB,
    OBJECT_FUNCTION,
    OBJECT_MODEL,
    OBJECT_CATALOG,
    OBJECT_DATABASE, /* DATABASE or SCHEMA */
} ObjectKind;

typedef enum ColumnClauseKind {
    COLUMN_CLAUSE_PLAIN,
    COLUMN_CLAUSE_COMPUTED, /* x AS expr; GENERATED ALWAYS AS (expr) */
    COLUMN_CLAUSE_METADATA, /* x TYPE METADATA [FROM 'key'] [VIRTUAL] */
} ColumnClauseKind;

typedef struct ColumnClause {
    Name name;
    ColumnClauseKind kind;
    TypeName *type;           /* NULL: not said (computed; CREATE TABLE t (a, b) AS SELECT) */
    Expr *expr;               /* COLUMN_CLAUSE_COMPUTED */
    const char *metadata_key; /* NULL: the column's name */
    bool is_virtual;
    bool not_null, null; /* as written */
    bool primary_key, not_enforced, unique;
    Expr *default_value; /* NULL: none */
    Expr *check;         /* NULL: none */
    const char *comment;
} ColumnClause;

typedef struct TableConstraint {
    enum { CONSTRAINT_PRIMARY_KEY, CONSTRAINT_UNIQUE, CONSTRAINT_CHECK } kind;
    Name name; /* CONSTRAINT name …; text NULL: none */
    int32_t position;
    NameList columns;
    Expr *check;
    bool not_enforced;
} TableConstraint;

typedef struct Watermark {
    Name column; /* WATERMARK FOR column AS expr */
    Expr *expr;
    int32_t position;
} Watermark;

/* The head that all CREATEs share, and the clauses of those that define a relation. */
typedef struct CreateStatement {
    ObjectKind object;
    bool or_replace, temporary, if_not_exists;
    NameList name;
    const char *comment;      /* NULL: none */
    OptionClauseList options; /* WITH (…), OPTIONS (…), TBLPROPERTIES (…), LOCATION 'x' as path */
    /* tables, sources, sinks; column names alone also for views */
    LIST(ColumnClause) columns;
    LIST(TableConstraint) constraints;
    LIST(Watermark) watermarks;
    NameList partitioned_by;
    Name format;   /* USING csv; text NULL: none */
    NameList like; /* CREATE TABLE t LIKE u; empty: none */
    LIST(OptionClause)
    like_options;    /* key INCLUDING, EXCLUDING or OVERWRITING; value ALL, OPTIONS … */
    NameList from;   /* CREATE SINK s FROM v; empty: none */
    Query *query;    /* … AS query; NULL: none */
    Statement *body; /* CREATE JOB j AS INSERT …: STATEMENT_INSERT */
    /* CREATE FUNCTION f [(a INT, …)] [RETURNS type] [LANGUAGE l] AS 'text' | RETURN expr */
    bool has_arguments;
    LIST(ColumnClause) arguments;
    TypeName *returns;
    Name language;
    const char *definition;
    Expr *return_expr;
    /* CREATE MODEL m INPUT (…) OUTPUT (…) */
    LIST(ColumnClause) inputs, outputs;
} CreateStatement;

typedef struct DropStatement {
    ObjectKind object;
    bool if_exists, cascade, temporary;
    LIST(NameList) names;
} DropStatement;

typedef enum AlterAction {
    ALTER_RENAME,        /* RENAME TO new_name */
    ALTER_SET_OPTIONS,   /* SET ('k'='v') */
    ALTER_RESET_OPTIONS, /* RESET ('k') */
    ALTER_ADD_COLUMN,
    ALTER_DROP_COLUMN,
    ALTER_RENAME_COLUMN,
    ALTER_AS, /* ALTER VIEW v AS query; ALTER JOB j AS INSERT … */
} AlterAction;

typedef struct AlterStatement {
    ObjectKind object;
    bool if_exists;
    NameList name;
    AlterAction action;
    NameList new_name;
    OptionClauseList options;
    ColumnClause column; /* ADD, DROP (name), RENAME COLUMN (name) */
    Name new_column;
    Query *query;    /* ALTER_AS of a view */
    Statement *body; /* ALTER_AS of a job: STATEMENT_INSERT */
} AlterStatement;

typedef struct Assignment {
    Name column;
    Expr *value; /* EXPR_DEFAULT too */
} Assignment;
typedef LIST(Assignment) AssignmentList;

typedef struct InsertStatement {
    NameList table;
    OptionClauseList hint;
    bool overwrite;
    NameList columns;         /* empty: not said */
    AssignmentList partition; /* PARTITION (k = v, …); value NULL: dynamic */
    Query *query;             /* NULL: DEFAULT VALUES.  WITH before INSERT is put into it. */
    enum { CONFLICT_NONE, CONFLICT_NOTHING, CONFLICT_UPDATE } conflict;
    NameList conflict_columns;
    AssignmentList conflict_set;
    Expr *conflict_where;
    SelectList returning;
} InsertStatement;

typedef struct UpdateStatement {
    With *with;
    NameList table;
    Name alias;
    AssignmentList set;
    TableList from;
    Expr *where;
    SelectList returning;
} UpdateStatement;

typedef struct DeleteStatement {
    With *with;
    NameList table;
    Name alias;
    TableList using_tables;
    Expr *where;
    SelectList returning;
} DeleteStatement;

typedef enum ExplainMode {
    EXPLAIN_PLAN,
    EXPLAIN_EXTENDED, /* and VERBOSE, FORMATTED */
    EXPLAIN_CODEGEN,
    EXPLAIN_ANALYZE,
    EXPLAIN_WHY, /* EXPLAIN WHY job */
} ExplainMode;

typedef struct ExplainStatement {
    ExplainMode mode;
    bool json;
    Statement *statement; /* NULL: job */
    NameList job;         /* EXPLAIN [ANALYZE] job, EXPLAIN WHY job */
} ExplainStatement;

typedef enum ShowKind {
    SHOW_SETTING, /* SHOW timezone, SHOW 'epoch.interval' */
    SHOW_ALL,
    SHOW_TABLES,
    SHOW_VIEWS,
    SHOW_MATERIALIZED_VIEWS,
    SHOW_SOURCES,
    SHOW_SINKS,
    SHOW_JOBS,
    SHOW_FUNCTIONS,
    SHOW_MODELS,
    SHOW_CATALOGS,
    SHOW_DATABASES,
    SHOW_COLUMNS, /* SHOW COLUMNS FROM name */
    SHOW_CREATE,  /* SHOW CREATE TABLE name */
} ShowKind;

typedef struct ShowStatement {
    ShowKind kind;
    const char *setting; /* SHOW_SETTING */
    ObjectKind object;   /* SHOW_CREATE */
    NameList name;       /* SHOW_CREATE, SHOW_COLUMNS; SHOW TABLES FROM name; empty: none */
    const char *like;    /* SHOW TABLES LIKE 'x%'; NULL: none */
} ShowStatement;

typedef struct SetStatement {
    const char *key; /* NULL: SET alone (show all) */
    bool local;      /* SET LOCAL */
    bool is_default; /* SET k TO DEFAULT */
    LIST(OptionClause)
    values; /* of each: value, value_quoted, value_position; SET search_path TO a, b;
               empty and not is_default: SET 'k' (show it) */
    int32_t key_position;
} SetStatement;

typedef struct TransactionMode {
    bool read_only, read_write;
    const char *isolation; /* "repeatable read"; NULL: not said */
} TransactionMode;

typedef struct CopyStatement {
    NameList table;   /* empty: query */
    NameList columns; /* empty: all */
    Query *query;
    bool from;        /* COPY t FROM; else TO */
    const char *path; /* NULL: STDIN or STDOUT */
    OptionClauseList
        options; /* keys in lower case: format, header, delimiter, null, quote, escape … */
} CopyStatement;

typedef struct PrepareStatement {
    Name name;
    LIST(TypeName *) types;
    Statement *statement;
} PrepareStatement;

typedef struct ExecuteStatement {
    Name name;
    ExprList args;
} ExecuteStatement;

typedef struct CursorStatement {
    Name name;    /* text NULL: CLOSE ALL */
    Query *query; /* DECLARE */
    bool hold, binary, scroll, no_scroll;
    enum { FETCH_FORWARD, FETCH_BACKWARD, FETCH_ABSOLUTE, FETCH_RELATIVE } direction;
    bool all; /* FETCH ALL */
    int64_t count;
} CursorStatement;

typedef enum StatementKind {
    STATEMENT_QUERY,
    STATEMENT_INSERT,
    STATEMENT_UPDATE,
    STATEMENT_DELETE,
    STATEMENT_TRUNCATE, /* drop.names */
    STATEMENT_CREATE,
    STATEMENT_DROP,
    STATEMENT_ALTER,
    STATEMENT_START_JOB, /* job */
    STATEMENT_STOP_JOB,  /* job; with_savepoint */
    STATEMENT_EXPLAIN,
    STATEMENT_SHOW,
    STATEMENT_DESCRIBE, /* describe */
    STATEMENT_SET,
    STATEMENT_RESET,               /* setting; NULL: all */
    STATEMENT_BEGIN_STATEMENT_SET, /* and EXECUTE STATEMENT SET BEGIN; END closes it */
    STATEMENT_END,                 /* END alone: of a statement set if one is open, else COMMIT */
    STATEMENT_BEGIN,               /* transaction */
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_SAVEPOINT,       /* name */
    STATEMENT_RELEASE,         /* name */
    STATEMENT_ROLLBACK_TO,     /* name */
    STATEMENT_SET_TRANSACTION, /* transaction: SET TRANSACTION, SET SESSION CHARACTERISTICS */
    STATEMENT_COPY,
    STATEMENT_FLUSH,
    STATEMENT_PREPARE,
    STATEMENT_EXECUTE,
    STATEMENT_DEALLOCATE, /* name; text NULL: ALL */
    STATEMENT_DECLARE_CURSOR,
    STATEMENT_FETCH,
    STATEMENT_CLOSE,
    STATEMENT_DISCARD, /* DISCARD ALL */
    STATEMENT_USE,     /* use */
} StatementKind;

struct Statement {
    StatementKind kind;
    uint16_t depth;
    int32_t position, end; /* of its first word; end of its text without the semicolon */
    int32_t param_count;   /* the highest $n, or the number of ? */
    union {
        Query *query;
        InsertStatement *insert;
        UpdateStatement *update;
        DeleteStatement *remove;
        CreateStatement *create;
        DropStatement *drop;
        AlterStatement *alter;
        struct {
            NameList name;
            bool with_savepoint;
        } job;
        ExplainStatement *explain;
        ShowStatement *show;
        struct {
            NameList name;
            bool extended;
            Query *query; /* NULL: the relation of that name */
        } describe;
        SetStatement *set;
        const char *setting;
        TransactionMode transaction;
        Name name;
        CopyStatement *copy;
        PrepareStatement *prepare;
        ExecuteStatement *execute;
        CursorStatement *cursor;
        struct {
            ObjectKind object; /* OBJECT_CATALOG or OBJECT_DATABASE */
            NameList name;
        } use;
    };
};

#endif
