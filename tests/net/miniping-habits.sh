#!/bin/bash
# Habits of the hand: every option that ping(8) and fping(8) have is in the table of habits, and does what the table
# says of it: the same, or nothing but an error with the hint. Every option of miniping's is in --help, the manual and
# the completions.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
table=$(realpath -m "$top_builddir/habits_keydoc")
sources=$(realpath "${srcdir:-.}")
[ -x "$miniping" ] && [ -x "$table" ] || die "no miniping, or no habits_keydoc"
cd "$work" || die "no $work"
"$table" list >list || die "no table"
echo 127.0.0.1 >hosts

# --- nothing is left out ---

for program in ping fping; do
	# Both exit with 1 or 2 after it, and one prints it on standard error.
	command -v $program >/dev/null || continue
	$program -h >usage 2>&1
	grep -oE '^ +(-[A-Za-z0-9]\b|--[a-z][a-z0-9-]+)(, --[a-z][a-z0-9-]+)?' usage | grep -oE -- '(^|[ ,])-[A-Za-z0-9]\b|--[a-z][a-z0-9-]+' |
		tr -d ' ,' | sort -u >theirs
	[ "$(wc -l <theirs)" -gt 25 ] || fail "$program -h names few options: $(paste -sd' ' theirs)"
	while read -r option; do
		awk -F'\t' -v p=$program -v o="$option" '$1 == p && $2 == o { n = 1 } END { exit !n }' list ||
			fail "$program's $option is not in the table"
	done <theirs
done

# --- each row is true ---

# value OPTION ARGUMENT - such as the other program would be given
value() {
	case $1 in
	-f | --file) echo hosts ;;
	-I) echo lo ;;
	-M) echo do ;;
	-s | --size) echo 56 ;;
	-p) echo 0xff ;;
	*) echo 1 ;;
	esac
}

n_rows=0
while IFS=$'\t' read -r program option argument is here; do
	n_rows=$((n_rows + 1))
	words=("$option")
	[ "$argument" = - ] || words+=("$(value "$option")")
	case $is in
	same | another)
		# -c1 stands before it: the option may say another number. What never ends is interrupted.
		host=127.0.0.1
		case $option in
		-6 | --ipv6) host=::1 ;;
		esac
		case $option in
		-l | --loop) timeout --preserve-status -s INT 2 "$miniping" "${words[@]}" $host >out 2>err ;;
		*) "$miniping" -c1 "${words[@]}" $host >out 2>err </dev/null ;;
		esac
		equal "exit code of $program's ${words[*]}, which is $is" 0 $?
		continue
		;;
	number) words=("$option" 3) ;;
	unit) words=("$option" 30) ;;
	digits) words=("$option" 20) ;;
	flag) words=("$option") ;;
	refused) ;;
	*) fail "an unknown case: $is" ;;
	esac
	"$miniping" -c1 "${words[@]}" 127.0.0.1 >out 2>err </dev/null
	equal "exit code of $program's ${words[*]}" 3 $?
	equal "standard output of $program's ${words[*]}" "" "$(cat out)"
	grep -qF "as $program's (" err && grep -qF ": $here" err ||
		fail "$program's ${words[*]} has no hint \"$here\": $(cat err)"
done <list
[ $n_rows -gt 100 ] || fail "only $n_rows rows in the table"

# What belongs to miniping's own units stays.
for words in '-t 9' '-t 30s' '-t 0.5' '-t 10ms' '-i 1' '-i 10ms -t 20ms'; do
	# shellcheck disable=SC2086
	"$miniping" -c1 $words 127.0.0.1 >out 2>err || fail "$words is refused: $(cat err)"
done
"$miniping" -c1 -l3 127.0.0.1 >out 2>err
check "-l3 is ping's preload" grep -q "^miniping: -l 3: as ping's (preload)" err

# --- help, manual and completions name the same options ---

"$miniping" --help >help
grep -oE '^ +(-[A-Za-z0-9]\b|--[a-z][a-z0-9-]+)(, --[a-z][a-z0-9-]+)?' help | grep -oE -- '(^|[ ,])-[A-Za-z0-9]\b|--[a-z][a-z0-9-]+' |
	tr -d ' ,' | sort -u >ours
[ "$(wc -l <ours)" -gt 35 ] || fail "--help names few options: $(paste -sd' ' ours)"
sed '/^\.Sh HABITS/,/^\.Sh ENV/d' "$sources/man/miniping.8.in" | sed -n '/^\.Bl -tag/,/^\.El/p' | grep '^\.It Fl' >manual
# The options that bash and zsh offer are words of their own there; fish names them by kind.
sed -n '/compgen -W .-c/,/--version/p' "$sources/completion/miniping" | sed 's/.*compgen -W//' | grep -oE -- '--?[A-Za-z0-9][a-z0-9-]*' | sort -u >bash
equal "the options that bash completes" "$(cat ours)" "$(cat bash)"
while read -r option; do
	case $option in
	--*) mdoc="Fl Fl ${option#--}" fish="-l ${option#--}" ;;
	*) mdoc="Fl ${option#-}" fish="-s ${option#-}" ;;
	esac
	grep -qE "$mdoc( |\$)" manual || fail "miniping(8) has no $option"
	grep -qE -- "(^|[^a-z-])$option([^a-z-]|\$)" "$sources/completion/_miniping" || fail "zsh completes no $option"
	grep -qE -- "$fish( |\$)" "$sources/completion/miniping.fish" || fail "fish completes no $option"
done <ours
for file in _miniping miniping.fish; do
	grep -oE -- '--[a-z][a-z0-9-]+|-l [a-z][a-z0-9-]+' "$sources/completion/$file" | sed 's/^-l /--/' | sort -u |
		grep -vxFf ours >more && fail "completion/$file has what is no option: $(paste -sd' ' more)"
done
true
