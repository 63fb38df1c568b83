#!/usr/bin/python3
"""dashboard_types.py DASHBOARD.json - prints TypeScript that tsc accepts only if the dashboard's types are right: the whole
as @grafana/schema says, and the options and field options of each panel as those of its type. What Grafana does not know
is refused as well, since the values are literals. What is wrong on purpose comes with it, and is to be refused."""
import copy, json, sys

PANELS = {                # a panel's type: where @grafana/schema has its options, and those of its fields
    "stat": ("stat/panelcfg/x/StatPanelCfg_types.gen", None),
    "table": ("table/panelcfg/x/TablePanelCfg_types.gen", "FieldConfig"),
    "timeseries": ("timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen", "FieldConfig"),
    "state-timeline": ("statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen", "FieldConfig"),
}
dashboard = json.load(open(sys.argv[1]))
print("""import type { Dashboard, DataQuery } from '@grafana/schema';
// An enum as it is in JSON: its values.
type Json<T> = T extends string ? `${T}` : T extends (infer U)[] ? Json<U>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
// Grafana has no package with the types of a query to Prometheus.
interface Query extends DataQuery {
	datasource: { type: 'prometheus'; uid: string };
	expr: string;
	legendFormat: string;
	instant: boolean;
	range: boolean;
	format: 'time_series' | 'table';
}""")
names = {type_: type_.replace("-", "_") for type_ in PANELS}
for type_, (path, _) in PANELS.items():
    print(f"import type * as {names[type_]} from '@grafana/schema/dist/esm/raw/composable/{path}';")


def check(name, type_, value):
    print(f"export const {name}: {type_} = {json.dumps(value)};")


def check_refused(name, type_, value, *path_and_bad):
    """The same with another value in one place."""
    *path, last, bad = path_and_bad
    value = copy.deepcopy(value)
    place = value
    for part in path:
        place = place[part]
    place[last] = bad
    print("// @ts-expect-error")
    check(name, type_, value)


check("dashboard", "Json<Partial<Dashboard>>", dashboard)
for n, change in enumerate([("schemaVersion", "42"), ("shemaVersion", 42), ("panels", 0, "gridPos", "w", "24"),
                            ("templating", "list", 0, "type", "prometheus"), ("panels", 1, "type", 1),
                            ("panels", 1, "fieldConfig", "defaults", "color", "mode", "green"),
                            ("panels", 1, "fieldConfig", "defaults", "thresholds", "steps", 0, "value", "1")]):
    check_refused(f"refused_{n}", "Json<Partial<Dashboard>>", dashboard, *change)
seen = set()
for panel in dashboard["panels"]:
    if panel["type"] == "row":
        continue
    name, options = f"panel_{panel['id']}", names[panel["type"]]
    seen.add(panel["type"])
    check(f"{name}_options", f"Json<{options}.Options>", panel["options"])
    check_refused(f"{name}_no_option", f"Json<{options}.Options>", panel["options"], "colour", "green")
    if fields := PANELS[panel["type"]][1]:
        custom = panel["fieldConfig"]["defaults"]["custom"]
        check(f"{name}_fields", f"Json<Partial<{options}.{fields}>>", custom)
        check_refused(f"{name}_no_field", f"Json<Partial<{options}.{fields}>>", custom, next(iter(custom)), "x")
        for override in panel["fieldConfig"]["overrides"]:
            for p in override["properties"]:
                if p["id"].startswith("custom."):
                    key = p["id"].removeprefix("custom.")
                    print(f"({{ {json.dumps(key)}: {json.dumps(p['value'])} }}) satisfies Json<Partial<{options}.{fields}>>;")
    check(f"{name}_queries", "Json<Query>[]", panel["targets"])
    check_refused(f"{name}_no_query", "Json<Query>[]", panel["targets"], 0, "expression", "1")
if seen != set(PANELS):
    sys.exit(f"types of panels {sorted(seen)}, and of those known {sorted(PANELS)}")
