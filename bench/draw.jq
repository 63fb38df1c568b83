# results.json to a picture: CPU a probe of each tool and load as bars, the bare loop = 1, on a logarithmic
# scale, as the dearest peer is some hundred times the cheapest. Colours follow the reader's scheme.
def text: gsub("&"; "&amp;") | gsub("<"; "&lt;");
def shown: if . < 10 then . * 100 | round / 100 elif . < 100 then . * 10 | round / 10 else round end;
def decades: . as $max | [0, 1, 2, 3, 4, 5 | select(pow(10; .) <= $max)];

360 as $left | 420 as $width | 26 as $step | 64 as $top |
[.tools[] | select(.cpu_to_bare != null)] as $rows |
([$rows[].cpu_to_bare] | max // 1) as $max |
# From half of the bare loop, so that the shortest bar is seen.
def x: ((. / 0.5 | log10) / ($max / 0.5 | log10)) * $width;
($top + ($rows | length) * $step) as $bottom |

"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \($left + $width + 80) \($bottom + 34)\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\" aria-labelledby=\"title\">",
"<title id=\"title\">CPU time a probe, the bare socket loop = 1</title>",
"<style>",
"text { fill: #1f2328 } .quiet { fill: #59636e } .grid { stroke: #d1d9e0 } rect { fill: #8c959f } .ours { fill: #0969da }",
"@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } rect { fill: #656c76 } .ours { fill: #4493f8 } }",
"</style>",
"<text x=\"12\" y=\"22\" font-size=\"15\" font-weight=\"600\">CPU time a probe, the bare socket loop = 1</text>",
"<text class=\"quiet\" x=\"12\" y=\"42\">Logarithmic; shorter is better. Medians of \(.setting.runs) runs on one machine.</text>",
($max | decades[] | pow(10; .) as $value | ($left + ($value | x)) as $at |
	"<line class=\"grid\" x1=\"\($at)\" x2=\"\($at)\" y1=\"\($top - 6)\" y2=\"\($bottom)\"/>",
	"<text class=\"quiet\" x=\"\($at)\" y=\"\($bottom + 16)\" text-anchor=\"middle\">\($value)×</text>"),
($rows | to_entries[] | (.key * $step + $top) as $y | .value | (.cpu_to_bare | x) as $length |
	"<text x=\"\($left - 8)\" y=\"\($y + 14)\" text-anchor=\"end\">\(.tool | text) <tspan class=\"quiet\">\(.load | text)</tspan></text>",
	"<rect\(if .tool | startswith("mini") then " class=\"ours\"" else "" end) x=\"\($left)\" y=\"\($y + 2)\" width=\"\($length)\" height=\"17\" rx=\"2\"/>",
	"<text x=\"\($left + $length + 6)\" y=\"\($y + 14)\">\(.cpu_to_bare | shown)</text>"),
"</svg>"
