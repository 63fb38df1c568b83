#!/bin/bash
# threads.sh OBJECT... - fails if one of them calls a function of the C library that keeps its answer in memory of its own
# (attributes(7): MT-Unsafe race), where another thread may write.
set -u
export LC_ALL=C

unsafe='asctime|crypt|ctime|drand48|ecvt|fcvt|fgetgrent|fgetpwent|getdate|getgrent|getgrgid|getgrnam|gethostbyaddr|gethostbyname2?'
unsafe+='|getlogin|getmntent|getnetbyname|getprotobyname|getpwent|getpwnam|getpwuid|getservbyname|getservbyport|gmtime'
unsafe+='|hcreate|hdestroy|hsearch|inet_ntoa|lgamma|localtime|lrand48|mblen|mbtowc|nl_langinfo|ptsname|putenv|qecvt|rand48'
unsafe+='|random|rand|setenv|setlocale|srand|srandom|strsignal|strtok|ttyname|unsetenv|wctomb'
n=0
for object; do
	n=$((n + 1))
	found=$(nm -u "$object" | sed -nE "s/^ *U ($unsafe)(@.*)?$/\1/p")
	[ -z "$found" ] || { echo "$object calls $found, which no thread may" && failed=1; }
done
[ "$n" -gt 0 ] || { echo "no objects"; exit 1; }
exit "${failed:-0}"
