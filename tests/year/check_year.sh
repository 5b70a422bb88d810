#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulated year in three climates and three sizes of house: no second over the
# contract or the feed-in limit once a plant has had the time to react, self-sufficiency
# within 3 points of a controller that knows the future, and so many switchings a day at
# the most. The nine are made in steps of 5 s, two at once; one of them in steps of 1 s as
# well, the way cellard runs. Usage: check_year.sh BUILD
# shellcheck disable=SC2317 # tests are called by name
set -euo pipefail

build=$(realpath "${1:?usage: check_year.sh BUILD}")
cd "$(dirname "$0")/../.."
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of a day, at the most: opening and closing of a relay, and of a wallbox's contactor
relay=24
contactor=48
points=3

# What it knows beforehand may be worth nothing, but not less, but for the figures of lines
slack=0.2

first=(north:small north:medium north:large middle:small middle:medium middle:large
	south:small south:medium south:large)

# year NAME STEP: climate:size, in so many seconds
year()
{
	"$build/cellar-sim" year --climate "${1%:*}" --size "${1#*:}" --step "$2" \
		--csv "$work/$1.csv" --summary "$work/$1.json"
	"$build/year/foresight" "$work/$1.csv" "$work/$1.json" >"$work/$1.best"
}

# The same in steps of a second, whose processor time is counted
year_of_seconds()
{
	TIMEFORMAT='%U'
	{ time "$build/cellar-sim" year --climate middle --size large \
		--summary "$work/seconds.json"; } 2>"$work/seconds.time"
}

# holds NAME EXPRESSION: of the summary
holds()
{
	jq -e "$2" "$work/$1.json" >/dev/null
}

# near NAME: what the house reaches, and what could be reached
near()
{
	local best own

	read -r best own <"$work/$1.best"
	echo "# self-sufficiency $own %, who knows the future $best %"
	awk -v best="$best" -v own="$own" -v points=$points -v slack=$slack \
		'BEGIN { exit !(best - own <= points && own - best <= slack) }'
}

cases()
{
	local house=$1 status

	holds "$house" '.seconds == 31536000 and .overload_s == 0 and .over_contract_late_s == 0'
	verdict $? "${house/:/, }: nothing is drawn beyond the contract once it has reacted"
	holds "$house" '.over_feed_in_late_s == 0'
	verdict $? "${house/:/, }: nothing is fed in beyond the limit once it has reacted"
	holds "$house" '.over_battery_late_s == 0'
	verdict $? "${house/:/, }: the battery is kept within its limits once it has reacted"
	holds "$house" "all(.outputs[].most_switches_a_day; . <= $relay) and
		all(.chargers[].most_switches_a_day; . <= $contactor)"
	verdict $? "${house/:/, }: at most $relay switchings of a relay a day, $contactor of a contactor"
	holds "$house" '(.pv_wh + .import_wh - .load_wh - .cars_wh - .export_wh - .lost_wh -
		.battery.end_wh + .battery.start_wh) | fabs <= 1'
	verdict $? "${house/:/, }: not a watt-hour of the year is lost"
	[ ! -e "$work/$house.best" ] && return
	status=0
	near "$house" || status=$?
	verdict $status "${house/:/, }: within $points points of who knows the future"
}

export build work
export -f year
status=0
printf '%s\n' "${first[@]}" | xargs -P 2 -I {} bash -c 'set -e; year {} 5' || status=$?
year_of_seconds || status=$?
verdict $status "ten years pass"
[ $status = 0 ] || { plan; exit; }
set +e
for house in "${first[@]}" seconds; do
	cases "$house"
done
awk '{ gap = $1 - $2; if (gap > most) most = gap }
	END { printf "note: self-sufficiency is at most %.2f points behind who knows the future\n", most }' \
	"$work"/*.best
echo "note: a year of seconds takes $(cat "$work/seconds.time") s of a processor"
awk '{ exit !($1 <= 60) }' "$work/seconds.time"
verdict $? "a year of seconds takes a minute at the most"
plan
