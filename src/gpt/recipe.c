#include "recipe.h"

#include <float.h>
#include <math.h>

/* The smallest share of a corpus that is worth keeping, other than none. */
#define LEAST_SHARE 0.0001

static gboolean
read_betas(PdRecipe *recipe, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_TRAIN_BETAS;
    guint n;
    g_autofree double *betas = pd_config_reals(config, key, &n);

    if (n == 0)
        return TRUE;
    if (n != 2)
        return pd_config_fail(config, key, error, "has %u values; 2 are right, such as 0.9;0.95",
                              n);
    for (guint i = 0; i < n; i++)
        if (!((float)betas[i] < 1.0f))
            return pd_config_fail(config, key, error,
                                  "%g is not below 1; write two numbers such as 0.9;0.95",
                                  betas[i]);
    recipe->beta1 = betas[0];
    recipe->beta2 = betas[1];
    return TRUE;
}

/* Numbers are fp32: what is smaller than they can tell would divide by zero. */
static gboolean
check_epsilon(const PdRecipe *recipe, const PdConfig *config, GError **error)
{
    if (recipe->epsilon >= (double)FLT_MIN && recipe->epsilon < 1)
        return TRUE;
    return pd_config_fail(config, PD_KEY_TRAIN_EPSILON, error,
                          "%g is not between 1e-37 and 1; write a number such as 1e-8",
                          recipe->epsilon);
}

static gboolean
read_rates(PdRecipe *recipe, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_TRAIN_FINAL_LEARNING_RATE;

    recipe->learning_rate = pd_config_real(config, PD_KEY_TRAIN_LEARNING_RATE, 1e-3);
    recipe->final_learning_rate = pd_config_real(config, key, recipe->learning_rate / 10);
    if (recipe->final_learning_rate > recipe->learning_rate)
        return pd_config_fail(config, key, error,
                              "%g is larger than the learning-rate, %g; the rate decays",
                              recipe->final_learning_rate, recipe->learning_rate);
    return TRUE;
}

static gboolean
read_lengths(PdRecipe *recipe, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_TRAIN_DECAY;

    recipe->warm_up = pd_config_quantity(config, PD_KEY_TRAIN_WARM_UP, 0);
    recipe->decay = pd_config_quantity(config, key, 0);
    if (recipe->decay != 0 && recipe->decay <= recipe->warm_up)
        return pd_config_fail(config, key, error,
                              "%" G_GINT64_FORMAT " tokens end within the warm-up of "
                              "%" G_GINT64_FORMAT "; write a larger number, or 0 for no decay",
                              recipe->decay, recipe->warm_up);
    return TRUE;
}

static gboolean
read_validation(PdRecipe *recipe, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_TRAIN_VALIDATION_SHARE;
    const double share = pd_config_real(config, key, 0.1);

    recipe->validation_share = share;
    recipe->validation_windows = pd_config_quantity(config, PD_KEY_TRAIN_VALIDATION_WINDOWS, 64);
    if (share != 0 && (share < LEAST_SHARE || share >= 0.5))
        return pd_config_fail(config, key, error,
                              "%g is no share to keep; write a number from %g to below 0.5, or 0 "
                              "for no validation",
                              share, LEAST_SHARE);
    return TRUE;
}

gboolean
pd_recipe_read(PdRecipe *recipe, const PdConfig *config, GError **error)
{
    *recipe = (PdRecipe){
        .seed = (guint64)pd_config_quantity(config, PD_KEY_TRAIN_SEED, 1),
        .beta1 = 0.9,
        .beta2 = 0.95,
        .epsilon = pd_config_real(config, PD_KEY_TRAIN_EPSILON, 1e-8),
        .weight_decay = pd_config_real(config, PD_KEY_TRAIN_WEIGHT_DECAY, 0.1),
    };
    return check_epsilon(recipe, config, error) && read_betas(recipe, config, error) &&
           read_rates(recipe, config, error) && read_lengths(recipe, config, error) &&
           read_validation(recipe, config, error);
}

double
pd_recipe_rate(const PdRecipe *recipe, gint64 tokens)
{
    const double peak = recipe->learning_rate, final = recipe->final_learning_rate;
    double done;

    if (tokens < recipe->warm_up)
        return peak * (double)tokens / (double)recipe->warm_up;
    if (recipe->decay == 0)
        return peak;
    if (tokens >= recipe->decay)
        return final;
    done = (double)(tokens - recipe->warm_up) / (double)(recipe->decay - recipe->warm_up);
    return final + (peak - final) * (1 + cos(G_PI * done)) / 2;
}
