# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian packages, unpacked into the cache and never installed: of the suite and
# architecture of this machine, of sid, or of another architecture. What is fetched
# is said on stderr.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/cellar
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
lists_days=7

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

say()
{
	echo "${0##*/}: $*" >&2
}

# A suite is "machine", "sid" or an architecture. All but the first are read through
# an apt state of their own: the machine's is never touched.
apt_of()
{
	local suite=$1

	shift
	if [ "$suite" = machine ]; then
		"$@"
	else
		APT_CONFIG=$cache/$suite/apt.conf "$@"
	fi
}

# The Debian archives this machine already uses, and what of them.
sources_of()
{
	local mirror

	if [ "$1" = sid ]; then
		mirror=$(apt-get indextargets --format "\$(REPO_URI)" |
			grep -E '/debian/?$' | sort -u | head -n 1)
		[ -z "$mirror" ] || echo "deb [signed-by=$keyring] $mirror sid main"
	else
		apt-get indextargets --format \
			"deb [signed-by=$keyring] \$(REPO_URI) \$(RELEASE) main" \
			'Origin: Debian' 'Component: main' 'Identifier: Packages' | sort -u
	fi
}

# Fails if the lists are old and their archive is out of reach.
apt_update()
{
	local suite=$1 state=$cache/$1 arch=$1 sources

	[ "$suite" != sid ] || arch=amd64
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	(
		flock 9
		[ -z "$(find "$state/fresh" -mtime -$lists_days 2>/dev/null)" ] || exit 0
		sources=$(sources_of "$suite") && [ -n "$sources" ] || exit 1
		echo "$sources" >"$state/sources.list"
		: >"$state/status"
		# Headers of any architecture are used with programs of amd64.
		cat >"$state/apt.conf" <<-END
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; "amd64"; };
		Dir::State "$state";
		Dir::State::status "$state/status";
		Dir::Cache "$state/cache";
		Dir::Etc::SourceList "$state/sources.list";
		Dir::Etc::SourceParts "-";
		Acquire::Languages "none";
		Acquire::http::Timeout "20";
		END
		say "reading the package lists of Debian for $suite"
		apt_of "$suite" apt-get -qq --error-on=any -o APT::Sandbox::User=root \
			update >&2 || exit 1
		touch "$state/fresh"
	) 9>"$state/lock"
}

# Fetches packages and unpacks them below a folder.
unpack()
{
	local suite=$1 dir=$2 packages

	shift 2
	packages=$(mktemp -d "$cache/fetch.XXXXXX")
	say "fetching $*"
	(cd "$packages" && apt_of "$suite" apt-get -qq -o APT::Sandbox::User=root \
		download "$@") >&2 || { rm -rf "$packages"; die "could not fetch $*"; }
	for package in "$packages"/*.deb; do
		dpkg -x "$package" "$dir" || die "could not unpack $package"
	done
	rm -rf "$packages"
}

# Direct dependencies of a package whose names match.
depends()
{
	apt_of "$1" apt-cache depends "$2" | sed -n 's/^ *|\?Depends: //p' |
		grep -E "$3" | sort -u || true
}

# Runs a builder on an empty folder unless an earlier run finished it. The lock
# keeps parallel stages from building the same thing twice.
once()
{
	local dir=$1

	shift
	mkdir -p "$(dirname "$dir")"
	(
		flock 9
		[ ! -e "$dir/ready" ] || exit 0
		rm -rf "$dir"
		mkdir -p "$dir"
		"$@" "$dir"
		touch "$dir/ready"
	) 9>"$dir.lock" || exit 1
	echo "$dir"
}
