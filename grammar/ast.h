/*
 * ast.h - the shape of parsed SQL.
 *
 * Text becomes a tree of four node types: Statement, Query, TableRef and Expr,
 * each a tagged union.  Everything lives in the arena given to the parser and
 * nothing points into the statement's text, so the text may go away first.
 * Nothing is resolved here: a name is a Name, a type is a TypeName, `2` after
 * ORDER BY is a literal.
 *
 * Positions are byte offsets into the statement's text.  `position` is the most
 * telling token (the column's name, the operator, the function's name) and is
 * where errors point; `start` and `end` enclose the node's text.
 *
 * Special syntax that is only a spelling of a function call arrives as a call:
 *     EXTRACT(f FROM x)              extract('f', x)          f in lower case
 *     SUBSTRING(x FROM a FOR n)      substring(x, a, n)       (x FOR n): (x, 1, n)
 *     POSITION(a IN b)               position(a, b)
 *     TRIM([BOTH] [c] FROM x)        trim(x[, c])             LEADING ltrim, TRAILING rtrim
 *     OVERLAY(x PLACING y FROM a FOR n)  overlay(x, y, a[, n])
 *     FLOOR(x TO unit), CEIL         floor_to(x, 'unit'), ceil_to(x, 'unit')
 *     TIMESTAMPDIFF(unit, a, b)      timestampdiff('unit', a, b); so TIMESTAMPADD, DATEDIFF and
 *                                    DATEADD with three arguments
 *     CURRENT_TIMESTAMP …            current_timestamp()
 *
 * Depth: a node's `depth` is the height of its tree, at most AST_DEPTH_MAX, so
 * a recursive walk is safe.  AND and OR are flat lists, whatever their length.
 */
#ifndef STREAMD_GRAMMAR_AST_H
#define STREAMD_GRAMMAR_AST_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"

enum { AST_DEPTH_MAX = 1000 };

typedef struct Expr Expr;
typedef struct Query Query;
typedef struct TableRef TableRef;
typedef struct Statement Statement;

/* An identifier as written, without its quotes; names match case-insensitively, quoted or not.
 * text is NULL where an optional name is absent. */
typedef struct Name {
    const char *text;
    int32_t position;
    uint16_t width; /* bytes in the statement's text, quotes and all */
    bool quoted;
} Name;

typedef LIST(Name) NameList; /* a list of columns, or the parts of a qualified name */
/* The parts of a qualified name; the schema is NULL where none is given. */
static inline const char *ast_last_name(const NameList *name)
{
    return name->at[name->count - 1].text;
}
static inline const char *ast_schema_name(const NameList *name)
{
    return name->count > 1 ? name->at[name->count - 2].text : NULL;
}
typedef LIST(Expr *) ExprList;

/* ---- types ---- */

typedef enum IntervalUnit {
    UNIT_NONE,
    UNIT_MICROSECOND,
    UNIT_MILLISECOND,
    UNIT_SECOND,
    UNIT_MINUTE,
    UNIT_HOUR,
    UNIT_DAY,
    UNIT_WEEK,
    UNIT_MONTH,
    UNIT_QUARTER,
    UNIT_YEAR,
} IntervalUnit;

typedef enum TimeZoneKind {
    ZONE_UNSAID,
    ZONE_WITHOUT,    /* WITHOUT TIME ZONE */
    ZONE_WITH,       /* WITH TIME ZONE */
    ZONE_WITH_LOCAL, /* WITH LOCAL TIME ZONE */
} TimeZoneKind;

typedef enum TypeNameKind {
    TYPE_NAME_PLAIN, /* INT, DECIMAL(10,2), TIMESTAMP(3) WITH TIME ZONE, pg_catalog.int4 */
    TYPE_NAME_ARRAY, /* ARRAY<T>, T ARRAY, T[]: one element in `children` */
    TYPE_NAME_MAP,   /* MAP<K, V>: two children */
    TYPE_NAME_ROW,   /* ROW<a INT, …>, STRUCT<a: INT>: the fields */
} TypeNameKind;

typedef struct TypeField {
    Name name;
    struct TypeName *type;
    const char *comment; /* NULL: none */
} TypeField;

