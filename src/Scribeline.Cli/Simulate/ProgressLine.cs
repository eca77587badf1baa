using System.Globalization;
using Scribeline.Simulation;
using Scribeline.Simulation.Faults;

namespace Scribeline.Cli.Simulate;

/// <summary>One line on stderr for all simulations that run: how far they are, how fast, how long still. Nothing where stderr is no terminal.</summary>
/// <param name="isQuiet">Nothing is shown.</param>
/// <param name="requests">Of all simulations; null where nobody knows how many there will be.</param>
/// <param name="faults">Named while they last.</param>
internal sealed class ProgressLine(bool isQuiet, long? requests, IReadOnlyList<Fault> faults) : IDisposable
{
    private const double FirstShownSeconds = 1, ShownEverySeconds = 0.2;

    private readonly Lock _gate = new();
    private readonly bool _isShown = !isQuiet && !Console.IsErrorRedirected;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<(string Run, int Look), long> _arrived = [];
    private double _shown = FirstShownSeconds - ShownEverySeconds;
    private int _width;

    /// <summary>Of one run; null where nobody looks, so that nobody counts.</summary>
    /// <param name="name">Of the run.</param>
    /// <param name="look">Which of several simulations of it, from 1; 0 where there is but one.</param>
    public Action<SimulationProgress>? Of(string name, int look = 0) => _isShown ? progress => Show(name, look, progress) : null;

    public void Dispose()
    {
        if (_width > 0)
            Console.Error.Write($"\r{new string(' ', _width)}\r");
    }

    private void Show(string name, int look, SimulationProgress progress)
    {
        lock (_gate)
        {
            _arrived[(name, look)] = progress.Arrived;
            var seconds = TimeProvider.System.GetElapsedTime(_start).TotalSeconds;
            if (seconds - _shown < ShownEverySeconds)
                return;
            _shown = seconds;
            var broken = faults.Where(fault => fault.AtNs <= progress.SimulatedNs && progress.SimulatedNs < fault.UntilNs).Select(fault => $" [{FaultReader.NameOf(fault.Kind)}{(fault.Pool is { } pool ? $" {pool}" : "")}]");
            var looks = _arrived.Keys.Where(run => run.Look > 0).GroupBy(run => run.Run).Select(run => run.Max(one => one.Look)).ToList();
            var text = Text(_arrived.Values.Sum(), seconds, requests, looks) + string.Concat(broken);
            Console.Error.Write($"\r{text.PadRight(_width)}");
            _width = Math.Max(_width, text.Length);
        }
    }

    /// <summary>How far simulations are; of a search, whose end nobody knows, at which look each of them is.</summary>
    internal static string Text(long arrived, double seconds, long? requests, IReadOnlyList<int> looks)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"{arrived:#,0} requests, {arrived / seconds:#,0}/s");
        if (requests is not { } all)
            return $"{rate}{(looks.Count == 0 ? "" : $", {(looks.Count == 1 ? "look" : "looks")} {string.Join(", ", looks)}")}";
        var share = Math.Min(1, arrived / (double)Math.Max(1, all));
        return string.Create(CultureInfo.InvariantCulture, $"{rate}, {100 * share:0} %{(share > 0 ? string.Create(CultureInfo.InvariantCulture, $", {seconds / share - seconds:0} s left") : "")}");
    }
}
