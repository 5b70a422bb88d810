#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The house in cellard: measured by the method Feed, set by cellarctl, kept over a restart.
# usage: test_house.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_house.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

ctl()
{
	"$programs/cellarctl" "$@" 2>"$dir/refusal"
}

# feed TYPE-AND-VALUES...: what has been measured
feed()
{
	on_bus call org.cellar1 /org/cellar1/site org.cellar1.Site Feed 'a{sv}' "$@" >/dev/null
}

# fed_until SECONDS FEED COMMAND...: as soon, while FEED goes on
fed_until()
{
	local end=$((SECONDS + $1))

	until "$2" && "${@:3}"; do
		[ $SECONDS -lt "$end" ] || return 1
		sleep 0.1
	done
}

# site FILTER: what jq makes of the site; charger, output: of those called garage and pump
site()
{
	ctl --json site | jq -c ".\"/org/cellar1/site\" | $1"
}

charger()
{
	ctl --json chargers | jq -c ".\"/org/cellar1/charger/garage\" | $1"
}

output()
{
	ctl --json outputs | jq -c ".\"/org/cellar1/output/pump\" | $1"
}

# site_is FILTER VALUE, and so on
site_is()
{
	[ "$(site "$1")" = "$2" ]
}

charger_is()
{
	[ "$(charger "$1")" = "$2" ]
}

output_is()
{
	[ "$(output "$1")" = "$2" ]
}

# refused WORDS COMMAND...: it fails, with 1, and says so
refused()
{
	ctl "${@:2}"
	[ $? = 1 ] && grep -q -e "$1" "$dir/refusal" && return
	cat "$dir/refusal"
	return 1
}

event()
{
	ctl --json events | jq -es "any(.[]; $1)" >/dev/null
}

# interface PATH NAME: the same in dbus/ as the service has it
interface()
{
	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" call org.cellar1 "$1" \
		org.freedesktop.DBus.Introspectable Introspect --json=short |
		jq -r '.data[0]' | element "$2" >"$dir/service.xml"
	sed ':again; s/<!--.*-->//; /<!--/{N; s/\n/ /; b again}' "dbus/$2.xml" |
		element "$2" >"$dir/file.xml"
	[ -s "$dir/file.xml" ] && diff "$dir/file.xml" "$dir/service.xml"
}

element()
{
	sed -n "/<interface name=\"$1\">/,/<\/interface>/s/^ *//p" | grep -v '^$'
}

killed()
{
	kill -9 "${daemons[cellard]}"
	wait "${daemons[cellard]}" 2>/dev/null
	unset "daemons[cellard]"
}

bus_up
for n in 1 2 3 4; do
	pack $n
done
cellard_up || exit
soon 15 is '.Members | length' 4
site_is '.Configured, .Plant, .Mode' 'false
{"Cluster":"cellar0"}
""'
verdict $? "without a [site] there is a house that decides nothing"
soon 5 site_is '.Flow | .Battery, has("Grid"), has("Load")' '1056
false
false'
verdict $? "and shows what the battery does"
site_is '.Energy | keys' '["Life"]' || site_is '.Energy | keys' \
	'["Life","Month","Today","Week","Year"]'
verdict $? "and counts it"
is '.Limits.ChargeCurrent[3] | has("house")' false
verdict $? "nothing of it is in the limits"
refused 'no charger "garage"; there is: none' start garage
verdict $? "there is no charger"
refused 'there is no \[site\] in the configuration' contract 3000
verdict $? "and no contract to change"

cat >"$dir/cellard.conf" <<END
[site]
plant = free
exchange = meter
production = meter
control = limits
contract_w = 6000
fresh_ms = 3000
dod_percent = 90
[charger garage]
min_run_s = 1
min_pause_s = 1
cards = anna
[card anna]
uid = 04:A3:5B:1C
[output pump]
number = 3
variable = pv-power
upper = 2000
lower = 500
check_s = 1
[rule 2]
power_w = 500
hours = 02:00-04:00
END
ctl reload
verdict $? "a house is configured"
site_is '.Configured, .Plant.Kind, .Plant.Control' 'true
"free"
"limits"'
verdict $? "and there without a restart"
for pair in "/org/cellar1/site org.cellar1.Site" "/org/cellar1/charger/garage org.cellar1.Charger" \
	"/org/cellar1/output/pump org.cellar1.Output"; do
	# shellcheck disable=SC2086 # path and name
	interface $pair
	verdict $? "dbus/ has ${pair#* } as the service has it"
done
soon 5 site_is '.Mode' '"stopped"'
verdict $? "without a meter it stands still"
soon 5 is '.Limits | .ChargeCurrent[0:2], .DischargeCurrent[0:2]' '[0,"house"]
[0,"house"]'
verdict $? "and its battery, whose inverter only listens to it"

