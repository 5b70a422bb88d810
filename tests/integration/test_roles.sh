#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may change the house: each verb with the action that polkit is asked for, a plant that
# is claimed, and its owner, about whom polkit is asked nothing.
# usage: test_roles.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_roles.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/polkit.sh
. tests/integration/polkit.sh

# site PROPERTY FILTER: jq is content with it
site()
{
	on_bus get-property org.cellar1 /org/cellar1/site org.cellar1.Site "$1" |
		jq -e ".data | $2" >/dev/null
}

# reseal: the state as it was changed is what cellard has written
reseal()
{
	local text crc

	text=$(sed 1d "$dir/cellard.state" | sed "$1"; echo x)
	text=${text%x}
	crc=$(printf ' 1\n%s' "$text" | gzip -c | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' ')
	printf 'cellar-store %s 1\n%s' "$crc" "$text" >"$dir/cellard.state"
}

cat >"$dir/cellard.conf" <<END
[site]
plant = free
exchange = meter
[charger garage]
[output pump]
number = 1
END
bus_up
pack 1
pack 2
cellard_up && polkit_up || exit
soon 15 is '.Members | length' 2
while read -r action words; do
	# shellcheck disable=SC2086 # words
	start $words
	soon 3 asked 1 "org.cellar1.$action dialog"
	verdict $? "$words asks for $action"
	forget
	answer no
	ends_with 4
	verdict $? "and is refused"
done <<END
change-power contract 3000
change-power feed-in 0
control-battery rule 1 power_w=5
control-battery rule 1 remove
control-battery rules on
change-strategy start garage
change-strategy stop garage
change-strategy strategy garage fast km=5
manage-outputs output pump upper=5000
manage-outputs output pump on
manage-outputs outputs on
add-devices reset
choose-administrators administrators add daemon
choose-administrators administrators remove daemon
claim claim
END
site Set '. == {}' && site Owner '. == ""' && site Administrators '. == []'
verdict $? "nothing of it has happened"
on_bus --allow-interactive-authorization=no call org.cellar1 /org/cellar1/site org.cellar1.Site \
	Feed 'a{sv}' 1 Production d 5 &
caller=$!
soon 3 asked 1 'org.cellar1.add-devices silent'
verdict $? "who feeds needs add-devices, and no dialog without leave"
forget
answer no
ends_with 1
verdict $? "and is refused"

start contract 2000
soon 3 asked 1 change-power
pack 2 protections=cell_overvoltage
soon 3 is '.Reading.Protections' '["cell_overvoltage"]' && site Contract '. == {}'
verdict $? "while a person thinks about a contract the loop goes on, without it"
pack 2
answer yes
ends_with 0 && site Contract '.Power.data == 2000'
verdict $? "it changes when polkit agrees"

forget
start claim
soon 3 asked 1 org.cellar1.claim
answer yes
ends_with 0 && site Owner '. != ""'
verdict $? "a user claims the plant when polkit agrees"
forget
for words in "contract 2500" "feed-in none" "rule 1 power_w=5" "rules on" "strategy garage fast" \
	"stop garage" "output pump on" "outputs off" "administrators add daemon" \
	"administrators remove daemon" "pack A-002 out" "pack A-002 in" reload reset; do
	# shellcheck disable=SC2086 # words
	"$programs/cellarctl" $words
	verdict $? "its owner does that: $words"
done
asked 0 asked
verdict $? "and polkit is asked nothing"
"$programs/cellarctl" claim 2>"$dir/refusal"
verdict $(($? != 1)) "the plant is not claimed a second time"
grep -q 'belongs to' "$dir/refusal"
verdict $? "and whose it is, is said"

cellard_down
reseal "s/\"uid\": $(id -u)\$/\"uid\": 4711/"
grep -q 4711 "$dir/cellard.state"
verdict $? "the plant belongs to somebody else"
cellard_up || exit
site Owner '. != ""'
verdict $? "after a restart, too"
forget
start contract 3000
soon 3 asked 1 change-power
verdict $? "who is not the owner is asked about"
answer no
ends_with 4
verdict $? "and may not"
if [ "$(id -u)" != 0 ]; then
	"$programs/cellarctl" administrators add daemon 2>"$dir/refusal"
	verdict $(($? != 4)) "nor choose administrators, whatever polkit would say"
	"$programs/cellarctl" claim 2>"$dir/refusal"
	verdict $(($? != 4)) "nor take the plant over"
fi
cellard_down
verdict $? "it ends when it is told"
plan || cat "$dir/cellard.log" "$dir/refusal"
[ "$failures" = 0 ]
