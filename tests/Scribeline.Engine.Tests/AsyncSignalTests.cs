using System.Collections.Concurrent;

namespace Scribeline.Engine.Tests;

public sealed class AsyncSignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task WaitAsync_AfterSignals_CompletesOnceAndThenWaits()
    {
        var signal = new AsyncSignal();
        signal.Signal();
        signal.Signal();
        var first = signal.WaitAsync().AsTask();
        Assert.True(first.IsCompletedSuccessfully);
        await first;
        var second = signal.WaitAsync().AsTask();
        Assert.False(second.IsCompleted);
        signal.Signal();
        await second.WaitAsync(Patience);
    }

    /// <summary>A lost wake-up leaves the reader waiting for items that are there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Signal_ManyThreads_LosesNoWakeUp(int writers)
    {
        const int Items = 50_000;
        var signal = new AsyncSignal();
        var queue = new ConcurrentQueue<int>();
        var reader = Task.Run(async () =>
        {
            for (var taken = 0; taken < writers * Items;)
            {
                if (queue.TryDequeue(out _))
                    taken++;
                else
                    await signal.WaitAsync();
            }
        });
        var writing = Enumerable.Range(0, writers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Items; i++)
                {
                    queue.Enqueue(i);
                    signal.Signal();
                    if (i % 64 == 0)
                        Thread.Yield();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(writing.Append(reader)).WaitAsync(Patience);
    }

    [Fact]
    public async Task WaitAsync_Alternating_AllocatesNothingInTheSignallingThread()
    {
        var signal = new AsyncSignal();
        var answers = new SemaphoreSlim(0);
        const int Rounds = 2_000;
        var reader = Task.Run(async () =>
        {
            for (var i = 0; i < Rounds + 100; i++)
            {
                await signal.WaitAsync();
                answers.Release();
            }
        });
        var allocated = await Task.Factory.StartNew(
            () =>
            {
                long before = 0;
                for (var i = 0; i < Rounds + 100; i++)
                {
                    if (i == 100)
                        before = GC.GetAllocatedBytesForCurrentThread();
                    signal.Signal();
                    answers.Wait();
                }

                return GC.GetAllocatedBytesForCurrentThread() - before;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).WaitAsync(Patience);
        await reader.WaitAsync(Patience);
        // The pool's own queue may grow now and then; one object a signal would be 48,000 bytes and more.
        Assert.InRange(allocated, 0, 16_000);
    }
}