metered()
{
	feed 2 Exchange ad 1 -- -700 Production d 1500
}

metered
verdict $? "somebody who measures feeds it"
fed_until 10 metered site_is '.Flow | .PV, .Battery, .Grid' '1500
1056
-700'
verdict $? "and it shows what flows"
fed_until 10 metered is '.Limits.ChargeCurrent[0] > 0' true
verdict $? "the battery may charge again at once"
refused 'its car is unknown: must be plugged in' start garage
verdict $? "a charger that is not heard does not start"
plug()
{
	feed 3 Exchange ad 1 -- 4000 Production d 6000 Chargers 'a{sa{sv}}' 1 garage 3 \
		Car s plugged Power d 0 CarCurrent d 16
}

plug
fed_until 10 plug charger_is '.Car, .State, .Reading.CarCurrent' '"plugged"
"waiting"
16'
verdict $? "a car is plugged in"
ctl start garage
verdict $? "a person starts it"
fed_until 45 plug charger_is '.Session.Runs, (.Told.Current >= 6)' 'true
true'
verdict $? "and it is told a current"
plug
refused 'a charging session runs on garage' strategy garage ecological-pure
verdict $? "its strategy does not change while a session runs"
plug
ctl stop garage && fed_until 10 plug charger_is '.Session.Runs' false
verdict $? "a person stops it"
plug
ctl strategy garage kilometres-repeated km=40 wh_per_km=170 && charger_is \
	'.Strategy, .Settings.Distance, .Settings.Consumption' '"kilometres-repeated"
40
170'
verdict $? "then its strategy changes, with its settings"
refused 'km = far: must be 1 to 2000' strategy garage fast km=far
verdict $? "a setting that cannot be is refused, with what may be"
refused 'strategy = slow: must be fast, ' strategy garage slow
verdict $? "and so is a strategy"
charger_is '.Strategy, .Settings.Distance' '"kilometres-repeated"
40'
verdict $? "what was set before stays"
ctl strategy garage fast km
verdict $(($? != 2)) "a setting without a value is wrong usage"

soon 6 site_is '.Mode' '"stopped"'
verdict $? "what is fed no more is old after fresh_ms"
event '.[2] == "meter-stale"' && event '.[2] == "meter-back"'
verdict $? "both are events"
for wrong in "1 Exchange ad 2 1 1:one value" "1 Exchange ad 1 nan:-1000000 to 1000000 W" \
	"1 Production s much:must be of type d" "1 Wind d 5:Wind is nothing that can be fed" \
	"1 DRM u 512:a bit for each of DRM0 to DRM8" "1 RRCR u 16:L1 to L4" \
	"1 Chargers a{sa{sv}} 1 shed 0:no charger .shed." \
	"1 Chargers a{sa{sv}} 1 garage 1 Car s red:none, plugged, charges or fault" \
	"1 Chargers a{sa{sv}} 1 garage 1 Power d -- -1:0 to 1000000 W" \
	"1 Chargers a{sa{sv}} 1 garage 1 CarCurrent d 81:0 to 80 A" \
	"1 Chargers a{sa{sv}} 1 garage 1 CarPhases u 4:1 to 3" \
	"1 Chargers a{sa{sv}} 1 garage 1 Card s xyz:4, 7 or 10 bytes" \
	"1 Inverters a{sa{sv}} 1 roof 0:no inverter of the house"; do
	: >"$dir/busctl.log"
	# shellcheck disable=SC2086 # words
	! feed ${wrong%:*} && grep -q -e "${wrong##*:}" "$dir/busctl.log"
	verdict $? "fed with ${wrong%:*} it says what would be right"
done

output_is '.Closed, .Enabled' 'false
false'
verdict $? "an output is open while its logic is off"
ctl output pump on && fed_until 10 plug output_is '.Enabled, .Closed, .Reading.Value' 'true
true
6000'
verdict $? "and closes by its logic"
event '.[2:4] == ["output-switched", "pump"]'
verdict $? "which is an event"
ctl output pump upper=9000 lower=7000 && fed_until 10 plug output_is '.Closed' false
verdict $? "its thresholds change"
refused 'lower threshold' output pump lower=9500
verdict $? "but not to what cannot be"
ctl outputs off && output_is '.Enabled' false && ctl outputs on && output_is '.Enabled' true
verdict $? "all logics are switched at once"
ctl output pump maybe
verdict $(($? != 2)) "an output is on or off"

site_is '.Rules | length, .[0].Number, .[0].Power' '1
2
500'
verdict $? "rules are shown"
ctl rule 5 power_w=800 hours=22:00-06:00 weekdays=sat-sun && site_is \
	'.Rules[1] | del(.Target)' \
	'{"Enabled":true,"Hours":"22:00-06:00","Number":5,"Power":800,"Weekdays":96}'
