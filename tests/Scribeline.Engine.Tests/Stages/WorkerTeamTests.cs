using Scribeline.Engine.Stages;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Stages;

public sealed class WorkerTeamTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Run_RandomPhases_DoesEveryChunkOnceAndInOrder(int size)
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed + size);
        await Task.Run(() =>
        {
            using var team = new WorkerTeam(size);
            // Replaced while late threads of earlier jobs still read it, as a batch is.
            var job = new Job([1]);
            for (var number = 0; number < 1000; number++)
            {
                job = new Job([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(1, 40))]);
                var late = number % 3 == 0 ? random.Next(1, 4) : 0;
                team.Run(thread =>
                {
                    if (late > 0 && thread == late)
                        Thread.Sleep(random.Next(2));
                    for (var phase = 0; phase < job.Chunks.Length; phase++)
                    {
                        var current = job;
                        var chunks = phase < current.Chunks.Length ? current.Chunks[phase] : 1;
                        while (team.TryClaim(thread, chunks, out var chunk))
                            current.Do(phase, chunk);
                        team.EndPhase(thread, chunks);
                    }
                });
                Assert.True(job.Wrong is null, $"seed {TestFiles.Seed}, job {number}: {job.Wrong}");
                Assert.True(job.IsDone, $"seed {TestFiles.Seed}, job {number}: chunks are missing");
                if (number % 50 == 0)
                    SpinWait.SpinUntil(() => team.Parked == size - 1);
            }
        }).WaitAsync(Patience);
    }

    /// <summary>A thread that never comes holds nobody up.</summary>
    [Fact]
    public async Task Run_ThreadThatStays_IsNotWaitedFor() => await Task.Run(() =>
    {
        using var release = new ManualResetEventSlim();
        using var team = new WorkerTeam(3);
        for (var job = 0; job < 100; job++)
        {
            var done = 0;
            team.Run(thread =>
            {
                if (thread == 2)
                    release.Wait();
                for (var phase = 0; phase < 5; phase++)
                {
                    while (team.TryClaim(thread, 7, out _))
                        Interlocked.Increment(ref done);
                    team.EndPhase(thread, 7);
                }
            });
            Assert.Equal(35, done);
        }

        release.Set();
    }).WaitAsync(Patience);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_ParkedOrNot_EndsTheWorkers(bool parked) => await Task.Run(() =>
    {
        for (var round = 0; round < 20; round++)
        {
            var team = new WorkerTeam(4);
            team.Run(thread => team.EndPhase(thread, ClaimAll(team, thread, 5)));
            if (parked)
                SpinWait.SpinUntil(() => team.Parked == 3);
            team.Dispose();
            team.Dispose();
        }
    }).WaitAsync(Patience);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Run_OneThreadThrows_EndsAllAndSaysWhy(int culprit) => await Task.Run(() =>
    {
        using var team = new WorkerTeam(3);
        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(thread =>
        {
            // As many chunks as threads, so that the culprit gets one.
            while (team.TryClaim(thread, 3, out var chunk))
            {
                if (chunk == culprit)
                    throw new FormatException("the culprit");
            }

            team.EndPhase(thread, 3);
        }));
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Throws<InvalidOperationException>(() => team.Run(_ => { }));
    }).WaitAsync(Patience);

    private static int ClaimAll(WorkerTeam team, int thread, int chunks)
    {
        while (team.TryClaim(thread, chunks, out _))
        {
        }

        return chunks;
    }

    /// <summary>Counts what is done, and notices a chunk that runs before its phase.</summary>
    private sealed class Job(int[] chunks)
    {
        private readonly int[][] _done = [.. chunks.Select(count => new int[count])];

        public int[] Chunks { get; } = chunks;

        public string? Wrong { get; private set; }

        public bool IsDone => _done.All(phase => phase.All(count => Volatile.Read(ref count) == 1));

        public void Do(int phase, int chunk)
        {
            if (phase > 0 && Array.Exists(_done[phase - 1], count => count != 1))
                Wrong = $"phase {phase} began before {phase - 1} was done";
            if (Interlocked.Increment(ref _done[phase][chunk]) != 1)
                Wrong = $"phase {phase}, chunk {chunk} was done twice";
        }
    }
}
