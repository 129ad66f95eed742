#!/usr/bin/env bash
# Says something under an issue or a pull request: once, and the next time in place of what was said before.
#
# Usage: say.sh NUMBER FILE
#   The first line of FILE is a comment in HTML by which it is known again. Others may write the same line; so
#   it is only looked for in what this repository's workflows have said.
set -euo pipefail

number=$1 file=$2
comments=repos/$GITHUB_REPOSITORY/issues

MARK=$(sed -n 1p "$file")
export MARK
said=$(gh api --paginate "$comments/$number/comments?per_page=100" \
    --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARK))) | .id' | sed -n 1p)

if [ -n "$said" ]; then
    gh api --silent --method PATCH "$comments/comments/$said" -F body=@"$file"
else
    gh api --silent --method POST "$comments/$number/comments" -F body=@"$file"
fi
