/* The whole server in a thread of the test, with an engine that does as it is told. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/file.h"
#include "base/net.h"
#include "base/thread.h"
#include "fake_engine.h"
#include "server/pg_protocol.h"
#include "server/server.h"

static char folder[] = "/tmp/streamd-server-XXXXXX";
static Server *server;
static Thread server_thread;
static Status served;
static Err err, served_err;

static void serve(void *arg)
{
    (void)arg;
    served = server_run(server, NULL, &served_err);
}

static void start_server(ServerConfig config)
{
    bool in_use;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    cr_assert(mkdtemp(folder));
    config.socket_dir = folder;
    cr_assert_eq(server_new(&server, &config, &in_use, &err), OK, "%s", err.message);
    cr_assert_eq(server_listen(server, &err), OK, "%s", err.message);
    cr_assert_eq(thread_start(&server_thread, serve, NULL, "server", &err), OK);
}

static void stop_server(void)
{
    server_stop(server);
    thread_join(&server_thread);
    cr_assert_eq(served, OK, "%s", served_err.message);
    cr_assert_eq(access(server_socket_path(server), F_OK), -1, "the socket is gone");
    cr_assert_eq(fake_sessions, 0);
    server_free(server);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}

/* ---- a client ---- */

typedef struct Client {
    int fd;
    Buf in;
    size_t at;
    uint32_t pid, key;
} Client;

static Client client_dial(void)
{
    Client client = {.fd = socket(AF_UNIX, SOCK_STREAM, 0)};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, server_socket_path(server), strlen(server_socket_path(server)) + 1);
    cr_assert_eq(connect(client.fd, (const struct sockaddr *)&address, sizeof address), 0);
    return client;
}

static void client_close(Client *client)
{
    net_close(client->fd);
    buf_deinit(&client->in);
}

static void client_send(Client *client, const void *bytes, size_t size)
{
    cr_assert_eq(net_write_all(client->fd, bytes, size, &err), OK, "%s", err.message);
}

/* Reads more; false at the end. */
static bool client_fill(Client *client)
{
    struct pollfd state = {.fd = client->fd, .events = POLLIN};
    cr_assert_eq(poll(&state, 1, 60000), 1, "the server does not answer");
    ssize_t got = recv(client->fd, buf_reserve(&client->in, 65536), 65536, 0);
    if (got <= 0)
        return false;
    client->in.length += (size_t)got;
    return true;
}

/* The next message's type; 0 at the end of the connection. */
static char client_next(Client *client, PgFrame *frame)
{
    while (true) {
        Str rest = {client->in.data + client->at, client->in.length - client->at};
        PgFrameState state = pg_frame_next(rest, frame, &err);
        cr_assert_neq(state, PG_FRAME_BAD);
        if (state == PG_FRAME_WHOLE) {
            client->at += frame->bytes;
            return frame->type;
        }
        if (client->at) {
            memmove(client->in.data, client->in.data + client->at, rest.length);
            client->in.length = rest.length;
            client->at = 0;
        }
        if (!client_fill(client))
            return 0;
    }
}

static void client_message(Client *client, char type, const char *payload, size_t size)
{
    Buf out;
    buf_init(&out);
    size_t at = pg_begin(&out, type);
    buf_add(&out, payload, size);
    pg_end(&out, at);
    client_send(client, out.data, out.length);
    buf_deinit(&out);
}

static void client_query(Client *client, const char *sql)
{
    client_message(client, 'Q', sql, strlen(sql) + 1);
}

static void send_startup(Client *client, int32_t code, const char *payload, size_t size)
{
    Buf out;
    buf_init(&out);
    pg_add_i32(&out, (int32_t)size + 8);
    pg_add_i32(&out, code);
    buf_add(&out, payload, size);
    client_send(client, out.data, out.length);
    buf_deinit(&out);
}

