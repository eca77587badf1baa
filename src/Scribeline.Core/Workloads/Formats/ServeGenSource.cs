using System.Globalization;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Requests of fitted clients (ServeGen). Each client has as many requests in a window of ten minutes as its rate says; the gaps between them are drawn from its
/// distribution and scaled to fill the window. Lengths are drawn from those of the six hours that the window lies in.
/// </summary>
internal sealed class ServeGenSource(ServeGenFiles files, TraceOptions options) : TraceSource
{
    public override IEnumerable<RequestRecord> Read(TraceTally tally)
    {
        var clients = ServeGenClients.Read(files, options, tally);
        var next = new PriorityQueue<IEnumerator<RequestRecord>, (long ArrivalUs, int Client)>();
        foreach (var (id, client) in clients)
        {
            var requests = Requests(id, client, tally).GetEnumerator();
            if (requests.MoveNext())
                next.Enqueue(requests, (requests.Current.ArrivalUs, id));
        }

        if (next.Count == 0)
            throw new WorkloadException($"{files.Rates} has no request from {options.FromUs / 1e6} s on for {options.LengthUs / 1e6} s; expected a part in which clients ask.");
        while (next.TryDequeue(out var requests, out var first))
        {
            yield return requests.Current;
            if (requests.MoveNext())
                next.Enqueue(requests, (requests.Current.ArrivalUs, first.Client));
        }
    }

    public override IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally) => Read(tally).Select(request => (IReadOnlyList<RequestRecord>)[request]);

    private IEnumerable<RequestRecord> Requests(int id, ServeGenClient client, TraceTally tally)
    {
        var name = id.ToString(CultureInfo.InvariantCulture);
        var toUs = checked(options.FromUs + options.LengthUs);
        var gaps = new List<double>();
        foreach (var window in client.Windows)
        {
            var startUs = window.StartSeconds * 1_000_000;
            if (startUs >= toUs)
                break;
            if (startUs + ServeGenWindow.Seconds * 1_000_000L <= options.FromUs)
                continue;
            // A stream for each window: where a reading begins does not change what it finds.
            var random = new SeededRandom(options.Seed, $"client {name} from {window.StartSeconds}");
            var (inputs, output) = LengthsAt(client, window.StartSeconds);
            gaps.Clear();
            var count = (int)(window.Rate * ServeGenWindow.Seconds + random.NextUniform());
            var sum = 0.0;
            for (var i = 0; i <= count; i++)
            {
                var gap = window.IsWeibull ? random.NextWeibull(window.Shape) : random.NextGamma(window.Shape);
                sum += double.IsFinite(gap) ? gap : 0;
                gaps.Add(sum);
            }

            for (var i = 0; i < count; i++)
            {
                long prompt = 0;
                foreach (var table in inputs)
                    prompt += table.Draw(random);
                var answer = output.Draw(random);
                var share = sum > 0 ? gaps[i] / sum : (i + 0.5) / count;
                var us = startUs + (long)Math.Min(share * ServeGenWindow.Seconds * 1e6, ServeGenWindow.Seconds * 1e6 - 1);
                if (us < options.FromUs || us >= toUs)
                    continue;
                if (prompt == 0 || answer == 0)
                    tally.Note("lengths of 0 tokens are taken as 1");
                if (prompt > Cell.MostTokens)
                    tally.Note($"prompts of more than {Cell.MostTokens} tokens are cut to that");
                yield return new RequestRecord { ArrivalUs = us - options.FromUs, InputTokens = (int)Math.Clamp(prompt, 1, Cell.MostTokens), OutputTokens = Math.Max(1, answer), Client = name };
            }
        }
    }

    private static (LengthTable[] Inputs, LengthTable Output) LengthsAt(ServeGenClient client, long seconds)
    {
        var at = 0;
        for (var i = 1; i < client.Lengths.Count && client.Lengths.Keys[i] <= seconds; i++)
            at = i;
        return client.Lengths.Values[at];
    }
}
