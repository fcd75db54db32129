#include "connector_support.h"

static SourceRun run;

static void fresh(void)
{
    set_up();
    run = (SourceRun){0};
}

static Relation *files(const char *columns, const char *path, const char *const *more)
{
    const char **options = arena_alloc(&arena, sizeof *options * 32);
    int n = 0;
    options[n++] = "path";
    options[n++] = path;
    for (; more && *more; more++)
        options[n++] = *more;
    options[n] = NULL;
    return relation(columns, options);
}

static const char *read_bounded(const char *path)
{
    run.config.scan_default = SCAN_DEFAULT_BOUNDED;
    if (!source_start(&run, "filesystem", files("a VARCHAR", path, NULL)))
        return run.failure;
    const char *text = source_read(&run);
    source_stop(&run);
    return text;
}

FolderTest(source_filesystem, a_folder_is_read_whole_in_name_order)
{
    put("d/b.csv", "b\n");
    put("d/a.csv", "a1\na2");
    put("d/a/z.csv", "az\n");
    put("d/.hidden", "no\n");
    put("d/_tmp/x.csv", "no\n");
    put("d/_k=1/x.csv", "k\n");
    put("d/empty.csv", "");
    cr_assert_str_eq(read_bounded(in("d")), "k\na1\na2az\nb\n");
    cr_assert_eq(run.state, SOURCE_END);
    cr_assert_str_eq(read_bounded(in("d/*.csv")), "a1\na2b\n");
    cr_assert_str_eq(read_bounded(in("d/**/*.csv")), "k\na1\na2az\nb\n");
    cr_assert_str_eq(read_bounded(in("{d/a,d}/[z]*")), "az\n");
    cr_assert_str_eq(read_bounded(in("d/b.csv")), "b\n");
}

FolderTest(source_filesystem, missing_files_are_named)
{
    cr_assert_str_eq(
        read_bounded(in("nothing")),
        arena_printf(&arena, "58P01 cannot read %s: No such file or directory", in("nothing")));
    put("d/a.csv", "a\n");
    cr_assert_str_eq(read_bounded(in("d/*.json")),
                     arena_printf(&arena, "58P01 no file matches %s", in("d/*.json")));
    put("d/x[1].csv", "bracket\n");
    cr_assert_str_eq(read_bounded(in("d/x[1].csv")), "bracket\n");
}

FolderTest(source_filesystem, mtime_order)
{
    put("d/a.csv", "a\n");
    put("d/b.csv", "b\n");
    put("d/c.csv", "c\n");
    set_age("d/a.csv", 5);
    set_age("d/b.csv", 50);
    set_age("d/c.csv", 500);
    const char *const options[] = {"scan.order", "mtime", NULL};
    cr_assert(source_start(&run, "filesystem", files("a VARCHAR", in("d"), options)));
    cr_assert_str_eq(source_read(&run), "c\nb\na\n");
    source_stop(&run);
}

FolderTest(source_filesystem, folders_are_columns)
{
    put("d/day=2024-01-02/city=S%C3%A3o%20Paulo/a.csv", "1\n2\n");
    put("d/day=2024-01-03/city=__HIVE_DEFAULT_PARTITION__/a.csv", "3\n");
    run.decoded = true;
    cr_assert(
        source_start(&run, "filesystem",
                     files("a INT, day DATE PARTITION, city VARCHAR PARTITION", in("d"), NULL)));
    cr_assert_str_eq(source_read(&run),
                     "1|2024-01-02|São Paulo\n2|2024-01-02|São Paulo\n3|2024-01-03|~\n");
    source_stop(&run);
    cr_assert(source_start(&run, "filesystem", files("a INT, day INT PARTITION", in("d"), NULL)));
    const char *text = source_read(&run);
    cr_assert(strstr(text, "22P02") && strstr(text, "folder for column day"), "%s", text);
    source_stop(&run);
    cr_assert(source_start(&run, "filesystem", files("a INT, x INT PARTITION", in("d"), NULL)));
    text = source_read(&run);
    cr_assert(strstr(text, "lies in no folder x="), "%s", text);
    source_stop(&run);
}

