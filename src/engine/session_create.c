/*
 * session_create.c - CREATE TABLE, SOURCE, SINK and VIEW: a definition enters
 * the catalog.  Under Engine.ddl.
 */
#include "engine/internal.h"

/* Views go on over what replaces a relation if its columns are still there, in their places. */
static Status fits_views(StatementCall *call, const Relation *old, const Relation *new, Err *err)
{
    const Relation *view = view_that_uses(call->engine, old);
    if (!view)
        return OK;
    const NameList *name = &call->statement->create->name;
    for (int i = 0; i < old->column_count; i++)
        if (i >= new->column_count ||
            !text_equal_nocase(old->columns[i].name, new->columns[i].name) ||
            !type_equal(old->columns[i].type, new->columns[i].type)) {
            err_set(err, SQLSTATE_DEPENDENT_OBJECTS, name->at[name->count - 1].position,
                    "view %s uses column \"%s\" of \"%s\", which would change", view->name,
                    old->columns[i].name, old->name);
            return err_hint(err, "Drop the view first, or add columns behind the old ones only.");
        }
    return OK;
}

/* What its connector would refuse later is refused now. */
static Status check_connector(StatementCall *call, const Relation *relation, Err *err)
{
    const SourceClass *source = relation->connector ? source_class_find(relation->connector) : NULL;
    SourceTraits traits;
    if (!source || !source->describe)
        return OK;
    Status status =
        source->describe(relation, SCAN_DEFAULT_BOUNDED, &traits, call->arena, NULL, NULL, err);
    const NameList *name = &call->statement->create->name;
    if (status != OK && err->position < 0)
        err->position = name->at[name->count - 1].position;
    return status;
}

bool session_finds(const StatementCall *call)
{
    const NameList *name = &call->statement->create->name;
    return catalog_find(call->engine->catalog, ast_schema_name(name), ast_last_name(name)) != NULL;
}

Status session_create_relation(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = ast_last_name(&create->name);
    const Relation *old = catalog_find(engine->catalog, ast_schema_name(&create->name), name);
    PlannerContext context = session_planner(call, PLAN_SELECT);
    Relation *relation = NULL;
    TRY(plan_table_definition(&context, create, &relation, NULL, err));
    if (old && create->if_not_exists) {
        if (!session_same_definition(old->sql, relation->sql))
            session_notice(call->session, SEVERITY_NOTICE, SQLSTATE_DUPLICATE_TABLE,
                           "\"%s\" already exists with another definition, which stays", name);
        plan_relation_free(relation);
        return OK;
    }
    Status status = check_connector(call, relation, err);
    if (status == OK && old && create->or_replace)
        status = session_relation_in_use(call, old, err);
    if (status == OK && old && create->or_replace)
        status = fits_views(call, old, relation, err);
    int64_t old_id = old ? old->id : 0;
    bool old_internal = old && old->kind == RELATION_INTERNAL;
    bool internal = relation->kind == RELATION_INTERNAL;
    relation->id = engine->next_id++;
    if (status == OK && old && !create->or_replace)
        status = catalog_add(engine->catalog, relation, false, err); /* says that there is one */
    /* Its database first: a crash leaves one that nobody knows, which the next start removes. */
    if (status == OK && internal)
        status = engine_internal_table_make(engine, relation, err);
    if (status == OK)
        status = catalog_store_replace_relation(engine, old_id, relation, err);
    if (status == OK)
        status = catalog_add(engine->catalog, relation, true, err);
    if (status != OK) {
        if (internal)
            engine_internal_table_remove(engine, relation->id, 0);
        plan_relation_free(relation);
        if (err->position < 0)
            err->position = create->name.at[create->name.count - 1].position;
        return status;
    }
    if (old_internal)
        engine_internal_table_remove(engine, old_id, old->born);
    if (relation->temporary) {
        TemporaryRelation temporary = {mem_strdup(relation->schema), mem_strdup(relation->name),
                                       relation->id};
        list_push(&call->session->temporary, temporary);
    }
    return OK;
}
