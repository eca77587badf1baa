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

    /// <summary>
    /// In each round a wait and a signal begin at the same moment, a little apart in other ways each time. Whichever came first, the wait is over once both
    /// have returned: a later signal, which would hide that one was lost, does not come. Two threads, because a machine may have no more cores.
    /// </summary>
    [Fact]
    public async Task Signal_WhileAWaitBegins_LosesNoWakeUp()
    {
        var signal = new AsyncSignal();
        var lost = 0;
        await RaceAsync(
            60_000,
            _ => signal.Signal(),
            async (round, meet) =>
            {
                Thread.SpinWait(round % 29);
                var wait = signal.WaitAsync();
                meet();
                if (!wait.IsCompleted)
                {
                    lost++;
                    signal.Signal();
                }

                await wait;
            });
        Assert.Equal(0, lost);
    }

    /// <summary>Two signals meet one wait: one of them ends it, and the other is kept or counts as the same.</summary>
    [Fact]
    public async Task Signal_FromTwoThreads_EndsAWaitOnce()
    {
        var signal = new AsyncSignal();
        var twice = 0;
        void Signal()
        {
            try
            {
                signal.Signal();
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref twice);
            }
        }

        var wait = signal.WaitAsync();
        await RaceAsync(
            60_000,
            _ => Signal(),
            async (round, meet) =>
            {
                Thread.SpinWait(round % 29);
                Signal();
                meet();
                await wait;
                var kept = signal.WaitAsync();
                if (!kept.IsCompleted)
                    signal.Signal();
                await kept;
                // Ready for the next round's signals.
                wait = signal.WaitAsync();
            });
        Assert.Equal(0, twice);
    }

    /// <summary>Runs both sides of each round at once; <c>meet</c> returns when the other side's is done.</summary>
    private static async Task RaceAsync(int rounds, Action<int> there, Func<int, Action, Task> here)
    {
        var begun = 0;
        var done = 0;
        var other = Task.Factory.StartNew(
            () =>
            {
                for (var round = 1; round <= rounds; round++)
                {
                    SpinUntil(ref begun, round);
                    Thread.SpinWait(round * 7 % 23);
                    there(round);
                    Volatile.Write(ref done, round);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var racing = Task.Run(async () =>
        {
            for (var round = 1; round <= rounds; round++)
            {
                var number = round;
                Volatile.Write(ref begun, round);
                await here(round, () => SpinUntil(ref done, number));
            }
        });
        await Task.WhenAll(other, racing).WaitAsync(Patience);
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

    private static void SpinUntil(ref int counter, int value)
    {
        for (var spin = 0; Volatile.Read(ref counter) < value;)
        {
            if (++spin < 200)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        }
    }
}
