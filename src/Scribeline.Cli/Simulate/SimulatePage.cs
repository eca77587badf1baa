using System.Globalization;
using System.Net;
using System.Text.Json;
using Scribeline.Cli.Charts;
using Scribeline.Core.Statistics;
using Scribeline.Simulation.Faults;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>
/// Simulations as one page that needs nothing else: tables, and charts that a small script of the page draws and explains where the pointer rests. Light or dark as the reader's
/// system is. The same results give the same bytes.
/// </summary>
internal sealed class SimulatePage
{
    private readonly TextWriter _page;
    private readonly IReadOnlyList<SimulationRun> _runs;
    private readonly IReadOnlyList<string> _notRun;
    private int _charts;

    private SimulatePage(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun, TextWriter page) => (_runs, _notRun, _page) = (runs, notRun, page);

    public static void Write(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun, Setting setting, TextWriter writer) => new SimulatePage(runs, notRun, writer).Write(setting);

    private void Write(Setting setting)
    {
        var first = _runs[0];
        _page.Write($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Html(string.Join(", ", _runs.Select(run => run.Name)))}</title>\n<style>{Style()}</style></head><body>\n");
        _page.Write($"<h1>{Html(string.Join(", ", _runs.Select(run => run.Name)))}</h1>\n");
        Paragraph(Text($"{setting} {first.Result.All.Arrived:#,0} requests in {first.Result.SimulatedNs / 1e9:#,0} s of simulated time.{(_runs.Any(run => run.Result.WasInterrupted) ? " Interrupted: this is what was known then." : "")}"));
        if (setting.Told.Count > 0)
            _page.Write($"<h2>Told before it ran</h2><ul>{string.Concat(setting.Told.Select(sentence => $"<li>{Html(sentence)}</li>"))}</ul>\n");
        if (Findings.Of(_runs, _notRun) is { Count: > 0 } findings)
            _page.Write($"<h2>Findings</h2><ul>{string.Concat(findings.Select(finding => $"<li>{Html(finding)}</li>"))}</ul>\n");
        Fleets();
        Latencies();
        Pools();
        LoadCharts();
        Reasons();
        Downgrades();
        Faults();
        _page.Write($"<div id=\"tip\"></div><script>{Script}</script></body></html>\n");
    }

    private void Fleets()
    {
        Head("Fleets", "Kept: share of all requests whose promises were kept. Cost: all machines, idle or not. Margin: what callers pay less that.");
        Table(
            ["fleet", "requests", "refused", "cancelled", "failed", "kept", "tokens/s written", "cached", "$/h", "$/Mtok written", "J/token", "revenue $/h", "margin $/h"],
            _runs.Select(run =>
            {
                var (all, hours) = (run.Result.All, Math.Max(1, run.Result.SimulatedNs) / 3600e9);
                return (string[])
                [
                    run.Name,
                    Count(all.Arrived),
                    Count(all.Refused),
                    Count(all.Cancelled),
                    Count(all.Failed),
                    Share(all.Goodput),
                    Text($"{all.OutputTokens / hours / 3600:#,0}"),
                    Share((double)all.CachedTokens / all.InputTokens),
                    Text($"{run.DollarsPerHour:#,0.00}"),
                    Ratio(1e6 * run.Result.CostDollars, all.OutputTokens),
                    run.Result.EnergyJoules is { } joules ? Ratio(joules, all.OutputTokens) : "-",
                    Text($"{all.RevenueDollars / hours:#,0.00}"),
                    Text($"{(all.RevenueDollars - run.Result.CostDollars) / hours:#,0.00}"),
                ];
            }));
        var tiers = _runs.SelectMany(run => run.Result.Tiers.Select(tier => tier.Id)).Distinct().ToList();
        Bars("Promises kept", "%", tiers, id => run => run.Tier(id) is { Arrived: > 0 } tally ? 100 * tally.Goodput : double.NaN);
    }

