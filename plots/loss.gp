# Loss of trainings, smoothed over all steps, and their validations, over tokens and over time. The
# axis of perplexity on the right is that of the losses on the left: a perplexity is a loss's
# exponential.
#
# Blocks of curves have the columns run (from 1), x, y; $arrows: run, from, to, y; $drops: run, x,
# from, to.

# the caption stands below the legend
do for [i = 1:legend_n] {
    legend_y[i] = legend_y[i] + caption_px
}
load plots."style.gp"
set label caption at screen 0.5, screen from_bottom(caption_px - 6) center font font(font_size - 2) textcolor rgb muted noenhanced

set label "training loss (nats per byte)" at screen from_left(14), screen (from_top(top_px) + from_bottom(bottom_px)) / 2 center rotate by 90 textcolor rgb foreground noenhanced
set label "validation perplexity" at screen 1 - from_left(12), screen (from_top(top_px) + from_bottom(bottom_px)) / 2 center rotate by 90 textcolor rgb foreground noenhanced

set tmargin at screen from_top(top_px)
set bmargin at screen from_bottom(bottom_px)
set yrange [lowest:highest]
set y2range [lowest:highest]
set grid xtics ytics back
set tics out

raw(i) = see_through(series_colour(i), dark ? "b0" : "b8")
# terminals differ in how large a point is
point = terminal eq "png" ? 1.4 : 1
of(i, run) = run == i ? 1 : NaN

set multiplot

# over tokens
set lmargin at screen from_left(side_px)
set rmargin at screen from_left(side_px + panel_px)
set xrange [0:tokens_to]
set xtics tokens_step
set xlabel tokens_label textcolor rgb foreground offset 0, 0.3
set border 3
plot for [i = 1:n_runs] $raw_over_tokens using 2:($3 * of(i, $1)) with lines linewidth 0.8 linecolor rgb raw(i) notitle, \
     for [i = 1:n_runs] $smoothed_over_tokens using 2:($3 * of(i, $1)) with lines linewidth 2 linecolor rgb series_colour(i) notitle, \
     for [i = 1:n_runs] $validation_over_tokens using 2:($3 * of(i, $1)) with points pointtype 7 pointsize 0.75 * point linecolor rgb background notitle, \
     for [i = 1:n_runs] $validation_over_tokens using 2:($3 * of(i, $1)) with points pointtype 7 pointsize 0.5 * point linecolor rgb series_colour(i) notitle

# over time; title and legend are there
unset label
unset object
set lmargin at screen 1 - from_left(side_px + panel_px)
set rmargin at screen 1 - from_left(side_px)
set xrange [time_from:time_to]
set xtics time_step
set xlabel time_label
set format y ""
set border 11
set y2tics () textcolor rgb foreground
do for [i = 1:n_perplexities] {
    set y2tics add (sprintf("%g", perplexities[i]) log(perplexities[i]))
}
plot for [i = 1:n_runs] $raw_over_time using 2:($3 * of(i, $1)) with lines linewidth 0.8 linecolor rgb raw(i) notitle, \
     for [i = 1:n_runs] $smoothed_over_time using 2:($3 * of(i, $1)) with lines linewidth 2 linecolor rgb series_colour(i) notitle, \
     for [i = 1:n_runs] $validation_over_time using 2:($3 * of(i, $1)) with points pointtype 7 pointsize 0.75 * point linecolor rgb background notitle, \
     for [i = 1:n_runs] $validation_over_time using 2:($3 * of(i, $1)) with points pointtype 7 pointsize 0.5 * point linecolor rgb series_colour(i) notitle, \
     $drops using 2:3:(0):($4 - $3) with vectors nohead dashtype (3, 3) linewidth 0.9 linecolor rgb muted notitle, \
     for [i = 1:n_runs] $arrows using 2:4:($3 - $2):(of(i, $1) * 0) with vectors head filled size screen 0.007, 20 linewidth 1.5 linecolor rgb series_colour(i) notitle, \
     $speed_ups_left using 1:2:3 with labels right offset -0.5, 0 font font(font_size - 1) textcolor rgb foreground notitle, \
     $speed_ups_right using 1:2:3 with labels left offset 0.5, 0 font font(font_size - 1) textcolor rgb foreground notitle

unset multiplot
