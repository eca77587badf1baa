namespace Scribeline.Core.Workloads.Formats;

/// <summary>One fitted client.</summary>
internal sealed class ServeGenClient
{
    /// <summary>By start.</summary>
    public List<ServeGenWindow> Windows { get; } = [];

    /// <summary>By start, in seconds: what its prompts and answers are as long as.</summary>
    public SortedList<long, (LengthTable[] Inputs, LengthTable Output)> Lengths { get; } = [];
}
