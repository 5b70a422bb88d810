#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellar-table on a directory that looks like the power_supply class: what it
# shows, what it leaves out, and what it says when there is nothing. Prints TAP.
#
# Usage: test_table.sh PROGRAM

set -uo pipefail

program=$(realpath "$1")
class=$(mktemp -d)
trap 'rm -rf "$class"' EXIT
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/unit/tap.sh

# supply NAME FILE=VALUE...
supply()
{
	local dir=$class/$1 pair

	shift
	mkdir -p "$dir/cellar"
	for pair in "$@"; do
		printf '%s\n' "${pair#*=}" >"$dir/${pair%%=*}"
	done
}

# shows NAME REGULAR-EXPRESSION: a line of the table
shows()
{
	"$program" --class "$class" 2>/dev/null | grep -Eq -- "$2"
	verdict $? "$1"
}

# says STATUS REGULAR-EXPRESSION OPTION...: exit status and standard error
says()
{
	local status=$1 words=$2 output got=0

	shift 2
	output=$("$program" "$@" 2>&1 >/dev/null) || got=$?
	[ "$got" = "$status" ] && grep -Eq -- "$words" <<<"$output"
	verdict $? "exit status $status: $words"
}

says 1 'no battery in .*README' --class "$class"
says 1 'No such file or directory' --class "$class/none"
says 2 '1 to 3600 seconds, not "soon"' --watch=soon
says 2 'what is "roof"' roof
says 2 'usage: cellar-table' --wrong

supply AC type=Mains online=1
says 1 'no battery' --class "$class"

supply cellar0 cellar/role=system cellar/dialect=pylontech manufacturer=PYLON \
	status=Discharging health=Good present=1 voltage_now=49960000 \
	current_now=-1500000 capacity=90 temp=-55 constant_charge_current_max=120000000 \
	cellar/discharge_current_max=160000000 cellar/protections= cellar/warnings=
supply cellar0-10 cellar/role=pack status=Unknown health=Unknown present=0
supply cellar0-09 cellar/role=pack manufacturer=LESSO model_name=LSRR51V100AH-LFP \
	status=Charging health=Overheat present=1 capacity=7 \
	cellar/protections='charge_overtemperature short_circuit' cellar/warnings=low_soc

shows 'numbers in V, A, %, degrees' \
	'^cellar0 +system +PYLON +49\.96 +-1\.5 +90 +-5\.5 +120\.0 +160\.0 +Discharging +Good *$'
shows 'alarms, warnings in brackets; what is not known is a dash' \
	'^cellar0-09 +pack +LESSO LSRR51V100AH-LFP +- +- +7 .*Overheat +charge_overtemperature short_circuit \(low_soc\)$'
shows 'a pack that is gone' '^cellar0-10 .*\(lost\) +Unknown'
[ "$("$program" --class "$class" | awk '{ print $1 }' | paste -sd ' ')" = \
	'NAME cellar0 cellar0-09 cellar0-10' ]
verdict $? 'the system, then its packs in order, and nobody else'

plan
