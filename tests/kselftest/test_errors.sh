#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nonsense in configfs: each wrong value of each file gives EINVAL, changes
# nothing, and says in exactly one line of the kernel log what would be right.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"

bus=$cellar_configfs/errors
dialects='auto, pylontech, victron, deye, growatt, goodwe, schneider, sofar'
models='lesso,lsrr51v100ah .*weco,5k3-xp, or an empty line for none'
interfaces='there are:.* vcan90.* if it is called can0, vcan0, vxcan0 or slcan0'

# write FILE VALUE: in one go, which the shell does only with single lines;
# $error is what the kernel answered, empty if it took it
write()
{
	error=
	if [[ $2 == *$'\n'* ]]; then
		cat <<<"$2" 2>"$bus_state/error" >"$1" && return
	else
		{ echo "$2" >"$1"; } 2>"$bus_state/error" && return
	fi
	read -r error <"$bus_state/error"
	error=${error##*: }
}

# refuses FILE VALUE PATTERN: one line of the log, which matches
refuses()
{
	local before

	get "$bus/$1"
	before=$value
	log_mark
	write "$bus/$1" "$2"
	expect_equal "$1 \"${2:0:40}\"" "$error" "Invalid argument"
	get "$bus/$1"
	expect_equal "$1 after \"${2:0:40}\"" "$value" "$before"
	expect_log 1 "cellar: errors:"
	expect_log 1 "cellar: errors: .*$3"
}

takes()
{
	log_mark
	write "$bus/$1" "$2"
	expect_equal "$1 \"$2\"" "$error" ""
	get "$bus/$1"
	expect_equal "$1 after \"$2\"" "$value" "${3-$2}"
	expect_log 0 "cellar: errors:"
}

interface_that_is_none()
{
	refuses interface lo "\"lo\" is no CAN interface; $interfaces"
	refuses interface nosuch "\"nosuch\" is no CAN interface; $interfaces"
	refuses interface "" "\"\" is no CAN interface; $interfaces"
	refuses interface vcan "\"vcan\" is no CAN interface"
	refuses interface vcan-1 "\"vcan-1\" is no CAN interface"
	refuses interface vcan1x "\"vcan1x\" is no CAN interface"
	refuses interface "vcan1 vcan2" "is no CAN interface"
	refuses interface ../vcan0 "is no CAN interface"
}

interface_name_that_is_too_long()
{
	local long

	refuses interface vcan123456789012 "at most 15 characters"
	printf -v long '%0300d' 0
	refuses interface "vcan$long" "at most 15 characters"
}

line_breaks_do_not_reach_the_log()
{
	refuses interface $'vcan9\nforged' "forged.* is no CAN interface"
	refuses dialect $'deye\nforged: line' "unknown dialect .*forged: line.*possible"
	refuses model $'weco,4k4\nforged: line' "unknown model .*forged: line.*possible"
}

interface_that_may_come()
{
	local name

	for name in vcan90 can0 vcan99 vxcan1 slcan12 vcan1234567890; do
		takes interface "$name"
	done
}

unknown_dialect()
{
	refuses dialect pylon "unknown dialect \"pylon\"; possible: $dialects"
	refuses dialect "" "unknown dialect \"\"; possible: $dialects"
	refuses dialect PYLONTECH "possible: $dialects"
	refuses dialect 0123456789012345678901234567890123456789 "possible: $dialects"
	takes dialect deye
	takes dialect auto
}

unknown_model()
{
	local long

	printf -v long '%0300d' 0
	refuses model lesso "unknown model \"lesso\"; possible: $models"
	refuses model "$long" "possible: $models"
	takes model weco,5k3-xp
	takes model ""
}

unknown_scope()
{
	refuses scope house "possible: device, or system"
	refuses scope "" "possible: device, or system"
	takes scope system
	takes scope device
}

switches_that_are_neither_0_nor_1()
{
	refuses keepalive maybe "keepalive is 1 or 0"
	refuses keepalive "" "keepalive is 1 or 0"
	refuses enable maybe "enable is 1 or 0"
	refuses enable 2 "enable is 1 or 0"
	refuses enable "" "enable is 1 or 0"
	takes keepalive 1
	takes keepalive 0
}

enable_without_an_interface()
{
	refuses enable 1 "write the name of a CAN interface to interface first"
	get "$bus/supply"
	expect_equal supply "$value" ""
}

bus_setup
interface_add vcan90
mkdir "$bus"
bus_names+=(errors)
ktap_main enable_without_an_interface interface_that_is_none \
	interface_name_that_is_too_long line_breaks_do_not_reach_the_log \
	interface_that_may_come unknown_dialect unknown_model unknown_scope \
	switches_that_are_neither_0_nor_1
