#!/usr/bin/env bash
# Reads a form, and puts into a folder what propose.sh makes a pull request of, or what is missing in it.
#
# Usage: read_form.sh FORM FOLDER
#   FOLDER/path        where the file is to be
#   FOLDER/file        the file
#   FOLDER/message.md  the pull request's title, an empty line, and its text
#   FOLDER/missing.md  instead of these three: what is missing
set -euo pipefail
export LC_ALL=C.UTF-8
# What is found wrong shall stand in these files, and not be shown as a fault of this run.
export GITHUB_ACTIONS=false

form=$1 folder=$2
broadsheet=.venv/bin/broadsheet
noted=$(mktemp -d)
mkdir "$folder"

# A text such that nothing in it is markup, whoever wrote it; not all of it if it is long.
quoted() {
    local said
    said=$(tr -d '\000-\010\013-\037\177' | tr '`' "'")
    printf '```text\n%s\n```\n' "${said:0:5000}"
}

status=0
$broadsheet add --form - --message "$noted/message.md" <"$form" >"$noted/said" 2>"$noted/missing" || status=$?
if [ "$status" = 1 ]; then
    quoted <"$noted/missing" >"$folder/missing.md"
    exit
elif [ "$status" != 0 ]; then
    echo "::error::broadsheet add ended with $status"
    exit "$status"
fi

path=$(sed -n 1p "$noted/said")
printf '%s' "$path" >"$folder/path"
cp -- "$path" "$folder/file"

$broadsheet check >"$noted/check" 2>&1 || true
if ! $broadsheet diff HEAD >"$noted/diff.md" 2>"$noted/problem" || [ "$(wc -c <"$noted/diff.md")" -gt 20000 ]; then
    echo "What it changes can't be told here." >"$noted/diff.md"
fi
{
    cat "$noted/message.md"
    printf '\n%s\n\n' "\`broadsheet check\` says:"
    quoted <"$noted/check"
    echo
    cat "$noted/diff.md"
} >"$folder/message.md"
