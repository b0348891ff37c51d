/*
 * A scenario for tests of `sweep`, and what of it is varied.
 */
#pragma once

#include "program.h"

/* 60 points, of which those of interleaved with 6 micro-batches are invalid. */
#define TEST_VARIED                                                                                \
    "--vary pipeline.schedule=gpipe,interleaved,paci --vary pipeline.micro-batches=4,6,8,12 "      \
    "--vary link.latency=0us..2ms:500us"

enum { TEST_N_VARIED = 60 };

/* A folder with the scenario s.ini, whose title has all that makes a CSV hard to cut into rows. */
TestFolder *test_swept_folder(void);
