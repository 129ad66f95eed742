#!/usr/bin/env bash
# Brings pulled papers in: onto main, or onto the branch "pull" and into its pull request.
#
# Usage: bring.sh propose|commit FOLDER
#   FOLDER/patch      what is new in the listings; nothing is believed of it but what is seen here
#   FOLDER/report.md  what became of the pull, for the pull request
set -euo pipefail
export LC_ALL=C.UTF-8 # where [a-z] is what it looks like, and characters are not bytes

how=$1 folder=$2
branch=main pull=''
listing='content/listings/([0-9]{4}/)?[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9-]+\.jsonl'
pulls=repos/$GITHUB_REPOSITORY/pulls

refuse() { echo "::error::$1" >&2 && exit 1; }

for file in patch report.md; do
    if [ ! -f "$folder/$file" ] || [ -L "$folder/$file" ]; then refuse "$file is no plain file"; fi
done
gh auth setup-git
if [ "$how" = propose ]; then
    branch=pull
    pull=$(gh api --method GET "$pulls" -f state=open -f head="${GITHUB_REPOSITORY%%/*}:$branch" --jq '.[0].number // empty')
    if [ -n "$pull" ]; then
        git fetch --quiet --depth=1 origin "refs/heads/$branch"
        git switch --quiet --create "$branch" FETCH_HEAD
    else
        git switch --quiet --create "$branch"
    fi
elif [ "$how" != commit ]; then
    refuse "the variable PULL is neither propose nor commit"
fi

git apply --index "$folder/patch" ||
    refuse "What was pulled doesn't fit $branch any more. The next run tries again; merge main into $branch if it doesn't help."
if git diff --cached --no-renames --numstat --summary | grep -qvE "^([0-9]+	[0-9]+	| create mode 100644 )$listing\$"; then
    refuse "The patch does something else than to change listings that are pulled."
fi
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
    commit --quiet --message "New papers, pulled on $(date -u +%F)"

if [ "$how" = commit ]; then
    git push --quiet origin "HEAD:refs/heads/$branch" ||
        refuse "What was pulled could not be pushed to main; the next run tries again. Do main's rules allow it?"
    gh api --silent --method POST "repos/$GITHUB_REPOSITORY/actions/workflows/publish.yml/dispatches" -f ref="$branch"
    exit
fi
if [ -z "$pull" ]; then
    # What is left of an earlier pull request, which is closed, makes room.
    git push --quiet --force origin "HEAD:refs/heads/$branch"
else
    git push --quiet origin "HEAD:refs/heads/$branch"
fi
text=$(mktemp)
{
    head -c 50000 "$folder/report.md" | iconv -c -f utf-8 -t utf-8
    printf '\n\nUntil this is merged or closed, what is pulled later is added here.\n\n'
    printf 'GitHub starts no checks for what a workflow opens; the content was checked before. To have this checked again,'
    printf ' close it, and open it again.\n'
} >"$text"
if [ -n "$pull" ]; then
    gh api --silent --method PATCH "$pulls/$pull" -F body=@"$text"
else
    gh api --silent --method POST "$pulls" -f title="New papers" -F body=@"$text" -f head="$branch" -f base=main
fi
