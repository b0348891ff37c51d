/*
 * The command plot, as a user runs it: pictures of every extension, drawings in the terminal,
 * titles that try to be more than a title, a gnuplot that is missing or fails.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "files.h"
#include "plot_blocks.h"
#include "program.h"
#include "support.h"
#include "training_curve.h"

#define TEXT                                                                                       \
    "[scenario]\ntitle = A run\n[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\n"     \
    "mini-batches = 3\n[compute]\nforward = 1 ms\nbackward = 2 ms\nupdate = 100 us\n"              \
    "[memory]\nweights = 1 GB\nactivations = 1 GB\n"

/* A folder with the scenario a.ini, in which programs run. */
static TestFolder *
folder_with_scenario(void)
{
    TestFolder *folder = test_folder_new();

    test_put(folder, "a.ini", TEXT);
    return folder;
}

/* "$PIPEDRIFT plot timeline" behind a change of folder, then what follows. */
static TestProgram
plot(const TestFolder *folder, const char *environment, const char *rest)
{
    g_autofree char *line =
        g_strdup_printf("cd %s && %s exec \"$PIPEDRIFT\" plot %s", folder, environment, rest);

    return test_shell(line);
}

/* The text of a file in the folder. (transfer full) */
static char *
content(const TestFolder *folder, const char *name, gsize *length)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, length, NULL), "%s is not there", name);
    return text;
}

static guint
count_files(const TestFolder *folder)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(entries) != NULL)
        n++;
    return n;
}

/* --- pictures --------------------------------------------------------------------------------- */

static void
collect_text(G_GNUC_UNUSED GMarkupParseContext *context, const char *text, gsize length,
             gpointer data, G_GNUC_UNUSED GError **error)
{
    g_string_append_len(data, text, (gssize)length);
}

/* All texts of an SVG, which has to be well-formed XML. (transfer full) */
static char *
texts_of_svg(const TestFolder *folder, const char *name)
{
    const GMarkupParser parser = { .text = collect_text };
    GString *texts = g_string_new(NULL);
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, texts, NULL);
    g_autoptr(GError) error = NULL;
    gsize length;
    g_autofree char *svg = content(folder, name, &length);

    if (!g_markup_parse_context_parse(context, svg, (gssize)length, &error) ||
        !g_markup_parse_context_end_parse(context, &error))
        ck_abort_msg("%s", error->message);
    return g_string_free(texts, FALSE);
}

START_TEST(the_extension_chooses_the_format)
{
    static const struct {
        const char *name, *magic;
    } cases[] = { { "a.svg", "<?xml" }, { "a.pdf", "%PDF-" }, { "a.png", "\211PNG" } };
    g_autoptr(TestFolder) folder = folder_with_scenario();

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *rest = g_strdup_printf("timeline a.ini --output %s", cases[i].name);
        g_auto(TestProgram) program = plot(folder, "", rest);
        gsize length;

        test_check_done(&program);
        ck_assert_str_eq(program.output, "");
        g_autofree char *picture = content(folder, cases[i].name, &length);
        ck_assert(length > 1000 && g_str_has_prefix(picture, cases[i].magic));
        ck_assert_uint_eq(count_files(folder), 2 + i);
    }
}
END_TEST

