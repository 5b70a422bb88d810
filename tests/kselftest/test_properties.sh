#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The power_supply properties of every supply of every dialect: which there are,
# that each can be read and is what the class allows, that the uevent and the files
# agree, and that hwmon and lm-sensors show the same numbers.
# shellcheck source-path=SCRIPTDIR disable=SC2119,SC2317 # cases and frames are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# What the class can carry in one uevent (UEVENT_NUM_ENVP, kernel-facts 0.4).
properties_max=30

# What hwmon takes as the name of a chip, and UPower's path of a device (design.md).
name_max=19

# Values of the class, drivers/power/supply/power_supply_sysfs.c, as far as a
# battery can have them.
declare -A words=(
	[type]='Battery'
	[status]='Charging|Discharging|Not charging|Full'
	[health]='Unknown|Good|Overheat|Over voltage|Under voltage|Unspecified failure|Cold|Over current|Warm|Cool|Cell imbalance'
	[technology]='LiFe'
	[capacity_level]='Critical|Low|Normal|Full'
	[scope]='System|Device'
	[present]='1'
)

# 24 V and 48 V systems, 0 to 3276.7 A, up to 1 MAh, the range of a sensor.
declare -A lowest=(
	[voltage_now]=18000000 [voltage_min]=18000000
	[constant_charge_voltage_max]=18000000
	[voltage_min_design]=18000000 [voltage_max_design]=18000000
	[current_now]=-3276700000 [constant_charge_current_max]=0
	[capacity]=0 [temp]=-400 [cycle_count]=0
	[charge_now]=0 [charge_full]=1000000 [charge_full_design]=1000000
	[state_of_health]=0
)
declare -A highest=(
	[voltage_now]=60000000 [voltage_min]=60000000
	[constant_charge_voltage_max]=60000000
	[voltage_min_design]=60000000 [voltage_max_design]=60000000
	[current_now]=2147483647 [constant_charge_current_max]=2147483647
	[capacity]=100 [temp]=1000 [cycle_count]=100000
	[charge_now]=2147483647 [charge_full]=2147483647 [charge_full_design]=2147483647
	[state_of_health]=100
)

# Every supply has these, whatever its dialect.
always=(status present health technology scope voltage_now current_now capacity
	capacity_level constant_charge_current_max)

# Files of the class and of the driver core that are no properties.
no_property()
{
	case $1 in
	uevent | power | subsystem | device | cellar | hwmon* | wakeup* | extensions | type) ;;
	*) return 1 ;;
	esac
}

# listed SUPPLY: $names are the properties of its directory
listed()
{
	local path

	names=()
	for path in "$cellar_class/$1/"*; do
		no_property "${path##*/}" || names+=("${path##*/}")
	done
}

# read_uevent SUPPLY: ${event[property]} of the uevent file, names in lower case
read_uevent()
{
	local line key lines

	event=()
	mapfile -t lines <"$cellar_class/$1/uevent"
	for line in "${lines[@]}"; do
		[[ $line =~ ^([A-Z_]+)=(.*)$ ]] || {
			fail "$1: uevent line \"$line\""
			continue
		}
		key=${BASH_REMATCH[1]}
		[ -z "${event[$key]-}" ] || fail "$1: $key twice in uevent"
		event[$key]=${BASH_REMATCH[2]}
	done
}

check_value()
{
	local supply=$1 name=$2

	property "$supply" "$name" || {
		fail "$supply: $name cannot be read: $value"
		return
	}
	if [ -n "${words[$name]-}" ]; then
		expect_match "$supply $name" "$value" "^(${words[$name]})$"
	elif [ -n "${lowest[$name]-}" ]; then
		expect_between "$supply $name" "$value" "${lowest[$name]}" "${highest[$name]}"
	else
		case $name in
		manufacturer | model_name | serial_number)
			expect_match "$supply $name" "$value" '^[[:graph:]]([ -~]{0,18}[[:graph:]])?$' ;;
		*) fail "$supply: $name is no property of a house battery" ;;
		esac
	fi
}