FolderTest(source_filesystem, headers_bind_by_name)
{
    put("d/a.csv", "b,a\n1,2\n3,4\n");
    put("d/b.csv", "a,b\n5,6");
    put("d/c.csv", "b,a\n7,8\n");
    const char *const options[] = {"csv.header", "true", NULL};
    run.decoded = true;
    cr_assert(source_start(&run, "filesystem", files("a INT, b INT", in("d"), options)));
    cr_assert_str_eq(source_read(&run), "2|1\n4|3\n5|6\n8|7\n");
    source_stop(&run);
    put("d/bad.csv", "a,c\n5,6\n");
    cr_assert(source_start(&run, "filesystem", files("a INT, b INT", in("d"), options)));
    const char *text = source_read(&run);
    cr_assert(strstr(text, "FAIL 4") && strstr(text, "bad.csv"), "%s", text);
    source_stop(&run);
    /* a job refuses the file and goes on */
    run.config.identify = true;
    cr_assert(source_start(&run, "filesystem", files("a INT, b INT", in("d"), options)));
    text = source_read(&run);
    cr_assert(strncmp(text, "2|1\n4|3\n5|6\n8|7\n! line -1", 24) == 0, "%s", text);
    source_commit(&run);
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "");
    source_stop(&run);
}

FolderTest(source_filesystem, long_rows_grow_the_chunk)
{
    size_t size = 3000000;
    char *text = arena_alloc(&arena, size + 10);
    memset(text, 'x', size);
    memcpy(text, "first\n", 6);
    text[700000] = '\n';  /* a row of 700 kB */
    text[2500000] = '\n'; /* one of 1.8 MB is too long */
    memcpy(text + size, "\nlast\n", 6);
    put_bytes("a.csv", text, size + 6);
    cr_assert(source_start(&run, "filesystem", files("a VARCHAR", in("a.csv"), NULL)));
    const char *got = source_read(&run);
    size_t first = 700001;
    cr_assert_eq(memcmp(got, text, first), 0);
    const char *reject = got + first;
    cr_assert(strncmp(reject, "! line 3 @700001 54000 line is longer", 37) == 0 ||
                  strncmp(reject, "xxxx", 4) == 0,
              "%.60s", reject);
    cr_assert(strstr(got, "! line 3 @700001 54000"));
    cr_assert(strstr(got, "\nlast\n"));
    source_stop(&run);
}

FolderTest(source_filesystem, many_chunks_hold_whole_rows)
{
    Buf text;
    buf_init(&text);
    for (int i = 0; i < 200000; i++)
        buf_printf(&text, "%d,row %d\n", i, i * 7);
    put_bytes("a.csv", text.data, text.length);
    cr_assert(source_start(&run, "filesystem", files("a INT, b VARCHAR", in("a.csv"), NULL)));
    const char *got = source_read(&run);
    cr_assert_eq(strlen(got), text.length);
    cr_assert_eq(memcmp(got, text.data, text.length), 0);
    cr_assert_gt(run.tickets, 5);
    source_stop(&run);
    buf_deinit(&text);
}

/* ---- compressed ---- */

static void put_compressed(const char *name, Compression compression, const char *one,
                           const char *two)
{
    Buf out;
    buf_init(&out);
    Deflater *deflater = deflater_new(compression);
    deflater_add(deflater, one, strlen(one), &out);
    deflater_finish(deflater, &out);
    deflater_add(deflater, two, strlen(two), &out);
    deflater_finish(deflater, &out);
    deflater_free(deflater);
    put_bytes(name, out.data, out.length);
    buf_deinit(&out);
}

FolderTest(source_filesystem, compressed_files)
{
    put_compressed("d/a.csv.gz", COMPRESSION_GZIP, "g1\ng2", "x\ng3\n");
    put_compressed("d/b.csv.zst", COMPRESSION_ZSTD, "z1\nz2", "x\nz3");
    cr_assert_str_eq(read_bounded(in("d")), "g1\ng2x\ng3\nz1\nz2x\nz3");
    cr_assert_eq(truncate(in("d/a.csv.gz"), 32), 0);
    const char *text = read_bounded(in("d"));
    cr_assert(strstr(text, "FAIL 22000") && strstr(text, "in the middle"), "%s", text);
    put("d/a.csv.gz", "not gzip at all\n");
    text = read_bounded(in("d"));
    cr_assert(strstr(text, "FAIL 22000") && strstr(text, "a.csv.gz is not"), "%s", text);
}

