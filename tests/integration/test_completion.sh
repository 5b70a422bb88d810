#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What bash offers behind cellarctl, with a cellard that has two packs.
# usage: test_completion.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
# shellcheck source=userspace/cellarctl/cellarctl.bash-completion
. userspace/cellarctl/cellarctl.bash-completion
programs=$(realpath "${1:?usage: test_completion.sh FOLDER}")
cellarctl=$programs/cellarctl
dir=$(mktemp -d)
jobs=()
trap '[ ${#jobs[@]} = 0 ] || kill "${jobs[@]}" 2>/dev/null; rm -rf "$dir"' EXIT
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$dir/bus

# offers WANTED WORD...: with the last WORD half written, all that fits is WANTED
offers()
{
	local wanted=$1

	shift
	COMP_WORDS=(cellarctl "$@")
	COMP_CWORD=$#
	_cellarctl "$cellarctl"
	[ "${COMPREPLY[*]-}" = "$wanted" ]
	verdict $? "cellarctl $*: $wanted"
}

# pack SUPPLY SERIAL
pack()
{
	mkdir -p "$dir/class/$1/cellar"
	printf 'POWER_SUPPLY_VOLTAGE_NOW=52800000\nPOWER_SUPPLY_SERIAL_NUMBER=%s\n' "$2" \
		>"$dir/class/$1/uevent"
	echo 1 >"$dir/class/$1/cellar/samples"
	echo 100 >"$dir/class/$1/cellar/age_ms"
	echo pack >"$dir/class/$1/cellar/role"
}

offers "" pack ""
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile 2>/dev/null &
jobs+=($!)
pack cellar0-01 SERIAL1
pack cellar0-02 "\$(reboot);x"
until [ -S "$dir/bus" ]; do
	sleep 0.1
done
cat >"$dir/cellard.conf" <<END
[site]
plant = free
exchange = meter
[charger garage]
[output pump]
number = 1
END
"$programs/cellard" --config "$dir/cellard.conf" --class "$dir/class" 2>/dev/null &
jobs+=($!)
for ((try = 0; try < 50; try++)); do
	[[ $("$cellarctl" packs 2>/dev/null) != *cellar0-02* ]] || break
	sleep 0.2
done
offers "SERIAL1 cellar0-01 cellar0-02" pack ""
offers "SERIAL1" pack S
offers "forget" pack SERIAL1 f
offers "connected disconnected forget in out" --json pack SERIAL1 ""
offers "cellar0" limit ""
offers "off" limit cellar0 o
offers "off on" full-charge cellar0 ""
offers "garage" start ""
offers "garage" strategy ""
offers "ecological-mixed ecological-pure" strategy garage e
offers "pump" output ""
offers "off on" output pump ""
offers "off on" rules ""
offers "remove" rule 5 ""
offers "none" contract ""
offers "add remove" administrators ""
offers "pack packs" pa
offers "cells" ce
offers "monitor" mo
offers "--json" --j
offers "" stutus x
offers "" status ""
for verb in $("$cellarctl" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | sort -u); do
	COMP_WORDS=(cellarctl "")
	COMP_CWORD=1
	_cellarctl "$cellarctl"
	[[ " ${COMPREPLY[*]} " = *" $verb "* ]]
	verdict $? "$verb is offered"
done
plan
