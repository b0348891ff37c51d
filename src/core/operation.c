#include "operation.h"

static const char *const letters[PD_N_KINDS] = {
    [PD_FORWARD] = "F",
    [PD_BACKWARD] = "B",
    [PD_WEIGHT] = "W",
    [PD_UPDATE] = "U",
};

static const char *const causes[PD_N_CAUSES] = {
    [PD_NOT_WAITING] = "none",
    [PD_STARTUP] = "startup",
    [PD_ACTIVATION] = "activation",
    [PD_GRADIENT] = "gradient",
    [PD_IN_FLIGHT_LIMIT] = "in_flight_limit",
    [PD_PROCESSOR] = "processor",
    [PD_BARRIER] = "barrier",
    [PD_DRAINED] = "drained",
};

const char *
pd_kind_letter(PdKind kind)
{
    return letters[kind];
}

const char *
pd_cause_name(PdCause cause)
{
    return causes[cause];
}

char *
pd_operation_name(PdOperation operation)
{
    /* a broken schedule may ask for a kind that there is not */
    return g_strdup_printf("%s(%" G_GINT64_FORMAT ", %u)",
                           operation.kind < PD_N_KINDS ? letters[operation.kind] : "?",
                           operation.micro_batch, operation.stage);
}
