#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Test of tests/check: which stages of a scratch tree it runs, which verdicts of earlier
# runs it keeps, and how it counts them. Prints TAP.

# shellcheck disable=SC2016 # what make is to expand
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/unit/tap.sh

scratch=$(mktemp -d)
tree=$scratch/tree
trap 'rm -rf "$scratch"' EXIT

# Three checks behind a build; each leaves a line in $scratch/ran when it is run. The
# programs of the scratch PATH are a tool, and a dpkg-query that says what $scratch/packages
# has.
lay_out()
{
	mkdir -p "$tree"/{tests/stages,code/inner,other} "$scratch"/{ran,bin,cache}
	cp tests/check tests/verdicts.sh "$tree/tests/"
	echo /build/ >"$tree/.gitignore"
	cat >"$tree/Makefile" <<-'EOF'
	-include other/*.mk
	build: ; @echo run >>$(RAN)/build; mkdir -p build/modules; ln -sfn 6.99.1 build/modules/6.99
	alpha: ; @echo run >>$(RAN)/alpha; echo "ok 1 - one"; echo "ok 2 - two # SKIP no"
	beta: ; @echo run >>$(RAN)/beta; echo "ok 1 - three"; test ! -e $(RAN)/../broken
	gamma: ; @echo run >>$(RAN)/gamma; test ! -e $(RAN)/../broken || echo "not ok 1 - x"
	.PHONY: build alpha beta gamma
	EOF
	cat >"$tree/tests/stages/full" <<-'EOF'
	# comment
	gamma          19  beta           gamma

	modules-6.99   0   -              build
	alpha          0   modules-6.99   alpha
	beta           0   modules-6.99   beta
	EOF
	cat >"$tree/tests/stages/reads" <<-'EOF'
	# comment
	[ab]*          code
	beta           other/one.c
	gamma          other
	EOF
	echo 'int a;' >"$tree/code/a.c"
	echo 'int b;' >"$tree/code/inner/b.c"
	echo 'int c;' >"$tree/other/one.c"
	echo 'int d;' >"$tree/other/two.c"
	git -C "$tree" init -q
	git -C "$tree" add .
	echo '#!/bin/true' >"$scratch/bin/tool"
	printf '#!/bin/sh\ncat %s/packages\n' "$scratch" >"$scratch/bin/dpkg-query"
	chmod +x "$scratch"/bin/*
	echo 'gcc 12.2' >"$scratch/packages"
}

# check [NAME=VALUE]...: one run, its output in $scratch/output and its status in $status;
# $ran are the stages that were run
check()
{
	rm -f "$scratch"/ran/*
	env -i PATH="$scratch/bin:/usr/bin:/bin" HOME="$scratch" RAN="$scratch/ran" \
		XDG_CACHE_HOME="$scratch/cache" "$@" "$tree/tests/check" >"$scratch/output" 2>&1
	status=$?
	ran=$(cd "$scratch/ran" && echo *)
}

# runs STAGES WHAT [NAME=VALUE]...: a run passes, and runs these; then the next keeps all
runs()
{
	local stages=$1 what=$2

	shift 2
	check "$@"
	if [ "$status:$ran" = "0:$stages" ]; then
		check "$@"
		[ "$status:$ran" = 0:build ]
	else
		false
	fi
	verdict $? "$what" || sed 's/^/# /' "$scratch/output"
}

# keeps WHAT [NAME=VALUE]...
keeps()
{
	local what=$1

	shift
	check "$@"
	[ "$status:$ran" = 0:build ]
	verdict $? "$what" || sed 's/^/# /' "$scratch/output"
}

said()
{
	grep -qE -e "$2" "$scratch/output"
	verdict $? "$1" || sed 's/^/# /' "$scratch/output"
}

counts()
{
	check
	said "what has run is passed" '^6 passed, 0 kept .*, 0 failed, 1 skipped$'
	check
	said "what has not is kept, and not passed" '^1 passed, 5 kept .*, 0 failed, 1 skipped$'
	said "... with its date in the table" \
		"^alpha +kept +0 +0 +1 +0 +passed $(date +%Y)-[0-9-]+ [0-9]+:[0-9]+$"
	check AGAIN=1
	[ "$status:$ran" = "0:alpha beta build gamma" ]
	verdict $? "AGAIN=1 keeps nothing"
	said "... and counts it as passed" '^6 passed, 0 kept .*, 0 failed, 1 skipped$'
	keeps "the next run keeps it"
}

inputs_of_the_tree()
{
	local all="alpha beta build gamma"

	echo 'int a2;' >"$tree/code/a.c"
	runs "alpha beta build" "a file has changed"
	echo 'int a;' >"$tree/code/a.c"
	keeps "... and is again what it was"
	echo >"$tree/code/inner/new.c"
	runs "alpha beta build" "a new file"
	rm "$tree/code/inner/new.c" "$tree/code/inner/b.c"
	runs "alpha beta build" "a file has gone"
	chmod +x "$tree/code/a.c"
	runs "alpha beta build" "the mode of a file"
	ln -s a.c "$tree/code/link"
	runs "alpha beta build" "a link"
	ln -sfn inner "$tree/code/link"
	runs "alpha beta build" "... that leads elsewhere"
	echo 'int c2;' >"$tree/other/one.c"
	runs "beta build gamma" "a file that two stages read"
	echo 'int d2;' >"$tree/other/two.c"
	runs "build gamma" "a file that one stage reads"
	touch "$tree/code/a.c"
	keeps "a file that is newer, and the same"
	echo >"$tree/outside.c"
	mkdir -p "$tree/build"
	echo >"$tree/build/made.c"
	keeps "files that no stage reads"
	echo '# more' >>"$tree/Makefile"
	runs "$all" "the Makefile"
	echo '# more' >"$tree/other/more.mk"
	runs "$all" "a part of it"
	echo '# more' >>"$tree/tests/check"
	runs "$all" "the runner"
	sed -i 's/^beta  /beta/' "$tree/tests/stages/full"
	keeps "blanks in the table"
	sed -i 's/^beta\( *\)0/beta\15/' "$tree/tests/stages/full"
	runs "beta build" "a stage's line in the table"
	sed -i 's/^beta .*one.c/& other/' "$tree/tests/stages/reads"
	runs "beta build" "what a stage says that it reads"
}

inputs_of_the_machine()
{
	local all="alpha beta build gamma"

	echo '# 2' >>"$scratch/bin/tool"
	runs "$all" "a tool in PATH"
	echo 'gcc 12.3' >"$scratch/packages"
	runs "$all" "the version of a package"
	runs "$all" "a variable" CFLAGS=-O0
	keeps "a variable of the terminal" TERM=vt100 SSH_TTY=/dev/pts/1 COLUMNS=90
	sed -i 's/6\.99\.1/6.99.2/' "$tree/Makefile"
	check
	sed -i 's/6\.99\.2/6.99.1/' "$tree/Makefile"
	keeps "the kernel as it was"
	mkdir -p "$scratch/cache/cellar/kernels/6.99.1"
	touch "$scratch/cache/cellar/kernels/6.99.1/ready"
	runs "alpha beta build" "the kernel's image is another one"
	touch "$scratch/cache/cellar/kernels/6.99.1/ready" -d 2026-01-01
	runs "alpha beta build" "... and another one"
}

failures_are_not_kept()
{
	echo 'int c3;' >"$tree/other/one.c"
	touch "$scratch/broken"
	check
	[ "$status:$ran" = "1:beta build" ]
	verdict $? "a stage fails, and what needs it is not run"
	said "... and is counted" '^2 passed, 2 kept .*, 2 failed, 1 skipped$'
	check
	[ "$status:$ran" = "1:beta build" ]
	verdict $? "it is run again, and fails again"
	rm "$scratch/broken"
	runs "beta build gamma" "until it passes"
	touch "$scratch/broken"
	check AGAIN=1
	rm "$scratch/broken"
	check
	[ "$status:$ran" = "0:beta build" ]
	verdict $? "a verdict is forgotten when its stage fails with AGAIN=1"
	echo 'int d3;' >"$tree/other/two.c"
	sed -i 's|^beta: .*|beta: ; @echo run >>$(RAN)/beta|' "$tree/Makefile"
	touch "$scratch/broken"
	check
	check
	[ "$status:$ran" = "1:build gamma" ]
	verdict $? "a test that fails is a failure, whatever make says"
	rm "$scratch/broken"
	check
}

# What is edited, or stopped, while a stage is running.
unsettled_runs_are_not_kept()
{
	local pid

	sed -i 's|^alpha: .*|alpha: ; @echo run >>$(RAN)/alpha; cat $(RAN)/../pipe|' "$tree/Makefile"
	mkfifo "$scratch/pipe"
	cp -p "$tree/code/a.c" "$scratch/before"
	{ sleep 0.1; echo 'int a4;' >"$tree/code/a.c"; } >"$scratch/pipe" &
	check
	cp -p "$scratch/before" "$tree/code/a.c"
	echo >"$scratch/pipe" &
	check
	[ "$status" = 0 ] && [[ $ran = alpha* ]]
	verdict $? "inputs that change while the stage runs"
	echo 'int a5;' >"$tree/code/a.c"
	rm "$scratch/ran/alpha"
	check &
	pid=$!
	until [ -e "$scratch/ran/alpha" ]; do sleep 0.1; done
	pkill -TERM -P "$pid" check
	wait "$pid"
	echo >"$scratch/pipe" &
	check
	[ "$status" = 0 ] && [[ $ran = alpha* ]]
	verdict $? "a run that is stopped"
	keeps "and then it passes"
	sed -i 's|^\(alpha: .*\); cat.*|\1|' "$tree/Makefile"
	check
}

limits_of_what_is_kept()
{
	local all="alpha beta build gamma"

	find "$scratch/cache/cellar/verdicts" -type f -exec touch -d '31 days ago' {} +
	check
	[ "$status:$ran" = "0:$all" ]
	verdict $? "verdicts of a month ago"
	[ "$(find "$scratch/cache/cellar/verdicts" -type f | wc -l)" = 3 ]
	verdict $? "... which are no longer there"
	sed -i 's/^gamma .*//' "$tree/tests/stages/reads"
	check
	[ "$status:$ran" = "0:build gamma" ]
	verdict $? "a stage that does not say what it reads"
	rm -rf "$tree/other"
	check
	[ "$status:$ran" = "1:*" ]
	verdict $? "a folder that is not there stops the run"
	said "... and is named" '^tests/stages/reads: there is no other/one\.c$'
}

lay_out
counts
inputs_of_the_tree
inputs_of_the_machine
failures_are_not_kept
unsettled_runs_are_not_kept
limits_of_what_is_kept
plan