static uint32_t get_u32(const char *from)
{
    const unsigned char *b = (const unsigned char *)from;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void client_greet(Client *client)
{
    static const char parameters[] = "user\0me\0application_name\0test\0";
    PgFrame frame;
    char type;
    send_startup(client, 3 << 16, parameters, sizeof parameters);
    while ((type = client_next(client, &frame)) != 'Z') {
        cr_assert(type == 'R' || type == 'S' || type == 'K', "got %c", type);
        if (type == 'K') {
            client->pid = get_u32(frame.payload.data);
            client->key = get_u32(frame.payload.data + 4);
        }
    }
}

static Client client_new(void)
{
    Client client = client_dial();
    client_greet(&client);
    return client;
}

/* Text of a field of an error or a notice; "" when there is none. */
static const char *field_of(const PgFrame *frame, char field)
{
    Str rest = frame->payload, text;
    while (pg_read_cstring(&rest, &text) && text.length)
        if (text.data[0] == field)
            return text.data + 1;
    return "";
}

/* Types of the messages up to ReadyForQuery or the end; errors as E(sqlstate). */
static const char *client_answer(Client *client)
{
    static char answer[2048];
    PgFrame frame;
    size_t length = 0;
    char type;
    do {
        type = client_next(client, &frame);
        if (length + 16 > sizeof answer)
            length = 0;
        answer[length++] = type ? type : '.';
        if (type == 'E')
            length += (size_t)sprintf(answer + length, "(%s)", field_of(&frame, 'C'));
    } while (type && type != 'Z');
    answer[length] = '\0';
    return answer;
}

static void expect(Client *client, const char *sql, const char *answer)
{
    client_query(client, sql);
    cr_assert_str_eq(client_answer(client), answer, "%s", sql);
}

static void cancel(uint32_t pid, uint32_t key)
{
    Client other = client_dial();
    Buf keys;
    PgFrame frame;
    buf_init(&keys);
    pg_add_i32(&keys, (int32_t)pid);
    pg_add_i32(&keys, (int32_t)key);
    send_startup(&other, 80877102, keys.data, keys.length);
    cr_assert_eq(client_next(&other, &frame), 0, "a cancel request has no answer");
    buf_deinit(&keys);
    client_close(&other);
}

static void wait_until(const _Atomic int *value, int wanted)
{
    for (int i = 0; i < 20000 && *value != wanted; i++)
        (void)usleep(1000);
    cr_assert_eq(*value, wanted);
}

/* ---- tests ---- */

Test(server, greets)
{
    start_server((ServerConfig){0});
    Client client = client_dial();
    char no[2];
    send_startup(&client, 80877103, "", 0);
    cr_assert_eq(recv(client.fd, no, 1, MSG_WAITALL), 1);
    send_startup(&client, 80877104, "", 0);
    cr_assert_eq(recv(client.fd, no + 1, 1, MSG_WAITALL), 1);
    cr_assert_arr_eq(no, "NN", 2);
    static const char parameters[] = "user\0me\0options\0-c application_name=a\\ b --foo-bar=1\0";
    send_startup(&client, 3 << 16, parameters, sizeof parameters);
    PgFrame frame;
    char type;
    int found = 0;
    while ((type = client_next(&client, &frame)) != 'Z') {
        Str name, value;
        if (type != 'S')
            continue;
        cr_assert(pg_read_cstring(&frame.payload, &name));
        cr_assert(pg_read_cstring(&frame.payload, &value));
        found += str_equal(name, STR("server_encoding")) && str_equal(value, STR("UTF8"));
        found += str_equal(name, STR("session_authorization")) && str_equal(value, STR("me"));
        found += str_equal(name, STR("application_name")) && str_equal(value, STR("a b"));
    }
    cr_assert_eq(found, 3);
    client_message(&client, 'X', "", 0);
    cr_assert_eq(client_next(&client, &frame), 0);
    client_close(&client);
    stop_server();
}

Test(server, refuses_at_the_start)
{
    static const struct {
        Str parameters;
        const char *answer;
    } cases[] = {
        {STR("database\0db\0"), "E(28000)."},
        {STR("user\0me\0client_encoding\0LATIN1\0"), "E(22023)."},
        {STR("user\0me\0application_name\0\xff\0"), "E(22021)."},
        {STR("user\0me\0replication\0true\0"), "E(0A000)."},
        {STR("user\0me\0trigger\0x\0"), "E(22023)."},
        {STR("user\0me\0options\0nonsense\0"), "E(42601)."},
        {STR("user\0me\0options\0-c\0"), "E(42601)."},
        {STR("user\0me\0client_encoding\0utf-8\0geqo\0off\0"), "RSSSSSSSSSSSKZ"},
    };
    start_server((ServerConfig){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Client client = client_dial();
        Str parameters = cases[i].parameters;
        send_startup(&client, 3 << 16, parameters.data, parameters.length + 1);
        cr_assert_str_eq(client_answer(&client), cases[i].answer, "case %zu", i);
        client_close(&client);
    }
    stop_server();
}

Test(server, queries)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    expect(&client, "SELECT rows 2", "TDDCZ");
    expect(&client, "SELECT rows 1; SELECT rows 0 ;; OTHER", "TDCTCCZ");
    expect(&client, "", "IZ");
    expect(&client, " ; -- nothing\n", "IZ");
    expect(&client, "SELECT rows 1; FAIL 2; SELECT rows 1", "TDCE(42601)Z");
    expect(&client, "SELECT half", "TDE(22012)Z");
    expect(&client, "COPY", "HdddcCZ");
    expect(&client, "NOTICE", "NCZ");
    expect(&client, "SELECT complete", "STNDNDNDCZ");
    expect(&client, "NAME other", "CSZ");
    expect(&client, "SELECT rows 5000; SELECT \xff", "E(22021)Z");
    client_close(&client);
    stop_server();
}

/* Positions count characters of the whole query, hints come along. */
Test(server, positions)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    client_query(&client, "SELECT rows 0; /* äöü */\n FAIL 5 --");
    PgFrame frame;
    while (client_next(&client, &frame) != 'E') {
    }
    cr_assert_str_eq(field_of(&frame, 'P'), "32");
    cr_assert_str_eq(field_of(&frame, 'H'), "Do not.");
    cr_assert_str_eq(field_of(&frame, 'M'), "told to fail");
    cr_assert_str_eq(field_of(&frame, 'S'), "ERROR");
    cr_assert_str_eq(client_answer(&client), "Z");
    client_query(&client, "FAIL 500");
    while (client_next(&client, &frame) != 'E') {
    }
    cr_assert_str_eq(field_of(&frame, 'P'), "9", "never behind the end");
    client_close(&client);
    stop_server();
}

