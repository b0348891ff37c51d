#include <json-glib/json-glib.h>

#include "options.h"
#include "schedules.h"

static char *
print_table(void)
{
    GString *text = g_string_new(NULL);

    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++)
        g_string_append_printf(text, "%-12s %s\n", (*schedule)->name, (*schedule)->summary);
    return g_string_free(text, FALSE);
}

/* No field of a schedule holds a comma's quoting trouble but the two texts, which are quoted. */
static char *
print_csv(void)
{
    GString *text = g_string_new("schedule,summary,source\n");

    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++)
        g_string_append_printf(text, "%s,\"%s\",\"%s\"\n", (*schedule)->name, (*schedule)->summary,
                               (*schedule)->source);
    return g_string_free(text, FALSE);
}

static void
set_text(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

static char *
print_json(void)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    set_text(builder, "schema", "pipedrift.schedules/1");
    json_builder_set_member_name(builder, "schedules");
    json_builder_begin_array(builder);
    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++) {
        json_builder_begin_object(builder);
        set_text(builder, "name", (*schedule)->name);
        set_text(builder, "summary", (*schedule)->summary);
        set_text(builder, "source", (*schedule)->source);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = json_to_string(root, TRUE);
    return g_strconcat(text, "\n", NULL);
}

static int
run(int argc, char **argv, GError **error)
{
    g_auto(PdOptions) options = { 0 };
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_schedules, NULL, argc, argv, error))
        return -1;
    text = options.format == PD_FORMAT_JSON  ? print_json()
           : options.format == PD_FORMAT_CSV ? print_csv()
                                             : print_table();
    return pd_options_write(&options, text, error) ? 0 : -1;
}

static const PdExample examples[] = {
    { "one line each", "pipedrift schedules" },
    { "with their papers", "pipedrift schedules --format json" },
    { NULL, NULL },
};

const PdCommand pd_command_schedules = {
    .name = "schedules",
    .arguments = "",
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_CSV,
    .summary = "List the schedules there are.",
    .description = "A name is what the key schedule of the section [pipeline] takes, and\n"
                   "--schedules. In json and csv the paper that a schedule is from stands beside\n"
                   "it.",
    .examples = examples,
    .run = run,
};
