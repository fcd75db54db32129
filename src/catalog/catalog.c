/*
 * catalog.c - relations by name, in an array sorted by name, then schema.
 *
 * A catalog has tens to hundreds of relations and changes rarely, so a sorted
 * array beats anything cleverer.  It owns its relations: an arena comes from
 * mem_alloc and is freed with what lives in it; a relation without an arena is
 * static (the system's own) and only forgotten.
 *
 * Any thread may look.  Who changes it sees to it that nobody else does between a look and the
 * change.
 *
 * What is dropped stays in memory for those who found it before.  They are not counted one by one,
 * for plans borrow names from relations without a trace; instead a statement or job says while it
 * lasts that it uses things (a pin).  Changes are numbered: a relation lives from `born` to `gone`,
 * and a pin finds things from `from` to `until`.  Only where these meet may one hold the other, so
 * that a job which runs for months keeps nothing that came and went after its start.
 */
#include "catalog/catalog.h"

#include <stdlib.h>
#include "base/list.h"
#include "base/thread.h"

typedef struct Retired {
    uint64_t born, gone;
    void *object;
    void (*release)(void *context, void *object);
    void *context;
} Retired;

struct Catalog {
    Mutex *lock; /* of all below; who only looks takes it as well */
    LIST(Relation *) relations;
    LIST(Retired) retired; /* dropped or replaced */
    CatalogPin *pins;
    uint64_t changes;
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

static void relation_free(void *context, void *object)
{
    Arena *arena = ((Relation *)object)->arena;
    (void)context;
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
        relation_free(NULL, catalog->relations.at[i]);
    for (size_t i = 0; i < catalog->retired.count; i++)
        catalog->retired.at[i].release(catalog->retired.at[i].context,
                                       catalog->retired.at[i].object);
    list_free(&catalog->relations);
    list_free(&catalog->retired);
    mutex_deinit(catalog->lock);
    free(catalog->lock);
    free(catalog);
}

/* ---- what was dropped ---- */

void catalog_pin(Catalog *catalog, CatalogPin *pin, const CatalogPin *like)
{
    mutex_lock(catalog->lock);
    *pin = (CatalogPin){.next = catalog->pins,
                        .link = &catalog->pins,
                        .from = like && like->link ? like->from : catalog->changes,
                        .until = UINT64_MAX};
    if (pin->next)
        pin->next->link = &pin->next;
    catalog->pins = pin;
    mutex_unlock(catalog->lock);
}

void catalog_pin_settle(Catalog *catalog, CatalogPin *pin, bool settled)
{
    mutex_lock(catalog->lock);
    pin->until = settled ? catalog->changes : UINT64_MAX;
    mutex_unlock(catalog->lock);
}

void catalog_unpin(Catalog *catalog, CatalogPin *pin)
{
    mutex_lock(catalog->lock);
    if (pin->link)
        *pin->link = pin->next;
    if (pin->link && pin->next)
        pin->next->link = pin->link;
    pin->link = NULL;
    mutex_unlock(catalog->lock);
}

static void retire(Catalog *catalog, uint64_t born, void *object,
                   void (*release)(void *context, void *object), void *context)
{
    Retired retired = {born, ++catalog->changes, object, release, context};
    list_push(&catalog->retired, retired);
}

void catalog_retire(Catalog *catalog, uint64_t born, void *object,
                    void (*release)(void *context, void *object), void *context)
{
    mutex_lock(catalog->lock);
    retire(catalog, born, object, release, context);
    mutex_unlock(catalog->lock);
}

static bool may_be_used(const Catalog *catalog, const Retired *retired)
{
    for (const CatalogPin *pin = catalog->pins; pin; pin = pin->next)
        if (pin->from < retired->gone && pin->until >= retired->born)
            return true;
    return false;
}

void catalog_reclaim(Catalog *catalog)
{
    LIST(Retired) unused = {0};
    size_t kept = 0;
    mutex_lock(catalog->lock);
    for (size_t i = 0; i < catalog->retired.count; i++) {
        Retired retired = catalog->retired.at[i];
        if (may_be_used(catalog, &retired))
            catalog->retired.at[kept++] = retired;
        else
            list_push(&unused, retired);
    }
    catalog->retired.count = kept;
    mutex_unlock(catalog->lock);
    for (size_t i = 0; i < unused.count; i++)
        unused.at[i].release(unused.at[i].context, unused.at[i].object);
    list_free(&unused);
}

size_t catalog_retired(const Catalog *catalog)
{
    mutex_lock(catalog->lock);
    size_t count = catalog->retired.count;
    mutex_unlock(catalog->lock);
    return count;
}

/* ---- looking ---- */

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
    relation->born = ++catalog->changes;
    if (found) {
        Relation *old = catalog->relations.at[at];
        retire(catalog, old->born, old, relation_free, NULL);
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
        retire(catalog, (*slot)->born, *slot, relation_free, NULL);
        catalog->relations.count--;
        memmove(slot, slot + 1, (catalog->relations.count - at) * sizeof *slot);
    }
    mutex_unlock(catalog->lock);
    return found;
}

bool catalog_holds(const Catalog *catalog, const Relation *relation)
{
    bool found;
    mutex_lock(catalog->lock);
    size_t at = relation_locate(catalog, relation->schema, relation->name, &found);
    found = found && catalog->relations.at[at]->id == relation->id;
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