FolderTest(source_filesystem, large_compressed_files)
{
    Buf text;
    buf_init(&text);
    for (int i = 0; i < 300000; i++)
        buf_printf(&text, "%d,%d\n", i, i * 31 % 1009);
    buf_add_char(&text, '\0');
    put_compressed("a.gz", COMPRESSION_GZIP, text.data, text.data);
    cr_assert(source_start(&run, "filesystem", files("a INT, b INT", in("a.gz"), NULL)));
    const char *got = source_read(&run);
    cr_assert_eq(strlen(got), 2 * (text.length - 1));
    cr_assert_eq(memcmp(got, text.data, text.length - 1), 0);
    cr_assert_eq(memcmp(got + text.length - 1, text.data, text.length - 1), 0);
    source_stop(&run);
    buf_deinit(&text);
}

/* ---- watch and tail ---- */

static void watch(const char *path, const char *const *more)
{
    run.config.scan_default = SCAN_DEFAULT_WATCH;
    run.config.identify = true;
    cr_assert(source_start(&run, "filesystem", files("a VARCHAR", path, more)), "%s", run.failure);
}

static const char *const slow[] = {"scan.monitor-interval", "1 h", "scan.seal-after", "1 h", NULL};

static void refresh(void)
{
    Err err = ERR_NONE;
    cr_assert_eq(run.source->class->refresh(run.source, &err), OK, "%s", err.message);
}

FolderTest(source_filesystem, watch_reads_files_as_they_come)
{
    put("d/a.csv", "a1\na2\nhalf");
    watch(in("d"), slow);
    cr_assert_str_eq(source_read(&run), "a1\na2\n");
    cr_assert_eq(run.state, SOURCE_WAIT);
    append("d/a.csv", " and half\na4\n");
    for (int i = 0; i < 400 && !run.woken; i++)
        usleep(5000);
    cr_assert_gt(run.woken, 0);
    cr_assert_str_eq(source_read_soon(&run, 2000), "half and half\na4\n");
    put("d/b.csv", "b1\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "b1\n");
    put("d/new/c.csv", "c1\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "c1\n");
    append("d/new/c.csv", "c2\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "c2\n");
    source_stop(&run);
}

FolderTest(source_filesystem, what_is_left_is_sealed)
{
    const char *const options[] = {"scan.seal-after", "150 ms", NULL};
    put("d/a.csv", "a1\nrest");
    put_compressed("d/b.csv.gz", COMPRESSION_GZIP, "z1\n", "z2");
    put("d/c.csv", "c1\n");
    watch(in("d"), options);
    cr_assert_str_eq(source_read(&run), "a1\nc1\n");
    cr_assert_gt(run.wait_until_us, clock_now_us(NULL));
    cr_assert_lt(run.wait_until_us, clock_now_us(NULL) + 400000);
    const char *text = source_read_soon(&run, 2000);
    cr_assert(strcmp(text, "restz1\nz2") == 0 || strcmp(text, "rest") == 0, "%s", text);
    if (strcmp(text, "rest") == 0)
        cr_assert_str_eq(source_read_soon(&run, 2000), "z1\nz2");
    append("d/a.csv", "ignored\n");
    append("d/c.csv", "c2\n"); /* nothing was left: it goes on */
    cr_assert_str_eq(source_read_soon(&run, 2000), "c2\n");
    cr_assert(strstr(buf_text(&notices), "a.csv has grown by 8 bytes"), "%s", buf_text(&notices));
    source_commit(&run);
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "");
    source_stop(&run);
}

FolderTest(source_filesystem, tail_waits_for_line_ends)
{
    const char *const options[] = {"scan.mode", "tail", "scan.seal-after", "10 ms", NULL};
    put("log", "1\n2");
    set_age("log", 1000);
    watch(in("log"), options);
    cr_assert_str_eq(source_read(&run), "1\n");
    usleep(50000);
    cr_assert_str_eq(source_read(&run), "");
    append("log", "2\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "22\n");
    source_stop(&run);
}

FolderTest(source_filesystem, offsets_resume_exactly)
{
    put("d/a.csv", "a1\na2\nha");
    put("d/b.csv", "b1\n");
    watch(in("d"), slow);
    cr_assert_str_eq(source_read(&run), "a1\na2\nb1\n");
    source_commit(&run);
    append("d/a.csv", "lf\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "half\n");
    /* not committed: comes again */
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "half\n");
    source_commit(&run);
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "");
    append("d/b.csv", "b2\n");
    put("d/c.csv", "c1\n");
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "b2\nc1\n");
    source_stop(&run);
}

FolderTest(source_filesystem, a_resumed_file_keeps_its_header)
{
    const char *const options[] = {"csv.header", "true", NULL};
    put("d/a.csv", "b,a\n1,2\n");
    run.decoded = true;
    run.config.scan_default = SCAN_DEFAULT_WATCH;
    run.config.identify = true;
    cr_assert(source_start(&run, "filesystem", files("a INT, b INT", in("d"), options)));
    cr_assert_str_eq(source_read(&run), "2|1\n");
    source_commit(&run);
    source_stop(&run);
    append("d/a.csv", "3,4\n");
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "4|3\n");
    append("d/a.csv", "5,x\n");
    cr_assert_str_eq(
        source_read_soon(&run, 2000),
        "! line 4 @12 22P02 column a: invalid input syntax for type INT: \"x\" [5,x]\n");
    source_stop(&run);
}

