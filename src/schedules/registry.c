#include "schedules.h"

extern const PdSchedule pd_gpipe, pd_1f1b, pd_interleaved, pd_pipedream, pd_async, pd_paci;

const PdSchedule *const pd_schedules[] = {
    &pd_gpipe, &pd_1f1b, &pd_interleaved, &pd_pipedream, &pd_async, &pd_paci, NULL,
};
