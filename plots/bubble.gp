# Idle time by cause: a stacked bar per device, a panel per run, one scale of shares for all.
#
# Set r - 1 of each block of bars: middle, bottom, top; of $totals: middle, top. Shares in percent.
load plots."style.gp"

array causes[7] = ["startup", "activation", "gradient", "in_flight_limit", "processor", "barrier", "drained"]
top = most > 0 ? most : 1
# room for the numbers above the bars
set yrange [0:1.1 * top]
set ytics nomirror out scale 0.5 textcolor rgb foreground
set grid ytics back
set style fill solid 1.0 noborder
small = font(font_size - 2)

set multiplot
do for [r = 1:n_panels] {
    eval panel(r)
    first_column = (r - 1) % panel_columns == 0
    set border 1 | (first_column ? 2 : 0)
    if (first_column) {
        set format y "%g %%"
        set ytics scale 0.5 font small
    } else {
        set format y ""
        set ytics scale 0
    }
    set xrange [-0.5:run_devices[r] - 0.5]
    set xtics 0, device_tics[r] nomirror out scale 0.5 font small textcolor rgb foreground
    set xlabel (devices_per_bar > 1 ? sprintf("device (bars: means of up to %d)", devices_per_bar) : "device") textcolor rgb foreground font font(font_size - 1) offset 0, 0.4
    set label 901 run_names[r] at screen from_left(panel_left[r]), screen from_top(panel_top[r] - 28) left font font(font_size) textcolor rgb foreground noenhanced
    set label 902 run_notes[r] at screen from_left(panel_left[r]), screen from_top(panel_top[r] - 11) left font font(font_size - 1) textcolor rgb muted noenhanced

    # SVG merges lines into one path, which a polygon for each bar would not be
    px = bar_px[r] < 6 ? bar_px[r] : bar_px[r] > 110 ? 88 : 0.8 * bar_px[r]
    half = 0.5 * px / (panel_right[r] - panel_left[r]) * run_devices[r]
    if (terminal eq "svg") {
        plot for [c = 1:7] "$bubble_".causes[c] index r - 1 using 1:2:(0):($3 - $2) with vectors nohead linewidth px linecolor rgb value(causes[c]."_colour") notitle
    } else {
        plot for [c = 1:7] "$bubble_".causes[c] index r - 1 using 1:2:($1 - half):($1 + half):2:3 with boxxyerror linecolor rgb value(causes[c]."_colour") notitle
    }
    unset label
    unset object
    if (bar_px[r] >= labelled_bar_px) {
        unset xlabel
        set border 0
        unset grid
        unset xtics
        unset ytics
        plot $totals index r - 1 using 1:2:(sprintf($2 < 9.95 ? "%.1f" : "%.0f", $2)) with labels font small textcolor rgb foreground offset 0, 0.5 notitle
        set grid ytics back
        set ytics nomirror out scale 0.5 textcolor rgb foreground
    }
}
unset multiplot
