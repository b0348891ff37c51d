# The points of a sweep by two results. Set c - 1 of $beaten, $front and $large (points that do not
# fit the memory) is of group c: x, y. $steps: the edge of what the front beats.

# what the marks mean stands below the legend
do for [i = 1:legend_n] {
    legend_y[i] = legend_y[i] + note_px
}
load plots."style.gp"
set label note at screen 0.5, screen from_bottom(note_px - 6) center font font(font_size - 2) textcolor rgb muted noenhanced
do for [i = 1:n_labels] {
    eval sprintf("set label %d %s", 100 + i, label_ends[i] ? "right" : "left")
    set label 100 + i label_texts[i] at screen from_left(label_at[i]), screen from_top(label_top[i]) font font(font_size - 2) textcolor rgb foreground front noenhanced
}

set lmargin at screen from_left(left_px)
set rmargin at screen 1 - from_left(right_px)
set tmargin at screen from_top(top_px)
set bmargin at screen from_bottom(bottom_px)
set xrange [x_from:x_to]
set yrange [y_from:y_to]
set xtics x_step out offset 0, 0.2
set ytics y_step out
set grid xtics ytics back
set xlabel x_title noenhanced textcolor rgb foreground offset 0, 0.7
set label y_title at screen from_left(16), screen (from_top(top_px) + from_bottom(bottom_px)) / 2 center rotate by 90 textcolor rgb foreground noenhanced

colour(c) = ranges ? part_colours[c + 1] : series_colour(c)
# terminals differ in how large a point is
point = terminal eq "png" ? 1.4 : 1
plot $steps using 1:2 with lines linewidth 1.6 linecolor rgb muted notitle, \
     for [c = 1:n_groups] $large index c - 1 using 1:2 with points pointtype 6 pointsize 0.6 * point linewidth 1.2 linecolor rgb colour(c) notitle, \
     for [c = 1:n_groups] $beaten index c - 1 using 1:2 with points pointtype 7 pointsize 0.6 * point linecolor rgb see_through(colour(c), "50") notitle, \
     for [c = 1:n_groups] $front index c - 1 using 1:2 with points pointtype 7 pointsize 1.05 * point linecolor rgb foreground notitle, \
     for [c = 1:n_groups] $front index c - 1 using 1:2 with points pointtype 7 pointsize 0.8 * point linecolor rgb colour(c) notitle
