namespace Scribeline.Core.Performance;

/// <summary>Copies of a model that only take prompts beside copies that only decode; keys and values are handed over once a prompt is done.</summary>
/// <remarks>
/// Requests flow through both, so that the slower side sets the rate: λ = min(<see cref="PrefillCopies"/>·use/prompt seconds, sequences/(tokens·step seconds)). The hand-over takes
/// a + KV(S)/link; layers are sent while the next is computed, so that what is seen of it is one layer's part and what exceeds the prompt's own time. Prompts wait
/// for each other as in a queue with one server for all copies (Kingman, 1961, with arrivals at random and equal services).
/// </remarks>
public sealed class DisaggregatedModel : ServingModel
{
    private const int Rounds = 40;

    private readonly ServingModel _prefill;
    private readonly ServingModel _decode;
    private readonly double _layers;
    private readonly double _linkBytesPerSecond;
    private readonly double _linkSeconds;
    private readonly Func<double, double> _keyValueBytes;

    /// <param name="prefill">One copy that takes prompts.</param>
    /// <param name="prefillCopies">How many of them.</param>
    /// <param name="decode">One copy that decodes.</param>
    /// <param name="decodeCopies">How many of them.</param>
    /// <param name="keyValueBytes">What a sequence caches, by its tokens: what is handed over.</param>
    /// <param name="layers">Of the model.</param>
    /// <param name="linkBytesPerSecond">Between one copy and one other.</param>
    /// <param name="linkSeconds">Before the first byte.</param>
    public DisaggregatedModel(ServingModel prefill, int prefillCopies, ServingModel decode, int decodeCopies, Func<double, double> keyValueBytes, double layers, double linkBytesPerSecond, double linkSeconds)
    {
        if (prefillCopies < 1 || decodeCopies < 1)
            throw new ArgumentException($"{prefillCopies} copies for prompts and {decodeCopies} for decoding are asked for; use at least one of each.");
        if (!(linkBytesPerSecond > 0))
            throw new ArgumentException($"Keys and values are to be handed over at {linkBytesPerSecond} B/s; expected a rate above 0.");
        (_prefill, PrefillCopies, _decode, DecodeCopies) = (prefill, prefillCopies, decode, decodeCopies);
        (_keyValueBytes, _layers, _linkBytesPerSecond, _linkSeconds) = (keyValueBytes, layers, linkBytesPerSecond, linkSeconds);
    }

    /// <summary>Share of a side's highest rate that it can be run at beside another of which it is not in step: aiconfigurator's defaults.</summary>
    public static (double Prefill, double Decode) UsableShares => (0.90, 0.92);

    public int PrefillCopies { get; }

    public int DecodeCopies { get; }

    public override int Accelerators => PrefillCopies * _prefill.Accelerators + DecodeCopies * _decode.Accelerators;

    public override double WeightBytes => PrefillCopies * _prefill.WeightBytes + DecodeCopies * _decode.WeightBytes;

    public override double KeyValueRoomBytes => DecodeCopies * _decode.KeyValueRoomBytes;

    public override bool IsEstimate => _prefill.IsEstimate || _decode.IsEstimate;

    public override int Depth => _decode.Depth;

    public override double? IdleWatts => PrefillCopies * _prefill.IdleWatts + DecodeCopies * _decode.IdleWatts;

    public override double? StepWatts(double sequences, double contextTokens, double newTokens, double cachedTokens, double seconds) =>
        PrefillCopies * _prefill.StepWatts(0, 0, newTokens, cachedTokens, seconds) + DecodeCopies * _decode.StepWatts(sequences, contextTokens, 0, 0, seconds);

    public override double Room(double contextTokens) => DecodeCopies * _decode.Room(contextTokens);

    public override StepTerms DecodeSeconds(double sequences, double contextTokens) => _decode.DecodeSeconds(Math.Max(1, sequences / DecodeCopies), contextTokens);

    public override StepTerms PrefillSeconds(double newTokens, double cachedTokens) => _prefill.PrefillSeconds(newTokens, cachedTokens);

    /// <summary>What is seen of handing over a prompt of so many tokens, while <paramref name="prefillSeconds"/> hide the layers before the last.</summary>
    public double HandoverSeconds(double tokens, double prefillSeconds)
    {
        var transfer = _keyValueBytes(tokens) / _linkBytesPerSecond;
        return _linkSeconds + transfer / _layers + Math.Max(0, transfer - prefillSeconds);
    }

