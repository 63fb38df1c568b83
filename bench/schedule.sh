# schedule.sh - how far sends are off their time at 50,000 probes a second, quiet and while all targets are
# reported or reloaded: by the daemon's own count (off_schedule of its stop record) and by bench/pace,
# which watches from outside. And the longest silence: how long the loop stood still.
disturb_every=3

# disturb SIGNAL - for $seconds, every $disturb_every; none for "plain". A reload is waited for, the first in any case.
disturb() {
	local until=$((SECONDS + seconds)) n=0
	while [ $SECONDS -lt $until ]; do
		[ "$1" = plain ] || kill -"$1" "$pid"
		if [ "$1" = HUP ]; then
			n=$((n + 1))
			await_reload $n
		fi
		sleep $disturb_every
	done
}

await_reload() {
	local until=$((SECONDS + 60))
	until [ "$(grep -c 'event=reload ok=true' "$log")" -ge "$1" ]; do
		[ $SECONDS -lt $until ] || die "reload $1 was not done in 60 s"
		sleep 0.1
	done
}

# paced NAME N INTERVAL_MS SIGNAL - one run; adds to $work/paced.NAME: own count in %, and from outside p99,
# furthest off and longest silence in ms; probes, lost, unknown, skipped.
paced() {
	local pacer
	fleet "$2" "$3ms" "$(($3 * 60 / 1000))s" >"$work/fleet.yaml"
	run_daemon "$work/fleet.yaml"
	sleep "$(calc "1 + $3 / 1000")"
	"$pace" "$3" >"$work/pace" 2>"$work/pace.err" &
	pacer=$!
	pids+=("$pacer")
	wait_for 5 grep -q watching "$work/pace" || die "bench/pace: $(cat "$work/pace.err")"
	disturb "$4"
	kill -TERM $pacer
	wait $pacer || die "bench/pace saw nothing: $(cat "$work/pace.err")"
	end_daemon
	[ "$4" != USR2 ] || [ "$(grep -c kind=report "$log")" -ge $((2 * $2)) ] || die 'no report of all targets took place'
	# shellcheck disable=SC2046
	echo "$(calc "$(stopped off_schedule) / $(stopped probes) * 100")" \
		$(sed -n '$p' "$work/pace" | jq -r '[.off_p99_ms, .off_max_ms, .silence_max_ms, .unseen] | @tsv') \
		"$(stopped probes)" $(totals) "$(stopped skipped)" >>"$work/paced.$1"
	rm -f "$log"
}

# paced_summary NAME LOAD
paced_summary() {
	local f=$work/paced.$1
	figure minipingd "$2" sent "$(column 6 "$f" | sum)" lost "$(column 8 "$f" | sum)" \
		unknown "$(column 9 "$f" | sum)" skipped "$(column 10 "$f" | sum)" \
		off_schedule_pct "$(column 1 "$f" | median)" off_p99_ms "$(column 2 "$f" | median)" \
		silence_max_ms "$(column 4 "$f" | median)" unseen_by_pace "$(column 5 "$f" | sum)" \
		limits "$(awk '{ n += $10 } END { if (n) printf "%.0f probes skipped\n", n; else print "none" }' "$f")" \
		command 'minipingd -c FILE'
}

schedule_budgets() {
	local f=$work/paced.$1
	budget "sends more than 2 ms off schedule, by its own count, $2" "$(column 1 "$f" | median)" 1 '% of the probes'
	budget "sends off schedule, p99, seen from outside, $2" "$(column 2 "$f" | median)" 2 ms
	budget "longest silence, $2" "$(column 4 "$f" | median)" 20 ms
}

measure_schedule() {
	for ((run = 0; run < runs; run++)); do
		paced plain 50000 1000 plain
		paced report 50000 1000 USR2
		paced reload 50000 1000 HUP
	done
	paced_summary plain '50,000 targets at 1 s'
	paced_summary report "50,000 targets at 1 s, USR2 every $disturb_every s"
	paced_summary reload "50,000 targets at 1 s, HUP every $disturb_every s"
	schedule_budgets plain '50,000 probes/s'
	schedule_budgets report "50,000 probes/s, all targets reported every $disturb_every s"
	schedule_budgets reload "50,000 probes/s, reloaded every $disturb_every s"
}

measure_reload() {
	for ((run = 0; run < runs; run++)); do paced million 1000000 10000 HUP; done
	paced_summary million "1,000,000 targets at 10 s, HUP every $disturb_every s"
	budget "longest silence, 1,000,000 targets, reloaded every $disturb_every s" "$(column 4 "$work/paced.million" | median)" 20 ms
}
