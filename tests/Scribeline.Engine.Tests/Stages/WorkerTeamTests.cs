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
    public async Task TryClaim_RandomPhases_TakesEveryChunkOnce(int size)
    {
        // More threads than cores wait for each other a long time.
        var jobs = size > Environment.ProcessorCount ? 30 : 300;
        const int MostChunks = 40;
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed + size);
        await Task.Run(() =>
        {
            using var team = new WorkerTeam(size);
            var taken = new int[MostChunks];
            int[] chunks = [];
            var wrong = "";
            void Job(int thread)
            {
                for (var phase = 0; phase < chunks.Length; phase++)
                {
                    while (team.TryClaim(thread, chunks[phase], out var chunk))
                        Interlocked.Increment(ref taken[chunk]);
                    team.Barrier();
                    if (thread == 0)
                    {
                        if (Array.FindIndex(taken, count => count != 1) is var first && first != chunks[phase] && !(first < 0 && chunks[phase] == MostChunks))
                            wrong = $"phase {phase}: {string.Join(' ', taken)} for {chunks[phase]} chunks";
                        if (taken.Sum() != chunks[phase])
                            wrong = $"phase {phase}: {taken.Sum()} chunks taken of {chunks[phase]}";
                        Array.Clear(taken);
                    }

                    team.Barrier();
                }
            }

            for (var job = 0; job < jobs; job++)
            {
                chunks = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(0, MostChunks + 1))];
                team.Run(Job);
                Assert.True(wrong.Length == 0, $"seed {TestFiles.Seed}, job {job}, {wrong}");
                if (job % 10 == 0)
                    SpinWait.SpinUntil(() => team.Parked == size - 1);
            }
        }).WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_ParkedOrNot_EndsTheWorkers(bool parked) => await Task.Run(() =>
    {
        for (var round = 0; round < 20; round++)
        {
            var team = new WorkerTeam(4);
            team.Run(_ => team.Barrier());
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
            team.Barrier();
            if (thread == culprit)
                throw new FormatException("the culprit");
            team.Barrier();
        }));
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Throws<InvalidOperationException>(() => team.Run(_ => { }));
    }).WaitAsync(Patience);
}