START_TEST(the_same_scenario_gives_the_same_picture)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) first = plot(folder, "", "timeline a.ini --dark --output a.svg");
    g_auto(TestProgram) second = plot(folder, "", "timeline a.ini --dark --output b.svg");
    g_autofree char *a = content(folder, "a.svg", NULL), *b = content(folder, "b.svg", NULL);

    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(runs_are_named_by_their_schedules_and_devices_numbered)
{
    static const char *const expected[] = { "A run",    "1f1b",      "paci",    "device 0",
                                            "device 3", "time (ms)", "forward", "v1" };
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program =
        plot(folder, "", "timeline a.ini --schedules 1f1b,paci --output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = texts_of_svg(folder, "a.svg");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        ck_assert_msg(strstr(texts, expected[i]) != NULL, "%s is not in the picture", expected[i]);
}
END_TEST

/* --- titles ----------------------------------------------------------------------------------- */

static const char *const titles[] = {
    "quotes \" ' and `backquotes`",
    "$(touch pwned) `touch pwned` \\`touch pwned\\`",
    "\"; system(\"touch pwned\"); \"",
    "'; system('touch pwned') #",
    "@pwned $data << EOD !touch pwned",
    "a_b^c {/Symbol d} ~e f{.5-} &{g} \\n \\101 %s %d",
    "-2 \303\244\303\266\303\274 \342\202\254 \346\227\245\346\234\254 0123456789",
    "<tag> &amp; ]]> -->",
};

START_TEST(a_title_is_drawn_to_the_letter_whatever_it_says)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_autofree char *quoted = g_shell_quote(titles[_i]);
    g_autofree char *rest = g_strdup_printf("timeline a.ini --title %s --output a.svg", quoted);
    g_auto(TestProgram) program = plot(folder, "LC_ALL=C.UTF-8", rest);
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = texts_of_svg(folder, "a.svg");
    ck_assert_msg(strstr(texts, titles[_i]) != NULL, "'%s' is not in: %.300s", titles[_i], texts);
    /* the scenario and the picture: nothing was executed */
    ck_assert_uint_eq(count_files(folder), 2);
}
END_TEST

START_TEST(a_title_of_several_lines_and_control_characters_is_still_a_picture)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program =
        plot(folder, "",
             "timeline a.ini --title \"$(printf 'one\\ntwo \\001\\033[31m')\" "
             "--output a.svg --data a.gp");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = texts_of_svg(folder, "a.svg");
    ck_assert_ptr_nonnull(strstr(texts, "one"));
    ck_assert_ptr_nonnull(strstr(texts, "two \\x01\\x1b[31m"));
}
END_TEST

START_TEST(what_is_no_character_of_xml_is_shown_as_an_escape)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program =
        plot(folder, "",
             "timeline a.ini --title \"$(printf '\\357\\277\\276 \\357\\277\\277 \\302\\233')\" "
             "--output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = texts_of_svg(folder, "a.svg");
    ck_assert_ptr_nonnull(strstr(texts, "\\xfffe \\xffff \\x9b"));
}
END_TEST

START_TEST(kept_data_draw_the_same_picture_again)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program =
        plot(folder, "", "timeline a.ini --output a.svg --data a.gp --title 'x; y'");
    g_autofree char *line = g_strdup_printf("cd %s && gnuplot a.gp > again.svg", folder);
    g_auto(TestProgram) again = test_shell(line);
    g_autofree char *first = content(folder, "a.svg", NULL);
    g_autofree char *second = content(folder, "again.svg", NULL);
    g_autofree char *data = content(folder, "a.gp", NULL);

    test_check_done(&program);
    test_check_done(&again);
    ck_assert_str_eq(first, second);
    ck_assert(g_str_has_prefix(
        data, "# pipedrift plot timeline a.ini --output a.svg --data a.gp --title 'x; y'\n"));
}
END_TEST

/* --- training logs ---------------------------------------------------------------------------- */

#define LOG(step_ns)                                                                               \
    PD_TRAINING_LOG_HEAD "\n1,8,9," step_ns "000,5.5,,0.1,0\n2,16,18," step_ns                     \
                         "500,4.5,4.25,0.1,0\n"

