# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # results are for the tests
#
# Packs on RS-485 lines for the tests: simulated racks (cellar-sim rack) on ptys or
# serial ports, and cellar-attach. Needs bus.sh.

# program NAME: path of a program, beside the tests when installed, else in OUTPUT
# (built for this machine's architecture) or the folder above
program()
{
	local path

	for path in "$bus_here/$1" "${OUTPUT:-.}/$1" "${OUTPUT:-.}/../$1"; do
		if [ -x "$path" ]; then
			echo "$path"
			return
		fi
	done
	echo "no $1: run the tests with make" >&2
	return 1
}

# rack_setup: state and clean-up of a test; call it first
rack_setup()
{
	[ "$EUID" = 0 ] || ktap_skip_all "not root"
	modprobe -q -n cellar_rs485 || ktap_skip_all "no module cellar_rs485"
	test_setup
	sim=$(program cellar-sim) || ktap_bail "no cellar-sim"
}

# rack NAME [OPTION]...: a rack at a new pty until rack_end NAME; $tty is its line
rack()
{
	local name=$1

	shift
	tty=$bus_state/$name.tty
	rm -f "$tty"
	"$sim" rack --pty "$tty" --truth "$bus_state/$name.truth" "$@" \
		2>"$bus_state/$name.sim" &
	bus_jobs[rack-$name]=$!
	wait_until 20 test -e "$tty" || fail "no rack: $(cat "$bus_state/$name.sim")"
}

# rack_port NAME TTY [OPTION]...: the same behind a serial port
rack_port()
{
	local name=$1 port=$2

	shift 2
	"$sim" rack --tty "$port" --truth "$bus_state/$name.truth" "$@" \
		2>"$bus_state/$name.sim" &
	bus_jobs[rack-$name]=$!
	wait_until 20 test -e "$bus_state/$name.truth" ||
		fail "no rack: $(cat "$bus_state/$name.sim")"
}

# rack_end NAME [SIGNAL]: it is gone; it has been asked, and nothing was written to it
rack_end()
{
	local status=0

	kill "-${2-TERM}" "${bus_jobs[rack-$1]}"
	wait "${bus_jobs[rack-$1]}" 2>/dev/null || status=$?
	unset "bus_jobs[rack-$1]"
	[ "${2-TERM}" != TERM ] || expect_equal "rack $1: $(cat "$bus_state/$1.sim")" $status 0
}

# attach NAME TTY [OPTION]...: cellar-attach in the background; $bus is what it
# says the line has become, the beginning of the names of its supplies
attach()
{
	background "attach-$1" "$attach" "${@:3}" "$2"
	get "$bus_state/attach-$1.out"
	expect_match "cellar-attach $2" "$value" "^$2: cellar[0-9]+\$"
	bus=${value#"$2: "}
}

# attach_end NAME WANTED [SIGNAL]: its exit status, at the end or after a signal
attach_end()
{
	local status=0

	[ -z "${3-}" ] || kill "-$3" "${bus_jobs[attach-$1]}"
	wait "${bus_jobs[attach-$1]}" 2>/dev/null || status=$?
	unset "bus_jobs[attach-$1]"
	expect_equal "exit status of cellar-attach" $status "$2"
}

# pack_live SUPPLY: it is measured just now
pack_live()
{
	property "$1" voltage_now && [[ $value =~ ^[0-9]+$ ]]
}

# wait_for_pack SUPPLY [SECONDS]
wait_for_pack()
{
	wait_until "${2-60}" pack_live "$1" || fail "$1 is not live: \"$value\""
}

# no_supply PREFIX: there is none (any more)
no_supply()
{
	supplies "$1"
	[ ${#found[@]} = 0 ]
}

# serial_at PCI-SLOT: $tty is the name of the serial port of that device
serial_at()
{
	local path

	for path in /sys/class/tty/ttyS*; do
		tty=${path##*/}
		[[ $(readlink "$path") != *"/$1/"* ]] || return 0
	done
	return 1
}
