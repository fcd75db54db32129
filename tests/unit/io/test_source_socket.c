#include "connector_support.h"
#include <sys/socket.h>
#include "base/net.h"
#include "base/thread.h"

static SourceRun run;

static void fresh(void)
{
    set_up();
    run = (SourceRun){0};
}

static Relation *lines(const char *columns, const char *const *options)
{
    return relation(columns, options);
}

/* The port that the last notice says. */
static const char *noticed_port(void)
{
    const char *at = strstr(buf_text(&notices), "listening at port ");
    cr_assert_not_null(at);
    return arena_printf(&arena, "%d", atoi(at + 18));
}

static int dial(const char *port)
{
    Err err = ERR_NONE;
    int fd = -1;
    cr_assert_eq(net_connect("127.0.0.1", port, &fd, &err), OK, "%s", err.message);
    return fd;
}

static void say(int fd, const char *text)
{
    Err err = ERR_NONE;
    cr_assert_eq(net_write_all(fd, text, strlen(text), &err), OK, "%s", err.message);
}

static const char *const listening[] = {"mode", "listen", "host", "127.0.0.1", "port", "0", NULL};

FolderTest(source_socket, listens)
{
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", listening)), "%s", run.failure);
    const char *port = noticed_port();
    int one = dial(port);
    say(one, "1\n2\nhal");
    cr_assert_str_eq(source_read_soon(&run, 3000), "1\n2\n");
    cr_assert_gt(run.woken, 0);
    int two = dial(port);
    say(two, "other\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "other\n");
    say(one, "f\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "half\n");
    say(one, "rest");
    net_close(one); /* the end of a connection ends its last line */
    cr_assert_str_eq(source_read_soon(&run, 3000), "rest");
    cr_assert_eq(run.state, SOURCE_WAIT);
    net_close(two);
    source_stop(&run);
}

static bool source_refused(SourceRun *source, const char *how)
{
    const char *text = source_read_soon(source, 3000);
    bool refused = *text == '!' && strstr(text, how);
    if (!refused)
        cr_log_error("got: %s", text);
    return refused;
}

/* Half a number is not a smaller one. */
FolderTest(source_socket, a_line_that_a_reset_cuts_is_refused)
{
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", listening)));
    const char *port = noticed_port();
    for (int i = 0; i < 30; i++) {
        int fd = dial(port);
        struct linger now = {.l_onoff = 1, .l_linger = 0};
        say(fd, "100\n");
        cr_assert_str_eq(source_read_soon(&run, 3000), "100\n");
        say(fd, "12");
        cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
        net_close(fd);
        cr_assert(source_refused(&run, "the connection broke in the middle of this line [12]"));
    }
    source_stop(&run);
}

FolderTest(source_socket, bounded_ends_with_the_last_connection)
{
    const char *const options[] = {"mode", "listen",    "host",    "127.0.0.1", "port",
                                   "0",    "scan.mode", "bounded", NULL};
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)));
    const char *port = noticed_port();
    int one = dial(port), two = dial(port);
    say(one, "1\n");
    say(two, "2\n");
    cr_assert(*source_read_soon(&run, 3000));
    (void)source_read_soon(&run, 100);
    net_close(one);
    cr_assert_str_eq(source_read_soon(&run, 100), "");
    cr_assert_eq(run.state, SOURCE_WAIT);
    say(two, "last");
    net_close(two);
    cr_assert_str_eq(source_read_soon(&run, 3000), "last");
    cr_assert_str_eq(source_read_soon(&run, 1000), "");
    cr_assert_eq(run.state, SOURCE_END);
    source_stop(&run);
}

FolderTest(source_socket, connects_and_connects_again)
{
    Err err = ERR_NONE;
    int listener, port, peer;
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK);
    const char *const options[] = {"host", "localhost", "port", arena_printf(&arena, "%d", port),
                                   NULL};
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)));
    cr_assert_eq(net_accept(listener, &peer, &err), OK);
    say(peer, "1\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "1\n");
    net_close(peer);
    cr_assert_eq(net_accept(listener, &peer, &err), OK);
    say(peer, "2\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "2\n");
    net_close(listener);
    net_close(peer);
    for (int i = 0; i < 400 && !noticed("cannot connect"); i++)
        (void)source_read_soon(&run, 10);
    cr_assert(strstr(buf_text(&notices), "cannot connect to localhost:"), "%s", buf_text(&notices));
    source_stop(&run);
    /* closing in every state */
    for (int i = 0; i < 20; i++) {
        cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)));
        usleep((useconds_t)i * 300);
        source_stop(&run);
    }
}

