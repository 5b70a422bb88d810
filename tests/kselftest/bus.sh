# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # results are for the tests
#
# Buses for the tests: virtual CAN interfaces, batteries on them, supplies, and
# waiting for what a file says. All that a test makes here is gone when it ends.
# Reading and waiting start no process: on an emulated machine that takes long.

cellar_configfs=/sys/kernel/config/cellar
cellar_class=/sys/class/power_supply

bus_here=$(dirname "${BASH_SOURCE[0]}")
bus_state=
bus_clock=
bus_mark=
wait_step=0.1	# seconds; more where a look starts processes
bus_names=()
bus_interfaces=()
declare -A bus_jobs=()

# helper NAME: path of a C helper, beside the tests when installed, else in OUTPUT
helper()
{
	if [ -x "$bus_here/$1" ]; then
		echo "$bus_here/$1"
	else
		echo "${OUTPUT:?no $1: run the tests with make}/$1"
	fi
}

# capture NAME: path of a shared capture, beside the tests when installed
capture()
{
	if [ -e "$bus_here/$1.log" ]; then
		echo "$bus_here/$1.log"
	else
		echo "$bus_here/../data/can/$1.log"
	fi
}

# bus_setup: modules, state and clean-up of a test; call it first
bus_setup()
{
	local module

	[ "$EUID" = 0 ] || ktap_skip_all "not root"
	for module in vcan cellar_can; do
		[ -d /sys/module/$module ] || modprobe -q $module ||
			ktap_skip_all "no module $module"
	done
	[ -d $cellar_configfs ] || mount -t configfs none /sys/kernel/config
	[ -d $cellar_configfs ] || ktap_skip_all "no configfs"

	can_feed=$(helper can_feed)
	test_setup
}

# test_setup: state and clean-up alone, for tests without CAN
test_setup()
{
	bus_state=$(mktemp -d)
	mkfifo "$bus_state/clock"
	exec {bus_clock}<>"$bus_state/clock"
	trap bus_cleanup EXIT
	trap 'exit 130' INT TERM
	log_mark
}

