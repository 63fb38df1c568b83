# scrapes.sh - what reading the metrics does to the probes: 100,000 targets at 50,000 probes a second, while one client
# scrapes every 5 s as fast as it can and another reads at 1 MB/s; with and without, by turns, with the loop in real time
# and without. And what one scrape of a million takes.
scrape_port=19737
scrape_url=http://127.0.0.1:$scrape_port/metrics

# scraped_fleet N INTERVAL REPORT
scraped_fleet() {
	printf 'http: {listen: "127.0.0.1:%s"}\n' $scrape_port
	fleet "$1" "$2" "$3"
}

# fetch [OPTION]... - as Prometheus does: compressed. Adds status, seconds and bytes to $work/fetched.
fetch() {
	curl -sS --max-time 300 -H 'Accept-Encoding: gzip' -o /dev/null -w '%{http_code} %{time_total} %{size_download}\n' \
		"$@" "$scrape_url" >>"$work/fetched" 2>>"$work/fetched.err" &
	fetching=$!
	wait $fetching
}

# client [OPTION]... - one scrape after the other, beginning 5 s apart or as soon as the one before has ended. Its end
# breaks off the one in progress.
client() {
	local next=$SECONDS fetching=
	trap 'kill $fetching 2>/dev/null; exit' TERM
	while :; do
		fetch "$@"
		next=$((next + 5))
		[ $SECONDS -lt $next ] || next=$SECONDS
		sleep $((next - SECONDS))
	done
}

rss_kib() {
	awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status"
}

# watch_rss - the most that it takes, in KiB, in $work/rss; until it is ended.
watch_rss() {
	local now most=0
	while now=$(rss_kib); do
		[ "$now" -le $most ] || { most=$now; echo $most >"$work/rss"; }
		sleep 0.05
	done
}

# scraped_run NAME clients|none - one run; adds to $work/scraped.NAME: p99 off and longest silence in ms; skipped and lost
# probes; bytes a target before, at most, and 5 s after; scrapes that succeeded, and that did not.
scraped_run() {
	local pacer helpers=() helper before after
	scraped_fleet 100000 2000ms 120s >"$work/fleet.yaml"
	: >"$work/fetched"
	run_daemon "$work/fleet.yaml"
	sleep 5
	before=$(rss_kib)
	"$pace" 2000 >"$work/pace" 2>"$work/pace.err" &
	pacer=$!
	pids+=("$pacer")
	wait_for 5 grep -q watching "$work/pace" || die "bench/pace: $(cat "$work/pace.err")"
	echo "$before" >"$work/rss"
	watch_rss & helpers+=($!)
	if [ "$2" = clients ]; then
		client & helpers+=($!)
		client --limit-rate 1M & helpers+=($!)
	fi
	pids+=("${helpers[@]}")
	sleep "$scrape_seconds"
	kill -TERM $pacer
	wait $pacer || die "bench/pace saw nothing: $(cat "$work/pace.err")"
	for helper in "${helpers[@]}"; do
		kill "$helper" && wait "$helper"
	done 2>/dev/null
	sleep 5
	after=$(rss_kib)
	end_daemon
	# shellcheck disable=SC2046
	echo $(sed -n '$p' "$work/pace" | jq -r '[.off_p99_ms, .silence_max_ms] | @tsv') "$(stopped skipped)" \
		$(totals | awk '{ print $2 }') $(bytes_each "$before") $(bytes_each "$(cat "$work/rss")") $(bytes_each "$after") \
		"$(grep -c '^200' "$work/fetched")" "$(grep -vc '^200' "$work/fetched")" >>"$work/scraped.$1.$2"
	rm -f "$log"
}

bytes_each() {
	calc "$1 * 1024 / 100000"
}

# p99_ratio NAME - with clients to without, the median of the pairs.
p99_ratio() {
	paste "$work/scraped.$1.clients" "$work/scraped.$1.none" | awk '{ print $1 / $10 }' | median
}

