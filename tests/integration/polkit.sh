# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A polkit that says what the test wants, when the test wants it, and callers who wait for
# it. Who sources this has sourced house.sh.
# shellcheck disable=SC2154,SC2034 # dir, daemons, programs; caller

seen=0

polkit_up()
{
	mkfifo "$dir/answers"
	tests/integration/polkit.py <"$dir/answers" >"$dir/asked" 2>>"$dir/polkit.log" &
	daemons[polkit]=$!
	exec 3>"$dir/answers"
	soon 10 grep -q ready "$dir/asked"
}

# asked NUMBER TEXT: polkit has been asked that so often since the last forget
asked()
{
	[ "$(tail -n "+$((seen + 1))" "$dir/asked" | grep -c "$2")" = "$1" ]
}

forget()
{
	seen=$(wc -l <"$dir/asked")
}

# answer WORD: to all who wait
answer()
{
	echo "$1" >&3
}

# start ARGUMENT...: of cellarctl, in the background; its refusal is in a file
start()
{
	"$programs/cellarctl" "$@" 2>"$dir/refusal" &
	caller=$!
}

# ends_with STATUS
ends_with()
{
	wait "$caller"
	[ $? = "$1" ]
}
