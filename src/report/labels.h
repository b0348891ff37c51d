/*
 * Labels: texts of any characters, such as titles and names of runs, as a picture or a terminal has
 * room for them. Lengths are characters.
 */
#pragma once

#include <glib.h>

/*
 * A text of which nothing is left that a terminal obeys or that XML has no place for: control
 * characters but line breaks, and what is no character, read as escapes such as \x1b; what is not
 * UTF-8 reads as a mark.
 *
 * Returns: (transfer full).
 */
char *pd_label_visible(const char *text);

/* A visible text in lines of at most so many characters, at least one; broken at spaces where there
 * are any. (transfer full) */
char *pd_label_wrap(const char *text, guint most);

/* A visible text in at most so many characters, at least one: cut, with an ellipsis. (transfer
 * full) */
char *pd_label_fit(const char *text, guint most);

/* How many lines a text has; NULL: none. */
guint pd_label_lines(const char *text);

/* Append a title on a line of its own, visible, where there is one. */
void pd_label_head(GString *text, const char *title);
