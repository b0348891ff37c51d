/*
 * A sweep as a user meets it: rows, whatever the number of jobs; files that grow and are gone on
 * with; refusals.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "files.h"
#include "program.h"
#include "support.h"

/* 60 points, of which those of interleaved with 6 micro-batches are invalid. */
#define VARIED                                                                                     \
    "--vary pipeline.schedule=gpipe,interleaved,paci --vary pipeline.micro-batches=4,6,8,12 "      \
    "--vary link.latency=0us..2ms:500us"

enum { N_POINTS = 60 };

/* A folder with a scenario, whose title has all that makes a CSV hard to cut into rows. */
static TestFolder *
folder_new(void)
{
    TestFolder *folder = test_folder_new();

    test_put(folder, "s.ini",
             "[scenario]\ntitle = a \"title\", in\\ntwo \"lines\n"
             "[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 8\n"
             "mini-batches = 3\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"
             "jitter = 0.1\n[memory]\nweights = 1 GB\nactivations = 1 GB\n"
             "capacity = 5 GB\n");
    return folder;
}

static char *
content(const TestFolder *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s is missing", path);
    return text;
}

/* --- rows ------------------------------------------------------------------------------------- */

static const char *const outputs[] = {
    "--format csv",
    "--format json",
    "--format table",
    "--format csv --where 'max_crossing == 1 || !fits_memory'",
    "--format csv --pareto throughput_micro_batches_per_s,-max_peak_memory_bytes,-max_crossing",
    "--format csv --sort -makespan_ns --top 7",
    "--format csv --sample 20 --seed 3",
};

START_TEST(any_number_of_jobs_gives_the_same_bytes)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) one =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini " VARIED " %s --jobs 1", outputs[_i]);

    test_check_done(&one);
    ck_assert_str_ne(one.output, "");
    for (int jobs = 2; jobs <= 9; jobs += 7) {
        g_auto(TestProgram) more = test_shell_in(
            folder, "$PIPEDRIFT sweep s.ini " VARIED " %s --jobs %d", outputs[_i], jobs);

        test_check_done(&more);
        ck_assert_str_eq(more.output, one.output);
        ck_assert_str_eq(more.errors, one.errors);
    }
}
END_TEST

START_TEST(a_row_says_what_simulate_says)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) sweep =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --format csv "
                              "--vary pipeline.micro-batches=4,8 --vary link.latency=0us,1ms");

    test_check_done(&sweep);
    g_auto(GStrv) rows = g_strsplit(sweep.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(rows), 6);
    ck_assert_msg(g_str_has_prefix(rows[0], "pipeline.micro-batches,link.latency,schema,version,"),
                  "%s", rows[0]);
    ck_assert(g_str_has_suffix(rows[0], ",fits_memory,error"));
    for (int i = 0; i < 4; i++) {
        const char *micro_batches = i < 2 ? "4" : "8", *latency = i % 2 == 0 ? "0us" : "1ms";
        g_auto(TestProgram) simulate = test_shell_in(
            folder,
            "$PIPEDRIFT simulate s.ini --set scenario.title=t --format csv --set "
            "pipeline.micro-batches=%s --set link.latency=%s | tail -n 1 | tr -d '\\n'",
            micro_batches, latency);
        g_autofree char *row =
            g_strdup_printf("%s,%s,%s,", micro_batches, latency, simulate.output);

        ck_assert_str_eq(rows[i + 1], row);
    }
}
END_TEST

START_TEST(an_invalid_point_is_a_row_that_says_so)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --format csv "
                              "--vary pipeline.schedule=interleaved,paci,naive "
                              "--vary pipeline.micro-batches=6,8");

    test_check_done(&program);
    g_auto(GStrv) rows = g_strsplit(program.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(rows), 8);
    ck_assert_msg(strstr(rows[1], "interleaved,6,,,,") != NULL, "%s", rows[1]);
    ck_assert_msg(strstr(rows[1], "6 is not divisible by the 4 devices") != NULL, "%s", rows[1]);
    ck_assert_msg(g_str_has_suffix(rows[2], "false,"), "%s", rows[2]);
    ck_assert_msg(g_str_has_suffix(rows[3], "true,"), "%s", rows[3]);
    ck_assert_msg(strstr(rows[5], "schedule 'naive' is unknown") != NULL, "%s", rows[5]);
    ck_assert_msg(g_str_has_prefix(program.errors, "pipedrift: note: 3 of 6 points are invalid; "),
                  "%s", program.errors);
}
END_TEST

