# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# TAP for the tests of programs: verdict for each case, plan at the end.

number=0
failures=0

# verdict STATUS NAME: 0 has passed
verdict()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failures=$((failures + 1))
	fi
}

# plan: how many there were; fails if one has failed
plan()
{
	echo "1..$number"
	[ "$failures" = 0 ]
}
