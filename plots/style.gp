# What all pictures have in common: terminal, colours, fonts, frame. Loaded by every script here.
#
# Expects: terminal ("svg", "pdf", "png"), width, height (px), dark (0, 1), title.
#
# The colours are those of Okabe and Ito (2008), which people with any kind of colour vision tell
# apart; operations are light, with dark numbers on them, causes of idle time the same everywhere.

font_family = "DejaVu Sans"
font_size = 13

background = dark ? "#14171a" : "#ffffff"
foreground = dark ? "#e6e6e6" : "#1a1a1a"
muted      = dark ? "#9aa0a6" : "#5f6368"
faint      = dark ? "#2b3036" : "#eceff1"
grid_line  = dark ? "#3a4047" : "#d5d9dd"

forward_colour  = "#56b4e9"
backward_colour = "#e69f00"
weight_colour   = "#2fb58d"
update_colour   = dark ? "#f0f0f0" : "#202020"
on_colour       = "#101010"
even_colour     = dark ? "#4a5158" : "#c3c8cd"
odd_colour      = dark ? "#6f7881" : "#9aa3ab"

# causes of idle time
startup_colour         = dark ? "#7d848b" : "#9e9e9e"
activation_colour      = dark ? "#3d8fd1" : "#0072b2"
gradient_colour        = "#d55e00"
in_flight_limit_colour = "#cc79a7"
processor_colour       = "#f0e442"
barrier_colour         = "#009e73"
drained_colour         = dark ? "#4d545b" : "#cfd3d7"

# the same behind operations, paler
pale_startup = dark ? "#484e52" : "#d6d6d6"
pale_activation = dark ? "#285376" : "#94c4df"
pale_gradient = dark ? "#743a0d" : "#edbb94"
pale_in_flight_limit = dark ? "#704860" : "#eac7da"
pale_processor = dark ? "#827e2e" : "#f9f4b0"
pale_barrier = dark ? "#0a5a46" : "#94d6c4"
pale_drained = dark ? "#30363a" : "#ebedee"

# a busy share from 0 to 1: the scale YlGnBu of ColorBrewer (Brewer 2003), busier away from the
# background
array share_anchors[5]
share_anchors[1] = dark ? 0x22262b : 0xf7fbe3
share_anchors[2] = dark ? 0x253494 : 0xc7e9b4
share_anchors[3] = dark ? 0x1d91c0 : 0x41b6c4
share_anchors[4] = dark ? 0x7fcdbb : 0x225ea8
share_anchors[5] = dark ? 0xffffd9 : 0x081d58
mix(a, b, t) = int(a + t * (b - a) + 0.5)
mix_rgb(a, b, t) = 65536 * mix(a >> 16, b >> 16, t) + 256 * mix(a >> 8 & 255, b >> 8 & 255, t) + mix(a & 255, b & 255, t)
share_below(share) = share < 1 ? int(4 * share) : 3
share_colour(share) = mix_rgb(share_anchors[share_below(share) + 1], share_anchors[share_below(share) + 2], 4 * share - share_below(share))
mean_colour = dark ? "#7fcdbb" : "#225ea8"

# the bound of crossings, a capacity, what is predicted and what is measured
bound_colour     = "#d55e00"
capacity_colour  = dark ? "#e6e6e6" : "#1a1a1a"
predicted_colour = dark ? "#6f7881" : "#9aa3ab"
measured_colour  = dark ? "#3d8fd1" : "#0072b2"

# a share of micro-batches: a little, 1 %, 10 %, 50 %, 90 % and more; the scale Blues of ColorBrewer
array part_colours[5]
part_colours[1] = dark ? "#1d3247" : "#d6e5f4"
part_colours[2] = dark ? "#27517a" : "#a3cbe5"
part_colours[3] = dark ? "#2f74b0" : "#62a8d3"
part_colours[4] = dark ? "#8cc4f0" : "#2a7ab9"
part_colours[5] = dark ? "#e3f0fb" : "#08457e"
part_1 = part_colours[1]
part_2 = part_colours[2]
part_3 = part_colours[3]
part_4 = part_colours[4]
part_5 = part_colours[5]

# series side by side, in this order
array series[8]
series[1] = dark ? "#3d8fd1" : "#0072b2"
series[2] = "#e69f00"
series[3] = "#009e73"
series[4] = "#cc79a7"
series[5] = "#56b4e9"
series[6] = "#d55e00"
series[7] = dark ? "#f0e442" : "#b8a900"
series[8] = dark ? "#9aa0a6" : "#5f6368"
series_colour(i) = series[(int(i) - 1) % 8 + 1]

if (terminal eq "svg") {
    set terminal svg size width, height dynamic noenhanced font font_family.",".font_size background rgb background
}
if (terminal eq "png") {
    set terminal pngcairo size width, height noenhanced font font_family.",".sprintf("%g", font_size * 0.75) background rgb background
}
if (terminal eq "pdf") {
    # this terminal takes 96 px for an inch in fonts only, so that a point is 4/3 of one
    set terminal pdfcairo size width / 96.0, height / 96.0 noenhanced fontscale 0.75 font font_family.",".sprintf("%g", font_size * 0.75) background rgb background
}
# a size in px, as a terminal wants it
font(px) = font_family.",".sprintf("%g", terminal eq "svg" ? px : px * 0.75)

set encoding utf8
set border 3 linecolor rgb muted linewidth 1
set tics nomirror scale 0.5 textcolor rgb foreground
set grid linecolor rgb grid_line linewidth 0.6 linetype 1
unset grid
unset key
# px from an edge, as a position on the screen
from_left(px) = px / (1.0 * width)
from_top(px) = 1 - px / (1.0 * height)
from_bottom(px) = px / (1.0 * height)

# where the i-th of several panels is: eval panel(i)
panel(i) = sprintf("set lmargin at screen %.8f; set rmargin at screen %.8f; set tmargin at screen %.8f; set bmargin at screen %.8f", from_left(panel_left[i]), from_left(panel_right[i]), from_top(panel_top[i]), from_top(panel_bottom[i]))

# the title, on as many lines as it has
if (title ne "") {
    set label title at screen 0.5, screen from_top(20) center font font(font_size + 2) textcolor rgb foreground noenhanced
}

# the legend, px from the left and from the bottom
if (exists("legend_n")) {
    do for [i = 1:legend_n] {
        set object rectangle from screen from_left(legend_x[i]), screen from_bottom(legend_y[i] - 5) to screen from_left(legend_x[i] + 12), screen from_bottom(legend_y[i] + 5) fillcolor rgb value(legend_colours[i]) fillstyle solid 1.0 noborder
        set label legend_names[i] at screen from_left(legend_x[i] + 18), screen from_bottom(legend_y[i]) left font font(font_size - 1) textcolor rgb foreground noenhanced
    }
}
