# What was predicted beside what was measured, of each device or stage.
#
# Set i - 1 of $predicted and $measured is panel i: middle of the column, value.
load plots."style.gp"

set label sentence at screen 0.5, screen from_top(sentence_px) center font font(font_size - 1) textcolor rgb foreground noenhanced
set border 3
set style fill solid 1.0 noborder
set grid ytics back
small = font(font_size - 2)

set multiplot
do for [i = 1:n_panels] {
    eval panel(i)
    set label titles[i] at screen from_left(panel_left[i]), screen from_top(panel_top[i] - 15) left font font(font_size) textcolor rgb foreground noenhanced
    set xrange [-0.5:numbers[i] - 0.5]
    set yrange [0:*]
    set offsets graph 0, 0, 0.08, 0
    set xtics 0, panel_tics[i] nomirror out scale 0.5 font small textcolor rgb foreground
    set ytics nomirror out scale 0.5 font small textcolor rgb foreground
    set xlabel (per_column[i] > 1 ? sprintf("%s (means of %d)", axes[i], per_column[i]) : axes[i]) textcolor rgb foreground font font(font_size - 1) offset 0, 0.4

    # two bars share a column, with a gap to the next where there is room for one
    column_px = 1.0 * (panel_right[i] - panel_left[i]) * per_column[i] / numbers[i]
    px = column_px < 12 ? column_px / 2 : column_px > 120 ? 48 : 0.4 * column_px
    away = 0.5 * px * per_column[i] / column_px
    if (terminal eq "svg") {
        plot $predicted index i - 1 using ($1 - away):(0):(0):2 with vectors nohead linewidth px linecolor rgb predicted_colour notitle, \
             $measured index i - 1 using ($1 + away):(0):(0):2 with vectors nohead linewidth px linecolor rgb measured_colour notitle, \
             $bounds using 1:(i == 3 ? $2 : NaN) with lines linewidth 2 linecolor rgb bound_colour notitle, \
             $largest_predicted using ($1 - away):(i == 3 ? $2 : NaN) with points pointtype 7 pointsize 0.35 linecolor rgb foreground notitle, \
             $largest_measured using ($1 + away):(i == 3 ? $2 : NaN) with points pointtype 7 pointsize 0.35 linecolor rgb foreground notitle
    } else {
        plot $predicted index i - 1 using 1:2:($1 - 2 * away):1:(0):2 with boxxyerror linecolor rgb predicted_colour notitle, \
             $measured index i - 1 using 1:2:1:($1 + 2 * away):(0):2 with boxxyerror linecolor rgb measured_colour notitle, \
             $bounds using 1:(i == 3 ? $2 : NaN) with lines linewidth 2 linecolor rgb bound_colour notitle, \
             $largest_predicted using ($1 - away):(i == 3 ? $2 : NaN) with points pointtype 7 pointsize 0.35 linecolor rgb foreground notitle, \
             $largest_measured using ($1 + away):(i == 3 ? $2 : NaN) with points pointtype 7 pointsize 0.35 linecolor rgb foreground notitle
    }
    unset label
    unset object
}
unset multiplot
