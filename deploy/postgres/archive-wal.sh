#!/usr/bin/env bash
# Copies a file of the write-ahead log into the archive (archive_command of Postgres):
# archive-wal.sh <folder> <path> <name>
# It is on disk, whole and under its name, before Postgres may forget it.
set -euo pipefail

folder=$1 path=$2 name=$3
# After a crash Postgres asks for the same file again. Another one under its name is an error, never overwritten.
if [[ -e $folder/$name ]]; then exec cmp -- "$path" "$folder/$name"; fi
cp -- "$path" "$folder/.$name.new"
sync -- "$folder/.$name.new"
mv -- "$folder/.$name.new" "$folder/$name"
sync -- "$folder"
