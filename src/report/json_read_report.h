/*
 * Reports as parts of larger JSON objects, read again: the other side of json_report.h. For
 * json_read.c.
 */
#pragma once

#include "json_members.h"
#include "report.h"

/* Read one. (transfer full); NULL with a fault noted. */
PdReport *pd_json_read_report(PdJsonMembers *members, JsonObject *object);
