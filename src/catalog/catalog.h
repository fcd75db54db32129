/*
 * catalog.h - tables, views and jobs by name.
 *
 * Definitions are values: made once, never changed, replaced whole.  Names are
 * case-insensitive and case-preserving.  The catalog holds them in memory; the
 * engine stores their SQL in catalog.db and replays it at start.
 */
#ifndef STREAMD_CATALOG_CATALOG_H
#define STREAMD_CATALOG_CATALOG_H

#include "catalog/option.h"
#include "types/type.h"
#include "types/value.h"

typedef enum ColumnKind {
    COLUMN_PHYSICAL,
    COLUMN_COMPUTED,
    COLUMN_METADATA,
    COLUMN_PARTITION
} ColumnKind;

typedef struct ColumnDef {
    const char *name;
    Type type; /* of a computed column: filled when the table is created */
    uint8_t kind;
    bool not_null;
    const char *expr;     /* COMPUTED: its SQL */
    const char *metadata; /* METADATA: the source's key ("file_path") */
    const char *comment;
} ColumnDef;

typedef enum RelationKind {
    RELATION_TABLE,    /* with a connector */
    RELATION_INTERNAL, /* in the data directory */
    RELATION_VIEW,
    RELATION_MATERIALIZED,
    RELATION_SYSTEM /* schema streamd, made by the engine */
} RelationKind;

typedef struct Relation {
    RelationKind kind;
    const char *schema; /* "public" or "streamd" */
    const char *name;
    ColumnDef *columns;
    int column_count;
    OptionList options;             /* checked; proper names */
    const char *connector, *format; /* TABLE */
    int watermark_column;           /* -1: none */
    const char *watermark_expr;     /* its SQL */
    const char **primary_key;
    int primary_key_count;
    bool temporary;
    const char *sql;       /* the CREATE statement, as SHOW CREATE prints and the store keeps it */
    const char *query_sql; /* VIEW, MATERIALIZED */
    const char *job;       /* MATERIALIZED: the job that keeps it up */
    const char **key_columns; /* MATERIALIZED: its derived key; 0: the whole row */
    int key_column_count;
    bool append_only; /* MATERIALIZED, INTERNAL (until catalog_set_changing): rows are only added */
    int64_t id;       /* never reused within a data directory */
    Arena *arena;     /* everything above and this struct live here; from mem_alloc, NULL: static */
} Relation;

typedef struct Catalog Catalog;
Catalog *catalog_new(void);
void catalog_free(Catalog *catalog);
/* Looks a relation up by schema (NULL: public, then streamd if the name is qualified so) and name;
 * NULL when there is none. Valid as long as the catalog, even after it is dropped. */
const Relation *catalog_find(const Catalog *catalog, const char *schema, const char *name);
/* Takes the relation and its arena.  42P07 if the name is taken and not `replace`; then the caller
 * keeps them. */
Status catalog_add(Catalog *catalog, Relation *relation, bool replace, Err *err) MUST_CHECK;
/* A job takes rows of an internal table back: who follows it from now on has to expect that. */
void catalog_set_changing(Catalog *catalog, const Relation *table);
bool catalog_drop(Catalog *catalog, const char *schema, const char *name);
/* In order of name; visit returns false to stop. */
void catalog_each(const Catalog *catalog, bool (*visit)(void *context, const Relation *relation),
                  void *context);
/* 42P01 with the nearest known name as hint. */
Status catalog_missing(const Catalog *catalog, const char *schema, const char *name,
                       int32_t position, Err *err);

#endif
