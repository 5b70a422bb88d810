#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tables of Documentation/limits.md are those that the core works out. Prints TAP.
#
# Usage: test_worked_example.sh PROGRAM

set -uo pipefail
program=$(realpath "${1:?usage: test_worked_example.sh PROGRAM}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh

page=Documentation/limits.md
worked=$("$program")
titles=$(sed -n 's/^| \(.*\) | A |$/\1/p' <<<"$worked")

# table TITLE: the table of standard input whose first column is called so
table()
{
	awk -v head="| $1 | A |" '$0 == head { on = 1 } !/^\|/ { on = 0 } on'
}

while read -r title; do
	diff <(table "$title" <<<"$worked") <(table "$title" <$page) >&2 &&
		[ -n "$(table "$title" <$page)" ]
	verdict $? "the table \"$title\" of $page"
done <<<"$titles"
plan
