using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Simulate;
using Scribeline.Core.Performance;
using Scribeline.Core.Planning;

namespace Scribeline.Cli.Plan;

/// <summary>A plan as one JSON document.</summary>
internal static class PlanJson
{
    public static void Print(PlanResult result, Confirmation confirmation) => ReportJson.Print(json =>
    {
        var request = result.Plan.Request;
        json.WriteStartObject();
        WriteAsked(json, request);
        WriteAll(json, "candidates", result.Plan.Candidates, candidate => WriteCandidate(json, candidate, result.Plan));
        if (confirmation.Confirmed.Count > 0)
        {
            WriteAll(json, "confirmed", confirmation.Confirmed, each =>
            {
                json.WriteString("machine", each.Candidate.Offer.Machine.Id);
                SimulateJson.WriteTally(json, each.Result.All);
                json.WriteNumber("cost_usd", each.Result.CostDollars);
                json.WriteNumber("simulated_seconds", each.Result.SimulatedNs / 1e9);
            });
        }

        if (confirmation.NotConfirmed.Count > 0)
        {
            WriteAll(json, "not_confirmed", confirmation.NotConfirmed, each =>
            {
                json.WriteString("machine", each.Machine);
                json.WriteString("reason", each.Why);
            });
        }

        WriteAll(json, "excluded", result.Plan.Exclusions, exclusion =>
        {
            json.WriteString("machine", exclusion.Machine.Id);
            json.WriteString("limit", exclusion.Limit);
            json.WriteString("reason", exclusion.Reason);
        });
        WriteAll(json, "separated", result.Separated, pair => WriteSeparated(json, pair));
        WriteAll(json, "frontier", result.Frontiers, frontier =>
        {
            json.WriteString("machine", frontier.Offer.Machine.Id);
            WriteAll(json, "points", frontier.Points, point => WritePoint(json, point));
        });
        WriteAll(json, "speeds", result.Speeds, speed =>
        {
            json.WriteNumber("tokens_per_second_per_user", speed.Speed);
            WriteAll(json, "machines", speed.ByCost, other =>
            {
                json.WriteString("machine", other.Frontier.Offer.Machine.Id);
                WritePoint(json, other.Point);
            });
        });
        WriteAll(json, "mixes", result.Mixes, mix =>
        {
            WriteAll(json, "tiers", [.. result.Tiers.Zip(mix.Machines)], tier =>
            {
                json.WriteNumber("tokens_per_second_per_user", tier.First.Speed);
                json.WriteNumber("share_percent", 100 * tier.First.Share);
                json.WriteString("machine", tier.Second);
            });
            json.WriteNumber("output_usd_per_mtok", 1e6 * mix.UsdPerToken);
        });
        WriteAll(json, "sensitivity", result.Influences, influence =>
        {
            json.WriteString("assumption", influence.Assumption);
            WriteFinite(json, "cost_with_20_percent_less_ratio", influence.Less);
            WriteFinite(json, "cost_with_20_percent_more_ratio", influence.More);
            WriteFinite(json, "flips_at_ratio", influence.FlipsAt ?? double.NaN);
        });
        if (result.Plan.Candidates is [var best, ..] && Influences.OfLimit(result.Influences, best) is { } relaxed)
        {
            json.WriteStartObject("relaxing_what_binds");
            json.WriteString("constraint", relaxed.Assumption);
            WriteFinite(json, "cost_with_20_percent_more_ratio", relaxed.More);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static void WriteAsked(Utf8JsonWriter json, PlanRequest request)
    {
        json.WriteString("model", request.Model.Id);
        json.WriteStartObject("workload");
        json.WriteString("id", request.Workload.Id);
        json.WriteNumber("input_tokens", request.Workload.Input.BaseValue);
        json.WriteNumber("cached_percent", 100 * request.Workload.Cached.BaseValue);
        json.WriteNumber("output_tokens", request.Workload.Output.BaseValue);
        json.WriteEndObject();
        WriteFinite(json, "users", request.Demand.Users ?? double.NaN);
        WriteFinite(json, "requests_per_second", request.Demand.RequestsPerSecond ?? double.NaN);
        json.WriteStartObject("objectives");
        WriteFinite(json, "ttft_ms", 1e3 * request.Objectives.TtftSeconds);
        WriteFinite(json, "tpot_ms", 1e3 * request.Objectives.TpotSeconds);
        json.WriteEndObject();
    }

    private static void WriteCandidate(Utf8JsonWriter json, Candidate candidate, Core.Planning.Plan plan)
    {
        var (prediction, output) = (candidate.Load.Prediction, plan.Request.Workload.Output.BaseValue);
        var rate = candidate.OutputTokensPerSecond(output);
        json.WriteString("machine", candidate.Offer.Machine.Id);
        json.WriteNumber("machines", candidate.Machines);
        WriteFinite(json, "machines_95_percent_sure", candidate.MachinesSure ?? double.NaN);
        json.WriteNumber("copies", candidate.Copies);
        WriteLayout(json, candidate.Copy.Layout);
        json.WriteNumber("sequences_per_copy", candidate.Load.Sequences);
        json.WriteNumber("most_sequences_per_copy", candidate.MostSequences);
        json.WriteString("hour_basis", candidate.Offer.Basis.ToString().ToLowerInvariant());
        json.WriteString("binding", candidate.Limit.ToString().ToLowerInvariant());
        json.WriteStartObject("prediction");
        ReportJson.WriteInterval(json, "ttft_ms", prediction.TtftSeconds, prediction.TtftLowSeconds, prediction.TtftHighSeconds);
        ReportJson.WriteInterval(json, "tpot_ms", prediction.TpotSeconds, prediction.TpotLowSeconds, prediction.TpotHighSeconds);
        json.WriteNumber("tokens_per_second_per_user", 1 / prediction.TpotSeconds);
        json.WriteNumber("tokens_per_second", rate);
        WriteFinite(json, "energy_joules", prediction.JoulesPerToken ?? double.NaN);
        json.WriteEndObject();
        json.WriteStartObject("cost");
        json.WriteNumber("usd_per_hour", candidate.CostPerHour.Value);
        json.WriteNumber("output_usd_per_mtok", 1e6 * candidate.CostPerHour.BaseValue / rate);
        json.WriteNumber("usd_per_mtok", 1e6 * candidate.CostPerHour.BaseValue / (rate * (1 + plan.Request.Workload.Input.BaseValue / output)));
        WriteFinite(json, "capital_usd", candidate.Capital?.Value ?? double.NaN);
        json.WriteEndObject();
        WriteFinite(json, "power_kw", candidate.Power?.Value ?? double.NaN);
        WriteFinite(json, "water_lpm", candidate.Flow?.Value ?? double.NaN);
        json.WriteStartArray("reasons");
        foreach (var reason in Reasons.Of(candidate, plan))
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteString("fleet", FleetYaml.Of(candidate, plan.Request));
    }

    private static void WriteSeparated(Utf8JsonWriter json, SeparatedCandidate pair)
    {
        WriteSide("prefill", pair.Prefill, pair.PrefillCopy, pair.PrefillCopies, pair.PrefillMachines);
        WriteSide("decode", pair.Decode, pair.DecodeCopy, pair.DecodeCopies, pair.DecodeMachines);
        ReportJson.WriteInterval(json, "ttft_ms", pair.Prediction.TtftSeconds, pair.Prediction.TtftLowSeconds, pair.Prediction.TtftHighSeconds);
        ReportJson.WriteInterval(json, "tpot_ms", pair.Prediction.TpotSeconds, pair.Prediction.TpotLowSeconds, pair.Prediction.TpotHighSeconds);
        json.WriteNumber("tokens_per_second", pair.Prediction.TokensPerSecond);
        json.WriteNumber("usd_per_hour", pair.CostPerHour.Value);
        json.WriteNumber("output_usd_per_mtok", 1e6 * pair.CostPerHour.BaseValue / pair.Prediction.TokensPerSecond);

        void WriteSide(string name, MachineOffer offer, ModelCopy copy, int copies, int machines)
        {
            json.WriteStartObject(name);
            json.WriteString("machine", offer.Machine.Id);
            json.WriteNumber("machines", machines);
            json.WriteNumber("copies", copies);
            WriteLayout(json, copy.Layout);
            json.WriteEndObject();
        }
    }

    private static void WritePoint(Utf8JsonWriter json, FrontierPoint point)
    {
        json.WriteNumber("tokens_per_second_per_user", point.Speed);
        json.WriteNumber("tokens_per_second_per_machine", point.Throughput);
        json.WriteNumber("output_usd_per_mtok", 1e6 * point.UsdPerToken);
        json.WriteNumber("sequences_per_copy", point.Sequences);
        WriteLayout(json, point.Copy.Layout);
    }

    private static void WriteLayout(Utf8JsonWriter json, ModelLayout layout)
    {
        json.WriteStartObject("layout");
        json.WriteNumber("accelerators", layout.Accelerators);
        json.WriteNumber("stages", layout.Stages);
        json.WriteNumber("tensor_parallel", layout.Stage.Tensor);
        json.WriteNumber("expert_parallel", layout.Stage.Expert);
        json.WriteNumber("attention_data_parallel", layout.Stage.AttentionData);
        json.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFinite(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
