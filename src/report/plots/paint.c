#include "paint.h"

const char *
pd_paint_kind(gboolean colours, PdKind kind)
{
    static const char *const sequences[PD_N_KINDS] = {
        [PD_FORWARD] = "\033[30;48;5;74m",
        [PD_BACKWARD] = "\033[30;48;5;214m",
        [PD_WEIGHT] = "\033[30;48;5;36m",
        [PD_UPDATE] = "\033[97;48;5;240m",
    };

    return colours ? sequences[kind] : "";
}

const char *
pd_paint_cause(gboolean colours, PdCause cause)
{
    static const char *const sequences[PD_N_CAUSES] = {
        [PD_NOT_WAITING] = "",
        [PD_STARTUP] = "\033[38;5;245m",
        [PD_ACTIVATION] = "\033[38;5;25m",
        [PD_GRADIENT] = "\033[38;5;166m",
        [PD_IN_FLIGHT_LIMIT] = "\033[38;5;175m",
        [PD_PROCESSOR] = "\033[38;5;227m",
        [PD_BARRIER] = "\033[38;5;36m",
        [PD_DRAINED] = "\033[38;5;250m",
    };

    return colours ? sequences[cause] : "";
}

char
pd_paint_cause_letter(PdCause cause)
{
    static const char letters[PD_N_CAUSES] = {
        [PD_NOT_WAITING] = ' ', [PD_STARTUP] = 's',         [PD_ACTIVATION] = 'a',
        [PD_GRADIENT] = 'g',    [PD_IN_FLIGHT_LIMIT] = 'l', [PD_PROCESSOR] = 'p',
        [PD_BARRIER] = 'b',     [PD_DRAINED] = 'd',
    };

    return letters[cause];
}

const char *
pd_paint_end(gboolean colours)
{
    return colours ? "\033[0m" : "";
}