START_TEST(json_has_the_same_rows)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --format json --quiet "
                "--vary pipeline.schedule=interleaved,paci --vary pipeline.micro-batches=6");
    test_check_done(&program);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *object = json_node_get_object(root);
    JsonArray *rows = json_object_get_array_member(object, "rows");
    JsonObject *invalid, *valid;

    ck_assert_str_eq(json_object_get_string_member(object, "schema"), "pipedrift.sweep/1");
    ck_assert_uint_eq(json_array_get_length(rows), 2);
    invalid = json_array_get_object_element(rows, 0);
    valid = json_array_get_object_element(rows, 1);
    ck_assert_str_eq(json_object_get_string_member(invalid, "pipeline.schedule"), "interleaved");
    ck_assert_ptr_nonnull(strstr(json_object_get_string_member(invalid, "error"), "divisible"));
    ck_assert(json_object_get_null_member(invalid, "makespan_ns"));
    ck_assert(json_object_get_null_member(valid, "error"));
    ck_assert_int_eq(json_object_get_int_member(valid, "micro_batches"), 18);
    ck_assert_int_eq(json_object_get_size(valid), json_object_get_size(invalid));
}
END_TEST

START_TEST(a_table_fits_a_terminal)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --quiet " VARIED);

    test_check_done(&program);
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);
    ck_assert_str_eq(lines[0], "t");
    ck_assert_str_eq(lines[1], "60 of 60 points");
    ck_assert_msg(g_str_has_prefix(lines[3], "schedule     micro-batches  latency"), "%s",
                  lines[3]);
    for (char **line = lines; *line != NULL; line++)
        ck_assert_int_le(g_utf8_strlen(*line, -1), 80);
    ck_assert_uint_eq(g_strv_length(lines), 4 + N_POINTS + 2);
}
END_TEST

START_TEST(a_varied_file_is_read_by_each_point)
{
    g_autoptr(TestFolder) folder = folder_new();

    test_put(folder, "m/a.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    test_put(folder, "m/b.ini",
             "[model]\nlayers = 3\nheads = 2\nhidden = 16\ncontext = 32\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --format csv --set scenario.title=t --set "
                              "pipeline.devices=3 --vary model.file=m/a.ini,m/b.ini,m/c.ini | "
                              "cut -d, -f 1,12,13");
    test_check_done(&program);
    g_auto(GStrv) rows = g_strsplit(program.output, "\n", -1);
    for (int i = 1; i <= 2; i++) {
        g_auto(GStrv) cells = g_strsplit(rows[i], ",", -1);

        /* tokens are those of the file's context */
        ck_assert_double_eq_tol(g_ascii_strtod(cells[2], NULL) / g_ascii_strtod(cells[1], NULL),
                                (i == 1 ? 16 : 32), 1e-9);
    }
    ck_assert_str_eq(rows[3], "m/c.ini,,");
}
END_TEST

/* The cells of a column, without the header, joined by spaces. */
static char *
column(const char *csv, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1), names = g_strsplit(lines[0], ",", -1);
    GString *cells = g_string_new(NULL);
    guint number = 0;

    while (names[number] != NULL && !g_str_equal(names[number], name))
        number++;
    ck_assert_ptr_nonnull(names[number]);
    for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
        g_auto(GStrv) row = g_strsplit(lines[i], ",", -1);

        g_string_append_printf(cells, "%s%s", i == 1 ? "" : " ", row[number]);
    }
    return g_string_free(cells, FALSE);
}