# scraped_summary NAME LOAD - of the runs with clients.
scraped_summary() {
	local f=$work/scraped.$1.clients
	figure minipingd "$2" off_p99_ms "$(column 1 "$f" | median)" off_p99_to_unread "$(p99_ratio "$1")" \
		silence_max_ms "$(column 2 "$f" | largest)" skipped "$(column 3 "$f" | sum)" lost "$(column 4 "$f" | sum)" \
		rss_before "$(column 5 "$f" | median)" rss_most "$(column 6 "$f" | largest)" rss_after "$(column 7 "$f" | median)" \
		scrapes "$(column 8 "$f" | sum)" scrapes_failed "$(column 9 "$f" | sum)" \
		limits "$(awk '{ n += $3 } END { if (n) printf "%.0f probes skipped\n", n; else print "none" }' "$f")" \
		command 'minipingd -c FILE'
}

# scraped_budgets NAME LOAD
scraped_budgets() {
	local f=$work/scraped.$1.clients
	budget "sends off schedule, p99, $2, to that without scrapes" "$(p99_ratio "$1")" 1.25 ''
	budget "longest silence, $2" "$(column 2 "$f" | largest)" 20 ms
	budget "probes skipped, $2" "$(column 3 "$f" | sum)" 0 ''
	budget "memory of two generations and two connections, $2" \
		"$(awk '{ print $6 - $5 }' "$f" | largest)" 981 'bytes a target'
}

measure_scrapes() {
	local scrape_seconds=$((seconds > 25 ? seconds : 25)) daemon=$minipingd
	command -v curl >/dev/null || die 'no curl'
	printf '#!/bin/sh\nexec "%s" --realtime "$@"\n' "$daemon" >"$work/realtime"
	chmod +x "$work/realtime"
	for ((run = 0; run < runs; run++)); do
		for arm in none clients; do
			minipingd=$daemon
			scraped_run usual $arm
			minipingd=$work/realtime
			scraped_run realtime $arm
		done
	done
	scraped_summary realtime '100,000 targets at 2 s, --realtime, two clients'
	scraped_budgets realtime 'two clients scraping 100,000 targets, --realtime'
	scraped_summary usual '100,000 targets at 2 s, two clients'
}

# thread_ticks - CPU of all threads but the loop's.
thread_ticks() {
	local task
	for task in "/proc/$pid/task"/*; do
		[ "${task##*/}" = "$pid" ] || sed 's/.*) //' "$task/stat"
	done | awk '{ n += $12 + $13 } END { print n }'
}

measure_scrape() {
	local ticks_before before plain
	command -v curl >/dev/null || die 'no curl'
	scraped_fleet 1000000 20s 1h >"$work/fleet.yaml"
	run_daemon "$work/fleet.yaml"
	sleep "$((seconds > 25 ? seconds : 25))"
	before=$(rss_kib)
	ticks_before=$(thread_ticks)
	: >"$work/fetched"
	watch_rss &
	pids+=($!)
	curl -sS --max-time 300 -o /dev/null -w '%{http_code} %{time_total} %{size_download}\n' "$scrape_url" >"$work/plain"
	plain=$(thread_ticks)
	sleep 3
	fetch
	sleep 5
	# shellcheck disable=SC2046
	figure minipingd '1,000,000 targets at 20 s, one scrape' \
		plain_status $(column 1 "$work/plain") plain_s $(column 2 "$work/plain") plain_bytes $(column 3 "$work/plain") \
		plain_cpu_s "$(calc "($plain - $ticks_before) / $ticks")" \
		gzip_s $(column 2 "$work/fetched") gzip_bytes $(column 3 "$work/fetched") \
		rss_before "$(calc "$before * 1024 / 1000000")" rss_most "$(calc "$(cat "$work/rss") * 1024 / 1000000")" \
		rss_after "$(calc "$(rss_kib) * 1024 / 1000000")" command 'minipingd -c FILE'
	end_daemon
	figure minipingd '1,000,000 targets at 20 s, one scrape' skipped "$(stopped skipped)"
}