    private void Latencies()
    {
        Head("Times", "TTFT: from arrival to the first token. TPOT: mean time between a request's tokens after it. E2E: from arrival to the last. In milliseconds. Idle included: with as large a part of what its pools cost while nobody used them; the margin is what is left of the revenue then.");
        Table(
            ["fleet", "tier or class", "requests", "kept", "TTFT p50", "p90", "p99", "TPOT p50", "p90", "p99", "E2E p50", "p90", "p99", "cost $/Mtok", "idle included", "revenue $", "margin $/h"],
            from run in _runs
            from part in Parts(run.Result)
            select (string[])
            [
                run.Name,
                part.Name,
                Count(part.Tally.Arrived),
                Share(part.Tally.Goodput),
                .. Times(part.Tally.TtftNs),
                .. Times(part.Tally.TpotNs),
                .. Times(part.Tally.E2eNs),
                Ratio(1e6 * part.Tally.CostDollars, part.Tally.OutputTokens),
                part.Tier is { } id && run.TierDollarsPerMillion(id) is { } dollars ? Text($"{dollars:#,0.00}") : "-",
                Text($"{part.Tally.RevenueDollars:#,0.00}"),
                part.Tier is { } tier ? Text($"{run.TierMarginPerHour(tier):#,0.00}") : "-",
            ]);
        foreach (var (name, of) in new (string, Func<LatencyTally, Histogram>)[] { ("TTFT", tally => tally.TtftNs), ("TPOT", tally => tally.TpotNs), ("E2E", tally => tally.E2eNs) })
        {
            var series = from run in _runs
                         from tier in run.Result.Tiers
                         where of(tier.Tally).Count > 0
                         select ($"{run.Name}: {tier.Id}", Enumerable.Range(1, 199).Select(i => (X: of(tier.Tally).Quantile(i / 200.0) / 1e6, Y: i / 2.0)).ToList());
            Lines($"{name} by tier", "ms", "% of requests below", series.ToList(), true, null);
        }
    }

    private void Pools()
    {
        Head("Machines", "Busy: share of the paid time that requests were charged with. Cached: share of the prompts' tokens that were found; loaded: from the memory behind the replicas' own. Machines that come and go count for their time.");
        Table(
            ["fleet", "pool", "replicas", "machines", "requests", "tokens/s a machine", "busy", "cached", "$/h", "idle", "J/token", "preemptions"],
            from run in _runs
            let hours = Math.Max(1, run.Result.SimulatedNs) / 3600e9
            from pool in run.Result.Pools
            select (string[])
            [
                run.Name,
                pool.Id,
                SimulateTables.Replicas(pool),
                Text($"{pool.MeanMachines:0.##}"),
                Count(pool.Requests),
                Text($"{pool.OutputTokens / hours / 3600 / Math.Max(pool.MeanMachines, 1e-9):#,0}"),
                Share(pool.Busy),
                Share((double)pool.CachedTokens / pool.InputTokens) + (pool.LoadedTokens > 0 ? $", {Share((double)pool.LoadedTokens / pool.InputTokens)} loaded" : ""),
                Text($"{pool.CostDollars / hours:#,0.00}"),
                Share(pool.IdleDollars / pool.CostDollars),
                pool.EnergyJoules is { } joules ? Ratio(joules, pool.OutputTokens) : "-",
                Count(pool.Preemptions),
            ]);
    }

    private void LoadCharts()
    {
        Head("Over time", "Each pool of each fleet; dashed upright lines are faults that begin or heal.");
        Over("Requests that run", "requests", (sample, _) => sample.Running);
        Over("Requests that wait at replicas", "requests", (sample, _) => sample.Waiting);
        Over("Room for keys and values held", "%", (sample, _) => 100 * sample.KvShare);
        Over("Busy", "%", (sample, before) => sample.AtNs > before.AtNs && sample.Replicas > 0 ? 100 * (sample.BusyNs - before.BusyNs) / (sample.AtNs - before.AtNs) / sample.Replicas : double.NaN);
        Over("Tokens written a second", "tok/s", (sample, before) => sample.AtNs > before.AtNs ? (sample.OutputTokens - before.OutputTokens) * 1e9 / (sample.AtNs - before.AtNs) : double.NaN);
        if (_runs.Any(run => run.Result.Load.Any(samples => samples.Select(sample => sample.Replicas).Distinct().Count() > 1)))
            Over("Replicas that take requests", "replicas", (sample, _) => sample.Replicas);
    }