/* Without jitter: a forward of 1 ms, a backward of 2 ms, p = 4; a flush takes (M + 3) 3 ms. */
static const struct {
    const char *options, *micro_batches;
} choices[] = {
    { "", "4 6 8 10 12" },
    { "--where 'makespan_ns <= 33 ms'", "4 6 8" },
    { "--where 'makespan_ns > 27ms and not makespan_ns == 33ms'", "10 12" },
    { "--where 'bubble_fraction < 25%'", "10 12" },
    { "--where 'bubble_fraction > 100%'", "" },
    { "--sort makespan_ns", "4 6 8 10 12" },
    { "--sort -makespan_ns", "12 10 8 6 4" },
    { "--sort -makespan_ns --top 2", "12 10" },
    { "--sort schedule --top 3", "4 6 8" },
    { "--sort micro_batches --top 100", "4 6 8 10 12" },
    { "--pareto -makespan_ns", "4" },
    { "--pareto throughput_micro_batches_per_s", "12" },
    { "--pareto throughput_micro_batches_per_s,-makespan_ns", "4 6 8 10 12" },
    { "--pareto -bubble_fraction,-bubble_overhead", "12" },
    { "--pareto max_crossing", "4 6 8 10 12" },
    { "--pareto -makespan_ns,micro_batches --where 'makespan_ns < 40ms' --sort -makespan_ns --top "
      "2",
      "10 8" },
};

START_TEST(rows_are_chosen_by_their_figures)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder,
        "$PIPEDRIFT sweep s.ini --format csv --set scenario.title=t --set compute.jitter=0 "
        "--set pipeline.schedule=1f1b --set pipeline.mini-batches=1 "
        "--vary pipeline.micro-batches=4..12:2 %s",
        choices[_i].options);
    g_autofree char *micro_batches = NULL;

    test_check_done(&program);
    micro_batches = column(program.output, "pipeline.micro-batches");
    ck_assert_str_eq(micro_batches, choices[_i].micro_batches);
}
END_TEST

START_TEST(invalid_points_are_last_when_sorted_and_never_on_a_front)
{
    static const struct {
        const char *options, *micro_batches;
    } rows[] = {
        { "--sort makespan_ns", "4 8 6 10" },     { "--sort -makespan_ns", "8 4 6 10" },
        { "--pareto max_crossing", "4 8" },       { "--where 'max_crossing >= 0'", "4 8" },
        { "--where '!(max_crossing >= 0)'", "" },
    };
    g_autoptr(TestFolder) folder = folder_new();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(TestProgram) program = test_shell_in(
            folder,
            "$PIPEDRIFT sweep s.ini --quiet --format csv --set scenario.title=t --set "
            "pipeline.schedule=interleaved --vary pipeline.micro-batches=4..10:2 %s",
            rows[i].options);
        g_autofree char *micro_batches = NULL;

        test_check_done(&program);
        micro_batches = column(program.output, "pipeline.micro-batches");
        ck_assert_str_eq(micro_batches, rows[i].micro_batches);
    }
}
END_TEST

START_TEST(zip_pairs_and_a_sample_is_part_of_the_product)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) zip = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --zip --format csv --vary pipeline.devices=2,4 --vary "
                "pipeline.micro-batches=8,16 --set scenario.title=t | cut -d, -f 1,2");
    g_auto(TestProgram) all = test_shell_in(folder, "$PIPEDRIFT sweep s.ini " VARIED
                                                    " --format csv --quiet --set scenario.title=t");
    g_auto(TestProgram) drawn = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini " VARIED " --format csv --quiet --set scenario.title=t "
                "--sample 10 --seed 5");
    g_auto(GStrv) rows = g_strsplit(drawn.output, "\n", -1);
    const char *at = all.output;

    test_check_done(&zip);
    ck_assert_str_eq(zip.output, "pipeline.devices,pipeline.micro-batches\n2,8\n4,16\n");
    ck_assert_uint_eq(g_strv_length(rows), 12);
    for (guint i = 0; i < 11; i++) {
        at = strstr(at, rows[i]);
        ck_assert_msg(at != NULL, "%s", rows[i]);
    }
}
END_TEST

/* --- files ------------------------------------------------------------------------------------ */

static const char *const filters[] = { "", "--where 'max_crossing == 1'", "--sample 25 --seed 2" };

