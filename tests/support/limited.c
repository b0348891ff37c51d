#include "limited.h"

void
test_limited_init(TestLimited *limited)
{
    limited->folder = test_folder_new();
    limited->inside = test_file(limited->folder, "inside.ini", TEST_PIPELINE TEST_LIMITS);
    limited->bare = test_file(limited->folder, "bare.ini", TEST_PIPELINE);
}

void
test_limited_clear(TestLimited *limited)
{
    test_folder_free(limited->folder);
    g_free(limited->inside);
    g_free(limited->bare);
}

JsonObject *
test_element(JsonObject *object, const char *array, guint i)
{
    return json_array_get_object_element(json_object_get_array_member(object, array), i);
}

guint
test_length(JsonObject *object, const char *array)
{
    return json_array_get_length(json_object_get_array_member(object, array));
}

JsonObject *
test_checked_runs(JsonNode *root, guint scenario, guint i)
{
    return test_element(test_element(json_node_get_object(root), "scenarios", scenario), "runs", i);
}

JsonObject *
test_verdict(JsonObject *runs, const char *limit)
{
    for (guint i = 0; i < test_length(runs, "limits"); i++) {
        JsonObject *verdict = test_element(runs, "limits", i);

        if (g_str_equal(json_object_get_string_member(verdict, "limit"), limit))
            return verdict;
    }
    return NULL;
}
