/*
 * Put in front of the kernels' sources to compile them once more, under other names, in the one
 * variant that any machine can run: a test holds the two to the same bits.
 */
#pragma once

#define pd_layer_norm_forward     plain_layer_norm_forward
#define pd_layer_norm_backward    plain_layer_norm_backward
#define pd_attention_forward      plain_attention_forward
#define pd_attention_backward     plain_attention_backward
#define pd_gelu_forward           plain_gelu_forward
#define pd_gelu_backward          plain_gelu_backward
#define pd_cross_entropy_forward  plain_cross_entropy_forward
#define pd_cross_entropy_backward plain_cross_entropy_backward
#define pd_adamw                  plain_adamw
#define PD_ONE_VARIANT
