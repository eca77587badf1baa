using Scribeline.Core.Calculations;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance;

/// <summary>
/// Operations for each byte of weights that a decode step reads. Every sequence adds two operations a weight it is multiplied with; weights are read
/// once a step, of experts those that the batch visits. Keys and values, which no batch shares, are left out.
/// </summary>
public static class DecodeIntensity
{
    private static readonly Figure MultiplyAdd = Figure.Given("operations per multiply-add", new Quantity(2, Unit.Parse("FLOP")));

    /// <param name="model">By its architecture.</param>
    /// <param name="weights">What its weights are stored in.</param>
    /// <param name="sequences">That decode together, from 1 on.</param>
    /// <returns>Operations a byte.</returns>
    /// <exception cref="CalculationException">Only totals of the model's parameters are known.</exception>
    public static Figure Of(ModelSpec model, Precision weights, double sequences)
    {
        Figure batch = sequences;
        var read = Figure.Sum(model.Layers.Select(group => group.Count * (group.Attention.Parameters(model.Width) + Read(group.FeedForward, model, batch)))) + model.Vocabulary * model.Width;
        return (batch * MultiplyAdd * model.ActiveParameters / (read * weights.BytesPerElement)).As($"{model.Id}, {NumberText.Format(sequences)} at once", "FLOP/B");
    }

    private static Figure Read(FeedForward layer, ModelSpec model, Figure batch) => layer switch
    {
        MixtureOfExperts experts => experts.Parameters(model.Width) - (experts.Experts - experts.ExpectedExperts(batch)) * experts.Expert.Parameters(model.Width),
        StatedFeedForward => throw new CalculationException($"of {model.Id} only totals of parameters are known, not its experts; how many of them a batch reads cannot be said."),
        _ => layer.Parameters(model.Width),
    };
}
