#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modbus lines over a reload: only the one that has changed begins anew, and an inverter that
# is no longer steered is as it was before. And a meter at the grid that is the wrong way
# round is said to be.
# usage: test_lines.sh FOLDER with cellard, cellarctl and cellar-sim

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_lines.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/devices.sh
. tests/integration/devices.sh

# events CODE SUBJECT: how many there were
events()
{
	"$programs/cellarctl" --json events 2>>"$dir/ctl.log" |
		jq -s "[.[] | select(.[2] == \"$1\" and .[3] == \"$2\")] | length"
}

# happened N CODE SUBJECT: so often
happened()
{
	[ "$(events "$2" "$3")" = "$1" ]
}

# wrote HEX N: that has been written to the inverter so often
wrote()
{
	[ "$(grep -c " 1 $1 answered" "$dir/wire.log")" = "$2" ]
}

# control_is WORD: of the inverter
control_is()
{
	[ "$("$programs/cellarctl" --json hybrids 2>>"$dir/ctl.log" |
		jq -r '."/org/cellar1/hybrid/roof".Control')" = "$1" ]
}

# feed_in_is JQ: of the inverter's own limit
feed_in_is()
{
	[ "$("$programs/cellarctl" --json hybrids 2>>"$dir/ctl.log" |
		jq -r '."/org/cellar1/hybrid/roof".FeedIn | "\(.State) \(.Power)"')" = "$1" ]
}

# eps_is WORD: of the one before G3
eps_is()
{
	[ "$("$programs/cellarctl" --json hybrids 2>>"$dir/ctl.log" |
		jq -r '."/org/cellar1/hybrid/shed".EPS')" = "$1" ]
}

# configure PERIOD CONTROL [KEY=VALUE]...: these of the inverter, too
configure()
{
	cat >"$dir/cellard.conf" <<-END
	[line net]
	host = 127.0.0.1
	port = $(port_of net)

	[line wire]
	device = $dir/tty

	[meter grid]
	line = net
	address = 1
	kind = dtsu666
	period_ms = $1
	timeout_ms = 5000

	[inverter roof]
	line = wire
	address = 1
	map = sofar-g3
	rated_w = 5000
	battery_w = 3000
	timeout_ms = 5000
	$(printf '%s\n' "${@:3}")

	[inverter shed]
	line = wire
	address = 2
	map = sofar-hyd-es
	rated_w = 3000
	timeout_ms = 5000

	[site]
	plant = free
	phases = 1
	feed_in_w = 5000
	exchange = meter
	production = inverter
	control = $2
	END
}

devices net --tcp 0 --device dtsu666@1
tell net power 1 -3000
devices wire --pty "$dir/tty" --device sofar-g3@1 --device sofar-hyd-es@2
soon 20 test -s "$dir/net.out" && soon 20 test -e "$dir/tty"
verdict $? "a meter on TCP and an inverter on a serial line"
configure 200 set-points
bus_up
cellard_up || exit
verdict $? "cellard starts"
soon 60 wrote 1011100001020003 1
verdict $? "the inverter is put into passive mode"
soon 120 happened 1 meter-looks-reversed grid
# row: inverter.md "Metering" looks reversed
verdict $? "a house that feeds in without sun and battery: its meter looks reversed, and is said to"
[ "$("$programs/cellarctl" --json meters | jq '."/org/cellar1/meter/grid".Reading.Power > 0')" = true ]
verdict $? "but is not turned round"

configure 300 set-points
kill -HUP "${daemons[cellard]}"
soon 60 happened 2 line-open net
verdict $? "a meter that is asked less often has its line begin anew"
happened 1 line-open wire && wrote 1011100001020003 1 && wrote 1011100001020000 0
verdict $? "the other line goes on, and its inverter hears nothing of it"

configure 300 limits
kill -HUP "${daemons[cellard]}"
soon 60 wrote 1011100001020000 1
verdict $? "an inverter that is no longer steered is in the mode that it was in"
soon 60 happened 2 line-open wire && happened 2 line-open net
verdict $? "and only its line begins anew"
soon 60 control_is not-steered
verdict $? "it is only read from then on"

[ "$(grep -c " 1 1010" "$dir/wire.log")" = 0 ]
verdict $? "nothing that it keeps has been written"
configure 300 limits keep_feed_in_limit=yes
kill -HUP "${daemons[cellard]}"
soon 60 wrote 10102300020400010032 1
soon 60 feed_in_is "kept 5000"
verdict $? "an inverter that is asked to keeps the limit of feed-in itself"
"$programs/cellarctl" feed-in 2250 2>>"$dir/ctl.log" && soon 60 wrote 10102300020400010016 1
soon 60 feed_in_is "kept 2200"
verdict $? "less is told at once, in whole steps"
"$programs/cellarctl" feed-in 4000 2>>"$dir/ctl.log" && soon 20 feed_in_is "waits 2200"
verdict $? "more waits"
"$programs/cellarctl" feed-in none 2>"$dir/none.log"
[ $? = 1 ] && grep -q "keep_feed_in_limit must go" "$dir/none.log"
verdict $? "no limit at all is refused, and why"

"$programs/cellarctl" eps shed off 2>>"$dir/ctl.log" && soon 60 eps_is off
verdict $? "an inverter before G3 is told to have no EPS output"
"$programs/cellarctl" eps shed on 2>>"$dir/ctl.log" && soon 60 eps_is on &&
	[ "$(grep -cE " 2 410000000100(AA|55) answered" "$dir/wire.log")" = 2 ]
verdict $? "and to have one, once each"
"$programs/cellarctl" eps roof on 2>"$dir/eps.log"
[ $? = 1 ] && grep -q "must be set on its own screen" "$dir/eps.log"
verdict $? "a G3 is not, and why"
cellard_down
verdict $? "it ends"
[ "$(grep -c " 1 101023" "$dir/wire.log")" = 2 ]
verdict $? "and leaves it as it is"
plan
