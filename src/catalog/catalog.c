/*
 * catalog.c - relations by name, in an array sorted by name, then schema.
 *
 * A catalog has tens to hundreds of relations and changes rarely, so a sorted
 * array beats anything cleverer.  It owns its relations: an arena comes from
 * mem_alloc and is freed with what lives in it; a relation without an arena is
 * static (the system's own) and only forgotten.
 */
#include "catalog/catalog.h"

#include <stdlib.h>
#include "base/list.h"

struct Catalog {
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
    return mem_zalloc(sizeof(Catalog));
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
    free(catalog);
}

const Relation *catalog_find(const Catalog *catalog, const char *schema, const char *name)
{
    bool found;
    size_t at = relation_locate(catalog, schema ? schema : "public", name, &found);
    if (!found && !schema && str_has_prefix(str_from(name), STR("streamd.")))
        at = relation_locate(catalog, "streamd", name + 8, &found);
    return found ? catalog->relations.at[at] : NULL;
}

static const char *kind_name(RelationKind kind)
{
    return kind == RELATION_VIEW           ? "view"
           : kind == RELATION_MATERIALIZED ? "materialized view"
                                           : "table";
}

Status catalog_add(Catalog *catalog, Relation *relation, bool replace, Err *err)
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

void catalog_set_changing(Catalog *catalog, const Relation *table)
{
    for (size_t i = 0; i < catalog->relations.count; i++)
        if (catalog->relations.at[i] == table)
            catalog->relations.at[i]->append_only = false;
}

bool catalog_drop(Catalog *catalog, const char *schema, const char *name)
{
    bool found;
    size_t at = relation_locate(catalog, schema ? schema : "public", name, &found);
    if (!found)
        return false;
    Relation **slot = catalog->relations.at + at;
    list_push(&catalog->retired, *slot);
    catalog->relations.count--;
    memmove(slot, slot + 1, (catalog->relations.count - at) * sizeof *slot);
    return true;
}

void catalog_each(const Catalog *catalog, bool (*visit)(void *context, const Relation *relation),
                  void *context)
{
    for (size_t i = 0; i < catalog->relations.count; i++)
        if (!visit(context, catalog->relations.at[i]))
            return;
}

Status catalog_missing(const Catalog *catalog, const char *schema, const char *name,
                       int32_t position, Err *err)
{
    Nearest nearest = nearest_start(name);
    for (size_t i = 0; i < catalog->relations.count; i++) {
        const Relation *relation = catalog->relations.at[i];
        if (name_compare(relation->schema, schema ? schema : "public") == 0)
            nearest_offer(&nearest, relation->name);
    }
    if (schema)
        err_set(err, SQLSTATE_UNDEFINED_TABLE, position, "table \"%s.%s\" does not exist", schema,
                name);
    else
        err_set(err, SQLSTATE_UNDEFINED_TABLE, position, "table \"%s\" does not exist", name);
    return nearest_hint(&nearest, err);
}
