# The lines of all parts to one document. Figures of one tool and load become one row, in the order in
# which they first came.
def rows: reduce .[] as $f ({order: [], row: {}};
	([$f.tool, $f.load] | tojson) as $id |
	(if .row[$id] then . else .order += [$id] | .row[$id] = {tool: $f.tool, load: $f.load} end) |
	.row[$id][$f.key] = $f.value) | .row as $row | .order | map($row[.]);

{
	setting: $setting[0],
	tools: (map(select(.of == "figure")) | rows),
	budgets: map(select(.of == "budget") | del(.of) | .met = ((.value | type) == "number" and .value <= .max)),
	missed: (map(select(.of == "missed") | del(.of)) | unique),
	micro: $micro[0],
	micro_before: $before
}