/* A type as written.  Two-word names are one part: DOUBLE PRECISION, CHARACTER VARYING. */
typedef struct TypeName {
    TypeNameKind kind;
    int32_t position, end;
    uint16_t depth;
    bool not_null; /* INT NOT NULL inside ARRAY<…>, MAP<…>, ROW<…> */
    TimeZoneKind zone;
    NameList name;     /* TYPE_NAME_PLAIN */
    uint8_t arg_count; /* DECIMAL(10, 2): 2 */
    int32_t args[2];
    IntervalUnit from, to; /* INTERVAL DAY TO SECOND */
    struct TypeName **children;
    TypeField *fields;
    uint32_t child_count; /* of children or fields */
} TypeName;

/* ---- expressions ---- */

typedef enum ExprKind {
    EXPR_LITERAL,
    EXPR_TYPED_LITERAL, /* DATE '2024-01-02' */
    EXPR_INTERVAL,      /* INTERVAL '5' MINUTE */
    EXPR_COLUMN,
    EXPR_STAR, /* * or t.*, in a SELECT list, RETURNING or as an argument */
    EXPR_PARAM,
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_AND, /* two or more arguments */
    EXPR_OR,
    EXPR_IS,
    EXPR_LIKE,
    EXPR_BETWEEN,
    EXPR_IN_LIST,
    EXPR_IN_QUERY,
    EXPR_EXISTS,
    EXPR_SUBQUERY,   /* a scalar one */
    EXPR_QUANTIFIED, /* x = ANY (…) */
    EXPR_CAST,
    EXPR_CASE,
    EXPR_CALL,
    EXPR_ARRAY,       /* ARRAY[a, b] */
    EXPR_ARRAY_QUERY, /* ARRAY(SELECT …) */
    EXPR_ROW,         /* ROW(a, b) or (a, b) */
    EXPR_SUBSCRIPT,   /* x[i] */
    EXPR_SLICE,       /* x[a:b] */
    EXPR_FIELD,       /* (x).f, f(x).start */
    EXPR_COLLATE,
    EXPR_AT_TIME_ZONE,
    EXPR_DEFAULT,    /* DEFAULT as a value in VALUES or SET */
    EXPR_TABLE,      /* argument TABLE t [PARTITION BY …], TABLE (query) */
    EXPR_DESCRIPTOR, /* argument DESCRIPTOR(a, b) */
} ExprKind;

typedef enum LiteralKind {
    LITERAL_NULL,
    LITERAL_BOOL,    /* integer: 0 or 1 */
    LITERAL_INTEGER, /* text: the decimal digits; integer too if fits */
    LITERAL_DECIMAL, /* text: 1.50 */
    LITERAL_FLOAT,   /* text: 1.5e3 */
    LITERAL_STRING,  /* text: the content */
    LITERAL_BYTES,   /* text: the bytes of X'…' */
} LiteralKind;

typedef enum UnaryOp { OP_NOT, OP_NEGATE, OP_PLUS, OP_BIT_NOT } UnaryOp;

typedef enum BinaryOp {
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_MODULO,
    OP_POWER,  /* ^ */
    OP_CONCAT, /* || */
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_DISTINCT,     /* IS DISTINCT FROM */
    OP_NOT_DISTINCT, /* IS NOT DISTINCT FROM, <=> */
    OP_BIT_AND,
    OP_BIT_OR,
    OP_BIT_XOR, /* # */
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_MATCH,            /* ~ */
    OP_MATCH_NOCASE,     /* ~* */
    OP_NOT_MATCH,        /* !~ */
    OP_NOT_MATCH_NOCASE, /* !~* */
    OP_JSON_GET,         /* -> */
    OP_JSON_GET_TEXT,    /* ->> */
    OP_JSON_PATH,        /* #> */
    OP_JSON_PATH_TEXT,   /* #>> */
    OP_CONTAINS,         /* @> */
    OP_CONTAINED,        /* <@ */
    OP_OVERLAPS,         /* && */
    OP_LIKE,             /* the last four in EXPR_QUANTIFIED only: x LIKE ANY (…) */
    OP_NOT_LIKE,
    OP_ILIKE,
    OP_NOT_ILIKE,
    OP_BINARY_COUNT
} BinaryOp;

typedef enum IsTest { IS_NULL, IS_TRUE, IS_FALSE, IS_UNKNOWN } IsTest;

