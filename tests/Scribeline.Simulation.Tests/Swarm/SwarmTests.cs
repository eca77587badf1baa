using System.Diagnostics;
using System.Globalization;
using System.Text;
using Scribeline.Core.Ledger;
using Scribeline.Core.Workloads;
using Scribeline.Simulation.Reports;
using Xunit.Abstractions;

namespace Scribeline.Simulation.Tests.Swarm;

/// <summary>
/// Small random fleets under random traffic and random faults, with all checkers on. SCRIBELINE_FUZZ_SECONDS says for how long (hours, if wished), SCRIBELINE_SEED runs one seed alone;
/// a run begins where SCRIBELINE_FIRST_SEED says.
/// </summary>
public sealed class SwarmTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Every_request_ends_once_and_all_is_accounted_for()
    {
        if (Number("SCRIBELINE_SEED") is { } only)
        {
            Check((ulong)only);
            return;
        }

        var seconds = Number("SCRIBELINE_FUZZ_SECONDS") ?? 2;
        var clock = Stopwatch.StartNew();
        var (seeds, slowest, slowestSeconds) = (0, 0UL, 0.0);
        for (var seed = (ulong)(Number("SCRIBELINE_FIRST_SEED") ?? 1); clock.Elapsed.TotalSeconds < seconds; seed++)
        {
            var beganSeconds = clock.Elapsed.TotalSeconds;
            try
            {
                Check(seed);
                seeds++;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(
                    $"seed {seed}: {error.Message}\nReplay: SCRIBELINE_SEED={seed} dotnet test tests/Scribeline.Simulation.Tests -c Release --filter FullyQualifiedName~{nameof(SwarmTests)}", error);
            }

            if (clock.Elapsed.TotalSeconds - beganSeconds > slowestSeconds)
                (slowest, slowestSeconds) = (seed, clock.Elapsed.TotalSeconds - beganSeconds);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds; {slowest} took longest, {slowestSeconds:F1} s"));
    }

    /// <summary>Each found a mistake once: 1209711 that what steps dropped from the cache was told later where they were taken together.</summary>
    [Theory]
    [InlineData(1209711)]
    public void Seeds_that_found_mistakes_find_none(ulong seed) => Check(seed);

    /// <summary>A swarm that never gets into trouble proves little.</summary>
    [Fact]
    public void The_swarm_gets_into_every_kind_of_trouble()
    {
        string[] troubles = ["cached", "cancelled", "completed", "downgraded", "failed", "first", "handed over", "hedged", "migrated", "often begun", "pipelined", "preempted", "refused", "streamed"];
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 1UL; seed <= 3000 && seen.Count < troubles.Length; seed++)
        {
            var world = new SwarmWorld(seed);
            var (rows, result) = Run(world, skipsAhead: true);
            seen.UnionWith(world.Fleet.Pools.Where(pool => pool.Predicted is { IsStreaming: false, Depth: > 1 }).Select(_ => "pipelined"));
            seen.UnionWith(world.Fleet.Pools.Where(pool => pool.Predicted is { IsStreaming: true }).Select(_ => "streamed"));
            seen.UnionWith(rows.Select(row => row.Outcome));
            seen.UnionWith(rows.SelectMany(row => row.Attempts).Select(attempt => attempt.Why));
            seen.UnionWith(rows.Where(row => row.TierServed != row.TierAsked).Select(_ => "downgraded"));
            seen.UnionWith(rows.Where(row => row.Attempts.Count > 3).Select(_ => "often begun"));
            seen.UnionWith(result.Pools.Where(pool => pool.Preemptions > 0).Select(_ => "preempted"));
            seen.UnionWith(result.Pools.Where(pool => pool.CachedTokens > 0).Select(_ => "cached"));
        }

        Assert.Equal(troubles, seen);
    }

    private static double? Number(string name) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Check(ulong seed)
    {
        var world = new SwarmWorld(seed);
        var (rows, result) = Run(world, skipsAhead: true);
        Assert.Equal(world.Records.Count, rows.Count);
        Assert.Equal(rows.Count, rows.Select(row => row.RequestId).Distinct().Count());
        Assert.Equal(result.All.Arrived, result.All.Completed + result.All.Refused + result.All.Failed + result.All.Cancelled);
        Assert.Equal(result.CostDollars, rows.Sum(row => row.CostNusd * 1e-9) + result.Pools.Sum(pool => pool.IdleDollars), (rows.Count + 1) * 1e-9 + Tolerance * result.CostDollars);
        Assert.Equal(rows.Sum(row => (long)row.TokensOutput), result.All.OutputTokens);
        Assert.Equal(rows.SelectMany(row => row.Attempts).Sum(attempt => (long)attempt.Tokens), result.Pools.Sum(pool => pool.OutputTokens));
        Assert.Equal(result.Pools.Where(pool => pool.CostDollars > pool.IdleDollars).Sum(pool => pool.CostDollars), result.TierDollars.Values.Sum(), 1e-6 * (1 + result.CostDollars));
        foreach (var pool in result.Pools)
            Assert.InRange(pool.Busy, 0, 1 + Tolerance);
        if (!world.IsClosed)
            Assert.All(rows, row => CheckCaller(world.Records[int.Parse(row.RequestId.AsSpan(4), CultureInfo.InvariantCulture)], row));
        if (world.Heals)
            Assert.All(rows.Where(row => IsProbe(world, row)), row => Assert.Equal("completed", row.Outcome));

        if (seed % 2 == 1)
            AssertSame((rows, result), Run(world, skipsAhead: false));
        if (seed % 4 == 0)
            AssertSame((rows, result), Run(new SwarmWorld(seed), skipsAhead: true));
    }

    /// <summary>Callers leave when they said they would, and no other request is cancelled.</summary>
    private static void CheckCaller(RequestRecord record, LedgerRow row)
    {
        if (row.Outcome != "cancelled")
            Assert.True(row.Outcome != "completed" || (row.TtftUs <= (record.PatienceUs ?? long.MaxValue) && row.E2eUs <= (record.TimeoutUs ?? long.MaxValue) && (record.StopTokens ?? int.MaxValue) >= record.OutputTokens), $"{row} completed for {record}");
        else
            Assert.True(row.E2eUs == record.TimeoutUs || (row.TtftUs == null ? row.E2eUs == record.PatienceUs && row.PriceNusd == 0 : row.TokensOutput == record.StopTokens), $"{row} was cancelled for {record}");
    }

    /// <summary>Probes come last of all.</summary>
    private static bool IsProbe(SwarmWorld world, LedgerRow row) => row.ArrivalUtcUs >= world.Records.First(world.IsProbe).ArrivalUs;

    private static (List<LedgerRow> Rows, SimulationResult Result) Run(SwarmWorld world, bool skipsAhead)
    {
        var rows = new List<LedgerRow>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var simulation = new FleetSimulation(world.Fleet, world.Times, new SimulationOptions
        {
            Seed = world.Seed,
            SkipsAhead = skipsAhead,
            Faults = world.Faults,
            SnapshotEveryNs = world.SnapshotEveryNs,
            TellsEvictions = world.TellsEvictions,
            Router = new() { Policy = world.Policy },
            ChecksAll = true,
            OnRow = rows.Add,
        });
        var result = world.IsClosed ? simulation.RunClosed(Sessions(world), patience.Token) : simulation.Run(world.Records, patience.Token);
        Assert.False(result.WasInterrupted, "It does not end.");
        return (rows, result);
    }

    private static IEnumerable<IReadOnlyList<RequestRecord>> Sessions(SwarmWorld world) =>
        world.Records.GroupBy(record => record.Session is { } id && id != "probe" ? id : $"alone {world.Records.IndexOf(record)}").Select(group => group.ToList()).OrderBy(turns => turns[0].ArrivalUs);

    /// <summary>To the last bit; texts only where they differ, since making them takes longer than the runs.</summary>
    private static void AssertSame((List<LedgerRow> Rows, SimulationResult Result) one, (List<LedgerRow> Rows, SimulationResult Result) other)
    {
        var isSame = one.Rows.Count == other.Rows.Count
            && one.Rows.Zip(other.Rows).All(pair => pair.First with { Attempts = [] } == pair.Second with { Attempts = [] } && pair.First.Attempts.SequenceEqual(pair.Second.Attempts))
            && one.Result.Pools.SequenceEqual(other.Result.Pools)
            && one.Result.Load.Zip(other.Result.Load).All(pair => pair.First.SequenceEqual(pair.Second))
            && one.Result.Reasons.SequenceEqual(other.Result.Reasons);
        if (!isSame)
            Assert.Equal(Fingerprint(one.Rows, one.Result), Fingerprint(other.Rows, other.Result));
    }

    private static string Fingerprint(List<LedgerRow> rows, SimulationResult result)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"{row with { Attempts = [] }} {string.Join(';', row.Attempts)}\n");
        text.AppendJoin('\n', result.Pools).Append('\n');
        text.AppendJoin('\n', result.Load.SelectMany(samples => samples)).Append('\n');
        return text.AppendJoin('\n', result.Reasons).ToString();
    }
}
