# How busy the devices are over time: the mean, and a strip per device; runs one above the other.
#
# Set r - 1 of $means: time in `unit`, share. Of $strips: from, to, row, share.
load plots."style.gp"

# The scale of colours.
cell_px = 9
scale_left = (width - cell_px * (levels + 1)) / 2.0
set label "busy share" at screen from_left(scale_left - 8), screen from_bottom(25) right font font(font_size - 1) textcolor rgb foreground
do for [i = 0:levels] {
    set object rectangle from screen from_left(scale_left + cell_px * i), screen from_bottom(31) to screen from_left(scale_left + cell_px * (i + 1)), screen from_bottom(20) fillcolor rgb share_colour(i / (1.0 * levels)) fillstyle solid 1.0 noborder
}
do for [i = 0:1] {
    set label sprintf("%d %%", 100 * i) at screen from_left(scale_left + cell_px * (i * levels + 0.5)), screen from_bottom(10) center font font(font_size - 3) textcolor rgb foreground
}

set lmargin at screen from_left(left_px)
set rmargin at screen 1 - from_left(right_px)
set xrange [from:to]

tic_font = font(font_size - 2)
set multiplot
do for [r = 1:n_runs] {
    # the mean
    set label run_names[r] at screen from_left(left_px), screen from_top(mean_top[r] - 11) left font font(font_size) textcolor rgb foreground noenhanced
    set label run_notes[r] at screen 1 - from_left(right_px), screen from_top(mean_top[r] - 11) right font font(font_size - 1) textcolor rgb muted noenhanced
    set tmargin at screen from_top(mean_top[r])
    set bmargin at screen from_top(mean_bottom[r])
    set border 2
    set yrange [0:1]
    unset xtics
    unset xlabel
    set ytics ("0 %%" 0, "100 %%" 1) nomirror out scale 0.5 font tic_font textcolor rgb foreground
    if (mean_bottom[r] - mean_top[r] > 36) { set ytics add ("50 %%" 0.5) }
    set grid ytics front
    plot $means index r - 1 using 1:2 with filledcurves y1=0 fillcolor rgb mean_colour fillstyle transparent solid 0.35 noborder notitle, \
         $means index r - 1 using 1:2 with lines linewidth 1.4 linecolor rgb mean_colour notitle
    unset label
    unset object
    unset grid

    # the devices
    set tmargin at screen from_top(strips_top[r])
    set bmargin at screen from_top(strips_bottom[r])
    set border 0
    set yrange [rows[r]:0]
    row_px = (strips_bottom[r] - strips_top[r]) / rows[r]
    label_step = 1
    while (label_step * row_px < 15) { label_step = 2 * label_step }
    unset ytics
    do for [i = 0:rows[r] - 1:label_step] {
        set label sprintf("device %d", i * devices_per_row[r]) at graph 0, first i + 0.5 right offset -0.8, 0 font font(font_size - 2) textcolor rgb foreground
    }
    if (r == n_runs) {
        set border 1
        set xtics nomirror out scale 0.5 textcolor rgb foreground
        set xlabel "time (".unit.")" textcolor rgb foreground offset 0, 0.3
    }
    # pieces reach under the next ones, so that no seams show; thick lines make a small SVG
    overlap = 0.5 * (to - from) / (width - left_px - right_px)
    if (terminal eq "svg") {
        plot $strips index r - 1 using 1:($3 + 0.5):($2 - $1 + overlap):(0):(share_colour($4)) with vectors nohead linewidth row_px linecolor rgb variable notitle
    } else {
        plot $strips index r - 1 using 1:3:1:($2 + overlap):3:($3 + 1 + 0.8 / row_px):(share_colour($4)) with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable notitle
    }
    unset label
}
unset multiplot
