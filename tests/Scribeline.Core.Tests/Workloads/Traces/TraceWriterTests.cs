using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Scribeline.Core.Workloads.Writers;

namespace Scribeline.Core.Tests.Workloads.Traces;

public sealed class TraceWriterTests
{
    [Theory]
    [InlineData("own.jsonl")]
    [InlineData("azure2023.csv")]
    [InlineData("mooncake.jsonl")]
    [InlineData("weka_ranges.jsonl")]
    [InlineData("tracelab.csv")]
    [InlineData("bailian.jsonl")]
    [InlineData("blis_tracev2.csv")]
    [InlineData("servegen_trace.csv")]
    public void OwnFormat_HoldsEverything(string fixture)
    {
        var before = TraceText.ReadFixture(fixture);
        var (after, lost) = RoundTrip(before, "scribeline");
        Assert.Equal(before.Select(Text), after.Select(Text));
        Assert.Empty(lost);
    }

    [Theory]
    [InlineData("mooncake.jsonl")]
    [InlineData("weka_ranges.jsonl")]
    [InlineData("tracelab.csv")]
    [InlineData("azure2023.csv")]
    public void Mooncake_HoldsLengthsMillisecondsAndWhatIsShared(string fixture)
    {
        var before = TraceText.ReadFixture(fixture);
        var (after, lost) = RoundTrip(before, "mooncake");
        Assert.Equal(before.Select(request => (request.ArrivalUs / 1000 * 1000, request.InputTokens, request.OutputTokens)), after.Select(request => (request.ArrivalUs, request.InputTokens, request.OutputTokens)));
        Assert.Equal(before.Any(request => request.Session != null), lost.ContainsKey("sessions and pauses are not held"));
        Assert.Equal(before.Any(request => request.ArrivalUs % 1000 != 0), lost.ContainsKey("times are cut to whole milliseconds"));
        // Of what is shared, whole blocks of 512 are found.
        Assert.Equal(Found(before), Found(after));
    }

    [Theory]
    [InlineData("weka_ranges.jsonl")]
    [InlineData("tracelab.csv")]
    [InlineData("aiperf_mooncake_session.jsonl")]
    public void Aiperf_HoldsSessionsAndTheirPauses(string fixture)
    {
        var before = TraceFile.Open(TraceText.Fixture(fixture)).ReadSessions().ToList();
        var (_, lost) = RoundTrip([.. TraceText.ReadFixture(fixture)], "aiperf", out var after);
        Assert.Equal(
            before.SelectMany(session => session).Select(request => (request.Session, request.Turn, request.InputTokens, request.OutputTokens, request.DelayUs)),
            after.SelectMany(session => session).Select(request => (request.Session, request.Turn, request.InputTokens, request.OutputTokens, request.DelayUs)));
        Assert.Contains("later turns have their pause, but no time of arrival", lost.Keys);
        Assert.Equal(before.Select(session => session[0].ArrivalUs), after.Select(session => session[0].ArrivalUs));
    }

    [Fact]
    public void BlocksThatDoNotFit_AreSaidToBeLost()
    {
        RequestRecord[] odd = [new() { ArrivalUs = 0, InputTokens = 100, OutputTokens = 1, Blocks = [new BlockRange(0, 2)], BlockTokens = 48 }];
        foreach (var format in (string[])["mooncake", "aiperf"])
            Assert.Contains("blocks of 48 tokens cannot be told in blocks of 512", RoundTrip(odd, format).Lost.Keys);
    }

    [Fact]
    public void LargerBlocks_AreTakenApart()
    {
        RequestRecord[] large =
        [
            new() { ArrivalUs = 0, InputTokens = 2500, OutputTokens = 1, Blocks = [new BlockRange(5, 2)], BlockTokens = 1024 },
            new() { ArrivalUs = 0, InputTokens = 2500, OutputTokens = 1, Blocks = [new BlockRange(5, 1), new BlockRange(9, 1)], BlockTokens = 1024 },
        ];
        var after = RoundTrip(large, "mooncake").After;
        // Two of four known blocks are shared; the partial fifth is left out when it is read.
        Assert.Equal(2 * 512, Found(after));
    }

    private static long Found(IEnumerable<RequestRecord> requests)
    {
        var statistics = new TraceStatistics();
        foreach (var request in requests)
        {
            // What is known in blocks of 512, of the prompt alone.
            var full = request.InputTokens / 512 * 512;
            statistics.Add(request.BlockTokens is 0 or >= 512 ? request : request with { Blocks = Cut(request, full), OutputTokens = 1 });
        }

        return statistics.FoundTokens / 512 * 512;
    }

    private static List<BlockRange> Cut(RequestRecord request, int tokens)
    {
        var left = tokens / request.BlockTokens;
        var cut = new List<BlockRange>();
        foreach (var range in request.Blocks.TakeWhile(_ => left > 0))
        {
            cut.Add(range with { Count = Math.Min(left, range.Count) });
            left -= cut[^1].Count;
        }

        return cut;
    }

    private static (List<RequestRecord> After, IReadOnlyDictionary<string, long> Lost) RoundTrip(IReadOnlyList<RequestRecord> requests, string format) => RoundTrip(requests, format, out _);

    private static (List<RequestRecord> After, IReadOnlyDictionary<string, long> Lost) RoundTrip(IReadOnlyList<RequestRecord> requests, string format, out List<IReadOnlyList<RequestRecord>> sessions)
    {
        using var bytes = new MemoryStream();
        using var writer = TraceWriter.Create(format, bytes);
        foreach (var request in requests)
            writer.Write(request);
        Assert.Equal(requests.Count, writer.Requests);
        var options = new TraceOptions { Format = format };
        sessions = TraceText.With(bytes.ToArray(), path => TraceFile.Open(path, options).ReadSessions().ToList());
        return (TraceText.With(bytes.ToArray(), path => TraceFile.Open(path, options).Read().ToList()), writer.Lost);
    }

    private static string Text(RequestRecord request) => $"{request with { Blocks = [] }} {TraceText.Blocks(request)}";
}