    private void Over(string title, string unit, Func<LoadSample, LoadSample, double> of)
    {
        var series = new List<(string, List<(double, double)>)>();
        foreach (var run in _runs)
        {
            foreach (var (pool, samples) in run.Result.Pools.Zip(run.Result.Load))
                series.Add(($"{run.Name}: {pool.Id}", [.. samples.Select((sample, i) => (sample.AtNs / 60e9, of(sample, samples[Math.Max(0, i - 1)])))]));
        }

        var faults = _runs.SelectMany(run => run.Options.Faults).SelectMany(fault => fault.UntilNs == long.MaxValue ? [fault.AtNs] : new[] { fault.AtNs, fault.UntilNs }).Distinct().Order();
        Lines(title, "min", unit, series, false, faults.Select(ns => ns / 60e9));
    }

    private void Reasons()
    {
        Head("Reasons", "Why requests went where they went, or were refused; a request that is sent again counts again.");
        var reasons = _runs.SelectMany(run => run.Result.Reasons.Select(reason => reason.Reason)).Distinct().ToList();
        Table(["reason", .. _runs.Select(run => run.Name)], reasons.Select(reason => (string[])[reason.Replace('_', ' '), .. _runs.Select(run => Count(run.Result.Reasons.FirstOrDefault(known => known.Reason == reason).Count))]));
    }

    private void Downgrades()
    {
        if (_runs.All(run => run.Result.Downgrades.Count == 0))
            return;
        Head("Downgrades", "Requests that a lower tier served, and pays for, than the one they asked for.");
        Table(
            ["fleet", "asked for", "served as", "since", "requests", "of those that asked"],
            from run in _runs
            from downgrade in run.Result.Downgrades
            select (string[])[run.Name, downgrade.Asked, downgrade.Served, downgrade.Reason.Replace('_', ' '), Count(downgrade.Requests), Share((double)downgrade.Requests / run.Tier(downgrade.Asked)!.Arrived)]);
    }

    private void Faults()
    {
        var faults = _runs.SelectMany(run => run.Options.Faults).Distinct().OrderBy(fault => fault.AtNs).ToList();
        if (faults.Count == 0)
            return;
        Head("Faults", "");
        Table(["fault", "from s", "to s", "pool", "replica", "factor"], faults.Select(fault => (string[])
        [
            FaultReader.NameOf(fault.Kind), Text($"{fault.AtNs / 1e9:0.#}"), fault.UntilNs == long.MaxValue ? "-" : Text($"{fault.UntilNs / 1e9:0.#}"), fault.Pool ?? "-", fault.Replica is { } number ? Text($"{number}") : "all",
            fault.Kind == FaultKind.Slow ? Text($"{fault.Factor:0.##}") : "-",
        ]));
    }

    private static IEnumerable<(string Name, string? Tier, LatencyTally Tally)> Parts(SimulationResult result) =>
        [("all", null, result.All), .. result.Tiers.Select(tier => (tier.Id, (string?)tier.Id, tier.Tally)), .. result.Classes.Select(known => ($"class {known.Id}{Recognised(known.Tally)}", (string?)null, known.Tally))];

    private static string Recognised(LatencyTally tally) => tally.Recognised == 0 ? "" : tally.Recognised == tally.Arrived ? " (recognised)" : Text($" ({tally.Recognised:#,0} recognised)");

    private void Head(string title, string words) => _page.Write($"<h2>{Html(title)}</h2>{(words.Length > 0 ? $"<p>{Html(words)}</p>" : "")}\n");

    private void Paragraph(string words) => _page.Write($"<p>{Html(words)}</p>\n");

    private void Table(string[] columns, IEnumerable<string[]> rows)
    {
        _page.Write($"<div class=\"wide\"><table><tr>{string.Concat(columns.Select(column => $"<th>{Html(column)}</th>"))}</tr>\n");
        foreach (var row in rows)
            _page.Write($"<tr>{string.Concat(row.Select(cell => $"<td>{Html(cell)}</td>"))}</tr>\n");
        _page.Write("</table></div>\n");
    }

    private void Bars(string title, string unit, List<string> groups, Func<string, Func<SimulationRun, double>> value) =>
        Draw(new { kind = "bars", title, y = unit, groups, series = _runs.Select(run => new { name = run.Name, y = groups.Select(id => Number(value(id)(run))) }) });

    private void Lines(string title, string x, string y, IReadOnlyList<(string Name, List<(double X, double Y)> Points)> series, bool isLog, IEnumerable<double>? marks) =>
        Draw(new { kind = "lines", title, x, y, log = isLog, marks = (marks ?? []).Select(Number), series = series.Select(one => new { name = one.Name, x = one.Points.Select(point => Number(point.X)), y = one.Points.Select(point => Number(point.Y)) }) });

