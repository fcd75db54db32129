/* client.c - see client.h. */
#include "cli/client.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/paths.h"

static Status load(Client *client, Err *err)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        (void)err_set(err, SQLSTATE_CONNECTION, -1, "cannot load libpq.so.5");
        return err_hint(err, "Install the package libpq5, or use --local.");
    }
#define CLIENT_LOAD(name)                                                                          \
    {                                                                                              \
        void *symbol = dlsym(library, "PQ" #name);                                                 \
        if (!symbol)                                                                               \
            return err_set(err, SQLSTATE_CONNECTION, -1, "libpq.so.5 has no PQ" #name);            \
        memcpy(&client->name, &symbol, sizeof symbol);                                             \
    }
    CLIENT_FUNCTIONS(CLIENT_LOAD)
#undef CLIENT_LOAD
    return OK;
}

bool client_is_named(const Args *args)
{
    return args->host || args->port || args->socket;
}

const char *client_default_socket(Arena *arena)
{
    const char *folder = default_socket_dir(arena);
    const char *path = path_join(arena, folder, PATHS_SOCKET_NAME);
    struct stat info;
    Err err = ERR_NONE;
    if (stat(path, &info) != 0 || !S_ISSOCK(info.st_mode) ||
        paths_check_socket_dir(folder, &err) != OK)
        return NULL;
    return path;
}

/* "/run/streamd/.s.PGSQL.5433" → folder and port, a folder → itself. */
static void split_socket(const char *path, Arena *arena, const char **folder, const char **port)
{
    static const char mark[] = ".s.PGSQL.";
    const char *name = path_base(path);
    *folder = file_absolute(path, arena);
    if (strncmp(name, mark, sizeof mark - 1) == 0) {
        *folder = path_directory(*folder, arena);
        *port = arena_strdup(arena, name + sizeof mark - 1);
    }
}

Str client_error(const Client *client)
{
    const char *why = client->errorMessage(client->connection);
    why = why ? why : "no memory";
    return str_trim((Str){why, strcspn(why, "\n")});
}

static Status not_reached(const Client *client, Err *err)
{
    (void)err_set(err, SQLSTATE_CONNECTION, -1, STR_FORMAT, STR_ARG(client_error(client)));
    return err_hint(err, "Is streamd running? --local runs the engine in this process.");
}

static Status connect_with(Client *client, const char *host, const char *port, Err *err)
{
    const char *user = getenv("USER");
    static const char *const names[] = {"host",
                                        "port",
                                        "user",
                                        "dbname",
                                        "application_name",
                                        "client_encoding",
                                        "gssencmode",
                                        "connect_timeout",
                                        NULL};
    const char *const values[] = {host,      port,          user && *user ? user : "streamd",
                                  "streamd", "streamd-cli", "UTF8",
                                  "disable", "10",          NULL};
    client->connection = client->connectdbParams(names, values, 0);
    if (client->status(client->connection) == CONNECTION_OK) {
        client->cancel_handle = client->getCancel(client->connection);
        return OK;
    }
    Status status = not_reached(client, err);
    client_close(client);
    return status;
}

Status client_connect(Client *client, const Args *args, const char *socket_path, Err *err)
{
    *client = (Client){0};
    TRY(load(client, err));
    Arena arena;
    arena_init(&arena);
    const char *host = args->host ? args->host : "localhost";
    const char *port = args->port ? args->port : "5432";
    const char *path = socket_path ? socket_path : args->socket;
    if (path)
        split_socket(path, &arena, &host, &port);
    Status status = connect_with(client, host, port, err);
    arena_deinit(&arena);
    return status;
}

Status client_reconnect(Client *client, Mutex *lock, Err *err)
{
    mutex_lock(lock);
    client->reset(client->connection);
    client->freeCancel(client->cancel_handle);
    client->cancel_handle = client->getCancel(client->connection);
    mutex_unlock(lock);
    return client->status(client->connection) == CONNECTION_OK ? OK : not_reached(client, err);
}

void client_close(Client *client)
{
    if (client->cancel_handle)
        client->freeCancel(client->cancel_handle);
    if (client->connection)
        client->finish(client->connection);
    client->cancel_handle = NULL;
    client->connection = NULL;
}
