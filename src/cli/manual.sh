#!/bin/sh
# Make the manual pages of the program and of each command that it has.
#
#   manual.sh PROGRAM FOLDER      FOLDER is made anew, so that no page of an earlier command stays
set -eu
program=$1
folder=$2

rm -rf "$folder"
mkdir -p "$folder"
"$program" --describe man > "$folder/pipedrift.1"
for command in $("$program" --describe commands); do
    "$program" "$command" --describe man > "$folder/pipedrift-$command.1"
done
