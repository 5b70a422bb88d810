# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# KTAP for bash. A test is a list of functions, one per case: `ktap_main one two`
# prints the plan, runs each and exits. A case fails by what it says with fail or
# one of the expect functions, and goes on; it is skipped by skip.

KTAP_PASS=0
KTAP_FAIL=1
KTAP_SKIP=4

ktap_number=0
ktap_passed=0
ktap_failed=0
ktap_skipped=0
ktap_complaints=0
ktap_skip_reason=

# ktap_plan NUMBER: the header and how many cases there are
ktap_plan()
{
	printf 'TAP version 13\n1..%d\n' "$1"
}

# note TEXT...: for people who read the log
note()
{
	printf '# %s\n' "$*"
}

# fail TEXT...: this case has failed, for this reason
fail()
{
	ktap_complaints=$((ktap_complaints + 1))
	note "$*"
	return 1
}

# skip REASON...: this case cannot be run here; the case returns after it
skip()
{
	ktap_skip_reason=$*
}

# ktap_skip_all REASON...: nothing of this test can be run here
ktap_skip_all()
{
	printf 'TAP version 13\n1..0 # SKIP %s\n' "$*"
	exit $KTAP_SKIP
}

# ktap_bail REASON...: what all cases need is not there, though it should be
ktap_bail()
{
	printf 'Bail out! %s\n' "$*"
	exit $KTAP_FAIL
}

# expect_equal WHAT GOT WANTED
expect_equal()
{
	[ "$2" = "$3" ] || fail "$1: got \"$2\", wanted \"$3\""
}

# expect_between WHAT GOT LOWEST HIGHEST: an integer
expect_between()
{
	if [[ ! $2 =~ ^-?[0-9]+$ ]]; then
		fail "$1: got \"$2\", wanted a number from $3 to $4"
	elif (($2 < $3 || $2 > $4)); then
		fail "$1: got $2, wanted $3 to $4"
	fi
}

# expect_match WHAT GOT PATTERN: an extended regular expression
expect_match()
{
	[[ $2 =~ $3 ]] || fail "$1: got \"$2\", wanted a match of \"$3\""
}

# expect WHAT COMMAND [ARGUMENT]...: the command succeeds
expect()
{
	"${@:2}" || fail "$1: failed: ${*:2}"
}

# expect_not WHAT COMMAND [ARGUMENT]...: the command fails
expect_not()
{
	! "${@:2}" || fail "$1: succeeded: ${*:2}"
}

# ktap_case TITLE FUNCTION [ARGUMENT]...
ktap_case()
{
	local title=$1

	shift
	ktap_number=$((ktap_number + 1))
	ktap_complaints=0
	ktap_skip_reason=
	"$@"
	if [ $ktap_complaints -gt 0 ]; then
		ktap_failed=$((ktap_failed + 1))
		printf 'not ok %d %s\n' $ktap_number "$title"
	elif [ -n "$ktap_skip_reason" ]; then
		ktap_skipped=$((ktap_skipped + 1))
		printf 'ok %d %s # SKIP %s\n' $ktap_number "$title" "$ktap_skip_reason"
	else
		ktap_passed=$((ktap_passed + 1))
		printf 'ok %d %s\n' $ktap_number "$title"
	fi
}

# ktap_end: the totals; exits
ktap_end()
{
	printf '# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n' \
		$ktap_passed $ktap_failed $ktap_skipped
	[ $ktap_failed = 0 ] || exit $KTAP_FAIL
	[ $ktap_passed -gt 0 ] || exit $KTAP_SKIP
	exit $KTAP_PASS
}

# ktap_main FUNCTION...: each is a case, its name the title
ktap_main()
{
	local function

	ktap_plan $#
	for function; do
		ktap_case "${function//_/ }" "$function"
	done
	ktap_end
}
