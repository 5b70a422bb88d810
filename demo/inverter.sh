# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The part of the demo with cellard: four packs on vcan0 are one battery for an inverter
# on vcan2, and one of them is pulled. Each step is shown, and checked. demo/guest, which
# sources this, has $supplies, say, show and wait_for.
# shellcheck disable=SC2034,SC2154 # daemon is for demo/house.sh; supplies

house=/run/cellar
heard=$house/heard

# expect WORDS COMMAND...: it succeeds, or the demo ends
expect()
{
	"${@:2}" && return
	echo "demo: not as it should be: $1" >&2
	tail -n 5 "$house/cellard.log" >&2
	exit 1
}

# soon SECONDS COMMAND...: it succeeds within so long
soon()
{
	local end=$((SECONDS + $1))

	until "${@:2}"; do
		[ $SECONDS -lt "$end" ] || return 1
		sleep 0.2
	done
}

# cluster FILTER: what jq makes of the properties of the cluster is true
cluster()
{
	build/cellarctl --json status 2>>"$house/cellard.log" |
		jq -e ".\"/org/cellar1/cluster/roof\" | $1" >/dev/null
}

# pack_is NUMBER WORDS: so says cellarctl of its state, and why
pack_is()
{
	build/cellarctl packs | grep -qE "^cellar0-0$1 .* $2"
}

# inverter_is WORDS: so says cellarctl of it
inverter_is()
{
	build/cellarctl inverters | grep -qE "^  $1\$"
}

four_packs_are_checked()
{
	[ "$(build/cellarctl packs 2>>$house/cellard.log | grep -c 'cellar0-0.* checking ')" = 4 ]
}

# Nothing is left of what the bus said before.
house_up()
{
	local address bus=/sys/kernel/config/cellar/roof

	mkdir -p $house
	cat >$house/cellard.conf <<-CONF
	[cluster roof]
	buses = cellar0

	[inverter house]
	interface = vcan2
	protocol = victron
	CONF
	echo 0 >$bus/enable
	echo 1 >$bus/enable
	ip link add dev vcan2 type vcan
	ip link set vcan2 up
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$house/bus
	dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --fork --nopidfile
	show cat $house/cellard.conf
	build/cellar-sim run --interface vcan0 --dialect deye --packs 4 --seed 1 \
		--model lesso,lsrr51v100ah --script demo/pulled.script \
		--inverter-on vcan2:victron --inverter-log $heard >/dev/null &
	battery=$!
	for address in 01 02 03 04; do
		wait_for "$supplies/cellar0-$address" 60
	done
	printf '$ cellard --config %s/cellard.conf &\n' $house
	build/cellard --config $house/cellard.conf --state $house 2>$house/cellard.log &
	daemon=$!
	expect "cellard finds four packs" soon 20 four_packs_are_checked
}

# second_by_second FROM TO: what the inverter hears in these seconds of the battery, as they
# pass. Currents, in mA: $told_before and, from $told_ms after the pack was pulled on, at
# most $told_after; $allowed is what the packs then allowed.
second_by_second()
{
	local row="%6s %14s %15s %16s %14s  %s\n" header values first_ms ms next=$1 i second what
	local pulled_ms=
	local -A of

	told_before=
	told_ms=
	told_after=0
	allowed=
	# shellcheck disable=SC2059 # a format
	printf "$row" second "packs allow, A" "inverter told, A" "it takes, A" "busiest pack" ""
	{
		IFS=, read -r -a header
		while IFS=, read -r -a values; do
			for i in "${!header[@]}"; do
				of[${header[i]}]=${values[i]}
			done
			: "${first_ms=${of[time_ms]}}"
			ms=$((of[time_ms] - first_ms))
			second=$(((ms + 500) / 1000))
			((second <= $2)) || break
			what=
			if [ -z "$pulled_ms" ] && ((of[allowed_charge_ma] < ${allowed:-0})); then
				pulled_ms=$ms
				next=0
				what="<-- pack 2 is pulled"
			fi
			allowed=${of[allowed_charge_ma]}
			if [ -z "$pulled_ms" ]; then
				told_before=${of[ccl_ma]}
			elif [ -z "$told_ms" ] && ((of[ccl_ma] <= allowed)); then
				told_ms=$((ms - pulled_ms))
			fi
			[ -z "$told_ms" ] || ((of[ccl_ma] <= told_after)) ||
				told_after=${of[ccl_ma]}
			((ms >= next * 1000)) || continue
			next=$((second + 1))
			# shellcheck disable=SC2059 # a format
			printf "$row" $second $((allowed / 1000)) \
				"$(amperes "${of[ccl_ma]}")" "$(amperes "${of[own_ma]}")" \
				"$((of[worst_permille] / 10)) %" "$what"
		done
	} < <(tail -n +1 -f --pid="$battery" $heard)
}

