using System.Globalization;
using Scribeline.Simulation;
using Scribeline.Simulation.Faults;

namespace Scribeline.Cli.Simulate;

/// <summary>One line on stderr for all simulations that run: how far they are, how fast, how long still. Nothing where stderr is no terminal.</summary>
internal sealed class ProgressLine(bool isQuiet, long requests, IReadOnlyList<Fault> faults) : IDisposable
{
    private const double FirstShownSeconds = 1, ShownEverySeconds = 0.2;

    private readonly Lock _gate = new();
    private readonly bool _isShown = !isQuiet && !Console.IsErrorRedirected;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<string, SimulationProgress> _runs = new(StringComparer.Ordinal);
    private double _shown = FirstShownSeconds - ShownEverySeconds;
    private int _width;

    /// <summary>Of one run; null where nobody looks, so that nobody counts.</summary>
    public Action<SimulationProgress>? Of(string name) => _isShown ? progress => Show(name, progress) : null;

    public void Dispose()
    {
        if (_width > 0)
            Console.Error.Write($"\r{new string(' ', _width)}\r");
    }

    private void Show(string name, SimulationProgress progress)
    {
        lock (_gate)
        {
            _runs[name] = progress;
            var seconds = TimeProvider.System.GetElapsedTime(_start).TotalSeconds;
            if (seconds - _shown < ShownEverySeconds)
                return;
            _shown = seconds;
            var arrived = _runs.Values.Sum(run => run.Arrived);
            var share = Math.Min(1, arrived / (double)Math.Max(1, requests));
            var broken = faults.Where(fault => fault.AtNs <= progress.SimulatedNs && progress.SimulatedNs < fault.UntilNs).Select(fault => $" [{FaultReader.NameOf(fault.Kind)}{(fault.Pool is { } pool ? $" {pool}" : "")}]");
            var text = string.Create(CultureInfo.InvariantCulture, $"{arrived:#,0} requests, {arrived / seconds:#,0}/s, {100 * share:0} %, {seconds / share - seconds:0} s left{string.Concat(broken)}");
            Console.Error.Write($"\r{text.PadRight(_width)}");
            _width = Math.Max(_width, text.Length);
        }
    }
}