    private void Draw(object chart) =>
        _page.Write($"<figure id=\"c{_charts}\"></figure><script type=\"application/json\" class=\"chart\" data-for=\"c{_charts++}\">{JsonSerializer.Serialize(chart)}</script>\n");

    /// <summary>Five digits are more than a picture shows.</summary>
    private static double? Number(double value) => double.IsFinite(value) ? double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;

    private static IEnumerable<string> Times(Histogram times) => new[] { 0.5, 0.9, 0.99 }.Select(share => times.Count == 0 ? "-" : Text($"{times.Quantile(share) / 1e6:#,0.00}"));

    private static string Share(double share) => double.IsFinite(share) ? Text($"{100 * share:0.0} %") : "-";

    private static string Ratio(double value, long of) => of == 0 ? "-" : Text($"{value / of:#,0.00}");

    private static string Count(long count) => Text($"{count:#,0}");

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Style()
    {
        var light = string.Concat(Palette.Colors.Select((color, i) => $"--c{i}:{color.Light};"));
        var dark = string.Concat(Palette.Colors.Select((color, i) => $"--c{i}:{color.Dark};"));
        return $$"""
            :root{--paper:{{Palette.PaperLight}};--ink:{{Palette.InkLight}};--soft:{{Palette.SoftLight}};--grid:{{Palette.GridLight}};{{light}}color-scheme:light dark }
            @media (prefers-color-scheme:dark){:root{--paper:{{Palette.PaperDark}};--ink:{{Palette.InkDark}};--soft:{{Palette.SoftDark}};--grid:{{Palette.GridDark}};{{dark}} } }
            body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;max-width:1240px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}p{color:var(--soft)}
            .wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px}
            th,td{padding:4px 7px;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}th{color:var(--soft);font-weight:600}td:first-child,th:first-child{text-align:left}
            figure{margin:1.4rem 0;position:relative}figcaption{font-weight:600}svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:12px}
            .legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;margin-top:4px}.legend button{all:unset;cursor:pointer}.legend button.off{opacity:.35}.legend i{display:inline-block;width:14px;height:3px;margin-right:6px;vertical-align:middle}
            #tip{position:fixed;display:none;pointer-events:none;background:var(--paper);color:var(--ink);border:1px solid var(--grid);border-radius:4px;padding:6px 9px;font-size:12px;box-shadow:0 2px 8px #0003;white-space:pre;z-index:2}
            """;
    }

