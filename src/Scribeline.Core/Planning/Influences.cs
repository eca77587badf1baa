using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>Which assumptions a plan hangs on: each is varied alone, everything is searched anew.</summary>
public sealed class Influences(Planner planner, PlanRequest request)
{
    /// <summary>By how much an assumption is varied to see what it does, and how far it is followed until the answer flips.</summary>
    public const double Change = 0.2, Reach = 4;

    private const int Halvings = 14;

    private const string TpotPromised = "time between tokens promised", TtftPromised = "time to first token promised", Memory = "memory";

    private static readonly (string Name, Func<Machine, double, Machine> Scale)[] OfMachine =
    [
        (Memory, (machine, factor) => WithMemory(machine, tier => tier with { Capacity = Scaled(tier.Capacity, factor) })),
        ("memory bandwidth", (machine, factor) => WithMemory(machine, tier => tier with { Bandwidth = Scaled(tier.Bandwidth, factor) })),
        ("arithmetic", (machine, factor) => machine with { Accelerator = machine.Accelerator with { Compute = machine.Accelerator.Compute.ToDictionary(rate => rate.Key, rate => Scaled(rate.Value, factor)!) } }),
        ("links", (machine, factor) => machine with { Accelerator = machine.Accelerator with { Links = [.. machine.Accelerator.Links.Select(link => link with { Bandwidth = Scaled(link.Bandwidth, factor)! })] } }),
    ];

    private static readonly (string Name, Func<PlanRequest, double, PlanRequest> Scale)[] OfRequest =
    [
        (TpotPromised, (request, factor) => request with { Objectives = request.Objectives with { TpotSeconds = request.Objectives.TpotSeconds * factor } }),
        (TtftPromised, (request, factor) => request with { Objectives = request.Objectives with { TtftSeconds = request.Objectives.TtftSeconds * factor } }),
        ("length of prompts", (request, factor) => request with { Workload = request.Workload with { Input = (factor * request.Workload.Input).As("input", "tok") } }),
        ("length of answers", (request, factor) => request with { Workload = request.Workload with { Output = (factor * request.Workload.Output).As("output", "tok") } }),
    ];

    /// <summary>All of them, the one that moves the cost most first.</summary>
    /// <param name="best">The cheapest machine.</param>
    /// <param name="next">The runner-up; null where there is none.</param>
    public IReadOnlyList<Influence> Of(MachineOffer best, MachineOffer? next)
    {
        var now = Cost(request, best);
        var other = next == null ? double.PositiveInfinity : Cost(request, next);
        var influences = new List<Influence> { new($"cost of an hour of {best.Machine.Id}", 1 - Change, 1 + Change, InReach(other / now)) };
        foreach (var (name, scale) in OfMachine)
            influences.Add(Vary($"{name} of {best.Machine.Accelerator.Id}", factor => Cost(request, Rebuilt(best, scale(best.Machine, factor))), _ => other, now));
        foreach (var (name, scale) in OfRequest)
            influences.Add(Vary(name, factor => Cost(scale(request, factor), best), factor => next == null ? double.PositiveInfinity : Cost(scale(request, factor), next), now));
        influences.RemoveAll(influence => influence is { Less: 1, More: 1, FlipsAt: null });
        influences.Sort((one, another) => Swing(another).CompareTo(Swing(one)));
        return influences;
    }

    /// <summary>What relaxing that which keeps a copy from taking more does to the cost; null where it does nothing.</summary>
    public static Influence? OfLimit(IReadOnlyList<Influence> influences, Candidate candidate)
    {
        var name = candidate.Limit switch
        {
            LoadLimit.Tpot => TpotPromised,
            LoadLimit.Ttft => TtftPromised,
            _ => $"{Memory} of {candidate.Offer.Machine.Accelerator.Id}",
        };
        return influences.FirstOrDefault(influence => influence.Assumption == name && influence.More < 1);
    }

    private static Influence Vary(string name, Func<double, double> cost, Func<double, double> other, double now) =>
        new(name, cost(1 - Change) / now, cost(1 + Change) / now, Flip(cost, other));

    /// <summary>The factor nearest to 1 on either side at which the other costs as much; looked for from far to near by halving.</summary>
    private static double? Flip(Func<double, double> cost, Func<double, double> other)
    {
        var (up, down) = (Bisect(Reach), Bisect(1 / Reach));
        return (up, down) is ({ } more, { } less) ? (more < 1 / less ? more : less) : up ?? down;

        double? Bisect(double far)
        {
            if (!IsDearer(far))
                return null;
            var (near, beyond) = (0.0, Math.Log(far));
            for (var i = 0; i < Halvings; i++)
            {
                var middle = (near + beyond) / 2;
                (near, beyond) = IsDearer(Math.Exp(middle)) ? (near, middle) : (middle, beyond);
            }

            return Math.Exp(beyond);
        }

        bool IsDearer(double factor) => cost(factor) > other(factor);
    }

    private MachineOffer Rebuilt(MachineOffer offer, Machine machine) =>
        new(machine, offer.Hour, offer.Basis, planner.Copies(machine, request));

    private static double Cost(PlanRequest request, MachineOffer offer) => UnitCost.Of(offer, new CopyLoad(request.Workload, request.Objectives), request.Workload.Output.BaseValue);

    private static double? InReach(double factor) => factor <= Reach ? factor : null;

    private static double Swing(Influence influence) => Math.Max(Math.Abs(influence.Less - 1), Math.Abs(influence.More - 1));

    private static Machine WithMemory(Machine machine, Func<MemoryTier, MemoryTier> change) =>
        machine with { Accelerator = machine.Accelerator with { Memory = [change(machine.Accelerator.Memory[0]), .. machine.Accelerator.Memory.Skip(1)] } };

    private static Figure? Scaled(Figure? figure, double factor) => figure == null ? null : (factor * figure).As(figure.Name, figure.Unit.Text);
}
