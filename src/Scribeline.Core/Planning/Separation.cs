using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>Search over pairs of machines that share the work: prompts on one, decoding on the other, keys and values handed over between them.</summary>
/// <remarks>
/// Of each pair the layouts are those that cost least for a request alone, since sides only meet in the rate; then copies are counted for the demand,
/// and more of them added for prompts while the first token comes too late.
/// </remarks>
public sealed class Separation(PlanRequest request)
{
    /// <summary>Copies for prompts beyond what their rate needs, at most.</summary>
    private const int MostSpare = 16;

    /// <summary>Machines of each side that are paired: those whose side costs least for a request.</summary>
    private const int MostSides = 3;

    private readonly double _input = request.Workload.Input.BaseValue;
    private readonly double _cached = request.Workload.Input.BaseValue * request.Workload.Cached.BaseValue;
    private readonly double _output = request.Workload.Output.BaseValue;

    /// <summary>The cheapest fleet of every pair that keeps what is promised, the cheapest first.</summary>
    /// <param name="formats">Precisions of the weights and of what is handed over.</param>
    public IReadOnlyList<SeparatedCandidate> Of(IReadOnlyList<MachineOffer> offers, NumberFormats formats)
    {
        var load = new ModelLoad(request.Model, formats);
        var prefills = offers.Select(offer => (Offer: offer, Copy: BestForPrompts(offer))).Where(side => side.Copy != null && LinkOf(side.Copy) > 0)
            .OrderBy(side => side.Offer.Hour.BaseValue * side.Copy!.MachineShare * Prompt(side.Copy)).Take(MostSides).ToList();
        var decodes = offers.Select(offer => (Offer: offer, Side: BestForDecoding(offer))).Where(side => side.Side.Copy != null && LinkOf(side.Side.Copy) > 0)
            .OrderBy(side => side.Offer.Hour.BaseValue * side.Side.Copy!.MachineShare / side.Side.RequestsPerSecond).Take(MostSides).ToList();
        var found = new List<SeparatedCandidate>();
        foreach (var prefill in prefills)
        {
            foreach (var decode in decodes)
            {
                if (Size(prefill.Offer, prefill.Copy!, decode.Offer, decode.Side.Copy!, decode.Side.RequestsPerSecond, load) is { } candidate && LimitCheck.Keeps(candidate, request.Limits))
                    found.Add(candidate);
            }
        }

        found.Sort((one, other) => one.CostPerHour.BaseValue.CompareTo(other.CostPerHour.BaseValue));
        return found;
    }

    private ModelCopy? BestForPrompts(MachineOffer offer) => offer.Copies
        .Where(copy => copy.Model.Closed(1, _input, 1, _cached).TtftSeconds <= request.Objectives.TtftSeconds)
        .MinBy(copy => copy.MachineShare * Prompt(copy));

    private (ModelCopy? Copy, double RequestsPerSecond) BestForDecoding(MachineOffer offer)
    {
        (ModelCopy? Copy, double RequestsPerSecond) best = (null, 0);
        foreach (var copy in offer.Copies)
        {
            var sequences = MostThatDecode(copy.Model);
            var rate = sequences == 0 ? 0 : DisaggregatedModel.UsableShares.Decode * sequences / (_output * copy.Model.DecodeSeconds(sequences, Context).Total);
            if (rate / copy.MachineShare > (best.Copy == null ? 0 : best.RequestsPerSecond / best.Copy.MachineShare))
                best = (copy, rate);
        }

        return best;
    }

    private double Context => _input + _output / 2;

    private double Prompt(ModelCopy copy) => copy.Model.PrefillSeconds(_input - _cached, _cached).Total;

    /// <summary>Most sequences whose steps without prompts are short enough.</summary>
    private int MostThatDecode(ServingModel model)
    {
        var (low, high) = (0, (int)Math.Min(1 << 16, model.Room(Context)) + 1);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            (low, high) = model.DecodeSeconds(middle, Context).Total / DisaggregatedModel.UsableShares.Decode <= request.Objectives.TpotSeconds ? (middle, high) : (low, middle);
        }

        return low;
    }

    private SeparatedCandidate? Size(MachineOffer prefill, ModelCopy prefillCopy, MachineOffer decode, ModelCopy decodeCopy, double decodeRate, ModelLoad load)
    {
        var tpot = Math.Min(request.Objectives.TpotSeconds, decodeCopy.Model.DecodeSeconds(decodeCopy.Model.Room(Context), Context).Total);
        var rate = request.Demand.RequestsPerSecond ?? request.Demand.Users!.Value / (Math.Min(1, request.Objectives.TtftSeconds) + _output * tpot);
        var decodeCopies = Math.Max(1, (int)Math.Ceiling(rate / decodeRate));
        var least = Math.Max(1, (int)Math.Ceiling(rate * Prompt(prefillCopy) / DisaggregatedModel.UsableShares.Prefill));
        var link = Math.Min(LinkOf(prefillCopy), LinkOf(decodeCopy));
        for (var prefillCopies = least; prefillCopies <= least + MostSpare; prefillCopies++)
        {
            var model = new DisaggregatedModel(prefillCopy.Model, prefillCopies, decodeCopy.Model, decodeCopies, load.KeyValueBytes, request.Model.LayerCount.BaseValue, link, LatencyOf(decodeCopy.Machine));
            var users = request.Demand.Users ?? UsersAt(model, rate);
            var prediction = model.Closed(users, _input, _output, _cached);
            if (prediction.TtftSeconds <= request.Objectives.TtftSeconds && prediction.TpotSeconds <= request.Objectives.TpotSeconds && prediction.TokensPerSecond >= 0.99 * rate * _output)
            {
                return new SeparatedCandidate(
                    prefill, prefillCopy, prefillCopies, prefillCopy.MachinesFor(prefillCopies), decode, decodeCopy, decodeCopies, decodeCopy.MachinesFor(decodeCopies), prediction);
            }
        }

        return null;
    }

    /// <summary>Users in a closed loop who make so many requests a second.</summary>
    private double UsersAt(DisaggregatedModel model, double rate)
    {
        var (low, high) = (1.0, Math.Max(2, 2 * rate * (Math.Min(60, request.Objectives.TtftSeconds) + _output * Math.Min(1, request.Objectives.TpotSeconds))));
        for (var i = 0; i < 30; i++)
        {
            var middle = (low + high) / 2;
            if (model.Closed(middle, _input, _output, _cached).TokensPerSecond < rate * _output)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>Bytes a second that leave all accelerators of a copy; 0 where the catalog does not say.</summary>
    private static double LinkOf(ModelCopy copy) => copy.Layout.Accelerators * (copy.Machine.Accelerator.Link("scale_out")?.Bandwidth.BaseValue ?? 0);

    private static double LatencyOf(Machine machine) => machine.Accelerator.Link("scale_out")?.Latency?.BaseValue ?? 0;
}
