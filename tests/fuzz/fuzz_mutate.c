#include "fuzz_mutate.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size); /* of libFuzzer */

size_t
fuzz_mutate(uint8_t *data, size_t size, size_t max_size, unsigned int seed,
            GString *(*change)(const char *text, GRand *rand))
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autofree char *text = NULL;
    g_autoptr(GString) changed = NULL;

    if (g_rand_boolean(rand))
        return LLVMFuzzerMutate(data, size, max_size);
    text = g_strndup((const char *)data, size);
    changed = change(text, rand);
    size = MIN(changed->len, max_size);
    memcpy(data, changed->str, size);
    return size;
}