FolderTest(source_socket, options_are_checked)
{
    const char *const none[] = {"host", "h", NULL}, *const no_host[] = {"port", "1", NULL};
    const char *const durable[] = {"host", "h", "port", "1", "durable", "true", NULL};
    cr_assert_not(source_start(&run, "socket", lines("a VARCHAR", none)));
    cr_assert_str_eq(run.failure, "22023 table t lacks the option 'port'");
    cr_assert_not(source_start(&run, "socket", lines("a VARCHAR", no_host)));
    cr_assert_str_eq(run.failure, "22023 table t lacks the option 'host'");
    cr_assert_not(source_start(&run, "socket", lines("a VARCHAR", durable)));
    cr_assert(strncmp(run.failure, "0A000", 5) == 0);
}

FolderTest(source_socket, a_port_in_use_is_named)
{
    Err err = ERR_NONE;
    int listener, port;
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK);
    const char *const options[] = {
        "mode", "listen", "host", "127.0.0.1", "port", arena_printf(&arena, "%d", port), NULL};
    cr_assert_not(source_start(&run, "socket", lines("a VARCHAR", options)));
    cr_assert(strstr(run.failure, arena_printf(&arena, "%d", port)), "%s", run.failure);
    net_close(listener);
    for (int i = 0; i < 5; i++) { /* free again at once */
        cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)), "%s", run.failure);
        source_stop(&run);
    }
}

