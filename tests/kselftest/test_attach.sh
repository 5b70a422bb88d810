#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Serial lines that somebody attaches, here ptys with simulated racks: the module
# loads by itself, supplies come and go with the line in every way it can end, wrong
# settings change nothing, and a line is given back as it was.
# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # cases are called by name; numbers and paths without blanks

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/rack.sh"

module=/sys/module/cellar_rs485
dialects='auto, pylontech, pace, seplos, voltronic'
models='lesso,lsrr51v100ah .*weco,5k3-xp'

# refused STATUS PATTERN ARGUMENT...: cellar-attach ends so, and says so
refused()
{
	local status=0 said

	said=$("$attach" "${@:3}" 2>&1) || status=$?
	expect_equal "exit status of cellar-attach ${*:3}" $status "$1"
	expect_match "cellar-attach ${*:3}" "$said" "$2"
}

# probe TTY STEP...: $results are what each step gave
probe()
{
	local line

	results=()
	while read -r line; do
		results+=("${line##* }")
	done < <("$attach_probe" "$@")
}

the_module_loads_by_itself()
{
	[ ! -d $module ] || {
		skip "it is loaded already"
		return
	}
	rack first --packs 2
	attach first "$tty"
	expect "the module" test -d $module
	wait_for_pack "$bus-02"
	attach_end first 0 TERM
	rack_end first
}

supplies_come_and_go_with_the_line()
{
	rack one --packs 3 --baud 115200
	rack other --packs 1 --address 5
	attach one "$bus_state/one.tty" --baud 115200 --dialect pylontech --model weco,5k3
	one=$bus
	attach other "$bus_state/other.tty" --baud 9600 --scope system
	expect_not "two lines with one name" [ "$one" = "$bus" ]
	for supply in "$one-02" "$one-03" "$one-04" "$bus-05"; do
		wait_for_pack "$supply"
	done
	expect_property "$one-02" model_name 5K3
	expect_property "$one-02" scope Device
	expect_property "$one-02" cellar/dialect pylontech
	expect_property "$bus-05" scope System
	attach_end one 0 TERM
	expect "no $one" no_supply "$one"
	expect "$bus-05" pack_live "$bus-05"
	attach_end other 0 INT
	expect "no supply" no_supply cellar
	rack_end one
	rack_end other
}

the_line_is_given_back_as_it_was()
{
	local before

	rack back
	exec {keep}<>"$tty"
	stty -F "$tty" 4800 icanon echo
	before=$(stty -F "$tty" -g)
	attach back "$tty" --baud 115200
	expect_match "the line" "$(stty -F "$tty" speed)" 115200
	attach_end back 0 TERM
	expect_equal "the line" "$(stty -F "$tty" -g)" "$before"
	probe "$tty" attach=auto,,0
	expect_equal "the discipline" "${results[*]}" ENOTTY
	exec {keep}>&-
	rack_end back
}

wrong_command_lines()
{
	rack wrong
	refused 2 "which TTY" --baud 9600
	refused 2 "which TTY" "$tty" "$tty"
	refused 2 "there are: auto, 9600, 115200" --baud 19200 "$tty"
	refused 2 "there are: $dialects" --dialect pylon "$tty"
	refused 2 "there are: $models" --model weco "$tty"
	refused 2 "there are: device, system" --scope house "$tty"
	refused 2 "Usage" --speed 9600 "$tty"
	refused 1 "No such file" "$bus_state/nothing"
	refused 1 "no serial line" /dev/null
	refused 1 "no serial line" "$here/ktap.sh"
	expect "no supply" no_supply cellar
	rack_end wrong
}

a_line_in_use()
{
	rack used
	attach used "$tty"
	refused 1 "locked" "$tty"
	attach_end used 0 TERM
	background holder "$attach_probe" "$tty" exclusive hold
	refused 1 "another program holds" "$tty"
	background holder "$attach_probe" "$tty" discipline=29 hold
	refused 1 "attached already" "$tty"
	background_stop holder
	rack_end used
}

not_permitted()
{
	rack guarded
	chmod 666 "$tty"
	probe "$tty" drop discipline=29
	expect_equal "the discipline for nobody" "${results[*]}" "ok EPERM"
	probe "$tty" discipline=29 drop attach=auto,,0
	expect_equal "the ioctl for nobody" "${results[*]}" "ok ok EPERM"
	rack_end guarded
}

what_is_no_serial_line()
{
	probe master discipline=29
	expect_equal "the master side of a pty" "${results[*]}" EOPNOTSUPP
}

# Each is refused with one line of the log, and the bus goes on as before.
wrong_settings_change_nothing()
{
	local before

	rack settings --packs 1
	attach settings "$tty" --dialect pylontech
	wait_for_pack "$bus-02"
	log_mark
	probe "$tty" attach=pylon,,0 attach=auto,weco,0 attach=auto,,4 endless=dialect \
		endless=model nowhere
	expect_equal "wrong settings" "${results[*]}" \
		"EINVAL EINVAL EINVAL EINVAL EINVAL EFAULT"
	expect_log 5 "cellar: pts[0-9]+: "
	expect_log 1 "unknown dialect \"pylon\"; possible: $dialects"
	expect_log 1 "unknown model \"weco\"; possible: $models"
	expect_log 1 "unknown flags 0x4"
	expect_log 2 "a name without an end"
	property "$bus-02" cellar/samples
	before=$value
	nap 5
	property "$bus-02" cellar/samples
	expect_between "samples" "$value" $((before + 1)) $((before + 100))
	probe "$tty" speed=0 attach=auto,,0 speed=9600 attach=auto,,0
	expect_equal "a line without speed" "${results[*]}" "ok EINVAL ok ${bus#cellar}"
	expect_log 1 "no speed"
	attach_end settings 0 TERM
	rack_end settings
}