FolderTest(source_filesystem, files_are_known_by_content)
{
    put("d/a.csv", "one\ntwo\n");
    put("d/b.csv", "bee\n");
    put("d/c.csv", "see\n");
    watch(in("d"), slow);
    cr_assert_str_eq(source_read(&run), "one\ntwo\nbee\nsee\n");
    source_commit(&run);
    source_stop(&run);
    /* renamed; rewritten with growth under another inode; other content; shorter */
    cr_assert_eq(rename(in("d/a.csv"), in("d/z.csv")), 0);
    put("d/tmp", "bee\nbumble\n");
    cr_assert_eq(rename(in("d/tmp"), in("d/b.csv")), 0);
    put("d/tmp", "sea\nmore\n");
    cr_assert_eq(rename(in("d/tmp"), in("d/c.csv")), 0);
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "bumble\nsea\nmore\n");
    source_commit(&run);
    append("d/z.csv", "three\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "three\n");
    source_commit(&run);
    put("d/z.csv", "new\n"); /* shorter, in place */
    cr_assert_str_eq(source_read_soon(&run, 2000), "new\n");
    source_commit(&run);
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "");
    source_stop(&run);
}

FolderTest(source_filesystem, rotated_logs_are_read_once)
{
    const char *const options[] = {"scan.mode", "tail", NULL};
    put("d/log", "1\n2\n");
    watch(in("d/log*"), options);
    cr_assert_str_eq(source_read(&run), "1\n2\n");
    append("d/log", "3\n");
    cr_assert_eq(rename(in("d/log"), in("d/log.1")), 0);
    put("d/log", "4\n");
    const char *text = source_read_soon(&run, 2000);
    cr_assert(strcmp(text, "3\n4\n") == 0 || strcmp(text, "4\n3\n") == 0, "%s", text);
    source_commit(&run);
    source_stop(&run);
    append("d/log", "5\n");
    cr_assert_eq(rename(in("d/log.1"), in("d/log.2")), 0);
    cr_assert_eq(rename(in("d/log"), in("d/log.1")), 0);
    put("d/log", "6\n");
    source_restart(&run, "filesystem");
    text = source_read(&run);
    cr_assert(strcmp(text, "5\n6\n") == 0 || strcmp(text, "6\n5\n") == 0, "%s", text);
    refresh();
    cr_assert_str_eq(source_read(&run), "");
    source_stop(&run);
}

