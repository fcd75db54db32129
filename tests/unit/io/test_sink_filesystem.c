#include "connector_support.h"
#include "io/staged_file.h"

static SinkRun run;

static void fresh(void)
{
    set_up();
    run = (SinkRun){0};
}

static Relation *target(const char *columns, const char *path, const char *const *more)
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

static const char *const with_header[] = {"csv.header", "true", NULL};

/* ---- what a path means ---- */

static const char *meaning(const char *columns, const char *path)
{
    SinkTraits traits;
    Err err = ERR_NONE;
    if (sink_class_find("filesystem")->describe(target(columns, path, NULL), &traits, &err) != OK)
        return arena_printf(&arena, "%s %s", err.sqlstate, err.message);
    return traits.immediate ? "device" : traits.complete ? "file" : "folder";
}

FolderTest(sink_filesystem, what_a_path_means)
{
    put("there", "");
    put("dir.csv/x", "");
    cr_assert_str_eq(meaning("a INT", in("there")), "file");
    cr_assert_str_eq(meaning("a INT", in("dir.csv")), "folder");
    cr_assert_str_eq(meaning("a INT", in("new.csv")), "file");
    cr_assert_str_eq(meaning("a INT", in("new.csv.gz")), "file");
    cr_assert_str_eq(meaning("a INT", in("new.csv/")), "folder");
    cr_assert_str_eq(meaning("a INT", in("new")), "folder");
    cr_assert_str_eq(meaning("a INT", in("new.txt")), "folder");
    cr_assert_str_eq(meaning("a INT, b INT PARTITION", in("new.csv")), "folder");
    cr_assert(strstr(meaning("a INT, b INT PARTITION", in("there")), "needs a folder"));
    cr_assert_str_eq(meaning("a INT", "/dev/null"), "device");
}

/* ---- part files ---- */

FolderTest(sink_filesystem, parts_are_staged_and_published)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out/deep"), with_header)), "%s",
              run.failure);
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, false);
    cr_assert_str_eq(names_in("out/deep"), ".streamd-etl-1a2b3c4d-2 ");
    cr_assert_str_eq(get("out/deep/.streamd-etl-1a2b3c4d-2"), "a\n1\n2\n");
    cr_assert(sink_bytes(&run, "3\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(names_in("out/deep"), "part-etl-1a2b3c4d-2.csv ");
    cr_assert_str_eq(get("out/deep/part-etl-1a2b3c4d-2.csv"), "a\n1\n2\n3\n");
    cr_assert(sink_bytes(&run, "4\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out/deep/part-etl-1a2b3c4d-3.csv"), "a\n4\n");
    sink_epoch(&run, true); /* nothing to write */
    cr_assert_str_eq(names_in("out/deep"), "part-etl-1a2b3c4d-2.csv part-etl-1a2b3c4d-3.csv ");
    sink_end(&run);
}

FolderTest(sink_filesystem, parts_roll_by_size_and_age)
{
    Clock clock = {.is_virtual = true, .virtual_us = 1000000};
    const char *const options[] = {"sink.rolling-policy.file-size", "10 b",
                                   "sink.rolling-policy.rollover-interval", "5 s", NULL};
    run.config.clock = &clock;
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), options)));
    cr_assert(sink_bytes(&run, "0123456\n"));
    cr_assert(sink_bytes(&run, "abc\n")); /* 12 bytes: full */
    cr_assert(sink_bytes(&run, "next\n"));
    cr_assert_eq(run.sink->class->due_us(run.sink), 6000000);
    sink_epoch(&run, false);
    cr_assert_str_eq(names_in("out"), ".streamd-etl-1a2b3c4d-3 part-etl-1a2b3c4d-2.csv ");
    clock.virtual_us = 6000000;
    sink_epoch(&run, false);
    cr_assert_str_eq(names_in("out"), "part-etl-1a2b3c4d-2.csv part-etl-1a2b3c4d-3.csv ");
    cr_assert_eq(run.sink->class->due_us(run.sink), INT64_MAX);
    sink_end(&run);
}