START_TEST(a_file_cut_anywhere_is_gone_on_with_to_the_same_bytes)
{
    g_autoptr(TestFolder) folder = folder_new();
    const char *filter = filters[_i % 3];
    guint64 seed = (guint64)_i;
    g_auto(TestProgram) first = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini " VARIED " %s --format csv --output a.csv", filter);
    g_autofree char *whole = NULL;

    test_check_done(&first);
    ck_assert_str_eq(first.output, "");
    whole = content(folder, "a.csv");
    for (int round = 0; round < 12; round++) {
        /* near the start, where the header is, as often as anywhere */
        const guint64 length =
            test_random(&seed, round % 2 == 0 ? 600 : (guint64)strlen(whole) + 1);
        g_auto(TestProgram) next = test_shell_in(
            folder,
            "truncate -s %" G_GUINT64_FORMAT " a.csv && $PIPEDRIFT sweep s.ini " VARIED
            " %s --format csv --output a.csv --resume --jobs %d",
            length, filter, 1 + round % 3);
        g_autofree char *resumed = content(folder, "a.csv");

        test_check_done(&next);
        ck_assert_msg(g_str_equal(resumed, whole), "cut to %" G_GUINT64_FORMAT " bytes", length);
    }
}
END_TEST

/* About a second of work, to be killed in. */
#define LONG "--vary scenario.seed=1..300 --vary pipeline.mini-batches=100,101 --format csv"

START_TEST(a_sweep_that_was_killed_ends_with_the_same_bytes)
{
    g_autoptr(TestFolder) folder = folder_new();
    guint64 seed = (guint64)_i;
    g_autofree char *whole = NULL, *resumed = NULL;
    gboolean done = FALSE;
    g_auto(TestProgram) first =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini " LONG " --output a.csv --jobs 2");

    test_check_done(&first);
    for (int n_kills = 0; !done; n_kills++) {
        g_auto(TestProgram) next =
            test_shell_in(folder,
                          "timeout -s KILL 0.%03d $PIPEDRIFT sweep s.ini " LONG
                          " --output b.csv --resume --jobs %d",
                          n_kills < 20 ? 3 + (int)test_random(&seed, 200) : 999, 1 + n_kills % 2);

        ck_assert_msg(next.status == 0 || next.status == 137 || next.status == -1, "%d: %s",
                      next.status, next.errors);
        ck_assert_int_lt(n_kills, 100);
        done = next.status == 0;
    }
    whole = content(folder, "a.csv");
    resumed = content(folder, "b.csv");
    ck_assert_str_eq(resumed, whole);
}
END_TEST

/* Interrupt a sweep that lasts: at once, or later where it had not yet begun to listen. */
#define INTERRUPTED(arguments)                                                                     \
    "for t in 0.3 1 3 9; do timeout -s INT $t timeout -s KILL 60 $PIPEDRIFT sweep "                \
    "s.ini " arguments                                                                             \
    " > out 2> err; grep -q interrupted err && break; done; cat out; cat err >&2"

START_TEST(an_interrupt_leaves_whole_rows_and_says_how_to_go_on)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_autofree char *part = NULL;
    g_auto(TestProgram) first = test_shell_in(
        folder, INTERRUPTED(LONG " --vary pipeline.micro-batches=8..200 --output a.csv --jobs %d"),
        _i);

    test_check_done(&first);
    ck_assert_msg(g_str_has_prefix(first.errors, "pipedrift: interrupted behind point "), "%s",
                  first.errors);
    ck_assert_msg(g_str_has_suffix(first.errors, " of 115800; --resume goes on\n"), "%s",
                  first.errors);
    part = content(folder, "a.csv");
    ck_assert(g_str_has_suffix(part, "\n"));
}
END_TEST

START_TEST(one_point_that_takes_long_is_interrupted_too)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program =
        test_shell_in(folder, INTERRUPTED("--vary pipeline.mini-batches=100000000 --format csv"));

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: interrupted behind point 0 of 1\n");
}
END_TEST

START_TEST(what_an_interrupt_has_left_is_printed)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, INTERRUPTED("--set scenario.title=t --set pipeline.mini-batches=100 --vary "
                            "scenario.seed=1..50000 --format csv --sort -makespan_ns --top 1"));

    test_check_done(&program);
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(lines), 3);
    ck_assert_ptr_nonnull(strstr(program.errors, "interrupted behind point "));
    ck_assert_ptr_null(strstr(program.errors, "--resume"));
}
END_TEST

