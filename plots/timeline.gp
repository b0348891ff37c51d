# The operations of each device over time. Rows count downwards; x is time in `unit`.
#
# Blocks of boxes have the columns from, to, top, bottom.
load plots."style.gp"

set lmargin at screen from_left(left_px)
set rmargin at screen 1 - from_left(right_px)
set tmargin at screen from_top(top_px)
set bmargin at screen from_bottom(bottom_px)

set xrange [from:to]
set yrange [rows:0]
set border 1
unset ytics
set xtics out
set xlabel "time (".unit.")" textcolor rgb foreground offset 0, 0.3

# names of runs above their rows, of devices beside them
do for [r = 1:n_runs] {
    if (n_runs > 1) {
        set label run_names[r] at graph 0, first run_rows[r] - 9.0 / row_px left offset 0.2, 0 font font(font_size) textcolor rgb foreground noenhanced
    }
    do for [d = 0:run_devices[r] - 1:label_step] {
        set label sprintf("device %d", d) at graph 0, first run_rows[r] + d + 0.45 right offset -0.8, 0 font font(font_size - 1) textcolor rgb foreground noenhanced
    }
}

# A gap between boxes, where there is room for one.
gap = row_px < 9 ? 0 : 0.8 * (to - from) / (width - left_px - right_px)
set style fill solid 1.0 noborder

# SVG merges lines into one path, so that a box as a thick line takes a tenth of the bytes of a polygon.
operation_px = operations_share * row_px
strip_px = strip_share * row_px
set macros
if (terminal eq "svg") {
    boxes = "using 1:(($3 + $4) / 2):($2 - $1 > 2 * gap ? $2 - $1 - gap : $2 - $1):(0) with vectors nohead linewidth operation_px linecolor rgb"
    strips = "using 1:(($3 + $4) / 2):($2 - $1):(0) with vectors nohead linewidth strip_px linecolor rgb"
} else {
    boxes = "using 1:3:1:($2 - $1 > 2 * gap ? $2 - gap : $2):3:4 with boxxyerror fillcolor rgb"
    strips = "using 1:3:1:2:3:4 with boxxyerror fillcolor rgb"
}

plot $rows @boxes faint notitle, \
     $idle_startup @boxes (idle ? pale_startup : faint) notitle, \
     $idle_activation @boxes (idle ? pale_activation : faint) notitle, \
     $idle_gradient @boxes (idle ? pale_gradient : faint) notitle, \
     $idle_in_flight_limit @boxes (idle ? pale_in_flight_limit : faint) notitle, \
     $idle_processor @boxes (idle ? pale_processor : faint) notitle, \
     $idle_barrier @boxes (idle ? pale_barrier : faint) notitle, \
     $idle_drained @boxes (idle ? pale_drained : faint) notitle, \
     $forwards @boxes forward_colour notitle, \
     $backwards @boxes backward_colour notitle, \
     $weight_gradients @boxes weight_colour notitle, \
     $even_versions @strips even_colour notitle, \
     $odd_versions @strips odd_colour notitle, \
     $updates using 1:3:1:2:3:4 with boxxyerror linewidth 0.9 linecolor rgb update_colour fillcolor rgb update_colour fillstyle solid 1.0 border linecolor rgb update_colour notitle, \
     $activations using 1:2:($3 - $1):($4 - $2) with vectors nohead linewidth 0.8 linecolor rgb activation_colour notitle, \
     $gradients using 1:2:($3 - $1):($4 - $2) with vectors nohead linewidth 0.8 linecolor rgb gradient_colour notitle, \
     $numbers using 1:2:3 with labels font font(number_font > 0 ? number_font : 8) textcolor rgb on_colour notitle, \
     $version_numbers using 1:2:3 with labels left offset 0.3, 0 font font(version_font) textcolor rgb foreground notitle