FolderTest(sink_filesystem, parts_survive_crashes)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    /* staged further and not committed */
    cr_assert(sink_bytes(&run, "2\n"));
    cr_assert(sink_stage(&run, false));
    row_store_deinit(&run.delta);
    put("out/.streamd-etl-1a2b3c4d-9", "stray");
    put("out/.streamd-other-1a2b3c4d-9", "another's");
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(names_in("out"), ".streamd-etl-1a2b3c4d-2 .streamd-other-1a2b3c4d-9 ");
    cr_assert_str_eq(get("out/.streamd-etl-1a2b3c4d-2"), "1\n");
    cr_assert(sink_bytes(&run, "two\n"));
    /* committed for publishing, and not published */
    cr_assert(sink_stage(&run, true));
    sink_commit(&run);
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("out/part-etl-1a2b3c4d-2.csv"), "1\ntwo\n");
    /* and once more: published, and not marked */
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(sink_bytes(&run, "3\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(names_in("out"),
                     ".streamd-other-1a2b3c4d-9 part-etl-1a2b3c4d-10.csv part-etl-1a2b3c4d-2.csv ");
    sink_end(&run);
}

FolderTest(sink_filesystem, what_is_missing_stops_the_job)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert_eq(truncate(in("out/.streamd-etl-1a2b3c4d-2"), 1), 0);
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "58030") && strstr(run.failure, "shorter than committed"));
    put("out/.streamd-etl-1a2b3c4d-2", "X\n");
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "does not hold what was committed"), "%s", run.failure);
    cr_assert_eq(unlink(in("out/.streamd-etl-1a2b3c4d-2")), 0);
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "is gone: 2 committed bytes"), "%s", run.failure);
    sink_end(&run);
}

FolderTest(sink_filesystem, a_reader_may_take_published_files)
{
    const Relation *table = target("a INT", in("out"), NULL);
    cr_assert(sink_start(&run, "filesystem", table));
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert(sink_stage(&run, true));
    sink_commit(&run);
    cr_assert_eq(unlink(in("out/.streamd-etl-1a2b3c4d-2")), 0);
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(strstr(buf_text(&notices), "its reader has taken it away"));
    sink_stop(&run);
    const char *const options[] = {"sink.on-missing", "fail", NULL};
    run.config.table = target("a INT", in("out"), options);
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "neither it nor its staged file"), "%s", run.failure);
    /* another file under the final name */
    put("out/part-etl-1a2b3c4d-2.csv", "foreign\n");
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "does not hold what was committed"), "%s", run.failure);
    put("out/.streamd-etl-1a2b3c4d-2", "1\n");
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "another file of that name"), "%s", run.failure);
    sink_end(&run);
}

FolderTest(sink_filesystem, abort_goes_back_to_the_commit)
{
    Err err = ERR_NONE;
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert(sink_bytes(&run, "no\n"));
    cr_assert(sink_stage(&run, true));
    row_store_deinit(&run.delta);
    cr_assert_eq(run.sink->class->abort(run.sink, &err), OK);
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out/part-etl-1a2b3c4d-2.csv"), "1\n2\n");
    sink_end(&run);
}