enum { ROTATED = 40, ROTATIONS = 120 };
static _Atomic int rotations;

/* log.1 becomes log.2 and so on, again and again, with a new log.1 each time. */
static void *rotate(void *base)
{
    char from[128], to[128];
    for (int n = ROTATED; n < ROTATED + ROTATIONS; n++) {
        for (int i = n; i > 0; i--) {
            (void)snprintf(from, sizeof from, "%s/log.%d", (char *)base, i);
            (void)snprintf(to, sizeof to, "%s/log.%d", (char *)base, i + 1);
            (void)!rename(from, to);
        }
        FILE *file = fopen(from, "w");
        (void)fprintf(file, "%d\n", n);
        (void)fclose(file);
        rotations = n;
    }
    return NULL;
}

FolderTest(source_filesystem, logs_rotated_during_a_look_are_read_once)
{
    const char *const options[] = {"scan.mode", "tail", "scan.monitor-interval", "10 ms", NULL};
    static int seen[ROTATED + ROTATIONS];
    for (int i = 0; i < ROTATED; i++)
        put(arena_printf(&arena, "d/log.%d", i + 1), arena_printf(&arena, "%d\n", i));
    watch(in("d"), options);
    Buf all;
    buf_init(&all);
    buf_add_text(&all, source_read(&run));
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, rotate, in("d")), 0);
    for (int i = 0; rotations < ROTATED + ROTATIONS - 1; i++) {
        buf_add_text(&all, source_read(&run));
        if (i % 4 == 0)
            source_commit(&run);
        if (i % 16 == 0)
            source_restart(&run, "filesystem");
    }
    pthread_join(thread, NULL);
    refresh();
    buf_add_text(&all, source_read(&run));
    source_stop(&run);
    for (char *line = strtok(arena_strdup(&arena, buf_text(&all)), "\n"); line;
         line = strtok(NULL, "\n"))
        seen[atoi(line)]++;
    for (int i = 0; i < ROTATED + ROTATIONS; i++)
        cr_expect_eq(seen[i], 1, "file %d: %d times", i, seen[i]);
    buf_deinit(&all);
}

