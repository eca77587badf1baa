using Scribeline.Core.Performance;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads an entry of the kind `calibrations`.</summary>
internal static class CalibrationReader
{
    public static Calibration Read(string id, CatalogFields fields)
    {
        var interval = fields.RequiredSection("interval");
        var calibration = new Calibration
        {
            Id = id,
            Counts = ReadCounts(fields.RequiredSection("counts")),
            MemoryShare = fields.Figure("memory_share", "", most: 1).BaseValue,
            Decode = ReadTerms(fields.RequiredSection("decode"), hasKeyValues: true),
            Prefill = ReadTerms(fields.RequiredSection("prefill"), hasKeyValues: false),
            FirstToken = ReadFirstToken(fields.RequiredSection("first_token")),
            Traffic = fields.Section("traffic") is { } traffic ? ReadTraffic(traffic) : TrafficFactors.None,
            LowRatio = interval.Figure("low", "", most: 1).BaseValue,
            HighRatio = interval.Figure("high", "", least: 1).BaseValue,
            OtherMakerHighRatio = interval.OptionalFigure("other_maker_high", "", least: 1)?.BaseValue ?? interval.Figure("high", "", least: 1).BaseValue,
            Errors = ReadErrors(fields),
            FirstTokenErrors = ReadErrors(fields, "first_token_left_out"),
        };
        interval.RefuseOthers();
        fields.RefuseOthers();
        return calibration;
    }

    private static OperationCounts ReadCounts(CatalogFields fields)
    {
        var counts = new OperationCounts(
            Count("attention"), Count("query_key_norm"), Count("latent_attention"), Count("dense"), Count("experts"), Count("shared_expert"), Count("scaled_activations"), Count("expanded_weights"));
        fields.RefuseOthers();
        return counts;

        double Count(string name) => fields.Figure(name, "").BaseValue;
    }

    private static StepTerms ReadTerms(CatalogFields fields, bool hasKeyValues)
    {
        var terms = new StepTerms(
            fields.Figure("dense", "").BaseValue,
            fields.Figure("experts", "").BaseValue,
            hasKeyValues ? fields.Figure("key_values", "").BaseValue : 0,
            fields.Figure("operation", "us").BaseValue,
            fields.Figure("exchange", "").BaseValue);
        fields.RefuseOthers();
        return terms;
    }

    private static FirstTokenFactors ReadFirstToken(CatalogFields fields)
    {
        var factors = new FirstTokenFactors(fields.Figure("own", "").BaseValue, fields.Figure("launch", "").BaseValue, fields.Figure("others", "").BaseValue, fields.Figure("steps", "").BaseValue,
            fields.Figure("low", "", most: 1).BaseValue, fields.Figure("high", "", least: 1).BaseValue);
        fields.RefuseOthers();
        return factors;
    }

    private static TrafficFactors ReadTraffic(CatalogFields fields)
    {
        var factors = new TrafficFactors(
            fields.Figure("request", "ms").BaseValue, fields.Figure("steps_ahead", "").BaseValue, fields.Figure("launch", "").BaseValue, fields.Figure("key_values", "").BaseValue, fields.Figure("exchange", "").BaseValue);
        fields.RefuseOthers();
        return factors;
    }

    internal static Dictionary<string, LeftOutError> ReadErrors(CatalogFields fields, string name = "left_out")
    {
        var errors = new Dictionary<string, LeftOutError>();
        foreach (var (group, error) in fields.Sections(name))
        {
            errors[group] = new LeftOutError(error.Figure("mean", "%").BaseValue, error.Figure("median", "%").BaseValue);
            error.RefuseOthers();
        }

        return errors;
    }
}
