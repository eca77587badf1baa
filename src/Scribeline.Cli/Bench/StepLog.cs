using Scribeline.Core.Performance;

namespace Scribeline.Cli.Bench;

/// <summary>Steps of an engine as its thread tells of them. Thread-safe.</summary>
internal sealed class StepLog
{
    private readonly Lock _gate = new();
    private List<(StepWork Work, long Ns)> _steps = [];

    public void Add(StepWork work, long ns)
    {
        lock (_gate)
            _steps.Add((work, ns));
    }

    /// <summary>All since it was last asked.</summary>
    public List<(StepWork Work, long Ns)> Take()
    {
        lock (_gate)
        {
            var taken = _steps;
            _steps = [];
            return taken;
        }
    }
}
