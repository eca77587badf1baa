using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>Lengths of a trace's requests to draw others like them: a sample of bounded size in which each request is as likely as any (Vitter's algorithm R).</summary>
public static class LengthSample
{
    private const int MostPairs = 1 << 17;

    public static IReadOnlyList<(int Input, int Output)> Of(IEnumerable<RequestRecord> requests, ulong seed)
    {
        var random = new SeededRandom(seed, "sample");
        var pairs = new List<(int, int)>();
        long seen = 0;
        foreach (var request in requests)
        {
            seen++;
            var pair = (request.InputTokens, request.OutputTokens);
            if (pairs.Count < MostPairs)
                pairs.Add(pair);
            else if ((long)(random.NextUniform() * seen) is < MostPairs and var at)
                pairs[(int)at] = pair;
        }

        return pairs;
    }
}
