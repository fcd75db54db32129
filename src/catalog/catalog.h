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
    uint64_t born;    /* the catalog's count of changes when it was added; 0: it was not */
    Arena *arena;     /* everything above and this struct live here; from mem_alloc, NULL: static */
} Relation;

typedef struct Catalog Catalog;
Catalog *catalog_new(void);
void catalog_free(Catalog *catalog);

/* Who uses what it has found, a statement or a job: nothing that it may have found is freed before
 * catalog_unpin, dropped or not. */
typedef struct CatalogPin {
    struct CatalogPin *next, **link; /* link NULL: not pinned */
    uint64_t from, until;            /* changes: it found things after `from`, and before `until` */
} CatalogPin;
/* `like` NULL: from now on; else from when that pin began. */
void catalog_pin(Catalog *catalog, CatalogPin *pin, const CatalogPin *like);
/* Settled: it looks nothing up for now, so that what is added from now on does not have to wait for
 * it. */
void catalog_pin_settle(Catalog *catalog, CatalogPin *pin, bool settled);
void catalog_unpin(Catalog *catalog, CatalogPin *pin); /* none: nothing happens */
/* `object` is to be released when nobody can use it any longer who found it with a relation born
 * then. */
void catalog_retire(Catalog *catalog, uint64_t born, void *object,
                    void (*release)(void *context, void *object), void *context);
/* Frees what was dropped and nobody uses.  The caller holds no lock that a release takes. */
void catalog_reclaim(Catalog *catalog);
/* Dropped and still there. */
size_t catalog_retired(const Catalog *catalog);

/* Looks a relation up by schema (NULL: public, then streamd if the name is qualified so) and name;
 * NULL when there is none. Valid as long as the caller's pin, even after it is dropped; without a
 * pin as long as nobody can drop it. */
const Relation *catalog_find(const Catalog *catalog, const char *schema, const char *name);
/* Takes the relation and its arena.  42P07 if the name is taken and not `replace`; then the caller
 * keeps them. */
Status catalog_add(Catalog *catalog, Relation *relation, bool replace, Err *err) MUST_CHECK;
/* A job takes rows of an internal table back: who follows it from now on has to expect that. */
void catalog_set_changing(Catalog *catalog, const Relation *table);
/* Whether the relation is there, and not another one of its name. */
bool catalog_holds(const Catalog *catalog, const Relation *relation);
bool catalog_drop(Catalog *catalog, const char *schema, const char *name);
/* In order of name; visit returns false to stop. */
void catalog_each(const Catalog *catalog, bool (*visit)(void *context, const Relation *relation),
                  void *context);
/* 42P01 with the nearest known name as hint. */
Status catalog_missing(const Catalog *catalog, const char *schema, const char *name,
                       int32_t position, Err *err);

#endif
