# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # gpio_chip is for who sources this
#
# A simulated GPIO chip (gpio-sim). Its folder in configfs is $gpio_chip.

gpio_chip=

# gpio_chip_add NAME LINE...: a chip with that label, whose lines from 1 on have these names,
# and 0 has none.
# Fails where there is no gpio-sim.
gpio_chip_add()
{
	local chip=/sys/kernel/config/gpio-sim/$1 line n=0

	modprobe -q uml_irqs || true	# where there is such a thing (tests/vm/gpio-sim)
	[ -d /sys/module/gpio_sim ] || modprobe -q gpio-sim || return 1
	mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
	mkdir -p "$chip/bank"
	echo "$1" >"$chip/bank/label"
	echo $# >"$chip/bank/num_lines"
	for line in "${@:2}"; do
		n=$((n + 1))
		mkdir "$chip/bank/line$n"
		echo "$line" >"$chip/bank/line$n/name"
	done
	echo 1 >"$chip/live"
	gpio_chip=$chip
}

# gpio_keeper_add NAME OFFSETS: a chip, gpio-aggregator.0, whose lines are these of gpio_chip_add's
# NAME, and stay as they were told when whoever drove them lets go of them. Fails where there is
# no gpio-aggregator.
gpio_keeper_add()
{
	modprobe -q gpio-aggregator || return 1
	echo "$1 $2" >/sys/bus/platform/drivers/gpio-aggregator/new_device
}

# gpio_chip_line N FILE: of a line of the chip, in sysfs
gpio_chip_line()
{
	echo "/sys/devices/platform/$(<"$gpio_chip/dev_name")/$(<"$gpio_chip/bank/chip_name")/sim_gpio$1/$2"
}