START_TEST(logs_are_called_what_their_files_are)
{
    static const char *const expected[] = { "Two runs", "$(touch pwned) \"x\" `y`", "e/paci.csv",
                                            "d/paci.csv", "virtual time (µs)" };
    g_autoptr(TestFolder) folder = test_folder_new();

    test_put(folder, "$(touch pwned) \"x\" `y`.csv", LOG("1"));
    test_put(folder, "d/paci.csv", LOG("1"));
    test_put(folder, "e/paci.csv", LOG("2"));
    g_auto(TestProgram) program =
        plot(folder, "LC_ALL=C.UTF-8",
             "loss *.csv d/paci.csv e/paci.csv --title 'Two runs' --output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = texts_of_svg(folder, "a.svg");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        ck_assert_msg(strstr(texts, expected[i]) != NULL, "%s is not in: %s", expected[i], texts);
    /* the log, two folders, the picture */
    ck_assert_uint_eq(count_files(folder), 4);
}
END_TEST

static const struct {
    const char *rest, *message;
} log_failures[] = {
    { "loss a.ini", "a.ini: line 1: is not the head of a training log" },
    { "loss none.csv", "none.csv: cannot be read" },
    { "loss l.csv bad.csv", "bad.csv: line 2: loss: 'high' is not a number" },
    { "loss bad.csv --output a.svg", "bad.csv: line 2: loss: 'high' is not a number" },
    { "loss l.csv --schedules paci", "--schedules: has no use with l.csv, the log of a training" },
    { "loss l.csv --set train.seed=2", "--set: has no use with l.csv" },
    { "loss l.csv --from 1s", "--from: is not before the end, which is at 1.50" },
    { "loss l.csv l.csv l.csv l.csv l.csv l.csv l.csv l.csv l.csv", "draws up to 8 runs" },
    { "timeline l.csv", "l.csv: is a training log, which plot loss draws; plot timeline needs" },
    { "timeline a.ini l.csv --output a.svg", "l.csv: is a training log" },
};

START_TEST(logs_and_scenarios_are_not_taken_for_each_other)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    test_put(folder, "l.csv", LOG("1"));
    test_put(folder, "bad.csv", PD_TRAINING_LOG_HEAD "\n1,8,9,1,high,,0.1,0\n");
    g_auto(TestProgram) program = plot(folder, "", log_failures[_i].rest);
    test_check_failed(&program, 2, log_failures[_i].message);
    ck_assert_uint_eq(count_files(folder), 3);
}
END_TEST

START_TEST(a_log_comes_through_a_pipe_and_while_it_is_written)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    test_put(folder, "l.csv", LOG("1") "3,24,2");
    g_auto(TestProgram) program = plot(folder, "cat l.csv |", "loss /dev/stdin");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "1 stdin"));
    ck_assert_ptr_nonnull(strstr(program.output, " 16 "));
}
END_TEST

/* --- the terminal ----------------------------------------------------------------------------- */

START_TEST(a_drawing_in_the_terminal_needs_no_gnuplot_and_fits_eighty_columns)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program =
        plot(folder, "PATH=/nowhere", "timeline a.ini --schedules gpipe,paci --output -");
    g_auto(TestProgram) by_default =
        plot(folder, "PATH=/nowhere", "timeline a.ini --schedules gpipe,paci");

    test_check_done(&program);
    ck_assert_str_eq(program.output, by_default.output);
    test_plot_check_width(program.output, 80);
    ck_assert_ptr_nonnull(strstr(program.output, "\ngpipe\n   0 0>>2>3>"));
    /* no colours where there is no terminal */
    ck_assert_ptr_null(strchr(program.output, '\033'));
}
END_TEST

/* --- saved reports ---------------------------------------------------------------------------- */

static void
run_in(const TestFolder *folder, const char *rest)
{
    g_autofree char *line = g_strdup_printf("cd %s && \"$PIPEDRIFT\" %s", folder, rest);
    g_auto(TestProgram) program = test_shell(line);

    test_check_done(&program);
}

/* A scenario's arguments, what saves its reports, and what draws them. */
static const struct {
    const char *save, *of_scenario, *of_file;
} saved[] = {
    { "simulate a.ini", "bubble a.ini", "bubble a.json" },
    { "simulate a.ini --per-micro-batch", "crossings a.ini", "crossings a.json" },
    { "compare a.ini", "compare a.ini", "compare a.json" },
};

START_TEST(a_saved_report_is_drawn_as_the_scenario_that_it_is_of)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_autofree char *save = g_strconcat(saved[_i].save, " --format json --output a.json", NULL);

    run_in(folder, save);
    g_auto(TestProgram) scenario = plot(folder, "", saved[_i].of_scenario);
    g_auto(TestProgram) file = plot(folder, "", saved[_i].of_file);
    test_check_done(&scenario);
    test_check_done(&file);
    ck_assert_str_eq(file.output, scenario.output);
}
END_TEST

