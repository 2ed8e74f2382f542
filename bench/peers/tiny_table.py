"""Turns the rows of tiny.sh into docs/acceptance/peers-tiny.json and .md."""
import datetime
import json
import pathlib
import subprocess
import sys

rows = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown processor")
cores = sum(line.startswith("processor") for line in open("/proc/cpuinfo"))
date = datetime.date.today().isoformat()
folder = pathlib.Path("docs/acceptance")
folder.mkdir(parents=True, exist_ok=True)
summary = {}
for what in ("sampling", "training"):
    best = {}
    for row in (r for r in rows if r["what"] == what):
        # A row's figure is its median; an engine's is its best row.
        if row["engine"] not in best or row["median_ms"] < best[row["engine"]]["median_ms"]:
            best[row["engine"]] = row
    tilt = best["tilt"]["median_ms"]
    summary[what] = {e: {"best_row_ms": r["median_ms"], "times_tilt": round(r["median_ms"] / tilt, 2)} for e, r in best.items()}
    one = min((r["median_ms"] for r in rows if r["what"] == what and r["engine"] == "tilt" and r["threads"] == 1), default=None)
    peers_one = {}
    for row in (r for r in rows if r["what"] == what and r["engine"] != "tilt" and r["threads"] == 1):
        peers_one[row["engine"]] = min(peers_one.get(row["engine"], 1e30), row["median_ms"])
    summary[what + ", one thread"] = {"tilt": {"best_row_ms": one, "times_tilt": 1.0}, **{e: {"best_row_ms": m, "times_tilt": round(m / one, 2)} for e, m in peers_one.items()}}

means = {r["engine"]: r["mean_log_probability"] for r in rows if "mean_log_probability" in r}
(folder / "peers-tiny.json").write_text(json.dumps({"date": date, "commit": commit, "machine": f"{processor}, {cores} cores", "summary": summary, "rows": rows}, indent=1) + "\n")
with open(folder / "peers-tiny.md", "w") as out:
    out.write(f"""# Tilt beside PyTorch eager and Transformers, embedded model

{date}, commit {commit}, {processor}, {cores} cores, one run. Made by `bench/peers/tiny.sh`. Sampling: 256 sequences, prompt 32, 64 new
tokens at temperature 1, no stop, prefill included. Training: one policy-gradient step of 256 sequences of 96 tokens with clipping and
AdamW. Figures are medians in milliseconds; an engine's figure is its best row. Mean log-probability of fixed sequences, as a check
that all have the same weights: {", ".join(f"{e} {m}" for e, m in means.items())}.

| what | engine | best row, ms | times Tilt's |
|---|---|---:|---:|
""")
    for what, engines in summary.items():
        for engine, figures in engines.items():
            out.write(f"| {what} | {engine} | {figures['best_row_ms']:.0f} | {figures['times_tilt']:.2f} |\n")
    out.write("\n## All rows\n\n| what | engine | precision | variant | threads | setting | median ms | best ms | repeats |\n|---|---|---|---|---:|---|---:|---:|---:|\n")
    for r in rows:
        out.write(f"| {r['what']} | {r['engine']} | {r['dtype']} | {r['variant']} | {r['threads']} | {r['setting']} | {r['median_ms']:.0f} | {r['best_ms']:.0f} | {r['repeats']} |\n")
print((folder / "peers-tiny.md").read_text())