other_settings_begin_anew()
{
	local device=/sys/bus/platform/devices/cellar-rs485.0

	rack anew --packs 1
	background holder "$attach_probe" "$tty" speed=9600 discipline=29 hold
	wait_for_pack cellar$first-02
	probe "$tty" attach=voltronic,,2
	expect_equal "another dialect" "${results[*]}" $first
	expect "no supply" no_supply cellar
	get $device/dialect
	expect_equal "dialect" "$value" voltronic
	probe "$tty" attach=auto,pylontech,us2000,1
	expect_equal "auto" "${results[*]}" $first
	wait_for_pack cellar$first-02
	expect_property cellar$first-02 model_name US2000
	background_stop holder
	rack_end anew
}

speed_is()
{
	[ "$(stty -F "$tty" speed)" = "$1" ]
}

# Nobody answers.
the_speed_is_looked_for()
{
	rack mute --dialect voltronic
	attach mute "$tty" --dialect pylontech
	expect "115200 is tried" wait_until 60 speed_is 115200
	expect "9600 is tried" wait_until 60 speed_is 9600
	attach_end mute 0 TERM
	attach mute "$tty" --dialect pylontech --baud 115200
	expect_not "9600 is tried" wait_until 20 speed_is 9600
	attach_end mute 0 TERM
	rack_end mute
}

# Each ends a bus that is asking, and being answered.
begun_anew_in_traffic()
{
	local n steps=()

	rack busy --packs 2 --baud 115200 --delay 1
	background holder "$attach_probe" "$tty" speed=115200 discipline=29 hold
	for ((n = 0; n < 30; n++)); do
		steps+=("attach=pylontech,,0")
	done
	wait_for_pack cellar$first-02
	probe "$tty" "${steps[@]}"
	expect_equal "each" "${results[*]}" \
		"$(printf "$first %.0s" {1..29})$first"
	wait_for_pack cellar$first-03
	background_stop holder
	rack_end busy
}

more_bytes_than_any_wire_has()
{
	probe master flood=2000000
	expect_equal "a flood" "${results[*]}" ok
	expect "no supply" no_supply cellar
}

# The far end goes while questions and answers are under way, at another moment
# each time; cellar-attach notices.
hangup_in_traffic()
{
	local n device=/sys/bus/platform/devices/cellar-rs485.0

	for n in 0 1 2 3 4 5 6 7 8 9; do
		rack gone --packs 2 --baud 115200 --delay 1
		attach gone "$tty" --baud 115200 --dialect pylontech 2>/dev/null
		echo 1 >$device/free_run
		[ "$n" != 0 ] || wait_for_pack "$bus-03"
		nap 0.$((n * 37 % 10))$n
		rack_end gone KILL
		attach_end gone 3
		expect "no supply" no_supply cellar
		expect_not "the bus" test -e $device
	done
}

# Nobody gives the line back; it ends with the far end all the same.
cellar_attach_is_killed()
{
	rack orphan --packs 1
	attach orphan "$tty"
	wait_for_pack "$bus-02"
	attach_end orphan 137 KILL
	rack_end orphan
	expect "no supply" wait_until 10 no_supply cellar
}

ldattach_does_it_too()
{
	command -v ldattach >/dev/null || {
		skip "no ldattach"
		return
	}
	rack plain --packs 1
	ldattach --debug --speed 9600 29 "$tty" 2>/dev/null &
	bus_jobs[ldattach]=$!
	wait_for_pack cellar$first-02
	kill "${bus_jobs[ldattach]}"
	background_wait ldattach
	rack_end plain
	expect "no supply" wait_until 10 no_supply cellar
}

# That it goes when nobody does is for test_unload.sh.
the_module_stays_while_it_is_used()
{
	rack kept --packs 2 --baud 115200
	attach kept "$tty" --baud 115200
	wait_for_pack "$bus-03"
	expect_not "rmmod" rmmod cellar_rs485 2>/dev/null
	expect "$bus-03" pack_live "$bus-03"
	attach_end kept 0 TERM
	rack_end kept
}

rack_setup
# The lowest number that invented packs (cells.sh) have left.
first=0
if get /sys/module/cellar_test_packs/parameters/buses; then
	while [[ ,$value, == *,$first,* ]]; do
		first=$((first + 1))
	done
fi
attach=$(program cellar-attach) || ktap_bail "no cellar-attach"
attach_probe=$(helper attach_probe)
ktap_main the_module_loads_by_itself supplies_come_and_go_with_the_line \
	the_line_is_given_back_as_it_was wrong_command_lines a_line_in_use \
	not_permitted what_is_no_serial_line wrong_settings_change_nothing \
	other_settings_begin_anew the_speed_is_looked_for begun_anew_in_traffic \
	more_bytes_than_any_wire_has hangup_in_traffic cellar_attach_is_killed \
	ldattach_does_it_too the_module_stays_while_it_is_used
