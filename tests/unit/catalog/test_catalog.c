#include <criterion/criterion.h>
#include <stdlib.h>
#include "catalog/catalog.h"

static Relation *relation_new(const char *schema, const char *name, int64_t id)
{
    Arena *arena = mem_alloc(sizeof *arena);
    arena_init(arena);
    Relation *relation = ARENA_NEW(arena, Relation);
    relation->arena = arena;
    relation->schema = schema;
    relation->name = arena_strdup(arena, name);
    relation->id = id;
    return relation;
}

static void relation_drop(Relation *relation)
{
    Arena *arena = relation->arena;
    arena_deinit(arena);
    free(arena);
}

typedef struct Seen {
    char names[256];
    int limit;
} Seen;

static bool see(void *context, const Relation *relation)
{
    Seen *seen = context;
    strcat(strcat(seen->names, relation->name), " ");
    return --seen->limit > 0;
}

Test(catalog, adds_finds_and_drops_without_regard_to_case)
{
    Catalog *catalog = catalog_new();
    Err err = ERR_NONE;
    const char *names[] = {"orders", "Ticks", "beta", "alpha", "zeta", "Mid"};
    for (int i = 0; i < 6; i++)
        cr_assert_eq(catalog_add(catalog, relation_new("public", names[i], i), false, &err), OK);
    cr_assert_eq(catalog_add(catalog, relation_new("streamd", "jobs", 10), false, &err), OK);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(catalog_find(catalog, NULL, names[i])->id, i);
    cr_assert_eq(catalog_find(catalog, "PUBLIC", "TICKS")->id, 1);
    cr_assert_null(catalog_find(catalog, NULL, "jobs"));
    cr_assert_eq(catalog_find(catalog, "streamd", "jobs")->id, 10);
    cr_assert_eq(catalog_find(catalog, NULL, "streamd.jobs")->id, 10);

    Seen seen = {.limit = 100};
    catalog_each(catalog, see, &seen);
    cr_assert_str_eq(seen.names, "alpha beta jobs Mid orders Ticks zeta ");
    seen = (Seen){.limit = 2};
    catalog_each(catalog, see, &seen);
    cr_assert_str_eq(seen.names, "alpha beta ");

    cr_assert(catalog_drop(catalog, NULL, "MID"));
    cr_assert_not(catalog_drop(catalog, NULL, "mid"));
    cr_assert_null(catalog_find(catalog, NULL, "mid"));
    cr_assert_eq(catalog_find(catalog, NULL, "orders")->id, 0);
    catalog_free(catalog);
}

Test(catalog, refuses_a_taken_name_unless_replacing)
{
    Catalog *catalog = catalog_new();
    Err err = ERR_NONE;
    cr_assert_eq(catalog_add(catalog, relation_new("public", "t", 1), false, &err), OK);
    Relation *other = relation_new("public", "T", 2);
    cr_assert_eq(catalog_add(catalog, other, false, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_DUPLICATE_TABLE);
    cr_assert_str_eq(err.message, "table \"T\" already exists");
    relation_drop(other);
    cr_assert_eq(catalog_add(catalog, relation_new("public", "T", 3), true, &err), OK);
    cr_assert_eq(catalog_find(catalog, NULL, "t")->id, 3);
    catalog_free(catalog);
}

Test(catalog, names_the_nearest_when_missing)
{
    Catalog *catalog = catalog_new();
    Err err = ERR_NONE;
    cr_assert_eq(catalog_add(catalog, relation_new("public", "orders", 1), false, &err), OK);
    cr_assert_eq(catalog_missing(catalog, NULL, "oders", 14, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_TABLE);
    cr_assert_eq(err.position, 14);
    cr_assert_str_eq(err.message, "table \"oders\" does not exist");
    cr_assert_not_null(strstr(err.hint, "orders"));
    cr_assert_eq(catalog_missing(catalog, "streamd", "orders", 0, &err), FAIL);
    cr_assert_str_eq(err.message, "table \"streamd.orders\" does not exist");
    cr_assert_str_eq(err.hint, "");
    catalog_free(catalog);
}

static int64_t replace(Catalog *catalog, int64_t id)
{
    Err err = ERR_NONE;
    cr_assert_eq(catalog_add(catalog, relation_new("public", "t", id), true, &err), OK);
    catalog_reclaim(catalog);
    return (int64_t)catalog_retired(catalog);
}

Test(catalog, frees_what_was_dropped_when_nobody_uses_it)
{
    Catalog *catalog = catalog_new();
    CatalogPin statement, job, late;
    cr_assert_eq(replace(catalog, 1), 0);
    cr_assert_eq(replace(catalog, 2), 0);

    /* Found before it was dropped. */
    catalog_pin(catalog, &statement, NULL);
    const Relation *found = catalog_find(catalog, NULL, "t");
    cr_assert_eq(replace(catalog, 3), 1);
    cr_assert_eq(found->id, 2);

    /* Who comes after that has not found it. */
    catalog_pin(catalog, &late, NULL);
    catalog_unpin(catalog, &statement);
    catalog_reclaim(catalog);
    cr_assert_eq(catalog_retired(catalog), 0);
    catalog_unpin(catalog, &late);
    catalog_unpin(catalog, &late);

    /* A job has what its statement found, and nothing that came after its start. */
    catalog_pin(catalog, &statement, NULL);
    found = catalog_find(catalog, NULL, "t");
    cr_assert(catalog_holds(catalog, found));
    cr_assert_eq(replace(catalog, 4), 1);
    cr_assert_not(catalog_holds(catalog, found));
    catalog_pin(catalog, &job, &statement);
    catalog_unpin(catalog, &statement);
    catalog_pin_settle(catalog, &job, true);
    /* 4 was there when the job was planned. */
    cr_assert_eq(replace(catalog, 5), 2);
    for (int i = 6; i < 20; i++)
        cr_assert_eq(replace(catalog, i), 2);
    cr_assert_eq(found->id, 3);

    /* It looks again, and then has what it finds. */
    catalog_pin_settle(catalog, &job, false);
    found = catalog_find(catalog, NULL, "t");
    cr_assert_eq(replace(catalog, 20), 3);
    cr_assert_eq(found->id, 19);
    catalog_unpin(catalog, &job);
    catalog_reclaim(catalog);
    cr_assert_eq(catalog_retired(catalog), 0);

    /* What is still in use when the catalog ends goes with it. */
    catalog_pin(catalog, &job, NULL);
    cr_assert(catalog_drop(catalog, NULL, "t"));
    catalog_reclaim(catalog);
    cr_assert_eq(catalog_retired(catalog), 1);
    catalog_free(catalog);
}

static void note_release(void *context, void *object)
{
    *(const char **)context = object;
}

Test(catalog, releases_what_belongs_to_a_relation_with_it)
{
    Catalog *catalog = catalog_new();
    CatalogPin pin;
    const char *released = NULL;
    static char object[] = "its database";
    cr_assert_eq(replace(catalog, 1), 0);
    uint64_t born = catalog_find(catalog, NULL, "t")->born;
    catalog_pin(catalog, &pin, NULL);
    cr_assert(catalog_drop(catalog, NULL, "t"));
    catalog_retire(catalog, born, object, note_release, &released);
    catalog_reclaim(catalog);
    cr_assert_null(released);
    catalog_unpin(catalog, &pin);
    catalog_reclaim(catalog);
    cr_assert_eq(released, object);
    catalog_free(catalog);
}