START_TEST(without_resume_a_file_is_replaced_and_with_it_may_be_new)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, "echo old > a.csv && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output a.csv "
                "&& $PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "b.csv --resume && cmp a.csv b.csv && cmp a.csv.sweep b.csv.sweep && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "b.csv --resume && cmp a.csv b.csv && : > a.csv && rm a.csv.sweep && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "a.csv --resume && cmp a.csv b.csv");

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: going on behind point 2 of 2\n");
}
END_TEST

START_TEST(a_pipe_gets_rows_and_no_companion)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, "mkfifo pipe && { timeout 60 cat pipe > copy & } && $PIPEDRIFT sweep s.ini " VARIED
                " --quiet --format csv --output pipe && wait && test ! -e pipe.sweep && "
                "$PIPEDRIFT sweep s.ini " VARIED " --quiet --format csv | cmp - copy");

    test_check_done(&program);
}
END_TEST

START_TEST(a_file_beside_which_no_companion_can_stand_is_left_alone)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program =
        test_shell_in(folder, "echo old > a.csv && mkdir a.csv.sweep && { $PIPEDRIFT sweep s.ini "
                              "--vary pipeline.devices=2 --format csv --output a.csv; test $? = 3; "
                              "} && test $(cat a.csv) = old");

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: a.csv.sweep: cannot be written: Is a directory\n");
}
END_TEST

/* A companion of a path that is another name of standard output would stand beside that name. */
START_TEST(what_standard_output_goes_to_gets_rows_and_no_companion)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, "ln -s /proc/self/fd/1 out && { echo before; $PIPEDRIFT sweep s.ini " VARIED
                " --quiet --format csv --output out; echo behind; } > rows && test ! -e out.sweep "
                "&& test ! -e rows.sweep && { echo before; $PIPEDRIFT sweep s.ini " VARIED
                " --quiet --format csv; echo behind; } | cmp - rows");

    test_check_done(&program);
}
END_TEST

/* What is done to a sweep's file or asked otherwise, and what the same sweep says then. */
static const struct {
    const char *damage, *options, *message;
} others[] = {
    { "rm a.csv.sweep", "",
      "--resume: a.csv.sweep, which says of which sweep the rows are, is missing" },
    { "echo x > a.csv.sweep", "",
      "a.csv.sweep, which says of which sweep the rows are, is of no sweep" },
    { "sed -i 's/jitter = 0.1/jitter = 0.2/' s.ini", "",
      "a.csv.sweep: is of another run: [compute] jitter was 0.1 there and is 0.2 here" },
    { "true", "--set pipeline.micro-batches=9",
      "[pipeline] micro-batches was 8 there and is 9 here" },
    { "true", "--set link.latency=1us", "[link] latency was absent there and is 1us here" },
    { "true", "--vary pipeline.stash=yes,no",
      "--vary was pipeline.devices=2,4,8 there and is pipeline.devices=2,4,8 "
      "pipeline.stash=yes,no here" },
    { "true", "--sample 2", "--sample was absent there and is 2 here" },
    { "true", "--where 'max_crossing < 2'",
      "--where was absent there and is max_crossing < 2 here" },
    { "true", "--zip", "--zip was absent there and is given here" },
    { "sed -i '1s/devices/device/' a.csv", "", "--resume: a.csv: has other columns" },
    { "sed -i 's/^4,/5,/' a.csv", "", "--resume: a.csv: row 2 is not what this sweep has there" },
    { "sed -i '$p' a.csv", "", "--resume: a.csv: row 4 is not what this sweep has there" },
};

START_TEST(the_file_of_another_sweep_is_left_alone)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) first =
        test_shell_in(folder,
                      "$PIPEDRIFT sweep s.ini --set scenario.title=t --vary pipeline.devices=2,4,8 "
                      "--format csv --output a.csv && %s && cp a.csv before",
                      others[_i].damage);
    g_auto(TestProgram) second =
        test_shell_in(folder,
                      "$PIPEDRIFT sweep s.ini --set scenario.title=t --vary pipeline.devices=2,4,8 "
                      "--format csv --output a.csv --resume %s",
                      others[_i].options);
    g_auto(TestProgram) same = test_shell_in(folder, "cmp a.csv before");

    test_check_done(&first);
    test_check_failed(&second, 2, others[_i].message);
    test_check_done(&same);
}
END_TEST