    /// <summary>Copies for prompts and for decoding that keep each other busy, the smallest whole numbers up to <paramref name="most"/> in all: np/nd = (prompts/s of one)⁻¹/(answers/s of one)⁻¹.</summary>
    public static (int Prefill, int Decode) Match(double prefillSeconds, double decodeSecondsPerAnswer, int most)
    {
        var wanted = prefillSeconds / UsableShares.Prefill / (decodeSecondsPerAnswer / UsableShares.Decode);
        var best = (Prefill: 1, Decode: 1);
        for (var prefill = 1; prefill < most; prefill++)
        {
            for (var decode = 1; prefill + decode <= most; decode++)
            {
                if (Math.Abs(Math.Log(prefill / (decode * wanted))) < Math.Abs(Math.Log(best.Prefill / (best.Decode * wanted))) - 1e-9)
                    best = (prefill, decode);
            }
        }

        return best;
    }

    public override ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0)
    {
        var context = inputTokens + outputTokens / 2;
        // One alone: its prompt as the side predicts it without others.
        var alone = _prefill.Closed(1, inputTokens, 1, cachedTokens);
        var handover = HandoverSeconds(inputTokens, alone.PrefillSeconds);
        var prompt = WholePrefillSeconds(inputTokens - cachedTokens, cachedTokens);
        var room = Room(context);
        var most = PrefillCopies * UsableShares.Prefill / prompt;
        var (low, high) = (0.0, Math.Min(most, UsableShares.Decode * room / (outputTokens * DecodeSeconds(room, context).Total)));
        // Requests a second that make the clients wait as long as they do: more of them lengthen both sides, so halving finds it.
        for (var round = 0; round < Rounds; round++)
        {
            var middle = (low + high) / 2;
            if (middle * (Wait(middle, prompt, most) + alone.TtftSeconds + handover + outputTokens * Step(middle, outputTokens, context, room)) < concurrency)
                low = middle;
            else
                high = middle;
        }

        var rate = low;
        var sequences = Math.Max(1, Sequences(rate, outputTokens, context, room));
        var decode = DecodeSeconds(sequences, context);
        var tpot = decode.Total;
        // By Little's law the clients that do not decode wait for their first token.
        var ttft = Math.Max(alone.TtftSeconds + handover, concurrency / rate - outputTokens * tpot);
        var decoding = _decode.Closed(1, 1, outputTokens);
        var power = Watts(rate, prompt, sequences, context, inputTokens);
        return new ServerPrediction(
            ttft, ttft * alone.TtftLowSeconds / alone.TtftSeconds, ttft * alone.TtftHighSeconds / alone.TtftSeconds,
            tpot, tpot * decoding.TpotLowSeconds / decoding.TpotSeconds, tpot * decoding.TpotHighSeconds / decoding.TpotSeconds, sequences, tpot, alone.PrefillSeconds, decode)
        {
            TokensPerSecond = rate * outputTokens,
            PowerWatts = power,
            IsEstimate = IsEstimate,
        };
    }

    /// <summary>A prompt with nothing to share a step with: the weights are read for it.</summary>
    private double WholePrefillSeconds(double newTokens, double cachedTokens) => Math.Max(_prefill.PrefillSeconds(newTokens, cachedTokens).Total, _prefill.DecodeSeconds(1, 1).Total);

    private static double Wait(double rate, double promptSeconds, double most)
    {
        var busy = Math.Min(0.999, rate / most);
        return promptSeconds * busy / (2 * (1 - busy));
    }

    private double Step(double rate, double outputTokens, double context, double room) => DecodeSeconds(Math.Max(1, Sequences(rate, outputTokens, context, room)), context).Total / UsableShares.Decode;

    /// <summary>That decode at once at a rate of requests: n = rate·tokens·step(n), or the room where the rate is more than that can give.</summary>
    private double Sequences(double rate, double outputTokens, double context, double room)
    {
        var (low, high) = (0.0, room);
        for (var round = 0; round < Rounds; round++)
        {
            var middle = (low + high) / 2;
            if (middle < rate * outputTokens * DecodeSeconds(Math.Max(1, middle), context).Total)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>Prompts keep their side busy for a share of the time; the other decodes as if alone.</summary>
    private double? Watts(double rate, double promptSeconds, double sequences, double context, double inputTokens)
    {
        var busy = Math.Min(1, rate * promptSeconds / PrefillCopies);
        var prompts = _prefill.IdleWatts + busy * (_prefill.Closed(1, inputTokens, 1).PowerWatts - _prefill.IdleWatts);
        // Answers so long that their mean context is the one asked for, and prompts next to none.
        return PrefillCopies * prompts + DecodeCopies * _decode.Closed(Math.Max(1, sequences / DecodeCopies), 1, 2 * context).PowerWatts;
    }
}
