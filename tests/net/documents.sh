#!/bin/bash
# documents.sh - every command and every example file of README and the manual pages does what the text says, as it
# stands there: on a tree from the tarball, built and installed as README says, over a /usr and /etc that are thrown away.
if [ "${MINIPING_MOUNTS:-}" != own ]; then
	[ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null ||
		{ echo "SKIP documents: needs root, for a mount namespace"; [ "${CI:-}" = true ] && exit 1; exit 77; }
	MINIPING_MOUNTS=own exec unshare --mount --propagation private -- bash "$0" "$@"
fi
. "${0%/*}/lib.sh"
srcdir=$(realpath "${srcdir:-.}")
# Not skip: it is no lack of this machine.
if [[ ${CFLAGS:-} == *sanitize* ]]; then
	echo "SKIP documents: builds everything itself; once, beside the plain build, is enough" >&2
	exit 77
fi
for tool in autoreconf make mandoc pkg-config python3 setcap; do
	command -v $tool >/dev/null || skip "needs $tool"
done

# --- a machine of our own ---

layer() {
	mkdir -p "$work/layers$1/up" "$work/layers$1/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/layers$1/up,workdir=$work/layers$1/work" "$1" ||
		skip "the kernel grants no overlay mount"
}
mkdir "$work/layers" && mount -t tmpfs tmpfs "$work/layers" || skip "no tmpfs"
for dir in /usr /etc /var; do layer $dir; done
mount -t tmpfs tmpfs /run || skip "no tmpfs"
leave_machine() {
	local code=$?
	umount -l /usr /etc /var /run "$work/layers"
	(exit $code)
	leave
}
trap leave_machine EXIT

for prefix in 192.0.2.0/24 198.51.100.0/24; do
	ip route add local $prefix dev lo || die "no route to $prefix"
done
ip -6 route add local 2001:db8::/32 dev lo || die "no route to 2001:db8::/32"
ip route add 198.18.0.0/24 dev lo || die "no route to nobody"
printf '127.0.0.1 localhost\n192.0.2.77 gw.example.net\n' >/etc/hosts
if ! command -v sudo >/dev/null; then
	printf '#!/bin/sh\nexec "$@"\n' >/usr/local/bin/sudo
	chmod 755 /usr/local/bin/sudo
fi
mkdir "$work/room"
export MAKEFLAGS="-j$(nproc)" DEBIAN_FRONTEND=noninteractive

# --- what the documents say ---

# Writes commands (a line each: where, a tab, the command) and example-* files.
python3 - "$srcdir" "$work" <<'END' || die "the documents could not be read"
import os, re, sys

srcdir, work = sys.argv[1:]
programs = r"(?:\./|build/|minipingd |miniping |minipingctl |sudo |make |man |systemctl |journalctl |cc |jq |setcap |sysctl )"
# What a configuration begins with, and no other file that the manuals show.
sections = r"(?:defaults|groups|targets|targets_file|include|log|http|control|metrics|limits|shard|x-[a-z]+):"
commands, examples = [], []


def example(where, lang, text):
    examples.append((where, lang, text))


def readme():
    fence, lang = None, None
    for number, line in enumerate(open(f"{srcdir}/README.md"), 1):
        where = f"README.md:{number}"
        if line.startswith("```"):
            if fence is None:
                fence, lang = [], line[3:].strip()
            else:
                example(where, lang, "".join(fence))
                fence = None
        elif fence is not None:
            fence.append(line)
        elif line.startswith("    "):
            commands.append((where, line.strip()))
        else:
            commands.extend((where, m[1]) for m in re.finditer(rf"`({programs}[^`]*)`", line))


def manual(name):
    subst = {"@bindir@": "/usr/bin", "@sbindir@": "/usr/sbin", "@sysconfdir@": "/etc", r"\(dq": '"', r"\e": "\\"}
    block = None
    for number, line in enumerate(open(f"{srcdir}/man/{name}.in"), 1):
        for key, value in subst.items():
            line = line.replace(key, value)
        where = f"{name}:{number}"
        if line.startswith(".Dl "):
            commands.append((where, line[4:].strip()))
        elif line.startswith(".Bd -literal"):
            block = []
        elif line.startswith(".Ed") and block is not None:
            text = "".join(block)
            if re.match(rf"\$? ?{programs}", text):
                commands.append((where, " ".join(text.split())))
            else:
                example(where, "c" if "#include" in text else "yaml" if re.match(sections, text) else "text", text)
            block = None
        elif block is not None:
            block.append(line)


readme()
for name in sorted(os.listdir(f"{srcdir}/man")):
    if name.endswith(".in"):
        manual(name[:-3])
with open(f"{work}/commands", "w") as out:
    out.writelines(f"{where}\t{command}\n" for where, command in commands)
for i, (where, lang, text) in enumerate(examples):
    open(f"{work}/example-{i}.{lang}", "w").write(text)
    print(f"{where}: example-{i}.{lang}")
END
n_commands=$(wc -l <"$work/commands")
[ "$n_commands" -gt 25 ] || fail "only $n_commands commands: what has become of the documents?"

# --- building and installing, as README says ---

(cd "$builddir" && unset MAKELEVEL && make -s distdir distdir="$work/tree" >"$work/distdir.out" 2>&1) ||
	die "make distdir: $(tail "$work/distdir.out")"
chmod -R u+w "$work/tree"
cd "$work/tree" || die "no tree"
n_done=0
declare -A seen

# in_tree COMMAND - those that are run in the tree, one after the other.
in_tree() {
	case $1 in
	'./bootstrap run'*)
		bash -c "$1" >"$work/run.out" 2>&1 &
		local pid=$!
		pids+=("$pid")
		wait_for 300 grep -q kind=report "$work/run.out" || fail "./bootstrap run shows no report: $(tail -n 5 "$work/run.out")"
		kill -TERM "$(pgrep -P "$pid" -x minipingd || echo "$pid")"
		wait "$pid"
		;;
	'./bootstrap test'* | 'make bench'*) ;;          # the one runs this test, the other takes hours
	'./bootstrap' | './configure '*) bash -c "$1" >"$work/build.out" 2>&1 || die "$1: $(tail -n 20 "$work/build.out")" ;;
	*) return 1 ;;
	esac
}

