# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Verdicts of stages that have passed, for tests/check. A verdict is a small file in the
# cache, named by a hash of all that its stage can read: what tests/stages/reads declares,
# what make reads, the programs and packages of this machine, the environment, and the
# kernels. A hash that cannot be made is no hash: the stage is run.

verdict_cache=${XDG_CACHE_HOME:-$HOME/.cache}/cellar
# Nothing counts as proved for longer.
verdict_days=30

# What every stage depends on: the runner, and what any make of this tree reads.
verdict_everywhere=(.gitignore tests/check tests/verdicts.sh Makefile '*.mk')

# Variables of a login, which no check reads, and of make, which none is given.
verdict_noise='AGAIN|PWD|OLDPWD|SHLVL|_|TERM|TERM_.*|COLORTERM|COLUMNS|LINES|LS_COLORS'
verdict_noise+='|WINDOWID|DISPLAY|WAYLAND_DISPLAY|VTE_VERSION|DBUS_SESSION_BUS_ADDRESS'
verdict_noise+='|SSH_.*|XDG_(SESSION|SEAT|VTNR|RUNTIME).*|INVOCATION_ID|JOURNAL_STREAM'
verdict_noise+='|MAKEFLAGS|MAKELEVEL|MFLAGS|MAKE_TERM(OUT|ERR)'

# verdict_paths STAGE: what it reads, one path a line, of all lines that mean it
verdict_paths()
{
	local pattern paths

	grep -vE '^(#|$)' tests/stages/reads | while read -r pattern paths; do
		# shellcheck disable=SC2053 # a pattern
		[[ $1 != $pattern ]] || tr -s ' \t' '\n' <<<"$paths"
	done
}

# The files below PATH..., each ended by a NUL; ignored ones do not count.
verdict_list()
{
	comm -z -23 <(git ls-files -coz --exclude-standard -- "$@" | sort -zu) \
		<(git ls-files -dz -- "$@" | sort -zu)
}

# A path without a file is an input that never changes: nobody means that.
verdict_check_paths()
{
	local path status=0

	while read -r path; do
		[ "$(verdict_list "$path" | wc -c)" -gt 0 ] || {
			echo "tests/stages/reads: there is no $path" >&2
			status=1
		}
	done < <(sed -E '/^#/d; s/^[^[:space:]]+//' tests/stages/reads | grep -oE '[^[:space:]]+' | sort -u)
	return $status
}

# Names, modes, links and contents of these files
verdict_files()
{
	git rev-parse --git-dir >/dev/null && verdict_list "$@" |
		tar -c --null --no-recursion --mtime=@0 --owner=0 --group=0 --numeric-owner -T -
}

# What `dpkg` knows, and what PATH finds besides, as update-alternatives left it.
verdict_machine()
{
	local folder

	uname -srm &&
		dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Abbrev}\n' || return
	for folder in ${PATH//:/ }; do
		[ ! -d "$folder" ] ||
			find "$folder/" -mindepth 1 -maxdepth 1 -printf '%p %s %T@ %l\n' | sort
	done
	env -0 | grep -zvE "^($verdict_noise)=" | sort -z
}

# verdict_inputs STAGE LINE: a hash of what it reads; LINE is how the table has it. Fails
# for a stage that declares nothing.
verdict_inputs()
{
	local paths

	mapfile -t paths < <(verdict_paths "$1")
	[ ${#paths[@]} -gt 0 ] || return
	{
		echo "$2 ${paths[*]}" &&
			verdict_files "${verdict_everywhere[@]}" "${paths[@]}" &&
			verdict_machine
	} | sha256sum
}

# verdict_images NEED...: the kernels, and the root, that a stage with these needs boots.
# They are fetched when first needed: what is said after the stage is what it has used.
verdict_images()
{
	local need release marks

	for need in "$@"; do
		[[ $need = modules-* ]] || continue
		release=$(readlink "build/modules/${need#modules-}") || return
		marks=("$verdict_cache/kernels/$release/ready")
		case $need in
		*-uml) marks=("$verdict_cache"/uml/*/ready) ;;
		*-arm64) marks+=("$verdict_cache"/roots/*/ready) ;;
		esac
		echo "$need $release"
		stat -c '%n %Y' "${marks[@]}" 2>/dev/null || true
	done
}

# verdict_file STAGE INPUTS NEED...: where its verdict is
verdict_file()
{
	local digest

	digest=$({ echo "$2" && verdict_images "${@:3}"; } | sha256sum | cut -c 1-32) &&
		echo "$verdict_cache/verdicts/$1-$digest"
}

# verdict_counts FILE: it is there, and not too old
verdict_counts()
{
	[ -n "$(find "$1" -mtime "-$verdict_days" 2>/dev/null)" ]
}

# verdict_recall STAGE INPUTS NEED...: prints the verdict of an earlier run: how many
# tests passed, how many were skipped, and when. Fails if there is none.
verdict_recall()
{
	local file

	file=$(verdict_file "$@") && verdict_counts "$file" && cat "$file"
}

# verdict_keep PASSED SKIPPED STAGE INPUTS NEED...
verdict_keep()
{
	local passed=$1 skipped=$2 file

	shift 2
	file=$(verdict_file "$@") || return
	mkdir -p "${file%/*}"
	echo "$passed $skipped $(date '+%F %R')" >"$file.$$"
	mv -f "$file.$$" "$file"
	find "${file%/*}" -type f -mtime "+$verdict_days" -delete
}

verdict_forget()
{
	local file

	! file=$(verdict_file "$@") || rm -f "$file"
}