Test(server, extended_queries_are_refused)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    client_message(&client, 'P', "\0SELECT 1\0\0", 12);
    client_message(&client, 'B', "", 0);
    client_message(&client, 'D', "", 0);
    client_message(&client, 'E', "", 0);
    client_query(&client, "SELECT rows 1"); /* skipped too */
    client_message(&client, 'S', "", 0);
    cr_assert_str_eq(client_answer(&client), "E(0A000)Z");
    client_message(&client, 'F', "", 0);
    cr_assert_str_eq(client_answer(&client), "E(0A000)Z");
    expect(&client, "SELECT rows 1", "TDCZ");
    client_close(&client);
    stop_server();
}

Test(server, cancel_requests)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    PgFrame frame;
    client_query(&client, "SELECT wait; SELECT rows 1");
    wait_until(&fake_running, 1);
    cancel(client.pid, client.key ^ 1);
    cancel(client.pid + 1, client.key);
    cr_assert_eq(fake_running, 1);
    cancel(client.pid, client.key);
    cr_assert_str_eq(client_answer(&client), "E(57014)Z");
    cancel(client.pid, client.key); /* nothing to cancel, now or later */
    expect(&client, "SELECT rows 1", "TDCZ");
    client_query(&client, "SELECT stream; SELECT rows 1");
    cr_assert_eq(client_next(&client, &frame), 'S');
    cr_assert_eq(client_next(&client, &frame), 'T');
    for (int i = 0; i < 3; i++)
        cr_assert_eq(client_next(&client, &frame), 'D');
    cancel(client.pid, client.key);
    char type;
    while ((type = client_next(&client, &frame)) == 'D') {
    }
    cr_assert_eq(type, 'C', "a stream ends well");
    cr_assert_str_eq(client_answer(&client), "E(57014)Z", "and what follows does not run");
    client_close(&client);
    stop_server();
}

/* All that came ends with ReadyForQuery. */
static bool has_ended(const Client *client)
{
    static const char ready[] = "Z\0\0\0\5I";
    size_t size = sizeof ready - 1;
    return client->in.length - client->at >= size &&
           memcmp(client->in.data + client->in.length - size, ready, size) == 0;
}

/* Any moment is a good one: between the statements, before the first, after the last. */
Test(server, cancel_at_any_time)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    for (int i = 0; i < 200; i++) {
        client_query(&client, "SELECT rows 10; SELECT idle");
        (void)usleep((useconds_t)(i * 7 % 300));
        cancel(client.pid, client.key);
        /* It may have come before the query, and then it was nobody's. */
        struct pollfd state = {.fd = client.fd, .events = POLLIN};
        while (!has_ended(&client)) {
            if (poll(&state, 1, 300) == 1)
                cr_assert(client_fill(&client));
            else
                cancel(client.pid, client.key);
        }
        const char *answer = client_answer(&client);
        bool ended = strstr(answer, "E(57014)Z") || strstr(answer, "CZ");
        cr_assert(ended, "%s", answer);
    }
    client_close(&client);
    stop_server();
}

