#!/usr/bin/env bash
# Puts the ledger's new lines onto main, if main is still what was built, and tells whether to go on.
#
# Usage: record.sh COMMIT PATCH
#   COMMIT is what was built and is checked out here, PATCH what building added to the ledger, which may be nothing.
#   Sets the step's output "publish" to true or false.
set -euo pipefail

commit=$1 patch=$2
file='content/ledger/[0-9]{4}/[0-9]{4}-[0-9]{2}-[0-9]{2}\.jsonl'

main() { git ls-remote origin refs/heads/main | cut -f 1; }
publish() { echo "publish=$1" >>"$GITHUB_OUTPUT" && exit; }
leave() {
    echo "::notice::main has moved on since this was built, so it is not published. What came to main is published by" \
        "its own run, and this along with it."
    publish false
}

gh auth setup-git
if [ "$(main)" != "$commit" ]; then leave; fi
if [ ! -s "$patch" ]; then publish true; fi

# Of the job that built the site nothing is believed but that these are lines more in the ledger's files.
git apply --index "$patch"
changes=$(git diff --cached --no-renames --numstat --summary)
if grep -qvE "^([0-9]+	0	| create mode 100644 )$file\$" <<<"$changes"; then
    echo "::error::The patch does something else than to add lines to the ledger."
    exit 1
fi
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
    commit --quiet --message "The ledger: what the feeds of ${commit:0:12} tell"
if ! git push --quiet origin HEAD:refs/heads/main; then
    if [ "$(main)" != "$commit" ]; then leave; fi
    echo "::error::The ledger could not be pushed to main, and so nothing was published. Do main's rules allow it?"
    exit 1
fi
publish true
