/*
 * The recipe of a training run: what the section [train] says, checked.
 */
#pragma once

#include "config.h"

typedef struct {
    guint64 seed;               /* of the initial weights and of the order of the data */
    double learning_rate;       /* at the end of the warm-up */
    double final_learning_rate; /* at the end of the decay, and from there on */
    gint64 warm_up;             /* tokens: linear from 0 */
    gint64 decay;               /* tokens: where the cosine ends; 0: the rate stays */
    double beta1, beta2;        /* AdamW's */
    double epsilon;
    double weight_decay;       /* on matrices only */
    double validation_share;   /* of the corpus; 0: no validation */
    gint64 validation_windows; /* windows of the validation part that a loss is the mean of */
} PdRecipe;

/*
 * Read [train], with defaults for what is absent.
 *
 * Errors: PD_ERROR_INPUT for betas that are not two numbers below 1, a validation share of half or
 * more, a final rate above the first, a decay that ends within the warm-up.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_recipe_read(PdRecipe *recipe, const PdConfig *config,
                                                  GError **error);

/*
 * The learning rate of an optimizer step behind which so many tokens have been seen: t / warm_up of
 * the rate up to the warm-up's end, then half a cosine down to the final rate at the decay's end
 * (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts), then that. Without a decay the
 * rate stays.
 */
double pd_recipe_rate(const PdRecipe *recipe, gint64 tokens);
