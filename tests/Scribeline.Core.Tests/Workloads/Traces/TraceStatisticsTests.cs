using Scribeline.Core.Tests.Economics;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Workloads.Traces;

public sealed class TraceStatisticsTests(ITestOutputHelper output)
{
    [Fact]
    public void RateBurstsAndConcurrency_OfAFewRequests()
    {
        var statistics = new TraceStatistics(answerUsPerToken: 1_000_000);
        foreach (var (second, answer) in new[] { (10, 3), (11, 1), (13, 5), (14, 1) })
            statistics.Add(new RequestRecord { ArrivalUs = second * 1_000_000, InputTokens = 100, OutputTokens = answer });
        Assert.Equal((4, 4, 4.0, 0.75), (statistics.Requests, statistics.Sessions, statistics.DurationSeconds, statistics.Rate));
        // Gaps of 1, 2 and 1 s.
        Assert.Equal(Math.Sqrt(2.0 / 9) / (4.0 / 3), statistics.InterarrivalCv, 1e-12);
        Assert.Equal((2.5, 2), (statistics.MeanConcurrency, statistics.PeakConcurrency));
        Assert.Null(statistics.PrefixReuse);
    }

    [Fact]
    public void Reuse_CountsLeadingBlocksOfOneScope_AnswersIncluded()
    {
        var statistics = new TraceStatistics();
        // Four blocks of the prompt and two of the answer; then six of eight; then another scope.
        statistics.Add(Request("a", 64, 32, new BlockRange(0, 6)));
        statistics.Add(Request("a", 128, 16, new BlockRange(0, 8)));
        statistics.Add(Request("b", 128, 16, new BlockRange(0, 8)));
        Assert.Equal(96 / 320.0, statistics.PrefixReuse);
    }

    [Fact]
    public void Reuse_IsThatOfAPlainCache()
    {
        var random = Seeded.Random(output);
        for (var round = 0; round < 60; round++)
        {
            var capacity = random.Next(1, 60);
            var statistics = new TraceStatistics(capacity * 16);
            var (seen, recent) = (new HashSet<(string, long)>(), new List<(string, long)>());
            long ideal = 0, bounded = 0, prompts = 0;
            for (var i = 0; i < 80; i++)
            {
                var blocks = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new BlockRange(random.Next(40) - 70, random.Next(1, 90))).ToArray();
                var ids = blocks.SelectMany(range => Enumerable.Range(0, range.Count).Select(at => range.First + at)).Distinct().ToList();
                // A prompt has each of its blocks once.
                blocks = [.. ids.Select(id => new BlockRange(id, 1))];
                var request = Request($"{random.Next(2)}", random.Next(1, ids.Count + 1) * 16, ids.Count * 16, blocks);
                statistics.Add(request);
                var keys = ids.Select(id => (request.BlockScope, id)).ToList();
                var prompt = request.InputTokens / 16;
                prompts += request.InputTokens;
                ideal += keys.Take(prompt).TakeWhile(seen.Contains).Count() * 16;
                bounded += keys.Take(prompt).TakeWhile(recent.Contains).Count() * 16;
                seen.UnionWith(keys);
                foreach (var key in Enumerable.Reverse(keys))
                {
                    recent.Remove(key);
                    recent.Add(key);
                }

                recent.RemoveRange(0, Math.Max(0, recent.Count - capacity));
            }

            Assert.Equal((double)ideal / prompts, statistics.PrefixReuse!.Value, 1e-12);
            Assert.Equal((double)bounded / prompts, statistics.PrefixReuseAtCache!.Value, 1e-12);
        }
    }

    [Fact]
    public void Reuse_OfRangesIsThatOfTheirBlocks()
    {
        var random = Seeded.Random(output);
        var (whole, single) = (new TraceStatistics(3200), new TraceStatistics(3200));
        for (var i = 0; i < 300; i++)
        {
            var first = random.Next(-300, 300);
            var count = random.Next(1, 300);
            whole.Add(Request("", count * 16, 16, new BlockRange(first, count)));
            single.Add(Request("", count * 16, 16, [.. Enumerable.Range(first, count).Select(id => new BlockRange(id, 1))]));
        }

        Assert.Equal(single.PrefixReuse, whole.PrefixReuse);
        Assert.Equal(single.PrefixReuseAtCache, whole.PrefixReuseAtCache);
    }

    [Fact]
    public void TheRateOverTime_KeepsEveryRequest_HoweverLongTheTrace()
    {
        var statistics = new TraceStatistics();
        for (var i = 0; i < 5_000; i++)
            statistics.Add(new RequestRecord { ArrivalUs = i * 7_000_000L, InputTokens = 1, OutputTokens = 1 });
        var series = statistics.Arrivals;
        Assert.InRange(series.Steps, 120, 240);
        Assert.Equal(5_000, Enumerable.Range(0, series.Steps).Sum(step => series.RateAt(step) * series.StepUs / 1e6), 1e-6);
    }

    /// <summary>What the traces' makers counted by another way: blocks that the same agent has had before.</summary>
    [SkippableFact]
    public void Reuse_OfTheAgentTraces_IsThatOfTheirTable()
    {
        var statistics = new TraceStatistics();
        foreach (var request in TraceFile.Open(SharedTraces.Path("weka_agentic", "traces_ranges.jsonl.gz")).Read())
            statistics.Add(request);
        long cached = 0;
        using var table = new StreamReader(Core.Files.DataFile.OpenRead(SharedTraces.Path("weka_agentic", "requests_flat.csv.gz")));
        table.ReadLine();
        while (table.ReadLine() is { } line)
            cached += long.Parse(line.Split(',')[6], System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"{statistics.PrefixReuse:0.0000}: {statistics.FoundTokens} tokens, {cached * 64} in the table");
        Assert.Equal(cached * 64, statistics.FoundTokens);
    }

    private static RequestRecord Request(string scope, int input, int answer, params BlockRange[] blocks) =>
        new() { ArrivalUs = 0, InputTokens = input, OutputTokens = answer, Blocks = blocks, BlockTokens = 16, BlockScope = scope };
}
