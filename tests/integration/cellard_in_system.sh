#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellard as `make install` leaves it, in a system with systemd, the system bus and polkit:
# its unit, its sandbox, its watchdog, and who may change something. Needs a machine with
# --systemd and --serial-pair.
# shellcheck disable=SC2086,SC2317 # names without blanks; cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/kselftest/rack.sh
. "$here/../kselftest/rack.sh"

top=$(realpath "$here/../..")
programs=$top/build
unit=cellard.service
bus_module=cellar-can

# What `make install` does, from what has been built.
install_all()
{
	install -m 755 "$programs"/{cellard,cellar-history,cellarctl} /usr/local/bin/
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
	useradd carol
	useradd dave
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

meter_is()
{
	[ "$(cellarctl --json meters | jq -r '."/org/cellar1/meter/grid".State')" = "$1" ]
}

line_is_lost()
{
	cellarctl events | grep "line-lost" | tee -a "$bus_state/lost" | grep -q net
}

contact_is()
{
	[ "$(cellarctl --json contacts | jq -r '."/org/cellar1/contact/charge_enable".State')" = "$1" ]
}

# The network is another file than the unit. This kernel has no GPIO chip: that is a known
# state.
reads_a_meter_over_tcp()
{
	local drop_in=/etc/systemd/system/$unit.d

	"$programs/cellar-sim" modbus --tcp 0 --device dtsu666@1 >"$bus_state/modbus" &
	bus_jobs[modbus]=$!
	wait_until 20 test -s "$bus_state/modbus" || fail "no simulated meter"
	mkdir -p /etc/cellar
	cat >/etc/cellar/cellard.conf <<-END
	[line net]
	host = 127.0.0.1
	port = $(sed 's/.*://' "$bus_state/modbus")
	[meter grid]
	line = net
	address = 1
	kind = dtsu666
	timeout_ms = 5000
	[contacts]
	charge_enable = gpiochip0:1
	END
	systemctl restart $unit
	expect "there is no network without it" wait_until 20 line_is_lost
	note "$(tail -n 1 "$bus_state/lost")"
	install -D -m 644 -t "$drop_in" "$top/userspace/cellard/cellard-network.conf"
	systemctl daemon-reload
	systemctl restart $unit
	expect "the meter says what it measures" wait_until 60 meter_is well
	expect "the contact is gone" wait_until 20 contact_is gone
	kill "${bus_jobs[modbus]}"
	rm -r /etc/cellar/cellard.conf "$drop_in"
	systemctl daemon-reload
	systemctl restart $unit
}

# A UART of QEMU's, whose other end has the meter: the unit as it is may open it.
reads_a_meter_over_a_serial_port()
{
	serial_at 0000:00:12.0 || fail "no UART on the other end: --serial-pair" || return
	"$programs/cellar-sim" modbus --tty "/dev/$tty" --baud 9600 --device dtsu666@1 \
		>"$bus_state/modbus" 2>&1 &
	bus_jobs[modbus]=$!
	mkdir -p /etc/cellar
	cat >/etc/cellar/cellard.conf <<-END
	[line wire]
	device = /dev/ttyS1
	[meter grid]
	line = wire
	address = 1
	kind = dtsu666
	timeout_ms = 5000
	END
	udevadm settle
	note "$(stat -c '%n is of %U and %G, %A' /dev/ttyS1)"
	systemctl restart $unit
	expect "the meter says what it measures" wait_until 60 meter_is well
	note "$(cellarctl events | tail -n 1)"
	expect_equal "runs as" "$(ps -o user= -p "$(unit_says MainPID)")" cellar
	background_stop modbus
	expect "and nothing when it is gone" wait_until 60 meter_is silent
	rm /etc/cellar/cellard.conf
	systemctl restart $unit
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

site()
{
	busctl --json=short get-property org.cellar1 /org/cellar1/site org.cellar1.Site "$1" |
		jq -c .data
}

site_is()
{
	[ "$(site "$1")" = "$2" ]
}

# The owner and administrators are users, nobody of a group.
# row: ems.md "Roles" first account
a_plant_is_claimed_once()
{
	printf '[site]\nplant = free\nexchange = meter\n[charger box]\n[output pump]\nnumber = 1\n' \
		>>/etc/cellar/cellard.conf
	expect "reload" systemctl reload $unit
	wait_until 10 site_is Configured true || fail "no house: $(cellarctl events)"
	status_of bob claim
	expect_equal "who is not here and no administrator" $status 4
	status_of anna claim
	expect_equal "of the group of administrators" $status 4
	expect "root, for a user" cellarctl claim carol
	expect_equal "owner" "$(site Owner)" '"carol"'
	status_of bob claim
	expect_equal "another claims" $status 4
	status_of olive claim
	expect_equal "one of the group of owners claims" $status 4
	status_of carol claim
	expect_equal "the owner claims again" $status 1
	expect_not "root claims" cellarctl claim dave
	expect_equal "owner" "$(site Owner)" '"carol"'
}

# row: ems.md "Roles" choose administrators
# row: ems.md "Roles" change plant power
# row: ems.md "Roles" add devices
# row: ems.md "Roles" change the charging strategy
# row: ems.md "Roles" dry-contact logic
# row: ems.md "Roles" watch
# row: ems.md "Plant" set by the owner
# row: inverter.md "Reading the plant" advanced settings
each_role_may_what_it_may()
{
	local words

	status_of carol administrators add dave
	expect_equal "the owner chooses an administrator" $status 0
	status_of dave administrators add bob
	expect_equal "an administrator chooses" $status 4
	status_of olive administrators add bob
	expect_equal "one of the group of owners chooses" $status 4
	for words in "contract 3000" "feed-in 0" "rule 1 power_w=500" "rules on" "output pump on" \
		"strategy box fast" reload "reset site"; do
		status_of bob $words
		expect_equal "user: $words" $status 4
		status_of dave $words
		expect_equal "administrator: $words" $status 0
		[ "$words" != "reset site" ] || status_of dave contract 3000
		status_of carol $words
		expect_equal "owner: $words" $status 0
	done
	status_of anna contract 3500
	expect_equal "the group of administrators, by polkit" $status 0
	status_of bob site
	expect_equal "anybody looks" $status 0
	systemctl restart $unit
	wait_until 20 site_is Owner '"carol"' || fail "forgotten: $(site Owner)"
	expect_equal "administrators" "$(site Administrators)" '["dave"]'
	status_of carol administrators remove dave
	expect_equal "the owner chooses again" $status 0
	status_of dave contract 2000
	expect_equal "no administrator any more" $status 4
	expect_equal "contract" "$(site Contract | jq .Power.data)" 3500
}

# The longest time between two frames, in ms, and how many there were
gaps_of()
{
	awk '{ t = substr($1, 2) * 1000; if (n++ && t - was > gap) gap = t - was; was = t }
		END { printf "%d %d\n", gap, n }' "$1"
}

a_dialog_left_open_delays_nothing()
{
	local caller gap frames

	# pkttyagent asks on the terminal of whoever calls, and nobody answers
	mkfifo "$bus_state/nobody"
	as bob script -qec 'pkttyagent --process $$ & sleep 3; exec cellarctl contract 9000' \
		/dev/null <>"$bus_state/nobody" >"$bus_state/dialog" 2>&1 &
	caller=$!
	wait_until 60 grep -q 'AUTHENTICATING FOR org.cellar1.change-power' "$bus_state/dialog" ||
		fail "no dialog: $(cat "$bus_state/dialog")"
	candump -L vcan81,351:7FF >"$bus_state/paced.out" &
	bus_jobs[candump]=$!
	sleep 60
	background_stop candump
	expect "the dialog is still open" kill -0 $caller
	read -r gap frames < <(gaps_of "$bus_state/paced.out")
	note "$frames frames, at most $gap ms apart"
	expect "frames" test "$frames" -ge 30
	expect "none late" test "$gap" -le 2000
	expect_equal "contract" "$(site Contract | jq .Power.data)" 3500
	pkill -P $caller 2>/dev/null
	kill $caller 2>/dev/null
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
	reads_a_meter_over_tcp reads_a_meter_over_a_serial_port \
	finds_supplies_when_the_module_comes administrators_may_and_others_may_not \
	only_the_owner_chooses_administrators without_polkit_only_root_may \
	drives_an_inverter_from_its_sandbox keeps_what_is_decided a_plant_is_claimed_once \
	each_role_may_what_it_may a_dialog_left_open_delays_nothing \
	a_hang_is_ended_by_the_watchdog the_bus_may_be_restarted is_hardened \
	ends_when_it_is_told