FolderTest(sink_filesystem, compressed_parts_go_on_after_a_crash)
{
    const char *const options[] = {"sink.compression", "zstd", "csv.header", "true", NULL};
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), options)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert(sink_bytes(&run, "lost\n"));
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(names_in("out"), "part-etl-1a2b3c4d-2.csv.zst ");
    SourceRun source = {0};
    cr_assert(source_start(&source, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert_str_eq(source_read(&source), "a\n1\n2\n");
    source_stop(&source);
    sink_end(&run);
}

/* ---- partitions ---- */

static void write_rows(const char *columns, const char *text)
{
    Err err = ERR_NONE;
    DecodeCase given = {.columns = columns};
    Relation *table = table_make(&arena, &given);
    uint16_t wanted[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    bool early[8] = {true, true, true, true, true, true, true, true};
    DecodeSpec spec = {table, wanted, early, (uint16_t)table->column_count, BATCH_ROWS, NULL};
    Decoder *decoder;
    cr_assert_eq(format_class_find("csv")->decoder_new(&spec, &decoder, &err), OK);
    ChunkOrigin origin = {.file_path = "f", .max_row_bytes = 1 << 20};
    Chunk *chunk = chunk_new((uint32_t)strlen(text));
    memcpy(chunk->data, text, strlen(text));
    chunk->length = (uint32_t)strlen(text);
    chunk->origin = &origin;
    uint32_t batches;
    cr_assert_eq(decoder->class->begin(decoder, chunk, &batches, &err), OK);
    for (uint32_t b = 0; b < batches; b++) {
        Batch batch;
        cr_assert_eq(decoder->class->early(decoder, b, &batch, &err), OK);
        cr_assert_eq(run.sink->class->write(run.sink, &batch, &err), OK, "%s", err.message);
    }
    decoder->class->end(decoder);
    decoder->class->free(decoder);
    chunk_release(chunk);
}

FolderTest(sink_filesystem, partitions)
{
    const char *plain = "a INT, b VARCHAR, day DATE";
    cr_assert(sink_start(
        &run, "filesystem",
        target("a INT, b VARCHAR PARTITION, day DATE PARTITION", in("out"), with_header)));
    write_rows(plain, "1,x/y,2024-01-01\n2,x/y,2024-01-01\n3,,2024-01-02\n4,x/y,2024-01-01\n");
    sink_epoch(&run, false);
    write_rows(plain, "5,x/y,2024-01-01\n");
    sink_epoch(&run, true);
    cr_assert_str_eq(names_in("out"), "b=__HIVE_DEFAULT_PARTITION__ b=x%2Fy ");
    cr_assert_str_eq(get("out/b=x%2Fy/day=2024-01-01/part-etl-1a2b3c4d-2.csv"), "a\n1\n2\n4\n5\n");
    cr_assert_str_eq(get("out/b=__HIVE_DEFAULT_PARTITION__/day=2024-01-02/part-etl-1a2b3c4d-3.csv"),
                     "a\n3\n");
    /* crash between commit and publishing */
    write_rows(plain, "6,z,2024-01-01\n");
    cr_assert(sink_stage(&run, false));
    sink_commit(&run);
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    write_rows(plain, "7,z,2024-01-01\n");
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out/b=z/day=2024-01-01/part-etl-1a2b3c4d-4.csv"), "a\n6\n7\n");
    sink_end(&run);
}

FolderTest(sink_filesystem, thousands_of_partitions)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT, k INT PARTITION", in("out"), NULL)));
    run.sink->class->close(run.sink);
    run.config.ephemeral = true;
    cr_assert(sink_start(&run, "filesystem", run.config.table));
    Buf text;
    buf_init(&text);
    for (int round = 0; round < 2; round++) {
        buf_clear(&text);
        for (int i = 0; i < 2000; i++)
            buf_printf(&text, "%d,%d\n", i + round, i);
        write_rows("a INT, k INT", buf_text(&text));
        sink_epoch(&run, round == 1);
    }
    cr_assert_str_eq(get("out/k=1999/part-etl-1a2b3c4d-2001.csv"), "1999\n2000\n");
    buf_deinit(&text);
    sink_end(&run);
}

/* ---- OVERWRITE ---- */

FolderTest(sink_filesystem, overwrite_replaces_a_folder)
{
    put("out/old.csv", "old\n");
    put("out/sub/old.csv", "old\n");
    put("out/_keep", "kept");
    run.config.overwrite = true;
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert(sink_stage(&run, true));
    sink_commit(&run);
    cr_assert_str_eq(get("out/old.csv"), "old\n");
    /* crash: recovery publishes and then removes */
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(names_in("out"), "_keep part-etl-1a2b3c4d-2.csv sub ");
    cr_assert_str_eq(names_in("out/sub"), "");
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out/part-etl-1a2b3c4d-2.csv"), "1\n");
    sink_end(&run);
}

FolderTest(sink_filesystem, overwrite_replaces_the_partitions_it_writes)
{
    put("out/k=1/old.csv", "old\n");
    put("out/k=2/old.csv", "old\n");
    run.config.overwrite = true;
    cr_assert(sink_start(&run, "filesystem", target("a INT, k INT PARTITION", in("out"), NULL)));
    write_rows("a INT, k INT", "5,1\n");
    sink_epoch(&run, true);
    cr_assert_str_eq(names_in("out/k=1"), "part-etl-1a2b3c4d-2.csv ");
    cr_assert_str_eq(names_in("out/k=2"), "old.csv ");
    sink_end(&run);
}

FolderTest(sink_filesystem, overwrite_replaces_a_file)
{
    put("out.csv", "old\n");
    run.config.overwrite = true;
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), with_header)));
    cr_assert(sink_stage(&run, true)); /* an empty result */
    cr_assert_str_eq(get("out.csv"), "old\n");
    sink_commit(&run);
    cr_assert(sink_publish(&run));
    cr_assert_str_eq(get("out.csv"), "a\n");
    sink_end(&run);
}

