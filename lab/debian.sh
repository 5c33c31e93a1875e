# Source this file for functions that get Debian packages of all architectures of the lab.
#
# apt uses separate lists and a separate status in $cache, so that this machine's dpkg is not
# changed.

cache=${REFCLOCK_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/refclock-lab}
mkdir -p "$cache"/apt/{lists,archives}/partial
cache=$(cd "$cache" && pwd)

die() { echo "${0##*/}: $*" >&2; exit 1; }
note() { echo "${0##*/}: $*" >&2; }

# lock locks the cache for this process.
lock() { exec 9>"$cache/lock" && flock 9; }

undelivered="the network or the mirror failed, not the tested code; try again"

# twice retries once: mirrors sometimes refuse, or change while they are read.
twice() { "$@" || { sleep 5; "$@"; }; }

# need PACKAGE... installs missing packages on this machine.
need() {
	local missing=()
	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	[ ${#missing[@]} = 0 ] && return
	[ "$(id -u)" = 0 ] || die "missing packages: type sudo apt-get install ${missing[*]}"
	note "installing ${missing[*]}"
	local install=(apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}")
	export DEBIAN_FRONTEND=noninteractive
	# The machine's package lists may be missing or outdated.
	"${install[@]}" >"$cache/install.log" 2>&1 9>&- ||
		{ apt-get -q update && "${install[@]}"; } >"$cache/install.log" 2>&1 9>&- ||
		{ tail -5 "$cache/install.log" >&2; die "cannot install ${missing[*]}: $undelivered"; }
}

# debian COMMAND... runs apt-get or apt-cache for all architectures.
debian() {
	local command=$1
	shift
	"$command" -q \
		-o Dir::State="$cache/apt" -o Dir::State::status="$cache/apt/status" -o Dir::Cache="$cache/apt" \
		-o Dir::Etc::sourcelist="$cache/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o APT::Architecture=amd64 -o APT::Architectures::=amd64 \
		-o APT::Architectures::=arm64 -o APT::Architectures::=armhf \
		-o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}

# sources prints the machine's mirrors of Debian 12 as sources for all architectures. It omits
# armhf of the security updates: one broken index makes apt drop the whole suite, and armhf's
# index is often broken.
sources() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u |
		while read -r uri suite component; do
			case $suite in
			bookworm) processors=amd64,arm64,armhf ;;
			bookworm-security) processors=amd64,arm64 ;;
			*) continue ;;
			esac
			echo "deb [arch=$processors signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite $component"
		done
}

# lists updates the package lists if they are older than twelve hours.
lists() {
	[ -z "$(find "$cache/apt/read" -mmin -720 2>/dev/null)" ] || return 0
	touch "$cache/apt/status"
	sources >"$cache/apt/sources.list"
	[ -s "$cache/apt/sources.list" ] || { apt-get -q update >&2 && sources >"$cache/apt/sources.list"; }
	[ -s "$cache/apt/sources.list" ] || die "apt knows no mirror of Debian 12 (bookworm): expected one in /etc/apt/sources.list.d"
	note "reading the package lists"
	twice debian apt-get update >"$cache/apt/update.log" 2>&1 ||
		{ tail -5 "$cache/apt/update.log" >&2; die "cannot read Debian's package lists: $undelivered"; }
	touch "$cache/apt/read"
}

# version NAME[:ARCH] prints the newest version.
version() {
	local found
	found=$(debian apt-cache show "$1" | sed -n 's/^Version: //p' | sort -V | tail -1)
	[ -n "$found" ] || die "Debian's package lists have no $1"
	echo "$found"
}

# download PACKAGE[:ARCH][=VERSION]... downloads .deb files to the current folder.
download() {
	twice debian apt-get download "$@" >"$cache/download.log" 2>&1 9>&- ||
		{ tail -5 "$cache/download.log" >&2; die "cannot download $*: $undelivered"; }
}