START_TEST(compare_draws_all_schedules_and_leaves_out_who_refuses)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) all = plot(folder, "", "compare a.ini");
    g_auto(TestProgram) less = plot(folder, "", "compare a.ini --set pipeline.micro-batches=5");

    ck_assert_ptr_nonnull(strstr(all.output, "  interleaved "));
    ck_assert_str_eq(all.errors, "");
    ck_assert_ptr_null(strstr(less.output, "interleaved"));
    ck_assert_ptr_nonnull(strstr(less.errors, "note: interleaved is left out"));
}
END_TEST

START_TEST(two_runs_are_a_prediction_and_a_measurement)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    run_in(folder, "simulate a.ini --format json --output a.json");
    run_in(folder, "simulate a.ini --set compute.forward=2ms --format json --output b.json");
    g_auto(TestProgram) program = plot(folder, "", "validate a.json b.json");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, " predicted, "));
    ck_assert_ptr_nonnull(strstr(program.output, "error -"));
}
END_TEST

START_TEST(runs_of_one_schedule_are_told_apart_by_their_files)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    run_in(folder, "simulate a.ini --format json --output a.json");
    g_auto(TestProgram) program = plot(folder, "", "bubble a.json a.ini");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "paci, a.json: "));
    ck_assert_ptr_nonnull(strstr(program.output, "paci, a.ini: "));
}
END_TEST

/* --- sweeps ----------------------------------------------------------------------------------- */

#define VARY "--vary pipeline.micro-batches=2..8*2 --vary pipeline.in-flight=auto,auto*2 "

static const char *const sweep_formats[] = { "csv", "json" };

START_TEST(a_saved_sweep_is_drawn_as_the_scenario_that_it_is_of)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    const char *const kinds[] = { "sweep", "pareto" };
    g_autofree char *save =
        g_strdup_printf("sweep a.ini " VARY "--format %s --output saved", sweep_formats[_i]);

    run_in(folder, save);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *of_scenario = g_strdup_printf("%s a.ini " VARY, kinds[i]);
        g_autofree char *of_file = g_strdup_printf("%s saved", kinds[i]);
        g_autofree char *picture = g_strdup_printf("%s saved --output saved.svg", kinds[i]);
        g_auto(TestProgram) scenario = plot(folder, "", of_scenario);
        g_auto(TestProgram) file = plot(folder, "", of_file);
        g_auto(TestProgram) drawn = plot(folder, "", picture);
        g_autofree char *texts = NULL;

        test_check_done(&scenario);
        test_check_done(&drawn);
        ck_assert_str_eq(file.output, scenario.output);
        texts = texts_of_svg(folder, "saved.svg");
        ck_assert_ptr_nonnull(strstr(texts, "A run"));
    }
}
END_TEST

/* The front that is drawn is the one that --pareto keeps. */
START_TEST(the_front_is_that_of_sweep)
{
    static const char *const results[] = { "-max_peak_memory_bytes,throughput_micro_batches_per_s",
                                           "makespan_ns,-bubble_fraction" };
    g_autoptr(TestFolder) folder = folder_with_scenario();

    for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autofree char *front = g_strdup_printf(
            "sweep a.ini " VARY "--pareto %s --format csv --output front", results[i]);
        g_autofree char *all = g_strdup_printf("pareto a.ini " VARY "--result %s", results[i]);
        g_autofree char *text = NULL;
        g_auto(GStrv) rows = NULL;

        run_in(folder, front);
        text = content(folder, "front", NULL);
        rows = g_strsplit(text, "\n", -1);
        g_auto(TestProgram) drawn = plot(folder, "", all);
        test_check_done(&drawn);
        ck_assert_uint_gt(g_strv_length(rows), 2);
        for (char **row = rows + 1; **row != '\0'; row++) {
            g_auto(GStrv) fields = g_strsplit(*row, ",", -1);
            g_autofree char *label = g_strdup_printf("\n%s, %s ", fields[0], fields[1]);

            ck_assert_msg(strstr(drawn.output, label) != NULL, "no %s in %s", label, drawn.output);
        }
        /* the table of the front ends the drawing */
        g_auto(GStrv) table = g_strsplit(strstr(drawn.output, "\non the front"), "\n", -1);
        ck_assert_uint_eq(g_strv_length(table) - 3, g_strv_length(rows) - 2);
    }
}
END_TEST

