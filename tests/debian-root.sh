#!/bin/bash
# debian-root.sh RELEASE PACKAGE... - prints the path of a folder that holds a minimal Debian of that release with
# these packages, made by debootstrap from the mirror that this machine's apt uses. Needs root and about a minute.
#
# It is kept in DEBIAN_ROOTS (default: ./roots) under a name made from release and packages, and found there again.
# Users of it work on a copy (cp -a), or mount it read-only: it is shared. Exits 77 where it cannot be made for
# want of root, debootstrap or an apt that knows a mirror; 1 where making it fails.
set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

# give_up CODE WHY
give_up() {
	echo "debian-root.sh: $2" >&2
	exit "$1"
}

[ $# -ge 1 ] || give_up 1 "usage: $0 RELEASE PACKAGE..."
release=$1
shift
mapfile -t packages < <(printf '%s\n' "$@" | sort -u)
list=$(IFS=,; echo "${packages[*]}")
roots=${DEBIAN_ROOTS:-roots}
mkdir -p "$roots"
roots=$(realpath "$roots")
name=$release-$(printf '%s\n' "$list" | sha256sum | cut -c 1-12)

# Two that want one at the same time: the second finds what the first has made, and its packages.
exec 9>"$roots/.lock"
flock 9
if [ -d "$roots/$name" ]; then
	echo "$roots/$name"
	exit
fi

[ "$(id -u)" = 0 ] || give_up 77 "needs root"
command -v debootstrap >/dev/null || give_up 77 "needs debootstrap (Debian package debootstrap)"
command -v apt-get >/dev/null || give_up 77 "needs apt, which knows a mirror"
mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
	awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
[ -n "$mirror" ] || give_up 77 "apt knows no mirror of Debian (apt-get update first?)"

new=$roots/.$name.new
log=$roots/$name.log
rm -rf --one-file-system "$new"
mkdir -p "$roots/.debs" "$new/etc/dpkg/dpkg.cfg.d"
# What is interrupted is thrown away whole: dpkg need not write through to the disk.
echo force-unsafe-io >"$new/etc/dpkg/dpkg.cfg.d/unsafe-io"
# Its mounts end with it, in a namespace of their own.
unshare --mount debootstrap --variant=minbase --cache-dir="$roots/.debs" ${list:+--include="$list"} \
	"$release" "$new" "$mirror" >"$log" 2>&1 </dev/null 9>&- || {
	tail -n 20 "$log" >&2
	rm -rf --one-file-system "$new"
	give_up 1 "debootstrap failed, its output is in $log"
}
rm -f "$new"/var/cache/apt/archives/*.deb
mv "$new" "$roots/$name"
echo "$roots/$name"