START_TEST(a_model_file_that_has_changed_makes_another_sweep)
{
    g_autoptr(TestFolder) folder = folder_new();

    test_put(folder, "m.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv && "
                "sed -i s/16/32/ m.ini");
    g_auto(TestProgram) second = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv "
                "--resume");

    test_check_done(&program);
    test_check_failed(&second, 2, "the file m.ini (its SHA-256) was ");
}
END_TEST

START_TEST(a_file_among_the_data_that_has_changed_makes_another_sweep)
{
    g_autoptr(TestFolder) folder = folder_new();

    test_put(folder, "data/models/m.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program = test_shell_in(
        folder, "export PIPEDRIFT_DATA=data && $PIPEDRIFT sweep s.ini --vary model.file=m.ini "
                "--format csv --output a.csv && sed -i s/16/32/ data/models/m.ini && "
                "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv "
                "--resume");

    test_check_failed(&program, 2, "--resume: a.csv.sweep: is of another run: the file m.ini ");
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------- */

static const struct {
    const char *arguments, *message;
} refusals[] = {
    { "", "an argument is missing; the usage is: pipedrift sweep SCENARIO" },
    { "s.ini", "--vary: is missing; write one such as --vary pipeline.micro-batches=8,16,32" },
    { "none.ini --vary pipeline.devices=2", "none.ini: cannot be read" },
    { "s.ini --vary pipeline.device=2",
      "--vary: [pipeline] 'device': this key is unknown; did you" },
    { "s.ini --vary pipeline.devices=2,x", "--vary: [pipeline] devices: 'x' is not a number" },
    { "s.ini --vary pipeline.devices=1..1e12", "has more than 1000000 points" },
    { "s.ini --vary pipeline.devices=2 --vary pipeline.devices=4",
      "pipeline.devices is given twice" },
    { "s.ini --vary pipeline.devices=2,4 --vary pipeline.micro-batches=1,2,3 --zip",
      "--zip: pipeline.devices has 2 values and pipeline.micro-batches has 3" },
    { "s.ini --vary pipeline.devices=2 --set pipeline.device=2", "--set: [pipeline] 'device'" },
    { "s.ini --vary pipeline.devices=2 --set model.file=none.ini",
      "--set: [model] file: none.ini: cannot be read" },
    { "s.ini --vary pipeline.devices=2 --sample 0", "--sample: 0 is out of range" },
    { "s.ini --vary pipeline.devices=2 --sample 100000000", "--sample: 100000000 is out of range" },
    { "s.ini --vary pipeline.devices=2 --seed 1", "--seed: has no use without --sample" },
    { "s.ini --vary pipeline.devices=2 --sample 1 --seed -1", "--seed: is negative" },
    { "s.ini --vary pipeline.devices=2 --jobs 0",
      "--jobs: 0 is out of range; write a number from 1" },
    { "s.ini --vary pipeline.devices=2 --jobs -2", "--jobs: -2 is out of range" },
    { "s.ini --vary pipeline.devices=2 --jobs two", "Cannot parse integer value" },
    { "s.ini --vary pipeline.devices=2 --top 0 --sort schedule", "--top: 0 is out of range" },
    { "s.ini --vary pipeline.devices=2 --top 0", "--top: " },
    { "s.ini --vary pipeline.devices=2 --where 'max_crosing < 2'",
      "--where: 'max_crosing < 2': column 1: the name 'max_crosing' is unknown; did you mean "
      "max_crossing?" },
    { "s.ini --vary pipeline.devices=2 --where ''", "--where: '': column 1: a value is missing" },
    { "s.ini --vary pipeline.devices=2 --sort speed", "--sort: the name 'speed' is unknown" },
    { "s.ini --vary pipeline.devices=2 --sort updates,schedule", "--sort: takes one name, not 2" },
    { "s.ini --vary pipeline.devices=2 --pareto schedule", "--pareto: schedule is no number" },
    { "s.ini --vary pipeline.devices=2 --pareto updates,-updates",
      "--pareto: updates stands twice" },
    { "s.ini --vary pipeline.devices=2 --resume", "--resume: goes on with a file; add --output" },
    { "s.ini --vary pipeline.devices=2 --resume --output a",
      "--resume: only rows of a csv can be" },
    { "s.ini --vary pipeline.devices=2 --resume --output a --format csv --sort updates",
      "--resume: does not go with --sort, --pareto and --top, which need all rows" },
    { "s.ini --vary pipeline.devices=2 --resume --output a --format csv --pareto updates",
      "--resume: does not go with --sort, --pareto and --top, which need all rows" },
    { "s.ini --vary pipeline.devices=2 --resume --output /dev/null --format csv",
      "--resume: goes on with a regular file" },
    { "s.ini --vary pipeline.devices=2 --output no/where --format csv",
      "no/where: cannot be written" },
    { "s.ini --vary pipeline.devices=2 --output no/where", "no/where: cannot be written" },
    { "s.ini --vary pipeline.devices=2 --output /dev/full --format csv",
      "/dev/full: cannot be written" },
};

START_TEST(bad_input_gets_one_line)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep %s", refusals[_i].arguments);

    test_check_failed(&program, strstr(refusals[_i].message, "written") != NULL ? 3 : 2,
                      refusals[_i].message);
}
END_TEST

