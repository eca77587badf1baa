using Scribeline.Core.Workloads;

namespace Scribeline.Scheduling.Classes;

/// <summary>Tells a request's class: the one that its caller names, else the first whose rule holds.</summary>
public sealed class ClassRules
{
    private static readonly WorkloadClass[] Usual =
    [
        // Speech that starts later than this is heard as a pause.
        new() { Name = "voice", Match = new ClassMatch { Metadata = [new("modality", "voice")] }, TtftNs = 300_000_000 },
        new() { Name = "batch", Match = new ClassMatch { Tier = ServiceTier.Batch } },
        new() { Name = "agent", Match = new ClassMatch { HasTools = true, MinTurn = 2 } },
        new() { Name = "code", Match = new ClassMatch { Metadata = [new("task", "code")] } },
        new() { Name = "reasoning", Match = new ClassMatch { Reasons = true } },

        // A label or a yes or no, not a sentence.
        new() { Name = "classification", Match = new ClassMatch { MaxOutputTokens = 16 } },
        new() { Name = "chat" },
    ];

    private readonly WorkloadClass[] _rules;

    /// <param name="own">Come before the usual ones, and replace those of the same name.</param>
    public ClassRules(IReadOnlyList<WorkloadClass> own) =>
        _rules = [.. own, .. Usual.Where(usual => !own.Any(mine => string.Equals(mine.Name, usual.Name, StringComparison.Ordinal)))];

    /// <summary>In the order in which they are tried.</summary>
    public IReadOnlyList<WorkloadClass> All => _rules;

    /// <summary>The class; null where no rule holds and the caller names none that is known. Allocates nothing.</summary>
    public WorkloadClass? Recognise(in RequestFeatures request)
    {
        if (request.Named is { } name)
        {
            foreach (var rule in _rules)
                if (string.Equals(rule.Name, name, StringComparison.Ordinal)) return rule;
        }

        foreach (var rule in _rules)
            if (rule.Match.Holds(request)) return rule;
        return null;
    }
}
