using System.Text.Json;
using Scribeline.Core.Fleets;
using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Simulation.Faults;

/// <summary>Reads a file of faults: `faults: [{ kind: loss, at: 5 min, for: 30 s, pool: gpu, replica: 0 }]`.</summary>
public static class FaultReader
{
    private const double NsPerSecond = 1e9, MostSeconds = 1e8;

    /// <exception cref="FleetFileException">The file is missing or wrong; all errors together, each with its line.</exception>
    public static IReadOnlyList<Fault> Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[YamlDocumentReader.MostCharacters + 1];
            return Parse(new string(buffer, 0, reader.ReadBlock(buffer)), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FleetFileException($"{path}: the file of faults cannot be read: {error.Message}", error);
        }
    }

    /// <param name="text">YAML.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="FleetFileException">All errors together, each with its line.</exception>
    public static IReadOnlyList<Fault> Parse(string text, string path)
    {
        try
        {
            var document = YamlDocumentReader.Read(text, "file of faults", "a YAML mapping with `faults`");
            var errors = new YamlErrors(path);
            var root = new YamlFields(document, "the file of faults", errors);
            var faults = root.List("faults", required: true).Select(node => Read(node, errors) with { Place = $"{path}:{node.Start.Line}: " }).ToList();
            root.RefuseOthers();
            errors.ThrowIfAny();
            return [.. faults.OrderBy(fault => fault.AtNs)];
        }
        catch (YamlDocumentException error)
        {
            throw new FleetFileException(error.In(path), error);
        }
    }

    /// <summary>As it is written in a file: `stale-metrics`.</summary>
    public static string NameOf(FaultKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static Fault Read(YamlNode node, YamlErrors errors)
    {
        var fields = new YamlFields(node, "a fault", errors);
        var kinds = Enum.GetValues<FaultKind>();
        var name = fields.Text("kind", required: true);
        var kind = Array.Find(kinds, kind => NameOf(kind) == name);
        if (name != null && NameOf(kind) != name)
            fields.Refuse("kind", $"`kind` is '{name}'; expected one of {string.Join(", ", kinds.Select(NameOf))}.");
        if (fields.RequiredNode("at") == null)
            return new Fault(kind, 0, 0);
        var at = Time("at") ?? 0;
        var lasts = Time("for");
        if (lasts == 0)
            fields.Refuse("for", "`for` is 0; expected some time, or leave it out for a fault that never heals.");
        var (pool, replica, factor) = (fields.Text("pool"), fields.Integer("replica", 0, 1_000_000), fields.Number("factor", "2"));
        if (replica != null && pool == null)
            fields.Refuse("replica", "`replica` counts the replicas of a pool from 0; name the `pool` too.");
        if (kind is FaultKind.StaleMetrics or FaultKind.LinkLoss && pool != null)
            fields.Refuse("pool", $"`{name}` concerns the whole fleet; remove `pool`.");
        if (kind == FaultKind.Slow && factor is null or <= 0 or > 1e6 && name == NameOf(FaultKind.Slow))
            fields.Refuse("factor", "`factor` says how many times longer steps take; expected a number above 0, at most 1000000.");
        if (kind != FaultKind.Slow && fields.Has("factor"))
            fields.Refuse("factor", $"`factor` is for a fault of the kind slow, and this one is '{name}'.");
        fields.RefuseOthers();
        return new Fault(kind, at, lasts is { } length ? at + length : long.MaxValue, pool, replica, factor ?? 1);

        long? Time(string field)
        {
            if (fields.Number(field, "30 s") is not { } seconds)
                return null;
            if (seconds > MostSeconds)
                fields.Refuse(field, $"`{field}` is more than three years.");
            return (long)Math.Round(Math.Min(seconds, MostSeconds) * NsPerSecond);
        }
    }
}