START_TEST(points_that_are_invalid_or_too_large_are_told)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) drawn =
        plot(folder, "",
             "sweep a.ini --vary pipeline.micro-batches=4,5 --vary pipeline.schedule=interleaved,"
             "paci --set memory.capacity=3GB --result max_crossing");

    test_check_done(&drawn);
    ck_assert_ptr_nonnull(strstr(drawn.errors, "note: 1 of 4 points is invalid; the first: "));
    ck_assert_ptr_nonnull(strstr(drawn.output, "invalid   ! 1\n"));
    ck_assert_ptr_nonnull(strstr(drawn.output, "no result (1 of 4 points)"));
}
END_TEST

static const struct {
    const char *rest, *message;
} sweep_failures[] = {
    { "sweep a.ini", "a.ini: line 1: is not the head of a saved sweep" },
    { "sweep none.csv", "none.csv: cannot be read" },
    { "sweep s.csv a.ini", "plot sweep: draws one sweep" },
    { "sweep s.csv --vary link.latency=1ms",
      "--vary: has no use with s.csv, a sweep that is over" },
    { "sweep s.csv --set link.latency=1ms", "--set: has no use with s.csv, a sweep that is over" },
    { "sweep a.ini --vary link.latency=1", "--vary: [link] latency: '1' has no unit" },
    { "sweep a.ini --vary link.latency=1ms --schedules paci",
      "--schedules: plot sweep draws a sweep; write --vary pipeline.schedule=paci" },
    { "timeline s.csv", "s.csv: is a saved sweep, which plot sweep and plot pareto draw" },
    { "bubble s.json --output a.svg", "s.json: is a saved sweep" },
    { "timeline a.ini --vary link.latency=1ms", "--vary: plot timeline draws no sweep" },
    { "timeline a.ini --where max_crossing==1", "--where: plot timeline draws no sweep" },
    { "compare a.ini --result max_crossing", "--result: plot compare draws no sweep" },
    { "sweep three.csv --output a.svg",
      "draws one or two varied keys, and these are 3 (link.latency, pipeline.devices, "
      "pipeline.schedule); sweep with --set for the others" },
    { "sweep a.ini --vary scenario.seed=1..201 --vary pipeline.micro-batches=1..9 --output a.svg",
      "plot sweep: a map has up to 200 values of a key, and scenario.seed has 201" },
    { "sweep s.csv --result max_crossings", "--result: the name 'max_crossings' is unknown" },
    { "sweep s.csv --result schedule", "--result: " },
    { "sweep s.csv --result -max_crossing", "--result: a minus has no use with plot sweep" },
    { "sweep s.csv --result throughput_tokens_per_s", "--result: no point has a throughput_tok" },
    { "pareto s.csv --result max_crossing", "--result: plot pareto draws 2 to 3 results, and" },
    { "sweep s.csv --where 'max_crossing > 9'", "--where: holds of no point" },
    { "sweep s.csv --where 'max_crossing >'", "--where: " },
};

START_TEST(what_no_sweep_can_be_drawn_of_is_refused)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    test_put(folder, "s.csv", "link.latency,max_crossing,error\n1ms,1,\n2ms,2,\n");
    test_put(folder, "s.json", "{\"schema\": \"pipedrift.sweep/1\", \"rows\": []}");
    test_put(folder, "three.csv",
             "link.latency,pipeline.devices,pipeline.schedule,max_crossing,error\n"
             "1ms,2,paci,1,\n2ms,4,1f1b,2,\n");
    g_auto(TestProgram) program = plot(folder, "", sweep_failures[_i].rest);
    test_check_failed(&program, 2, sweep_failures[_i].message);
    ck_assert_uint_eq(count_files(folder), 4);
}
END_TEST

/* --- saved reports of no use ------------------------------------------------------------------ */

static const struct {
    const char *rest, *message;
} refused[] = {
    { "timeline a.json",
      "a.json: is a saved report, which does not tell what plot timeline draws" },
    { "validate a.json", "plot validate: draws a prediction and a measurement, and this is one" },
    { "validate a.json two.json", "the runs have 4 and 2 devices, 4 and 2 stages" },
    { "validate a.ini --schedules 1f1b,paci", "--schedules: plot validate trains under the" },
    { "validate a.json a.json a.json", "draws up to 2 runs" },
    { "bubble broken.json", "broken.json: is no report: member schema: is missing" },
};

