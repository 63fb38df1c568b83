#!/bin/bash
# config-keys.sh - every key of the parser's tables is in the manual page and in the schema, the schema in etc/
# is the one of these tables, and it says of all good configurations and examples that they are good.
# Run in the build directory; srcdir is where the sources are.
set -u
export LC_ALL=C
: "${srcdir:=.}"
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

schema=$srcdir/etc/minipingd.schema.json
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

./config_keydoc schema >"$tmp/schema.json" || fail "config_keydoc schema"
cmp "$tmp/schema.json" "$schema" || fail "etc/minipingd.schema.json is not what the tables say: make update-schema"

n=0
while read -r mapping key; do
	n=$((n + 1))
	grep -qx "\.It Cm $key" man/minipingd.yaml.5 || fail "\"$key\" of a $mapping is not in minipingd.yaml(5)"
	grep -q "^    \"$key\": {" "$schema" || fail "\"$key\" of a $mapping is not in the schema"
done < <(./config_keydoc list)
[ "$n" -gt 50 ] || fail "only $n keys: what has become of config_keydoc?"
grep -n '^@keys' man/minipingd.yaml.5 && fail "a list of keys has not been made"

for file in "$srcdir"/etc/*.yaml "$srcdir"/etc/examples/*.yaml "$srcdir"/etc/examples/*/*.yaml; do
	"$MINIPINGD" --check -c "$file" || fail "$file"
	line=$(head -n 1 "$file")
	case $line in
	'# yaml-language-server: $schema='*) ;;
	*) fail "$file does not begin with a line that names the schema" ;;
	esac
	[ "$(realpath "$(dirname "$file")/${line#*=}")" = "$(realpath "$schema")" ] ||
		fail "$file names another schema: ${line#*=}"
done

# As packaged: a python3 of another origin may come first in PATH, without these modules.
python=/usr/bin/python3
if ! "$python" -c 'import jsonschema, yaml' 2>/dev/null; then
	echo "no validator here (Debian: python3-jsonschema python3-yaml)"
	[ "${CI:-}" = true ] && exit 1
	[ "$failed" -eq 0 ] && exit 77
	exit 1
fi
"$python" - "$schema" "$srcdir" <<'PYTHON' || failed=1
import glob, json, sys
import jsonschema, yaml

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
failed = 0

class Loader(yaml.SafeLoader):
    """As an editor reads it: YAML 1.2, where yes and no are texts, and nothing is a date, but with merge keys."""

Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules
            if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

def errors_of(text):
    return list(validator.iter_errors(yaml.load(text, Loader)))

files = sorted(f for pattern in ("etc/*.yaml", "etc/examples/*.yaml", "etc/examples/*/*.yaml",
                                 "tests/config/good/*.yaml", "tests/config/parts/*.yaml")
               for f in glob.glob(sys.argv[2] + "/" + pattern))
for name in files:
    for error in errors_of(open(name, "rb").read()):
        print(f"FAILED: {name}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
        failed = 1
if len(files) < 20:
    print(f"FAILED: only {len(files)} files")
    failed = 1

# A schema that takes everything proves nothing.
for text in ("targets: [{hosts: a}]", "targets: [{host: a, interval: 1 s}]", "targets: [{host: a, interval: 25000000}]",
             "targets: [{host: a, ttl: 0}]", "targets: [{host: a, dscp: AF44}]", "targets: [{host: a, family: ipv5}]",
             "targets: [{host: a, range: b}]", "targets: [{host: a, exclude: b}]", "targets: [{name: a}]",
             "groups: [{name: a}]", "groups: [{targets: [a]}]", "limits: {max_targets: 0}", "shard: {count: 1001}",
             "log: {to: file}", "log: {format: xml}", "defaults: {labels: {target: a}}",
             "defaults: {labels: {a-b: a}}", "defaults: {degraded: {rtt: 41}}", "defaults: {host: a}",
             "defaults: {pattern: 'abc'}", "defaults: {interface: a/b}", "[]", "nonsense: 1"):
    if not errors_of(text):
        print(f"FAILED: the schema lets through: {text}")
        failed = 1
print(f"{len(files)} files are as the schema says")
sys.exit(failed)
PYTHON
exit $failed