names_are_short_and_unique()
{
	local supply

	for supply in "${all[@]}"; do
		expect_between "length of $supply" ${#supply} 1 "$name_max"
		expect_match "name" "$supply" '^cellar[0-9]+(-[0-9]{2})?$'
	done
}

each_property_reads_and_is_in_range()
{
	local supply name names

	for supply in "${all[@]}"; do
		listed "$supply"
		expect_between "properties of $supply" ${#names[@]} ${#always[@]} "$properties_max"
		for name in type "${names[@]}"; do
			check_value "$supply" "$name"
		done
		for name in "${always[@]}"; do
			[ -e "$cellar_class/$supply/$name" ] || fail "$supply: no $name"
		done
	done
}

no_property_is_writable()
{
	local supply name names paths=()

	for supply in "${all[@]}"; do
		listed "$supply"
		for name in "${names[@]}"; do
			paths+=("$cellar_class/$supply/$name")
		done
	done
	expect_equal "files that are not 0444" \
		"$(stat -c '%a %n' "${paths[@]}" | grep -v '^444 ')" ""
}

# An int of µWh or µW overflows at 2.1 kWh (kernel-facts 0, design.md).
there_is_no_energy_and_no_power()
{
	local supply path

	for supply in "${all[@]}"; do
		for path in "$cellar_class/$supply/"{energy,power}_*; do
			[ ! -e "$path" ] || fail "$supply: ${path##*/}"
		done
	done
}

uevent_and_files_agree()
{
	local supply name names key
	declare -A event

	for supply in "${all[@]}"; do
		read_uevent "$supply"
		expect_equal "POWER_SUPPLY_NAME" "${event[POWER_SUPPLY_NAME]-}" "$supply"
		expect_equal "$supply POWER_SUPPLY_TYPE" "${event[POWER_SUPPLY_TYPE]-}" Battery
		listed "$supply"
		for name in "${names[@]}"; do
			key=POWER_SUPPLY_${name^^}
			property "$supply" "$name"
			expect_equal "$supply $key" "${event[$key]-}" "$value"
			unset "event[$key]"
		done
		unset "event[POWER_SUPPLY_NAME]" "event[POWER_SUPPLY_TYPE]" "event[DEVTYPE]"
		expect_equal "$supply: only in uevent" "${!event[*]}" ""
	done
}

signs_and_states_go_together()
{
	# supply, current in µA, status, by what the frames below say
	local -A current=(
		[$pylontech]="-1500000 Discharging" [$victron]="-700000 Discharging"
		[$deye]="12500000 Charging" [$deye-01]="3100000 Charging"
		[$deye-02]="-3100000 Discharging" [$deye-03]="400000 Not charging"
	)
	local supply

	for supply in "${!current[@]}"; do
		expect_property "$supply" current_now "${current[$supply]%% *}"
		expect_property "$supply" status "${current[$supply]#* }"
	done
}

scope_is_device_unless_chosen()
{
	expect_property "$pylontech" scope Device
	expect_property "$deye" scope Device
	expect_property "$deye-02" scope Device
	expect_property "$victron" scope System
}

capacity_level_follows_the_charge()
{
	local soc level
	# low SOC limit 10 %, cut-off 4 % (spec/packs.md)
	local -A levels=([100]=Full [99]=Normal [11]=Normal [10]=Low [5]=Low [4]=Critical [0]=Critical)

	for soc in 100 99 11 10 5 4 0; do
		pylontech_frames soc="$soc"
		feed pylontech --period 1000 prop0 "${frames[@]}"
		wait_for_property "$pylontech" capacity "$soc" 20
		expect_property "$pylontech" capacity_level "${levels[$soc]}"
		level=Discharging
		[ "$soc" != 100 ] || level=Full
		expect_property "$pylontech" status "$level"
	done
	pylontech_frames
	feed pylontech --period 1000 prop0 "${frames[@]}"
	wait_for_property "$pylontech" capacity 90 20
}

# 0x359 of protocols.md 1.2 and the ladder of kernel-facts 3.2: faults, then health
# on 6.1 and on 6.12.
health_is_the_worst_protection()
{
	local row faults health
	local rows=(
		"00000000 Good" "00000800 Warm" "00001000 Cool" "00000200 Good"
		"00080000 Unspecified failure" "04000000 $undervoltage" "10000000 Cold"
		"00010000 Over current" "80000000 Over current" "02000000 Over voltage"
		"08000000 Overheat" "9E090000 Overheat" "96090000 Over voltage"
		"94090000 Over current" "14080000 Cold" "04080800 $undervoltage"
	)

	for row in "${rows[@]}"; do
		read -r faults health <<<"$row"
		pylontech_frames faults="$faults"
		feed pylontech --period 1000 prop0 "${frames[@]}"
		wait_for_property "$pylontech" health "$health" 20 || note "with 0x359 $faults"
	done
	pylontech_frames
	feed pylontech --period 1000 prop0 "${frames[@]}"
	wait_for_property "$pylontech" health Good 20
}

# hwmon has millivolts, milliamperes and thousandths of a degree.
hwmon_shows_the_same()
{
	local supply chip voltage current chips

	for supply in "${all[@]}"; do
		chips=("$cellar_class/$supply"/hwmon*)
		chip=${chips[0]}
		get "$chip/name"
		expect_equal "name of $supply" "$value" "${supply//-/_}"
		property "$supply" voltage_now; voltage=$value
		property "$supply" current_now; current=$value
		get "$chip/in0_input"
		expect_equal "$supply in0" "$value" $((voltage / 1000))
		get "$chip/curr1_input"
		expect_equal "$supply curr1" "$value" $((current / 1000))
		property "$supply" temp || continue
		current=$value
		get "$chip/temp1_input"
		expect_equal "$supply temp1" "$value" $((current * 100))
	done
}

sensors_shows_the_same()
{
	local text supply

	command -v sensors >/dev/null || { skip "no lm-sensors"; return; }
	supply=${deye//-/_}
	text=$(sensors -u "$supply-*" 2>&1)
	expect_match "sensors" "$text" 'in0_input: 53\.100'
	expect_match "sensors" "$text" 'curr1_input: 12\.500'
	expect_match "sensors" "$text" 'temp1_input: 23\.500'
	text=$(sensors -u "${supply}_02-*" 2>&1)
	expect_match "sensors" "$text" 'in0_input: 53\.100'
	expect_match "sensors" "$text" 'curr1_input: -3\.100'
}

# Protections that a kernel has no word for are an unspecified failure (compat.h).
kernel_words()
{
	local version

	undervoltage="Unspecified failure"
	version=$(uname -r)
	if ((${version%%.*} > 6)) || [[ $version =~ ^6\.(1[4-9]|[2-9][0-9]) ]]; then
		undervoltage="Under voltage"
	fi
}

feed_deye()
{
	local all address deciamps=([1]=31 [2]=-31 [3]=4)

	deye_system_frames packs=3
	all=("${frames[@]}")
	for address in 1 2 3; do
		deye_pack_frames $address deciamps="${deciamps[address]}"
		all+=("${frames[@]}")
	done
	feed deye --period 1000 prop2 "${all[@]}"
}

# What inverters of these makers are told; Schneider and Sofar in 29 bits.
inverter_dialects()
{
	wait_for_property "$growatt" present 1 60
	expect_property "$growatt" voltage_now 53000000
	expect_property "$growatt" current_now -1500000
	expect_property "$growatt" capacity 60
	expect_property "$growatt" constant_charge_current_max 120000000
	expect_property "$growatt" cellar/discharge_current_max 160000000
	expect_property "$growatt" cellar/protections short_circuit
	expect_property "$growatt" cellar/dialect growatt

	wait_for_property "$schneider" present 1 60
	expect_property "$schneider" voltage_now 53000000
	expect_property "$schneider" current_now -1500000
	expect_property "$schneider" capacity 60
	expect_property "$schneider" constant_charge_voltage_max 54000000
	expect_property "$schneider" constant_charge_current_max 120000000
	expect_property "$schneider" cellar/discharge_current_max 160000000
	expect_property "$schneider" cellar/charge_enable 0
	expect_property "$schneider" cellar/discharge_enable 1
	expect_property "$schneider" cellar/protections overvoltage
	expect_property "$schneider" cellar/malformed 0

	wait_for_property "$sofar" present 1 60
	expect_property "$sofar" voltage_now 51800000
	expect_property "$sofar" constant_charge_current_max 120000000
	expect_property "$sofar" manufacturer AMASS
	expect_property "$sofar" cellar/malformed 0
}

bus_setup
kernel_words
interface_add prop0 prop1 prop2 prop3 prop4 prop5

bus_add prop-p prop0 dialect=pylontech
pylontech=$supply
pylontech_frames
feed pylontech --period 1000 prop0 "${frames[@]}"

bus_add prop-v prop1 dialect=victron scope=system
victron=$supply
feed victron --period 1000 prop1 "$(capture byd_lvs_dfch)"

bus_add prop-d prop2 dialect=deye model=lesso,lsrr51v100ah
deye=$supply
feed_deye

bus_add prop-g prop3 dialect=growatt
growatt=$supply
feed growatt --period 1000 prop3 311#021C04B006400803 312#2000000004000010 \
	313#14B4FFF100E63C63 319#C00CD30CC6030700

bus_add prop-s prop4 dialect=schneider
schneider=$supply
feed schneider --period 1000 prop4 00000321#00001518000012C0 \
	00000322#00002EE000003E80 00000323#000014B4FFFFFF6A 00000324#00E60258 \
	00000325#000400000010 321#0000000000000000

# the battery with the number 1, and 11 bits, are not ours
bus_add prop-a prop5 dialect=sofar
sofar=$supply
feed sofar --period 1000 prop5 00000351#1C02B0044006C201 00000355#31006400FFFFF600 \
	00000356#06026AFFE6000000 0000035E#414D415353000000 \
	00001351#1C0201000100C201 351#1C0202000200C201

all=("$pylontech" "$victron" "$deye" "$deye-01" "$deye-02" "$deye-03")
for name in "${all[@]}"; do
	wait_for_property "$name" present 1 60 || ktap_bail "no $name"
done
# A supply is registered anew when its bus has said more than at first; which sign
# the current of a Deye has is such a thing.
wait_for_property "$deye" current_now 12500000 60
ktap_main \
	names_are_short_and_unique \
	each_property_reads_and_is_in_range \
	no_property_is_writable \
	there_is_no_energy_and_no_power \
	uevent_and_files_agree \
	signs_and_states_go_together \
	scope_is_device_unless_chosen \
	hwmon_shows_the_same \
	sensors_shows_the_same \
	capacity_level_follows_the_charge \
	health_is_the_worst_protection \
	inverter_dialects
