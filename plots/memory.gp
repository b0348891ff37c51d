# What devices hold over time, by part: a panel per device with stacked areas.
#
# Set i - 1 of $weights, ... is of panel i: time in `unit`, and bytes in `size_unit` up to the top of
# the part. $peak_weights, ... are the same over devices, where not all of them have a panel.
load plots."style.gp"

tic_font = font(font_size - 2)
set yrange [0:most]
set style fill solid 1.0 noborder
# the y axis is named once, beside all panels
set label "held (".size_unit.")" at screen from_left(18), screen from_top((panel_top[1] + panel_bottom[n_panels]) / 2.0) center rotate by 90 textcolor rgb foreground

set multiplot
do for [i = 1:n_panels] {
    set label names[i] at screen from_left(panel_left[i]), screen from_top(panel_top[i] - 11) left font font(font_size) textcolor rgb foreground noenhanced
    set label notes[i] at screen from_left(panel_right[i]), screen from_top(panel_top[i] - 11) right font font(font_size - 1) textcolor rgb muted noenhanced
    eval panel(i)
    set xrange [from:to]
    if ((i - 1) % panel_columns == 0) {
        set ytics size_step nomirror out scale 0.5 font tic_font textcolor rgb foreground
    } else {
        set ytics size_step nomirror out scale 0.5 format ""
    }
    if (i + panel_columns > n_panels) {
        set xtics nomirror out scale 0.5 textcolor rgb foreground format "%g"
        set xlabel "time (".unit.")".(window eq "" ? "" : ", the most in each ".window) textcolor rgb foreground offset 0, 0.3
    } else {
        set xtics nomirror out scale 0.5 format ""
        unset xlabel
    }
    if (capacity[i] >= 0) {
        set arrow from graph 0, first capacity[i] to graph 1, first capacity[i] nohead front linewidth 1.4 dashtype (8, 5) linecolor rgb capacity_colour
    }
    if (peak_at[i] >= 0) {
        set label "" at first peak_at[i], first peak[i] point pointtype 7 pointsize 0.9 linecolor rgb background front
        set label "" at first peak_at[i], first peak[i] point pointtype 7 pointsize 0.6 linecolor rgb foreground front
    }
    plot $stashed_weights index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb part_stashed_weights notitle, \
         $activations index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb part_activations notitle, \
         $optimizer index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb part_optimizer notitle, \
         $gradients index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb part_gradients notitle, \
         $weights index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb part_weights notitle
    unset label
    unset object
    unset arrow
    set format y "%g"
}
if (profile_top < profile_bottom) {
    set label "peak of each device" at screen from_left(left_px), screen from_top(profile_top - 11) left font font(font_size) textcolor rgb foreground
    set lmargin at screen from_left(left_px)
    set rmargin at screen 1 - from_left(right_px)
    set tmargin at screen from_top(profile_top)
    set bmargin at screen from_top(profile_bottom)
    set xrange [-0.5:devices - 0.5]
    set ytics size_step nomirror out scale 0.5 font tic_font textcolor rgb foreground format "%g"
    set xtics nomirror out scale 0.5 textcolor rgb foreground format "%g"
    set xlabel "device" textcolor rgb foreground offset 0, 0.3
    plot $peak_stashed_weights using 1:2 with filledcurves y1=0 fillcolor rgb part_stashed_weights notitle, \
         $peak_activations using 1:2 with filledcurves y1=0 fillcolor rgb part_activations notitle, \
         $peak_optimizer using 1:2 with filledcurves y1=0 fillcolor rgb part_optimizer notitle, \
         $peak_gradients using 1:2 with filledcurves y1=0 fillcolor rgb part_gradients notitle, \
         $peak_weights using 1:2 with filledcurves y1=0 fillcolor rgb part_weights notitle, \
         $capacities using 1:2 with lines linewidth 1.4 dashtype (8, 5) linecolor rgb capacity_colour notitle
}
unset multiplot
