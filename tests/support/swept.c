#include "swept.h"

TestFolder *
test_swept_folder(void)
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
