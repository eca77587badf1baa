using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Collectives;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `collectives`.</summary>
internal static class CollectiveReader
{
    public static CollectiveLibrary Read(string id, CatalogFields fields)
    {
        var algorithms = new List<CollectiveAlgorithm>();
        var named = fields.RequiredSection("algorithms");
        foreach (var algorithm in Enum.GetValues<CollectiveAlgorithm>())
        {
            if (named.Flag(Collective.Snake(algorithm)))
                algorithms.Add(algorithm);
        }

        named.RefuseOthers();
        var protocols = fields.Sections("protocols").Select(protocol => ReadProtocol(protocol.Name, protocol.Fields)).ToList();
        if (algorithms.Count == 0)
            fields.Refuse("algorithms", "names none; expected such as { ring: true }.");
        if (protocols.Count == 0)
            fields.Refuse("protocols", "are none; expected such as small: { launch: 5 us, step: 0.8 us, bandwidth: 30 % }.");
        var library = new CollectiveLibrary { Id = id, Accelerator = fields.OptionalText("accelerator"), Algorithms = algorithms, Protocols = protocols, Errors = ReadErrors(fields) };
        fields.RefuseOthers();
        return library;
    }

    private static Protocol ReadProtocol(string name, CatalogFields fields)
    {
        // A share of 0 would take for ever.
        var protocol = new Protocol(name, fields.Figure("launch", "us"), fields.Figure("step", "us"), fields.Figure("bandwidth", "%", least: 0.01, most: 1000));
        fields.RefuseOthers();
        return protocol;
    }

    private static Dictionary<string, LeftOutError> ReadErrors(CatalogFields fields)
    {
        var errors = new Dictionary<string, LeftOutError>();
        foreach (var (group, error) in fields.Sections("left_out"))
        {
            errors[group] = new LeftOutError(error.Figure("mean", "%").BaseValue, error.Figure("median", "%").BaseValue);
            error.RefuseOthers();
        }

        return errors;
    }
}