Test(server, a_slow_client_waits_alone)
{
    start_server((ServerConfig){0});
    Client slow = client_new(), quick = client_new();
    client_query(&slow, "SELECT flood");
    wait_until(&fake_running, 1);
    int64_t before;
    do {
        before = fake_rows_handed;
        (void)usleep(200000);
    } while (fake_rows_handed != before);
    /* 3 MiB: a megabyte waiting, another being written, a piece and what the kernel holds. */
    cr_assert_lt(before, 3 * 1024 * 1024 / 48);
    for (int i = 0; i < 10; i++) {
        expect(&quick, "SELECT rows 1", "TDCZ");
        client_query(&quick, "SELECT rows 100000");
        PgFrame frame;
        int rows = 0;
        char type;
        while ((type = client_next(&quick, &frame)) != 'Z')
            rows += type == 'D';
        cr_assert_eq(rows, 100000);
    }
    cr_assert_eq(fake_rows_handed, before, "it still waits");
    cancel(slow.pid, slow.key);
    wait_until(&fake_running, 0);
    const char *answer = client_answer(&slow);
    cr_assert_str_eq(answer + strlen(answer) - 3, "DCZ", "%s", answer);
    expect(&slow, "SELECT rows 1", "STDCZ");
    client_close(&slow);
    client_close(&quick);
    stop_server();
}

Test(server, a_client_leaves)
{
    static const char *const statements[] = {"SELECT idle", "SELECT wait", "SELECT flood",
                                             "SELECT stream"};
    start_server((ServerConfig){0});
    for (int i = 0; i < 4; i++) {
        Client client = client_new();
        client_query(&client, statements[i]);
        wait_until(&fake_running, 1);
        client_close(&client);
        wait_until(&fake_running, 0);
        wait_until(&fake_sessions, 0);
    }
    stop_server();
}

Test(server, a_half_closed_client_is_answered)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    client_query(&client, "SELECT rows 1");
    client_query(&client, "SELECT rows 1");
    cr_assert_eq(shutdown(client.fd, SHUT_WR), 0);
    cr_assert_str_eq(client_answer(&client), "TDCZ");
    cr_assert_str_eq(client_answer(&client), "TDCZ");
    cr_assert_str_eq(client_answer(&client), ".");
    client_close(&client);
    Client other = client_new();
    client_query(&other, "SELECT idle");
    wait_until(&fake_running, 1);
    cr_assert_eq(shutdown(other.fd, SHUT_WR), 0);
    (void)usleep(300000);
    cr_assert_eq(fake_running, 1, "it may still be reading");
    client_close(&other);
    wait_until(&fake_running, 0);
    stop_server();
}

Test(server, too_many_clients)
{
    start_server((ServerConfig){.max_connections = 2});
    Client one = client_new(), two = client_new(), three = client_dial();
    static const char parameters[] = "user\0me\0";
    send_startup(&three, 3 << 16, parameters, sizeof parameters);
    cr_assert_str_eq(client_answer(&three), "E(53300).");
    client_close(&three);
    client_query(&one, "SELECT wait");
    wait_until(&fake_running, 1);
    cancel(one.pid, one.key);
    cr_assert_str_eq(client_answer(&one), "E(57014)Z", "a cancel request needs no session");
    client_close(&two);
    wait_until(&fake_sessions, 1);
    (void)usleep(50000);
    two = client_new();
    client_close(&one);
    client_close(&two);
    stop_server();
}

Test(server, who_says_nothing_is_sent_away)
{
    start_server((ServerConfig){.startup_timeout_ms = 50});
    Client client = client_dial();
    PgFrame frame;
    cr_assert_eq(client_next(&client, &frame), 0);
    client_close(&client);
    client = client_new();
    (void)usleep(150000);
    expect(&client, "SELECT rows 1", "TDCZ");
    client_close(&client);
    stop_server();
}

