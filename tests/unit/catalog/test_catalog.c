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
