# results.json to the tables that make bench prints.
def digits: . * 100 | round / 100;
def cell: if . == null then "" elif type == "number" then digits | tostring else . end;
def commas: tostring | [match("[0-9]+").string | explode | reverse | range(0; length; 3) as $i | .[$i:$i + 3] | reverse | implode] |
	reverse | join(",");
def loss: if .sent == null then "" else "\(.lost // 0 | commas) of \(.sent | commas)" +
	(if (.unknown // 0) > 0 then ", \(.unknown | commas) unknown" else "" end) end;
def rtt: if .rtt_error_median_us == null then ""
	elif .rtt_median_to_fping == null then "\(.rtt_error_median_us | digits) / \(.rtt_error_p99_us | digits) µs"
	else "\(.rtt_median_to_fping | digits) / \(.rtt_p99_to_fping | digits)" end;

def tools: "| tool | load | CPU a probe, bare loop = 1 | memory a target, bytes | RTT error, median / p99, fping = 1 | falsely lost | limits met |",
	"|---|---|---:|---:|---:|---:|---|",
	(.tools[] | "| \(.tool) | \(.load) | \(.cpu_to_bare | cell) | \(.rss | cell) | \(rtt) | \(loss) | \(.limits // "") |");

def budgets: "| budget | measured | at most | |", "|---|---:|---:|---|",
	(.budgets[] | "| \(.what) | \(.value | cell) \(.unit) | \(.max) | \(if .met then "met" else "**not met**" end) |");

def micro: .micro_before as $before | "| pure module | ns a call | the run before |", "|---|---:|---:|",
	(.micro | to_entries[] | "| \(.key) | \(.value) | \($before[.key]? // "" | cell) |");

def commands: "| tool | load | command |", "|---|---|---|",
	(.tools[] | select(.command) | "| \(.tool) | \(.load) | `\(.command)` |");

def setting: .setting | "Medians of \(.runs) runs of \(.seconds) s on \(.cores) cores, \(.kernel)" +
	(.peers | to_entries | map("; \(.value)") | add // "") + ".";

"# Benchmark", "", setting,
(if .tools == [] then empty else "", tools end),
(if .budgets == [] then empty else "", budgets end),
(if .micro == null then empty else "", micro end),
(if .missed == [] then empty else "", "Not measured:", "", (.missed[] | "- \(.what): \(.why)") end),
(if .tools == [] then empty else "", "What was run:", "", commands end)
