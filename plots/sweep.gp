# Results of a sweep over one or two varied keys, a panel per result.
#
# Lines, a set per panel and line in $points, $large (points that do not fit the memory), $missing
# (points without a number): x, y, line; n_large, n_missing: whether a panel has any; numeric: whether x
# is a number. Maps, of panel i: $cells_i: first and last column, row, share; $large_i, $missing_i:
# column, row.

# what the marks mean stands below the legend
do for [i = 1:legend_n] {
    legend_y[i] = legend_y[i] + note_px
}
load plots."style.gp"
set label note at screen 0.5, screen from_bottom(note_px - 6) center font font(font_size - 2) textcolor rgb muted noenhanced

small = font(font_size - 2)
rgb_of(colour) = int("0x".colour[2:])
# terminals differ in how large a point is
point = terminal eq "png" ? 1.4 : 1
# lines that lie on each other show
share_of(i) = n_lines > 1 ? (n_lines - i) / (n_lines - 1.0) : 0
width_of(i) = 1.6 + 2.2 * share_of(i)
size_of(i) = (0.6 + 0.35 * share_of(i)) * point

set multiplot
do for [i = 1:n_panels] {
    eval panel(i)
    panel_px = 1.0 * (panel_right[i] - panel_left[i])
    high_px = 1.0 * (panel_bottom[i] - panel_top[i])
    # the ends of a map's scale have their unit, too
    ends_px = map ? 7.2 * strlen(scale_ends[2 * i - 1].scale_ends[2 * i]) + 24 : 0
    scale_px = panel_px < 330 ? 40 : 80
    unit_at = strstrt(titles[i], " (")
    is_narrow = map && unit_at > 0 && 7.8 * strlen(titles[i]) + ends_px + scale_px > panel_px
    set label (is_narrow ? titles[i][1:unit_at - 1] : titles[i]) at screen from_left(panel_left[i]), screen from_top(panel_top[i] - 13) left font font(font_size) textcolor rgb foreground noenhanced
    set xrange [x_from:x_to]
    set xtics () nomirror out scale 0.5 offset 0, 0.4 font small textcolor rgb foreground noenhanced
    do for [t = 1:x_n] {
        set xtics add (x_texts[t] x_tics[t])
    }
    if (i + panel_columns > n_panels) {
        set xlabel x_title noenhanced textcolor rgb foreground font font(font_size - 1) offset 0, 0.9
    } else {
        unset xlabel
    }
    if (!map) {
        set border 3
        set yrange [y_from[i]:y_to[i]]
        set ytics y_first[i], y_step[i] nomirror out scale 0.5 font small textcolor rgb foreground
        set grid ytics back
        first = (i - 1) * n_lines
        last = i * n_lines - 1
        # words have no order, and nothing lies between them
        plot for [s = 1:(numeric && !with_points ? n_lines : 0)] $points index first + s - 1 using 1:2 with lines linewidth width_of(s) linecolor rgb series_colour(s) notitle, \
             for [s = 1:(numeric ? 0 : n_lines)] $points index first + s - 1 using 1:2 with points pointtype 7 pointsize 1.6 * size_of(s) linecolor rgb series_colour(s) notitle, \
             for [s = 1:(numeric && with_points ? n_lines : 0)] $points index first + s - 1 using 1:2 with linespoints pointtype 7 pointsize size_of(s) linewidth width_of(s) linecolor rgb series_colour(s) notitle, \
             for [s = 1:n_large[i]] $large index first:last using 1:2:(0.6 * size_of($3)) with points pointtype 7 pointsize variable linecolor rgb background notitle, \
             for [s = 1:n_missing[i]] $missing index first:last using 1:2:($3 > 0 ? rgb_of(series_colour($3)) : NaN) with points pointtype 2 pointsize 0.6 * point linewidth 1.5 linecolor rgb variable notitle
    } else {
        # the scale of colours
        scale_right = panel_right[i] - 7.2 * strlen(scale_ends[2 * i]) - 6
        do for [l = 0:15] {
            set object rectangle from screen from_left(scale_right - scale_px + scale_px * l / 16.0), screen from_top(panel_top[i] - 18) to screen from_left(scale_right - scale_px + scale_px * (l + 1) / 16.0), screen from_top(panel_top[i] - 8) fillcolor rgb share_colour(palest + (1 - palest) * l / 15.0) fillstyle solid 1.0 noborder
        }
        set label scale_ends[2 * i] at screen from_left(panel_right[i]), screen from_top(panel_top[i] - 13) right font small textcolor rgb muted noenhanced
        set label scale_ends[2 * i - 1] at screen from_left(scale_right - scale_px - 6), screen from_top(panel_top[i] - 13) right font small textcolor rgb muted noenhanced
        columns = x_to - x_from
        rows = y_high - y_low
        row_px = high_px / rows
        column_px = panel_px / columns
        gap_x = column_px > 12 ? 0.5 / column_px : -0.3 / column_px
        line_px = row_px > 12 ? row_px - 1 : row_px + 0.6
        half = 0.5 * line_px / row_px
        set border 0
        set yrange [y_low:y_high]
        if (i % panel_columns == 1 || panel_columns == 1) {
            set ytics () nomirror out scale 0 font small textcolor rgb foreground noenhanced
            do for [t = 1:y_n] {
                set ytics add (y_texts[t] y_tics[t])
            }
            set label y_title at screen from_left(14), screen from_top((panel_top[i] + panel_bottom[i]) / 2) center rotate by 90 font font(font_size - 1) textcolor rgb foreground noenhanced
        } else {
            unset ytics
        }
        cells = "$cells_".i
        if (terminal eq "svg") {
            plot cells using ($1 - 0.5 + gap_x):3:($2 - $1 + 1 - 2 * gap_x):(0):(share_colour($4)) with vectors nohead linewidth line_px linecolor rgb variable notitle
        } else {
            plot cells using 1:3:($1 - 0.5 + gap_x):($2 + 0.5 - gap_x):($3 - half):($3 + half):(share_colour($4)) with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable notitle
        }
        unset label
        unset object
        unset xtics
        unset ytics
        unset xlabel
        plot "$missing_".i using ($1 - 0.5 + gap_x):2:(1 - 2 * gap_x):(0) with vectors nohead linewidth line_px linecolor rgb faint notitle, \
             "$missing_".i using 1:2 with points pointtype 2 pointsize (row_px < 12 || column_px < 12 ? 0.3 : 0.7) * point linewidth 1.5 linecolor rgb muted notitle, \
             "$large_".i using ($1 - 0.5 + gap_x):($2 - half):(1 - 2 * gap_x):(2 * half) with vectors nohead linewidth 1.2 linecolor rgb bound_colour notitle, \
             "$on_pale_".i using 1:2:3 with labels font small textcolor rgb (dark ? "#e6e6e6" : on_colour) notitle, \
             "$on_dark_".i using 1:2:3 with labels font small textcolor rgb (dark ? on_colour : "#ffffff") notitle
    }
    unset label
    unset object
}
unset multiplot
