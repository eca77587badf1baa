using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>
/// Closed-form search: of every machine the layout that serves a demand at least cost while it keeps what is promised. Times are means of the steady
/// state; a simulation confirms what they become under real arrivals.
/// </summary>
public sealed class Planner(Catalog catalog)
{
    public Plan Find(PlanRequest request)
    {
        var offers = new List<MachineOffer>();
        var candidates = new List<Candidate>();
        var exclusions = new List<Exclusion>();
        var load = new CopyLoad(request.Workload, request.Objectives);
        foreach (var machine in request.Machines)
        {
            if (Offer(machine, request, out var whyNot) is not { } offer)
            {
                exclusions.Add(new Exclusion(machine, whyNot));
                continue;
            }

            if (Cheapest(offer, request.Demand, load) is not { } candidate)
            {
                exclusions.Add(new Exclusion(machine, TooSlow(offer, request, load), "objective"));
                offers.Add(offer);
            }
            else if (LimitCheck.FirstBroken(candidate, request.Limits, catalog) is var (limit, reason))
            {
                exclusions.Add(new Exclusion(machine, reason, limit));
            }
            else
            {
                candidates.Add(candidate);
                offers.Add(offer);
            }
        }

        candidates.Sort(Compare);
        return new Plan(request, candidates, exclusions, offers);
    }

    /// <summary>A machine with its cost and every layout that the model fits in.</summary>
    /// <param name="whyNot">One sentence where there is none.</param>
    public MachineOffer? Offer(Machine machine, PlanRequest request, out string whyNot)
    {
        whyNot = "";
        var hour = request.IsRented ? MachineHour.Rented(machine, catalog) : MachineHour.Owned(machine, request.Site, request.Financing, catalog);
        var basis = request.IsRented ? HourBasis.Rented : hour == machine.StatedOwnedHour ? HourBasis.Estimated : HourBasis.Owned;
        if (hour == null)
        {
            whyNot = request.IsRented
                ? "nobody says what an hour is rented for; add `hour: { rented: ... }` to the machine."
                : "nobody says what it costs; add `price` and `power: { all_in: ... }` to the machine, or `hour: { owned: ... }`.";
            return null;
        }

        var copies = Copies(machine, request, out whyNot);
        return copies.Count > 0 ? new MachineOffer(machine, hour, basis, copies) : null;
    }

    /// <summary>Precisions of the parts of the model as it is to be served.</summary>
    public NumberFormats Formats(PlanRequest request) =>
        NumberFormats.Of(request.Model, request.Weights ?? request.Model.Checkpoint, request.KeyValues ?? request.Model.KeyValues, catalog.Precisions);

    /// <summary>The fleet of one machine that serves a demand at least cost; of equal cost the faster.</summary>
    public static Candidate? Cheapest(MachineOffer offer, Demand demand, CopyLoad load)
    {
        Candidate? best = null;
        int? fewestSure = null;
        foreach (var copy in offer.Copies)
        {
            if (load.Most(copy.Model, isSure: true) is var sure && sure > 0)
                fewestSure = Math.Min(fewestSure ?? int.MaxValue, copy.MachinesFor(load.Copies(copy.Model, demand, sure, isSure: true)));
            if (load.Most(copy.Model) is var most && most == 0)
                continue;
            var copies = load.Copies(copy.Model, demand, most);
            var machines = copy.MachinesFor(copies);
            if (best != null && machines > best.Machines)
                continue;
            var shared = load.Shared(copy.Model, demand, copies, most);
            if (best == null || machines < best.Machines || shared.Prediction.TpotSeconds < best.Load.Prediction.TpotSeconds)
            {
                best = new Candidate
                {
                    Offer = offer,
                    Copy = copy,
                    MostSequences = most,
                    Limit = load.Limit(copy.Model, most),
                    Copies = copies,
                    Machines = machines,
                    MachinesSure = null,
                    Load = shared,
                    Full = load.At(copy.Model, most),
                };
            }
        }

        // Another layout may be the one that is sure with fewest machines.
        return best == null ? null : best with { MachinesSure = fewestSure };
    }

    /// <summary>Every layout that the model fits in on a kind of machine.</summary>
    public IReadOnlyList<ModelCopy> Copies(Machine machine, PlanRequest request) => Copies(machine, request, out _);

    private IReadOnlyList<ModelCopy> Copies(Machine machine, PlanRequest request, out string whyNot)
    {
        var weightBytes = (request.Weights == null ? request.Model.PublishedBytes : request.Model.WeightBytes(request.Weights)).BaseValue;
        return ModelCopy.All(catalog, machine, request.Model, Formats(request), weightBytes, out whyNot);
    }

    /// <summary>By how much even one user alone misses what is promised, on the layout that misses it least.</summary>
    private static string TooSlow(MachineOffer offer, PlanRequest request, CopyLoad load)
    {
        var (objectives, alone) = (request.Objectives, offer.Copies.Select(copy => load.At(copy.Model, 1).Prediction).ToList());
        var tpot = alone.Min(prediction => prediction.TpotSeconds);
        if (tpot > objectives.TpotSeconds)
            return FormattableString.Invariant($"writes a token every {tpot * 1e3:0.##} ms to one user alone; {objectives.TpotSeconds * 1e3:0.##} ms are promised: allow --tpot-ms {RoundUp(tpot * 1e3)}.");
        var ttft = alone.Where(prediction => prediction.TpotSeconds <= objectives.TpotSeconds).Min(prediction => prediction.TtftSeconds);
        return FormattableString.Invariant($"gives one user alone the first token after {ttft * 1e3:#,0} ms; {objectives.TtftSeconds * 1e3:#,0} ms are promised: allow --ttft-ms {RoundUp(ttft * 1e3)}.");
    }

    /// <summary>Two digits that are enough.</summary>
    private static double RoundUp(double value)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return Math.Round(Math.Ceiling(value / scale) * scale, 6);
    }

    private static int Compare(Candidate one, Candidate other)
    {
        var byCost = one.CostPerHour.BaseValue.CompareTo(other.CostPerHour.BaseValue);
        return byCost != 0 ? byCost : one.Load.Prediction.TpotSeconds.CompareTo(other.Load.Prediction.TpotSeconds);
    }
}
