# Four figures of several runs, a row for each run. Bars end at shares of the axis.
#
# Set i - 1 of $bars: end, row of the run. $capacities: where, row.
load plots."style.gp"

row_px = 1.0 * (panel_bottom[1] - panel_top[1]) / n_runs
px = row_px > 26 ? 20 : 0.76 * row_px
name_font = font(row_px < 18 ? font_size - 3 : font_size - 1)
half = 0.5 * px / row_px
set xrange [0:1 / (1 - value_share)]
set yrange [n_runs - 0.5:-0.5]
set border 2
unset xtics
unset ytics
set style fill solid 1.0 noborder

do for [r = 1:n_runs] {
    do for [i = 1:n_panels:panel_columns] {
        set label run_names[r] at screen from_left(panel_left[i] - 10), screen from_top(panel_top[i] + (r - 0.5) * row_px) right font name_font textcolor rgb foreground noenhanced
    }
}
set label note at screen 1 - from_left(18), screen from_bottom(14) right font font(font_size - 2) textcolor rgb muted noenhanced

set multiplot
do for [i = 1:n_panels] {
    eval panel(i)
    if (i == 3) {
        if (terminal eq "svg") {
            plot $capacities using (0):2:1:(0) with vectors nohead linewidth px linecolor rgb faint notitle
        } else {
            plot $capacities using (0):2:(0):1:($2 - half):($2 + half) with boxxyerror linecolor rgb faint notitle
        }
    }
    set label titles[i] at screen from_left(panel_left[i]), screen from_top(panel_top[i] - 14) left font font(font_size) textcolor rgb foreground noenhanced
    do for [r = 1:n_runs] {
        set label values[(i - 1) * n_runs + r] at first value_ends[(i - 1) * n_runs + r], first r - 1 left offset 0.7, 0 font name_font textcolor rgb foreground front noenhanced
    }
    # the first row of a set is undefined
    if (terminal eq "svg") {
        plot for [r = 1:n_runs] $bars index i - 1 every ::r::r using (0):2:1:(0) with vectors nohead linewidth px linecolor rgb series_colour(r) notitle
    } else {
        plot for [r = 1:n_runs] $bars index i - 1 every ::r::r using (0):2:(0):1:($2 - half):($2 + half) with boxxyerror linecolor rgb series_colour(r) notitle
    }
    unset label
    unset object
    if (i == 3) {
        set border 0
        plot $capacities using 1:($2 - 0.46):(0):(0.92) with vectors nohead linewidth 1.6 linecolor rgb capacity_colour notitle
        set border 2
    }
}
unset multiplot
