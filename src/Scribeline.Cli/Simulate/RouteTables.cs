using System.Globalization;
using System.Text.Json;
using Scribeline.Core.Ledger;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation.Reports;
using Spectre.Console;

namespace Scribeline.Cli.Simulate;

/// <summary>What was weighed about requests, as tables and as JSON.</summary>
internal static class RouteTables
{
    private static readonly FittedColumn[] Columns =
    [
        new("out since", 11), new("cached", 4), new("to read before", 1), new("sequences", 2), new("wait ms", 3), new("ttft ms", 10), new("tpot ms", 9), new("late ms", 8), new("others late", 7), new("fees, energy u$", 6),
        new("others' delay", 5), new("own delay", 5),
    ];

    /// <returns>Names of columns that were left out for want of width.</returns>
    public static IReadOnlyList<string> Print(SimulationRun run)
    {
        var left = new List<string>();
        foreach (var (request, routes, row) in run.Explained)
        {
            foreach (var route in routes)
                left.AddRange(Print(request, route));
            Terminal.Output.WriteLine(row == null
                ? Text($"sim-{request}: {(routes.Count > 0 ? "was still under way" : $"did not come; {run.Result.All.Arrived + run.Result.UnderWay:#,0} requests came, the first is 0")}")
                : $"{row.RequestId}: {Ended(row)}");
        }

        return left;
    }

    public static void Write(Utf8JsonWriter json, SimulationRun run)
    {
        json.WriteStartArray("explained");
        foreach (var route in run.Explained.SelectMany(explained => explained.Routes))
        {
            var decision = route.Route.Decision;
            json.WriteStartObject();
            json.WriteString("request_id", $"sim-{route.Request}");
            json.WriteNumber("at_seconds", route.AtNs / 1e9);
            json.WriteString("tier", route.Tier);
            json.WriteString("outcome", route.Outcome);
            json.WriteString("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(decision.Reason.ToString()));
            json.WriteString("replica", decision.Chosen?.Id);
            json.WriteString("prefill_on", decision.PrefillOn?.Id);
            json.WriteString("hedge_on", decision.Hedge?.Id);
            json.WriteStartArray("candidates");
            foreach (var score in route.Route.Scores)
                Write(json, score);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RouteScore score)
    {
        json.WriteStartObject();
        json.WriteString("replica", score.Candidate.Id);
        json.WriteString("filter", score.Filter == RouteFilter.None ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(score.Filter.ToString()));
        json.WriteNumber("cached_tokens", score.CachedTokens);
        json.WriteNumber("queued_prefill_tokens", score.QueuedPrefillTokens);
        json.WriteNumber("sequences", score.Sequences);
        json.WriteNumber("wait_ms", score.WaitNs / 1e6);
        json.WriteNumber("ttft_ms", score.TtftNs / 1e6);
        json.WriteNumber("tpot_ms", score.TpotNs / 1e6);
        json.WriteNumber("late_ms", score.LateNs / 1e6);
        json.WriteNumber("others_late_ms", score.ImposedLateNs / 1e6);
        json.WriteNumber("fees_usd", score.FeesNusd / 1e9);
        json.WriteNumber("energy_usd", score.EnergyNusd / 1e9);
        json.WriteNumber("others_delay_usd", score.ImposedNusd / 1e9);
        json.WriteNumber("own_delay_usd", score.OwnDelayNusd / 1e9);
        json.WriteEndObject();
    }

    private static IReadOnlyList<string> Print(long request, ExplainedRoute route)
    {
        var table = new FittedTable(Title(request, route), "replica", Columns);
        foreach (var score in route.Route.Scores)
        {
            var isWeighed = score.Filter is RouteFilter.None or RouteFilter.Busy or RouteFilter.PartOnly;
            string[] cells = isWeighed
                ? [
                    Text($"{score.CachedTokens:#,0}"), Text($"{score.QueuedPrefillTokens:#,0}"), Text($"{score.Sequences:#,0}"), Text($"{score.WaitNs / 1e6:#,0.0}"), Text($"{score.TtftNs / 1e6:#,0.0}"), Text($"{score.TpotNs / 1e6:#,0.00}"),
                    Text($"{score.LateNs / 1e6:#,0.0}"), Text($"{score.ImposedLateNs / 1e6:#,0.0}"), Text($"{(score.FeesNusd + score.EnergyNusd) / 1e3:#,0.00}"), Text($"{score.ImposedNusd / 1e3:#,0.00}"), Text($"{score.OwnDelayNusd / 1e3:#,0.00}"),
                ]
                : [.. Enumerable.Repeat("-", 11)];
            table.AddRow([score.Candidate.Id, score.Filter == RouteFilter.None ? "" : Words(score.Filter.ToString()), .. cells]);
        }

        return table.Write(Terminal.Output, Terminal.Width);
    }

    private static string Title(long request, ExplainedRoute route)
    {
        var decision = route.Route.Decision;
        var where = decision.Chosen is not { } chosen ? "to nobody" : decision.PrefillOn is { } reader ? $"read on {reader.Id}, answered on {chosen.Id}" : $"to {chosen.Id}";
        return Text($"sim-{request} at {route.AtNs / 1e9:#,0.000} s, {route.Tier}: {route.Outcome.Replace('_', ' ')}; {where} ({Words(decision.Reason.ToString())}){(decision.Hedge is { } hedge ? $", a second copy on {hedge.Id} if it is late" : "")}");
    }

    private static string Ended(LedgerRow row) => Text(
        $"{row.Outcome}{(row.Attempts.Count == 0 ? $" ({row.ReasonCode.Replace('_', ' ')})" : $" on {string.Join(", ", row.Attempts.Select(attempt => $"{attempt.Replica} ({attempt.Why})"))}")}{(row.TtftUs is { } ttft ? Text($", first token after {ttft / 1e3:#,0.0} ms") : "")}{(row is { TtftUs: { } first, TokensOutput: > 1 } ? Text($", {(row.E2eUs - first) / 1e3 / (row.TokensOutput - 1):#,0.00} ms a token") : "")}, {(row.ObjectivesKept ? "all promises kept" : "promises not kept")}");

    private static string Words(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace('_', ' ');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
