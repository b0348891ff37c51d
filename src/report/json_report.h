/*
 * Reports and values as parts of larger JSON objects; a number that does not exist (NAN) reads
 * null.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "report.h"
#include "value.h"

void pd_json_set_integer(JsonBuilder *builder, const char *name, gint64 value);
void pd_json_set_real(JsonBuilder *builder, const char *name, double value);

/* A value, where one is expected. */
void pd_json_add_value(JsonBuilder *builder, PdValue value);

/* A report, where a value is expected. */
void pd_json_add_report(JsonBuilder *builder, const PdReport *report);

/* The text of what has been built, ended by a newline. pretty: indented. (transfer full) */
char *pd_json_text(JsonBuilder *builder, gboolean pretty);
