/*
 * catalog.c - relations by name, in an array sorted by name, then schema.
 *
 * A catalog has tens to hundreds of relations and changes rarely, so a sorted
 * array beats anything cleverer.  It owns its relations: an arena comes from
 * mem_alloc and is freed with what lives in it; a relation without an arena is
 * static (the system's own) and only forgotten.
 *
 * Any thread may look; what it finds stays in memory.  Who changes it sees to it that nobody else
 * does between a look and the change.
 */
#include "catalog/catalog.h"

#include <stdlib.h>
#include "base/list.h"
#include "base/thread.h"

struct Catalog {
    Mutex *lock; /* of the lists; who only looks takes it as well */
    LIST(Relation *) relations;
    LIST(Relation *) retired; /* dropped or replaced: statements that still run may hold them */
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int name_compare(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return (unsigned char)lower(*a) - (unsigned char)lower(*b);
}

/* Where schema.name is, or would be. */
static size_t relation_locate(const Catalog *catalog, const char *schema, const char *name,
                              bool *found)
{
    size_t low = 0, high = catalog->relations.count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Relation *relation = catalog->relations.at[middle];
        int order = name_compare(relation->name, name);
        if (order == 0)
            order = name_compare(relation->schema, schema);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void relation_free(Relation *relation)
{
    Arena *arena = relation->arena;
    if (!arena)
        return;
    arena_deinit(arena);
    free(arena);
}

Catalog *catalog_new(void)
{
    Catalog *catalog = mem_zalloc(sizeof *catalog);
    catalog->lock = mem_alloc(sizeof *catalog->lock);
    mutex_init(catalog->lock);
    return catalog;
}

void catalog_free(Catalog *catalog)
{
    if (!catalog)
        return;
    for (size_t i = 0; i < catalog->relations.count; i++)
        relation_free(catalog->relations.at[i]);
    for (size_t i = 0; i < catalog->retired.count; i++)
        relation_free(catalog->retired.at[i]);
    list_free(&catalog->relations);
    list_free(&catalog->retired);
    mutex_deinit(catalog->lock);
    free(catalog->lock);
    free(catalog);
}

const Relation *catalog_find(const Catalog *catalog, const char *schema, const char *name)
{
    bool found;
    mutex_lock(catalog->lock);
    size_t at = relation_locate(catalog, schema ? schema : "public", name, &found);
    if (!found && !schema && str_has_prefix(str_from(name), STR("streamd.")))
        at = relation_locate(catalog, "streamd", name + 8, &found);
    const Relation *relation = found ? catalog->relations.at[at] : NULL;
    mutex_unlock(catalog->lock);
    return relation;
}

static const char *kind_name(RelationKind kind)
{
    return kind == RELATION_VIEW           ? "view"
           : kind == RELATION_MATERIALIZED ? "materialized view"
                                           : "table";
}

static Status add_locked(Catalog *catalog, Relation *relation, bool replace, Err *err)
{
    bool found;
    size_t at = relation_locate(catalog, relation->schema, relation->name, &found);
    if (found && !replace)
        return err_set(err, SQLSTATE_DUPLICATE_TABLE, -1, "%s \"%s\" already exists",
                       kind_name(catalog->relations.at[at]->kind), relation->name);
    if (found) {
        list_push(&catalog->retired, catalog->relations.at[at]);
        catalog->relations.at[at] = relation;
        return OK;
    }
    list_reserve(&catalog->relations, catalog->relations.count + 1);
    Relation **slot = catalog->relations.at + at;
    memmove(slot + 1, slot, (catalog->relations.count - at) * sizeof *slot);
    *slot = relation;
    catalog->relations.count++;
    return OK;
}

Status catalog_add(Catalog *catalog, Relation *relation, bool replace, Err *err)
{
    mutex_lock(catalog->lock);
    Status status = add_locked(catalog, relation, replace, err);
    mutex_unlock(catalog->lock);
    return status;
}

void catalog_set_changing(Catalog *catalog, const Relation *table)
{
    mutex_lock(catalog->lock);
    for (size_t i = 0; i < catalog->relations.count; i++)
        if (catalog->relations.at[i] == table)
            catalog->relations.at[i]->append_only = false;
    mutex_unlock(catalog->lock);
}

bool catalog_drop(Catalog *catalog, const char *schema, const char *name)
{
    bool found;
    mutex_lock(catalog->lock);
    size_t at = relation_locate(catalog, schema ? schema : "public", name, &found);
    if (found) {
        Relation **slot = catalog->relations.at + at;
        list_push(&catalog->retired, *slot);
        catalog->relations.count--;
        memmove(slot, slot + 1, (catalog->relations.count - at) * sizeof *slot);
    }
    mutex_unlock(catalog->lock);
    return found;
}

void catalog_each(const Catalog *catalog, bool (*visit)(void *context, const Relation *relation),
                  void *context)
{
    /* Those that there are now; a visitor may look for others. */
    mutex_lock(catalog->lock);
    size_t count = catalog->relations.count;
    Relation **relations = mem_alloc(sizeof *relations * (count + 1));
    if (count)
        memcpy(relations, catalog->relations.at, sizeof *relations * count);
    mutex_unlock(catalog->lock);
    for (size_t i = 0; i < count && visit(context, relations[i]); i++)
        ;
    free(relations);
}

Status catalog_missing(const Catalog *catalog, const char *schema, const char *name,
                       int32_t position, Err *err)
{
    Nearest nearest = nearest_start(name);
    mutex_lock(catalog->lock);
    for (size_t i = 0; i < catalog->relations.count; i++) {
        const Relation *relation = catalog->relations.at[i];
        if (name_compare(relation->schema, schema ? schema : "public") == 0)
            nearest_offer(&nearest, relation->name);
    }
    mutex_unlock(catalog->lock);
    if (schema)
        err_set(err, SQLSTATE_UNDEFINED_TABLE, position, "table \"%s.%s\" does not exist", schema,
                name);
    else
        err_set(err, SQLSTATE_UNDEFINED_TABLE, position, "table \"%s\" does not exist", name);
    return nearest_hint(&nearest, err);
}