amperes()
{
	printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100))
}

# until_second N: of the battery, by what the inverter's log has last
until_second()
{
	local begin now

	IFS=, read -r begin _ < <(sed -n 2p $heard)
	while IFS=, read -r now _; do
		((now - begin < $1 * 1000)) || break
	done < <(tail -n 1 -f --pid="$battery" $heard)
}

four_packs_and_an_inverter()
{
	say "The same four packs, now one battery for an inverter: cellard speaks to it on vcan2"
	house_up
	say "Nobody trusts a pack at first sight: fresh data for 5 s, then it is in"
	show build/cellarctl packs
	expect "four packs are in" soon 30 cluster '.Members | length == 4'
	expect "200 A" soon 40 cluster '.Limits.DischargeCurrent[0] == 200'
	expect "the inverter is told so" soon 5 inverter_is 'discharge current +200\.0 A'
	say "50 A x 4, reached slowly; each limit has the term that decides it"
	show build/cellarctl
	show build/cellarctl limits
	expect "by bms" cluster '.Limits.DischargeCurrent[1] == "bms"'
	say "What the inverter was told, and whether it keeps to that"
	show build/cellarctl inverters
	expect "the inverter obeys" inverter_is 'it +obeys'
}

a_pack_is_pulled()
{
	say "The sun comes out: 160 A. No four packs share evenly: when one is ahead, less is allowed"
	say "Then somebody pulls pack 2. Second by second:"
	second_by_second 28 42
	expect "told more than three packs may take" [ "${told_before:-0}" -gt 150000 ]
	expect "three packs allow 150 A" [ "$allowed" = 150000 ]
	expect "told of it in time" [ "${told_ms:-9999}" -le 3000 ]
	expect "told no more than three packs may take" [ "$told_after" -le "$allowed" ]
	expect "the others carry on" [ "$told_after" -gt 100000 ]
	say "The inverter was told within $((told_ms + 1)) ms. Three packs carry on"
	show build/cellarctl
	show build/cellarctl packs
	expect "pack 2 is silent" pack_is 2 'suspended .*silent'
	expect "three packs are in" cluster '.Members | length == 3'
	expect "at most 150 A" cluster '[.Limits | .ChargeCurrent, .DischargeCurrent | .[0] |
		. > 100 and . <= 150] | all'
}

the_pack_comes_back()
{
	say "Its cable is in again. It must give fresh data for a minute before it counts"
	until_second 48
	show build/cellarctl packs
	expect "pack 2 is checked" pack_is 2 'checking .*fresh data for 60 s'
	expect "three packs are in" cluster '.Members | length == 3'
	expect "still at most 150 A" cluster '.Limits.ChargeCurrent[0] <= 150'
	say "What has happened"
	show build/cellarctl events
	say "Was the inverter ever told more than the packs allowed? Every frame that it heard:"
	expect "never more than allowed" awk -v window=3500 -v least=20 \
		-f tests/integration/inverter_verdict.awk $heard
}
