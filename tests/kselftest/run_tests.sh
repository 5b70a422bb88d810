#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs test programs and sums them up as KTAP, as the kernel's own runner does:
#   run_tests.sh JOBS PROGRAM... -- PROGRAM-ALONE...
# JOBS at a time of the first ones, since most of them wait most of the time; then
# one after the other. With CELLAR_VIRTUAL_TIME an hour is nothing, and waiting takes
# no time that another test could use.

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
jobs=$1
shift
timeout=$(sed -n 's/^timeout=//p' settings)
if [ -n "${CELLAR_VIRTUAL_TIME-}" ]; then
	jobs=1
	timeout=$((timeout * 100))
fi
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

together=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	together+=("$1")
	shift
done
shift
alone=("$@")
number=0
failed=0

# The output of a test, then its verdict.
report()
{
	local program=$1 status seconds name

	name="selftests: cellar: $program"
	number=$((number + 1))
	echo "# $name"
	sed 's/^/# /' "$logs/$program.log"
	read -r status seconds <"$logs/$program.status"
	echo "# $seconds s"
	case $status in
	0) echo "ok $number $name" ;;
	4) echo "ok $number $name # SKIP" ;;
	124) echo "not ok $number $name # TIMEOUT $timeout seconds" ;;
	*) echo "not ok $number $name # exit=$status" ;;
	esac
	[ "$status" = 0 ] || [ "$status" = 4 ] || failed=$((failed + 1))
}

run()
{
	local program=$1 start=$SECONDS

	timeout "$timeout" "./$program" >"$logs/$program.log" 2>&1
	echo $? $((SECONDS - start)) >"$logs/$program.status"
}

echo "TAP version 13"
echo "1..$((${#together[@]} + ${#alone[@]}))"
for program in "${together[@]}"; do
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	run "$program" &
done
wait
for program in "${together[@]}"; do
	report "$program"
done
for program in "${alone[@]}"; do
	run "$program"
	report "$program"
done
[ $failed = 0 ]