typedef enum LikeKind {
    LIKE_LIKE,
    LIKE_ILIKE,
    LIKE_SIMILAR, /* SIMILAR TO */
    LIKE_REGEXP,  /* RLIKE, REGEXP: a match anywhere in the text */
} LikeKind;

typedef struct OrderItem {
    Expr *expr;
    bool descending;
    enum { NULLS_DEFAULT, NULLS_FIRST, NULLS_LAST } nulls;
} OrderItem;
typedef LIST(OrderItem) OrderList;

typedef struct SelectItem {
    Expr *expr; /* EXPR_STAR too */
    Name alias; /* text NULL: none */
} SelectItem;
typedef LIST(SelectItem) SelectList;

typedef enum FrameUnit { FRAME_NONE, FRAME_ROWS, FRAME_RANGE, FRAME_GROUPS } FrameUnit;
typedef enum FrameBoundKind {
    BOUND_UNBOUNDED_PRECEDING,
    BOUND_PRECEDING,
    BOUND_CURRENT_ROW,
    BOUND_FOLLOWING,
    BOUND_UNBOUNDED_FOLLOWING,
} FrameBoundKind;
typedef enum FrameExclusion {
    EXCLUDE_NO_OTHERS,
    EXCLUDE_CURRENT_ROW,
    EXCLUDE_GROUP,
    EXCLUDE_TIES,
} FrameExclusion;
typedef struct FrameBound {
    FrameBoundKind kind;
    Expr *offset; /* PRECEDING and FOLLOWING with a distance */
} FrameBound;

/* OVER (…), OVER w, or an item of the WINDOW clause. */
typedef struct WindowSpec {
    Name name;         /* OVER w: w, nothing else is set; WINDOW w AS (…): w */
    Name base;         /* OVER (w PARTITION …): w */
    bool is_reference; /* OVER w */
    int32_t position;
    ExprList partition_by;
    OrderList order_by;
    FrameUnit frame;     /* FRAME_NONE: not said */
    FrameBound from, to; /* `ROWS 5 PRECEDING` ends at the current row */
    FrameExclusion exclusion;
} WindowSpec;
typedef LIST(WindowSpec *) WindowList;

typedef enum NullTreatment { NULLS_UNSAID, NULLS_RESPECT, NULLS_IGNORE } NullTreatment;

typedef struct FunctionCall {
    NameList name; /* the last part is the function's */
    ExprList args;
    Name *arg_names; /* parallel to args: text NULL for positional ones; NULL: all positional */
    bool star;       /* count(*); no args then */
    bool distinct;
    bool within_group; /* order_by came in WITHIN GROUP (…) */
    NullTreatment null_treatment;
    OrderList order_by;
    Expr *filter;     /* NULL: none */
    WindowSpec *over; /* NULL: none */
} FunctionCall;

typedef struct CaseWhen {
    Expr *when, *then;
} CaseWhen;

typedef struct CaseExpr {
    Expr *operand; /* NULL: CASE WHEN condition … */
    LIST(CaseWhen) whens;
    Expr *otherwise; /* NULL: none */
} CaseExpr;

typedef struct StarExpr {
    NameList qualifier; /* t of t.*; empty: * */
    NameList exclude;   /* EXCLUDE (a, b), EXCEPT (a, b) */
    SelectList replace; /* REPLACE (expr AS a, …); every item has an alias */
} StarExpr;

/* TABLE t [PARTITION BY …] or t PARTITION BY …: an argument of a table function. */
typedef struct TableArg {
    NameList table; /* empty: query */
    Query *query;
    ExprList partition_by;
} TableArg;

