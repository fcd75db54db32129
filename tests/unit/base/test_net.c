#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "base/net.h"
#include "base/thread.h"

static Err err;

static void ignore_everything(void *arg)
{
    int fd;
    if (net_accept(*(int *)arg, &fd, NULL) == OK) {
        char bytes[65536];
        size_t got;
        bool again;
        while (net_read(fd, bytes, sizeof bytes, &got, &again, NULL) == OK && got) {
        }
        net_close(fd);
    }
}

Test(net, tcp_there_and_back)
{
    int listener, port = 0, client, server;
    char name[16], text[16];
    size_t got;
    bool again;
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK, "%s", err.message);
    cr_assert_gt(port, 0);
    (void)snprintf(name, sizeof name, "%d", port);
    cr_assert_eq(net_connect("localhost", name, &client, &err), OK, "%s", err.message);
    cr_assert_eq(net_accept(listener, &server, &err), OK);
    net_set_nodelay(client);
    cr_assert_eq(net_set_nonblocking(server, true, &err), OK);
    cr_assert_eq(net_read(server, text, sizeof text, &got, &again, &err), OK);
    cr_assert(again && got == 0);
    cr_assert_eq(net_set_nonblocking(server, false, &err), OK);
    cr_assert_eq(net_write_all(client, "tick", 4, &err), OK);
    cr_assert_eq(net_read(server, text, sizeof text, &got, &again, &err), OK);
    cr_assert(!again && got == 4);
    cr_assert_arr_eq(text, "tick", 4);
    net_close(client);
    cr_assert_eq(net_read(server, text, sizeof text, &got, &again, &err), OK);
    cr_assert(!again && got == 0);
    /* The peer has gone: an error, not a SIGPIPE. */
    Status status = OK;
    for (int i = 0; i < 100 && status == OK; i++)
        status = net_write_all(server, text, sizeof text, &err);
    cr_assert_eq(status, FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_CONNECTION);
    net_close(server);
    net_close(listener);
    cr_assert_eq(net_connect("127.0.0.1", name, &client, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_CONNECTION);
}

Test(net, every_address)
{
    int listener, other, port = 0, client, unused;
    char name[16];
    cr_assert_eq(net_listen("*", "0", 5, &listener, &port, &err), OK, "%s", err.message);
    (void)snprintf(name, sizeof name, "%d", port);
    cr_assert_eq(net_connect("127.0.0.1", name, &client, &err), OK, "%s", err.message);
    net_close(client);
    cr_assert_eq(net_listen("", name, 5, &other, &unused, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_CONNECTION);
    net_close(listener);
}

Test(net, unix_sockets_and_stale_ones)
{
    char path[64], folder[] = "/tmp/streamd-test-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/s", folder);
    int first, second;
    cr_assert_eq(net_listen_unix(path, 5, &first, &err), OK, "%s", err.message);
    cr_assert_eq(net_listen_unix(path, 5, &second, &err), FAIL);
    net_close(first);
    cr_assert_eq(net_listen_unix(path, 5, &second, &err), OK, "%s", err.message);
    net_close(second);
    char longer[200];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    cr_assert_eq(net_listen_unix(longer, 5, &second, &err), FAIL);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}

Test(net, large_writes_wait_for_a_slow_reader)
{
    int listener, port = 0, client;
    char name[16];
    cr_assert_eq(net_listen("127.0.0.1", "0", 5, &listener, &port, &err), OK);
    (void)snprintf(name, sizeof name, "%d", port);
    Thread reader = {0};
    cr_assert_eq(thread_start(&reader, ignore_everything, &listener, "reader", &err), OK);
    cr_assert_eq(net_connect("127.0.0.1", name, &client, &err), OK);
    cr_assert_eq(net_set_nonblocking(client, true, &err), OK);
    size_t size = 8u << 20;
    char *bytes = mem_zalloc(size);
    cr_assert_eq(net_write_all(client, bytes, size, &err), OK);
    free(bytes);
    net_close(client);
    thread_join(&reader);
    net_close(listener);
}

Test(net, bad_names)
{
    int fd = -1, port;
    cr_assert_eq(net_connect("localhost", "no-such-service", &fd, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_CONNECTION);
    cr_assert_eq(net_listen("256.1.1.1", "0", 5, &fd, &port, &err), FAIL);
    cr_assert_eq(fd, -1);
}

Test(net, faults)
{
    int fd = -1, port;
    file_fault_set("1:ECONNREFUSED:tcp:");
    cr_assert_eq(net_connect("localhost", "1", &fd, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_CONNECTION);
    file_fault_set("1:EADDRINUSE:tcp:");
    cr_assert_eq(net_listen("", "0", 5, &fd, &port, &err), FAIL);
    file_fault_set(NULL);
}