while IFS=$'\t' read -r where command; do
	in_tree "$command" </dev/null || continue
	n_done=$((n_done + 1))
	seen[$command]=1
done <"$work/commands"
for file in /usr/sbin/minipingd /usr/bin/miniping /etc/minipingd/minipingd.yaml /usr/share/man/man8/minipingd.8; do
	[ -s $file ] || fail "README's commands have installed no $file"
done
ldconfig

# --- what commands are run on ---

cd "$work/room" || die "no room"
n_examples=0
for file in "$work"/example-*.yaml; do
	n_examples=$((n_examples + 1))
	cp "$file" "$work/room/example.yaml"
	minipingd --check -c example.yaml 2>"$work/err" || fail "$(cat "$file") is refused: $(cat "$work/err")"
done
[ "$n_examples" -ge 2 ] || fail "only $n_examples example configurations"
for file in /etc/minipingd/minipingd.yaml "$srcdir"/etc/examples/*.yaml "$srcdir"/etc/examples/shards/*.yaml; do
	minipingd --check -c "$file" 2>"$work/err" || fail "$file is refused: $(cat "$work/err")"
done

fleet='defaults: {interval: 100ms, timeout: 100ms, report: 1s, fall: 2}
groups:
  - name: core
    labels: {site: fra1}
    targets:
      - 192.0.2.1
      - {host: 198.18.0.1, name: gw}
      - {host: 198.18.0.2, name: "behind gw", depends_on: gw}
      - {host: 198.18.1.1, name: "no way"}
targets: ["2001:db8::1", nosuch.invalid]'
mkdir /run/minipingd
for format in json logfmt; do
	mkdir "$work/$format"
	printf '%s\nlog: {to: %s/fleet.log, format: %s}\n' "$fleet" "$work/$format" $format >"$work/$format/fleet.yaml"
	# One of them is what minipingctl asks.
	[ $format = json ] && cat >>"$work/$format/fleet.yaml" <<-END
		control: {socket: /run/minipingd/control.sock}
		history: {file: $work/json/history.db}
	END
	(cd "$work/$format" && exec minipingd -c fleet.yaml 2>err) &
	declare "${format}_pid=$!"
	pids+=($!)
done
printf '%s\n' "$fleet" >fleet.yaml
cp fleet.yaml FILE && cp fleet.yaml OLD && cp fleet.yaml new.yaml && sed 's/2001:db8::1/2001:db8::2/' fleet.yaml >NEW
cp NEW new.yaml
printf '192.0.2.1\n192.0.2.2\n198.18.0.1\n' >hosts
cp "$work"/example-*.c .
cp "$(find . -name 'example-*.c' | head -n 1)" example.c
# What waits for systemd is shown with a booted one (tests/boot); here a signal goes where it would go.
cat >/usr/local/bin/systemctl <<END
#!/bin/sh
[ "\$*" = "kill -s USR1 minipingd" ] && exec kill -USR1 \$(cat "$work/json/pid")
[ "\$*" = daemon-reload ] && exit 0
echo "not here: \$*" >&2
exit 1
END
chmod 755 /usr/local/bin/systemctl
echo "$json_pid" >"$work/json/pid"
all_told() {
	grep -q '"kind":"state".*"target":"behind gw".*"to":"down"' "$work/json/fleet.log" &&
		grep -q 'kind=state target="behind gw".* to=down' "$work/logfmt/fleet.log" &&
		grep -q '"kind":"state".*"target":"no way".*"to":"unknown"' "$work/json/fleet.log" &&
		[ "$(grep -c 'kind=report' "$work/logfmt/fleet.log")" -gt 10 ]
}
wait_for 30 all_told || fail "the fleet that the recipes look at is not as expected"

# --- each command ---

# targets_in FILE - which of the fleet's targets it names
targets_in() {
	grep -oE '192\.0\.2\.1\b|behind gw|no way|2001:db8::1\b|nosuch\.invalid|\bgw\b' "$1" | sort -u | paste -sd ,
}

# ends_by_itself COMMAND - else our program in it is interrupted after a while
ends_by_itself() {
	case $1 in
	*--check* | *--diff*) return 0 ;;
	'miniping -l'* | 'minipingd '*) return 1 ;;
	esac
}

run() {
	local pid
	if ends_by_itself "$1"; then
		timeout 60 bash -c "$1" >"$work/out" 2>"$work/err" </dev/null
		code=$?
		return
	fi
	setsid bash -c "$1" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	pids+=("$pid")
	sleep 5
	pkill -INT -g "$pid" -x 'miniping|minipingd'
	wait "$pid"
	code=$?
}

declare -A checked
# told PART EXPECTED - if the command holds PART, its output names these targets only
told() {
	[[ $command == *"$1"* ]] || return
	checked[$1]=1
	equal "$where: targets that \"$command\" names" "$2" "$(targets_in "$work/out")"
}

try() {
	local room=$work/room
	case $command in
	*'systemctl kill'* | *fleet.log*) room=$work/json ;;
	esac
	[[ $command =~ ^(grep|sed|awk|cut)\  ]] && room=$work/logfmt
	# It begins with the end of a minute.
	[[ $command != *'minipingctl history'* ]] || wait_for 75 eval '[ -n "$(minipingctl history gw)" ]'
	cd "$room" || die "no $room"
	run "$command"
	[ "$code" = 0 ] || fail "$where: \"$command\" ends with $code: $(tail -n 3 "$work/err")"
}

while IFS=$'\t' read -r where command; do
	[ -z "${seen[$command]:-}" ] || continue
	case $command in
	'systemctl '* | 'journalctl '* | 'sudo systemctl '*) continue ;;   # tests/boot
	'# yaml-language-server'*) continue ;;                             # tests/config-keys.sh
	esac
	seen[$command]=1
	n_done=$((n_done + 1))
	try
	told '.loss_pct > 0) | [.target, .loss_pct, .median_ms]' 'behind gw,gw'
	told '[.ts, .target, .from, .to, .reason]' '192.0.2.1,2001:db8::1,behind gw,gw,no way'
	told '.to == "unknown"' 'no way'
	told '.not_sent > 0' 'no way'
	told '.to == "down" and .blocked_by == null' gw
	told '.labels.site == "fra1"' '192.0.2.1,behind gw,gw,no way'
	told "grep 'to=down'" 'behind gw,gw'
	told ' level=(err|warning)' 'behind gw,gw,no way,nosuch.invalid'
	told '(map(.interval_lost) | add)' '192.0.2.1,2001:db8::1,behind gw,gw,no way,nosuch.invalid'
	told ' loss_pct=([^ ]*) ' '192.0.2.1,2001:db8::1,behind gw,gw'
	told '--state down --label site=fra1' 'behind gw,gw'
	case $command in
	*max_by*) check "$where: one target" jq -e '.p99_ms > 0' "$work/out" ;;
	'mv fleet.log '*) wait_for 10 test -s "$work/json/fleet.log" || fail "$where: no new fleet.log" ;;
	'miniping -c2 -a 192.0.2.0/24'*) equal "$where: hosts" 254 "$(wc -l <"$work/out")" ;;
	*'miniping --jsonl -f hosts'*'.loss > 0'*) equal "$where: hosts" $'198.18.0.1\t100' "$(sed 's/\.0$//' "$work/out")" ;;
	*setcap* | *sysctl* | *sysusers* | 'mv '* | 'cc '* | *--check*) ;;
	*) [ -s "$work/out" ] || fail "$where: \"$command\" prints nothing" ;;
	esac
done <"$work/commands"
equal "recipes whose answers were looked at" 11 ${#checked[@]}
echo "$n_done of $n_commands commands run, $n_examples example configurations"

# --- the lines of a log ---

# Each line shown has keys that a line of its kind has here, in their order; "..." stands for some that are left out.
python3 - "$work/logfmt/fleet.log" "$work"/example-*.logfmt <<'END' || fail "a log line that README shows is none of ours"
import re, sys


def keys_of(line):
    return [m[1] for m in re.finditer(r'(?:^| )([^ =]+)=("(?:[^"\\]|\\.)*"|[^ ]*)', line.strip())]


def kind_of(line):
    return re.search(r" kind=(\w+)", line)[1]


def is_part_of(few, many):
    rest = iter(many)
    return all(key in rest for key in few)


ours = {(kind_of(line), tuple(keys_of(line))) for line in open(sys.argv[1])}
shown = [line for name in sys.argv[2:] for line in open(name)]
strange = [line for line in shown
           if not any(kind == kind_of(line) and is_part_of(keys_of(line), keys) for kind, keys in ours)]
print(f"{len(shown)} lines of a log", *strange, sep="\n")
sys.exit(len(shown) < 3 or bool(strange))
END

# --- C ---

cd "$work/room" || die "no room"
for file in example-*.c; do
	cp "$file" example.c
	bash -c "$(grep -m1 -oP '\tcc -o example .*' "$work/commands")" 2>"$work/err" ||
		{ fail "$file does not build: $(cat "$work/err")"; continue; }
	./example | grep -qE '^([0-9a-f.:]+: 0 % loss, )?median [0-9.]+ ms' || fail "$file says: $(./example)"
done
for pid in "$json_pid" "$logfmt_pid"; do
	kill -TERM "$pid" 2>/dev/null
	wait "$pid"
done
