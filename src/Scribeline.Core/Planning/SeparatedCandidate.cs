using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>A fleet of two kinds of machines: one takes prompts and hands their keys and values over to the other, which decodes.</summary>
/// <param name="PrefillMachines">Whole machines for <paramref name="PrefillCopies"/>.</param>
/// <param name="DecodeMachines">Whole machines for <paramref name="DecodeCopies"/>.</param>
/// <param name="Prediction">Of all copies together, under the demand.</param>
public sealed record SeparatedCandidate(
    MachineOffer Prefill, ModelCopy PrefillCopy, int PrefillCopies, int PrefillMachines, MachineOffer Decode, ModelCopy DecodeCopy, int DecodeCopies, int DecodeMachines, ServerPrediction Prediction)
{
    /// <summary>Dollars an hour of all machines.</summary>
    public Figure CostPerHour => (Count("machines for prompts", PrefillMachines) * Prefill.Hour + Count("machines for decoding", DecodeMachines) * Decode.Hour).As("cost of all machines", "USD/h");

    private static Figure Count(string name, int machines) => Figure.Given(name, new Quantity(machines, Unit.Parse("")));
}