verdict $? "a rule is added"
ctl rule 2 remove && site_is '[.Rules[].Number]' '[5]'
verdict $? "and one of the files removed"
refused 'there is no rule 7' rule 7 remove
verdict $? "one that is not there is not"
refused 'power_w = 0: must be 1' rule 5 power_w=0
verdict $? "nor changed to nonsense"
ctl rules on && site_is .RulesEnabled true
verdict $? "timed charge is switched on"
ctl contract 4500 && ctl feed-in 0 && site_is '.Contract.Power, .FeedIn.Power' '4500
0'
verdict $? "contract and feed-in change"
ctl feed-in none && site_is '.FeedIn' '{}'
verdict $? "a limit is lifted"
refused 'contract_w of -5 W: must be 0 to 1000000 W' -- contract -5
verdict $? "a contract of less than nothing is refused"
ctl contract much
verdict $(($? != 2)) "one that is no number is wrong usage"

changed()
{
	site_is '.Contract.Power, ([.Rules[].Number]), .RulesEnabled' '4500
[5]
true' && charger_is '.Strategy' '"kilometres-repeated"' && output_is '.Enabled, .Logic.Upper' 'true
9000'
}
changed
verdict $? "all of that is in force"
ctl reload && changed
verdict $? "after a reload, too"
soon 5 grep -q '"kilometres-repeated"' "$dir/cellard.state"
killed
cellard_up
soon 5 changed
verdict $? "and after kill -9"
ctl site | grep -q 'set by people.*\[charger garage\].*strategy=kilometres-repeated'
verdict $? "what people have set is shown"
refused 'nothing was set of charger shed' reset charger shed
verdict $? "what nobody set is not reset"
ctl reset charger garage && charger_is .Strategy '"fast"' && site_is .Contract.Power 4500
verdict $? "a section is as the files have it again"
ctl reset && site_is '.Set, .Contract.Power, [.Rules[].Number]' '{}
6000
[2]'
verdict $? "and all of them"

operator()
{
	feed 3 Exchange ad 1 -- -700 Production d 1500 DRM u "$contacts"
}

sed -i 's/^dod_percent/grid_code = drm\n&/' "$dir/cellard.conf"
ctl reload
contacts=$((1 << 1))
fed_until 10 operator site_is '.DemandResponse | .Curtailed, .Direction, .Limit' 'true
"drawing"
0'
verdict $? "DRM1 curtails drawing"
contacts=$((1 << 5))
fed_until 10 operator site_is '.DemandResponse | .Curtailed, .Direction, .Limit' 'true
"generating"
0'
verdict $? "and DRM5 generating"
ctl site | grep -q 'curtailed *drm, generating 0 W$'
verdict $? "which cellarctl says"

site_is '.Owner' '""'
verdict $? "nobody owns the plant"
refused 'no user "nobody-at-all"' claim nobody-at-all || refused 'only root' claim nobody-at-all
verdict $? "nobody claims it for whom there is not"
ctl claim && site_is '.Owner' "\"$(id -un)\""
verdict $? "a user claims it"
refused 'the plant belongs to' claim
verdict $? "and nobody after that"
user=$(getent passwd | sed -n '/^daemon:/s/:.*//p')
ctl administrators add "$user" && site_is '.Administrators' "[\"$user\"]"
verdict $? "the owner chooses an administrator"
refused 'is an administrator already' administrators add "$user"
verdict $? "once"
refused 'no user "nobody-at-all"' administrators add nobody-at-all
verdict $? "but not whom nobody knows"
soon 5 grep -q '"administrators"' "$dir/cellard.state" && sleep 1
killed
cellard_up
soon 5 site_is '.Owner, .Administrators' "\"$(id -un)\"
[\"$user\"]"
verdict $? "both are known after kill -9"
refused 'the plant belongs to' claim
verdict $? "and it still cannot be claimed"
ctl administrators remove "$user" && site_is '.Administrators' '[]'
verdict $? "administrators go again"
refused 'is no administrator' administrators remove "$user"
verdict $? "once"

plug
for verb in site chargers outputs rules energy; do
	ctl "$verb" >"$dir/text" && [ -s "$dir/text" ] && ! grep -q 'null\|nan' "$dir/text"
	verdict $? "cellarctl $verb: $(head -n 1 "$dir/text")"
done
plug
timeout 3 "$programs/cellarctl" monitor >"$dir/monitor"
grep -q 'house  PV 6000 W.*grid +4000 W' "$dir/monitor"
verdict $? "the monitor has a line of the house"
cellard_down
verdict $? "it ends when it is told"
plan || cat "$dir/cellard.log"
[ "$failures" = 0 ]