/* ---- one file ---- */

FolderTest(sink_filesystem, a_file_grows)
{
    put("out.csv", "a\n0\nunfinished");
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), with_header)));
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert(sink_stage(&run, false));
    cr_assert_str_eq(get("out.csv"), "a\n0\nunfinished");
    sink_commit(&run);
    cr_assert(sink_publish(&run));
    cr_assert_str_eq(get("out.csv"), "a\n0\nunfinished\n1\n");
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, false);
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out.csv"), "a\n0\nunfinished\n1\n2\n");
    sink_end(&run);
}

FolderTest(sink_filesystem, a_growing_file_survives_crashes)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("d/out.csv"), with_header)));
    cr_assert(sink_bytes(&run, "1\n"));
    cr_assert(sink_stage(&run, false));
    sink_commit(&run); /* not written yet */
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("d/out.csv"), "a\n1\n");
    cr_assert(sink_bytes(&run, "2222\n"));
    cr_assert(sink_stage(&run, false));
    sink_commit(&run);
    append("d/out.csv", "22"); /* written in part */
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("d/out.csv"), "a\n1\n2222\n");
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("d/out.csv"), "a\n1\n2222\n");
    append("d/out.csv", "foreign\n");
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "something else writes to it"), "%s", run.failure);
    sink_end(&run);
}

FolderTest(sink_filesystem, a_growing_file_that_has_gone_is_begun_anew)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), with_header)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert_eq(rename(in("out.csv"), in("out.1")), 0);
    cr_assert(sink_bytes(&run, "2\n"));
    sink_epoch(&run, false);
    cr_assert_str_eq(get("out.csv"), "a\n2\n");
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(sink_bytes(&run, "3\n"));
    sink_epoch(&run, false);
    cr_assert_str_eq(get("out.csv"), "a\n2\n3\n");
    cr_assert_eq(unlink(in("out.csv")), 0);
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("out.csv"), "a\n3\n");
    sink_end(&run);
}

static void write_much(const char *line, size_t bytes)
{
    Buf text;
    buf_init(&text);
    while (text.length < bytes)
        buf_add_text(&text, line);
    for (size_t at = 0; at < text.length;) {
        size_t count = text.length - at < 300000 ? text.length - at : 300000;
        Err err = ERR_NONE;
        cr_assert_eq(run.sink->class->write_bytes(run.sink, text.data + at, count, 1, &err), OK);
        at += count;
    }
    buf_deinit(&text);
}