START_TEST(a_saved_report_that_is_of_no_use_is_refused)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    test_put(folder, "broken.json", " \n{}");
    run_in(folder, "simulate a.ini --format json --output a.json");
    run_in(folder, "simulate a.ini --set pipeline.devices=2 --format json --output two.json");
    g_auto(TestProgram) program = plot(folder, "", refused[_i].rest);
    test_check_failed(&program, 2, refused[_i].message);
}
END_TEST

/* --- what goes wrong -------------------------------------------------------------------------- */

static const struct {
    const char *rest, *message;
    int status;
} failures[] = {
    { "timelin a.ini", "plot 'timelin' is unknown; did you mean timeline? there are timeline", 2 },
    { "timeline", "an argument is missing", 2 },
    { "timeline none.ini", "none.ini: cannot be read", 2 },
    { "timeline a.ini --output a.jpg", "--output: a.jpg ends in none of .svg, .pdf, .png", 2 },
    { "timeline a.ini --output no/a.svg", "no/a.svg: cannot be written", 3 },
    { "timeline a.ini --size 10x10 --output a.svg", "--size: '10x10' is no size", 2 },
    { "timeline a.ini --size 960 --output a.svg", "--size: '960' is no size", 2 },
    { "timeline a.ini --from 5 --output a.svg", "--from: '5' has no unit", 2 },
    { "timeline a.ini --from 5ms --to 5ms --output a.svg", "--from: is not before --to", 2 },
    { "timeline a.ini --to 0ns --output a.svg", "--to: is where runs begin", 2 },
    { "timeline a.ini --from 9223372036854775807ns", "--from: is not before --to", 2 },
    { "memory a.ini --from 1000s --output a.svg", "--from: is not before the end, which is at", 2 },
    { "bubble a.ini --from 1ms --output a.svg", "--from: has no use with plot bubble", 2 },
    { "compare a.ini --to 1ms", "--to: has no use with plot compare", 2 },
    { "timeline a.ini --schedules paci,pacy --output a.svg", "schedule 'pacy' is unknown", 2 },
    { "bubble a.ini --idle --output a.svg", "--idle: has no use with plot bubble", 2 },
    { "compare a.ini --links", "--links: has no use with plot compare", 2 },
    { "timeline a.ini --data a.gp", "--data: is what gnuplot draws", 2 },
    { "timeline a.ini --set pipeline.devices=0 --output a.svg", "[pipeline] devices", 2 },
    { "timeline a.ini --schedules 1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b --output a.svg",
      "draws up to 8 runs", 2 },
};

START_TEST(what_is_wrong_is_told_in_one_line_and_leaves_no_file)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program = plot(folder, "", failures[_i].rest);

    test_check_failed(&program, failures[_i].status, failures[_i].message);
    ck_assert_uint_eq(count_files(folder), 1);
}
END_TEST

/* A gnuplot of the test's own, which is found before the real one. */
static void
put_gnuplot(const TestFolder *folder, const char *script)
{
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
    g_autofree char *path = test_file(folder, "bin/gnuplot", text);

    ck_assert_int_eq(g_chmod(path, 0755), 0);
}

START_TEST(a_missing_gnuplot_is_a_failure_of_the_system)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_auto(TestProgram) program = plot(folder, "PATH=/nowhere", "timeline a.ini --output a.svg");

    test_check_failed(&program, 3, "gnuplot: is not installed; install it");
    ck_assert_uint_eq(count_files(folder), 1);
}
END_TEST

static const struct {
    const char *script, *message;
} broken_gnuplots[] = {
    { "cat >/dev/null; echo; echo 'line 3: undefined variable' >&2; echo >&2; exit 1",
      "gnuplot: line 3: undefined variable" },
    { "cat >/dev/null; exit 1", "gnuplot: it failed without a word" },
    { "cat >/dev/null; exit 0", "gnuplot: it failed without a word" },
    { "exit 0", "gnuplot: " },
    { "cat >/dev/null; kill -SEGV $$", "gnuplot: Segmentation fault" },
};

