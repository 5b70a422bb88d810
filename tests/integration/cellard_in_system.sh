#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellard as `make install` leaves it, in a system with systemd, the system bus and polkit:
# its unit, its sandbox, its watchdog, and who may change something. Needs a machine with
# --systemd.
# shellcheck disable=SC2086,SC2317 # names without blanks; cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"

top=$(realpath "$here/../..")
programs=$top/build
unit=cellard.service
bus_module=cellar-can

# What `make install` does, from what has been built.
install_all()
{
	install -m 755 "$programs"/{cellard,cellarctl} /usr/local/bin/
	install -D -m 644 "$top/userspace/cellard/cellard.service" \
		/usr/local/lib/systemd/system/cellard.service
	install -D -m 644 "$top/dbus/org.cellar1.conf" \
		/usr/share/dbus-1/system.d/org.cellar1.conf
	install -D -m 644 "$top/dbus/org.cellar1.service" \
		/usr/local/share/dbus-1/system-services/org.cellar1.service
	install -D -m 644 "$top/dbus/org.cellar1.policy" \
		/usr/share/polkit-1/actions/org.cellar1.policy
	install -D -m 644 "$top/dbus/60-org.cellar1.rules" \
		/usr/share/polkit-1/rules.d/60-org.cellar1.rules
	systemd-sysusers "$top/dbus/cellar.conf"
	useradd --groups cellar-owner olive
	useradd --groups cellar-admin anna
	useradd bob
	systemctl daemon-reload
	busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
}

manager_state()
{
	[ "$(busctl get-property org.cellar1 /org/cellar1 org.cellar1.Manager State)" = \
		"s \"$1\"" ]
}

unit_says()
{
	systemctl show --value --property "$1" $unit
}

as()
{
	runuser -u "$1" -- "${@:2}"
}

# status_of USER ARGUMENT...: exit status of cellarctl
status_of()
{
	as "$1" cellarctl "${@:2}" >"$bus_state/out" 2>&1
	status=$?
	[ $status = 0 ] || note "$1: $(head -n 1 "$bus_state/out")"
}

starts_without_battery_or_module()
{
	expect_not "the module is there" test -e "/sys/module/${bus_module//-/_}"
	expect "systemctl start" systemctl start $unit
	expect_equal "state of the unit" "$(systemctl is-active $unit)" active
	expect "waits for a battery" manager_state waiting
	expect_equal "runs as" "$(ps -o user= -p "$(unit_says MainPID)")" cellar
	expect_equal "capabilities" "$(sed -n 's/^CapEff:\t0*//p' \
		"/proc/$(unit_says MainPID)/status")" ""
}

is_started_by_the_bus()
{
	systemctl stop $unit
	expect "cellarctl" cellarctl status
	expect_equal "state of the unit" "$(systemctl is-active $unit)" active
}

finds_supplies_when_the_module_comes()
{
	modprobe "$bus_module" || ktap_bail "no $bus_module"
	interface_add vcan80
	bus_add cellard vcan80 model=lesso,lsrr51v100ah
	"$programs/cellar-sim" run --interface vcan80 --dialect deye --packs 2 --seed 1 \
		--model lesso,lsrr51v100ah >/dev/null &
	bus_jobs[sim]=$!
	expect "runs" wait_until 60 manager_state running
	expect_equal "supplies" "$(cellarctl --json packs |
		jq '[.[] | select(.Role == "pack")] | length')" 2
}

administrators_may_and_others_may_not()
{
	local pack=$supply-01

	systemctl start polkit
	status_of bob status
	expect_equal "anybody reads" $status 0
	status_of bob pack "$pack" out
	expect_equal "anybody takes a pack out" $status 4
	status_of nobody limit "$supply" 1 1
	expect_equal "nobody lowers limits" $status 4
	status_of anna pack "$pack" out
	expect_equal "an administrator takes a pack out" $status 0
	status_of olive pack "$pack" in
	expect_equal "the owner takes it in again" $status 0
	status_of anna limit "$supply" 50 50
	expect_equal "an administrator lowers limits" $status 0
	status_of anna limit "$supply" off
	expect_equal "and takes that back" $status 0
	status_of bob reload
	expect_equal "anybody reloads" $status 4
	status_of anna reload
	expect_equal "an administrator reloads" $status 0
	expect "root may" cellarctl full-charge "$supply" off
}

# may USER ACTION: polkit says so of a process of that user
may()
{
	local process

	setpriv --reuid "$1" --regid "$1" --init-groups sleep 60 &
	process=$!
	wait_until 5 runs_as "$1" "$process"
	pkcheck --action-id "org.cellar1.$2" --process "$process" 2>/dev/null
	status=$?
	kill "$process"
	return $status
}

