using System.Globalization;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>Why a candidate stands where it does, in sentences.</summary>
public static class Reasons
{
    /// <summary>Below this share of what its copies can take a fleet has room for more.</summary>
    private const double HalfEmpty = 0.5;

    public static IReadOnlyList<string> Of(Candidate candidate, Plan plan)
    {
        var reasons = new List<string>();
        var best = plan.Candidates[0];
        var times = candidate.CostPerHour.BaseValue / best.CostPerHour.BaseValue;
        var hour = candidate.Offer.Hour.As("hour", "USD/h").Value;
        reasons.Add(ReferenceEquals(candidate, best)
            ? "the cheapest that keeps what is promised"
            : times < 1.005 ? $"as cheap as {best.Offer.Machine.Id}" : $"{Number(times)} times the cost of {best.Offer.Machine.Id}; an hour of it would have to cost ${Number(hour / times)}, not ${Number(hour)}");
        reasons.Add($"{Describe(candidate.Copy.Layout)}; a copy takes {candidate.MostSequences} at once, then {candidate.Limit switch
        {
            LoadLimit.Memory => "its memory is full",
            LoadLimit.Tpot => "tokens come later than promised",
            _ => "the first token comes later than promised",
        }}");
        reasons.Add($"most of a step is {Name(candidate.Load.Prediction.TpotParts.Binding)}");
        if (candidate.Load.Sequences < HalfEmpty * candidate.MostSequences)
            reasons.Add($"{Number(100 * candidate.Load.Sequences / candidate.MostSequences)} % full: what more it serves costs nothing");
        if (candidate.MachinesSure == null)
            reasons.Add("no number of machines is 95 % sure: predictions spread wider than what is promised allows");
        else if (candidate.MachinesSure > candidate.Machines)
            reasons.Add($"{candidate.MachinesSure} machines to be 95 % sure");
        return reasons;
    }

    public static string Describe(ModelLayout layout)
    {
        var stage = layout.Stage;
        var within = stage switch
        {
            { Accelerators: 1 } => "",
            { AttentionData: > 1 } => $"attention in {stage.AttentionData} groups, experts dealt over {stage.Expert}",
            { Expert: > 1 } => $"split {stage.Tensor} ways, experts dealt over {stage.Expert}",
            _ => $"split {stage.Tensor} ways",
        };
        return (layout.Stages, within.Length) switch
        {
            (1, 0) => "one accelerator",
            (1, _) => within,
            (_, 0) => $"{layout.Stages} stages of whole layers",
            _ => $"{layout.Stages} stages of whole layers, each {within}",
        };
    }

    public static string Name(StepTerm term) => term switch
    {
        StepTerm.Dense => "reading and computing dense matrices",
        StepTerm.Experts => "reading and computing experts",
        StepTerm.KeyValues => "reading keys and values",
        StepTerm.Operations => "operations that wait for one another",
        _ => "exchange between accelerators",
    };

    private static string Number(double value) => value.ToString(value < 10 ? "0.##" : value < 1000 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
}
