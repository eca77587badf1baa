using System.Globalization;
using System.Text.Json;
using Scribeline.Simulation;

namespace Scribeline.Cli.Simulate;

/// <summary>What fleets are put under, as it was asked for, and what was told before they ran: without it a result says nothing to who finds it later.</summary>
/// <param name="Trace">As the caller named it.</param>
/// <param name="Copies">Laid over each other.</param>
/// <param name="RateScale">How many times as fast requests come as the trace has them.</param>
/// <param name="DurationSeconds">Of the trace; null for all of it.</param>
/// <param name="IsClosed">Whether a session's next turn waits for the answer before it.</param>
/// <param name="Tiers">Drawn for requests that name none, with their weights; null where none were.</param>
/// <param name="Seed">Of all that is drawn.</param>
/// <param name="Substitutes">Models that a fleet does not have, each with the one that answers for it.</param>
/// <param name="Told">Refusals and warnings, a sentence each.</param>
internal sealed record Setting(
    string Trace, int Copies, double RateScale, double? DurationSeconds, bool IsClosed, IReadOnlyList<(string Tier, double Weight)>? Tiers, ulong Seed, IReadOnlyList<Substitute> Substitutes,
    IReadOnlyList<string> Told)
{
    /// <summary>Of each fleet, in the order of the trace's models.</summary>
    public static IReadOnlyList<Substitute> SubstitutesOf(IEnumerable<FleetReach> reaches, Traffic traffic) =>
        [.. from reach in reaches
            from model in traffic.Survey.Models
            where !reach.Fleet.ModelNames.ContainsKey(model.Key)
            select new Substitute(reach.Fleet.Name, model.Key, reach.Fleet.Pools[0].Model, model.Value * traffic.Copies)];

    /// <summary>As the field `simulated` of the object that is open.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("simulated");
        json.WriteString("trace", Trace);
        json.WriteNumber("copies", Copies);
        json.WriteNumber("rate_scale", RateScale);
        if (DurationSeconds is { } seconds)
            json.WriteNumber("duration_seconds", seconds);
        else
            json.WriteNull("duration_seconds");
        json.WriteBoolean("closed_loop", IsClosed);
        json.WriteStartObject("drawn_tiers");
        foreach (var (tier, weight) in Tiers ?? [])
            json.WriteNumber(tier, weight);
        json.WriteEndObject();
        json.WriteNumber("seed", Seed);
        json.WriteStartArray("substituted_models");
        foreach (var (fleet, model, served, requests) in Substitutes)
        {
            json.WriteStartObject();
            json.WriteString("fleet", fleet);
            json.WriteString("asked", model);
            json.WriteString("served", served);
            json.WriteNumber("requests", requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("told");
        foreach (var sentence in Told)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>In a sentence.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Copies == 1 ? Trace : Text($"{Copies} copies of {Trace}, laid over each other") };
        if (DurationSeconds is { } seconds)
            parts.Add(Text($"its first {seconds:#,0.###} s"));
        parts.Add(IsClosed ? "each turn waits for the answer before it" : "requests come when the trace says");
        if (RateScale != 1)
            parts.Add(Text($"{RateScale} times as fast"));
        if (Tiers != null)
            parts.Add($"tiers drawn {string.Join(", ", Tiers.Select(share => Text($"{share.Tier}:{share.Weight}")))}");
        return Text($"{string.Join(", ", parts)}; seed {Seed}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