FolderTest(source_filesystem, a_missing_folder_is_waited_for)
{
    watch(in("later/on"), slow);
    cr_assert_str_eq(source_read(&run), "");
    cr_assert(strstr(buf_text(&notices), "is not there; waiting"));
    put("later/on/a.csv", "a\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "a\n");
    Err err = ERR_NONE;
    buf_clear(&notices);
    cr_assert_eq(file_remove_tree(in("later"), &err), OK);
    cr_assert_str_eq(source_read_soon(&run, 100), "");
    cr_assert(strstr(buf_text(&notices), "is not there; waiting"), "%s", buf_text(&notices));
    put("later/on/b.csv", "b\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "b\n");
    source_stop(&run);
}

FolderTest(source_filesystem, epochs_of_few_files)
{
    const char *const options[] = {"scan.max-files-per-epoch", "2", "scan.order", "name", NULL};
    for (int i = 0; i < 5; i++)
        put(arena_printf(&arena, "d/%d.csv", i), arena_printf(&arena, "%d\n", i));
    watch(in("d"), options);
    const SourceClass *class = run.source->class;
    cr_assert_str_eq(source_read(&run), "0\n1\n");
    cr_assert(class->epoch_full(run.source));
    cr_assert_str_eq(source_read(&run), "");
    class->epoch_begin(run.source);
    cr_assert_str_eq(source_read(&run), "2\n3\n");
    class->epoch_begin(run.source);
    cr_assert_str_eq(source_read(&run), "4\n");
    cr_assert_not(class->epoch_full(run.source));
    source_stop(&run);
}

FolderTest(source_filesystem, available_now_waits_for_sealing)
{
    const char *const options[] = {"scan.seal-after", "100 ms", NULL};
    put("d/a.csv", "a1\nrest");
    put("d/b.csv", "b1\n");
    set_age("d/b.csv", 100);
    run.config.available_now = true;
    watch(in("d"), options);
    cr_assert_str_eq(source_read(&run), "b1\na1\n");
    cr_assert_eq(run.state, SOURCE_WAIT);
    put("d/c.csv", "too late\n");
    cr_assert_str_eq(source_read_soon(&run, 2000), "rest");
    cr_assert_str_eq(source_read_soon(&run, 500), "");
    cr_assert_eq(run.state, SOURCE_END);
    source_commit(&run);
    source_stop(&run);
    run.config.available_now = false;
    source_restart(&run, "filesystem");
    cr_assert_str_eq(source_read(&run), "too late\n");
    source_stop(&run);
}

FolderTest(source_filesystem, committed_files_are_archived_or_deleted)
{
    const char *const options[] = {"scan.seal-after",   "20 ms",   "scan.clean", "archive",
                                   "scan.archive-path", in("old"), NULL};
    put("d/sub/a.csv", "a\n");
    put("d/b.csv", "b");
    watch(in("d"), options);
    (void)source_read_soon(&run, 500);
    (void)source_read_soon(&run, 500);
    source_commit(&run);
    cr_assert_str_eq(get("old/sub/a.csv"), "a\n");
    cr_assert_str_eq(get("old/b.csv"), "b");
    cr_assert_str_eq(get("d/b.csv"), "(missing)");
    (void)source_read(&run);
    source_commit(&run);
    cr_assert_eq(run.offsets.row_count, 0);
    put("d/b.csv", "b"); /* the same again is new */
    cr_assert_str_eq(source_read_soon(&run, 2000), "b");
    source_stop(&run);
}

FolderTest(source_filesystem, files_stay_until_all_readers_have_committed)
{
    const char *const options[] = {"scan.seal-after", "1 ms", "scan.clean", "delete", NULL};
    SourceRun other = {.config = {.scan_default = SCAN_DEFAULT_WATCH, .identify = true}};
    put("d/a.csv", "a\n");
    watch(in("d"), options);
    cr_assert(source_start(&other, "filesystem", run.config.table));
    usleep(5000);
    (void)source_read(&run);
    (void)source_read(&run);
    source_commit(&run);
    cr_assert_str_eq(get("d/a.csv"), "a\n");
    (void)source_read(&other);
    (void)source_read(&other);
    source_commit(&other);
    cr_assert_str_eq(get("d/a.csv"), "(missing)");
    put("d/b.csv", "b\n");
    refresh();
    usleep(5000);
    (void)source_read(&run);
    (void)source_read(&run);
    source_commit(&run);
    cr_assert_str_eq(get("d/b.csv"), "b\n");
    source_stop(&other); /* now run is the only one */
    row_store_deinit(&other.offsets);
    source_commit(&run);
    cr_assert_str_eq(get("d/b.csv"), "(missing)");
    source_stop(&run);
}

FolderTest(source_filesystem, unreadable_files)
{
    if (getuid() == 0)
        return;
    put("d/a.csv", "a\n");
    cr_assert_eq(chmod(in("d/a.csv"), 0), 0);
    cr_assert(strstr(read_bounded(in("d")), "42501"));
    watch(in("d"), slow);
    cr_assert_str_eq(source_read(&run), "");
    cr_assert(strstr(buf_text(&notices), "a.csv"));
    cr_assert_eq(chmod(in("d/a.csv"), 0644), 0);
    refresh();
    cr_assert_str_eq(source_read(&run), "a\n");
    source_stop(&run);
}

/* ---- files without DDL ---- */

FolderTest(source_filesystem, columns_are_inferred)
{
    put("d/day=2024-01-02/shop=07/a.csv", "");
    put("d/day=2024-01-03/shop=08/n=5/b.csv", "name;n\nx;1.5\ny;2\n");
    const SourceClass *class = source_class_find("filesystem");
    ColumnDef *columns;
    int count;
    OptionList options;
    Err err = ERR_NONE;
    cr_assert_eq(class->infer(files("", in("d"), NULL), &arena, &columns, &count, &options, &err),
                 OK, "%s", err.message);
    Buf text;
    buf_init(&text);
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s %s %d, ", columns[i].name, type_name(columns[i].type, &arena),
                   columns[i].kind);
    cr_assert_str_eq(buf_text(&text), "name VARCHAR 0, n DOUBLE 0, day DATE 3, shop VARCHAR 3, ");
    cr_assert_str_eq(option_get(&options, NULL, "csv.delimiter"), ";");
    cr_assert_str_eq(option_get(&options, NULL, "csv.header"), "true");
    buf_deinit(&text);
    cr_assert_eq(
        class->infer(files("", in("nothing"), NULL), &arena, &columns, &count, &options, &err),
        FAIL);
    cr_assert_str_eq(err.sqlstate, "58P01");
    /* what is read from a pipe to look at it is gone */
    cr_assert_eq(mkfifo(in("pipe"), 0644), 0);
    cr_assert_eq(
        class->infer(files("", in("pipe"), NULL), &arena, &columns, &count, &options, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, "0A000");
}

/* A log that grows in random pieces, is renamed, touched and rewritten with growth, while the
 * reader commits and dies at random: every byte comes once. */
FolderTest(source_filesystem, whatever_happens_rows_come_once)
{
    const char *const options[] = {"scan.mode", "tail", "scan.monitor-interval", "1 h", NULL};
    for (uint64_t seed = 1; seed <= 30; seed++) {
        Random random = {seed * 0x9E3779B97F4A7C15u};
        Buf text, committed, pending;
        buf_init(&text);
        buf_init(&committed);
        buf_init(&pending);
        while (text.length < 300000)
            switch (random_below(&random, 8)) {
            case 0:
                buf_printf(&text, "\"quoted\n%u\"\n", random_below(&random, 100));
                break;
            case 1:
                for (uint32_t i = random_below(&random, 3000); i > 0; i--)
                    buf_add_char(&text, 'x');
                buf_add_char(&text, '\n');
                break;
            default:
                buf_printf(&text, "row %u\n", random_below(&random, 1000000));
            }
        const char *dir = arena_printf(&arena, "r%d", (int)seed);
        char *name = arena_printf(&arena, "%s/log", dir);
        put(name, "");
        run = (SourceRun){0};
        watch(in(dir), options);
        for (size_t at = 0; at < text.length;) {
            size_t count = 1 + random_below(&random, random_below(&random, 4) ? 500 : 80000);
            if (count > text.length - at)
                count = text.length - at;
            char *piece = arena_strndup(&arena, text.data + at, count);
            at += count;
            uint32_t what = random_below(&random, 12);
            char *other = arena_printf(&arena, "%s/log.%u", dir, (unsigned)at);
            if (what == 0) {
                cr_assert_eq(rename(in(name), in(other)), 0);
                name = other;
            } else if (what == 1) {
                /* an editor writes a new file and puts it in place */
                char *hidden = arena_printf(&arena, "%s/.tmp", dir);
                put_bytes(hidden, text.data, at);
                cr_assert_eq(rename(in(hidden), in(name)), 0);
                piece[0] = '\0';
            } else if (what == 2) {
                set_age(name, (int)random_below(&random, 1000));
            }
            if (piece[0])
                append(name, piece);
            /* path and inode both changed between two commits: not known any more */
            bool moved = what <= 1;
            if (moved || random_below(&random, 3) == 0) {
                refresh();
                buf_add_text(&pending, source_read(&run));
            }
            if (moved || random_below(&random, 4) == 0) {
                source_commit(&run);
                buf_add(&committed, pending.data, pending.length);
                buf_clear(&pending);
            }
            if (random_below(&random, 8) == 0) {
                buf_clear(&pending);
                source_restart(&run, "filesystem");
            }
        }
        refresh();
        buf_add_text(&pending, source_read(&run));
        buf_add(&committed, pending.data, pending.length);
        source_stop(&run);
        cr_assert_eq(committed.length, text.length, "seed %lu: %zu of %zu bytes",
                     (unsigned long)seed, committed.length, text.length);
        cr_assert_eq(memcmp(committed.data, text.data, text.length), 0);
        row_store_deinit(&run.offsets);
        buf_deinit(&text);
        buf_deinit(&committed);
        buf_deinit(&pending);
    }
}
