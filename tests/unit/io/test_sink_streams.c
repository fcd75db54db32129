/* The sinks that rows leave at once: socket, print, stdout, blackhole. */
#include "connector_support.h"
#include "base/net.h"
#include "io/sink_print.h"

static SinkRun run;

static void fresh(void)
{
    set_up();
    run = (SinkRun){0};
}

static const char *heard(int fd, size_t count)
{
    char *text = arena_zalloc(&arena, count + 1);
    size_t done = 0;
    for (Err err = ERR_NONE; done < count;) {
        size_t got;
        bool again;
        if (net_read(fd, text + done, count - done, &got, &again, &err) != OK || !got)
            break;
        done += got;
    }
    return text;
}

static void stage(void)
{
    Err err = ERR_NONE;
    cr_assert_eq(run.sink->class->stage(run.sink, false, NULL, &err), OK, "%s", err.message);
}

FolderTest(sink_streams, sockets_dial_again)
{
    Err err = ERR_NONE;
    int listener, port, peer;
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK);
    const char *const options[] = {
        "host", "127.0.0.1", "port", arena_printf(&arena, "%d", port), "csv.header", "true", NULL};
    cr_assert(sink_start(&run, "socket", relation("a INT", options)), "%s", run.failure);
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert_eq(net_accept(listener, &peer, &err), OK);
    cr_assert_str_eq(heard(peer, 4), "a\n1\n");
    stage();
    net_close(peer);
    /* what is written into a broken connection may be lost to it, but the next one gets rows */
    for (int i = 0; i < 20; i++) {
        cr_assert(sink_bytes(&run, "2\n"));
        stage();
        usleep(1000);
    }
    cr_assert_eq(net_accept(listener, &peer, &err), OK);
    cr_assert_str_eq(heard(peer, 2), "2\n");
    sink_end(&run);
    net_close(peer);
    net_close(listener);
}

FolderTest(sink_streams, sockets_without_a_peer_end)
{
    Err err = ERR_NONE;
    int listener, port;
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK);
    net_close(listener);
    const char *const options[] = {"host", "127.0.0.1", "port", arena_printf(&arena, "%d", port),
                                   NULL};
    cr_assert(sink_start(&run, "socket", relation("a INT", options)));
    cr_assert(sink_bytes(&run, "1\n"));
    for (int i = 0; i < 400 && !noticed("cannot connect"); i++) {
        usleep(5000);
        cr_assert(sink_bytes(&run, "1\n"));
    }
    cr_assert(noticed("cannot connect"));
    sink_end(&run);
}

FolderTest(sink_streams, print_writes_at_once)
{
    const char *const options[] = {"csv.header", "true", NULL};
    int fd = open(in("out"), O_CREAT | O_WRONLY, 0644);
    sink_print_to(fd);
    cr_assert(sink_start(&run, "print", relation("a INT", options)));
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert_str_eq(get("out"), "a\n1\n");
    stage();
    sink_end(&run);
    cr_assert(sink_start(&run, "stdout", relation("a INT", NULL)));
    cr_assert(sink_bytes(&run, "2\n"));
    cr_assert_str_eq(get("out"), "a\n1\n2\n");
    sink_end(&run);
    sink_print_to(1);
    close(fd);
}

FolderTest(sink_streams, blackhole_takes_everything)
{
    cr_assert(sink_start(&run, "blackhole", relation("a INT", NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    stage();
    cr_assert(sink_publish(&run));
    sink_end(&run);
}

static void list_name(void *context, const char *name)
{
    buf_printf(context, "%s ", name);
}

FolderTest(sink_streams, connectors_have_names)
{
    Buf names;
    buf_init(&names);
    connector_names(list_name, &names);
    cr_assert_str_eq(buf_text(&names), "datagen filesystem socket stdin blackhole print stdout ");
    buf_deinit(&names);
    const OptionSpec *const *tables;
    cr_assert_eq(option_tables("filesystem", "csv", &tables), 5);
    cr_assert_eq(option_tables("blackhole", NULL, &tables), 1);
    cr_assert_null(source_class_find("nonsense"));
    cr_assert_not_null(sink_class_find("FileSystem"));
}
