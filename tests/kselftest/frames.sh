# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # results are for the tests
#
# Frames of batteries for can_feed, as protocols.md 1.1 and 3.1 lay them out. Each
# function sets $frames to one second of a battery that is well, but for the
# values that its KEY=VALUE arguments name.

# le16 NUMBER: $hex is the number in two bytes, low byte first
le16()
{
	printf -v hex '%02X%02X' $(($1 & 255)) $(($1 >> 8 & 255))
}

# digits NUMBER WIDTH: $hex is the number as ASCII
digits()
{
	local text

	printf -v text "%0$2d" "$1"
	hex=
	while [ -n "$text" ]; do
		hex+=3${text:0:1}
		text=${text:1}
	done
}

# pylontech_frames [soc=%] [centivolts=] [deciamps=] [faults=8 hex digits]
# [requests=2 hex digits]: V1.2, 4 modules of a bank; positive charges
pylontech_frames()
{
	local soc=90 centivolts=4996 deciamps=-15 faults=00000000 requests=C0
	local hex volts amps

	[ $# = 0 ] || local "$@"
	le16 "$centivolts"; volts=$hex
	le16 "$deciamps"; amps=$hex
	le16 "$soc"
	frames=(
		"359#${faults}04504E"
		"351#1402B0044006C201"
		"355#${hex}6000"
		"356#$volts${amps}3700"
		"35C#${requests}00"
		"35E#50594C4F4E202020"
	)
}

# deye_system_frames [soc=%] [centivolts=] [deciamps=] [faults=14 hex digits]
# [requests=2 hex digits] [packs=] [grid=8 hex digits: limits on grid]: native
# setting; positive charges here, unlike on the wire
deye_system_frames()
{
	local soc=64 centivolts=5310 deciamps=125 faults=00000000000000 requests=C0
	local hex volts amps percent number capacity count packs=4 grid=D007A00F

	[ $# = 0 ] || local "$@"
	le16 "$centivolts"; volts=$hex
	le16 $((-deciamps)); amps=$hex
	le16 "$soc"; percent=$hex
	le16 $((packs * 1000)); capacity=$hex
	digits "$packs" 3; number=$hex
	printf -v count '%02X' "$packs"
	frames=(
		"351#3002D007A00FE001"
		"355#${percent}630000000000"
		"356#$volts${amps}EB000000"
		"359#${faults}00"
		"35C#${requests}00000000000000"
		"35E#4459${number}03$capacity"
		"361#F70CED0CF000E600"
		"363#F005F00500000000"
		"364#${count}000000${count}000000"
		"371#${grid}00000000"
	)
}

# deye_pack_frames ADDRESS [permille=SOC] [decivolts=] [deciamps=] [cycles=]
# [faults=14 hex digits] [state=2 hex digits]: serial TESTPACK000000AA; positive
# charges here, unlike on the wire
deye_pack_frames()
{
	local permille=640 decivolts=531 deciamps=31 cycles=120 n=$(($1 - 1)) tail
	local faults=00000000000000 state=31 hex volts amps soc count id i base

	digits "$1" 8; tail=$hex
	shift
	[ $# = 0 ] || local "$@"
	le16 "$decivolts"; volts=$hex
	le16 $((-deciamps)); amps=$hex
	le16 "$permille"; soc=$hex
	le16 "$cycles"; count=$hex
	frames=(
		"110#$faults$state"
		"150#$volts$amps${soc}DE03"
		"200#F70CED0CF000E600"
		"250#FA0070FE32006400"
		"400#0100${count}00000000"
		"500#F002AA56312E3046"
		"550#40E201003C860100"
		"600#544553545041434B"
		"650#$tail"
		"700#0200010000000000"
		"750#0000030000000000"
	)
	for i in "${!frames[@]}"; do
		base=${frames[i]%%#*}
		printf -v id '%03X' $((16#$base + n))
		frames[i]="$id#${frames[i]#*#}"
	done
}
