# How many micro-batches crossed how many updates at each stage, below the bound; and, of a few
# stages, the crossing of each micro-batch. Set r - 1 of each block is of run r.
#
# Blocks part_1 ... part_5 and numbers: stage, bottom, top, percent. $micro_batches, $largest:
# micro-batch, bottom, top. $stage_rows: stage, where its row is 0, where its bound is.
load plots."style.gp"

set style fill solid 1.0 noborder
small = font(font_size - 2)
axis(text) = sprintf("set xlabel '%s' textcolor rgb foreground font font(font_size - 1) offset 0, 0.4", text)

set multiplot
do for [r = 1:n_runs] {
    row = int((r - 1) / panel_columns)
    i = (kept ? 2 * row : row) * panel_columns + (r - 1) % panel_columns + 1
    panel_px = 1.0 * (panel_right[i] - panel_left[i])
    high_px = 1.0 * (panel_bottom[i] - panel_top[i])

    # the histograms
    eval panel(i)
    set border 3
    set xrange [-0.5:run_stages[r] - 0.5]
    set yrange [-0.5:most + 0.8]
    set xtics 0, stage_tics[r] nomirror out scale 0.5 font small textcolor rgb foreground
    set ytics 0, value_tic nomirror out scale 0.5 font small textcolor rgb foreground
    set ylabel "updates crossed" textcolor rgb foreground font font(font_size - 1) offset 1, 0
    eval axis(stages_per_cell[r] > 1 ? sprintf("stage (cells: means of %d)", stages_per_cell[r]) : "stage")
    set label 901 run_names[r] at screen from_left(panel_left[i]), screen from_top(panel_top[i] - 12) left font font(font_size) textcolor rgb foreground noenhanced

    cell_px = panel_px * stages_per_cell[r] / run_stages[r]
    px = cell_px > 12 ? cell_px - 2 : cell_px + 0.6
    half = 0.5 * stages_per_cell[r] * px / cell_px
    cell_high_px = high_px * values_per_cell / (most + 1.3)
    gap = cell_high_px > 12 ? 1.0 / cell_high_px * values_per_cell : 0
    if (terminal eq "svg") {
        plot for [c = 1:5] "$part_".c index r - 1 using 1:($2 + gap):(0):($3 - $2 - 2 * gap) with vectors nohead linewidth px linecolor rgb part_colours[c] notitle, \
             $means index r - 1 using 1:(run_numbers[r] ? NaN : $2) with lines linewidth 1.2 linecolor rgb foreground notitle, \
             $bounds index r - 1 using 1:2 with lines linewidth 2.2 linecolor rgb bound_colour notitle
    } else {
        plot for [c = 1:5] "$part_".c index r - 1 using 1:2:($1 - half):($1 + half):($2 + gap):($3 - gap) with boxxyerror linecolor rgb part_colours[c] notitle, \
             $means index r - 1 using 1:(run_numbers[r] ? NaN : $2) with lines linewidth 1.2 linecolor rgb foreground notitle, \
             $bounds index r - 1 using 1:2 with lines linewidth 2.2 linecolor rgb bound_colour notitle
    }
    unset label
    unset object

    if (run_numbers[r] && cell_high_px >= 11) {
        set border 0
        unset xtics
        unset ytics
        unset xlabel
        unset ylabel
        if (n_on_light[r] > 0) {
            plot $numbers_on_light index r - 1 using 1:(($2 + $3) / 2):(sprintf("%.0f", $4)) with labels font font(font_size - 3) textcolor rgb (dark ? "#e6e6e6" : on_colour) notitle
        }
        if (n_on_dark[r] > 0) {
            plot $numbers_on_dark index r - 1 using 1:(($2 + $3) / 2):(sprintf("%.0f", $4)) with labels font font(font_size - 3) textcolor rgb (dark ? on_colour : "#ffffff") notitle
        }
    }

    # the micro-batches
    if (run_rows[r] > 0) {
        j = i + panel_columns
        eval panel(j)
        set border 1
        unset ylabel
        unset ytics
        set xrange [-0.5:run_micro_batches[r] - 0.5]
        set yrange [run_rows[r]:0]
        set xtics 0, micro_batch_tics[r] nomirror out scale 0.5 font small textcolor rgb foreground
        eval axis(micro_batches_per_part[r] > 1 ? sprintf("micro-batch (columns of %d)", micro_batches_per_part[r]) : "micro-batch")
        column_px = panel_px * micro_batches_per_part[r] / run_micro_batches[r]
        px = column_px > 6 ? column_px - 1 : column_px + 0.6
        half = 0.5 * micro_batches_per_part[r] * px / column_px
        first = -0.5
        last = run_micro_batches[r] - 0.5
        plot $stage_rows index r - 1 using (first):2:(last - first):(0) with vectors nohead linewidth 0.7 linecolor rgb grid_line notitle, \
             $stage_rows index r - 1 using (first):2:(sprintf("stage %d", $1)) with labels right offset -0.6, 0.6 font small textcolor rgb foreground notitle
        unset xtics
        unset xlabel
        set border 0
        if (terminal eq "svg") {
            plot $largest index r - 1 using 1:2:(0):($3 - $2) with vectors nohead linewidth px linecolor rgb part_colours[2] notitle, \
                 $micro_batches index r - 1 using 1:2:(0):($3 - $2) with vectors nohead linewidth px linecolor rgb part_colours[4] notitle, \
                 $stage_rows index r - 1 using (first):3:(last - first):(0) with vectors nohead linewidth 1.4 linecolor rgb bound_colour notitle
        } else {
            plot $largest index r - 1 using 1:2:($1 - half):($1 + half):2:3 with boxxyerror linecolor rgb part_colours[2] notitle, \
                 $micro_batches index r - 1 using 1:2:($1 - half):($1 + half):2:3 with boxxyerror linecolor rgb part_colours[4] notitle, \
                 $stage_rows index r - 1 using (first):3:(last - first):(0) with vectors nohead linewidth 1.4 linecolor rgb bound_colour notitle
        }
    }
}
unset multiplot