# A child that is killed before it runs its program still has our traps.
bus_cleanup()
{
	local name

	[ "$BASHPID" = $$ ] || return
	for name in "${!bus_jobs[@]}"; do
		background_stop "$name"
	done
	[ ${#bus_names[@]} = 0 ] ||
		rmdir "${bus_names[@]/#/$cellar_configfs/}" 2>/dev/null
	[ ${#bus_interfaces[@]} = 0 ] ||
		printf 'link del dev %s\n' "${bus_interfaces[@]}" |
			ip -force -batch - 2>/dev/null
	rm -rf "$bus_state"
}

# interface_add NAME...: virtual CAN interfaces, up; names are one test's own
interface_add()
{
	local name

	bus_interfaces+=("$@")
	for name; do
		printf 'link add dev %s type vcan\nlink set dev %s up\n' "$name" "$name"
	done | ip -batch -
}

# bus_add NAME INTERFACE [FILE=VALUE]...: an enabled bus; $supply is the name of
# what it says of the whole system, $packs how those of its packs begin
bus_add()
{
	local bus=$cellar_configfs/$1 setting

	bus_names+=("$1")
	mkdir "$bus" && echo "$2" >"$bus/interface" || return
	for setting in "${@:3}"; do
		echo "${setting#*=}" >"$bus/${setting%%=*}" || return
	done
	echo 1 >"$bus/enable" || return
	get "$bus/supply"
	supply=$value
	packs=$value-
}

# bus_remove NAME
bus_remove()
{
	rmdir "$cellar_configfs/$1"
}

# nap SECONDS: sleep, without a process
nap()
{
	local nothing

	read -r -t "$1" -u "$bus_clock" nothing || return 0
}

# now_ms: $now is a time that only grows, in milliseconds
now_ms()
{
	local uptime

	read -r uptime _ </proc/uptime
	now=$((10#${uptime/./} * 10))
}

# get FILE: $value is its first line, or the name of the error
get()
{
	local error

	value=
	IFS= read -r value 2>"$bus_state/error" <"$1" && return
	IFS= read -r error <"$bus_state/error"
	case $error in
	*"No data available") value=ENODATA ;;
	*"No such device") value=ENODEV ;;
	*"No such file or directory") value=ENOENT ;;
	*"Invalid argument") value=EINVAL ;;
	?*) value=$error ;;
	esac
	return 1
}

# property SUPPLY NAME: $value of a property or, as cellar/NAME, of an attribute
property()
{
	get "$cellar_class/$1/$2"
}

# expect_property SUPPLY NAME WANTED: a value, or the name of an error
expect_property()
{
	property "$1" "$2"
	expect_equal "$1 $2" "$value" "$3"
}

# wait_until SECONDS COMMAND [ARGUMENT]...: until it succeeds; looks every $wait_step
wait_until()
{
	local now end

	now_ms
	end=$((now + $1 * 1000))
	until "${@:2}"; do
		now_ms
		((now < end)) || return 1
		nap "$wait_step"
	done
	return 0
}

file_says()
{
	get "$1"
	[ "$value" = "$2" ]
}

# wait_for FILE VALUE SECONDS: until its first line, or its error, is VALUE
wait_for()
{
	wait_until "$3" file_says "$1" "$2" && return
	fail "${1#"$cellar_class"/}: still \"$value\" after $3 s, wanted \"$2\""
}

# wait_for_property SUPPLY NAME VALUE SECONDS
wait_for_property()
{
	wait_for "$cellar_class/$1/$2" "$3" "$4"
}

# supplies PREFIX: $found are the supplies whose names begin so
supplies()
{
	local path

	found=()
	for path in "$cellar_class/$1"*; do
		[ ! -e "$path" ] || found+=("${path##*/}")
	done
}

# background NAME COMMAND [ARGUMENT]...: until background_stop NAME, or the same
# name again; $bus_state/NAME.out is what it prints. Returns when it has printed its
# first line: before that, a signal would find a copy of this test.
background()
{
	local name=$1

	shift
	background_stop "$name"
	rm -f "$bus_state/$name.out"
	"$@" >"$bus_state/$name.out" &
	bus_jobs[$name]=$!
	wait_until 20 has_begun "$name" || fail "$1 does not begin: $*"
}

has_begun()
{
	get "$bus_state/$1.out" && return
	nap 0.01
	return 1
}

background_wait()
{
	[ -n "${bus_jobs[$1]-}" ] || return 0
	wait "${bus_jobs[$1]}"
	unset "bus_jobs[$1]"
}

background_stop()
{
	[ -n "${bus_jobs[$1]-}" ] || return 0
	kill "${bus_jobs[$1]}" 2>/dev/null
	background_wait "$1"
}

# supplies_of SUPPLY: $found is it, and its packs
supplies_of()
{
	local path

	found=()
	for path in "$cellar_class/$1" "$cellar_class/$1-"*; do
		[ ! -e "$path" ] || found+=("${path##*/}")
	done
}

# feed NAME ARGUMENT...: can_feed in the background, until feed_stop NAME
feed()
{
	background "$1" "$can_feed" "${@:2}"
}

# feed_wait NAME: until it has sent all; $sent is how many frames that were
feed_wait()
{
	sent=
	[ -n "${bus_jobs[$1]-}" ] || return 0
	background_wait "$1"
	{ read -r _; read -r _ sent; } <"$bus_state/$1.out"
}

# feed_stop NAME: $sent as for feed_wait; nothing if there is no such feed
feed_stop()
{
	[ -z "${bus_jobs[$1]-}" ] || kill "${bus_jobs[$1]}" 2>/dev/null
	feed_wait "$1"
}

# send INTERFACE FRAME...: once, and wait until they are sent
send()
{
	"$can_feed" "$@" >/dev/null
}

# log_mark: the kernel log of this test begins here
log_mark()
{
	bus_mark="kselftest $$ $RANDOM"
	echo "$bus_mark" >/dev/kmsg
}

# log_read: $log is the kernel log since log_mark
log_read()
{
	local i

	mapfile -t log < <(dmesg)
	for ((i = ${#log[@]} - 1; i >= 0; i--)); do
		[[ ${log[i]} != *"$bus_mark" ]] || break
	done
	log=("${log[@]:i + 1}")
}

# log_count PATTERN: $count lines since log_mark match the extended expression
log_count()
{
	local line

	log_read
	count=0
	for line in "${log[@]}"; do
		[[ ! $line =~ $1 ]] || count=$((count + 1))
	done
}

# expect_log WANTED PATTERN: so many lines since log_mark match
expect_log()
{
	log_count "$2"
	expect_equal "kernel log lines \"$2\"" "$count" "$1"
}

# bus_log_count BUS PATTERN: $count lines of $log that speak of this bus match;
# log_read comes first
bus_log_count()
{
	local line device="no such device"

	count=0
	for line in "${log[@]}"; do
		[[ $line =~ (cellar-can\.[0-9]+:\ ) ]] || continue
		[[ $line != *" as $1" ]] || device=${BASH_REMATCH[1]}
		[[ $line != *"$device"* || ! $line =~ $2 ]] || count=$((count + 1))
	done
}

# expect_bus_log BUS WANTED PATTERN
expect_bus_log()
{
	bus_log_count "$1" "$3"
	expect_equal "kernel log lines of $1 \"$3\"" "$count" "$2"
}
