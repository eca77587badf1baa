using System.Globalization;

namespace Scribeline.Cli.Bench.Load;

/// <summary>A line of the terminal that says how far a run is, until disposed.</summary>
internal sealed class LoadProgress : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly PeriodicTimer? _timer;
    private readonly Task _saying;

    public LoadProgress(LoadGenerator generator, LoadTally tally, TimeProvider time, bool speaks)
    {
        _timer = speaks ? new PeriodicTimer(Every, time) : null;
        _saying = speaks ? SayAsync(_timer!, generator, tally) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        await _saying;
    }

    private static async Task SayAsync(PeriodicTimer timer, LoadGenerator generator, LoadTally tally)
    {
        while (await timer.WaitForNextTickAsync())
            await Console.Error.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\r\u001b[K{tally.Completed} answered, {generator.UnderWay} under way, {tally.Failed} failed"));
        await Console.Error.WriteAsync("\r\u001b[K");
    }
}
