#include "drawn.h"

#include <check.h>

#define TEXT                                                                                       \
    "[scenario]\ntitle = A run\n[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\n"     \
    "mini-batches = 3\n[compute]\nforward = 1 ms\nbackward = 2 ms\nupdate = 100 us\n"              \
    "[memory]\nweights = 1 GB\nactivations = 1 GB\n"

TestFolder *
test_drawn_folder(void)
{
    TestFolder *folder = test_folder_new();

    test_put(folder, "a.ini", TEXT);
    return folder;
}

TestProgram
test_drawn(const TestFolder *folder, const char *environment, const char *rest)
{
    g_autofree char *line =
        g_strdup_printf("cd %s && %s exec \"$PIPEDRIFT\" plot %s", folder, environment, rest);

    return test_shell(line);
}

static void
collect_text(G_GNUC_UNUSED GMarkupParseContext *context, const char *text, gsize length,
             gpointer data, G_GNUC_UNUSED GError **error)
{
    g_string_append_len(data, text, (gssize)length);
}

char *
test_drawn_texts(const TestFolder *folder, const char *name)
{
    const GMarkupParser parser = { .text = collect_text };
    GString *texts = g_string_new(NULL);
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, texts, NULL);
    g_autoptr(GError) error = NULL;
    gsize length;
    g_autofree char *svg = test_content_in(folder, name, &length);

    if (!g_markup_parse_context_parse(context, svg, (gssize)length, &error) ||
        !g_markup_parse_context_end_parse(context, &error))
        ck_abort_msg("%s", error->message);
    return g_string_free(texts, FALSE);
}