struct Expr {
    ExprKind kind;
    bool negated; /* NOT of IS, LIKE, BETWEEN, IN_LIST, IN_QUERY (EXISTS: OP_NOT around it) */
    uint16_t depth;
    int32_t position, start, end;
    union {
        struct {
            LiteralKind kind;
            bool fits;   /* LITERAL_INTEGER: integer holds it */
            char suffix; /* of a number: Y S L F D, B for BD: its type; 0: none */
            Str text;    /* NUL-terminated too */
            int64_t integer;
        } literal;
        struct {
            TypeName *type;
            Str text;
        } typed;
        struct {
            Str text;              /* '5', '1 02:03:04', '5 minutes'; a bare number as text */
            IntervalUnit from, to; /* UNIT_NONE: not said; to: INTERVAL '…' from TO to */
        } interval;
        NameList column; /* EXPR_COLUMN: up to catalog.schema.table.column, the column last */
        StarExpr *star;
        int32_t param; /* from 1; each ? counts on */
        struct {
            UnaryOp op;
            Expr *arg;
        } unary;
        struct {
            BinaryOp op;
            Expr *left, *right;
        } binary;
        ExprList list; /* EXPR_AND, EXPR_OR, EXPR_ARRAY, EXPR_ROW */
        struct {
            IsTest test;
            Expr *arg;
        } is;
        struct {
            LikeKind kind;
            Expr *value, *pattern, *escape; /* escape NULL: not said */
        } like;
        struct {
            Expr *value, *low, *high;
            bool symmetric;
        } between;
        struct {
            Expr *value;
            ExprList items;
        } in;
        struct {
            Expr *value;  /* EXPR_IN_QUERY */
            Query *query; /* and EXPR_EXISTS, EXPR_SUBQUERY, EXPR_ARRAY_QUERY */
        } sub;
        struct {
            BinaryOp op;
            bool all; /* else ANY, SOME */
            Expr *left;
            Expr *array; /* one of the two */
            Query *query;
        } quantified;
        struct {
            Expr *arg;
            TypeName *type;
            bool is_try; /* TRY_CAST */
        } cast;
        CaseExpr *cased;
        FunctionCall *call;
        struct {
            Expr *arg;
            Expr *low, *high; /* EXPR_SUBSCRIPT: low; EXPR_SLICE: either may be NULL */
        } subscript;
        struct {
            Expr *arg;
            Name name;
        } field;
        struct {
            Expr *arg;
            NameList name;
        } collate;
        struct {
            Expr *arg, *zone;
        } at_zone;
        TableArg *table;
        NameList descriptor;
    };
};

/* 'key' = 'value' or key = word; a dotted or dashed bare key is joined: scan.mode. */
typedef struct OptionClause {
    const char *key;
    const char *value; /* the text of the literal or word; NULL: key alone (COPY … (HEADER)) */
    int32_t position, value_position;
    bool value_quoted; /* a string literal */
} OptionClause;
typedef LIST(OptionClause) OptionClauseList;

/* ---- FROM ---- */

typedef enum TableRefKind {
    TABLE_NAMED,
    TABLE_FILE,     /* FROM 'dir/x.csv' */
    TABLE_FUNCTION, /* f(…), TABLE(f(…)), UNNEST(…) */
    TABLE_QUERY,    /* (SELECT …), (VALUES …) */
    TABLE_JOIN,
} TableRefKind;

typedef enum JoinKind {
    JOIN_INNER,
    JOIN_LEFT,
    JOIN_RIGHT,
    JOIN_FULL,
    JOIN_CROSS,
    JOIN_SEMI, /* LEFT SEMI is the same */
    JOIN_ANTI,
} JoinKind;

typedef struct TableSample {
    Name method; /* BERNOULLI, SYSTEM */
    Expr *percent;
    Expr *seed; /* REPEATABLE (…); NULL: none */
} TableSample;

struct TableRef {
    TableRefKind kind;
    uint16_t depth;
    bool lateral;
    int32_t position, end; /* of the name, the function, the subquery's parenthesis, JOIN */
    Name alias;            /* text NULL: none */
    NameList columns;      /* AS t(a, b) */
    union {
        struct {
            NameList name;
            OptionClauseList hint; /* t with options in a comment: OPTIONS('k'='v') behind a plus */
            Expr *as_of;           /* FOR SYSTEM_TIME AS OF …; NULL: none */
            TableSample *sample;
        } named;
        Str path; /* NUL-terminated too */
        struct {
            FunctionCall *call;
            bool ordinality; /* WITH ORDINALITY */
        } function;
        Query *query;
        struct {
            JoinKind kind;
            bool natural, asof;
            TableRef *left, *right;
            Expr *on; /* NULL: USING, NATURAL or CROSS */
            NameList using_columns;
        } join;
    };
};
typedef LIST(TableRef *) TableList;

/* ---- queries ---- */