START_TEST(a_gnuplot_that_fails_is_told_in_one_line_and_leaves_no_file)
{
    g_autoptr(TestFolder) folder = folder_with_scenario();

    put_gnuplot(folder, broken_gnuplots[_i].script);
    g_auto(TestProgram) program =
        plot(folder, "PATH=\"$PWD/bin:$PATH\"", "timeline a.ini --output a.svg");
    test_check_failed(&program, 3, broken_gnuplots[_i].message);
    ck_assert_uint_eq(count_files(folder), 2);
}
END_TEST

START_TEST(a_signal_leaves_no_file_behind)
{
    static const char *const signals[] = { "INT", "TERM", "HUP", "KILL" };
    g_autoptr(TestFolder) folder = folder_with_scenario();
    g_autofree char *line = g_strdup_printf(
        "cd %s && mkdir tmp && PATH=\"$PWD/bin:$PATH\" TMPDIR=\"$PWD/tmp\" && export PATH TMPDIR\n"
        "\"$PIPEDRIFT\" plot timeline a.ini --output a.svg &\n"
        "while ! test -e began; do sleep 0.01; done\n"
        "kill -%s $!; wait $!; rm began; ls tmp",
        folder, signals[_i]);

    put_gnuplot(folder, "touch began; exec sleep 2 >/dev/null 2>&1 </dev/null");
    g_auto(TestProgram) program = test_shell(line);
    ck_assert_str_eq(program.output, "");
    /* a.ini, bin, tmp */
    ck_assert_uint_eq(count_files(folder), 3);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plot");
    TCase *tests = tcase_create("plot");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_extension_chooses_the_format);
    tcase_add_test(tests, the_same_scenario_gives_the_same_picture);
    tcase_add_test(tests, runs_are_named_by_their_schedules_and_devices_numbered);
    tcase_add_loop_test(tests, a_title_is_drawn_to_the_letter_whatever_it_says, 0,
                        G_N_ELEMENTS(titles));
    tcase_add_test(tests, a_title_of_several_lines_and_control_characters_is_still_a_picture);
    tcase_add_test(tests, what_is_no_character_of_xml_is_shown_as_an_escape);
    tcase_add_test(tests, kept_data_draw_the_same_picture_again);
    tcase_add_test(tests, logs_are_called_what_their_files_are);
    tcase_add_loop_test(tests, logs_and_scenarios_are_not_taken_for_each_other, 0,
                        G_N_ELEMENTS(log_failures));
    tcase_add_test(tests, a_log_comes_through_a_pipe_and_while_it_is_written);
    tcase_add_test(tests, a_drawing_in_the_terminal_needs_no_gnuplot_and_fits_eighty_columns);
    tcase_add_loop_test(tests, a_saved_report_is_drawn_as_the_scenario_that_it_is_of, 0,
                        G_N_ELEMENTS(saved));
    tcase_add_test(tests, compare_draws_all_schedules_and_leaves_out_who_refuses);
    tcase_add_test(tests, two_runs_are_a_prediction_and_a_measurement);
    tcase_add_test(tests, runs_of_one_schedule_are_told_apart_by_their_files);
    tcase_add_loop_test(tests, a_saved_sweep_is_drawn_as_the_scenario_that_it_is_of, 0,
                        G_N_ELEMENTS(sweep_formats));
    tcase_add_test(tests, the_front_is_that_of_sweep);
    tcase_add_test(tests, points_that_are_invalid_or_too_large_are_told);
    tcase_add_loop_test(tests, what_no_sweep_can_be_drawn_of_is_refused, 0,
                        G_N_ELEMENTS(sweep_failures));
    tcase_add_loop_test(tests, a_saved_report_that_is_of_no_use_is_refused, 0,
                        G_N_ELEMENTS(refused));
    tcase_add_loop_test(tests, what_is_wrong_is_told_in_one_line_and_leaves_no_file, 0,
                        G_N_ELEMENTS(failures));
    tcase_add_test(tests, a_missing_gnuplot_is_a_failure_of_the_system);
    tcase_add_loop_test(tests, a_gnuplot_that_fails_is_told_in_one_line_and_leaves_no_file, 0,
                        G_N_ELEMENTS(broken_gnuplots));
    tcase_add_loop_test(tests, a_signal_leaves_no_file_behind, 0, 4);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}