Test(server, long_messages)
{
    start_server((ServerConfig){0});
    Client client = client_new();
    size_t size = 5 * 1024 * 1024;
    char *text = mem_alloc(size);
    memset(text, ' ', size);
    memcpy(text, "SELECT rows 1 --", 16);
    text[size - 1] = '\0';
    client_query(&client, text);
    cr_assert_str_eq(client_answer(&client), "TDCZ");
    free(text);
    for (int i = 0; i < 100; i++) /* several before the first is answered */
        client_query(&client, "SELECT rows 1");
    for (int i = 0; i < 100; i++)
        cr_assert_str_eq(client_answer(&client), "TDCZ");
    static const char too_long[] = "Q\4\0\0\1x";
    client_send(&client, too_long, sizeof too_long);
    cr_assert_str_eq(client_answer(&client), "E(08P01).");
    client_close(&client);
    stop_server();
}

Test(server, bad_messages)
{
    static const struct {
        Str bytes;
        const char *answer;
    } cases[] = {
        {STR("Q\0\0\0\0"), "E(08P01)."},
        {STR("Q\0\0\0\4"), "E(08P01)."},
        {STR("Q\0\0\0\5x"), "E(08P01)."},
        {STR("Q\0\0\0\7x\0y"), "E(08P01)."},
        {STR("\0\0\0\0\4"), "E(08P01)."},
        {STR("p\0\0\0\5\0"), "E(08P01)."},
        {STR("d\0\0\0\5xH\0\0\0\4X\0\0\0\4"), "."},
    };
    start_server((ServerConfig){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Client client = client_new();
        client_send(&client, cases[i].bytes.data, cases[i].bytes.length);
        cr_assert_str_eq(client_answer(&client), cases[i].answer, "case %zu", i);
        client_close(&client);
    }
    stop_server();
}

/* Whatever comes, at the start or later, the others are served. */
Test(server, any_bytes)
{
    start_server((ServerConfig){0});
    srand(11);
    for (int round = 0; round < 300; round++) {
        Client client = round % 2 ? client_new() : client_dial();
        char bytes[300];
        static const char types[] = "QXPBDECSFHdcfp\0";
        size_t size = (size_t)(1 + rand() % (int)sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(rand() % 3 ? rand() % 5 : rand());
        for (size_t i = 0; i + 5 < size && rand() % 8; i += 5 + (size_t)(rand() % 12))
            bytes[i] = types[rand() % (int)(sizeof types - 1)];
        (void)send(client.fd, bytes, size, MSG_NOSIGNAL);
        if (rand() % 2) {
            (void)shutdown(client.fd, SHUT_WR);
            char sink[512];
            while (recv(client.fd, sink, sizeof sink, 0) > 0) {
            }
        }
        client_close(&client);
    }
    Client client = client_new();
    expect(&client, "SELECT rows 1", "TDCZ");
    client_close(&client);
    wait_until(&fake_sessions, 0);
    stop_server();
}

Test(server, stops_with_clients)
{
    start_server((ServerConfig){.drain_timeout_ms = 500});
    Client idle = client_new(), streaming = client_new(), stalled = client_new(),
           starting = client_dial();
    client_query(&streaming, "SELECT stream");
    client_query(&stalled, "SELECT flood");
    wait_until(&fake_running, 2);
    (void)usleep(100000);
    stop_server();
    cr_assert_str_eq(client_answer(&idle), "E(57P01).");
    const char *answer = client_answer(&streaming);
    cr_assert(strstr(answer, "DCZ"), "%s", answer);
    cr_assert_str_eq(client_answer(&streaming), "E(57P01).");
    client_close(&idle);
    client_close(&streaming);
    client_close(&stalled);
    client_close(&starting);
}

Test(server, one_folder_one_server)
{
    start_server((ServerConfig){0});
    Server *other;
    bool in_use = false;
    ServerConfig config = {.socket_dir = folder};
    cr_assert_eq(server_new(&other, &config, &in_use, &err), FAIL);
    cr_assert(in_use);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_IN_USE);
    stop_server();

    /* What a killed one left is replaced. */
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    cr_assert(mkdtemp(folder));
    char path[128];
    (void)snprintf(path, sizeof path, "%s/.s.PGSQL.5432", folder);
    int fd;
    cr_assert_eq(net_listen_unix(path, 5, &fd, &err), OK);
    net_close(fd);
    cr_assert_eq(access(path, F_OK), 0);
    cr_assert_eq(server_new(&other, &config, &in_use, &err), OK);
    cr_assert_eq(server_listen(other, &err), OK, "%s", err.message);
    server_free(other);
    cr_assert_eq(access(path, F_OK), -1);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}