static int64_t size_of(const char *name)
{
    FileInfo info;
    Err err = ERR_NONE;
    cr_assert_eq(file_stat(in(name), &info, &err), OK);
    return info.exists ? info.size : -1;
}

FolderTest(sink_filesystem, large_epochs_are_staged)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), NULL)));
    write_much("123456789\n", 9000000);
    cr_assert(sink_stage(&run, false));
    cr_assert_str_eq(names_in(""), ".streamd-etl-1a2b3c4d-2 ");
    sink_commit(&run);
    cr_assert(sink_publish(&run)); /* renamed */
    cr_assert_str_eq(names_in(""), "out.csv ");
    cr_assert_eq(size_of("out.csv"), 9000000);
    write_much("987654321\n", 5000000);
    cr_assert(sink_stage(&run, false));
    sink_commit(&run);
    /* crash before, and after, the bytes are there */
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_eq(size_of("out.csv"), 14000000);
    cr_assert_str_eq(names_in(""), "out.csv ");
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(sink_bytes(&run, "end\n"));
    sink_epoch(&run, true);
    cr_assert_eq(size_of("out.csv"), 14000004);
    cr_assert_str_eq(get("out.csv") + 13999990, "987654321\nend\n");
    sink_end(&run);
}

FolderTest(sink_filesystem, a_compressed_file_grows_by_members)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv.gz"), with_header)));
    for (int i = 0; i < 3; i++) {
        cr_assert(sink_bytes(&run, "1\n"));
        sink_epoch(&run, false);
    }
    SourceRun source = {0};
    cr_assert(source_start(&source, "filesystem", target("a INT", in("out.csv.gz"), NULL)));
    cr_assert_str_eq(source_read(&source), "a\n1\n1\n1\n");
    source_stop(&source);
    sink_end(&run);
}

FolderTest(sink_filesystem, complete_mode_replaces_the_file)
{
    Err err = ERR_NONE;
    run.config.mode = OUTPUT_COMPLETE;
    put("out.csv", "old\n");
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), with_header)));
    cr_assert_eq(run.sink->class->restart(run.sink, &err), OK);
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert_str_eq(get("out.csv"), "a\n1\n");
    cr_assert_eq(run.sink->class->restart(run.sink, &err), OK);
    cr_assert(sink_bytes(&run, "no\n"));
    cr_assert_eq(run.sink->class->restart(run.sink, &err), OK);
    cr_assert(sink_bytes(&run, "2\n"));
    cr_assert(sink_stage(&run, false));
    sink_commit(&run);
    /* the next result begins before the last one is published */
    cr_assert_eq(run.sink->class->restart(run.sink, &err), OK);
    cr_assert(sink_bytes(&run, "3\n"));
    cr_assert(sink_publish(&run));
    cr_assert_str_eq(get("out.csv"), "a\n2\n");
    cr_assert(sink_stage(&run, false));
    sink_commit(&run);
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert_str_eq(get("out.csv"), "a\n3\n");
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    put("out.csv", "foreign");
    cr_assert_not(sink_restart(&run, "filesystem"));
    cr_assert(strstr(run.failure, "does not hold"), "%s", run.failure);
    sink_end(&run);
    cr_assert_str_eq(names_in(""), "out.csv ");
}

FolderTest(sink_filesystem, one_writer_a_file)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out.csv"), NULL)));
    SinkRun other = {0};
    cr_assert_not(sink_start(&other, "filesystem", target("a INT", in("./out.csv"), NULL)));
    cr_assert(strncmp(other.failure, "55006", 5) == 0, "%s", other.failure);
    sink_end(&run);
    cr_assert(sink_start(&other, "filesystem", target("a INT", in("out.csv"), NULL)));
    sink_end(&other);
}

