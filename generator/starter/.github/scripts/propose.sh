#!/usr/bin/env bash
# Opens a pull request with what was read from a form, or brings the one that there is up to date.
#
# Usage: propose.sh NUMBER FOLDER
#   NUMBER is the issue's. FOLDER is what read_form.sh made; but it worked on a stranger's text, and so nothing in
#   it is believed. Writes the answer to the issue to standard output.
set -euo pipefail
export LC_ALL=C.UTF-8 # where [a-z] is what it looks like, and characters are not bytes

number=$1 folder=$2
branch=form/$number
name='github-actions[bot]'
mail='41898282+github-actions[bot]@users.noreply.github.com'

refuse() { echo "::error::$1" >&2 && exit 1; }

# A plain file of text, and not a long one.
see() {
    local file=$folder/$1 longest=$2
    if [ ! -f "$file" ] || [ -L "$file" ]; then refuse "$1 is no plain file"; fi
    if [ "$(wc -c <"$file")" -gt "$longest" ]; then refuse "$1 has more than $longest bytes"; fi
    if [ "$(tr -d '\000-\010\013-\037\177' <"$file" | wc -c)" != "$(wc -c <"$file")" ]; then
        refuse "$1 holds control characters"
    fi
    iconv -f utf-8 -t utf-8 "$file" >/dev/null || refuse "$1 is not in UTF-8"
}

[[ $number =~ ^[1-9][0-9]*$ ]] || refuse "this is no number of an issue"
echo "<!-- Broadsheet: what became of this form -->"

if [ -e "$folder/missing.md" ]; then
    see missing.md 25000
    echo "This can't be proposed yet:"
    echo
    cat "$folder/missing.md"
    echo
    echo "Edit the issue (the three dots at its top right), and it is tried again."
    exit
fi

see path 200
see file 100000
see message.md 60000
path=$(cat "$folder/path")
[[ $path =~ ^content/(papers/[a-z0-9-]+\.yml|topics/[a-z0-9-]+\.md)$ ]] || refuse "this is no path for a form's file"

# GitHub starts no workflow for a commit that says so, and these words get into one when they are accepted.
disarmed() { sed -E 's/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/(\1)/Ig'; }

title=$(sed -n 1p "$folder/message.md" | disarmed)
title=${title:0:200}
text=$(mktemp)
{
    tail -n +3 "$folder/message.md" | disarmed
    printf '\nThis was written in the form #%s; accepting it closes #%s.\n\n' "$number" "$number"
    printf 'GitHub starts no checks for what a workflow opens; the one above was made before. To have this checked again,'
    printf ' close it, and open it again.\n'
} >"$text"

# An earlier edit of the issue is replaced. What people have added since is theirs, and stays.
gh auth setup-git
tip=$(git ls-remote origin "refs/heads/$branch" | cut -f 1)
pulls=repos/$GITHUB_REPOSITORY/pulls
pull=$(gh api --method GET "$pulls" -f state=open -f head="${GITHUB_REPOSITORY%%/*}:$branch" --jq '.[0].number // empty')
if [ -n "$tip" ]; then
    git fetch --quiet --depth=1 origin "refs/heads/$branch"
    if [ "$(git log -1 --format=%ae FETCH_HEAD)" != "$mail" ]; then
        where=${pull:+#$pull}
        echo "Somebody has worked on ${where:-the branch $branch} since, so this edit was not put into it. Please say" \
            "there what else is to be changed."
        exit
    fi
fi

base=$(git rev-parse --abbrev-ref HEAD)
git switch --quiet --create "$branch"
mkdir -p "${path%/*}"
cp -- "$folder/file" "$path"
git add -- "$path"
if git diff --cached --quiet; then
    echo "The publication says exactly this already, so there is nothing to propose."
    exit
fi
# A message without a stranger's words: some of them can tell GitHub to start no workflow.
git -c user.name="$name" -c user.email="$mail" commit --quiet --message "The form #$number: $path"
git push --quiet --force-with-lease="refs/heads/$branch:$tip" origin "HEAD:refs/heads/$branch"

if [ -n "$pull" ]; then
    gh api --silent --method PATCH "$pulls/$pull" -f title="$title" -F body=@"$text"
else
    pull=$(gh api --method POST "$pulls" -f title="$title" -F body=@"$text" -f head="$branch" -f base="$base" --jq .number)
fi
echo "Thank you. This is proposed in #$pull, where whoever looks after the publication will read it. If you edit the" \
    "issue, the proposal follows."
