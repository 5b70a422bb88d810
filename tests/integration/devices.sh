# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Simulated devices on Modbus lines, which hear commands while they run, and what cellard says
# has happened. Who sources this has sourced house.sh.
# shellcheck disable=SC2154 # dir, programs, daemons: of house.sh

declare -A hear

# devices NAME OPTION...: they hear at the descriptor ${hear[NAME]}; what was asked is in NAME.log
devices()
{
	local name=$1 descriptor

	[ -e "$dir/$name.commands" ] || mkfifo "$dir/$name.commands"
	"$programs/cellar-sim" modbus --commands --log "$dir/$name.log" "${@:2}" \
		<"$dir/$name.commands" >"$dir/$name.out" 2>>"$dir/$name.err" &
	daemons+=(["$name"]=$!)
	exec {descriptor}>"$dir/$name.commands"
	hear[$name]=$descriptor
}

# devices_gone NAME
devices_gone()
{
	local descriptor=${hear[$1]}

	kill "${daemons[$1]}"
	wait "${daemons[$1]}" 2>/dev/null
	exec {descriptor}>&-
	unset "daemons[$1]" "hear[$1]"
}

# port_of NAME: on which they listen
port_of()
{
	sed 's/.*://' "$dir/$1.out"
}

# tell NAME COMMAND...
tell()
{
	echo "${*:2}" >&"${hear[$1]}"
}

# event CODE SUBJECT: it has happened
event()
{
	"$programs/cellarctl" --json events |
		jq -es "any(.[]; .[2] == \"$1\" and .[3] == \"$2\")" >/dev/null
}