/* ---- faults ---- */

FolderTest(sink_filesystem, a_full_disk_is_waited_for)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    for (int i = 0; i < 18; i++)
        write_much("123456789\n", 50000);
    file_fault_set("1:ENOSPC:.streamd-");
    cr_assert_not(sink_stage(&run, true));
    cr_assert(strncmp(run.failure, "53100", 5) == 0, "%s", run.failure);
    file_fault_set("1:short:.streamd-");
    cr_assert_not(sink_stage(&run, true));
    file_fault_set(NULL);
    sink_epoch(&run, true);
    cr_assert_eq(size_of("out/part-etl-1a2b3c4d-2.csv"), 900000);
    sink_end(&run);
}

FolderTest(sink_filesystem, after_a_failed_sync_files_are_written_anew)
{
    cr_assert(sink_start(&run, "filesystem", target("a INT", in("out"), NULL)));
    cr_assert(sink_bytes(&run, "1\n"));
    sink_epoch(&run, false);
    cr_assert(sink_bytes(&run, "2\n"));
    file_fault_set("2:EIO:.streamd-"); /* write, then fdatasync */
    cr_assert(sink_stage(&run, false), "%s", run.failure);
    file_fault_set(NULL);
    cr_assert_str_eq(names_in("out"), ".streamd-etl-1a2b3c4d-3 ");
    sink_commit(&run);
    cr_assert(sink_publish(&run));
    cr_assert(sink_restart(&run, "filesystem"), "%s", run.failure);
    cr_assert(sink_bytes(&run, "3\n"));
    sink_epoch(&run, true);
    cr_assert_str_eq(get("out/part-etl-1a2b3c4d-2.csv"), "1\n2\n3\n");
    sink_end(&run);
}

/* Every changing call fails once, then the call is repeated: nothing is lost or doubled. */
FolderTest(sink_filesystem, every_call_can_fail_once)
{
    for (int kind = 0; kind < 3; kind++)
        for (int n = 1; n < 60; n++) {
            const char *name = arena_printf(&arena, "%d-%d", kind, n);
            const char *path = in(kind == 0 ? arena_printf(&arena, "%s/out", name)
                                            : arena_printf(&arena, "%s/out.csv", name));
            run = (SinkRun){.config.mode = kind == 2 ? OUTPUT_COMPLETE : OUTPUT_APPEND};
            cr_assert(sink_start(&run, "filesystem", target("a INT", path, with_header)));
            file_fault_set(arena_printf(&arena, "%d:%s", n, n % 2 ? "ENOSPC" : "short"));
            for (int epoch = 0; epoch < 3; epoch++) {
                Err err = ERR_NONE;
                if (kind == 2)
                    while (run.sink->class->restart(run.sink, &err) != OK)
                        ;
                for (int i = 0; i < 3; i++)
                    for (int tries = 0; !sink_bytes(&run, "123456789\n"); tries++)
                        cr_assert_lt(tries, 2);
                for (int tries = 0; !sink_stage(&run, epoch == 2); tries++)
                    cr_assert_lt(tries, 2, "%s", run.failure);
                sink_commit(&run);
                for (int tries = 0; !sink_publish(&run); tries++)
                    cr_assert_lt(tries, 2, "%s", run.failure);
            }
            file_fault_set(NULL);
            cr_assert(sink_restart(&run, "filesystem"), "%s: %s", name, run.failure);
            int64_t size = size_of(arena_printf(
                &arena, kind == 0 ? "%s/out/part-etl-1a2b3c4d-2.csv" : "%s/out.csv", name));
            if (kind == 0 && size < 0)
                size = size_of(arena_printf(&arena, "%s/out/part-etl-1a2b3c4d-3.csv", name));
            cr_assert_eq(size, kind == 2 ? 32 : 92, "%s: %ld", name, (long)size);
            sink_end(&run);
        }
}