START_TEST(a_mistake_leaves_the_file_as_it_is)
{
    g_autoptr(TestFolder) folder = folder_new();
    g_auto(TestProgram) program = test_shell_in(
        folder, "echo old > a.csv; $PIPEDRIFT sweep s.ini --vary pipeline.devices=0 --format "
                "csv --output a.csv; test $? = 2 && grep -q old a.csv && test ! -e a.csv.sweep");

    test_check_done(&program);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sweep");
    TCase *tests = tcase_create("sweep");

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, any_number_of_jobs_gives_the_same_bytes, 0,
                        (int)G_N_ELEMENTS(outputs));
    tcase_add_test(tests, a_row_says_what_simulate_says);
    tcase_add_test(tests, an_invalid_point_is_a_row_that_says_so);
    tcase_add_test(tests, json_has_the_same_rows);
    tcase_add_test(tests, a_table_fits_a_terminal);
    tcase_add_test(tests, a_varied_file_is_read_by_each_point);
    tcase_add_loop_test(tests, rows_are_chosen_by_their_figures, 0, (int)G_N_ELEMENTS(choices));
    tcase_add_test(tests, invalid_points_are_last_when_sorted_and_never_on_a_front);
    tcase_add_test(tests, zip_pairs_and_a_sample_is_part_of_the_product);
    tcase_add_loop_test(tests, a_file_cut_anywhere_is_gone_on_with_to_the_same_bytes, 0, 6);
    tcase_add_loop_test(tests, a_sweep_that_was_killed_ends_with_the_same_bytes, 0, 3);
    tcase_add_loop_test(tests, an_interrupt_leaves_whole_rows_and_says_how_to_go_on, 1, 3);
    tcase_add_test(tests, one_point_that_takes_long_is_interrupted_too);
    tcase_add_test(tests, what_an_interrupt_has_left_is_printed);
    tcase_add_test(tests, without_resume_a_file_is_replaced_and_with_it_may_be_new);
    tcase_add_test(tests, a_pipe_gets_rows_and_no_companion);
    tcase_add_test(tests, what_standard_output_goes_to_gets_rows_and_no_companion);
    tcase_add_test(tests, a_file_beside_which_no_companion_can_stand_is_left_alone);
    tcase_add_loop_test(tests, the_file_of_another_sweep_is_left_alone, 0,
                        (int)G_N_ELEMENTS(others));
    tcase_add_test(tests, a_model_file_that_has_changed_makes_another_sweep);
    tcase_add_test(tests, a_file_among_the_data_that_has_changed_makes_another_sweep);
    tcase_add_loop_test(tests, bad_input_gets_one_line, 0, (int)G_N_ELEMENTS(refusals));
    tcase_add_test(tests, a_mistake_leaves_the_file_as_it_is);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}
