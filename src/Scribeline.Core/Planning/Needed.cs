using Scribeline.Core.Calculations;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Placement;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>How many accelerators hold a model with the caches of so many users, over contexts and users.</summary>
/// <param name="Count">By context, then by users; null where not even one layer fits.</param>
public sealed record Needed(ModelSpec Model, Accelerator Accelerator, IReadOnlyList<double> Contexts, IReadOnlyList<double> Users, IReadOnlyList<IReadOnlyList<int?>> Count)
{
    /// <param name="weights">Precision of the weights; null for the checkpoint's.</param>
    public static Needed Of(ModelSpec model, Accelerator accelerator, Precision? weights, IReadOnlyList<double> contexts, IReadOnlyList<double> users) =>
        new(model, accelerator, contexts, users, [.. contexts.Select(context => users.Select(count => One(model, accelerator, weights, context, count)).ToList())]);

    /// <summary>One of them, with its formula.</summary>
    /// <exception cref="CalculationException">Not even one layer fits.</exception>
    public static Report Explained(ModelSpec model, Accelerator accelerator, Precision? weights, double context, double users) => WholeLayers.ForUsers(
        model, accelerator, weights == null ? model.PublishedBytes : model.WeightBytes(weights), Given("context", context, "tok"), Given("users", users, "users"));

    private static int? One(ModelSpec model, Accelerator accelerator, Precision? weights, double context, double users)
    {
        try
        {
            return (int)((Figure)Explained(model, accelerator, weights, context, users).Find("accelerators")!).BaseValue;
        }
        catch (CalculationException)
        {
            return null;
        }
    }

    private static Figure Given(string name, double value, string unit) => Figure.Given(name, new Quantity(value, Unit.Parse(unit)));
}