typedef enum GroupKind {
    GROUP_EXPR,
    GROUP_EMPTY,  /* () */
    GROUP_ROLLUP, /* items; a GROUP_SET is a composite (a, b) */
    GROUP_CUBE,
    GROUP_SETS, /* GROUPING SETS (…): items, perhaps nested */
    GROUP_SET,  /* (a, b) inside one of those: items are GROUP_EXPR */
} GroupKind;

typedef struct GroupItem {
    GroupKind kind;
    uint16_t depth;
    int32_t position;
    Expr *expr;
    struct GroupItem **items;
    uint32_t item_count;
} GroupItem;
typedef LIST(GroupItem *) GroupList;

typedef struct CommonTable {
    Name name;
    NameList columns;
    Query *query;
    enum { CTE_UNSAID, CTE_MATERIALIZED, CTE_NOT_MATERIALIZED } materialized;
} CommonTable;

typedef struct With {
    bool recursive;
    LIST(CommonTable) tables;
} With;

typedef enum EmitMode {
    QUERY_EMIT_DEFAULT,  /* not said */
    QUERY_EMIT_ON_CLOSE, /* EMIT ON WINDOW CLOSE, EMIT FINAL */
    QUERY_EMIT_CHANGES,
    QUERY_EMIT_COMPLETE,
} EmitMode;

typedef enum QueryKind { QUERY_SELECT, QUERY_VALUES, QUERY_SET } QueryKind;
typedef enum SetOp { SET_UNION, SET_INTERSECT, SET_EXCEPT } SetOp;

typedef struct Select {
    bool distinct;
    ExprList distinct_on; /* DISTINCT ON (…) */
    SelectList items;     /* `FROM t` alone: one star */
    TableList from;
    Expr *where;
    bool group_all; /* GROUP BY ALL */
    bool grouped;   /* there is a GROUP BY */
    GroupList group_by;
    Expr *having;
    WindowList windows;
    Expr *qualify;
} Select;

/* Parentheses leave no trace: the side of a set operation may have its own ORDER BY and LIMIT.
 * `TABLE t` is SELECT * FROM t. */
struct Query {
    QueryKind kind;
    bool is_table; /* written as TABLE t */
    uint16_t depth;
    int32_t position, end; /* of SELECT, VALUES, the set operator; end of the text */
    With *with;            /* NULL: none */
    union {
        Select *select;
        LIST(ExprList) rows; /* QUERY_VALUES; rows may differ in length */
        struct {
            SetOp op;
            bool all;
            Query *left, *right;
        } set;
    };
    OrderList order_by;
    bool order_all; /* ORDER BY ALL, its direction in order_all_item */
    OrderItem order_all_item;
    Expr *limit, *offset; /* NULL: none; FETCH FIRST is limit */
    bool with_ties;       /* FETCH FIRST … WITH TIES */
    EmitMode emit;
    int32_t emit_position;
};

#include "grammar/ast_statement.h"

/* Calls `visit` for each item of FROM, those of subqueries, of a CREATE's query or INSERT and of an
 * explained statement too; of a join for itself, then for its sides.  Not for UPDATE, DELETE and
 * ALTER. */
void ast_each_table(const Statement *statement, void (*visit)(void *context, const TableRef *table),
                    void *context);

/* ---- names and printing ---- */

/* "+", "<>", "IS DISTINCT FROM", "~*", … */
const char *ast_operator_text(BinaryOp op);
/* "MINUTE"; "" for UNIT_NONE. */
const char *ast_unit_text(IntervalUnit unit);
/* "MATERIALIZED VIEW", … */
const char *ast_object_text(ObjectKind object);

/* Append SQL that parses back to the same tree: keywords in upper case, parentheses only where
 * needed, identifiers quoted where needed or where they were. */
void ast_print_name(Buf *out, Name name);
void ast_print_names(Buf *out, const NameList *name); /* parts joined by dots */
void ast_print_type(Buf *out, const TypeName *type);
void ast_print_expr(Buf *out, const Expr *expr);
void ast_print_query(Buf *out, const Query *query);
void ast_print_statement(Buf *out, const Statement *statement); /* without a semicolon */

/* Appends an identifier or a string literal, quoted as SQL needs it. */
void ast_print_identifier(Buf *out, const char *name);
void ast_print_string(Buf *out, Str text);

#endif