FolderTest(source_socket, readers_share_a_table)
{
    SourceRun other = {0};
    Relation *table = lines("a VARCHAR", listening);
    cr_assert(source_start(&run, "socket", table));
    const char *port = noticed_port();
    int fd = dial(port);
    say(fd, "1\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "1\n");
    cr_assert(source_start(&other, "socket", table));
    say(fd, "2\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "2\n");
    cr_assert_str_eq(source_read_soon(&other, 3000), "2\n");
    source_stop(&run);
    say(fd, "3\n");
    cr_assert_str_eq(source_read_soon(&other, 3000), "3\n");
    source_stop(&other);
    net_close(fd);
}

FolderTest(source_socket, too_long_lines_are_left_out)
{
    const char *const options[] = {"mode", "listen",         "host", "127.0.0.1", "port",
                                   "0",    "max-line-bytes", "1000", NULL};
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)));
    int fd = dial(noticed_port());
    say(fd, "first\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "first\n");
    char *line = arena_alloc(&arena, 200001);
    memset(line, 'x', 200000);
    line[200000] = '\0';
    say(fd, line);
    cr_assert_str_eq(source_read_soon(&run, 3000),
                     "! line 2 @6 54000 row is longer than 1000 bytes "
                     "[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]\n");
    say(fd, line);
    say(fd, "\nlast\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "last\n");
    source_stop(&run);
    net_close(fd);
}

FolderTest(source_socket, headers)
{
    const char *const options[] = {"mode", "listen",     "host", "127.0.0.1", "port",
                                   "0",    "csv.header", "true", NULL};
    run.decoded = true;
    cr_assert(source_start(&run, "socket", lines("a INT, b INT", options)));
    const char *port = noticed_port();
    int one = dial(port), two = dial(port), three = dial(port);
    say(one, "b,");
    say(two, "a,b\n1,2\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "1|2\n");
    say(one, "a\n3,4\n");
    cr_assert_str_eq(source_read_soon(&run, 3000), "4|3\n");
    say(three, "a,z\n1,2\n");
    const char *text = source_read_soon(&run, 3000);
    cr_assert(strncmp(text, "! line 1 @0 42703", 17) == 0, "%s", text);
    source_stop(&run);
    net_close(one);
    net_close(two);
    net_close(three);
}

/* ---- load ---- */

typedef struct Sender {
    const char *port;
    size_t bytes;
    _Atomic size_t sent;
    const char *block;
    size_t block_bytes;
} Sender;

static void send_all(void *arg)
{
    Sender *sender = arg;
    Err err = ERR_NONE;
    int fd = -1;
    if (net_connect("127.0.0.1", sender->port, &fd, &err) != OK)
        return;
    while (sender->sent < sender->bytes &&
           net_write_all(fd, sender->block, sender->block_bytes, &err) == OK)
        sender->sent += sender->block_bytes;
    net_close(fd);
}

FolderTest(source_socket, much_comes_through_in_order)
{
    Err err = ERR_NONE;
    const char *const options[] = {"mode", "listen",    "host",    "127.0.0.1", "port",
                                   "0",    "scan.mode", "bounded", NULL};
    const char *wanted = getenv("SOCKET_BYTES");
    size_t total = wanted ? strtoull(wanted, NULL, 10) : 50000000;
    Buf block;
    buf_init(&block);
    for (int i = 0; block.length < 65000; i++)
        buf_printf(&block, "2024-01-02 09:00:00.%03d,SYM%d,%d.25\n", i % 1000, i % 900, i);
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", options)));
    Sender sender = {
        .port = noticed_port(), .bytes = total, .block = block.data, .block_bytes = block.length};
    Thread thread;
    cr_assert_eq(thread_start(&thread, send_all, &sender, "sender", &err), OK);
    size_t got = 0;
    uint64_t chunks = 0;
    bool same = true;
    int64_t start_us = clock_mono_us();
    for (;;) {
        Chunk *chunk;
        cr_assert_eq(
            run.source->class->next(run.source, &chunk, &run.state, &run.wait_until_us, &err), OK);
        if (run.state == SOURCE_END)
            break;
        if (run.state == SOURCE_WAIT) {
            usleep(20);
            continue;
        }
        same &= chunk->file_offset == (int64_t)got && chunk->data[chunk->length - 1] == '\n';
        for (size_t at = 0; !wanted && at < chunk->length;) {
            size_t in_block = (got + at) % block.length, count = block.length - in_block;
            if (count > chunk->length - at)
                count = chunk->length - at;
            same &= memcmp(chunk->data + at, block.data + in_block, count) == 0;
            at += count;
        }
        got += chunk->length;
        chunks++;
        chunk_release(chunk);
    }
    thread_join(&thread);
    if (wanted)
        fprintf(stderr, "%zu bytes, %lu chunks, %.2f GB/s\n", got, (unsigned long)chunks,
                (double)got / 1e3 / (double)(clock_mono_us() - start_us));
    cr_assert(same);
    cr_assert_eq(got, sender.sent);
    source_stop(&run);
    buf_deinit(&block);
}

FolderTest(source_socket, a_slow_reader_holds_the_sender_back)
{
    Err err = ERR_NONE;
    char *block = arena_alloc(&arena, 64001);
    memset(block, 'x', 64000);
    for (int i = 99; i < 64000; i += 100)
        block[i] = '\n';
    cr_assert(source_start(&run, "socket", lines("a VARCHAR", listening)));
    Sender sender = {
        .port = noticed_port(), .bytes = 100000000, .block = block, .block_bytes = 64000};
    Thread thread;
    cr_assert_eq(thread_start(&thread, send_all, &sender, "sender", &err), OK);
    usleep(300000);
    size_t sent = sender.sent;
    usleep(100000);
    cr_assert_eq(sender.sent, sent, "the sender goes on");
    cr_assert_lt(sent, 40000000);
    size_t got = 0;
    while (got < sender.bytes) {
        Chunk *chunk;
        cr_assert_eq(
            run.source->class->next(run.source, &chunk, &run.state, &run.wait_until_us, &err), OK);
        if (run.state != SOURCE_CHUNK) {
            usleep(100);
            continue;
        }
        got += chunk->length;
        chunk_release(chunk);
    }
    thread_join(&thread);
    source_stop(&run);
}