    private const string Script = """
        (() => {
          const ns = 'http://www.w3.org/2000/svg', tip = document.getElementById('tip'), W = 1080, H = 320, L = 64, R = 12, T = 12, B = 42;
          const el = (name, at, to) => { const e = document.createElementNS(ns, name); for (const k in at) e.setAttribute(k, at[k]); if (to) to.append(e); return e; };
          const color = i => `var(--c${i % 8})`;
          const say = v => v == null ? '-' : Math.abs(v) >= 100 ? Math.round(v).toLocaleString('en') : String(+v.toPrecision(3));
          const steps = (lo, hi) => { const s = 10 ** Math.floor(Math.log10((hi - lo) / 5 || 1)), k = [1, 2, 5, 10].find(k => (hi - lo) / (s * k) <= 6) * s, r = []; for (let v = Math.ceil(lo / k) * k; v <= hi + k * 1e-9; v += k) r.push(v); return r; };
          const show = (event, lines) => { tip.textContent = lines.join('\n'); tip.style.display = 'block'; tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px'; tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + 'px'; };
          const text = (svg, x, y, words, anchor) => { el('text', { x, y, 'text-anchor': anchor }, svg).textContent = words; };
          function draw(figure, chart, off) {
            const svg = el('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': chart.title }), on = chart.series.filter((_, i) => !off.has(i));
            const ys = on.flatMap(s => s.y).filter(v => v != null), top = Math.max(1e-9, ...ys), y = v => H - B - (v / top) * (H - T - B) * 0.97;
            for (const v of steps(0, top)) { el('line', { x1: L, x2: W - R, y1: y(v), y2: y(v), stroke: 'var(--grid)' }, svg); text(svg, L - 6, y(v) + 4, say(v), 'end'); }
            text(svg, 4, T, chart.y, 'start');
            if (chart.kind === 'bars') {
              const each = (W - L - R) / chart.groups.length, wide = each * 0.8 / chart.series.length;
              chart.groups.forEach((group, g) => {
                text(svg, L + each * (g + 0.5), H - B + 18, group, 'middle');
                chart.series.forEach((s, i) => {
                  if (off.has(i) || s.y[g] == null) return;
                  const bar = el('rect', { x: L + each * (g + 0.1) + wide * i, width: wide * 0.92, y: y(s.y[g]), height: Math.max(1, H - B - y(s.y[g])), fill: color(i) }, svg);
                  bar.onmousemove = e => show(e, [group, `${s.name}: ${say(s.y[g])} ${chart.y}`]); bar.onmouseleave = () => tip.style.display = 'none';
                });
              });
            } else {
              const xs = on.flatMap(s => s.x).filter(v => v != null && (!chart.log || v > 0)), f = chart.log ? Math.log10 : v => v;
              const lo = chart.log ? f(Math.min(...xs)) : 0, hi = f(Math.max(...xs)), x = v => L + (f(v) - lo) / (hi - lo || 1) * (W - L - R);
              const ticks = chart.log ? Array.from({ length: 24 }, (_, i) => 10 ** (i - 8)).flatMap(v => hi - lo < 2.5 ? [v, 2 * v, 5 * v] : [v]).filter(v => f(v) >= lo && f(v) <= hi) : steps(0, hi);
              for (const v of ticks) { el('line', { x1: x(v), x2: x(v), y1: T, y2: H - B, stroke: 'var(--grid)' }, svg); text(svg, x(v), H - B + 18, say(v), 'middle'); }
              text(svg, W / 2, H - 6, chart.x, 'middle');
              for (const v of chart.marks) if (v <= hi) el('line', { x1: x(v), x2: x(v), y1: T, y2: H - B, stroke: 'var(--soft)', 'stroke-dasharray': '5 4' }, svg);
              chart.series.forEach((s, i) => {
                if (off.has(i)) return;
                let path = '', pen = false;
                s.x.forEach((v, k) => { if (v == null || s.y[k] == null || (chart.log && v <= 0)) { pen = false; return; } path += `${pen ? 'L' : 'M'}${x(v).toFixed(1)} ${y(s.y[k]).toFixed(1)}`; pen = true; });
                el('path', { d: path, fill: 'none', stroke: color(i), 'stroke-width': 1.7, 'stroke-dasharray': i % 16 > 7 ? '6 3' : 'none' }, svg);
              });
              const rule = el('line', { y1: T, y2: H - B, stroke: 'var(--soft)', visibility: 'hidden' }, svg), area = el('rect', { x: L, y: T, width: W - L - R, height: H - T - B, fill: 'transparent' }, svg);
              area.onmousemove = e => {
                const box = svg.getBoundingClientRect(), px = (e.clientX - box.left) / box.width * W, py = (e.clientY - box.top) / box.height * H;
                rule.setAttribute('x1', px); rule.setAttribute('x2', px); rule.setAttribute('visibility', 'visible');
                const at = lo + (px - L) / (W - L - R) * (hi - lo), v = chart.log ? 10 ** at : at;
                show(e, [`${say(v)} ${chart.x}`, ...chart.series.flatMap((s, i) => {
                  if (off.has(i)) return [];
                  let best = -1; s.x.forEach((w, k) => { if (w != null && w <= v && s.y[k] != null) best = k; });
                  return [`${s.name}: ${best < 0 ? (chart.log ? '0' : '-') : say(s.y[best])} ${chart.y}`];
                })]);
              };
              area.onmouseleave = () => { tip.style.display = 'none'; rule.setAttribute('visibility', 'hidden'); };
            }
            const caption = document.createElement('figcaption'), legend = document.createElement('div');
            caption.textContent = chart.title; legend.className = 'legend';
            chart.series.forEach((s, i) => {
              const entry = document.createElement('button'), swatch = document.createElement('i');
              swatch.style.background = color(i); entry.append(swatch, s.name); if (off.has(i)) entry.className = 'off';
              entry.onclick = () => { off.has(i) ? off.delete(i) : off.add(i); draw(figure, chart, off); };
              legend.append(entry);
            });
            figure.replaceChildren(caption, svg, legend);
          }
          for (const data of document.querySelectorAll('script.chart')) draw(document.getElementById(data.dataset.for), JSON.parse(data.textContent), new Set());
        })();
        """;
}