runs_as()
{
	[ "$(ps -o user= -p "$2")" = "$1" ]
}

only_the_owner_chooses_administrators()
{
	local action

	for action in change-power add-devices change-strategy manage-outputs control-battery; do
		expect "owner: $action" may olive $action
		expect "administrator: $action" may anna $action
		expect_not "anybody: $action" may bob $action
	done
	expect "owner: choose-administrators" may olive choose-administrators
	expect_not "administrator: choose-administrators" may anna choose-administrators
}

without_polkit_only_root_may()
{
	systemctl mask --runtime --now polkit
	status_of anna limit "$supply" off
	expect_equal "an administrator without polkit" $status 4
	expect "root" cellarctl limit "$supply" off
	systemctl unmask --runtime polkit
}

drives_an_inverter_from_its_sandbox()
{
	interface_add vcan81
	mkdir -p /etc/cellar
	printf '[inverter garage]\ninterface = vcan81\nprotocol = victron\n' \
		>/etc/cellar/cellard.conf
	candump -L vcan81,351:7FF >"$bus_state/candump.out" &
	bus_jobs[candump]=$!
	expect "reload" systemctl reload $unit
	wait_until 30 grep -q 351# "$bus_state/candump.out" ||
		fail "no 0x351: $(cellarctl events | tail -n 2)"
	expect_equal "restarts" "$(unit_says NRestarts)" 0
	background_stop candump
}

# The state folder is its own, and what people decide is in it.
keeps_what_is_decided()
{
	expect "out" cellarctl pack "$supply-01" out
	wait_until 10 grep -q "$supply\|out" /var/lib/cellar/cellard.state ||
		fail "nothing in /var/lib/cellar"
	expect_equal "whose it is" "$(stat -c %U:%a /var/lib/cellar)" cellar:700
	systemctl restart $unit
	wait_until 20 pack_state "$supply-01" suspended || fail "forgotten: $(cellarctl packs)"
	expect "in" cellarctl pack "$supply-01" in
}

pack_state()
{
	cellarctl packs | grep -q "^$1 .*$2"
}

# 3 s: to see it in a test
a_hang_is_ended_by_the_watchdog()
{
	local first restarts

	mkdir -p /run/systemd/system/$unit.d
	printf '[Service]\nWatchdogSec=3\n' >/run/systemd/system/$unit.d/test.conf
	systemctl daemon-reload
	systemctl restart $unit
	first=$(unit_says MainPID)
	restarts=$(unit_says NRestarts)
	kill -STOP "$first"
	wait_until 30 restarted_from "$first" || fail "still $first: $(unit_says SubState)"
	expect_equal "restarts" "$(unit_says NRestarts)" $((restarts + 1))
	expect "answers" wait_until 20 cellarctl status >/dev/null
}

restarted_from()
{
	local pid

	pid=$(unit_says MainPID)
	[ "$pid" != 0 ] && [ "$pid" != "$1" ] && [ "$(systemctl is-active $unit)" = active ]
}

the_bus_may_be_restarted()
{
	local first

	first=$(unit_says MainPID)
	systemctl restart dbus.service
	wait_until 30 cellarctl status >/dev/null || fail "not back on the bus"
	expect_equal "process" "$(unit_says MainPID)" "$first"
	expect_match "events" "$(cellarctl events)" "bus-back"
}

is_hardened()
{
	local score

	score=$(systemd-analyze security --no-pager $unit | sed -n 's/^→.*: \([0-9.]*\) .*/\1/p')
	note "systemd-analyze security: $score"
	expect "systemd-analyze security" systemd-analyze security --no-pager --threshold=15 \
		$unit >/dev/null
}

ends_when_it_is_told()
{
	expect "systemctl stop" systemctl stop $unit
	expect_equal "result" "$(unit_says Result)" success
}

[ -d /run/systemd/system ] || ktap_skip_all "no systemd: --systemd"
bus_setup
rmmod cellar_can cellar 2>/dev/null
install_all >"$bus_state/install.log" 2>&1

ktap_main starts_without_battery_or_module is_started_by_the_bus \
	finds_supplies_when_the_module_comes administrators_may_and_others_may_not \
	only_the_owner_chooses_administrators without_polkit_only_root_may \
	drives_an_inverter_from_its_sandbox keeps_what_is_decided \
	a_hang_is_ended_by_the_watchdog the_bus_may_be_restarted is_hardened \
	ends_when_it_is_told
