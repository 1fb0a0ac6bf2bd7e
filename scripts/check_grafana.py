"""Checks Grafana's dashboard against the types of @grafana/schema, with the TypeScript compiler.

npm install --prefix FOLDER @grafana/schema typescript
python scripts/check_grafana.py FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from discourse.export.grafana import dashboard

TYPES = "./node_modules/@grafana/schema/dist/types/raw"
HEAD = f"""import type {{Dashboard}} from '{TYPES}/dashboard/x/types.gen';
import type * as barchart from '{TYPES}/composable/barchart/panelcfg/x/types.gen';
import type * as stat from '{TYPES}/composable/stat/panelcfg/x/types.gen';
import type * as timeseries from '{TYPES}/composable/timeseries/panelcfg/x/types.gen';
type Plain<T> = T extends string ? `${{T}}` : T extends number
  ? (`${{T}}` extends `${{infer N extends number}}` ? N : T)
  : T extends Array<infer U> ? Plain<U>[] : T extends object ? {{[K in keyof T]: Plain<T[K]>}} : T;
"""  # enumerations as the values that JSON has


def main() -> int:
    """The compiler's exit code: 0 where everything is as the types say."""
    folder = Path(sys.argv[1])
    board = dashboard("now-1y")
    lines = [HEAD, f"export const board: Plain<Dashboard> = {json.dumps(board)};"]
    for panel in board["panels"]:
        kind, number = panel["type"], panel["id"]
        options, custom = panel["options"], panel["fieldConfig"]["defaults"]["custom"]
        lines.append(f"export const options{number}: Plain<{kind}.Options> = {json.dumps(options)};")
        if custom:
            wanted = f"Plain<Partial<{kind}.FieldConfig>>"
            lines.append(f"export const custom{number}: {wanted} = {json.dumps(custom)};")
    (folder / "check.ts").write_text("\n".join(lines), encoding="utf-8")
    options = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
    ]
    done = subprocess.run(["npx", "tsc", *options, "check.ts"], cwd=folder)
    print(
        f"{len(board['panels'])} panels {'as the types say' if done.returncode == 0 else 'checked: see above'}"
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
